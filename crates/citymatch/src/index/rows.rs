//! Vectors of integers as rows, in memory and in an index file: many of one size, each with its
//! scale.

use std::ops::Range;

use citymatch_encoder::{Tiles, cosine};

use super::file::{Column, LENGTH, Reader, U32Column, Writer};
use crate::kernel::multiversion;

/// How many rows are packed, or multiplied, before the next ones, so that what is made of them stays
/// in the cache.
const ROWS_PER_PASS: usize = 128 * Tiles::ROWS;

/// A piece of [`Rows`] that has so many values takes no more.
const PIECE: usize = 1 << 18;

/// Rows that are being collected, in pieces: as more come, none but the first is moved.
#[derive(Default)]
pub(super) struct Rows {
    /// Each of whole rows.
    pieces: Vec<Vec<i8>>,
    scales: Vec<f32>,
}

impl Rows {
    pub(super) fn len(&self) -> usize {
        self.scales.len()
    }

    pub(super) fn push(&mut self, values: &[i8], scale: f32) {
        if self.pieces.last().is_none_or(|piece| piece.len() >= PIECE) {
            // The first one grows: there may be few rows.
            let room = if self.pieces.is_empty() { 0 } else { PIECE + values.len() };
            self.pieces.push(Vec::with_capacity(room));
        }
        if let Some(piece) = self.pieces.last_mut() {
            piece.extend(values);
        }
        self.scales.push(scale);
    }

    /// Adds the rows of another collection, which are not copied.
    pub(super) fn append(&mut self, other: Self) {
        self.pieces.extend(other.pieces);
        self.scales.extend(other.scales);
    }

    /// Adds a row of a file.
    pub(super) fn copy(&mut self, stored: &StoredRows, row: usize) {
        self.push(&stored.values(row), stored.scale(row));
    }

    /// Writes the rows, which have `size` values each.
    pub(super) fn write(&self, writer: &mut Writer, size: usize) {
        let mut rows = self.pieces.iter().flat_map(|piece| piece.chunks(size));
        let parts = self.len().div_ceil(ROWS_PER_PASS);
        let pack = |_| Tiles::pack(rows.by_ref().take(ROWS_PER_PASS), size);
        writer.integers(Tiles::length(self.len(), size), (0..parts).map(pack));
        writer.floats(&self.scales);
    }

    /// The bytes that [`write`](Self::write) writes.
    pub(super) fn length_in_file(&self, size: usize) -> usize {
        Tiles::length(self.len(), size) + size_of_val(&*self.scales) + 2 * LENGTH
    }
}

/// Rows in a file.
pub(super) struct StoredRows {
    /// The values of all rows, in tiles.
    tiles: Column<1>,
    scales: U32Column,
    size: usize,
}

impl StoredRows {
    /// Reads what [`Rows::write`] wrote; `None` if it is damaged, or its rows have another size.
    pub(super) fn read(reader: &mut Reader, size: usize) -> Option<Self> {
        let read = Self { tiles: reader.array()?, scales: reader.array()?, size };
        (read.tiles.len() == Tiles::length(read.len(), size)).then_some(read)
    }

    pub(super) fn len(&self) -> usize {
        self.scales.len()
    }

    pub(super) fn scale(&self, row: usize) -> f32 {
        self.scales.float(row)
    }

    /// The scales of some rows.
    pub(super) fn scales(&self, rows: Range<usize>) -> impl Iterator<Item = f32> {
        self.scales.items()[rows].iter().copied().map(f32::from_le_bytes)
    }

    /// The tiles that contain some rows, and how many rows of the first tile come before those:
    /// only whole tiles of [`Tiles::ROWS`] rows can be read.
    pub(super) fn tiles_of(&self, rows: Range<usize>) -> (Tiles<'_>, usize) {
        let skipped = rows.start % Tiles::ROWS;
        let start = Tiles::length(rows.start - skipped, self.size);
        let values = &self.tiles.integers()[start..Tiles::length(rows.end, self.size)];
        (Tiles::new(values, self.size), skipped)
    }

    pub(super) fn values(&self, row: usize) -> Vec<i8> {
        Tiles::new(self.tiles.integers(), self.size).row(row)
    }

