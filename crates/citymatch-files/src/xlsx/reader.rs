use std::io::Cursor;
use std::path::Path;

use calamine::{DataRef, ExcelDateTime, Reader as _, SheetType, Xlsx, XlsxError};
use citymatch::{Error, Record};

use crate::cells::Cell;
use crate::columns::Columns;
use crate::encoding::looks_like;
use crate::invalid_file;
use crate::read::ReadOptions;
use crate::table::{Table, TableRow};

/// How far down a sheet its headers may be: a title and some notes may stand above them.
const HEADER_WITHIN: usize = 20;

/// Opens the first sheet of a workbook that has the headers of records.
///
/// If none has, the error is about the first row that is not blank.
pub(crate) fn open<R: Record>(path: &Path, options: &ReadOptions) -> Result<(Table, Columns), Error> {
    let bytes = std::fs::read(path).map_err(|err| Error::io(path, err))?;
    let found = match looks_like(&bytes) {
        _ if bytes.is_empty() => Some("empty"),
        Some(_) if bytes.starts_with(b"PK") => None,
        other => other.or(Some("text, or something unknown")),
    };
    if let Some(found) = found {
        return Err(invalid_file(path, None, "content", found, "an Excel workbook (`.xlsx`); text has a name that ends in `.csv`"));
    }
    let damaged = |err: XlsxError| invalid_file(path, None, "content", "a damaged workbook", format!("a whole one: {err}"));
    let mut workbook = Xlsx::new(Cursor::new(bytes)).map_err(damaged)?;
    let sheets = workbook.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let names: Vec<String> = sheets.map(|sheet| sheet.name.clone()).collect();
    let mut problem = None;
    for (index, name) in names.iter().enumerate() {
        let rows = sheet(&mut workbook, name).map_err(damaged)?;
        for place in 0..rows.len().min(HEADER_WITHIN) {
            let header: Vec<String> = rows[place].dense().into_iter().map(Cell::into_text).collect();
            let header_row = rows[place].number;
            match Columns::of::<R>(path, header_row, &header, &options.columns) {
                Ok(columns) => {
                    let notes = if index == 0 { Vec::new() } else { vec![format!("read from the sheet `{name}`")] };
                    let below =
                        rows.into_iter().skip(place + 1).map(|row| TableRow { number: row.number, cells: row.dense(), problem: None });
                    return Ok((Table { header, header_row, rows: Box::new(below), notes, delimiter: b',' }, columns));
                }
                Err(err) => problem = problem.or(Some(err)),
            }
        }
    }
    Err(problem.unwrap_or_else(|| invalid_file(path, None, "content", "empty", "a sheet with a row of headers")))
}

/// A row of a sheet that is not blank: its number, and the cells that are not empty with their columns.
struct SparseRow {
    number: u64,
    cells: Vec<(usize, Cell)>,
}

impl SparseRow {
    fn dense(&self) -> Vec<Cell> {
        let width = self.cells.iter().map(|(column, _)| column + 1).max().unwrap_or(0);
        let mut cells = vec![Cell::EMPTY; width];
        for (column, cell) in &self.cells {
            cells[*column] = cell.clone();
        }
        cells
    }
}

/// The rows of a sheet. Only cells that hold something take memory: one stray cell at the far end of a sheet is no harm.
fn sheet(workbook: &mut Xlsx<Cursor<Vec<u8>>>, name: &str) -> Result<Vec<SparseRow>, XlsxError> {
    let mut rows: Vec<SparseRow> = Vec::new();
    let mut reader = workbook.worksheet_cells_reader(name)?;
    while let Some(found) = reader.next_cell()? {
        let (row, column) = found.get_position();
        let cell = cell(found.get_value());
        if cell == Cell::EMPTY {
            continue;
        }
        let (number, cell) = (u64::from(row) + 1, (column as usize, cell));
        match rows.last_mut().filter(|last| last.number == number) {
            Some(last) => last.cells.push(cell),
            None => rows.push(SparseRow { number, cells: vec![cell] }),
        }
    }
    rows.retain(|row| row.cells.iter().any(|(_, cell)| !cell.is_blank()));
    Ok(rows)
}

fn cell(data: &DataRef<'_>) -> Cell {
    match data {
        DataRef::Empty => Cell::EMPTY,
        DataRef::Int(number) => Cell::Text(number.to_string()),
        DataRef::Float(number) => Cell::Number(*number),
        DataRef::String(text) => Cell::Text(text.clone()),
        DataRef::SharedString(text) => Cell::Text((*text).to_owned()),
        DataRef::Bool(value) => Cell::Text(value.to_string()),
        DataRef::DateTime(moment) if moment.is_datetime() => Cell::Text(date(moment)),
        DataRef::DateTime(duration) => Cell::Number(duration.as_f64()),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Cell::Text(text.strip_suffix("T00:00:00").unwrap_or(text).to_owned()),
        DataRef::Error(error) => Cell::Error(error.to_string()),
    }
}

/// A day as YYYY-MM-DD, and the time if there is one.
fn date(moment: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    if (hour, minute, second) == (0, 0, 0) { date } else { format!("{date}T{hour:02}:{minute:02}:{second:02}") }
}
