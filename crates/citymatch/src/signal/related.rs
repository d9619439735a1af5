//! Like `words`, after expanding each word of the query: the share of the query's words for which a
//! solution has the word itself, a cognate, or a term that is near in meaning, in any language.
//!
//! related = (document + passages) / 2
//!
//! document = Σ count(t) · max over the expansions e of t of weight(t, e) · idf(e)
//! · tf / (tf + k1 (1 − b + b · length / mean length)) / `A_r`
//!
//! over the query's terms t in the order of their texts. `A_r` is the sum of the 12 largest
//! count(t) · max over e of weight(t, e) · idf(e); a term without an expansion counts there with
//! the idf of a word that no document has. The sum is an `f32` sum in that order, and this is part
//! of the definition of the score.
//!
//! `expansion.rs` says how a word is expanded, and `proximity.rs` computes the other half.

use std::ops::Range;
use std::sync::Arc;

use citymatch_encoder::Calibration;

use super::accumulate::{self, Cursor, MaxAccumulator};
use super::bm25::{self, TfNorm, narrow, query_norm};
use super::proximity::{self, PassageAccumulator, ProximityLists, ScoredSentence};
use super::{
    BLOCK, BOUND_BLOCK, BOUND_BLOCKS, CandidateBits, Collection, QuerySignal, SegmentScorer, Weight,
};
use crate::catalogue::{DocAddress, Snapshot};
use crate::error::Error;
use crate::explain::{ExplainedDocument, Node, Operation, Sum};
use crate::ids::SegmentOrd;
use crate::index::{CHUNK, Expansion, InvertedIndex, OtherTerms};
use crate::kernel;
use crate::progress::Progress;
use crate::text::{Query, QuerySentence};

/// How slowly further occurrences of the same word stop to count: the k1 of BM25.
const K1: f64 = 0.6;
/// How much a solution's length counts, from 0 to 1: the b of BM25.
const B: f64 = 1.0;

/// The expanded terms of a query with their weights.
pub(crate) struct Related {
    query: Arc<Query>,
    sentences: Arc<[QuerySentence]>,
    breadth: f64,
    /// In the order of the query's terms.
    terms: Vec<ExpandedTerm>,
    /// `A_r`.
    query_norm: f64,
    mean_length: f64,
    tf_norm: TfNorm,
}

/// What a term of the query is expanded to.
struct ExpandedTerm {
    /// In the order of their texts; shared with the cache.
    expansions: Arc<Vec<Expansion>>,
    /// Of each expansion count · similarity · idf / `A_r`, where the similarity is the weight of the
    /// [`Expansion`].
    weights: Vec<f32>,
}

impl ExpandedTerm {
    fn weighted(&self) -> impl DoubleEndedIterator<Item = (&Expansion, f32)> {
        self.expansions.iter().zip(self.weights.iter().copied())
    }
}

impl QuerySignal for Related {
    type Scorer<'s> = RelatedScorer<'s>;

    const NEEDS_ENCODER: bool = true;
    const ZERO_WITHOUT_TERMS: bool = true;

    /// Across languages fewer words have a counterpart, for the same content. The factor makes up
    /// for that.
    fn calibrated_weight(calibration: Option<&Calibration>) -> Weight {
        calibration.map_or(Weight::from(0.0), |own| Weight { same: 1.0, other: own.related_factor })
    }

    fn prepare(collection: Collection<'_>, query: &Arc<Query>) -> Result<Self, Error> {
        let unknown = bm25::idf(collection.documents(), 0);
        let expanded = collection.expansions(&query.terms)?;
        let heaviest = query.terms.iter().zip(&expanded).map(|(word, expansions)| {
            let largest = expansions.iter().map(|own| own.weight * own.idf).max_by(f64::total_cmp);
            word.count * largest.unwrap_or(unknown)
        });
        let query_norm = query_norm(heaviest);
        let terms = query.terms.iter().zip(expanded).map(|(word, expansions)| {
            let weight = |own: &Expansion| narrow(word.count * own.weight * own.idf / query_norm);
            ExpandedTerm { weights: expansions.iter().map(weight).collect(), expansions }
        });
        let mean_length = collection.mean_length();
        Ok(Self {
            query: Arc::clone(query),
            sentences: query.sentences().into(),
            breadth: query.breadth(),
            terms: terms.collect(),
            query_norm,
            mean_length,
            tf_norm: TfNorm::new(mean_length, K1, B),
        })
    }

