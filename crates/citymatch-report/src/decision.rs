//! What was decided: which solutions go to which challenges.

use std::collections::BTreeMap;

use citymatch::assign::{Assignment, Nothing};
use citymatch::{ChallengeId, SolutionId};

/// What was decided, to stand in a report: the solutions that each challenge gets, best first, and
/// why others get none. An [`Assignment`] is one.
///
/// # Examples
/// ```
/// use citymatch_report::Decision;
/// let decision = Decision::new([("c1".into(), "s1".into())], []);
/// assert_ne!(decision, Decision::default());
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decision {
    chosen: BTreeMap<ChallengeId, Vec<SolutionId>>,
    nothing: BTreeMap<ChallengeId, Nothing>,
}

impl Decision {
    /// A decision from its pairs, those of a challenge best first, and the challenges that get
    /// nothing.
    #[must_use]
    pub fn new(
        pairs: impl IntoIterator<Item = (ChallengeId, SolutionId)>,
        nothing: impl IntoIterator<Item = (ChallengeId, Nothing)>,
    ) -> Self {
        let mut chosen: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (challenge, solution) in pairs {
            chosen.entry(challenge).or_default().push(solution);
        }
        Self { chosen, nothing: nothing.into_iter().collect() }
    }

    /// What a challenge gets.
    pub(crate) fn chosen(&self, challenge: &ChallengeId) -> &[SolutionId] {
        self.chosen.get(challenge).map_or(&[], Vec::as_slice)
    }

    /// Why a challenge gets nothing.
    pub(crate) fn nothing(&self, challenge: &ChallengeId) -> Option<&Nothing> {
        self.nothing.get(challenge)
    }

    /// The solutions that are named when a challenge's decision is told.
    pub(crate) fn named(&self, challenge: &ChallengeId) -> impl Iterator<Item = &SolutionId> {
        let taken = match self.nothing(challenge) {
            Some(Nothing::Taken { by }) => by.as_slice(),
            _ => &[],
        };
        self.chosen(challenge).iter().chain(taken.iter().map(|own| &own.solution_id))
    }

    /// The solutions that are named in any decision.
    pub(crate) fn all_named(&self) -> impl Iterator<Item = &SolutionId> {
        let challenges = self.chosen.keys().chain(self.nothing.keys());
        challenges.flat_map(|challenge| self.named(challenge))
    }
}

impl From<&Assignment> for Decision {
    fn from(assignment: &Assignment) -> Self {
        let pairs =
            assignment.iter().map(|own| (own.challenge_id().clone(), own.solution_id().clone()));
        let nothing = assignment.unassigned().iter();
        let nothing = nothing.map(|own| (own.challenge_id().clone(), own.reason().clone()));
        Self::new(pairs, nothing)
    }
}
