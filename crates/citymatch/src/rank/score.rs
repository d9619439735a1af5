//! From a raw score, which has no fixed range, to a score in [0, 1].

use citymatch_encoder::Calibration;

/// The logistic curve that maps a raw score S, the weighted sum of the signals, to a score in
/// [0, 1]: 1 / (1 + exp(−slope · (S − midpoint))).
///
/// Its constants belong to an encoder. They are fitted to pairs of a challenge and a solution that
/// answers it or does not (`calibrate/`), so a score is the chance that a reader would call the
/// solution useful for the challenge. A challenge of many words meets some of them in any record,
/// so the midpoint moves with the challenge's breadth, from `midpoint` to `long_midpoint`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Logistic {
    /// How fast the score rises around the midpoint: above 0.
    pub(crate) slope: f64,
    /// The raw score at which the score is a half.
    pub(crate) midpoint: f64,
}

impl Logistic {
    /// The logistic of an encoder's calibration for a challenge of a breadth from 0 to 1
    /// ([`Query::breadth`](crate::text::Query::breadth)); without an encoder, that of the built-in
    /// one.
    pub(crate) fn new(calibration: Option<&Calibration>, breadth: f64) -> Self {
        static BUILTIN: Calibration = Calibration::BUILTIN;
        let Calibration { slope, midpoint, long_midpoint, .. } = calibration.unwrap_or(&BUILTIN);
        Self { slope: *slope, midpoint: midpoint + breadth * (long_midpoint - midpoint) }
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
        let [question, challenge] = [0.0, 1.0].map(|breadth| Logistic::new(None, breadth));
        for (name, logistic, raw_score, expected) in [
            ("no_evidence", question, 0.0, 0.002_473),
            ("midpoint", question, 1.0, 0.5),
            ("midpoint_of_a_broad_one", challenge, 1.12, 0.5),
            ("answer_threshold", challenge, 0.74, 0.092_793),
            ("saturated", question, 1e9, 1.0),
        ] {
            assert!(
                (logistic.score(raw_score) - expected).abs() < 1e-5,
                "{name}: {}",
                logistic.score(raw_score)
            );
        }
    }
}
