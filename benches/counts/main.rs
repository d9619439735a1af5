//! How many instructions eight paths take, counted by Valgrind's Callgrind: a number that neither a
//! busy machine nor a slow one changes. `python3 benches/counts/run.py` runs it, and fails where a
//! path takes more than `counts.json` allows.
//!
//! What is made ready before does not count. Every path is taken twice, and the second time counts:
//! that of a program that has been running for a while. Callgrind knows no AVX-512, so the vectors
//! are multiplied by AVX2, and it counts one thread: the engine's own writes when records are
//! added are not in the number.

#![allow(missing_docs, reason = "gungraun's macros make public items")]

use std::hint::black_box;

use citymatch::{
    Catalogue, Challenge, Matcher, Run, Search, Signal, Solution, SolutionId, Weights,
    assign::{Assign, Candidates},
    encoder::{Encoder, StaticEncoder},
};
use citymatch_tests::collection::Collection;
use gungraun::prelude::*;
use tempfile::TempDir;

/// How many challenges ask.
const CHALLENGES: usize = 16;
/// How many records are added.
const ADDED: usize = 48;

/// A matcher and its challenges, asked once.
struct Asked {
    matcher: Matcher,
    challenges: Vec<Challenge>,
}

impl Asked {
    fn by(weights: Option<Weights>) -> Self {
        let (catalogue, challenges) = (Catalogue::in_memory().expect("a catalogue"), challenges());
        put(&catalogue, &solutions());
        let mut builder = Matcher::builder().threads(1);
        if let Some(weights) = weights {
            builder = builder.weights(weights);
        }
        let asked = Self { matcher: builder.build(&catalogue).expect("a matcher"), challenges };
        asked.find_each();
        asked
    }

    fn by_words() -> Self {
        Self::by(Some(Weights::new([(Signal::Words, 1.0.into())]).expect("weights")))
    }

    fn by_every_signal() -> Self {
        Self::by(None)
    }

    fn find_each(&self) {
        for challenge in &self.challenges {
            black_box(self.matcher.find(challenge).expect("matches"));
        }
    }

    fn find_all(&self) -> Run {
        self.matcher.find_all(&self.challenges).expect("a run")
    }
}

/// Some 500 paragraphs of encyclopedias and university pages, in three languages.
fn solutions() -> Vec<Solution> {
    ["xquad_xl", "faquad"].into_iter().flat_map(|name| Collection::read(name).solutions).collect()
}

fn challenges() -> Vec<Challenge> {
    let mut challenges = Collection::read("xquad_long").challenges;
    challenges.truncate(CHALLENGES);
    challenges
}

fn put(catalogue: &Catalogue, solutions: &[Solution]) {
    let mut edit = catalogue.edit().expect("an edit");
    for solution in solutions {
        edit.put(solution.clone()).expect("a good record");
    }
    edit.commit().expect("a commit");
}

#[library_benchmark]
#[bench::words(Asked::by_words())]
#[bench::every_signal(Asked::by_every_signal())]
fn find(asked: Asked) -> Asked {
    asked.find_each();
    asked
}

#[library_benchmark]
#[bench::batch(Asked::by_every_signal())]
fn find_all(asked: Asked) -> (Asked, Run) {
    let run = black_box(asked.find_all());
    (asked, run)
}

/// Each challenge's best solution.
fn explained() -> (Asked, Vec<SolutionId>) {
    let asked = Asked::by_every_signal();
    let best = |challenge| asked.matcher.find(challenge).expect("matches")[0].id().clone();
    let best = asked.challenges.iter().map(best).collect();
    let explained = (asked, best);
    explain_each(&explained);
    explained
}

fn explain_each((asked, best): &(Asked, Vec<SolutionId>)) {
    for (challenge, id) in asked.challenges.iter().zip(best) {
        black_box(asked.matcher.explain(Search::new(challenge), id).expect("an explanation"));
    }
}

#[library_benchmark]
#[bench::best(explained())]
fn explain(explained: (Asked, Vec<SolutionId>)) -> (Asked, Vec<SolutionId>) {
    explain_each(&explained);
    explained
}

/// A catalogue to which records were added once, and other records.
fn before_adding() -> (Catalogue, Vec<Solution>) {
    let (mut solutions, catalogue) = (solutions(), Catalogue::in_memory().expect("a catalogue"));
    let others = solutions.split_off(solutions.len() - ADDED);
    put(&catalogue, &solutions[..ADDED]);
    (catalogue, others)
}

#[library_benchmark]
#[bench::records(before_adding())]
fn add((catalogue, solutions): (Catalogue, Vec<Solution>)) -> (Catalogue, Vec<Solution>) {
    put(&catalogue, &solutions);
    (catalogue, solutions)
}

/// A folder with a catalogue that was opened once.
fn written() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    put(&Catalogue::create(folder.path().join("c")).expect("a catalogue"), &solutions());
    drop(open_in(&folder));
    folder
}

fn open_in(folder: &TempDir) -> Matcher {
    let catalogue = Catalogue::open(folder.path().join("c")).expect("a catalogue");
    Matcher::builder().threads(1).build(&catalogue).expect("a matcher")
}

#[library_benchmark]
#[bench::folder(written())]
fn open(folder: TempDir) -> (TempDir, Matcher) {
    let matcher = black_box(open_in(&folder));
    (folder, matcher)
}

/// The encoder, and texts that it has encoded once.
fn encoded() -> (StaticEncoder, Vec<String>) {
    let text = |challenge: Challenge| format!("{} {}", challenge.title, challenge.problem);
    let encoded = (StaticEncoder::builtin(), challenges().into_iter().map(text).collect());
    encode_each(&encoded);
    encoded
}

fn encode_each((encoder, texts): &(StaticEncoder, Vec<String>)) {
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    black_box(encoder.encode(&texts).expect("vectors"));
}

#[library_benchmark]
#[bench::texts(encoded())]
fn encode(encoded: (StaticEncoder, Vec<String>)) -> (StaticEncoder, Vec<String>) {
    encode_each(&encoded);
    encoded
}

/// 200 challenges with 20 candidates each, most of them wanted by many.
fn candidates() -> Candidates {
    let mut candidates = Candidates::new();
    for challenge in 0..200_u64 {
        let scored = (0..20_u64).map(|place| {
            let drawn = (challenge * 7_919 + place * place * 104_729) % 1_009;
            let score = 1.0 - (challenge * 31 + place * 17) as f64 % 97.0 / 100.0;
            (format!("s{}", drawn % 150 + 150 * (drawn / 900)), score)
        });
        let scored: std::collections::BTreeMap<String, f64> = scored.collect();
        candidates.push(format!("c{challenge}"), scored);
    }
    candidates
}

#[library_benchmark]
#[bench::crowded(candidates())]
fn assign(candidates: Candidates) -> Candidates {
    let assign = Assign::new().per_challenge(2);
    black_box(assign.solve(&candidates).expect("an assignment"));
    candidates
}

library_benchmark_group!(
    name = paths,
    benchmarks = [find, find_all, explain, add, open, encode, assign]
);
main!(library_benchmark_groups = paths);
