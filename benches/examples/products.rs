//! The nearest sentence of each record for each of a challenge's, on each set of instructions of
//! this processor.
//!
//! `cargo run --release -p citymatch-benches --example products -- 180000 5` compares 5 sentences
//! with 180,000 in records of 1 to 8, and prints the lowest of 15 times of each, in milliseconds,
//! and that of reading the values alone, after checking that all find the same.

use std::error::Error;
use std::hint::black_box;
use std::io::{Write, stdout};
use std::time::Instant;

use citymatch_encoder::{Kernel, Tiles};

/// How many values a vector has.
const SIZE: usize = 192;
/// How many rows are compared before the next ones.
const ROWS_AT_ONCE: usize = 1_840;
const TIMES: usize = 15;

/// Numbers without a pattern (Marsaglia's xorshift).
fn noise(count: usize) -> Vec<i8> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3].cast_signed()
    };
    std::iter::repeat_with(next).take(count).collect()
}

/// For each tile the rows that are the last ones of their records, as bits.
fn ends() -> Vec<u16> {
    let lengths =
        noise(ROWS_AT_ONCE).into_iter().map(|own| 1 + usize::from(own.unsigned_abs() % 8));
    let ends = lengths.scan(0, |end, length| {
        *end += length;
        Some(*end - 1)
    });
    let mut last = vec![0; ROWS_AT_ONCE / Tiles::ROWS];
    for row in ends.take_while(|row| *row < ROWS_AT_ONCE) {
        last[row / Tiles::ROWS] |= 1 << (row % Tiles::ROWS);
    }
    last
}

/// The lowest time of some, in milliseconds.
fn lowest(mut work: impl FnMut()) -> f64 {
    let times = (0..TIMES).map(|_| {
        let begun = Instant::now();
        work();
        begun.elapsed().as_secs_f64() * 1_000.0
    });
    times.fold(f64::INFINITY, f64::min)
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1).map(|own| own.parse::<usize>());
    let rows = arguments.next().ok_or("the number of rows is missing")??;
    let count = arguments.next().ok_or("the number of sentences is missing")??;
    let (values, sentences) = (noise(Tiles::length(rows, SIZE)), noise(count * SIZE));
    let tiles = Tiles::new(&values, SIZE);
    let sentences: Vec<&[i8]> = sentences.chunks(SIZE).collect();
    let (scales, last) = (vec![0.01; ROWS_AT_ONCE], ends());
    let nearest = |kernel: Kernel, found: &mut dyn FnMut(&[f32])| {
        let mut maxima = Vec::new();
        for block in tiles.blocks(ROWS_AT_ONCE) {
            let (scales, last) = (&scales[..block.rows()], &last[..block.rows() / Tiles::ROWS]);
            block
                .max_per_run_on(kernel, &sentences, scales, last, &mut maxima)
                .for_each(&mut *found);
        }
    };

    let reading = lowest(|| {
        let (eights, _) = values.as_chunks::<8>();
        let add = |sum: u64, own: &[i8; 8]| {
            sum.wrapping_add(u64::from_le_bytes(own.map(i8::cast_unsigned)))
        };
        black_box(eights.iter().fold(0, add));
    });
    writeln!(stdout(), "reading alone: {reading:.2}")?;
    let mut expected: Option<Vec<f32>> = None;
    for kernel in Kernel::all() {
        let mut all = Vec::new();
        nearest(kernel, &mut |found| all.extend_from_slice(found));
        assert!(expected.as_ref().is_none_or(|expected| *expected == all), "{}", kernel.name());
        expected = Some(all);
        let time = lowest(|| nearest(kernel, &mut |found| _ = black_box(found)));
        writeln!(stdout(), "{}: {time:.2}", kernel.name())?;
    }
    Ok(())
}
