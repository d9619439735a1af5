//! Adding records in bulk: rows with their locations, and the report of which were added and which
//! were wrong.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Serialize, Serializer};

pub use crate::row_ids::RowIds;

use crate::record::{FieldError, Warning};

/// Where a record came from.
///
/// Rows are counted from 1. In JSONL a row is a line; in CSV and in a workbook it is what a
/// spreadsheet shows as one (a cell may have several lines; headers are row 1); in Parquet, and in a
/// list or a table in memory, it is a record.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct RowLocation {
    /// The file; `None` for records that a program gave.
    pub file: Option<String>,
    /// The sheet of a workbook, where rows of several sheets are read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// The number of the row, from 1.
    pub row: u64,
}

impl RowLocation {
    /// A row of a file.
    pub fn in_file(file: impl Into<String>, row: u64) -> Self {
        Self { file: Some(file.into()), sheet: None, row }
    }

    /// The same row in a sheet of its file.
    #[must_use]
    pub fn in_sheet(mut self, sheet: impl Into<String>) -> Self {
        self.sheet = Some(sheet.into());
        self
    }

    /// A row of a list.
    #[must_use]
    pub fn in_list(row: u64) -> Self {
        Self { file: None, sheet: None, row }
    }
}

impl fmt::Display for RowLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "`{file}`, ")?;
        }
        if let Some(sheet) = &self.sheet {
            write!(f, "sheet `{sheet}`, ")?;
        }
        write!(f, "row {}", self.row)
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

/// The most values that are told apart in a column of values that were not understood.
const VALUES: usize = 1_000;

/// How many of them a message shows.
const SHOWN: usize = 3;

/// The values of a field that were not understood: the field is unknown in these records, and the
/// values are kept as they were written.
///
/// It prints as one sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct UnclearField {
    /// The field, with a dotted path where values are nested, as in `cost.currency`.
    pub field: String,
    /// How many records have such values.
    pub rows: u64,
    /// Where the first of them came from.
    pub first: RowLocation,
    /// The values with how often each came, the most frequent first: at most 1,000 different ones.
    pub values: Vec<(String, u64)>,
    /// What is understood.
    pub expected: String,
}

impl fmt::Display for UnclearField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = if self.rows == 1 { "1 row".to_owned() } else { format!("{} rows", self.rows) };
        write!(f, "`{}` was not understood in {rows}, and is kept as written: ", self.field)?;
        for (index, (value, count)) in self.values.iter().take(SHOWN).enumerate() {
            let value: String = value.escape_debug().collect();
            write!(f, "{}`{value}`", if index > 0 { ", " } else { "" })?;
            if *count > 1 {
                write!(f, " ({count})")?;
            }
        }
        if self.values.len() > SHOWN {
            write!(f, " and {} other values", self.values.len() - SHOWN)?;
        }
        write!(f, " (understood is {})", self.expected)
    }
}

/// Counts values that were not understood, by field and value.
#[derive(Debug, Default)]
pub(crate) struct UnclearCounts(BTreeMap<String, UnclearCount>);

#[derive(Debug)]
struct UnclearCount {
    rows: u64,
    first: RowLocation,
    values: BTreeMap<String, u64>,
    expected: String,
}

impl UnclearCounts {
    /// Counts what was not understood of one record.
    pub(crate) fn add(&mut self, location: &RowLocation, problems: &[FieldError]) {
        let mut counted: Vec<String> = Vec::new();
        for problem in problems {
            let field = without_indices(&problem.field);
            let count = self.0.entry(field.clone()).or_insert_with(|| UnclearCount::new(location));
            count.expected.clone_from(&problem.expected);
            count.add(&problem.value, 1);
            if !counted.contains(&field) {
                count.rows += 1;
                counted.push(field);
            }
        }
    }

    fn add_all(&mut self, fields: Vec<UnclearField>) {
        for UnclearField { field, rows, first, values, expected } in fields {
            let count = self.0.entry(field).or_insert_with(|| UnclearCount::new(&first));
            count.rows += rows;
            count.expected = expected;
            for (value, times) in &values {
                count.add(value, *times);
            }
        }
    }

