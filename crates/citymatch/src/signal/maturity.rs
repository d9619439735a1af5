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
use crate::facts::Facts;
use crate::record::Stage;

/// How many deployments are enough.
const ENOUGH: u32 = 3;

pub(crate) struct Maturity;

impl Criterion for Maturity {
    fn value(wanted: &Facts, own: &Facts) -> f64 {
        let stage = own.stages.first().map_or(0.0, |stage| value_of(*stage, &wanted.stages));
        let share = |count: u32| f64::from(count.min(ENOUGH)) / f64::from(ENOUGH);
        (0.6 * stage + 0.4 * share(own.succeeded) - 0.4 * share(own.failed)).clamp(0.0, 1.0)
    }

    fn shown(wanted: &Facts, own: &Facts) -> [Vec<String>; 2] {
        let names = |stages: &[Stage]| stages.iter().map(ToString::to_string).collect::<Vec<_>>();
        let mut shown = names(&own.stages);
        let counted = [(own.succeeded, "deployed with success"), (own.failed, "failed")];
        shown.extend(
            counted.iter().filter(|(count, _)| *count > 0).map(|(n, what)| format!("{n} {what}")),
        );
        [names(&wanted.stages), shown]
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
