//! The sheets of a workbook, row by row, whatever its format: `.xlsx`, `.xlsb`, `.xls` or `.ods`.

use std::io::{BufReader, Cursor};
use std::path::Path;

use calamine::{
    Data, Dimensions, ExcelDateTime, Ods, Reader as _, SheetType, Sheets, Style, Xls, Xlsb, Xlsx,
    XlsxError,
};
use citymatch::Error;
use zip::ZipArchive;

use super::size;
use crate::cells::Cell;
use crate::columns::COLUMN_LIMIT;
use crate::encoding::{is_html, recognised_type};
use crate::invalid_file;
use crate::limits::{Budget, UNPACKED_LIMIT, guarded, read_file};

/// The most bytes of text in a row. A text that many cells share is stored once in a workbook.
const ROW_LIMIT: usize = 16 << 20;

/// A workbook as the library has it.
type Opened = Sheets<Cursor<Vec<u8>>>;

/// An open workbook.
pub(super) struct Workbook(Opened);

/// A row of a sheet that is not blank: its number from 1, and the cells that are not empty, each
/// with its column from 0. Only such cells take memory, so a stray one far away does no harm.
#[derive(Default)]
pub(super) struct SparseRow {
    pub(super) number: u64,
    pub(super) cells: Vec<(usize, Cell)>,
    /// Whether the row has more text than a row may have, so that some of it was left out.
    pub(super) is_too_long: bool,
    bytes: usize,
}

impl SparseRow {
    /// The cells from the first column to the last one that is not empty.
    pub(super) fn dense(&self) -> Vec<Cell> {
        let width = self.cells.iter().map(|(column, _)| column + 1).max().unwrap_or(0);
        let mut cells = vec![Cell::EMPTY; width];
        for (column, cell) in &self.cells {
            cells[*column] = cell.clone();
        }
        cells
    }

    fn push(&mut self, column: usize, cell: Cell) {
        self.bytes += cell.text().map_or(0, str::len);
        self.is_too_long |= self.bytes > ROW_LIMIT;
        if !self.is_too_long {
            self.cells.push((column, cell));
        }
    }

    fn is_blank(&self) -> bool {
        self.cells.iter().all(|(_, cell)| cell.is_blank())
    }
}

impl Workbook {
    /// Opens a workbook. What it unpacks to is counted first: a few kilobytes may hold gigabytes.
    pub(super) fn open(path: &Path) -> Result<Self, Error> {
        let bytes = read_file(path)?;
        let found = match recognised_type(&bytes) {
            _ if bytes.is_empty() || bytes == b"\xEF\xBB\xBF" => Some("empty"),
            _ if is_html(&bytes) => {
                let expected = "a workbook: open it in Excel or LibreOffice and save it as `.xlsx`";
                return Err(invalid_file(path, None, "content", "an HTML page", expected));
            }
            Some(_) if bytes.starts_with(b"PK") || bytes.starts_with(b"\xD0\xCF\x11\xE0") => None,
            other => other.or(Some("text or an unknown type")),
        };
        if let Some(found) = found {
            let expected = "an Excel workbook (`.xlsx`); text has a name that ends in `.csv`";
            return Err(invalid_file(path, None, "content", found, expected));
        }
        let opened = if bytes.starts_with(b"PK") {
            open_archive(path, bytes)?
        } else {
            let wrong = |reason: String| damaged(path, &reason);
            let stream = size::old_stream(&bytes).map_err(wrong)?;
            if let Some(stream) = &stream {
                check_size(path, size::of_old_sheets(stream).map_err(wrong)?)?;
            }
            guarded(|| match stream {
                Some(stream) => {
                    drop(bytes);
                    let alone = size::old_workbook(&stream)?;
                    drop(stream);
                    Xls::new(Cursor::new(alone)).map(Sheets::Xls).map_err(text)
                }
                // A new workbook with a password has the container of an old one.
                None => Err(match Xlsx::new(Cursor::new(bytes)) {
                    Err(XlsxError::Password) => XlsxError::Password.to_string(),
                    _ => "it has no sheets".to_owned(),
                }),
            })
        };
        opened.map(Self).map_err(|reason| match reason.as_str() {
            reason if reason.contains("password") => invalid_file(
                path,
                None,
                "content",
                "a workbook with a password",
                "one without: save it without the password",
            ),
            reason => damaged(path, reason),
        })
    }

