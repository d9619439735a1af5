//! The inner loops, written once for each set of vector instructions, with the same results in all
//! of them.
//!
//! Dot products are sums of `i32`, whose result does not depend on the order of addition. Floats
//! are added value by value and a product is never fused with a sum, so that results do not depend
//! on the width of the registers either. Hence a catalogue made on one machine ranks the same on
//! another.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(target_arch = "aarch64")]
mod neon;
mod portable;

use crate::layout::{ROWS, Runs};

/// A set of vector instructions that this processor has.
///
/// Public for tests and benchmarks, which compare the sets; all other functions take the best one.
///
/// # Examples
/// ```
/// use citymatch_encoder::Kernel;
/// let kernel = Kernel::best();
/// assert_eq!(kernel.dot(&[1, -2, 3], &[4, 5, -6]), -24);
/// assert!(Kernel::all().contains(&kernel));
/// ```
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kernel(Isa);

/// An instruction set. It is private, so that a [`Kernel`] proves that the processor has its
/// instructions: only [`Kernel::best`] and [`Kernel::all`] make one, and they ask the processor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Isa {
    Portable,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512Vnni,
    #[cfg(target_arch = "aarch64")]
    Neon,
}

/// Calls the function of this name in the module of the kernel's instruction set.
macro_rules! dispatch {
    ($kernel:expr, $name:ident($($argument:expr),*)) => {
        match $kernel.0 {
            Isa::Portable => portable::$name($($argument),*),
            #[cfg(target_arch = "x86_64")]
            Isa::Avx2 => avx2::$name($($argument),*),
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512Vnni => avx512::$name($($argument),*),
            #[cfg(target_arch = "aarch64")]
            Isa::Neon => neon::$name($($argument),*),
        }
    };
}

impl Kernel {
    /// The fastest kernel of this processor.
    #[inline]
    #[must_use]
    pub fn best() -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            let avx2 = is_x86_feature_detected!("avx2");
            let avx512 =
                is_x86_feature_detected!("avx512bw") && is_x86_feature_detected!("avx512vl");
            if avx2 && avx512 && is_x86_feature_detected!("avx512vnni") {
                return Self(Isa::Avx512Vnni);
            }
            if avx2 {
                return Self(Isa::Avx2);
            }
        }
        #[cfg(target_arch = "aarch64")]
        if std::arch::is_aarch64_feature_detected!("neon") {
            return Self(Isa::Neon);
        }
        Self(Isa::Portable)
    }

    /// Every kernel that this processor can run, the fastest last.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let best = Self::best();
        let mut all = vec![Self(Isa::Portable)];
        #[cfg(target_arch = "x86_64")]
        if best.0 == Isa::Avx512Vnni {
            all.push(Self(Isa::Avx2));
        }
        all.extend((best.0 != Isa::Portable).then_some(best));
        all
    }

    /// The usual name of its instructions: `portable`, `AVX2`, `AVX-512 VNNI` or `NEON`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self.0 {
            Isa::Portable => "portable",
            #[cfg(target_arch = "x86_64")]
            Isa::Avx2 => "AVX2",
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512Vnni => "AVX-512 VNNI",
            #[cfg(target_arch = "aarch64")]
            Isa::Neon => "NEON",
        }
    }

    /// The dot product of two lists; the end of the longer one is ignored.
    ///
    /// It is exact up to 131,071 values, and wraps beyond.
    #[inline]
    #[must_use]
    pub fn dot(self, left: &[i8], right: &[i8]) -> i32 {
        let length = left.len().min(right.len());
        dispatch!(self, dot(&left[..length], &right[..length]))
    }

    /// Adds `scale` times each value to the sum at its position: first the product is rounded, then
    /// the sum.
    #[inline]
    pub(crate) fn add_scaled(self, sums: &mut [f32], values: &[i8], scale: f32) {
        dispatch!(self, add_scaled(sums, values, scale));
    }

    /// The dot products of each of the `queries` (lists of `padded_dim` values, one after the
    /// other) with every row of the tiles: `out[query * rows + row]`.
    ///
    /// # Panics
    /// When `padded_dim` is not a multiple of 4 above 0, or another length does not fit.
    pub(crate) fn dots(self, queries: &[i8], tiles: &[i8], padded_dim: usize, out: &mut [i32]) {
        assert!(
            padded_dim > 0 && padded_dim.is_multiple_of(4),
            "a padded size of {padded_dim} (expected a multiple of 4)"
        );
        assert!(
            queries.len().is_multiple_of(padded_dim)
                && tiles.len().is_multiple_of(ROWS * padded_dim),
            "expected whole queries and tiles"
        );
        assert_eq!(
            out.len(),
            (queries.len() / padded_dim) * (tiles.len() / padded_dim),
            "a product for each query and row"
        );
        if !out.is_empty() {
            dispatch!(self, dots(queries, tiles, padded_dim, out));
        }
    }

    /// For each of the `queries` (lists of as many values as a row has, one after the other) and
    /// each run of rows, the highest product, times the row's scale, of the query with a row of the
    /// run: `out[query * stride + run]`. Rows behind the last run belong to none. A query's
    /// `stride` is at least 16 more than there are runs, and what is behind the runs is
    /// overwritten.
    ///
    /// # Panics
    /// When the rows' size is not a multiple of 4 above 0, or another length does not fit.
    pub(crate) fn max_per_run(self, queries: &[i8], runs: Runs<'_>, out: &mut [f32]) {
        let Runs { tiles, padded_dim, scales, last } = runs;
        assert!(
            padded_dim > 0 && padded_dim.is_multiple_of(4),
            "a padded size of {padded_dim} (expected a multiple of 4)"
        );
        assert!(
            queries.len().is_multiple_of(padded_dim)
                && tiles.len() == last.len() * ROWS * padded_dim
                && scales.len() == last.len() * ROWS,
            "expected whole queries and tiles, a scale for each row and the ends of runs for each tile"
        );
        let count: usize = last.iter().map(|last| last.count_ones() as usize).sum();
        if let Some(stride) = out.len().checked_div(queries.len() / padded_dim) {
            assert!(stride >= count + ROWS, "room for a tile behind {count} runs");
            dispatch!(self, max_per_run(queries, runs, out));
        }
    }
}