    fn among(&self, terms: &OtherTerms<'_>) -> Self {
        let found = |(own, weight): (&Expansion, f32)| Some((own.among(terms)?, weight));
        let terms = self.terms.iter().map(|term| {
            let (expansions, weights) = term.weighted().filter_map(found).unzip();
            ExpandedTerm { expansions: Arc::new(expansions), weights }
        });
        Self {
            query: Arc::clone(&self.query),
            sentences: Arc::clone(&self.sentences),
            terms: terms.collect(),
            tf_norm: self.tf_norm.clone(),
            ..*self
        }
    }

    fn scorer<'s>(
        queries: Vec<&'s Self>,
        snapshot: &'s Snapshot,
        segment: SegmentOrd,
    ) -> Result<RelatedScorer<'s>, Error> {
        let index = snapshot.inverted_index(segment)?;
        let lists = queries.into_iter().map(|related| RelatedLists {
            related,
            index,
            segment,
            cursors: Vec::new(),
            expansions: Vec::new(),
            cursors_by_term: Vec::new(),
            proximity: ProximityLists::new(related.scored_sentences(), narrow(related.breadth)),
            passage_bounds: Vec::new(),
            chunk: None,
        });
        Ok(RelatedScorer {
            queries: lists.collect(),
            start: 0,
            maxima: MaxAccumulator::new(),
            passage_sums: PassageAccumulator::new(),
            document: Vec::new(),
            passages: Vec::new(),
        })
    }

    /// One half is the whole solution, with a child for each word of the query that it has. The
    /// other half is the best passages, with a child for each sentence of the query.
    fn explain(&self, document: &mut ExplainedDocument<'_>) -> Result<Node, Error> {
        let index = document.snapshot.inverted_index(document.address.segment)?;
        let mut whole = Sum::default();
        for (place, (word, term)) in self.query.terms.iter().zip(&self.terms).enumerate() {
            let best = self.best_expansion(term, index, document.address);
            let Some((own, weight, code)) = best else { continue };
            document.met(place);
            let share = self.share_node(own, weight, word.count);
            let mut node = self.tf_norm.word_node(&word.form, share, code, self.mean_length);
            node.evidence = Some(document.term_evidence(&own.text, &word.form, Some(own.weight)));
            whole.add(weight * self.tf_norm.get(code), node);
        }
        let mut passages = Sum::default();
        for sentence in self.scored_sentences() {
            let breadth = narrow(self.breadth);
            let best = proximity::best_passage(&sentence, breadth, index, document.address);
            let Some(best) = best else { continue };
            let mut sum = Sum::default();
            for found in &best.met {
                let word = &self.query.terms[found.query_term];
                let own = &self.terms[found.query_term].expansions[found.expansion];
                let mut node = self.share_node(own, found.weight, found.count);
                node.name = word.form.to_string();
                node.evidence =
                    Some(document.term_evidence(&own.text, &word.form, Some(own.weight)));
                sum.add(found.weight, node);
            }
            let value = sum.value() * best.norm;
            let mut node = sum.into_node(sentence.text);
            if self.breadth > 0.0 {
                "words met".clone_into(&mut node.name);
                let norm = Node::leaf("norm of the passage's length", f64::from(best.norm), []);
                let parts = vec![norm, node];
                let value = f64::from(value);
                node = Node::over(sentence.text, value, Operation::Product, parts);
            }
            node.details.insert("passage", (best.passage + 1) as f64);
            passages.add(value, node);
        }
        let halves = [whole.into_node("whole solution"), passages.into_node("nearest passages")];
        Ok(Node::mean("share of the ask's words in related ones", halves))
    }
}

impl Related {
    /// The query's sentences with the weights of their terms' expansions.
    fn scored_sentences(&self) -> Vec<ScoredSentence<'_>> {
        ScoredSentence::all(&self.sentences, |query_term| {
            let weight = |own: &Expansion| own.weight * own.idf / self.query_norm;
            let expansions = &self.terms[query_term].expansions;
            expansions.iter().map(|own| (&own.term, weight(own))).collect()
        })
    }

    /// The expansion of a term with the largest value in a document, of equal ones the first by
    /// text, with its weight and the code of its posting.
    fn best_expansion<'t>(
        &self,
        term: &'t ExpandedTerm,
        index: &InvertedIndex,
        DocAddress { segment, doc }: DocAddress,
    ) -> Option<(&'t Expansion, f32, u8)> {
        let coded = |(own, weight): (&'t Expansion, f32)| {
            Some((own, weight, own.term.posting(index, segment, doc)?.0))
        };
        let value = |(_, weight, code): &(_, f32, u8)| weight * self.tf_norm.get(*code);
        // Of equal values the first: `max_by` takes the last.
        term.weighted().rev().filter_map(coded).max_by(|a, b| value(a).total_cmp(&value(b)))
    }

    fn share_node(&self, own: &Expansion, weight: f32, count: f64) -> Node {
        let mut node = bm25::share_node(&own.term, own.idf, weight, count, self.query_norm);
        node.details.insert("weight", own.weight);
        node
    }
}

