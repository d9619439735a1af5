//! How well factors explain the order inside each challenge: the loss of a fit.
//!
//! A pair is useful with the chance σ(slope · (S − m)), where S is its raw score and m a midpoint of
//! its challenge's own. Of one useful and some useless solutions of a challenge, the chance that just
//! that one is the useful one does not depend on m any more: it is the softmax of slope · S
//! (conditional logistic regression: `McFadden`, 1974). So differences *between* challenges, which
//! would dominate a regression over all pairs, drop out.
//!
//! A challenge with several useful solutions has such a softmax for each of them, against those that
//! were judged worse, weighted by its grade. A challenge counts once however many there are, as it does
//! in the mean of a measure: its solutions are not independent, and the uncertainty of the factors
//! would be too small.

use super::group::{Group, Row};
use super::matrix::{Matrix, dot};
use super::parameters::raw_score;

/// The value of the loss at some factors, with its derivatives.
pub(super) struct Loss {
    pub(super) value: f64,
    pub(super) gradient: Vec<f64>,
    pub(super) hessian: Matrix,
}

impl Loss {
    pub(super) fn zero(size: usize) -> Self {
        Self { value: 0.0, gradient: vec![0.0; size], hessian: Matrix::scalar(size, 0.0) }
    }

    /// Adds the loss of one challenge.
    pub(super) fn add(&mut self, group: &Group<'_>, factors: &[f64], slope: f64) {
        let gains: f64 = taught(group).map(|row| f64::from(row.grade)).sum();
        if gains <= 0.0 {
            return;
        }
        let scores = group.rows.iter().map(|row| slope * raw_score(&row.values, factors));
        let scores: Vec<f64> = scores.collect();
        // The highest exponent is 0, so that nothing overflows.
        let highest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mut grades: Vec<i32> = taught(group).map(|row| row.grade).collect();
        grades.sort_unstable();
        grades.dedup();
        for grade in grades {
            let all = || group.rows.iter().zip(&scores);
            let mut worse = Moments::new(factors.len());
            for (row, score) in all().filter(|(row, _)| row.grade < grade) {
                worse.add(&row.values, libm::exp(score - highest));
            }
            for (row, score) in all().filter(|(row, _)| row.grade == grade) {
                let mut choices = worse.clone();
                choices.add(&row.values, libm::exp(score - highest));
                let weight = f64::from(grade) / gains;
                self.value += weight * (libm::log(choices.sum) - (score - highest));
                let mean = choices.mean();
                for ((gradient, mean), value) in
                    self.gradient.iter_mut().zip(&mean).zip(&row.values)
                {
                    *gradient += weight * slope * (mean - value);
                }
                self.hessian.add(&choices.second, weight * slope * slope / choices.sum);
                self.hessian.add_outer(&mean, -weight * slope * slope);
            }
        }
    }

    /// Adds the prior: a normal distribution around the centre.
    pub(super) fn add_prior(&mut self, factors: &[f64], centre: &[f64], deviation: f64) {
        let precision = 1.0 / (deviation * deviation);
        let away: Vec<f64> = factors.iter().zip(centre).map(|(own, centre)| own - centre).collect();
        self.value += precision * dot(&away, &away) / 2.0;
        for (gradient, away) in self.gradient.iter_mut().zip(&away) {
            *gradient += precision * away;
        }
        self.hessian.add(&Matrix::scalar(factors.len(), precision), 1.0);
    }
}

/// The rows that were judged better than another one of the challenge.
fn taught<'g>(group: &'g Group<'_>) -> impl Iterator<Item = &'g Row<'g>> {
    let lowest = group.rows.iter().map(|row| row.grade).min();
    group.rows.iter().filter(move |row| Some(row.grade) > lowest)
}

/// Sums over rows with their weights: of the weights, the rows, and the products of rows.
#[derive(Clone)]
struct Moments {
    sum: f64,
    first: Vec<f64>,
    second: Matrix,
}

impl Moments {
    fn new(size: usize) -> Self {
        Self { sum: 0.0, first: vec![0.0; size], second: Matrix::scalar(size, 0.0) }
    }

    fn add(&mut self, row: &[f64], weight: f64) {
        self.sum += weight;
        for (sum, value) in self.first.iter_mut().zip(row) {
            *sum += weight * value;
        }
        self.second.add_outer(row, weight);
    }

    fn mean(&self) -> Vec<f64> {
        self.first.iter().map(|sum| sum / self.sum).collect()
    }
}
