//! How many words of one sentence of the query occur close together, in one passage of a solution.
//! This is the half of `related` that compares sentences, as half of `meaning` does.
//!
//! passages = Σ over the query's sentences s of max over the solution's passages p of norm(p) · Σ
//! count(t, s) · max over the expansions e of t that p has of weight(t, e) · idf(e) / `A_r`
//!
//! norm(p) = (1 − breadth) + breadth / (0.75 + 0.25 · length(p) / 10)
//!
//! over the terms t of s in the order of their texts. Scoring a document by its best passage is
//! known as MaxP (Dai and Callan, SIGIR 2019). All sums are `f32` sums in that order, and this is
//! part of the definition of the score. A solution's passages are its sentences or, where it has
//! more than eight, groups of neighbouring sentences. How often a term occurs in a passage does not
//! count. Its length, the number of its terms up to 255, counts for a broad challenge
//! ([`Query::breadth`](crate::text::Query::breadth)): each of its many sentences has words that a
//! long passage about other things meets by chance. A question asks for one thing, and the passage
//! that has its words answers it whether it is long or short.
//!
//! # Eight passages at once
//!
//! A solution has at most eight passages, so each posting says in one byte which of them have the
//! term: bit *p* stands for passage *p*. The sums of a document's eight passages lie side by side,
//! as eight lanes of a vector register. Adding a term to those passages that have it would take a
//! branch for each bit. Instead the byte selects one of 256 masks, which has all bits set in the
//! lanes of these passages and none in the others ([`LANE_MASKS`]). The bits of the weight *and*
//! the mask are the weight in the right lanes and 0.0 in the others, and one vector addition adds
//! all eight.
//!
//! Of several expansions of a term a passage counts only the one with the largest weight. The lists
//! of a term are added by falling weight, and a byte for each document records which passages have
//! had the term already ([`PassageAccumulator::with_term`]): later lists add only to the others.
//!
//! # Candidates alone
//!
//! All this takes longer than the other half of `related`, from which an upper bound of it follows.
//! So it is computed for those documents alone that may be among the best: of 50,000 about one in a
//! hundred. The lists were just read for the other half, and the postings of these documents are
//! picked out of them ([`Hit`]).
#![expect(
    clippy::inline_always,
    reason = "these are parts of a loop that is compiled for several instruction sets"
)]

use std::ops::Range;

use super::accumulate::{Cursor, Sums, boxed, max_of_eight};
use super::bm25::narrow;
use super::{BLOCK, BOUND_BLOCK, CandidateBits};
use crate::catalogue::DocAddress;
use crate::index::{InvertedIndex, Postings, TermInfo};
use crate::kernel::{multiversion, set_bits};
use crate::text::{PASSAGES, QuerySentence};

/// One number for each passage of a document: its sum, or its norm.
type PassageSums = [f32; PASSAGES];

/// What the sums of a document's passages are multiplied by, from their lengths.
#[inline(always)]
fn norms(breadth: f32, lengths: &[u8; PASSAGES]) -> PassageSums {
    lengths.map(|length| (1.0 - breadth) + breadth / (0.75 + 0.025 * f32::from(length)))
}

/// The largest norm of all: that of a passage with a single term.
pub(crate) fn largest_norm(breadth: f32) -> f32 {
    norms(breadth, &[1; PASSAGES])[0]
}

/// For each set of passages, given as bits, a mask with all bits set in the lanes of these
/// passages.
static LANE_MASKS: [[u32; PASSAGES]; 1 << PASSAGES] = {
    let mut table = [[0; PASSAGES]; 1 << PASSAGES];
    let mut bits = 0;
    while bits < table.len() {
        let mut lane = 0;
        while lane < PASSAGES {
            if bits & (1 << lane) != 0 {
                table[bits][lane] = u32::MAX;
            }
            lane += 1;
        }
        bits += 1;
    }
    table
};

/// A sentence of the query.
pub(crate) struct ScoredSentence<'a> {
    pub(crate) text: &'a str,
    terms: Vec<SentenceTerm<'a>>,
}

