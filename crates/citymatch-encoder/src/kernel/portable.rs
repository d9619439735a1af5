//! What each function means. The other modules' twins give the same results, and the tests compare them.

use crate::tiles::ROWS;

pub(super) fn dot(left: &[i8], right: &[i8]) -> i32 {
    left.iter().zip(right).fold(0, |sum, (&a, &b)| sum.wrapping_add(i32::from(i16::from(a) * i16::from(b))))
}

/// Inlined into its twins, which compile the same lines for other instructions.
#[inline(always)]
#[allow(clippy::inline_always, reason = "a function keeps its own instructions unless it is inlined")]
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
            for (slice, four) in tile.as_chunks::<{ 4 * ROWS }>().0.iter().zip(ask.as_chunks::<4>().0) {
                for (sum, row) in out.iter_mut().zip(slice.as_chunks::<4>().0) {
                    *sum = sum.wrapping_add(dot(row, four));
                }
            }
        }
    }
}
