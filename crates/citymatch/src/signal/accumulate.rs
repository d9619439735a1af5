//! Lists on their way through a segment, block by block: what each gives to the docs of a block
//! is added up while they are in the cache.
#![allow(
    clippy::inline_always,
    reason = "the kernels' parts are compiled into each kernel, for its instructions"
)]

use super::bm25::{TfNorm, WeightedTerm};
use super::{BLOCK, BOUND_BLOCK};
use crate::ids::SegmentOrd;
use crate::index::{InvertedIndex, Postings};
use crate::kernel::{max, prefetch};

/// One value for each document of a block.
pub(crate) type Sums = [f32; BLOCK];

/// So many times a value, made where it is to lie: an array that came over the stack would fill
/// much of it.
pub(crate) fn boxed<T: Clone, const MANY: usize>(value: T) -> Box<[T; MANY]> {
    let boxed = vec![value; MANY].into_boxed_slice();
    boxed.try_into().unwrap_or_else(|_| unreachable!("it was made of this length"))
}

/// A block's sums, all 0.
pub(crate) fn cleared(sums: &mut Vec<f32>) -> &mut Sums {
    sums.clear();
    sums.resize(BLOCK, 0.0);
    sums.as_mut_slice().try_into().expect("it has the length of a block")
}

/// The 64 values of a block from the place `first` on.
pub(crate) fn group(values: &[f32], first: usize) -> &[f32; BOUND_BLOCK] {
    values[first..].first_chunk().expect("a block is a whole number of groups")
}

/// The max in each lane.
#[inline(always)]
fn max_of_lanes<const LANES: usize>(a: &[f32; LANES], b: &[f32; LANES]) -> [f32; LANES] {
    std::array::from_fn(|lane| max(a[lane], b[lane]))
}

/// The largest of eight values, half by half.
#[inline(always)]
pub(super) fn max_of_eight(lanes: &[f32; 8]) -> f32 {
    let (halves, _) = lanes.as_chunks::<4>();
    let [a, b, c, d] = max_of_lanes(&halves[0], &halves[1]);
    max(max(a, b), max(c, d))
}

/// What is left of a list in a chunk.
pub(crate) struct Cursor<'t> {
    rest: Postings<'t>,
    weight: f32,
}

impl<'t> Cursor<'t> {
    /// The list of a term in a chunk of a segment, if there is one.
    pub(crate) fn new(
        term: &WeightedTerm,
        weight: f32,
        index: &'t InvertedIndex,
        segment: SegmentOrd,
        chunk: usize,
    ) -> Option<Self> {
        let rest = term.postings(index, segment, chunk);
        (!rest.docs.is_empty()).then_some(Self { rest, weight })
    }

    /// Asks for what `add` reads first in the next block.
    pub(crate) fn prefetch_codes(&self) {
        prefetch::<_, 4>(self.rest.docs);
        prefetch::<_, 2>(self.rest.codes);
    }

    /// Asks for what `each_up_to` reads first.
    pub(crate) fn prefetch_passages(&self) {
        prefetch::<_, 1>(self.rest.docs);
        prefetch::<_, 1>(self.rest.passages);
    }

    pub(crate) fn weight(&self) -> f32 {
        self.weight
    }

    /// How many docs are left.
    pub(crate) fn len(&self) -> usize {
        self.rest.docs.len()
    }

    /// The part of the list in the block that begins at `start`.
    fn block(&mut self, start: usize) -> Postings<'t> {
        let in_block = count_up_to(self.rest.docs, last_of(start, BLOCK));
        let Postings { docs, codes, passages } = self.rest;
        self.skip(in_block);
        Postings {
            docs: &docs[..in_block],
            codes: &codes[..in_block],
            passages: &passages[..in_block],
        }
    }

    /// Shows the docs up to a number, each with its passages.
    #[inline(always)]
    pub(crate) fn each_up_to(&mut self, last: u16, mut see: impl FnMut(u16, u8)) {
        let mut seen = 0;
        for (doc, passages) in self.rest.docs.iter().zip(self.rest.passages) {
            let number = u16::from_le_bytes(*doc);
            if number > last {
                break;
            }
            see(number, *passages);
            seen += 1;
        }
        if seen > 0 {
            self.skip(seen);
        }
    }

    #[inline(always)]
    fn skip(&mut self, docs: usize) {
        let Postings { docs: numbers, codes, passages } = self.rest;
        self.rest =
            Postings { docs: &numbers[docs..], codes: &codes[docs..], passages: &passages[docs..] };
    }
}

