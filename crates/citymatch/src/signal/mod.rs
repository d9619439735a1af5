//! The ways in which a solution can fit a challenge, one file each.

mod accumulate;
pub(crate) mod bm25;
mod expansion;
pub(crate) mod meaning;
pub(crate) mod proximity;
pub(crate) mod related;
mod signals;
mod term_info;
mod weights;
pub(crate) mod words;

pub(crate) use accumulate::GROUPS;
pub(crate) use expansion::{Expansion, SegmentExpansion};
pub(crate) use signals::{Block, Group, Signals};
pub use weights::{Weight, Weights};

use crate::record::field::named_enum;

named_enum! {
    /// A way in which a solution can fit a challenge: a number for every solution, and the evidence
    /// for it.
    ///
    /// # Examples
    /// ```
    /// use citymatch::Signal;
    /// assert_eq!("words".parse(), Ok(Signal::Words));
    /// assert!("wrods".parse::<Signal>().unwrap_err().to_string().contains("`words`"));
    /// ```
    Signal {
        /// The share of the ask's words that a solution has: BM25F in its simple form.
        Words = "words",
        /// The share of the ask's words that a solution has in words of its own: cognates, and
        /// terms near in meaning.
        Related = "related",
        /// How near its sentences and its whole text are to the ask's.
        Meaning = "meaning",
        /// 1 where it is written in the challenge's language, else 0. It counts nothing unless a
        /// caller says so.
        Language = "language",
    }
}
