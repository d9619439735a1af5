//! How far a solution has come, and how it went: its stage, and its deployments.
//!
//! maturity = 0.6 · stage + 0.4 · min(successes, 3) / 3 − 0.4 · min(failures, 3) / 3, from 0 to 1
//!
//! Successes are deployments that are active or completed, failures those that failed.
//!
//! | stage | value |
//! |---|---|
//! | the challenge's rules name stages: one of them / another | 1 / 0 |
//! | else idea / design / prototype | 0 / 0.2 / 0.3 |
//! | pilot / implemented / scaling | 0.5 / 0.8 / 1 |
//! | closed / unknown | 0.2 / 0 |

use super::by_facts::Criterion;
use crate::catalogue::Snapshot;
use crate::error::Error;
use crate::facts::{Deployed, FactColumn, Progress};
use crate::ids::SegmentOrd;
use crate::record::Stage;
use crate::wanted::Wanted;

/// How many deployments are enough.
const ENOUGH: u32 = 3;

pub(crate) struct Maturity;

impl Criterion for Maturity {
    /// Each document has one.
    type Item = Progress;

    fn column<'s>(
        _: &Wanted,
        snapshot: &'s Snapshot,
        segment: SegmentOrd,
    ) -> Result<&'s FactColumn<Progress>, Error> {
        Ok(&snapshot.facts(segment)?.progress)
    }

    fn likeness(wanted: &Wanted, items: &[Progress]) -> Vec<Vec<f64>> {
        let share = |count: u32| f64::from(count.min(ENOUGH)) / f64::from(ENOUGH);
        let value = |(stage, Deployed { succeeded, failed }): &Progress| {
            let stage = stage.map_or(0.0, |stage| value_of(stage, &wanted.facts.stages));
            (0.6 * stage + 0.4 * share(*succeeded) - 0.4 * share(*failed)).clamp(0.0, 1.0)
        };
        vec![items.iter().map(value).collect()]
    }

    fn shown_wanted(wanted: &Wanted) -> Vec<String> {
        wanted.facts.stages.iter().map(ToString::to_string).collect()
    }

    fn shown((stage, deployed): &Progress) -> Vec<String> {
        let counted = [(deployed.succeeded, "deployed with success"), (deployed.failed, "failed")];
        let counted = counted.iter().filter(|(count, _)| *count > 0);
        let counted = counted.map(|(count, what)| format!("{count} {what}"));
        stage.iter().map(ToString::to_string).chain(counted).collect()
    }
}

fn value_of(stage: Stage, wanted: &[Stage]) -> f64 {
    if !wanted.is_empty() {
        return f64::from(u8::from(wanted.contains(&stage)));
    }
    match stage {
        Stage::Idea => 0.0,
        Stage::Design | Stage::Closed => 0.2,
        Stage::Prototype => 0.3,
        Stage::Pilot => 0.5,
        Stage::Implemented => 0.8,
        Stage::Scaling => 1.0,
    }
}
