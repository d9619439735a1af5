//! Adding, opening, finding and explaining in a catalogue of 50,000 synthetic solutions.
//!
//! Make the corpus with `python3 benches/corpus/scale.py benches/data/50000 --n 50000 --seed 1` (it needs numpy), then
//! `cargo bench -p citymatch-benches --bench scale`. The text has no meaning: this measures time and memory, never quality.

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

use citymatch::{Catalogue, Challenge, Error, Matcher, Place, Row, Signal, Solution, Weights};
use citymatch_benches::Corpus;
use criterion::{Criterion, Throughput, criterion_group};

const SIZE: usize = 50_000;
/// Set in the process whose memory is measured: where it is to put the catalogue.
const MEASURED: &str = "CITYMATCH_BENCH_ADD_TO";

fn add(path: &Path, solutions: &[Solution]) -> Result<Catalogue, Error> {
    let catalogue = Catalogue::create(path)?;
    let rows = solutions.iter().zip(1..).map(|(solution, row)| Row { place: Place::in_list(row), record: Ok(solution.clone()) });
    let report = catalogue.add(rows)?;
    assert_eq!(report.added, solutions.len() as u64);
    Ok(catalogue)
}

/// A line of `/proc/self/status`, in MB; none where there is no such file.
fn status(name: &str) -> Option<u64> {
    let text = fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? / 1024)
}

/// Adds the corpus in a process of its own and prints what the addition took at its peak beside the records themselves.
fn memory(path: &Path) {
    let before = status("VmRSS:");
    let corpus = Corpus::read(SIZE);
    let with_records = status("VmRSS:");
    add(path, &corpus.solutions).expect("the corpus can be added");
    if let (Some(before), Some(with_records), Some(peak)) = (before, with_records, status("VmHWM:")) {
        eprintln!("adding {SIZE}: peak {peak} MB, of which the records themselves {} MB", with_records - before);
    }
}

fn benches(criterion: &mut Criterion) {
    let corpus = Corpus::read(SIZE);
    let folder = tempfile::tempdir().expect("a folder for the catalogues");
    let measured = Command::new(env::current_exe().expect("this program")).env(MEASURED, folder.path().join("measured.cm")).status();
    assert!(measured.expect("this program runs").success());

    let mut group = criterion.benchmark_group("add");
    group.sample_size(10).throughput(Throughput::Elements(SIZE as u64));
    let mut number = 0;
    group.bench_function("one_commit/50k", |bencher| {
        bencher.iter(|| {
            number += 1;
            let path = folder.path().join(format!("{number}.cm"));
            let catalogue = add(&path, &corpus.solutions).expect("the corpus can be added");
            drop(catalogue);
            fs::remove_dir_all(path).expect("the catalogue is ours");
        });
    });
    group.finish();

    let path = folder.path().join("catalogue.cm");
    let catalogue = add(&path, &corpus.solutions).expect("the corpus can be added");
    criterion.bench_function("open/50k", |bencher| bencher.iter(|| Catalogue::open(&path).expect("it is a catalogue")));

    criterion.bench_function("open_and_first_answer/all_signals/50k", |bencher| {
        let challenge = corpus.challenges_of(60)[0];
        bencher.iter(|| Matcher::new(&Catalogue::open(&path).expect("a catalogue")).and_then(|matcher| matcher.find(challenge)));
    });
    let words = Weights::of([(Signal::Words, 1.0.into())]).expect("good weights");
    for (signals, matcher) in [
        ("all_signals", Matcher::builder().threads(1).build(&catalogue).expect("a matcher")),
        ("words", Matcher::builder().threads(1).weights(words.clone()).build(&catalogue).expect("a matcher")),
    ] {
        find(criterion, &corpus, signals, &matcher);
    }

    let challenges: Vec<&Challenge> = corpus.challenges_of(60);
    for threads in [1, 2] {
        let matcher = Matcher::builder().threads(threads).weights(words.clone()).build(&catalogue).expect("a matcher");
        let mut group = criterion.benchmark_group("find_all/words/60_terms/50k");
        group.sample_size(20).throughput(Throughput::Elements(challenges.len() as u64));
        group.bench_function(format!("{threads}_threads"), |bencher| {
            bencher.iter(|| matcher.find_all(challenges.iter().copied()).expect("answers"));
        });
        group.finish();
    }

    let challenge = challenges[0];
    let matcher = Matcher::new(&catalogue).expect("a matcher");
    let best = matcher.find(challenge).expect("an answer")[0].id().clone();
    criterion.bench_function("explain/60_terms/50k", |bencher| bencher.iter(|| matcher.explain(challenge, &best).expect("a reason")));

    let mut number = 0;
    criterion.bench_function("add/one_more/50k", |bencher| {
        bencher.iter(|| {
            number += 1;
            let mut edit = catalogue.edit().expect("no other writer");
            edit.put(Solution::new(format!("more {number}"), "Jardins de chuva na calçada")).expect("a good record");
            edit.commit().expect("a commit");
            catalogue.snapshot().expect("a snapshot")
        });
    });
}

/// One challenge at a time, of 5 to 150 distinct words.
fn find(criterion: &mut Criterion, corpus: &Corpus, signals: &str, matcher: &Matcher) {
    for words in [5, 20, 60, 150] {
        let challenges = corpus.challenges_of(words);
        for challenge in &challenges {
            assert_eq!(matcher.find(*challenge).expect("an answer").len(), 10);
        }
        let mut next = challenges.iter().cycle();
        criterion.bench_function(&format!("find/{signals}/{words}_terms/50k"), |bencher| {
            bencher.iter(|| matcher.find(*next.next().expect("a cycle has no end")));
        });
    }
}

criterion_group!(all, benches);

fn main() {
    if let Some(path) = env::var_os(MEASURED) {
        return memory(Path::new(&path));
    }
    all();
    Criterion::default().configure_from_args().final_summary();
}
