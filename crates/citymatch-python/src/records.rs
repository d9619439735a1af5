use std::path::{Path, PathBuf};
use std::sync::Arc;

use citymatch::{
    Error, ErrorKind,
    catalogue::Progress,
    ingest::{Rejected, Row},
    record::Kind,
};
use citymatch_files::{FileFormat, ReadOptions, SourceDescription, read};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyIterator, PyList, PyMapping};

use crate::background;
use crate::convert::{option_text, shown};
use crate::error::{raised, wrong_option};
use crate::position::item;
use crate::record::Wrapped;
use crate::report;
use crate::rows::words;

/// The contents of a file: its records, and the rows that are not records.
///
/// `read_solutions` and `read_challenges` return it. `Catalogue.add` takes it with its rejected
/// rows, so that the report of the call has them too. Iterating, indexing and counting go over the
/// records.
///
/// Examples
/// --------
/// >>> import citymatch as cm, pathlib, tempfile
/// >>> path = pathlib.Path(tempfile.mkdtemp(), "solutions.csv")
/// >>> _ = path.write_text("id,title\ns1,Rain gardens\ns2,Dry toilets,2019\n")
/// >>> records = cm.read_solutions(path)
/// >>> len(records), records[0].title, records.rejected[0].row
/// (1, 'Rain gardens', 3)
#[pyclass(frozen, module = "citymatch")]
pub(crate) struct Records {
    path: PathBuf,
    rows: Kinds,
    notes: Vec<String>,
    source: SourceDescription,
}

/// The rows of a file, which are of one kind.
pub(crate) enum Kinds {
    Solutions(Vec<Row<citymatch::Solution>>),
    Challenges(Vec<Row<citymatch::Challenge>>),
}

/// The two kinds of rows under one name.
macro_rules! each_kind {
    ($kinds:expr, $rows:ident => $body:expr) => {
        match $kinds {
            Kinds::Solutions($rows) => $body,
            Kinds::Challenges($rows) => $body,
        }
    };
}

impl Records {
    /// The rows, if they are of a kind.
    pub(crate) fn rows<R: Wrapped>(&self) -> PyResult<Vec<Row<R>>> {
        let rows = R::rows_of(&self.rows).map(<[_]>::to_vec);
        rows.ok_or_else(|| {
            PyTypeError::new_err(format!(
                "expected {}s, not the {}s of a file",
                R::KIND,
                self.kind()
            ))
        })
    }

    /// What the file was found to be.
    pub(crate) fn source(&self) -> &SourceDescription {
        &self.source
    }

    /// What the reader guessed or left out.
    pub(crate) fn notes(&self) -> Vec<String> {
        self.notes.clone()
    }

    fn kind(&self) -> Kind {
        match self.rows {
            Kinds::Solutions(_) => Kind::Solution,
            Kinds::Challenges(_) => Kind::Challenge,
        }
    }
}

#[pymethods]
impl Records {
    /// The rows that are not records, in order: a list of `Rejected`.
    #[getter]
    fn rejected<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let rejected: Vec<_> =
            each_kind!(&self.rows, rows => rows.iter().filter_map(rejected).collect());
        report::rejected(py, &rejected)
    }

    /// What the file was found to be: its format, and what its columns mean.
    #[getter(source)]
    fn py_source<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        report::described(py, &self.source)
    }

    /// What the reader guessed or left out, for a person to look over: one line each.
    #[getter(notes)]
    fn py_notes(&self) -> Vec<String> {
        self.notes()
    }

    fn __len__(&self) -> usize {
        each_kind!(&self.rows, rows => rows.iter().filter(|row| row.record.is_ok()).count())
    }

    fn __getitem__<'py>(
        &self,
        py: Python<'py>,
        index: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        each_kind!(&self.rows, rows => {
            let good: Vec<_> = rows.iter().filter_map(|row| row.record.as_ref().ok()).collect();
            item(index, good.len(), |position| good[position].clone().into_object(py))
        })
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        let objects: Vec<_> = each_kind!(&self.rows, rows => {
            let good = rows.iter().filter_map(|row| row.record.as_ref().ok());
            good.map(|record| record.clone().into_object(py)).collect::<PyResult<_>>()?
        });
        PyList::new(py, objects)?.try_iter()
    }

    fn __repr__(&self) -> String {
        let total = each_kind!(&self.rows, rows => rows.len());
        let good = self.__len__();
        format!(
            "<Records of '{}': {good} {}s, {} rejected>",
            self.path.display(),
            self.kind(),
            total - good
        )
    }
}

