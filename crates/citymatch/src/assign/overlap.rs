//! Categories that overlap, for which the problem is no flow: a search for whole numbers.

use std::time::{Duration, Instant};

use microlp::{
    ComparisonOp, LinearExpr, OptimizationDirection, Problem as Model, ResumeOptions,
    Solution as Found, SolveOptions, SolveOutcome, Variable,
};

use crate::assign::infeasible::{self, Missing};
use crate::assign::network::Counts;
use crate::assign::objective::Objective;
use crate::assign::problem::{Candidate, Floor, Problem, State, number};
use crate::assign::solve::{Solved, Work, fill};
use crate::error::{Error, ErrorKind};

/// For how long the search runs before it looks whether it is to stop.
const SLICE: Duration = Duration::from_millis(500);

/// How exact the search is.
const TOLERANCE: f64 = 1e-6;

/// The best assignment, where a solution is in two categories that limits speak of.
///
/// First without these limits: if the best assignment keeps them anyway, it is the answer, with an
/// exact proof. Otherwise branch and bound finds it. What counts first is settled first: the limits,
/// then the pairs that are to be kept, then the objective.
pub(super) fn solve(
    problem: &Problem<'_>,
    counts: Counts,
    work: Work<'_>,
) -> Result<Solved, Error> {
    let free = Counts { floors: false, ..counts };
    let (solved, _) = work.flow(problem, free)?;
    if missing(problem, &solved.chosen).is_empty() {
        return Ok(solved);
    }
    let mut program = Program::new(problem, counts);
    if program.run(work)?.is_none() {
        let (_, missing) = nearest(problem, counts, work)?;
        return Err(infeasible::error(problem, work, &missing));
    }
    if counts.keep {
        if counts.objective != Objective::Sum {
            program.settle_served(work)?;
        }
        program.settle_kept(work)?;
    }
    program.set_objective();
    // OK because the same limits were met above.
    let found = program.run(work)?.ok_or_else(unreachable_limits)?;
    let mut chosen = program.chosen(&found);
    fill(problem, &mut chosen);
    let bound = found.stats().best_bound.unwrap_or(found.objective());
    let gap = (bound - found.objective()).max(0.0);
    Ok(Solved { chosen, gap: if gap < TOLERANCE { 0.0 } else { gap } })
}

/// An assignment that misses as few places of the limits as can be, with what it misses; of those,
/// one with as few forbidden pairs as can be, where these may be chosen.
pub(super) fn nearest(
    problem: &Problem<'_>,
    counts: Counts,
    work: Work<'_>,
) -> Result<(Vec<bool>, Vec<Missing>), Error> {
    let mut program = Program::new(problem, counts);
    program.soften();
    let mut found = program.run(work)?.ok_or_else(unreachable_limits)?;
    if counts.lift {
        let missed = -found.objective();
        program.keep_missed(missed.round());
        program.weigh(|candidate| -f64::from(u8::from(candidate.state == State::Forbidden)));
        found = program.run(work)?.ok_or_else(unreachable_limits)?;
    }
    let chosen = program.chosen(&found);
    let missing = missing(problem, &chosen);
    Ok((chosen, missing))
}

/// The floors that chosen pairs do not reach.
fn missing(problem: &Problem<'_>, chosen: &[bool]) -> Vec<Missing> {
    let mut all = Vec::new();
    let mut reached = vec![0; problem.categories.len()];
    let lacks = |floor: &Floor, reached: &[u32]| {
        floor.places.saturating_sub(reached[floor.category as usize])
    };
    let mut total = reached.clone();
    for challenge in 0..problem.challenges.len() {
        reached.fill(0);
        for position in problem.range(challenge).filter(|position| chosen[*position]) {
            let solution = problem.candidates[position].solution as usize;
            for category in &problem.categories_of[solution] {
                reached[*category as usize] += 1;
                total[*category as usize] += 1;
            }
        }
        for floor in &problem.reserved[challenge] {
            let places = lacks(floor, &reached);
            let challenge = Some(number(challenge));
            all.push(Missing { challenge, category: floor.category, places });
        }
    }
    for floor in &problem.minimums {
        let places = lacks(floor, &total);
        all.push(Missing { challenge: None, category: floor.category, places });
    }
    all.retain(|missing| missing.places > 0);
    all
}

