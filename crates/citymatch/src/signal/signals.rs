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
#[derive(Default)]
pub(crate) struct Values {
    words: Vec<f32>,
    related: Vec<f64>,
    meaning: Vec<f64>,
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

    /// The values of a segment.
    pub(crate) fn of(&self, segment: usize) -> Result<Values, Error> {
        let (snapshot, records) = (self.snapshot, self.snapshot.segments()[segment].len());
        let mut values = Values::default();
        if let Some(words) = &self.words {
            values.words = words.values(snapshot.terms(segment)?, segment, records);
        }
        if let Some(related) = &self.related {
            values.related = related.values(snapshot.terms(segment)?, segment, records);
        }
        if let Some(meaning) = &self.meaning {
            values.meaning = meaning.values(&snapshot.vectors(segment)?.sentences);
        }
        Ok(values)
    }

    /// S of a record: words, related, meaning and language, each times its weight, added in this order.
    pub(crate) fn sum(&self, values: &Values, record: u32, same: bool) -> f64 {
        let record = record as usize;
        let weight = |signal| self.weights.get(signal).of(same);
        let value = |values: &[f64]| values.get(record).copied().unwrap_or(0.0);
        weight(Signal::Words) * values.words.get(record).copied().map_or(0.0, f64::from)
            + weight(Signal::Related) * value(&values.related)
            + weight(Signal::Meaning) * value(&values.meaning)
            + weight(Signal::Language) * f64::from(u8::from(same))
    }
}
