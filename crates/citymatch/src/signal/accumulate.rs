//! Adding up posting lists, term at a time within blocks of documents.
//!
//! A query has many terms, and each has a posting list: the documents with the term, in rising
//! order. Adding up one whole list after the other would go through the sums of all documents once
//! for each term, and these do not fit the processor's cache. So all lists advance together through
//! blocks of 8,192 documents. A [`Cursor`] remembers how far a list has been read. Within a block
//! one list after the other is added to an array with a sum for each document, which stays in the
//! first-level cache.
//!
//! Lists are added in a fixed order, the terms' texts, because the rounding of `f32` sums depends
//! on it and the same query has to give the same bits.
#![expect(
    clippy::inline_always,
    reason = "these are parts of loops that are compiled for several instruction sets"
)]

use super::bm25::TfNorm;
use super::{BLOCK, BOUND_BLOCK};
use crate::ids::SegmentOrd;
use crate::index::{CHUNK, InvertedIndex, Postings, TermInfo};
use crate::kernel::{max, prefetch};

/// One value for each document of a block.
pub(crate) type Sums = [f32; BLOCK];

/// An array on the heap, filled with a value. `Box::new([value; COUNT])` would make the array on
/// the stack first, where a large one does not fit.
pub(crate) fn boxed<T: Clone, const COUNT: usize>(value: T) -> Box<[T; COUNT]> {
    let boxed = vec![value; COUNT].into_boxed_slice();
    boxed.try_into().unwrap_or_else(|_| unreachable!("the slice was made with this length"))
}

/// The sums of a new block, all 0.
pub(crate) fn cleared(sums: &mut Vec<f32>) -> &mut Sums {
    sums.clear();
    sums.resize(BLOCK, 0.0);
    sums.as_mut_slice().try_into().expect("it has just been resized to the length of a block")
}

/// The 64 values of a block from the place `first` on.
pub(crate) fn group(values: &[f32], first: usize) -> &[f32; BOUND_BLOCK] {
    values[first..].first_chunk().expect("a block is a whole number of groups")
}

/// The larger value in each lane.
#[inline(always)]
fn max_of_lanes<const LANES: usize>(a: &[f32; LANES], b: &[f32; LANES]) -> [f32; LANES] {
    std::array::from_fn(|lane| max(a[lane], b[lane]))
}

/// The largest of eight values. One vector instruction compares the halves lane by lane, and leaves
/// three comparisons instead of seven.
#[inline(always)]
pub(super) fn max_of_eight(lanes: &[f32; 8]) -> f32 {
    let (halves, _) = lanes.as_chunks::<4>();
    let [a, b, c, d] = max_of_lanes(&halves[0], &halves[1]);
    max(max(a, b), max(c, d))
}

/// A posting list that is read from front to back, and the weight of its term.
pub(crate) struct Cursor<'t> {
    /// The postings of the chunk.
    list: Postings<'t>,
    /// The place of the first one that has not been read.
    next: usize,
    /// The place of the first one that was read last.
    before: usize,
    weight: f32,
}

impl<'t> Cursor<'t> {
    /// The posting list of a term in a chunk of a segment, from the document `start` on; `None` if
    /// no document there has the term.
    pub(crate) fn new(
        term: &TermInfo,
        weight: f32,
        index: &'t InvertedIndex,
        segment: SegmentOrd,
        start: usize,
    ) -> Option<Self> {
        let list = term.postings(index, segment, start / CHUNK);
        let is_before = |doc: &[u8; 2]| usize::from(u16::from_le_bytes(*doc)) < start % CHUNK;
        let next = list.docs.partition_point(is_before);
        (next < list.docs.len()).then_some(Self { list, next, before: next, weight })
    }

    /// The postings of the chunk that have not been read.
    fn rest(&self) -> Postings<'t> {
        self.list.slice(self.next..self.list.docs.len())
    }

    /// The postings of the block that was read last.
    pub(crate) fn block(&self) -> Postings<'t> {
        self.list.slice(self.before..self.next)
    }

    /// Prefetches what [`add`] reads first in the next block.
    pub(crate) fn prefetch_codes(&self) {
        let rest = self.rest();
        prefetch::<_, 4>(rest.docs);
        prefetch::<_, 2>(rest.codes);
    }

    /// How many documents have not been read.
    pub(crate) fn len(&self) -> usize {
        self.list.docs.len() - self.next
    }

    /// Reads the postings of the block that begins at `start`.
    fn read_block(&mut self, start: usize) -> Postings<'t> {
        self.advance(count_up_to(self.rest().docs, last_number(start, BLOCK)));
        self.block()
    }

    /// Goes beyond the postings of a block, of which there are so many.
    fn advance(&mut self, count: usize) {
        (self.before, self.next) = (self.next, self.next + count);
    }
}

