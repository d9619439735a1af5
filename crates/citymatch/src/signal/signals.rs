//! All signals of one ask together.
#![allow(
    clippy::inline_always,
    reason = "the kernels' parts are compiled into each kernel, for its instructions"
)]

use std::ops::Range;

use super::Signal;
use super::accumulate::{BLOCK, GROUP, GROUPS};
use super::meaning::{Meaning, QueryBatch};
use super::related::{Related, RelatedValues, mean};
use super::words::Words;
use crate::catalogue::Snapshot;
use crate::error::Error;
use crate::kernel::{self, wide};
use crate::progress::Progress;
use crate::signal::{Weight, Weights};
use crate::text::Query;

/// The signals that count something, ready to be held against the segments of one snapshot.
pub(crate) struct Signals<'a> {
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) weights: Weights,
    pub(crate) words: Option<Words<'a>>,
    pub(crate) related: Option<Related<'a>>,
    pub(crate) meaning: Option<Meaning>,
}

impl<'a> Signals<'a> {
    pub(crate) fn new(
        snapshot: &'a Snapshot,
        ask: &'a Query<'_>,
        weights: Weights,
    ) -> Result<Self, Error> {
        let encoder = snapshot.encoder();
        Ok(Self {
            words: if weights.counts(Signal::Words) {
                Some(Words::new(snapshot, ask)?)
            } else {
                None
            },
            related: if weights.counts(Signal::Related) && encoder.is_some() {
                Some(Related::new(snapshot, ask)?)
            } else {
                None
            },
            meaning: match encoder {
                Some(encoder) if weights.counts(Signal::Meaning) => {
                    Some(Meaning::new(ask, encoder)?)
                }
                _ => None,
            },
            snapshot,
            weights,
        })
    }

    /// What no S is below, where a record that meets nothing of the ask has exactly that.
    pub(crate) fn of_nothing(&self) -> Option<f64> {
        (self.meaning.is_none() && !self.weights.counts(Signal::Language)).then_some(0.0)
    }

    /// Shows the values of a segment's records, block by block.
    pub(crate) fn each_block(
        &self,
        segment: usize,
        mut see: impl FnMut(&Block<'_>),
    ) -> Result<(), Error> {
        Self::each_block_of(&[self], segment, &Progress::default(), |_, block| see(block))
    }

    /// The same for the asks of one matcher together, each with its place among `all`: a block is
    /// shown to every ask before the next one.
    pub(crate) fn each_block_of(
        all: &[&Self],
        segment: usize,
        progress: &Progress,
        mut see: impl FnMut(usize, &Block<'_>),
    ) -> Result<(), Error> {
        let Some(Self { snapshot, weights, .. }) = all.first() else { return Ok(()) };
        let records = snapshot.segments()[segment].len();
        let mut passes = Vec::with_capacity(all.len());
        for signals in all {
            let words = match &signals.words {
                Some(words) => Some(words.pass(snapshot.terms(segment)?, segment)),
                None => None,
            };
            let related = match &signals.related {
                Some(related) => Some(related.pass(snapshot.terms(segment)?, segment)),
                None => None,
            };
            passes.push((words, related));
        }
        // They have the same weights: all of them have a meaning, or none has.
        let meanings: Vec<&Meaning> =
            all.iter().filter_map(|signals| signals.meaning.as_ref()).collect();
        let mut meaning = match snapshot.encoder() {
            Some(encoder) if !meanings.is_empty() => {
                Some((QueryBatch::new(&meanings, encoder.size()), snapshot.vectors(segment)?))
            }
            _ => None,
        };
        let mut values = vec![Vec::new(); meanings.len()];
        let mut block = Block::new(weights);
        for start in (0..records).step_by(BLOCK) {
            block.records = start..records.min(start + BLOCK);
            if let Some((meaning, vectors)) = &mut meaning {
                meaning.values(&vectors.sentences, block.records.clone(), &mut values, progress)?;
            }
            for (at, (words, related)) in passes.iter_mut().enumerate() {
                progress.check()?;
                if let Some(words) = words {
                    words.next(&mut block.words);
                }
                if let Some(related) = related {
                    related.next(&mut block.related);
                }
                if let Some(values) = values.get_mut(at) {
                    std::mem::swap(&mut block.meaning, values);
                }
                see(at, &block);
            }
        }
        Ok(())
    }
}

/// What the signals give to some records: one value each, or none for a signal that counts nothing.
pub(crate) struct Block<'w> {
    weights: &'w Weights,
    most: UpperBounds,
    pub(crate) records: Range<usize>,
    words: Vec<f32>,
    related: RelatedValues,
    meaning: Vec<f64>,
}

/// What no S is above, whatever the language: each signal in the language where it counts most.
struct UpperBounds {
    words: f64,
    related: f64,
    meaning: Weight,
    language: f64,
}

impl UpperBounds {
    fn of(weights: &Weights) -> Self {
        let highest = |signal| {
            let weight = weights.get(signal);
            weight.same.max(weight.other)
        };
        let (words, related, language) =
            (highest(Signal::Words), highest(Signal::Related), weights.get(Signal::Language).same);
        Self { words, related, meaning: weights.get(Signal::Meaning), language }
    }

