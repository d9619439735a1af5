//! What storage keeps of query expansion: plain data. `signal/expansion.rs` has the formula.

use std::collections::BTreeMap;

use super::{OtherTerms, TermInfo};
use crate::ids::{FormId, TermId};

/// How many words of queries a snapshot, or a segment, caches the expansions of.
pub(crate) const CACHED_WORDS: usize = 32_768;

/// A term of the collection that a word of the query is expanded to.
#[derive(Debug, PartialEq)]
pub(crate) struct Expansion {
    pub(crate) text: String,
    /// In (0, 1]: 1 for the word's own term, else the largest of .95 for another spelling of
    /// it, of the Dice coefficient, and of the square of the cosine to the nearest of the term's
    /// surface forms.
    pub(crate) weight: f64,
    pub(crate) term: TermInfo,
    /// The inverse document frequency of the term.
    pub(crate) idf: f64,
}

/// The terms of one segment that a word may be expanded to, those of dead documents included.
pub(crate) struct SegmentExpansion {
    /// The surface forms with at least the least cosine, with their cosines.
    pub(crate) nearest_forms: Vec<(FormId, f64)>,
    /// The terms with a similar spelling, with their Dice coefficients.
    pub(crate) similar_spelling: Vec<(TermId, f64)>,
}

impl Expansion {
    /// The expansions that a live document has, in the order of their texts. `is_spelling` says
    /// which of them are the word itself or another spelling of it, and `idf` gives the inverse
    /// document frequency of each document frequency.
    pub(crate) fn live(
        weights: BTreeMap<String, f64>,
        infos: Vec<TermInfo>,
        is_spelling: impl Fn(&str) -> bool,
        idf: impl Fn(u64) -> f64,
    ) -> Vec<Self> {
        let live = weights.into_iter().zip(infos).filter(|(_, info)| info.doc_freq > 0);
        let mut live: Vec<Self> =
            live.map(|((text, weight), term)| Self { text, weight, term, idf: 0.0 }).collect();
        let spellings = live.iter_mut().filter(|own| is_spelling(&own.text));
        TermInfo::share_doc_freq(spellings.map(|own| &mut own.term));
        for own in &mut live {
            own.idf = idf(own.term.doc_freq);
        }
        live
    }

    /// The same with the term's numbers in the segments of another collection; `None` if they do
    /// not have it.
    pub(crate) fn among(&self, terms: &OtherTerms<'_>) -> Option<Self> {
        let term = terms.find(&self.text, &self.term)?;
        Some(Self { term, text: self.text.clone(), ..*self })
    }
}
