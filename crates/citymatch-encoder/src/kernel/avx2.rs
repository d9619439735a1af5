#![allow(
    unsafe_code,
    reason = "vector instructions: sound only where a processor has them, by way of pointers"
)]

#[allow(clippy::wildcard_imports, reason = "each instruction is a name")]
use std::arch::x86_64::*;

use super::portable;
use crate::layout::{Panel, ROWS, Runs};

pub(super) fn dot(left: &[i8], right: &[i8]) -> i32 {
    // SAFETY: a `Kernel` with this instruction set is only made where AVX2 was detected. This holds
    // for the calls below too.
    unsafe { dot_avx2(left, right) }
}

pub(super) fn add_scaled(sums: &mut [f32], values: &[i8], scale: f32) {
    // SAFETY: as above.
    unsafe { add_scaled_avx2(sums, values, scale) }
}

pub(super) fn dots(queries: &[i8], tiles: &[i8], padded_dim: usize, out: &mut [i32]) {
    // SAFETY: as above.
    unsafe { dots_avx2(queries, tiles, padded_dim, out) }
}

pub(super) fn max_per_run(queries: &[i8], runs: Runs<'_>, out: &mut [f32]) {
    portable::max_per_run_by(dots, queries, runs, out);
}

#[target_feature(enable = "avx2")]
fn dot_avx2(left: &[i8], right: &[i8]) -> i32 {
    let ((left, left_rest), (right, right_rest)) =
        (left.as_chunks::<16>(), right.as_chunks::<16>());
    let mut sums = _mm256_setzero_si256();
    for (left, right) in left.iter().zip(right) {
        sums = _mm256_add_epi32(sums, _mm256_madd_epi16(widen(left), widen(right)));
    }
    let four = _mm_add_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256::<1>(sums));
    let two = _mm_add_epi32(four, _mm_unpackhi_epi64(four, four));
    let one = _mm_add_epi32(two, _mm_shuffle_epi32::<1>(two));
    _mm_cvtsi128_si32(one).wrapping_add(portable::dot(left_rest, right_rest))
}

#[target_feature(enable = "avx2")]
fn add_scaled_avx2(sums: &mut [f32], values: &[i8], scale: f32) {
    portable::add_scaled(sums, values, scale);
}

#[target_feature(enable = "avx2")]
fn dots_avx2(queries: &[i8], tiles: &[i8], padded_dim: usize, out: &mut [i32]) {
    let rows = tiles.len() / padded_dim;
    // Four values of a query, widened to 16 bits each.
    let queries: Vec<i64> = queries.as_chunks().0.iter().map(|four| quad(*four)).collect();
    for (t, tile) in tiles.chunks_exact(ROWS * padded_dim).enumerate() {
        let panels = tile.as_chunks().0;
        for (queries, out) in queries.chunks(2 * panels.len()).zip(out.chunks_mut(2 * rows)) {
            if queries.len() == panels.len() {
                tile_avx2::<1>(queries, panels, out, rows, t * ROWS);
            } else {
                tile_avx2::<2>(queries, panels, out, rows, t * ROWS);
            }
        }
    }
}

/// One tile with `N` queries. For each query one register holds four rows, each row as two halves,
/// which are added at the end.
#[target_feature(enable = "avx2")]
fn tile_avx2<const N: usize>(
    queries: &[i64],
    panels: &[Panel],
    out: &mut [i32],
    rows: usize,
    column: usize,
) {
    let mut sums = [[_mm256_setzero_si256(); 4]; N];
    for (k, panel) in panels.iter().enumerate() {
        for (quarter, values) in panel.as_chunks::<16>().0.iter().enumerate() {
            let values = widen(values);
            for n in 0..N {
                let query = _mm256_set1_epi64x(queries[n * panels.len() + k]);
                sums[n][quarter] =
                    _mm256_add_epi32(sums[n][quarter], _mm256_madd_epi16(values, query));
            }
        }
    }
    for (out, sums) in out.chunks_exact_mut(rows).zip(sums) {
        for (output, pair) in
            out[column..].as_chunks_mut::<8>().0.iter_mut().zip(sums.as_chunks::<2>().0)
        {
            let eight =
                _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_hadd_epi32(pair[0], pair[1]));
            // SAFETY: the reference is to the 32 bytes that are written.
            unsafe { _mm256_storeu_si256(output.as_mut_ptr().cast(), eight) };
        }
    }
}

#[target_feature(enable = "avx2")]
fn widen(values: &[i8; 16]) -> __m256i {
    // SAFETY: the reference is to the 16 bytes that are read.
    _mm256_cvtepi8_epi16(unsafe { _mm_loadu_si128(values.as_ptr().cast()) })
}

fn quad(values: [i8; 4]) -> i64 {
    let [a, b, c, d] = values.map(|value| i64::from(i16::from(value).cast_unsigned()));
    a | b << 16 | c << 32 | d << 48
}
