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
#![expect(
    clippy::inline_always,
    reason = "these are parts of a loop that is compiled for several instruction sets"
)]

use std::ops::Range;

use super::BLOCK;
use super::accumulate::{Cursor, Sums, boxed, last_number, max_of_eight};
use super::bm25::narrow;
use crate::catalogue::DocAddress;
use crate::ids::SegmentOrd;
use crate::index::{CHUNK, InvertedIndex, TermInfo};
use crate::kernel::multiversion;
use crate::text::{PASSAGES, QuerySentence};

/// How many documents of a block are scored before the next ones: their sums of passages take
/// 128 KiB and stay in the second-level cache.
const PART: usize = 4096;

/// One number for each passage of a document: its sum, or its norm.
type PassageSums = [f32; PASSAGES];

/// What the sums of a document's passages are multiplied by, from their lengths.
#[inline(always)]
fn norms(breadth: f32, lengths: &[u8; PASSAGES]) -> PassageSums {
    lengths.map(|length| (1.0 - breadth) + breadth / (0.75 + 0.025 * f32::from(length)))
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

/// The posting lists of a query's sentences on their way through a segment, block by block.
pub(crate) struct ProximityLists<'s> {
    sentences: Vec<ScoredSentence<'s>>,
    breadth: f32,
    index: &'s InvertedIndex,
    segment: SegmentOrd,
    /// The lists of the current chunk, sentence by sentence and term by term. Within a term the
    /// list with the largest weight comes first.
    cursors: Vec<Cursor<'s>>,
    /// The part of `cursors` that belongs to each term, by sentence and then by term.
    cursors_by_term: Vec<Vec<Range<usize>>>,
    /// The chunk whose lists are open.
    chunk: Option<usize>,
}

impl<'s> ProximityLists<'s> {
    pub(crate) fn new(
        sentences: Vec<ScoredSentence<'s>>,
        breadth: f32,
        index: &'s InvertedIndex,
        segment: SegmentOrd,
    ) -> Self {
        let (cursors, cursors_by_term) = (Vec::new(), Vec::new());
        Self { sentences, breadth, index, segment, cursors, cursors_by_term, chunk: None }
    }

    /// Adds the best passages of the documents of the block that begins at `start` to their sums.
    pub(crate) fn score_block(
        &mut self,
        start: usize,
        passages: &mut PassageAccumulator,
        sums: &mut Sums,
    ) {
        self.open_chunk(start);
        let lengths = self.index.passage_lengths(start..start + BLOCK);
        let norms = PassageNorms { breadth: self.breadth, lengths };
        add_block(&mut self.cursors, &self.cursors_by_term, passages, start % CHUNK, norms, sums);
    }

    /// Opens the lists of the chunk of a block that begins at `start`, if it is another one than
    /// that of the block before.
    fn open_chunk(&mut self, start: usize) {
        if self.chunk.replace(start / CHUNK) == Some(start / CHUNK) {
            return;
        }
        self.cursors.clear();
        self.cursors_by_term.clear();
        for sentence in &self.sentences {
            let mut by_term = Vec::with_capacity(sentence.terms.len());
            for term in &sentence.terms {
                let first = self.cursors.len();
                let cursor = |(term, weight): &(&TermInfo, f32)| {
                    Cursor::new(term, *weight, self.index, self.segment, start)
                };
                self.cursors.extend(term.expansions.iter().filter_map(cursor));
                largest_weight_first(&mut self.cursors[first..]);
                by_term.push(first..self.cursors.len());
            }
            self.cursors_by_term.push(by_term);
        }
        self.cursors.iter().for_each(Cursor::prefetch_passages);
    }
}

