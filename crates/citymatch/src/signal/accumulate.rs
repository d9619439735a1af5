//! Lists on their way through a segment, block by block: what each gives to the records of a block
//! is added up while they are in the cache.
#![allow(
    clippy::inline_always,
    reason = "the kernels' parts are compiled into each kernel, for its instructions"
)]

use std::ops::Range;

use super::bm25::{TfNorm, WeightedTerm};
use crate::index::{InvertedIndex, Postings};
use crate::kernel::{higher, prefetch, wide};

/// How many records are worked on before the next ones: a sum of each fills 32 KiB. A chunk of
/// lists is a whole number of blocks.
pub(crate) const BLOCK: usize = 1 << 13;

/// One value for each record of a block.
pub(crate) type Sums = [f32; BLOCK];

/// How many records of a block are passed over at once where none of them can be among the best.
pub(crate) const GROUP: usize = 64;

/// How many groups a block has.
pub(crate) const GROUPS: usize = BLOCK / GROUP;

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

wide! {
    /// The highest mean of two values of one record, in each group; they are 0 or more.
    pub(crate) fn highest_mean(left: &Sums, right: &Sums, groups: &mut [f64; GROUPS]) {
        let both = left.as_chunks::<GROUP>().0.iter().zip(right.as_chunks::<GROUP>().0);
        for ((left, right), highest) in both.zip(groups) {
            let mut lanes = [0.0; 8];
            for (left, right) in left.as_chunks::<8>().0.iter().zip(right.as_chunks::<8>().0) {
                for (lane, (left, right)) in lanes.iter_mut().zip(left.iter().zip(right)) {
                    let sum = f64::from(*left) + f64::from(*right);
                    *lane = if sum > *lane { sum } else { *lane };
                }
            }
            *highest = lanes.into_iter().fold(0.0, f64::max) / 2.0;
        }
    }
}

/// The higher in each lane.
#[inline(always)]
fn higher_of<const LANES: usize>(a: &[f32; LANES], b: &[f32; LANES]) -> [f32; LANES] {
    std::array::from_fn(|lane| higher(a[lane], b[lane]))
}

/// The highest of eight, half by half.
#[inline(always)]
pub(super) fn highest_of_eight(lanes: &[f32; 8]) -> f32 {
    let (halves, _) = lanes.as_chunks::<4>();
    let [a, b, c, d] = higher_of(&halves[0], &halves[1]);
    higher(higher(a, b), higher(c, d))
}

/// What is left of a list in a chunk.
pub(crate) struct Cursor<'t> {
    rest: Postings<'t>,
    share: f32,
}

impl<'t> Cursor<'t> {
    /// The list of a term in a chunk of a segment, if there is one.
    pub(crate) fn new(
        term: &WeightedTerm,
        share: f32,
        terms: &'t InvertedIndex,
        segment: usize,
        chunk: usize,
    ) -> Option<Self> {
        let rest = term.postings(terms, segment, chunk);
        (!rest.records.is_empty()).then_some(Self { rest, share })
    }

    /// Asks for what `add` reads first in the next block.
    pub(crate) fn prefetch_codes(&self) {
        prefetch::<_, 4>(self.rest.records);
        prefetch::<_, 2>(self.rest.codes);
    }

    /// Asks for what `each_up_to` reads first.
    pub(crate) fn prefetch_passages(&self) {
        prefetch::<_, 1>(self.rest.records);
        prefetch::<_, 1>(self.rest.passages);
    }

    pub(crate) fn share(&self) -> f32 {
        self.share
    }

    /// How many records are left.
    pub(crate) fn len(&self) -> usize {
        self.rest.records.len()
    }

