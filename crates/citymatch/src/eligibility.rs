//! Why a solution may not enter.

use serde::Serialize;

use crate::engine::Attributes;
use crate::record::field::{Field, normalise_key};
use crate::record::{Date, Eligibility, MissingValue, SolutionId};

/// A rule that a solution does not meet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Reason {
    /// The rule's name, as in [`Eligibility`].
    pub rule: &'static str,
    /// What the solution has; `unknown` where that is missing or does not compare.
    pub value: String,
    /// What the rule asks for.
    pub expected: String,
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: `{}` (expected {})", self.rule, self.value, self.expected)
    }
}

/// A solution that may not enter, with every rule that it does not meet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Ineligible {
    /// Which solution.
    pub id: SolutionId,
    /// The rules that it does not meet, at least one.
    pub reasons: Vec<Reason>,
}

impl Ineligible {
    pub(crate) fn new(id: SolutionId, reasons: Vec<Reason>) -> Self {
        Self { id, reasons }
    }
}

/// Whether there is no rule.
pub(crate) fn is_open(rules: &Eligibility) -> bool {
    let rest = Eligibility { unknown: None, ..rules.clone() };
    rest.write().is_none()
}

/// The rules that a solution does not meet.
pub(crate) fn reasons(
    rules: &Eligibility,
    deadline: Option<Date>,
    id: &str,
    facts: &Attributes,
) -> Vec<Reason> {
    let mut judge =
        Judge { bar_unknown: rules.unknown == Some(MissingValue::Reject), reasons: Vec::new() };
    judge.one_of("countries", &rules.countries, facts.country);
    judge.one_of("languages", &rules.languages, facts.language);
    judge.one_of("stages", &rules.stages, facts.stage);
    judge.one_of("organisation_types", &rules.organisation_types, facts.organisation_type);
    if let Some(limit) = rules.max_cost {
        let meets = facts.cost.and_then(|cost| cost.at_most(&limit));
        judge.rule(
            "max_cost",
            meets,
            || facts.cost.map(|cost| cost.to_string()),
            || format!("at most {limit}"),
        );
    }
    if let Some(limit) = rules.max_age_years {
        let age = deadline
            .zip(facts.year)
            .map(|(deadline, year)| u32::from(deadline.year().saturating_sub(year.get())));
        judge.rule(
            "max_age_years",
            age.map(|age| age <= limit),
            || age.map(|age| age.to_string()),
            || format!("at most {limit}"),
        );
    }
    if !rules.required_themes.is_empty() {
        let themes: Vec<String> = facts.themes.iter().map(|theme| normalise_key(theme)).collect();
        let meets =
            rules.required_themes.iter().all(|theme| themes.contains(&normalise_key(theme)));
        let themes = (!themes.is_empty()).then(|| facts.themes.join(", "));
        let meets = themes.is_some().then_some(meets);
        judge.rule(
            "required_themes",
            meets,
            || themes,
            || format!("all of {}", quoted(&rules.required_themes)),
        );
    }
    if rules.excluded.iter().any(|excluded| excluded.as_str() == id) {
        judge.rule(
            "excluded",
            Some(false),
            || Some(id.to_owned()),
            || "a solution that the call does not exclude".to_owned(),
        );
    }
    if !rules.excluded_organisations.is_empty() {
        let organisation = Some(normalise_key(&facts.organisation))
            .filter(|organisation| !organisation.is_empty());
        let meets = organisation.map(|name| {
            !rules.excluded_organisations.iter().any(|excluded| normalise_key(excluded) == name)
        });
        let expected = || format!("none of {}", quoted(&rules.excluded_organisations));
        judge.rule(
            "excluded_organisations",
            meets,
            || Some(facts.organisation.clone()).filter(|name| !name.is_empty()),
            expected,
        );
    }
    judge.reasons
}

struct Judge {
    bar_unknown: bool,
    reasons: Vec<Reason>,
}

impl Judge {
    /// Whether the value is on a list; an empty list bars nobody.
    fn one_of<T: Copy + PartialEq + std::fmt::Display>(
        &mut self,
        rule: &'static str,
        allowed: &[T],
        value: Option<T>,
    ) {
        if !allowed.is_empty() {
            let meets = value.map(|value| allowed.contains(&value));
            self.rule(
                rule,
                meets,
                || value.map(|value| value.to_string()),
                || format!("one of {}", quoted(allowed)),
            );
        }
    }