/// A term of a sentence of the query.
struct SentenceTerm<'a> {
    /// Its place among the query's terms.
    query_term: usize,
    /// The sum that its occurrences in the sentence count.
    count: f64,
    /// Its expansions, in the order of their texts, each with count · similarity · idf / `A_r`.
    expansions: Vec<(&'a TermInfo, f32)>,
}

impl<'a> ScoredSentence<'a> {
    /// The sentences of a query. `expand` gives the expansions of a term, by its place among the
    /// query's terms, each with similarity · idf / `A_r`.
    pub(crate) fn all(
        sentences: &'a [QuerySentence],
        expand: impl Fn(usize) -> Vec<(&'a TermInfo, f64)>,
    ) -> Vec<Self> {
        let term = |(query_term, count): &(usize, f64)| {
            let weighted = |(term, weight): (&'a TermInfo, f64)| (term, narrow(count * weight));
            let expansions = expand(*query_term).into_iter().map(weighted).collect();
            SentenceTerm { query_term: *query_term, count: *count, expansions }
        };
        let scored = |sentence: &'a QuerySentence| Self {
            text: &sentence.shown,
            terms: sentence.terms.iter().map(term).collect(),
        };
        sentences.iter().map(scored).collect()
    }
}

/// A term of a sentence of the query that a passage has.
pub(crate) struct MetTerm {
    /// Its place among the query's terms.
    pub(crate) query_term: usize,
    /// Which of its expansions gives most in the passage.
    pub(crate) expansion: usize,
    /// The sum that its occurrences in the sentence count.
    pub(crate) count: f64,
    /// How much it adds to the passage.
    pub(crate) weight: f32,
}

/// The passage of a document with the highest value for a sentence.
pub(crate) struct BestPassage {
    /// Its place among the document's passages.
    pub(crate) passage: usize,
    pub(crate) norm: f32,
    /// The sentence's terms that it has.
    pub(crate) met: Vec<MetTerm>,
}

/// The passage of a document with the highest value for a sentence, the first of equal ones; `None`
/// if no passage has any term of it.
///
/// This is the definition that explanations show, written for one document without the masks.
pub(crate) fn best_passage(
    sentence: &ScoredSentence<'_>,
    breadth: f32,
    index: &InvertedIndex,
    DocAddress { segment, doc }: DocAddress,
) -> Option<BestPassage> {
    let mut sums: PassageSums = [0.0; PASSAGES];
    let mut met: [Vec<MetTerm>; PASSAGES] = Default::default();
    for term in &sentence.terms {
        let mut best: [Option<(usize, f32)>; PASSAGES] = [None; PASSAGES];
        for (expansion, (own, weight)) in term.expansions.iter().enumerate() {
            let passages = own.posting(index, segment, doc).map_or(0, |(_, passages)| passages);
            for (passage, best) in best.iter_mut().enumerate() {
                let has_term = passages & (1 << passage) != 0;
                if has_term && best.is_none_or(|best| *weight > best.1) {
                    *best = Some((expansion, *weight));
                }
            }
        }
        for ((sum, met), best) in sums.iter_mut().zip(&mut met).zip(best) {
            if let Some((expansion, weight)) = best {
                *sum += weight;
                let SentenceTerm { query_term, count, .. } = *term;
                met.push(MetTerm { query_term, expansion, count, weight });
            }
        }
    }
    let doc = doc.index();
    let norms = norms(breadth, index.passage_lengths(doc..doc + 1).first()?);
    let (mut best, mut largest) = (None, 0.0);
    for (passage, (sum, norm)) in sums.into_iter().zip(norms).enumerate() {
        if sum * norm > largest {
            (best, largest) = (Some(passage), sum * norm);
        }
    }
    let passage = best?;
    let met = std::mem::take(&mut met[passage]);
    Some(BestPassage { passage, norm: norms[passage], met })
}

/// The posting lists of a query's sentences in a chunk.
pub(crate) struct ProximityLists<'s> {
    sentences: Vec<ScoredSentence<'s>>,
    breadth: f32,
    /// The lists by sentence and term: their numbers among those of the query, each with a weight.
    /// Within a term the list with the largest weight comes first.
    lists: Vec<(usize, f32)>,
    /// The part of `lists` that belongs to each term, by sentence and then by term.
    lists_by_term: Vec<Vec<Range<usize>>>,
}

