//! The products of a challenge's sentences with those of all records, on each set of instructions of
//! this processor: with the challenge's sentences as lanes of a register, and with the records'.
//!
//! `cargo run --release -p citymatch-benches --example lanes -- 180000 5` compares 5 sentences with
//! 180,000 and prints the lowest of 15 times of each, in milliseconds, and that of reading the
//! values alone, after checking that both find the same.

use std::error::Error;
use std::hint::black_box;
use std::io::{Write, stdout};
use std::time::Instant;

use citymatch_encoder::{GroupedRow, Kernel, Tiles};

/// How many values a vector has.
const SIZE: usize = 192;
/// How many rows a record has, and how many are compared before the next ones.
const ROWS_OF_RECORD: usize = 4;
const ROWS_AT_ONCE: usize = 1_840;
const SCALE: f32 = 0.01;
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
    let packed = Tiles::pack(sentences.iter().copied(), SIZE);
    let packed = Tiles::new(&packed, SIZE);
    let grouped: Vec<GroupedRow> = (0..ROWS_AT_ONCE)
        .map(|row| GroupedRow { scale: SCALE, group: row / ROWS_OF_RECORD })
        .collect();
    let (scales, last) = (vec![SCALE; ROWS_AT_ONCE], vec![0x8888; ROWS_AT_ONCE / Tiles::ROWS]);

    let reading = lowest(|| {
        let (eights, _) = values.as_chunks::<8>();
        let add = |sum: u64, own: &[i8; 8]| {
            sum.wrapping_add(u64::from_le_bytes(own.map(i8::cast_unsigned)))
        };
        black_box(eights.iter().fold(0, add));
    });
    writeln!(stdout(), "reading alone: {reading:.2}")?;
    for kernel in Kernel::all() {
        let (mut best, mut maxima) = (Vec::new(), Vec::new());
        let by_sentence = |block: Tiles<'_>, best: &mut Vec<f32>| {
            best.clear();
            best.resize(block.rows() / ROWS_OF_RECORD * packed.rows(), f32::NEG_INFINITY);
            block.max_per_group_on(kernel, packed, &grouped[..block.rows()], best);
        };
        for block in tiles.blocks(ROWS_AT_ONCE) {
            by_sentence(block, &mut best);
            let last = &last[..block.rows() / Tiles::ROWS];
            let found = block.max_per_run_on(
                kernel,
                &sentences,
                &scales[..block.rows()],
                last,
                &mut maxima,
            );
            for (sentence, found) in found.enumerate() {
                let expected = best.iter().skip(sentence).step_by(packed.rows());
                assert!(found.iter().eq(expected), "{}", kernel.name());
            }
        }
        let sentences_as_lanes =
            lowest(|| tiles.blocks(ROWS_AT_ONCE).for_each(|block| by_sentence(block, &mut best)));
        let rows_as_lanes = lowest(|| {
            for block in tiles.blocks(ROWS_AT_ONCE) {
                let (scales, last) = (&scales[..block.rows()], &last[..block.rows() / Tiles::ROWS]);
                let found = block.max_per_run_on(kernel, &sentences, scales, last, &mut maxima);
                black_box(found.count());
            }
        });
        writeln!(
            stdout(),
            "{}: sentences as lanes {sentences_as_lanes:.2}, rows as lanes {rows_as_lanes:.2}",
            kernel.name()
        )?;
    }
    Ok(())
}
