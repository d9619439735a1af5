//! Fitting weights to judgements.

use std::sync::Arc;

use super::calibration::{ScoreCalibration, bins, error, logistic, scored};
use super::check::{check_enough, check_ids};
use super::features::Features;
use super::fitted::{FittedWeights, Gain};
use super::folds::folds;
use super::group::{Group, groups};
use super::parameters::Parameters;
use super::posterior::Posterior;
use crate::error::Error;
use crate::evaluate::{Interval, Judgements};
use crate::progress::Progress;
use crate::rank::Logistic;
use crate::record::ChallengeId;

/// The fewest judged challenges that weights are fitted to.
pub const LEAST_CHALLENGES: usize = 20;

/// How far factors are from 1, the built-in weights, before any judgement: the standard deviation.
pub const DEFAULT_DEVIATION: f64 = 0.5;

/// How many folds the challenges are dealt out to.
pub const DEFAULT_FOLDS: usize = 5;

/// Fits the weights of the signals to judgements.
///
/// One factor a signal is fitted, and multiplies its built-in weights. The factors are those of
/// maximum likelihood given the order inside each challenge, with a normal prior around the built-in
/// weights: few judgements move them little. Then the logistic is fitted that makes scores of raw
/// scores. All is done once more for each fold without the challenges in it, which are then ranked: so
/// the gain is that on challenges which the weights have not seen. The same judgements give the same
/// weights, to the last bit, whatever the order of the run.
///
/// # Examples
/// ```
/// use citymatch::feedback::FitWeights;
/// use citymatch::evaluate::Judgements;
/// # use citymatch::{Challenge, Matcher, __doc_catalogue};
/// let run = Matcher::new(&__doc_catalogue()?)?.find_all(&[Challenge::new("c1", "lluvia")])?;
/// let judgements: Judgements = [("c1", "s1", 1), ("c1", "s2", 0)].into_iter().collect();
/// let error = FitWeights::new().fit(&run.features(), &judgements).unwrap_err();
/// assert!(error.to_string().contains("20 or more challenges"));
/// # Ok::<(), citymatch::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct FitWeights {
    unjudged: Option<i32>,
    pub(super) deviation: f64,
    folds: usize,
    progress: Option<Arc<Progress>>,
}

impl Default for FitWeights {
    fn default() -> Self {
        Self { unjudged: None, deviation: DEFAULT_DEVIATION, folds: DEFAULT_FOLDS, progress: None }
    }
}

impl FitWeights {
    /// Pairs that were not judged are left out, the deviation is [`DEFAULT_DEVIATION`], and there are
    /// [`DEFAULT_FOLDS`] folds.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the grade of the pairs of judged challenges that were not judged: 0 where all useful ones
    /// were, as in a test collection. The default is to leave such pairs out, since what nobody
    /// looked at may be useful.
    #[must_use]
    pub fn unjudged(mut self, grade: i32) -> Self {
        self.unjudged = Some(grade);
        self
    }

    /// Sets how far factors may be expected from 1, above 0: the standard deviation of the prior. With
    /// less, weights stay nearer to the built-in ones. The default is [`DEFAULT_DEVIATION`].
    #[must_use]
    pub fn deviation(mut self, deviation: f64) -> Self {
        self.deviation = deviation;
        self
    }

    /// Sets how many folds the challenges are dealt out to, 2 to [`LEAST_CHALLENGES`]. The default is
    /// [`DEFAULT_FOLDS`].
    #[must_use]
    pub fn folds(mut self, folds: usize) -> Self {
        self.folds = folds;
        self
    }

    /// Sets what can cancel the fit. The default is nothing.
    #[must_use]
    pub fn progress(mut self, progress: &Arc<Progress>) -> Self {
        self.progress = Some(Arc::clone(progress));
        self
    }

