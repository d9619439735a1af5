//! Eligibility: checking the rules of a search against the attributes of solutions.
//!
//! The same list of rules decides and gives reasons, so a solution is either ranked or has a reason
//! why it is not.

mod reason;
mod sentences;

use std::collections::BTreeSet;

pub use reason::{Ineligible, Reason};

use crate::engine::{NumberAttribute, Segment, TextAttribute};
use crate::error::Error;
use crate::ids::DocId;
use crate::record::key::normalise_key;
use crate::record::{
    Country, Date, Eligibility, Language, MissingValue, Money, OrganisationType, Solution,
    SolutionId, Stage,
};

/// The rules of one search: those of the challenge or of the call, and the options that add to
/// them.
///
/// An empty list in an [`Eligibility`] means that there is no rule. Here an empty list is a rule
/// that excludes everyone: it is what two lists have in common that share no value.
#[derive(Debug)]
pub(crate) struct EligibilityFilter {
    rules: Vec<Rule>,
    missing: MissingValue,
}

/// The result of checking a rule against a solution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Met,
    NotMet,
    /// The solution has no value, or one that cannot be compared.
    Unknown,
}

impl Verdict {
    fn met(met: bool) -> Self {
        if met { Self::Met } else { Self::NotMet }
    }
}

/// One rule, as the caller gave it.
#[derive(Debug)]
enum Rule {
    Countries(Vec<Country>),
    Languages {
        allowed: Vec<Language>,
        /// The verdict on a solution whose language is not known. A matcher with languages excludes
        /// such a solution; an [`Eligibility`] decides by its `unknown`.
        unknown: Verdict,
    },
    Stages(Vec<Stage>),
    OrganisationTypes(Vec<OrganisationType>),
    MaxCost(Money),
    MaxAge {
        years: u32,
        deadline: Option<Date>,
    },
    RequiredThemes(Vec<String>),
    Excluded(Vec<SolutionId>),
    ExcludedOrganisations(Vec<String>),
}

impl EligibilityFilter {
    /// `at_least` is an option of the search and `languages` one of the matcher; both add to the
    /// rules.
    pub(crate) fn new(
        rules: &Eligibility,
        deadline: Option<Date>,
        at_least: Option<Stage>,
        languages: &BTreeSet<Language>,
    ) -> Self {
        // Every field is named, so that a new rule cannot be forgotten here.
        let Eligibility {
            countries,
            languages: listed_languages,
            stages,
            organisation_types,
            max_cost,
            max_age_years,
            required_themes,
            excluded,
            excluded_organisations,
            unknown,
        } = rules;
        let mut all = Vec::new();
        all.extend(listed(countries).map(Rule::Countries));
        all.extend(match (listed(listed_languages), languages.is_empty()) {
            (None, true) => None,
            (Some(allowed), true) => Some(Rule::Languages { allowed, unknown: Verdict::Unknown }),
            (listed, false) => {
                let is_listed = |language: &Language| match &listed {
                    Some(listed) => listed.contains(language),
                    None => true,
                };
                let allowed = languages.iter().copied().filter(is_listed).collect();
                Some(Rule::Languages { allowed, unknown: Verdict::NotMet })
            }
        });
        all.extend(match (listed(stages), at_least) {
            (stages, None) => stages.map(Rule::Stages),
            (stages, Some(least)) => {
                let stages = stages.unwrap_or_else(|| Stage::ALL.to_vec());
                let reached = stages.into_iter().filter(|stage| stage.has_reached(least));
                Some(Rule::Stages(reached.collect()))
            }
        });
        all.extend(listed(organisation_types).map(Rule::OrganisationTypes));
        all.extend(max_cost.map(Rule::MaxCost));
        all.extend(max_age_years.map(|years| Rule::MaxAge { years, deadline }));
        all.extend(listed(required_themes).map(Rule::RequiredThemes));
        all.extend(listed(excluded).map(Rule::Excluded));
        all.extend(listed(excluded_organisations).map(Rule::ExcludedOrganisations));
        Self { rules: all, missing: unknown.unwrap_or(MissingValue::Accept) }
    }

    /// Whether there is no rule.
    pub(crate) fn is_open(&self) -> bool {
        self.rules.is_empty()
    }

    /// The rules, made ready to check the solutions of a segment.
    pub(crate) fn for_segment<'s>(
        &'s self,
        segment: &'s Segment,
    ) -> Result<SegmentFilter<'s>, Error> {
        let bound = self.rules.iter().map(|rule| Ok((rule, rule.check_in(segment)?)));
        let rules = bound.collect::<Result<_, Error>>()?;
        Ok(SegmentFilter { rules, missing: self.missing, segment })
    }
}

