//! Learning from judgements: weights that rank better for a city's own challenges, and which pair to
//! judge next.
//!
//! A jury's grades say more about its challenges than any built-in constant, and there are few of
//! them: 20 challenges, perhaps 200. So one factor a signal is learned, pulled toward the built-in
//! weight, from the order inside each challenge ([`FitWeights`]). What comes out, [`FittedWeights`],
//! says how certain it is, and what it gained on challenges that it did not see; where that is
//! nothing, it says so. [`NextToJudge`] names the pairs whose judgement would teach most, and says
//! when more judging stops paying.
//!
//! ```text
//! run ──▶ Features ──┐
//!                    ├──▶ FitWeights ──▶ FittedWeights ──▶ Matcher
//! qrels ▶ Judgements ┘                         └─────────▶ NextToJudge
//! ```
//!
//! # Examples
//! ```
//! use citymatch::evaluate::Judgements;
//! use citymatch::feedback::FitWeights;
//! # use citymatch::{Challenge, Matcher, __doc_catalogue};
//! let needs = ["lluvia", "toilets", "catadores"];
//! let challenge = |place: usize| Challenge::new(format!("c{place}"), needs[place % 3]);
//! let challenges: Vec<Challenge> = (0..30).map(challenge).collect();
//! let run = Matcher::new(&__doc_catalogue()?)?.find_all(&challenges)?;
//!
//! let answers = ["s1", "s2", "s3"];
//! let judgement = |place: usize| (format!("c{place}"), answers[place % 3], 1);
//! let judgements: Judgements = (0..30).map(judgement).collect();
//! // All that nobody graded is not useful here; the default is to leave it out.
//! let fitted = FitWeights::new().unjudged(0).fit(&run.features(), &judgements)?;
//! assert!(!fitted.gain().is_shown(), "the built-in weights answer all of them already");
//! let matcher = Matcher::builder().weights(fitted.weights().clone()).build(&__doc_catalogue()?)?;
//! # Ok::<(), citymatch::Error>(())
//! ```

mod calibration;
mod check;
mod features;
mod fit;
mod fitted;
mod folds;
mod group;
mod listwise;
mod matrix;
mod next;
mod parameters;
mod posterior;
#[cfg(test)]
mod tests;

pub use calibration::{Bin, ScoreCalibration};
pub use features::{ChallengeFeatures, Features, PairFeatures};
pub use fit::{DEFAULT_DEVIATION, DEFAULT_FOLDS, FitWeights, LEAST_CHALLENGES};
pub use fitted::{FittedSignal, FittedWeights, Gain};
pub use next::{LearningPoint, NextToJudge, PairToJudge};
