use serde_json::{Map, Value as Json};

use super::country::Country;
use super::date::Date;
use super::eligibility::Eligibility;
use super::field::{Field, FieldError, is_empty, number, read_number, shown};
use super::goal::Goal;
use super::id::ChallengeId;
use super::language::Language;
use super::table::record;

record! {
    /// What a city needs.
    ///
    /// Only the id and one text (`title`, `question`, `problem`, `outcome`, `beneficiaries` or
    /// `context`) are required. The ask is title, question, problem and outcome; `beneficiaries`
    /// counts half of them, `context` a tenth.
    ///
    /// # Examples
    /// ```
    /// use citymatch::Challenge;
    /// let challenge = Challenge::new("c1", "¿Cómo evitar que se inunden las calles?").city("Quito").context("2,7 millones de habitantes.");
    /// assert_eq!(challenge.title, "¿Cómo evitar que se inunden las calles?");
    /// ```
    Challenge(ChallengeId, "challenge");
    texts {
        /// Its name.
        title,
        /// What is asked, in one sentence.
        question,
        /// What is wrong today.
        problem,
        /// What should be so afterwards.
        outcome,
        /// Who is to gain from it. Counts half.
        beneficiaries,
        /// The city around it: population, shocks, strategy. Counts a tenth.
        context,
    }
    fields {
        /// The country of the city.
        country: one Country,
        /// The city that asks.
        city: text String,
        /// The language it is written in, if declared; otherwise it is detected.
        language: one Language,
        /// What it is about.
        themes: list String,
        /// The Sustainable Development Goals that it serves.
        sdgs: list Goal,
        /// Who may enter.
        eligibility: part Eligibility,
        /// What else counts, and how much.
        criteria: part Criteria,
        /// How many solutions it takes.
        winners: one u32,
        /// The last day to enter; a solution's age is counted to its year.
        deadline: one Date,
    }
}

/// What a call weighs: names with weights, in the order they came.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Criteria(Vec<(String, f64)>);

impl Criteria {
    /// Criteria from names and weights.
    pub fn new<N: Into<String>>(weights: impl IntoIterator<Item = (N, f64)>) -> Self {
        Self(weights.into_iter().map(|(name, weight)| (name.into(), weight)).collect())
    }

    /// Names and weights.
    pub fn iter(&self) -> impl Iterator<Item = (&str, f64)> {
        self.0.iter().map(|(name, weight)| (name.as_str(), *weight))
    }
}

impl Field for Criteria {
    fn read(json: &Json, at: &str) -> Result<Self, FieldError> {
        if is_empty(json) {
            return Ok(Self::default());
        }
        let Json::Object(fields) = json else {
            return Err(FieldError::new(at, shown(json), "an object of names and weights"));
        };
        let weight = |(name, json): (&String, &Json)| match read_number(json)
            .filter(|weight| *weight >= 0.0)
        {
            Some(weight) => Ok((name.clone(), weight)),
            None => {
                Err(FieldError::new(format!("{at}.{name}"), shown(json), "a number, 0 or more"))
            }
        };
        fields.iter().map(weight).collect::<Result<_, _>>().map(Self)
    }

    fn write(&self) -> Option<Json> {
        let fields: Map<_, _> =
            self.iter().map(|(name, weight)| (name.to_owned(), number(weight))).collect();
        (!fields.is_empty()).then_some(Json::Object(fields))
    }
}

impl Challenge {
    /// A challenge that is one question.
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
    fn criteria_keep_their_order_and_refuse_negative_weights() {
        let read = Challenge::from_json(
            serde_json::json!({"id": "c", "title": "t", "criteria": {"impact": 2, "cost": "1.5"}}),
        )
        .unwrap();
        assert_eq!(read.criteria.iter().collect::<Vec<_>>(), [("impact", 2.0), ("cost", 1.5)]);
        let problem = Challenge::from_json(
            serde_json::json!({"id": "c", "title": "t", "criteria": {"impact": -1}}),
        )
        .unwrap_err();
        assert_eq!(problem.field, "criteria.impact");
        assert_eq!(Challenge::KIND.name(), "challenge");
    }
}
