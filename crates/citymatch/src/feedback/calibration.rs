//! What a score is worth under fitted weights.

use serde::Serialize;

use super::group::Group;
use super::parameters::raw_score;
use crate::calibrate::fit_platt;
use crate::rank::Logistic;

/// How scores under fitted weights keep what they promise: a score is the chance that a solution was
/// judged useful, among pairs like those that were judged.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ScoreCalibration {
    /// How fast the score rises around its midpoint, per unit of the raw score.
    pub slope: f64,
    /// The raw score at which the score of a short question is a half.
    pub midpoint: f64,
    /// Whether slope and midpoint were fitted; if not, because useful solutions did not stand out,
    /// they are the encoder's.
    pub fitted: bool,
    /// The expected calibration error on challenges that were held out, from 0 to 1: how far scores
    /// are from the shares that were useful, over ten bins of equal width.
    pub error: f64,
    /// The same with the built-in weights and the encoder's logistic.
    pub built_in_error: f64,
    /// The bins that are not empty, of challenges that were held out.
    pub bins: Vec<Bin>,
}

/// The pairs whose scores lie in one tenth of the scale.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Bin {
    /// Their mean score.
    pub score: f64,
    /// The share of them that was judged useful.
    pub useful: f64,
    /// How many there are.
    pub pairs: usize,
}

/// How many bins there are.
const BINS: usize = 10;

/// The logistic of some factors, from the judged pairs: for a short question. `None` where useful
/// solutions do not stand out.
pub(super) fn logistic(groups: &[&Group<'_>], factors: &[f64]) -> Option<Logistic> {
    let (mut useful, mut useless) = (Vec::new(), Vec::new());
    for group in groups {
        for row in &group.rows {
            // The midpoint of a broad challenge is higher by the shift.
            let score = raw_score(&row.values, factors) - group.shift;
            if row.grade > 0 { useful.push(score) } else { useless.push(score) }
        }
    }
    fit_platt(&useful, &useless)
}

/// The score of each pair of a challenge, and whether it was useful.
pub(super) fn scored(
    group: &Group<'_>,
    factors: &[f64],
    logistic: Logistic,
) -> impl Iterator<Item = (f64, bool)> {
    let score = move |values: &[f64]| logistic.score(raw_score(values, factors) - group.shift);
    group.rows.iter().map(move |row| (score(&row.values), row.grade > 0))
}

/// Scores in bins.
pub(super) fn bins(scored: &[(f64, bool)]) -> Vec<Bin> {
    let mut bins = vec![(0.0, 0_usize, 0_usize); BINS];
    for (score, is_useful) in scored {
        // OK because a score is in [0, 1].
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let place = ((score * BINS as f64) as usize).min(BINS - 1);
        let (sum, useful, pairs) = &mut bins[place];
        *sum += score;
        *useful += usize::from(*is_useful);
        *pairs += 1;
    }
    let filled = bins.into_iter().filter(|(.., pairs)| *pairs > 0);
    let bin = |(sum, useful, pairs): (f64, usize, usize)| {
        let (score, useful) = (sum / pairs as f64, useful as f64 / pairs as f64);
        Bin { score, useful, pairs }
    };
    filled.map(bin).collect()
}

/// The expected calibration error of bins.
pub(super) fn error(bins: &[Bin]) -> f64 {
    let off = |bin: &Bin| (bin.score - bin.useful).abs() * bin.pairs as f64;
    let pairs: usize = bins.iter().map(|bin| bin.pairs).sum();
    bins.iter().map(off).sum::<f64>() / pairs.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_and_their_error() {
        let scored = [(0.05, false), (0.02, true), (0.91, true), (1.0, true)];
        let found = bins(&scored);
        assert_eq!(found.iter().map(|bin| bin.pairs).collect::<Vec<_>>(), [2, 2]);
        assert!((found[0].score - 0.035).abs() < 1e-12 && (found[0].useful - 0.5).abs() < 1e-12);
        let expected = (0.465 * 2.0 + 0.045 * 2.0) / 4.0;
        assert!((error(&found) - expected).abs() < 1e-12, "{}", error(&found));
        assert!(error(&[]).abs() < 1e-12);
    }
}
