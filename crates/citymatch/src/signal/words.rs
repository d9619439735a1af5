//! The share of the ask's words that a solution has.
//!
//! words = Σ count(t) · idf(t) · tf / (tf + k1 (1 − b + b · length / mean length)) / `A_w`, over the ask's terms t in the order of their texts,
//! where `A_w` is the sum of the 12 largest count(t) · idf(t). This is BM25F in its simple form (Robertson, Zaragoza, Taylor, CIKM 2004):
//! one list a term, with counts and lengths weighted by field. The sum is one of f32 values in that order, and is defined so.

use crate::catalogue::{Posting, Segment, Snapshot};
use crate::derived::code::{CODES, decode};
use crate::error::Error;
use crate::text::{Ask, AskTerm};

/// How fast more of the same word stops to count.
pub(crate) const K1: f64 = 1.2;
/// How much a solution's length counts.
pub(crate) const B: f64 = 0.75;
/// How many of the ask's heaviest terms make its scale.
const HEAVIEST: usize = 12;

/// Inverse document frequency as Lucene smooths it (never negative): ln(1 + (N − n + 0.5) / (n + 0.5)).
pub(crate) fn idf(records: u64, with_term: u64) -> f64 {
    let (records, with_term) = (records as f64, with_term as f64);
    libm::log(1.0 + (records - with_term + 0.5) / (with_term + 0.5))
}

/// An ask, ready to be held against the segments of one snapshot.
pub(crate) struct Words<'a> {
    pub(crate) terms: Vec<WordsTerm<'a>>,
    /// `A_w`.
    pub(crate) scale: f64,
    pub(crate) mean_length: f64,
    /// tf / (tf + k1 (…)) of each code.
    saturation: [f32; CODES],
}

/// A term of the ask and the solutions that have it.
pub(crate) struct WordsTerm<'a> {
    pub(crate) ask: &'a AskTerm,
    /// How many live solutions have it.
    pub(crate) solutions: u64,
    pub(crate) idf: f64,
    /// count · idf / `A_w`.
    pub(crate) share: f32,
    /// Of each segment.
    lists: Vec<Vec<Posting>>,
}

impl<'a> Words<'a> {
    pub(crate) fn new(snapshot: &Snapshot, ask: &'a Ask) -> Result<Self, Error> {
        let records: u64 = snapshot.segments().iter().map(|segment| segment.solutions).sum();
        let length: u64 = snapshot.segments().iter().map(|segment| segment.weighted_length).sum();
        let mean_length = if records == 0 { 0.0 } else { length as f64 / records as f64 };
        let mut terms = Vec::with_capacity(ask.terms.len());
        for term in &ask.terms {
            let engine_term = snapshot.term(&term.text);
            let mut lists = vec![Vec::new(); snapshot.segments().len()];
            for (segment, list) in snapshot.segments().iter().zip(&mut lists) {
                segment.postings(&engine_term, list)?;
            }
            let solutions = lists.iter().map(|list| list.len() as u64).sum();
            terms.push(WordsTerm { ask: term, solutions, idf: idf(records, solutions), share: 0.0, lists });
        }
        let scale = scale(terms.iter().map(|term| term.ask.count * term.idf));
        for term in &mut terms {
            term.share = narrow(term.ask.count * term.idf / scale);
        }
        Ok(Self { terms, scale, mean_length, saturation: saturation(mean_length) })
    }

    /// Adds each solution's share of the ask to its place in `sums`, which has one value a record of the segment.
    pub(crate) fn add(&self, segment: usize, sums: &mut [f32]) {
        for term in &self.terms {
            for posting in &term.lists[segment] {
                sums[posting.record as usize] += term.share * self.saturation[usize::from(posting.code)];
            }
        }
    }

    /// What a term gives to a record: its saturation, with the code that it comes from; none where the record has not got it.
    pub(crate) fn found(&self, term: &WordsTerm<'_>, segment: usize, record: u32) -> Option<(u8, f32)> {
        let list = &term.lists[segment];
        let at = list.binary_search_by_key(&record, |posting| posting.record).ok()?;
        Some((list[at].code, self.saturation[usize::from(list[at].code)]))
    }
}

/// Sums of a segment, all zero.
pub(crate) fn zeros(segment: &Segment) -> Vec<f32> {
    vec![0.0; segment.len()]
}

/// The sum of the 12 largest.
fn scale(weights: impl Iterator<Item = f64>) -> f64 {
    let mut weights: Vec<f64> = weights.collect();
    weights.sort_by(|a, b| b.total_cmp(a));
    weights.iter().take(HEAVIEST).sum()
}

fn saturation(mean_length: f64) -> [f32; CODES] {
    let mut table = [0.0; CODES];
    for (code, value) in (0_u8..).zip(&mut table) {
        let (count, length) = decode(code);
        let (count, length) = (f64::from(count), f64::from(length));
        let share = if mean_length > 0.0 { length / mean_length } else { 1.0 };
        *value = narrow(count / (count + K1 * (1.0 - B + B * share)));
    }
    table
}

#[allow(clippy::cast_possible_truncation)] // that is what narrowing is
fn narrow(value: f64) -> f32 {
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
        assert!(scale(std::iter::empty()).abs() < 1e-12);
    }
}
