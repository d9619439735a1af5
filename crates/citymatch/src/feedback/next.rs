//! Which pairs to judge next, and whether it still pays.

use serde::Serialize;

use super::check::check_ids;
use super::features::{ChallengeFeatures, Features};
use super::fit::{FitWeights, LEAST_CHALLENGES};
use super::fitted::FittedWeights;
use super::group::groups;
use super::matrix::{Matrix, dot};
use super::parameters::{Parameters, raw_score};
use super::posterior::Posterior;
use crate::error::{Error, ErrorKind};
use crate::evaluate::Judgements;
use crate::evaluate::resampling::Random;
use crate::rank::Logistic;
use crate::record::{ChallengeId, SolutionId};

/// The pairs of a run whose judgement would teach most, and whether judging still pays.
///
/// # Examples
/// ```
/// use citymatch::evaluate::Judgements;
/// use citymatch::feedback::FitWeights;
/// # use citymatch::{Challenge, Matcher, __doc_catalogue};
/// let run = Matcher::new(&__doc_catalogue()?)?.find_all(&[Challenge::new("c1", "lluvia")])?;
/// let next = FitWeights::new().next_to_judge(&run.features(), &Judgements::new(), 2)?;
/// assert_eq!(next.pairs.len(), 2);
/// assert!(!next.enough);
/// # Ok::<(), citymatch::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NextToJudge {
    /// The pairs, the one that would teach most first.
    pub pairs: Vec<PairToJudge>,
    /// Whether more judging stops paying.
    pub enough: bool,
    /// The reason, in one sentence.
    pub sentence: String,
    /// What is lost with half as many judged challenges as there are, as many, twice and four times;
    /// empty where there are too few to fit weights to.
    pub curve: Vec<LearningPoint>,
}

/// A pair to judge.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PairToJudge {
    /// The id of the challenge.
    pub challenge_id: ChallengeId,
    /// The id of the solution.
    pub solution_id: SolutionId,
    /// The rank of the solution in the run, from 1.
    pub rank: usize,
    /// Its score in the run, from 0 to 1.
    pub score: f64,
    /// How much its judgement would teach beside those of the pairs before it, above 0: the
    /// information in nats, divided by log₂(rank + 1) and by the number of pairs of its challenge up to
    /// here.
    pub value: f64,
}

/// What is lost with so many judged challenges.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct LearningPoint {
    /// The number of judged challenges.
    pub challenges: usize,
    /// The share of the gain of the first ten that is expected to be lost, because the best weights are
    /// not known for certain, from 0 to 1.
    pub loss: f64,
}

/// How many of the first solutions the learning curve looks at.
const FIRST: usize = 10;
/// More judging stops paying where twice as many challenges would save less than this share of the
/// gain: no comparison of runs could show it.
const LEAST_PROGRESS: f64 = 0.001;
/// How many challenges the learning curve looks at, at most.
const LOOKED_AT: usize = 500;
/// How many factors it looks at.
const DRAWS: usize = 64;

/// What the choice rests on.
struct Knowledge {
    posterior: Posterior,
    logistic: Logistic,
}

impl FitWeights {
    /// Names up to `count` pairs of a run whose judgement would teach most, and says whether judging
    /// still pays.
    ///
    /// A judgement teaches much where its outcome is open, where it tells signals apart whose weights
    /// are uncertain, and where the solution is high enough on the list to matter. Pairs are chosen one
    /// after the other, as if those before were judged, so that they are spread over challenges. The
    /// judgements so far may be none: uncertainty is then that of the prior.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidOption`](crate::ErrorKind::InvalidOption) for a count of 0, an empty run,
    /// and judgements of challenges and solutions that do not exist.
    pub fn next_to_judge(
        &self,
        features: &Features,
        judgements: &Judgements,
        count: usize,
    ) -> Result<NextToJudge, Error> {
        if count == 0 {
            return Err(Error::option("n", count, "a whole number, 1 or more"));
        }
        self.check_options()?;
        if judgements.is_empty() {
            check_run(features)?;
        } else {
            check_ids(features, judgements)?;
        }
        let parameters = Parameters::new(features);
        let fitted = match self.fit(features, judgements) {
            Ok(fitted) => Some(fitted),
            // There are too few judgements to fit weights to.
            Err(error) if matches!(error.kind(), ErrorKind::InvalidOption { .. }) => None,
            Err(error) => return Err(error),
        };
        let calibration = features.calibration();
        let knowledge = match &fitted {
            Some(fitted) => Knowledge {
                posterior: fitted.posterior.clone(),
                logistic: Logistic {
                    slope: fitted.calibration().slope,
                    midpoint: fitted.calibration().midpoint,
                },
            },
            None => Knowledge {
                posterior: Posterior::prior(&parameters.centre(), self.deviation),
                logistic: Logistic::new(Some(calibration), 0.0),
            },
        };
        let pairs = self.choose(features, &parameters, judgements, &knowledge, count)?;
        let known = fitted.as_ref().map(FittedWeights::challenges);
        let curve = known.map(|count| curve(features, &parameters, &knowledge, count));
        let curve = curve.unwrap_or_default();
        let judged = groups(features, &parameters, judgements, self.unjudged_grade());
        let teaching = judged.iter().filter(|group| group.teaches()).count();
        let (enough, sentence) = verdict(&curve, teaching, pairs.is_empty());
        Ok(NextToJudge { pairs, enough, sentence, curve })
    }

