#![allow(
    unsafe_code,
    reason = "vector instructions: sound only where a processor has them, by way of pointers"
)]

#[allow(clippy::wildcard_imports, reason = "each instruction is a name")]
use std::arch::aarch64::*;

use super::portable;
// NEON is part of every aarch64 target, so this compiles to its instructions as it is.
pub(super) use super::portable::add_scaled;
use crate::layout::{ROWS, Runs};

pub(super) fn dot(left: &[i8], right: &[i8]) -> i32 {
    // SAFETY: a `Kernel` with this instruction set is only made where NEON was detected. This holds
    // for the call below too.
    unsafe { dot_neon(left, right) }
}

pub(super) fn dots(queries: &[i8], tiles: &[i8], padded_dim: usize, out: &mut [i32]) {
    // SAFETY: as above.
    unsafe { dots_neon(queries, tiles, padded_dim, out) }
}

pub(super) fn max_per_run(queries: &[i8], runs: Runs<'_>, out: &mut [f32]) {
    portable::max_per_run_by(dots, queries, runs, out);
}

#[target_feature(enable = "neon")]
fn dot_neon(left: &[i8], right: &[i8]) -> i32 {
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

/// One register holds two rows of a tile, each row as two halves, which are added at the end.
#[target_feature(enable = "neon")]
fn dots_neon(queries: &[i8], tiles: &[i8], padded_dim: usize, out: &mut [i32]) {
    let rows = tiles.len() / padded_dim;
    for (t, tile) in tiles.chunks_exact(ROWS * padded_dim).enumerate() {
        for (query, out) in queries.chunks_exact(padded_dim).zip(out.chunks_exact_mut(rows)) {
            let mut sums = [[vdupq_n_s32(0); 2]; 4];
            for (panel, four) in
                tile.as_chunks::<{ 4 * ROWS }>().0.iter().zip(query.as_chunks::<4>().0)
            {
                let query = vreinterpretq_s8_s32(vdupq_n_s32(i32::from_le_bytes(
                    four.map(i8::cast_unsigned),
                )));
                for (sums, values) in sums.iter_mut().zip(panel.as_chunks::<16>().0) {
                    let values = load(values);
                    sums[0] =
                        vpadalq_s16(sums[0], vmull_s8(vget_low_s8(values), vget_low_s8(query)));
                    sums[1] = vpadalq_s16(sums[1], vmull_high_s8(values, query));
                }
            }
            let outputs = out[t * ROWS..(t + 1) * ROWS].as_chunks_mut::<4>().0;
            for (output, sums) in outputs.iter_mut().zip(sums) {
                // SAFETY: the reference is to the 16 bytes that are written.
                unsafe { vst1q_s32(output.as_mut_ptr(), vpaddq_s32(sums[0], sums[1])) };
            }
        }
    }
}

#[target_feature(enable = "neon")]
fn load(values: &[i8; 16]) -> int8x16_t {
    // SAFETY: the reference is to the 16 bytes that are read.
    unsafe { vld1q_s8(values.as_ptr()) }
}