impl<'s> ProximityLists<'s> {
    pub(crate) fn new(sentences: Vec<ScoredSentence<'s>>, breadth: f32) -> Self {
        Self { sentences, breadth, lists: Vec::new(), lists_by_term: Vec::new() }
    }

    /// How many numbers are added up for a document at most.
    pub(crate) fn additions(&self) -> usize {
        self.sentences.iter().map(|sentence| sentence.terms.len()).sum()
    }

    /// Takes the lists of a chunk: for each term of the query the numbers of its lists, and for each
    /// list the place of its expansion among those of the term.
    pub(crate) fn open_chunk(&mut self, lists_of_terms: &[Range<usize>], expansions: &[usize]) {
        self.lists.clear();
        self.lists_by_term.clear();
        for sentence in &self.sentences {
            let mut by_term = Vec::with_capacity(sentence.terms.len());
            for term in &sentence.terms {
                let first = self.lists.len();
                let weighted = |list: usize| (list, term.expansions[expansions[list]].1);
                self.lists.extend(lists_of_terms[term.query_term].clone().map(weighted));
                largest_weight_first(&mut self.lists[first..]);
                by_term.push(first..self.lists.len());
            }
            self.lists_by_term.push(by_term);
        }
    }

    /// Adds the best passages of the candidates among a block's documents to their values.
    /// `cursors` are the query's lists, which have read the block; `lengths` are those of the
    /// passages of its documents.
    pub(crate) fn score_block(
        &self,
        cursors: &[Cursor<'_>],
        candidates: &CandidateBits,
        lengths: &[[u8; PASSAGES]],
        passages: &mut PassageAccumulator,
        values: &mut Sums,
    ) {
        passages.begin_block(candidates, self.breadth, lengths);
        if passages.candidates.is_empty() {
            return;
        }
        for cursor in cursors {
            passages.pick(cursor.block());
        }
        for (list, cursor) in cursors.iter().enumerate() {
            passages.read_passages(list, cursor.block());
        }
        add_sentences(&self.lists_by_term, &self.lists, passages, values);
    }
}

/// Sorts the lists of a term in the order in which [`PassageAccumulator::add_term`] needs them.
fn largest_weight_first(lists: &mut [(usize, f32)]) {
    lists.sort_by(|a, b| b.1.total_cmp(&a.1));
}

multiversion! {
    /// Adds each sentence's best passage to the documents that were picked.
    fn add_sentences(
        lists_by_term: &[Vec<Range<usize>>],
        lists: &[(usize, f32)],
        passages: &mut PassageAccumulator,
        values: &mut [f32; BLOCK],
    ) {
        for terms in lists_by_term {
            for term in terms {
                passages.add_term(&lists[term.clone()]);
            }
            passages.end_sentence(values);
        }
    }
}

/// A posting of a candidate.
#[derive(Clone, Copy, Default)]
struct Hit {
    /// The candidate's place among all of the block, counted from 1.
    candidate: u16,
    /// The posting's place among those of the list in the block.
    posting: u16,
    /// Its passages that have the term, as bits.
    passages: u8,
}

/// A document that may be among the best.
struct Candidate {
    /// Its place in the block.
    place: usize,
    /// Its sums for the current sentence, passage by passage; 0 between two sentences.
    sums: PassageSums,
    norms: PassageSums,
    /// The passages that have had the current term in some list, as bits.
    with_term: u8,
}

/// The sums of the candidates among a block's documents.
pub(crate) struct PassageAccumulator {
    candidates: Vec<Candidate>,
    /// For each document of the block its place among the candidates, counted from 1; 0 for all
    /// others.
    places: Box<[u16; BLOCK]>,
    /// The postings of candidates, list by list, and others after the last list.
    hits: Vec<Hit>,
    /// Where the hits of each list end, after a 0.
    ends: Vec<usize>,
    /// The candidates that have had a term of the current sentence, some of them several times.
    met: Vec<u16>,
}

impl PassageAccumulator {
    pub(crate) fn new() -> Self {
        Self {
            candidates: Vec::new(),
            places: boxed(0),
            hits: Vec::new(),
            ends: Vec::new(),
            met: Vec::new(),
        }
    }

