//! The Sustainable Development Goals that a text speaks of, as a suggestion for a person.
//!
//! A record is compared with what the United Nations say officially about each of the 17 goals and
//! its targets, as a challenge is compared with solutions: by the same signals, with the same
//! weights. [`GoalSuggester`] gives the goals that are near enough, each with the sentence of the
//! record that speaks of it and the target that the sentence met.
//!
//! A suggestion is never written into a record, and nothing counts it that was not told to.

mod evidence;
mod fit;
mod of_segment;
mod statements;
mod suggester;
mod suggestion;
#[cfg(test)]
mod tests;

pub(crate) use of_segment::{find_suggested, suggested};
pub use suggester::{GoalSuggester, suggest};
pub use suggestion::GoalSuggestion;
