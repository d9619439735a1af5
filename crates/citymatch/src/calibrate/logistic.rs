//! Fitting one number to whether something answers.

use crate::rank::Logistic;

/// The prior of the slope, where sums are measured in their own standard deviations: normal around
/// 0, with this deviation. Some hundred sums that overlap move by less than .1 % for it. Where they
/// do not, and the likelihood grows without end, the slope comes to rest between 4 (2 sums) and 10
/// (2,000).
const PRIOR: f64 = 10.0;
/// Newton's method takes 5 to 20 steps.
const MOST_STEPS: usize = 100;
/// A step so small is the last one.
const TOLERANCE: f64 = 1e-6;

/// The logistic under which these sums of something answered, and of nothing answered, are
/// likeliest; none where the first are not larger.
///
/// Newton's method on the log-likelihood, with the slope's prior; a step that would make it worse
/// is halved.
pub(super) fn most_likely(answered: &[f64], nothing: &[f64]) -> Option<Logistic> {
    let sums: Vec<(f64, f64)> = answered
        .iter()
        .map(|sum| (*sum, 1.0))
        .chain(nothing.iter().map(|sum| (*sum, 0.0)))
        .collect();
    let count = sums.len() as f64;
    let mean = sums.iter().map(|(sum, _)| sum).sum::<f64>() / count;
    let deviation =
        (sums.iter().map(|(sum, _)| (sum - mean) * (sum - mean)).sum::<f64>() / count).sqrt();
    if deviation.is_nan() || deviation <= 0.0 {
        return None;
    }
    let scaled: Vec<(f64, f64)> =
        sums.iter().map(|(sum, is)| ((sum - mean) / deviation, *is)).collect();
    let precision = 1.0 / (PRIOR * PRIOR);
    let loss = |at: f64, slope: f64| {
        let one = |(x, is): &(f64, f64)| {
            let logit = at + slope * x;
            softplus(logit) - is * logit
        };
        scaled.iter().map(one).sum::<f64>() + precision * slope * slope / 2.0
    };
    let (mut at, mut slope) = (0.0, 0.0);
    let mut least = loss(at, slope);
    for _ in 0..MOST_STEPS {
        let (mut gradient, mut curvature) = ([0.0, precision * slope], [0.0, 0.0, precision]);
        for (x, is) in &scaled {
            let chance = 1.0 / (1.0 + libm::exp(-(at + slope * x)));
            let (error, weight) = (chance - is, chance * (1.0 - chance));
            gradient = [gradient[0] + error, gradient[1] + error * x];
            curvature =
                [curvature[0] + weight, curvature[1] + weight * x, curvature[2] + weight * x * x];
        }
        let determinant = curvature[0] * curvature[2] - curvature[1] * curvature[1];
        let step = [
            (curvature[2] * gradient[0] - curvature[1] * gradient[1]) / determinant,
            (curvature[0] * gradient[1] - curvature[1] * gradient[0]) / determinant,
        ];
        if step[0].abs() + step[1].abs() <= TOLERANCE * (1.0 + slope.abs()) {
            // So near, the step is exact to the last digits, where the loss does not change any
            // more.
            (at, slope) = (at - step[0], slope - step[1]);
            break;
        }
        let tried = (0..30)
            .map(|halvings| 1.0 / f64::from(1_u32 << halvings))
            .map(|part| (at - part * step[0], slope - part * step[1]));
        let Some(next) = tried
            .map(|(at, slope)| (at, slope, loss(at, slope)))
            .find(|(_, _, found)| *found < least)
        else {
            break;
        };
        (at, slope, least) = next;
    }
    (slope > 0.0)
        .then(|| Logistic { slope: slope / deviation, midpoint: mean - at * deviation / slope })
}

/// ln(1 + exp(x)), without overflow.
fn softplus(x: f64) -> f64 {
    x.max(0.0) + libm::log1p(libm::exp(-x.abs()))
}

