//! Reads and writes files of citymatch's records and matches: JSONL, CSV, XLSX and Parquet, and TREC
//! for matches.
//!
//! [`read`] reads records from files as offices write them in Spanish, Portuguese and English, with
//! any delimiter, in old encodings, under headers such as *Título* or *Descrição*. A row that is not
//! a record does not stop the others, and says why. [`write_rejects`] copies such rows into a file
//! that can be corrected and read again. [`write_records`] exports records as they were read, and
//! [`write_run`] writes matches, and [`read_ranked_lists`] and [`read_qrels`] read them and judgements
//! for evaluation. [`read_thesaurus`] reads themes beside the built-in ones.
//!
//! # Examples
//! A CSV file is added to a catalogue, and its bad rows are kept for correction:
//! ```
//! use citymatch::{Catalogue, Solution};
//! use citymatch_files::{ReadOptions, read, write_rejects};
//!
//! # let dir = tempfile::tempdir().unwrap();
//! # let (path, rejects) = (dir.path().join("soluciones.csv"), dir.path().join("rejects.csv"));
//! # std::fs::write(&path, "Código;Título;Etapa\ns1;Baños secos;pilto\ns2;N/A;piloto\n").unwrap();
//! let catalogue = Catalogue::in_memory()?;
//! let options = ReadOptions::default();
//! let report = catalogue.add(read::<Solution>(&path, &options)?)?;
//! for rejected in &report.rejected {
//!     eprintln!("{rejected}");    // `soluciones.csv`, row 3: `title` cannot be `N/A` (expected …)
//! }
//! // `stage` was not understood in 1 row, and is kept as written: `pilto` (understood is …)
//! report.unclear.iter().for_each(|field| eprintln!("{field}"));
//! write_rejects::<Solution>(&[&path], &options, &report.rejected, &rejects)?;
//! # assert_eq!((report.added, report.rejected.len()), (1, 1));
//! # assert!(std::fs::read_to_string(&rejects).unwrap().contains("s2;N/A;piloto;3;title;"));
//! # Ok::<(), citymatch::Error>(())
//! ```
//!
//! What is exported comes back as it was:
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
//! * `xlsx` (on by default): Excel workbooks. Without it, asking for one is an error that says so.
//! * `calls` (off by default): `read_call` reads a call for solutions, such as a PDF, as a challenge.
//! * `arrow` (off by default): `read_arrow` reads records from Arrow tables.
//! * `parquet` (off by default): Parquet files, with `arrow`. Without it, asking for one is an error.
//!
//! # To add a format
//! A format is one file and one row:
//! 1. In a file of its own, as `jsonl.rs` is one, write a `TableFormat`: the endings of file names,
//!    the options that mean something for it, and its codec. There are two kinds of codec. An
//!    `ObjectCodec` is for rows that are objects with typed values (JSONL), and reads and
//!    writes JSON objects. A `CellCodec` is for cells below headers (CSV, XLSX, Parquet), and reads and
//!    writes cells; headers, values and errors are the same for all of them and need no code.
//! 2. In `format.rs`, add its row to `FileFormat` and its arm to `FileFormat::table_format`. If
//!    matches are written in it too, add a row of the same name to `RunFormat`.
//!
//! [`read`], [`write_records`], [`write_run`] and [`write_rejects`] then know it, and so do the tests
//! in `round_trip.rs`, which run over every format.

#[cfg(feature = "arrow")]
mod arrow;
#[cfg(feature = "calls")]
mod call;
mod cells;
mod columns;
mod dates;
mod decisions;
mod delimited;
mod delimited_rows;
mod encoding;
mod export;
#[cfg(all(test, feature = "xlsx", feature = "calls"))]
mod extremes;
mod field_path;
mod format;
mod formula;
#[cfg(all(test, feature = "calls", feature = "parquet", feature = "xlsx"))]
mod fuzz;
mod header_search;
mod header_words;
mod headers;
mod json_parts;
mod jsonl;
mod limits;
mod match_row;
mod notes;
mod objects;
mod options;
mod output;
mod parquet;
#[cfg(feature = "parquet")]
mod parquet_claims;
mod qrels;
mod ranked_lists;
mod read;
mod rejects;
#[cfg(test)]
mod round_trip;
mod run;
mod source;
mod table;
mod table_format;
mod thesaurus;
mod trec;
#[cfg(test)]
mod trials;
mod typed;
#[cfg(feature = "arrow")]
mod typed_rows;
mod xlsx;

#[cfg(feature = "arrow")]
pub use arrow::read_arrow;
#[cfg(feature = "calls")]
pub use call::{Call, CallField, read_call, read_call_text};
pub use columns::COLUMN_LIMIT;
pub use decisions::write_decisions;
pub use encoding::decode_text;
pub use export::{write_raw_records, write_records};
pub use format::{FileFormat, RunFormat};
pub use match_row::MatchRow;
#[doc(hidden)]
pub use options::OptionWords;
pub use options::ReadOptions;
pub use output::Output;
pub use qrels::read_qrels;
pub use ranked_lists::read_ranked_lists;
pub use read::{Reading, is_lock_file, read};
pub use rejects::write_rejects;
pub use run::{write_run, write_run_with};
pub use source::{ColumnDescription, SourceDescription};
pub use thesaurus::read_thesaurus;
#[cfg(feature = "arrow")]
pub use typed_rows::TypedRows;

/// How names and values of mappings and typed tables become a record's JSON. The Python module uses
/// it for its own objects, so that they mean the same as files.
#[doc(hidden)]
pub mod values {
    #[cfg(feature = "arrow")]
    pub use crate::arrow::read_arrow_with;
    pub use crate::field_path::nest;
    pub use crate::objects::ObjectReader;
    pub use crate::typed::{date_text, finite_number};
    #[cfg(feature = "arrow")]
    pub use crate::typed_rows::read_typed;
}

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// The error of a file that cannot be read as a whole.
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
