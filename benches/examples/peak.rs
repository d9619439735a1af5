//! What share of the processor's int8 peak `meaning` reaches on one core, and what batches gain: `cargo run --release -p citymatch-benches
//! --example peak [CATALOGUE]`.
//!
//! The peak is what a bare loop of dot products reaches whose data stay in the first-level cache. The work is counted as products of the
//! asks' sentences and whole texts with the records', nothing that fills up tiles. CATALOGUE is where the corpus of 50,000 stands after the
//! first run; without it, it is made in memory each time. Every figure is the best of several runs.
#![allow(clippy::print_stdout, reason = "this is what it is for")]

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::SystemTime;

use citymatch::text::sentences;
use citymatch::{Catalogue, Challenge, Error, Matcher, Place, Row, Signal, Solution, Weights};
use citymatch_benches::Corpus;

const SIZE: usize = 50_000;
/// The built-in encoder's.
const VALUES: usize = 192;
/// How often each measurement is made.
const RUNS: usize = 9;

fn main() -> Result<(), Error> {
    let corpus = Corpus::read(SIZE);
    let catalogue = catalogue(&corpus, std::env::args().nth(1).as_deref().map(Path::new))?;
    let long = corpus.challenges_of(150);
    let of_record = |solution: &Solution| sentences(&solution.title).len() + sentences(&solution.summary).len();
    let of_ask = |challenge: &Challenge| sentences(&challenge.title).len() + sentences(&challenge.problem).len();
    let records: usize = corpus.solutions.iter().map(of_record).sum();
    let asks: usize = long.iter().map(|challenge| of_ask(challenge)).sum();
    let billions = (asks * records + long.len() * SIZE) as f64 * VALUES as f64 / 1e9;
    let (each, sentences) = (long.len() as f64, asks as f64 / long.len() as f64);

    let peak = peak::billions();
    println!("peak of a bare loop: {peak:.0} G multiply-adds a second");
    let meaning = Weights::of([(Signal::Meaning, 1.0.into())])?;
    let matcher = Matcher::builder().weights(meaning).threads(1).build(&catalogue)?;
    let one = one_by_one(&matcher, &long)?;
    let batch = together(&matcher, &long, work)?;
    for (how, seconds) in [("one by one", one), ("in a batch", batch)] {
        let rate = billions / seconds;
        println!(
            "meaning, {sentences:.1} sentences to {records}, {how}: {:.2} ms a challenge, {rate:.0} G/s, {:.0} % of the peak",
            seconds * 1e3 / each,
            100.0 * rate / peak
        );
    }

    for words in [60, 150] {
        let challenges = corpus.challenges_of(words);
        let (each, matcher) = (challenges.len() as f64, Matcher::builder().threads(1).build(&catalogue)?);
        let (one, batch) = (one_by_one(&matcher, &challenges)?, together(&matcher, &challenges, work)?);
        let (alone, two) = (together(&matcher, &challenges, wall)?, together(&matcher.with_threads(2)?, &challenges, wall)?);
        println!(
            "all signals, {words} words: {:.2} ms one by one; in a batch {:.2} ms ({:.0} a second), with 2 threads {:.2} ms ({:.2} times)",
            one * 1e3 / each,
            batch * 1e3 / each,
            each / batch,
            two * 1e3 / each,
            alone / two
        );
    }
    Ok(())
}

fn catalogue(corpus: &Corpus, path: Option<&Path>) -> Result<Catalogue, Error> {
    if let Some(there) = path.filter(|path| path.exists()) {
        return Catalogue::open(there);
    }
    let catalogue = path.map_or_else(Catalogue::in_memory, Catalogue::create)?;
    catalogue
        .add(corpus.solutions.iter().zip(1..).map(|(solution, row)| Row { place: Place::in_list(row), record: Ok(solution.clone()) }))?;
    Ok(catalogue)
}

fn one_by_one(matcher: &Matcher, challenges: &[&Challenge]) -> Result<f64, Error> {
    best(work, || challenges.iter().try_for_each(|challenge| matcher.find(*challenge).map(|matches| drop(black_box(matches)))))
}

