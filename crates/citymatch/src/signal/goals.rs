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
use crate::catalogue::Snapshot;
use crate::error::Error;
use crate::facts::FactColumn;
use crate::ids::SegmentOrd;
use crate::record::Goal;
use crate::wanted::Wanted;

pub(crate) struct Goals;

impl Criterion for Goals {
    type Item = Goal;

    fn column<'s>(
        wanted: &Wanted,
        snapshot: &'s Snapshot,
        segment: SegmentOrd,
    ) -> Result<&'s FactColumn<Goal>, Error> {
        let named = &snapshot.facts(segment)?.goals;
        let suggested = snapshot.segment(segment).goals_or_suggested().get();
        Ok(suggested.filter(|_| wanted.suggested_goals).unwrap_or(named))
    }

    fn likeness(wanted: &Wanted, items: &[Goal]) -> Vec<Vec<f64>> {
        let row = |asked: &Goal| items.iter().map(|own| likeness(*asked, *own)).collect();
        wanted.facts.goals.iter().map(row).collect()
    }

    fn shown_wanted(wanted: &Wanted) -> Vec<String> {
        wanted.facts.goals.iter().map(ToString::to_string).collect()
    }

    fn shown(goal: &Goal) -> Vec<String> {
        vec![goal.to_string()]
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
