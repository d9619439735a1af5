//! How much of a sentence of the ask stands together in one passage of a solution: the half of
//! `related` that looks at sentences, as half of `meaning` does.
//!
//! proximity = Σ over the ask's sentences s of max over the solution's passages p of Σ count(t, s)
//! · max over the expansions e of t that p has of weight(t, e) · idf(e) / `A_r`, over the terms t
//! of s in the order of their texts. All sums are of f32 values in that order, and are defined so.
//! A solution's passages are its sentences, or where it has more than eight, neighbours together.
//! How often a term stands in a passage, and how long that is, count nothing.
#![allow(
    clippy::inline_always,
    reason = "the kernels' parts are compiled into each kernel, for its instructions"
)]

use super::accumulate::{self, BLOCK, Cursor, OfTerm, boxed, highest_of_eight, last_of};
use super::bm25::{WeightedTerm, narrow};
use crate::catalogue::DocAddress;
use crate::index::{CHUNK, InvertedIndex};
use crate::kernel::wide;
use crate::text::{PASSAGES, QuerySentence};

/// How many records of a block are worked on before the next ones: the sums of their passages stay
/// in the cache.
const PART: usize = 4096;

/// One value a passage.
type Lanes = [f32; PASSAGES];

/// All bits set in each lane whose bit is set.
static LANES: [[u32; PASSAGES]; 1 << PASSAGES] = {
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

/// A sentence of the ask.
pub(crate) struct ScoredSentence<'a> {
    pub(crate) text: &'a String,
    pub(crate) terms: Vec<SentenceTerm<'a>>,
}

/// A term of a sentence of the ask.
pub(crate) struct SentenceTerm<'a> {
    /// Its place among the ask's terms.
    pub(crate) of: usize,
    /// What its occurrences in the sentence count.
    pub(crate) count: f64,
    /// Its expansions, by text, each with count · weight · idf / `A_r`.
    pub(crate) by: Vec<(&'a WeightedTerm, f32)>,
}

impl<'a> ScoredSentence<'a> {
    /// The ask's sentences: `by` says what a term is expanded to, each with weight · idf / `A_r`.
    pub(crate) fn all(
        sentences: &'a [QuerySentence],
        by: impl Fn(usize) -> Vec<(&'a WeightedTerm, f64)>,
    ) -> Vec<Self> {
        let term = |(of, count): &(usize, f64)| {
            let by =
                by(*of).into_iter().map(|(term, share)| (term, narrow(count * share))).collect();
            SentenceTerm { of: *of, count: *count, by }
        };
        sentences
            .iter()
            .map(|sentence| Self {
                text: &sentence.text,
                terms: sentence.terms.iter().map(term).collect(),
            })
            .collect()
    }
}

/// A term of a sentence of the ask that a passage meets.
pub(crate) struct Met {
    /// Its place among the ask's terms.
    pub(crate) of: usize,
    /// Which of its expansions gives most there.
    pub(crate) by: usize,
    /// What its occurrences in the sentence count.
    pub(crate) count: f64,
    /// What it adds.
    pub(crate) share: f32,
}

/// The passage of a record that meets most of a sentence, and what it meets; none where no passage
/// meets anything.
pub(crate) fn best(
    sentence: &ScoredSentence<'_>,
    terms: &InvertedIndex,
    address: DocAddress,
) -> Option<(usize, Vec<Met>)> {
    let mut sums = [0.0_f32; PASSAGES];
    let mut met: [Vec<Met>; PASSAGES] = Default::default();
    for term in &sentence.terms {
        let mut best: [Option<(usize, f32)>; PASSAGES] = [None; PASSAGES];
        for (by, (catalogue, share)) in term.by.iter().enumerate() {
            let passages = catalogue.of(terms, address).map_or(0, |(_, passages)| passages);
            for (passage, best) in best.iter_mut().enumerate() {
                if passages & (1 << passage) != 0 && best.is_none_or(|best| *share > best.1) {
                    *best = Some((by, *share));
                }
            }
        }
        for ((sum, met), best) in sums.iter_mut().zip(&mut met).zip(best) {
            if let Some((by, share)) = best {
                *sum += share;
                met.push(Met { of: term.of, by, count: term.count, share });
            }
        }
    }
    let (passage, value) = best_passage(&sums);
    (value > 0.0).then(|| (passage, std::mem::take(&mut met[passage])))
}

/// The lists of an ask's sentences on their way through a segment, block by block.
pub(crate) struct Pass<'p> {
    sentences: Vec<ScoredSentence<'p>>,
    terms: &'p InvertedIndex,
    segment: usize,
    /// Of the chunk at hand: each term's, those with the highest share first.
    lists: Vec<Cursor<'p>>,
    /// By the sentences and their terms.
    of_terms: Vec<Vec<OfTerm>>,
    passages: Passages,
    /// Where the next block begins.
    start: usize,
}

