//! What a user writes: the two kinds of record, their fields, and how they get into and out of
//! JSON.

mod challenge;
mod check;
mod country;
mod country_names;
mod date;
mod deployment;
mod eligibility;
pub(crate) mod field;
mod goal;
mod id;
mod language;
mod money;
mod organisation;
mod solution;
mod stage;
mod table;
mod year;

use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value as Json};

pub use challenge::{Challenge, Criteria};
pub use country::Country;
pub use date::Date;
pub use deployment::{Deployment, DeploymentStatus};
pub use eligibility::{Eligibility, MissingValue};
pub use field::FieldError;
pub use goal::Goal;
pub use id::{ChallengeId, ID_LIMIT, SolutionId};
pub use language::Language;
pub use money::{Currency, Money};
pub use organisation::OrganisationType;
pub use solution::Solution;
pub use stage::Stage;
pub use year::Year;

/// The most bytes of text that one field may have, unless a caller sets another limit.
pub const TEXT_LIMIT: usize = 1_000_000;

/// The two kinds of record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// [`Solution`]
    Solution,
    /// [`Challenge`]
    Challenge,
}

impl Kind {
    /// `solution` or `challenge`.
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

/// An unknown field that looks like a known one. It is kept as it is.
///
/// # Examples
/// ```
/// use citymatch::{Record, Solution};
/// let solution = Solution::from_json(serde_json::json!({"id": "s1", "title": "Dry toilets", "sumary": "…"})).unwrap();
/// assert_eq!(solution.warnings()[0].to_string(), "unknown field `sumary` is kept as it is; did you mean `summary`?");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Warning {
    /// The field as it was written.
    pub field: String,
    /// The known field that it resembles, if there is one.
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

/// What the two kinds of record have in common. Implemented by [`Solution`] and [`Challenge`], and
/// by nothing else.
pub trait Record:
    sealed::Sealed + Clone + fmt::Debug + PartialEq + Default + Send + Sync + 'static
{
    /// Which kind it is.
    const KIND: Kind;
    /// The fields that are matched, in order.
    const TEXTS: &'static [&'static str];
    /// Every field that files have, in order.
    const FIELDS: &'static [&'static str];
    /// The fields that hold lists.
    const LISTS: &'static [&'static str];
    /// What names it.
    type Id: Clone
        + Ord
        + fmt::Debug
        + fmt::Display
        + AsRef<str>
        + From<String>
        + Send
        + Sync
        + 'static;

    /// What names this record.
    fn id(&self) -> &Self::Id;

    /// The language that was declared for it.
    fn declared_language(&self) -> Option<Language>;

    /// The country it comes from.
    fn home(&self) -> Option<Country>;

    /// The fields that are matched and are not empty: name and text, in order.
    fn texts(&self) -> Vec<(&'static str, &str)>;

    /// Reads a record from its JSON object. Fields that are not known are kept.
    ///
    /// # Errors
    /// The first field whose value is wrong, and what was expected.
    fn from_json(json: Json) -> Result<Self, FieldError>;

    /// The record as its JSON object: the source's words where it was read from one, known fields
    /// first.
    fn to_json(&self) -> Map<String, Json>;

    /// Whether it may enter a catalogue: an id, a text, no control characters, no field longer than
    /// `text_limit` bytes.
    ///
    /// # Errors
    /// The first field that is wrong, and what was expected.
    fn check(&self, text_limit: usize) -> Result<(), FieldError>;

    /// Unknown fields that look like known ones.
    fn warnings(&self) -> Vec<Warning>;
}
