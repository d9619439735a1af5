//! CSV and its relatives: text files with commas, semicolons, tabs or another character between
//! cells, and quotes around cells that contain that character or line breaks.
//!
//! Offices write these files with the delimiter and the encoding of their country, and rarely know
//! which. So both are found out, and a note says what was guessed.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use citymatch::Error;

use crate::cells::Cell;
use crate::columns::Columns;
use crate::delimited_rows::DelimitedRows;
use crate::encoding::{Decoded, decode, is_html, recognised_type};
use crate::formula::disarmed;
use crate::header_search::{HeadRow, SEARCHED_ROWS, find_headers};
use crate::invalid_file;
use crate::limits::read_file;
use crate::notes::numbers;
use crate::options::ReadOptions;
use crate::output::Output;
use crate::table::Table;
use crate::table_format::{CellCodec, CellRows, Codec, ColumnFinder, FormatOptions, TableFormat};

pub(crate) const CSV: TableFormat = TableFormat {
    endings: &["csv", "tsv", "txt"],
    options: FormatOptions { delimiter: true, encoding: true, sheet: false },
    codec: Codec::Cells(&Csv),
};

struct Csv;

impl CellCodec for Csv {
    fn read(
        &self,
        path: &Path,
        options: &ReadOptions,
        columns: &ColumnFinder<'_>,
    ) -> Result<(Table, Columns), Error> {
        open(path, options, columns)
    }

    fn write(&self, table: CellRows<'_>, out: Output<'_>) -> Result<u64, Error> {
        out.write(|sink| {
            let mut written = 0;
            let safe = |cell| if table.raw { cell } else { disarmed(cell) };
            let header = table.header.iter().cloned().map(|name| safe(Cell::Text(name)));
            sink.write(&line(header.map(cell_text), table.delimiter))?;
            for row in table.rows {
                sink.write(&line(row?.into_iter().map(safe).map(cell_text), table.delimiter))?;
                written += 1;
            }
            Ok(written)
        })
    }
}

/// The text of a cell in a file without types. A number is written so that it can be read in one
/// way only.
fn cell_text(cell: Cell) -> String {
    match cell {
        Cell::Number(number) => citymatch::record::number::write(number),
        cell => cell.into_text(),
    }
}

/// A line of a text file, with quotes around the cells that need them.
fn line(cells: impl Iterator<Item = String>, delimiter: u8) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
    // A writer into memory fails only if two of its records differ in length, and it gets one.
    writer.write_record(cells).expect("one record is written into memory");
    writer.into_inner().expect("memory can be flushed")
}

/// Opens a text file as a table.
fn open(
    path: &Path,
    options: &ReadOptions,
    finder: &ColumnFinder<'_>,
) -> Result<(Table, Columns), Error> {
    let bytes = read_file(path)?;
    if is_html(&bytes) {
        let expected = "text with a delimiter between its cells: open it in Excel or LibreOffice and save it as `.xlsx`";
        return Err(invalid_file(path, None, "content", "an HTML page", expected));
    }
    if let Some(other) = recognised_type(&bytes) {
        return Err(invalid_file(
            path,
            None,
            "content",
            other,
            "text with a delimiter between its cells",
        ));
    }
    let Decoded { text, encoding, is_guess } = decode(path, bytes, options.encoding.as_deref())?;
    let (declared, skipped) = declared_delimiter(&text);
    let text = Arc::new(text);
    let start = |delimiter| DelimitedRows::new(Arc::clone(&text), delimiter, skipped);
    let delimiter =
        options.delimiter.or(declared).unwrap_or_else(|| likely_delimiter(start, finder));
    let (head, starts) = head(start(delimiter));
    let Some(first) = head.first() else {
        return Err(invalid_file(path, None, "content", "empty", "a line of headers"));
    };
    if first.cells.iter().any(|cell| cell.contains('\0')) {
        let expected = "text without NUL characters: a file with them is UTF-16 without a byte-order mark, or not text";
        return Err(invalid_file(path, Some(first.number), "content", "binary", expected));
    }
    // There is a row, so there is an error if no row has headers.
    let empty = || invalid_file(path, None, "content", "empty", "a line of headers");
    let mut found = find_headers(&head, finder).map_err(|error| error.unwrap_or_else(empty))?;
    let rows = starts[found.below].clone().below_header(found.names.len());
    let whole = look_over(rows.clone());
    if let Some(width) = whole.width_beyond(found.names.len()) {
        let name = |column| format!("column {}", column + 1);
        found.names.extend((found.names.len()..width).map(name));
        found.columns = (finder.columns)(found.row, &found.names)?;
    }
    let guess =
        is_guess.then(|| format!("read as {encoding}, delimiter {}", delimiter_name(delimiter)));
    let strays = (!whole.strays.is_empty()).then(|| {
        format!("{}: a quote that nothing closes is read as text", numbers("row", &whole.strays))
    });
    let table = Table {
        header_row: found.row,
        header: found.names,
        rows: Box::new(rows),
        notes: [guess, found.note, strays].into_iter().flatten().collect(),
        encoding: Some(encoding),
        delimiter,
        sheets: Vec::new(),
    };
    Ok((table, found.columns))
}

