//! The records that a caller gives, in any form: objects, mappings, tables, and the rows of a file.

use citymatch::Challenge;
use citymatch::ingest::{Row, RowLocation};
use citymatch::record::FieldError;
use citymatch_files::ArrowRows;
use citymatch_files::values::{column_fields, nest, read_text, whole_id};
use pyo3::exceptions::{PyException, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyIterator, PyMapping, PyString};

use crate::convert::{Unfit, shown};
use crate::error::wrong;
use crate::record::{Wrapped, ask, record, title};
use crate::records::Records;
use crate::table;
use crate::views::{Challenges, Solutions};

/// The rows of what a caller gives, one by one, counted from 1.
pub(crate) struct Rows<R> {
    source: Source<R>,
    /// What makes a record of one of the caller's objects.
    read: fn(&Bound<'_, PyAny>) -> Result<R, Unfit>,
    /// How many objects or rows of a frame were taken.
    taken: u64,
}

enum Source<R> {
    /// The rows of a file that was read before, with their locations there.
    File(std::vec::IntoIter<Row<R>>),
    /// The rows of a table that hands over Arrow.
    Table(ArrowRows<R>),
    /// Record objects or mappings.
    Objects(Py<PyIterator>),
    /// The rows of a pandas frame that cannot hand over Arrow, as mappings.
    Frame(Py<PyIterator>),
}

impl<R: Wrapped> Rows<R> {
    pub(crate) fn of(records: &Bound<'_, PyAny>) -> PyResult<Self> {
        Ok(Self { source: source(records)?, read: record, taken: 0 })
    }

    /// Refuses a table in which no column is the id: each of its rows would be wrong.
    pub(crate) fn require_ids(&self) -> PyResult<()> {
        match &self.source {
            Source::Table(rows) if rows.lacks_ids() => {
                let expected = "a column for it, such as `id` or `código`; ids=\"row\" makes ids";
                Err(wrong(&FieldError::new("id", "missing", expected)))
            }
            _ => Ok(()),
        }
    }

    /// The next row. An error is an exception that Python raised while it gave the row.
    pub(crate) fn next(&mut self, py: Python<'_>) -> PyResult<Option<Row<R>>> {
        let next = match &mut self.source {
            Source::File(rows) => return Ok(rows.next()),
            Source::Table(rows) => return Ok(rows.next()),
            Source::Objects(objects) => {
                objects.bind(py).clone().next().transpose()?.map(|object| (self.read)(&object))
            }
            Source::Frame(rows) => {
                rows.bind(py).clone().next().transpose()?.map(|row| frame_record(&row))
            }
        };
        let Some(next) = next else { return Ok(None) };
        self.taken += 1;
        let record = match next {
            Ok(record) => Ok(record),
            Err(Unfit::Wrong(problem)) => Err(problem),
            Err(Unfit::Raised(error)) => return Err(error),
        };
        Ok(Some(Row { location: RowLocation::in_list(self.taken), record }))
    }

    /// All rows. Ctrl-C is looked for every 1,024 of them.
    pub(crate) fn collect(mut self, py: Python<'_>) -> PyResult<Vec<Row<R>>> {
        let mut rows = Vec::new();
        while let Some(row) = self.next(py)? {
            rows.push(row);
            if rows.len() % 256 == 0 {
                py.check_signals()?;
            }
        }
        Ok(rows)
    }
}

impl Rows<Challenge> {
    /// Challenges that are only asked: also texts, in a list or a Series, and one text by itself.
    pub(crate) fn asks(challenges: &Bound<'_, PyAny>) -> PyResult<Self> {
        let py = challenges.py();
        let objects = if challenges.is_instance_of::<PyString>() {
            Some((challenges,).into_pyobject(py)?.try_iter()?)
        } else {
            series(challenges)?
        };
        let source = match objects {
            Some(objects) => Source::Objects(objects.unbind()),
            None => source(challenges)?,
        };
        Ok(Self { source, read: ask, taken: 0 })
    }
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

fn source<R: Wrapped>(records: &Bound<'_, PyAny>) -> PyResult<Source<R>> {
    if let Ok(read) = records.cast::<Records>() {
        return read.get().rows().map(|rows| Source::File(rows.into_iter()));
    }
    // One record is a list of one.
    if R::of_object(records).is_some() || records.cast::<PyMapping>().is_ok() {
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
        match table::rows(records) {
            // pandas has no pyarrow, or the frame has columns of mixed types, which Arrow does not
            // know.
            Err(error) if frame && error.is_instance_of::<PyException>(records.py()) => {}
            rows => return rows.map(Source::Table),
        }
    }
    if frame {
        let rows =
            records.py().import("citymatch._frames")?.getattr("records")?.call1((records,))?;
        return Ok(Source::Frame(rows.try_iter()?.unbind()));
    }
    records
        .try_iter()
        .map(|objects| Source::Objects(objects.unbind()))
        .map_err(|_| unfit::<R>(records))
}

/// Reads the row of a frame. Its texts are cells, as in an Arrow table.
fn frame_record<R: Wrapped>(row: &Bound<'_, PyAny>) -> Result<R, Unfit> {
    let fields = match crate::convert::json(row, "")? {
        serde_json::Value::Object(fields) => fields,
        _ => serde_json::Map::new(),
    };
    let names: Vec<&str> = fields.keys().map(String::as_str).collect();
    let names = column_fields::<R>(&names);
    let named = names.into_iter().zip(fields.into_iter().map(|(_, value)| value));
    let cells = named.filter(|(_, value)| !value.is_null()).map(|(name, value)| {
        let value = match value {
            serde_json::Value::String(text) => read_text::<R>(&name, text),
            value => whole_id(&name, value),
        };
        (name, value)
    });
    Ok(R::read(nest::<R>(cells.collect()).into())?)
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