/// The list of a rule; `None` if it is empty, which means that there is no rule.
fn listed<T: Clone>(list: &[T]) -> Option<Vec<T>> {
    (!list.is_empty()).then(|| list.to_vec())
}

/// The rules of a search in one segment. Names and texts are replaced by their numbers in the
/// segment's columns, so that checking a solution compares numbers and reads no text.
pub(crate) struct SegmentFilter<'s> {
    rules: Vec<(&'s Rule, Check)>,
    missing: MissingValue,
    segment: &'s Segment,
}

impl SegmentFilter<'_> {
    /// Whether a solution meets all rules.
    pub(crate) fn admits(&self, doc: DocId) -> bool {
        self.rules.iter().all(|(_, check)| self.is_met(check, doc))
    }

    /// The rules that a solution does not meet. `read` is called, to name the solution's values,
    /// only if there are any.
    pub(crate) fn reasons(
        &self,
        doc: DocId,
        read: impl FnOnce() -> Result<Solution, Error>,
    ) -> Result<Vec<Reason>, Error> {
        let unmet = |(_, check): &&(&Rule, Check)| !self.is_met(check, doc);
        let unmet: Vec<_> = self.rules.iter().filter(unmet).collect();
        if unmet.is_empty() {
            return Ok(Vec::new());
        }
        let (solution, language) = (read()?, self.segment.meta(doc).language);
        let reason = |(rule, check): &(&Rule, Check)| {
            let known = check.verdict(self.segment, doc) != Verdict::Unknown;
            let value = known.then(|| rule.value(&solution, language)).flatten();
            let unknown = value.is_none().then(|| rule.unknown());
            Reason::new(rule.name(), value, rule.limits(), unknown)
        };
        Ok(unmet.into_iter().map(reason).collect())
    }

    /// The names of the rules that cannot be checked, because the solution lacks the value.
    pub(crate) fn unknown(&self, doc: DocId) -> Vec<&'static str> {
        let is_unknown = |check: &Check| check.verdict(self.segment, doc) == Verdict::Unknown;
        let unknown = self.rules.iter().filter(|(_, check)| is_unknown(check));
        unknown.map(|(rule, _)| rule.name()).collect()
    }

    fn is_met(&self, check: &Check, doc: DocId) -> bool {
        match check.verdict(self.segment, doc) {
            Verdict::Met => true,
            Verdict::NotMet => false,
            Verdict::Unknown => self.missing == MissingValue::Accept,
        }
    }
}

/// A rule as a comparison of numbers in the columns of one segment.
enum Check {
    /// The text is one of these.
    TextIn(TextAttribute, Vec<u64>),
    /// The text is none of these.
    TextNotIn(TextAttribute, Vec<u64>),
    /// The document has all these texts; `None` if no document of the segment has some of them.
    HasAll(TextAttribute, Option<Vec<u64>>),
    LanguageIn(Vec<Language>, Verdict),
    /// The cost is at most this, in this currency; `None` if no document of the segment has the
    /// currency.
    CostAtMost(f64, Option<u64>),
    /// The age in years is at most this; `None` without a deadline.
    AgeAtMost(u32, Option<u16>),
    /// The document's id is none of these, by their ranks.
    IdNotIn(Vec<u64>),
}

impl Check {
    fn verdict(&self, segment: &Segment, doc: DocId) -> Verdict {
        let columns = segment.attributes();
        let text = |attribute| columns.first_text(attribute, doc);
        match self {
            Self::TextIn(attribute, allowed) => text(*attribute)
                .map_or(Verdict::Unknown, |text| Verdict::met(allowed.contains(&text))),
            Self::TextNotIn(attribute, barred) => text(*attribute)
                .map_or(Verdict::Unknown, |text| Verdict::met(!barred.contains(&text))),
            Self::HasAll(attribute, _) if text(*attribute).is_none() => Verdict::Unknown,
            Self::HasAll(_, None) => Verdict::NotMet,
            Self::HasAll(attribute, Some(required)) => {
                let has = |wanted: &u64| columns.texts(*attribute, doc).any(|own| own == *wanted);
                Verdict::met(required.iter().all(has))
            }
            Self::LanguageIn(allowed, unknown) => match segment.meta(doc).language {
                Some(language) => Verdict::met(allowed.contains(&language)),
                None => *unknown,
            },
            Self::CostAtMost(limit, currency) => {
                let same = currency.is_some() && text(TextAttribute::Currency) == *currency;
                match columns.number(NumberAttribute::Cost, doc).filter(|_| same) {
                    Some(cost) => Verdict::met(cost <= *limit),
                    None => Verdict::Unknown,
                }
            }
            Self::AgeAtMost(limit, deadline) => {
                match deadline.zip(columns.number(NumberAttribute::Year, doc)) {
                    Some((deadline, year)) => {
                        Verdict::met(f64::from(deadline) - year <= f64::from(*limit))
                    }
                    None => Verdict::Unknown,
                }
            }
            Self::IdNotIn(barred) => Verdict::met(!barred.contains(&segment.id_rank(doc))),
        }
    }
}