/// The last number of so many docs of a chunk.
pub(crate) fn last_of(start: usize, docs: usize) -> u16 {
    u16::try_from(start + docs - 1).expect("a chunk is counted in u16")
}

/// How many numbers of a list that rises are no max than another. Step by step, for they are few
/// beside the list, and will be read.
fn count_up_to(docs: &[[u8; 2]], last: u16) -> usize {
    const STEP: usize = 16;
    let passed = |doc: &[u8; 2]| u16::from_le_bytes(*doc) <= last;
    let mut at = 0;
    while docs.get(at + STEP - 1).is_some_and(passed) {
        at += STEP;
    }
    if let Some(step) = docs[at..].first_chunk::<STEP>() {
        return at + usize::from(step.iter().map(|doc| u16::from(passed(doc))).sum::<u16>());
    }
    at + docs[at..].iter().take_while(|doc| passed(doc)).count()
}

/// The numbers of the docs, from the first of their block.
#[inline(always)]
fn in_block(docs: &[[u8; 2]]) -> impl Iterator<Item = usize> {
    docs.iter().map(|doc| usize::from(u16::from_le_bytes(*doc)) % BLOCK)
}

/// Adds what a list gives to the docs of the block that begins at `start`.
pub(crate) fn add(list: &mut Cursor<'_>, tf_norm: &TfNorm, start: usize, sums: &mut Sums) {
    let (weight, last) = (list.weight, last_of(start, BLOCK));
    let Postings { docs, codes, .. } = list.rest;
    let is_in_block = |doc: &[u8; 2]| u16::from_le_bytes(*doc) <= last;
    let mut add = |doc: [u8; 2], code: u8| {
        sums[usize::from(u16::from_le_bytes(doc)) % BLOCK] += weight * tf_norm.get(code);
    };
    let mut at = 0;
    // Four numbers and four codes with one look each: looks take longer than sums.
    while let Some(four) = docs.get(at..at + 4)
        && is_in_block(&four[3])
        && let (Some(numbers), Some(codes)) =
            (four.as_flattened().first_chunk(), codes[at..].first_chunk())
    {
        let (numbers, codes) = (u64::from_le_bytes(*numbers), u32::from_le_bytes(*codes));
        for place in 0..4 {
            let ([low, high, ..], [code, ..]) =
                ((numbers >> (16 * place)).to_le_bytes(), (codes >> (8 * place)).to_le_bytes());
            add([low, high], code);
        }
        at += 4;
    }
    while let Some(doc) = docs.get(at)
        && is_in_block(doc)
    {
        add(*doc, codes[at]);
        at += 1;
    }
    list.skip(at);
    list.prefetch_codes();
}

/// The best that some lists give to each doc of a block.
pub(crate) struct MaxAccumulator<'t> {
    /// 0 between two terms.
    best: Box<Sums>,
    /// The docs of the lists that have given something so far.
    given: Vec<&'t [[u8; 2]]>,
}

impl<'t> MaxAccumulator<'t> {
    pub(crate) fn new() -> Self {
        Self { best: boxed(0.0), given: Vec::new() }
    }

    /// Adds the best that any of the lists gives to each doc of the block that begins at
    /// `start`. Their order is of no consequence; it is fastest if the last one is the longest.
    pub(crate) fn add(
        &mut self,
        lists: &mut [Cursor<'t>],
        tf_norm: &TfNorm,
        start: usize,
        sums: &mut Sums,
    ) {
        let Some((last, lists)) = lists.split_last_mut() else { return };
        for list in lists {
            let weight = list.weight;
            let now = list.block(start);
            if now.docs.is_empty() {
                continue;
            }
            for (at, code) in in_block(now.docs).zip(now.codes) {
                self.best[at] = max(self.best[at], weight * tf_norm.get(*code));
            }
            self.given.push(now.docs);
        }
        if self.given.is_empty() {
            return add(last, tf_norm, start, sums);
        }
        let weight = last.weight;
        let now = last.block(start);
        for (at, code) in in_block(now.docs).zip(now.codes) {
            sums[at] += max(std::mem::take(&mut self.best[at]), weight * tf_norm.get(*code));
        }
        // Those that the last one has not got; what was taken adds 0.
        for at in self.given.drain(..).flat_map(in_block) {
            sums[at] += std::mem::take(&mut self.best[at]);
        }
    }
}

#[cfg(test)]
pub(super) mod test {
    use super::*;
    use crate::index::CHUNK;
    use proptest::prelude::*;

