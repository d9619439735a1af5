use std::fmt;
use std::sync::Arc;

use crate::calibration::Calibration;
use crate::encoder::Encoder;
use crate::error::EncodeError;
use crate::vector::Vector;

/// An encoder with another calibration, under a name of its own.
///
/// A catalogue stores vectors from which the means of their languages are subtracted already, and
/// remembers the encoder by its name. So other means need another name.
///
/// # Examples
/// ```
/// use std::sync::Arc;
/// use citymatch_encoder::{Calibrated, Calibration, Encoder, StaticEncoder};
///
/// let calibration = Calibration { answer_threshold: 0.9, ..Calibration::BUILTIN };
/// let strict = Calibrated::new("strict-1", Arc::new(StaticEncoder::builtin()), calibration);
/// assert_eq!((strict.name(), strict.calibration().answer_threshold), ("strict-1", 0.9));
/// ```
#[derive(Clone)]
pub struct Calibrated {
    name: String,
    encoder: Arc<dyn Encoder>,
    calibration: Calibration,
}

impl fmt::Debug for Calibrated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Calibrated")
            .field("name", &self.name)
            .field("encoder", &self.encoder.name())
            .field("calibration", &self.calibration)
            .finish()
    }
}

impl Calibrated {
    /// The encoder's vectors with this calibration.
    #[must_use]
    pub fn new(
        name: impl Into<String>,
        encoder: Arc<dyn Encoder>,
        calibration: Calibration,
    ) -> Self {
        Self { name: name.into(), encoder, calibration }
    }
}

impl Encoder for Calibrated {
    fn name(&self) -> &str {
        &self.name
    }

    fn size(&self) -> usize {
        self.encoder.size()
    }

    fn encode(&self, texts: &[&str]) -> Result<Vec<Vector>, EncodeError> {
        self.encoder.encode(texts)
    }

    fn calibration(&self) -> &Calibration {
        &self.calibration
    }
}
