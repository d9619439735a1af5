//! Reads the sheets of a workbook as one table. Offices put a title and notes above the headers, and
//! instructions on a sheet of their own, so the headers are searched for; every year has a sheet of
//! its own, so all sheets with the same headers are read.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;

use calamine::Dimensions;
use citymatch::Error;
use citymatch::record::{FieldError, normalise_key};

use super::workbook::{SparseRow, Workbook, damaged};
use crate::cells::Cell;
use crate::columns::Columns;
use crate::header_search::{HeadRow, Headers, SEARCHED_ROWS, find_headers};
use crate::invalid_file;
use crate::limits::guarded;
use crate::notes::listed;
use crate::options::ReadOptions;
use crate::table::{Table, TableRow};
use crate::table_format::ColumnFinder;

/// How many rows may wait to be taken. They are read ahead in a thread of their own, because a
/// reader of cells borrows its workbook.
const READ_AHEAD: usize = 16;

/// The most bytes that merged cells may put into the rows of a sheet. One text of a megabyte, merged
/// over a million rows, would be a terabyte.
const MERGED_LIMIT: usize = 64 << 20;

/// Opens the first sheet of a workbook that has the headers of records, and the others with the same
/// headers; or the one that a caller names.
///
/// If none has, the error is that of the first sheet with a row that is not blank.
pub(super) fn open(
    path: &Path,
    options: &ReadOptions,
    finder: &ColumnFinder<'_>,
) -> Result<(Table, Columns), Error> {
    let mut workbook = Workbook::open(path)?;
    let mut names = workbook.sheets();
    if let Some(chosen) = &options.sheet {
        let is_chosen = |name: &String| normalise_key(name) == normalise_key(chosen);
        if !names.iter().any(is_chosen) {
            let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
            return Err(Error::option("sheet", chosen, &format!("one of {}", listed(&names))));
        }
        names.retain(is_chosen);
    }
    let first_name = names.first().cloned();
    let mut found: Option<Headers> = None;
    let (mut sheets, mut unread) = (Vec::new(), Vec::new());
    let mut problem = None;
    for name in names {
        let head = head(&mut workbook, &name).map_err(|reason| damaged(path, &reason))?;
        let headers = match find_headers(&head, finder) {
            Ok(headers) => headers,
            Err(error) => {
                if error.is_some() {
                    unread.push(format!("`{name}`"));
                }
                problem = problem.or(error);
                continue;
            }
        };
        let header_end = head[headers.below - 1].number;
        match &found {
            Some(first) if !have_same_headers(&first.names, &headers.names) => {
                unread.push(format!("`{name}`"));
                continue;
            }
            Some(_) => {}
            None => found = Some(headers),
        }
        sheets.push((name, header_end));
    }
    let Some(found) = found else {
        return Err(problem.unwrap_or_else(|| {
            invalid_file(path, None, "content", "empty", "a sheet with a row of headers")
        }));
    };
    let read: Vec<_> = sheets.iter().map(|(name, _)| name.clone()).collect();
    let quoted: Vec<_> = read.iter().map(|name| format!("`{name}`")).collect();
    let which = match quoted.as_slice() {
        [_] if read.first() == first_name.as_ref() => None,
        [name] => Some(format!("read from the sheet {name}")),
        names => {
            Some(format!("read from the sheets {}, which have the same headers", listed(names)))
        }
    };
    let others = (!unread.is_empty()).then(|| {
        format!("not read, as the headers differ: {} (`sheet` chooses one)", listed(&unread))
    });
    let table = Table {
        header: found.names,
        header_row: found.row,
        rows: Box::new(rows(workbook, sheets)),
        notes: [which, others, found.note].into_iter().flatten().collect(),
        encoding: None,
        delimiter: b',',
        sheets: read,
    };
    Ok((table, found.columns))
}

/// The first rows of a sheet that are not blank.
fn head(workbook: &mut Workbook, sheet: &str) -> Result<Vec<HeadRow>, String> {
    let mut head = Vec::new();
    guarded(|| {
        workbook.each_row(sheet, |row| {
            let cells = row.dense().into_iter().map(Cell::into_text).collect();
            head.push(HeadRow { number: row.number, cells });
            head.len() < SEARCHED_ROWS
        })
    })?;
    Ok(head)
}

