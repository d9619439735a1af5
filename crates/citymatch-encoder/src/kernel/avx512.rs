#![allow(
    unsafe_code,
    reason = "vector instructions: sound only where a processor has them, by way of pointers"
)]

#[allow(clippy::wildcard_imports, reason = "each instruction is a name")]
use std::arch::x86_64::*;

// Wider registers gain nothing here, and every processor with AVX-512 has AVX2.
pub(super) use super::avx2::add_scaled;
use crate::layout::{GroupedRow, Panel, ROWS};

pub(super) fn dot(left: &[i8], right: &[i8]) -> i32 {
    // SAFETY: a `Kernel` with this instruction set is only made where AVX-512 BW, VL and VNNI were
    // detected. This holds for the calls below too.
    unsafe { dot_avx512(left, right) }
}

pub(super) fn dots(queries: &[i8], tiles: &[i8], padded_dim: usize, out: &mut [i32]) {
    // SAFETY: as above.
    unsafe { dots_avx512(queries, tiles, padded_dim, out) }
}

/// The instruction multiplies unsigned with signed values. `a + 128` is unsigned, so the product is
/// computed as Σ ab = Σ (a + 128) b - 128 Σ b.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
fn dot_avx512(left: &[i8], right: &[i8]) -> i32 {
    let (shift, ones) = (_mm512_set1_epi8(-128), _mm512_set1_epi8(1));
    let (mut shifted, mut total) = (_mm512_setzero_si512(), _mm512_setzero_si512());
    for (left, right) in left.chunks(64).zip(right.chunks(64)) {
        let mask = u64::MAX >> (64 - left.len().min(right.len()));
        // SAFETY: the mask excludes the bytes beyond the end of either list.
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

pub(super) fn max_per_group(
    queries: &[i8],
    tiles: &[i8],
    padded_dim: usize,
    rows: &[GroupedRow],
    best: &mut [f32],
) {
    // SAFETY: as above.
    unsafe { max_per_group_avx512(queries, tiles, padded_dim, rows, best) }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
fn dots_avx512(queries: &[i8], tiles: &[i8], padded_dim: usize, out: &mut [i32]) {
    let rows = tiles.len() / padded_dim;
    let biases: Vec<i32> = queries
        .chunks_exact(padded_dim)
        .map(|query| query.iter().map(|&value| i32::from(value)).sum::<i32>().wrapping_mul(-128))
        .collect();
    let queries: Vec<i32> = queries
        .as_chunks::<4>()
        .0
        .iter()
        .map(|four| i32::from_le_bytes(four.map(i8::cast_unsigned)))
        .collect();
    for (t, tile) in tiles.chunks_exact(ROWS * padded_dim).enumerate() {
        let panels = tile.as_chunks().0;
        let groups =
            queries.chunks(8 * panels.len()).zip(biases.chunks(8)).zip(out.chunks_mut(8 * rows));
        for ((queries, biases), out) in groups {
            let column = t * ROWS;
            match biases.len() {
                1 => tile_avx512::<1>(queries, biases, panels, out, rows, column),
                2 => tile_avx512::<2>(queries, biases, panels, out, rows, column),
                3 => tile_avx512::<3>(queries, biases, panels, out, rows, column),
                4 => tile_avx512::<4>(queries, biases, panels, out, rows, column),
                5 => tile_avx512::<5>(queries, biases, panels, out, rows, column),
                6 => tile_avx512::<6>(queries, biases, panels, out, rows, column),
                7 => tile_avx512::<7>(queries, biases, panels, out, rows, column),
                _ => tile_avx512::<8>(queries, biases, panels, out, rows, column),
            }
        }
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
fn tile_avx512<const N: usize>(
    queries: &[i32],
    biases: &[i32],
    panels: &[Panel],
    out: &mut [i32],
    rows: usize,
    column: usize,
) {
    let shift = _mm512_set1_epi8(-128);
    let mut sums = [_mm512_setzero_si512(); N];
    for n in 0..N {
        sums[n] = _mm512_set1_epi32(biases[n]);
    }
    for (k, panel) in panels.iter().enumerate() {
        // SAFETY: the reference is to the 64 bytes that are read.
        let values = _mm512_xor_si512(unsafe { _mm512_loadu_si512(panel.as_ptr().cast()) }, shift);
        for n in 0..N {
            sums[n] = _mm512_dpbusd_epi32(
                sums[n],
                values,
                _mm512_set1_epi32(queries[n * panels.len() + k]),
            );
        }
    }
    for (out, sums) in out.chunks_exact_mut(rows).zip(sums) {
        let output: &mut [i32; ROWS] =
            out[column..].first_chunk_mut().expect("`out` has a place for each row of whole tiles");
        // SAFETY: the reference is to the 64 bytes that are written.
        unsafe { _mm512_storeu_si512(output.as_mut_ptr().cast(), sums) };
    }
}

/// Each lane of a register belongs to a query, and a row's value is copied to all lanes. So the
/// maximum over the rows of a group is taken within a lane, and lanes are never combined. The
/// queries are the unsigned side of [`dot_avx512`].
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
fn max_per_group_avx512(
    queries: &[i8],
    tiles: &[i8],
    padded_dim: usize,
    rows: &[GroupedRow],
    best: &mut [f32],
) {
    let unsigned: Vec<i8> = queries.iter().map(|value| value ^ -128).collect();
    // A search for one text often has at most eight sentences: then half of its only tile is empty.
    let half = queries
        .as_chunks::<{ 4 * ROWS }>()
        .0
        .iter()
        .all(|panel| panel[2 * ROWS..] == [0; 2 * ROWS]);
    let (queries, width) = (unsigned.as_chunks().0, queries.len() / padded_dim);
    for (tile, rows) in tiles.chunks_exact(ROWS * padded_dim).zip(rows.as_chunks().0) {
        let panels = tile.as_chunks().0;
        let biases = biases_avx512(panels);
        for (queries, lane) in queries.chunks(3 * panels.len()).zip((0..).step_by(3 * ROWS)) {
            let maxima = Maxima { best, queries: width, first_query: lane };
            match queries.len() / panels.len() {
                1 if half => half_rows_avx512(queries, panels, &biases, rows, maxima),
                1 => rows_avx512::<1, 16>(queries, panels, &biases, rows, maxima),
                2 => rows_avx512::<2, 8>(queries, panels, &biases, rows, maxima),
                _ => rows_avx512::<3, 8>(queries, panels, &biases, rows, maxima),
            }
        }
    }
}

/// The maxima of all groups, and which of the queries are being computed.
struct Maxima<'b> {
    /// `best[group * queries + query]`.
    best: &'b mut [f32],
    /// The number of queries.
    queries: usize,
    /// The first query that is being computed.
    first_query: usize,
}

/// The bias of each row of a tile: -128 Σ row.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
fn biases_avx512(panels: &[Panel]) -> [i32; ROWS] {
    let mut totals = _mm512_setzero_si512();
    for panel in panels {
        totals = _mm512_dpbusd_epi32(totals, _mm512_set1_epi8(-128), load(panel));
    }
    let mut biases = [0; ROWS];
    // SAFETY: the reference is to the 64 bytes that are written.
    unsafe {
        _mm512_storeu_si512(
            biases.as_mut_ptr().cast(),
            _mm512_sub_epi32(_mm512_setzero_si512(), totals),
        );
    };
    biases
}

/// The rows of a tile with `N` tiles of queries, `R` rows at a time: `N` × `R` registers of sums.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
fn rows_avx512<const N: usize, const R: usize>(
    queries: &[Panel],
    panels: &[Panel],
    biases: &[i32; ROWS],
    rows: &[GroupedRow; ROWS],
    mut maxima: Maxima<'_>,
) {
    let padded_dim = panels.len();
    let queries: [&[Panel]; N] =
        std::array::from_fn(|n| &queries[n * padded_dim..(n + 1) * padded_dim]);
    for first in (0..ROWS).step_by(R) {
        let mut sums = [[_mm512_setzero_si512(); N]; R];
        for k in 0..padded_dim {
            if first == 0 {
                // Fetch the next tile from memory while this one is computed.
                _mm_prefetch::<_MM_HINT_T0>(panels[k].as_ptr().wrapping_add(4 * ROWS * padded_dim));
            }
            let mut values = [_mm512_setzero_si512(); N];
            for n in 0..N {
                values[n] = load(&queries[n][k]);
            }
            let fours: &[[i8; 4]; R] = panels[k].as_chunks().0[first..]
                .first_chunk()
                .expect("a panel has values of 16 rows");
            for r in 0..R {
                let row = _mm512_set1_epi32(i32::from_le_bytes(fours[r].map(i8::cast_unsigned)));
                for n in 0..N {
                    sums[r][n] = _mm512_dpbusd_epi32(sums[r][n], values[n], row);
                }
            }
        }
        for r in 0..R {
            let bias = _mm512_set1_epi32(biases[first + r]);
            update_maxima_avx512(
                sums[r].map(|sums| _mm512_add_epi32(sums, bias)),
                rows[first + r],
                &mut maxima,
            );
        }
    }
}

/// The rows of a tile with a tile of queries whose second half is zero: registers of half the size.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
fn half_rows_avx512(
    queries: &[Panel],
    panels: &[Panel],
    biases: &[i32; ROWS],
    rows: &[GroupedRow; ROWS],
    mut maxima: Maxima<'_>,
) {
    let mut sums = [_mm256_setzero_si256(); ROWS];
    for (queries, panel) in queries.iter().zip(panels) {
        _mm_prefetch::<_MM_HINT_T0>(panel.as_ptr().wrapping_add(4 * ROWS * panels.len()));
        // SAFETY: the reference is to more than the 32 bytes that are read.
        let values = unsafe { _mm256_loadu_si256(queries.as_ptr().cast()) };
        let fours: &[[i8; 4]; ROWS] =
            panel.as_chunks().0.first_chunk().expect("a panel has values of 16 rows");
        for r in 0..ROWS {
            let row = _mm256_set1_epi32(i32::from_le_bytes(fours[r].map(i8::cast_unsigned)));
            sums[r] = _mm256_dpbusd_epi32(sums[r], values, row);
        }
    }
    for r in 0..ROWS {
        let sums = _mm256_add_epi32(sums[r], _mm256_set1_epi32(biases[r]));
        update_maxima_avx512([_mm512_zextsi256_si512(sums)], rows[r], &mut maxima);
    }
}

/// Raises the maxima of a row's group to its products.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
fn update_maxima_avx512<const N: usize>(
    products: [__m512i; N],
    row: GroupedRow,
    maxima: &mut Maxima<'_>,
) {
    let scale = _mm512_set1_ps(row.scale);
    let lanes = maxima.best[row.group * maxima.queries + maxima.first_query..].as_chunks_mut().0;
    let best: &mut [[f32; ROWS]; N] =
        lanes.first_chunk_mut().expect("`best` has a place for each query of whole tiles");
    for n in 0..N {
        let product = _mm512_mul_ps(_mm512_cvtepi32_ps(products[n]), scale);
        // SAFETY: the references are to the 64 bytes that are read and written.
        unsafe {
            let before = _mm512_loadu_ps(best[n].as_ptr());
            _mm512_storeu_ps(best[n].as_mut_ptr(), _mm512_max_ps(product, before));
        }
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
fn load(panel: &Panel) -> __m512i {
    // SAFETY: the reference is to the 64 bytes that are read.
    unsafe { _mm512_loadu_si512(panel.as_ptr().cast()) }
}
