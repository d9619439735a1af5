//! What storage keeps of query expansion: plain data. `signal/expansion.rs` has the formula.

use std::collections::BTreeMap;

use smallvec::SmallVec;

use crate::ids::{FormId, SegmentOrd, TermId};

/// How many words of queries a snapshot, or a segment, caches the expansions of.
pub(crate) const CACHED_WORDS: usize = 32_768;
/// A term of the collection that a word of the query is expanded to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Expansion {
    pub(crate) text: String,
    /// In (0, 1]: 1 for the word's own term, else the largest of .95 for another spelling of
    /// it, of the Dice coefficient, and of the square of the cosine to the nearest of the term's
    /// surface forms.
    pub(crate) weight: f64,
    pub(crate) term: TermInfo,
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
    /// which of them are the word itself or another spelling of it.
    pub(crate) fn live(
        weights: BTreeMap<String, f64>,
        infos: Vec<TermInfo>,
        is_spelling: impl Fn(&str) -> bool,
    ) -> Vec<Self> {
        let live = weights.into_iter().zip(infos).filter(|(_, info)| info.doc_freq > 0);
        let mut live: Vec<Self> =
            live.map(|((text, weight), term)| Self { text, weight, term }).collect();
        let spellings = live.iter_mut().filter(|own| is_spelling(&own.text));
        TermInfo::share_doc_freq(spellings.map(|own| &mut own.term));
        live
    }
}

/// A term's number in each segment, and its document frequency.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct TermInfo {
    /// By segment; `None` if the segment does not have the term. Most catalogues have one segment
    /// and an expanded query has hundreds of terms, so the first number needs no allocation.
    term_ids: SmallVec<[Option<TermId>; 1]>,
    /// How many live solutions have it.
    pub(crate) doc_freq: u64,
}

impl TermInfo {
    /// The term's number in a segment, if the segment has it.
    pub(crate) fn term_id(&self, segment: SegmentOrd) -> Option<TermId> {
        self.term_ids[segment.index()]
    }

    /// Gives the spellings of one word the document frequency of the commonest. Otherwise a word
    /// that was once written without its accents would be a rare word in that spelling, and weigh
    /// more than in the common one.
    pub(crate) fn share_doc_freq<'i>(spellings: impl Iterator<Item = &'i mut Self>) {
        let mut spellings: SmallVec<[&mut Self; 1]> = spellings.collect();
        let commonest = spellings.iter().map(|own| own.doc_freq).max().unwrap_or_default();
        for own in &mut spellings {
            own.doc_freq = commonest;
        }
    }

    /// The same numbers with another document frequency.
    pub(crate) fn with_doc_freq(self, doc_freq: u64) -> Self {
        Self { doc_freq, ..self }
    }

    /// Adds the term's number and document frequency in the next segment.
    pub(crate) fn push(&mut self, term_id: Option<TermId>, doc_freq: u64) {
        self.term_ids.push(term_id);
        self.doc_freq += doc_freq;
    }
}
