//! Where a term is found in the segments of a snapshot, and how many documents have it.

use smallvec::SmallVec;

use crate::ids::{SegmentOrd, TermId};

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

    /// Adds the term's number and document frequency in the next segment.
    pub(crate) fn push(&mut self, term_id: Option<TermId>, doc_freq: u64) {
        self.term_ids.push(term_id);
        self.doc_freq += doc_freq;
    }
}