/// The number, in its chunk, of the last of `count` documents that begin at `start`.
fn last_number(start: usize, count: usize) -> u16 {
    u16::try_from(start + count - 1).expect("a chunk has 65,536 documents, and ends with its block")
}

/// How many numbers of a rising list are at most `last`.
///
/// A binary search would touch cache lines all over the list. The count is small beside the list,
/// and the numbers up to `last` are read next anyway, so this goes forward in steps of 16. The last
/// step is counted without a branch for each number.
fn count_up_to(docs: &[[u8; 2]], last: u16) -> usize {
    const STEP: usize = 16;
    let is_counted = |doc: &[u8; 2]| u16::from_le_bytes(*doc) <= last;
    let mut count = 0;
    while docs.get(count + STEP - 1).is_some_and(is_counted) {
        count += STEP;
    }
    if let Some(step) = docs[count..].first_chunk::<STEP>() {
        return count + usize::from(step.iter().map(|doc| u16::from(is_counted(doc))).sum::<u16>());
    }
    count + docs[count..].iter().take_while(|doc| is_counted(doc)).count()
}

/// The places of documents in their block.
#[inline(always)]
fn places(docs: &[[u8; 2]]) -> impl Iterator<Item = usize> {
    docs.iter().map(|doc| usize::from(u16::from_le_bytes(*doc)) % BLOCK)
}

/// Adds weight · tf norm to the sum of each document of a list that is in the block that begins at
/// `start`.
///
/// This is the innermost loop of ranking, and it is limited by loads: for each posting it loads a
/// document's number, a code, the code's tf norm and the document's sum. The first two lie side by
/// side in their columns. So one load of eight bytes brings four numbers, and one of four bytes
/// brings four codes; shifts then take them apart in registers. That leaves ten loads for four
/// postings instead of sixteen.
///
/// Numbers rise, so the fourth being in the block means that all four are: one comparison instead
/// of four.
pub(crate) fn add(list: &mut Cursor<'_>, tf_norm: &TfNorm, start: usize, sums: &mut Sums) {
    let (weight, last) = (list.weight, last_number(start, BLOCK));
    let Postings { docs, codes, .. } = list.rest();
    let is_in_block = |doc: &[u8; 2]| u16::from_le_bytes(*doc) <= last;
    let mut add = |doc: [u8; 2], code: u8| {
        sums[usize::from(u16::from_le_bytes(doc)) % BLOCK] += weight * tf_norm.get(code);
    };
    let mut position = 0;
    while let Some(four) = docs.get(position..position + 4)
        && is_in_block(&four[3])
        && let (Some(numbers), Some(codes)) =
            (four.as_flattened().first_chunk(), codes[position..].first_chunk())
    {
        let (numbers, codes) = (u64::from_le_bytes(*numbers), u32::from_le_bytes(*codes));
        for lane in 0..4 {
            let ([low, high, ..], [code, ..]) =
                ((numbers >> (16 * lane)).to_le_bytes(), (codes >> (8 * lane)).to_le_bytes());
            add([low, high], code);
        }
        position += 4;
    }
    while let Some(doc) = docs.get(position)
        && is_in_block(doc)
    {
        add(*doc, codes[position]);
        position += 1;
    }
    list.advance(position);
    list.prefetch_codes();
}

/// Adds, for one query term, the largest value among the posting lists of its expansions.
///
/// The lists are read one after the other into an array of maxima. The last list does two things at
/// once: it compares with the maxima and adds the result to the sums. Taking a maximum sets it back
/// to 0, so the array is clean for the next term without being cleared, which would touch all 8,192
/// values for a term that few documents have.
pub(crate) struct MaxAccumulator<'t> {
    /// The largest value of each document of the block so far; 0 between two terms. None until a
    /// term has several lists, which words seldom have.
    maxima: Option<Box<Sums>>,
    /// The documents whose maxima may not be 0, list by list.
    touched: Vec<&'t [[u8; 2]]>,
}

