//! The share of the query's words that a solution has: BM25F, divided by a norm of the query.
//!
//! words = Σ count(t) · max over the spellings s of t of weight(s) · idf(t)
//! · tf / (tf + k1 (1 − b + b · length / mean length)) / `A_w`
//!
//! over the query's terms t in the order of their texts, where `A_w` is the sum of the 12 largest
//! count(t) · idf(t). Nearly every word has one spelling, itself, of weight 1. Terms that differ
//! from it in accents are others, of weight .95 (`expansion.rs`); the idf is that of the commonest.
//! This is BM25F in its simple form (Robertson, Zaragoza, Taylor, CIKM 2004):
//! each term has one posting list, with counts and lengths weighted by field. The sum is an `f32`
//! sum in that order, and this is part of the definition of the score.

use std::iter;
use std::ops::Range;
use std::sync::Arc;

use citymatch_encoder::Calibration;

use super::accumulate::{self, Cursor, MaxAccumulator};
use super::bm25::{self, TfNorm, narrow, query_norm};
use super::expansion::OTHER_SPELLING;
use super::{BOUND_BLOCK, BOUND_BLOCKS, Collection, QuerySignal, SegmentScorer, Weight};
use crate::catalogue::{DocAddress, Snapshot};
use crate::error::Error;
use crate::explain::{ExplainedDocument, Node, Sum};
use crate::ids::SegmentOrd;
use crate::index::{CHUNK, InvertedIndex, OtherTerms, TermInfo};
use crate::kernel;
use crate::progress::Progress;
use crate::text::{Query, QueryTerm};

/// How slowly further occurrences of the same word stop to count: the k1 of BM25.
const K1: f64 = 1.2;
/// How much a solution's length counts, from 0 to 1: the b of BM25.
const B: f64 = 0.75;

/// The terms of a query with their weights.
pub(crate) struct Words {
    query: Arc<Query>,
    /// The spellings of all terms, term by term: the word itself, and then the others.
    spellings: Vec<Spelling>,
    /// The part of `spellings` that belongs to each term of the query.
    spellings_by_term: Vec<Range<usize>>,
    /// `A_w`.
    query_norm: f64,
    mean_length: f64,
    tf_norm: TfNorm,
}

/// A term that is taken for the query's term.
struct Spelling {
    /// Its text, if it is not the word itself.
    other: Option<String>,
    term: TermInfo,
    idf: f64,
    /// count · similarity · idf / `A_w`.
    weight: f32,
}

impl Spelling {
    fn text<'s>(&'s self, word: &'s QueryTerm) -> &'s str {
        self.other.as_deref().unwrap_or(&word.text)
    }

    /// 1 for the word itself.
    fn similarity(&self) -> f64 {
        if self.other.is_some() { OTHER_SPELLING } else { 1.0 }
    }
}

impl Words {
    /// Each term of the query with its spellings.
    fn terms(&self) -> impl Iterator<Item = (&QueryTerm, &[Spelling])> + Clone {
        let spellings = |own: &Range<usize>| &self.spellings[own.clone()];
        self.query.terms.iter().zip(self.spellings_by_term.iter().map(spellings))
    }
}

impl QuerySignal for Words {
    type Scorer<'s> = WordsScorer<'s>;

    const NEEDS_ENCODER: bool = false;
    const ZERO_WITHOUT_TERMS: bool = true;

    /// Two languages share too few words, so across languages `related` counts instead. Without an
    /// encoder there is no other signal, so words count whatever the language.
    fn calibrated_weight(calibration: Option<&Calibration>) -> Weight {
        Weight { same: 1.0, other: if calibration.is_some() { 0.0 } else { 1.0 } }
    }

    fn prepare(collection: Collection<'_>, query: &Arc<Query>) -> Result<Self, Error> {
        let others = collection.spellings(&query.terms)?;
        let texts = query.terms.iter().zip(&others).flat_map(|(word, others)| {
            iter::once(&*word.text).chain(others.iter().map(String::as_str))
        });
        let mut found = collection.terms(texts)?.into_iter();
        let (documents, count) = (collection.documents(), query.terms.len());
        let mut spellings: Vec<Spelling> = Vec::with_capacity(count);
        let mut spellings_by_term = Vec::with_capacity(count);
        for others in others {
            let start = spellings.len();
            let all = iter::once(None).chain(others.into_iter().map(Some)).zip(&mut found);
            spellings.extend(all.map(|(other, term)| Spelling {
                other,
                term,
                idf: 0.0,
                weight: 0.0,
            }));
            let own = &mut spellings[start..];
            TermInfo::share_doc_freq(own.iter_mut().map(|own| &mut own.term));
            for own in own {
                own.idf = bm25::idf(documents, own.term.doc_freq);
            }
            spellings_by_term.push(start..spellings.len());
        }
        let terms = || query.terms.iter().zip(&spellings_by_term);
        let query_norm =
            query_norm(terms().map(|(word, own)| word.count * spellings[own.start].idf));
        for (word, own) in terms() {
            for own in &mut spellings[own.clone()] {
                own.weight = narrow(word.count * own.similarity() * own.idf / query_norm);
            }
        }
        let mean_length = collection.mean_length();
        let (query, tf_norm) = (Arc::clone(query), TfNorm::new(mean_length, K1, B));
        Ok(Self { query, spellings, spellings_by_term, query_norm, mean_length, tf_norm })
    }

