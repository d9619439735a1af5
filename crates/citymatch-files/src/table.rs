//! A table: a line of headers, and rows of cells below it.

use citymatch::record::FieldError;

use crate::cells::Cell;

/// A table on its way out of a file.
pub(crate) struct Table {
    pub(crate) header: Vec<String>,
    /// The row of the header.
    pub(crate) header_row: u64,
    pub(crate) rows: Box<dyn Iterator<Item = TableRow> + Send>,
    /// What was guessed about the file.
    pub(crate) notes: Vec<String>,
    /// What stands between cells; a comma in workbooks, which have none.
    pub(crate) delimiter: u8,
}

/// A row in which at least one cell is not blank.
pub(crate) struct TableRow {
    /// Its number in the file.
    pub(crate) number: u64,
    pub(crate) cells: Vec<Cell>,
    /// Why it cannot be trusted.
    pub(crate) problem: Option<FieldError>,
}
