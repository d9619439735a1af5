//! Files of citymatch's records and runs: JSONL, CSV and XLSX in and out, TREC out.
//!
//! [`read`] reads records as offices write them, in Spanish, Portuguese and English: any delimiter,
//! old encodings, headers such as *Título* or *Descrição*. A row that is no record does not stop
//! the others: it says why. [`write_rejects`] copies such rows into a file that can be mended and
//! read again, [`write_records`] exports records as they went in, and [`write_run`] writes matches.
//!
//! # Examples
//! A catalogue's way to a spreadsheet and back:
//! ```
//! use citymatch::Solution;
//! use citymatch_files::{FileFormat, Output, ReadOptions, read, write_records};
//!
//! # let dir = tempfile::tempdir().unwrap();
//! # let path = dir.path().join("solutions.csv");
//! let gardens = Solution::new("s1", "Jardins de chuva").themes(["água", "espaço público"]);
//! write_records([Ok(gardens.clone())], FileFormat::Csv, Output::Path(&path))?;
//!
//! let reading = read::<Solution>(&path, &ReadOptions::default())?;
//! assert!(reading.notes().is_empty());                       // nothing had to be guessed
//! for row in reading {
//!     assert_eq!(row.location.row, 2);                          // the header is row 1
//!     assert_eq!(row.record.unwrap(), gardens);
//! }
//! # Ok::<(), citymatch::Error>(())
//! ```
//!
//! # Features
//! `xlsx` (on by default): Excel workbooks. Without it, asking for one is an error that says so.

mod cells;
mod columns;
mod delimited;
mod encoding;
mod export;
mod format;
mod headers;
mod jsonl;
mod match_row;
mod number;
mod options;
mod output;
mod path;
mod read;
mod rejects;
#[cfg(test)]
mod round_trip;
mod run;
mod table;
mod table_out;
mod trec;
mod xlsx;

pub use columns::COLUMN_LIMIT;
pub use export::write_records;
pub use format::{FileFormat, RunFormat};
pub use match_row::MatchRow;
pub use options::ReadOptions;
pub use output::Output;
pub use read::{Reading, read};
pub use rejects::write_rejects;
pub use run::write_run;

/// A file that cannot be read as a whole.
fn invalid_file(
    path: &std::path::Path,
    row: Option<u64>,
    field: &str,
    value: &str,
    expected: impl Into<String>,
) -> citymatch::Error {
    let problem = citymatch::record::FieldError::new(field, value, expected);
    citymatch::ErrorKind::InvalidFile { path: path.to_owned(), row, problem }.into()
}
