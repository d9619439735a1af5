use serde_json::{Map, Value as Json};

use super::country::Country;
use super::field::{Field, FieldError, Item, is_empty, json_text, named_enum, read_whole};
use super::id::SolutionId;
use super::money::Money;
use super::organisation::OrganisationType;
use super::stage::Stage;
use crate::language::Language;

named_enum! {
    /// What a rule does with a solution that lacks the value it looks at.
    MissingValue {
        /// The rule lets the solution in; the default.
        Accept = "admit" ["admitir"],
        /// The rule bars the solution.
        Reject = "bar" ["excluir", "barrar"],
    }
}

/// A challenge's hard rules: who may enter. They remove solutions, with reasons, and never move a
/// score.
///
/// A rule that is left empty bars nobody.
///
/// # Examples
/// ```
/// use citymatch::{Eligibility, Stage};
/// let mut rules = Eligibility::default();
/// rules.stages = vec![Stage::Pilot, Stage::Implemented];
/// rules.countries = vec!["BR".parse().unwrap(), "UY".parse().unwrap()];
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Eligibility {
    /// The countries a solution may come from.
    pub countries: Vec<Country>,
    /// The languages it may be written in: declared, else detected.
    pub languages: Vec<Language>,
    /// The stages it may have.
    pub stages: Vec<Stage>,
    /// The kinds of organisation that may offer it.
    pub organisation_types: Vec<OrganisationType>,
    /// The most that it may cost. A cost in another currency cannot be compared, so it counts as
    /// missing.
    pub max_cost: Option<Money>,
    /// The most years from the year in which it began to the year of the challenge's deadline. A
    /// challenge without a deadline makes every solution's age count as missing.
    pub max_age_years: Option<u32>,
    /// Themes of which it must have every one; they are compared without case and accents.
    pub required_themes: Vec<String>,
    /// Solutions that may not enter.
    pub excluded: Vec<SolutionId>,
    /// Organisations whose solutions may not enter; they are compared without case and accents.
    pub excluded_organisations: Vec<String>,
    /// What a rule does with a missing value; `None` is the default, [`MissingValue::Accept`].
    pub unknown: Option<MissingValue>,
}

impl Item for SolutionId {
    fn read_item(json: &Json, at: &str) -> Result<Self, FieldError> {
        Field::read(json, at)
    }

    fn write_item(&self) -> Json {
        Json::from(self.as_str())
    }
}

impl Item for u32 {
    fn read_item(json: &Json, at: &str) -> Result<Self, FieldError> {
        let whole = read_whole(json).and_then(|whole| Self::try_from(whole).ok());
        whole.ok_or_else(|| FieldError::new(at, json_text(json), "a whole number, 0 or more"))
    }

    fn write_item(&self) -> Json {
        Json::from(*self)
    }
}

macro_rules! rules {
    ($($rule:ident),* $(,)?) => {
        impl Eligibility {
            /// The names of the rules.
            pub(crate) const RULES: &'static [&'static str] = &[$(stringify!($rule)),*];
        }

        impl Field for Eligibility {
            fn read(json: &Json, at: &str) -> Result<Self, FieldError> {
                if is_empty(json) {
                    return Ok(Self::default());
                }
                let Json::Object(fields) = json else {
                    let names = Self::RULES.join("`, `");
                    let expected = format!("an object of `{names}`");
                    return Err(FieldError::new(at, json_text(json), expected));
                };
                Ok(Self {
                    $($rule: match fields.get(stringify!($rule)) {
                        Some(json) => Field::read(json, &format!("{at}.{}", stringify!($rule)))?,
                        None => Default::default(),
                    },)*
                })
            }

            fn write(&self) -> Option<Json> {
                let mut fields = Map::new();
                $(if let Some(json) = self.$rule.write() {
                    fields.insert(stringify!($rule).to_owned(), json);
                })*
                (!fields.is_empty()).then_some(Json::Object(fields))
            }
        }
    };
}

rules!(
    countries,
    languages,
    stages,
    organisation_types,
    max_cost,
    max_age_years,
    required_themes,
    excluded,
    excluded_organisations,
    unknown,
);

impl Eligibility {
    /// Reads the rules from their JSON object, as `eligibility` of a challenge has it.
    ///
    /// # Errors
    /// The first rule whose value is wrong, and what was expected.
    ///
    /// # Examples
    /// ```
    /// use citymatch::Eligibility;
    /// let json = serde_json::json!({"stages": ["piloto"], "max_age_years": 5});
    /// let rules = Eligibility::from_json(&json).unwrap();
    /// assert_eq!(rules.max_age_years, Some(5));
    /// ```
    pub fn from_json(json: &Json) -> Result<Self, FieldError> {
        Self::read(json, "eligibility")
    }

    /// The rules as JSON: an object, empty where there is no rule.
    #[must_use]
    pub fn to_json(&self) -> Json {
        self.write().unwrap_or_else(|| Json::Object(Map::new()))
    }
}
