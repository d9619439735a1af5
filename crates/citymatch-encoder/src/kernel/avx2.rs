#![allow(
    unsafe_code,
    reason = "vector instructions: a call needs the processor's word, a load and a store a pointer"
)]

#[allow(clippy::wildcard_imports, reason = "each instruction is a name")]
use std::arch::x86_64::*;

use super::portable;
use crate::tiles::{ROWS, Scaled, Slice};

pub(super) fn dot(left: &[i8], right: &[i8]) -> i32 {
    // SAFETY: a `Kernel` of this path is only made where AVX2 was detected; this holds for the
    // calls below too.
    unsafe { dot_here(left, right) }
}

pub(super) fn add_scaled(sums: &mut [f32], values: &[i8], scale: f32) {
    // SAFETY: as above.
    unsafe { add_scaled_here(sums, values, scale) }
}

pub(super) fn dots(asks: &[i8], tiles: &[i8], depth: usize, out: &mut [i32]) {
    // SAFETY: as above.
    unsafe { dots_here(asks, tiles, depth, out) }
}

pub(super) fn highest(asks: &[i8], tiles: &[i8], depth: usize, rows: &[Scaled], best: &mut [f32]) {
    // SAFETY: as above.
    unsafe { highest_here(asks, tiles, depth, rows, best) }
}

#[target_feature(enable = "avx2")]
fn dot_here(left: &[i8], right: &[i8]) -> i32 {
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
fn add_scaled_here(sums: &mut [f32], values: &[i8], scale: f32) {
    portable::add_scaled(sums, values, scale);
}

#[target_feature(enable = "avx2")]
fn dots_here(asks: &[i8], tiles: &[i8], depth: usize, out: &mut [i32]) {
    let rows = tiles.len() / depth;
    // Four values of an ask, widened to 16 bits each.
    let asks: Vec<i64> = asks.as_chunks().0.iter().map(|four| quad(*four)).collect();
    for (t, tile) in tiles.chunks_exact(ROWS * depth).enumerate() {
        let slices = tile.as_chunks().0;
        for (asks, out) in asks.chunks(2 * slices.len()).zip(out.chunks_mut(2 * rows)) {
            if asks.len() == slices.len() {
                tile_here::<1>(asks, slices, out, rows, t * ROWS);
            } else {
                tile_here::<2>(asks, slices, out, rows, t * ROWS);
            }
        }
    }
}

/// One tile with `N` asks: a register for every four rows of an ask, each row in two halves that
/// are added at the end.
#[target_feature(enable = "avx2")]
fn tile_here<const N: usize>(
    asks: &[i64],
    slices: &[Slice],
    out: &mut [i32],
    rows: usize,
    column: usize,
) {
    let mut sums = [[_mm256_setzero_si256(); 4]; N];
    for (k, slice) in slices.iter().enumerate() {
        for (quarter, values) in slice.as_chunks::<16>().0.iter().enumerate() {
            let values = widen(values);
            for n in 0..N {
                let ask = _mm256_set1_epi64x(asks[n * slices.len() + k]);
                sums[n][quarter] =
                    _mm256_add_epi32(sums[n][quarter], _mm256_madd_epi16(values, ask));
            }
        }
    }
    for (out, sums) in out.chunks_exact_mut(rows).zip(sums) {
        for (place, pair) in
            out[column..].as_chunks_mut::<8>().0.iter_mut().zip(sums.as_chunks::<2>().0)
        {
            let eight =
                _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_hadd_epi32(pair[0], pair[1]));
            // SAFETY: the reference is to the 32 bytes that are written.
            unsafe { _mm256_storeu_si256(place.as_mut_ptr().cast(), eight) };
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

/// Two values of each row of a tile, widened to 16 bits: the instruction adds the products of two.
type Pairs = [i32; ROWS];

/// Here an ask is a lane and a row is a value in all lanes, so that the best of a record's rows
/// needs no other lane.
#[target_feature(enable = "avx2")]
fn highest_here(asks: &[i8], tiles: &[i8], depth: usize, rows: &[Scaled], best: &mut [f32]) {
    let width = asks.len() / depth;
    let (mut wide_asks, mut wide) = (Vec::new(), Vec::new());
    pairs(asks, &mut wide_asks);
    for (tile, rows) in tiles.chunks_exact(ROWS * depth).zip(rows.as_chunks::<ROWS>().0) {
        pairs(tile, &mut wide);
        for (asks, lane) in wide_asks.chunks_exact(wide.len()).zip((0..).step_by(ROWS)) {
            for (first, rows) in (0..).step_by(4).zip(rows.as_chunks::<4>().0) {
                let sums = four_rows_here(asks, &wide, first);
                for (row, sums) in rows.iter().zip(sums) {
                    let scale = _mm256_set1_ps(row.scale);
                    let lines = best[row.line * width + lane..].as_chunks_mut::<8>().0;
                    for (line, sums) in lines.iter_mut().zip(sums) {
                        let product = _mm256_mul_ps(_mm256_cvtepi32_ps(sums), scale);
                        // SAFETY: the references are to the 32 bytes that are read and written.
                        unsafe {
                            let before = _mm256_loadu_ps(line.as_ptr());
                            _mm256_storeu_ps(line.as_mut_ptr(), _mm256_max_ps(product, before));
                        }
                    }
                }
            }
        }
    }
}

/// The products of four rows of a tile with a tile of asks: two registers a row.
#[target_feature(enable = "avx2")]
fn four_rows_here(asks: &[Pairs], rows: &[Pairs], first: usize) -> [[__m256i; 2]; 4] {
    let mut sums = [[_mm256_setzero_si256(); 2]; 4];
    for (asks, rows) in asks.iter().zip(rows) {
        let halves = asks.as_chunks::<8>().0;
        // SAFETY: the references are to the 32 bytes that are read.
        let asks = unsafe {
            [
                _mm256_loadu_si256(halves[0].as_ptr().cast()),
                _mm256_loadu_si256(halves[1].as_ptr().cast()),
            ]
        };
        for r in 0..4 {
            let row = _mm256_set1_epi32(rows[first + r]);
            for n in 0..2 {
                sums[r][n] = _mm256_add_epi32(sums[r][n], _mm256_madd_epi16(asks[n], row));
            }
        }
    }
    sums
}

/// The first two values of each row of a slice, then the other two, slice by slice.
fn pairs(tiles: &[i8], wide: &mut Vec<Pairs>) {
    wide.clear();
    for slice in tiles.as_chunks::<{ 4 * ROWS }>().0 {
        let rows: &[[i8; 4]; ROWS] = slice.as_chunks().0.first_chunk().expect("a slice of 16 rows");
        wide.push(rows.map(|[a, b, _, _]| pair(a, b)));
        wide.push(rows.map(|[_, _, c, d]| pair(c, d)));
    }
}

fn pair(a: i8, b: i8) -> i32 {
    i32::from(a) & 0xFFFF | i32::from(b) << 16
}
