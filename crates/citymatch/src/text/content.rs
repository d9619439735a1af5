//! What a solution says, ready to be made into vectors.

use super::fields::{SOLUTION_WEIGHTS, weight};
use super::{Term, sentences, terms};
use crate::record::{Language, Record, Solution};

/// The terms, the sentences and the whole text of a solution.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Content {
    /// Each occurrence, with what its field counts.
    pub(crate) terms: Vec<(Term, u32)>,
    /// Of each field in turn: no sentence goes over a field's end, so a title is one.
    pub(crate) sentences: Vec<String>,
    /// The fields, one a line.
    pub(crate) whole: String,
    pub(crate) language: Option<Language>,
}

impl Content {
    pub(crate) fn of(solution: &Solution, language: Option<Language>) -> Self {
        let texts = solution.texts();
        let weighted = |(field, text): &(&str, &str)| {
            let weight = weight(&SOLUTION_WEIGHTS, field);
            terms(text, language).into_iter().map(move |term| (term, weight)).collect::<Vec<_>>()
        };
        Self {
            terms: texts.iter().flat_map(weighted).collect(),
            sentences: texts.iter().flat_map(|(_, text)| sentences(text)).collect(),
            whole: texts.iter().map(|(_, text)| *text).collect::<Vec<_>>().join("\n"),
            language,
        }
    }
}
