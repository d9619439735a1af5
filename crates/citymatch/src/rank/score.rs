//! S to score.

/// How steep the logistic is.
pub(crate) const STEEPNESS: f64 = 4.4;
/// The S that scores one half.
pub(crate) const MIDDLE: f64 = 1.07;

/// The score of a sum of weighted signals: 1 / (1 + exp(−4.4 · (S − 1.07))), in [0, 1].
///
/// The constants were fitted to answered against unanswered asks with all signals on; `words` alone stays in the lower half.
pub(crate) fn score(sum: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-STEEPNESS * (sum - MIDDLE)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_values() {
        for (name, sum, expected) in [("nothing", 0.0, 0.008_945), ("middle", MIDDLE, 0.5), ("weak", 0.8, 0.233_618), ("endless", 1e9, 1.0)]
        {
            assert!((score(sum) - expected).abs() < 1e-5, "{name}: {}", score(sum));
        }
    }
}
