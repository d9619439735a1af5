//! The ways in which a solution can fit a challenge, one file each.

pub(crate) mod words;

use crate::record::field::words;

words! {
    /// A way in which a solution can fit a challenge: a number for every solution, and the evidence for it.
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
    }
}
