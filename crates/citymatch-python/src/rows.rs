//! The records that a caller gives, in any form: objects, mappings, tables, and the rows of a file.

use citymatch::ingest::{Row, RowLocation};
use citymatch::record::FieldError;
use citymatch::{Challenge, Language};
use citymatch_files::values::{ObjectReader, read_typed};
use citymatch_files::{ColumnDescription, OptionWords, ReadOptions, TypedRows};
use pyo3::exceptions::{PyException, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyIterator, PyString};
use serde_json::{Map, Value as Json};

use crate::convert::{Unfit, json, mapping, shown};
use crate::error::{raised, wrong, wrong_option};
use crate::record::{Wrapped, ask, not_a_record, title};
use crate::records::Records;
use crate::table;
use crate::views::{Challenges, Solutions};

/// How many of the first mappings in a list are looked at before they are read: what they all lack, an
/// id above all, is one error and not one for each.
const LOOKED_AT: usize = 1_000;

/// How often Ctrl-C is looked for, in rows.
const LOOK_EVERY: usize = 256;

/// What a caller gives.
enum Source<R> {
    /// The rows of a file that was read before, with their locations there.
    File(std::vec::IntoIter<Row<R>>),
    /// The rows of a table.
    Table(TypedRows<R>),
    /// Record objects or mappings.
    Objects(Py<PyIterator>),
}

/// The records of one call that adds some.
pub(crate) struct Given<R> {
    pub(crate) rows: Vec<Row<R>>,
    /// What the columns of a table mean, or the keys of mappings; `None` where they are from a file or
    /// need no telling.
    pub(crate) columns: Option<(&'static str, Vec<ColumnDescription>)>,
    /// What was guessed about them, a line each.
    pub(crate) notes: Vec<String>,
}

/// An object of a list that is not read yet.
enum Taken<R> {
    Record(R),
    Mapping(Map<String, Json>),
    Wrong(FieldError),
}

impl<R: Wrapped> Taken<R> {
    fn of(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        if let Some(record) = R::of_object(value) {
            return Ok(Self::Record(record));
        }
        if mapping(value)?.is_none() {
            return Ok(Self::Wrong(not_a_record::<R>(value)));
        }
        match json(value, "") {
            Ok(Json::Object(fields)) => Ok(Self::Mapping(fields)),
            Ok(_) => Ok(Self::Wrong(not_a_record::<R>(value))),
            Err(Unfit::Wrong(problem)) => Ok(Self::Wrong(problem)),
            Err(Unfit::Raised(error)) => Err(error),
        }
    }