/// Reads bytes as signed numbers, without a copy. Hidden: it is for the tables of this workspace,
/// which are kept as bytes.
#[doc(hidden)]
#[must_use]
#[allow(
    unsafe_code,
    reason = "both types have the same layout; without this, a file's bytes would have to be copied"
)]
pub const fn signed(bytes: &[u8]) -> &[i8] {
    // SAFETY: `u8` and `i8` have the same size and alignment, every bit pattern is valid in both,
    // and the lifetime is the same.
    unsafe { std::slice::from_raw_parts(bytes.as_ptr().cast(), bytes.len()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers without a pattern, the same in every run (Marsaglia's xorshift).
    fn noise(seed: u64) -> impl FnMut() -> i8 {
        let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.to_le_bytes()[3].cast_signed()
        }
    }

    fn values(count: usize, seed: u64) -> Vec<i8> {
        std::iter::repeat_with(noise(seed)).take(count).collect()
    }

    #[test]
    fn products_agree_on_every_length() {
        for length in 0..=300 {
            let (left, right) = (values(length, 1), values(length, 2));
            let expected: i32 =
                left.iter().zip(&right).map(|(&a, &b)| i32::from(a) * i32::from(b)).sum();
            for kernel in Kernel::all() {
                assert_eq!(kernel.dot(&left, &right), expected, "{} at {length}", kernel.name());
            }
        }
    }

    #[test]
    fn extremes_do_not_overflow() {
        for (left, right) in [(-128, -128), (-128, 127), (127, 127)] {
            let (left, right) = (vec![left; 65_536], vec![right; 65_536]);
            let expected = i32::from(left[0]) * i32::from(right[0]) * 65_536;
            for kernel in Kernel::all() {
                assert_eq!(kernel.dot(&left, &right), expected, "{}", kernel.name());
            }
        }
    }

    #[test]
    fn the_longer_list_is_cut() {
        for kernel in Kernel::all() {
            assert_eq!(
                kernel.dot(&values(100, 1), &[1; 3]),
                kernel.dot(&values(3, 1), &[1; 7]),
                "{}",
                kernel.name()
            );
        }
    }

    #[test]
    fn sums_have_the_same_bytes_on_every_length() {
        for length in 0..=300 {
            let row = values(length, 3);
            let start: Vec<f32> =
                values(length, 4).iter().map(|&value| f32::from(value) / 7.0).collect();
            let expected: Vec<u32> = start
                .iter()
                .zip(&row)
                .map(|(sum, &value)| (sum + f32::from(value) * 0.1).to_bits())
                .collect();
            for kernel in Kernel::all() {
                let mut sums = start.clone();
                kernel.add_scaled(&mut sums, &row, 0.1);
                assert_eq!(
                    sums.into_iter().map(f32::to_bits).collect::<Vec<_>>(),
                    expected,
                    "{} at {length}",
                    kernel.name()
                );
            }
        }
    }

    #[test]
    fn tiles_agree_for_every_number_of_asks() {
        for padded_dim in [4, 8, 12, 60, 192, 256] {
            for queries in 0..=19 {
                let (padded, tiles) =
                    (values(queries * padded_dim, 5), values(3 * ROWS * padded_dim, 6));
                let mut expected = vec![0; queries * 3 * ROWS];
                Kernel(Isa::Portable).dots(&padded, &tiles, padded_dim, &mut expected);
                for kernel in Kernel::all() {
                    let mut found = vec![-1; expected.len()];
                    kernel.dots(&padded, &tiles, padded_dim, &mut found);
                    assert_eq!(
                        found,
                        expected,
                        "{}: {queries} queries of {padded_dim} values",
                        kernel.name()
                    );
                }
            }
        }
    }

    #[test]
    fn the_highest_of_runs_have_the_same_bytes_for_every_number_of_queries() {
        for padded_dim in [4, 60, 192] {
            for queries in 0..=35 {
                for tiles in [0, 1, 2, 7, 8, 9, 67] {
                    let packed = values(queries * padded_dim, 9);
                    let rows = values(tiles * ROWS * padded_dim, 10);
                    let scales: Vec<f32> = (0_u16..)
                        .map(|i| 1.0 / f32::from(1 + i * 7 % 23))
                        .take(tiles * ROWS)
                        .collect();
                    // Runs of 1 to 40 rows; the last one does not end.
                    let mut last = vec![0_u16; tiles];
                    let mut ends = Vec::new();
                    let mut end = 0;
                    for length in (1..=40).cycle().step_by(if queries % 2 == 0 { 1 } else { 7 }) {
                        end += length;
                        if end >= tiles * ROWS {
                            break;
                        }
                        ends.push(end);
                        last[(end - 1) / ROWS] |= 1 << ((end - 1) % ROWS);
                    }
                    let stride = ends.len() + ROWS;
                    let mut products = vec![0; queries * tiles * ROWS];
                    Kernel(Isa::Portable).dots(&packed, &rows, padded_dim, &mut products);
                    let highest = |query: usize, run: usize| {
                        let start = if run == 0 { 0 } else { ends[run - 1] };
                        (start..ends[run])
                            .map(|row| products[query * tiles * ROWS + row] as f32 * scales[row])
                            .fold(f32::NEG_INFINITY, f32::max)
                            .to_bits()
                    };
                    let runs = Runs { tiles: &rows, padded_dim, scales: &scales, last: &last };
                    for kernel in Kernel::all() {
                        let mut found = vec![7.0; queries * stride];
                        kernel.max_per_run(&packed, runs, &mut found);
                        let is_right = |query: usize, run: usize| {
                            found[query * stride + run].to_bits() == highest(query, run)
                        };
                        assert!(
                            (0..queries)
                                .all(|query| (0..ends.len()).all(|run| is_right(query, run))),
                            "{}: {queries} queries, {tiles} tiles, {padded_dim} values",
                            kernel.name()
                        );
                    }
                }
            }
        }
    }

    #[test]
    #[should_panic(expected = "room for a tile behind 1 runs")]
    fn maxima_without_room_are_refused() {
        let (tile, mut out) = ([1; 4 * ROWS], [0.0; ROWS]);
        let runs = Runs { tiles: &tile, padded_dim: 4, scales: &[1.0; ROWS], last: &[1] };
        Kernel::best().max_per_run(&[1; 4], runs, &mut out);
    }

    #[test]
    fn the_best_is_the_last_of_all() {
        assert_eq!(Kernel::all().last(), Some(&Kernel::best()));
    }
}
