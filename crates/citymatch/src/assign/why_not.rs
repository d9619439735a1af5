//! Why a pair is not in an assignment.

use std::fmt;

use serde::Serialize;

use crate::assign::assignment::Assignment;
use crate::record::{ChallengeId, SolutionId};

/// What became of a pair in an assignment. As text it is one sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "reason")]
#[non_exhaustive]
pub enum NotAssigned {
    /// The solution goes to the challenge.
    Assigned {
        /// Its place among those of the challenge, from 1.
        place: usize,
    },
    /// Other challenges have the solution.
    Taken {
        /// These challenges, in the order of the run.
        by: Vec<ChallengeId>,
    },
    /// The challenge has other solutions.
    Displaced {
        /// These solutions, in the order of their places.
        by: Vec<SolutionId>,
    },
    /// Neither has anything: the pair was no candidate, or a limit left it out.
    LeftOut,
}

impl NotAssigned {
    /// What became of a pair, given all pairs of an assignment, in the order of the run.
    pub fn of<'p>(
        pairs: impl IntoIterator<Item = (&'p str, &'p str)>,
        challenge_id: &str,
        solution_id: &str,
    ) -> Self {
        let (mut takers, mut others) = (Vec::new(), Vec::new());
        for (challenge, solution) in pairs {
            match (challenge == challenge_id, solution == solution_id) {
                (true, true) => return Self::Assigned { place: others.len() + 1 },
                (true, false) => others.push(SolutionId::from(solution)),
                (false, true) => takers.push(ChallengeId::from(challenge)),
                (false, false) => {}
            }
        }
        if !takers.is_empty() {
            Self::Taken { by: takers }
        } else if !others.is_empty() {
            Self::Displaced { by: others }
        } else {
            Self::LeftOut
        }
    }
}

impl fmt::Display for NotAssigned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Assigned { place } => write!(f, "it is assigned: place {place}"),
            Self::Taken { by } => write!(f, "it is taken: by {}", joined(by)),
            Self::Displaced { by } => {
                write!(f, "it is displaced: the challenge has {}", joined(by))
            }
            Self::LeftOut => {
                f.write_str("it is left out: the pair is no candidate, or a limit excludes it")
            }
        }
    }
}

fn joined<T: fmt::Display>(ids: &[T]) -> String {
    let ids: Vec<String> = ids.iter().map(|id| format!("`{id}`")).collect();
    ids.join(" and ")
}

impl Assignment {
    /// What became of a pair: whether it is assigned, and if not, who has the solution or what the
    /// challenge has. [`Matcher::why_not`](crate::Matcher::why_not) tells of rules and ranks.
    ///
    /// # Examples
    /// ```
    /// use citymatch::assign::{Assign, Candidates};
    /// let mut candidates = Candidates::new();
    /// candidates.push("c1", [("s1", 0.9), ("s2", 0.8)]);
    /// candidates.push("c2", [("s1", 0.6)]);
    /// let assignment = Assign::new().solve(&candidates)?;
    /// assert_eq!(assignment.why_not("c1", "s1").to_string(), "it is taken: by `c2`");
    /// # Ok::<(), citymatch::Error>(())
    /// ```
    #[must_use]
    pub fn why_not(&self, challenge_id: &str, solution_id: &str) -> NotAssigned {
        let pairs = self.iter();
        let pairs = pairs.map(|pair| (pair.challenge_id().as_str(), pair.solution_id().as_str()));
        NotAssigned::of(pairs, challenge_id, solution_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_has_an_answer() {
        let pairs = [("c1", "s1"), ("c1", "s2"), ("c2", "s1")];
        for (name, challenge, solution, expected) in [
            ("assigned", "c1", "s2", "it is assigned: place 2"),
            ("taken", "c3", "s1", "it is taken: by `c1` and `c2`"),
            ("taken before displaced", "c2", "s2", "it is taken: by `c1`"),
            ("displaced", "c1", "s9", "it is displaced: the challenge has `s1` and `s2`"),
            (
                "left out",
                "c9",
                "s9",
                "it is left out: the pair is no candidate, or a limit excludes it",
            ),
        ] {
            assert_eq!(NotAssigned::of(pairs, challenge, solution).to_string(), expected, "{name}");
        }
    }
}