    /// The fields, the one of the most rows first.
    pub(crate) fn finish(self) -> Vec<UnclearField> {
        let field = |(field, mut count): (String, UnclearCount)| {
            let mut values: Vec<_> = std::mem::take(&mut count.values).into_iter().collect();
            values.sort_by_key(|(_, times)| std::cmp::Reverse(*times));
            let UnclearCount { rows, first, expected, .. } = count;
            UnclearField { field, rows, first, values, expected }
        };
        let mut fields: Vec<_> = self.0.into_iter().map(field).collect();
        fields.sort_by_key(|field| std::cmp::Reverse(field.rows));
        fields
    }
}

impl UnclearCount {
    fn new(first: &RowLocation) -> Self {
        let (values, expected) = (BTreeMap::new(), String::new());
        Self { rows: 0, first: first.clone(), values, expected }
    }

    fn add(&mut self, value: &str, times: u64) {
        if let Some(count) = self.values.get_mut(value) {
            *count += times;
        } else if self.values.len() < VALUES {
            self.values.insert(value.to_owned(), times);
        }
    }
}

/// The path of a field without the places in its lists: `deployments.year` for
/// `deployments[2].year`.
fn without_indices(path: &str) -> String {
    let mut inside = false;
    let keep = |c: &char| {
        inside = (inside || *c == '[') && *c != ']';
        !inside && *c != ']'
    };
    path.chars().filter(keep).collect()
}

/// A report of which rows were added, and which were not.
///
/// As JSON it is an object of `added`, `replaced`, `rejected`, `warnings`, `unclear` and `copies`.
/// Each rejected row is
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
    /// The values of records that were added, but not understood.
    pub unclear: Vec<UnclearField>,
    /// How many of the records have the same texts as one before them under another id. What was in
    /// the catalogue before is not looked at.
    pub copies: u64,
    /// How many of the records came with white space around their ids, which is no part of them.
    pub trimmed_ids: u64,
}

impl AddReport {
    /// Adds another report of the same edit to this one.
    pub fn extend(&mut self, other: Self) {
        self.added += other.added;
        self.replaced += other.replaced;
        self.rejected.extend(other.rejected);
        self.warnings.extend(other.warnings);
        let mut unclear = UnclearCounts::default();
        unclear.add_all(std::mem::take(&mut self.unclear));
        unclear.add_all(other.unclear);
        self.unclear = unclear.finish();
        self.copies += other.copies;
        self.trimmed_ids += other.trimmed_ids;
    }

    /// How many rows were read: those added, replaced and rejected.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.added + self.replaced + self.rejected.len() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_understood_is_counted_by_field_and_value() {
        let problem = |field: &str, value: &str| FieldError::new(field, value, "one of `pilot`");
        let (mut first, mut second) = (UnclearCounts::default(), UnclearCounts::default());
        let at = RowLocation::in_list;
        first.add(
            &at(1),
            &[problem("sdgs[0]", "agua"), problem("sdgs[1]", "luz"), problem("stage", "b")],
        );
        second.add(&at(2), &[problem("stage", "a")]);
        second.add(&at(3), &[problem("stage", "a")]);
        let report =
            |counts: UnclearCounts| AddReport { unclear: counts.finish(), ..AddReport::default() };
        let mut both = report(first);
        both.extend(report(second));
        assert_eq!(both.unclear[0].first, at(1));
        let sentences: Vec<_> = both.unclear.iter().map(ToString::to_string).collect();
        assert_eq!(
            sentences,
            [
                "`stage` was not understood in 3 rows, and is kept as written: `a` (2), `b` \
                 (understood is one of `pilot`)",
                "`sdgs` was not understood in 1 row, and is kept as written: `agua`, `luz` \
                 (understood is one of `pilot`)",
            ]
        );
        assert_eq!(without_indices("deployments[2].year"), "deployments.year");
    }
}