    /// The names of its sheets, in order.
    pub(super) fn sheets(&self) -> Vec<String> {
        let sheets = self.0.sheets_metadata().iter();
        sheets
            .filter(|sheet| sheet.typ == SheetType::WorkSheet)
            .map(|sheet| sheet.name.clone())
            .collect()
    }

    /// Gives the rows of a sheet that are not blank, in order, until one is refused.
    pub(super) fn each_row(
        &mut self,
        sheet: &str,
        mut take: impl FnMut(SparseRow) -> bool,
    ) -> Result<(), String> {
        let mut row = SparseRow::default();
        // False once a row is refused.
        let mut add = |(at, column): (u32, u32), data: Data| -> Result<bool, String> {
            // A damaged `.xlsb` may put a cell into any column up to the four thousand millionth.
            if column as usize >= COLUMN_LIMIT {
                return Err(format!("it has a cell beyond column {COLUMN_LIMIT}"));
            }
            let cell = cell(data);
            if cell == Cell::EMPTY {
                return Ok(true);
            }
            let number = u64::from(at) + 1;
            // Headers and merged cells are those of rows above, and what is above is read by then.
            if number < row.number {
                return Err(format!("a cell of row {number} stands behind row {}", row.number));
            }
            let done = (row.number != number)
                .then(|| std::mem::replace(&mut row, SparseRow { number, ..SparseRow::default() }));
            row.push(column as usize, cell);
            Ok(done.is_none_or(|done| done.is_blank() || take(done)))
        };
        macro_rules! stream {
            ($workbook:expr) => {{
                let mut cells = $workbook.worksheet_cells_reader(sheet).map_err(text)?;
                while let Some(found) = cells.next_cell().map_err(text)? {
                    if !add(found.get_position(), Data::from(found.get_value().clone()))? {
                        return Ok(());
                    }
                }
            }};
        }
        match &mut self.0 {
            Sheets::Xlsx(workbook) => {
                let mut cells = workbook.worksheet_cells_reader(sheet).map_err(text)?;
                let digits: Vec<_> = cells.styles().iter().map(shown_digits).collect();
                while let Some((found, style)) = cells.next_cell_with_style_id().map_err(text)? {
                    let digits = digits.get(style).copied().unwrap_or(0);
                    let data = with_zeros(Data::from(found.get_value().clone()), digits);
                    if !add(found.get_position(), data)? {
                        return Ok(());
                    }
                }
            }
            Sheets::Xlsb(workbook) => stream!(workbook),
            workbook => {
                let range = workbook.worksheet_range(sheet).map_err(text)?;
                let (top, left) = range.start().unwrap_or_default();
                for (row, column, data) in range.used_cells() {
                    #[allow(clippy::cast_possible_truncation)] // positions in a sheet
                    let at = (top + row as u32, left + column as u32);
                    if !add(at, data.clone())? {
                        return Ok(());
                    }
                }
            }
        }
        if !row.is_blank() {
            take(row);
        }
        Ok(())
    }

    /// The areas of merged cells, from above; none for the formats in which they are not known.
    pub(super) fn merged(&mut self, sheet: &str) -> Vec<Dimensions> {
        let mut areas = match &mut self.0 {
            Sheets::Xlsx(workbook) => workbook.merge_cells_by_sheet_name(sheet).unwrap_or_default(),
            Sheets::Xls(workbook) => workbook.merge_cells_by_sheet_name(sheet).unwrap_or_default(),
            Sheets::Xlsb(_) | Sheets::Ods(_) => Vec::new(),
        };
        areas.sort_by_key(|area| area.start);
        areas
    }
}

