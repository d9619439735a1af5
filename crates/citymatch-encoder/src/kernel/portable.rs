//! What each function means. The other modules' twins give the same results, and the tests compare
//! them.

use crate::tiles::{ROWS, Scaled, Slice};

pub(super) fn dot(left: &[i8], right: &[i8]) -> i32 {
    left.iter()
        .zip(right)
        .fold(0, |sum, (&a, &b)| sum.wrapping_add(i32::from(i16::from(a) * i16::from(b))))
}

/// Inlined into its twins, which compile the same lines for other instructions.
#[inline(always)]
#[allow(
    clippy::inline_always,
    reason = "a function keeps its own instructions unless it is inlined"
)]
pub(super) fn add_scaled(sums: &mut [f32], values: &[i8], scale: f32) {
    for (sum, &value) in sums.iter_mut().zip(values) {
        *sum += f32::from(value) * scale;
    }
}

pub(super) fn dots(asks: &[i8], tiles: &[i8], depth: usize, out: &mut [i32]) {
    let rows = tiles.len() / depth;
    for (ask, out) in asks.chunks_exact(depth).zip(out.chunks_exact_mut(rows)) {
        for (tile, out) in tiles.chunks_exact(ROWS * depth).zip(out.as_chunks_mut::<ROWS>().0) {
            *out = [0; ROWS];
            for (slice, four) in
                tile.as_chunks::<{ 4 * ROWS }>().0.iter().zip(ask.as_chunks::<4>().0)
            {
                for (sum, row) in out.iter_mut().zip(slice.as_chunks::<4>().0) {
                    *sum = sum.wrapping_add(dot(row, four));
                }
            }
        }
    }
}

pub(super) fn highest(asks: &[i8], tiles: &[i8], depth: usize, rows: &[Scaled], best: &mut [f32]) {
    let width = asks.len() / depth;
    for (tile, rows) in tiles.chunks_exact(ROWS * depth).zip(rows.as_chunks::<ROWS>().0) {
        let slices: &[Slice] = tile.as_chunks().0;
        for (asks, lane) in asks.chunks_exact(ROWS * depth).zip((0..).step_by(ROWS)) {
            let asks: &[Slice] = asks.as_chunks().0;
            for (r, row) in rows.iter().enumerate() {
                let mut sums = [0_i32; ROWS];
                for (slice, asks) in slices.iter().zip(asks) {
                    let values = &slice.as_chunks::<4>().0[r];
                    for (sum, ask) in sums.iter_mut().zip(asks.as_chunks::<4>().0) {
                        *sum = sum.wrapping_add(dot(ask, values));
                    }
                }
                let line = &mut best[row.line * width + lane..][..ROWS];
                for (best, sum) in line.iter_mut().zip(sums) {
                    *best = higher(*best, scaled(sum, row.scale));
                }
            }
        }
    }
}

/// A product with a row's scale: exact products below 2^24, rounded once.
#[allow(clippy::cast_precision_loss)]
fn scaled(product: i32, scale: f32) -> f32 {
    product as f32 * scale
}

/// The higher of two numbers, as one instruction.
fn higher(a: f32, b: f32) -> f32 {
    if b > a { b } else { a }
}
