use crate::calibration::Calibration;
use crate::error::EncodeError;
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
    /// The name by which a catalogue remembers its encoder. Encoders whose vectors differ must have
    /// different names.
    fn name(&self) -> &str;

    /// The number of values in each of its vectors.
    fn size(&self) -> usize;

    /// One vector of [`size`](Self::size) values for each text, in their order. A text's vector
    /// does not depend on the other texts of the call.
    fn encode(&self, texts: &[&str]) -> Result<Vec<Vector>, EncodeError>;

    /// The constants that turn its cosines into scores. The default is the built-in encoder's.
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
