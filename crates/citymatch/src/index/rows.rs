//! Vectors of integers as rows, in memory and in an index file: many of one size, each with its
//! scale.

use std::ops::Range;

use citymatch_encoder::{Tiles, cosine};

use super::file::{Column, Reader, U32Column, Writer};
use crate::kernel::multiversion;

/// How many rows are multiplied before the next ones, so that their products stay in the cache.
const ROWS_PER_PASS: usize = 128 * Tiles::ROWS;

/// Rows that are being collected.
#[derive(Default)]
pub(super) struct Rows {
    values: Vec<i8>,
    scales: Vec<f32>,
}

impl Rows {
    pub(super) fn len(&self) -> usize {
        self.scales.len()
    }

    pub(super) fn push(&mut self, values: &[i8], scale: f32) {
        self.values.extend(values);
        self.scales.push(scale);
    }

    pub(super) fn extend(&mut self, other: &Self) {
        self.values.extend(&other.values);
        self.scales.extend(&other.scales);
    }

    /// Adds a row of a file.
    pub(super) fn copy(&mut self, stored: &StoredRows, row: usize) {
        self.values.extend(stored.values(row));
        self.scales.push(stored.scale(row));
    }

    /// Writes the rows, which have `size` values each.
    pub(super) fn write(self, writer: &mut Writer, size: usize) {
        writer.integers(&Tiles::pack(self.values.chunks(size), size));
        writer.floats(&self.scales);
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
