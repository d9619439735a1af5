//! How well rankings agree with judgements: measures, their intervals, and comparisons.
//!
//! [`Judgements`] say how useful solutions are for challenges, as a jury or a test collection graded
//! them. [`evaluate`] gives a [`RankedLists`] its [`Measure`]s, [`compare`] tells two of them apart.
//! The measures are those of `trec_eval`, under the names of ir-measures, and have its values to the
//! last digits. Each comes with an interval over the challenges, and a difference with an interval
//! before its p-value: what a mean over twenty challenges says is mostly noise.
//!
//! # Examples
//! ```
//! use citymatch::evaluate::{Judgements, RankedLists, compare, evaluate};
//! let mut judgements = Judgements::new();
//! for (challenge, solution, grade) in [("c1", "s1", 2), ("c1", "s2", 0), ("c2", "s2", 1)] {
//!     judgements.insert(challenge, solution, grade);
//! }
//! let mut lists = RankedLists::new();
//! lists.push("c1", ["s2", "s1"]);
//! lists.push("c2", ["s2", "s1"]);
//! let evaluation = evaluate(&judgements, &lists, &["RR".parse()?, "P@1".parse()?])?;
//! assert_eq!((evaluation.mean(0), evaluation.mean(1)), (0.75, 0.5));
//!
//! let mut better = RankedLists::new();
//! better.push("c1", ["s1", "s2"]);
//! better.push("c2", ["s2", "s1"]);
//! let comparison = compare(&judgements, &better, &lists, &["RR".parse()?])?;
//! assert_eq!(comparison.difference(0), 0.25);
//! # Ok::<(), citymatch::Error>(())
//! ```

mod comparison;
mod evaluation;
mod judgements;
mod measure;
mod ranked_lists;
pub(crate) mod resampling;

pub use comparison::{Comparison, compare};
pub use evaluation::{Evaluation, evaluate};
pub use judgements::Judgements;
pub use measure::Measure;
pub use ranked_lists::RankedLists;
pub use resampling::{Interval, p_value};
