//! The texts of a record, analysed: what the index is built from.

use super::fields::{index_weights, weight};
use super::{Analyser, RecordText, TermForms};
use crate::record::{Language, Record};

/// A record's id and language, and its texts cut into sentences and terms.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct AnalysedRecord {
    pub(crate) id: String,
    /// The sentences of its [`RecordText`].
    pub(crate) sentences: Vec<Sentence>,
    /// The words of the sentences, one sentence on each line.
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
    /// Analyses the text of a record in a language.
    pub(crate) fn new<R: Record>(
        record: &R,
        text: RecordText,
        language: Option<Language>,
        analyser: &mut Analyser,
    ) -> Self {
        let text = text.with_themes(record, language);
        let full_text = text.words().collect::<Vec<_>>().join("\n");
        let sentences = text.sentences.into_iter().map(|sentence| Sentence {
            terms: analyser.term_forms(&sentence.matched, language),
            text: sentence.matched.words.into_string(),
            weight: weight(index_weights(R::KIND), sentence.field),
        });
        Self {
            id: record.id().as_ref().to_owned(),
            sentences: sentences.collect(),
            full_text,
            language,
        }
    }
}
