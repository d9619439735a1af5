//! Reads a sheet of a workbook as a table. Offices put a title and notes above the headers, and
//! instructions on a sheet of their own, so the headers are searched for.

use std::io::Cursor;
use std::path::Path;

use calamine::{DataRef, ExcelDateTime, Reader as _, SheetType, Xlsx, XlsxError};
use citymatch::Error;

use crate::cells::Cell;
use crate::columns::Columns;
use crate::encoding::recognised_type;
use crate::header_search::{HeadRow, SEARCHED_ROWS, find_headers};
use crate::invalid_file;
use crate::table::{Table, TableRow};
use crate::table_format::ColumnFinder;

/// Opens the first sheet of a workbook that has the headers of records.
///
/// If none has, the error is about the first row that is not blank.
pub(super) fn open(path: &Path, columns: &ColumnFinder<'_>) -> Result<(Table, Columns), Error> {
    let bytes = std::fs::read(path).map_err(|err| Error::io(path, err))?;
    let found = match recognised_type(&bytes) {
        _ if bytes.is_empty() => Some("empty"),
        Some(_) if bytes.starts_with(b"PK") => None,
        other => other.or(Some("text or an unknown type")),
    };
    if let Some(found) = found {
        return Err(invalid_file(
            path,
            None,
            "content",
            found,
            "an Excel workbook (`.xlsx`); text has a name that ends in `.csv`",
        ));
    }
    let damaged = |err: XlsxError| {
        invalid_file(
            path,
            None,
            "content",
            "a damaged workbook",
            format!("one that can be opened: {err}"),
        )
    };
    let mut workbook = Xlsx::new(Cursor::new(bytes)).map_err(damaged)?;
    let sheets =
        workbook.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let names: Vec<String> = sheets.map(|sheet| sheet.name.clone()).collect();
    let mut problem = None;
    for (index, name) in names.iter().enumerate() {
        let rows = sheet_rows(&mut workbook, name).map_err(damaged)?;
        let head: Vec<HeadRow> = rows.iter().take(SEARCHED_ROWS).map(SparseRow::head).collect();
        match find_headers(&head, columns) {
            Ok(found) => {
                let sheet = (index > 0).then(|| format!("read from the sheet `{name}`"));
                let below = rows.into_iter().skip(found.below).map(|row| TableRow {
                    number: row.number,
                    cells: row.dense(),
                    problem: None,
                });
                let table = Table {
                    header: found.names,
                    header_row: found.row,
                    rows: Box::new(below),
                    notes: [sheet, found.note].into_iter().flatten().collect(),
                    delimiter: b',',
                };
                return Ok((table, found.columns));
            }
            Err(error) => problem = problem.or(error),
        }
    }
    Err(problem.unwrap_or_else(|| {
        invalid_file(path, None, "content", "empty", "a sheet with a row of headers")
    }))
}

/// A row of a sheet: its number, and the cells that are not empty, each with its column from 0.
struct SparseRow {
    number: u64,
    cells: Vec<(usize, Cell)>,
}

impl SparseRow {
    /// The row as it is searched for headers.
    fn head(&self) -> HeadRow {
        let cells = self.dense().into_iter().map(Cell::into_text).collect();
        HeadRow { number: self.number, cells }
    }

    /// The cells from the first column to the last one that is not empty.
    fn dense(&self) -> Vec<Cell> {
        let width = self.cells.iter().map(|(column, _)| column + 1).max().unwrap_or(0);
        let mut cells = vec![Cell::EMPTY; width];
        for (column, cell) in &self.cells {
            cells[*column] = cell.clone();
        }
        cells
    }
}

