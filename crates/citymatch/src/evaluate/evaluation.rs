//! The measures of one ranking.

use crate::error::Error;
use crate::evaluate::judgements::Judgements;
use crate::evaluate::measure::Measure;
use crate::evaluate::ranked_lists::RankedLists;
use crate::evaluate::resampling::Interval;
use crate::record::ChallengeId;

/// How many of the first solutions [`Evaluation::judged_share`] looks at.
const FIRST: usize = 10;

/// What rankings are worth: a value for each measure and judged challenge, with means and their
/// intervals.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluation {
    measures: Vec<Measure>,
    challenges: Vec<ChallengeId>,
    /// By measure, then by challenge.
    values: Vec<Vec<f64>>,
    unjudged: Vec<ChallengeId>,
    missing: Vec<ChallengeId>,
    judged_share: f64,
}

/// Gives rankings their measures, over all judged challenges.
///
/// A judged challenge that is not among the rankings has the value 0, as one that found nothing. A
/// challenge without judgements is left out, and [`Evaluation::unjudged`] names it.
///
/// # Errors
/// [`ErrorKind::InvalidOption`](crate::ErrorKind::InvalidOption) where there is no measure, no
/// ranking or no judgement, where no challenge of the rankings was judged, and where no solution was
/// judged useful, so that every value would be 0.
///
/// # Examples
/// ```
/// use citymatch::evaluate::{Judgements, RankedLists, evaluate};
/// let judgements: Judgements = [("c1", "s1", 1), ("c2", "s1", 1)].into_iter().collect();
/// let mut lists = RankedLists::new();
/// lists.push("c1", ["s1"]);
/// lists.push("c3", ["s1"]);
/// let evaluation = evaluate(&judgements, &lists, &["RR".parse()?])?;
/// assert_eq!(evaluation.mean(0), 0.5);
/// assert_eq!(evaluation.missing(), ["c2".into()]);
/// assert_eq!(evaluation.unjudged(), ["c3".into()]);
/// # Ok::<(), citymatch::Error>(())
/// ```
pub fn evaluate(
    judgements: &Judgements,
    lists: &RankedLists,
    measures: &[Measure],
) -> Result<Evaluation, Error> {
    check(judgements, lists, "run", measures)?;
    let mut values = vec![Vec::new(); measures.len()];
    let (mut challenges, mut missing) = (Vec::new(), Vec::new());
    let (mut first, mut first_judged) = (0_usize, 0_usize);
    for (challenge, grades) in judgements.iter() {
        let list = lists.of(challenge);
        let ranked: Vec<i32> =
            list.iter().map(|solution| grades.get(solution).copied().unwrap_or(0)).collect();
        let judged: Vec<i32> = grades.values().copied().collect();
        for (measure, values) in measures.iter().zip(&mut values) {
            values.push(measure.value(&ranked, &judged));
        }
        if !lists.contains(challenge) {
            missing.push(challenge.clone());
        }
        let looked_at = &list[..list.len().min(FIRST)];
        first += looked_at.len();
        first_judged += looked_at.iter().filter(|id| grades.contains_key(*id)).count();
        challenges.push(challenge.clone());
    }
    let is_unjudged = |challenge: &&ChallengeId| judgements.of(challenge).is_none();
    let unjudged = lists.iter().map(|(challenge, _)| challenge).filter(is_unjudged);
    Ok(Evaluation {
        measures: measures.to_vec(),
        challenges,
        values,
        unjudged: unjudged.cloned().collect(),
        missing,
        judged_share: if first > 0 { first_judged as f64 / first as f64 } else { 0.0 },
    })
}

/// Refuses what has no value. `name` is the argument with the rankings.
pub(super) fn check(
    judgements: &Judgements,
    lists: &RankedLists,
    name: &str,
    measures: &[Measure],
) -> Result<(), Error> {
    if measures.is_empty() {
        return Err(Error::option("measures", "empty", "one measure or more, such as nDCG@10"));
    }
    if lists.is_empty() {
        return Err(Error::option(name, "empty", "a run of one challenge or more"));
    }
    let Some((_, highest)) = judgements.extremes() else {
        return Err(Error::option("qrels", "empty", "a grade for one pair or more"));
    };
    if highest < 1 {
        let value = format!("grades of at most {highest}");
        let expected = "a grade of 1 or more for one pair at least, or every value is 0";
        return Err(Error::option("qrels", value, expected));
    }
    if judgements.iter().all(|(challenge, _)| !lists.contains(challenge)) {
        let (judged, ranked) = (first(judgements.iter()), first(lists.iter()));
        let value = format!("judgements of {judged}");
        let expected = format!("judgements of challenges of the run, as {ranked}");
        return Err(Error::option("qrels", value, &expected));
    }
    Ok(())
}

