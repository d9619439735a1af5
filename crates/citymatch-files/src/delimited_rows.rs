//! The rows of a text with a delimiter between cells, and quotes around cells that contain it.
//!
//! A quote that was never meant to open a cell (`"12 pulgadas`) would swallow the rows below it. The
//! crate `csv` cannot tell, so cells are found here: a row over several lines whose inner lines look
//! like rows is read again, its first line alone and with its quotes as text.

use std::sync::Arc;

use citymatch::record::FieldError;
use memchr::memchr2;

use crate::cells::Cell;
use crate::columns::COLUMN_LIMIT;
use crate::formula::armed;
use crate::limits::OBJECT_LIMIT;
use crate::table::TableRow;

/// How many times the length of a text may be looked through for the ends of stray quotes. After
/// that its quotes are text: one on each line would take the square of its length.
const STRAY_COST: usize = 20;

/// How many lines behind a quote are looked at.
const INNER_LINES: usize = 1_000;

/// The most cells that a row is cut into; what follows them is one cell. A line of delimiters would
/// take fifty times its length.
const CELL_LIMIT: usize = 2 * COLUMN_LIMIT;

/// How many characters of a line that is too long are kept.
const SHOWN: usize = 200;

/// The rows of a text that are not blank, each with the number that a spreadsheet shows for it: a row
/// over several lines counts once, and a blank line is a row.
#[derive(Clone)]
pub(crate) struct DelimitedRows {
    text: Arc<String>,
    delimiter: u8,
    /// The next byte to read, and the number of the row that it belongs to.
    at: usize,
    number: u64,
    /// How many cells a row has, once the headers are known.
    width: Option<usize>,
    /// The rows whose quotes were read as text.
    strays: Vec<u64>,
    /// How many bytes were looked through for the ends of stray quotes.
    cost: usize,
}

impl DelimitedRows {
    /// The rows from a byte on, which is the start of the first row.
    pub(crate) fn new(text: Arc<String>, delimiter: u8, at: usize) -> Self {
        Self { text, delimiter, at, number: 1, width: None, strays: Vec::new(), cost: 0 }
    }

    /// The same rows below headers of so many columns: from now on, stray quotes are found.
    pub(crate) fn below_header(mut self, width: usize) -> Self {
        self.width = Some(width);
        self
    }

    /// The rows so far whose quotes were read as text.
    pub(crate) fn strays(&self) -> &[u64] {
        &self.strays
    }

    /// Moves to the start of the next line that is not empty, or to the end. Each line end that is
    /// passed ends a row.
    fn skip_line_ends(&mut self) {
        let rest = &self.text[self.at..];
        let length = rest.len() - rest.trim_start_matches(['\r', '\n']).len();
        let passed = &rest[..length];
        let line_ends = passed.matches('\n').count() + passed.matches('\r').count()
            - passed.matches("\r\n").count();
        self.at += length;
        self.number += line_ends as u64;
    }

    /// Whether a row that goes over several lines, or that has no closing quote, begins with a quote
    /// that was not meant to open a cell.
    fn begins_with_stray_quote(&self, record: &str, is_open: bool) -> bool {
        let Some(width) = self.width else { return false };
        let mut lines = record.split(['\r', '\n']).filter(|line| !line.trim().is_empty());
        let fits_alone = lines
            .next()
            .is_some_and(|line| line.split(char::from(self.delimiter)).count() == width);
        let (mut count, mut rows, mut named, mut last) = (0, 0, 0, "");
        for line in lines.take(INNER_LINES) {
            let row = split(line, 0, self.delimiter);
            let alone = line.split(char::from(self.delimiter));
            let cells = if row.is_open { alone.clone().count() } else { row.cells.len() };
            count += 1;
            rows += usize::from(cells == width);
            // In a sentence a space follows a comma.
            let is_prose = alone.clone().any(|cell| cell.starts_with(' '));
            let first = alone.clone().next().unwrap_or_default();
            named += usize::from(!is_prose && !first.is_empty() && !first.contains(' '));
            last = line;
        }
        // The last line of a cell over several lines has its closing quote, and pairs of quotes.
        let is_broken = is_open || last.matches('"').count() % 2 == 0;
        match count {
            0 => fits_alone,
            _ if is_broken => 2 * rows >= count,
            _ => fits_alone && width >= 3 && rows == count && named == count,
        }
    }
}

