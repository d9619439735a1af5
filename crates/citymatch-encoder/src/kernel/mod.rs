//! The inner loops, in the best instructions that the processor at hand has, with the same results
//! in all of them.
//!
//! Products of integers are sums of `i32`, where no order shows; floats are added value by value,
//! never fused with a product, so that no width of register shows either. Hence a catalogue made on
//! one machine ranks the same on another.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(target_arch = "aarch64")]
mod neon;
mod portable;

use crate::tiles::{ROWS, Scaled};

/// Instructions that this processor has been found to have.
///
/// # Examples
/// ```
/// use citymatch_encoder::Kernel;
/// let kernel = Kernel::best();
/// assert_eq!(kernel.dot(&[1, -2, 3], &[4, 5, -6]), -24);
/// assert!(Kernel::all().contains(&kernel));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kernel(Path);

/// Private, so that a [`Kernel`] with a path other than `Portable` is a proof that its instructions
/// are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Path {
    Portable,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512Vnni,
    #[cfg(target_arch = "aarch64")]
    Neon,
}

/// Calls the function of this name in the path's module.
macro_rules! on {
    ($kernel:expr, $name:ident($($argument:expr),*)) => {
        match $kernel.0 {
            Path::Portable => portable::$name($($argument),*),
            #[cfg(target_arch = "x86_64")]
            Path::Avx2 => avx2::$name($($argument),*),
            #[cfg(target_arch = "x86_64")]
            Path::Avx512Vnni => avx512::$name($($argument),*),
            #[cfg(target_arch = "aarch64")]
            Path::Neon => neon::$name($($argument),*),
        }
    };
}

impl Kernel {
    /// The fastest one here.
    #[inline]
    pub fn best() -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            let avx2 = is_x86_feature_detected!("avx2");
            let avx512 =
                is_x86_feature_detected!("avx512bw") && is_x86_feature_detected!("avx512vl");
            if avx2 && avx512 && is_x86_feature_detected!("avx512vnni") {
                return Self(Path::Avx512Vnni);
            }
            if avx2 {
                return Self(Path::Avx2);
            }
        }
        #[cfg(target_arch = "aarch64")]
        if std::arch::is_aarch64_feature_detected!("neon") {
            return Self(Path::Neon);
        }
        Self(Path::Portable)
    }

    /// Every one that works here, the fastest last.
    pub fn all() -> Vec<Self> {
        let best = Self::best();
        let mut all = vec![Self(Path::Portable)];
        #[cfg(target_arch = "x86_64")]
        if best.0 == Path::Avx512Vnni {
            all.push(Self(Path::Avx2));
        }
        all.extend((best.0 != Path::Portable).then_some(best));
        all
    }

    /// What people call it: `portable`, `AVX2`, `AVX-512 VNNI` or `NEON`.
    pub fn name(self) -> &'static str {
        match self.0 {
            Path::Portable => "portable",
            #[cfg(target_arch = "x86_64")]
            Path::Avx2 => "AVX2",
            #[cfg(target_arch = "x86_64")]
            Path::Avx512Vnni => "AVX-512 VNNI",
            #[cfg(target_arch = "aarch64")]
            Path::Neon => "NEON",
        }
    }

    /// The sum of the products of two lists; what the longer one has more counts nothing.
    ///
    /// Exact up to 131,071 values, and wraps beyond.
    #[inline]
    pub fn dot(self, left: &[i8], right: &[i8]) -> i32 {
        let length = left.len().min(right.len());
        on!(self, dot(&left[..length], &right[..length]))
    }

    /// Adds `scale` times each value to the sum in its place: first the product is rounded, then
    /// the sum.
    #[inline]
    pub(crate) fn add_scaled(self, sums: &mut [f32], values: &[i8], scale: f32) {
        on!(self, add_scaled(sums, values, scale));
    }

    /// The products of each of the `asks` (lists of `depth` values, one after the other) with every
    /// row of the tiles: `out[ask * rows + row]`.
    ///
    /// # Panics
    /// When `depth` is no multiple of 4 above 0, or another length does not fit.
    pub(crate) fn dots(self, asks: &[i8], tiles: &[i8], depth: usize, out: &mut [i32]) {
        assert!(
            depth > 0 && depth.is_multiple_of(4),
            "a depth of {depth} (expected a multiple of 4)"
        );
        assert!(
            asks.len().is_multiple_of(depth) && tiles.len().is_multiple_of(ROWS * depth),
            "whole asks and tiles"
        );
        assert_eq!(
            out.len(),
            (asks.len() / depth) * (tiles.len() / depth),
            "a product for each ask and row"
        );
        if !out.is_empty() {
            on!(self, dots(asks, tiles, depth, out));
        }
    }

    /// Raises each of `best` to the highest product, times its scale, of an ask with the rows of a
    /// line: `best[line * asks + ask]`. The asks are tiles as the rows are.
    ///
    /// # Panics
    /// When `depth` is no multiple of 4 above 0, or another length or a line does not fit.
    pub(crate) fn highest(
        self,
        asks: &[i8],
        tiles: &[i8],
        depth: usize,
        rows: &[Scaled],
        best: &mut [f32],
    ) {
        assert!(
            depth > 0 && depth.is_multiple_of(4),
            "a depth of {depth} (expected a multiple of 4)"
        );
        assert!(
            asks.len().is_multiple_of(ROWS * depth) && tiles.len().is_multiple_of(ROWS * depth),
            "whole tiles"
        );
        assert_eq!(rows.len(), tiles.len() / depth, "a scale and a line for each row");
        if let Some(lines) = best.len().checked_div(asks.len() / depth) {
            assert!(rows.iter().all(|row| row.line < lines), "a line for each row");
            on!(self, highest(asks, tiles, depth, rows, best));
        }
    }
}

