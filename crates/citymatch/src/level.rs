//! A score in a word.

use crate::record::field::named_enum;

/// The least score of a strong match, and that of a possible one.
const STRONG: f64 = 0.6;
const POSSIBLE: f64 = 0.2;

named_enum! {
    /// How good a match is, in a word for people: the range that its score lies in.
    ///
    /// The words are promises about the calibrated weights: of the demo's matches two in three of
    /// the strong ones were graded useful, three in ten of the possible ones, and one in forty of
    /// the weak ones. Under weights of one's own they say where the score lies, and no more.
    ///
    /// # Examples
    /// ```
    /// use citymatch::Level;
    /// assert_eq!(Level::of(0.75), Level::Strong);
    /// assert_eq!(Level::of(0.3).name(), "possible");
    /// assert_eq!(Level::of(0.05).to_string(), "weak");
    /// ```
    Level {
        /// A score of 0.6 or more.
        Strong = "strong",
        /// A score of 0.2 or more, below 0.6.
        Possible = "possible",
        /// A score below 0.2.
        Weak = "weak",
    }
}

impl Level {
    /// The level of a score in [0, 1].
    #[must_use]
    pub fn of(score: f64) -> Self {
        match score {
            _ if score >= STRONG => Self::Strong,
            _ if score >= POSSIBLE => Self::Possible,
            _ => Self::Weak,
        }
    }
}