    /// The part of the list in the block that begins at `start`.
    fn block(&mut self, start: usize) -> Postings<'t> {
        let in_block = count_up_to(self.rest.records, last_of(start, BLOCK));
        let Postings { records, codes, passages } = self.rest;
        self.skip(in_block);
        Postings {
            records: &records[..in_block],
            codes: &codes[..in_block],
            passages: &passages[..in_block],
        }
    }

    /// Shows the records up to a number, each with its passages.
    #[inline(always)]
    pub(crate) fn each_up_to(&mut self, last: u16, mut see: impl FnMut(u16, u8)) {
        let mut seen = 0;
        for (record, passages) in self.rest.records.iter().zip(self.rest.passages) {
            let number = u16::from_le_bytes(*record);
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
    fn skip(&mut self, records: usize) {
        let Postings { records: numbers, codes, passages } = self.rest;
        self.rest = Postings {
            records: &numbers[records..],
            codes: &codes[records..],
            passages: &passages[records..],
        };
    }
}

/// The last number of so many records of a chunk.
pub(crate) fn last_of(start: usize, records: usize) -> u16 {
    u16::try_from(start + records - 1).expect("a chunk is counted in u16")
}

/// How many numbers of a list that rises are no higher than another. Step by step, for they are few
/// beside the list, and will be read.
fn count_up_to(records: &[[u8; 2]], last: u16) -> usize {
    const STEP: usize = 16;
    let passed = |record: &[u8; 2]| u16::from_le_bytes(*record) <= last;
    let mut at = 0;
    while records.get(at + STEP - 1).is_some_and(passed) {
        at += STEP;
    }
    if let Some(step) = records[at..].first_chunk::<STEP>() {
        return at + usize::from(step.iter().map(|record| u16::from(passed(record))).sum::<u16>());
    }
    at + records[at..].iter().take_while(|record| passed(record)).count()
}

/// The numbers of the records, from the first of their block.
#[inline(always)]
fn in_block(records: &[[u8; 2]]) -> impl Iterator<Item = usize> {
    records.iter().map(|record| usize::from(u16::from_le_bytes(*record)) % BLOCK)
}

/// Adds what a list gives to the records of the block that begins at `start`.
pub(crate) fn add(list: &mut Cursor<'_>, saturation: &TfNorm, start: usize, sums: &mut Sums) {
    let (share, last) = (list.share, last_of(start, BLOCK));
    let Postings { records, codes, .. } = list.rest;
    let is_in_block = |record: &[u8; 2]| u16::from_le_bytes(*record) <= last;
    let mut add = |record: [u8; 2], code: u8| {
        sums[usize::from(u16::from_le_bytes(record)) % BLOCK] += share * saturation.of(code);
    };
    let mut at = 0;
    // Four numbers and four codes with one look each: looks take longer than sums.
    while let Some(four) = records.get(at..at + 4)
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
    while let Some(record) = records.get(at)
        && is_in_block(record)
    {
        add(*record, codes[at]);
        at += 1;
    }
    list.skip(at);
    list.prefetch_codes();
}

/// The best that some lists give to each record of a block.
pub(crate) struct Best<'t> {
    /// 0 between two terms.
    best: Box<Sums>,
    /// The records of the lists that have given something so far.
    given: Vec<&'t [[u8; 2]]>,
}

impl<'t> Best<'t> {
    pub(crate) fn new() -> Self {
        Self { best: boxed(0.0), given: Vec::new() }
    }

    /// Adds the best that any of the lists gives to each record of the block that begins at
    /// `start`. Their order is of no consequence; it is fastest if the last one is the longest.
    pub(crate) fn add(
        &mut self,
        lists: &mut [Cursor<'t>],
        saturation: &TfNorm,
        start: usize,
        sums: &mut Sums,
    ) {
        let Some((last, lists)) = lists.split_last_mut() else { return };
        for list in lists {
            let share = list.share;
            let now = list.block(start);
            if now.records.is_empty() {
                continue;
            }
            for (at, code) in in_block(now.records).zip(now.codes) {
                self.best[at] = higher(self.best[at], share * saturation.of(*code));
            }
            self.given.push(now.records);
        }
        if self.given.is_empty() {
            return add(last, saturation, start, sums);
        }
        let share = last.share;
        let now = last.block(start);
        for (at, code) in in_block(now.records).zip(now.codes) {
            sums[at] += higher(std::mem::take(&mut self.best[at]), share * saturation.of(*code));
        }
        // Those that the last one has not got; what was taken adds 0.
        for at in self.given.drain(..).flat_map(in_block) {
            sums[at] += std::mem::take(&mut self.best[at]);
        }
    }
}

/// A term's lists, of those of all terms one after the other.
pub(crate) type OfTerm = Range<usize>;

#[cfg(test)]
pub(super) mod test {
    use super::*;
    use crate::index::CHUNK;
    use crate::kernel::test::on_each;
    use proptest::prelude::*;

