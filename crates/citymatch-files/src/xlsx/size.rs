//! What the sheets of a workbook take in memory, found before they are read.
//!
//! The readers of `.ods` and `.xls` make a whole sheet of it at once, with a place for each cell up to
//! the last one that is filled, and a copy of each text that cells share or repeat. A file of a few
//! hundred bytes may so claim more than a machine has, which would end the program. What `.xlsx` and
//! `.xlsb` have is read cell by cell, except for the number of texts that a workbook declares.

use std::io::{BufRead, Cursor, Read as _};

use cfb::CompoundFile;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// What a cell of a sheet takes, with what the reader has beside it while it works.
const CELL_BYTES: u64 = 64;

/// What a shared text takes, even an empty one.
const TEXT_BYTES: u64 = 24;

/// What the sheets of an `.ods` take. XML that is broken counts as far as it goes.
pub(super) fn of_open_document(xml: impl BufRead) -> u64 {
    let mut reader = Reader::from_reader(xml);
    let mut buffer = Vec::new();
    let (mut size, mut sheet, mut row, mut cell) =
        (0_u64, Sheet::default(), RepeatedRow::default(), RepeatedCell::default());
    loop {
        buffer.clear();
        let Ok(event) = reader.read_event_into(&mut buffer) else { break };
        let is_empty = matches!(event, Event::Empty(_));
        match event {
            Event::Eof => break,
            Event::Start(tag) | Event::Empty(tag) => match tag.name().as_ref() {
                "table:table" => sheet = Sheet::default(),
                "table:table-row" => {
                    let repeats = number(&tag, "table:number-rows-repeated").unwrap_or(1);
                    row = RepeatedRow { repeats, ..RepeatedRow::default() };
                }
                "table:table-cell" | "table:covered-table-cell" => {
                    let repeats = number(&tag, "table:number-columns-repeated").unwrap_or(1);
                    let has = |name| tag.try_get_attribute(name).is_ok_and(|found| found.is_some());
                    let is_filled = has("office:value-type") || has("table:formula");
                    cell = RepeatedCell { repeats, bytes: tag.len() as u64, is_filled };
                    if is_empty {
                        row.push(&cell);
                    }
                }
                _ => cell.bytes += tag.len() as u64,
            },
            Event::End(tag) => match tag.name().as_ref() {
                "table:table" => size = size.saturating_add(sheet.size()),
                "table:table-row" => sheet.push(&row),
                "table:table-cell" | "table:covered-table-cell" => row.push(&cell),
                _ => {}
            },
            Event::Text(text) => {
                cell.bytes += text.len() as u64;
                cell.is_filled |= !text.is_empty();
            }
            _ => {}
        }
    }
    size
}

fn number(tag: &BytesStart<'_>, name: &str) -> Option<u64> {
    tag.try_get_attribute(name).ok()??.value.trim().parse().ok()
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

#[derive(Default)]
struct RepeatedRow {
    repeats: u64,
    /// The cells so far, and those up to the last one that is filled.
    at: u64,
    width: u64,
    text: u64,
}

impl RepeatedRow {
    fn push(&mut self, cell: &RepeatedCell) {
        self.at = self.at.saturating_add(cell.repeats);
        if cell.is_filled {
            self.width = self.at;
            self.text = self.text.saturating_add(cell.bytes.saturating_mul(cell.repeats));
        }
    }
}

#[derive(Default)]
struct RepeatedCell {
    repeats: u64,
    bytes: u64,
    is_filled: bool,
}

/// What the texts take that a part of a workbook declares, for which its reader makes room at once.
pub(super) fn of_declared_texts(xml: impl BufRead) -> u64 {
    let mut reader = Reader::from_reader(xml);
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(tag) | Event::Empty(tag)) => {
                let count = number(&tag, "uniqueCount").unwrap_or(0);
                return count.saturating_mul(TEXT_BYTES);
            }
            Ok(Event::Eof) | Err(_) => return 0,
            Ok(_) => {}
        }
    }
}

