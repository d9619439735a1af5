//! Fitting the logistic and the answer threshold: when does a raw score say that a solution answers
//! a challenge, and when does the evidence of the best ones say that something does?
//!
//! Both are fitted to two lists of numbers, which should be high and low.

use crate::rank::Logistic;

/// The standard deviation of the slope's prior, a normal distribution around 0, where raw scores
/// are measured in their own standard deviations.
///
/// The prior keeps the slope finite where the two lists do not overlap, and the likelihood would
/// grow without end: the slope then is between 4 (for 2 scores) and 10 (for 2,000). For some
/// hundred scores that do overlap it moves the slope by less than 0.1 %.
const SLOPE_DEVIATION: f64 = 10.0;
/// The most steps of Newton's method, which takes 5 to 20.
const MAX_STEPS: usize = 100;
/// A step that is smaller than this is the last one.
const TOLERANCE: f64 = 1e-6;

/// The logistic of maximum likelihood for these raw scores (Platt scaling: Platt, 1999); `None`
/// where it would fall, because the answerable scores are not the higher ones, or where all scores
/// are equal or there are none.
///
/// The log-likelihood, with the slope's prior, is maximised by Newton's method. A step that would
/// not improve it is halved until it does.
pub(crate) fn fit_platt(answerable: &[f64], unanswerable: &[f64]) -> Option<Logistic> {
    let labelled: Vec<(f64, f64)> = answerable
        .iter()
        .map(|score| (*score, 1.0))
        .chain(unanswerable.iter().map(|score| (*score, 0.0)))
        .collect();
    // Scores are centred and divided by their deviation, so that neither the fit nor the prior
    // depends on their scale.
    let count = labelled.len() as f64;
    let mean = labelled.iter().map(|(score, _)| score).sum::<f64>() / count;
    let variance =
        labelled.iter().map(|(score, _)| (score - mean) * (score - mean)).sum::<f64>() / count;
    let deviation = variance.sqrt();
    if deviation.is_nan() || deviation <= 0.0 {
        return None;
    }
    let scaled: Vec<(f64, f64)> =
        labelled.iter().map(|(score, label)| ((score - mean) / deviation, *label)).collect();
    let precision = 1.0 / (SLOPE_DEVIATION * SLOPE_DEVIATION);
    // The negative log-likelihood of intercept + slope · x as the logit.
    let loss = |intercept: f64, slope: f64| {
        let loss_of_one = |(x, label): &(f64, f64)| {
            let logit = intercept + slope * x;
            softplus(logit) - label * logit
        };
        scaled.iter().map(loss_of_one).sum::<f64>() + precision * slope * slope / 2.0
    };
    let (mut intercept, mut slope) = (0.0, 0.0);
    let mut lowest = loss(intercept, slope);
    for _ in 0..MAX_STEPS {
        // The first derivatives of the loss, and the second ones: the three different entries of a
        // symmetric matrix of 2 × 2.
        let (mut gradient, mut hessian) = ([0.0, precision * slope], [0.0, 0.0, precision]);
        for (x, label) in &scaled {
            let probability = 1.0 / (1.0 + libm::exp(-(intercept + slope * x)));
            let (error, weight) = (probability - label, probability * (1.0 - probability));
            gradient = [gradient[0] + error, gradient[1] + error * x];
            hessian = [hessian[0] + weight, hessian[1] + weight * x, hessian[2] + weight * x * x];
        }
        let determinant = hessian[0] * hessian[2] - hessian[1] * hessian[1];
        let step = [
            (hessian[2] * gradient[0] - hessian[1] * gradient[1]) / determinant,
            (hessian[0] * gradient[1] - hessian[1] * gradient[0]) / determinant,
        ];
        if step[0].abs() + step[1].abs() <= TOLERANCE * (1.0 + slope.abs()) {
            // So close to the minimum the loss no longer changes, and could not confirm the step;
            // but Newton's step itself is exact there to the last digits.
            (intercept, slope) = (intercept - step[0], slope - step[1]);
            break;
        }
        let tried = (0..30)
            .map(|halvings| 1.0 / f64::from(1_u32 << halvings))
            .map(|part| (intercept - part * step[0], slope - part * step[1]));
        let Some(next) = tried
            .map(|(intercept, slope)| (intercept, slope, loss(intercept, slope)))
            .find(|(_, _, found)| *found < lowest)
        else {
            break;
        };
        (intercept, slope, lowest) = next;
    }
    // Back to the scale of the raw scores.
    (slope > 0.0).then(|| Logistic {
        slope: slope / deviation,
        midpoint: mean - intercept * deviation / slope,
    })
}

/// ln(1 + exp(x)), without overflow.
fn softplus(x: f64) -> f64 {
    x.max(0.0) + libm::log1p(libm::exp(-x.abs()))
}

