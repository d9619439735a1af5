//! What the sheets of a workbook take in memory, found before they are read.
//!
//! The readers of `.ods` and `.xls` make a whole sheet of it at once, with a place for each cell up to
//! the last one that is filled, and a copy of each text that cells share or repeat. A file of a few
//! hundred bytes may so claim more than a machine has, which would end the program. What `.xlsx` and
//! `.xlsb` have is read cell by cell, except for the number of texts that a workbook declares.

use std::io::{self, BufRead, Cursor, Read as _, Write as _};

use cfb::{CompoundFile, Version};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// What a cell of a sheet takes, with what the reader has beside it while it works.
const CELL_BYTES: u64 = 64;

/// What a shared text takes, even an empty one.
const TEXT_BYTES: u64 = 24;

/// What the sheets of an `.ods` take.
///
/// # Errors
/// Why it cannot be read. Its reader overlooks tags that do not match, and looks for an end behind the
/// last one for ever.
pub(super) fn of_open_document(xml: impl BufRead) -> Result<u64, String> {
    let mut reader = Reader::from_reader(xml);
    reader.config_mut().expand_empty_elements = true;
    let mut buffer = Vec::new();
    let (mut size, mut open) = (0_u64, 0_u64);
    let (mut sheet, mut row, mut cell) =
        (Sheet::default(), RepeatedRow::default(), RepeatedCell::default());
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(|error| error.to_string())? {
            Event::Eof if open == 0 => return Ok(size),
            Event::Eof => return Err("its XML ends too early".to_owned()),
            Event::Start(tag) => {
                open += 1;
                match tag.name().as_ref() {
                    "table:table-row" => {
                        row.begin(number(&tag, "table:number-rows-repeated")?.unwrap_or(1));
                    }
                    "table:table-cell" | "table:covered-table-cell" => {
                        cell.begin(number(&tag, "table:number-columns-repeated")?.unwrap_or(1));
                        for attribute in tag.attributes().with_checks(false) {
                            let name = attribute.map_err(|error| error.to_string())?.key;
                            let name: &str = name.as_ref();
                            cell.is_filled |=
                                name.starts_with("office:") || name == "table:formula";
                        }
                    }
                    // Spaces in a row, which are a number.
                    "text:s" => cell.add(number(&tag, "text:c")?.unwrap_or(1)),
                    _ => {}
                }
                cell.add(tag.len() as u64);
            }
            Event::End(tag) => {
                open -= 1;
                match tag.name().as_ref() {
                    "table:table" => {
                        size = size.saturating_add(sheet.size());
                        sheet = Sheet::default();
                    }
                    "table:table-row" => {
                        sheet.push(&row);
                        row.open -= 1;
                    }
                    "table:table-cell" | "table:covered-table-cell" => {
                        row.push(&cell);
                        cell.open -= 1;
                    }
                    _ => {}
                }
            }
            Event::Text(text) => {
                cell.add(text.len() as u64);
                cell.is_filled |= !text.is_empty();
            }
            // A character in the form `&amp;`.
            Event::GeneralRef(name) => cell.add(name.len() as u64 + 2),
            _ => {}
        }
    }
}

/// The whole number that a tag has under a name.
///
/// # Errors
/// It is no such number. The reader may yet find one, if its digits are written as `&#49;`.
fn number(tag: &BytesStart<'_>, name: &str) -> Result<Option<u64>, String> {
    let attribute = tag.try_get_attribute(name).map_err(|error| error.to_string())?;
    let number = attribute.map(|attribute| attribute.value.parse());
    number.transpose().map_err(|error| format!("`{name}` is no number: {error}"))
}

#[derive(Default)]
struct Sheet {
    /// The rows up to the last one that is filled, and from the first one on.
    rows: u64,
    /// The blank rows behind it.
    blank: u64,
    width: u64,
    text: u64,
}

impl Sheet {
    fn push(&mut self, row: &RepeatedRow) {
        if row.width > 0 {
            self.rows = self.rows.saturating_add(self.blank).saturating_add(row.repeats);
            self.text = self.text.saturating_add(row.text.saturating_mul(row.repeats));
            self.width = self.width.max(row.width);
            self.blank = 0;
        } else if self.rows > 0 {
            self.blank = self.blank.saturating_add(row.repeats);
        }
    }