impl Rule {
    /// The name of the rule's field in [`Eligibility`].
    fn name(&self) -> &'static str {
        match self {
            Self::Countries(_) => "countries",
            Self::Languages { .. } => "languages",
            Self::Stages(_) => "stages",
            Self::OrganisationTypes(_) => "organisation_types",
            Self::MaxCost(_) => "max_cost",
            Self::MaxAge { .. } => "max_age_years",
            Self::RequiredThemes(_) => "required_themes",
            Self::Excluded(_) => "excluded",
            Self::ExcludedOrganisations(_) => "excluded_organisations",
        }
    }

    fn check_in(&self, segment: &Segment) -> Result<Check, Error> {
        let columns = segment.attributes();
        Ok(match self {
            Self::Countries(allowed) => {
                let names = allowed.iter().map(|country| country.name());
                let attribute = TextAttribute::Country;
                Check::TextIn(attribute, columns.ordinals(attribute, names)?)
            }
            Self::Languages { allowed, unknown } => Check::LanguageIn(allowed.clone(), *unknown),
            Self::Stages(allowed) => {
                let names = allowed.iter().map(|stage| stage.name());
                let attribute = TextAttribute::Stage;
                Check::TextIn(attribute, columns.ordinals(attribute, names)?)
            }
            Self::OrganisationTypes(allowed) => {
                let names = allowed.iter().map(|kind| kind.name());
                let attribute = TextAttribute::OrganisationType;
                Check::TextIn(attribute, columns.ordinals(attribute, names)?)
            }
            Self::MaxCost(limit) => {
                let names = limit.currency.iter().map(|currency| currency.name());
                let currency = columns.ordinals(TextAttribute::Currency, names)?;
                Check::CostAtMost(limit.amount, currency.first().copied())
            }
            Self::MaxAge { years, deadline } => Check::AgeAtMost(*years, deadline.map(Date::year)),
            Self::RequiredThemes(themes) => {
                let keys: Vec<String> = themes.iter().map(|theme| normalise_key(theme)).collect();
                let attribute = TextAttribute::Themes;
                let found = columns.ordinals(attribute, keys.iter().map(String::as_str))?;
                Check::HasAll(attribute, (found.len() == keys.len()).then_some(found))
            }
            Self::Excluded(ids) => {
                let mut ranks = Vec::new();
                for id in ids {
                    ranks.extend(segment.rank_of_id(id.as_str())?);
                }
                Check::IdNotIn(ranks)
            }
            Self::ExcludedOrganisations(names) => {
                let keys: Vec<String> = names.iter().map(|name| normalise_key(name)).collect();
                let attribute = TextAttribute::Organisation;
                let keys = keys.iter().map(String::as_str);
                Check::TextNotIn(attribute, columns.ordinals(attribute, keys)?)
            }
        })
    }

    /// The value that the rule checks, as the solution's record has it.
    fn value(&self, solution: &Solution, language: Option<Language>) -> Option<String> {
        match self {
            Self::Countries(_) => solution.country.map(|country| country.to_string()),
            Self::Languages { .. } => language.map(|language| language.to_string()),
            Self::Stages(_) => solution.stage.map(|stage| stage.to_string()),
            Self::OrganisationTypes(_) => solution.organisation_type.map(|kind| kind.to_string()),
            Self::MaxCost(_) => solution.cost.map(|cost| cost.to_string()),
            Self::MaxAge { deadline, .. } => {
                let age = deadline.zip(solution.year);
                age.map(|(date, year)| date.year().saturating_sub(year.get()).to_string())
            }
            Self::RequiredThemes(_) => {
                (!solution.themes.is_empty()).then(|| solution.themes.join(", "))
            }
            Self::Excluded(_) => Some(solution.id.to_string()),
            Self::ExcludedOrganisations(_) => {
                (!solution.organisation.is_empty()).then(|| solution.organisation.clone())
            }
        }
    }

    /// The values that the rule admits, or those that it excludes.
    fn limits(&self) -> Vec<String> {
        match self {
            Self::Countries(allowed) => texts(allowed),
            Self::Languages { allowed, .. } => texts(allowed),
            Self::Stages(allowed) => texts(allowed),
            Self::OrganisationTypes(allowed) => texts(allowed),
            Self::MaxCost(limit) => vec![limit.to_string()],
            Self::MaxAge { years, .. } => vec![years.to_string()],
            Self::RequiredThemes(themes) => themes.clone(),
            Self::Excluded(ids) => texts(ids),
            Self::ExcludedOrganisations(names) => names.clone(),
        }
    }

    /// What a solution lacks of which the rule knows no value.
    fn unknown(&self) -> String {
        let name = match self {
            Self::Countries(_) => "country",
            Self::Languages { .. } => "language",
            Self::Stages(_) => "stage",
            Self::OrganisationTypes(_) => "organisation_type",
            Self::MaxCost(Money { currency: Some(currency), .. }) => {
                return format!("cost in {currency}");
            }
            Self::MaxCost(_) => "cost",
            Self::MaxAge { deadline: None, .. } => "deadline",
            Self::MaxAge { .. } => "year",
            Self::RequiredThemes(_) => "themes",
            Self::Excluded(_) => "id",
            Self::ExcludedOrganisations(_) => "organisation",
        };
        name.to_owned()
    }
}

