//! The share of the ask's words that a solution has in words of its own: cognates, and terms near
//! in meaning, in any of the languages.
//!
//! related = (whole + proximity) / 2
//!
//! whole = Σ count(t) · max over the expansions e of t of weight(t, e) · idf(e) · tf / (tf + k1 (1
//! − b + b · length / mean length)) / `A_r`, over the ask's terms t in the order of their texts,
//! where `A_r` is the sum of the 12 largest count(t) · max over e of weight(t, e) · idf(e), with
//! the idf of a word that nothing has for a t without expansions. The sum is one of f32 values in
//! that order, and is defined so. For the other half see `proximity.rs`.
#![allow(
    clippy::inline_always,
    reason = "the kernels' parts are compiled into each kernel, for its instructions"
)]

use std::sync::Arc;

use super::accumulate::{self, BLOCK, Best, Cursor, GROUPS, OfTerm};
use super::bm25::{CollectionStats, TfNorm, WeightedTerm, idf, narrow, scale};
use super::expansion::Expansion;
use super::proximity::{self, ScoredSentence};
use crate::catalogue::{DocAddress, Snapshot};
use crate::error::Error;
use crate::index::{CHUNK, InvertedIndex};
use crate::text::{Query, QuerySentence, QueryTerm};

/// How fast more of the same word stops to count: sooner than in `words`.
const K1: f64 = 0.6;
/// How much a solution's length counts: wholly.
const B: f64 = 1.0;

/// An ask, ready to be held against the segments of one snapshot.
pub(crate) struct Related<'a> {
    sentences: Vec<QuerySentence>,
    pub(crate) terms: Vec<ExpandedTerm<'a>>,
    /// `A_r`.
    pub(crate) scale: f64,
    pub(crate) mean_length: f64,
    saturation: TfNorm,
}

/// A term of the ask, and the terms of the catalogue that it is related to.
pub(crate) struct ExpandedTerm<'a> {
    pub(crate) ask: &'a QueryTerm,
    pub(crate) relatives: Vec<ExpansionTerm>,
}

/// A term of the catalogue that stands for one of the ask.
pub(crate) struct ExpansionTerm {
    /// The expansions of the ask's term, and which of them it is.
    of: Arc<Vec<Expansion>>,
    at: usize,
    pub(crate) weight: f64,
    pub(crate) catalogue: WeightedTerm,
    /// count · weight · idf / `A_r`.
    pub(crate) share: f32,
}

impl<'a> Related<'a> {
    pub(crate) fn new(snapshot: &Snapshot, ask: &'a Query<'_>) -> Result<Self, Error> {
        let statistics = CollectionStats::of(snapshot);
        let mut terms = Vec::with_capacity(ask.terms.len());
        let mut weights = Vec::with_capacity(ask.terms.len());
        for (term, expansions) in ask.terms.iter().zip(snapshot.expansions(&ask.terms)?) {
            let mut relatives = Vec::with_capacity(expansions.len());
            for (at, expansion) in expansions.iter().enumerate() {
                let catalogue = WeightedTerm::new(expansion.term.clone(), statistics);
                relatives.push(ExpansionTerm {
                    of: Arc::clone(&expansions),
                    at,
                    weight: expansion.weight,
                    catalogue,
                    share: 0.0,
                });
            }
            let heaviest = relatives
                .iter()
                .map(|relative| relative.weight * relative.catalogue.idf)
                .max_by(f64::total_cmp);
            weights.push(term.count * heaviest.unwrap_or_else(|| idf(statistics.records, 0)));
            terms.push(ExpandedTerm { ask: term, relatives });
        }
        let scale = scale(weights);
        for term in &mut terms {
            for relative in &mut term.relatives {
                relative.share =
                    narrow(term.ask.count * relative.weight * relative.catalogue.idf / scale);
            }
        }
        let mean_length = statistics.mean_length;
        Ok(Self {
            sentences: ask.sentences(),
            terms,
            scale,
            mean_length,
            saturation: TfNorm::new(mean_length, K1, B),
        })
    }

    /// The way through a segment, block by block.
    pub(crate) fn pass<'p>(&'p self, terms: &'p InvertedIndex, segment: usize) -> RelatedPass<'p> {
        let near = proximity::Pass::new(self.sentences(), terms, segment);
        RelatedPass {
            related: self,
            terms,
            segment,
            lists: Vec::new(),
            of_terms: Vec::new(),
            near,
            best: Best::new(),
            start: 0,
        }
    }

