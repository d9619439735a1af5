//! What to say where no assignment keeps all limits.

use std::fmt;

use serde::Serialize;

use crate::assign::flow::Flow;
use crate::assign::gain::Gain;
use crate::assign::network::{Counts, NONE};
use crate::assign::overlap;
use crate::assign::problem::{Floor, Problem, State, number};
use crate::assign::solve::{Work, run_flow};
use crate::error::{Error, ErrorKind};

/// How many limits a message names before it counts the rest.
const NAMED: usize = 5;

/// A floor that cannot be reached, and by how many places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Missing {
    /// The challenge whose places are reserved; none for a minimum.
    pub(super) challenge: Option<u32>,
    pub(super) category: u32,
    pub(super) places: u32,
}

/// A limit that would have to give way, and by how much. As text it is a change in the names of
/// [`Assign`](crate::assign::Assign): `minimum` of ngo 3 instead of 5.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Relaxation {
    /// The option: `minimum`, `reserve`, `per_challenge`, `per_solution`, `forbid` or `fix`.
    pub option: &'static str,
    /// What the limit is of: a category, a challenge, a solution or a pair. Empty if it is of all.
    pub of: String,
    /// The limit as it is.
    pub from: u32,
    /// The limit as it would have to be.
    pub to: u32,
}

impl fmt::Display for Relaxation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { option, of, from, to } = self;
        match (*option, of.is_empty()) {
            ("forbid", _) => write!(f, "`forbid` without {of}"),
            (_, true) => write!(f, "`{option}` {to} instead of {from}"),
            (_, false) => write!(f, "`{option}` of {of} {to} instead of {from}"),
        }
    }
}

/// The end of the message: what would have to change.
pub(crate) fn expected(ways: &[Vec<Relaxation>]) -> String {
    let way = |way: &Vec<Relaxation>| {
        let named: Vec<String> = way.iter().take(NAMED).map(ToString::to_string).collect();
        match way.len().saturating_sub(NAMED) {
            0 => named.join(" and "),
            more => format!("{} and {more} more", named.join(" and ")),
        }
    };
    let ways: Vec<String> = ways.iter().map(way).collect();
    ways.join(", or ")
}

impl Missing {
    /// The floors that a flow does not reach. As few places are missing as can be, because each
    /// gains more than anything else.
    pub(super) fn of_flow<G: Gain>(problem: &Problem<'_>, flow: &Flow<'_, G>) -> Vec<Self> {
        let mut all = Vec::new();
        for hub in &flow.network.hubs {
            // The rows of a hub are those of its floors, in their order, and one for the rest.
            for (row, floor) in hub.rows.clone().zip(&problem.reserved[hub.challenge as usize]) {
                let reserved = flow.network.rows[row as usize].reserved;
                let places = reserved.saturating_sub(flow.through_row[row as usize]);
                debug_assert_ne!(flow.network.rows[row as usize].hub, NONE);
                let challenge = Some(hub.challenge);
                all.push(Self { challenge, category: floor.category, places });
            }
        }
        for (at, group) in flow.network.groups.iter().enumerate() {
            let places = group.minimum.saturating_sub(flow.through_group[at]);
            let category = problem.minimums[at].category;
            all.push(Self { challenge: None, category, places });
        }
        all.retain(|missing| missing.places > 0);
        all
    }

    /// The floor lowered by what is missing.
    fn lowered(self, problem: &Problem<'_>) -> Relaxation {
        let name = problem.categories[self.category as usize];
        let of = |floors: &[Floor]| {
            let own = floors.iter().find(|floor| floor.category == self.category);
            own.map_or(0, |floor| floor.places)
        };
        let (option, of, from) = match self.challenge {
            None => ("minimum", name.to_owned(), of(&problem.minimums)),
            Some(challenge) => {
                let challenge = challenge as usize;
                let id = problem.challenges[challenge];
                ("reserve", format!("{id}: {name}"), of(&problem.reserved[challenge]))
            }
        };
        Relaxation { option, of, from, to: from.saturating_sub(self.places) }
    }
}

/// The error of floors that cannot be reached: by how many places, and what would have to change.
/// The ways to change it are each enough alone, and the smallest of their kind; the one that changes
/// the fewest limits comes first, then the one that changes them least.
pub(super) fn error(problem: &Problem<'_>, work: Work<'_>, missing: &[Missing]) -> Error {
    let places = missing.iter().map(|missing| missing.places).sum();
    let lowered = missing.iter().map(|missing| missing.lowered(problem)).collect();
    let found = others(problem, work).map(|others| {
        let mut ways: Vec<Vec<Relaxation>> = vec![lowered];
        ways.extend(others);
        ways.sort_by_key(|way| {
            let by: u32 = way.iter().map(|one| one.from.abs_diff(one.to)).sum();
            (way.len(), by)
        });
        ErrorKind::Infeasible { missing: places, ways }.into()
    });
    found.unwrap_or_else(|stopped| stopped)
}

