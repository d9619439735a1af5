//! A table that was read: headers, and rows of cells below them.

use std::sync::Arc;

use citymatch::ingest::RowLocation;
use citymatch::record::FieldError;

use crate::cells::Cell;

/// A table as a format's reader returns it.
pub(crate) struct Table {
    pub(crate) header: Vec<String>,
    /// The number of the header's row in the file, from 1; 0 if they are in no row.
    pub(crate) header_row: u64,
    pub(crate) rows: TableRows,
    /// What the reader had to guess about the file, such as its encoding: a line each.
    pub(crate) notes: Vec<String>,
    /// What a text file was read as.
    pub(crate) encoding: Option<String>,
    /// The character between cells of a text file, which a copy of its rows gets too. For workbooks,
    /// whose cells have no delimiter, it is a comma.
    pub(crate) delimiter: u8,
    /// The sheets of a workbook that the rows are from.
    pub(crate) sheets: Vec<String>,
}

/// The rows of a table.
pub(crate) type TableRows = Box<dyn Iterator<Item = TableRow> + Send>;

/// A row in which at least one cell is not blank.
pub(crate) struct TableRow {
    /// The row's number in the file, from 1.
    pub(crate) number: u64,
    pub(crate) cells: Vec<Cell>,
    /// Why the row as a whole cannot be trusted, such as a quote that is never closed.
    pub(crate) problem: Option<FieldError>,
    /// The sheet that the row is in, where a table comes from several.
    pub(crate) sheet: Option<Arc<str>>,
}

impl TableRow {
    /// Where the row is in its file.
    pub(crate) fn location(&self, file: &str) -> RowLocation {
        let location = RowLocation::in_file(file, self.number);
        match &self.sheet {
            Some(sheet) => location.in_sheet(&**sheet),
            None => location,
        }
    }
}
