//! From a problem to the pairs that are chosen.

use std::sync::Arc;

use crate::assign::assignment::Assignment;
use crate::assign::candidates::Candidates;
use crate::assign::flow::Flow;
use crate::assign::gain::{Gain, from_parts};
use crate::assign::infeasible::{self, Missing};
use crate::assign::network::{Counts, Network};
use crate::assign::objective::Objective;
use crate::assign::options::Assign;
use crate::assign::problem::{Problem, State};
use crate::assign::{overlap, worst};
use crate::error::Error;
use crate::progress::Progress;

/// The pairs that are chosen, and the proof that there are no better ones.
#[derive(Clone, Debug)]
pub(super) struct Solved {
    /// By candidate.
    pub(super) chosen: Vec<bool>,
    /// By how much another choice could be better at most: 0 where the proof is exact.
    pub(super) gap: f64,
}

impl Assign {
    /// Chooses the pairs.
    ///
    /// The result depends on the candidates and the options alone, and not on their order: ties are
    /// broken by ids. Scores count with 40 binary digits after the point.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidOption`](crate::ErrorKind::InvalidOption) where an option has a wrong
    /// value, [`ErrorKind::Infeasible`](crate::ErrorKind::Infeasible) where no assignment keeps all
    /// limits, [`ErrorKind::Cancelled`](crate::ErrorKind::Cancelled) and
    /// [`ErrorKind::TimeLimit`](crate::ErrorKind::TimeLimit) where the work was stopped.
    ///
    /// # Examples
    /// ```
    /// use citymatch::{ErrorKind, assign::{Assign, Candidates}};
    /// let mut candidates = Candidates::new();
    /// candidates.push("c1", [("s1", 0.9), ("s2", 0.8)]);
    /// candidates.push("c2", [("s1", 0.7)]);
    /// let assign = Assign::new().category("ngo", ["s1"]).minimum("ngo", 2);
    /// let error = assign.solve(&candidates).unwrap_err();
    /// assert!(matches!(error.kind(), ErrorKind::Infeasible { missing: 1, .. }));
    ///
    /// let assignment = assign.per_solution(2).solve(&candidates)?;
    /// assert_eq!(assignment.len(), 2);
    /// # Ok::<(), citymatch::Error>(())
    /// ```
    pub fn solve(&self, candidates: &Candidates) -> Result<Assignment, Error> {
        let problem = Problem::new(self, candidates)?;
        infeasible::check_fixed(&problem)?;
        let progress = self.progress.clone().unwrap_or_else(|| Arc::new(Progress::default()));
        let work = Work { options: self, progress: &progress };
        let (solved, best_sum) = work.solve(&problem)?;
        Ok(Assignment::new(&problem, self, &solved, best_sum))
    }
}

/// What stops the work.
#[derive(Clone, Copy)]
pub(super) struct Work<'a> {
    pub(super) options: &'a Assign,
    pub(super) progress: &'a Progress,
}

impl Work<'_> {
    /// The pairs, and the highest sum of scores that there is within the limits.
    fn solve(self, problem: &Problem<'_>) -> Result<(Solved, f64), Error> {
        let overlaps = problem.overlaps();
        if problem.objective == Objective::Worst {
            return worst::solve(problem, self);
        }
        if problem.keeps {
            let best = self.best_sum(problem, overlaps)?;
            let counts = Self::counts(problem, true);
            let solved = if overlaps {
                overlap::solve(problem, counts, self)?
            } else {
                self.flow(problem, counts)?.0
            };
            return Ok((solved, best));
        }
        let counts = Self::counts(problem, false);
        if overlaps {
            let solved = overlap::solve(problem, counts, self)?;
            return Ok((solved, self.best_sum(problem, overlaps)?));
        }
        self.flow(problem, counts)
    }

    pub(super) fn counts(problem: &Problem<'_>, keep: bool) -> Counts {
        let floors = problem.has_floors();
        Counts { objective: problem.objective, keep, floors, lift: false }
    }

    /// The highest sum of scores within the limits, whatever is to be kept.
    pub(super) fn best_sum(self, problem: &Problem<'_>, overlaps: bool) -> Result<f64, Error> {
        let counts = Counts { objective: Objective::Sum, ..Self::counts(problem, false) };
        if overlaps {
            let solved = overlap::solve(problem, counts, self)?;
            return Ok(sum(problem, &solved.chosen));
        }
        Ok(self.flow(problem, counts)?.1)
    }

    /// The best flow of a problem whose categories do not overlap, and the highest sum of scores on
    /// the way to it.
    pub(super) fn flow(
        self,
        problem: &Problem<'_>,
        counts: Counts,
    ) -> Result<(Solved, f64), Error> {
        let done = if counts.is_plain(problem) {
            run_flow::<i64>(problem, counts, self.progress)?
        } else {
            run_flow::<i128>(problem, counts, self.progress)?
        };
        if done.missing.is_empty() {
            Ok((done.solved, done.best_sum))
        } else {
            Err(infeasible::error(problem, self, &done.missing))
        }
    }
}