/// The first id, and how many more there are.
fn first<T>(mut all: impl Iterator<Item = (impl AsRef<str>, T)>) -> String {
    let first = all.next().map(|(id, _)| id.as_ref().to_owned()).unwrap_or_default();
    match all.count() {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

impl Evaluation {
    /// The measures, in the order in which they were asked for.
    #[must_use]
    pub fn measures(&self) -> &[Measure] {
        &self.measures
    }

    /// The judged challenges, by id.
    #[must_use]
    pub fn challenges(&self) -> &[ChallengeId] {
        &self.challenges
    }

    /// The values of a measure, by its place among the [`measures`](Self::measures): one for each of
    /// the [`challenges`](Self::challenges).
    ///
    /// # Panics
    /// If there is no such place.
    #[must_use]
    pub fn values(&self, measure: usize) -> &[f64] {
        &self.values[measure]
    }

    /// The mean of a measure over the judged challenges.
    ///
    /// # Panics
    /// If there is no such place.
    #[must_use]
    pub fn mean(&self, measure: usize) -> f64 {
        mean(&self.values[measure])
    }

    /// The interval of the mean, from a bootstrap over the challenges with a fixed seed. `None` for
    /// one challenge, whose spread is not known.
    ///
    /// # Panics
    /// If there is no such place.
    #[must_use]
    pub fn interval(&self, measure: usize) -> Option<Interval> {
        Interval::of_mean(&self.values[measure])
    }

    /// The challenges of the rankings that have no judgement and do not count, by id.
    #[must_use]
    pub fn unjudged(&self) -> &[ChallengeId] {
        &self.unjudged
    }

    /// The judged challenges that are not among the rankings and count as 0, by id.
    #[must_use]
    pub fn missing(&self) -> &[ChallengeId] {
        &self.missing
    }

    /// The share of the first ten solutions of the judged challenges that was judged, from 0 to 1. A
    /// ranking that nobody judged is undervalued: the others count as not useful.
    #[must_use]
    pub fn judged_share(&self) -> f64 {
        self.judged_share
    }
}

pub(super) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lists(all: &[(&str, &[&str])]) -> RankedLists {
        let mut lists = RankedLists::new();
        for (challenge, ids) in all {
            lists.push(*challenge, ids.iter().copied());
        }
        lists
    }

    fn judged(all: &[(&str, &str, i32)]) -> Judgements {
        all.iter().copied().collect()
    }

    #[test]
    fn who_counts_and_who_does_not() -> Result<(), Error> {
        let judgements = judged(&[("c1", "s1", 2), ("c2", "s9", 1), ("c4", "s1", 0)]);
        let lists = lists(&[("c1", &["s2", "s1"]), ("c3", &["s1"]), ("c4", &["s1", "s2"])]);
        let found = evaluate(&judgements, &lists, &["RR".parse()?, "nDCG@10".parse()?])?;
        assert_eq!(found.challenges(), ["c1".into(), "c2".into(), "c4".into()]);
        assert_eq!(found.values(0).to_vec(), vec![0.5, 0.0, 0.0]);
        assert!((found.mean(0) - 0.5 / 3.0).abs() < 1e-12);
        assert_eq!(found.unjudged(), ["c3".into()]);
        assert_eq!(found.missing(), ["c2".into()]);
        assert!((found.judged_share() - 0.5).abs() < 1e-12, "2 of 4");
        Ok(())
    }

    #[test]
    fn what_has_no_value_is_an_error_that_says_why() {
        let (one, list) = (judged(&[("c1", "s1", 1)]), lists(&[("c1", &["s1"])]));
        let rr = || vec!["RR".parse::<Measure>().unwrap()];
        let wrong_ids = judged(&[("reto 1", "s1", 1), ("reto 2", "s1", 1)]);
        for (name, judgements, lists, measures, message) in [
            (
                "no_measure",
                one.clone(),
                list.clone(),
                Vec::new(),
                "`measures` cannot be `empty` (expected one measure or more, such as nDCG@10)",
            ),
            (
                "empty_run",
                one.clone(),
                RankedLists::new(),
                rr(),
                "`run` cannot be `empty` (expected a run of one challenge or more)",
            ),
            (
                "no_judgements",
                Judgements::new(),
                list.clone(),
                rr(),
                "`qrels` cannot be `empty` (expected a grade for one pair or more)",
            ),
            (
                "nothing_useful",
                judged(&[("c1", "s1", 0)]),
                list.clone(),
                rr(),
                "`qrels` cannot be `grades of at most 0` (expected a grade of 1 or more for one pair at least, or every value is 0)",
            ),
            (
                "unknown_challenges",
                wrong_ids,
                list.clone(),
                rr(),
                "`qrels` cannot be `judgements of reto 1 and 1 more` (expected judgements of challenges of the run, as c1)",
            ),
        ] {
            let error = evaluate(&judgements, &lists, &measures).unwrap_err();
            assert_eq!(error.to_string(), message, "{name}");
        }
    }
}