    /// No S of such values or lower ones is above, for all sums round in one direction. Only
    /// `meaning` may be below 0.
    #[inline(always)]
    fn at(&self, words: f32, related: f64, meaning: f64) -> f64 {
        let (same, other) = (self.meaning.same * meaning, self.meaning.other * meaning);
        let meaning = if same > other { same } else { other };
        self.words * f64::from(words) + self.related * related + meaning + self.language
    }
}

/// The records of a group, a bit each.
pub(crate) type Bits = u64;

wide! {
    /// Which records of a group may have an S that reaches a floor; `bounds` has their meaning
    /// before, and then what no S is above.
    fn reach(most: &UpperBounds, words: &[f32; GROUP], related: [&[f32; GROUP]; 2], floor: f64, bounds: &mut [f64; GROUP], reach: &mut Bits) {
        let [whole, near] = related;
        for (((words, whole), near), bound) in words.iter().zip(whole).zip(near).zip(&mut *bounds) {
            *bound = most.at(*words, mean(*whole, *near), *bound);
        }
        for (bound, place) in bounds.iter().zip(0..) {
            *reach |= Bits::from(*bound >= floor) << place;
        }
    }
}

/// Some records of a block that lie side by side, and what no S of them is above.
#[derive(Clone, Copy, Default)]
pub(crate) struct Group {
    pub(crate) bound: f64,
    pub(crate) first: usize,
}

impl<'w> Block<'w> {
    fn new(weights: &'w Weights) -> Self {
        Self {
            weights,
            most: UpperBounds::of(weights),
            records: 0..0,
            words: Vec::new(),
            related: RelatedValues::default(),
            meaning: Vec::new(),
        }
    }

    /// S of a record of the block: words, related, meaning and language, each times its weight,
    /// added in this order.
    pub(crate) fn sum(&self, at: usize, same: bool) -> f64 {
        let weight = |signal| self.weights.get(signal).of(same);
        weight(Signal::Words) * f64::from(self.words.get(at).copied().unwrap_or(0.0))
            + weight(Signal::Related) * self.related.get(at)
            + weight(Signal::Meaning) * self.meaning.get(at).copied().unwrap_or(0.0)
            + weight(Signal::Language) * f64::from(u8::from(same))
    }

    /// The groups with a record whose S may reach a floor, the most promising first: the first few
    /// of `groups`, and how many.
    pub(crate) fn groups_above(&self, floor: f64, groups: &mut [Group; GROUPS]) -> usize {
        let (mut words, mut related, mut bounds) = ([0.0; GROUPS], [0.0; GROUPS], [0.0; GROUPS]);
        kernel::highest(self.words.as_chunks().0, &mut words);
        self.related.highest(&mut related);
        for (bound, meaning) in bounds.iter_mut().zip(self.meaning.chunks(GROUP)) {
            *bound = meaning.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        }
        for (bound, (words, related)) in bounds.iter_mut().zip(words.iter().zip(&related)) {
            *bound = self.most.at(*words, *related, *bound);
        }
        let mut above = 0;
        for (bound, number) in bounds[..self.records.len().div_ceil(GROUP)].iter().zip(0..) {
            groups[above] = Group { bound: *bound, first: number * GROUP };
            above += usize::from(*bound >= floor);
        }
        groups[..above].sort_unstable_by(|a, b| b.bound.total_cmp(&a.bound));
        above
    }

    /// Which records of a group have an S that may reach a floor, by their places in the block.
    pub(crate) fn above(&self, group: Group, floor: f64) -> impl Iterator<Item = usize> + use<> {
        let Group { first, .. } = group;
        let mut bounds = [0.0; GROUP];
        for (bound, meaning) in bounds.iter_mut().zip(self.meaning.get(first..).unwrap_or_default())
        {
            *bound = *meaning;
        }
        let mut bits = 0;
        let related = [values_of(&self.related.whole, first), values_of(&self.related.near, first)];
        reach(&self.most, values_of(&self.words, first), related, floor, &mut bounds, &mut bits);
        // Behind the last record there is nothing.
        bits &= Bits::MAX >> GROUP.saturating_sub(self.records.len() - first);
        kernel::places(bits).map(move |place| first + place)
    }
}

/// A signal's values of a group; 0 for a signal that counts nothing.
fn values_of(values: &[f32], first: usize) -> &[f32; GROUP] {
    const NOTHING: [f32; GROUP] = [0.0; GROUP];
    values.get(first..).and_then(<[f32]>::first_chunk).unwrap_or(&NOTHING)
}