    fn among(&self, terms: &OtherTerms<'_>) -> Self {
        let (mut spellings, mut spellings_by_term) = (Vec::new(), Vec::new());
        for (word, own) in self.terms() {
            let start = spellings.len();
            spellings.extend(own.iter().filter_map(|own| {
                let term = terms.find(own.text(word), &own.term)?;
                Some(Spelling { term, other: own.other.clone(), ..*own })
            }));
            spellings_by_term.push(start..spellings.len());
        }
        let (query, tf_norm) = (Arc::clone(&self.query), self.tf_norm.clone());
        Self { query, spellings, spellings_by_term, tf_norm, ..*self }
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
            cursors_by_term: Vec::new(),
            chunk: None,
        });
        let (queries, maxima) = (lists.collect(), MaxAccumulator::new());
        Ok(WordsScorer { queries, start: 0, maxima, values: Vec::new() })
    }

    /// One child for each word of the query that the solution has.
    fn explain(&self, document: &mut ExplainedDocument<'_>) -> Result<Node, Error> {
        let index = document.snapshot.inverted_index(document.address.segment)?;
        let mut sum = Sum::default();
        let DocAddress { segment, doc } = document.address;
        for (place, (word, spellings)) in self.terms().enumerate() {
            let code_of = |own: &Spelling| Some(own.term.posting(index, segment, doc)?.0);
            let value = |(own, code): &(&Spelling, u8)| own.weight * self.tf_norm.get(*code);
            let found = spellings.iter().filter_map(|own| Some((own, code_of(own)?)));
            // Of equal values the first: `max_by` takes the last.
            let best = found.rev().max_by(|a, b| value(a).total_cmp(&value(b)));
            let Some((own, code)) = best else { continue };
            document.met(place);
            let Spelling { term, idf, weight, .. } = own;
            let mut share = bm25::share_node(term, *idf, *weight, word.count, self.query_norm);
            let similarity = own.other.as_ref().map(|_| OTHER_SPELLING);
            share.details.extend(similarity.map(|similarity| ("weight", similarity)));
            let mut node = self.tf_norm.word_node(&word.form, share, code, self.mean_length);
            node.evidence = Some(document.term_evidence(own.text(word), &word.form, similarity));
            sum.add(value(&(own, code)), node);
        }
        Ok(sum.into_node("share of the ask's words"))
    }
}

/// The posting lists of a batch of queries on their way through a segment.
pub(crate) struct WordsScorer<'s> {
    queries: Vec<WordsLists<'s>>,
    /// Where the block begins in the segment.
    start: usize,
    maxima: MaxAccumulator<'s>,
    /// The value of each document of the block, for the query that was scored last.
    values: Vec<f32>,
}

/// The posting lists of one query.
struct WordsLists<'s> {
    words: &'s Words,
    index: &'s InvertedIndex,
    segment: SegmentOrd,
    /// The lists of the current chunk, term by term. Within a term the longest comes last.
    cursors: Vec<Cursor<'s>>,
    /// The part of `cursors` that belongs to each term.
    cursors_by_term: Vec<Range<usize>>,
    /// The chunk whose lists are open.
    chunk: Option<usize>,
}

impl SegmentScorer for WordsScorer<'_> {
    fn begin_block(&mut self, documents: Range<usize>, _: &Progress) -> Result<(), Error> {
        self.start = documents.start;
        Ok(())
    }

    fn score_block(&mut self, query: usize) {
        let sums = accumulate::cleared(&mut self.values);
        let lists = &mut self.queries[query];
        lists.open_chunk(self.start);
        let (tf_norm, start) = (&lists.words.tf_norm, self.start % CHUNK);
        for term in &lists.cursors_by_term {
            self.maxima.add(&mut lists.cursors[term.clone()], tf_norm, start, sums);
        }
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
    /// Opens the lists of the chunk of a block that begins at `start`, if it is another one than
    /// that of the block before.
    fn open_chunk(&mut self, start: usize) {
        if self.chunk.replace(start / CHUNK) == Some(start / CHUNK) {
            return;
        }
        self.cursors.clear();
        self.cursors_by_term.clear();
        for (_, spellings) in self.words.terms() {
            let first = self.cursors.len();
            let cursor = |own: &Spelling| {
                Cursor::new(&own.term, own.weight, self.index, self.segment, start)
            };
            self.cursors.extend(spellings.iter().filter_map(cursor));
            if self.cursors.len() > first {
                self.cursors[first..].sort_by_key(Cursor::len);
                self.cursors_by_term.push(first..self.cursors.len());
            }
        }
        self.cursors.iter().for_each(Cursor::prefetch_codes);
    }
}
