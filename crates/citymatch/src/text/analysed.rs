//! What a record says, ready to be indexed: its terms, its sentences and its whole text.

use super::fields::{index_weights, weight};
use super::{Analyser, TermForms, sentences};
use crate::record::{Language, Record};

/// A record as it is indexed. Solutions and challenges are treated alike.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct AnalysedRecord {
    pub(crate) id: String,
    /// Field by field: no sentence goes over a field's end, so a title is a sentence.
    pub(crate) sentences: Vec<Sentence>,
    /// The fields, one a line.
    pub(crate) whole: String,
    pub(crate) language: Option<Language>,
}

/// A sentence of a record.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sentence {
    pub(crate) text: String,
    /// The content words in order, each occurrence as a term in its surface form.
    pub(crate) tokens: TermForms,
    /// How often each of its words counts: the weight of its field.
    pub(crate) weight: u32,
}

impl AnalysedRecord {
    pub(crate) fn new<R: Record>(
        record: &R,
        language: Option<Language>,
        analyser: &mut Analyser,
    ) -> Self {
        let texts = record.texts();
        let mut all = Vec::new();
        for (field, text) in &texts {
            let weight = weight(index_weights(R::KIND), field);
            let sentence =
                |text: String| Sentence { tokens: analyser.tokens(&text, language), text, weight };
            all.extend(sentences(text).into_iter().map(sentence));
        }
        Self {
            id: record.id().as_ref().to_owned(),
            sentences: all,
            whole: texts.iter().map(|(_, text)| *text).collect::<Vec<_>>().join("\n"),
            language,
        }
    }
}
