//! Excel workbooks, in and out. Without the feature `xlsx` the format is still known, and says which
//! feature is missing.

#[cfg(feature = "xlsx")]
mod reader;
#[cfg(feature = "xlsx")]
mod size;
#[cfg(feature = "xlsx")]
mod workbook;
#[cfg(feature = "xlsx")]
mod writer;

use std::path::Path;

use citymatch::Error;

use crate::columns::Columns;
use crate::options::ReadOptions;
use crate::output::Output;
use crate::table::Table;
use crate::table_format::{CellCodec, CellRows, Codec, ColumnFinder, FormatOptions, TableFormat};

pub(crate) const XLSX: TableFormat = TableFormat {
    endings: &["xlsx", "xlsm", "xlsb", "xls", "ods"],
    options: FormatOptions { delimiter: false, encoding: false, sheet: true },
    codec: Codec::Cells(&Xlsx),
};

/// The most characters (UTF-16 units) that Excel allows in a cell.
const CELL_LIMIT: usize = 32_767;

struct Xlsx;

impl CellCodec for Xlsx {
    fn read(
        &self,
        path: &Path,
        options: &ReadOptions,
        columns: &ColumnFinder<'_>,
    ) -> Result<(Table, Columns), Error> {
        reader::open(path, options, columns)
    }

    fn write(&self, table: CellRows<'_>, out: Output<'_>) -> Result<u64, Error> {
        check_written(&out)?;
        writer::write(table, &out)
    }

    fn cell_limit(&self) -> Option<usize> {
        Some(CELL_LIMIT)
    }
}

/// Refuses to give a file in the newest format the name of another one.
fn check_written(out: &Output<'_>) -> Result<(), Error> {
    let Output::Path(path) = out else { return Ok(()) };
    let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    match ending.as_str() {
        "xls" | "xlsb" | "ods" => Err(Error::option(
            "file name",
            path.display(),
            "one that ends in `.xlsx`, as workbooks are written",
        )),
        _ => Ok(()),
    }
}

/// The reader of a build without workbooks.
#[cfg(not(feature = "xlsx"))]
mod reader {
    use std::path::Path;

    use citymatch::Error;

    use crate::columns::Columns;
    use crate::options::ReadOptions;
    use crate::table::Table;
    use crate::table_format::ColumnFinder;

    pub(super) fn open(
        _: &Path,
        _: &ReadOptions,
        _: &ColumnFinder<'_>,
    ) -> Result<(Table, Columns), Error> {
        Err(super::missing_feature())
    }
}

/// The writer of a build without workbooks.
#[cfg(not(feature = "xlsx"))]
mod writer {
    use citymatch::Error;

    use crate::output::Output;
    use crate::table_format::CellRows;

    pub(super) fn write(_: CellRows<'_>, _: &Output<'_>) -> Result<u64, Error> {
        Err(super::missing_feature())
    }
}

#[cfg(not(feature = "xlsx"))]
fn missing_feature() -> Error {
    Error::option("format", "xlsx", "another format: this was built without the feature `xlsx`")
}
