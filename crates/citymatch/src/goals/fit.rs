//! How well a text fits each goal.
//!
//! fit(g) = e(g) − ½ · mean of e over all goals,  e(g) = S(g) − base(g)
//!
//! S is the raw score of a [`Matcher`](crate::Matcher) for the goal's texts, and base is what the
//! goal gets from texts about something else ([`Statements::base`]). A text that is a little like
//! all goals is like none of them, which half of the mean says.
//!
//! score = 1 / (1 + exp(−10 · (fit − 0.1)))
//!
//! The three constants were chosen on texts that experts labelled: `benches/quality/goals.py`.
//! Nothing else is learned.

use citymatch_encoder::Encoder;

use super::statements::Statements;
use std::sync::Arc;

use crate::catalogue::Snapshot;
use crate::eligibility::EligibilityFilter;
use crate::error::Error;
use crate::progress::Progress;
use crate::rank::{self, Logistic, RankingOptions};
use crate::record::{Eligibility, Kind, Language, Record};
use crate::signal::{Collection, QuerySignals, Signal, Weights};
use crate::text::Query;

/// How many goals there are.
pub(super) const GOALS: usize = 17;
/// A number for each goal, in their order.
pub(super) type ByGoal = [f64; GOALS];

/// How much of a text's mean over all goals is subtracted.
const MEAN: f64 = 0.5;
/// The fit with the score 0.5, from which a goal is suggested.
const THRESHOLD: f64 = 0.1;
/// How fast the score rises with the fit.
const SLOPE: f64 = 10.0;
/// How many texts are compared together.
const GROUP: usize = 32;

/// A record as it is compared with the goals' texts in one language, and how well it fits each.
pub(super) struct Fits {
    pub(super) statements: &'static Statements,
    pub(super) query: Arc<Query>,
    by_goal: ByGoal,
    /// The largest share of its words that the texts of a goal have.
    pub(super) nearest: f64,
}

impl Fits {
    /// How well a record fits each goal, by the texts in a language. `None` for a record without a
    /// content word.
    pub(super) fn new<R: Record>(record: &R, language: Language) -> Result<Option<Self>, Error> {
        let statements = Statements::of(language)?;
        let readings = Query::readings(record, Some(language));
        let is_read =
            |query: &Query| !query.terms.is_empty() && query.readers.include(Some(language));
        let Some(query) = readings.into_iter().find(is_read).map(Arc::new) else { return Ok(None) };
        let raw = raw_scores(statements.snapshot(), std::slice::from_ref(&query))?;
        let base = statements.base(query.language.unwrap_or(language))?;
        let by_goal = fits(&raw[0].by_goal, base);
        let nearest = raw[0].words;
        Ok(Some(Self { statements, query, by_goal, nearest }))
    }

    /// How well it fits a goal, 1 to 17.
    pub(super) fn fit(&self, number: u8) -> f64 {
        self.by_goal[usize::from(number) - 1]
    }
}

fn fits(raw: &ByGoal, base: &ByGoal) -> ByGoal {
    let mut excess = *raw;
    for (own, base) in excess.iter_mut().zip(base) {
        *own -= base;
    }
    let mean = excess.iter().sum::<f64>() / GOALS as f64;
    excess.map(|own| own - MEAN * mean)
}

/// The raw scores of a text.
pub(super) struct RawScores {
    pub(super) by_goal: ByGoal,
    /// The largest value of the signal `words`.
    words: f64,
}

/// The raw scores of some texts for each goal.
pub(super) fn raw_scores(
    snapshot: &Snapshot,
    queries: &[Arc<Query>],
) -> Result<Vec<RawScores>, Error> {
    let collection = Collection::new(snapshot, None)?;
    let calibration = snapshot.encoder().map(Encoder::calibration);
    let rules = Eligibility::default();
    let mut found = Vec::with_capacity(queries.len());
    for group in queries.chunks(GROUP) {
        let (mut prepared, mut options) = (Vec::new(), Vec::new());
        for query in group {
            let weights = Weights::calibrated(calibration);
            prepared.push(QuerySignals::new(collection, query, weights)?);
            options.push(RankingOptions {
                kind: Kind::Solution,
                limit: GOALS,
                filter: EligibilityFilter::new(&rules, None, None, &[].into()),
                logistic: Logistic::new(calibration, query.breadth()),
            });
        }
        for ranking in rank::rank(snapshot, &prepared, &options, None, &Progress::default())? {
            let (mut by_goal, mut words) = ([0.0; GOALS], 0.0);
            for document in ranking.best {
                let number: Option<usize> = document.id.parse().ok();
                let score = number.and_then(|number| by_goal.get_mut(number.checked_sub(1)?));
                if let Some(score) = score {
                    *score = document.raw_score;
                    words = f64::max(words, document.values[Signal::Words as usize]);
                }
            }
            found.push(RawScores { by_goal, words });
        }
    }
    Ok(found)
}

/// From 0 to 1; 0.5 where as many experts say yes as no.
pub(super) fn score(fit: f64) -> f64 {
    Logistic { slope: SLOPE, midpoint: THRESHOLD }.score(fit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_is_like_all_goals_fits_none_better_than_half_of_that() {
        let base = [0.5; GOALS];
        for fit in fits(&[0.9; GOALS], &base) {
            assert!((fit - 0.2).abs() < 1e-12);
        }
        let mut one = base;
        one[3] += 0.34;
        let fits = fits(&one, &base);
        assert!((fits[3] - 0.33).abs() < 1e-12, "{fits:?}");
        assert!((fits[0] + 0.01).abs() < 1e-12, "{fits:?}");
    }

    #[test]
    fn the_score_is_a_half_where_suggestions_begin_and_rises() {
        assert!((score(THRESHOLD) - 0.5).abs() < 1e-12);
        let scores: Vec<f64> = [-1.0, 0.0, 0.1, 0.3, 1.0].map(score).to_vec();
        assert!(scores.is_sorted() && scores.iter().all(|own| (0.0..=1.0).contains(own)));
    }
}