/// Sorts the lists of a term in the order in which [`PassageAccumulator::add_term`] needs them.
fn largest_weight_first(cursors: &mut [Cursor<'_>]) {
    cursors.sort_by(|a, b| b.weight().total_cmp(&a.weight()));
}

multiversion! {
    /// Adds each sentence's best passage to the documents of the block that begins at `start`.
    fn add_block(
        cursors: &mut [Cursor<'_>],
        cursors_by_term: &[Vec<Range<usize>>],
        passages: &mut PassageAccumulator,
        start: usize,
        norms: PassageNorms<'_>,
        sums: &mut [f32; BLOCK],
    ) {
        let parts = sums.as_chunks_mut::<PART>().0.iter_mut().zip((start..).step_by(PART));
        for ((sums, start), place) in parts.zip((0..).step_by(PART)) {
            passages.begin_part(norms, place);
            for terms in cursors_by_term {
                for term in terms {
                    passages.add_term(&mut cursors[term.clone()], last_number(start, PART));
                }
                passages.end_sentence(sums);
            }
        }
    }
}

/// What the norms of the passages of a block's documents depend on.
#[derive(Clone, Copy)]
struct PassageNorms<'a> {
    breadth: f32,
    /// The lengths of the documents that the segment has: the last block may be shorter.
    lengths: &'a [[u8; PASSAGES]],
}

/// The sums of some documents for the current sentence, passage by passage. All sums are 0 between
/// two sentences.
pub(crate) struct PassageAccumulator {
    sums: Box<[PassageSums; PART]>,
    /// Of the documents' passages, for a query with a breadth; else all are 1.
    norms: Box<[PassageSums; PART]>,
    have_norms: bool,
    /// For each document the passages that have had the current term in some list, as bits.
    with_term: Box<[u8; PART]>,
    /// For each document whether it has had a term of the current sentence.
    is_met: Box<[bool; PART]>,
    /// The documents that have had one: the first `met_count` entries.
    met: Box<[u16; PART]>,
    met_count: usize,
}

impl PassageAccumulator {
    pub(crate) fn new() -> Self {
        Self {
            sums: boxed([0.0; PASSAGES]),
            norms: boxed([1.0; PASSAGES]),
            have_norms: false,
            with_term: boxed(0),
            is_met: boxed(false),
            met: boxed(0),
            met_count: 0,
        }
    }

    /// Computes the norms of the documents that begin at a place of the block.
    #[inline(always)]
    fn begin_part(&mut self, norms: PassageNorms<'_>, place: usize) {
        self.have_norms = norms.breadth > 0.0;
        if self.have_norms {
            let lengths = norms.lengths.iter().skip(place);
            for (own, lengths) in self.norms.iter_mut().zip(lengths) {
                *own = self::norms(norms.breadth, lengths);
            }
        }
    }

    /// Adds the largest weight among a term's lists to each passage of the documents up to `last`.
    /// The lists come by falling weight, so the largest weight of a passage is that of the first
    /// list that has it.
    #[inline(always)]
    fn add_term(&mut self, cursors: &mut [Cursor<'_>], last: u16) {
        let (mut any_posting, mut met_count) = (false, self.met_count);
        for cursor in cursors {
            let weight = cursor.weight().to_bits();
            cursor.for_each_up_to(last, |doc, passages| {
                let place = usize::from(doc) % PART;
                any_posting = true;
                // Store unconditionally and advance the count only for a new document: this avoids
                // a branch that the processor could not predict.
                if let Some(next) = self.met.get_mut(met_count) {
                    *next = doc;
                }
                met_count += usize::from(!self.is_met[place]);
                self.is_met[place] = true;
                let new = passages & !self.with_term[place];
                self.with_term[place] |= passages;
                let masks = &LANE_MASKS[usize::from(new)];
                for (sum, mask) in self.sums[place].iter_mut().zip(masks) {
                    *sum += f32::from_bits(mask & weight);
                }
            });
        }
        self.met_count = met_count;
        if any_posting {
            self.with_term.fill(0);
        }
    }

    /// Adds the highest value among the passages of each document that has had a term, and sets its
    /// sums back to 0 for the next sentence.
    #[inline(always)]
    fn end_sentence(&mut self, values: &mut [f32; PART]) {
        for doc in &self.met[..self.met_count] {
            let place = usize::from(*doc) % PART;
            let mut sums = std::mem::take(&mut self.sums[place]);
            if self.have_norms {
                for (sum, norm) in sums.iter_mut().zip(&self.norms[place]) {
                    *sum *= norm;
                }
            }
            values[place] += max_of_eight(&sums);
            self.is_met[place] = false;
        }
        self.met_count = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::super::accumulate::cleared;
    use super::super::accumulate::test::{List, lists};
    use super::*;
    use crate::kernel::test::on_each;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn masked_sums_are_those_of_every_passage_times_its_norm(
            sentences in prop::collection::vec(prop::collection::vec(lists(), 0..4), 0..4),
            breadth in prop::sample::select(vec![0.0, 0.3, 1.0_f32]),
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
            for found in on_each(|| {
                let (mut cursors, mut cursors_by_term) = (Vec::new(), Vec::new());
                for sentence in &sentences {
                    let mut by_term = Vec::new();
                    for term in sentence {
                        let first = cursors.len();
                        cursors.extend(term.iter().map(List::cursor));
                        largest_weight_first(&mut cursors[first..]);
                        by_term.push(first..cursors.len());
                    }
                    cursors_by_term.push(by_term);
                }
                let (mut passages, mut found) = (PassageAccumulator::new(), Vec::new());
                for start in (0..CHUNK).step_by(BLOCK) {
                    let mut sums = Vec::new();
                    let sums_of_block = cleared(&mut sums);
                    let norms = PassageNorms { breadth, lengths: &lengths[start..start + BLOCK] };
                    add_block(
                        &mut cursors, &cursors_by_term, &mut passages, start, norms, sums_of_block,
                    );
                    found.extend(sums);
                }
                found
            }) {
                prop_assert!(found == expected);
            }
        }
    }
}