impl<'p> Pass<'p> {
    pub(crate) fn new(
        sentences: Vec<ScoredSentence<'p>>,
        terms: &'p InvertedIndex,
        segment: usize,
    ) -> Self {
        Self {
            sentences,
            terms,
            segment,
            lists: Vec::new(),
            of_terms: Vec::new(),
            passages: Passages::new(),
            start: 0,
        }
    }

    /// Each record's proximity to the ask's sentences, for the next block.
    pub(crate) fn next(&mut self, shares: &mut Vec<f32>) {
        if self.start.is_multiple_of(CHUNK) {
            self.open_chunk();
        }
        add_block(
            &mut self.lists,
            &self.of_terms,
            &mut self.passages,
            self.start % CHUNK,
            accumulate::cleared(shares),
        );
        self.start += BLOCK;
    }

    fn open_chunk(&mut self) {
        let chunk = self.start / CHUNK;
        self.lists.clear();
        self.of_terms.clear();
        for sentence in &self.sentences {
            let mut of_terms = Vec::with_capacity(sentence.terms.len());
            for term in &sentence.terms {
                let first = self.lists.len();
                let list = |(term, share): &(&WeightedTerm, f32)| {
                    Cursor::new(term, *share, self.terms, self.segment, chunk)
                };
                self.lists.extend(term.by.iter().filter_map(list));
                highest_share_first(&mut self.lists[first..]);
                of_terms.push(first..self.lists.len());
            }
            self.of_terms.push(of_terms);
        }
        self.lists.iter().for_each(Cursor::prefetch_passages);
    }
}

