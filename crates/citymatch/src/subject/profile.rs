//! What a text is about: how near its vector comes to the direction of each subject.
//!
//! p(x, j) = max(0, cos(x, a(j)) − 0.15)²
//!
//! a(j) is the direction of subject j: the sum over the languages of the mean of the vectors of its
//! name and its things. Squares let the nearest subjects decide, and the difference leaves out the
//! subjects to which a text is no nearer than to anything.
//!
//! subject(x, y) = Σ p(x, j) p(y, j) / ((‖p(x)‖ + 0.05) (‖p(y)‖ + 0.05)), over all j
//!
//! That is the cosine of two profiles, from 0 to 1, made smaller where one of them is faint: of a
//! text that is hardly about any of the subjects little can be said. A profile is kept in whole
//! 127ths of its largest value, and `subject` is defined on those.

use citymatch_encoder::{EncodeError, Encoder, Quantised, Tiles, Vector, cosine};

use super::Subjects;
use crate::encoding::centred;

/// The cosine that a text has to a subject which it is not about.
const UNRELATED_COSINE: f64 = 0.15;
/// The length of a profile that counts half.
const FAINT: f64 = 0.05;

/// The directions of the subjects in an encoder's space, in tiles.
pub(crate) struct Directions {
    tiles: Vec<i8>,
    scales: Vec<f32>,
    size: usize,
}

/// A text's value for each subject, and the factor that makes the product of the values of two
/// profiles the value of `subject`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Profile {
    /// From 0 to 127: the largest one is 127.
    pub(crate) values: Box<[i8]>,
    pub(crate) scale: f32,
}

impl Directions {
    pub(crate) fn new(subjects: &Subjects, encoder: &dyn Encoder) -> Result<Self, EncodeError> {
        let mut directions = Vec::new();
        for by_language in subjects.texts() {
            let mut weighted: Vec<(f32, Vector)> = Vec::new();
            for (language, texts) in by_language {
                let texts: Vec<String> = texts.map(str::to_lowercase).collect();
                let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
                for vector in encoder.encode(&texts)? {
                    let vector = centred(vector, Some(language), encoder)?;
                    weighted.push((1.0 / texts.len() as f32, vector));
                }
            }
            let parts = weighted.iter().map(|(weight, vector)| (*weight, vector));
            directions.push(Vector::sum(encoder.size(), parts)?.quantise());
        }
        Ok(Self {
            tiles: Tiles::pack(directions.iter().map(Quantised::values), encoder.size()),
            scales: directions.iter().map(Quantised::scale).collect(),
            size: encoder.size(),
        })
    }

    /// The profiles of some texts, from their vectors.
    pub(crate) fn profiles(&self, vectors: &[&Quantised]) -> Vec<Profile> {
        let tiles = Tiles::new(&self.tiles, self.size);
        let values: Vec<&[i8]> = vectors.iter().map(|vector| vector.values()).collect();
        let mut products = Vec::new();
        tiles.dots(&values, &mut products);
        let profile = |(vector, products): (&&Quantised, &[i32])| {
            let cosines = products.iter().zip(&self.scales);
            Profile::new(cosines.map(|(product, scale)| cosine(*product, vector.scale(), *scale)))
        };
        vectors.iter().zip(products.chunks(tiles.rows())).map(profile).collect()
    }
}

impl Profile {
    /// From a text's cosine to each subject.
    fn new(cosines: impl Iterator<Item = f64>) -> Self {
        let near = |cosine: f64| (cosine - UNRELATED_COSINE).max(0.0);
        let values: Vec<f64> = cosines.map(|cosine| near(cosine) * near(cosine)).collect();
        let length = values.iter().map(|value| value * value).sum::<f64>().sqrt();
        let largest = values.iter().copied().fold(0.0, f64::max);
        let step = if largest > 0.0 { largest / 127.0 } else { 1.0 };
        let values: Box<[i8]> = values.iter().map(|value| rounded(value / step)).collect();
        let squares: i32 = values.iter().map(|value| i32::from(*value) * i32::from(*value)).sum();
        let squares = f64::from(squares).sqrt();
        let scale = if squares > 0.0 { length / (length + FAINT) / squares } else { 0.0 };
        #[expect(clippy::cast_possible_truncation, reason = "rounded once")]
        Self { values, scale: scale as f32 }
    }
}

/// The nearest whole number to one from 0 to 127, ties to even.
///
/// Adding 1.5 · 2^52 leaves no bits for a fraction, so the addition rounds, and the number is in the
/// lowest bits of the sum. On a processor without an instruction for it `round_ties_even` is a call.
fn rounded(value: f64) -> i8 {
    const NO_FRACTION: f64 = 6_755_399_441_055_744.0;
    i8::from_le_bytes([(value + NO_FRACTION).to_bits().to_le_bytes()[0]])
}
