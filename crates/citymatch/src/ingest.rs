//! Adding records in bulk: rows with their locations, and the report of which were added and which
//! were wrong.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::record::{FieldError, Warning};

/// Where a record came from.
///
/// Rows are counted from 1. In JSONL and text files a row is a line (a header is line 1), in a
/// workbook a row of the sheet, and in a list or a table in memory a record.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct RowLocation {
    /// The file; `None` for records that a program gave.
    pub file: Option<String>,
    /// The number of the row, from 1.
    pub row: u64,
}

impl RowLocation {
    /// A row of a file.
    pub fn in_file(file: impl Into<String>, row: u64) -> Self {
        Self { file: Some(file.into()), row }
    }

    /// A row of a list.
    #[must_use]
    pub fn in_list(row: u64) -> Self {
        Self { file: None, row }
    }
}

impl fmt::Display for RowLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.file {
            Some(file) => write!(f, "`{file}`, row {}", self.row),
            None => write!(f, "row {}", self.row),
        }
    }
}

/// A record to add, or why the row is not a record.
#[derive(Clone, Debug, PartialEq)]
pub struct Row<R> {
    /// Where it came from.
    pub location: RowLocation,
    /// The record, or what is wrong with the row.
    pub record: Result<R, FieldError>,
}

/// Whether a [`put`](crate::Edit::put) added or replaced a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PutOutcome {
    /// No record had the id.
    Added,
    /// The record replaced the one with the same id.
    Replaced,
}

/// A row that was not added.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rejected {
    /// Where the row is.
    pub location: RowLocation,
    /// What is wrong with the row.
    pub error: FieldError,
}

impl Rejected {
    /// A row that was not added.
    #[must_use]
    pub fn new(location: RowLocation, error: FieldError) -> Self {
        Self { location, error }
    }
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.location, self.error)
    }
}

/// The JSON object of a row: its location, what is wrong or unusual there, and both as one
/// sentence.
#[derive(Serialize)]
struct RowObject<'r, T> {
    #[serde(flatten)]
    location: &'r RowLocation,
    #[serde(flatten)]
    detail: &'r T,
    message: String,
}

impl<'r, T: fmt::Display> RowObject<'r, T> {
    fn new(location: &'r RowLocation, detail: &'r T) -> Self {
        Self { location, detail, message: format!("{location}: {detail}") }
    }
}

/// A JSON object of `file` (`null` if there is none), `row`, `field`, `value`, `expected` and
/// `message`.
impl Serialize for Rejected {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RowObject::new(&self.location, &self.error).serialize(serializer)
    }
}

fn serialise_warnings<S: Serializer>(
    warnings: &[(RowLocation, Warning)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer
        .collect_seq(warnings.iter().map(|(location, warning)| RowObject::new(location, warning)))
}

/// A report of which rows were added, and which were not.
///
/// As JSON it is an object of `added`, `replaced`, `rejected` and `warnings`. Each rejected row is
/// an object of `file`, `row`, `field`, `value`, `expected` and `message`; each warning one of
/// `file`, `row`, `field`, `known` and `message`.
///
/// # Examples
/// ```
/// use citymatch::{Catalogue, Solution, ingest::{RowLocation, Row}};
/// let catalogue = Catalogue::in_memory()?;
/// let rows = ["s1", "s2", "s1"].into_iter().zip(1..).map(|(id, row)| Row {
///     location: RowLocation::in_list(row),
///     record: Ok(Solution::new(id, "Rain gardens")),
/// });
/// let report = catalogue.add(rows)?;
/// assert_eq!((report.added, report.replaced, report.rejected.len()), (2, 0, 1));
/// assert_eq!(
///     report.rejected[0].to_string(),
///     "row 3: `id` cannot be `s1` (expected an id that is not in row 1 already)",
/// );
/// # Ok::<(), citymatch::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AddReport {
    /// The number of records that were new.
    pub added: u64,
    /// The number of records that replaced one with the same id.
    pub replaced: u64,
    /// The rows that were not added, in their order.
    pub rejected: Vec<Rejected>,
    /// Unknown fields with names similar to known ones, each with the first row that has it.
    #[serde(serialize_with = "serialise_warnings")]
    pub warnings: Vec<(RowLocation, Warning)>,
}

impl AddReport {
    /// Adds another report of the same edit to this one.
    pub fn extend(&mut self, other: Self) {
        self.added += other.added;
        self.replaced += other.replaced;
        self.rejected.extend(other.rejected);
        self.warnings.extend(other.warnings);
    }
}
