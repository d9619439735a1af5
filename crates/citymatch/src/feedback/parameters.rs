//! What is learned: one factor a signal.

use super::features::{Features, PairFeatures};
use crate::signal::{Signal, Weight, Weights};

/// The parameters of a fit: one factor for each signal that counted.
///
/// The weight of a signal is its built-in weight times the factor, in both cases of language, so that
/// few judgements do not have to tell apart what parallel text told. A signal that does not count by
/// default has its factor as its weight. The built-in weights are the [`centre`](Self::centre).
#[derive(Clone, Debug)]
pub(super) struct Parameters {
    pub(super) signals: Vec<Signal>,
    built_in: Weights,
}

impl Parameters {
    pub(super) fn new(features: &Features) -> Self {
        Self { signals: features.signals(), built_in: features.built_in().clone() }
    }

    /// The number of factors.
    pub(super) fn len(&self) -> usize {
        self.signals.len()
    }

    /// The factors of the built-in weights: 1, or 0 for a signal that does not count by default.
    pub(super) fn centre(&self) -> Vec<f64> {
        let factor = |signal: &Signal| f64::from(u8::from(self.built_in.counts(*signal)));
        self.signals.iter().map(factor).collect()
    }

    /// The weight of a signal that a factor of 1 stands for.
    fn unit(&self, signal: Signal) -> Weight {
        if self.built_in.counts(signal) { self.built_in.get(signal) } else { Weight::from(1.0) }
    }

    /// What each factor counts for a pair: its raw score is the sum of these, each times its factor.
    pub(super) fn row(&self, pair: &PairFeatures) -> Vec<f64> {
        let counts = |signal: &Signal| {
            let value = pair.values[*signal as usize].unwrap_or(0.0);
            self.unit(*signal).for_language(pair.same_language) * value
        };
        self.signals.iter().map(counts).collect()
    }

    /// The weight that a factor of a signal, by its place, stands for.
    pub(super) fn weight(&self, place: usize, factor: f64) -> Weight {
        let unit = self.unit(self.signals[place]);
        Weight { same: factor * unit.same, other: factor * unit.other }
    }

    /// The built-in weight of a signal, by its place.
    pub(super) fn built_in(&self, place: usize) -> Weight {
        self.built_in.get(self.signals[place])
    }
}

/// The raw score of a row under some factors.
pub(super) fn raw_score(row: &[f64], factors: &[f64]) -> f64 {
    row.iter().zip(factors).fold(0.0, |sum, (value, factor)| sum + value * factor)
}