    fn size(&self) -> u64 {
        let cells = self.rows.saturating_mul(self.width).saturating_mul(CELL_BYTES);
        // The texts are copied when the blank cells at the edges are cut off.
        cells.saturating_add(self.text.saturating_mul(2))
    }
}

/// A row. Of rows inside a row all is added up, whichever of them the reader takes.
#[derive(Default)]
struct RepeatedRow {
    /// How many such rows have begun and not ended.
    open: u64,
    repeats: u64,
    /// The cells so far, and those up to the last one that is filled.
    at: u64,
    width: u64,
    text: u64,
}

impl RepeatedRow {
    fn begin(&mut self, repeats: u64) {
        if self.open == 0 {
            *self = Self::default();
        }
        self.open += 1;
        self.repeats = self.repeats.max(repeats);
    }

    fn push(&mut self, cell: &RepeatedCell) {
        self.at = self.at.saturating_add(cell.repeats);
        if cell.is_filled {
            self.width = self.at;
            self.text = self.text.saturating_add(cell.bytes.saturating_mul(cell.repeats));
        }
    }
}

/// A cell, and the cells inside it, as with rows.
#[derive(Default)]
struct RepeatedCell {
    open: u64,
    repeats: u64,
    bytes: u64,
    is_filled: bool,
}

impl RepeatedCell {
    fn begin(&mut self, repeats: u64) {
        if self.open == 0 {
            *self = Self::default();
        }
        self.open += 1;
        self.repeats = self.repeats.max(repeats);
    }

    fn add(&mut self, bytes: u64) {
        self.bytes = self.bytes.saturating_add(bytes);
    }
}

/// What the texts take that the part of shared texts declares, for which its reader makes room at
/// once. It overlooks what is wrong with XML, and so does this.
pub(super) fn of_declared_texts(xml: impl BufRead) -> u64 {
    let mut reader = Reader::from_reader(xml);
    reader.config_mut().check_end_names = false;
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(tag) | Event::Empty(tag)) if tag.local_name().as_ref() == "sst" => {
                let count = number(&tag, "uniqueCount").ok().flatten().unwrap_or(0);
                return count.saturating_mul(TEXT_BYTES);
            }
            Ok(Event::Eof) | Err(_) => return 0,
            Ok(_) => {}
        }
    }
}