impl DelimitedRows {
    /// The record that begins at a byte, and why it cannot be trusted.
    fn record(&mut self, start: usize) -> (Split, Option<FieldError>) {
        let line = first_line(&self.text[start..]);
        if line.len() > OBJECT_LIMIT {
            return overlong(line, start);
        }
        let is_exhausted = self.cost > STRAY_COST.saturating_mul(self.text.len());
        if !is_exhausted {
            let row = split(&self.text, start, self.delimiter);
            let record = &self.text[start..row.end];
            if !row.is_open && record.len() == line.len() {
                return (row, None);
            }
            if !self.begins_with_stray_quote(record, row.is_open) {
                let expected = "a closing quote: the last cell with an opening quote runs to the end of the file";
                let problem = row.is_open.then(|| FieldError::new("record", record, expected));
                return (row, problem);
            }
            self.cost += record.len();
        } else if let row = split(line, 0, self.delimiter)
            && !row.is_open
        {
            return (Split { end: start + line.len(), ..row }, None);
        }
        let cells = line.splitn(CELL_LIMIT, char::from(self.delimiter));
        let cells: Vec<_> = cells.map(str::to_owned).collect();
        let fits = self.width == Some(cells.len());
        let expected = "a closing quote for each cell of this row that begins with a quote";
        let problem =
            (line.contains('"') && !fits).then(|| FieldError::new("record", line, expected));
        let is_text = line.contains('"');
        (Split { cells, end: start + line.len(), is_open: false, is_text }, problem)
    }
}

impl Iterator for DelimitedRows {
    type Item = TableRow;

    fn next(&mut self) -> Option<TableRow> {
        loop {
            self.skip_line_ends();
            let (start, number) = (self.at, self.number);
            if start == self.text.len() {
                return None;
            }
            let (row, problem) = self.record(start);
            if problem.is_none() && row.is_text {
                self.strays.push(number);
            }
            self.at = row.end;
            if row.cells.iter().any(|cell| !cell.trim().is_empty()) {
                let cells = row.cells.into_iter().map(|text| Cell::Text(armed(text))).collect();
                return Some(TableRow { number, cells, problem, sheet: None });
            }
        }
    }
}

/// A text up to its first line end.
fn first_line(text: &str) -> &str {
    &text[..memchr2(b'\r', b'\n', text.as_bytes()).unwrap_or(text.len())]
}

/// A line that is too long to be cut into cells, as one cell with its beginning.
fn overlong(line: &str, start: usize) -> (Split, Option<FieldError>) {
    let beginning: String = line.chars().take(SHOWN).collect();
    let expected = format!("a row of at most {} MB", OBJECT_LIMIT >> 20);
    let problem = FieldError::new("record", &*beginning, expected);
    let (cells, end) = (vec![beginning], start + line.len());
    (Split { cells, end, is_open: false, is_text: false }, Some(problem))
}

/// The cells of a record.
struct Split {
    cells: Vec<String>,
    /// The byte after the record, before its line end.
    end: usize,
    /// Whether the last cell has an opening quote and no closing one.
    is_open: bool,
    /// Whether its quotes were read as text.
    is_text: bool,
}

/// Splits the record that begins at a byte. Only a quote at the start of a cell opens one; only one
/// at the end of a cell closes it, and two mean one. Other quotes are text.
fn split(text: &str, start: usize, delimiter: u8) -> Split {
    let bytes = text.as_bytes();
    let ends_cell = |byte: &u8| *byte == delimiter || matches!(byte, b'\r' | b'\n');
    let (mut cells, mut at) = (Vec::new(), start);
    loop {
        if cells.len() + 1 >= CELL_LIMIT {
            let rest = first_line(&text[at..]);
            cells.push(rest.to_owned());
            return Split { cells, end: at + rest.len(), is_open: false, is_text: false };
        }
        if bytes.get(at) == Some(&b'"') {
            let (cell, end) = quoted_cell(text, at + 1, ends_cell);
            cells.push(cell);
            let Some(end) = end else {
                return Split { cells, end: text.len(), is_open: true, is_text: false };
            };
            at = end;
        } else {
            let length = bytes[at..].iter().position(ends_cell).unwrap_or(bytes.len() - at);
            cells.push(text[at..at + length].to_owned());
            at += length;
        }
        if bytes.get(at) != Some(&delimiter) {
            return Split { cells, end: at, is_open: false, is_text: false };
        }
        at += 1;
    }
}

