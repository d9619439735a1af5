use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use citymatch::{Error, Record, ingest::Rejected};
use serde_json::{Map, Value as Json};

use crate::cells::Cell;
use crate::columns::Columns;
use crate::format::FileFormat;
use crate::jsonl::{self, SOURCE};
use crate::options::ReadOptions;
use crate::output::Output;
use crate::path::{Path as FieldPath, is_reject_column};
use crate::read::open_table;
use crate::table_out::write_table;

/// Copies the rejected rows of files into one other file, each with why, and says how many.
///
/// The inputs, all of one format, are read a second time, with the options they were read with. The
/// copy has the inputs' format, the first one's delimiter, their columns and values, as UTF-8, and
/// three more columns or keys: `reject_row`, `reject_field` and `reject_reason`. Readers ignore
/// them, so the copy can be mended and read like the inputs. Columns that are the same field are
/// one, under the first's header; others of later inputs stand behind. Rows that were rejected in
/// other files are left out; where there are several inputs the reason names the file.
///
/// In JSONL, a line that is no JSON object becomes an object whose `reject_source` is that line, so
/// that nothing is lost and the copy is JSONL still; readers take the text there for the line. (A
/// line that is not UTF-8 is shown as Windows-1252, where every byte has a meaning.) An array's
/// objects are written one a line.
///
/// # Errors
/// As [`read`](crate::read) and [`write_records`](crate::write_records);
/// [`ErrorKind::InvalidOption`](citymatch::ErrorKind::InvalidOption) when the inputs differ in
/// format, or the name of `out` tells another one.
///
/// # Examples
/// ```
/// use citymatch::{Solution, ingest::Rejected};
/// use citymatch_files::{ReadOptions, read, write_rejects};
/// # let dir = tempfile::tempdir().unwrap();
/// # let (input, out) = (dir.path().join("input.csv"), dir.path().join("rejects.csv"));
/// std::fs::write(&input, "id,title,stage\ns1,Rain gardens,pilot\ns2,Dry toilets,pilto\n").unwrap();
/// let options = ReadOptions::default();
/// let rows = read::<Solution>(&input, &options)?;
/// let rejected: Vec<_> = rows.filter_map(|row| row.record.err().map(|problem| Rejected::new(row.location, problem))).collect();
/// assert_eq!(write_rejects::<Solution>(&[&input], &options, &rejected, &out)?, 1);
/// let copy = std::fs::read_to_string(&out).unwrap();
/// assert!(copy.starts_with("id,title,stage,reject_row,reject_field,reject_reason\ns2,Dry toilets,pilto,3,stage,"));
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
            &format!("a {format} file, as `{}` is one", first.as_ref().display()),
        ));
    }
    let several = inputs.len() > 1;
    let inputs = inputs
        .iter()
        .map(|input| Input::new(input.as_ref(), rejected, several))
        .collect::<Vec<_>>();
    match format {
        FileFormat::Jsonl => write_lines(&inputs, options, out),
        FileFormat::Csv | FileFormat::Xlsx => write_rows::<R>(&inputs, options, format, out),
    }
}

/// An input, and why its rows were rejected.
struct Input<'a> {
    path: &'a Path,
    reasons: BTreeMap<u64, [String; 2]>,
}

impl<'a> Input<'a> {
    fn new(path: &'a Path, rejected: &[Rejected], several: bool) -> Self {
        let file = path.display().to_string();
        let here =
            |rejected: &&Rejected| rejected.location.file.as_ref().is_none_or(|name| *name == file);
        let reason = |rejected: &Rejected| {
            if several { rejected.to_string() } else { rejected.error.to_string() }
        };
        let reasons = rejected.iter().filter(here);
        let reasons = reasons
            .map(|rejected| {
                (rejected.location.row, [rejected.error.field.clone(), reason(rejected)])
            })
            .collect();
        Self { path, reasons }
    }
}