/// Whether headers differ in nothing but case, accents and spaces.
fn have_same_headers(one: &[String], other: &[String]) -> bool {
    let keys = |names: &[String]| {
        let mut keys: Vec<_> = names.iter().map(|name| normalise_key(name)).collect();
        keys.truncate(keys.iter().rposition(|key| !key.is_empty()).map_or(0, |last| last + 1));
        keys
    };
    keys(one) == keys(other)
}

/// The rows of sheets, each below the last row of its headers. Of several sheets, each row has the
/// name of its own.
fn rows(
    mut workbook: Workbook,
    sheets: Vec<(String, u64)>,
) -> impl Iterator<Item = TableRow> + Send {
    let (sender, receiver) = sync_channel(READ_AHEAD);
    std::thread::spawn(move || {
        let several = sheets.len() > 1;
        for (name, header_end) in sheets {
            let mut merged = MergedCells::new(workbook.merged(&name));
            let sheet: Option<Arc<str>> = several.then(|| Arc::from(name.as_str()));
            let (mut last, mut is_wanted) = (header_end, true);
            let read = guarded(|| {
                workbook.each_row(&name, |mut row| {
                    let is_whole = merged.fill(&mut row);
                    if row.number > header_end {
                        last = row.number;
                        // Nobody takes the rows any more if this fails.
                        let row = table_row(&row, is_whole, sheet.clone());
                        is_wanted = sender.send(row).is_ok();
                    }
                    is_wanted
                })
            });
            if let Err(reason) = read {
                let expected = format!("a sheet that can be read to its end: {reason}");
                let problem = Some(FieldError::new("record", "", expected));
                let row = TableRow { number: last + 1, cells: Vec::new(), problem, sheet };
                is_wanted = is_wanted && sender.send(row).is_ok();
            }
            if !is_wanted {
                return;
            }
        }
    });
    receiver.into_iter()
}

fn table_row(row: &SparseRow, is_whole: bool, sheet: Option<Arc<str>>) -> TableRow {
    let expected = if row.is_too_long {
        Some("a row of at most 16 MB of text: save the sheet as `.csv`")
    } else if is_whole {
        None
    } else {
        Some("cells without merging: what is merged in this sheet is more than 64 MB of text")
    };
    let problem = expected.map(|expected| FieldError::new("record", "", expected));
    TableRow { number: row.number, cells: row.dense(), problem, sheet }
}

/// The cells that are merged with others below them. Only the first one has the value, and a person
/// sees it in all of them. Cells that are merged across are left alone: they are headings.
struct MergedCells {
    /// The areas that begin below the rows so far, the next one last.
    below: Vec<Dimensions>,
    /// The value of each column with an area that has begun, and the number of its last row.
    open: BTreeMap<usize, (u64, Cell)>,
    /// How many bytes they may still put into rows.
    left: usize,
}

impl MergedCells {
    fn new(mut areas: Vec<Dimensions>) -> Self {
        areas.retain(|area| area.start.0 < area.end.0);
        areas.reverse();
        Self { below: areas, open: BTreeMap::new(), left: MERGED_LIMIT }
    }

    /// Puts the values of merged cells into a row that comes after those before; false if they are
    /// too much for it.
    fn fill(&mut self, row: &mut SparseRow) -> bool {
        self.open.retain(|_, (last, _)| *last >= row.number);
        let taken: BTreeSet<usize> = row.cells.iter().map(|(column, _)| *column).collect();
        let mut is_whole = true;
        for (column, (_, value)) in &self.open {
            if taken.contains(column) {
                continue;
            }
            let bytes = size_of::<Cell>() + value.text().map_or(0, str::len);
            match self.left.checked_sub(bytes) {
                Some(left) => {
                    self.left = left;
                    row.cells.push((*column, value.clone()));
                }
                None => is_whole = false,
            }
        }
        while let Some(area) = self.below.pop_if(|area| u64::from(area.start.0) < row.number) {
            let (first, column) = (u64::from(area.start.0) + 1, area.start.1 as usize);
            let value = row.cells.iter().find(|(taken, _)| *taken == column);
            if let Some((_, value)) = value.filter(|_| first == row.number) {
                self.open.insert(column, (u64::from(area.end.0) + 1, value.clone()));
            }
        }
        is_whole
    }
}