/// The rows of a sheet that are not blank. Only cells that are not empty take memory, so a stray
/// cell at the far end of a sheet does no harm.
fn sheet_rows(
    workbook: &mut Xlsx<Cursor<Vec<u8>>>,
    name: &str,
) -> Result<Vec<SparseRow>, XlsxError> {
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

/// A cell as it looks in Excel: a date as a date, and not as the number that the file has.
fn cell(data: &DataRef<'_>) -> Cell {
    match data {
        DataRef::Empty => Cell::EMPTY,
        DataRef::Int(number) => Cell::Text(number.to_string()),
        DataRef::Float(number) => Cell::Number(*number),
        DataRef::String(text) => Cell::Text(text.clone()),
        DataRef::SharedString(text) => Cell::Text((*text).to_owned()),
        DataRef::Bool(value) => Cell::Text(value.to_string()),
        DataRef::DateTime(moment) if moment.is_datetime() => Cell::Text(date_text(moment)),
        DataRef::DateTime(duration) => Cell::Number(duration.as_f64()),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            Cell::Text(text.strip_suffix("T00:00:00").unwrap_or(text).to_owned())
        }
        DataRef::Error(error) => Cell::Error(error.to_string()),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::ReadOptions;
    use crate::read::read;
    use citymatch::{Solution, ingest::Row};
    use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet};
    use serde_json::json;

    /// Reads the workbook that `fill` makes of a first sheet and a second.
    fn rows(
        fill: impl FnOnce(&mut [Worksheet; 2]),
    ) -> Result<(Vec<Row<Solution>>, Vec<String>), Error> {
        let mut sheets = [Worksheet::new(), Worksheet::new()];
        fill(&mut sheets);
        let mut workbook = Workbook::new();
        for sheet in sheets {
            workbook.push_worksheet(sheet);
        }
        let file = tempfile::Builder::new().suffix(".xlsx").tempfile().unwrap();
        workbook.save(file.path()).unwrap();
        let reading = read::<Solution>(file.path(), &ReadOptions::default())?;
        let notes = reading.notes().to_vec();
        Ok((reading.collect(), notes))
    }

    fn header(sheet: &mut Worksheet, row: u32, names: &[&str]) {
        sheet.write_row(row, 0, names.iter().copied()).unwrap();
    }

    #[test]
    fn cells_are_read_as_they_look() -> Result<(), Error> {
        let (found, _) = rows(|[sheet, _]| {
            header(
                sheet,
                0,
                &[
                    "ID", "Título", "Año", "ODS", "Costo", "Fecha", "Hora", "Activo", "Nota",
                    "Medida",
                ],
            );
            sheet
                .write_number(1, 0, 17)
                .unwrap()
                .write_string(1, 1, "=1+1")
                .unwrap()
                .write_number(1, 2, 2017)
                .unwrap();
            sheet.write_number(1, 3, 11.5).unwrap().write_number(1, 4, 1200.5).unwrap();
            let moment = ExcelDateTime::from_ymd(2024, 2, 29).unwrap();
            sheet
                .write_with_format(1, 5, &moment, &Format::new().set_num_format("dd/mm/yyyy"))
                .unwrap();
            let moment = moment.and_hms(13, 5, 0).unwrap();
            sheet
                .write_with_format(1, 6, &moment, &Format::new().set_num_format("dd/mm/yyyy hh:mm"))
                .unwrap();
            sheet
                .write_boolean(1, 7, true)
                .unwrap()
                .write_formula(1, 8, Formula::new("=1+1").set_result("2"))
                .unwrap();
            sheet.write_number(1, 9, 2.0).unwrap();
        })?;
        let json = json!({"id": "17", "title": "=1+1", "year": 2017, "sdgs": [11.5], "cost": {"amount": 1200.5}, "Fecha": "2024-02-29",
            "Hora": "2024-02-29T13:05:00", "Activo": "true", "Nota": "2", "Medida": "2"});
        assert_eq!(found[0].record.as_ref().unwrap(), &Solution::from_json(json).unwrap());
        Ok(())
    }

    #[test]
    fn rows_have_the_numbers_of_the_sheet() -> Result<(), Error> {
        let (found, notes) = rows(|[sheet, _]| {
            sheet.write_string(1, 1, "Convocatoria 2024").unwrap();
            header(sheet, 3, &["id", "title"]);
            header(sheet, 4, &["s1", "a"]);
            header(sheet, 6, &["", " "]);
            header(sheet, 9, &["s2", "b"]);
        })?;
        assert_eq!(found.iter().map(|row| row.location.row).collect::<Vec<_>>(), [5, 10]);
        let note = "the headers are in row 4; above them, and no records: `Convocatoria 2024`";
        assert!(notes.len() == 1 && notes[0].ends_with(note), "{notes:?}");
        Ok(())
    }

    #[test]
    fn headers_may_be_in_two_rows() -> Result<(), Error> {
        let (found, notes) = rows(|[sheet, _]| {
            sheet.write_string(0, 0, "Convocatoria 2025").unwrap();
            header(sheet, 1, &["Código", "Solución", "", "Organización", "", "Etapa"]);
            header(sheet, 2, &["", "Nombre", "Descripción", "Nombre", "País", ""]);
            header(sheet, 3, &["s1", "Jardines", "Retienen agua.", "Aurora", "Chile", "Piloto"]);
            header(sheet, 4, &["s2", "Baños", "Sin agua.", "Sol", "Perú", "Piloto"]);
        })?;
        let json = json!({"id": "s1", "title": "Jardines", "description": "Retienen agua.",
            "organisation": "Aurora", "country": "CL", "stage": "pilot"});
        let first = found[0].record.as_ref().unwrap();
        let expected = Solution::from_json(json).unwrap();
        assert_eq!(
            (&first.title, &first.description, &first.organisation, first.country, first.stage),
            (
                &expected.title,
                &expected.description,
                &expected.organisation,
                expected.country,
                expected.stage
            )
        );
        assert_eq!((first.extra.len(), found.len()), (0, 2));
        assert!(notes[0].contains("the headers are in rows 2, 3; above them"), "{notes:?}");
        Ok(())
    }

    #[test]
    fn the_first_sheet_with_headers_is_read() -> Result<(), Error> {
        let (found, notes) = rows(|[first, second]| {
            header(first, 0, &["Instrucciones", "Complete la hoja 2"]);
            header(second, 0, &["id", "title"]);
            header(second, 1, &["s1", "a"]);
        })?;
        assert_eq!(found.len(), 1);
        assert!(notes[0].ends_with("read from the sheet `Sheet2`"), "{notes:?}");
        Ok(())
    }

    #[test]
    fn a_formula_that_failed_is_no_value() -> Result<(), Error> {
        let (found, _) = rows(|[sheet, _]| {
            header(sheet, 0, &["id", "title"]);
            header(sheet, 1, &["s1"]);
            sheet.write_formula(1, 1, Formula::new("=NA()").set_result("#N/A")).unwrap();
            sheet.write_formula(2, 0, Formula::new("=NA()").set_result("#N/A")).unwrap();
            header(sheet, 3, &["s2", "b"]);
        })?;
        assert_eq!(found[0].record.as_ref().unwrap().title, "#N/A");
        assert!(citymatch::Record::texts(found[0].record.as_ref().unwrap()).is_empty());
        let problem = found[1].record.as_ref().unwrap_err();
        assert_eq!(
            problem.to_string(),
            "`id` cannot be `#N/A` (expected a value: the formula of this cell has an error)"
        );
        assert!(found[2].record.is_ok());
        Ok(())
    }

    #[test]
    fn a_stray_cell_far_away_rejects_its_row_and_takes_no_memory() -> Result<(), Error> {
        let (found, _) = rows(|[sheet, _]| {
            header(sheet, 0, &["id", "title"]);
            sheet.write_string(1_048_575, 16_383, "stray").unwrap();
        })?;
        assert_eq!(
            (found[0].location.row, found[0].record.as_ref().unwrap_err().field.as_str()),
            (1_048_576, "column 16384")
        );
        Ok(())
    }

    #[test]
    fn files_of_other_types_are_named_in_the_error() {
        for (name, bytes, message) in [
            (
                "text",
                &b"id,title\n"[..],
                "`content` cannot be `text or an unknown type` (expected an Excel workbook (`.xlsx`); text has a name that ends in `.csv`)",
            ),
            (
                "empty",
                b"",
                "`content` cannot be `empty` (expected an Excel workbook (`.xlsx`); text has a name that ends in `.csv`)",
            ),
            (
                "old",
                b"\xD0\xCF\x11\xE0",
                "`content` cannot be `an old Excel workbook, or one with a password` (expected an Excel workbook (`.xlsx`); text has a name that ends in `.csv`)",
            ),
            (
                "cut",
                b"PK\x03\x04",
                "`content` cannot be `a damaged workbook` (expected one that can be opened: ",
            ),
        ] {
            let file = tempfile::Builder::new().suffix(".xlsx").tempfile().unwrap();
            std::fs::write(file.path(), bytes).unwrap();
            let error =
                read::<Solution>(file.path(), &ReadOptions::default()).unwrap_err().to_string();
            assert!(error.contains(message), "{name}: {error}");
        }
    }

    #[test]
    fn sheets_without_headers_are_an_error() {
        let error =
            rows(|[sheet, _]| header(sheet, 2, &["Título", "Resumen"])).unwrap_err().to_string();
        assert!(
            error.contains("row 3: `id` cannot be `missing` (expected a column for it among the headers `Título`, `Resumen`"),
            "{error}"
        );
        let error = rows(|_| ()).unwrap_err().to_string();
        assert!(
            error.ends_with("`content` cannot be `empty` (expected a sheet with a row of headers)"),
            "{error}"
        );
    }
}
