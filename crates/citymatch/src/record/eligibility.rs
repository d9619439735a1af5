use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value as Json};

use super::country::Country;
use super::field::{
    Field, FieldError, Item, Problems, is_empty, json_text, named_enum, read_whole, unclear,
};
use super::id::SolutionId;
use super::money::Money;
use super::organisation::OrganisationType;
use super::stage::Stage;
use super::table::lists;
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
/// A rule that is left empty bars nobody. Each rule has a setter of its name, which replaces what
/// the rule was before. As JSON the rules are the object that `eligibility` of a challenge has in
/// files.
///
/// # Examples
/// ```
/// use citymatch::{Country, Eligibility, Stage, record::Money};
/// let [brazil, uruguay]: [Country; 2] = ["BR", "UY"].map(|code| code.parse().unwrap());
/// let rules = Eligibility::new()
///     .countries([brazil, uruguay])
///     .stages([Stage::Pilot, Stage::Implemented])
///     .max_cost(Money::new(50_000.0, "USD".parse().unwrap()))
///     .excluded(["s9"]);
/// assert_eq!(rules.stages, [Stage::Pilot, Stage::Implemented]);
/// assert_eq!(serde_json::to_value(&rules).unwrap()["countries"], serde_json::json!(["BR", "UY"]));
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
    fn read_item(json: &Json, at: &str, problems: &mut Problems) -> Option<Self> {
        let before = problems.len();
        let id = Field::read(json, at, problems);
        (problems.len() == before).then_some(id)
    }

    fn is_value(text: &str) -> bool {
        !text.trim().is_empty()
    }

    fn write_item(&self) -> Json {
        Json::from(self.as_str())
    }
}

impl Item for u32 {
    fn read_item(json: &Json, at: &str, problems: &mut Problems) -> Option<Self> {
        let whole = read_whole(json).and_then(|whole| Self::try_from(whole).ok());
        whole.or_else(|| unclear(problems, at, json_text(json), "a whole number, 0 or more"))
    }

    fn write_item(&self) -> Json {
        Json::from(*self)
    }
}

