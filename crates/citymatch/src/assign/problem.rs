//! An assignment with numbers in the place of ids.

use crate::assign::objective::Objective;
use crate::record::{ChallengeId, SolutionId};

/// What is to be assigned, checked, with numbers in the place of ids.
///
/// Challenges, solutions and categories are numbered in the order of their ids, so that what is
/// chosen does not depend on the order of the run, and ties are broken by ids.
#[derive(Clone, Debug)]
pub(super) struct Problem<'c> {
    pub(super) objective: Objective,
    /// The ids of the challenges, ascending.
    pub(super) challenges: Vec<&'c ChallengeId>,
    /// The challenges in the order of the run.
    pub(super) run_order: Vec<u32>,
    /// The ids of the solutions, ascending.
    pub(super) solutions: Vec<&'c SolutionId>,
    /// Where the candidates of each challenge begin, and behind the last one.
    pub(super) start: Vec<u32>,
    /// The candidates, by challenge; those of one by descending score, then ascending solution.
    pub(super) candidates: Vec<Candidate>,
    /// How many places each challenge has.
    pub(super) places: Vec<u32>,
    /// To how many challenges each solution may go.
    pub(super) capacity: Vec<u32>,
    /// How many pairs of each challenge are fixed.
    pub(super) fixed_of_challenge: Vec<u32>,
    /// How many pairs of each solution are fixed.
    pub(super) fixed_of_solution: Vec<u32>,
    /// How many candidates of each challenge are barred; they are not among the candidates.
    pub(super) barred: Vec<u32>,
    /// The names of the categories that limits speak of, ascending.
    pub(super) categories: Vec<&'c str>,
    /// The categories of each solution, ascending.
    pub(super) categories_of: Vec<Vec<u32>>,
    /// How many places of each challenge are reserved, by ascending category.
    pub(super) reserved: Vec<Vec<Floor>>,
    /// How many places go to a category at least, by ascending category.
    pub(super) minimums: Vec<Floor>,
    /// Whether there are pairs that are to be kept.
    pub(super) keeps: bool,
}

/// A solution that a challenge may get.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate {
    pub(super) challenge: u32,
    pub(super) solution: u32,
    pub(super) score: f64,
    pub(super) state: State,
    /// Whether the pair is to be kept.
    pub(super) kept: bool,
}

/// Whether a pair can be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Open,
    Fixed,
    Forbidden,
    Barred,
}

/// At least so many places for a category.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Floor {
    pub(super) category: u32,
    pub(super) places: u32,
}

impl Problem<'_> {
    /// The candidates of a challenge, as positions.
    pub(super) fn range(&self, challenge: usize) -> std::ops::Range<usize> {
        self.start[challenge] as usize..self.start[challenge + 1] as usize
    }

    /// How many places of a challenge are not taken by fixed pairs.
    pub(super) fn open_places(&self, challenge: usize) -> u32 {
        self.places[challenge].saturating_sub(self.fixed_of_challenge[challenge])
    }

    /// To how many more challenges a solution may go beside its fixed pairs.
    pub(super) fn open_capacity(&self, solution: usize) -> u32 {
        self.capacity[solution].saturating_sub(self.fixed_of_solution[solution])
    }

    /// Whether a category has a solution.
    pub(super) fn is_in(&self, solution: u32, category: u32) -> bool {
        self.categories_of[solution as usize].contains(&category)
    }

    /// What is reserved of a challenge beyond what its fixed pairs fill.
    pub(super) fn open_reserved(&self, challenge: usize) -> Vec<Floor> {
        let fixed = |category| {
            let of_category = |candidate: &&Candidate| {
                candidate.state == State::Fixed && self.is_in(candidate.solution, category)
            };
            count(self.candidates[self.range(challenge)].iter().filter(of_category))
        };
        let open = |floor: &Floor| floor.places.saturating_sub(fixed(floor.category));
        self.reserved[challenge]
            .iter()
            .map(|floor| Floor { places: open(floor), ..*floor })
            .collect()
    }

    /// The minimums beyond what fixed pairs fill.
    pub(super) fn open_minimums(&self) -> Vec<Floor> {
        let mut fixed = vec![0; self.categories.len()];
        for candidate in self.candidates.iter().filter(|one| one.state == State::Fixed) {
            for category in &self.categories_of[candidate.solution as usize] {
                fixed[*category as usize] += 1;
            }
        }
        let open = |floor: &Floor| floor.places.saturating_sub(fixed[floor.category as usize]);
        self.minimums.iter().map(|floor| Floor { places: open(floor), ..*floor }).collect()
    }

    /// Whether limits speak of categories.
    pub(super) fn has_floors(&self) -> bool {
        !self.minimums.is_empty() || self.reserved.iter().any(|floors| !floors.is_empty())
    }

    /// Whether a solution is in two categories that have a minimum, or in two of which places of
    /// the same challenge are reserved. Otherwise the problem is a flow.
    pub(super) fn overlaps(&self) -> bool {
        let several = |solution: u32, floors: &[Floor]| {
            floors.iter().filter(|floor| self.is_in(solution, floor.category)).nth(1).is_some()
        };
        let reserved = |one: &Candidate| &self.reserved[one.challenge as usize];
        (0..self.solutions.len()).any(|solution| several(number(solution), &self.minimums))
            || self.candidates.iter().any(|one| several(one.solution, reserved(one)))
    }
}

/// The number of items as the problem counts them.
pub(super) fn count<T>(items: impl Iterator<Item = T>) -> u32 {
    number(items.count())
}

/// A position as a number of the problem.
pub(super) fn number(position: usize) -> u32 {
    // OK because `Problem` is not made of more than 2^31 candidates.
    u32::try_from(position).expect("a problem has fewer than 2^32 candidates")
}
