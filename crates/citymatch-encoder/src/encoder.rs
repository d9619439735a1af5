use std::fmt;

use crate::calibration::Calibration;
use crate::vector::Vector;

/// Turns texts into vectors: what a text is about becomes a direction.
///
/// [`StaticEncoder::builtin`](crate::StaticEncoder::builtin) is one; a larger model or an API
/// becomes another in a few lines.
///
/// # Examples
/// ```
/// use citymatch_encoder::{EncodeError, Encoder, Vector, vectors};
///
/// /// Counts vowels: not much of a model.
/// struct Vowels;
///
/// impl Encoder for Vowels {
///     fn name(&self) -> &str {
///         "vowels-1"
///     }
///
///     fn size(&self) -> usize {
///         5
///     }
///
///     fn encode(&self, texts: &[&str]) -> Result<Vec<Vector>, EncodeError> {
///         let count = |text: &str, vowel| text.matches(vowel).count() as f32;
///         let rows = texts.iter().map(|text| ['a', 'e', 'i', 'o', 'u'].map(|vowel| count(text, vowel)).to_vec());
///         vectors(rows, texts.len(), self.size())
///     }
/// }
///
/// let found = Vowels.encode(&["agua", "rhythm"])?;
/// assert_eq!(found[0].values()[4], found[0].values()[0] / 2.0);
/// assert!(found[1].is_zero());
/// # Ok::<(), EncodeError>(())
/// ```
pub trait Encoder: Send + Sync {
    /// What a catalogue remembers it by. Encoders that give other vectors have other names.
    fn name(&self) -> &str;

    /// How many values each of its vectors has.
    fn size(&self) -> usize;

    /// One vector of [`size`](Self::size) values for each text, in their order. A text's vector
    /// does not depend on what stands beside it.
    fn encode(&self, texts: &[&str]) -> Result<Vec<Vector>, EncodeError>;

    /// What its cosines are worth. By default what was found for the built-in encoder.
    fn calibration(&self) -> &Calibration {
        static BUILTIN: Calibration = Calibration::BUILTIN;
        &BUILTIN
    }
}

/// Makes vectors of what a model returned, for an [`Encoder`] to pass on: `count` rows of `size`
/// finite values.
///
/// # Errors
/// Whichever of [`EncodeError`] but `Failed` comes first.
pub fn vectors(
    rows: impl IntoIterator<Item = Vec<f32>>,
    count: usize,
    size: usize,
) -> Result<Vec<Vector>, EncodeError> {
    let found = rows.into_iter().map(Vector::new).collect::<Result<Vec<_>, _>>()?;
    found.iter().try_for_each(|vector| vector.check_size(size))?;
    if found.len() == count {
        Ok(found)
    } else {
        Err(EncodeError::Count { expected: count, found: found.len() })
    }
}

/// Why there are no vectors.
#[derive(Debug)]
#[non_exhaustive]
pub enum EncodeError {
    /// There are more or fewer vectors than texts.
    Count {
        /// The texts.
        expected: usize,
        /// The vectors.
        found: usize,
    },
    /// A vector has more or fewer values than the encoder's size.
    Size {
        /// The encoder's size.
        expected: usize,
        /// The vector's.
        found: usize,
    },
    /// A value is infinite or not a number.
    NotFinite,
    /// The encoder failed for a reason of its own.
    Failed(Box<dyn std::error::Error + Send + Sync>),
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count { expected, found } => {
                write!(f, "{found} vectors (expected one for each of {expected} texts)")
            }
            Self::Size { expected, found } => {
                write!(f, "a vector of {found} values (expected {expected})")
            }
            Self::NotFinite => f.write_str(
                "a vector with a value that is infinite or not a number (expected finite ones)",
            ),
            Self::Failed(source) => source.fmt(f),
        }
    }
}

impl std::error::Error for EncodeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Failed(source) => source.source(),
            _ => None,
        }
    }
}