/// The first rows of a text, and for each the rows from it on; one more for the rows behind them.
fn head(mut rows: DelimitedRows) -> (Vec<HeadRow>, Vec<DelimitedRows>) {
    let (mut head, mut starts) = (Vec::new(), vec![rows.clone()]);
    while head.len() < SEARCHED_ROWS
        && let Some(row) = rows.next()
    {
        let cells = row.cells.into_iter().map(Cell::into_text).collect();
        head.push(HeadRow { number: row.number, cells });
        starts.push(rows.clone());
    }
    (head, starts)
}

/// What the rows of a table are like, all of them.
struct Whole {
    rows: usize,
    /// For each number of cells, without blank ones at the end: how many rows have so many.
    widths: BTreeMap<usize, usize>,
    /// The rows with a quote that is read as text.
    strays: Vec<u64>,
}

fn look_over(mut rows: DelimitedRows) -> Whole {
    let (mut count, mut widths) = (0, BTreeMap::new());
    for row in rows.by_ref() {
        let width = row.cells.iter().rposition(|cell| !cell.is_blank()).map_or(0, |last| last + 1);
        *widths.entry(width).or_insert(0) += 1;
        count += 1;
    }
    Whole { rows: count, widths, strays: rows.strays().to_vec() }
}

impl Whole {
    /// The width of most rows, if it is more than that of the headers: then columns have no header.
    /// In a few rows more cells mean that one of them holds a delimiter.
    fn width_beyond(&self, header: usize) -> Option<usize> {
        let (width, rows) = self.widths.range(header + 1..).max_by_key(|(_, rows)| **rows)?;
        (*rows >= 3 && 2 * rows > self.rows).then_some(*width)
    }
}

/// The name of a delimiter in a note.
fn delimiter_name(delimiter: u8) -> String {
    if delimiter == b'\t' { "tab".to_owned() } else { format!("`{}`", char::from(delimiter)) }
}

/// The delimiter that a first line such as `sep=;` declares, which Excel writes and reads, and the
/// length of that line in bytes.
fn declared_delimiter(text: &str) -> (Option<u8>, usize) {
    let end = text.find(['\r', '\n']).unwrap_or(text.len());
    match text.as_bytes()[..end] {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', delimiter] if delimiter.is_ascii() => {
            let line_end =
                if text[end..].starts_with("\r\n") { 2 } else { usize::from(end < text.len()) };
            (Some(delimiter), end + line_end)
        }
        _ => (None, 0),
    }
}