/// What a flow has come to.
pub(super) struct Done {
    pub(super) solved: Solved,
    /// The sum of scores before bonuses counted: the highest one.
    best_sum: f64,
    /// The floors that are not reached.
    pub(super) missing: Vec<Missing>,
}

/// Finds the best flow. First by the sum of the scores, which is worth knowing; the bonuses of
/// places then only add to what places gain, so that the search goes on from there.
pub(super) fn run_flow<G: Gain>(
    problem: &Problem<'_>,
    counts: Counts,
    progress: &Progress,
) -> Result<Done, Error> {
    let network: Network<G> = Network::new(problem, Counts { objective: Objective::Sum, ..counts });
    let mut flow = Flow::new(&network);
    let has_bonuses = counts.objective != Objective::Sum;
    let times = 1 + usize::from(has_bonuses);
    flow.fill(progress, (0, times))?;
    let best_sum = sum(problem, &chosen(problem, &flow));
    if has_bonuses {
        flow.bonus = Network::bonuses(problem, counts);
        flow.fill(progress, (1, times))?;
    }
    let gap = from_parts(flow.bound() - flow.value());
    let missing = Missing::of_flow(problem, &flow);
    let mut chosen = chosen(problem, &flow);
    fill(problem, &mut chosen);
    Ok(Done { solved: Solved { chosen, gap }, best_sum, missing })
}

/// The candidates that carry a unit, and those that are fixed.
fn chosen<G: Gain>(problem: &Problem<'_>, flow: &Flow<'_, G>) -> Vec<bool> {
    let fixed = problem.candidates.iter().map(|candidate| candidate.state == State::Fixed);
    let mut chosen: Vec<bool> = fixed.collect();
    for (arc, used) in flow.network.arcs.iter().zip(&flow.used) {
        chosen[arc.candidate as usize] |= used;
    }
    chosen
}

/// Fills places that are empty with candidates that are free: those that add nothing to the value may
/// be left out by a search.
pub(super) fn fill(problem: &Problem<'_>, chosen: &mut [bool]) {
    let mut left = problem.capacity.clone();
    for (candidate, _) in problem.candidates.iter().zip(&*chosen).filter(|(_, chosen)| **chosen) {
        left[candidate.solution as usize] -= 1;
    }
    for challenge in 0..problem.challenges.len() {
        let range = problem.range(challenge);
        let filled = range.clone().filter(|position| chosen[*position]).count();
        let mut empty = (problem.places[challenge] as usize).saturating_sub(filled);
        for position in range {
            let candidate = &problem.candidates[position];
            let left = &mut left[candidate.solution as usize];
            if empty > 0 && !chosen[position] && candidate.state == State::Open && *left > 0 {
                chosen[position] = true;
                (empty, *left) = (empty - 1, *left - 1);
            }
        }
    }
}

/// The sum of the scores of the candidates that are chosen.
pub(super) fn sum(problem: &Problem<'_>, chosen: &[bool]) -> f64 {
    let candidates = problem.candidates.iter().zip(chosen);
    candidates.filter(|(_, chosen)| **chosen).map(|(candidate, _)| candidate.score).sum()
}
