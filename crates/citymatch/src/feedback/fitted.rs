//! Weights that were fitted to judgements, and what is known of them.

use std::fmt;

use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};

use super::calibration::ScoreCalibration;
use super::group::MEASURE;
use super::parameters::Parameters;
use super::posterior::Posterior;
use crate::error::Error;
use crate::evaluate::Interval;
use crate::signal::{Signal, Weight, Weights};

/// Weights that were fitted to judgements, with their uncertainty, what they gained on challenges that
/// were held out, and their calibration.
///
/// [`FitWeights`](super::FitWeights) makes them, and [`weights`](Self::weights) are what a matcher
/// takes. `Display` shows all of it as text.
#[derive(Clone, Debug)]
pub struct FittedWeights {
    weights: Weights,
    signals: Vec<FittedSignal>,
    gain: Gain,
    calibration: ScoreCalibration,
    /// Challenges that taught, challenges that did not, pairs that taught, judged pairs outside the run.
    counts: [usize; 4],
    pub(super) posterior: Posterior,
}

/// The weight of one signal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FittedSignal {
    /// The signal.
    pub signal: Signal,
    /// Its fitted weight.
    pub weight: Weight,
    /// Its built-in weight.
    pub built_in: Weight,
    /// The lower end of the interval of its weight, which has the best weight with a chance of 95 %.
    pub low: Weight,
    /// The upper end.
    pub high: Weight,
    /// The fitted weight as a multiple of the built-in one; the weight itself where that is 0.
    pub factor: f64,
    /// The interval of the factor.
    pub factor_interval: Interval,
}

/// What fitted weights gained: nDCG@10 of challenges that were held out, which the weights that ranked
/// them had not seen.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Gain {
    /// With the built-in weights.
    pub built_in: f64,
    /// With fitted ones.
    pub fitted: f64,
    /// The mean difference.
    pub difference: f64,
    /// Its interval, from a paired bootstrap over the challenges with a fixed seed.
    pub interval: Interval,
}

/// How many standard deviations the interval of a normal distribution reaches to each side.
const DEVIATIONS: f64 = 1.959_963_984_540_054;

impl Gain {
    /// Whether the folds show a gain: whether its whole interval is above 0.
    #[must_use]
    pub fn is_shown(&self) -> bool {
        self.interval.low > 0.0
    }
}

impl fmt::Display for Gain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { built_in, fitted, difference, interval } = self;
        let verdict = if self.is_shown() {
            "a gain"
        } else if interval.high < 0.0 {
            "a loss: keep the built-in weights"
        } else {
            "no gain that the folds show"
        };
        write!(
            f,
            "{verdict}: {MEASURE} on held-out folds {built_in:.3} with the built-in weights, \
             {fitted:.3} with fitted ones, {difference:+.3} (95 % {:+.3} to {:+.3})",
            interval.low, interval.high
        )
    }
}

impl FittedWeights {
    pub(super) fn new(
        parameters: &Parameters,
        posterior: Posterior,
        gain: Gain,
        calibration: ScoreCalibration,
        counts: [usize; 4],
    ) -> Result<Self, Error> {
        let covariance = posterior.covariance(1.0);
        let signal = |place: usize| {
            let (factor, deviation) = (posterior.factors[place], covariance.0[place][place].sqrt());
            let (low, high) =
                ((factor - DEVIATIONS * deviation).max(0.0), factor + DEVIATIONS * deviation);
            FittedSignal {
                signal: parameters.signals[place],
                weight: parameters.weight(place, factor),
                built_in: parameters.built_in(place),
                low: parameters.weight(place, low),
                high: parameters.weight(place, high),
                factor,
                factor_interval: Interval { low, high },
            }
        };
        let signals: Vec<FittedSignal> = (0..parameters.len()).map(signal).collect();
        let weights = Weights::new(signals.iter().map(|own| (own.signal, own.weight)))?
            .with_logistic(calibration.slope, calibration.midpoint)?;
        Ok(Self { weights, signals, gain, calibration, counts, posterior })
    }

    /// The weights, with their logistic, for a [`Matcher`](crate::Matcher).
    #[must_use]
    pub fn weights(&self) -> &Weights {
        &self.weights
    }

    /// Each weight that was fitted, with its built-in value and its interval.
    #[must_use]
    pub fn signals(&self) -> &[FittedSignal] {
        &self.signals
    }

    /// What the weights gained on challenges that were held out.
    #[must_use]
    pub fn gain(&self) -> &Gain {
        &self.gain
    }

    /// What scores are worth under the weights.
    #[must_use]
    pub fn calibration(&self) -> &ScoreCalibration {
        &self.calibration
    }

    /// The number of judged challenges that taught something.
    #[must_use]
    pub fn challenges(&self) -> usize {
        self.counts[0]
    }

    /// The number of judged challenges all of whose pairs in the run have one grade, and which taught
    /// nothing.
    #[must_use]
    pub fn challenges_of_one_grade(&self) -> usize {
        self.counts[1]
    }

    /// The number of pairs that taught something.
    #[must_use]
    pub fn pairs(&self) -> usize {
        self.counts[2]
    }

    /// The number of judged pairs that are not in the run, and taught nothing.
    #[must_use]
    pub fn pairs_outside(&self) -> usize {
        self.counts[3]
    }
}

impl fmt::Display for FittedWeights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<10} {:>7} {:>9}  95 %", "signal", "factor", "built-in")?;
        for own in &self.signals {
            let built_in = f64::from(u8::from(own.built_in.max() > 0.0));
            let Interval { low, high } = own.factor_interval;
            let name = own.signal.name();
            writeln!(f, "{name:<10} {:>7.2} {built_in:>9.2}  {low:.2} to {high:.2}", own.factor)?;
        }
        writeln!(f, "{}", self.gain)?;
        let ScoreCalibration { error, built_in_error, .. } = &self.calibration;
        write!(
            f,
            "calibration error on held-out folds {error:.3} (built-in {built_in_error:.3}); {} \
             challenges, {} pairs",
            self.challenges(),
            self.pairs()
        )
    }
}

impl Serialize for FittedWeights {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut parts = serializer.serialize_struct("FittedWeights", 8)?;
        parts.serialize_field("signals", &self.signals)?;
        parts.serialize_field("gain", &self.gain)?;
        parts.serialize_field("calibration", &self.calibration)?;
        parts.serialize_field("challenges", &self.challenges())?;
        parts.serialize_field("challenges_of_one_grade", &self.challenges_of_one_grade())?;
        parts.serialize_field("pairs", &self.pairs())?;
        parts.serialize_field("pairs_outside", &self.pairs_outside())?;
        parts.serialize_field("text", &self.to_string())?;
        parts.end()
    }
}

impl Serialize for FittedSignal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut parts = serializer.serialize_struct("FittedSignal", 7)?;
        let pair = |weight: Weight| [weight.same, weight.other];
        parts.serialize_field("signal", self.signal.name())?;
        parts.serialize_field("weight", &pair(self.weight))?;
        parts.serialize_field("built_in", &pair(self.built_in))?;
        parts.serialize_field("low", &pair(self.low))?;
        parts.serialize_field("high", &pair(self.high))?;
        parts.serialize_field("factor", &self.factor)?;
        parts.serialize_field("factor_interval", &self.factor_interval)?;
        parts.end()
    }
}
