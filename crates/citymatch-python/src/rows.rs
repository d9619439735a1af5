//! What a call takes for records: objects, mappings, tables, and what a file held.

use citymatch::ingest::{Row, RowLocation};
use pyo3::exceptions::{PyException, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyIterator, PyMapping, PyString};

use crate::convert::{Unfit, shown};
use crate::nest;
use crate::record::{Wrapped, record, title};
use crate::records::Records;
use crate::table;

/// The rows of what a caller gives, one by one, counted from 1.
pub(crate) struct Rows<R> {
    source: Source<R>,
    taken: u64,
}

enum Source<R> {
    Read(std::vec::IntoIter<Row<R>>),
    Table(table::Rows),
    Objects(Py<PyIterator>),
    /// Rows of a frame that cannot hand over Arrow.
    Frame(Py<PyIterator>),
}

impl<R: Wrapped> Rows<R> {
    pub(crate) fn of(records: &Bound<'_, PyAny>) -> PyResult<Self> {
        Ok(Self { source: source(records)?, taken: 0 })
    }

    /// The next row. An error is one that Python raised while it was asked for it.
    pub(crate) fn next(&mut self, py: Python<'_>) -> PyResult<Option<Row<R>>> {
        let next = match &mut self.source {
            Source::Read(rows) => return Ok(rows.next()),
            Source::Table(rows) => rows.next(),
            Source::Objects(objects) => {
                objects.bind(py).clone().next().transpose()?.map(|object| record(&object))
            }
            Source::Frame(rows) => {
                rows.bind(py).clone().next().transpose()?.map(|row| of_frame(&row))
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

    /// All of them.
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

fn source<R: Wrapped>(records: &Bound<'_, PyAny>) -> PyResult<Source<R>> {
    if let Ok(read) = records.cast::<Records>() {
        return read.get().rows().map(|rows| Source::Read(rows.into_iter()));
    }
    // One record is a list of one.
    if R::of_object(records).is_some() || records.cast::<PyMapping>().is_ok() {
        return Ok(Source::Objects((records,).into_pyobject(records.py())?.try_iter()?.unbind()));
    }
    if records.is_instance_of::<PyString>() || records.is_instance_of::<PyBytes>() {
        return Err(unfit::<R>(records));
    }
    let frame = records.hasattr("to_dict")? && records.hasattr("iloc")?;
    if records.hasattr("__arrow_c_stream__")? {
        match table::Rows::of(records) {
            // pandas without pyarrow, or columns of mixed types, which Arrow has no word for.
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

fn of_frame<R: Wrapped>(row: &Bound<'_, PyAny>) -> Result<R, Unfit> {
    let fields = match crate::convert::json(row, "")? {
        serde_json::Value::Object(fields) => fields,
        _ => serde_json::Map::new(),
    };
    let cells = fields.into_iter().filter(|(_, value)| !value.is_null()).map(|(name, value)| {
        let value = match value {
            serde_json::Value::String(text) => nest::cell::<R>(&name, text),
            value => value,
        };
        (name, value)
    });
    Ok(R::from_json(nest::nest::<R>(cells.collect()).into())?)
}

fn unfit<R: Wrapped>(records: &Bound<'_, PyAny>) -> PyErr {
    let (kind, class) = (R::KIND, title::<R>());
    let hint = if records.is_instance_of::<PyString>() {
        format!("; read_{kind}s(path) reads a file")
    } else {
        String::new()
    };
    PyTypeError::new_err(format!(
        "expected records: {class} objects, mappings, a table, or what read_{kind}s gives, not `{}`{hint}",
        shown(records)
    ))
}
