//! How much of a sentence of the ask stands together in one passage of a solution: the half of `related` that looks at sentences, as half of
//! `meaning` does.
//!
//! proximity = Σ over the ask's sentences s of max over the solution's passages p of Σ count(t, s) · max over the expansions e of t that p has
//! of weight(t, e) · idf(e) / `A_r`, over the terms t of s in the order of their texts. All sums are of f32 values in that order, and are
//! defined so. A solution's passages are its sentences, or where it has more than eight, neighbours together. How often a term stands in a
//! passage, and how long that is, count nothing.

use super::bm25::{CatalogueTerm, narrow};
use super::scatter::{self, BLOCK, Cursor};
use crate::catalogue::Address;
use crate::derived::{CHUNK, Terms};
use crate::text::{Ask, PASSAGES};

/// How many records of a block are worked on before the next ones: the sums of their passages stay in the cache.
const PART: usize = 1024;

/// One value a passage.
type Lanes = [f32; PASSAGES];

/// 1 in each lane whose bit is set.
static LANES: [Lanes; 1 << PASSAGES] = {
    let mut table = [[0.0; PASSAGES]; 1 << PASSAGES];
    let mut bits = 0;
    while bits < table.len() {
        let mut lane = 0;
        while lane < PASSAGES {
            if bits & (1 << lane) != 0 {
                table[bits][lane] = 1.0;
            }
            lane += 1;
        }
        bits += 1;
    }
    table
};

/// A sentence of the ask.
pub(crate) struct AskedSentence<'a> {
    pub(crate) text: &'a String,
    pub(crate) terms: Vec<AskedTerm<'a>>,
}

/// A term of a sentence of the ask.
pub(crate) struct AskedTerm<'a> {
    /// Its place among the ask's terms.
    pub(crate) of: usize,
    /// What its occurrences in the sentence count.
    pub(crate) count: f64,
    /// Its expansions, by text, each with count · weight · idf / `A_r`.
    pub(crate) by: Vec<(&'a CatalogueTerm, f32)>,
}

impl<'a> AskedSentence<'a> {
    /// The ask's sentences: `by` says what a term is expanded to, each with weight · idf / `A_r`.
    pub(crate) fn all(ask: &'a Ask, by: impl Fn(usize) -> Vec<(&'a CatalogueTerm, f64)>) -> Vec<Self> {
        let term = |(of, count): &(usize, f64)| {
            let by = by(*of).into_iter().map(|(term, share)| (term, narrow(count * share))).collect();
            AskedTerm { of: *of, count: *count, by }
        };
        ask.sentences.iter().map(|sentence| Self { text: &sentence.text, terms: sentence.terms.iter().map(term).collect() }).collect()
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

/// The passage of a record that meets most of a sentence, and what it meets; none where no passage meets anything.
pub(crate) fn best(sentence: &AskedSentence<'_>, terms: &Terms, address: Address) -> Option<(usize, Vec<Met>)> {
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
    sentences: Vec<AskedSentence<'p>>,
    terms: &'p Terms,
    segment: usize,
    /// Of the chunk at hand, by the sentences and their terms.
    lists: Vec<Vec<Vec<Cursor<'p>>>>,
    passages: Passages,
    /// Where the next block begins.
    start: usize,
}

impl<'p> Pass<'p> {
    pub(crate) fn new(sentences: Vec<AskedSentence<'p>>, terms: &'p Terms, segment: usize) -> Self {
        Self { sentences, terms, segment, lists: Vec::new(), passages: Passages::new(), start: 0 }
    }

    /// Each record's proximity to the ask's sentences, for the next block.
    pub(crate) fn next(&mut self, shares: &mut Vec<f32>) {
        if self.start.is_multiple_of(CHUNK) {
            let chunk = self.start / CHUNK;
            let list = |(term, share): &(&CatalogueTerm, f32)| Cursor::new(term, *share, self.terms, self.segment, chunk);
            let lists = |term: &AskedTerm<'_>| term.by.iter().filter_map(list).collect();
            self.lists = self.sentences.iter().map(|sentence| sentence.terms.iter().map(lists).collect()).collect();
        }
        let first = self.start % CHUNK;
        for (shares, start) in scatter::cleared(shares).chunks_mut(PART).zip((first..).step_by(PART)) {
            for sentence in &mut self.lists {
                for term in sentence {
                    for list in term {
                        self.passages.offer(list, start);
                    }
                    self.passages.end_term();
                }
                self.passages.end_sentence(shares);
            }
        }
        self.start += BLOCK;
    }
}

/// The sums of some records, passage by passage.
struct Passages {
    /// The best of the term at hand, a value a passage.
    best: Vec<Lanes>,
    /// The records that have the term at hand.
    with_term: Vec<u16>,
    /// The sentence at hand, up to the term at hand.
    sums: Vec<Lanes>,
    /// The records that have a term of the sentence at hand.
    with_sentence: Vec<u16>,
    /// Whether a record is among those with the term, with the sentence.
    seen: Vec<(bool, bool)>,
}

impl Passages {
    fn new() -> Self {
        let empty = vec![[0.0; PASSAGES]; PART];
        Self { best: empty.clone(), with_term: Vec::new(), sums: empty, with_sentence: Vec::new(), seen: vec![(false, false); PART] }
    }

    /// Takes a list's records up to `start` and some.
    fn offer(&mut self, list: &mut Cursor<'_>, start: usize) {
        let (share, now) = (list.share(), list.up_to(start + PART));
        for (number, passages) in now.numbers().zip(now.passages) {
            let at = number % PART;
            if !self.seen[at].0 {
                self.seen[at].0 = true;
                self.with_term.push(u16::try_from(at).expect("a part is counted in u16"));
            }
            for (best, lane) in self.best[at].iter_mut().zip(&LANES[usize::from(*passages)]) {
                let value = lane * share;
                *best = if value > *best { value } else { *best };
            }
        }
    }

    /// Adds the best of each passage for the term at hand.
    fn end_term(&mut self) {
        for record in self.with_term.drain(..) {
            let at = usize::from(record);
            self.seen[at].0 = false;
            if !self.seen[at].1 {
                self.seen[at].1 = true;
                self.with_sentence.push(record);
            }
            for (sum, best) in self.sums[at].iter_mut().zip(&mut self.best[at]) {
                *sum += std::mem::take(best);
            }
        }
    }

    /// Adds the best passage of each record for the sentence at hand.
    fn end_sentence(&mut self, values: &mut [f32]) {
        for record in self.with_sentence.drain(..) {
            let at = usize::from(record);
            self.seen[at].1 = false;
            values[at] += best_passage(&std::mem::take(&mut self.sums[at])).1;
        }
    }
}

/// The passage with the most, the first of those with as much.
fn best_passage(sums: &Lanes) -> (usize, f32) {
    sums.iter().copied().enumerate().fold((0, 0.0), |best, next| if next.1 > best.1 { next } else { best })
}