fn texts<T: ToString>(values: &[T]) -> Vec<String> {
    values.iter().map(ToString::to_string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Catalogue, Challenge, Matcher};
    use serde_json::json;

    #[test]
    fn each_rule_with_its_reason() {
        let solution = json!({
            "id": "s1", "title": "Jardines", "country": "AR", "language": "es", "stage": "pilot",
            "organisation": "Ñandú S.A.", "organisation_type": "ngo", "year": 2015,
            "cost": {"amount": 900, "currency": "USD"}, "themes": ["Agua", "Espacio público"],
        });
        let bare = json!({"id": "s1", "title": "Jardines"});
        let cases = [
            ("no_rule", &solution, json!({}), None),
            (
                "country",
                &solution,
                json!({"countries": ["BR", "UY"]}),
                Some("countries: AR is not one of BR, UY"),
            ),
            ("country_met", &solution, json!({"countries": ["AR"]}), None),
            (
                "language",
                &solution,
                json!({"languages": ["pt"]}),
                Some("languages: es is not one of pt"),
            ),
            (
                "stage",
                &solution,
                json!({"stages": ["idea"]}),
                Some("stages: pilot is not one of idea"),
            ),
            (
                "type",
                &solution,
                json!({"organisation_types": ["company"]}),
                Some("organisation_types: ngo is not one of company"),
            ),
            (
                "cost",
                &solution,
                json!({"max_cost": {"amount": 500, "currency": "USD"}}),
                Some("max_cost: 900 USD is more than 500 USD"),
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
                Some("max_cost: cost in BRL is unknown"),
            ),
            (
                "age",
                &solution,
                json!({"max_age_years": 5}),
                Some("max_age_years: 9 years is more than 5"),
            ),
            (
                "theme",
                &solution,
                json!({"required_themes": ["agua", "vivienda"]}),
                Some("required_themes: Agua, Espacio público has not all of agua, vivienda"),
            ),
            (
                "theme_without_accents",
                &solution,
                json!({"required_themes": ["espacio publico"]}),
                None,
            ),
            ("excluded", &solution, json!({"excluded": ["s1"]}), Some("excluded: s1 is excluded")),
            (
                "organisation",
                &solution,
                json!({"excluded_organisations": ["ñandu s.a."]}),
                Some("excluded_organisations: Ñandú S.A. is excluded"),
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
                Some("countries: country is unknown"),
            ),
        ];
        for (name, solution, rules, expected) in cases {
            let catalogue = Catalogue::in_memory().unwrap();
            let mut edit = catalogue.edit().unwrap();
            edit.put(Solution::from_json(solution.clone()).unwrap()).unwrap();
            edit.commit().unwrap();
            let challenge = Challenge::new("c", "agua")
                .deadline("2024-06-30".parse::<Date>().ok())
                .eligibility(Eligibility::from_json(&rules).unwrap());
            let excluded = Matcher::new(&catalogue).unwrap().ineligible(&challenge).unwrap();
            let reasons = excluded.iter().flat_map(|solution| &solution.reasons);
            let found: Vec<String> = reasons.map(ToString::to_string).collect();
            assert_eq!(found, Vec::from_iter(expected), "{name}");
        }
    }
}
