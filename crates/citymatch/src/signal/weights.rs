//! The weights of the signals.

use citymatch_encoder::Calibration;

use super::{Signal, SignalValues};
use crate::error::Error;

/// The weight of a signal: for a solution in the challenge's language, and for one in another or an
/// unknown language. Both are finite numbers, 0 or more.
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
    /// In another language, or if either language is not known.
    pub other: f64,
}

impl Weight {
    /// The weight for a solution in the challenge's language, or for another one.
    pub(crate) fn for_language(self, same: bool) -> f64 {
        if same { self.same } else { self.other }
    }

    /// The larger of the two.
    pub(crate) fn max(self) -> f64 {
        self.same.max(self.other)
    }
}

impl From<f64> for Weight {
    fn from(both: f64) -> Self {
        Self { same: both, other: both }
    }
}

/// The weight of each signal in the raw score, which is the sum of each signal's value times its
/// weight.
///
/// A signal with weight 0 is not computed. A matcher without weights of its own uses the calibrated
/// weights of its catalogue's encoder.
///
/// # Examples
/// ```
/// use citymatch::{Signal, Weight, Weights};
/// let weights = Weights::new([(Signal::Words, Weight { same: 1.0, other: 0.5 })])?;
/// assert_eq!(weights.get(Signal::Words).other, 0.5);
/// assert_eq!(weights.get(Signal::Meaning), Weight::from(0.0));
/// assert!(Weights::new([(Signal::Words, Weight::from(-1.0))]).is_err());
/// # Ok::<(), citymatch::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Weights {
    /// In the order of [`Signal::ALL`].
    weights: [Weight; Signal::ALL.len()],
    /// Slope and midpoint of a logistic of their own.
    logistic: Option<(f64, f64)>,
}

impl Weights {
    /// Weights of the signals that are named; all others have weight 0.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidOption`](crate::ErrorKind::InvalidOption) where a weight is below 0 or
    /// not a finite number.
    pub fn new(weights: impl IntoIterator<Item = (Signal, Weight)>) -> Result<Self, Error> {
        let mut named = Self::default();
        for (signal, weight) in weights {
            for value in [weight.same, weight.other] {
                if !(value.is_finite() && value >= 0.0) {
                    return Err(Error::option(
                        &format!("weights.{signal}"),
                        value,
                        "a number, 0 or more",
                    ));
                }
            }
            named.weights[signal as usize] = weight;
        }
        Ok(named)
    }

    /// The same weights with a logistic of their own, by which a raw score S becomes a score: 1 / (1 +
    /// exp(−`slope` · (S − m))), where m is `midpoint` for a short question, and as much higher for a
    /// broad challenge as with the encoder's calibration. The default is the encoder's logistic, which
    /// is right for its own weights.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidOption`](crate::ErrorKind::InvalidOption) where the slope is not a finite
    /// number above 0, or the midpoint not a finite number.
    ///
    /// # Examples
    /// ```
    /// use citymatch::{Signal, Weight, Weights};
    /// let weights = Weights::new([(Signal::Words, Weight::from(1.0))])?.with_logistic(8.0, 0.5)?;
    /// assert_eq!(weights.logistic(), Some((8.0, 0.5)));
    /// # Ok::<(), citymatch::Error>(())
    /// ```
    pub fn with_logistic(mut self, slope: f64, midpoint: f64) -> Result<Self, Error> {
        if !(slope.is_finite() && slope > 0.0) {
            return Err(Error::option("weights.slope", slope, "a finite number above 0"));
        }
        if !midpoint.is_finite() {
            return Err(Error::option("weights.midpoint", midpoint, "a finite number"));
        }
        self.logistic = Some((slope, midpoint));
        Ok(self)
    }

    /// The slope and the midpoint of a logistic of their own, if they have one.
    #[must_use]
    pub fn logistic(&self) -> Option<(f64, f64)> {
        self.logistic
    }

    /// The calibrated weights: the default with an encoder, or without one.
    pub(crate) fn calibrated(calibration: Option<&Calibration>) -> Self {
        let mut weights = Self::default();
        for signal in Signal::ALL {
            weights.weights[*signal as usize] = signal.calibrated_weight(calibration);
        }
        weights
    }

    /// The weight of a signal.
    #[must_use]
    pub fn get(&self, signal: Signal) -> Weight {
        self.weights[signal as usize]
    }

    pub(crate) fn set(&mut self, signal: Signal, weight: Weight) {
        self.weights[signal as usize] = weight;
    }

    /// The raw score of a document with these values of the signals, added up as ranking does.
    pub(crate) fn raw_score(&self, values: &SignalValues, same_language: bool) -> f64 {
        let weighted =
            |signal: Signal| self.get(signal).for_language(same_language) * values[signal as usize];
        self.counted().map(weighted).fold(0.0, |sum, value| sum + value)
    }

    /// Whether a signal has a weight above 0.
    pub(crate) fn counts(&self, signal: Signal) -> bool {
        self.get(signal).max() > 0.0
    }

    /// The signals with a weight above 0, in the order in which they are added up.
    pub(crate) fn counted(&self) -> impl Iterator<Item = Signal> {
        Signal::ALL.iter().copied().filter(|signal| self.counts(*signal))
    }
}
