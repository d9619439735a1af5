//! The vectors of one segment: of its terms' forms, and of its records' texts.

use std::ops::Range;
use std::sync::atomic::AtomicBool;

use citymatch_encoder::{EncodeError, Encoder, Quantised, Tiles, Vector, cosine};
use ownedbytes::OwnedBytes;

use super::file::{Array, Numbers, Sink, Source};
use super::sentences::{self, SentenceVectors};
use super::terms::Terms;
use super::{AT_ONCE, on_threads};

/// How near a form's vector must be to be near: the cosine.
const COSINE: f64 = 0.5;
/// How many forms are compared before the next ones: they and the products stay in the cache.
const BLOCK: usize = 256;

/// What an encoder makes of a segment's records.
pub(crate) struct Vectors {
    /// All of it.
    pub(crate) file: OwnedBytes,
    /// Whether it was made here and is not written yet: what lies in the folder in its place is missing or damaged.
    pub(crate) made: AtomicBool,
    size: usize,
    /// Of each form of each term, in tiles.
    forms: Array<1>,
    scales: Numbers,
    pub(crate) sentences: SentenceVectors,
}

impl Vectors {
    /// The vector of a form, by its number among all forms of the segment.
    pub(super) fn form(&self, form: usize) -> Quantised {
        Quantised::new(Tiles::new(self.forms.integers(), self.size).row(form))
    }

    /// For each vector the forms that are near, in their order, with the cosine.
    pub(crate) fn near(&self, words: &[&Quantised]) -> Vec<Vec<(usize, f64)>> {
        let mut near = vec![Vec::new(); words.len()];
        let values: Vec<&[i8]> = words.iter().map(|word| word.values()).collect();
        let (mut products, mut scales, mut first) = (Vec::new(), Vec::new(), 0);
        for block in Tiles::new(self.forms.integers(), self.size).blocks(BLOCK) {
            block.dots(&values, &mut products);
            let rows = first..(first + block.rows()).min(self.scales.len());
            scales.clear();
            scales.extend(rows.map(|row| self.scales.float(row)));
            for ((word, near), products) in words.iter().zip(&mut near).zip(products.chunks(block.rows())) {
                near.extend(near_rows(products, word.scale(), &scales).map(|(row, cosine)| (first + row, cosine)));
            }
            first += block.rows();
        }
        near
    }

    /// The file of vectors: of forms in their order, and of records.
    pub(super) fn write(forms: &[Quantised], sentences: sentences::Growing, size: usize) -> OwnedBytes {
        let mut sink = Sink::new();
        sink.integers(&Tiles::pack(forms.iter().map(Quantised::values), size));
        sink.floats(&forms.iter().map(Quantised::scale).collect::<Vec<_>>());
        sentences.write(&mut sink);
        sink.into_file()
    }

    /// The file of a segment's.
    pub(super) fn make(terms: &Terms, sentences: sentences::Growing, encoder: &dyn Encoder) -> Result<OwnedBytes, EncodeError> {
        let forms: Vec<&str> = terms.all_forms().collect();
        let part = |range: Range<usize>| -> Result<Vec<Quantised>, EncodeError> {
            let mut vectors = Vec::new();
            for some in forms[range].chunks(AT_ONCE) {
                vectors.extend(encoder.encode(some)?.iter().map(Vector::quantise));
            }
            Ok(vectors)
        };
        let vectors = on_threads(0..forms.len(), part).into_iter().collect::<Result<Vec<_>, _>>()?;
        Ok(Self::write(&vectors.concat(), sentences, encoder.size()))
    }

    /// Says that it was made here.
    pub(crate) fn made_here(self) -> Self {
        Self { made: AtomicBool::new(true), ..self }
    }

    /// From a file; `None` where it is damaged, or does not go with these terms, so many records and vectors of this size.
    pub(crate) fn from_file(file: &OwnedBytes, terms: &Terms, records: usize, size: usize) -> Option<Self> {
        let mut source = Source::of_file(file)?;
        let forms = terms.all_forms().len();
        let values = source.array().filter(|values: &Array<1>| values.len() == Tiles::length(forms, size))?;
        let scales = source.array().filter(|scales: &Numbers| scales.len() == forms)?;
        let sentences = SentenceVectors::read(&mut source, records, size)?;
        let made = AtomicBool::new(false);
        source.is_empty().then_some(Self { file: file.clone(), made, size, forms: values, scales, sentences })
    }
}

/// The rows of a block that are near to a vector, from its products with them.
fn near_rows(products: &[i32], scale: f32, scales: &[f32]) -> impl Iterator<Item = (usize, f64)> {
    const LANES: usize = 16;
    // A little below what is near, so that rounding loses nothing: most rows are far away, and this tells sixteen of them at once.
    let low = if scale > 0.0 { 0.499 / scale } else { f32::INFINITY };
    #[allow(clippy::cast_precision_loss)] // it is a little below
    let may_be = move |(product, scale): (&i32, &f32)| *product as f32 * scale >= low;
    let lanes = products.chunks(LANES).zip(scales.chunks(LANES)).zip((0..).step_by(LANES));
    let some = lanes.filter(move |((products, scales), _)| products.iter().zip(*scales).map(may_be).fold(false, |any, row| any | row));
    let rows = some.flat_map(|((products, scales), first)| (first..).zip(products.iter().zip(scales)));
    rows.map(move |(row, (product, other))| (row, cosine(*product, scale, *other))).filter(|(_, cosine)| *cosine >= COSINE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_rows_are_those_of_every_row() {
        let mut state = 1_u32;
        let mut number = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state >> 16
        };
        for count in [0, 1, 15, 16, 17, 255, 256] {
            let products: Vec<i32> = (0..count).map(|_| number().cast_signed() - 20_000).collect();
            let scales: Vec<f32> = (0..count).map(|_| number() as f32 / 3e6).collect();
            let expected: Vec<(usize, f64)> = products
                .iter()
                .zip(&scales)
                .map(|(product, other)| cosine(*product, 0.005, *other))
                .enumerate()
                .filter(|(_, cosine)| *cosine >= COSINE)
                .collect();
            assert_eq!(near_rows(&products, 0.005, &scales).collect::<Vec<_>>(), expected, "{count}");
            assert!(count < 16 || !expected.is_empty());
            assert_eq!(near_rows(&products, 0.0, &scales).count(), 0, "nothing is near to the zero vector");
        }
    }
}
