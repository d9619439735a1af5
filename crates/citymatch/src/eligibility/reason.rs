//! Why a solution may not enter, in words: for a program, for a table, and for an applicant.

use serde::Serialize;

use super::sentences::Sentences;
use crate::record::{Country, Language, OrganisationType, SolutionId, Stage};

/// A rule that a solution does not meet.
///
/// As a text it is short and in English, `stages: idea is not one of pilot, scaling` or
/// `stages: stage is unknown`. [`text`](Self::text) is a sentence for the applicant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Reason {
    /// The rule's name, as in [`Eligibility`](crate::Eligibility).
    pub rule: &'static str,
    /// The solution's value; `unknown` if it has none, or one that cannot be compared.
    pub value: String,
    /// The values that the rule admits, or those that it excludes, by their names in files: countries
    /// by their codes, a limit as `500 USD` or as a number of years.
    pub limits: Vec<String>,
    /// What is not known, where the value is `unknown`: a field's name, or `cost in USD`.
    pub unknown: Option<String>,
}

impl Reason {
    /// A reason from its parts, as a program that stored them has them. `unknown` says what is not
    /// known, if the solution's value is not.
    #[must_use]
    pub fn new(
        rule: &'static str,
        value: Option<String>,
        limits: Vec<String>,
        unknown: Option<String>,
    ) -> Self {
        let value = value.filter(|_| unknown.is_none()).unwrap_or_else(|| "unknown".to_owned());
        Self { rule, value, limits, unknown }
    }

    /// The reason as a sentence for the applicant.
    ///
    /// # Examples
    /// ```
    /// use citymatch::{Language, eligibility::Reason};
    /// let admitted = vec!["pilot".to_owned(), "scaling".to_owned()];
    /// let reason = Reason::new("stages", Some("idea".to_owned()), admitted, None);
    /// assert_eq!(reason.to_string(), "stages: idea is not one of pilot, scaling");
    /// assert_eq!(
    ///     reason.text(Language::Spanish),
    ///     "La etapa de la solución es «idea», y la convocatoria admite: piloto, en expansión."
    /// );
    /// ```
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        let sentences = Sentences::of(language);
        let named = |value: &str| value_in(self.rule, value, language);
        let limits: Vec<String> = self.limits.iter().map(|limit| named(limit)).collect();
        let limits = match limits.as_slice() {
            [] => sentences.nothing.to_owned(),
            limits => limits.join(", "),
        };
        let value = match &self.unknown {
            Some(what) => what.strip_prefix("cost in ").unwrap_or_default().to_owned(),
            None => named(&self.value),
        };
        let sentence = sentences.of_rule(self.rule, self.unknown.as_deref());
        sentence.replace("{value}", &value).replace("{limits}", &limits)
    }
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { rule, value, limits, unknown } = self;
        let limit = limits.join(", ");
        match (unknown, *rule) {
            (Some(what), _) => write!(f, "{rule}: {what} is unknown"),
            (None, "max_cost") => write!(f, "{rule}: {value} is more than {limit}"),
            (None, "max_age_years") => write!(f, "{rule}: {value} years is more than {limit}"),
            (None, "required_themes") => write!(f, "{rule}: {value} has not all of {limit}"),
            (None, "excluded" | "excluded_organisations") => {
                write!(f, "{rule}: {value} is excluded")
            }
            (None, _) if limits.is_empty() => {
                write!(f, "{rule}: {value} is not admitted, as the rules together leave no value")
            }
            (None, _) => write!(f, "{rule}: {value} is not one of {limit}"),
        }
    }
}

/// A value of a rule as a language says it.
fn value_in(rule: &str, value: &str, language: Language) -> String {
    let name = match rule {
        "countries" => value.parse().ok().map(|country: Country| country.name_in(language)),
        "languages" => value.parse().ok().map(|own: Language| own.name_in(language)),
        "stages" => value.parse().ok().map(|stage: Stage| stage.name_in(language)),
        "organisation_types" => {
            value.parse().ok().map(|kind: OrganisationType| kind.name_in(language))
        }
        _ => None,
    };
    name.unwrap_or(value).to_owned()
}

/// A solution that is excluded, with every rule that it does not meet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Ineligible {
    /// The id of the solution.
    pub solution_id: SolutionId,
    /// The rules that it does not meet, at least one.
    pub reasons: Vec<Reason>,
}