    fn read(self, reader: &mut ObjectReader<R>) -> Result<R, FieldError> {
        match self {
            Self::Record(record) => Ok(record),
            Self::Mapping(fields) => reader.read(fields),
            Self::Wrong(problem) => Err(problem),
        }
    }
}

/// All records that a caller gives to be added. Those of mappings and tables are read as files are.
pub(crate) fn given<R: Wrapped>(
    records: &Bound<'_, PyAny>,
    options: &ReadOptions,
    needs_ids: bool,
) -> PyResult<Given<R>> {
    let py = records.py();
    match source(records, options, needs_ids)? {
        Source::File(rows) => Ok(Given { rows: rows.collect(), columns: None, notes: Vec::new() }),
        Source::Table(table) => {
            let columns = Some(("table", table.columns().to_vec()));
            let notes = table.notes().to_vec();
            let mut rows = Vec::new();
            for row in table {
                rows.push(row);
                if rows.len() % LOOK_EVERY == 0 {
                    py.check_signals()?;
                }
            }
            Ok(Given { rows, columns, notes })
        }
        Source::Objects(objects) => {
            let mut objects = objects.bind(py).clone().map(|object| Taken::<R>::of(&object?));
            let mut reader =
                ObjectReader::<R>::new(options, true).map_err(|error| raised(&error))?;
            let first = objects.by_ref().take(LOOKED_AT).collect::<PyResult<Vec<_>>>()?;
            // An object of a class has an id.
            let needs_ids =
                needs_ids && !first.iter().any(|taken| matches!(taken, Taken::Record(_)));
            let mappings = first.iter().filter_map(|taken| match taken {
                Taken::Mapping(fields) => Some(fields),
                Taken::Record(_) | Taken::Wrong(_) => None,
            });
            let columns = reader.look_at(mappings, needs_ids);
            let columns = columns.map_err(|error| raised(&error.nothing_added()))?;
            let mut rows = Vec::new();
            for (taken, number) in first.into_iter().map(Ok).chain(objects).zip(1..) {
                let record = taken?.read(&mut reader);
                rows.push(Row { location: RowLocation::in_list(number), record });
                if rows.len() % LOOK_EVERY == 0 {
                    py.check_signals()?;
                }
            }
            let columns = (!columns.is_empty()).then_some(("list", columns));
            Ok(Given { rows, columns, notes: reader.notes().to_vec() })
        }
    }
}

/// Challenges that are only asked, one by one, counted from 1.
pub(crate) struct Asks {
    source: Source<Challenge>,
    /// The language that the caller gave for texts.
    language: Option<Language>,
    /// How many objects were taken.
    taken: u64,
}

impl Asks {
    /// Beside what can be added also texts, in a list or a Series, and one text by itself.
    pub(crate) fn of(challenges: &Bound<'_, PyAny>, language: Option<Language>) -> PyResult<Self> {
        let py = challenges.py();
        let objects = if challenges.is_instance_of::<PyString>() {
            Some((challenges,).into_pyobject(py)?.try_iter()?)
        } else {
            series(challenges)?
        };
        let source = match objects {
            Some(objects) => Source::Objects(objects.unbind()),
            None => source(challenges, &words(), false)?,
        };
        if let (Some(language), Source::File(_) | Source::Table(_)) = (language, &source) {
            return Err(language_of_texts(language));
        }
        Ok(Self { source, language, taken: 0 })
    }

    /// The next challenge. An error is an exception that Python raised while it gave the challenge.
    pub(crate) fn next(&mut self, py: Python<'_>) -> PyResult<Option<Row<Challenge>>> {
        let objects = match &mut self.source {
            Source::File(rows) => return Ok(rows.next()),
            Source::Table(rows) => return Ok(rows.next()),
            Source::Objects(objects) => objects,
        };
        let Some(object) = objects.bind(py).clone().next().transpose()? else { return Ok(None) };
        self.taken += 1;
        let record = match ask(&object, self.language) {
            Ok(record) => Ok(record),
            Err(Unfit::Wrong(problem)) => Err(problem),
            Err(Unfit::Raised(error)) => return Err(error),
        };
        Ok(Some(Row { location: RowLocation::in_list(self.taken), record }))
    }
}

/// The error of a language that was given for what is no text.
pub(crate) fn language_of_texts(language: Language) -> PyErr {
    wrong_option(
        "language",
        language.name(),
        "texts as challenges; others have a field `language` of their own",
    )
}

/// The options of reading with which errors speak as Python does.
pub(crate) fn words() -> ReadOptions {
    ReadOptions::default().words(OptionWords::Python)
}

/// The values of a Series of pandas or polars, or of an array of pyarrow: a column without a name
/// is no table of challenges, so its values are the challenges.
fn series<'py>(object: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyIterator>>> {
    let py = object.py();
    for (module, class) in SERIES {
        // What has not been imported cannot be an argument, and is not imported here.
        let modules = py.import("sys")?.getattr("modules")?.cast_into::<PyDict>()?;
        let Some(module) = modules.get_item(module)? else { continue };
        if module.hasattr(class)? && object.is_instance(&module.getattr(class)?)? {
            let list = if object.hasattr("to_pylist")? { "to_pylist" } else { "to_list" };
            return object.call_method0(list)?.try_iter().map(Some);
        }
    }
    Ok(None)
}

