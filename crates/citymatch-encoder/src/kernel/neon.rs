#![allow(
    unsafe_code,
    reason = "vector instructions: a call needs the processor's word, a load a pointer"
)]

#[allow(clippy::wildcard_imports, reason = "each instruction is a name")]
use std::arch::aarch64::*;

use super::portable;
pub(super) use super::portable::{add_scaled, highest}; // NEON is part of every aarch64 target: these lines compile to it as they are
use crate::tiles::ROWS;

pub(super) fn dot(left: &[i8], right: &[i8]) -> i32 {
    // SAFETY: a `Kernel` of this path is only made where NEON was detected; this holds for the call
    // below too.
    unsafe { dot_here(left, right) }
}

pub(super) fn dots(asks: &[i8], tiles: &[i8], depth: usize, out: &mut [i32]) {
    // SAFETY: as above.
    unsafe { dots_here(asks, tiles, depth, out) }
}

#[target_feature(enable = "neon")]
fn dot_here(left: &[i8], right: &[i8]) -> i32 {
    let ((left, left_rest), (right, right_rest)) =
        (left.as_chunks::<16>(), right.as_chunks::<16>());
    let mut sums = vdupq_n_s32(0);
    for (left, right) in left.iter().zip(right) {
        let (left, right) = (load(left), load(right));
        // Each product fits 16 bits, so pairs of them are added into 32.
        sums = vpadalq_s16(sums, vmull_s8(vget_low_s8(left), vget_low_s8(right)));
        sums = vpadalq_s16(sums, vmull_high_s8(left, right));
    }
    vaddvq_s32(sums).wrapping_add(portable::dot(left_rest, right_rest))
}

/// A register for every two rows of a tile, each row in two halves that are added at the end.
#[target_feature(enable = "neon")]
fn dots_here(asks: &[i8], tiles: &[i8], depth: usize, out: &mut [i32]) {
    let rows = tiles.len() / depth;
    for (t, tile) in tiles.chunks_exact(ROWS * depth).enumerate() {
        for (ask, out) in asks.chunks_exact(depth).zip(out.chunks_exact_mut(rows)) {
            let mut sums = [[vdupq_n_s32(0); 2]; 4];
            for (slice, four) in
                tile.as_chunks::<{ 4 * ROWS }>().0.iter().zip(ask.as_chunks::<4>().0)
            {
                let ask = vreinterpretq_s8_s32(vdupq_n_s32(i32::from_le_bytes(
                    four.map(i8::cast_unsigned),
                )));
                for (sums, values) in sums.iter_mut().zip(slice.as_chunks::<16>().0) {
                    let values = load(values);
                    sums[0] = vpadalq_s16(sums[0], vmull_s8(vget_low_s8(values), vget_low_s8(ask)));
                    sums[1] = vpadalq_s16(sums[1], vmull_high_s8(values, ask));
                }
            }
            let places = out[t * ROWS..(t + 1) * ROWS].as_chunks_mut::<4>().0;
            for (place, sums) in places.iter_mut().zip(sums) {
                // SAFETY: the reference is to the 16 bytes that are written.
                unsafe { vst1q_s32(place.as_mut_ptr(), vpaddq_s32(sums[0], sums[1])) };
            }
        }
    }
}

#[target_feature(enable = "neon")]
fn load(values: &[i8; 16]) -> int8x16_t {
    // SAFETY: the reference is to the 16 bytes that are read.
    unsafe { vld1q_s8(values.as_ptr()) }
}
