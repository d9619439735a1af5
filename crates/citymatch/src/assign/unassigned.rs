//! Why a challenge got nothing.

use std::fmt;

use serde::Serialize;

use crate::assign::problem::{Problem, State, count};
use crate::record::{ChallengeId, SolutionId};

/// A challenge that got nothing, and why. As text: `c7: taken: s1 by c2, s4 by c3 and c5`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Unassigned {
    challenge_id: ChallengeId,
    reason: Nothing,
}

/// Why a challenge got nothing. As text it is the end of a sentence: `no candidate`,
/// `all 3 candidates are barred`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "reason")]
#[non_exhaustive]
pub enum Nothing {
    /// The run has no match for it.
    NoCandidate,
    /// Rules of eligibility bar every candidate, as far as the caller has named them.
    Barred {
        /// How many are barred.
        barred: u32,
    },
    /// What is not barred is forbidden.
    Forbidden {
        /// How many are forbidden.
        forbidden: u32,
        /// How many are barred.
        barred: u32,
    },
    /// Other challenges have every candidate that it could get.
    Taken {
        /// The candidates, best first, each with the challenges that have it.
        by: Vec<Taken>,
    },
}

/// A candidate that other challenges have.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Taken {
    /// The candidate.
    pub solution_id: SolutionId,
    /// The challenges that have it, in the order of the run.
    pub challenge_ids: Vec<ChallengeId>,
}

impl Unassigned {
    /// The id of the challenge.
    #[must_use]
    pub fn challenge_id(&self) -> &ChallengeId {
        &self.challenge_id
    }

    /// Why it got nothing.
    #[must_use]
    pub fn reason(&self) -> &Nothing {
        &self.reason
    }
}

impl fmt::Display for Unassigned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.challenge_id, self.reason)
    }
}

impl fmt::Display for Nothing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoCandidate => f.write_str("no candidate"),
            Self::Barred { barred } => write!(f, "{} barred", all_are(*barred)),
            Self::Forbidden { forbidden, barred: 0 } => {
                write!(f, "{} forbidden", all_are(*forbidden))
            }
            Self::Forbidden { forbidden, barred } => {
                let all = all_are(forbidden + barred);
                write!(f, "{all} forbidden ({forbidden}) or barred ({barred})")
            }
            Self::Taken { by } => {
                for (at, taken) in by.iter().enumerate() {
                    let before = if at == 0 { "taken: " } else { ", " };
                    let ids: Vec<&str> = taken.challenge_ids.iter().map(AsRef::as_ref).collect();
                    write!(f, "{before}{} by {}", taken.solution_id, ids.join(" and "))?;
                }
                Ok(())
            }
        }
    }
}

/// `the one candidate is`, `all 3 candidates are`.
fn all_are(candidates: u32) -> String {
    match candidates {
        1 => "the one candidate is".to_owned(),
        _ => format!("all {candidates} candidates are"),
    }
}

/// The challenges that have nothing of what was chosen, in the order of the run.
pub(super) fn of(problem: &Problem<'_>, chosen: &[bool]) -> Vec<Unassigned> {
    let has_nothing =
        |challenge: &&u32| !problem.range(**challenge as usize).any(|position| chosen[position]);
    let empty: Vec<u32> = problem.run_order.iter().filter(has_nothing).copied().collect();
    if empty.is_empty() {
        return Vec::new();
    }
    let mut holders: Vec<Vec<&ChallengeId>> = vec![Vec::new(); problem.solutions.len()];
    for challenge in &problem.run_order {
        for position in problem.range(*challenge as usize).filter(|position| chosen[*position]) {
            let solution = problem.candidates[position].solution as usize;
            holders[solution].push(problem.challenges[*challenge as usize]);
        }
    }
    let unassigned = |challenge: u32| {
        let challenge = challenge as usize;
        let own = &problem.candidates[problem.range(challenge)];
        let open = own.iter().filter(|candidate| candidate.state == State::Open);
        let taken = open.map(|candidate| Taken {
            solution_id: problem.solutions[candidate.solution as usize].clone(),
            challenge_ids: holders[candidate.solution as usize]
                .iter()
                .map(|challenge| (*challenge).clone())
                .collect(),
        });
        let by: Vec<Taken> = taken.collect();
        let barred = problem.barred[challenge];
        let forbidden = count(own.iter().filter(|one| one.state == State::Forbidden));
        let reason = match (by.is_empty(), forbidden, barred) {
            (false, _, _) => Nothing::Taken { by },
            (true, 0, 0) => Nothing::NoCandidate,
            (true, 0, barred) => Nothing::Barred { barred },
            (true, forbidden, barred) => Nothing::Forbidden { forbidden, barred },
        };
        Unassigned { challenge_id: problem.challenges[challenge].clone(), reason }
    };
    empty.into_iter().map(unassigned).collect()
}