/// Limits that were met a moment ago, and are met no more: the search is out of its depth.
fn unreachable_limits() -> Error {
    Error::engine("searching an assignment", "the search contradicts itself")
}

/// A linear program in whole numbers.
struct Program<'p, 'c> {
    problem: &'p Problem<'c>,
    counts: Counts,
    /// What each candidate counts, and each place by its position.
    weights: Vec<f64>,
    bonus: Vec<f64>,
    /// Whether floors may be missed, each place for a loss of 1.
    soft: bool,
    /// How many challenges have something at least, beside those with fixed pairs, and how many
    /// pairs are kept at least.
    least_served: Option<f64>,
    least_kept: Option<f64>,
    /// The most places that may be missed, where floors are soft.
    most_missed: Option<f64>,
}

impl<'p, 'c> Program<'p, 'c> {
    /// The limits, and nothing that counts.
    fn new(problem: &'p Problem<'c>, counts: Counts) -> Self {
        let weights = vec![0.0; problem.candidates.len()];
        Self {
            problem,
            counts,
            weights,
            bonus: Vec::new(),
            soft: false,
            least_served: None,
            least_kept: None,
            most_missed: None,
        }
    }

    fn weigh(&mut self, weight: impl Fn(&Candidate) -> f64) {
        self.weights = self.problem.candidates.iter().map(weight).collect();
    }

    fn soften(&mut self) {
        self.soft = true;
    }

    fn keep_missed(&mut self, most: f64) {
        self.most_missed = Some(most);
    }

    /// Makes the number of challenges that have something as large as can be, and holds it there.
    fn settle_served(&mut self, work: Work<'_>) -> Result<(), Error> {
        let most = self.problem.places.iter().max().copied().unwrap_or(0);
        self.bonus = (1..=most).map(|place| f64::from(u8::from(place == 1))).collect();
        self.least_served = Some(self.best(work)?);
        Ok(())
    }

    /// Makes the number of pairs that are kept as large as can be, and holds it there.
    fn settle_kept(&mut self, work: Work<'_>) -> Result<(), Error> {
        self.bonus.fill(0.0);
        self.weigh(|candidate| f64::from(u8::from(candidate.kept)));
        self.least_kept = Some(self.best(work)?);
        Ok(())
    }

    fn best(&self, work: Work<'_>) -> Result<f64, Error> {
        Ok(self.run(work)?.ok_or_else(unreachable_limits)?.objective().round())
    }

    fn set_objective(&mut self) {
        self.weigh(|candidate| candidate.score);
        if self.counts.objective == Objective::Places {
            let most = self.problem.places.iter().max().copied().unwrap_or(0);
            let challenges = self.problem.challenges.len();
            let bonus = |place| self.counts.objective.bonus(place, challenges);
            self.bonus = (1..=most).map(bonus).collect();
        }
    }

    /// Whether a candidate may be chosen.
    fn is_open(&self, candidate: &Candidate) -> bool {
        candidate.state == State::Open || self.counts.lift && candidate.state == State::Forbidden
    }

    /// The best solution, or none if there is none.
    fn run(&self, work: Work<'_>) -> Result<Option<Found>, Error> {
        run(&self.model(), work)
    }

    fn model(&self) -> Model {
        let problem = self.problem;
        let mut model = Model::new(OptimizationDirection::Maximize);
        // The variable of a candidate is at its position.
        let variables: Vec<Variable> = problem
            .candidates
            .iter()
            .zip(&self.weights)
            .map(|(candidate, weight)| {
                let most = i32::from(self.is_open(candidate));
                model.add_integer_var(*weight, (0, most))
            })
            .collect();
        let mut of_solution = vec![LinearExpr::empty(); problem.solutions.len()];
        for (variable, candidate) in variables.iter().zip(&problem.candidates) {
            of_solution[candidate.solution as usize].add(*variable, 1.0);
        }
        for (solution, sum) in of_solution.into_iter().enumerate() {
            let most = problem.open_capacity(solution);
            model.add_constraint(sum, ComparisonOp::Le, f64::from(most));
        }
        let mut firsts = LinearExpr::empty();
        for challenge in 0..problem.challenges.len() {
            self.add_challenge(&mut model, challenge, &variables, &mut firsts);
        }
        let mut missed = LinearExpr::empty();
        for floor in problem.open_minimums() {
            let sum = self.sum(0..variables.len(), floor.category, &variables);
            self.add_floor(&mut model, sum, floor, &mut missed);
        }
        for challenge in 0..problem.challenges.len() {
            for floor in problem.open_reserved(challenge) {
                let sum = self.sum(problem.range(challenge), floor.category, &variables);
                self.add_floor(&mut model, sum, floor, &mut missed);
            }
        }
        if let Some(least) = self.least_served {
            model.add_constraint(firsts, ComparisonOp::Ge, least);
        }
        if let Some(least) = self.least_kept {
            let mut kept = LinearExpr::empty();
            let candidates = variables.iter().zip(&problem.candidates);
            candidates
                .filter(|(_, one)| one.kept)
                .for_each(|(variable, _)| kept.add(*variable, 1.0));
            model.add_constraint(kept, ComparisonOp::Ge, least);
        }
        if let Some(most) = self.most_missed {
            model.add_constraint(missed, ComparisonOp::Le, most);
        }
        model
    }

