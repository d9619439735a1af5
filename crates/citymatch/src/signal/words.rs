//! The share of the ask's words that a solution has.
//!
//! words = Σ count(t) · idf(t) · tf / (tf + k1 (1 − b + b · length / mean length)) / `A_w`, over
//! the ask's terms t in the order of their texts, where `A_w` is the sum of the 12 largest count(t)
//! · idf(t). This is BM25F in its simple form (Robertson, Zaragoza, Taylor, CIKM 2004): one list a
//! term, with counts and lengths weighted by field. The sum is one of f32 values in that order, and
//! is defined so.

use super::accumulate::{self, BLOCK, Cursor};
use super::bm25::{CollectionStats, TfNorm, WeightedTerm, narrow, scale};
use crate::catalogue::{DocAddress, Snapshot};
use crate::error::Error;
use crate::index::{CHUNK, InvertedIndex};
use crate::text::{Query, QueryTerm};

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
    saturation: TfNorm,
}

/// A term of the ask.
pub(crate) struct WordsTerm<'a> {
    pub(crate) ask: &'a QueryTerm,
    pub(crate) catalogue: WeightedTerm,
    /// count · idf / `A_w`.
    pub(crate) share: f32,
}

impl<'a> Words<'a> {
    pub(crate) fn new(snapshot: &Snapshot, ask: &'a Query<'_>) -> Result<Self, Error> {
        let statistics = CollectionStats::of(snapshot);
        let found = snapshot.live_terms(&ask.terms.iter().map(|term| &*term.text))?.into_iter();
        let term = |(ask, term)| WordsTerm {
            ask,
            catalogue: WeightedTerm::new(term, statistics),
            share: 0.0,
        };
        let mut terms: Vec<WordsTerm<'_>> = ask.terms.iter().zip(found).map(term).collect();
        let scale = scale(terms.iter().map(|term| term.ask.count * term.catalogue.idf));
        for term in &mut terms {
            term.share = narrow(term.ask.count * term.catalogue.idf / scale);
        }
        let mean_length = statistics.mean_length;
        Ok(Self { terms, scale, mean_length, saturation: TfNorm::new(mean_length, K1, B) })
    }

    /// The way through a segment, block by block.
    pub(crate) fn pass<'p>(&'p self, terms: &'p InvertedIndex, segment: usize) -> WordsPass<'p> {
        WordsPass { words: self, terms, segment, lists: Vec::new(), start: 0 }
    }

    /// What a term gives to a record: its saturation, with the code that it comes from; none where
    /// the record has not got it.
    pub(crate) fn found(
        &self,
        term: &WordsTerm<'_>,
        terms: &InvertedIndex,
        address: DocAddress,
    ) -> Option<(u8, f32)> {
        let (code, _) = term.catalogue.of(terms, address)?;
        Some((code, self.saturation.of(code)))
    }
}

/// The ask's lists on their way through a segment.
pub(crate) struct WordsPass<'p> {
    words: &'p Words<'p>,
    terms: &'p InvertedIndex,
    segment: usize,
    /// Of the chunk at hand.
    lists: Vec<Cursor<'p>>,
    /// Where the next block begins.
    start: usize,
}

impl WordsPass<'_> {
    /// Each record's share of the ask, for the next block.
    pub(crate) fn next(&mut self, shares: &mut Vec<f32>) {
        let Words { terms, saturation, .. } = self.words;
        if self.start.is_multiple_of(CHUNK) {
            let list = |term: &WordsTerm<'_>| {
                Cursor::new(
                    &term.catalogue,
                    term.share,
                    self.terms,
                    self.segment,
                    self.start / CHUNK,
                )
            };
            self.lists = terms.iter().filter_map(list).collect();
            self.lists.iter().for_each(Cursor::prefetch_codes);
        }
        let sums = accumulate::cleared(shares);
        for list in &mut self.lists {
            accumulate::add(list, saturation, self.start % CHUNK, sums);
        }
        self.start += BLOCK;
    }
}
