//! What a solution says, ready to be made into lists and vectors.

use super::fields::{SOLUTION_WEIGHTS, weight};
use super::{Tokens, sentences, terms};
use crate::record::{Language, Record};

/// The id, the terms, the sentences and the whole text of a solution.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Content {
    pub(crate) id: String,
    /// Of each field in turn: no sentence goes over a field's end, so a title is one.
    pub(crate) sentences: Vec<Sentence>,
    /// The fields, one a line.
    pub(crate) whole: String,
    pub(crate) language: Option<Language>,
}

/// A sentence of a solution.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sentence {
    pub(crate) text: String,
    /// Each occurrence.
    pub(crate) tokens: Tokens,
    /// What its field counts.
    pub(crate) weight: u32,
}

impl Content {
    pub(crate) fn of<R: Record>(solution: &R, language: Option<Language>) -> Self {
        let texts = solution.texts();
        let of_field = |(field, text): &(&str, &str)| {
            let weight = weight(&SOLUTION_WEIGHTS, field);
            let sentence = |text: String| Sentence { tokens: terms(&text, language).into_iter().collect(), text, weight };
            sentences(text).into_iter().map(sentence).collect::<Vec<_>>()
        };
        Self {
            id: solution.id().as_ref().to_owned(),
            sentences: texts.iter().flat_map(of_field).collect(),
            whole: texts.iter().map(|(_, text)| *text).collect::<Vec<_>>().join("\n"),
            language,
        }
    }
}