    /// The pairs that teach most, one after the other.
    fn choose(
        &self,
        features: &Features,
        parameters: &Parameters,
        judgements: &Judgements,
        knowledge: &Knowledge,
        count: usize,
    ) -> Result<Vec<PairToJudge>, Error> {
        let mut choices = choices(features, parameters, judgements, knowledge);
        let mut covariance = knowledge.posterior.covariance(1.0);
        let mut chosen_of = vec![0_usize; features.challenges().len()];
        let mut pairs = Vec::new();
        while pairs.len() < count {
            self.check_progress()?;
            let value = |choice: &Choice<'_>| {
                let variance = covariance.variance(&choice.contrast);
                let taught = libm::log1p(choice.information * variance) / 2.0;
                let discount = libm::log2((choice.place + 2) as f64);
                taught / discount / (chosen_of[choice.challenge] + 1) as f64
            };
            let values = choices.iter().map(value).enumerate();
            // Of equal ones the first in the run.
            let Some((best, value)) = values.reduce(|a, b| if b.1 > a.1 { b } else { a }) else {
                break;
            };
            let choice = choices.remove(best);
            learn(&mut covariance, &choice);
            chosen_of[choice.challenge] += 1;
            let pair = &choice.of.pairs[choice.place];
            pairs.push(PairToJudge {
                challenge_id: choice.of.challenge_id.clone(),
                solution_id: pair.solution_id.clone(),
                rank: choice.place + 1,
                score: pair.score,
                value,
            });
        }
        Ok(pairs)
    }
}

fn check_run(features: &Features) -> Result<(), Error> {
    if features.challenges().iter().any(|challenge| !challenge.pairs.is_empty()) {
        return Ok(());
    }
    let value = if features.challenges().is_empty() { "empty" } else { "without matches" };
    Err(Error::option("run", value, "a run with matches to judge"))
}

/// Whether judging stops paying, and the sentence that says so.
fn verdict(curve: &[LearningPoint], teaching: usize, nothing_left: bool) -> (bool, String) {
    if nothing_left {
        return (true, "every pair of the run was judged".to_owned());
    }
    let [_, now, twice, _] = curve else {
        let missing = LEAST_CHALLENGES.saturating_sub(teaching);
        let verb = if missing == 1 { "is" } else { "are" };
        let sentence = format!(
            "{teaching} judged challenges teach something, and weights can be fitted from \
             {LEAST_CHALLENGES} on: {missing} more {verb} needed"
        );
        return (false, sentence);
    };
    let enough = now.loss - twice.loss < LEAST_PROGRESS;
    let end = if enough { "more judging stops paying" } else { "more judging pays" };
    let sentence = format!(
        "with {} judged challenges the weights are so uncertain that {:.2} % of the gain of the first \
         {FIRST} is lost, and with {} it would be {:.2} %: {end}",
        now.challenges,
        100.0 * now.loss,
        twice.challenges,
        100.0 * twice.loss,
    );
    (enough, sentence)
}

/// A pair that may be chosen.
struct Choice<'f> {
    challenge: usize,
    of: &'f ChallengeFeatures,
    place: usize,
    /// What tells it from the best ones of its challenge, signal by signal.
    contrast: Vec<f64>,
    /// The information of its judgement on a contrast of 1.
    information: f64,
}

/// The pairs of a run that were not judged, with what their judgement would be worth.
fn choices<'f>(
    features: &'f Features,
    parameters: &Parameters,
    judgements: &Judgements,
    knowledge: &Knowledge,
) -> Vec<Choice<'f>> {
    let calibration = features.calibration();
    let broad = calibration.long_midpoint - calibration.midpoint;
    let Knowledge { posterior, logistic } = knowledge;
    let mut choices = Vec::new();
    for (number, of) in features.challenges().iter().enumerate() {
        let rows: Vec<Vec<f64>> = of.pairs.iter().map(|pair| parameters.row(pair)).collect();
        let mean = mean_row(&rows[..rows.len().min(FIRST)], parameters.len());
        for (place, row) in rows.iter().enumerate() {
            if judgements.grade(&of.challenge_id, &of.pairs[place].solution_id).is_some() {
                continue;
            }
            let raw_score = raw_score(row, &posterior.factors) - of.breadth * broad;
            let chance = logistic.score(raw_score);
            let slope = logistic.slope;
            choices.push(Choice {
                challenge: number,
                of,
                place,
                contrast: row.iter().zip(&mean).map(|(value, mean)| value - mean).collect(),
                information: slope * slope * chance * (1.0 - chance),
            });
        }
    }
    choices
}

