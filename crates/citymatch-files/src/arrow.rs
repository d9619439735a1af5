//! Reads records from Arrow tables, whatever made them: pandas, polars, a reader of Parquet.
//!
//! A column is the field that its name means, as the headers of files do; dotted names are parts of a
//! field (`cost.amount`). Lists and structs are values as they are. A list or an object may also be text,
//! as a table that was read from CSV has it: texts separated by `;` or `|`, or JSON.

use std::collections::HashSet;
use std::marker::PhantomData;
use std::sync::Arc;
use std::vec;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch, StructArray};
use arrow_cast::display::array_value_to_string;
use arrow_schema::{DataType, Field, Fields, Schema};
use citymatch::ingest::{Row, RowLocation};
use citymatch::{Record, record::FieldError};
use serde_json::{Map, Value as Json};

use crate::field_path::{column_fields, nest, read_text, whole_id};
use crate::typed::{date_text, finite_number};

/// The prefix of the column in which pandas hands over an index without a name. It counts rows, and
/// is not a field.
const PANDAS_INDEX: &str = "__index_level_";

/// The rows of an Arrow table, each a record or the reason why it is not one.
///
/// Their locations are the numbers of rows in the table, from 1.
pub struct ArrowRows<R> {
    batches: vec::IntoIter<RecordBatch>,
    /// The field that each column is, or its name.
    fields: Vec<String>,
    /// The batch that is being read, and its next row.
    batch: Option<(RecordBatch, usize)>,
    /// How many rows were read.
    read: u64,
    record: PhantomData<fn() -> R>,
}

/// Reads records from the batches of an Arrow table.
///
/// Null, NaN and empty values mean that a field is absent, and unknown columns are kept in `extra`.
/// A row that is not a record does not stop the others.
///
/// # Errors
/// A problem of the table as a whole, whose field is `table`: two columns have one name, or the
/// arrays are damaged. Batches often come from other programs, so offsets and texts are checked
/// before they are used.
///
/// # Examples
/// ```
/// use std::sync::Arc;
/// use arrow_array::{Float64Array, RecordBatch, StringArray};
/// use citymatch::Solution;
///
/// let batch = RecordBatch::try_from_iter([
///     ("id", Arc::new(StringArray::from(vec!["s1", "s2"])) as _),
///     ("title", Arc::new(StringArray::from(vec!["Rain gardens", "Dry toilets"])) as _),
///     ("cost.amount", Arc::new(Float64Array::from(vec![Some(900.0), None])) as _),
/// ])?;
/// let rows = citymatch_files::read_arrow::<Solution>(&batch.schema(), vec![batch.clone()])?;
/// let costs: Vec<_> = rows.map(|row| row.record.unwrap().cost.map(|cost| cost.amount)).collect();
/// assert_eq!(costs, [Some(900.0), None]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read_arrow<R: Record>(
    schema: &Schema,
    batches: Vec<RecordBatch>,
) -> Result<ArrowRows<R>, FieldError> {
    let mut names = HashSet::new();
    if let Some(field) = schema.fields().iter().find(|field| !names.insert(field.name())) {
        return Err(FieldError::new("table", field.name(), "columns with different names"));
    }
    for column in batches.iter().flat_map(RecordBatch::columns) {
        column.to_data().validate_full().map_err(|error| {
            FieldError::new("table", error.to_string(), "undamaged Arrow arrays")
        })?;
    }
    let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    let (fields, batches) = (column_fields::<R>(&names), batches.into_iter());
    Ok(ArrowRows { batches, fields, batch: None, read: 0, record: PhantomData })
}

impl<R> ArrowRows<R> {
    /// Whether there are rows and no column is the id, so that no row is a record.
    #[must_use]
    pub fn lacks_ids(&self) -> bool {
        let is_empty = self.batches.as_slice().iter().all(|batch| batch.num_rows() == 0);
        !is_empty && !self.fields.iter().any(|field| field == "id")
    }
}

impl<R: Record> Iterator for ArrowRows<R> {
    type Item = Row<R>;

