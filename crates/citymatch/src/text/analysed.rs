//! What a solution says, ready to be made into lists and vectors.

use super::fields::{SOLUTION_WEIGHTS, weight};
use super::{Analyser, TermForms, sentences};
use crate::record::{Language, Record};

/// The id, the terms, the sentences and the whole text of a solution.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct AnalysedRecord {
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
    pub(crate) tokens: TermForms,
    /// What its field counts.
    pub(crate) weight: u32,
}

impl AnalysedRecord {
    pub(crate) fn of<R: Record>(
        solution: &R,
        language: Option<Language>,
        tokenizer: &mut Analyser,
    ) -> Self {
        let texts = solution.texts();
        let mut all = Vec::new();
        for (field, text) in &texts {
            let weight = weight(&SOLUTION_WEIGHTS, field);
            let sentence =
                |text: String| Sentence { tokens: tokenizer.tokens(&text, language), text, weight };
            all.extend(sentences(text).into_iter().map(sentence));
        }
        Self {
            id: solution.id().as_ref().to_owned(),
            sentences: all,
            whole: texts.iter().map(|(_, text)| *text).collect::<Vec<_>>().join("\n"),
            language,
        }
    }
}
