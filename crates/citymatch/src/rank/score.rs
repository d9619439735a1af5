//! The score of a raw score.

use citymatch_encoder::Calibration;

/// The logistic that makes a score in [0, 1] of a raw score S, the weighted sum of the signals:
/// 1 / (1 + exp(−slope · (S − midpoint))).
///
/// Its constants belong to an encoder. They are fitted to queries with their answers and with their
/// answers removed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Logistic {
    pub(crate) slope: f64,
    pub(crate) midpoint: f64,
}

impl Logistic {
    /// That of an encoder; the built-in one's where there is none.
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
        for (name, sum, expected) in [
            ("nothing", 0.0, 0.002_787),
            ("midpoint", 1.2, 0.5),
            ("weak", 0.65, 0.063_269),
            ("endless", 1e9, 1.0),
        ] {
            assert!(
                (logistic.score(sum) - expected).abs() < 1e-5,
                "{name}: {}",
                logistic.score(sum)
            );
        }
    }
}