    fn next(&mut self) -> Option<Row<R>> {
        loop {
            if let Some((batch, row)) = &mut self.batch
                && *row < batch.num_rows()
            {
                let record = record(batch, &self.fields, *row);
                *row += 1;
                self.read += 1;
                return Some(Row { location: RowLocation::in_list(self.read), record });
            }
            self.batch = Some((self.batches.next()?, 0));
        }
    }
}

fn record<R: Record>(batch: &RecordBatch, names: &[String], row: usize) -> Result<R, FieldError> {
    let mut fields = Map::new();
    for (name, column) in names.iter().zip(batch.columns()) {
        let value = match value(column, row, name)? {
            Json::String(text) => read_text::<R>(name, text),
            value => whole_id(name, value),
        };
        // Every row of a table has every column, so a null is a field that the record does not have.
        if !value.is_null() && !name.starts_with(PANDAS_INDEX) {
            fields.insert(name.clone(), value);
        }
    }
    R::read(Json::Object(nest::<R>(fields)))
}

/// One value of a column. Null and NaN are absent. `at` is the value's path, for errors.
fn value(column: &dyn Array, row: usize, at: &str) -> Result<Json, FieldError> {
    if column.is_null(row) {
        return Ok(Json::Null);
    }
    match column.data_type() {
        DataType::Null => Ok(Json::Null),
        DataType::Boolean => Ok(Json::Bool(column.as_boolean().value(row))),
        DataType::Utf8 => Ok(Json::from(column.as_string::<i32>().value(row))),
        DataType::LargeUtf8 => Ok(Json::from(column.as_string::<i64>().value(row))),
        DataType::Utf8View => Ok(Json::from(column.as_string_view().value(row))),
        DataType::List(_) => list(&column.as_list::<i32>().value(row), at),
        DataType::LargeList(_) => list(&column.as_list::<i64>().value(row), at),
        DataType::ListView(_) => list(&column.as_list_view::<i32>().value(row), at),
        DataType::LargeListView(_) => list(&column.as_list_view::<i64>().value(row), at),
        DataType::FixedSizeList(..) => list(&column.as_fixed_size_list().value(row), at),
        DataType::Struct(fields) => object(fields, column.as_struct(), row, at),
        DataType::Dictionary(..) => {
            // `normalized_keys` makes the keys of the whole array, so it gets an array of one row.
            let one = column.slice(row, 1);
            let one = one.as_any_dictionary();
            value(one.values(), one.normalized_keys()[0], at)
        }
        kind if kind.is_integer() => {
            let text = text(column, row, at)?;
            text.parse().map(Json::Number).map_err(|_| unsupported(kind, at))
        }
        kind if kind.is_floating() => {
            let text = text(column, row, at)?;
            finite_number(text.parse().map_err(|_| unsupported(kind, at))?, at)
        }
        kind if kind.is_decimal() => Ok(Json::String(text(column, row, at)?)),
        DataType::Date32 | DataType::Date64 | DataType::Timestamp(..) => {
            Ok(Json::from(date_text(&text(column, row, at)?)))
        }
        kind => Err(unsupported(kind, at)),
    }
}

fn list(items: &dyn Array, at: &str) -> Result<Json, FieldError> {
    (0..items.len())
        .map(|index| value(items, index, &format!("{at}[{index}]")))
        .collect::<Result<_, _>>()
        .map(Json::Array)
}