/// The covariance once a pair was judged (Sherman and Morrison, 1950).
fn learn(covariance: &mut Matrix, choice: &Choice<'_>) {
    let column = covariance.times(&choice.contrast);
    let variance = dot(&column, &choice.contrast);
    let scale = choice.information / (1.0 + choice.information * variance);
    covariance.add_outer(&column, -scale);
}

fn mean_row(rows: &[Vec<f64>], size: usize) -> Vec<f64> {
    let mut mean = vec![0.0; size];
    for row in rows {
        for (sum, value) in mean.iter_mut().zip(row) {
            *sum += value;
        }
    }
    mean.iter().map(|sum| sum / rows.len().max(1) as f64).collect()
}

/// The solutions of a challenge, under weights that are not known for certain.
struct Ranked {
    rows: Vec<Vec<f64>>,
    /// By how much the midpoint is higher for this challenge than for a short question.
    shift: f64,
}

impl Ranked {
    /// The share of the gain of the first ten that is lost if these are the best factors, and the
    /// order is that of others. The gain of a solution is its chance to be useful.
    fn loss(&self, best: &[f64], used: &[f64], logistic: Logistic) -> f64 {
        let chance = |row: &[f64]| logistic.score(raw_score(row, best) - self.shift);
        let chances: Vec<f64> = self.rows.iter().map(|row| chance(row)).collect();
        let gain = |factors: &[f64]| {
            let scores = self.rows.iter().map(|row| raw_score(row, factors));
            let mut order: Vec<(f64, f64)> = scores.zip(chances.iter().copied()).collect();
            order.sort_by(|a, b| b.0.total_cmp(&a.0));
            let first = order.iter().take(FIRST).zip(1..);
            first.map(|((_, chance), rank)| chance / libm::log2(f64::from(rank + 1))).sum::<f64>()
        };
        let most = gain(best);
        if most > 0.0 { (1.0 - gain(used) / most).max(0.0) } else { 0.0 }
    }
}

/// The learning curve of fitted weights: the mean loss over factors that the judgements allow.
fn curve(
    features: &Features,
    parameters: &Parameters,
    knowledge: &Knowledge,
    challenges: usize,
) -> Vec<LearningPoint> {
    let calibration = features.calibration();
    let broad = calibration.long_midpoint - calibration.midpoint;
    let ranked = features.challenges().iter().filter(|of| !of.pairs.is_empty()).map(|of| Ranked {
        rows: of.pairs.iter().map(|pair| parameters.row(pair)).collect(),
        shift: of.breadth * broad,
    });
    let ranked: Vec<Ranked> = ranked.collect();
    // Evenly over the run, so that they are like all.
    let ranked: Vec<&Ranked> =
        ranked.iter().step_by(ranked.len().div_ceil(LOOKED_AT).max(1)).collect();
    let Knowledge { posterior, logistic } = knowledge;
    let used = &posterior.factors;
    let draws = draws(used.len());
    let point = |times: f64| {
        let lower = posterior.covariance(times).cholesky();
        let loss = |draw: &Vec<f64>| {
            let moved = lower.times(draw);
            let best: Vec<f64> =
                used.iter().zip(&moved).map(|(own, by)| (own + by).max(0.0)).collect();
            let losses = ranked.iter().map(|of| of.loss(&best, used, *logistic));
            losses.sum::<f64>() / ranked.len().max(1) as f64
        };
        // OK because the number of challenges is far below 2^52, and times it is above 0.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let challenges = (challenges as f64 * times) as usize;
        LearningPoint { challenges, loss: draws.iter().map(loss).sum::<f64>() / draws.len() as f64 }
    };
    [0.5, 1.0, 2.0, 4.0].map(point).to_vec()
}

/// Columns of standard normal numbers, always the same ones: each with its opposite, so that their mean
/// is 0.
fn draws(size: usize) -> Vec<Vec<f64>> {
    let mut random = Random::new(size);
    let mut draws = Vec::new();
    for _ in 0..DRAWS / 2 {
        let draw: Vec<f64> = (0..size).map(|_| random.normal()).collect();
        draws.push(draw.iter().map(|own| -own).collect());
        draws.push(draw);
    }
    draws
}
