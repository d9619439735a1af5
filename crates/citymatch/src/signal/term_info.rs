//! What a snapshot knows of a term.

use smallvec::SmallVec;

use crate::ids::{SegmentOrd, TermId};

/// A term's number in each segment, and its document frequency.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct TermInfo {
    /// By segment; `None` where the segment does not have it. Most catalogues have one segment, and
    /// a query has hundreds of terms.
    term_ids: SmallVec<[Option<TermId>; 1]>,
    /// How many live documents of the kind that is searched have it.
    pub(crate) doc_freq: u64,
}

impl TermInfo {
    /// Its number in a segment, if the segment has it.
    pub(crate) fn term_id(&self, segment: SegmentOrd) -> Option<TermId> {
        self.term_ids[segment.index()]
    }

    /// Adds what the next segment has of it.
    pub(crate) fn push(&mut self, term_id: Option<TermId>, doc_freq: u64) {
        self.term_ids.push(term_id);
        self.doc_freq += doc_freq;
    }
}