    /// A rule that is met, or not, or of which nothing is known.
    fn rule(
        &mut self,
        rule: &'static str,
        meets: Option<bool>,
        value: impl FnOnce() -> Option<String>,
        expected: impl FnOnce() -> String,
    ) {
        let value = match meets {
            Some(true) => return,
            None if !self.bar_unknown => return,
            Some(false) => value(),
            None => None,
        };
        self.reasons.push(Reason {
            rule,
            value: value.unwrap_or_else(|| "unknown".to_owned()),
            expected: expected(),
        });
    }
}

fn quoted<T: std::fmt::Display>(values: &[T]) -> String {
    values.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Solution;
    use serde_json::json;

    #[test]
    fn each_rule_with_its_reason() {
        let solution = json!({"id": "s1", "title": "Jardines", "country": "AR", "language": "es", "stage": "pilot", "organisation": "Ñandú S.A.",
            "organisation_type": "ngo", "cost": {"amount": 900, "currency": "USD"}, "year": 2015, "themes": ["Agua", "Espacio público"]});
        let bare = json!({"id": "s1", "title": "Jardines"});
        let cases = [
            ("no_rule", &solution, json!({}), None),
            (
                "country",
                &solution,
                json!({"countries": ["BR", "UY"]}),
                Some("countries: `AR` (expected one of `BR`, `UY`)"),
            ),
            ("country_met", &solution, json!({"countries": ["AR"]}), None),
            (
                "language",
                &solution,
                json!({"languages": ["pt"]}),
                Some("languages: `es` (expected one of `pt`)"),
            ),
            (
                "stage",
                &solution,
                json!({"stages": ["idea"]}),
                Some("stages: `pilot` (expected one of `idea`)"),
            ),
            (
                "type",
                &solution,
                json!({"organisation_types": ["company"]}),
                Some("organisation_types: `ngo` (expected one of `company`)"),
            ),
            (
                "cost",
                &solution,
                json!({"max_cost": {"amount": 500, "currency": "USD"}}),
                Some("max_cost: `900 USD` (expected at most 500 USD)"),
            ),
            (
                "cost_at_the_limit",
                &solution,
                json!({"max_cost": {"amount": 900, "currency": "USD"}}),
                None,
            ),
            (
                "cost_in_another_currency_is_unknown",
                &solution,
                json!({"max_cost": {"amount": 1, "currency": "BRL"}}),
                None,
            ),
            (
                "the_same_barred",
                &solution,
                json!({"max_cost": {"amount": 1, "currency": "BRL"}, "unknown": "bar"}),
                Some("max_cost: `unknown` (expected at most 1 BRL)"),
            ),
            (
                "age",
                &solution,
                json!({"max_age_years": 5}),
                Some("max_age_years: `9` (expected at most 5)"),
            ),
            (
                "theme",
                &solution,
                json!({"required_themes": ["agua", "vivienda"]}),
                Some(
                    "required_themes: `Agua, Espacio público` (expected all of `agua`, `vivienda`)",
                ),
            ),
            (
                "theme_without_accents",
                &solution,
                json!({"required_themes": ["espacio publico"]}),
                None,
            ),
            (
                "excluded",
                &solution,
                json!({"excluded": ["s1"]}),
                Some("excluded: `s1` (expected a solution that the call does not exclude)"),
            ),
            (
                "organisation",
                &solution,
                json!({"excluded_organisations": ["ñandu s.a."]}),
                Some("excluded_organisations: `Ñandú S.A.` (expected none of `ñandu s.a.`)"),
            ),
            (
                "missing_is_admitted",
                &bare,
                json!({"countries": ["BR"], "stages": ["idea"], "max_age_years": 1}),
                None,
            ),
            (
                "missing_is_barred",
                &bare,
                json!({"countries": ["BR"], "unknown": "bar"}),
                Some("countries: `unknown` (expected one of `BR`)"),
            ),
        ];
        for (name, solution, rules, expected) in cases {
            let solution = Solution::from_json(solution.clone()).unwrap();
            let language = solution.language;
            let rules = Eligibility::from_json(&rules).unwrap();
            let deadline = "2024-06-30".parse().ok();
            let found: Vec<String> =
                reasons(&rules, deadline, "s1", &Attributes::of(solution, language))
                    .iter()
                    .map(ToString::to_string)
                    .collect();
            assert_eq!(found, Vec::from_iter(expected), "{name}");
        }
    }
}