    /// Begins with the candidates of another block. `lengths` are those of the passages of its
    /// documents.
    fn begin_block(
        &mut self,
        candidates: &CandidateBits,
        breadth: f32,
        lengths: &[[u8; PASSAGES]],
    ) {
        for before in self.candidates.drain(..) {
            self.places[before.place] = 0;
        }
        for (bits, first) in candidates.iter().zip((0..).step_by(BOUND_BLOCK)) {
            for place in set_bits(*bits).map(|bit| first + bit) {
                let (sums, norms) = ([0.0; PASSAGES], norms(breadth, &lengths[place]));
                self.candidates.push(Candidate { place, sums, norms, with_term: 0 });
                let counted = u16::try_from(self.candidates.len());
                self.places[place] = counted.expect("a block has no more than 8,192 documents");
            }
        }
        self.ends.clear();
        self.ends.push(0);
    }

    /// Picks the postings of candidates out of the next list.
    fn pick(&mut self, list: Postings<'_>) {
        let start = self.ends.last().copied().unwrap_or(0);
        let end = start + list.docs.len();
        if self.hits.len() < end {
            self.hits.resize(end, Hit::default());
        }
        let (hits, places, mut count) = (&mut self.hits[start..end], &*self.places, 0);
        for (doc, posting) in list.docs.iter().zip(0..) {
            // Store unconditionally and advance the count only for a candidate: this avoids a branch
            // that the processor could not predict.
            let candidate = places[usize::from(u16::from_le_bytes(*doc)) % BLOCK];
            hits[count] = Hit { candidate, posting, passages: 0 };
            count += usize::from(candidate != 0);
        }
        self.ends.push(start + count);
    }

    /// Reads the passages of the postings that were picked out of a list. Nothing else has brought
    /// them into the cache. In a loop of their own the processor waits for several at a time.
    fn read_passages(&mut self, list: usize, postings: Postings<'_>) {
        for hit in &mut self.hits[self.ends[list]..self.ends[list + 1]] {
            hit.passages = postings.passages[usize::from(hit.posting)];
        }
    }

    /// Adds the largest weight among a term's lists to each passage of the candidates. The lists come
    /// by falling weight, so the largest weight of a passage is that of the first list that has it.
    #[inline(always)]
    fn add_term(&mut self, lists: &[(usize, f32)]) {
        let hits_of = |list: usize| &self.hits[self.ends[list]..self.ends[list + 1]];
        for (list, weight) in lists {
            for hit in hits_of(*list) {
                self.met.push(hit.candidate);
                let candidate = &mut self.candidates[usize::from(hit.candidate) - 1];
                let new = hit.passages & !candidate.with_term;
                candidate.with_term |= hit.passages;
                let masks = &LANE_MASKS[usize::from(new)];
                for (sum, mask) in candidate.sums.iter_mut().zip(masks) {
                    *sum += f32::from_bits(mask & weight.to_bits());
                }
            }
        }
        for hit in lists.iter().flat_map(|(list, _)| hits_of(*list)) {
            self.candidates[usize::from(hit.candidate) - 1].with_term = 0;
        }
    }