macro_rules! rules {
    ($($shape:ident $rule:ident),* $(,)?) => {
        impl Eligibility {
            /// The names of the rules.
            pub(crate) const RULES: &'static [&'static str] = &[$(stringify!($rule)),*];

            /// The names of the rules that are lists. Tables write such a rule in one cell, with
            /// `;` between its items.
            #[doc(hidden)]
            pub const LIST_RULES: &'static [&'static str] = lists!([] $($shape $rule)*);
        }

        impl Field for Eligibility {
            // A rule that is read in part would bar solutions that it admits, and one that is left
            // out would admit solutions that it bars. Either way nobody would be told.
            const REQUIRED: bool = true;

            fn read(json: &Json, at: &str, problems: &mut Problems) -> Self {
                if is_empty(json) {
                    return Self::default();
                }
                let Json::Object(fields) = json else {
                    let names = Self::RULES.join("`, `");
                    let expected = format!("an object of `{names}`");
                    problems.push(FieldError::new(at, json_text(json), expected));
                    return Self::default();
                };
                Self {
                    $($rule: match fields.get(stringify!($rule)) {
                        Some(json) => {
                            Field::read(json, &format!("{at}.{}", stringify!($rule)), problems)
                        }
                        None => Default::default(),
                    },)*
                }
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
    list countries,
    list languages,
    list stages,
    list organisation_types,
    one max_cost,
    one max_age_years,
    list required_themes,
    list excluded,
    list excluded_organisations,
    one unknown,
);

impl Eligibility {
    /// No rule: every solution may enter.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The countries a solution may come from. Empty, the default, means any.
    #[must_use]
    pub fn countries(mut self, countries: impl IntoIterator<Item = Country>) -> Self {
        self.countries = countries.into_iter().collect();
        self
    }

    /// The languages a solution may be written in, declared or else detected. Empty, the default,
    /// means any.
    #[must_use]
    pub fn languages(mut self, languages: impl IntoIterator<Item = Language>) -> Self {
        self.languages = languages.into_iter().collect();
        self
    }

    /// The stages a solution may have. Empty, the default, means any.
    #[must_use]
    pub fn stages(mut self, stages: impl IntoIterator<Item = Stage>) -> Self {
        self.stages = stages.into_iter().collect();
        self
    }

    /// The kinds of organisation that may stand behind a solution. Empty, the default, means any.
    #[must_use]
    pub fn organisation_types(
        mut self,
        organisation_types: impl IntoIterator<Item = OrganisationType>,
    ) -> Self {
        self.organisation_types = organisation_types.into_iter().collect();
        self
    }

    /// The most that a solution may cost; amounts in another currency count as unknown. The default
    /// is no limit.
    #[must_use]
    pub fn max_cost(mut self, max_cost: impl Into<Option<Money>>) -> Self {
        self.max_cost = max_cost.into();
        self
    }

    /// The most years between a solution's first year and the year of the challenge's deadline. The
    /// default is no limit.
    #[must_use]
    pub fn max_age_years(mut self, max_age_years: impl Into<Option<u32>>) -> Self {
        self.max_age_years = max_age_years.into();
        self
    }

    /// Themes of which a solution must have every one. Empty, the default, means that none is
    /// required.
    #[must_use]
    pub fn required_themes(
        mut self,
        required_themes: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        self.required_themes = required_themes.into_iter().map(Into::into).collect();
        self
    }

    /// Solutions that may not enter. The default is none.
    #[must_use]
    pub fn excluded(mut self, excluded: impl IntoIterator<Item = impl Into<SolutionId>>) -> Self {
        self.excluded = excluded.into_iter().map(Into::into).collect();
        self
    }

    /// Organisations whose solutions may not enter. The default is none.
    #[must_use]
    pub fn excluded_organisations(
        mut self,
        excluded_organisations: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        self.excluded_organisations = excluded_organisations.into_iter().map(Into::into).collect();
        self
    }

    /// What a missing value does under a rule that needs it. The default is
    /// [`MissingValue::Accept`].
    #[must_use]
    pub fn unknown(mut self, unknown: MissingValue) -> Self {
        self.unknown = Some(unknown);
        self
    }

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
        let mut problems = Vec::new();
        let rules = Self::read(json, "eligibility", &mut problems);
        FieldError::join(problems).map_or(Ok(rules), Err)
    }

    /// The rules as JSON: an object, empty where there is no rule.
    #[must_use]
    pub fn to_json(&self) -> Json {
        self.write().unwrap_or_else(|| Json::Object(Map::new()))
    }
}

impl Serialize for Eligibility {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Eligibility {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_json(&Json::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_rule_has_a_setter() {
        let rules = Eligibility::new()
            .countries(["BR".parse().unwrap()])
            .languages([Language::Spanish])
            .stages([Stage::Pilot])
            .organisation_types(["ngo".parse().unwrap()])
            .max_cost(Money::new(9.0, "USD".parse().unwrap()))
            .max_age_years(5)
            .required_themes(["agua"])
            .excluded(["s1"])
            .excluded_organisations(["Ñandú S.A."])
            .unknown(MissingValue::Reject);
        let expected = json!({
            "countries": ["BR"],
            "languages": ["es"],
            "stages": ["pilot"],
            "organisation_types": ["ngo"],
            "max_cost": {"amount": 9, "currency": "USD"},
            "max_age_years": 5,
            "required_themes": ["agua"],
            "excluded": ["s1"],
            "excluded_organisations": ["Ñandú S.A."],
            "unknown": "bar",
        });
        assert_eq!(rules.to_json(), expected);
        assert_eq!(expected.as_object().map(Map::len), Some(Eligibility::RULES.len()));
        assert_eq!(
            rules.clone().stages([Stage::Idea]).stages,
            [Stage::Idea],
            "the last call counts"
        );
        assert_eq!(rules.max_cost(None).max_cost, None);
    }

    #[test]
    fn a_wrong_rule_is_named_when_deserialised() {
        let error =
            serde_json::from_value::<Eligibility>(json!({"stages": ["pilto"]})).unwrap_err();
        assert!(error.to_string().contains("`eligibility.stages[0]` cannot be `pilto`"), "{error}");
    }
}
