//! Rankings without scores: all that measures look at.

use std::collections::{BTreeMap, BTreeSet};

use crate::matches::Run;
use crate::record::{ChallengeId, SolutionId};

/// The solutions of each challenge in their order: what measures look at. A [`Run`] is made into it.
///
/// # Examples
/// ```
/// use citymatch::evaluate::RankedLists;
/// let mut lists = RankedLists::new();
/// lists.push_scored("c1", [("s2", 0.5), ("s3", 0.9), ("s1", 0.5)]);
/// let order: Vec<&str> = lists.of(&"c1".into()).iter().map(|id| id.as_str()).collect();
/// assert_eq!(order, ["s3", "s1", "s2"]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RankedLists {
    of_challenges: BTreeMap<ChallengeId, Vec<SolutionId>>,
}

impl RankedLists {
    /// No challenges yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a challenge with its solutions, best first. A solution that is listed twice counts at its
    /// first place, and a challenge that was added before gets these solutions instead.
    pub fn push<S: Into<SolutionId>>(
        &mut self,
        challenge: impl Into<ChallengeId>,
        solutions: impl IntoIterator<Item = S>,
    ) {
        let mut seen = BTreeSet::new();
        let solutions = solutions.into_iter().map(Into::into);
        let solutions = solutions.filter(|id: &SolutionId| seen.insert(id.clone())).collect();
        self.of_challenges.insert(challenge.into(), solutions);
    }

    /// Adds a challenge with its solutions and their scores, in any order. Equal scores are ordered by
    /// id, as matches are.
    pub fn push_scored<S: Into<SolutionId>>(
        &mut self,
        challenge: impl Into<ChallengeId>,
        solutions: impl IntoIterator<Item = (S, f64)>,
    ) {
        let scored = solutions.into_iter().map(|(id, score)| (id.into(), score));
        let mut scored: Vec<(SolutionId, f64)> = scored.collect();
        scored.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        self.push(challenge, scored.into_iter().map(|(id, _)| id));
    }

    /// The solutions of a challenge, best first; none if it was not added.
    #[must_use]
    pub fn of(&self, challenge: &ChallengeId) -> &[SolutionId] {
        self.of_challenges.get(challenge).map_or(&[], Vec::as_slice)
    }

    /// Whether a challenge was added.
    #[must_use]
    pub fn contains(&self, challenge: &ChallengeId) -> bool {
        self.of_challenges.contains_key(challenge)
    }

    /// Each challenge with its solutions, by id.
    pub fn iter(&self) -> impl Iterator<Item = (&ChallengeId, &[SolutionId])> {
        self.of_challenges.iter().map(|(challenge, solutions)| (challenge, solutions.as_slice()))
    }

    /// The number of challenges.
    #[must_use]
    pub fn len(&self) -> usize {
        self.of_challenges.len()
    }

    /// Whether there are no challenges.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.of_challenges.is_empty()
    }
}

impl From<&Run> for RankedLists {
    fn from(run: &Run) -> Self {
        let mut lists = Self::new();
        for matches in run {
            lists.push(matches.challenge_id(), matches.iter().map(crate::Match::id));
        }
        lists
    }
}
