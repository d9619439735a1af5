#![allow(
    unsafe_code,
    reason = "vector instructions: a call needs the processor's word, a load and a store a pointer"
)]

#[allow(clippy::wildcard_imports, reason = "each instruction is a name")]
use std::arch::x86_64::*;

pub(super) use super::avx2::add_scaled; // wider registers gain nothing here, and a processor of this path has AVX2
use crate::tiles::{ROWS, Scaled, Slice};

pub(super) fn dot(left: &[i8], right: &[i8]) -> i32 {
    // SAFETY: a `Kernel` of this path is only made where AVX-512 BW, VL and VNNI were detected;
    // this holds for the call below too.
    unsafe { dot_here(left, right) }
}

pub(super) fn dots(asks: &[i8], tiles: &[i8], depth: usize, out: &mut [i32]) {
    // SAFETY: as above.
    unsafe { dots_here(asks, tiles, depth, out) }
}

/// The instruction multiplies unsigned with signed values: a + 128 is unsigned, and Σ ab = Σ (a +
/// 128) b - 128 Σ b.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
fn dot_here(left: &[i8], right: &[i8]) -> i32 {
    let (shift, ones) = (_mm512_set1_epi8(-128), _mm512_set1_epi8(1));
    let (mut shifted, mut total) = (_mm512_setzero_si512(), _mm512_setzero_si512());
    for (left, right) in left.chunks(64).zip(right.chunks(64)) {
        let mask = u64::MAX >> (64 - left.len().min(right.len()));
        // SAFETY: the mask leaves out what lies beyond either slice.
        let (left, right) = unsafe {
            (
                _mm512_maskz_loadu_epi8(mask, left.as_ptr()),
                _mm512_maskz_loadu_epi8(mask, right.as_ptr()),
            )
        };
        shifted = _mm512_dpbusd_epi32(shifted, _mm512_xor_si512(left, shift), right);
        total = _mm512_dpbusd_epi32(total, ones, right);
    }
    let sums = _mm512_sub_epi32(shifted, _mm512_slli_epi32::<7>(total));
    _mm512_reduce_add_epi32(sums)
}

pub(super) fn highest(asks: &[i8], tiles: &[i8], depth: usize, rows: &[Scaled], best: &mut [f32]) {
    // SAFETY: as above.
    unsafe { highest_here(asks, tiles, depth, rows, best) }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
fn dots_here(asks: &[i8], tiles: &[i8], depth: usize, out: &mut [i32]) {
    let rows = tiles.len() / depth;
    let starts: Vec<i32> = asks
        .chunks_exact(depth)
        .map(|ask| ask.iter().map(|&value| i32::from(value)).sum::<i32>().wrapping_mul(-128))
        .collect();
    let asks: Vec<i32> = asks
        .as_chunks::<4>()
        .0
        .iter()
        .map(|four| i32::from_le_bytes(four.map(i8::cast_unsigned)))
        .collect();
    for (t, tile) in tiles.chunks_exact(ROWS * depth).enumerate() {
        let slices = tile.as_chunks().0;
        let groups =
            asks.chunks(8 * slices.len()).zip(starts.chunks(8)).zip(out.chunks_mut(8 * rows));
        for ((asks, starts), out) in groups {
            let column = t * ROWS;
            match starts.len() {
                1 => tile_here::<1>(asks, starts, slices, out, rows, column),
                2 => tile_here::<2>(asks, starts, slices, out, rows, column),
                3 => tile_here::<3>(asks, starts, slices, out, rows, column),
                4 => tile_here::<4>(asks, starts, slices, out, rows, column),
                5 => tile_here::<5>(asks, starts, slices, out, rows, column),
                6 => tile_here::<6>(asks, starts, slices, out, rows, column),
                7 => tile_here::<7>(asks, starts, slices, out, rows, column),
                _ => tile_here::<8>(asks, starts, slices, out, rows, column),
            }
        }
    }
}

/// One tile with `N` asks: a register an ask, a lane a row. It starts at -128 Σ ask, see
/// [`dot_here`].
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
fn tile_here<const N: usize>(
    asks: &[i32],
    starts: &[i32],
    slices: &[Slice],
    out: &mut [i32],
    rows: usize,
    column: usize,
) {
    let shift = _mm512_set1_epi8(-128);
    let mut sums = [_mm512_setzero_si512(); N];
    for n in 0..N {
        sums[n] = _mm512_set1_epi32(starts[n]);
    }
    for (k, slice) in slices.iter().enumerate() {
        // SAFETY: the reference is to the 64 bytes that are read.
        let values = _mm512_xor_si512(unsafe { _mm512_loadu_si512(slice.as_ptr().cast()) }, shift);
        for n in 0..N {
            sums[n] =
                _mm512_dpbusd_epi32(sums[n], values, _mm512_set1_epi32(asks[n * slices.len() + k]));
        }
    }
    for (out, sums) in out.chunks_exact_mut(rows).zip(sums) {
        let place: &mut [i32; ROWS] = out[column..].first_chunk_mut().expect("a place a row");
        // SAFETY: the reference is to the 64 bytes that are written.
        unsafe { _mm512_storeu_si512(place.as_mut_ptr().cast(), sums) };
    }
}

/// Here an ask is a lane and a row is a value in all lanes, so that the best of a record's rows
/// needs no other lane. The asks are the unsigned side of [`dot_here`].
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
fn highest_here(asks: &[i8], tiles: &[i8], depth: usize, rows: &[Scaled], best: &mut [f32]) {
    let unsigned: Vec<i8> = asks.iter().map(|value| value ^ -128).collect();
    // One challenge is often a tile that is half empty.
    let half =
        asks.as_chunks::<{ 4 * ROWS }>().0.iter().all(|slice| slice[2 * ROWS..] == [0; 2 * ROWS]);
    let (asks, width) = (unsigned.as_chunks().0, asks.len() / depth);
    for (tile, rows) in tiles.chunks_exact(ROWS * depth).zip(rows.as_chunks().0) {
        let slices = tile.as_chunks().0;
        let starts = starts_here(slices);
        for (asks, lane) in asks.chunks(3 * slices.len()).zip((0..).step_by(3 * ROWS)) {
            let place = Place { best, width, lane };
            match asks.len() / slices.len() {
                1 if half => half_rows_here(asks, slices, &starts, rows, place),
                1 => rows_here::<1, 16>(asks, slices, &starts, rows, place),
                2 => rows_here::<2, 8>(asks, slices, &starts, rows, place),
                _ => rows_here::<3, 8>(asks, slices, &starts, rows, place),
            }
        }
    }
}

/// Where the best of some asks stand.
struct Place<'b> {
    best: &'b mut [f32],
    /// How many asks there are.
    width: usize,
    /// The first ask at hand.
    lane: usize,
}