/// The part of an `.xls` that has its sheets, if there is one.
///
/// # Errors
/// Why its container cannot be read.
pub(super) fn old_stream(bytes: &[u8]) -> Result<Option<Vec<u8>>, String> {
    let mut file = CompoundFile::open(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    let Some(name) = ["/Workbook", "/Book"].into_iter().find(|name| file.is_stream(name)) else {
        return Ok(None);
    };
    let mut stream = Vec::new();
    let part = file.open_stream(name).map_err(|error| error.to_string())?;
    // A part cannot be longer than its file.
    part.take(bytes.len() as u64).read_to_end(&mut stream).map_err(|error| error.to_string())?;
    Ok(Some(stream))
}

/// An `.xls` that has nothing but its sheets. The reader finds the part with the sheets by other
/// rules, and in a damaged file another part than the one that was looked at. Of the newer version of
/// the container it reads none that has large parts only.
pub(super) fn old_workbook(stream: &[u8]) -> Result<Vec<u8>, String> {
    let write = || {
        let bytes = Cursor::new(Vec::new());
        let mut file = CompoundFile::create_with_version(Version::V3, bytes)?;
        file.create_stream("/Workbook")?.write_all(stream)?;
        file.flush()?;
        Ok(file.into_inner().into_inner())
    };
    write().map_err(|error: io::Error| error.to_string())
}

/// What the sheets of an `.xls` take.
///
/// # Errors
/// Why they cannot be read.
pub(super) fn of_old_sheets(stream: &[u8]) -> Result<u64, String> {
    let texts = shared_texts(stream);
    let (mut size, mut read) = (0_u64, 0);
    let sheets = records(stream)
        .take_while(|(kind, _)| *kind != END)
        .filter(|(kind, data)| *kind == SHEET && data.len() >= 4);
    for (_, data) in sheets {
        let begin = usize::try_from(le(&data[..4])).map_err(|error| error.to_string())?;
        let mut area = Area::default();
        read += area.read(stream.get(begin..).unwrap_or_default(), &texts)?;
        size = size.saturating_add(area.size());
        // A sheet that many begin with would be read and kept as often.
        if read > stream.len() {
            return Err("its sheets overlap".to_owned());
        }
    }
    Ok(size)
}

// The records of an `.xls`, as [MS-XLS] numbers them.
const BEGIN: u64 = 0x0809;
const END: u64 = 0x000A;
const SHEET: u64 = 0x0085;
const DIMENSIONS: u64 = 0x0200;
const TEXTS: u64 = 0x00FC;
const CONTINUE: u64 = 0x003C;
const FORMULA: u64 = 0x0006;
/// The text that the formula before it results in.
const RESULT: u64 = 0x0207;
const SHARED_TEXT: u64 = 0x00FD;
const ROW_OF_NUMBERS: u64 = 0x00BD;
/// A formula, a number, a text in three forms, a truth value, and numbers in a short form.
const CELLS: [u64; 8] =
    [FORMULA, 0x0203, 0x0204, 0x00D6, 0x0205, 0x027E, SHARED_TEXT, ROW_OF_NUMBERS];

/// The cells of a sheet, from the first to the last.
#[derive(Default)]
struct Area {
    /// First row, first column, last row, last column.
    bounds: Option<[u64; 4]>,
    /// The cells that the sheet says it has, for which its reader makes room.
    declared: u64,
    text: u64,
}

impl Area {
    /// Reads the sheet that begins here, and gives its length.
    ///
    /// # Errors
    /// It has rows that end before they begin.
    fn read(&mut self, stream: &[u8], texts: &[u64]) -> Result<usize, String> {
        // The charts inside a sheet have cells of their own.
        let (mut length, mut open) = (0, 0);
        let (mut has_begun, mut formula) = (false, [0, 0]);
        for (kind, data) in records(stream) {
            length += 4 + data.len();
            let at = |position: usize| data.get(position..position + 2).map(le);
            match kind {
                BEGIN if has_begun => open += 1,
                BEGIN => has_begun = true,
                END if open == 0 => break,
                END => open -= 1,
                _ if open > 0 => {}
                DIMENSIONS => self.declare(data)?,
                RESULT => self.add(formula[0], formula[1]),
                _ if CELLS.contains(&kind) => {
                    let (Some(row), Some(column)) = (at(0), at(2)) else { continue };
                    self.add(row, column);
                    if kind == FORMULA {
                        formula = [row, column];
                    }
                    if kind == ROW_OF_NUMBERS && data.len() >= 6 {
                        self.add(row, le(&data[data.len() - 2..]));
                    }
                    let index = (kind == SHARED_TEXT).then(|| data.get(6..10)).flatten();
                    let index = index.and_then(|four| usize::try_from(le(four)).ok());
                    self.text += index.and_then(|index| texts.get(index)).unwrap_or(&0);
                }
                _ => {}
            }
        }
        Ok(length)
    }

    fn add(&mut self, row: u64, column: u64) {
        let [top, left, bottom, right] = self.bounds.unwrap_or([row, column, row, column]);
        self.bounds = Some([top.min(row), left.min(column), bottom.max(row), right.max(column)]);
    }

    fn declare(&mut self, data: &[u8]) -> Result<(), String> {
        let (first, end, columns) = match data.len() {
            10 => (le(&data[..2]), le(&data[2..4]), &data[4..8]),
            14 | 16 => (le(&data[..4]), le(&data[4..8]), &data[8..12]),
            _ => return Ok(()),
        };
        // The reader takes the difference for a number of four thousand million.
        if end > 0 && end < first {
            return Err(format!("the rows {first} to {end} of a sheet"));
        }
        let width = le(&columns[2..]).max(1);
        self.declared = self.declared.max(end.saturating_sub(first).saturating_mul(width));
        Ok(())
    }

    fn size(&self) -> u64 {
        let area = self.bounds.map_or(0, |[top, left, bottom, right]| {
            (bottom - top + 1).saturating_mul(right - left + 1)
        });
        let cells = area.max(self.declared).saturating_mul(CELL_BYTES);
        cells.saturating_add(self.text.saturating_mul(2))
    }
}

/// A whole number of up to eight bytes, the least significant one first.
fn le(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// The records of a part, each with its number.
fn records(stream: &[u8]) -> impl Iterator<Item = (u64, &[u8])> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let head = stream.get(at..at + 4)?;
        let length = usize::try_from(le(&head[2..])).ok()?;
        let data = stream.get(at + 4..at + 4 + length)?;
        at += 4 + data.len();
        Some((le(&head[..2]), data))
    })
}

