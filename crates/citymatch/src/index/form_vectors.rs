//! The vectors of one segment: of its terms' forms, and of its records' texts.

use std::ops::Range;
use std::sync::atomic::AtomicBool;

use citymatch_encoder::{Encoder, Quantised, Tiles, Vector, cosine};
use ownedbytes::OwnedBytes;

use super::file::{Column, Reader, U32Column, Writer};
use super::inverted::InvertedIndex;
use super::text_vectors::{self, TextVectors};
use super::{AT_ONCE, encoding, on_threads};
use crate::error::Error;
use crate::kernel::{places, wide};
use crate::progress::Progress;

/// How near a form's vector must be to be near: the cosine.
const COSINE: f64 = 0.5;
/// How many forms are compared before the next ones: they and the products stay in the cache.
const BLOCK: usize = 256;

/// What an encoder makes of a segment's records.
pub(crate) struct Vectors {
    /// All of it.
    pub(crate) file: OwnedBytes,
    /// Whether it was made here and is not written yet: what lies in the folder in its place is
    /// missing or damaged.
    pub(crate) made: AtomicBool,
    size: usize,
    /// Of each form of each term, in tiles.
    forms: Column<1>,
    scales: U32Column,
    pub(crate) sentences: TextVectors,
}

impl Vectors {
    /// The vector of a form, by its number among all forms of the segment.
    pub(crate) fn form(&self, form: usize) -> Quantised {
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
            for ((word, near), products) in
                words.iter().zip(&mut near).zip(products.chunks(block.rows()))
            {
                near.extend(
                    near_rows(products, word.scale(), &scales)
                        .map(|(row, cosine)| (first + row, cosine)),
                );
            }
            first += block.rows();
        }
        near
    }

    /// The file of vectors: of forms in their order, and of records.
    pub(super) fn write(
        forms: &[Quantised],
        sentences: text_vectors::VectorsBuilder,
        size: usize,
    ) -> OwnedBytes {
        let mut sink = Writer::new();
        sink.integers(&Tiles::pack(forms.iter().map(Quantised::values), size));
        sink.floats(&forms.iter().map(Quantised::scale).collect::<Vec<_>>());
        sentences.write(&mut sink);
        sink.into_file()
    }

    /// The file of a segment's.
    pub(super) fn make(
        terms: &InvertedIndex,
        sentences: text_vectors::VectorsBuilder,
        encoder: &dyn Encoder,
        progress: &Progress,
    ) -> Result<OwnedBytes, Error> {
        let forms: Vec<&str> = terms.all_forms().collect();
        let part = |range: Range<usize>| -> Result<Vec<Quantised>, Error> {
            let mut vectors = Vec::new();
            for some in forms[range].chunks(AT_ONCE) {
                progress.check()?;
                let encoded = encoder.encode(some).map_err(encoding)?;
                vectors.extend(encoded.iter().map(Vector::quantise));
            }
            Ok(vectors)
        };
        let vectors =
            on_threads(0..forms.len(), part).into_iter().collect::<Result<Vec<_>, _>>()?;
        Ok(Self::write(&vectors.concat(), sentences, encoder.size()))
    }

    /// Says that it was made here.
    pub(crate) fn made_here(self) -> Self {
        Self { made: AtomicBool::new(true), ..self }
    }

    /// From a file; `None` where it is damaged, or does not go with these terms, so many records
    /// and vectors of this size.
    pub(crate) fn from_file(
        file: &OwnedBytes,
        terms: &InvertedIndex,
        records: usize,
        size: usize,
    ) -> Option<Self> {
        let mut source = Reader::of_file(file)?;
        let forms = terms.all_forms().len();
        let values = source
            .array()
            .filter(|values: &Column<1>| values.len() == Tiles::length(forms, size))?;
        let scales = source.array().filter(|scales: &U32Column| scales.len() == forms)?;
        let sentences = TextVectors::read(&mut source, records, size)?;
        let made = AtomicBool::new(false);
        source.is_empty().then_some(Self {
            file: file.clone(),
            made,
            size,
            forms: values,
            scales,
            sentences,
        })
    }
}

/// So many rows are told to be far away at once: most are.
const LANES: usize = 64;

wide! {
    /// Which of some rows may be near, given their products with a vector and their scales: a bit
    /// each.
    fn reach(products: &[i32; LANES], scales: &[f32; LANES], low: f32, bits: &mut u64) {
        let mut near = [false; LANES];
        for ((near, product), scale) in near.iter_mut().zip(products).zip(scales) {
            #[allow(clippy::cast_precision_loss)] // the bound is a little below
            let scaled = *product as f32 * scale;
            *near = scaled >= low;
        }
        for (near, place) in near.iter().zip(0..) {
            *bits |= u64::from(*near) << place;
        }
    }
}

/// The rows of a block that are near to a vector, from its products with them.
fn near_rows(products: &[i32], scale: f32, scales: &[f32]) -> impl Iterator<Item = (usize, f64)> {
    // A little below what is near, so that rounding loses nothing.
    let low = if scale > 0.0 { 0.499 / scale } else { f32::INFINITY };
    let (lanes, rest) = products[..scales.len()].as_chunks::<LANES>();
    let may_be_near = lanes.iter().zip(scales.as_chunks().0).zip((0..).step_by(LANES)).flat_map(
        move |((products, scales), first)| {
            let mut bits = 0;
            reach(products, scales, low, &mut bits);
            places(bits).map(move |place| first + place)
        },
    );
    let rows = may_be_near.chain(scales.len() - rest.len()..scales.len());
    rows.map(move |row| (row, cosine(products[row], scale, scales[row])))
        .filter(|(_, cosine)| *cosine >= COSINE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::test::on_each;

    #[test]
    fn near_rows_are_those_of_every_row() {
        let mut state = 1_u32;
        let mut number = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state >> 16
        };
        for count in [0, 1, 63, 64, 65, 255, 256] {
            let products: Vec<i32> = (0..count).map(|_| number().cast_signed() - 20_000).collect();
            let scales: Vec<f32> = (0..count).map(|_| number() as f32 / 3e6).collect();
            let expected: Vec<(usize, f64)> = products
                .iter()
                .zip(&scales)
                .map(|(product, other)| cosine(*product, 0.005, *other))
                .enumerate()
                .filter(|(_, cosine)| *cosine >= COSINE)
                .collect();
            for found in on_each(|| near_rows(&products, 0.005, &scales).collect::<Vec<_>>()) {
                assert_eq!(found, expected, "{count}");
            }
            assert!(count < 16 || !expected.is_empty());
            assert_eq!(
                near_rows(&products, 0.0, &scales).count(),
                0,
                "nothing is near to the zero vector"
            );
        }
    }
}
