//! Judgements: how useful solutions are for challenges.

use std::collections::BTreeMap;

use crate::record::{ChallengeId, SolutionId};

/// Judgements, which TREC calls qrels: the grade of each pair that was judged.
///
/// A grade is a whole number. 0 and below mean *not useful*, 1 and above *useful*, and more is
/// better. A pair without a judgement is not known; measures count it as not useful.
///
/// # Examples
/// ```
/// use citymatch::evaluate::Judgements;
/// let mut judgements = Judgements::new();
/// judgements.insert("c1", "s1", 2);
/// assert_eq!(judgements.grade(&"c1".into(), &"s1".into()), Some(2));
/// assert_eq!(judgements.grade(&"c1".into(), &"s2".into()), None);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judgements {
    of_challenges: BTreeMap<ChallengeId, BTreeMap<SolutionId, i32>>,
}

impl Judgements {
    /// No judgements yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the grade of a pair, and returns the one that it had before.
    pub fn insert(
        &mut self,
        challenge: impl Into<ChallengeId>,
        solution: impl Into<SolutionId>,
        grade: i32,
    ) -> Option<i32> {
        self.of_challenges.entry(challenge.into()).or_default().insert(solution.into(), grade)
    }

    /// The grade of a pair; `None` if it was not judged.
    #[must_use]
    pub fn grade(&self, challenge: &ChallengeId, solution: &SolutionId) -> Option<i32> {
        self.of_challenges.get(challenge)?.get(solution).copied()
    }

    /// The judged solutions of a challenge with their grades, by id; `None` if it has none.
    #[must_use]
    pub fn of(&self, challenge: &ChallengeId) -> Option<&BTreeMap<SolutionId, i32>> {
        self.of_challenges.get(challenge)
    }

    /// Each judged challenge with its judged solutions, by id.
    pub fn iter(&self) -> impl Iterator<Item = (&ChallengeId, &BTreeMap<SolutionId, i32>)> {
        self.of_challenges.iter()
    }

    /// The number of judged challenges.
    #[must_use]
    pub fn challenges(&self) -> usize {
        self.of_challenges.len()
    }

    /// The number of judged pairs.
    #[must_use]
    pub fn len(&self) -> usize {
        self.of_challenges.values().map(BTreeMap::len).sum()
    }

    /// Whether nothing was judged.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.of_challenges.is_empty()
    }

    /// The lowest and the highest grade; `None` if nothing was judged.
    pub(crate) fn extremes(&self) -> Option<(i32, i32)> {
        let grades = || self.of_challenges.values().flat_map(BTreeMap::values).copied();
        Some((grades().min()?, grades().max()?))
    }
}

impl<C: Into<ChallengeId>, S: Into<SolutionId>> FromIterator<(C, S, i32)> for Judgements {
    /// Where a pair occurs twice, its last grade counts.
    fn from_iter<I: IntoIterator<Item = (C, S, i32)>>(all: I) -> Self {
        let mut judgements = Self::new();
        for (challenge, solution, grade) in all {
            judgements.insert(challenge, solution, grade);
        }
        judgements
    }
}
