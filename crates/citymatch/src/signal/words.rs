//! The share of the query's words that a solution has: BM25F, divided by a norm of the query.
//!
//! words = Σ count(t) · idf(t) · tf / (tf + k1 (1 − b + b · length / mean length)) / `A_w`
//!
//! over the query's terms t in the order of their texts, where `A_w` is the sum of the 12 largest
//! count(t) · idf(t). This is BM25F in its simple form (Robertson, Zaragoza, Taylor, CIKM 2004):
//! each term has one posting list, with counts and lengths weighted by field. The sum is an `f32`
//! sum in that order, and this is part of the definition of the score.

use citymatch_encoder::Calibration;

use super::accumulate::{self, Cursor};
use super::bm25::{TfNorm, WeightedTerm, narrow, query_norm};
use super::{BLOCK, BOUND_BLOCK, BOUND_BLOCKS, Collection, QuerySignal, SegmentScorer, Weight};
use crate::catalogue::Snapshot;
use crate::error::Error;
use crate::explain::{ExplainedDocument, Node, Sum};
use crate::ids::SegmentOrd;
use crate::index::{CHUNK, InvertedIndex};
use crate::kernel;
use crate::text::{Query, QueryTerm};

/// How slowly further occurrences of the same word stop to count: the k1 of BM25.
const K1: f64 = 1.2;
/// How much a solution's length counts, from 0 to 1: the b of BM25.
const B: f64 = 0.75;

/// The terms of a query with their weights.
pub(crate) struct Words<'q> {
    terms: Vec<WordsTerm<'q>>,
    /// `A_w`.
    query_norm: f64,
    mean_length: f64,
    tf_norm: TfNorm,
}

/// A term of the query.
struct WordsTerm<'q> {
    query_term: &'q QueryTerm,
    term: WeightedTerm,
    /// count · idf / `A_w`.
    weight: f32,
}

impl<'q> QuerySignal<'q> for Words<'q> {
    type Scorer<'s>
        = WordsScorer<'s>
    where
        Self: 's;

    const NEEDS_ENCODER: bool = false;
    const ZERO_WITHOUT_TERMS: bool = true;

    /// Two languages share too few words, so across languages `related` counts instead. Without an
    /// encoder there is no other signal, so words count whatever the language.
    fn calibrated_weight(calibration: Option<&Calibration>) -> Weight {
        Weight { same: 1.0, other: if calibration.is_some() { 0.0 } else { 1.0 } }
    }

    fn prepare(collection: Collection<'q>, query: &'q Query) -> Result<Self, Error> {
        let found = collection.terms(query.terms.iter().map(|term| &*term.text))?;
        let mut terms = Vec::with_capacity(query.terms.len());
        for (query_term, info) in query.terms.iter().zip(found) {
            let term = WeightedTerm::new(info, collection.documents());
            terms.push(WordsTerm { query_term, term, weight: 0.0 });
        }
        let query_norm = query_norm(terms.iter().map(|term| term.query_term.count * term.term.idf));
        for term in &mut terms {
            term.weight = narrow(term.query_term.count * term.term.idf / query_norm);
        }
        let mean_length = collection.mean_length();
        Ok(Self { terms, query_norm, mean_length, tf_norm: TfNorm::new(mean_length, K1, B) })
    }

    fn scorer<'s>(
        queries: Vec<&'s Self>,
        snapshot: &'s Snapshot,
        segment: SegmentOrd,
    ) -> Result<WordsScorer<'s>, Error> {
        let index = snapshot.inverted_index(segment)?;
        let lists = queries.into_iter().map(|words| WordsLists {
            words,
            index,
            segment,
            cursors: Vec::new(),
            block_start: 0,
        });
        Ok(WordsScorer { queries: lists.collect(), values: Vec::new() })
    }

    /// One child for each word of the query that the solution has.
    fn explain(&self, document: &mut ExplainedDocument<'_>) -> Result<Node, Error> {
        let index = document.snapshot.inverted_index(document.address.segment)?;
        let mut sum = Sum::default();
        for (place, term) in self.terms.iter().enumerate() {
            let Some((code, _)) = term.term.posting(index, document.address) else { continue };
            document.met(place);
            let (count, form) = (term.query_term.count, &*term.query_term.form);
            let share = term.term.share_node(term.weight, count, self.query_norm);
            let mut node = self.tf_norm.word_node(form, share, code, self.mean_length);
            node.evidence = Some(document.term_evidence(&term.query_term.text, form, None));
            sum.add(term.weight * self.tf_norm.get(code), node);
        }
        Ok(sum.into_node("share of the ask's words"))
    }
}

/// The posting lists of a batch of queries on their way through a segment.
pub(crate) struct WordsScorer<'s> {
    queries: Vec<WordsLists<'s>>,
    /// The value of each document of the block, for the query that was scored last.
    values: Vec<f32>,
}

/// The posting lists of one query.
struct WordsLists<'s> {
    words: &'s Words<'s>,
    index: &'s InvertedIndex,
    segment: SegmentOrd,
    /// The lists of the terms that the current chunk has.
    cursors: Vec<Cursor<'s>>,
    /// Where the next block begins in the segment.
    block_start: usize,
}

impl SegmentScorer for WordsScorer<'_> {
    fn score_block(&mut self, query: usize) {
        let sums = accumulate::cleared(&mut self.values);
        let lists = &mut self.queries[query];
        if lists.block_start.is_multiple_of(CHUNK) {
            lists.open_chunk();
        }
        for cursor in &mut lists.cursors {
            accumulate::add(cursor, &lists.words.tf_norm, lists.block_start % CHUNK, sums);
        }
        lists.block_start += BLOCK;
    }

    #[inline]
    fn value(&self, place: usize, _: bool) -> f64 {
        f64::from(self.values[place])
    }

    fn add_block_bounds(&self, weight: Weight, bounds: &mut [f64; BOUND_BLOCKS]) {
        let mut maxima = [0.0; BOUND_BLOCKS];
        kernel::max_per_group(self.values.as_chunks().0, &mut maxima);
        for (bound, maximum) in bounds.iter_mut().zip(maxima) {
            *bound += weight.max() * f64::from(maximum);
        }
    }

    fn add_document_bounds(&self, first: usize, weight: Weight, bounds: &mut [f64; BOUND_BLOCK]) {
        kernel::add_weighted(accumulate::group(&self.values, first), weight.max(), bounds);
    }
}

impl WordsLists<'_> {
    fn open_chunk(&mut self) {
        let chunk = self.block_start / CHUNK;
        let cursor = |term: &WordsTerm<'_>| {
            Cursor::new(&term.term, term.weight, self.index, self.segment, chunk)
        };
        self.cursors = self.words.terms.iter().filter_map(cursor).collect();
        self.cursors.iter().for_each(Cursor::prefetch_codes);
    }
}
