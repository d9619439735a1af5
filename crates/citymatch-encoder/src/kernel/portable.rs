//! The definition of each function, in plain Rust. The functions of the same names in the other
//! modules give the same results, and the tests compare them.

use crate::layout::{ROWS, Runs};

pub(super) fn dot(left: &[i8], right: &[i8]) -> i32 {
    left.iter()
        .zip(right)
        .fold(0, |sum, (&a, &b)| sum.wrapping_add(i32::from(i16::from(a) * i16::from(b))))
}

/// Inlined into the functions of other modules, which compile it for their own instructions.
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

pub(super) fn dots(queries: &[i8], tiles: &[i8], padded_dim: usize, out: &mut [i32]) {
    let rows = tiles.len() / padded_dim;
    for (query, out) in queries.chunks_exact(padded_dim).zip(out.chunks_exact_mut(rows)) {
        for (tile, out) in tiles.chunks_exact(ROWS * padded_dim).zip(out.as_chunks_mut::<ROWS>().0)
        {
            *out = [0; ROWS];
            for (panel, four) in
                tile.as_chunks::<{ 4 * ROWS }>().0.iter().zip(query.as_chunks::<4>().0)
            {
                for (sum, row) in out.iter_mut().zip(panel.as_chunks::<4>().0) {
                    *sum = sum.wrapping_add(dot(row, four));
                }
            }
        }
    }
}

pub(super) fn max_per_run(queries: &[i8], runs: Runs<'_>, out: &mut [f32]) {
    max_per_run_by(dots, queries, runs, out);
}

/// How many tiles are multiplied before their products are looked at, so that these stay in the
/// cache.
const TILES: usize = 64;

/// [`max_per_run`] on the products of some instruction set.
pub(super) fn max_per_run_by(
    dots: impl Fn(&[i8], &[i8], usize, &mut [i32]),
    queries: &[i8],
    runs: Runs<'_>,
    out: &mut [f32],
) {
    let Runs { tiles, padded_dim, scales, last } = runs;
    let count = queries.len() / padded_dim;
    let stride = out.len() / count;
    let mut products = vec![0; count * TILES * ROWS];
    let mut open = vec![(0, f32::NEG_INFINITY); count];
    let together = tiles.chunks(TILES * ROWS * padded_dim);
    for ((tiles, scales), last) in together.zip(scales.chunks(TILES * ROWS)).zip(last.chunks(TILES))
    {
        let products = &mut products[..count * scales.len()];
        dots(queries, tiles, padded_dim, products);
        let by_query = products.chunks_exact(scales.len()).zip(out.chunks_exact_mut(stride));
        for ((products, out), (ended, best)) in by_query.zip(&mut open) {
            let rows = products.as_chunks::<ROWS>().0.iter().zip(scales.as_chunks::<ROWS>().0);
            for ((products, scales), last) in rows.zip(last) {
                for (lane, (product, scale)) in products.iter().zip(scales).enumerate() {
                    *best = max(*best, scale_product(*product, *scale));
                    if last >> lane & 1 == 1 {
                        out[*ended] = *best;
                        (*ended, *best) = (*ended + 1, f32::NEG_INFINITY);
                    }
                }
            }
        }
    }
}

/// A product times a row's scale. Products below 2^24 are exact in `f32`, so it is rounded once.
#[allow(clippy::cast_precision_loss)]
fn scale_product(product: i32, scale: f32) -> f32 {
    product as f32 * scale
}

/// The larger of two numbers. Unlike `f32::max`, which also handles NaN, it compiles to one
/// instruction.
fn max(a: f32, b: f32) -> f32 {
    if b > a { b } else { a }
}
