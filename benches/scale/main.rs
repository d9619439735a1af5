//! Every operation of the library on synthetic solutions: 50,000 of them, or as many as
//! `CITYMATCH_BENCH_SIZE` says (5000, 500000).
//!
//! Make the corpus with `python3 benches/corpus/scale.py benches/data/50000 --n 50000 --seed 1` (it
//! needs numpy), then `cargo bench -p citymatch-benches --bench scale`, with a part of a name
//! behind `--` to measure that alone. The text has no meaning: this measures time and memory, never
//! quality.

mod add;
mod change;
mod find;
mod open;
mod text;

use std::env;
use std::path::{Path, PathBuf};

use citymatch::{
    Catalogue, Signal, Solution, Weights,
    ingest::{Row, RowLocation},
};
use citymatch_benches::Corpus;
use criterion::{Criterion, criterion_group};
use tempfile::TempDir;

/// The environment variable with the number of solutions.
const SIZE: &str = "CITYMATCH_BENCH_SIZE";
const USUAL: usize = 50_000;

/// What the benches have in common: a corpus, and a catalogue of it on the disk.
struct Fixture {
    corpus: Corpus,
    folder: TempDir,
    catalogue: Catalogue,
}

impl Fixture {
    fn new() -> Self {
        let corpus = Corpus::read(size());
        let folder = tempfile::tempdir().expect("a folder for the catalogues");
        let catalogue = fill(&folder.path().join("catalogue.cm"), &corpus.solutions);
        Self { corpus, folder, catalogue }
    }

    /// The name of a benchmark: the operation, then the size.
    fn name(&self, operation: &str) -> String {
        format!("{operation}/{}", self.corpus.size)
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("catalogue.cm")
    }
}

fn size() -> usize {
    env::var(SIZE).map_or(USUAL, |size| {
        size.parse()
            .unwrap_or_else(|_| panic!("{SIZE}: expected a number of solutions, found `{size}`"))
    })
}

/// A new catalogue of the solutions, in one commit.
fn fill(path: &Path, solutions: &[Solution]) -> Catalogue {
    let catalogue = Catalogue::create(path).expect("a new catalogue");
    let rows = solutions.iter().zip(1..).map(|(solution, row)| Row {
        location: RowLocation::in_list(row),
        record: Ok(solution.clone()),
    });
    let report = catalogue.add(rows).expect("the corpus can be added");
    assert_eq!(report.added, solutions.len() as u64);
    catalogue
}

/// One signal alone.
fn alone(signal: Signal) -> Weights {
    Weights::new([(signal, 1.0.into())]).expect("good weights")
}

fn benches(criterion: &mut Criterion) {
    let fixture = Fixture::new();
    text::benches(criterion, &fixture);
    add::benches(criterion, &fixture);
    open::benches(criterion, &fixture);
    find::benches(criterion, &fixture);
    // The last, for it leaves records behind.
    change::benches(criterion, &fixture);
}

criterion_group!(all, benches);

fn main() {
    if add::is_measured() {
        return add::memory();
    }
    all();
    Criterion::default().configure_from_args().final_summary();
}