fn together(matcher: &Matcher, challenges: &[&Challenge], clock: fn() -> f64) -> Result<f64, Error> {
    best(clock, || matcher.find_all(challenges.iter().copied()).map(|run| drop(black_box(run))))
}

/// Seconds of the best of some runs: of this thread's work where the system tells it, which others on the machine do not lengthen.
fn best(clock: fn() -> f64, mut run: impl FnMut() -> Result<(), Error>) -> Result<f64, Error> {
    let mut best = f64::INFINITY;
    for _ in 0..RUNS {
        let start = clock();
        run()?;
        best = best.min(clock() - start);
    }
    Ok(best)
}

/// Seconds that this thread has worked, from Linux; of the day elsewhere.
fn work() -> f64 {
    let nanoseconds = || fs::read_to_string("/proc/thread-self/schedstat").ok()?.split(' ').next()?.parse::<f64>().ok();
    nanoseconds().map_or_else(wall, |time| time / 1e9)
}

fn wall() -> f64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0.0, |time| time.as_secs_f64())
}

#[cfg(target_arch = "x86_64")]
mod peak {
    #![allow(unsafe_code, reason = "vector instructions: a call needs the processor's word, a load a pointer")]

    #[allow(clippy::wildcard_imports, reason = "each instruction is a name")]
    use std::arch::x86_64::*;
    use std::hint::black_box;
    use std::time::Instant;

    /// As many registers of sums as hide the time that one product takes.
    const SUMS: usize = 12;
    const ROUNDS: usize = 400_000;

    /// Registers' worth of values, none across two lines of the cache.
    #[repr(align(64))]
    struct Data([[i8; 64]; SUMS + 1]);

    /// Billions of multiply-adds a second, the best of many runs.
    pub(crate) fn billions() -> f64 {
        let data = Data([[3; 64]; SUMS + 1]);
        let vnni = is_x86_feature_detected!("avx512bw") && is_x86_feature_detected!("avx512vnni");
        let mut best = 0.0_f64;
        for _ in 0..20 {
            let start = Instant::now();
            // SAFETY: of either loop, the processor has been asked; every one in use has AVX2.
            black_box(unsafe { if vnni { vnni_loop(&data) } else { avx2_loop(&data) } });
            let width = if vnni { 64 } else { 16 };
            best = best.max((ROUNDS * SUMS * width) as f64 / start.elapsed().as_secs_f64() / 1e9);
        }
        best
    }

    #[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
    fn vnni_loop(Data(data): &Data) -> i32 {
        let mut sums = [_mm512_setzero_si512(); SUMS];
        for _ in 0..ROUNDS {
            let data = black_box(data);
            // SAFETY: the references are to the 64 bytes that are read, here and below.
            let right = unsafe { _mm512_loadu_si512(data[SUMS].as_ptr().cast()) };
            for i in 0..SUMS {
                sums[i] = _mm512_dpbusd_epi32(sums[i], unsafe { _mm512_loadu_si512(data[i].as_ptr().cast()) }, right);
            }
        }
        sums.map(|sum| _mm512_reduce_add_epi32(sum)).into_iter().fold(0, i32::wrapping_add)
    }

    #[target_feature(enable = "avx2")]
    fn avx2_loop(Data(data): &Data) -> i32 {
        let mut sums = [_mm256_setzero_si256(); SUMS];
        for _ in 0..ROUNDS {
            let data = black_box(data);
            // SAFETY: the references are to more than the 32 bytes that are read, here and below.
            let right = unsafe { _mm256_loadu_si256(data[SUMS].as_ptr().cast()) };
            for i in 0..SUMS {
                let left = unsafe { _mm256_loadu_si256(data[i].as_ptr().cast()) };
                sums[i] = _mm256_add_epi32(sums[i], _mm256_madd_epi16(left, right));
            }
        }
        sums.map(|sum| _mm256_extract_epi32::<0>(sum)).into_iter().fold(0, i32::wrapping_add)
    }
}

#[cfg(not(target_arch = "x86_64"))]
mod peak {
    /// Not measured on other processors.
    pub(crate) fn billions() -> f64 {
        f64::NAN
    }
}
