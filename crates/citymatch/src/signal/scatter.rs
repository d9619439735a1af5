//! Lists on their way through a segment, block by block: what each gives to the records of a block is added up while they are in the cache.

use super::bm25::{CatalogueTerm, Saturation};
use crate::derived::{Postings, Terms};

/// How many records are worked on before the next ones: a sum of each fills 32 KiB. A chunk of lists is a whole number of blocks.
pub(crate) const BLOCK: usize = 1 << 13;

/// One value for each record of a block.
pub(crate) type Sums = [f32; BLOCK];

/// A block's sums, all 0.
pub(crate) fn cleared(sums: &mut Vec<f32>) -> &mut Sums {
    sums.clear();
    sums.resize(BLOCK, 0.0);
    sums.as_mut_slice().try_into().expect("it has the length of a block")
}

/// What is left of a list in a chunk.
pub(crate) struct Cursor<'t> {
    rest: Postings<'t>,
    share: f32,
}

impl<'t> Cursor<'t> {
    /// The list of a term in a chunk of a segment, if there is one.
    pub(crate) fn new(term: &CatalogueTerm, share: f32, terms: &'t Terms, segment: usize, chunk: usize) -> Option<Self> {
        let rest = term.postings(terms, segment, chunk);
        (!rest.records.is_empty()).then_some(Self { rest, share })
    }

    pub(crate) fn share(&self) -> f32 {
        self.share
    }

    /// The part of the list before the record with a number.
    pub(crate) fn up_to(&mut self, number: usize) -> Postings<'t> {
        let (now, later) = self.rest.split_at(number);
        self.rest = later;
        now
    }
}

/// Adds what a list gives to the records of the block that begins at `start`.
pub(crate) fn add(list: &mut Cursor<'_>, saturation: &Saturation, start: usize, sums: &mut Sums) {
    let share = list.share;
    let now = list.up_to(start + BLOCK);
    for (number, code) in now.numbers().zip(now.codes) {
        sums[number % BLOCK] += share * saturation.of(*code);
    }
}

/// The best that some lists give to each record of a block.
pub(crate) struct Best {
    best: Vec<f32>,
    /// The records that a list gives something to.
    touched: Vec<u16>,
}

impl Best {
    pub(crate) fn new() -> Self {
        Self { best: vec![0.0; BLOCK], touched: Vec::new() }
    }

    /// Adds the best that any of the lists gives to each record of the block that begins at `start`.
    pub(crate) fn add(&mut self, lists: &mut [Cursor<'_>], saturation: &Saturation, start: usize, sums: &mut Sums) {
        if let [list] = lists {
            return add(list, saturation, start, sums);
        }
        let all: &mut Sums = self.best.as_mut_slice().try_into().expect("it has the length of a block");
        for list in lists {
            let share = list.share;
            let now = list.up_to(start + BLOCK);
            for (number, code) in now.numbers().zip(now.codes) {
                let (value, best) = (share * saturation.of(*code), &mut all[number % BLOCK]);
                if *best == 0.0 {
                    self.touched.push(u16::try_from(number % BLOCK).expect("a block is counted in u16"));
                }
                *best = best.max(value);
            }
        }
        for number in self.touched.drain(..).map(usize::from) {
            sums[number % BLOCK] += std::mem::take(&mut all[number % BLOCK]);
        }
    }
}