fn rejected<R>(row: &Row<R>) -> Option<Rejected> {
    row.record.as_ref().err().map(|problem| Rejected::new(row.location.clone(), problem.clone()))
}

/// Read solutions from a JSONL, CSV, XLSX or Parquet file.
///
/// Rows that are not solutions do not stop the others. Ids, lengths and duplicates are checked when
/// the records are added to a catalogue.
///
/// Parameters
/// ----------
/// path
///     The file. The ending of its name tells the format: ``.jsonl``, ``.ndjson``, ``.json``;
///     ``.csv``, ``.tsv``, ``.txt``; ``.xlsx``, ``.xlsm``, ``.xlsb``, ``.xls``, ``.ods``;
///     ``.parquet``.
/// columns
///     Which field a column is, by its header: ``{"Nombre corto": "title", "Costo":
///     "cost.amount"}``. Headers in Spanish, Portuguese and English are understood without it;
///     ``extra.NAME`` keeps a column without matching it.
/// format
///     ``"jsonl"``, ``"csv"``, ``"xlsx"`` or ``"parquet"``, where the name does not tell it.
/// delimiter
///     The character between the cells of a CSV file. By default the headers tell.
/// encoding
///     The encoding of a text file, where it is neither UTF-8 nor Windows-1252.
/// sheet
///     The sheet of a workbook to read. By default the first one that has the headers of records,
///     with all others that have the same headers.
/// ids
///     ``"row"`` gives records without an id one from what they say: see `Catalogue.add`.
///
/// Returns
/// -------
/// Records
///
/// Raises
/// ------
/// InvalidDataError
///     If the file as a whole cannot be read: its format is unknown, or no column is the id.
/// InvalidOptionError
///     If an option does not fit the file.
/// OSError
///     If it cannot be opened.
///
/// Examples
/// --------
/// >>> import citymatch as cm, pathlib, tempfile
/// >>> path = pathlib.Path(tempfile.mkdtemp(), "soluciones.csv")
/// >>> _ = path.write_text("Código;Nombre corto\ns1;Jardines de lluvia\n", encoding="utf-8")
/// >>> cm.read_solutions(path, columns={"Nombre corto": "title"})[0]
/// Solution('s1', 'Jardines de lluvia')
#[pyfunction]
#[pyo3(signature = (
    path, *, columns = None, format = None, delimiter = None, encoding = None, sheet = None,
    ids = None
))]
#[expect(clippy::too_many_arguments, reason = "those of Python")]
pub(crate) fn read_solutions(
    py: Python<'_>,
    #[pyo3(from_py_with = crate::path::local)] path: PathBuf,
    columns: Option<&Bound<'_, PyAny>>,
    format: Option<&Bound<'_, PyAny>>,
    delimiter: Option<&Bound<'_, PyAny>>,
    encoding: Option<&Bound<'_, PyAny>>,
    sheet: Option<&Bound<'_, PyAny>>,
    ids: Option<&Bound<'_, PyAny>>,
) -> PyResult<Records> {
    let options = options(columns, format, delimiter, encoding, sheet)?.row_ids(row_ids(ids)?);
    let (rows, notes, source) = rows(py, &path, &options)?;
    Ok(Records { path, rows: Kinds::Solutions(rows), notes, source })
}

