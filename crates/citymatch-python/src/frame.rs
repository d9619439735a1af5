//! Tables on their way out: named columns, handed over as Arrow or as Python's lists.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type};
use arrow_array::{
    Array, ArrayRef, BooleanArray, Float64Array, Int64Array, StringArray, StructArray,
};
use arrow_schema::{ArrowError, DataType, Field, Fields};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict, PyList};
use pyo3_arrow::ffi::{ArrayIterator, to_stream_pycapsule};
use serde_json::{Map, Value as Json};

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

/// The table of columns that a class of Python's has, each with a name, the type of its values and these.
#[pyfunction(name = "_arrow_table")]
pub(crate) fn table_of_lists(
    columns: Vec<(String, String, Bound<'_, PyAny>)>,
) -> PyResult<ArrowStream> {
    let column = |(name, kind, values): (String, String, Bound<'_, PyAny>)| {
        let values: ArrayRef = match kind.as_str() {
            "int" => Arc::new(Int64Array::from(values.extract::<Vec<Option<i64>>>()?)),
            "float" => Arc::new(Float64Array::from(values.extract::<Vec<Option<f64>>>()?)),
            "bool" => Arc::new(BooleanArray::from(values.extract::<Vec<Option<bool>>>()?)),
            _ => Arc::new(StringArray::from(values.extract::<Vec<Option<String>>>()?)),
        };
        Ok(Column { name, values, nullable: true })
    };
    let columns = columns.into_iter().map(column).collect::<PyResult<Vec<_>>>()?;
    let rows = columns.first().map_or(0, |column| column.values.len());
    Ok(ArrowStream(Table { columns, rows }))
}

/// One value of a column, as files have it.
pub(crate) fn json(column: &ArrayRef, row: usize) -> Json {
    if column.is_null(row) {
        return Json::Null;
    }
    match column.data_type() {
        DataType::Utf8 => Json::from(column.as_string::<i32>().value(row)),
        DataType::Int64 => Json::from(column.as_primitive::<Int64Type>().value(row)),
        DataType::Float64 => Json::from(column.as_primitive::<Float64Type>().value(row)),
        DataType::Boolean => Json::from(column.as_boolean().value(row)),
        DataType::List(_) => {
            let items = column.as_list::<i32>().value(row);
            (0..items.len()).map(|item| json(&items, item)).collect()
        }
        DataType::Struct(fields) => {
            let parts = fields.iter().zip(column.as_struct().columns());
            let parts = parts.map(|(field, part)| (field.name().clone(), json(part, row)));
            Json::Object(parts.filter(|(_, value)| !value.is_null()).collect::<Map<_, _>>())
        }
        // Our own tables have no others.
        _ => Json::Null,
    }
}

/// A table that Python passes on to whatever reads Arrow.
#[pyclass(frozen, name = "_ArrowStream", module = "citymatch._citymatch")]
pub(crate) struct ArrowStream(Table);

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
