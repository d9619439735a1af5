//! The factors that explain the judgements best, and how certain they are.

use super::group::Group;
use super::listwise::Loss;
use super::matrix::Matrix;

/// The factors of least loss, and the information that they rest on.
#[derive(Clone, Debug)]
pub(super) struct Posterior {
    pub(super) factors: Vec<f64>,
    /// The second derivatives of the judgements' part of the loss: what they taught.
    taught: Matrix,
    /// The standard deviation of the prior.
    deviation: f64,
}

/// The most steps of Newton's method, which takes 4 to 10.
const MAX_STEPS: usize = 100;
/// A step that is smaller than this is the last one.
const TOLERANCE: f64 = 1e-9;

impl Posterior {
    /// What is known before any judgement.
    pub(super) fn prior(centre: &[f64], deviation: f64) -> Self {
        Self { factors: centre.to_vec(), taught: Matrix::scalar(centre.len(), 0.0), deviation }
    }

    /// Fits factors, 0 or more, to the order inside each challenge, pulled toward the centre.
    ///
    /// The loss is convex, so its minimum is the only one. Newton's method with projection: a factor
    /// that is 0, and would fall below, stays there for the step (Bertsekas, 1982). A step that would
    /// not improve the loss is halved until it does.
    pub(super) fn fit(groups: &[&Group<'_>], centre: &[f64], deviation: f64, slope: f64) -> Self {
        let judged = |factors: &[f64]| {
            let mut loss = Loss::zero(factors.len());
            for group in groups {
                loss.add(group, factors, slope);
            }
            loss
        };
        let whole = |factors: &[f64]| {
            let mut loss = judged(factors);
            loss.add_prior(factors, centre, deviation);
            loss
        };
        let mut factors = centre.to_vec();
        let mut loss = whole(&factors);
        for _ in 0..MAX_STEPS {
            let is_free = |place: &usize| factors[*place] > 0.0 || loss.gradient[*place] < 0.0;
            let free: Vec<usize> = (0..factors.len()).filter(is_free).collect();
            let gradient: Vec<f64> = free.iter().map(|place| loss.gradient[*place]).collect();
            let step = loss.hessian.at(&free).solve(&gradient);
            let tried = |part: f64| {
                let mut tried = factors.clone();
                for (place, step) in free.iter().zip(&step) {
                    tried[*place] = (tried[*place] - part * step).max(0.0);
                }
                tried
            };
            if step.iter().map(|step| step.abs()).sum::<f64>() <= TOLERANCE {
                // So close to the minimum the loss no longer changes, and could not confirm the step;
                // but the step itself is exact there to the last digits.
                factors = tried(1.0);
                break;
            }
            let halvings = (0..30).map(|halvings| 1.0 / f64::from(1_u32 << halvings));
            let better = halvings.map(tried).map(|factors| (whole(&factors), factors));
            let Some((next, found)) = { better }.find(|(next, _)| next.value < loss.value) else {
                break;
            };
            (loss, factors) = (next, found);
        }
        let taught = judged(&factors).hessian;
        Self { factors, taught, deviation }
    }

    /// The covariance of the factors (Laplace's approximation), as if there were so many times as many
    /// judged challenges.
    pub(super) fn covariance(&self, times: f64) -> Matrix {
        let mut precision =
            Matrix::scalar(self.factors.len(), 1.0 / (self.deviation * self.deviation));
        precision.add(&self.taught, times);
        precision.inverse()
    }
}
