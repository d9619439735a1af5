//! The worst-off challenge first, then the next.

use crate::assign::leximin::{Wish, leximin};
use crate::assign::objective::Objective;
use crate::assign::problem::{Problem, State, number};
use crate::assign::solve::{Solved, Work, sum};
use crate::error::Error;

/// Shares out first places, then second ones, and so on, each time from the worst-off challenge
/// up. With the highest sum of scores that there is.
///
/// Pairs that are to be kept are settled before: as many as can be while as many challenges as
/// possible have something.
pub(super) fn solve(problem: &Problem<'_>, work: Work<'_>) -> Result<(Solved, f64), Error> {
    if problem.has_floors() {
        let expected = "`places` or `sum`, where `minimum` or `reserve` is set";
        return Err(Error::option("objective", Objective::Worst.name(), expected));
    }
    let best_sum = work.best_sum(problem, false)?;
    let mut chosen: Vec<bool> =
        problem.candidates.iter().map(|candidate| candidate.state == State::Fixed).collect();
    if problem.keeps {
        let (kept, _) = work.flow(problem, Work::counts(problem, true))?;
        for (at, candidate) in problem.candidates.iter().enumerate() {
            chosen[at] |= kept.chosen[at] && candidate.kept;
        }
    }
    let most = problem.places.iter().max().copied().unwrap_or(0);
    let mut gap = 0.0;
    for place in 1..=most {
        let round = Round::new(problem, &chosen, place);
        let found = leximin(&round.wishes, &round.left, work.progress)?;
        if place == 1 {
            gap = round.gap(problem, &found);
        }
        for (positions, wish) in round.positions.iter().zip(found) {
            if let Some(wish) = wish {
                chosen[positions[wish]] = true;
            }
        }
    }
    debug_assert!(sum(problem, &chosen) <= best_sum + 1e-9);
    Ok((Solved { chosen, gap }, best_sum))
}

/// The places of one number that are empty.
struct Round {
    /// What each challenge may get, best first.
    wishes: Vec<Vec<Wish>>,
    /// The candidate of each wish.
    positions: Vec<Vec<usize>>,
    /// To how many more challenges each solution may go.
    left: Vec<u32>,
}

impl Round {
    fn new(problem: &Problem<'_>, chosen: &[bool], place: u32) -> Self {
        let mut left = problem.capacity.clone();
        for (candidate, _) in problem.candidates.iter().zip(chosen).filter(|(_, one)| **one) {
            left[candidate.solution as usize] -= 1;
        }
        let (mut wishes, mut positions) = (Vec::new(), Vec::new());
        for challenge in 0..problem.challenges.len() {
            let range = problem.range(challenge);
            let has = range.clone().filter(|position| chosen[*position]).count();
            if number(has) + 1 != place || place > problem.places[challenge] {
                continue;
            }
            let is_open = |position: &usize| {
                let candidate = &problem.candidates[*position];
                let left = left[candidate.solution as usize];
                candidate.state == State::Open && !chosen[*position] && left > 0
            };
            let own: Vec<usize> = range.filter(is_open).collect();
            let wish = |position: &usize| {
                let candidate = &problem.candidates[*position];
                Wish { solution: candidate.solution, score: candidate.score }
            };
            wishes.push(own.iter().map(wish).collect());
            positions.push(own);
        }
        Self { wishes, positions, left }
    }

    /// By how much the worst-off challenge of the round could be better off, if as many get
    /// something: found by other means, from the highest score at which that works.
    fn gap(&self, problem: &Problem<'_>, found: &[Option<usize>]) -> f64 {
        let own = self.wishes.iter().zip(found);
        let scores = own.filter_map(|(wishes, wish)| wish.map(|wish| wishes[wish].score));
        let Some(worst) = scores.min_by(f64::total_cmp) else { return 0.0 };
        let served = found.iter().flatten().count();
        let mut thresholds: Vec<f64> = self.wishes.iter().flatten().map(|one| one.score).collect();
        thresholds.sort_unstable_by(f64::total_cmp);
        thresholds.dedup();
        // The thresholds at which as many are served as at the lowest one come first.
        let served_at = |least: f64| self.served(least, problem.solutions.len());
        let works = thresholds.partition_point(|least| served_at(*least) >= served);
        let best = works.checked_sub(1).map_or(worst, |at| thresholds[at]);
        (best - worst).max(0.0)
    }

    /// How many challenges can have something of at least a score (Kuhn 1955).
    fn served(&self, least: f64, solutions: usize) -> usize {
        let mut holders: Vec<Vec<u32>> = vec![Vec::new(); solutions];
        let mut seen = vec![u32::MAX; solutions];
        let mut has = vec![u32::MAX; self.wishes.len()];
        let mut served = 0;
        for challenge in 0..number(self.wishes.len()) {
            let mut queue = vec![challenge];
            let mut from = Vec::new();
            let mut next = 0;
            // Breadth first, from challenges to solutions to the challenges that hold them.
            'search: while let Some(at) = queue.get(next).copied() {
                next += 1;
                for wish in self.wishes[at as usize].iter().take_while(|wish| wish.score >= least) {
                    let solution = wish.solution as usize;
                    if seen[solution] == challenge {
                        continue;
                    }
                    seen[solution] = challenge;
                    from.push((wish.solution, at));
                    if number(holders[solution].len()) < self.left[solution] {
                        hand_over(&mut holders, &mut has, &from, wish.solution, challenge);
                        served += 1;
                        break 'search;
                    }
                    queue.extend(&holders[solution]);
                }
            }
        }
        served
    }
}

/// Gives a solution to the challenge that reached it, what that held to the one that reached that,
/// and so on to the first.
fn hand_over(
    holders: &mut [Vec<u32>],
    has: &mut [u32],
    from: &[(u32, u32)],
    mut solution: u32,
    first: u32,
) {
    while let Some((_, challenge)) = from.iter().find(|(reached, _)| *reached == solution) {
        let before = has[*challenge as usize];
        has[*challenge as usize] = solution;
        holders[solution as usize].push(*challenge);
        if *challenge == first {
            return;
        }
        holders[before as usize].retain(|holder| holder != challenge);
        solution = before;
    }
}
