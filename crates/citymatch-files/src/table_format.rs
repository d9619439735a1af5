//! What the crate has to know about a format of files of records. Every format is one value of
//! [`TableFormat`], in the file that implements it; the crate's documentation says how one is added.

use std::path::Path;

use citymatch::Error;
use citymatch::record::FieldError;
use serde_json::{Map, Value as Json};

use crate::cells::Cell;
use crate::columns::Columns;
use crate::options::ReadOptions;
use crate::output::Output;
use crate::table::Table;

/// A format of files of records.
pub(crate) struct TableFormat {
    /// The endings of its files' names, in lower case and without the dot.
    pub(crate) endings: &'static [&'static str],
    /// The options for reading that mean something for its files.
    pub(crate) options: FormatOptions,
    /// How its files are read and written.
    pub(crate) codec: Codec,
}

/// The options for reading that a format takes. Another one is refused, not ignored.
pub(crate) struct FormatOptions {
    /// Its cells are separated by a character.
    pub(crate) delimiter: bool,
    /// Its files are text, in some encoding.
    pub(crate) encoding: bool,
    /// Its files have sheets.
    pub(crate) sheet: bool,
}

/// The two kinds of formats. Everything else in the crate branches on this, never on a format.
pub(crate) enum Codec {
    /// Every row is an object with its own names, and values have types.
    Objects(&'static (dyn ObjectCodec + Sync)),
    /// Every row is cells below headers, so a value is what its cell's text means.
    Cells(&'static (dyn CellCodec + Sync)),
}

/// Reads and writes files whose rows are objects.
pub(crate) trait ObjectCodec {
    /// Opens a file. Keys that [`write_rejects`](crate::write_rejects) adds are left out.
    fn read(&self, path: &Path, options: &ReadOptions) -> Result<Objects, Error>;

    /// Writes objects in the order they come, and returns how many.
    fn write(
        &self,
        objects: &mut dyn Iterator<Item = Result<Map<String, Json>, Error>>,
        out: Output<'_>,
    ) -> Result<u64, Error>;
}

/// Reads and writes files whose rows are cells.
pub(crate) trait CellCodec {
    /// Opens a file. `columns` finds out what a row of headers means, and so also whether a row is
    /// one: some formats have titles above their headers.
    fn read(
        &self,
        path: &Path,
        options: &ReadOptions,
        columns: &ColumnFinder<'_>,
    ) -> Result<(Table, Columns), Error>;

    /// Writes a table in the order of its rows, and returns how many they are.
    fn write(&self, table: CellRows<'_>, out: Output<'_>) -> Result<u64, Error>;

    /// Whether its headers are names that a program gave, and not texts that a person wrote.
    fn has_names(&self) -> bool {
        false
    }

    /// The most characters (UTF-16 units) that a cell holds; `None` if there is no limit.
    fn cell_limit(&self) -> Option<usize> {
        None
    }
}

/// Finds out what the columns below headers mean.
pub(crate) struct ColumnFinder<'a> {
    /// The columns below a row of headers, of its number (0 if they are in no row) and its texts;
    /// the error says why they are not the headers of a table of records.
    #[expect(clippy::type_complexity, reason = "one function, named nowhere else")]
    pub(crate) columns: &'a dyn Fn(u64, &[String]) -> Result<Columns, Error>,
    /// How many fields the texts of a row mean, if they are headers.
    pub(crate) known: &'a dyn Fn(&[String]) -> usize,
}

/// A table that is to be written.
pub(crate) struct CellRows<'a> {
    pub(crate) header: &'a [String],
    pub(crate) rows: &'a mut dyn Iterator<Item = Result<Vec<Cell>, Error>>,
    /// The character between cells, for formats that have one.
    pub(crate) delimiter: u8,
    /// The column whose numbers are scores from 0 to 1, which a workbook shows as bars.
    #[cfg_attr(not(feature = "xlsx"), expect(dead_code, reason = "only a workbook shows them"))]
    pub(crate) score: Option<u16>,
    /// Whether a text file has texts as they are, also those that a spreadsheet would run.
    pub(crate) raw: bool,
}

/// A file of objects.
pub(crate) struct Objects {
    pub(crate) rows: ObjectRows,
    /// What the file's text was read as.
    pub(crate) encoding: String,
    /// Where the objects were found, if that is not plain.
    pub(crate) note: Option<String>,
}

/// The rows of a file of objects, without blank ones.
pub(crate) type ObjectRows = Box<dyn Iterator<Item = ObjectRow> + Send>;

/// A row of a file of objects.
pub(crate) struct ObjectRow {
    /// The row's number in the file, from 1.
    pub(crate) number: u64,
    pub(crate) object: Result<Map<String, Json>, BrokenRow>,
}

/// A row that is not an object.
pub(crate) struct BrokenRow {
    pub(crate) problem: FieldError,
    /// The text that the file has there, so that a copy of the row loses nothing.
    pub(crate) source: String,
}
