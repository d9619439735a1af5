//! The terms of a collection: their numbers in its segments, and how many documents have them.

use smallvec::SmallVec;

use super::{InvertedIndex, Postings, term_table};
use crate::ids::{DocId, SegmentOrd, TermId};

/// A term's number in each segment, and its document frequency.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TermInfo {
    /// By segment; `None` if the segment does not have the term. Most catalogues have one segment
    /// and an expanded query has hundreds of terms, so the first number needs no allocation.
    term_ids: SmallVec<[Option<TermId>; 1]>,
    /// How many live solutions have it.
    pub(crate) doc_freq: u64,
    /// The hash of its text, by which segments find it.
    hash: u32,
}

impl TermInfo {
    /// A term that no segment has yet.
    pub(crate) fn new(text: &str) -> Self {
        Self { term_ids: SmallVec::new(), doc_freq: 0, hash: term_table::hash(text) }
    }

    pub(crate) fn hash(&self) -> u32 {
        self.hash
    }

    /// Adds the term's number and document frequency in the next segment.
    pub(crate) fn push(&mut self, term_id: Option<TermId>, doc_freq: u64) {
        self.term_ids.push(term_id);
        self.doc_freq += doc_freq;
    }

    /// The term's number in a segment, if the segment has it.
    fn term_id(&self, segment: SegmentOrd) -> Option<TermId> {
        self.term_ids[segment.index()]
    }

    /// Its posting list in a chunk of a segment, dead documents included.
    pub(crate) fn postings<'t>(
        &self,
        index: &'t InvertedIndex,
        segment: SegmentOrd,
        chunk: usize,
    ) -> Postings<'t> {
        self.term_id(segment).map_or(Postings::NONE, |term| index.postings(chunk, term))
    }

    /// The code and the passages of a document of a segment, if it has the term.
    pub(crate) fn posting(
        &self,
        index: &InvertedIndex,
        segment: SegmentOrd,
        doc: DocId,
    ) -> Option<(u8, u8)> {
        index.posting(self.term_id(segment)?, doc)
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
}

/// How many bits tell most terms apart from those of one solution, which has some hundred.
const BITS: usize = 1 << 13;

/// The terms of some segments, in which the terms of another collection are looked up.
///
/// Where the segments are those of one new solution, a thousand terms of a query are looked up for
/// the few that it has. So a bit is set for each remainder of the hashes of its terms, and most of
/// the others are told by their bits alone.
pub(crate) struct OtherTerms<'s> {
    segments: Vec<&'s InvertedIndex>,
    bits: [u64; BITS / 64],
}

impl<'s> OtherTerms<'s> {
    pub(crate) fn new(segments: Vec<&'s InvertedIndex>) -> Self {
        let mut bits = [0; BITS / 64];
        for index in &segments {
            for term in (0..index.term_count()).map(TermId::new) {
                let (word, bit) = Self::place(term_table::hash(index.term(term)));
                bits[word] |= bit;
            }
        }
        Self { segments, bits }
    }

    fn place(hash: u32) -> (usize, u64) {
        let bit = hash as usize % BITS;
        (bit / 64, 1 << (bit % 64))
    }

    /// A term with its numbers in these segments, and the document frequency that it has in its own
    /// collection; `None` if no segment has it.
    pub(crate) fn find(&self, text: &str, term: &TermInfo) -> Option<TermInfo> {
        let (word, bit) = Self::place(term.hash);
        if self.bits[word] & bit == 0 {
            return None;
        }
        let find = |index: &&InvertedIndex| index.find(text, term.hash);
        let term_ids: SmallVec<_> = self.segments.iter().map(find).collect();
        term_ids.iter().any(Option::is_some).then_some(TermInfo { term_ids, ..*term })
    }
}
