//! A table on its way into a file.

use citymatch::Error;

use crate::cells::Cell;
use crate::format::FileFormat;
use crate::number;
use crate::output::Output;
use crate::xlsx;

/// Writes a table as a text file or a workbook, and says how many rows there were.
pub(crate) fn write_table(
    header: &[String],
    rows: impl Iterator<Item = Result<Vec<Cell>, Error>>,
    format: FileFormat,
    delimiter: u8,
    out: Output<'_>,
) -> Result<u64, Error> {
    if format == FileFormat::Xlsx {
        return xlsx::write(header, rows, &out);
    }
    out.write(|sink| {
        let mut written = 0;
        sink.write(&line(header.iter().cloned(), delimiter))?;
        for row in rows {
            sink.write(&line(row?.into_iter().map(as_text), delimiter))?;
            written += 1;
        }
        Ok(written)
    })
}

fn as_text(cell: Cell) -> String {
    match cell {
        Cell::Number(number) => number::write(number),
        cell => cell.into_text(),
    }
}

/// A line of a text file, with quotes where they are needed.
fn line(cells: impl Iterator<Item = String>, delimiter: u8) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
    // OK because writing to a `Vec` cannot fail, and one record cannot differ in length from
    // another.
    writer.write_record(cells).expect("a record fits into memory");
    writer.into_inner().expect("memory can be flushed")
}