    /// Adds the highest value among the passages of each candidate that has had a term, and sets its
    /// sums back to 0 for the next sentence. What it adds when it comes again is 0.
    #[inline(always)]
    fn end_sentence(&mut self, values: &mut [f32; BLOCK]) {
        for met in self.met.drain(..) {
            let candidate = &mut self.candidates[usize::from(met) - 1];
            let mut sums = std::mem::take(&mut candidate.sums);
            for (sum, norm) in sums.iter_mut().zip(&candidate.norms) {
                *sum *= norm;
            }
            values[candidate.place] += max_of_eight(&sums);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::accumulate::test::{List, lists};
    use super::super::accumulate::{MaxAccumulator, cleared};
    use super::super::bm25::TfNorm;
    use super::*;
    use crate::index::CHUNK;
    use crate::kernel::test::on_each;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn masked_sums_are_those_of_every_passage_times_its_norm(
            sentences in prop::collection::vec(prop::collection::vec(lists(), 0..4), 0..4),
            breadth in prop::sample::select(vec![0.0, 0.3, 1.0_f32]),
            candidates in prop::collection::vec(prop_oneof![Just(0), Just(u64::MAX), any::<u64>()], CHUNK / 64),
        ) {
            let lengths: Vec<[u8; PASSAGES]> = (0..CHUNK)
                .map(|doc| std::array::from_fn(|passage| {
                    u8::try_from((doc * 31 + passage * 7) % 40).unwrap_or_default()
                }))
                .collect();
            let mut expected = vec![0.0_f32; CHUNK];
            for sentence in &sentences {
                let mut sums = vec![[0.0_f32; PASSAGES]; CHUNK];
                for term in sentence {
                    let mut best = vec![[0.0_f32; PASSAGES]; CHUNK];
                    for list in term {
                        for (number, _, passages) in list.all() {
                            let has_term = |passage: &usize| passages & (1 << passage) != 0;
                            for passage in (0..PASSAGES).filter(has_term) {
                                best[number][passage] = best[number][passage].max(list.weight);
                            }
                        }
                    }
                    for (sum, best) in sums.as_flattened_mut().iter_mut().zip(best.as_flattened()) {
                        *sum += best;
                    }
                }
                for ((value, sums), lengths) in expected.iter_mut().zip(sums).zip(&lengths) {
                    let norms = norms(breadth, lengths);
                    let normed = sums.into_iter().zip(norms).map(|(sum, norm)| sum * norm);
                    *value += normed.fold(0.0, f32::max);
                }
            }
            for (doc, value) in expected.iter_mut().enumerate() {
                let is_candidate = candidates[doc / 64] >> (doc % 64) & 1 == 1;
                *value *= f32::from(u8::from(is_candidate));
            }
            for found in on_each(|| {
                // As if each sentence had its own terms.
                let terms: Vec<_> = sentences.iter().flatten().collect();
                let mut cursors: Vec<_> = terms.iter().copied().flatten().map(List::cursor).collect();
                let mut proximity = ProximityLists::new(Vec::new(), breadth);
                for sentence in &sentences {
                    let mut by_term = Vec::new();
                    for term in sentence {
                        let first = proximity.lists.len();
                        let numbered = term.iter().zip(first..);
                        proximity.lists.extend(numbered.map(|(list, number)| (number, list.weight)));
                        largest_weight_first(&mut proximity.lists[first..]);
                        by_term.push(first..proximity.lists.len());
                    }
                    proximity.lists_by_term.push(by_term);
                }
                let (mut passages, mut found) = (PassageAccumulator::new(), Vec::new());
                let (tf_norm, mut maxima) = (TfNorm::new(50.0, 1.2, 0.75), MaxAccumulator::new());
                for start in (0..CHUNK).step_by(BLOCK) {
                    let (mut unused, mut values) = (Vec::new(), Vec::new());
                    maxima.add(&mut cursors, &tf_norm, start, cleared(&mut unused));
                    let values_of_block = cleared(&mut values);
                    let candidates = candidates[start / 64..].first_chunk().expect("a block's");
                    let lengths = &lengths[start..start + BLOCK];
                    proximity.score_block(&cursors, candidates, lengths, &mut passages, values_of_block);
                    found.extend(values);
                }
                found
            }) {
                prop_assert!(found == expected);
            }
        }
    }
}
