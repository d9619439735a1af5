//! The vectors of one segment: those of its terms' surface forms, and those of its documents' texts.

use std::ops::Range;
use std::sync::atomic::AtomicBool;

use citymatch_encoder::{Encoder, Quantised, Tiles, Vector, cosine};
use ownedbytes::OwnedBytes;

use super::file::{Column, Reader, U32Column, Writer};
use super::inverted::InvertedIndex;
use super::text_vectors::{TextVectors, VectorsBuilder};
use super::{AT_ONCE, encoding, on_threads};
use crate::error::Error;
use crate::ids::FormId;
use crate::kernel::{multiversion, set_bits};
use crate::progress::Progress;

/// The least cosine of a word and a form that is near to it.
const LEAST_COSINE: f64 = 0.5;
/// How many forms are compared before the next ones, so that they and the products stay in the
/// cache.
const VECTOR_BLOCK: usize = 256;

/// What an encoder makes of a segment's documents.
pub(crate) struct Vectors {
    /// All of it.
    pub(crate) file: OwnedBytes,
    /// Whether it was built here and is not written yet: the file in the folder is missing or
    /// damaged.
    pub(crate) dirty: AtomicBool,
    size: usize,
    /// Of each form of each term, in tiles.
    forms: Column<1>,
    scales: U32Column,
    pub(crate) texts: TextVectors,
}

impl Vectors {
    /// The vector of a surface form.
    pub(crate) fn form(&self, form: FormId) -> Quantised {
        Quantised::new(Tiles::new(self.forms.integers(), self.size).row(form.index()))
    }

    /// For each vector the forms that are near to it, in their order, with the cosine.
    pub(crate) fn nearest_forms(&self, words: &[&Quantised]) -> Vec<Vec<(FormId, f64)>> {
        let mut nearest = vec![Vec::new(); words.len()];
        let values: Vec<&[i8]> = words.iter().map(|word| word.values()).collect();
        let (mut products, mut scales, mut first) = (Vec::new(), Vec::new(), 0);
        for block in Tiles::new(self.forms.integers(), self.size).blocks(VECTOR_BLOCK) {
            block.dots(&values, &mut products);
            let rows = first..(first + block.rows()).min(self.scales.len());
            scales.clear();
            scales.extend(rows.map(|row| self.scales.float(row)));
            let by_word = words.iter().zip(&mut nearest).zip(products.chunks(block.rows()));
            for ((word, nearest), products) in by_word {
                let near = near_rows(products, word.scale(), &scales);
                nearest.extend(near.map(|(row, cosine)| (FormId::new(first + row), cosine)));
            }
            first += block.rows();
        }
        nearest
    }

    /// The file of the vectors of forms, in their order, and of documents.
    pub(super) fn write(forms: &[Quantised], texts: VectorsBuilder, size: usize) -> OwnedBytes {
        let mut writer = Writer::new();
        writer.integers(&Tiles::pack(forms.iter().map(Quantised::values), size));
        writer.floats(&forms.iter().map(Quantised::scale).collect::<Vec<_>>());
        texts.write(&mut writer);
        writer.into_file()
    }

    /// The file of the vectors of a segment: encodes its forms.
    pub(super) fn make(
        index: &InvertedIndex,
        texts: VectorsBuilder,
        encoder: &dyn Encoder,
        progress: &Progress,
    ) -> Result<OwnedBytes, Error> {
        let forms: Vec<&str> = index.all_forms().collect();
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
        Ok(Self::write(&vectors.concat(), texts, encoder.size()))
    }

    /// Says that it was built here and is not written yet.
    pub(crate) fn mark_dirty(self) -> Self {
        Self { dirty: AtomicBool::new(true), ..self }
    }

    /// From a file; `None` where it is damaged, or does not go with this index and this size.
    pub(crate) fn from_file(file: &OwnedBytes, index: &InvertedIndex, size: usize) -> Option<Self> {
        let mut reader = Reader::of_file(file)?;
        let count = index.all_forms().len();
        let forms: Column<1> = reader.array()?;
        let scales: U32Column = reader.array()?;
        let texts = TextVectors::read(&mut reader, index.document_count(), size)?;
        let is_sound =
            reader.is_empty() && forms.len() == Tiles::length(count, size) && scales.len() == count;
        let (file, dirty) = (file.clone(), AtomicBool::new(false));
        is_sound.then_some(Self { file, dirty, size, forms, scales, texts })
    }
}

/// How many rows are compared with a threshold at once. Most are far away, so most groups are
/// skipped.
const GROUP: usize = 64;

multiversion! {
    /// Sets the bit of each row that may be near, given its product with a vector and its scale.
    fn candidate_rows(products: &[i32; GROUP], scales: &[f32; GROUP], threshold: f32, bits: &mut u64) {
        let mut near = [false; GROUP];
        for ((near, product), scale) in near.iter_mut().zip(products).zip(scales) {
            #[allow(clippy::cast_precision_loss)] // the threshold allows for it
            let scaled = *product as f32 * scale;
            *near = scaled >= threshold;
        }
        for (near, place) in near.iter().zip(0..) {
            *bits |= u64::from(*near) << place;
        }
    }
}

/// The rows of a block that are near to a vector, from its products with them.
fn near_rows(products: &[i32], scale: f32, scales: &[f32]) -> impl Iterator<Item = (usize, f64)> {
    // A little below the least cosine, so that rounding loses no row.
    const ROUNDED_DOWN: f32 = 0.499;
    let threshold = if scale > 0.0 { ROUNDED_DOWN / scale } else { f32::INFINITY };
    let (lanes, rest) = products[..scales.len()].as_chunks::<GROUP>();
    let may_be_near = lanes.iter().zip(scales.as_chunks().0).zip((0..).step_by(GROUP)).flat_map(
        move |((products, scales), first)| {
            let mut bits = 0;
            candidate_rows(products, scales, threshold, &mut bits);
            set_bits(bits).map(move |place| first + place)
        },
    );
    let rows = may_be_near.chain(scales.len() - rest.len()..scales.len());
    rows.map(move |row| (row, cosine(products[row], scale, scales[row])))
        .filter(|(_, cosine)| *cosine >= LEAST_COSINE)
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
                .filter(|(_, cosine)| *cosine >= LEAST_COSINE)
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