/// The parts of a struct that are not null.
fn object(fields: &Fields, column: &StructArray, row: usize, at: &str) -> Result<Json, FieldError> {
    let part = |(field, column): (&Arc<Field>, &ArrayRef)| match value(
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

/// A number or a date as text.
fn text(column: &dyn Array, row: usize, at: &str) -> Result<String, FieldError> {
    array_value_to_string(column, row).map_err(|_| unsupported(column.data_type(), at))
}

fn unsupported(kind: &DataType, at: &str) -> FieldError {
    FieldError::new(at, kind.to_string(), "a column of texts, numbers, dates, lists or structs")
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_array::types::Int8Type;
    use arrow_array::{BinaryArray, DictionaryArray, Float64Array, Int64Array, StringArray};
    use citymatch::Solution;
    use serde_json::json;

    fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
        RecordBatch::try_from_iter_with_nullable(
            columns.into_iter().map(|(name, column)| (name, column, true)),
        )
        .unwrap()
    }

    fn texts(texts: &[&str]) -> ArrayRef {
        Arc::new(StringArray::from(texts.to_vec()))
    }

    fn rows(batches: Vec<RecordBatch>) -> Vec<Row<Solution>> {
        read_arrow(&batches[0].schema(), batches).unwrap().collect()
    }

    #[test]
    fn rows_are_records_and_count_through_all_batches() {
        let part = |id: &str, amount: Option<f64>| {
            batch(vec![
                ("id", texts(&[id])),
                ("title", texts(&["T"])),
                ("themes", texts(&["agua; rua"])),
                ("cost.amount", Arc::new(Float64Array::from(vec![amount]))),
                ("__index_level_0__", Arc::new(Int64Array::from(vec![7]))),
            ])
        };
        let found = rows(vec![part("s1", Some(5.0)), part("", None), part("s3", Some(f64::NAN))]);
        let numbers: Vec<_> = found.iter().map(|row| row.location.row).collect();
        assert_eq!(numbers, [1, 2, 3]);
        let json =
            json!({"id": "s1", "title": "T", "themes": ["agua", "rua"], "cost": {"amount": 5}});
        let expected = Solution::from_json(json).unwrap();
        let first = found[0].record.as_ref().unwrap();
        assert_eq!((first.cost, &first.themes), (expected.cost, &expected.themes));
        assert!(first.extra.is_empty());
        assert_eq!(found[2].record.as_ref().unwrap().cost, None);
    }

    #[test]
    fn columns_are_understood_as_headers_of_files_are() {
        let found = rows(vec![batch(vec![
            ("Código", Arc::new(Float64Array::from(vec![Some(12.0), None]))),
            ("Nombre", texts(&["Doce", "Sin id"])),
            ("Teléfono", texts(&["1", "2"])),
        ])]);
        let first = found[0].record.as_ref().unwrap();
        assert_eq!((first.id.as_str(), first.title.as_str()), ("12", "Doce"));
        assert_eq!(first.extra["Teléfono"], json!("1"));
        let columns = batch(vec![("Nombre", texts(&["a"]))]);
        let table = read_arrow::<Solution>(&columns.schema(), vec![columns]).unwrap();
        assert!(table.lacks_ids());
    }

    #[test]
    fn dictionaries_are_their_values() {
        let titles: DictionaryArray<Int8Type> =
            vec![Some("b"), None, Some("a"), Some("b")].into_iter().collect();
        let found = rows(vec![batch(vec![
            ("id", texts(&["1", "2", "3", "4"])),
            ("title", Arc::new(titles)),
        ])]);
        let found: Vec<_> =
            found.iter().map(|row| row.record.as_ref().unwrap().title.as_str()).collect();
        assert_eq!(found, ["b", "", "a", "b"]);
    }

    #[test]
    fn a_value_of_an_unsupported_type_rejects_its_row() {
        let found = rows(vec![batch(vec![
            ("id", texts(&["s1"])),
            ("note", Arc::new(BinaryArray::from(vec![&b"x"[..]]))),
        ])]);
        assert_eq!(
            found[0].record.as_ref().unwrap_err().to_string(),
            "`note` cannot be `Binary` (expected a column of texts, numbers, dates, lists or structs)"
        );
    }

    #[test]
    fn two_columns_of_one_name_are_refused() {
        let fields = ["id", "title", "title"].map(|name| Field::new(name, DataType::Utf8, true));
        let error = read_arrow::<Solution>(&Schema::new(fields.to_vec()), vec![]).err().unwrap();
        assert_eq!(
            error.to_string(),
            "`table` cannot be `title` (expected columns with different names)"
        );
    }
}
