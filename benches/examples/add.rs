//! Adds the corpus of a size to a new folder in one commit, and prints the seconds that it took.
//! `benches/python/run.py` holds data frames against it.

use std::env;
use std::io::{Write, stdout};
use std::time::Instant;

use citymatch::Catalogue;
use citymatch::ingest::{Row, RowLocation};
use citymatch_benches::Corpus;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let size = env::args().nth(1).ok_or("the size of the corpus is missing")?.parse()?;
    let corpus = Corpus::read(size);
    let folder = tempfile::tempdir()?;
    let catalogue = Catalogue::create(folder.path().join("c.cm"))?;
    let begun = Instant::now();
    let rows = corpus.solutions.into_iter().zip(1..);
    let rows = rows
        .map(|(solution, row)| Row { location: RowLocation::in_list(row), record: Ok(solution) });
    let report = catalogue.add(rows)?;
    writeln!(stdout(), "{}", begun.elapsed().as_secs_f64())?;
    assert_eq!(report.added, size as u64);
    Ok(())
}
