//! Examples to which constants are fitted, and the check that they suffice.

use std::collections::BTreeSet;

use crate::error::Error;
use crate::record::field::Vocabulary as _;
use crate::record::{Challenge, Language, Solution, SolutionId};
use crate::text::Query;

/// The least number of examples with a translation. With fewer the constants would say more about
/// the examples than about the encoder: 10 of them give 40 raw scores for the 2 parameters of the
/// logistic.
const MIN_TRANSLATED: usize = 10;

/// A challenge, the solutions that answer it, and the same challenge in another language.
///
/// The ids of the challenges do not matter. An example without a translation is used for the
/// logistic and the answer threshold, but not for the factors.
///
/// # Examples
/// ```
/// use citymatch::{Challenge, calibrate::Example};
/// let ask = Challenge::from_text("¿Cómo evitar que se inunden las calles?");
/// let example = Example::new(ask, ["s1", "s2"])
///     .translation(Challenge::from_text("How might we keep the streets from flooding?"));
/// assert_eq!(example.answers.len(), 2);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    /// The challenge.
    pub ask: Challenge,
    /// The same challenge in another language.
    pub translation: Option<Challenge>,
    /// The ids of the solutions that answer it.
    pub answers: Vec<SolutionId>,
}

impl Example {
    /// A challenge and the ids of the solutions that answer it.
    pub fn new<I: Into<SolutionId>>(ask: Challenge, answers: impl IntoIterator<Item = I>) -> Self {
        Self { ask, translation: None, answers: answers.into_iter().map(Into::into).collect() }
    }

    /// Adds the same challenge in another language. The default is none.
    #[must_use]
    pub fn translation(mut self, ask: Challenge) -> Self {
        self.translation = Some(ask);
        self
    }

    /// The challenge, and its translation if there is one.
    pub(super) fn challenges(&self) -> impl Iterator<Item = &Challenge> {
        [&self.ask].into_iter().chain(&self.translation)
    }
}

/// The language of a challenge, which is never `None` for one that has passed [`check`].
pub(super) fn language(challenge: &Challenge) -> Option<Language> {
    Query::new(challenge).language
}

/// An error unless the constants can be fitted to these examples.
pub(super) fn check(solutions: &[Solution], examples: &[Example]) -> Result<(), Error> {
    let translated = examples.iter().filter(|example| example.translation.is_some()).count();
    if translated < MIN_TRANSLATED {
        let value = format!("{} examples, {translated} of them with a translation", examples.len());
        return Err(Error::option(
            "examples",
            value,
            &format!("{MIN_TRANSLATED} or more with a translation"),
        ));
    }
    let mut ids = BTreeSet::new();
    if let Some(twice) = solutions.iter().find(|solution| !ids.insert(&solution.id)) {
        return Err(Error::option("solutions", &twice.id, "each id once"));
    }
    for (number, example) in examples.iter().enumerate() {
        let wrong = |field: &str, value: &str, expected: &str| {
            Err(Error::option(&format!("examples[{number}].{field}"), value, expected))
        };
        for (challenge, field) in example.challenges().zip(["ask", "translation"]) {
            let query = Query::new(challenge);
            if query.language.is_none() {
                return wrong(
                    &format!("{field}.language"),
                    "unknown",
                    &format!("{}, declared, or detected in 5 words or more", Language::expected()),
                );
            }
            if query.terms.is_empty() {
                return wrong(field, "…", "a content word");
            }
        }
        if let Some(translation) = &example.translation
            && let (own, Some(other)) = (language(&example.ask), language(translation))
            && own == Some(other)
        {
            return wrong("translation.language", other.name(), "another language than the ask's");
        }
        if example.answers.is_empty() {
            return wrong("answers", "none", "ids of solutions that answer the ask");
        }
        if let Some(unknown) = example.answers.iter().find(|id| !ids.contains(id)) {
            return wrong("answers", unknown.as_str(), "ids of the solutions that are given");
        }
        if example.answers.iter().collect::<BTreeSet<_>>().len() == solutions.len() {
            return wrong("answers", "all solutions", "some solutions that do not answer it");
        }
    }
    Ok(())
}