/// The sum that parts the two best: the largest share of answered at or above it, less that of
/// nothing answered. It lies midway between two sums; of cuts as good it is the lowest, which keeps
/// most.
pub(super) fn cut(answered: &[f64], nothing: &[f64]) -> f64 {
    let sorted = |sums: &[f64]| {
        let mut sums = sums.to_vec();
        sums.sort_by(f64::total_cmp);
        sums
    };
    let (answered, nothing) = (sorted(answered), sorted(nothing));
    let above = |sums: &[f64], cut: f64| {
        (sums.len() - sums.partition_point(|sum| *sum < cut)) as f64 / sums.len().max(1) as f64
    };
    let all = sorted(&[&answered[..], &nothing[..]].concat());
    let between =
        all.windows(2).filter(|pair| pair[0] < pair[1]).map(|pair| f64::midpoint(pair[0], pair[1]));
    let parted = between.map(|cut| (above(&answered, cut) - above(&nothing, cut), cut));
    let best = parted.fold(None, |best: Option<(f64, f64)>, next| {
        best.filter(|best| best.0 >= next.0).or(Some(next))
    });
    best.map_or(0.0, |(_, cut)| cut)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So many times each sum.
    fn repeated(sums: &[(f64, usize)]) -> Vec<f64> {
        sums.iter().flat_map(|(sum, times)| std::iter::repeat_n(*sum, *times)).collect()
    }

    #[test]
    fn the_shares_of_two_sums_are_met() {
        // 30 % of those at 0.5 answered and 80 % of those at 1.5: a logistic goes through both.
        let logit = |share: f64| (share / (1.0 - share)).ln();
        let found =
            most_likely(&repeated(&[(0.5, 300), (1.5, 800)]), &repeated(&[(0.5, 700), (1.5, 200)]))
                .unwrap();
        let slope = logit(0.8) - logit(0.3);
        assert!((found.slope / slope - 1.0).abs() < 1e-3, "{found:?}");
        assert!((found.midpoint - (0.5 - logit(0.3) / slope)).abs() < 1e-3, "{found:?}");
    }

    #[test]
    fn neither_place_nor_scale_of_the_sums_changes_the_fit() {
        let (answered, nothing) = ([0.9, 1.1, 1.6, 0.7, 1.2], [0.4, 0.8, 1.0, 0.3, 0.95]);
        let moved = |sums: &[f64]| sums.iter().map(|sum| 100.0 * sum - 7.0).collect::<Vec<_>>();
        let (one, other) = (
            most_likely(&answered, &nothing).unwrap(),
            most_likely(&moved(&answered), &moved(&nothing)).unwrap(),
        );
        assert!((one.slope - 100.0 * other.slope).abs() < 1e-6 * one.slope, "{one:?} {other:?}");
        assert!((100.0 * one.midpoint - 7.0 - other.midpoint).abs() < 1e-6, "{one:?} {other:?}");
    }

    #[test]
    fn what_does_not_overlap_has_a_finite_fit_that_parts_it() {
        for count in [1, 10, 1_000] {
            let (answered, nothing) =
                (repeated(&[(1.0, count), (1.2, count)]), repeated(&[(0.4, count), (0.2, count)]));
            let found = most_likely(&answered, &nothing).unwrap();
            assert!(found.slope.is_finite() && found.slope > 1.0, "{count}: {found:?}");
            assert!((found.midpoint - 0.7).abs() < 1e-6, "{count}: {found:?}");
            assert!(found.score(1.0) > 0.8 && found.score(0.4) < 0.2, "{count}: {found:?}");
        }
        // Of two sums at one deviation from their mean the slope b is where the prior's pull is the
        // likelihood's: b / 100 = 2 / (1 + exp(b)).
        let found = most_likely(&[1.0], &[0.4]).unwrap();
        let scaled = found.slope * 0.3;
        assert!((scaled / 100.0 - 2.0 / (1.0 + scaled.exp())).abs() < 1e-6, "{scaled}");
    }

    #[test]
    fn what_says_nothing_has_no_fit() {
        for (name, answered, nothing) in [
            ("the_same", &[0.5, 1.0][..], &[0.5, 1.0][..]),
            ("one_sum", &[0.5, 0.5], &[0.5]),
            ("the_wrong_way", &[0.5, 0.6], &[0.9, 1.0]),
            ("none", &[], &[]),
        ] {
            assert_eq!(most_likely(answered, nothing), None, "{name}");
        }
    }

    #[test]
    fn the_best_cut() {
        for (name, answered, nothing, expected) in [
            ("apart", &[1.0, 1.2][..], &[0.2, 0.6][..], 0.8),
            ("overlapping", &[0.5, 0.9, 1.0, 1.1], &[0.1, 0.2, 0.95, 0.3], 0.4),
            ("as_good_twice", &[0.5, 1.5], &[0.3, 1.0], 0.4),
        ] {
            assert!(
                (cut(answered, nothing) - expected).abs() < 1e-12,
                "{name}: {}",
                cut(answered, nothing)
            );
        }
    }
}
