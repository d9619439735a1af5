use crate::error::Error;
use crate::signal::Signal;

/// What a signal counts: for a solution in the challenge's language, and for one in another or an unknown language.
///
/// # Examples
/// ```
/// use citymatch::Weight;
/// assert_eq!(Weight::from(2.0), Weight { same: 2.0, other: 2.0 });
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Weight {
    /// In the challenge's language.
    pub same: f64,
    /// In another language, or where a language is not known.
    pub other: f64,
}

impl From<f64> for Weight {
    fn from(both: f64) -> Self {
        Self { same: both, other: both }
    }
}

/// What each signal counts in the score. The default is the calibrated mix: today `words` alone, with weight 1.
///
/// A signal of weight 0 is not computed.
///
/// # Examples
/// ```
/// use citymatch::{Signal, Weight, Weights};
/// let weights = Weights::of([(Signal::Words, Weight { same: 1.0, other: 0.5 })])?;
/// assert_eq!(weights.get(Signal::Words).other, 0.5);
/// assert!(Weights::of([(Signal::Words, Weight::from(-1.0))]).is_err());
/// # Ok::<(), citymatch::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Weights {
    words: Weight,
}

impl Default for Weights {
    fn default() -> Self {
        Self { words: Weight::from(1.0) }
    }
}

impl Weights {
    /// The weights of the signals that are named; all others count 0.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidOption`](crate::ErrorKind::InvalidOption) where a weight is below 0 or not a finite number.
    pub fn of(weights: impl IntoIterator<Item = (Signal, Weight)>) -> Result<Self, Error> {
        let mut named = Self { words: Weight::default() };
        for (signal, weight) in weights {
            for value in [weight.same, weight.other] {
                if !(value.is_finite() && value >= 0.0) {
                    return Err(Error::option(&format!("weights.{signal}"), value, "a number, 0 or more"));
                }
            }
            match signal {
                Signal::Words => named.words = weight,
            }
        }
        Ok(named)
    }

    /// What a signal counts.
    #[must_use]
    pub fn get(&self, signal: Signal) -> Weight {
        match signal {
            Signal::Words => self.words,
        }
    }
}
