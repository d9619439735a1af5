//! Tables that hand over Arrow streams: pandas, polars, pyarrow and others.

use citymatch::{Record, record::FieldError};
use citymatch_files::values::read_arrow_with;
use citymatch_files::{ReadOptions, TypedRows};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3_arrow::PyTable;

use crate::error::{raised, wrong};

/// The rows of a table, read from the stream that it hands over.
pub(crate) fn rows<R: Record>(
    table: &Bound<'_, PyAny>,
    options: &ReadOptions,
    needs_ids: bool,
) -> PyResult<TypedRows<R>> {
    let table = readable(table)?;
    let table = table.extract::<PyTable>().map_err(|error| unreadable(table.py(), error))?;
    let (batches, schema) = table.into_inner();
    read_arrow_with(&schema, batches, options, needs_ids)
        .map_err(|error| raised(&if needs_ids { error.nothing_added() } else { error }))
}

/// The table itself; of polars, columns of nothing but nulls as texts, as polars hands over such columns in
/// a form that Arrow's readers refuse.
fn readable<'py>(table: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let py = table.py();
    let class = table.get_type();
    if class.name()? == "DataFrame" && class.module()?.to_cow()?.starts_with("polars") {
        return py.import("citymatch._frames")?.getattr("without_null_columns")?.call1((table,));
    }
    Ok(table.clone())
}

/// An object that is not a table, or a damaged one, is invalid data. Exceptions that Python raised
/// for other reasons stay as they are.
fn unreadable(py: Python<'_>, error: PyErr) -> PyErr {
    if error.is_instance_of::<PyValueError>(py) || error.is_instance_of::<PyTypeError>(py) {
        wrong(&FieldError::new("table", error.value(py).to_string(), "a table of columns as Arrow"))
    } else {
        error
    }
}