    /// Fits weights to the judgements of pairs of a run.
    ///
    /// Only the weights of signals that counted in the run are fitted, and only pairs of the run teach:
    /// match with a limit beyond what was judged.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidOption`](crate::ErrorKind::InvalidOption)
    ///
    /// * where the run is empty or there are no judgements;
    /// * for judgements of a challenge that is not in the run, or of a solution that is not in the
    ///   catalogue;
    /// * where all grades are alike, or fewer than [`LEAST_CHALLENGES`] challenges have a solution that
    ///   was judged better than another;
    /// * for a deviation or a number of folds out of range.
    pub fn fit(
        &self,
        features: &Features,
        judgements: &Judgements,
    ) -> Result<FittedWeights, Error> {
        self.check_options()?;
        check_ids(features, judgements)?;
        let parameters = Parameters::new(features);
        let groups = groups(features, &parameters, judgements, self.unjudged);
        check_enough(&groups)?;
        let all = groups.len();
        let mut teaching: Vec<&Group<'_>> = groups.iter().filter(|group| group.teaches()).collect();
        // Sums are taken in the order of ids.
        teaching.sort_by_key(|group| &group.challenge.challenge_id);
        let calibration = features.calibration();
        let built_in = Logistic::new(Some(calibration), 0.0);
        let centre = parameters.centre();
        let fit = |groups: &[&Group<'_>]| -> Result<_, Error> {
            self.check_progress()?;
            let posterior = Posterior::fit(groups, &centre, self.deviation, built_in.slope);
            let logistic = logistic(groups, &posterior.factors);
            Ok((posterior, logistic))
        };
        let (posterior, fitted_logistic) = fit(&teaching)?;
        let ids: Vec<&ChallengeId> =
            teaching.iter().map(|group| &group.challenge.challenge_id).collect();
        let folds_of = folds(&ids, self.folds);
        let mut held_out = HeldOut::new(teaching.len());
        for fold in 0..self.folds {
            let of = |is_held: bool| {
                let all = teaching.iter().zip(&folds_of).enumerate();
                all.filter(move |(_, (_, own))| (**own == fold) == is_held)
            };
            let train: Vec<&Group<'_>> = of(false).map(|(_, (group, _))| *group).collect();
            let (posterior, logistic) = fit(&train)?;
            let logistic = logistic.unwrap_or(built_in);
            for (place, (group, _)) in of(true) {
                held_out.built_in[place] = group.ndcg(&centre);
                held_out.fitted[place] = group.ndcg(&posterior.factors);
                held_out.scored.extend(scored(group, &posterior.factors, logistic));
                held_out.built_in_scored.extend(scored(group, &centre, built_in));
            }
        }
        let logistic = fitted_logistic.unwrap_or(built_in);
        let bins_found = bins(&held_out.scored);
        let score_calibration = ScoreCalibration {
            slope: logistic.slope,
            midpoint: logistic.midpoint,
            fitted: fitted_logistic.is_some(),
            error: error(&bins_found),
            built_in_error: error(&bins(&held_out.built_in_scored)),
            bins: bins_found,
        };
        let pairs = teaching.iter().map(|group| group.rows.len()).sum();
        let unknown = outside(features, judgements);
        FittedWeights::new(
            &parameters,
            posterior,
            held_out.gain(),
            score_calibration,
            [teaching.len(), all - teaching.len(), pairs, unknown],
        )
    }

    /// Whether the caller still wants the result.
    pub(super) fn check_progress(&self) -> Result<(), Error> {
        self.progress.as_ref().map_or(Ok(()), |progress| progress.check())
    }

    /// Refuses options out of range.
    pub(super) fn check_options(&self) -> Result<(), Error> {
        if !(self.deviation.is_finite() && self.deviation > 0.0) {
            return Err(Error::option("deviation", self.deviation, "a finite number above 0"));
        }
        if !(2..=LEAST_CHALLENGES).contains(&self.folds) {
            let expected = format!("a whole number from 2 to {LEAST_CHALLENGES}");
            return Err(Error::option("folds", self.folds, &expected));
        }
        Ok(())
    }

    /// The grade of pairs that were not judged.
    pub(super) fn unjudged_grade(&self) -> Option<i32> {
        self.unjudged
    }
}

/// How many judged pairs are not in the run.
fn outside(features: &Features, judgements: &Judgements) -> usize {
    let inside = features.challenges().iter().map(|challenge| {
        let is_judged = |pair: &&super::features::PairFeatures| {
            judgements.grade(&challenge.challenge_id, &pair.solution_id).is_some()
        };
        challenge.pairs.iter().filter(is_judged).count()
    });
    judgements.len().saturating_sub(inside.sum())
}

/// What became of the challenges that were held out.
struct HeldOut {
    built_in: Vec<f64>,
    fitted: Vec<f64>,
    scored: Vec<(f64, bool)>,
    built_in_scored: Vec<(f64, bool)>,
}

impl HeldOut {
    fn new(challenges: usize) -> Self {
        let nothing = || vec![0.0; challenges];
        Self {
            built_in: nothing(),
            fitted: nothing(),
            scored: Vec::new(),
            built_in_scored: Vec::new(),
        }
    }

    fn gain(&self) -> Gain {
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len().max(1) as f64;
        let pairs = self.fitted.iter().zip(&self.built_in);
        let differences: Vec<f64> = pairs.map(|(fitted, built_in)| fitted - built_in).collect();
        Gain {
            built_in: mean(&self.built_in),
            fitted: mean(&self.fitted),
            difference: mean(&differences),
            // OK because at least 20 challenges are held out.
            interval: Interval::of_mean(&differences).unwrap_or(Interval { low: 0.0, high: 0.0 }),
        }
    }
}