/// The order in which a term's lists are to be added.
fn highest_share_first(lists: &mut [Cursor<'_>]) {
    lists.sort_by(|a, b| b.share().total_cmp(&a.share()));
}

wide! {
    /// Adds each sentence's best passage to the records of the block that begins at `start`.
    fn add_block(lists: &mut [Cursor<'_>], of_terms: &[Vec<OfTerm>], passages: &mut Passages, start: usize, sums: &mut [f32; BLOCK]) {
        for (sums, start) in sums.as_chunks_mut::<PART>().0.iter_mut().zip((start..).step_by(PART)) {
            for sentence in of_terms {
                for term in sentence {
                    passages.add_term(&mut lists[term.clone()], last_of(start, PART));
                }
                passages.end_sentence(sums);
            }
        }
    }
}

/// The sums of some records for the sentence at hand, passage by passage.
struct Passages {
    sums: Box<[Lanes; PART]>,
    /// The passages that have the term at hand, so far.
    with_term: Box<[u8; PART]>,
    /// Whether a record has a term of the sentence at hand.
    met: Box<[bool; PART]>,
    /// Those that have one: the first few.
    all_met: Box<[u16; PART]>,
    /// How many.
    how_many: usize,
}

impl Passages {
    fn new() -> Self {
        Self {
            sums: boxed([0.0; PASSAGES]),
            with_term: boxed(0),
            met: boxed(false),
            all_met: boxed(0),
            how_many: 0,
        }
    }

    /// Adds the best of a term's lists to each passage of the records up to `last`: that is the
    /// first list that the passage is in, for those with the highest share go first.
    #[inline(always)]
    fn add_term(&mut self, lists: &mut [Cursor<'_>], last: u16) {
        let (mut any, mut how_many) = (false, self.how_many);
        for list in lists {
            let share = list.share().to_bits();
            list.each_up_to(last, |number, passages| {
                let at = usize::from(number) % PART;
                any = true;
                // Written even where it is there: without a branch that nobody can foresee.
                if let Some(next) = self.all_met.get_mut(how_many) {
                    *next = number;
                }
                how_many += usize::from(!self.met[at]);
                self.met[at] = true;
                let more = passages & !self.with_term[at];
                self.with_term[at] |= passages;
                for (sum, lane) in self.sums[at].iter_mut().zip(&LANES[usize::from(more)]) {
                    *sum += f32::from_bits(lane & share);
                }
            });
        }
        self.how_many = how_many;
        if any {
            self.with_term.fill(0);
        }
    }

    /// Adds the best passage of each record for the sentence at hand.
    #[inline(always)]
    fn end_sentence(&mut self, values: &mut [f32; PART]) {
        for number in &self.all_met[..self.how_many] {
            let at = usize::from(*number) % PART;
            values[at] += highest_of_eight(&std::mem::take(&mut self.sums[at]));
            self.met[at] = false;
        }
        self.how_many = 0;
    }
}

/// The passage with the most, the first of those with as much.
fn best_passage(sums: &Lanes) -> (usize, f32) {
    sums.iter()
        .copied()
        .enumerate()
        .fold((0, 0.0), |best, next| if next.1 > best.1 { next } else { best })
}

#[cfg(test)]
mod tests {
    use super::super::accumulate::test::{List, lists};
    use super::*;
    use crate::kernel::test::on_each;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn sentences_of_terms_of_lists(sentences in prop::collection::vec(prop::collection::vec(lists(), 0..4), 0..4)) {
            let mut expected = vec![0.0_f32; CHUNK];
            for sentence in &sentences {
                let mut sums = vec![[0.0_f32; PASSAGES]; CHUNK];
                for term in sentence {
                    let mut best = vec![[0.0_f32; PASSAGES]; CHUNK];
                    for (list, (number, _, passages)) in term.iter().flat_map(|list| list.all().map(move |posting| (list, posting))) {
                        for passage in (0..PASSAGES).filter(|passage| passages & (1 << passage) != 0) {
                            best[number][passage] = best[number][passage].max(list.share);
                        }
                    }
                    for (sum, best) in sums.as_flattened_mut().iter_mut().zip(best.as_flattened()) {
                        *sum += best;
                    }
                }
                for (value, sums) in expected.iter_mut().zip(sums) {
                    *value += sums.into_iter().fold(0.0, f32::max);
                }
            }
            for found in on_each(|| {
                let (mut lists, mut of_terms) = (Vec::new(), Vec::new());
                for sentence in &sentences {
                    let mut of_sentence = Vec::new();
                    for term in sentence {
                        let first = lists.len();
                        lists.extend(term.iter().map(List::cursor));
                        highest_share_first(&mut lists[first..]);
                        of_sentence.push(first..lists.len());
                    }
                    of_terms.push(of_sentence);
                }
                let (mut passages, mut found) = (Passages::new(), Vec::new());
                for start in (0..CHUNK).step_by(BLOCK) {
                    let mut sums = Vec::new();
                    add_block(&mut lists, &of_terms, &mut passages, start, accumulate::cleared(&mut sums));
                    found.extend(sums);
                }
                found
            }) {
                prop_assert!(found == expected);
            }
        }
    }
}
