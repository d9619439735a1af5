use serde_json::{Map, Value as Json};

use super::country::Country;
use super::date::Date;
use super::eligibility::Eligibility;
use super::field::{Field, FieldError, Problems, is_empty, json_text, number_to_json, read_number};
use super::goal::Goal;
use super::id::ChallengeId;
use super::table::record;
use crate::language::Language;

record! {
    /// A city's challenge: the need for which it looks for solutions.
    ///
    /// Only the id and one text (`title`, `question`, `problem`, `outcome`, `beneficiaries` or
    /// `context`) are required. A word counts fully in `title`, `question`, `problem` and
    /// `outcome`, half in `beneficiaries` and a tenth in `context`. An empty value means that the
    /// field is absent. Fields that citymatch does not know are kept in `extra` and written out
    /// again.
    ///
    /// # Examples
    /// ```
    /// use citymatch::Challenge;
    /// let challenge = Challenge::new("c1", "¿Cómo evitar que se inunden las calles?")
    ///     .city("Quito")
    ///     .context("2,7 millones de habitantes.");
    /// assert_eq!(challenge.title, "¿Cómo evitar que se inunden las calles?");
    /// ```
    Challenge(ChallengeId, "challenge");
    texts {
        /// Its name.
        title,
        /// What the city asks, in one sentence.
        question,
        /// The problem as it is today.
        problem,
        /// What a good solution would change.
        outcome,
        /// The people who should gain from it. A word counts half here.
        beneficiaries,
        /// The situation of the city: its population, risks, strategy. A word counts a tenth here.
        context,
    }
    fields {
        /// The country of the city.
        country: one Country,
        /// The city that asks.
        city: text String,
        /// The language it is written in. Without one it is detected
        /// ([`text::language_of`](crate::text::language_of)).
        language: one Language,
        /// Its subjects, in words of your own choice.
        themes: list String,
        /// The Sustainable Development Goals that it serves.
        sdgs: list Goal,
        /// The rules that decide which solutions may be matched. By default, all.
        eligibility: part Eligibility,
        /// The call's own criteria with their weights. Those that name a signal (`themes`, `goals`,
        /// `place`, `maturity`, `subject`, in any of the three languages) share half a point of the
        /// raw score; the others are for a person ([`Matches::for_a_person`](crate::Matches::for_a_person)).
        criteria: part Criteria,
        /// The number of solutions that the city will choose.
        winners: one u32,
        /// The last day on which a solution may enter. The rule `max_age_years` counts a
        /// solution's age up to the year of this day.
        deadline: one Date,
    }
}

/// The criteria of a call: names with weights, above 0, in the order in which they were given.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Criteria(Vec<(String, f64)>);

impl Criteria {
    /// Criteria from names and weights. The weights are not checked here; reading from JSON refuses
    /// those that are not above 0.
    pub fn new<N: Into<String>>(weights: impl IntoIterator<Item = (N, f64)>) -> Self {
        Self(weights.into_iter().map(|(name, weight)| (name.into(), weight)).collect())
    }

    /// The names and weights, in the order in which they were given.
    pub fn iter(&self) -> impl Iterator<Item = (&str, f64)> {
        self.0.iter().map(|(name, weight)| (name.as_str(), *weight))
    }
}

impl Field for Criteria {
    fn read(json: &Json, at: &str, problems: &mut Problems) -> Self {
        if is_empty(json) {
            return Self::default();
        }
        let Json::Object(fields) = json else {
            problems.push(FieldError::new(at, json_text(json), "an object of names and weights"));
            return Self::default();
        };
        let mut weight = |(name, json): (&String, &Json)| {
            let weight = read_number(json).filter(|weight| *weight > 0.0);
            if weight.is_none() {
                let at = format!("{at}.{name}");
                problems.push(FieldError::new(at, json_text(json), "a number above 0"));
            }
            Some((name.clone(), weight?))
        };
        Self(fields.iter().filter_map(&mut weight).collect())
    }

    fn write(&self) -> Option<Json> {
        let fields: Map<_, _> =
            self.iter().map(|(name, weight)| (name.to_owned(), number_to_json(weight))).collect();
        (!fields.is_empty()).then_some(Json::Object(fields))
    }
}

impl Challenge {
    /// A challenge that consists of one question; its id is `text`.
    ///
    /// # Examples
    /// ```
    /// let challenge = citymatch::Challenge::from_text("¿Cómo evitar que se inunden las calles?");
    /// assert_eq!(challenge.id.as_str(), "text");
    /// ```
    #[must_use]
    pub fn from_text(text: impl Into<String>) -> Self {
        Self { id: ChallengeId::from("text"), question: text.into(), ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Record;

    #[test]
    fn criteria_keep_their_order_and_refuse_weights_that_weigh_nothing() {
        let read = Challenge::from_json(
            serde_json::json!({"id": "c", "title": "t", "criteria": {"impact": 2, "cost": "1.5"}}),
        )
        .unwrap();
        assert_eq!(read.criteria.iter().collect::<Vec<_>>(), [("impact", 2.0), ("cost", 1.5)]);
        for weight in [serde_json::json!(0), serde_json::json!(-1), serde_json::json!("much")] {
            let problem = Challenge::from_json(
                serde_json::json!({"id": "c", "title": "t", "criteria": {"impact": weight}}),
            )
            .unwrap_err();
            assert_eq!(
                (problem.field.as_str(), problem.expected.as_str()),
                ("criteria.impact", "a number above 0")
            );
        }
        assert_eq!(Challenge::KIND.name(), "challenge");
    }
}
