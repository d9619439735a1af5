#![allow(
    unsafe_code,
    reason = "vector instructions: sound only where a processor has them, by way of pointers"
)]

#[allow(clippy::wildcard_imports, reason = "each instruction is a name")]
use std::arch::x86_64::*;

// Wider registers gain nothing here, and every processor with AVX-512 has AVX2.
pub(super) use super::avx2::add_scaled;
use crate::layout::{Panel, ROWS, Runs};

pub(super) fn dot(left: &[i8], right: &[i8]) -> i32 {
    // SAFETY: a `Kernel` with this instruction set is only made where AVX-512 BW, VL and VNNI were
    // detected. This holds for the calls below too.
    unsafe { dot_avx512(left, right) }
}

pub(super) fn dots(queries: &[i8], tiles: &[i8], padded_dim: usize, out: &mut [i32]) {
    // SAFETY: as above.
    unsafe { dots_avx512(queries, tiles, padded_dim, out) }
}

pub(super) fn max_per_run(queries: &[i8], runs: Runs<'_>, out: &mut [f32]) {
    // SAFETY: as above.
    unsafe { max_per_run_avx512(queries, runs, out) }
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

/// How many queries are multiplied with a tile before the next ones.
const QUERIES: usize = 16;

/// Calls a function for some queries, 1 to 16: `f::<N, T>`, where `N` is their number and `T` is
/// how many tiles it works on at once. A multiplication takes several cycles and one or two can
/// begin in each, so with one to three queries one tile alone would leave the processor waiting.
macro_rules! by_queries {
    ($count:expr, $function:ident($($argument:expr),* $(,)?)) => {
        match $count {
            1 => $function::<1, 4>($($argument),*),
            2 => $function::<2, 2>($($argument),*),
            3 => $function::<3, 2>($($argument),*),
            4 => $function::<4, 1>($($argument),*),
            5 => $function::<5, 1>($($argument),*),
            6 => $function::<6, 1>($($argument),*),
            7 => $function::<7, 1>($($argument),*),
            8 => $function::<8, 1>($($argument),*),
            9 => $function::<9, 1>($($argument),*),
            10 => $function::<10, 1>($($argument),*),
            11 => $function::<11, 1>($($argument),*),
            12 => $function::<12, 1>($($argument),*),
            13 => $function::<13, 1>($($argument),*),
            14 => $function::<14, 1>($($argument),*),
            15 => $function::<15, 1>($($argument),*),
            _ => $function::<16, 1>($($argument),*),
        }
    };
}

/// How many tiles before a tile is needed it is fetched from memory, which is what sets the pace.
const TILES_AHEAD: usize = 4;

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
fn dots_avx512(queries: &[i8], tiles: &[i8], padded_dim: usize, out: &mut [i32]) {
    let rows = tiles.len() / padded_dim;
    let groups = queries.chunks(QUERIES * padded_dim).zip(out.chunks_mut(QUERIES * rows));
    for (queries, out) in groups {
        let queries = InterleavedQueries::new(queries, padded_dim);
        by_queries!(queries.biases.len(), few_dots_avx512(&queries, tiles.as_chunks().0, out));
    }
}

/// The products of `N` queries with each row.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
fn few_dots_avx512<const N: usize, const T: usize>(
    queries: &InterleavedQueries,
    panels: &[Panel],
    out: &mut [i32],
) {
    let rows = out.len() / N;
    let mut first = 0;
    let mut store = |products: [__m512i; N]| {
        for n in 0..N {
            let output: &mut [i32; ROWS] = out[n * rows + first..]
                .first_chunk_mut()
                .expect("`out` has a place for each row of whole tiles");
            // SAFETY: the reference is to the 64 bytes that are written.
            unsafe { _mm512_storeu_si512(output.as_mut_ptr().cast(), products[n]) };
        }
        first += ROWS;
    };
    let (queries, biases) = queries.of::<N>();
    let mut together = panels.chunks_exact(T * queries.len());
    for panels in &mut together {
        products_avx512::<N, T>(queries, biases, panels).into_iter().for_each(&mut store);
    }
    for panels in together.remainder().chunks_exact(queries.len()) {
        products_avx512::<N, 1>(queries, biases, panels).into_iter().for_each(&mut store);
    }
}

/// Up to 16 queries, the values 0-3 of each, then the values 4-7 of each, and so on.
struct InterleavedQueries {
    /// Four values, in the order of their bytes.
    fours: Vec<i32>,
    /// -128 Σ query, which makes up for the rows' shift (see [`dot_avx512`]).
    biases: Vec<i32>,
}

impl InterleavedQueries {
    fn new(queries: &[i8], padded_dim: usize) -> Self {
        let count = queries.len() / padded_dim;
        let four = |place: usize| {
            let (k, query) = (place / count, place % count);
            let values: &[i8; 4] = queries[query * padded_dim + 4 * k..]
                .first_chunk()
                .expect("a query has a multiple of 4 values");
            i32::from_le_bytes(values.map(i8::cast_unsigned))
        };
        let bias = |query: &[i8]| {
            query.iter().map(|&value| i32::from(value)).sum::<i32>().wrapping_mul(-128)
        };
        Self {
            fours: (0..count * padded_dim / 4).map(four).collect(),
            biases: queries.chunks_exact(padded_dim).map(bias).collect(),
        }
    }

    /// The values and the biases of `N` queries.
    fn of<const N: usize>(&self) -> (&[[i32; N]], &[i32; N]) {
        let biases = self.biases.first_chunk().expect("the function is that of as many queries");
        (self.fours.as_chunks().0, biases)
    }
}

/// The products of `N` queries with the rows of `T` tiles: each lane of a register belongs to a
/// row.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
fn products_avx512<const N: usize, const T: usize>(
    queries: &[[i32; N]],
    biases: &[i32; N],
    panels: &[Panel],
) -> [[__m512i; N]; T] {
    let (shift, size) = (_mm512_set1_epi8(-128), queries.len());
    let mut sums = [[_mm512_setzero_si512(); N]; T];
    for sums in &mut sums {
        for n in 0..N {
            sums[n] = _mm512_set1_epi32(biases[n]);
        }
    }
    let tiles: [&[Panel]; T] = std::array::from_fn(|t| &panels[t * size..(t + 1) * size]);
    // In the order in which they lie in memory, whatever the order in which they are used.
    let mut ahead = panels.as_ptr().wrapping_add(TILES_AHEAD * size);
    for k in 0..size {
        for t in 0..T {
            let panel = &tiles[t][k];
            _mm_prefetch::<_MM_HINT_T0>(ahead.cast());
            ahead = ahead.wrapping_add(1);
            // SAFETY: the reference is to the 64 bytes that are read.
            let values = unsafe { _mm512_loadu_si512(panel.as_ptr().cast()) };
            let values = _mm512_xor_si512(values, shift);
            for n in 0..N {
                let query = _mm512_set1_epi32(queries[k][n]);
                sums[t][n] = _mm512_dpbusd_epi32(sums[t][n], values, query);
            }
        }
    }
    sums
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
fn max_per_run_avx512(queries: &[i8], runs: Runs<'_>, out: &mut [f32]) {
    let Runs { tiles, padded_dim, scales, last } = runs;
    let stride = out.len() / (queries.len() / padded_dim);
    let groups = queries.chunks(QUERIES * padded_dim).zip(out.chunks_mut(QUERIES * stride));
    for (queries, out) in groups {
        let queries = InterleavedQueries::new(queries, padded_dim);
        let (panels, scales) = (tiles.as_chunks().0, scales.as_chunks().0);
        by_queries!(queries.biases.len(), few_runs_avx512(&queries, panels, scales, last, out));
    }
}

/// The maxima of `N` queries.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
fn few_runs_avx512<const N: usize, const T: usize>(
    queries: &InterleavedQueries,
    panels: &[Panel],
    scales: &[[f32; ROWS]],
    last: &[u16],
    out: &mut [f32],
) {
    let mut maxima = RunMaxima::<N>::new(out);
    let mut rows = scales.iter().zip(last);
    let (queries, biases) = queries.of::<N>();
    let mut together = panels.chunks_exact(T * queries.len());
    for panels in &mut together {
        let products = products_avx512::<N, T>(queries, biases, panels);
        for (products, (scales, last)) in products.into_iter().zip(&mut rows) {
            maxima.add_tile(products, scales, *last);
        }
    }
    let rest = together.remainder().chunks_exact(queries.len());
    for (panels, (scales, last)) in rest.zip(rows) {
        let [products] = products_avx512::<N, 1>(queries, biases, panels);
        maxima.add_tile(products, scales, *last);
    }
}

/// The maxima of the runs so far, for `N` queries.
struct RunMaxima<'o, const N: usize> {
    /// `out[query * stride + run]`.
    out: &'o mut [f32],
    stride: usize,
    /// How many runs have ended.
    ended: usize,
    /// The maximum of the run that goes on in the next tile, in all lanes.
    open: [__m512; N],
}

impl<'o, const N: usize> RunMaxima<'o, N> {
    #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
    fn new(out: &'o mut [f32]) -> Self {
        let stride = out.len() / N;
        Self { out, stride, ended: 0, open: [_mm512_set1_ps(f32::NEG_INFINITY); N] }
    }

    /// Adds the rows of a tile. First each lane takes the maximum of itself and the lane before it,
    /// where that belongs to the same run; then of itself and the one two before it, which has two
    /// rows' maximum by now; then four, then eight. So the last lane of a run has the maximum of
    /// all.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
    fn add_tile(&mut self, products: [__m512i; N], scales: &[f32; ROWS], last: u16) {
        // The lanes of the run that was open, and those whose run began one, two, four and eight
        // lanes before or earlier.
        let opened = last ^ last.wrapping_sub(1);
        let by1 = !last << 1;
        let by2 = by1 & by1 << 1;
        let by4 = by2 & by2 << 2;
        let by8 = by4 & by4 << 4;
        let lowest = _mm512_castps_si512(_mm512_set1_ps(f32::NEG_INFINITY));
        // SAFETY: the reference is to the 64 bytes that are read.
        let scales = unsafe { _mm512_loadu_ps(scales.as_ptr()) };
        for (n, products) in products.into_iter().enumerate() {
            let own = _mm512_mul_ps(_mm512_cvtepi32_ps(products), scales);
            let mut maxima = _mm512_mask_max_ps(own, opened, own, self.open[n]);
            macro_rules! before {
                ($lanes:literal, $mask:expr) => {
                    let shifted =
                        _mm512_alignr_epi32::<{ 16 - $lanes }>(_mm512_castps_si512(maxima), lowest);
                    maxima =
                        _mm512_mask_max_ps(maxima, $mask, maxima, _mm512_castsi512_ps(shifted));
                };
            }
            before!(1, by1);
            before!(2, by2);
            if by4 != 0 {
                before!(4, by4);
                before!(8, by8);
            }
            let ended: &mut [f32; ROWS] = self.out[n * self.stride + self.ended..]
                .first_chunk_mut()
                .expect("`out` has room for a tile behind the last run");
            // SAFETY: the reference is to the 64 bytes that are written.
            unsafe { _mm512_storeu_ps(ended.as_mut_ptr(), _mm512_maskz_compress_ps(last, maxima)) };
            self.open[n] = if last >> (ROWS - 1) == 0 {
                _mm512_permutexvar_ps(_mm512_set1_epi32(15), maxima)
            } else {
                _mm512_set1_ps(f32::NEG_INFINITY)
            };
        }
        self.ended += last.count_ones() as usize;
    }
}