/// Columns without a table, by the module that defines them.
const SERIES: [(&str, &str); 4] =
    [("pandas", "Series"), ("polars", "Series"), ("pyarrow", "Array"), ("pyarrow", "ChunkedArray")];

fn source<R: Wrapped>(
    records: &Bound<'_, PyAny>,
    options: &ReadOptions,
    needs_ids: bool,
) -> PyResult<Source<R>> {
    if let Ok(read) = records.cast::<Records>() {
        return read.get().rows().map(|rows| Source::File(rows.into_iter()));
    }
    // One record is a list of one.
    if R::of_object(records).is_some() || mapping(records)?.is_some() {
        return Ok(Source::Objects((records,).into_pyobject(records.py())?.try_iter()?.unbind()));
    }
    if records.is_instance_of::<PyString>()
        || records.is_instance_of::<PyBytes>()
        || records.get_type().name()? == "LazyFrame"
    {
        return Err(unfit::<R>(records));
    }
    // A view hands over Arrow too, but its objects know how their source wrote each value.
    if records.is_instance_of::<Solutions>() || records.is_instance_of::<Challenges>() {
        return Ok(Source::Objects(records.try_iter()?.unbind()));
    }
    let frame = records.hasattr("iloc")? && records.hasattr("columns")?;
    if records.hasattr("iloc")? && !frame {
        let series = records.get_type().name()?.to_string();
        return Err(wrong(&FieldError::new("table", series, "columns: to_frame() makes a table")));
    }
    if records.hasattr("__arrow_c_stream__")? {
        match table::rows(records, options, needs_ids) {
            // pandas has no pyarrow, or the frame has columns of mixed types, which Arrow does not
            // know.
            Err(error) if frame && error.is_instance_of::<PyException>(records.py()) => {}
            rows => return rows.map(Source::Table),
        }
    }
    if frame {
        return frame_rows(records, options, needs_ids).map(Source::Table);
    }
    records
        .try_iter()
        .map(|objects| Source::Objects(objects.unbind()))
        .map_err(|_| unfit::<R>(records))
}

/// The rows of a pandas frame that cannot hand over Arrow.
fn frame_rows<R: Wrapped>(
    frame: &Bound<'_, PyAny>,
    options: &ReadOptions,
    needs_ids: bool,
) -> PyResult<TypedRows<R>> {
    let py = frame.py();
    let columns = py.import("citymatch._frames")?.getattr("columns_and_rows")?;
    let (names, rows): (Vec<String>, Bound<'_, PyAny>) = columns.call1((frame,))?.extract()?;
    let mut values = Vec::new();
    for row in rows.try_iter()? {
        let read = row?.try_iter()?.zip(&names).map(|(value, name)| json(&value?, name));
        values.push(match read.collect::<Result<Vec<Json>, Unfit>>() {
            Ok(row) => Ok(row),
            Err(Unfit::Wrong(problem)) => Err(problem),
            Err(Unfit::Raised(error)) => return Err(error),
        });
        if values.len() % LOOK_EVERY == 0 {
            py.check_signals()?;
        }
    }
    read_typed(&names, values.into_iter(), options, needs_ids)
        .map_err(|error| raised(&if needs_ids { error.nothing_added() } else { error }))
}

fn unfit<R: Wrapped>(records: &Bound<'_, PyAny>) -> PyErr {
    let (kind, class) = (R::KIND, title::<R>());
    let class_name = records.get_type().name().map(|name| name.to_string()).unwrap_or_default();
    let hint = if records.is_instance_of::<PyString>() {
        format!("; read_{kind}s(path) reads a file")
    } else if class_name == "LazyFrame" {
        "; its method collect() makes a table of it".to_owned()
    } else {
        String::new()
    };
    PyTypeError::new_err(format!(
        "expected records: {class} objects, mappings, a table, or what read_{kind}s returns, \
         not `{}`{hint}",
        shown(records)
    ))
}