    /// The ask's sentences as `proximity` takes them.
    pub(crate) fn sentences(&self) -> Vec<ScoredSentence<'_>> {
        let share =
            |relative: &ExpansionTerm| relative.weight * relative.catalogue.idf / self.scale;
        ScoredSentence::all(&self.sentences, |of| {
            self.terms[of]
                .relatives
                .iter()
                .map(|relative| (&relative.catalogue, share(relative)))
                .collect()
        })
    }

    /// The relative of a term that gives most to a record, the first by text of those that give as
    /// much: with its code and saturation.
    pub(crate) fn found<'r>(
        &self,
        term: &'r ExpandedTerm<'_>,
        terms: &InvertedIndex,
        address: DocAddress,
    ) -> Option<(&'r ExpansionTerm, u8, f32)> {
        let given = term.relatives.iter().filter_map(|relative| {
            let (code, _) = relative.catalogue.of(terms, address)?;
            Some((relative, code, self.saturation.of(code)))
        });
        let value =
            |(relative, _, saturation): &(&ExpansionTerm, u8, f32)| relative.share * saturation;
        given.fold(None, |best: Option<(&ExpansionTerm, u8, f32)>, next| {
            best.filter(|best| value(best) >= value(&next)).or(Some(next))
        })
    }
}

impl ExpansionTerm {
    pub(crate) fn text(&self) -> &str {
        &self.of[self.at].text
    }
}

/// The lists of the ask's relatives on their way through a segment.
pub(crate) struct RelatedPass<'p> {
    related: &'p Related<'p>,
    terms: &'p InvertedIndex,
    segment: usize,
    /// Of the chunk at hand: each term's, the longest last.
    lists: Vec<Cursor<'p>>,
    of_terms: Vec<OfTerm>,
    near: proximity::Pass<'p>,
    best: Best<'p>,
    /// Where the next block begins.
    start: usize,
}

impl RelatedPass<'_> {
    /// Each record's value, for the next block.
    pub(crate) fn next(&mut self, halves: &mut RelatedValues) {
        if self.start.is_multiple_of(CHUNK) {
            self.open_chunk();
        }
        let whole = accumulate::cleared(&mut halves.whole);
        for lists in &self.of_terms {
            self.best.add(
                &mut self.lists[lists.clone()],
                &self.related.saturation,
                self.start % CHUNK,
                whole,
            );
        }
        self.near.next(&mut halves.near);
        self.start += BLOCK;
    }

    fn open_chunk(&mut self) {
        let chunk = self.start / CHUNK;
        self.lists.clear();
        self.of_terms.clear();
        for term in &self.related.terms {
            let first = self.lists.len();
            let list = |relative: &ExpansionTerm| {
                Cursor::new(&relative.catalogue, relative.share, self.terms, self.segment, chunk)
            };
            self.lists.extend(term.relatives.iter().filter_map(list));
            self.lists[first..].sort_by_key(Cursor::len);
            self.of_terms.push(first..self.lists.len());
        }
        self.lists.iter().for_each(Cursor::prefetch_codes);
    }
}

/// What `related` is the mean of, for each record of a block; empty where it counts nothing.
#[derive(Default)]
pub(crate) struct RelatedValues {
    pub(crate) whole: Vec<f32>,
    pub(crate) near: Vec<f32>,
}

/// The mean of two sums: what `f64::midpoint` gives, in vectors.
#[inline(always)]
pub(crate) fn mean(whole: f32, near: f32) -> f64 {
    0.5 * (f64::from(whole) + f64::from(near))
}

impl RelatedValues {
    /// The value of a record of the block.
    pub(crate) fn get(&self, at: usize) -> f64 {
        self.whole.get(at).zip(self.near.get(at)).map_or(0.0, |(whole, near)| mean(*whole, *near))
    }

    /// The highest value of each group of records.
    pub(crate) fn highest(&self, groups: &mut [f64; GROUPS]) {
        if let (Ok(whole), Ok(near)) =
            (self.whole.as_slice().try_into(), self.near.as_slice().try_into())
        {
            accumulate::highest_mean(whole, near, groups);
        }
    }
}
