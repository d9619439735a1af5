//! The share of the ask's words that a solution has.
//!
//! words = Σ count(t) · idf(t) · tf / (tf + k1 (1 − b + b · length / mean length)) / `A_w`, over the ask's terms t in the order of their texts,
//! where `A_w` is the sum of the 12 largest count(t) · idf(t). This is BM25F in its simple form (Robertson, Zaragoza, Taylor, CIKM 2004):
//! one list a term, with counts and lengths weighted by field. The sum is one of f32 values in that order, and is defined so.

use super::bm25::{CatalogueTerm, Saturation, Statistics, narrow, scale};
use crate::catalogue::{Address, Snapshot};
use crate::derived::Terms;
use crate::error::Error;
use crate::text::{Ask, AskTerm};

/// How fast more of the same word stops to count.
const K1: f64 = 1.2;
/// How much a solution's length counts.
const B: f64 = 0.75;

/// An ask, ready to be held against the segments of one snapshot.
pub(crate) struct Words<'a> {
    pub(crate) terms: Vec<WordsTerm<'a>>,
    /// `A_w`.
    pub(crate) scale: f64,
    pub(crate) mean_length: f64,
    saturation: Saturation,
}

/// A term of the ask.
pub(crate) struct WordsTerm<'a> {
    pub(crate) ask: &'a AskTerm,
    pub(crate) catalogue: CatalogueTerm,
    /// count · idf / `A_w`.
    pub(crate) share: f32,
}

impl<'a> Words<'a> {
    pub(crate) fn new(snapshot: &Snapshot, ask: &'a Ask) -> Result<Self, Error> {
        let statistics = Statistics::of(snapshot);
        let mut terms = Vec::with_capacity(ask.terms.len());
        for term in &ask.terms {
            terms.push(WordsTerm { ask: term, catalogue: CatalogueTerm::find(snapshot, &term.text, statistics)?, share: 0.0 });
        }
        let scale = scale(terms.iter().map(|term| term.ask.count * term.catalogue.idf));
        for term in &mut terms {
            term.share = narrow(term.ask.count * term.catalogue.idf / scale);
        }
        let mean_length = statistics.mean_length;
        Ok(Self { terms, scale, mean_length, saturation: Saturation::new(mean_length, K1, B) })
    }

    /// Each solution's share of the ask, one value a record of the segment.
    pub(crate) fn values(&self, terms: &Terms, segment: usize, records: usize) -> Vec<f32> {
        let mut sums = vec![0.0; records];
        for term in &self.terms {
            let list = term.catalogue.postings(terms, segment);
            for (record, code) in list.records.iter().zip(list.codes) {
                sums[*record as usize] += term.share * self.saturation.of(*code);
            }
        }
        sums
    }

    /// What a term gives to a record: its saturation, with the code that it comes from; none where the record has not got it.
    pub(crate) fn found(&self, term: &WordsTerm<'_>, terms: &Terms, address: Address) -> Option<(u8, f32)> {
        let (code, _) = term.catalogue.postings(terms, address.segment).find(address.record)?;
        Some((code, self.saturation.of(code)))
    }
}