/// -128 Σ row, for each row of a tile.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
fn starts_here(slices: &[Slice]) -> [i32; ROWS] {
    let mut totals = _mm512_setzero_si512();
    for slice in slices {
        totals = _mm512_dpbusd_epi32(totals, _mm512_set1_epi8(-128), load(slice));
    }
    let mut starts = [0; ROWS];
    // SAFETY: the reference is to the 64 bytes that are written.
    unsafe {
        _mm512_storeu_si512(
            starts.as_mut_ptr().cast(),
            _mm512_sub_epi32(_mm512_setzero_si512(), totals),
        );
    };
    starts
}

/// The rows of a tile with `N` tiles of asks, `R` rows at a time: `N` × `R` registers of sums.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
fn rows_here<const N: usize, const R: usize>(
    asks: &[Slice],
    slices: &[Slice],
    starts: &[i32; ROWS],
    rows: &[Scaled; ROWS],
    mut place: Place<'_>,
) {
    let depth = slices.len();
    let asks: [&[Slice]; N] = std::array::from_fn(|n| &asks[n * depth..(n + 1) * depth]);
    for first in (0..ROWS).step_by(R) {
        let mut sums = [[_mm512_setzero_si512(); N]; R];
        for k in 0..depth {
            if first == 0 {
                // The next tile is on its way from memory meanwhile.
                _mm_prefetch::<_MM_HINT_T0>(slices[k].as_ptr().wrapping_add(4 * ROWS * depth));
            }
            let mut values = [_mm512_setzero_si512(); N];
            for n in 0..N {
                values[n] = load(&asks[n][k]);
            }
            let fours: &[[i8; 4]; R] =
                slices[k].as_chunks().0[first..].first_chunk().expect("the rows of a tile");
            for r in 0..R {
                let row = _mm512_set1_epi32(i32::from_le_bytes(fours[r].map(i8::cast_unsigned)));
                for n in 0..N {
                    sums[r][n] = _mm512_dpbusd_epi32(sums[r][n], values[n], row);
                }
            }
        }
        for r in 0..R {
            let start = _mm512_set1_epi32(starts[first + r]);
            raise_here(
                sums[r].map(|sums| _mm512_add_epi32(sums, start)),
                rows[first + r],
                &mut place,
            );
        }
    }
}

/// The rows of a tile with a tile of asks whose second half is zero: registers of half the size.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
fn half_rows_here(
    asks: &[Slice],
    slices: &[Slice],
    starts: &[i32; ROWS],
    rows: &[Scaled; ROWS],
    mut place: Place<'_>,
) {
    let mut sums = [_mm256_setzero_si256(); ROWS];
    for (asks, slice) in asks.iter().zip(slices) {
        _mm_prefetch::<_MM_HINT_T0>(slice.as_ptr().wrapping_add(4 * ROWS * slices.len()));
        // SAFETY: the reference is to more than the 32 bytes that are read.
        let values = unsafe { _mm256_loadu_si256(asks.as_ptr().cast()) };
        let fours: &[[i8; 4]; ROWS] =
            slice.as_chunks().0.first_chunk().expect("the rows of a tile");
        for r in 0..ROWS {
            let row = _mm256_set1_epi32(i32::from_le_bytes(fours[r].map(i8::cast_unsigned)));
            sums[r] = _mm256_dpbusd_epi32(sums[r], values, row);
        }
    }
    for r in 0..ROWS {
        let sums = _mm256_add_epi32(sums[r], _mm256_set1_epi32(starts[r]));
        raise_here([_mm512_zextsi256_si512(sums)], rows[r], &mut place);
    }
}

/// Raises the best of a row's line to its products.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
fn raise_here<const N: usize>(products: [__m512i; N], row: Scaled, place: &mut Place<'_>) {
    let scale = _mm512_set1_ps(row.scale);
    let asks = place.best[row.line * place.width + place.lane..].as_chunks_mut().0;
    let lines: &mut [[f32; ROWS]; N] = asks.first_chunk_mut().expect("a place an ask");
    for n in 0..N {
        let product = _mm512_mul_ps(_mm512_cvtepi32_ps(products[n]), scale);
        // SAFETY: the references are to the 64 bytes that are read and written.
        unsafe {
            let before = _mm512_loadu_ps(lines[n].as_ptr());
            _mm512_storeu_ps(lines[n].as_mut_ptr(), _mm512_max_ps(product, before));
        }
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
fn load(slice: &Slice) -> __m512i {
    // SAFETY: the reference is to the 64 bytes that are read.
    unsafe { _mm512_loadu_si512(slice.as_ptr().cast()) }
}
