//! All signals of one ask together.

use super::Signal;
use super::meaning::Meaning;
use super::related::Related;
use super::words::Words;
use crate::catalogue::Snapshot;
use crate::error::Error;
use crate::rank::Weights;
use crate::record::Challenge;
use crate::text::Ask;

/// The signals that count something, ready to be held against the segments of one snapshot.
pub(crate) struct Signals<'a> {
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) weights: Weights,
    pub(crate) words: Option<Words<'a>>,
    pub(crate) related: Option<Related<'a>>,
    pub(crate) meaning: Option<Meaning>,
}

/// A segment's values: one a record, or none for a signal that counts nothing.
pub(crate) struct Values {
    words: Vec<f32>,
    related: Vec<f32>,
    meaning: Vec<f64>,
}

impl<'a> Signals<'a> {
    pub(crate) fn new(snapshot: &'a Snapshot, challenge: &Challenge, ask: &'a Ask, weights: Weights) -> Result<Self, Error> {
        let encoder = snapshot.encoder();
        Ok(Self {
            words: if weights.counts(Signal::Words) { Some(Words::new(snapshot, ask)?) } else { None },
            related: if weights.counts(Signal::Related) && encoder.is_some() { Some(Related::new(snapshot, ask)?) } else { None },
            meaning: match encoder {
                Some(encoder) if weights.counts(Signal::Meaning) => Some(Meaning::new(challenge, ask.language, encoder)?),
                _ => None,
            },
            snapshot,
            weights,
        })
    }

    /// The values of a segment.
    pub(crate) fn of(&self, segment: usize) -> Result<Values, Error> {
        let records = self.snapshot.segments()[segment].len();
        let meaning = match &self.meaning {
            Some(meaning) => meaning.values(&self.snapshot.derived(segment)?.sentences),
            None => Vec::new(),
        };
        Ok(Values {
            words: self.words.as_ref().map(|words| words.sums(segment, records)).unwrap_or_default(),
            related: self.related.as_ref().map(|related| related.sums(segment, records)).unwrap_or_default(),
            meaning,
        })
    }

    /// S of a record: words, related, meaning and language, each times its weight, added in this order.
    pub(crate) fn sum(&self, values: &Values, record: u32, same: bool) -> f64 {
        let record = record as usize;
        let weight = |signal| self.weights.get(signal).of(same);
        let narrow = |values: &[f32]| values.get(record).copied().map_or(0.0, f64::from);
        weight(Signal::Words) * narrow(&values.words)
            + weight(Signal::Related) * narrow(&values.related)
            + weight(Signal::Meaning) * values.meaning.get(record).copied().unwrap_or(0.0)
            + weight(Signal::Language) * f64::from(u8::from(same))
    }
}
