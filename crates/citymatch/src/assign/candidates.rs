//! What an assignment chooses from.

use crate::matches::{Matches, Run};
use crate::record::{ChallengeId, SolutionId};

/// The solutions that each challenge may get, each with its score: what an assignment chooses from.
///
/// A [`Run`] is made into it. It can also be filled by hand, with scores that a jury has changed or
/// that were read from a file.
///
/// # Examples
/// ```
/// use citymatch::assign::{Assign, Candidates};
/// let mut candidates = Candidates::new();
/// candidates.push("c1", [("s1", 0.9), ("s2", 0.5)]);
/// candidates.push("c2", [("s1", 0.8)]);
/// let assignment = Assign::new().solve(&candidates)?;
/// assert_eq!(assignment.of("c1")[0].solution_id().as_str(), "s2");
/// assert_eq!(assignment.of("c2")[0].solution_id().as_str(), "s1");
/// # Ok::<(), citymatch::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Candidates {
    all: Vec<ChallengeCandidates>,
}

/// The solutions that one challenge may get.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ChallengeCandidates {
    pub(super) challenge: ChallengeId,
    /// Each solution with its score, in any order.
    pub(super) solutions: Vec<(SolutionId, f64)>,
}

impl Candidates {
    /// No challenges yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a challenge with the solutions that it may get and their scores, 0 to 1, in any order.
    /// The order of the challenges is that of the result.
    pub fn push<S: Into<SolutionId>>(
        &mut self,
        challenge: impl Into<ChallengeId>,
        solutions: impl IntoIterator<Item = (S, f64)>,
    ) {
        let solutions = solutions.into_iter().map(|(id, score)| (id.into(), score)).collect();
        self.all.push(ChallengeCandidates { challenge: challenge.into(), solutions });
    }

    /// The number of challenges.
    #[must_use]
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there are no challenges.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Each challenge with its candidates, in the order of the result.
    pub(super) fn all(&self) -> &[ChallengeCandidates] {
        &self.all
    }
}

impl<'m> FromIterator<&'m Matches> for Candidates {
    fn from_iter<I: IntoIterator<Item = &'m Matches>>(all: I) -> Self {
        let mut candidates = Self::new();
        for matches in all {
            let solutions = matches.iter().map(|found| (found.id(), found.score()));
            candidates.push(matches.challenge_id(), solutions);
        }
        candidates
    }
}

impl From<&Run> for Candidates {
    fn from(run: &Run) -> Self {
        run.iter().collect()
    }
}
