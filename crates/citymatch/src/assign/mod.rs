//! From a ranking to a decision: which solutions go to which challenges, within limits.
//!
//! A [`Run`](crate::Run) ranks the solutions of each challenge by itself, and popular ones are
//! wanted by many. [`Run::assign`](crate::Run::assign) shares them out: at most so many solutions a
//! challenge, at most so many challenges a solution, with reserved places, minimums, forbidden and
//! fixed pairs, as [`Assign`] says.
//!
//! What comes out, an [`Assignment`], is the best one within the limits, and proves it: its
//! [`bound`](Assignment::bound) comes from the dual problem. It says which challenges got nothing
//! and why, and how much of the highest sum of scores the spread costs. Where no assignment keeps
//! all limits there is an error, [`Infeasible`](crate::ErrorKind::Infeasible), that says how many
//! places are missing and which limits would have to give way; no limit is broken in silence.
//!
//! # Examples
//! ```
//! use citymatch::assign::{Assign, Candidates};
//! let mut candidates = Candidates::new();
//! candidates.push("floods", [("gardens", 0.9), ("app", 0.6)]);
//! candidates.push("waste", [("app", 0.8), ("gardens", 0.7)]);
//! candidates.push("heat", [("gardens", 0.8)]);
//! let assignment = Assign::new().per_challenge(2).per_solution(2).solve(&candidates)?;
//! let pairs = assignment.iter().map(|pair| format!("{} {}", pair.challenge_id(), pair.solution_id()));
//! let pairs: Vec<String> = pairs.collect();
//! assert_eq!(pairs, ["floods gardens", "floods app", "waste app", "heat gardens"]);
//! # Ok::<(), citymatch::Error>(())
//! ```

mod assignment;
mod bound;
mod candidates;
mod check;
mod flow;
mod gain;
mod holders;
pub(crate) mod infeasible;
mod leximin;
mod network;
mod objective;
mod options;
mod overlap;
mod problem;
mod shortest;
mod solve;
mod unassigned;
mod why_not;
mod worst;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod twin;

pub use assignment::{Assigned, Assignment, Change};
pub use candidates::Candidates;
pub use infeasible::Relaxation;
pub use objective::{Objective, place_bonus};
pub use options::{Assign, DEFAULT_PER_CHALLENGE, DEFAULT_PER_SOLUTION};
pub use unassigned::{Nothing, Taken, Unassigned};
pub use why_not::NotAssigned;
