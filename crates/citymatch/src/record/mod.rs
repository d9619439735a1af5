//! The two kinds of record, [`Solution`] and [`Challenge`]: their fields, the types of these, and
//! how they are read from JSON and written to it.

mod challenge;
mod check;
mod country;
mod date;
mod deployment;
mod eligibility;
pub(crate) mod field;
mod goal;
mod id;
pub(crate) mod key;
mod money;
#[doc(hidden)]
pub mod months;
#[doc(hidden)]
pub mod number;
mod organisation;
pub(crate) mod phrase;
mod placeholder;
mod region;
mod solution;
mod stage;
mod table;
mod year;

use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value as Json};

pub use crate::language::Language;
pub use challenge::{Challenge, Criteria};
#[doc(hidden)]
pub use check::did_you_mean;
pub use country::Country;
pub use date::{Date, DateOrder};
pub use deployment::{Deployment, DeploymentStatus};
pub use eligibility::{Eligibility, MissingValue};
pub use field::FieldError;
// Shared with the crates that read and write files; not for other users.
#[doc(hidden)]
pub use field::number_to_json;
pub use goal::Goal;
pub use id::{ChallengeId, ID_LIMIT, SolutionId};
#[doc(hidden)]
pub use key::normalise_key;
#[doc(hidden)]
pub use money::WORDS as CURRENCY_WORDS;
pub use money::{Currency, Money};
pub use organisation::OrganisationType;
pub use placeholder::is_placeholder;
pub use solution::Solution;
pub use stage::Stage;
pub use year::Year;

/// The most bytes (of UTF-8) that one text of a record may have, unless a caller sets another
/// limit: 1,000,000.
pub const TEXT_LIMIT: usize = 1_000_000;

/// The two kinds of record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A [`Solution`].
    Solution,
    /// A [`Challenge`].
    Challenge,
}

impl Kind {
    /// Its name: `solution` or `challenge`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Solution => "solution",
            Self::Challenge => "challenge",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A field of a record that citymatch does not know and that looks like a known one, or an unknown
/// rule of eligibility. Both are kept as they are.
///
/// # Examples
/// ```
/// use citymatch::{Record, Solution};
/// let json = serde_json::json!({"id": "s1", "title": "Dry toilets", "sumary": "…"});
/// let warnings = Solution::from_json(json).unwrap().warnings();
/// assert_eq!(
///     warnings[0].to_string(),
///     "unknown field `sumary` is kept as it is; did you mean `summary`?"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Warning {
    /// The field as it was written.
    pub field: String,
    /// The known field that it looks like; `None` for a rule of eligibility.
    pub known: Option<&'static str>,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.known {
            Some(known) => write!(
                f,
                "unknown field `{}` is kept as it is; did you mean `{known}`?",
                self.field
            ),
            None => write!(f, "unknown rule `{}` is kept but not applied", self.field),
        }
    }
}

mod sealed {
    pub trait Sealed {}
}

/// What the two kinds of record have in common. Only [`Solution`] and [`Challenge`] implement it.
pub trait Record:
    sealed::Sealed + Clone + fmt::Debug + PartialEq + Default + Send + Sync + 'static
{
    /// The kind of record.
    const KIND: Kind;
    /// The names of the text fields, in order: those whose words and sentences are matched.
    const TEXTS: &'static [&'static str];
    /// The names of all fields that files have, in order.
    const FIELDS: &'static [&'static str];
    /// The names of the fields that are lists.
    const LISTS: &'static [&'static str];
    /// The type of its id.
    type Id: Clone
        + Ord
        + fmt::Debug
        + fmt::Display
        + AsRef<str>
        + From<String>
        + Send
        + Sync
        + 'static;

    /// Its id.
    fn id(&self) -> &Self::Id;

    /// The language that it declares, if it does.
    fn declared_language(&self) -> Option<Language>;

    /// The country it comes from, if that is known.
    fn home(&self) -> Option<Country>;

    /// The names and texts of the text fields that say something, in order: those that are neither
    /// blank nor a placeholder ([`is_placeholder`]).
    fn texts(&self) -> Vec<(&'static str, &str)>;

    /// What it is about, in a few words of its own: matched as one more sentence.
    fn themes(&self) -> &[String];

    /// The goals that it serves: their names are matched together with its themes.
    fn goals(&self) -> &[Goal];

    /// The same record without the goals that it declares: what its own words say.
    fn without_goals(&self) -> Self;

    /// Reads a record from its JSON object. Fields that citymatch does not know are kept in
    /// `extra`.
    ///
    /// # Errors
    /// All values that are wrong, and what was expected.
    fn from_json(json: Json) -> Result<Self, FieldError>;

    /// Reads a record from its JSON object, and keeps in `extra` as it was written what is not clear
    /// and not needed for matching ([`unclear`](Self::unclear)).
    ///
    /// # Errors
    /// All wrong values of the id, the texts and the rules of eligibility.
    fn read(json: Json) -> Result<Self, FieldError>;

    /// What was not clear when the record was read.
    fn unclear(&self) -> &[FieldError];

    /// The value of a field as its source wrote it, if citymatch would write it in another way.
    fn written(&self, field: &str) -> Option<&Json>;

    /// Gives it another id.
    fn set_id(&mut self, id: Self::Id);

    /// The fields that citymatch does not know, as they were read.
    fn extra_mut(&mut self) -> &mut Map<String, Json>;

    /// The record as its JSON object: first the known fields in their order, then the others. A
    /// value that was read from JSON and is still the same is written as its source wrote it.
    fn to_json(&self) -> Map<String, Json>;

    /// Checks whether it may enter a catalogue: it needs an id and a text; no text may have control
    /// characters (but tabs and line ends) or more than `text_limit` bytes.
    ///
    /// # Errors
    /// The first field that is wrong, and what was expected.
    fn check(&self, text_limit: usize) -> Result<(), FieldError>;

    /// The unknown fields that look like known ones, and the unknown rules of eligibility.
    fn warnings(&self) -> Vec<Warning>;
}
