//! The texts of a record, analysed: what the index is built from.

use super::fields::{index_weights, weight};
use super::{Analyser, TermForms, sentences};
use crate::record::{Language, Record};

/// A record's id and language, and its texts cut into sentences and terms.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct AnalysedRecord {
    pub(crate) id: String,
    /// The sentences of each text field in turn. A sentence ends where its field does, so a title
    /// is a sentence of its own.
    pub(crate) sentences: Vec<Sentence>,
    /// The text fields, one on each line.
    pub(crate) full_text: String,
    pub(crate) language: Option<Language>,
}

/// A sentence of a record.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sentence {
    pub(crate) text: String,
    /// Its content words in their order, with repetitions.
    pub(crate) terms: TermForms,
    /// How often a word of its field counts ([`index_weights`]).
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
            let sentence = |text: String| Sentence {
                terms: analyser.term_forms(&text, language),
                text,
                weight,
            };
            all.extend(sentences(text).into_iter().map(sentence));
        }
        Self {
            id: record.id().as_ref().to_owned(),
            sentences: all,
            full_text: texts.iter().map(|(_, text)| *text).collect::<Vec<_>>().join("\n"),
            language,
        }
    }
}
