//! How many of a challenge's Sustainable Development Goals a solution serves: the mean over the
//! challenge's goals of the best of the solution's.
//!
//! | asked | the solution has | value |
//! |---|---|---|
//! | a target, as 11.5 | the same target | 1 |
//! | | its goal alone, 11 | 0.5 |
//! | | another target of its goal, 11.2 | 0.25 |
//! | a goal, as 11 | a target inside it, 11.5 | 1 |
//! | | the goal alone, 11 | 0.75 |
//! | | none of these | 0 |
//!
//! A challenge without goals has the value 0 for every solution.

use super::by_facts::Criterion;
use crate::facts::Facts;
use crate::record::Goal;

pub(crate) struct Goals;

impl Criterion for Goals {
    fn value(wanted: &Facts, own: &Facts) -> f64 {
        if wanted.goals.is_empty() {
            return 0.0;
        }
        let best =
            |asked: &Goal| own.goals.iter().map(|goal| likeness(*asked, *goal)).fold(0.0, f64::max);
        wanted.goals.iter().map(best).sum::<f64>() / wanted.goals.len() as f64
    }

    fn shown(wanted: &Facts, own: &Facts) -> [Vec<String>; 2] {
        [&wanted.goals, &own.goals].map(|goals| goals.iter().map(ToString::to_string).collect())
    }
}

fn likeness(asked: Goal, own: Goal) -> f64 {
    if asked.number() != own.number() {
        return 0.0;
    }
    match (asked.is_target(), own.is_target()) {
        (true, true) if asked == own => 1.0,
        (true, true) => 0.25,
        (true, false) => 0.5,
        (false, true) => 1.0,
        (false, false) => 0.75,
    }
}
