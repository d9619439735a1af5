//! Scores as whole numbers, in which sums and comparisons are exact.

use std::fmt;
use std::ops::{Add, AddAssign, Sub, SubAssign};

/// How many binary digits of a score count. They are 12 decimal ones.
const FRACTION_BITS: u32 = 40;

/// What a score of 1 is as a whole number.
pub(super) const ONE: i64 = 1 << FRACTION_BITS;

/// A gain as a whole number of parts of a score: [`i64`] where scores and bonuses are all that
/// counts, [`i128`] where pairs that are to be kept, or places that must be filled, go before them.
pub(super) trait Gain:
    Copy
    + Ord
    + Add<Output = Self>
    + Sub<Output = Self>
    + AddAssign
    + SubAssign
    + From<i64>
    + Into<i128>
    + fmt::Debug
{
    /// From a value that is known to fit.
    fn fitting(value: i128) -> Self;
}

impl Gain for i64 {
    fn fitting(value: i128) -> Self {
        Self::try_from(value).unwrap_or(Self::MAX)
    }
}

impl Gain for i128 {
    fn fitting(value: i128) -> Self {
        value
    }
}

/// A score or a bonus as a whole number, rounded to the nearest one.
#[expect(clippy::cast_possible_truncation, reason = "scores are 0 to 1, bonuses below 2^22")]
pub(super) fn to_parts(value: f64) -> i64 {
    (value * ONE as f64).round() as i64
}

/// A sum of gains as a number.
pub(super) fn from_parts(parts: i128) -> f64 {
    parts as f64 / ONE as f64
}