/// A cell from after its opening quote on, and the byte after it; `None` if no quote closes it.
fn quoted_cell(
    text: &str,
    start: usize,
    ends_cell: impl Fn(&u8) -> bool,
) -> (String, Option<usize>) {
    let (mut cell, mut from, mut at) = (String::new(), start, start);
    while let Some(length) = text[at..].find('"') {
        let quote = at + length;
        let after = &text[quote + 1..];
        let blanks = after.len() - after.trim_start_matches(' ').len();
        match after.as_bytes().get(blanks) {
            _ if after.starts_with('"') => {
                cell.push_str(&text[from..=quote]);
                (from, at) = (quote + 2, quote + 2);
            }
            Some(byte) if !ends_cell(byte) => at = quote + 1,
            _ => {
                cell.push_str(&text[from..quote]);
                return (cell, Some(quote + 1 + blanks));
            }
        }
    }
    cell.push_str(&text[from..]);
    (cell, None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows(text: &str, width: usize) -> DelimitedRows {
        DelimitedRows::new(Arc::new(text.to_owned()), b',', 0).below_header(width)
    }

    /// Row numbers and cells; a row with a problem has `!` in front.
    fn shown(text: &str, width: usize) -> Vec<(u64, String)> {
        let row = |row: TableRow| {
            let cells: Vec<_> = row.cells.into_iter().map(Cell::into_text).collect();
            let mark = if row.problem.is_some() { "!" } else { "" };
            (row.number, format!("{mark}{}", cells.join("|")))
        };
        rows(text, width).map(row).collect()
    }

    #[test]
    fn a_line_that_is_too_long_costs_itself_alone() {
        let long = "á".repeat(OBJECT_LIMIT / 2 + 1);
        for (name, line) in [("text", long.clone()), ("quotes", format!("\"{long}"))] {
            let text = format!("a,b\n{line}\nc,d");
            let found: Vec<TableRow> = rows(&text, 2).collect();
            let problem = found[1].problem.as_ref().expect(name);
            assert!(problem.to_string().contains("a row of at most 16 MB"), "{name}: {problem}");
            assert_eq!(found[1].cells.len(), 1, "{name}");
            assert_eq!(shown(&text, 2)[2], (3, "c|d".to_owned()), "{name}");
        }
    }

    #[test]
    fn a_stray_quote_swallows_no_row() {
        for (name, text, expected) in [
            ("plain", "a,b,\"c\nd\"\ne,f,g", &[(1, "a|b|c\nd"), (2, "e|f|g")][..]),
            ("doubled", "a,b,\"c \"\"d\"\"\"", &[(1, "a|b|c \"d\"")]),
            ("space_behind", "a,\"b\" ,c", &[(1, "a|b|c")]),
            ("inches", "a,5\" tubo,c\nd,e,f", &[(1, "a|5\" tubo|c"), (2, "d|e|f")]),
            (
                "inside_quotes",
                "a,b,\"un \"plan\" y\nmás\"\nd,e,f",
                &[(1, "a|b|un \"plan\" y\nmás"), (2, "d|e|f")],
            ),
            (
                "open_to_the_end",
                "a,b,\"12\nd,e,f\ng,h,i",
                &[(1, "a|b|\"12"), (2, "d|e|f"), (3, "g|h|i")],
            ),
            ("open_on_the_last_line", "a,b,c\nd,e,\"12", &[(1, "a|b|c"), (2, "d|e|\"12")]),
            (
                "closed_by_another_row",
                "a,b,\"12\nd,e,f\ng,h,\"i\"\nj,k,l",
                &[(1, "a|b|\"12"), (2, "d|e|f"), (3, "g|h|i"), (4, "j|k|l")],
            ),
            (
                "with_commas_elsewhere",
                "a,b,\"12\nd,e,\"f, g\"\nh,i,j",
                &[(1, "a|b|\"12"), (2, "d|e|f, g"), (3, "h|i|j")],
            ),
            (
                "a_comma_behind_the_quote",
                "a,b,\"12, 13\nd,e,f\ng,h,\"i\"",
                &[(1, "!a|b|\"12| 13"), (2, "d|e|f"), (3, "g|h|i")],
            ),
            (
                "text_behind_the_quote",
                "a,\"b\" c,d\ne,f,\"g\"",
                &[(1, "a|\"b\" c|d"), (2, "e|f|g")],
            ),
            (
                "inches_in_a_later_row",
                "a,b,\"12\nd,e,f\ng,h,5\"\nj,k,l",
                &[(1, "a|b|\"12"), (2, "d|e|f"), (3, "g|h|5\""), (4, "j|k|l")],
            ),
            (
                "lines_with_commas",
                "a,b,\"uno\ndos, tres, cuatro\"\nd,e,f",
                &[(1, "a|b|uno\ndos, tres, cuatro"), (2, "d|e|f")],
            ),
            ("cut_off", "a,b,c\nd,e,\"uno\ndos\ntres", &[(1, "a|b|c"), (2, "!d|e|uno\ndos\ntres")]),
        ] {
            let expected: Vec<_> =
                expected.iter().map(|(row, cells)| (*row, (*cells).to_owned())).collect();
            assert_eq!(shown(text, 3), expected, "{name}");
        }
    }

    #[test]
    fn a_stray_quote_on_every_line_takes_no_time() {
        let text = "a,\"b\n".repeat(200_000);
        assert_eq!(rows(&text, 2).count(), 200_000);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(cells in prop::collection::vec(prop::collection::vec("[a, \"\n\r;ñ]{1,6}x", 4), 1..5)) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            for row in &cells {
                writer.write_record(row).unwrap();
            }
            let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            let reader = DelimitedRows::new(Arc::new(text), b',', 0);
            let found: Vec<Vec<_>> = reader.map(|row| row.cells.into_iter().map(Cell::into_text).collect()).collect();
            prop_assert_eq!(found, cells);
        }

        #[test]
        fn no_text_is_lost(text in "[ab,\"\n\r ]{0,60}", width in 1_usize..4) {
            let letters = |text: &str| text.chars().filter(|c| c.is_alphabetic()).collect::<String>();
            let found: String = rows(&text, width).flat_map(|row| row.cells).map(Cell::into_text).collect();
            prop_assert_eq!(letters(&found), letters(&text));
        }
    }
}