    /// The products of some queries, each with a factor, with some rows and times the rows' scales:
    /// `values[query][place]`, of which the front is written.
    pub(super) fn scaled_products(
        &self,
        queries: &[(&[i8], f32)],
        rows: Range<usize>,
        values: &mut [Vec<f32>],
    ) {
        if queries.is_empty() {
            return;
        }
        let integers: Vec<&[i8]> = queries.iter().map(|(values, _)| *values).collect();
        let mut products = Vec::new();
        for part in parts(rows.clone(), ROWS_PER_PASS) {
            let (tiles, skipped) = self.tiles_of(part.clone());
            tiles.dots(&integers, &mut products);
            let scales = &self.scales.items()[part.clone()];
            let places = part.start - rows.start..part.end - rows.start;
            let by_query = queries.iter().zip(&mut *values).zip(products.chunks(tiles.rows()));
            for (((_, factor), values), products) in by_query {
                let values = &mut values[places.clone()];
                scale_products(&products[skipped..], scales, *factor, values);
            }
        }
    }

    /// The product of each of some queries, given by its values and its scale, with some rows,
    /// times both scales, from −1 to 1: `found[query][place]`.
    pub(super) fn products(
        &self,
        queries: &[(&[i8], f32)],
        rows: Range<usize>,
        found: &mut [Vec<f64>],
    ) {
        let values: Vec<&[i8]> = queries.iter().map(|(values, _)| *values).collect();
        let mut products = Vec::new();
        found.iter_mut().for_each(Vec::clear);
        for part in parts(rows, ROWS_PER_PASS) {
            let (tiles, skipped) = self.tiles_of(part.clone());
            tiles.dots(&values, &mut products);
            let by_query = queries.iter().zip(&mut *found).zip(products.chunks(tiles.rows()));
            for (((_, scale), found), products) in by_query {
                let products = products[skipped..].iter().zip(part.clone());
                found.extend(
                    products.map(|(product, row)| cosine(*product, *scale, self.scale(row))),
                );
            }
        }
    }
}

/// The product of two profiles' integers times the scale of a document and the factor of a query,
/// in the order in which it is rounded. Products are below 2^24 and so exact as `f32`.
pub(crate) fn shared_subjects(product: i32, scale: f32, factor: f32) -> f32 {
    product as f32 * scale * factor
}

multiversion! {
    /// [`shared_subjects`] of many products.
    fn scale_products(products: &[i32], scales: &[[u8; 4]], factor: f32, values: &mut [f32]) {
        for ((value, product), scale) in values.iter_mut().zip(products).zip(scales) {
            *value = *product as f32 * f32::from_le_bytes(*scale) * factor;
        }
    }
}

/// A range, divided into ranges of a size; the last one may be smaller.
pub(super) fn parts(all: Range<usize>, size: usize) -> impl Iterator<Item = Range<usize>> {
    all.clone().step_by(size).map(move |start| start..all.end.min(start + size))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_the_same_however_they_come() {
        const SIZE: usize = 200;
        for count in [0, 1, 17, 2_047, 2_049, 5_000] {
            let value =
                |row: usize, at: usize| i8::try_from((row * 31 + at * 7) % 255).unwrap_or(-1);
            let row = |row: usize| (0..SIZE).map(|at| value(row, at)).collect::<Vec<i8>>();
            let all: Vec<Vec<i8>> = (0..count).map(row).collect();
            let pieces_of = |most: usize| {
                let mut rows = Rows::default();
                for (number, piece) in all.chunks(most).enumerate() {
                    let mut own = Rows::default();
                    for (place, row) in piece.iter().enumerate() {
                        own.push(row, (number * most + place) as f32);
                    }
                    rows.append(own);
                }
                rows
            };
            for most in [1, 100, 5_000] {
                let (rows, mut writer) = (pieces_of(most), Writer::new());
                rows.write(&mut writer, SIZE);
                assert_eq!(writer.columns(), rows.length_in_file(SIZE), "{count} by {most}");
                let mut reader = Reader::of_file(&writer.into_file()).unwrap();
                let stored = StoredRows::read(&mut reader, SIZE).unwrap();
                assert!(reader.is_empty() && stored.len() == count, "{count} by {most}");
                let packed = Tiles::pack(all.iter().map(Vec::as_slice), SIZE);
                assert_eq!(stored.tiles.integers(), packed, "{count} by {most}");
                let scales: Vec<f32> = (0..count).map(|row| row as f32).collect();
                assert!(stored.scales(0..count).eq(scales), "{count} by {most}");
            }
        }
    }
}
