//! From a raw score, which has no fixed range, to a score in [0, 1].

use citymatch_encoder::Calibration;

/// The logistic curve that maps a raw score S, the weighted sum of the signals, to a score in
/// [0, 1]: 1 / (1 + exp(−slope · (S − midpoint))).
///
/// Its constants belong to an encoder. They are fitted to challenges with their answers and to the
/// same challenges without them (`calibrate/`), so a score says how likely it is that the raw score
/// is that of an answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Logistic {
    /// How fast the score rises around the midpoint: above 0.
    pub(crate) slope: f64,
    /// The raw score at which the score is a half.
    pub(crate) midpoint: f64,
}

impl Logistic {
    /// The logistic of an encoder's calibration; without an encoder, that of the built-in one.
    pub(crate) fn new(calibration: Option<&Calibration>) -> Self {
        const BUILTIN: Calibration = Calibration::BUILTIN;
        let (slope, midpoint) =
            calibration.map_or((BUILTIN.slope, BUILTIN.midpoint), |own| (own.slope, own.midpoint));
        Self { slope, midpoint }
    }

    pub(crate) fn score(self, raw_score: f64) -> f64 {
        1.0 / (1.0 + libm::exp(-self.slope * (raw_score - self.midpoint)))
    }

    /// The smallest difference in raw score that is certain to change the score, outside the
    /// saturated ends of the logistic.
    pub(crate) fn step(self) -> f64 {
        1e-6 / self.slope
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stated_values() {
        let logistic = Logistic::new(None);
        for (name, raw_score, expected) in [
            ("no_evidence", 0.0, 0.002_787),
            ("midpoint", 1.2, 0.5),
            ("answer_threshold", 0.65, 0.063_269),
            ("saturated", 1e9, 1.0),
        ] {
            assert!(
                (logistic.score(raw_score) - expected).abs() < 1e-5,
                "{name}: {}",
                logistic.score(raw_score)
            );
        }
    }
}
