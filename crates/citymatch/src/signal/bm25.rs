//! What `words` and `related` have in common: the terms of the catalogue, and what a count in a
//! record of some length is worth.

use super::term_info::TermInfo;
use crate::catalogue::{DocAddress, Snapshot};
use crate::index::code::{CODES, decode};
use crate::index::{InvertedIndex, Postings};

/// How many of the ask's heaviest terms make its scale: so short and long asks compare.
const HEAVIEST: usize = 12;

/// Inverse document frequency as Lucene smooths it (never negative): ln(1 + (N − n + 0.5) / (n +
/// 0.5)).
pub(crate) fn idf(records: u64, with_term: u64) -> f64 {
    let (records, with_term) = (records as f64, with_term as f64);
    libm::log(1.0 + (records - with_term + 0.5) / (with_term + 0.5))
}

/// The sum of the 12 largest.
pub(crate) fn scale(weights: impl IntoIterator<Item = f64>) -> f64 {
    let mut weights: Vec<f64> = weights.into_iter().collect();
    weights.sort_by(|a, b| b.total_cmp(a));
    weights.iter().take(HEAVIEST).sum()
}

/// How many live solutions a snapshot has, and their mean length.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CollectionStats {
    pub(crate) records: u64,
    pub(crate) mean_length: f64,
}

impl CollectionStats {
    pub(crate) fn of(snapshot: &Snapshot) -> Self {
        let records: u64 =
            snapshot.segments().iter().map(|segment| segment.counts().solutions).sum();
        let length: u64 =
            snapshot.segments().iter().map(|segment| segment.counts().weighted_length).sum();
        Self {
            records,
            mean_length: if records == 0 { 0.0 } else { length as f64 / records as f64 },
        }
    }
}

/// A term of the catalogue, and how rare it is.
#[derive(Clone)]
pub(crate) struct WeightedTerm {
    term: TermInfo,
    pub(crate) idf: f64,
}

impl WeightedTerm {
    pub(crate) fn new(term: TermInfo, statistics: CollectionStats) -> Self {
        Self { idf: idf(statistics.records, term.solutions), term }
    }

    /// How many live solutions have it.
    pub(crate) fn solutions(&self) -> u64 {
        self.term.solutions
    }

    /// The solutions of a chunk of a segment that have it, the dead included.
    pub(crate) fn postings<'t>(
        &self,
        terms: &'t InvertedIndex,
        segment: usize,
        chunk: usize,
    ) -> Postings<'t> {
        self.term.number(segment).map_or(Postings::NONE, |number| terms.postings(chunk, number))
    }

    /// The code and the passages of a record, if it has the term.
    pub(crate) fn of(&self, terms: &InvertedIndex, address: DocAddress) -> Option<(u8, u8)> {
        terms.record(self.term.number(address.segment)?, address.record)
    }
}

/// What each code is worth: tf / (tf + k1 (1 − b + b · length / mean length)).
pub(crate) struct TfNorm([f32; 256]);

impl TfNorm {
    pub(crate) fn new(mean_length: f64, k1: f64, b: f64) -> Self {
        let mut table = [0.0; 256];
        for (code, value) in (0_u8..).zip(&mut table[..CODES]) {
            let (count, length) = decode(code);
            let (count, length) = (f64::from(count), f64::from(length));
            let share = if mean_length > 0.0 { length / mean_length } else { 1.0 };
            *value = narrow(count / (count + k1 * (1.0 - b + b * share)));
        }
        Self(table)
    }

    pub(crate) fn of(&self, code: u8) -> f32 {
        self.0[usize::from(code)]
    }
}

#[allow(clippy::cast_possible_truncation)] // that is what narrowing is
pub(crate) fn narrow(value: f64) -> f32 {
    value as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn idf_of_lucene() {
        // Values of Lucene's BM25Similarity.idf(docFreq, docCount).
        for (records, with_term, expected) in
            [(1, 1, 0.287_682), (10, 0, 3.091_042), (10, 4, 0.893_818), (1_000, 1, 6.503_290)]
        {
            assert!(
                (idf(records, with_term) - expected).abs() < 1e-5,
                "{with_term} of {records}: {}",
                idf(records, with_term)
            );
        }
    }

    #[test]
    fn only_the_twelve_heaviest_make_the_scale() {
        assert!((scale((1..=20).map(f64::from)) - f64::from((9..=20).sum::<i32>())).abs() < 1e-12);
        assert!(scale([]).abs() < 1e-12);
    }
}
