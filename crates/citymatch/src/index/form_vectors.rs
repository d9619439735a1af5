//! The vectors of one segment: those of its terms' surface forms, and those of its documents'
//! texts.

use std::ops::Range;
use std::sync::atomic::AtomicBool;

use citymatch_encoder::{Quantised, Tiles, cosine};
use ownedbytes::OwnedBytes;

use super::file::{Column, Reader, U32Column, Writer};
use super::inverted::InvertedIndex;
use super::rows::Rows;
use super::text_vectors::{TextVectors, VectorsBuilder};
use super::{AT_ONCE, on_threads};
use crate::encoding::{Encoding, Sizes, failed};
use crate::error::Error;
use crate::ids::FormId;
use crate::kernel::{multiversion, set_bits};
use crate::progress::Progress;

/// The least cosine between a word and a form to which it is expanded.
const MIN_COSINE: f64 = 0.5;
/// How many forms are compared before the next ones, so that their vectors and products stay in the
/// cache.
const VECTOR_BLOCK: usize = 256;

/// The vectors that an encoder gives to a segment.
pub(crate) struct Vectors {
    /// The bytes of the file.
    pub(crate) file: OwnedBytes,
    /// Whether it was built in this process and has not been written yet, because the file in the
    /// folder is missing or damaged.
    pub(crate) dirty: AtomicBool,
    /// The number of values of a vector.
    size: usize,
    /// The vectors of all surface forms, in tiles.
    forms: Column<1>,
    scales: U32Column,
    pub(crate) texts: TextVectors,
}

impl Vectors {
    /// The vector of a surface form.
    pub(crate) fn form(&self, form: FormId) -> Quantised {
        Quantised::new(Tiles::new(self.forms.integers(), self.size).row(form.index()))
    }

    /// For each vector the forms with at least [`MIN_COSINE`], in their order, with the cosines.
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

    /// The file, from the vectors of the forms in their order and those of the documents.
    pub(super) fn write(forms: &Rows, texts: &VectorsBuilder, size: usize) -> OwnedBytes {
        let length = forms.length_in_file(size) + texts.length_in_file();
        let mut writer = Writer::for_columns(length);
        forms.write(&mut writer, size);
        texts.write(&mut writer);
        debug_assert_eq!(writer.columns(), length, "memory for just this was asked for");
        writer.into_file()
    }

    /// Encodes the surface forms of a segment, and makes the file.
    pub(super) fn make(
        index: &InvertedIndex,
        texts: &VectorsBuilder,
        encoding: &Encoding,
        progress: &Progress,
    ) -> Result<OwnedBytes, Error> {
        let forms: Vec<&str> = index.all_forms().collect();
        let part = |range: Range<usize>| -> Result<Rows, Error> {
            let mut rows = Rows::default();
            for batch in forms[range].chunks(AT_ONCE) {
                progress.check()?;
                for vector in encoding.encoder.encode(batch).map_err(failed)? {
                    let vector = vector.quantise();
                    rows.push(vector.values(), vector.scale());
                }
            }
            Ok(rows)
        };
        let mut rows = Rows::default();
        for part in on_threads(0..forms.len(), part) {
            rows.append(part?);
        }
        Ok(Self::write(&rows, texts, encoding.encoder.size()))
    }

    /// Marks the vectors as built in this process and not written yet.
    pub(crate) fn mark_dirty(self) -> Self {
        Self { dirty: AtomicBool::new(true), ..self }
    }

    /// Reads a file; `None` if it is damaged, or belongs to another index or to other sizes.
    pub(crate) fn from_file(
        file: &OwnedBytes,
        index: &InvertedIndex,
        sizes: Sizes,
    ) -> Option<Self> {
        let size = sizes.vector;
        let mut reader = Reader::of_file(file)?;
        let count = index.all_forms().len();
        let forms: Column<1> = reader.array()?;
        let scales: U32Column = reader.array()?;
        let texts = TextVectors::read(&mut reader, index.document_count(), sizes)?;
        let is_sound =
            reader.is_empty() && forms.len() == Tiles::length(count, size) && scales.len() == count;
        let (file, dirty) = (file.clone(), AtomicBool::new(false));
        is_sound.then_some(Self { file, dirty, size, forms, scales, texts })
    }
}

/// How many rows are compared with the threshold at once, each giving a bit. Few rows are near, so
/// most groups are skipped with one look at their 64 bits.
const GROUP: usize = 64;

multiversion! {
    /// Sets bit *i* if the product of row *i* times its scale reaches the threshold.
    fn candidate_rows(
        products: &[i32; GROUP],
        scales: &[f32; GROUP],
        threshold: f32,
        bits: &mut u64,
    ) {
        let mut near = [false; GROUP];
        for ((near, product), scale) in near.iter_mut().zip(products).zip(scales) {
            let scaled = *product as f32 * scale;
            *near = scaled >= threshold;
        }
        for (near, place) in near.iter().zip(0..) {
            *bits |= u64::from(*near) << place;
        }
    }
}

/// The rows of a block whose cosine with a vector is at least [`MIN_COSINE`], from the products
/// of their integers.
///
/// An approximate comparison in `f32` finds the candidates, 64 at a time. The exact cosine, in
/// `f64`, is computed for them alone and decides.
fn near_rows(products: &[i32], scale: f32, scales: &[f32]) -> impl Iterator<Item = (usize, f64)> {
    // Below the least cosine by more than the comparison in `f32` can be wrong, so no row is lost.
    const APPROXIMATE_COSINE: f32 = 0.499;
    let threshold = if scale > 0.0 { APPROXIMATE_COSINE / scale } else { f32::INFINITY };
    let (groups, rest) = products[..scales.len()].as_chunks::<GROUP>();
    let candidates = groups.iter().zip(scales.as_chunks().0).zip((0..).step_by(GROUP)).flat_map(
        move |((products, scales), first)| {
            let mut bits = 0;
            candidate_rows(products, scales, threshold, &mut bits);
            set_bits(bits).map(move |place| first + place)
        },
    );
    let rows = candidates.chain(scales.len() - rest.len()..scales.len());
    rows.map(move |row| (row, cosine(products[row], scale, scales[row])))
        .filter(|(_, cosine)| *cosine >= MIN_COSINE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::test::on_each;

    #[test]
    fn near_rows_are_those_that_comparing_every_row_finds() {
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
                .filter(|(_, cosine)| *cosine >= MIN_COSINE)
                .collect();
            for found in on_each(|| near_rows(&products, 0.005, &scales).collect::<Vec<_>>()) {
                assert_eq!(found, expected, "{count}");
            }
            assert!(count < 16 || !expected.is_empty());
            assert_eq!(
                near_rows(&products, 0.0, &scales).count(),
                0,
                "no row is near to the zero vector"
            );
        }
    }
}
