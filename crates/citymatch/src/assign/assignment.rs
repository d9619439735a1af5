//! What an assignment says.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::assign::gain::to_parts;
use crate::assign::objective::Objective;
use crate::assign::options::Assign;
use crate::assign::problem::{Problem, State, number};
use crate::assign::solve::{Solved, sum};
use crate::assign::unassigned::{self, Unassigned};
use crate::matches::{Matches, Run};
use crate::record::{ChallengeId, SolutionId};

/// A solution that goes to a challenge.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Assigned {
    challenge_id: ChallengeId,
    solution_id: SolutionId,
    place: usize,
    score: f64,
    fixed: bool,
}

impl Assigned {
    fn ids(&self) -> (&ChallengeId, &SolutionId) {
        (&self.challenge_id, &self.solution_id)
    }

    /// The id of the challenge.
    #[must_use]
    pub fn challenge_id(&self) -> &ChallengeId {
        &self.challenge_id
    }

    /// The id of the solution.
    #[must_use]
    pub fn solution_id(&self) -> &SolutionId {
        &self.solution_id
    }

    /// Its place among the solutions that the challenge gets, from 1.
    #[must_use]
    pub fn place(&self) -> usize {
        self.place
    }

    /// How well the solution fits the challenge, 0 to 1, as in the run.
    #[must_use]
    pub fn score(&self) -> f64 {
        self.score
    }

    /// Whether the pair was fixed beforehand.
    #[must_use]
    pub fn is_fixed(&self) -> bool {
        self.fixed
    }
}

/// A difference from the assignment that was to be kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "change")]
#[non_exhaustive]
pub enum Change {
    /// A pair that is new.
    Added {
        /// The challenge.
        challenge_id: ChallengeId,
        /// The solution.
        solution_id: SolutionId,
    },
    /// A pair that could not be kept.
    Removed {
        /// The challenge.
        challenge_id: ChallengeId,
        /// The solution.
        solution_id: SolutionId,
    },
}

/// Which solutions go to which challenges, and the proof that there is no better way within the
/// limits.
///
/// # Examples
/// ```
/// use citymatch::assign::{Assign, Candidates, Objective};
/// let mut candidates = Candidates::new();
/// candidates.push("c1", [("s1", 0.9), ("s2", 0.8)]);
/// candidates.push("c2", [("s1", 0.6), ("s2", 0.1)]);
/// candidates.push("c3", [("s1", 0.5)]);
/// let assignment = Assign::new().solve(&candidates)?;
/// assert_eq!(assignment.of("c1")[0].solution_id().as_str(), "s2");
/// assert_eq!(assignment.of("c2")[0].solution_id().as_str(), "s1");
/// assert_eq!(assignment.unassigned()[0].to_string(), "c3: taken: s1 by c2");
/// assert_eq!((assignment.sum(), assignment.best_sum()), (1.4, 1.4));
/// # Ok::<(), citymatch::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Assignment {
    #[serde(rename = "pairs")]
    all: Vec<Assigned>,
    objective: &'static str,
    value: f64,
    bound: f64,
    sum: f64,
    best_sum: f64,
    unassigned: Vec<Unassigned>,
    changes: Vec<Change>,
}

impl Assignment {
    pub(super) fn new(
        problem: &Problem<'_>,
        options: &Assign,
        solved: &Solved,
        best_sum: f64,
    ) -> Self {
        let mut all = Vec::new();
        for challenge in &problem.run_order {
            let range = problem.range(*challenge as usize);
            let chosen = range.filter(|position| solved.chosen[*position]);
            for (position, place) in chosen.zip(1..) {
                let candidate = &problem.candidates[position];
                all.push(Assigned {
                    challenge_id: problem.challenges[*challenge as usize].clone(),
                    solution_id: problem.solutions[candidate.solution as usize].clone(),
                    place,
                    score: candidate.score,
                    fixed: candidate.state == State::Fixed,
                });
            }
        }
        let sum = sum(problem, &solved.chosen);
        let value = value(problem, &all, sum);
        Self {
            objective: problem.objective.name(),
            value,
            bound: value + solved.gap,
            sum,
            // The sums are added up in f64, where the last digit depends on the pairs.
            best_sum: best_sum.max(sum),
            unassigned: unassigned::of(problem, &solved.chosen),
            changes: changes(options, &all),
            all,
        }
    }

