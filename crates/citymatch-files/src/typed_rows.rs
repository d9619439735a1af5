//! Records from typed tables, such as the data frames of programs. Their columns mean what the
//! headers of files mean, and a text is what it is in a cell of a file.

use std::collections::HashSet;
use std::fmt;

use citymatch::ingest::{Row, RowLocation};
use citymatch::record::FieldError;
use citymatch::{Error, ErrorKind, Record};
use serde_json::Value as Json;

use crate::cells::Cell;
use crate::columns::{Columns, HeaderProblem, HeaderRules};
use crate::options::ReadOptions;
use crate::read::with_ids;
use crate::source::ColumnDescription;
use crate::table::{TableRow, TableRows};

/// The rows of a typed table, each a record or the reason why it is not one.
///
/// Their locations are the numbers of rows in the table, from 1.
pub struct TypedRows<R> {
    rows: Box<dyn Iterator<Item = Row<R>> + Send>,
    columns: Vec<ColumnDescription>,
    notes: Vec<String>,
}

impl<R> TypedRows<R> {
    /// What each column means.
    #[must_use]
    pub fn columns(&self) -> &[ColumnDescription] {
        &self.columns
    }

    /// What was guessed about the columns, a line each, for a person to look over.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.notes
    }
}

impl<R> Iterator for TypedRows<R> {
    type Item = Row<R>;

    fn next(&mut self) -> Option<Row<R>> {
        self.rows.next()
    }
}

impl<R> fmt::Debug for TypedRows<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TypedRows").field("columns", &self.columns).finish_non_exhaustive()
    }
}

/// Reads records from a table of typed values, in which `null` means that there is none. A row that
/// could not be read has its problem in place of its values.
///
/// # Errors
/// [`ErrorKind::InvalidTable`] if two columns have one name, or where `needs_ids` and no column is the
/// id, although there are rows; [`ErrorKind::InvalidOption`] if an option cannot be.
pub fn read_typed<R: Record>(
    names: &[String],
    rows: impl Iterator<Item = Result<Vec<Json>, FieldError>> + Send + 'static,
    options: &ReadOptions,
    needs_ids: bool,
) -> Result<TypedRows<R>, Error> {
    let mut seen = HashSet::new();
    if let Some(name) = names.iter().find(|name| !seen.insert(*name)) {
        let problem = FieldError::new("table", name, "columns with different names");
        return Err(ErrorKind::InvalidTable { problem }.into());
    }
    let mut rows = rows.peekable();
    let rules = HeaderRules {
        chosen: &options.columns,
        needs_id: needs_ids && !options.row_ids && rows.peek().is_some(),
        words: options.words,
        are_names: true,
    };
    let mut columns = Columns::new::<R>(names, &rules).map_err(HeaderProblem::in_table)?;
    let rows = (1..).zip(rows).map(typed_row);
    let rows: TableRows = columns.look_at_dates(names, Box::new(rows));
    let notes = columns.notes.iter().filter(|note| !note.starts_with(KEPT)).cloned().collect();
    let described = columns.describe(names);
    let rows = rows.map(move |row| Row {
        location: RowLocation::in_list(row.number),
        record: columns.record(row),
    });
    Ok(TypedRows { rows: with_ids(rows, options), columns: described, notes })
}

/// How the note begins that says what [`TypedRows::columns`] say too.
const KEPT: &str = crate::columns::KEPT;

/// A row with its number, of values or of the reason why there are none.
pub(crate) fn typed_row((number, row): (u64, Result<Vec<Json>, FieldError>)) -> TableRow {
    let (values, problem) = match row {
        Ok(values) => (values, None),
        Err(problem) => (Vec::new(), Some(problem)),
    };
    let cells = values.into_iter().map(cell).collect();
    TableRow { number, cells, problem, sheet: None }
}

fn cell(value: Json) -> Cell {
    match value {
        Json::Null => Cell::EMPTY,
        Json::String(text) => Cell::Text(text),
        value => Cell::Typed(value),
    }
}
