//! What `words` and `related` have in common: the lists of terms, and what a count in a record of some length is worth.

use std::sync::Arc;

use crate::catalogue::{Posting, Snapshot};
use crate::derived::code::{CODES, decode};
use crate::error::Error;

/// How many of the ask's heaviest terms make its scale: so short and long asks compare.
const HEAVIEST: usize = 12;

/// Inverse document frequency as Lucene smooths it (never negative): ln(1 + (N − n + 0.5) / (n + 0.5)).
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
pub(crate) struct Statistics {
    pub(crate) records: u64,
    pub(crate) mean_length: f64,
}

impl Statistics {
    pub(crate) fn of(snapshot: &Snapshot) -> Self {
        let records: u64 = snapshot.segments().iter().map(|segment| segment.solutions).sum();
        let length: u64 = snapshot.segments().iter().map(|segment| segment.weighted_length).sum();
        Self { records, mean_length: if records == 0 { 0.0 } else { length as f64 / records as f64 } }
    }
}

/// The live solutions that have a term, segment by segment.
#[derive(Clone)]
pub(crate) struct Lists {
    by_segment: Arc<[Vec<Posting>]>,
    /// How many there are in all segments.
    pub(crate) solutions: u64,
    pub(crate) idf: f64,
}

impl Lists {
    pub(crate) fn read(snapshot: &Snapshot, term: &str, statistics: Statistics) -> Result<Self, Error> {
        let engine_term = snapshot.term(term);
        let mut lists = vec![Vec::new(); snapshot.segments().len()];
        for (segment, list) in snapshot.segments().iter().zip(&mut lists) {
            segment.postings(&engine_term, list)?;
        }
        let solutions = lists.iter().map(|list| list.len() as u64).sum();
        Ok(Self { by_segment: lists.into(), solutions, idf: idf(statistics.records, solutions) })
    }

    pub(crate) fn of(&self, segment: usize) -> &[Posting] {
        &self.by_segment[segment]
    }

    /// The code of a record, if it has the term.
    pub(crate) fn code(&self, segment: usize, record: u32) -> Option<u8> {
        let list = self.of(segment);
        list.binary_search_by_key(&record, |posting| posting.record).ok().map(|at| list[at].code)
    }
}

/// What each code is worth: tf / (tf + k1 (1 − b + b · length / mean length)).
pub(crate) struct Saturation([f32; CODES]);

impl Saturation {
    pub(crate) fn new(mean_length: f64, k1: f64, b: f64) -> Self {
        let mut table = [0.0; CODES];
        for (code, value) in (0_u8..).zip(&mut table) {
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
        for (records, with_term, expected) in [(1, 1, 0.287_682), (10, 0, 3.091_042), (10, 4, 0.893_818), (1_000, 1, 6.503_290)] {
            assert!((idf(records, with_term) - expected).abs() < 1e-5, "{with_term} of {records}: {}", idf(records, with_term));
        }
    }

    #[test]
    fn only_the_twelve_heaviest_make_the_scale() {
        assert!((scale((1..=20).map(f64::from)) - f64::from((9..=20).sum::<i32>())).abs() < 1e-12);
        assert!(scale([]).abs() < 1e-12);
    }
}
