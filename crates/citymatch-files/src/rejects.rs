//! Copies the rows that were rejected into a file of their own, with the reasons, so that a person
//! can correct them there and add that file.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use citymatch::{Error, Record, ingest::Rejected};
use serde_json::{Map, Value as Json};

use crate::cells::Cell;
use crate::columns::{COLUMN_LIMIT, Columns};
use crate::field_path::{FieldPath, is_reject_column};
use crate::format::FileFormat;
use crate::jsonl::REJECT_SOURCE;
use crate::options::ReadOptions;
use crate::output::Output;
use crate::read::read_table;
use crate::table_format::{CellCodec, CellRows, Codec, ObjectCodec, ObjectRow};

/// The columns or keys that a copy has beside those of its inputs.
const REJECT_COLUMNS: [&str; 3] = ["reject_row", "reject_field", "reject_reason"];

/// Copies the rejected rows of files into one other file, with the reasons, and returns how many.
///
/// The inputs must have one format. They are read a second time, with the options that they were
/// read with. The copy has their format, the delimiter of the first one, and their columns and
/// values, in UTF-8. It has three more columns or keys: `reject_row`, `reject_field` and
/// `reject_reason`. Readers ignore them, so the copy can be corrected and read like the inputs.
///
/// Columns of several inputs that mean the same field become one, under the header of the first;
/// further columns follow. Rows that were rejected in other files are not copied. If there are
/// several inputs, each reason names its file.
///
/// In JSONL, a line that is not a JSON object becomes an object whose key `reject_source` has the
/// text of the line. So nothing is lost and the copy is valid JSONL, and readers read that text as
/// if it were the line. (The text of a line that is not UTF-8 is decoded as Windows-1252, in which
/// every byte is a character.) The objects of an array are written one a line.
///
/// # Errors
/// * The errors of [`read`](crate::read) and [`write_records`](crate::write_records);
/// * [`ErrorKind::InvalidOption`](citymatch::ErrorKind::InvalidOption) if the inputs differ in
///   format, or if the name of `out` means another format.
///
/// # Examples
/// ```
/// use citymatch::{Solution, ingest::Rejected};
/// use citymatch_files::{ReadOptions, read, write_rejects};
/// # let dir = tempfile::tempdir().unwrap();
/// # let (input, out) = (dir.path().join("input.csv"), dir.path().join("rejects.csv"));
/// let text = "id,title,stage\ns1,Rain gardens,pilot\ns2,Dry toilets,pilot,2019\n";
/// std::fs::write(&input, text).unwrap();
/// let options = ReadOptions::default();
/// let rejected: Vec<_> = read::<Solution>(&input, &options)?
///     .filter_map(|row| Some(Rejected::new(row.location, row.record.err()?)))
///     .collect();
/// assert_eq!(write_rejects::<Solution>(&[&input], &options, &rejected, &out)?, 1);
///
/// let copy = std::fs::read_to_string(&out).unwrap();
/// let lines: Vec<_> = copy.lines().collect();
/// assert_eq!(lines[0], "id,title,stage,,reject_row,reject_field,reject_reason");
/// assert!(lines[1].starts_with("s2,Dry toilets,pilot,2019,3,column 4,"));
/// # Ok::<(), citymatch::Error>(())
/// ```
pub fn write_rejects<R: Record>(
    inputs: &[impl AsRef<Path>],
    options: &ReadOptions,
    rejected: &[Rejected],
    out: &Path,
) -> Result<u64, Error> {
    let Some(first) = inputs.first() else { return Ok(0) };
    let format = options.format_of(first.as_ref())?;
    for input in inputs {
        if options.format_of(input.as_ref())? != format {
            return Err(Error::option(
                "rejects",
                out.display(),
                "files of one format, or a file of rejects for each",
            ));
        }
    }
    if FileFormat::of(out).is_ok_and(|other| other != format) {
        return Err(Error::option(
            "rejects",
            out.display(),
            &format!("a {format} file, the format of `{}`", first.as_ref().display()),
        ));
    }
    let inputs = Input::group(inputs, rejected);
    match format.table_format().codec {
        Codec::Objects(codec) => copy_objects(codec, &inputs, options, out),
        Codec::Cells(codec) => copy_rows::<R>(codec, &inputs, options, out),
    }
}

/// An input, and why its rows were rejected.
struct Input<'a> {
    path: &'a Path,
    /// By sheet, if the rows are from several, and number.
    reasons: BTreeMap<(Option<String>, u64), Reason>,
}

/// Why a row was rejected.
struct Reason {
    field: String,
    message: String,
}