/// The posting lists of a batch of queries on their way through a segment.
pub(crate) struct RelatedScorer<'s> {
    queries: Vec<RelatedLists<'s>>,
    /// Where the block begins in the segment.
    start: usize,
    maxima: MaxAccumulator<'s>,
    passage_sums: PassageAccumulator,
    /// The two halves of each document of the block, for the query that was scored last. That of the
    /// passages is deferred.
    document: Vec<f32>,
    passages: Vec<f32>,
}

/// The posting lists of one query.
struct RelatedLists<'s> {
    related: &'s Related,
    index: &'s InvertedIndex,
    segment: SegmentOrd,
    /// The lists of the current chunk, term by term. Within a term the longest comes last.
    cursors: Vec<Cursor<'s>>,
    /// For each of them the place of its expansion among those of the term.
    expansions: Vec<usize>,
    /// The part of `cursors` that belongs to each term.
    cursors_by_term: Vec<Range<usize>>,
    /// For the code of one occurrence in a document: how many times as much as the whole solution
    /// its passages may be. Empty until it is needed.
    passage_bounds: Vec<f32>,
    proximity: ProximityLists<'s>,
    /// The chunk whose lists are open.
    chunk: Option<usize>,
}

impl SegmentScorer for RelatedScorer<'_> {
    fn begin_block(&mut self, documents: Range<usize>, _: &Progress) -> Result<(), Error> {
        self.start = documents.start;
        Ok(())
    }

    fn score_block(&mut self, query: usize) {
        let lists = &mut self.queries[query];
        lists.open_chunk(self.start);
        let document = accumulate::cleared(&mut self.document);
        let (tf_norm, start) = (&lists.related.tf_norm, self.start % CHUNK);
        for term in &lists.cursors_by_term {
            self.maxima.add(&mut lists.cursors[term.clone()], tf_norm, start, document);
        }
        accumulate::cleared(&mut self.passages);
    }

    fn defers(&self) -> bool {
        true
    }

    fn bound_deferred(&mut self, query: usize) {
        let lists = &mut self.queries[query];
        let codes = lists.index.codes_of_one(self.start..self.start + BLOCK);
        let bounds = lists.passage_bounds();
        let halves = self.document.iter().zip(&mut self.passages);
        for ((document, passages), code) in halves.zip(codes) {
            *passages = document * bounds[usize::from(*code)];
        }
    }

    fn score_deferred(&mut self, query: usize, candidates: &CandidateBits) {
        let lists = &self.queries[query];
        let lengths = lists.index.passage_lengths(self.start..self.start + BLOCK);
        let passages = accumulate::cleared(&mut self.passages);
        let sums = &mut self.passage_sums;
        lists.proximity.score_block(&lists.cursors, candidates, lengths, sums, passages);
    }

    #[inline]
    fn value(&self, place: usize, _: bool) -> f64 {
        // The same as `f64::midpoint`, without its checks for overflow.
        0.5 * (f64::from(self.document[place]) + f64::from(self.passages[place]))
    }

    fn add_block_bounds(&self, weight: Weight, bounds: &mut [f64; BOUND_BLOCKS]) {
        let mut maxima = [0.0; BOUND_BLOCKS];
        kernel::max_mean_per_group(&self.document, &self.passages, &mut maxima);
        for (bound, maximum) in bounds.iter_mut().zip(maxima) {
            *bound += weight.max() * maximum;
        }
    }

    fn add_document_bounds(&self, first: usize, weight: Weight, bounds: &mut [f64; BOUND_BLOCK]) {
        let document = accumulate::group(&self.document, first);
        let passages = accumulate::group(&self.passages, first);
        kernel::add_weighted_mean(document, passages, weight.max(), bounds);
    }
}