impl Ineligible {
    pub(crate) fn new(id: SolutionId, reasons: Vec<Reason>) -> Self {
        Self { solution_id: id, reasons }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every rule, broken and unknown.
    fn all() -> Vec<Reason> {
        let cases = [
            ("countries", "AR", &["BR", "UY"][..], "country"),
            ("languages", "es", &["pt"], "language"),
            ("stages", "idea", &["pilot", "scaling"], "stage"),
            ("organisation_types", "ngo", &["company", "other"], "organisation_type"),
            ("max_cost", "900 USD", &["500 USD"], "cost in USD"),
            ("max_age_years", "9", &["5"], "year"),
            ("max_age_years", "9", &["5"], "deadline"),
            ("required_themes", "Agua", &["agua", "vivienda"], "themes"),
            ("excluded", "s1", &["s1"], "id"),
            ("excluded_organisations", "Ñandú S.A.", &["ñandu s.a."], "organisation"),
        ];
        let both = |(rule, value, limits, unknown): (&'static str, &str, &[&str], &str)| {
            let limits: Vec<String> = limits.iter().map(|limit| (*limit).to_owned()).collect();
            let known = Reason::new(rule, Some(value.to_owned()), limits.clone(), None);
            [known, Reason::new(rule, None, limits, Some(unknown.to_owned()))]
        };
        cases.into_iter().flat_map(both).collect()
    }

    #[test]
    fn every_rule_has_its_words() {
        let found: Vec<String> = all().iter().map(ToString::to_string).collect();
        assert_eq!(
            found,
            [
                "countries: AR is not one of BR, UY",
                "countries: country is unknown",
                "languages: es is not one of pt",
                "languages: language is unknown",
                "stages: idea is not one of pilot, scaling",
                "stages: stage is unknown",
                "organisation_types: ngo is not one of company, other",
                "organisation_types: organisation_type is unknown",
                "max_cost: 900 USD is more than 500 USD",
                "max_cost: cost in USD is unknown",
                "max_age_years: 9 years is more than 5",
                "max_age_years: year is unknown",
                "max_age_years: 9 years is more than 5",
                "max_age_years: deadline is unknown",
                "required_themes: Agua has not all of agua, vivienda",
                "required_themes: themes is unknown",
                "excluded: s1 is excluded",
                "excluded: id is unknown",
                "excluded_organisations: Ñandú S.A. is excluded",
                "excluded_organisations: organisation is unknown",
            ]
        );
    }

    #[test]
    fn an_applicant_reads_a_sentence_in_three_languages() {
        for (language, rule, known, unknown) in [
            (
                Language::Spanish,
                "countries",
                "La solución es de Argentina, y la convocatoria admite: Brasil, Uruguay.",
                "La solución no dice de qué país es, y la convocatoria admite: Brasil, Uruguay.",
            ),
            (
                Language::Portuguese,
                "stages",
                "A etapa da solução é “ideia”, e a chamada admite: piloto, em expansão.",
                "A solução não diz em que etapa está, e a chamada admite: piloto, em expansão.",
            ),
            (
                Language::English,
                "max_cost",
                "The solution costs 900 USD, and the call admits at most 500 USD.",
                "The solution does not state a cost in USD, and the call admits at most 500 USD.",
            ),
        ] {
            let of_rule: Vec<Reason> = all().into_iter().filter(|own| own.rule == rule).collect();
            let found: Vec<String> = of_rule.iter().map(|own| own.text(language)).collect();
            assert_eq!(found, [known, unknown], "{rule} in {language}");
        }
        for language in Language::ALL.iter().copied() {
            let mut seen = std::collections::BTreeSet::new();
            for reason in all() {
                let text = reason.text(language);
                assert!(text.ends_with('.') && !text.contains(['{', '}', '`', '_']), "{text}");
                assert!(seen.insert(text.clone()) || reason.rule == "max_age_years", "{text}");
            }
        }
    }

    #[test]
    fn rules_that_leave_no_value_say_so() {
        let reason = Reason::new("stages", Some("idea".to_owned()), Vec::new(), None);
        assert_eq!(
            reason.to_string(),
            "stages: idea is not admitted, as the rules together leave no value"
        );
        assert_eq!(
            reason.text(Language::English),
            "The solution's stage is “idea”, and the call admits: nothing, as its rules contradict each other."
        );
    }
}