impl<'t> MaxAccumulator<'t> {
    pub(crate) fn new() -> Self {
        Self { maxima: None, touched: Vec::new() }
    }

    /// Adds to each document of the block that begins at `start` the largest value that any of the
    /// lists gives to it. The order of the lists does not change the result; it is fastest if the
    /// last list is the longest.
    pub(crate) fn add(
        &mut self,
        lists: &mut [Cursor<'t>],
        tf_norm: &TfNorm,
        start: usize,
        sums: &mut Sums,
    ) {
        let Some((last, lists)) = lists.split_last_mut() else { return };
        if lists.is_empty() {
            return add(last, tf_norm, start, sums);
        }
        let maxima = self.maxima.get_or_insert_with(|| boxed(0.0));
        for list in lists {
            let weight = list.weight;
            let postings = list.read_block(start);
            if postings.docs.is_empty() {
                continue;
            }
            for (place, code) in places(postings.docs).zip(postings.codes) {
                maxima[place] = max(maxima[place], weight * tf_norm.get(*code));
            }
            self.touched.push(postings.docs);
        }
        if self.touched.is_empty() {
            return add(last, tf_norm, start, sums);
        }
        let weight = last.weight;
        let postings = last.read_block(start);
        for (place, code) in places(postings.docs).zip(postings.codes) {
            sums[place] += max(std::mem::take(&mut maxima[place]), weight * tf_norm.get(*code));
        }
        // The documents that the last list does not have; a maximum that was taken above adds 0.
        for place in self.touched.drain(..).flat_map(places) {
            sums[place] += std::mem::take(&mut maxima[place]);
        }
    }
}

#[cfg(test)]
pub(super) mod test {
    use super::*;
    use proptest::prelude::*;

    /// A posting list and its weight.
    #[derive(Clone, Debug)]
    pub(crate) struct List {
        pub(crate) weight: f32,
        docs: Vec<[u8; 2]>,
        codes: Vec<u8>,
        passages: Vec<u8>,
    }

    impl List {
        pub(crate) fn cursor(&self) -> Cursor<'_> {
            let (docs, codes, passages) = (&*self.docs, &*self.codes, &*self.passages);
            let list = Postings { docs, codes, passages };
            Cursor { list, next: 0, before: 0, weight: self.weight }
        }

        /// Each document's number, code and passages.
        pub(crate) fn all(&self) -> impl Iterator<Item = (usize, u8, u8)> {
            let numbers = self.docs.iter().map(|doc| usize::from(u16::from_le_bytes(*doc)));
            numbers
                .zip(&self.codes)
                .zip(&self.passages)
                .map(|((number, code), passages)| (number, *code, *passages))
        }
    }

    /// Lists that share documents at the beginning of a chunk, at its end and around a block's end.
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
        fn adding_by_blocks_is_adding_whole_lists(lists in lists()) {
            let tf_norm = TfNorm::new(50.0, 1.2, 0.75);
            let (mut summed, mut best) = (vec![0.0_f32; CHUNK], vec![0.0_f32; CHUNK]);
            for list in &lists {
                for (number, code, _) in list.all() {
                    summed[number] += list.weight * tf_norm.get(code);
                    best[number] = best[number].max(list.weight * tf_norm.get(code));
                }
            }
            let mut cursors: Vec<_> = lists.iter().map(List::cursor).collect();
            let mut again: Vec<_> = lists.iter().map(List::cursor).collect();
            let mut accumulator = MaxAccumulator::new();
            for start in (0..CHUNK).step_by(BLOCK) {
                let (mut sums, mut other_sums) = (Vec::new(), Vec::new());
                let (sums, max_sums) = (cleared(&mut sums), cleared(&mut other_sums));
                for list in &mut cursors {
                    add(list, &tf_norm, start, sums);
                }
                prop_assert_eq!(&sums[..], &summed[start..start + BLOCK]);
                accumulator.add(&mut again, &tf_norm, start, max_sums);
                prop_assert_eq!(&max_sums[..], &best[start..start + BLOCK]);
            }
        }

        #[test]
        fn numbers_are_counted_up_to_the_last(
            numbers in prop::collection::btree_set(any::<u16>(), 0..200),
            last: u16,
        ) {
            let docs: Vec<[u8; 2]> = numbers.iter().map(|number| number.to_le_bytes()).collect();
            prop_assert_eq!(count_up_to(&docs, last), numbers.range(..=last).count());
        }
    }
}