/// The delimiter with which headers are found, at best in the first row and with the most fields; or
/// else that with the most words of headers in a row, the most cells in the first row, or the first of
/// the list.
fn likely_delimiter(start: impl Fn(u8) -> DelimitedRows, finder: &ColumnFinder<'_>) -> u8 {
    let likelihood = |delimiter: u8| {
        let (rows, _) = head(start(delimiter));
        // The texts of a row may have words of headers too, so an earlier row is better.
        let found = find_headers(&rows, finder).ok().filter(|found| found.known >= 2);
        let found = found.map(|found| (Reverse(found.row), found.known));
        let known = rows.iter().map(|row| (finder.known)(&row.cells)).max();
        (found, known, rows.first().map_or(0, |row| row.cells.len()))
    };
    // `max_by_key` returns the last of equal ones, and the first one is wanted.
    b",;\t|".iter().copied().rev().max_by_key(|delimiter| likelihood(*delimiter)).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::columns::known_fields;
    use citymatch::Solution;

    fn table(bytes: &[u8], options: &ReadOptions) -> Result<Table, Error> {
        let file = tempfile::Builder::new().suffix(".csv").tempfile().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        let columns = |row: u64, header: &[String]| {
            Columns::from_header::<Solution>(
                file.path(),
                row,
                header,
                false,
                &ReadOptions::default(),
            )
        };
        let known = |header: &[String]| known_fields::<Solution>(header, &[]);
        let finder = ColumnFinder { columns: &columns, known: &known };
        open(file.path(), options, &finder).map(|(table, _)| table)
    }

    /// Row numbers and cells, the header first.
    fn rows(bytes: &[u8]) -> Vec<(u64, Vec<String>)> {
        let table = table(bytes, &ReadOptions::default()).unwrap();
        let rows = table
            .rows
            .map(|row| (row.number, row.cells.into_iter().map(Cell::into_text).collect()));
        std::iter::once((table.header_row, table.header)).chain(rows).collect()
    }

    #[test]
    fn rows_have_the_numbers_that_a_spreadsheet_shows() {
        for (name, text, numbers) in [
            ("plain", "id,title\na,b\nc,d\n", &[1_u64, 2, 3][..]),
            ("windows_lines", "id,title\r\na,b\r\nc,d", &[1, 2, 3]),
            ("old_mac_lines", "id,title\ra,b\rc,d\r", &[1, 2, 3]),
            ("line_break_in_a_cell", "id,title\na,\"b\nb\"\nc,d\n", &[1, 2, 3]),
            ("windows_break_in_a_cell", "id,title\r\na,\"b\r\nb\r\n\"\r\nc,d\r\n", &[1, 2, 3]),
            ("line_break_in_the_header", "id,\"ti\ntle\"\na,b\n", &[1, 2]),
            ("blank_line_in_a_cell", "id,title\n\na,\"b\n\nb\"\n\nc,d\n", &[1, 3, 5]),
            ("blank_lines", "\n\nid,title\n\na,b\n\n\nc,d\n\n", &[3, 5, 8]),
            ("rows_of_delimiters", "id;title\n;\n ; \na;b\n;;;\n", &[1, 4]),
            ("declared_delimiter", "sep=;\r\nid;title\r\na;b\r\n", &[1, 2]),
            ("header_only", "id,title", &[1]),
        ] {
            let found: Vec<_> =
                rows(text.as_bytes()).into_iter().map(|(number, _)| number).collect();
            assert_eq!(found, numbers, "{name}");
        }
    }

    #[test]
    fn delimiters_are_found() {
        for (name, text, second) in [
            ("comma", "id,b;c", "b;c"),
            ("semicolon", "id;b;c,d", "b"),
            ("tab", "id\tb,c\td", "b,c"),
            ("quoted_commas_do_not_count", "\"a,b,c,d\";id;y", "id"),
            ("bar", "id|b, c|d;e", "b, c"),
            ("words_of_headers_below", "id;title;x\na;b;\"`id`,title,summary,country\"", "title"),
            ("below_a_title", "Lista, al 31/03, de soluciones\nid;b", "b"),
            ("tie", "id,b;c", "b;c"),
            ("declared", "sep=|\nid|b,c,d", "b,c,d"),
            ("declared_tab", "SEP=\t\nid\tb,c,d", "b,c,d"),
            ("doubled_quotes", "id;\"say \"\"b\"\"\"", "say \"b\""),
        ] {
            assert_eq!(rows(text.as_bytes())[0].1[1], second, "{name}");
        }
    }

    #[test]
    fn old_encodings_are_read_and_noted() {
        let read = table(b"id;t\xEDtulo\n1;Caf\xE9\n", &ReadOptions::default()).unwrap();
        assert_eq!(
            (read.header[1].as_str(), read.notes),
            ("título", vec!["read as windows-1252, delimiter `;`".to_owned()])
        );
        let declared =
            table(b"id;t\xEDtulo,id\n", &ReadOptions::default().encoding("latin1").delimiter(b','))
                .unwrap();
        assert_eq!(
            (declared.header, declared.notes),
            (vec!["id;título".to_owned(), "id".to_owned()], vec![])
        );
    }

    #[test]
    fn files_of_other_types_are_named_in_the_error() {
        for (name, bytes, message) in [
            (
                "workbook",
                &b"PK\x03\x04"[..],
                "`content` cannot be `an Excel workbook or another zip archive` (expected text with a delimiter between its cells)",
            ),
            (
                "html",
                b"\xEF\xBB\xBF\n<!DOCTYPE html><table>",
                "`content` cannot be `an HTML page` (expected text with a delimiter between its cells: open it in Excel or LibreOffice and save it as `.xlsx`)",
            ),
            (
                "empty_but_for_a_mark",
                b"\xEF\xBB\xBF",
                "`content` cannot be `empty` (expected a line of headers)",
            ),
            ("empty", b"", "`content` cannot be `empty` (expected a line of headers)"),
            ("blank", b"\n\n", "`content` cannot be `empty` (expected a line of headers)"),
            (
                "utf_16_without_a_mark",
                b"i\0d\0,\0",
                "row 1: `content` cannot be `binary` (expected text without NUL characters: a file with them is UTF-16 without a byte-order mark, or not text)",
            ),
        ] {
            let error = table(bytes, &ReadOptions::default()).err().unwrap().to_string();
            assert!(error.ends_with(message), "{name}: {error}");
        }
    }
}