/// Opens a workbook that is a zip archive.
fn open_archive(path: &Path, bytes: Vec<u8>) -> Result<Result<Opened, String>, Error> {
    let broken = |err: &dyn std::fmt::Display| damaged(path, &err.to_string());
    let mut archive = ZipArchive::new(Cursor::new(&bytes)).map_err(|err| broken(&err))?;
    let mut budget = Budget::new(UNPACKED_LIMIT);
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|err| broken(&err))?;
        // Pictures are not unpacked.
        if part.name().is_ok_and(|name| name.contains("media/")) {
            continue;
        }
        if !budget.count(part).map_err(|err| broken(&err))? {
            return Err(too_large(path));
        }
        let part = archive.by_index(index).map_err(|err| broken(&err))?;
        let is_texts = |name: &str| name.to_ascii_lowercase().ends_with("sharedstrings.xml");
        if part.name().is_ok_and(|name| is_texts(&name)) {
            check_size(path, size::of_declared_texts(BufReader::new(part)))?;
        }
    }
    if let Ok(content) = archive.by_name("content.xml") {
        let size = size::of_open_document(BufReader::new(content));
        check_size(path, size.map_err(|reason| damaged(path, &reason))?)?;
    }
    let has = |name: &str| archive.index_for_name(name).is_some();
    let (is_ods, is_xlsb) = (has("content.xml"), has("xl/workbook.bin"));
    drop(archive);
    let bytes = Cursor::new(bytes);
    Ok(guarded(|| {
        if is_ods {
            Ods::new(bytes).map(Sheets::Ods).map_err(text)
        } else if is_xlsb {
            Xlsb::new(bytes).map(Sheets::Xlsb).map_err(text)
        } else {
            Xlsx::new(bytes).map(Sheets::Xlsx).map_err(text)
        }
    }))
}

/// Refuses a workbook whose sheets would take too much memory.
fn check_size(path: &Path, size: u64) -> Result<(), Error> {
    if size <= UNPACKED_LIMIT { Ok(()) } else { Err(too_large(path)) }
}

fn too_large(path: &Path) -> Error {
    let found = format!("a workbook of more than {} MB", UNPACKED_LIMIT >> 20);
    let expected = "a smaller one: save the sheet as `.csv`, or divide it";
    invalid_file(path, None, "content", &found, expected)
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

pub(super) fn damaged(path: &Path, reason: &str) -> Error {
    let expected = format!("one that can be opened: {reason}");
    invalid_file(path, None, "content", "a damaged workbook", expected)
}

/// A cell as it looks in Excel: a date as a date, and not as the number that the file has.
fn cell(data: Data) -> Cell {
    match data {
        Data::Empty => Cell::EMPTY,
        Data::Int(number) => Cell::Text(number.to_string()),
        Data::Float(number) => Cell::Number(number),
        Data::String(text) => Cell::Text(text),
        Data::Bool(value) => Cell::Text(value.to_string()),
        Data::DateTime(moment) if moment.is_datetime() => Cell::Text(date_text(&moment)),
        Data::DateTime(duration) => Cell::Number(duration.as_f64()),
        Data::DateTimeIso(text) | Data::DurationIso(text) => {
            Cell::Text(text.strip_suffix("T00:00:00").unwrap_or(&text).to_owned())
        }
        Data::Error(error) => Cell::Error(error.to_string()),
    }
}

/// How many digits a style shows of a whole number at least: three for the format `000`; 0 if it says
/// nothing of the kind.
fn shown_digits(style: &Style) -> usize {
    let code = style.number_format.as_ref().map_or("", |format| format.format_code.as_str());
    if code.len() > 1 && code.bytes().all(|digit| digit == b'0') { code.len() } else { 0 }
}

/// A whole number with the zeros before it that its style shows: an id `007` is no 7.
fn with_zeros(data: Data, digits: usize) -> Data {
    match data {
        Data::Float(number) if digits > 0 && number >= 0.0 && number.fract() == 0.0 => {
            Data::String(format!("{number:0digits$}"))
        }
        Data::Int(number) if digits > 0 && number >= 0 => {
            Data::String(format!("{number:0digits$}"))
        }
        data => data,
    }
}

/// A date as YYYY-MM-DD, followed by the time if it is not midnight.
fn date_text(moment: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    if (hour, minute, second) == (0, 0, 0) {
        date
    } else {
        format!("{date}T{hour:02}:{minute:02}:{second:02}")
    }
}
