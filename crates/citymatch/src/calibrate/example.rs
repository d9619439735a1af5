use std::collections::BTreeSet;

use crate::error::Error;
use crate::record::field::Vocabulary as _;
use crate::record::{Challenge, Language, Solution, SolutionId};
use crate::text::Query;

/// With fewer pairs of asks the constants would say more about them than about the encoder: 10
/// pairs are 40 sums for 2 parameters.
const LEAST_TRANSLATED: usize = 10;

/// An ask, the solutions that answer it, and the same ask in another language.
///
/// The ids of the challenges do not matter. An example without a translation counts for the
/// logistic and not for the factors.
///
/// # Examples
/// ```
/// use citymatch::{Challenge, calibrate::Example};
/// let example = Example::new(Challenge::from_text("¿Cómo evitar que se inunden las calles?"), ["s1", "s2"])
///     .translation(Challenge::from_text("How might we keep the streets from flooding?"));
/// assert_eq!(example.answers.len(), 2);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    /// What is asked.
    pub ask: Challenge,
    /// The same in another language.
    pub translation: Option<Challenge>,
    /// The solutions that answer it.
    pub answers: Vec<SolutionId>,
}

impl Example {
    /// An ask and the solutions that answer it.
    pub fn new<I: Into<SolutionId>>(ask: Challenge, answers: impl IntoIterator<Item = I>) -> Self {
        Self { ask, translation: None, answers: answers.into_iter().map(Into::into).collect() }
    }

    /// The same ask in another language. The default is none.
    #[must_use]
    pub fn translation(mut self, ask: Challenge) -> Self {
        self.translation = Some(ask);
        self
    }

    /// The ask, and its translation if there is one.
    pub(super) fn asks(&self) -> impl Iterator<Item = &Challenge> {
        [&self.ask].into_iter().chain(&self.translation)
    }
}

/// The language of an ask that has passed [`check`].
pub(super) fn language(ask: &Challenge) -> Option<Language> {
    Query::new(ask, None).language
}

/// Whether something can be derived from these.
pub(super) fn check(solutions: &[Solution], examples: &[Example]) -> Result<(), Error> {
    let translated = examples.iter().filter(|example| example.translation.is_some()).count();
    if translated < LEAST_TRANSLATED {
        let value = format!("{} examples, {translated} of them with a translation", examples.len());
        return Err(Error::option(
            "examples",
            value,
            &format!("{LEAST_TRANSLATED} or more with a translation"),
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
        for (ask, field) in example.asks().zip(["ask", "translation"]) {
            let read = Query::new(ask, None);
            if read.language.is_none() {
                return wrong(
                    &format!("{field}.language"),
                    "unknown",
                    &format!("{}, declared, or detected in 5 words or more", Language::expected()),
                );
            }
            if read.terms.is_empty() {
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
            return wrong("answers", "all solutions", "some solutions beside them, to stand among");
        }
    }
    Ok(())
}
