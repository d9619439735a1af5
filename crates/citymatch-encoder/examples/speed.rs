//! How fast the encoder is on one core: `cargo run --release -p citymatch-encoder --example speed`.
//!
//! A text is 100 words drawn from the lines of the agreement test, in three languages. Each figure
//! is the median of several runs; the cold start is a whole process that encodes one sentence, from
//! its start to its end.
#![allow(clippy::print_stdout, reason = "this is what it is for")]

use std::hint::black_box;
use std::process::Command;
use std::time::{Duration, Instant};

use citymatch_encoder::{Encoder, Kernel, StaticEncoder, Tiles};

const LINES: &str = include_str!("../tests/data/agreement.jsonl");
const TEXTS: usize = 2_000;
const WORDS: usize = 100;
/// As many dictionary words or sentences as a large catalogue has.
const ROWS: usize = 150_000;
/// As many sentences as a long challenge has.
const QUERIES: usize = 10;

fn main() {
    let encoder = StaticEncoder::builtin();
    if std::env::args().nth(1).as_deref() == Some("once") {
        black_box(
            encoder
                .encode(&["¿Cómo evitar que se inunden las calles?"])
                .expect("the built-in encoder cannot fail"),
        );
        return;
    }

    let texts = texts();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let vectors = encoder.encode(&texts).expect("the built-in encoder cannot fail");
    assert_eq!(vectors.len(), TEXTS);
    let time = median(9, || drop(black_box(encoder.encode(&texts))));
    println!("{:>12.0} texts of {WORDS} words a second", TEXTS as f64 / time);
    let time = median(9, || {
        drop(black_box(texts.iter().map(|text| encoder.rows(text)).collect::<Vec<_>>()));
    });
    println!("{:>12.0} of them a second cut into pieces", TEXTS as f64 / time);

    let program = std::env::current_exe().expect("this program has a path");
    let run = |argument: &str| {
        median(31, || {
            assert!(Command::new(&program).arg(argument).status().expect("it starts").success());
        })
    };
    println!("{:>12.2} ms for a cold process that encodes one sentence", run("once") * 1e3);

    let rows: Vec<_> = vectors.iter().map(citymatch_encoder::Vector::quantise).collect();
    let packed = Tiles::pack(
        rows.iter().cycle().take(ROWS).map(citymatch_encoder::Quantised::values),
        encoder.size(),
    );
    let tiles = Tiles::new(&packed, encoder.size());
    let queries: Vec<&[i8]> =
        rows[..QUERIES].iter().map(citymatch_encoder::Quantised::values).collect();
    let mut products = Vec::new();
    for kernel in Kernel::all() {
        let time = median(9, || {
            for block in tiles.blocks(256) {
                block.dots_on(kernel, &queries, &mut products);
                black_box(&products);
            }
        });
        let billions = (QUERIES * ROWS * encoder.size()) as f64 / time / 1e9;
        println!(
            "{:>12.2} ms for {QUERIES} queries x {ROWS} rows in tiles, {billions:.0} G values/s ({})",
            time * 1e3,
            kernel.name()
        );
    }
    for kernel in Kernel::all() {
        let time = median(9, || {
            black_box(
                rows.iter()
                    .map(|row| kernel.dot(queries[0], row.values()))
                    .fold(0_i32, i32::wrapping_add),
            );
        });
        println!(
            "{:>12.1} M products a second, one by one ({})",
            rows.len() as f64 / time / 1e6,
            kernel.name()
        );
    }
}

/// Texts of the test lines' words, drawn without a pattern, the same in every run.
fn texts() -> Vec<String> {
    let texts: Vec<String> = LINES
        .lines()
        .map(|line| {
            serde_json::from_str::<serde_json::Value>(line).expect("JSON")["text"]
                .as_str()
                .expect("a text")
                .to_owned()
        })
        .collect();
    let words: Vec<&str> = texts.iter().flat_map(|text| text.split_whitespace()).collect();
    let mut state = 1_u64;
    let mut draw = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        words[usize::try_from(state >> 33).expect("31 bits") % words.len()]
    };
    (0..TEXTS).map(|_| (0..WORDS).map(|_| draw()).collect::<Vec<_>>().join(" ")).collect()
}

/// Seconds of the midpoint one of so many runs.
fn median(runs: usize, mut run: impl FnMut()) -> f64 {
    let mut times: Vec<Duration> = (0..runs)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed()
        })
        .collect();
    times.sort();
    times[runs / 2].as_secs_f64()
}