impl RelatedLists<'_> {
    /// Opens the lists of the chunk of a block that begins at `start`, if it is another one than
    /// that of the block before.
    fn open_chunk(&mut self, start: usize) {
        if self.chunk.replace(start / CHUNK) == Some(start / CHUNK) {
            return;
        }
        self.cursors.clear();
        self.expansions.clear();
        self.cursors_by_term.clear();
        for term in &self.related.terms {
            let first = self.cursors.len();
            let cursor = |(expansion, (own, weight)): (usize, (&Expansion, f32))| {
                let cursor = Cursor::new(&own.term, weight, self.index, self.segment, start)?;
                Some((cursor, expansion))
            };
            let mut found: Vec<_> = term.weighted().enumerate().filter_map(cursor).collect();
            found.sort_by_key(|(cursor, _)| cursor.len());
            for (cursor, expansion) in found {
                self.cursors.push(cursor);
                self.expansions.push(expansion);
            }
            self.cursors_by_term.push(first..self.cursors.len());
        }
        self.proximity.open_chunk(&self.cursors_by_term, &self.expansions);
        self.cursors.iter().for_each(Cursor::prefetch_codes);
    }

    /// Upper bounds of the passages' half, by the code of one occurrence in a document, as multiples
    /// of the other half.
    ///
    /// Both halves are sums over the words that the document has, and over the same weights. In the
    /// whole solution a weight is multiplied by a tf norm, which is lowest for a single occurrence.
    /// In a passage it is multiplied by a norm, which is highest for the shortest one.
    fn passage_bounds(&mut self) -> &[f32] {
        if self.passage_bounds.is_empty() {
            let related = self.related;
            let norm = proximity::largest_norm(narrow(related.breadth));
            // Each addition rounds, by half of `EPSILON` at most, and so do a few operations more.
            let operations = related.terms.len() + self.proximity.additions() + 16;
            let rounding = 1.0 + operations as f32 * f32::EPSILON;
            let bound = |code| {
                let lowest = related.tf_norm.get(code);
                if lowest > 0.0 { rounding * norm / lowest } else { 0.0 }
            };
            self.passage_bounds = (0..=u8::MAX).map(bound).collect();
        }
        &self.passage_bounds
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Challenge, Solution};
    use crate::{Catalogue, Language};
    use proptest::prelude::*;

    /// Sentences of words that share beginnings, in two languages, so that most are expanded.
    fn text(sentences: usize) -> impl Strategy<Value = String> {
        let word = prop::sample::select(vec![
            "agua",
            "água",
            "lluvia",
            "lluvias",
            "chuva",
            "rain",
            "residuos",
            "resíduos",
            "reciclaje",
            "reciclagem",
            "calle",
            "calles",
            "rua",
            "barrio",
            "bairro",
            "inundación",
            "inundação",
        ]);
        let sentence = prop::collection::vec(word, 1..9).prop_map(|words| words.join(" ") + ".");
        prop::collection::vec(sentence, 1..sentences).prop_map(|own| own.join(" "))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn passages_are_bounded_and_then_exact_for_candidates(
            texts in prop::collection::vec(text(12), 1..90),
            question in text(16),
            bits in prop::array::uniform2(any::<u64>()),
        ) {
            let catalogue = Catalogue::in_memory().unwrap();
            let mut edit = catalogue.edit().unwrap();
            for (number, text) in texts.iter().enumerate() {
                edit.put(Solution::new(format!("s{number}"), "solución").description(text)).unwrap();
            }
            edit.commit().unwrap();
            let snapshot = catalogue.snapshot().unwrap();
            let challenge = Challenge::from_text(&question).language(Language::Spanish);
            let query = Arc::new(Query::new(&challenge));
            let collection = Collection::new(&snapshot, None).unwrap();
            let related = Related::prepare(collection, &query).unwrap();
            let ord = snapshot.ords().next().unwrap();
            let mut scorer = Related::scorer(vec![&related], &snapshot, ord).unwrap();
            scorer.score_block(0);
            prop_assert!(scorer.passages.iter().all(|own| *own == 0.0));
            scorer.bound_deferred(0);
            let bounds = scorer.passages.clone();

            let (mut all, mut some) = ([0; BOUND_BLOCKS], [0; BOUND_BLOCKS]);
            for place in 0..texts.len() {
                all[place / BOUND_BLOCK] |= 1 << (place % BOUND_BLOCK);
            }
            for (some, (all, bits)) in some.iter_mut().zip(all.iter().zip(bits)) {
                *some = all & bits;
            }
            scorer.score_deferred(0, &all);
            let exact = scorer.passages.clone();
            prop_assert!(exact.iter().zip(&bounds).all(|(exact, bound)| exact <= bound));
            scorer.score_deferred(0, &some);
            for (place, (own, exact)) in scorer.passages.iter().zip(&exact).enumerate() {
                let is_candidate = some[place / BOUND_BLOCK] >> (place % BOUND_BLOCK) & 1 == 1;
                let expected = if is_candidate { *exact } else { 0.0 };
                prop_assert_eq!(own.to_bits(), expected.to_bits(), "{}", place);
            }
        }
    }
}
