//! All signals of one ask together.

use std::ops::Range;

use super::Signal;
use super::meaning::{Meaning, Together};
use super::related::Related;
use super::scatter::BLOCK;
use super::words::Words;
use crate::catalogue::Snapshot;
use crate::error::Error;
use crate::rank::Weights;
use crate::record::Challenge;
use crate::text::Ask;
use crate::watch::Watch;

/// The signals that count something, ready to be held against the segments of one snapshot.
pub(crate) struct Signals<'a> {
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) weights: Weights,
    pub(crate) words: Option<Words<'a>>,
    pub(crate) related: Option<Related<'a>>,
    pub(crate) meaning: Option<Meaning>,
}

impl<'a> Signals<'a> {
    pub(crate) fn new(snapshot: &'a Snapshot, challenge: &Challenge, ask: &'a Ask, weights: Weights) -> Result<Self, Error> {
        let encoder = snapshot.encoder();
        Ok(Self {
            words: if weights.counts(Signal::Words) { Some(Words::new(snapshot, ask)?) } else { None },
            related: if weights.counts(Signal::Related) && encoder.is_some() { Some(Related::new(snapshot, ask)?) } else { None },
            meaning: match encoder {
                Some(encoder) if weights.counts(Signal::Meaning) => Some(Meaning::new(challenge, ask, encoder)?),
                _ => None,
            },
            snapshot,
            weights,
        })
    }

    /// Shows the values of a segment's records, block by block.
    pub(crate) fn each_block(&self, segment: usize, mut see: impl FnMut(&Block<'_>)) -> Result<(), Error> {
        Self::each_block_of(&[self], segment, &Watch::default(), |_, block| see(block))
    }

    /// The same for the asks of one matcher together, each with its place among `all`: a block is shown to every ask before the next one.
    pub(crate) fn each_block_of(all: &[&Self], segment: usize, watch: &Watch, mut see: impl FnMut(usize, &Block<'_>)) -> Result<(), Error> {
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
        let meanings: Vec<&Meaning> = all.iter().filter_map(|signals| signals.meaning.as_ref()).collect();
        let mut meaning = match snapshot.encoder() {
            Some(encoder) if !meanings.is_empty() => Some((Together::new(&meanings, encoder.size()), snapshot.vectors(segment)?)),
            _ => None,
        };
        let mut values = vec![Vec::new(); meanings.len()];
        let mut block = Block { weights, records: 0..0, words: Vec::new(), related: Vec::new(), meaning: Vec::new() };
        for start in (0..records).step_by(BLOCK) {
            block.records = start..records.min(start + BLOCK);
            if let Some((meaning, vectors)) = &mut meaning {
                meaning.values(&vectors.sentences, block.records.clone(), &mut values, watch)?;
            }
            for (at, (words, related)) in passes.iter_mut().enumerate() {
                watch.check()?;
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
    pub(crate) records: Range<usize>,
    words: Vec<f32>,
    related: Vec<f64>,
    meaning: Vec<f64>,
}

impl Block<'_> {
    /// S of a record of the block: words, related, meaning and language, each times its weight, added in this order.
    pub(crate) fn sum(&self, at: usize, same: bool) -> f64 {
        let weight = |signal| self.weights.get(signal).of(same);
        let value = |values: &[f64]| values.get(at).copied().unwrap_or(0.0);
        weight(Signal::Words) * self.words.get(at).copied().map_or(0.0, f64::from)
            + weight(Signal::Related) * value(&self.related)
            + weight(Signal::Meaning) * value(&self.meaning)
            + weight(Signal::Language) * f64::from(u8::from(same))
    }

    /// What no S of these records is above.
    pub(crate) fn bound(&self, some: Range<usize>) -> f64 {
        // Each signal at its best, in the language where it counts most: adding rounds in one direction, so that no sum is above this one.
        let most = |signal, value: f64| {
            let weight = self.weights.get(signal);
            (weight.same * value).max(weight.other * value)
        };
        let highest =
            |values: &[f64]| values.get(some.clone()).map_or(0.0, |values| values.iter().copied().fold(f64::NEG_INFINITY, f64::max));
        let words = self.words.get(some.clone()).map_or(0.0, highest_share);
        most(Signal::Words, f64::from(words))
            + most(Signal::Related, highest(&self.related))
            + most(Signal::Meaning, highest(&self.meaning))
            + self.weights.get(Signal::Language).same
    }
}

/// The highest of some shares, which are 0 or more: in sixteen lanes, for it is asked for every record.
fn highest_share(shares: &[f32]) -> f32 {
    let (lanes, rest) = shares.as_chunks::<16>();
    let higher = |a: f32, b: f32| if b > a { b } else { a };
    let mut highest = [0.0; 16];
    for lane in lanes {
        for (highest, share) in highest.iter_mut().zip(lane) {
            *highest = higher(*highest, *share);
        }
    }
    highest.iter().chain(rest).copied().fold(0.0, higher)
}