/// The most bytes of each text that cells share.
fn shared_texts(stream: &[u8]) -> Vec<u64> {
    let mut records = records(stream).skip_while(|(kind, _)| *kind != TEXTS);
    let Some((_, first)) = records.next() else { return Vec::new() };
    let further = records.take_while(|(kind, _)| *kind == CONTINUE).map(|(_, data)| data);
    let mut pieces = Pieces { pieces: std::iter::once(first).chain(further).collect(), at: 0 };
    pieces.skip(8);
    let mut texts = Vec::new();
    while let Some(length) = shared_text(&mut pieces) {
        // A character takes three bytes at most.
        texts.push(3 * length);
    }
    texts
}

/// The characters of the text that begins here; `None` at the end.
fn shared_text(pieces: &mut Pieces<'_>) -> Option<u64> {
    let length = pieces.number(2)?;
    let mut flags = pieces.number(1)?;
    let formats = if flags & 8 == 0 { 0 } else { pieces.number(2)? };
    let more = if flags & 4 == 0 { 0 } else { pieces.number(4)? };
    let mut left = length;
    loop {
        let width = 1 + (flags & 1);
        let here = left.min(pieces.left() / width);
        pieces.skip(here * width);
        left -= here;
        if left == 0 {
            break;
        }
        // A text that goes on in the next piece begins there with flags of its own.
        pieces.next_piece()?;
        flags = pieces.number(1)?;
    }
    pieces.skip(4 * formats + more);
    Some(length)
}

/// Bytes that are cut into several records.
struct Pieces<'a> {
    /// The first one is read from `at` on.
    pieces: std::collections::VecDeque<&'a [u8]>,
    at: usize,
}