/// Read challenges from a JSONL, CSV, XLSX or Parquet file; see `read_solutions`.
///
/// Examples
/// --------
/// >>> import citymatch as cm, pathlib, tempfile
/// >>> path = pathlib.Path(tempfile.mkdtemp(), "challenges.jsonl")
/// >>> _ = path.write_text('{"id": "c1", "question": "How to keep streets dry?"}\n')
/// >>> [challenge.question for challenge in cm.read_challenges(path)]
/// ['How to keep streets dry?']
#[pyfunction]
#[pyo3(signature = (
    path, *, columns = None, format = None, delimiter = None, encoding = None, sheet = None,
    ids = None
))]
#[expect(clippy::too_many_arguments, reason = "those of Python")]
pub(crate) fn read_challenges(
    py: Python<'_>,
    #[pyo3(from_py_with = crate::path::local)] path: PathBuf,
    columns: Option<&Bound<'_, PyAny>>,
    format: Option<&Bound<'_, PyAny>>,
    delimiter: Option<&Bound<'_, PyAny>>,
    encoding: Option<&Bound<'_, PyAny>>,
    sheet: Option<&Bound<'_, PyAny>>,
    ids: Option<&Bound<'_, PyAny>>,
) -> PyResult<Records> {
    let options = options(columns, format, delimiter, encoding, sheet)?.row_ids(row_ids(ids)?);
    let (rows, notes, source) = rows(py, &path, &options)?;
    Ok(Records { path, rows: Kinds::Challenges(rows), notes, source })
}

fn rows<R: Wrapped>(
    py: Python<'_>,
    path: &Path,
    options: &ReadOptions,
) -> PyResult<(Vec<Row<R>>, Vec<String>, SourceDescription)> {
    let (path, options) = (path.to_owned(), options.clone());
    let progress = Arc::new(Progress::default());
    let worker = Arc::clone(&progress);
    let work = move || {
        let reading = read::<R>(&path, &options)?;
        let (notes, source) = (reading.notes().to_vec(), reading.source().clone());
        let rows = reading.map(|row| go_on(&worker).map(|()| row));
        Ok((rows.collect::<Result<Vec<_>, Error>>()?, notes, source))
    };
    background::run(py, &progress, work, |_, _| Ok(()))
}

/// An error when the work is to stop.
pub(crate) fn go_on(progress: &Progress) -> Result<(), Error> {
    if progress.is_cancelled() { Err(ErrorKind::Cancelled.into()) } else { Ok(()) }
}

fn options(
    columns: Option<&Bound<'_, PyAny>>,
    format: Option<&Bound<'_, PyAny>>,
    delimiter: Option<&Bound<'_, PyAny>>,
    encoding: Option<&Bound<'_, PyAny>>,
    sheet: Option<&Bound<'_, PyAny>>,
) -> PyResult<ReadOptions> {
    let mut options = read_options(columns)?;
    if let Some(format) = format {
        options = options.format(file_format(format)?);
    }
    if let Some(delimiter) = delimiter {
        let text = option_text(delimiter, "delimiter")?;
        let &[byte] = text.as_bytes() else {
            return Err(wrong_option(
                "delimiter",
                &text,
                "one ASCII character that is not a quote or a line end",
            ));
        };
        options = options.delimiter(byte);
    }
    if let Some(sheet) = sheet {
        options = options.sheet(&option_text(sheet, "sheet")?);
    }
    match encoding {
        Some(encoding) => Ok(options.encoding(&option_text(encoding, "encoding")?)),
        None => Ok(options),
    }
}

/// The options of reading that say which field a column is.
pub(crate) fn read_options(columns: Option<&Bound<'_, PyAny>>) -> PyResult<ReadOptions> {
    let Some(columns) = columns else { return Ok(words()) };
    let expected = "a mapping of headers to fields, such as {\"Nombre corto\": \"title\"}";
    let columns = columns
        .cast::<PyMapping>()
        .map_err(|_| wrong_option("columns", &shown(columns), expected))?;
    let pair = |pair: Bound<'_, PyAny>| {
        let (header, field): (Bound<'_, PyAny>, Bound<'_, PyAny>) = pair.extract()?;
        Ok((option_text(&header, "columns")?, option_text(&field, "columns")?))
    };
    let pairs = columns.items()?.iter().map(pair).collect::<PyResult<Vec<_>>>()?;
    Ok(words().columns(pairs))
}

/// Whether rows without ids get some: what the option `ids` says.
pub(crate) fn row_ids(ids: Option<&Bound<'_, PyAny>>) -> PyResult<bool> {
    let Some(ids) = ids else { return Ok(false) };
    match option_text(ids, "ids")?.as_str() {
        "row" => Ok(true),
        other => Err(wrong_option("ids", other, "`row`")),
    }
}

/// A format by its name.
pub(crate) fn file_format(name: &Bound<'_, PyAny>) -> PyResult<FileFormat> {
    option_text(name, "format")?.parse().map_err(|error| raised(&error))
}
