//! Tables on their way out: named columns, handed over as Arrow or as Python's lists.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type};
use arrow_array::{Array, ArrayRef, StructArray};
use arrow_schema::{ArrowError, DataType, Field, Fields};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict, PyList};
use pyo3_arrow::ffi::{ArrayIterator, to_stream_pycapsule};

use crate::error::internal;

/// A column of a table.
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) values: ArrayRef,
    /// Whether a row may be without a value: the same for every table with this column.
    pub(crate) nullable: bool,
}

/// Columns of one length, with names of their own.
pub(crate) struct Table {
    pub(crate) columns: Vec<Column>,
    /// A table without columns still has this many rows.
    pub(crate) rows: usize,
}

impl Table {
    /// The table as a stream of Arrow with one batch.
    pub(crate) fn stream<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyCapsule>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let field = |Column { name, values, nullable }: &Column| {
            Field::new(name, values.data_type().clone(), *nullable)
        };
        let fields: Fields = self.columns.iter().map(field).collect();
        let arrays = self.columns.iter().map(|column| Arc::clone(&column.values)).collect();
        let table = StructArray::try_new_with_length(fields, arrays, None, self.rows)
            .map_err(|error| internal(&error.to_string()))?;
        let table: ArrayRef = Arc::new(table);
        let field = Arc::new(Field::new("", table.data_type().clone(), false));
        let batches: [Result<ArrayRef, ArrowError>; 1] = [Ok(table)];
        Ok(to_stream_pycapsule(py, Box::new(ArrayIterator::new(batches, field)), requested_schema)?)
    }

    /// The table as a dict of lists, for libraries that do not read Arrow.
    fn lists<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let lists = PyDict::new(py);
        for Column { name, values, .. } in &self.columns {
            lists.set_item(name, list(py, values)?)?;
        }
        Ok(lists)
    }

    pub(crate) fn into_arrow(self, py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
        frames(py, "to_arrow")?.call1((ArrowStream(self),))
    }

    pub(crate) fn into_polars(self, py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
        frames(py, "to_polars")?.call1((ArrowStream(self),))
    }

    pub(crate) fn into_pandas(self, py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
        frames(py, "to_pandas")?.call1((self.lists(py)?,))
    }
}

fn frames<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    py.import("citymatch._frames")?.getattr(name)
}

fn list<'py>(py: Python<'py>, values: &ArrayRef) -> PyResult<Bound<'py, PyList>> {
    let items = (0..values.len()).map(|row| value(py, values, row));
    PyList::new(py, items.collect::<PyResult<Vec<_>>>()?)
}

/// One value of a column as Python's own type.
fn value<'py>(py: Python<'py>, column: &ArrayRef, row: usize) -> PyResult<Bound<'py, PyAny>> {
    if column.is_null(row) {
        return Ok(py.None().into_bound(py));
    }
    Ok(match column.data_type() {
        DataType::Utf8 => column.as_string::<i32>().value(row).into_pyobject(py)?.into_any(),
        DataType::Int64 => {
            column.as_primitive::<Int64Type>().value(row).into_pyobject(py)?.into_any()
        }
        DataType::Float64 => {
            column.as_primitive::<Float64Type>().value(row).into_pyobject(py)?.into_any()
        }
        DataType::Boolean => {
            column.as_boolean().value(row).into_pyobject(py)?.to_owned().into_any()
        }
        DataType::List(_) => list(py, &column.as_list::<i32>().value(row))?.into_any(),
        DataType::Struct(fields) => {
            let parts = PyDict::new(py);
            for (field, part) in fields.iter().zip(column.as_struct().columns()) {
                parts.set_item(field.name(), value(py, part, row)?)?;
            }
            parts.into_any()
        }
        other => return Err(internal(&format!("a column of type {other}"))),
    })
}

/// A table that Python passes on to whatever reads Arrow.
#[pyclass(frozen, name = "_ArrowStream", module = "citymatch._citymatch")]
struct ArrowStream(Table);

#[pymethods]
impl ArrowStream {
    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyCapsule>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        self.0.stream(py, requested_schema)
    }
}