/// What the sheets of an `.xls` take.
///
/// # Errors
/// Why its container cannot be opened.
pub(super) fn of_old_workbook(bytes: &[u8]) -> Result<u64, String> {
    let mut file = CompoundFile::open(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    let mut stream = Vec::new();
    for name in ["/Workbook", "/Book"] {
        if let Ok(part) = file.open_stream(name) {
            // A part cannot be longer than its file.
            part.take(bytes.len() as u64)
                .read_to_end(&mut stream)
                .map_err(|error| error.to_string())?;
            break;
        }
    }
    let texts = shared_texts(&stream);
    let (mut size, mut area) = (0_u64, Area::default());
    for (kind, data) in records(&stream) {
        let at = |position: usize| data.get(position..position + 2).map(le);
        match kind {
            BEGIN => {
                size = size.saturating_add(area.size());
                area = Area::default();
            }
            DIMENSIONS => area.declare(data),
            _ if CELLS.contains(&kind) => {
                let (Some(row), Some(column)) = (at(0), at(2)) else { continue };
                area.add(row, column);
                if kind == ROW_OF_NUMBERS && data.len() >= 6 {
                    area.add(row, le(&data[data.len() - 2..]));
                }
                let index = (kind == SHARED_TEXT).then(|| data.get(6..10)).flatten();
                let index = index.and_then(|four| usize::try_from(le(four)).ok());
                area.text += index.and_then(|index| texts.get(index)).unwrap_or(&0);
            }
            _ => {}
        }
    }
    Ok(size.saturating_add(area.size()))
}

// The records of an `.xls`, as [MS-XLS] numbers them.
const BEGIN: u64 = 0x0809;
const DIMENSIONS: u64 = 0x0200;
const TEXTS: u64 = 0x00FC;
const CONTINUE: u64 = 0x003C;
const SHARED_TEXT: u64 = 0x00FD;
const ROW_OF_NUMBERS: u64 = 0x00BD;
/// A formula, a number, a text in three forms, a truth value, and numbers in a short form.
const CELLS: [u64; 8] =
    [0x0006, 0x0203, 0x0204, 0x00D6, 0x0205, 0x027E, SHARED_TEXT, ROW_OF_NUMBERS];

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
    fn add(&mut self, row: u64, column: u64) {
        let [top, left, bottom, right] = self.bounds.unwrap_or([row, column, row, column]);
        self.bounds = Some([top.min(row), left.min(column), bottom.max(row), right.max(column)]);
    }

    fn declare(&mut self, data: &[u8]) {
        let (rows, columns) = match data.len() {
            10 => (le(&data[2..4]).abs_diff(le(&data[..2])), &data[4..8]),
            14 | 16 => (le(&data[4..8]).abs_diff(le(&data[..4])), &data[8..12]),
            _ => return,
        };
        let width = le(&columns[2..]).max(1);
        self.declared = self.declared.max(rows.saturating_mul(width));
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
        ] {
            let size = of_open_document(format!("<table:table>{rows}</table:table>").as_bytes());
            assert!(size / CELL_BYTES >= cells, "{name}: {size}");
            // The texts of the cells take less than two more cells each.
            assert!(size / CELL_BYTES <= cells.saturating_mul(3), "{name}: {size}");
        }
        let texts = row("", &cell(&wide(1_000), &"x".repeat(1_000)));
        let size = of_open_document(format!("<table:table>{texts}</table:table>").as_bytes());
        assert!(size >= 2_000_000, "{size}");
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
            ("no_xml", "id,title", 0),
        ] {
            assert_eq!(of_declared_texts(xml.as_bytes()), count * TEXT_BYTES, "{name}");
        }
    }

    /// An `.xls` of these records.
    fn old_workbook(records: &[(u64, Vec<u8>)]) -> Vec<u8> {
        use std::io::Write as _;
        let mut file = CompoundFile::create(Cursor::new(Vec::new())).unwrap();
        let mut stream = file.create_stream("/Workbook").unwrap();
        for (kind, data) in records {
            for number in [*kind, data.len() as u64] {
                stream.write_all(&number.to_le_bytes()[..2]).unwrap();
            }
            stream.write_all(data).unwrap();
        }
        drop(stream);
        file.into_inner().into_inner()
    }

    #[test]
    fn an_old_sheet_reaches_from_its_first_to_its_last_cell() {
        let position = |row: u16, column: u16, rest: &[u8]| {
            [&row.to_le_bytes()[..], &column.to_le_bytes(), rest].concat()
        };
        let number = |row, column| (0x0203, position(row, column, &[0; 10]));
        let dimensions = (
            DIMENSIONS,
            [&0_u32.to_le_bytes()[..], &u32::MAX.to_le_bytes(), &[0, 0, 0, 1, 0, 0]].concat(),
        );
        // A text of 6 characters, cut after 4 of them, and one of 2 of two bytes each.
        let texts = vec![
            (TEXTS, [&[0; 8][..], &[6, 0, 0], b"aguas"].concat()),
            (CONTINUE, [&[0][..], b"s", &[2, 0, 1], b"a\0b\0"].concat()),
        ];
        let shared = |index: u8| (SHARED_TEXT, position(0, 0, &[0, 0, index, 0, 0, 0]));
        for (name, records, size) in [
            ("none", vec![(BEGIN, vec![])], 0),
            ("one", vec![(BEGIN, vec![]), number(70, 7)], CELL_BYTES),
            (
                "far",
                vec![(BEGIN, vec![]), number(0, 0), number(65_535, 255)],
                65_536 * 256 * CELL_BYTES,
            ),
            (
                "two_sheets",
                vec![(BEGIN, vec![]), number(0, 0), (BEGIN, vec![]), number(9, 9)],
                2 * CELL_BYTES,
            ),
            ("declared", vec![(BEGIN, vec![]), dimensions], u64::from(u32::MAX) * 256 * CELL_BYTES),
            (
                "row",
                vec![(ROW_OF_NUMBERS, position(1, 1, &[0, 0, 0, 0, 0, 0, 3, 0]))],
                3 * CELL_BYTES,
            ),
            ("text", [texts.clone(), vec![shared(0)]].concat(), CELL_BYTES + 2 * 18),
            ("second_text", [texts.clone(), vec![shared(1)]].concat(), CELL_BYTES + 2 * 6),
            ("no_such_text", [texts, vec![shared(9)]].concat(), CELL_BYTES),
        ] {
            assert_eq!(of_old_workbook(&old_workbook(&records)).unwrap(), size, "{name}");
        }
        assert!(of_old_workbook(b"\xD0\xCF\x11\xE0").is_err());
    }
}
