//! Records out of Arrow tables, whoever made them.

use std::vec;

use arrow_array::cast::AsArray;
use arrow_array::{Array, RecordBatch, StructArray};
use arrow_cast::display::array_value_to_string;
use arrow_schema::{DataType, Field};
use citymatch::{Record, record::FieldError};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3_arrow::PyTable;
use serde_json::{Map, Value as Json};

use crate::convert::{Unfit, day, float};
use crate::error::wrong;
use crate::nest::{cell, nest};

/// The rows of a table, one by one.
pub(crate) struct Rows {
    batches: vec::IntoIter<RecordBatch>,
    batch: Option<RecordBatch>,
    next: usize,
}

impl Rows {
    /// The rows of anything that hands over a stream of Arrow.
    pub(crate) fn of(table: &Bound<'_, PyAny>) -> PyResult<Self> {
        let (batches, schema) =
            table.extract::<PyTable>().map_err(|error| unreadable(table.py(), error))?.into_inner();
        let names: Vec<&String> = schema.fields().iter().map(|field| field.name()).collect();
        if let Some((name, _)) = names
            .iter()
            .enumerate()
            .map(|(index, name)| (name, index))
            .find(|(name, index)| names[..*index].contains(name))
        {
            return Err(wrong(&FieldError::new("table", name, "columns with names of their own")));
        }
        for column in batches.iter().flat_map(RecordBatch::columns) {
            // The stream comes from foreign code: offsets and texts are looked at before they are trusted.
            column.to_data().validate_full().map_err(|error| {
                wrong(&FieldError::new("table", error.to_string(), "sound Arrow data"))
            })?;
        }
        Ok(Self { batches: batches.into_iter(), batch: None, next: 0 })
    }

    /// The next row as a record.
    pub(crate) fn next<R: Record>(&mut self) -> Option<Result<R, Unfit>> {
        loop {
            if let Some(batch) = self.batch.as_ref().filter(|batch| self.next < batch.num_rows()) {
                let record = record(batch, self.next);
                self.next += 1;
                return Some(record);
            }
            self.batch = Some(self.batches.next()?);
            self.next = 0;
        }
    }
}

/// What is no table, or a broken one, is wrong data; what Python raised by itself stays.
fn unreadable(py: Python<'_>, error: PyErr) -> PyErr {
    if error.is_instance_of::<PyValueError>(py) || error.is_instance_of::<PyTypeError>(py) {
        wrong(&FieldError::new("table", error.value(py).to_string(), "a table of columns as Arrow"))
    } else {
        error
    }
}

fn record<R: Record>(batch: &RecordBatch, row: usize) -> Result<R, Unfit> {
    let mut fields = Map::new();
    for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
        let name = field.name();
        let value = match value(column, row, name)? {
            Json::String(text) => cell::<R>(name, text),
            value => value,
        };
        // Every row of a table has every column: an empty one is no field. The last is how pandas names an index without a name.
        if !value.is_null() && !name.starts_with("__index_level_") {
            fields.insert(name.clone(), value);
        }
    }
    Ok(R::from_json(Json::Object(nest::<R>(fields)))?)
}

/// One value of a column; null and NaN are absent.
fn value(column: &dyn Array, row: usize, at: &str) -> Result<Json, Unfit> {
    if column.is_null(row) {
        return Ok(Json::Null);
    }
    let list = |items: &dyn Array| {
        (0..items.len())
            .map(|i| value(items, i, &format!("{at}[{i}]")))
            .collect::<Result<_, _>>()
            .map(Json::Array)
    };
    match column.data_type() {
        DataType::Null => Ok(Json::Null),
        DataType::Boolean => Ok(Json::Bool(column.as_boolean().value(row))),
        DataType::Utf8 => Ok(Json::from(column.as_string::<i32>().value(row))),
        DataType::LargeUtf8 => Ok(Json::from(column.as_string::<i64>().value(row))),
        DataType::Utf8View => Ok(Json::from(column.as_string_view().value(row))),
        DataType::List(_) => list(&column.as_list::<i32>().value(row)),
        DataType::LargeList(_) => list(&column.as_list::<i64>().value(row)),
        DataType::ListView(_) => list(&column.as_list_view::<i32>().value(row)),
        DataType::LargeListView(_) => list(&column.as_list_view::<i64>().value(row)),
        DataType::FixedSizeList(..) => list(&column.as_fixed_size_list().value(row)),
        DataType::Struct(fields) => object(fields, column.as_struct(), row, at),
        DataType::Dictionary(..) => {
            let column = column.as_any_dictionary();
            value(column.values(), column.normalized_keys()[row], at)
        }
        kind if kind.is_integer() => {
            text(column, row, at)?.parse().map(Json::Number).map_err(|_| unfit(kind, at))
        }
        kind if kind.is_floating() => {
            float(text(column, row, at)?.parse().map_err(|_| unfit(kind, at))?, at)
        }
        kind if kind.is_decimal() => Ok(Json::String(text(column, row, at)?)),
        DataType::Date32 | DataType::Date64 | DataType::Timestamp(..) => {
            Ok(Json::from(day(&text(column, row, at)?)))
        }
        kind => Err(unfit(kind, at)),
    }
}

/// A struct's parts that are there.
fn object(
    fields: &arrow_schema::Fields,
    column: &StructArray,
    row: usize,
    at: &str,
) -> Result<Json, Unfit> {
    let part = |(field, column): (&std::sync::Arc<Field>, &arrow_array::ArrayRef)| match value(
        column,
        row,
        &format!("{at}.{}", field.name()),
    ) {
        Ok(Json::Null) => None,
        value => Some(value.map(|value| (field.name().clone(), value))),
    };
    fields
        .iter()
        .zip(column.columns())
        .filter_map(part)
        .collect::<Result<Map<_, _>, _>>()
        .map(Json::Object)
}

/// A number or a date as it is written.
fn text(column: &dyn Array, row: usize, at: &str) -> Result<String, Unfit> {
    array_value_to_string(column, row).map_err(|_| unfit(column.data_type(), at))
}

fn unfit(kind: &DataType, at: &str) -> Unfit {
    FieldError::new(at, kind.to_string(), "a column of texts, numbers, dates, lists or structs")
        .into()
}