impl<'a> Input<'a> {
    /// Gives each input the rows that were rejected in it. Rows of no file may be of any input.
    fn group(inputs: &'a [impl AsRef<Path>], rejected: &[Rejected]) -> Vec<Self> {
        let mut by_file: HashMap<Option<&str>, Vec<&Rejected>> = HashMap::new();
        for rejected in rejected {
            by_file.entry(rejected.location.file.as_deref()).or_default().push(rejected);
        }
        let several = inputs.len() > 1;
        let reason = |rejected: &&Rejected| {
            let several = several || rejected.location.sheet.is_some();
            let message = if several { rejected.to_string() } else { rejected.error.to_string() };
            let place = (rejected.location.sheet.clone(), rejected.location.row);
            (place, Reason { field: rejected.error.field.clone(), message })
        };
        let input = |path: &'a Path| {
            let file = path.display().to_string();
            let groups = [by_file.get(&None), by_file.get(&Some(file.as_str()))];
            Self { path, reasons: groups.into_iter().flatten().flatten().map(reason).collect() }
        };
        inputs.iter().map(|path| input(path.as_ref())).collect()
    }
}

/// Copies rows of formats whose rows are objects, one by one.
fn copy_objects(
    codec: &dyn ObjectCodec,
    inputs: &[Input<'_>],
    options: &ReadOptions,
    out: &Path,
) -> Result<u64, Error> {
    // Each input is opened only when the one before it was read: there may be very many.
    let mut objects = inputs.iter().flat_map(|input| {
        let (rows, error) = match codec.read(input.path, options) {
            Ok(objects) => (Some(objects.rows), None),
            Err(error) => (None, Some(Err(error))),
        };
        let rejected = rows.into_iter().flatten().filter_map(|row| {
            let reason = input.reasons.get(&(None, row.number))?;
            Some(Ok(rejected_object(row, reason)))
        });
        error.into_iter().chain(rejected)
    });
    codec.write(&mut objects, Output::Path(out))
}

fn rejected_object(row: ObjectRow, reason: &Reason) -> Map<String, Json> {
    let mut object = row.object.unwrap_or_else(|broken| {
        Map::from_iter([(REJECT_SOURCE.to_owned(), Json::from(broken.source))])
    });
    let values = [Json::from(row.number), Json::from(&*reason.field), Json::from(&*reason.message)];
    object.extend(REJECT_COLUMNS.map(str::to_owned).into_iter().zip(values));
    object
}

/// Copies rows of formats whose rows are cells. Their common columns are known only at the end, so
/// the rejected rows are held in memory.
fn copy_rows<R: Record>(
    codec: &dyn CellCodec,
    inputs: &[Input<'_>],
    options: &ReadOptions,
    out: &Path,
) -> Result<u64, Error> {
    let mut copy = RejectTable::default();
    let mut first_delimiter = None;
    for input in inputs {
        let (table, columns) = read_table::<R>(codec, input.path, options)?;
        let delimiter = *first_delimiter.get_or_insert(table.delimiter);
        let targets = copy.add_columns(&table.header, &columns);
        for row in table.rows {
            let place = (row.sheet.as_deref().map(str::to_owned), row.number);
            if let Some(reason) = input.reasons.get(&place) {
                let cells = limit_cells(row.cells, delimiter);
                copy.push(
                    cells,
                    &targets,
                    [
                        Cell::from(row.number),
                        Cell::Text(reason.field.clone()),
                        Cell::Text(reason.message.clone()),
                    ],
                );
            }
        }
    }
    let width = copy.header.len();
    let header: Vec<String> =
        copy.header.into_iter().chain(REJECT_COLUMNS.map(str::to_owned)).collect();
    let mut rows = copy.rows.into_iter().map(|(mut cells, reason)| {
        cells.resize(width, Cell::EMPTY);
        cells.extend(reason);
        Ok(cells)
    });
    let delimiter = first_delimiter.unwrap_or(b',');
    codec.write(
        CellRows { header: &header, rows: &mut rows, delimiter, score: None, raw: false },
        Output::Path(out),
    )
}

/// Joins the cells of a row that are more than a table has columns. Every row of the copy is as wide
/// as its widest one, so a single row of a million cells would make all of them so.
fn limit_cells(mut cells: Vec<Cell>, delimiter: u8) -> Vec<Cell> {
    if cells.len() > COLUMN_LIMIT {
        let surplus = cells.split_off(COLUMN_LIMIT - 1).into_iter().map(Cell::into_text);
        let joined = surplus.collect::<Vec<_>>().join(&char::from(delimiter).to_string());
        cells.push(Cell::Text(joined));
    }
    cells
}

/// The rejected rows of several tables, below the columns of all of them. Columns that mean the same
/// field are one.
#[derive(Default)]
struct RejectTable {
    header: Vec<String>,
    columns: HashMap<FieldPath, usize>,
    /// Cells, which may be fewer than the headers, and the three cells that say why.
    rows: Vec<(Vec<Cell>, [Cell; 3])>,
}

impl RejectTable {
    /// Adds the columns of a table, and returns the column of the copy for each; `None` for a column
    /// that an earlier copy of rejects added.
    fn add_columns(&mut self, header: &[String], columns: &Columns) -> Vec<Option<usize>> {
        let mut targets = Vec::with_capacity(header.len());
        for (name, path) in header.iter().zip(columns.paths()) {
            if is_reject_column(name.trim()) {
                targets.push(None);
                continue;
            }
            let known = path.and_then(|path| self.columns.get(path)).copied();
            let target = known.unwrap_or(self.header.len());
            targets.push(Some(target));
            if known.is_none() {
                self.header.push(name.clone());
                if let Some(path) = path {
                    self.columns.insert(path.clone(), target);
                }
            }
        }
        targets
    }

    /// Adds a row. Cells beyond the headers of its table stay beyond them, so that readers reject
    /// the row again until it is corrected.
    fn push(&mut self, cells: Vec<Cell>, targets: &[Option<usize>], reason: [Cell; 3]) {
        let surplus = cells.len().saturating_sub(targets.len());
        let beyond =
            (targets.iter().flatten().max().map_or(0, |last| last + 1)..).take(surplus).map(Some);
        let mut row = Vec::new();
        for (cell, target) in cells.into_iter().zip(targets.iter().copied().chain(beyond)) {
            let Some(target) = target else { continue };
            if self.header.len() <= target {
                self.header.resize(target + 1, String::new());
            }
            if row.len() <= target {
                row.resize(target + 1, Cell::EMPTY);
            }
            row[target] = cell;
        }
        self.rows.push((row, reason));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::read;
    use citymatch::{
        Solution,
        ingest::{Row, RowLocation},
        record::FieldError,
    };
    use std::path::PathBuf;

    /// Why a strict edit rejects a row.
    fn problem(row: &Row<Solution>) -> Option<FieldError> {
        match &row.record {
            Ok(record) => record.unclear().first().cloned(),
            Err(problem) => Some(problem.clone()),
        }
    }

    struct Case {
        dir: tempfile::TempDir,
        ending: &'static str,
    }

    impl Case {
        fn new(ending: &'static str, input: &[u8]) -> Self {
            let case = Self { dir: tempfile::tempdir().unwrap(), ending };
            std::fs::write(case.path("input"), input).unwrap();
            case
        }

        fn path(&self, name: &str) -> PathBuf {
            self.dir.path().join(format!("{name}.{}", self.ending))
        }

        fn rows(&self, name: &str) -> Vec<Row<Solution>> {
            read(self.path(name), &ReadOptions::default()).unwrap().collect()
        }

        /// Rejects the rows of a file that are no records, and returns the copy.
        fn rejects(&self, from: &str, to: &str) -> Result<Vec<u8>, Error> {
            let rejected: Vec<_> = self
                .rows(from)
                .into_iter()
                .filter_map(|row| Some(Rejected::new(row.location.clone(), problem(&row)?)))
                .collect();
            assert!(!rejected.is_empty());
            let written = write_rejects::<Solution>(
                &[self.path(from)],
                &ReadOptions::default(),
                &rejected,
                &self.path(to),
            )?;
            assert_eq!(written, rejected.len() as u64);
            Ok(std::fs::read(self.path(to)).unwrap())
        }
    }

    #[test]
    fn the_copy_of_a_table_has_its_form_and_the_reasons() -> Result<(), Error> {
        let case =
            Case::new("csv", b"C\xF3digo;T\xEDtulo;Etapa;reject_row\r\ns1;\"a\nb\";pilto;9\r\ns2;b;piloto;\r\ns3;\"x;y\";piloto;;z\r\n");
        let copy = String::from_utf8(case.rejects("input", "rejects")?).unwrap();
        let expected = "Código;Título;Etapa;;reject_row;reject_field;reject_reason\n\
            s1;\"a\nb\";pilto;;2;stage;\"`stage` cannot be `pilto` (expected one of `idea`, `design`, `prototype`, `pilot`, `implemented`, `scaling`, `closed`)\"\n\
            s3;\"x;y\";piloto;z;4;column 5;`column 5` cannot be `z` (expected an empty cell, as the column has no header: a delimiter or quote may be wrong)\n";
        // The reason of the first row needs no quotes: it holds no `;`.
        assert_eq!(copy.replace('"', ""), expected.replace('"', ""));

        // The copy is rejected again as it is, and is read once it is corrected.
        assert!(case.rows("rejects").iter().all(|row| problem(row).is_some()));
        std::fs::write(
            case.path("rejects"),
            copy.replace("pilto;", "piloto;").replace(";z;", ";;"),
        )
        .unwrap();
        let corrected: Vec<_> =
            case.rows("rejects").into_iter().map(|row| row.record.unwrap()).collect();
        assert_eq!(
            (corrected[0].title.as_str(), corrected[1].title.as_str(), corrected[0].extra.len()),
            ("a\nb", "x;y", 0)
        );
        Ok(())
    }

    #[test]
    fn the_copy_of_json_lines_is_json_lines() -> Result<(), Error> {
        let input = b"{\"id\":\"s1\",\"stage\":\"pilto\",\"z\":1,\"a\":2}\n{\"id\":\"s2\",\"title\":\"b\"}\n{\"id\":\"s3\",\"title\":\"\xF1\"}\n{\"id\":\"s4\",\n[5]\n";
        let case = Case::new("jsonl", input);
        let copy = String::from_utf8(case.rejects("input", "rejects")?).unwrap();
        let lines: Vec<Json> =
            copy.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert!(copy.starts_with(
            "{\"id\":\"s1\",\"stage\":\"pilto\",\"z\":1,\"a\":2,\"reject_row\":1,\"reject_field\":\"stage\",\"reject_reason\":\"`stage`"
        ));
        let sources: Vec<_> = lines
            .iter()
            .map(|line| (line["reject_row"].as_u64().unwrap(), line["reject_source"].as_str()))
            .collect();
        assert_eq!(
            sources,
            [
                (1, None),
                (3, Some("{\"id\":\"s3\",\"title\":\"ñ\"}")),
                (4, Some("{\"id\":\"s4\",")),
                (5, Some("[5]"))
            ]
        );

        // The line that only had the wrong encoding is correct already.
        let again = case.rows("rejects");
        assert_eq!(
            again.iter().map(|row| problem(row).is_none()).collect::<Vec<_>>(),
            [false, true, false, false]
        );
        let twice = String::from_utf8(case.rejects("rejects", "twice")?).unwrap();
        assert!(
            twice.contains("\"reject_source\":\"{\\\"id\\\":\\\"s4\\\",\",\"reject_row\":3,"),
            "{twice}"
        );
        std::fs::write(
            case.path("twice"),
            twice.replace("pilto\"", "pilot\"").replace("s4\\\",", "s4\\\"}").replace("[5]", "{}"),
        )
        .unwrap();
        assert!(case.rows("twice").into_iter().all(|row| {
            row.record.is_ok_and(|record| record.extra.keys().all(|key| key == "z" || key == "a"))
        }));
        Ok(())
    }

    #[cfg(feature = "xlsx")]
    #[test]
    fn the_copy_of_a_workbook_is_a_workbook() -> Result<(), Error> {
        use rust_xlsxwriter::{Formula, Workbook};
        let case = Case::new("xlsx", b"");
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        sheet.write_row(1, 0, ["id", "Título", "Año", "Etapa"]).unwrap();
        sheet
            .write_string(2, 1, "007")
            .unwrap()
            .write_formula(2, 0, Formula::new("=NA()").set_result("#N/A"))
            .unwrap();
        sheet
            .write_string(4, 0, "008")
            .unwrap()
            .write_string(4, 1, "=b")
            .unwrap()
            .write_number(4, 2, 2017)
            .unwrap()
            .write_string(4, 3, "pilto")
            .unwrap();
        workbook.save(case.path("input")).unwrap();

        case.rejects("input", "rejects")?;
        let Codec::Cells(codec) = FileFormat::Xlsx.table_format().codec else {
            panic!("a workbook has cells")
        };
        let table = |name| {
            read_table::<Solution>(codec, &case.path(name), &ReadOptions::default()).unwrap().0
        };
        assert_eq!(
            table("rejects").header,
            ["id", "Título", "Año", "Etapa", "reject_row", "reject_field", "reject_reason"]
        );
        let cells: Vec<_> = table("rejects").rows.map(|row| row.cells).collect();
        assert_eq!(cells[0][..2], [Cell::Error("#N/A".to_owned()), Cell::Text("007".to_owned())]);
        assert_eq!(
            cells[1][1..5],
            [
                Cell::Text("=b".to_owned()),
                Cell::Number(2017.0),
                Cell::Text("pilto".to_owned()),
                Cell::Number(5.0)
            ]
        );
        Ok(())
    }

    #[test]
    fn only_rows_of_the_input_are_copied_and_only_in_its_format() -> Result<(), Error> {
        let case = Case::new("csv", b"id,title\ns1,a\ns2,b\n");
        let input = case.path("input");
        let rejected = |place| Rejected::new(place, FieldError::new("id", "s1", "another"));
        let rejected = [
            rejected(RowLocation::in_file(input.display().to_string(), 3)),
            rejected(RowLocation::in_file("other.csv", 2)),
            rejected(RowLocation::in_list(99)),
        ];
        assert_eq!(
            write_rejects::<Solution>(
                &[&input],
                &ReadOptions::default(),
                &rejected,
                &case.path("out")
            )?,
            1
        );

        let error = write_rejects::<Solution>(
            &[&input],
            &ReadOptions::default(),
            &rejected,
            Path::new("out.jsonl"),
        )
        .unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("`rejects` cannot be `out.jsonl` (expected a csv file, the format of"),
            "{error}"
        );
        Ok(())
    }

    #[test]
    fn several_files_go_into_one_copy() -> Result<(), Error> {
        let case = Case::new("csv", b"id;t\xEDtulo;etapa\ns1;a;pilto\n");
        std::fs::write(case.path("more"), "etapa,id,title,teléfono\npilot,s2,b,1\nx,s3,c,2\n")
            .unwrap();
        let inputs = [case.path("input"), case.path("more")];
        let rows = |path: &PathBuf| read::<Solution>(path, &ReadOptions::default());
        let mut rejected = Vec::new();
        for input in &inputs {
            rejected.extend(
                rows(input)?
                    .filter_map(|row| Some(Rejected::new(row.location.clone(), problem(&row)?))),
            );
        }
        assert_eq!(
            write_rejects::<Solution>(
                &inputs,
                &ReadOptions::default(),
                &rejected,
                &case.path("out")
            )?,
            2
        );
        let copy = std::fs::read_to_string(case.path("out")).unwrap();
        let lines: Vec<&str> = copy.lines().collect();
        assert_eq!(lines[0], "id;título;etapa;teléfono;reject_row;reject_field;reject_reason");
        assert!(
            lines[1].starts_with("s1;a;pilto;;2;stage;") && lines[1].contains("input.csv"),
            "{}",
            lines[1]
        );
        assert!(
            lines[2].starts_with("s3;c;x;2;3;stage;") && lines[2].contains("more.csv"),
            "{}",
            lines[2]
        );
        std::fs::write(
            case.path("corrected"),
            copy.replace(";pilto;", ";piloto;").replace(";x;", ";idea;"),
        )
        .unwrap();
        assert!(case.rows("corrected").iter().all(|row| row.record.is_ok()));
        let other = case.dir.path().join("other.jsonl");
        let error = write_rejects::<Solution>(
            &[&inputs[0], &other],
            &ReadOptions::default(),
            &rejected,
            &case.path("out"),
        )
        .unwrap_err();
        assert!(error.to_string().contains("files of one format"), "{error}");
        Ok(())
    }

    #[test]
    fn a_row_of_very_many_cells_does_not_widen_the_others() -> Result<(), Error> {
        let input = format!("id,title,stage\ns1,a,pilto\ns2,b,pilot{}\n", ",x".repeat(20_000));
        let case = Case::new("csv", input.as_bytes());
        let copy = String::from_utf8(case.rejects("input", "rejects")?).unwrap();
        let mut reader = csv::Reader::from_reader(copy.as_bytes());
        assert_eq!(reader.headers().unwrap().len(), COLUMN_LIMIT + REJECT_COLUMNS.len());
        let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
        // Nothing is lost: the surplus is in the last cell, and the row is rejected again.
        let surplus = vec!["x"; 20_003 - (COLUMN_LIMIT - 1)].join(",");
        assert_eq!(&rows[1][COLUMN_LIMIT - 1], surplus);
        assert!(case.rows("rejects").iter().all(|row| problem(row).is_some()));
        Ok(())
    }

    #[test]
    fn an_input_that_cannot_be_read_again_leaves_no_copy() {
        let case = Case::new("jsonl", b"{}\n");
        let rejected = [Rejected::new(RowLocation::in_list(1), FieldError::new("id", "", "one"))];
        let inputs = [case.path("input"), case.path("missing")];
        let options = ReadOptions::default();
        let error =
            write_rejects::<Solution>(&inputs, &options, &rejected, &case.path("out")).unwrap_err();
        assert!(error.to_string().contains("missing.jsonl"), "{error}");
        assert!(!case.path("out").exists());
    }
}
