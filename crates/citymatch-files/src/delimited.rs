//! CSV and its relatives: text files with commas, semicolons, tabs or another character between
//! cells, and quotes around cells that contain that character or line breaks.
//!
//! Offices write these files with the delimiter and the encoding of their country, and rarely know
//! which. So both are found out, and a note says what was guessed.

use std::io::Cursor;
use std::path::Path;

use citymatch::{Error, record::FieldError};

use crate::cells::Cell;
use crate::columns::Columns;
use crate::encoding::{decode, recognised_type};
use crate::invalid_file;
use crate::options::ReadOptions;
use crate::output::Output;
use crate::table::{Table, TableRow};
use crate::table_format::{CellCodec, CellRows, Codec, ColumnFinder, FormatOptions, TableFormat};

pub(crate) const CSV: TableFormat = TableFormat {
    endings: &["csv", "tsv", "txt"],
    options: FormatOptions { columns: true, delimiter: true, encoding: true },
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
        let table = open(path, options)?;
        let columns = columns(table.header_row, &table.header)?;
        Ok((table, columns))
    }

    fn write(&self, table: CellRows<'_>, out: Output<'_>) -> Result<u64, Error> {
        out.write(|sink| {
            let mut written = 0;
            sink.write(&line(table.header.iter().cloned(), table.delimiter))?;
            for row in table.rows {
                sink.write(&line(row?.into_iter().map(cell_text), table.delimiter))?;
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
pub(crate) fn open(path: &Path, options: &ReadOptions) -> Result<Table, Error> {
    let bytes = std::fs::read(path).map_err(|err| Error::io(path, err))?;
    if let Some(other) = recognised_type(&bytes) {
        return Err(invalid_file(
            path,
            None,
            "content",
            other,
            "text with a delimiter between its cells",
        ));
    }
    let (mut text, guess) = decode(path, bytes, options.encoding.as_deref())?;
    let (declared, skipped) = declared_delimiter(&text);
    text.drain(..skipped);
    let delimiter = options.delimiter.or(declared).unwrap_or_else(|| likely_delimiter(&text));
    let notes = guess
        .map(|encoding| format!("read as {encoding}, delimiter {}", delimiter_name(delimiter)));
    let mut rows = Rows::new(text, delimiter, 1 + u64::from(skipped > 0));
    let Some(header) = rows.next() else {
        return Err(invalid_file(path, None, "content", "empty", "a line of headers"));
    };
    if header.cells.iter().any(|cell| matches!(cell, Cell::Text(text) if text.contains('\0'))) {
        let expected = "text without NUL characters: a file with them is UTF-16 without a byte-order mark, or not text";
        return Err(invalid_file(path, Some(header.number), "content", "binary", expected));
    }
    Ok(Table {
        header_row: header.number,
        header: header.cells.into_iter().map(Cell::into_text).collect(),
        rows: Box::new(rows),
        notes: notes.into_iter().collect(),
        delimiter,
    })
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

/// The most frequent of `,` `;` and tab outside quotes in the first record, which has the headers.
fn likely_delimiter(text: &str) -> u8 {
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    let mut quoted = false;
    for byte in text.trim_start_matches(['\r', '\n']).bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\r' | b'\n' if !quoted => break,
            byte if !quoted => counts
                .iter_mut()
                .filter(|(delimiter, _)| *delimiter == byte)
                .for_each(|(_, count)| *count += 1),
            _ => {}
        }
    }
    // `max_by_key` returns the last of equal counts, and the first one is wanted.
    counts
        .into_iter()
        .rev()
        .max_by_key(|(_, count)| *count)
        .map_or(b',', |(delimiter, _)| delimiter)
}

/// The records of a text, each with the number of the line on which it starts.
struct Rows {
    reader: csv::Reader<Cursor<String>>,
    /// Up to where lines were counted: a byte, and the number of its line.
    counted: (usize, u64),
    delimiter: u8,
}

impl Rows {
    fn new(text: String, delimiter: u8, line: u64) -> Self {
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(Cursor::new(text));
        Self { reader, counted: (0, line), delimiter }
    }

    /// The first byte and the line of the record that the reader found at a byte or after it. The
    /// crate `csv` counts only `\n` as a line end, and gives a position before the blank lines that
    /// it skips, so lines are counted here.
    fn locate(&mut self, byte: usize) -> (usize, u64) {
        let text = self.reader.get_ref().get_ref();
        let start =
            text.len() - text[byte.min(text.len())..].trim_start_matches(['\r', '\n']).len();
        let passed = &text[self.counted.0..start];
        let line_ends = passed.matches('\n').count() + passed.matches('\r').count()
            - passed.matches("\r\n").count();
        self.counted = (start, self.counted.1 + line_ends as u64);
        self.counted
    }
}

impl Iterator for Rows {
    type Item = TableRow;

    fn next(&mut self) -> Option<TableRow> {
        let mut record = csv::StringRecord::new();
        loop {
            // Reading cannot fail: the text is in memory, is UTF-8, and rows may differ in length.
            if !self.reader.read_record(&mut record).unwrap_or(false) {
                return None;
            }
            let byte = record.position().map_or(0, csv::Position::byte);
            let (start, number) = self.locate(usize::try_from(byte).unwrap_or(usize::MAX));
            if record.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            let text = self.reader.get_ref().get_ref();
            let is_last = self.reader.position().byte() >= text.len() as u64;
            let problem = (is_last && ends_inside_quotes(&text[start..], self.delimiter)).then(|| {
                FieldError::new("record", &text[start..], "a closing quote: the last cell with an opening quote runs to the end of the file")
            });
            let cells = record.iter().map(|cell| Cell::Text(cell.to_owned())).collect();
            return Some(TableRow { number, cells, problem });
        }
    }
}

/// Whether a record ends inside a quoted cell. Only a quote at the start of a cell opens one.
fn ends_inside_quotes(record: &str, delimiter: u8) -> bool {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        CellStart,
        Bare,
        Quoted,
        /// After a closing quote, or between the two quotes that mean one quote.
        Closed,
    }
    let end = record.bytes().fold(State::CellStart, |state, byte| match (state, byte) {
        (State::Quoted, b'"') => State::Closed,
        (State::Quoted, _) | (State::CellStart | State::Closed, b'"') => State::Quoted,
        (_, byte) if byte == delimiter => State::CellStart,
        _ => State::Bare,
    });
    end == State::Quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(bytes: &[u8], options: &ReadOptions) -> Result<Table, Error> {
        let file = tempfile::Builder::new().suffix(".csv").tempfile().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        open(file.path(), options)
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
    fn rows_have_the_line_on_which_they_start() {
        for (name, text, numbers) in [
            ("plain", "id,title\na,b\nc,d\n", &[1_u64, 2, 3][..]),
            ("windows_lines", "id,title\r\na,b\r\nc,d", &[1, 2, 3]),
            ("old_mac_lines", "id,title\ra,b\rc,d\r", &[1, 2, 3]),
            ("line_break_in_a_cell", "id,title\na,\"b\nb\"\nc,d\n", &[1, 2, 4]),
            ("windows_break_in_a_cell", "id,title\r\na,\"b\r\nb\r\n\"\r\nc,d\r\n", &[1, 2, 5]),
            ("line_break_in_the_header", "id,\"ti\ntle\"\na,b\n", &[1, 3]),
            ("blank_lines", "\n\nid,title\n\na,b\n\n\nc,d\n\n", &[3, 5, 8]),
            ("rows_of_delimiters", "id;title\n;\n ; \na;b\n;;;\n", &[1, 4]),
            ("declared_delimiter", "sep=;\r\nid;title\r\na;b\r\n", &[2, 3]),
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
            ("quoted_commas_do_not_count", "\"a,b,c,d\";x;y", "x"),
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
            table(b"id;t\xEDtulo\n", &ReadOptions::default().encoding("latin1").delimiter(b','))
                .unwrap();
        assert_eq!((declared.header, declared.notes), (vec!["id;título".to_owned()], vec![]));
    }

    #[test]
    fn a_missing_closing_quote_is_seen() {
        let last = |text: &str| {
            table(text.as_bytes(), &ReadOptions::default()).unwrap().rows.last().unwrap()
        };
        for (name, text, open) in [
            ("open", "id,title\na,\"b\nc,d\n", true),
            ("open_on_the_last_line", "id,title\na,\"b", true),
            ("closed", "id,title\na,\"b\"", false),
            ("closed_and_line_end", "id,title\na,\"b\"\n", false),
            ("doubled_at_the_end", "id,title\na,\"b \"\"c\"\"\"", false),
            ("doubled_then_open", "id,title\na,\"b\"\"", true),
            ("inches", "id,title\na,5\" pipe", false),
        ] {
            assert_eq!(last(text).problem.is_some(), open, "{name}");
        }
    }

    #[test]
    fn files_of_other_types_are_named_in_the_error() {
        for (name, bytes, message) in [
            (
                "workbook",
                &b"PK\x03\x04"[..],
                "`content` cannot be `an Excel workbook or another zip archive` (expected text with a delimiter between its cells)",
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
