//! What weights are learned from: the values of the signals of each pair.

use crate::catalogue::Snapshot;
use crate::matcher::Matcher;
use crate::matches::{Match, Run};
use crate::record::{ChallengeId, Kind, SolutionId};
use crate::signal::{Signal, Weights};
use citymatch_encoder::{Calibration, Encoder};

/// The values of the signals of each pair of a run, and the built-in weights of its encoder: what
/// weights are learned from.
///
/// # Examples
/// ```
/// # use citymatch::{Challenge, Matcher, Signal, __doc_catalogue};
/// let run = Matcher::new(&__doc_catalogue()?)?.find_all(&[Challenge::new("c1", "lluvia")])?;
/// let features = run.features();
/// assert!(features.signals().contains(&Signal::Words));
/// assert_eq!(features.challenges()[0].pairs.len(), 3);
/// # Ok::<(), citymatch::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Features {
    built_in: Weights,
    calibration: Calibration,
    /// Where solutions are looked up that were judged and are not in the run.
    snapshot: Option<Snapshot>,
    challenges: Vec<ChallengeFeatures>,
}

/// The pairs of one challenge.
#[derive(Clone, Debug, PartialEq)]
pub struct ChallengeFeatures {
    /// The id of the challenge.
    pub challenge_id: ChallengeId,
    /// How broad it is, from 0 to 1 ([`Matches::breadth`](crate::Matches::breadth)).
    pub breadth: f64,
    /// Its pairs, best first.
    pub pairs: Vec<PairFeatures>,
}

/// What is known of a pair of a challenge and a solution.
#[derive(Clone, Debug, PartialEq)]
pub struct PairFeatures {
    /// The id of the solution.
    pub solution_id: SolutionId,
    /// Its score, from 0 to 1.
    pub score: f64,
    /// Whether the weights of the challenge's own language count
    /// ([`Match::same_language`](crate::Match::same_language)).
    pub same_language: bool,
    /// The value of each signal, before its weight, in the order of [`Signal::ALL`]; `None` for one
    /// that did not count.
    pub values: [Option<f64>; Signal::ALL.len()],
}

impl From<&Match> for PairFeatures {
    fn from(found: &Match) -> Self {
        Self {
            solution_id: found.id().clone(),
            score: found.score(),
            same_language: found.same_language(),
            values: std::array::from_fn(|place| found.signal(Signal::ALL[place])),
        }
    }
}

impl Features {
    /// No pairs yet, of a matcher's runs.
    #[must_use]
    pub fn new(matcher: &Matcher) -> Self {
        Self::of_snapshot(Some(matcher.snapshot()))
    }

    fn of_snapshot(snapshot: Option<Snapshot>) -> Self {
        let encoder = snapshot.as_ref().and_then(Snapshot::encoder);
        let calibration = encoder.map(Encoder::calibration);
        Self {
            built_in: Weights::calibrated(calibration),
            calibration: calibration.cloned().unwrap_or_default(),
            snapshot,
            challenges: Vec::new(),
        }
    }

    /// No pairs yet, with the built-in weights of the built-in encoder: for tests.
    #[cfg(test)]
    pub(super) fn of_builtin() -> Self {
        Self {
            built_in: Weights::calibrated(Some(&Calibration::BUILTIN)),
            ..Self::of_snapshot(None)
        }
    }

    /// Adds a challenge with its pairs, best first.
    pub fn push(&mut self, challenge: ChallengeFeatures) {
        self.challenges.push(challenge);
    }

    /// Each challenge with its pairs, in the order of the run.
    #[must_use]
    pub fn challenges(&self) -> &[ChallengeFeatures] {
        &self.challenges
    }

    /// The signals that counted in the run, in the order of [`Signal::ALL`]. Only their weights can
    /// be learned: the others were not computed.
    #[must_use]
    pub fn signals(&self) -> Vec<Signal> {
        let pairs = || self.challenges.iter().flat_map(|challenge| &challenge.pairs);
        let counted =
            |signal: &&Signal| pairs().any(|pair| pair.values[**signal as usize].is_some());
        Signal::ALL.iter().filter(counted).copied().collect()
    }

    /// The calibrated weights of the encoder, toward which learned ones are pulled.
    #[must_use]
    pub fn built_in(&self) -> &Weights {
        &self.built_in
    }

    /// The constants of the encoder.
    pub(super) fn calibration(&self) -> &Calibration {
        &self.calibration
    }

    /// Whether a solution is in the catalogue; yes where there is none to look it up in.
    pub(super) fn is_known(&self, solution: &SolutionId) -> bool {
        let Some(snapshot) = &self.snapshot else { return true };
        // What cannot be read is not called unknown: another error says so.
        !matches!(snapshot.address(Kind::Solution, solution.as_str()), Ok(None))
    }
}

impl From<&Run> for Features {
    fn from(run: &Run) -> Self {
        let first = run.iter().flat_map(crate::Matches::iter).next();
        let mut features = Self::of_snapshot(first.map(Match::snapshot));
        for matches in run {
            features.push(ChallengeFeatures {
                challenge_id: matches.challenge_id().clone(),
                breadth: matches.breadth(),
                pairs: matches.iter().map(PairFeatures::from).collect(),
            });
        }
        features
    }
}

impl Run {
    /// The values of the signals of each pair: what weights are learned from.
    ///
    /// # Examples
    /// ```
    /// # use citymatch::{Challenge, Matcher, __doc_catalogue};
    /// let run = Matcher::new(&__doc_catalogue()?)?.find_all(&[Challenge::new("c1", "lluvia")])?;
    /// assert_eq!(run.features().challenges()[0].pairs[0].solution_id.as_str(), "s1");
    /// # Ok::<(), citymatch::Error>(())
    /// ```
    #[must_use]
    pub fn features(&self) -> Features {
        self.into()
    }
}