    /// The places of a challenge: each carries its bonus, and they fill up from the first one,
    /// because bonuses fall.
    fn add_challenge(
        &self,
        model: &mut Model,
        challenge: usize,
        variables: &[Variable],
        firsts: &mut LinearExpr,
    ) {
        let problem = self.problem;
        let open = problem.open_places(challenge);
        let mut sum = LinearExpr::empty();
        for position in problem.range(challenge) {
            sum.add(variables[position], 1.0);
        }
        if self.bonus.is_empty() {
            model.add_constraint(sum, ComparisonOp::Le, f64::from(open));
            return;
        }
        let taken = problem.fixed_of_challenge[challenge];
        for place in taken..taken + open {
            let variable = model.add_var(self.bonus[place as usize], (0.0, 1.0));
            sum.add(variable, -1.0);
            if place == 0 {
                firsts.add(variable, 1.0);
            }
        }
        model.add_constraint(sum, ComparisonOp::Eq, 0.0);
    }

    /// The candidates of a category.
    fn sum(
        &self,
        range: std::ops::Range<usize>,
        category: u32,
        variables: &[Variable],
    ) -> LinearExpr {
        let mut sum = LinearExpr::empty();
        for position in range {
            if self.problem.is_in(self.problem.candidates[position].solution, category) {
                sum.add(variables[position], 1.0);
            }
        }
        sum
    }

    fn add_floor(
        &self,
        model: &mut Model,
        mut sum: LinearExpr,
        floor: Floor,
        missed: &mut LinearExpr,
    ) {
        let places = f64::from(floor.places);
        if self.soft {
            let loss = if self.most_missed.is_some() { 0.0 } else { -1.0 };
            let lack = model.add_var(loss, (0.0, places));
            sum.add(lack, 1.0);
            missed.add(lack, 1.0);
        }
        model.add_constraint(sum, ComparisonOp::Ge, places);
    }

    /// The candidates that were found, and those that are fixed.
    fn chosen(&self, found: &Found) -> Vec<bool> {
        let values = found.iter().map(|(_, value)| value > 0.5);
        let fixed = self.problem.candidates.iter().map(|one| one.state == State::Fixed);
        fixed.zip(values).map(|(fixed, found)| fixed || found).collect()
    }
}

/// Solves a model, in slices of time, so that it can be stopped.
fn run(model: &Model, work: Work<'_>) -> Result<Option<Found>, Error> {
    let begin = Instant::now();
    let failed = |error: microlp::Error| match error {
        microlp::Error::Infeasible => Ok(None),
        other => Err(Error::engine("searching an assignment", other)),
    };
    work.progress.check()?;
    let mut options = SolveOptions::default();
    options.time_limit = Some(SLICE);
    let mut outcome = match model.solve_with(options) {
        Ok(outcome) => outcome,
        Err(error) => return failed(error),
    };
    loop {
        if outcome.is_optimal() {
            return match outcome {
                SolveOutcome::Solution(found) => Ok(Some(found)),
                SolveOutcome::Interrupted(_) => Err(unreachable_limits()),
            };
        }
        work.progress.check()?;
        if let Some(limit) = work.options.time_limit.filter(|limit| begin.elapsed() >= *limit) {
            return Err(ErrorKind::TimeLimit { limit }.into());
        }
        let mut slice = ResumeOptions::default();
        slice.time_limit = Some(SLICE);
        outcome = match outcome.resume_with(slice) {
            Ok(outcome) => outcome,
            Err(error) => return failed(error),
        };
    }
}