fn write_lines(inputs: &[Input<'_>], options: &ReadOptions, out: &Path) -> Result<u64, Error> {
    Output::Path(out).write(|sink| {
        let mut written = 0;
        for input in inputs {
            for line in jsonl::open(input.path, options)? {
                let Some([field, reason]) = input.reasons.get(&line.row) else { continue };
                let mut object = line.object.unwrap_or_else(|broken| {
                    Map::from_iter([(SOURCE.to_owned(), Json::from(broken.source))])
                });
                object.insert("reject_row".to_owned(), Json::from(line.row));
                object.insert("reject_field".to_owned(), Json::from(field.as_str()));
                object.insert("reject_reason".to_owned(), Json::from(reason.as_str()));
                sink.write(format!("{}\n", Json::Object(object)).as_bytes())?;
                written += 1;
            }
        }
        Ok(written)
    })
}

fn write_rows<R: Record>(
    inputs: &[Input<'_>],
    options: &ReadOptions,
    format: FileFormat,
    out: &Path,
) -> Result<u64, Error> {
    let mut copy = Copy::default();
    let mut delimiter = None;
    for input in inputs {
        let (table, columns) = open_table::<R>(input.path, options, format)?;
        delimiter = delimiter.or(Some(table.delimiter));
        let places = copy.places(&table.header, &columns);
        for row in table.rows {
            if let Some([field, reason]) = input.reasons.get(&row.number) {
                let reasons =
                    [Cell::from(row.number), Cell::Text(field.clone()), Cell::Text(reason.clone())];
                copy.push(row.cells, &places, reasons);
            }
        }
    }
    let (width, rows) = (copy.header.len(), copy.rows);
    let header: Vec<String> =
        copy.header.into_iter().chain(REASON_COLUMNS.map(str::to_owned)).collect();
    let rows = rows.into_iter().map(|(mut cells, reasons)| {
        cells.resize(width, Cell::EMPTY);
        cells.extend(reasons);
        Ok(cells)
    });
    write_table(&header, rows, format, delimiter.unwrap_or(b','), Output::Path(out))
}

const REASON_COLUMNS: [&str; 3] = ["reject_row", "reject_field", "reject_reason"];

/// The rows of tables, under the columns of all of them: columns that are the same field are one.
#[derive(Default)]
struct Copy {
    header: Vec<String>,
    columns: HashMap<FieldPath, usize>,
    rows: Vec<(Vec<Cell>, [Cell; 3])>,
}

impl Copy {
    /// Where the columns of a table stand in the copy; none for those that an earlier copy added.
    fn places(&mut self, header: &[String], columns: &Columns) -> Vec<Option<usize>> {
        let mut places = Vec::with_capacity(header.len());
        for (name, path) in header.iter().zip(columns.paths()) {
            if is_reject_column(name.trim()) {
                places.push(None);
                continue;
            }
            let there = path.and_then(|path| self.columns.get(path)).copied();
            let column = there.unwrap_or(self.header.len());
            places.push(Some(column));
            if there.is_none() {
                self.header.push(name.clone());
                if let Some(path) = path {
                    self.columns.insert(path.clone(), column);
                }
            }
        }
        places
    }

    /// Cells beyond the header keep their place behind it: readers reject them again until they are
    /// mended.
    fn push(&mut self, cells: Vec<Cell>, places: &[Option<usize>], reasons: [Cell; 3]) {
        let surplus = cells.len().saturating_sub(places.len());
        let beyond =
            (places.iter().flatten().max().map_or(0, |last| last + 1)..).take(surplus).map(Some);
        let mut row = vec![Cell::EMPTY; self.header.len()];
        for (cell, place) in cells.into_iter().zip(places.iter().copied().chain(beyond)) {
            let Some(place) = place else { continue };
            if self.header.len() <= place {
                self.header.resize(place + 1, String::new());
            }
            row.resize(row.len().max(place + 1), Cell::EMPTY);
            row[place] = cell;
        }
        self.rows.push((row, reasons));
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
                .filter_map(|row| Some(Rejected::new(row.location, row.record.err()?)))
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
    fn the_copy_of_a_table_has_its_form_and_why() -> Result<(), Error> {
        let case =
            Case::new("csv", b"C\xF3digo;T\xEDtulo;Etapa;reject_row\r\ns1;\"a\nb\";pilto;9\r\ns2;b;piloto;\r\ns3;\"x;y\";piloto;;z\r\n");
        let copy = String::from_utf8(case.rejects("input", "rejects")?).unwrap();
        let expected = "Código;Título;Etapa;;reject_row;reject_field;reject_reason\n\
            s1;\"a\nb\";pilto;;2;stage;\"`stage` cannot be `pilto` (expected one of `idea`, `design`, `prototype`, `pilot`, `implemented`, `scaling`, `closed`)\"\n\
            s3;\"x;y\";piloto;z;5;column 5;`column 5` cannot be `z` (expected nothing, as no header stands above it: a delimiter or a quote may be amiss)\n";
        // The reason of the first row needs no quotes: it holds no `;`.
        assert_eq!(copy.replace('"', ""), expected.replace('"', ""));

        // As it is, it is rejected again; mended, it is read.
        assert!(case.rows("rejects").iter().all(|row| row.record.is_err()));
        std::fs::write(
            case.path("rejects"),
            copy.replace("pilto;", "piloto;").replace(";z;", ";;"),
        )
        .unwrap();
        let mended: Vec<_> =
            case.rows("rejects").into_iter().map(|row| row.record.unwrap()).collect();
        assert_eq!(
            (mended[0].title.as_str(), mended[1].title.as_str(), mended[0].extra.len()),
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

        // What only had the wrong encoding is mended already.
        let again = case.rows("rejects");
        assert_eq!(
            again.iter().map(|row| row.record.is_ok()).collect::<Vec<_>>(),
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
            .write_string(2, 0, "007")
            .unwrap()
            .write_formula(2, 1, Formula::new("=NA()").set_result("#N/A"))
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
        let table = |name| {
            crate::xlsx::open::<Solution>(&case.path(name), &ReadOptions::default()).unwrap().0
        };
        assert_eq!(
            table("rejects").header,
            ["id", "Título", "Año", "Etapa", "reject_row", "reject_field", "reject_reason"]
        );
        let cells: Vec<_> = table("rejects").rows.map(|row| row.cells).collect();
        assert_eq!(cells[0][..2], [Cell::Text("007".to_owned()), Cell::Error("#N/A".to_owned())]);
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
                .starts_with("`rejects` cannot be `out.jsonl` (expected a csv file, as"),
            "{error}"
        );
        Ok(())
    }

    #[test]
    fn several_files_go_into_one_copy() -> Result<(), Error> {
        let case = Case::new("csv", b"id;t\xEDtulo;etapa\ns1;a;pilto\n");
        std::fs::write(case.path("more"), "etapa,id,title,teléfono\npilot,s2,b,1\nnone,s3,c,2\n")
            .unwrap();
        let inputs = [case.path("input"), case.path("more")];
        let rows = |path: &PathBuf| read::<Solution>(path, &ReadOptions::default());
        let mut rejected = Vec::new();
        for input in &inputs {
            rejected.extend(rows(input)?.filter_map(|row| {
                row.record.err().map(|problem| Rejected::new(row.location, problem))
            }));
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
            lines[2].starts_with("s3;c;none;2;3;stage;") && lines[2].contains("more.csv"),
            "{}",
            lines[2]
        );
        std::fs::write(
            case.path("mended"),
            copy.replace(";pilto;", ";piloto;").replace(";none;", ";idea;"),
        )
        .unwrap();
        assert!(case.rows("mended").iter().all(|row| row.record.is_ok()));
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
}
