//! Writes a table as a sheet of a workbook.

use citymatch::Error;
use rust_xlsxwriter::{Formula, Workbook, Worksheet, XlsxError};

use crate::cells::Cell;
use crate::output::Output;
use crate::table_format::CellRows;

/// Writes a table as a workbook of one sheet. Texts stay texts, even if they look like formulas or
/// numbers. The workbook is built in memory and written at its end.
pub(super) fn write(table: CellRows<'_>, out: &Output<'_>) -> Result<u64, Error> {
    let Output::Path(path) = *out else {
        return Err(Error::option("out", "a stream", "the path of a file, for a workbook"));
    };
    let failed = |err: XlsxError| match err {
        XlsxError::RowColumnLimitError => Error::option(
            "format",
            "xlsx",
            "csv or jsonl: a sheet has 1,048,576 rows of 16,384 cells",
        ),
        err => Error::io(path, std::io::Error::other(err)),
    };
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    write_row(sheet, 0, table.header.iter().cloned().map(Cell::Text)).map_err(failed)?;
    sheet.set_freeze_panes(1, 0).map_err(failed)?;
    let mut written = 0;
    for row in table.rows {
        written += 1;
        write_row(sheet, written, row?.into_iter()).map_err(failed)?;
    }
    let bytes = workbook.save_to_buffer().map_err(failed)?;
    Output::Path(path).write(|sink| sink.write(&bytes))?;
    Ok(u64::from(written))
}

fn write_row(
    sheet: &mut Worksheet,
    row: u32,
    cells: impl Iterator<Item = Cell>,
) -> Result<(), XlsxError> {
    for (column, cell) in cells.enumerate() {
        let column = u16::try_from(column).map_err(|_| XlsxError::RowColumnLimitError)?;
        match cell {
            Cell::Text(text) => sheet.write_string(row, column, text)?,
            Cell::Number(number) => sheet.write_number(row, column, number)?,
            Cell::Typed(value) => sheet.write_string(row, column, value.to_string())?,
            Cell::Error(error) => sheet.write_formula(
                row,
                column,
                Formula::new(format!("={error}")).set_result(error),
            )?,
        };
    }
    Ok(())
}