/// Bytes as the signed numbers that they are in memory.
#[allow(
    unsafe_code,
    reason = "the two types are one in memory; without this, a file's bytes would have to be copied"
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
        for depth in [4, 8, 12, 60, 192, 256] {
            for asks in 0..=19 {
                let (lines, tiles) = (values(asks * depth, 5), values(3 * ROWS * depth, 6));
                let mut expected = vec![0; asks * 3 * ROWS];
                Kernel(Path::Portable).dots(&lines, &tiles, depth, &mut expected);
                for kernel in Kernel::all() {
                    let mut found = vec![-1; expected.len()];
                    kernel.dots(&lines, &tiles, depth, &mut found);
                    assert_eq!(found, expected, "{}: {asks} asks of {depth} values", kernel.name());
                }
            }
        }
    }

    #[test]
    fn the_highest_have_the_same_bytes_for_every_number_of_asks() {
        for depth in [4, 8, 12, 60, 192, 256] {
            for asks in 0..=7 {
                for tiles in 0..=3 {
                    let (mut lines, values) =
                        (values(asks * ROWS * depth, 7), values(tiles * ROWS * depth, 8));
                    if tiles == 2 {
                        // A tile of asks may be half empty.
                        lines
                            .as_chunks_mut::<{ 4 * ROWS }>()
                            .0
                            .iter_mut()
                            .for_each(|slice| slice[2 * ROWS..].fill(0));
                    }
                    // Lines of 0 to 4 rows, neighbours or not, and scales of many magnitudes.
                    let row = |i: u16| Scaled {
                        scale: 1.0 / f32::from(1 + i * 7 % 23),
                        line: usize::from(i / 4 + i * i % 3),
                    };
                    let rows: Vec<Scaled> = (0..).map(row).take(tiles * ROWS).collect();
                    let mut expected = vec![f32::NEG_INFINITY; (4 * tiles + 3) * asks * ROWS];
                    let mut all = vec![expected.clone(); Kernel::all().len()];
                    for (r, row) in rows.iter().enumerate() {
                        for ask in 0..asks * ROWS {
                            let value = |tiles: &[i8], row: usize, i: usize| {
                                i32::from(
                                    tiles[row / ROWS * ROWS * depth
                                        + i / 4 * 4 * ROWS
                                        + row % ROWS * 4
                                        + i % 4],
                                )
                            };
                            let product: i32 = (0..depth)
                                .map(|i| value(&lines, ask, i) * value(&values, r, i))
                                .sum();
                            let best = &mut expected[row.line * asks * ROWS + ask];
                            *best = best.max(product as f32 * row.scale);
                        }
                    }
                    for (kernel, found) in Kernel::all().into_iter().zip(&mut all) {
                        kernel.highest(&lines, &values, depth, &rows, found);
                        let same = found
                            .iter()
                            .map(|best| best.to_bits())
                            .eq(expected.iter().map(|best| best.to_bits()));
                        assert!(
                            same,
                            "{}: {asks} tiles of asks, {tiles} of rows, {depth} values",
                            kernel.name()
                        );
                    }
                }
            }
        }
    }

    #[test]
    #[should_panic(expected = "a line for each row")]
    fn a_line_that_is_not_there_is_told() {
        let mut best = vec![0.0; ROWS];
        Kernel::best().highest(
            &[1; 4 * ROWS],
            &[1; 4 * ROWS],
            4,
            &[Scaled { scale: 1.0, line: 1 }; ROWS],
            &mut best,
        );
    }

    #[test]
    fn the_best_is_the_last_of_all() {
        assert_eq!(Kernel::all().last(), Some(&Kernel::best()));
    }
}