#[cfg(test)]
mod tests {
    use super::*;
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
                "empty_but_for_a_mark",
                b"\xEF\xBB\xBF",
                "`content` cannot be `empty` (expected an Excel workbook",
            ),
            (
                "old",
                b"\xD0\xCF\x11\xE0",
                "`content` cannot be `a damaged workbook` (expected one that can be opened: ",
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

    /// Reads a file that is already there.
    fn read_file(
        path: &Path,
        options: &ReadOptions,
    ) -> Result<(Vec<Row<Solution>>, Vec<String>), Error> {
        let reading = read::<Solution>(path, options)?;
        let notes = reading.notes().to_vec();
        Ok((reading.collect(), notes))
    }

    fn save(workbook: &mut Workbook) -> tempfile::NamedTempFile {
        let file = tempfile::Builder::new().suffix(".xlsx").tempfile().unwrap();
        workbook.save(file.path()).unwrap();
        file
    }

    #[test]
    fn all_sheets_with_the_same_headers_are_read() -> Result<(), Error> {
        let mut workbook = Workbook::new();
        for (name, rows) in [
            ("2023", [["id", "Nombre"], ["a1", "Jardines"], ["", ""]]),
            ("Notas", [["Complete", "las hojas"], ["", ""], ["", ""]]),
            ("2024", [["ID", "nombre "], ["b1", "Baños"], ["b2", "Huertas"]]),
            ("Otra", [["id", "Etapa"], ["c1", "Piloto"], ["", ""]]),
        ] {
            let sheet = workbook.add_worksheet().set_name(name).unwrap();
            sheet.write_row_matrix(0, 0, rows).unwrap();
        }
        let file = save(&mut workbook);
        let (found, notes) = read_file(file.path(), &ReadOptions::default())?;
        let places: Vec<_> = found
            .iter()
            .map(|row| {
                let id = row.record.as_ref().unwrap().id.to_string();
                (row.location.sheet.clone().unwrap(), row.location.row, id)
            })
            .collect();
        let place = |sheet: &str, row, id: &str| (sheet.to_owned(), row, id.to_owned());
        assert_eq!(
            places,
            [place("2023", 2, "a1"), place("2024", 2, "b1"), place("2024", 3, "b2")]
        );
        assert!(found[1].location.to_string().ends_with("sheet `2024`, row 2"));
        assert!(
            notes[0].ends_with("read from the sheets `2023`, `2024`, which have the same headers"),
            "{notes:?}"
        );
        assert!(notes[1].contains("not read, as the headers differ: `Notas`, `Otra`"), "{notes:?}");

        let (found, _) = read_file(file.path(), &ReadOptions::default().sheet("otra"))?;
        assert_eq!(found[0].record.as_ref().unwrap().id.as_str(), "c1");
        assert_eq!((found.len(), &found[0].location.sheet), (1, &None));
        let error = read_file(file.path(), &ReadOptions::default().sheet("x")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "`sheet` cannot be `x` (expected one of `2023`, `Notas`, `2024`, `Otra`)"
        );
        Ok(())
    }

    #[test]
    fn cells_merged_downwards_have_one_value() -> Result<(), Error> {
        let (found, _) = rows(|[sheet, _]| {
            header(sheet, 0, &["id", "Nombre", "Ciudad", "País"]);
            header(sheet, 1, &["s1", "Jardines"]);
            header(sheet, 2, &["s2", "Bicis"]);
            header(sheet, 3, &["s3", "Huertas"]);
            header(sheet, 4, &["s4", "Compost"]);
            sheet.merge_range(1, 2, 3, 2, "Quito", &Format::new()).unwrap();
            sheet.merge_range(1, 3, 2, 3, "Ecuador", &Format::new()).unwrap();
        })?;
        let places: Vec<_> = found
            .iter()
            .map(|row| row.record.as_ref().unwrap())
            .map(|one| (one.city.as_str(), one.country.map(citymatch::Country::name)))
            .collect();
        assert_eq!(
            places,
            [("Quito", Some("EC")), ("Quito", Some("EC")), ("Quito", None), ("", None)]
        );
        Ok(())
    }

    /// A workbook whose sheet and shared texts are these XML texts.
    fn archive(sheet: &str, strings: &str) -> tempfile::NamedTempFile {
        use std::io::Write as _;
        let mut workbook = Workbook::new();
        workbook.add_worksheet().write_string(0, 0, "id").unwrap();
        let plain = save(&mut workbook);
        let mut parts = zip::ZipArchive::new(std::fs::File::open(plain.path()).unwrap()).unwrap();
        let file = tempfile::Builder::new().suffix(".xlsx").tempfile().unwrap();
        let mut out = zip::ZipWriter::new(std::fs::File::create(file.path()).unwrap());
        let options = zip::write::SimpleFileOptions::default();
        for index in 0..parts.len() {
            let mut part = parts.by_index(index).unwrap();
            let name = part.name().unwrap().into_owned();
            let text = match name.as_str() {
                "xl/worksheets/sheet1.xml" => sheet.to_owned(),
                "xl/sharedStrings.xml" => strings.to_owned(),
                _ => std::io::read_to_string(&mut part).unwrap(),
            };
            out.start_file(name, options).unwrap();
            out.write_all(text.as_bytes()).unwrap();
        }
        out.finish().unwrap();
        file
    }

    #[test]
    fn a_bomb_is_refused_or_takes_little_memory() {
        let bomb = archive(&" ".repeat(300 << 20), "");
        let error = read_file(bomb.path(), &ReadOptions::default()).unwrap_err().to_string();
        assert!(
            error.contains("`content` cannot be `a workbook of more than 256 MB` (expected a smaller one: save the sheet as `.csv`"),
            "{error}"
        );

        // One text of 1 MB in each of 100 cells of 200 rows would be 20 GB.
        let strings = format!(
            "<sst><si><t>id</t></si><si><t>title</t></si><si><t>{}</t></si></sst>",
            "x".repeat(1 << 20)
        );
        let cell = |text: usize| format!("<c t=\"s\"><v>{text}</v></c>");
        let header = format!("<row>{}{}</row>", cell(0), cell(1));
        let row = format!("<row>{}{}</row>", cell(1), cell(2).repeat(100));
        let sheet =
            format!("<worksheet><sheetData>{header}{}</sheetData></worksheet>", row.repeat(200));
        let shared = archive(&sheet, &strings);
        let (found, _) = read_file(shared.path(), &ReadOptions::default()).unwrap();
        assert_eq!(found.len(), 200);
        let problem = found[0].record.as_ref().unwrap_err().to_string();
        assert!(problem.contains("a row of at most 16 MB of text"), "{problem}");
    }

    #[test]
    fn a_sheet_that_breaks_off_says_so() {
        let sheet = "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"str\"><v>id</v></c><c r=\"B1\" t=\"str\"><v>title</v></c></row>";
        let rows: Vec<String> = (2..60).map(|row| format!("<row r=\"{row}\"><c r=\"A{row}\" t=\"str\"><v>s{row}</v></c><c r=\"B{row}\" t=\"str\"><v>a</v></c></row>")).collect();
        let broken = archive(
            &format!("{sheet}{}<row r=\"60\"><c r=\"A60\"><v>1", rows.concat()),
            "<sst></sst>",
        );
        let (found, _) = read_file(broken.path(), &ReadOptions::default()).unwrap();
        assert_eq!(found.iter().filter(|row| row.record.is_ok()).count(), 57);
        // What the row before it has may be cut off too.
        let last = found.last().unwrap();
        assert_eq!(last.location.row, 59);
        assert_eq!(last.record.as_ref().unwrap_err().field, "record");
    }

    #[test]
    fn other_workbooks_are_read() {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
        for ending in ["xls", "ods"] {
            let path = dir.join(format!("soluciones.{ending}"));
            let (found, _) = read_file(&path, &ReadOptions::default()).unwrap();
            let records: Vec<_> = found
                .iter()
                .map(|row| (row.location.row, row.record.as_ref().unwrap()))
                .map(|(row, one)| {
                    (
                        row,
                        one.id.as_str(),
                        one.title.as_str(),
                        one.year.map(citymatch::record::Year::get),
                    )
                })
                .collect();
            assert_eq!(
                records,
                [(4, "7", "Jardines de lluvia", Some(2019)), (5, "s2", "Baños secos", None)],
                "{ending}"
            );
        }
    }
}