    /// A list: its weight, and by doc its code and passages.
    #[derive(Clone, Debug)]
    pub(crate) struct List {
        pub(crate) weight: f32,
        docs: Vec<[u8; 2]>,
        codes: Vec<u8>,
        passages: Vec<u8>,
    }

    impl List {
        pub(crate) fn cursor(&self) -> Cursor<'_> {
            Cursor {
                rest: Postings { docs: &self.docs, codes: &self.codes, passages: &self.passages },
                weight: self.weight,
            }
        }

        /// Each doc's number, code and passages.
        pub(crate) fn all(&self) -> impl Iterator<Item = (usize, u8, u8)> {
            let numbers = self.docs.iter().map(|doc| usize::from(u16::from_le_bytes(*doc)));
            numbers
                .zip(&self.codes)
                .zip(&self.passages)
                .map(|((number, code), passages)| (number, *code, *passages))
        }
    }

    /// Lists that meet in the first docs of a chunk, the last ones and some between.
    pub(crate) fn lists() -> impl Strategy<Value = Vec<List>> {
        let number = prop_oneof![
            0..80_u16,
            4_090..4_100_u16,
            8_150..8_300_u16,
            65_500..=65_535_u16,
            any::<u16>()
        ];
        let postings = prop::collection::btree_map(number, (0..252_u8, 1..=255_u8), 0..120);
        let list = (prop::sample::select(vec![0.01_f32, 0.07, 0.1, 0.3]), postings).prop_map(
            |(weight, postings)| List {
                weight,
                docs: postings.keys().map(|number| number.to_le_bytes()).collect(),
                codes: postings.values().map(|(code, _)| *code).collect(),
                passages: postings.values().map(|(_, passages)| *passages).collect(),
            },
        );
        prop::collection::vec(list, 0..5)
    }

    proptest! {
        #[test]
        fn blocks_of_lists_are_the_lists(lists in lists()) {
            let tf_norm = TfNorm::new(50.0, 1.2, 0.75);
            let (mut summed, mut best) = (vec![0.0_f32; CHUNK], vec![0.0_f32; CHUNK]);
            for list in &lists {
                for (number, code, _) in list.all() {
                    summed[number] += list.weight * tf_norm.get(code);
                    best[number] = best[number].max(list.weight * tf_norm.get(code));
                }
            }
            let mut cursors: Vec<_> = lists.iter().map(List::cursor).collect();
            let (mut again, mut of_best) = (lists.iter().map(List::cursor).collect::<Vec<_>>(), MaxAccumulator::new());
            for start in (0..CHUNK).step_by(BLOCK) {
                let (mut sums, mut other_sums) = (Vec::new(), Vec::new());
                let (sums, sums_of_best) = (cleared(&mut sums), cleared(&mut other_sums));
                for list in &mut cursors {
                    add(list, &tf_norm, start, sums);
                }
                prop_assert_eq!(&sums[..], &summed[start..start + BLOCK]);
                of_best.add(&mut again, &tf_norm, start, sums_of_best);
                prop_assert_eq!(&sums_of_best[..], &best[start..start + BLOCK]);
            }
        }

        #[test]
        fn how_many_are_no_higher(numbers in prop::collection::btree_set(any::<u16>(), 0..200), last: u16) {
            let docs: Vec<[u8; 2]> = numbers.iter().map(|number| number.to_le_bytes()).collect();
            prop_assert_eq!(count_up_to(&docs, last), numbers.range(..=last).count());
        }
    }
}