/// The other ways: more challenges a solution, more places a challenge, fewer forbidden pairs.
fn others(problem: &Problem<'_>, work: Work<'_>) -> Result<Vec<Vec<Relaxation>>, Error> {
    let mut ways = Vec::new();
    let challenges = number(problem.challenges.len());
    let (least, most) = range(&problem.capacity);
    let more = |by: u32| Problem {
        capacity: problem.capacity.iter().map(|one| (one + by).min(challenges)).collect(),
        ..problem.clone()
    };
    if let Some(by) = smallest(challenges.saturating_sub(least), |by| fits(&more(by), work))? {
        // Where solutions have limits of their own, each rises by as much.
        ways.push(vec![Relaxation {
            option: "per_solution",
            of: if least == most { String::new() } else { "each solution".to_owned() },
            from: most,
            to: most + by,
        }]);
    }
    let candidates = |at: usize| number(problem.range(at).len()).max(1);
    let (least, most) = range(&problem.places);
    let room =
        (0..problem.places.len()).map(|at| candidates(at).saturating_sub(problem.places[at]));
    let room = room.max().unwrap_or(0);
    let more = |by: u32| Problem {
        places: (0..problem.places.len())
            .map(|at| (problem.places[at] + by).min(candidates(at)))
            .collect(),
        ..problem.clone()
    };
    if let Some(by) = smallest(room, |by| fits(&more(by), work))? {
        ways.push(vec![Relaxation {
            option: "per_challenge",
            of: if least == most { String::new() } else { "each challenge".to_owned() },
            from: most,
            to: most + by,
        }]);
    }
    if let Some(lifted) = lifted(problem, work)? {
        ways.push(lifted);
    }
    Ok(ways)
}

/// The fewest forbidden pairs that would have to be allowed, if that is enough.
fn lifted(problem: &Problem<'_>, work: Work<'_>) -> Result<Option<Vec<Relaxation>>, Error> {
    let is_forbidden = |state: State| state == State::Forbidden;
    if !problem.candidates.iter().any(|candidate| is_forbidden(candidate.state)) {
        return Ok(None);
    }
    let counts = Counts { lift: true, ..Work::counts(problem, false) };
    let (chosen, missing) = if problem.overlaps() {
        overlap::nearest(problem, counts, work)?
    } else {
        let done = run_flow::<i128>(problem, counts, work.progress)?;
        (done.solved.chosen, done.missing)
    };
    if !missing.is_empty() {
        return Ok(None);
    }
    let chosen = problem.candidates.iter().zip(chosen).filter(|(_, chosen)| *chosen);
    let lifted = chosen.filter(|(candidate, _)| is_forbidden(candidate.state));
    let relaxation = lifted.map(|(candidate, _)| {
        let challenge = problem.challenges[candidate.challenge as usize];
        let solution = problem.solutions[candidate.solution as usize];
        Relaxation { option: "forbid", of: format!("{challenge} → {solution}"), from: 1, to: 0 }
    });
    Ok(Some(relaxation.collect()))
}

/// Whether all floors of a problem can be reached.
fn fits(problem: &Problem<'_>, work: Work<'_>) -> Result<bool, Error> {
    let counts = Work::counts(problem, false);
    let missing = if problem.overlaps() {
        overlap::nearest(problem, counts, work)?.1
    } else {
        run_flow::<i128>(problem, counts, work.progress)?.missing
    };
    Ok(missing.is_empty())
}

/// The smallest number from 1 to a most for which something holds that holds for all larger ones.
fn smallest(most: u32, holds: impl Fn(u32) -> Result<bool, Error>) -> Result<Option<u32>, Error> {
    if most == 0 || !holds(most)? {
        return Ok(None);
    }
    // It holds for `high`, and not for `low`.
    let (mut low, mut high) = (0, 1);
    while high < most && !holds(high)? {
        (low, high) = (high, (2 * high).min(most));
    }
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if holds(middle)? {
            high = middle;
        } else {
            low = middle;
        }
    }
    Ok(Some(high))
}

/// An error if fixed pairs are more than a challenge or a solution takes.
pub(super) fn check_fixed(problem: &Problem<'_>) -> Result<(), Error> {
    let mut relaxations = Vec::new();
    for (at, fixed) in problem.fixed_of_challenge.iter().enumerate() {
        let of = problem.challenges[at].to_string();
        let from = problem.places[at];
        relaxations.push(Relaxation { option: "per_challenge", of, from, to: *fixed });
    }
    for (at, fixed) in problem.fixed_of_solution.iter().enumerate() {
        let of = problem.solutions[at].to_string();
        let from = problem.capacity[at];
        relaxations.push(Relaxation { option: "per_solution", of, from, to: *fixed });
    }
    relaxations.retain(|one| one.to > one.from);
    if relaxations.is_empty() {
        return Ok(());
    }
    let missing = relaxations.iter().map(|one| one.to - one.from).sum();
    // The other way round: fewer fixed pairs of the same challenge or solution.
    let fewer = relaxations.iter().map(|one| Relaxation {
        option: "fix",
        of: one.of.clone(),
        from: one.to,
        to: one.from,
    });
    let ways = vec![fewer.collect(), relaxations];
    Err(ErrorKind::Infeasible { missing, ways }.into())
}

/// The least and the most of numbers.
fn range(numbers: &[u32]) -> (u32, u32) {
    let least = numbers.iter().min().copied().unwrap_or(0);
    (least, numbers.iter().max().copied().unwrap_or(0))
}