impl Pieces<'_> {
    /// The bytes that are left of the first piece.
    fn left(&self) -> u64 {
        self.pieces.front().map_or(0, |piece| (piece.len() - self.at) as u64)
    }

    fn next_piece(&mut self) -> Option<()> {
        self.at = 0;
        self.pieces.pop_front()?;
        (!self.pieces.is_empty()).then_some(())
    }

    fn number(&mut self, length: usize) -> Option<u64> {
        while self.left() == 0 {
            self.next_piece()?;
        }
        let number = le(self.pieces.front()?.get(self.at..self.at + length)?);
        self.at += length;
        Some(number)
    }

    fn skip(&mut self, mut bytes: u64) {
        while bytes > self.left() {
            bytes -= self.left();
            if self.next_piece().is_none() {
                return;
            }
        }
        #[allow(clippy::cast_possible_truncation)] // at most the length of a piece
        let bytes = bytes as usize;
        self.at += bytes;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(attributes: &str, text: &str) -> String {
        format!("<table:table-cell {attributes}><text:p>{text}</text:p></table:table-cell>")
    }

    #[test]
    fn repeated_cells_count_as_often_as_they_are_repeated() {
        let row = |attributes: &str, cells: &str| {
            format!("<table:table-row {attributes}>{cells}</table:table-row>")
        };
        let [wide, tall] = ["columns", "rows"]
            .map(|what| move |times: u64| format!("table:number-{what}-repeated=\"{times}\""));
        let blank = |times| format!("<table:table-cell {}/>", wide(times));
        let x = cell("", "x");
        for (name, rows, cells) in [
            ("one", row("", &x), 1),
            ("columns", row("", &cell(&wide(16_384), "x")), 16_384),
            ("rows", row(&tall(1_000_000), &x), 1_000_000),
            ("blank_at_the_end", row("", &format!("{x}{}", blank(16_384))), 1),
            ("blank_before", row("", &format!("{}{x}", blank(9))), 10),
            ("blank_rows_around", row(&tall(7), &blank(1)) + &row("", &x) + &row(&tall(9), ""), 1),
            ("blank_rows_between", row("", &x) + &row(&tall(8), &blank(1)) + &row("", &x), 10),
            ("too_many", row(&tall(u64::MAX), &cell(&wide(u64::MAX), "x")), u64::MAX / CELL_BYTES),
            (
                "closed_rows",
                row("", &x) + "<table:table-row table:number-rows-repeated='8'/>" + &row("", &x),
                10,
            ),
        ] {
            let size = content_size(&format!("<table:table>{rows}</table:table>")).unwrap();
            assert!(size / CELL_BYTES >= cells, "{name}: {size}");
            // The texts of the cells take less than two more cells each.
            assert!(size / CELL_BYTES <= cells.saturating_mul(3), "{name}: {size}");
        }
        // Of what stands where no office program puts it, the most is taken that a reader may see.
        for (name, rows, cells) in [
            ("value", row("", &format!("<table:table-cell office:value='1' {}/>", wide(90))), 90),
            ("cell_in_cell", row("", &cell(&wide(50), &format!("x{}", blank(1)))), 50),
            ("row_in_row", row(&tall(50), &cell("", &format!("x{}", row("", "")))), 50),
            (
                "table_in_table",
                row(&tall(50), &x) + "<table:table>" + &row("", &x) + "</table:table>",
                51,
            ),
            (
                "spaces",
                row("", &cell("office:value-type='string'", "<text:s text:c='6400'/>")),
                101,
            ),
        ] {
            let size = content_size(&format!("<table:table>{rows}</table:table>")).unwrap();
            assert!(size / CELL_BYTES >= cells, "{name}: {size}");
        }
        let texts = row("", &cell(&wide(1_000), &"x".repeat(1_000)));
        let size = content_size(&format!("<table:table>{texts}</table:table>")).unwrap();
        assert!(size >= 2_000_000, "{size}");
    }

    fn content_size(xml: &str) -> Result<u64, String> {
        of_open_document(xml.as_bytes())
    }

    #[test]
    fn broken_content_is_an_error() {
        for (name, xml, message) in [
            ("cut", "<table:table><table:table-row></table:table-row>", "ends too early"),
            ("other_end", "<a></b>", "expected `</a>`"),
            ("end_alone", "</a>", "</a>"),
            (
                "digits",
                "<table:table-row table:number-rows-repeated='&#57;999999'/>",
                "`table:number-rows-repeated` is no number",
            ),
        ] {
            let error = content_size(xml).unwrap_err();
            assert!(error.contains(message), "{name}: {error}");
        }
    }

    #[test]
    fn declared_texts_are_found_behind_comments() {
        for (name, xml, count) in [
            ("plain", "<sst uniqueCount=\"5\"/>", 5),
            (
                "comment",
                "<?xml version='1.0'?><!-- <sst uniqueCount=\"1\"> --><sst uniqueCount='5'>",
                5,
            ),
            ("none", "<sst><si/></sst>", 0),
            ("inside", "<a></b><x:sst uniqueCount='5'/></a>", 5),
            ("no_xml", "id,title", 0),
        ] {
            assert_eq!(of_declared_texts(xml.as_bytes()), count * TEXT_BYTES, "{name}");
        }
    }

    /// The part of these records, in which each [`BEGIN`] is that of a sheet.
    fn sheets(records: &[(u64, Vec<u8>)]) -> Vec<u8> {
        let sheets = records.iter().filter(|(kind, _)| *kind == BEGIN).count();
        let mut begin = sheets * (4 + 8) + 4;
        let (mut head, mut body) = (Vec::new(), Vec::new());
        for (kind, data) in records {
            if *kind == BEGIN {
                head.push(sheet(begin));
            }
            body.push((*kind, data.clone()));
            begin += 4 + data.len();
        }
        head.push((END, vec![]));
        stream(&[head, body].concat())
    }

    /// The part of just these records.
    fn stream(records: &[(u64, Vec<u8>)]) -> Vec<u8> {
        let mut stream = Vec::new();
        for (kind, data) in records {
            for number in [*kind, data.len() as u64] {
                stream.extend(&number.to_le_bytes()[..2]);
            }
            stream.extend(data);
        }
        stream
    }

    /// What says that a sheet begins there.
    fn sheet(begin: usize) -> (u64, Vec<u8>) {
        let begin = u32::try_from(begin).unwrap().to_le_bytes();
        (SHEET, [&begin[..], &[0; 4]].concat())
    }

    fn position(row: u16, column: u16, rest: &[u8]) -> Vec<u8> {
        [&row.to_le_bytes()[..], &column.to_le_bytes(), rest].concat()
    }

    fn dimensions(first: u32, end: u32) -> (u64, Vec<u8>) {
        let rows = [first.to_le_bytes(), end.to_le_bytes()].concat();
        (DIMENSIONS, [&rows[..], &[0, 0, 0, 1, 0, 0]].concat())
    }

    #[test]
    fn an_old_sheet_reaches_from_its_first_to_its_last_cell() {
        let number = |row, column| (0x0203, position(row, column, &[0; 10]));
        let begin = || (BEGIN, vec![]);
        let end = || (END, vec![]);
        // A text of 6 characters, cut after 4 of them, and one of 2 of two bytes each.
        let texts = vec![
            (TEXTS, [&[0; 8][..], &[6, 0, 0], b"aguas"].concat()),
            (CONTINUE, [&[0][..], b"s", &[2, 0, 1], b"a\0b\0"].concat()),
        ];
        let shared = |index: u8| (SHARED_TEXT, position(0, 0, &[0, 0, index, 0, 0, 0]));
        let result = (RESULT, vec![]);
        for (name, records, size) in [
            ("none", vec![begin()], 0),
            ("one", vec![begin(), number(70, 7)], CELL_BYTES),
            ("far", vec![begin(), number(0, 0), number(65_535, 255)], 65_536 * 256 * CELL_BYTES),
            (
                "two_sheets",
                vec![begin(), number(0, 0), end(), begin(), number(9, 9), end()],
                2 * CELL_BYTES,
            ),
            (
                "declared",
                vec![begin(), dimensions(0, u32::MAX)],
                u64::from(u32::MAX) * 256 * CELL_BYTES,
            ),
            (
                "row",
                vec![begin(), (ROW_OF_NUMBERS, position(1, 1, &[0, 0, 0, 0, 0, 0, 3, 0]))],
                3 * CELL_BYTES,
            ),
            (
                "result",
                vec![begin(), (FORMULA, position(8, 8, &[])), number(9, 9), result.clone()],
                4 * CELL_BYTES,
            ),
            ("result_of_none", vec![begin(), result, number(9, 9)], 100 * CELL_BYTES),
            ("text", [vec![begin()], texts.clone(), vec![shared(0)]].concat(), CELL_BYTES + 2 * 18),
            (
                "second_text",
                [vec![begin()], texts.clone(), vec![shared(1)]].concat(),
                CELL_BYTES + 2 * 6,
            ),
            ("no_such_text", [vec![begin()], texts, vec![shared(9)]].concat(), CELL_BYTES),
        ] {
            assert_eq!(of_old_sheets(&sheets(&records)), Ok(size), "{name}");
        }
        // A chart inside a sheet, whose cells are its own, and whose end is not that of the sheet.
        let chart = [begin(), number(0, 0), begin(), number(9, 9), end(), number(1, 1), end()];
        let records = [&[sheet(16), end()][..], &chart, &[number(5, 5)]].concat();
        assert_eq!(of_old_sheets(&stream(&records)), Ok(4 * CELL_BYTES));
    }

    #[test]
    fn damaged_old_sheets_are_errors() {
        let far = (0x0203, position(65_535, 255, &[0; 10]));
        let same = [&vec![sheet(52); 4][..], &[(END, vec![]), (BEGIN, vec![]), far]].concat();
        let rows = [sheet(16), (END, vec![]), (BEGIN, vec![]), dimensions(10, 1)];
        for (name, records, message) in [
            ("same_place", &same[..], "its sheets overlap"),
            ("rows", &rows, "the rows 10 to 1 of a sheet"),
        ] {
            assert_eq!(of_old_sheets(&stream(records)).unwrap_err(), message, "{name}");
        }
        assert!(old_stream(b"\xD0\xCF\x11\xE0").is_err());
    }

    #[test]
    fn the_part_with_the_sheets_is_what_the_reader_gets() {
        for name in ["Workbook", "Book"] {
            let mut file = CompoundFile::create(Cursor::new(Vec::new())).unwrap();
            file.create_stream("/Other").unwrap().write_all(b"other").unwrap();
            file.create_stream(name).unwrap().write_all(b"sheets").unwrap();
            let found = old_stream(&file.into_inner().into_inner()).unwrap().unwrap();
            assert_eq!(found, b"sheets", "{name}");
            assert_eq!(old_stream(&old_workbook(&found).unwrap()), Ok(Some(found)), "{name}");
        }
    }
}
