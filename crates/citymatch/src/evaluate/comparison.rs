//! Two rankings of the same challenges.

use crate::error::Error;
use crate::evaluate::evaluation::{Evaluation, check, evaluate, mean};
use crate::evaluate::judgements::Judgements;
use crate::evaluate::measure::Measure;
use crate::evaluate::ranked_lists::RankedLists;
use crate::evaluate::resampling::{Interval, p_value};

/// What a ranking is worth beside another one: the difference of each measure, challenge by
/// challenge.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    run: Evaluation,
    against: Evaluation,
    /// By measure, then by challenge.
    differences: Vec<Vec<f64>>,
}

/// Compares rankings with others of the same challenges. Differences are those of `run` from
/// `against`: above 0 where `run` is better.
///
/// # Errors
/// [`ErrorKind::InvalidOption`](crate::ErrorKind::InvalidOption) as for
/// [`evaluate`](crate::evaluate::evaluate), and where fewer than two challenges are judged, for which
/// a difference has no interval.
///
/// # Examples
/// ```
/// use citymatch::evaluate::{Judgements, RankedLists, compare};
/// let (mut run, mut against, mut judgements) =
///     (RankedLists::new(), RankedLists::new(), Judgements::new());
/// for challenge in ["c1", "c2", "c3"] {
///     judgements.insert(challenge, "s1", 1);
///     run.push(challenge, ["s1", "s2"]);
///     against.push(challenge, ["s2", "s1"]);
/// }
/// let comparison = compare(&judgements, &run, &against, &["RR".parse()?])?;
/// assert_eq!(comparison.difference(0), 0.5);
/// assert_eq!(comparison.counts(0), [3, 0, 0]);
/// # Ok::<(), citymatch::Error>(())
/// ```
pub fn compare(
    judgements: &Judgements,
    run: &RankedLists,
    against: &RankedLists,
    measures: &[Measure],
) -> Result<Comparison, Error> {
    check(judgements, against, "against", measures)?;
    let (run, against) =
        (evaluate(judgements, run, measures)?, evaluate(judgements, against, measures)?);
    if judgements.challenges() < 2 {
        let expected = "two judged challenges or more: the difference of one has no interval";
        return Err(Error::option("qrels", "judgements of one challenge", expected));
    }
    let of_measure = |place: usize| {
        let pairs = run.values(place).iter().zip(against.values(place));
        pairs.map(|(own, other)| own - other).collect()
    };
    let differences = (0..measures.len()).map(of_measure).collect();
    Ok(Comparison { run, against, differences })
}

impl Comparison {
    /// The measures of the one.
    #[must_use]
    pub fn run(&self) -> &Evaluation {
        &self.run
    }

    /// The measures of the other.
    #[must_use]
    pub fn against(&self) -> &Evaluation {
        &self.against
    }

    /// The differences of a measure, by its place: one for each judged challenge.
    ///
    /// # Panics
    /// If there is no such place; so do the other methods.
    #[must_use]
    pub fn differences(&self, measure: usize) -> &[f64] {
        &self.differences[measure]
    }

    /// The mean difference of a measure.
    #[must_use]
    pub fn difference(&self, measure: usize) -> f64 {
        mean(&self.differences[measure])
    }

    /// The interval of the mean difference, from a paired bootstrap over the challenges with a fixed
    /// seed.
    #[must_use]
    pub fn interval(&self, measure: usize) -> Interval {
        let difference = self.difference(measure);
        // OK because `compare` refuses fewer than two challenges.
        Interval::of_mean(&self.differences[measure])
            .unwrap_or(Interval { low: difference, high: difference })
    }

    /// How often chance alone gives a mean difference as far from 0: the p-value, with two sides, of
    /// the randomisation test with a fixed seed. The interval says more.
    #[must_use]
    pub fn p_value(&self, measure: usize) -> f64 {
        p_value(&self.differences[measure])
    }

    /// For how many challenges the one is better, for how many worse, and for how many as good.
    #[must_use]
    pub fn counts(&self, measure: usize) -> [usize; 3] {
        let count = |is_so: fn(&f64) -> bool| {
            self.differences[measure].iter().filter(|own| is_so(own)).count()
        };
        [count(|own| *own > 0.0), count(|own| *own < 0.0), count(|own| *own == 0.0)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(challenges: usize) -> (Judgements, RankedLists, RankedLists) {
        let (mut judgements, mut run, mut against) =
            (Judgements::new(), RankedLists::new(), RankedLists::new());
        for number in 0..challenges {
            let id = format!("c{number:02}");
            judgements.insert(id.as_str(), "s1", 1);
            // Better in two of three, worse in the third.
            let (first, second) = if number % 3 == 2 {
                (["s2", "s1"], ["s1", "s2"])
            } else {
                (["s1", "s2"], ["s2", "s1"])
            };
            run.push(id.as_str(), first);
            against.push(id.as_str(), second);
        }
        (judgements, run, against)
    }

    #[test]
    fn differences_are_paired_and_change_sign_with_the_order() -> Result<(), Error> {
        let (judgements, run, against) = example(30);
        let measures = ["RR".parse()?];
        let one = compare(&judgements, &run, &against, &measures)?;
        let other = compare(&judgements, &against, &run, &measures)?;
        assert!((one.difference(0) - (20.0 - 10.0) * 0.5 / 30.0).abs() < 1e-12);
        assert!((one.difference(0) + other.difference(0)).abs() < 1e-12);
        let (own, mirrored) = (one.interval(0), other.interval(0));
        assert!(own.low < one.difference(0) && one.difference(0) < own.high, "{own:?}");
        assert!((own.low + mirrored.high).abs() < 0.02, "{own:?} {mirrored:?}");
        assert_eq!(one.counts(0), [20, 10, 0]);
        assert!((0.05..0.2).contains(&one.p_value(0)), "{}", one.p_value(0));
        let same = compare(&judgements, &run, &run, &measures)?;
        assert_eq!((same.difference(0), same.interval(0).high, same.p_value(0)), (0.0, 0.0, 1.0));
        Ok(())
    }

    #[test]
    fn one_challenge_has_no_interval() {
        let (judgements, run, against) = example(1);
        let error = compare(&judgements, &run, &against, &[Measure::ndcg(10)]).unwrap_err();
        let message = "`qrels` cannot be `judgements of one challenge` (expected two judged \
                       challenges or more: the difference of one has no interval)";
        assert_eq!(error.to_string(), message);
        let error =
            compare(&judgements, &run, &RankedLists::new(), &[Measure::ndcg(10)]).unwrap_err();
        assert!(error.to_string().starts_with("`against` cannot be `empty`"), "{error}");
    }
}