    /// The number of pairs.
    #[must_use]
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether no challenge got anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The pairs: the challenges in the order of the run, and the solutions of each by descending
    /// score, equal scores by ascending id.
    pub fn iter(&self) -> std::slice::Iter<'_, Assigned> {
        self.all.iter()
    }

    /// The pairs of a challenge, best first. Empty if it got nothing, or is not in the run.
    #[must_use]
    pub fn of(&self, challenge: impl Into<ChallengeId>) -> &[Assigned] {
        let challenge = challenge.into();
        let is_own = |pair: &Assigned| pair.challenge_id == challenge;
        let first = self.all.iter().position(is_own).unwrap_or(self.all.len());
        let count = self.all[first..].iter().take_while(|pair| is_own(pair)).count();
        &self.all[first..first + count]
    }

    /// What was to be best, by name: `places`, `sum` or `worst`.
    #[must_use]
    pub fn objective(&self) -> &'static str {
        self.objective
    }

    /// What the assignment is worth under its objective: under [`Objective::Places`] the scores and
    /// the bonuses of places, under [`Objective::Sum`] the scores, and under [`Objective::Worst`]
    /// the score of the worst-off challenge that got something, 0 if none did.
    #[must_use]
    pub fn value(&self) -> f64 {
        self.value
    }

    /// What no assignment within the limits is worth more than, nor one that keeps as many pairs
    /// where pairs are to be kept. Equal to [`value`](Self::value) where the proof is exact.
    ///
    /// It comes from the dual problem: from prices of solutions and challenges, and not from the
    /// pairs. Where categories overlap, it is what the search for whole numbers has proven, to one
    /// millionth.
    #[must_use]
    pub fn bound(&self) -> f64 {
        self.bound
    }

    /// The sum of the scores.
    #[must_use]
    pub fn sum(&self) -> f64 {
        self.sum
    }

    /// The highest sum of scores that there is within the limits, whatever the objective is and
    /// whatever was to be kept.
    #[must_use]
    pub fn best_sum(&self) -> f64 {
        self.best_sum
    }

    /// Which part of the highest sum is lost to the objective and to what was to be kept, 0 to 1.
    #[must_use]
    pub fn sum_lost(&self) -> f64 {
        if self.best_sum > 0.0 { 1.0 - self.sum / self.best_sum } else { 0.0 }
    }

    /// The challenges that got nothing, in the order of the run, and why.
    #[must_use]
    pub fn unassigned(&self) -> &[Unassigned] {
        &self.unassigned
    }

    /// The first place of the challenge that is worst off of those that got something. The first
    /// in the run if several are equally badly off.
    #[must_use]
    pub fn worst(&self) -> Option<&Assigned> {
        let first = self.all.iter().filter(|pair| pair.place == 1);
        first.min_by(|a, b| a.score.total_cmp(&b.score))
    }

    /// The run with the matches that were chosen alone, ranked anew: to be written and shown as any
    /// other run. Challenges that got nothing have no matches.
    ///
    /// # Examples
    /// ```
    /// use citymatch::assign::Assign;
    /// # use citymatch::{Challenge, Matcher, __doc_catalogue};
    /// let challenges = [Challenge::new("c1", "lluvia"), Challenge::new("c2", "agua de lluvia")];
    /// let run = Matcher::new(&__doc_catalogue()?)?.find_all(&challenges)?;
    /// let chosen = run.assign(&Assign::new())?.chosen(&run);
    /// assert_eq!((chosen.len(), chosen[0].len(), chosen[0][0].rank()), (2, 1, 1));
    /// # Ok::<(), citymatch::Error>(())
    /// ```
    #[must_use]
    pub fn chosen(&self, run: &Run) -> Run {
        let pairs: BTreeSet<_> = self.all.iter().map(Assigned::ids).collect();
        let only = |matches: &Matches| {
            matches.filtered(|found| pairs.contains(&(matches.challenge_id(), found.id())))
        };
        run.iter().map(only).collect()
    }

    /// What is different from the assignment that was to be kept: what was removed, in the order of
    /// that assignment, then what is new. Empty if none was given.
    #[must_use]
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }
}

impl<'a> IntoIterator for &'a Assignment {
    type Item = &'a Assigned;
    type IntoIter = std::slice::Iter<'a, Assigned>;

    fn into_iter(self) -> Self::IntoIter {
        self.all.iter()
    }
}

/// The value under the objective.
fn value(problem: &Problem<'_>, all: &[Assigned], sum: f64) -> f64 {
    match problem.objective {
        Objective::Sum => sum,
        Objective::Places => {
            let challenges = problem.challenges.len();
            let bonus = |pair: &Assigned| {
                // A bonus counts as it does in the search.
                let bonus = problem.objective.bonus(number(pair.place), challenges);
                i128::from(to_parts(bonus))
            };
            sum + crate::assign::gain::from_parts(all.iter().map(bonus).sum())
        }
        Objective::Worst => {
            let first = all.iter().filter(|pair| pair.place == 1).map(|pair| pair.score);
            first.min_by(f64::total_cmp).unwrap_or(0.0)
        }
    }
}

/// What is different from the pairs that were to be kept.
fn changes(options: &Assign, all: &[Assigned]) -> Vec<Change> {
    let Some(keep) = &options.keep else { return Vec::new() };
    let now: BTreeSet<_> = all.iter().map(Assigned::ids).collect();
    let before: BTreeSet<_> = keep.iter().map(|pair| (&pair.0, &pair.1)).collect();
    let mut changes = Vec::new();
    let mut gone = BTreeSet::new();
    for (challenge, solution) in keep {
        if !now.contains(&(challenge, solution)) && gone.insert((challenge, solution)) {
            changes.push(Change::Removed {
                challenge_id: challenge.clone(),
                solution_id: solution.clone(),
            });
        }
    }
    for pair in all.iter().filter(|pair| !before.contains(&pair.ids())) {
        changes.push(Change::Added {
            challenge_id: pair.challenge_id.clone(),
            solution_id: pair.solution_id.clone(),
        });
    }
    changes
}
