//! The index of one immutable segment, which ranking reads: the inverted index of its terms, and
//! the vectors of its terms and texts. It is plain data, does not depend on the engine, and does
//! not distinguish solutions from challenges.

mod accents;
mod builder;
pub(crate) mod code;
mod expansion;
mod file;
mod fingerprints;
mod form_vectors;
#[cfg(test)]
mod fuzz;
mod gaps;
mod grams;
mod inverted;
mod inverted_builder;
mod merge;
mod pending;
mod record_vectors;
mod rows;
mod term_info;
mod term_table;
mod text_vectors;
mod threads;

pub(crate) use builder::{SegmentBuilder, SegmentIndex};
pub(crate) use expansion::{CACHED_WORDS, Expansion, SegmentExpansion};
pub(crate) use fingerprints::Fingerprint;
pub(crate) use form_vectors::Vectors;
pub(crate) use inverted::{CHUNK, InvertedIndex, Postings};
pub(crate) use merge::{MergeSource, SourceDoc, merge};
pub(crate) use pending::PendingSegment;
pub(crate) use record_vectors::{RecordVectors, StoredRecordVectors};
pub(crate) use rows::shared_subjects;
pub(crate) use term_info::{OtherTerms, TermInfo};
pub(crate) use text_vectors::{QuerySentences, TextVectors};
pub(crate) use threads::on_threads;

/// How many documents have their texts in memory at the same time while a segment is built.
pub(crate) const AT_ONCE: usize = 2048;
