//! placeholder
mod cells;
mod columns;
mod delimited;
mod encoding;
mod export;
mod format;
mod headers;
mod jsonl;
mod number;
mod output;
mod path;
mod read;
mod rejects;
#[cfg(test)]
mod round_trip;
mod run;
mod table;
mod trec;
mod xlsx;

pub use export::write_records;
pub use format::{FileFormat, RunFormat};
pub use output::Output;
pub use read::{ReadOptions, Reading, read};
pub use rejects::write_rejects;
pub use run::{MatchRow, write_run};

/// A file that cannot be read as a whole.
fn invalid_file(path: &std::path::Path, row: Option<u64>, field: &str, value: &str, expected: impl Into<String>) -> citymatch::Error {
    let problem = citymatch::Problem::new(field, value, expected);
    citymatch::ErrorKind::InvalidFile { path: path.to_owned(), row, problem }.into()
}
