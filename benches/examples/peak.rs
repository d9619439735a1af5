//! How many multiply-adds of int8 a second a bare loop of dot products reaches on one core, for
//! `benches/speed`.
//!
//! Sixteen sums at once, all in registers, over values that lie in the first-level cache: nothing
//! is fetched, signs are not seen to, and nothing is done with the sums. No product of vectors can
//! be faster on this core.
#![allow(
    unsafe_code,
    reason = "vector instructions: a call needs the processor's word, a load a pointer"
)]

use std::error::Error;
use std::hint::black_box;
use std::io::{Write, stdout};

use citymatch_encoder::Kernel;
use cpu_time::ThreadTime;

/// Half of a small first-level cache.
const BYTES: usize = 16 << 10;
const TURNS: u32 = 20_000;
const TRIES: usize = 15;

fn main() -> Result<(), Box<dyn Error>> {
    let values = vec![3_i8; BYTES];
    let (name, turn) = loops();
    let mut best = 0.0_f64;
    for _ in 0..TRIES {
        let (began, mut products) = (ThreadTime::now(), 0);
        for _ in 0..TURNS {
            products += turn(black_box(&values));
        }
        best = best.max(products as f64 / began.elapsed().as_secs_f64());
    }
    writeln!(stdout(), "{best:.0} {name}")?;
    Ok(())
}

/// The widest instructions that this core has; each turn says how many multiply-adds it did.
fn loops() -> (&'static str, fn(&[i8]) -> usize) {
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512vnni") {
            // SAFETY: both were detected.
            return ("AVX-512 VNNI", |values| unsafe { x86::avx512(values) });
        }
        if is_x86_feature_detected!("avx2") {
            // SAFETY: it was detected.
            return ("AVX2", |values| unsafe { x86::avx2(values) });
        }
    }
    ("the library's dot product", |values| {
        black_box(Kernel::best().dot(values, values));
        values.len()
    })
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    #[allow(clippy::wildcard_imports, reason = "each instruction is a name")]
    use std::arch::x86_64::*;
    use std::hint::black_box;

    /// As many as hide how long one takes.
    const SUMS: usize = 16;

    #[target_feature(enable = "avx512f,avx512vnni")]
    pub(super) fn avx512(values: &[i8]) -> usize {
        let mut sums = [_mm512_setzero_si512(); SUMS];
        let ask = black_box(_mm512_set1_epi8(1));
        for register in values.as_chunks::<64>().0 {
            // SAFETY: the reference is to the 64 bytes that are read.
            let register = unsafe { _mm512_loadu_si512(register.as_ptr().cast()) };
            for sum in &mut sums {
                *sum = _mm512_dpbusd_epi32(*sum, register, ask);
            }
        }
        black_box(sums);
        values.len() * SUMS
    }

    #[target_feature(enable = "avx2")]
    pub(super) fn avx2(values: &[i8]) -> usize {
        let mut sums = [_mm256_setzero_si256(); SUMS / 2];
        let (ask, ones) = (black_box(_mm256_set1_epi8(1)), _mm256_set1_epi16(1));
        for register in values.as_chunks::<32>().0 {
            // SAFETY: the reference is to the 32 bytes that are read.
            let register = unsafe { _mm256_loadu_si256(register.as_ptr().cast()) };
            for sum in &mut sums {
                *sum = _mm256_add_epi32(
                    *sum,
                    _mm256_madd_epi16(_mm256_maddubs_epi16(black_box(ask), register), ones),
                );
            }
        }
        black_box(sums);
        values.len() * SUMS / 2
    }
}