    /// A list: its share, and by record its code and passages.
    #[derive(Clone, Debug)]
    pub(crate) struct List {
        pub(crate) share: f32,
        records: Vec<[u8; 2]>,
        codes: Vec<u8>,
        passages: Vec<u8>,
    }

    impl List {
        pub(crate) fn cursor(&self) -> Cursor<'_> {
            Cursor {
                rest: Postings {
                    records: &self.records,
                    codes: &self.codes,
                    passages: &self.passages,
                },
                share: self.share,
            }
        }

        /// Each record's number, code and passages.
        pub(crate) fn all(&self) -> impl Iterator<Item = (usize, u8, u8)> {
            let numbers =
                self.records.iter().map(|record| usize::from(u16::from_le_bytes(*record)));
            numbers
                .zip(&self.codes)
                .zip(&self.passages)
                .map(|((number, code), passages)| (number, *code, *passages))
        }
    }

    /// Lists that meet in the first records of a chunk, the last ones and some between.
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
            |(share, postings)| List {
                share,
                records: postings.keys().map(|number| number.to_le_bytes()).collect(),
                codes: postings.values().map(|(code, _)| *code).collect(),
                passages: postings.values().map(|(_, passages)| *passages).collect(),
            },
        );
        prop::collection::vec(list, 0..5)
    }

    proptest! {
        #[test]
        fn blocks_of_lists_are_the_lists(lists in lists()) {
            let saturation = TfNorm::new(50.0, 1.2, 0.75);
            let (mut summed, mut best) = (vec![0.0_f32; CHUNK], vec![0.0_f32; CHUNK]);
            for list in &lists {
                for (number, code, _) in list.all() {
                    summed[number] += list.share * saturation.of(code);
                    best[number] = best[number].max(list.share * saturation.of(code));
                }
            }
            let mut cursors: Vec<_> = lists.iter().map(List::cursor).collect();
            let (mut again, mut of_best) = (lists.iter().map(List::cursor).collect::<Vec<_>>(), Best::new());
            for start in (0..CHUNK).step_by(BLOCK) {
                let (mut sums, mut other_sums) = (Vec::new(), Vec::new());
                let (sums, sums_of_best) = (cleared(&mut sums), cleared(&mut other_sums));
                for list in &mut cursors {
                    add(list, &saturation, start, sums);
                }
                prop_assert_eq!(&sums[..], &summed[start..start + BLOCK]);
                of_best.add(&mut again, &saturation, start, sums_of_best);
                prop_assert_eq!(&sums_of_best[..], &best[start..start + BLOCK]);
            }
        }

        #[test]
        fn how_many_are_no_higher(numbers in prop::collection::btree_set(any::<u16>(), 0..200), last: u16) {
            let records: Vec<[u8; 2]> = numbers.iter().map(|number| number.to_le_bytes()).collect();
            prop_assert_eq!(count_up_to(&records, last), numbers.range(..=last).count());
        }

        #[test]
        fn the_highest_mean_of_each_group(seeds in prop::collection::vec((0.0_f32..2.0, 0.0_f32..2.0), 1..300)) {
            let sums = |of: fn(&(f32, f32)) -> f32| -> Box<Sums> { Box::new(std::array::from_fn(|at| of(&seeds[at * 7 % seeds.len()]))) };
            let (left, right) = (sums(|seed| seed.0), sums(|seed| seed.1));
            let mean = |at: usize| f64::midpoint(f64::from(left[at]), f64::from(right[at]));
            let expected: Vec<f64> = (0..GROUPS).map(|group| (group * GROUP..(group + 1) * GROUP).map(mean).fold(0.0, f64::max)).collect();
            for found in on_each(|| {
                let mut found = [0.0; GROUPS];
                highest_mean(&left, &right, &mut found);
                found.to_vec()
            }) {
                prop_assert_eq!(&found, &expected);
            }
        }
    }
}