/// The threshold that maximises Youden's J (Youden, 1950): the share of answerable scores at or
/// above it minus the share of unanswerable ones at or above it; 0 where all scores are equal.
///
/// It is the midpoint between two neighbouring scores. Of several with the same J it is the lowest,
/// which keeps most answerable challenges.
pub(super) fn youden_threshold(answerable: &[f64], unanswerable: &[f64]) -> f64 {
    let sorted = |scores: &[f64]| {
        let mut scores = scores.to_vec();
        scores.sort_by(f64::total_cmp);
        scores
    };
    let (answerable, unanswerable) = (sorted(answerable), sorted(unanswerable));
    let share_reaching = |scores: &[f64], threshold: f64| {
        let lower = scores.partition_point(|score| *score < threshold);
        (scores.len() - lower) as f64 / scores.len().max(1) as f64
    };
    let all = sorted(&[&answerable[..], &unanswerable[..]].concat());
    let neighbours = all.windows(2).filter(|pair| pair[0] < pair[1]);
    let mut best: Option<(f64, f64)> = None;
    for threshold in neighbours.map(|pair| f64::midpoint(pair[0], pair[1])) {
        let j = share_reaching(&answerable, threshold) - share_reaching(&unanswerable, threshold);
        if best.is_none_or(|(highest, _)| j > highest) {
            best = Some((j, threshold));
        }
    }
    best.map_or(0.0, |(_, threshold)| threshold)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each score as often as stated.
    fn repeated(scores: &[(f64, usize)]) -> Vec<f64> {
        scores.iter().flat_map(|(score, times)| std::iter::repeat_n(*score, *times)).collect()
    }

    #[test]
    fn the_logistic_meets_the_shares_of_two_scores() {
        // 30 % of the scores at 0.5 are answerable and 80 % of those at 1.5: there is a logistic
        // that goes through both points.
        let logit = |share: f64| (share / (1.0 - share)).ln();
        let found =
            fit_platt(&repeated(&[(0.5, 300), (1.5, 800)]), &repeated(&[(0.5, 700), (1.5, 200)]))
                .unwrap();
        let slope = logit(0.8) - logit(0.3);
        assert!((found.slope / slope - 1.0).abs() < 1e-3, "{found:?}");
        assert!((found.midpoint - (0.5 - logit(0.3) / slope)).abs() < 1e-3, "{found:?}");
    }

    #[test]
    fn neither_offset_nor_scale_of_the_scores_changes_the_fit() {
        let (answerable, unanswerable) = ([0.9, 1.1, 1.6, 0.7, 1.2], [0.4, 0.8, 1.0, 0.3, 0.95]);
        let moved =
            |scores: &[f64]| scores.iter().map(|score| 100.0 * score - 7.0).collect::<Vec<_>>();
        let (one, other) = (
            fit_platt(&answerable, &unanswerable).unwrap(),
            fit_platt(&moved(&answerable), &moved(&unanswerable)).unwrap(),
        );
        assert!((one.slope - 100.0 * other.slope).abs() < 1e-6 * one.slope, "{one:?} {other:?}");
        assert!((100.0 * one.midpoint - 7.0 - other.midpoint).abs() < 1e-6, "{one:?} {other:?}");
    }

    #[test]
    fn scores_that_do_not_overlap_have_a_finite_fit_that_separates_them() {
        for count in [1, 10, 1_000] {
            let (answerable, unanswerable) =
                (repeated(&[(1.0, count), (1.2, count)]), repeated(&[(0.4, count), (0.2, count)]));
            let found = fit_platt(&answerable, &unanswerable).unwrap();
            assert!(found.slope.is_finite() && found.slope > 1.0, "{count}: {found:?}");
            assert!((found.midpoint - 0.7).abs() < 1e-6, "{count}: {found:?}");
            assert!(found.score(1.0) > 0.8 && found.score(0.4) < 0.2, "{count}: {found:?}");
        }
        // Two scores lie one deviation from their mean. The slope b is where the derivatives of the
        // prior and of the likelihood are equal: b / 100 = 2 / (1 + exp(b)).
        let found = fit_platt(&[1.0], &[0.4]).unwrap();
        let scaled = found.slope * 0.3;
        assert!((scaled / 100.0 - 2.0 / (1.0 + scaled.exp())).abs() < 1e-6, "{scaled}");
    }

    #[test]
    fn scores_that_do_not_rise_with_answers_have_no_fit() {
        for (name, answerable, unanswerable) in [
            ("the_same", &[0.5, 1.0][..], &[0.5, 1.0][..]),
            ("one_score", &[0.5, 0.5], &[0.5]),
            ("the_wrong_way", &[0.5, 0.6], &[0.9, 1.0]),
            ("none", &[], &[]),
        ] {
            assert_eq!(fit_platt(answerable, unanswerable), None, "{name}");
        }
    }

    #[test]
    fn the_threshold_with_the_highest_j() {
        for (name, answerable, unanswerable, expected) in [
            ("apart", &[1.0, 1.2][..], &[0.2, 0.6][..], 0.8),
            ("overlapping", &[0.5, 0.9, 1.0, 1.1], &[0.1, 0.2, 0.95, 0.3], 0.4),
            ("as_good_twice", &[0.5, 1.5], &[0.3, 1.0], 0.4),
        ] {
            assert!(
                (youden_threshold(answerable, unanswerable) - expected).abs() < 1e-12,
                "{name}: {}",
                youden_threshold(answerable, unanswerable)
            );
        }
    }
}
