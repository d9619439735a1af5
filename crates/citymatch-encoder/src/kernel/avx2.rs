#![allow(unsafe_code, reason = "vector instructions: a call needs the processor's word, a load and a store a pointer")]

#[allow(clippy::wildcard_imports, reason = "each instruction is a name")]
use std::arch::x86_64::*;

use super::portable;
use crate::tiles::{ROWS, Slice};

pub(super) fn dot(left: &[i8], right: &[i8]) -> i32 {
    // SAFETY: a `Kernel` of this path is only made where AVX2 was detected; this holds for the calls below too.
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

#[target_feature(enable = "avx2")]
fn dot_here(left: &[i8], right: &[i8]) -> i32 {
    let ((left, left_rest), (right, right_rest)) = (left.as_chunks::<16>(), right.as_chunks::<16>());
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

/// One tile with `N` asks: a register for every four rows of an ask, each row in two halves that are added at the end.
#[target_feature(enable = "avx2")]
fn tile_here<const N: usize>(asks: &[i64], slices: &[Slice], out: &mut [i32], rows: usize, column: usize) {
    let mut sums = [[_mm256_setzero_si256(); 4]; N];
    for (k, slice) in slices.iter().enumerate() {
        for (quarter, values) in slice.as_chunks::<16>().0.iter().enumerate() {
            let values = widen(values);
            for n in 0..N {
                let ask = _mm256_set1_epi64x(asks[n * slices.len() + k]);
                sums[n][quarter] = _mm256_add_epi32(sums[n][quarter], _mm256_madd_epi16(values, ask));
            }
        }
    }
    for (out, sums) in out.chunks_exact_mut(rows).zip(sums) {
        for (place, pair) in out[column..].as_chunks_mut::<8>().0.iter_mut().zip(sums.as_chunks::<2>().0) {
            let eight = _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_hadd_epi32(pair[0], pair[1]));
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
