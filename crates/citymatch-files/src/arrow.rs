//! Reads records from Arrow tables, whatever made them: pandas, polars, a reader of Parquet.
//!
//! A column is the field that its name means, as the headers of files do; dotted names are parts of a
//! field (`cost.amount`). Lists and structs are values as they are. A text is what it is in a cell of a
//! file: a list or an object may be one, as a table that was read from CSV has it.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch, StructArray};
use arrow_cast::display::array_value_to_string;
use arrow_schema::{DataType, Field, Fields, Schema};
use citymatch::{Error, ErrorKind, Record, record::FieldError};
use serde_json::{Map, Value as Json};

use crate::options::ReadOptions;
use crate::typed::{date_text, finite_number};
use crate::typed_rows::{TypedRows, read_typed};

/// The prefix of the column in which pandas hands over an index without a name. It counts rows, and
/// is not a field.
const PANDAS_INDEX: &str = "__index_level_";

/// Reads records from the batches of an Arrow table. Of the options, `columns` and `row_ids` mean
/// something for it.
///
/// Null, NaN and empty values mean that a field is absent, and unknown columns are kept in `extra`.
/// A row that is not a record does not stop the others.
///
/// # Errors
/// [`ErrorKind::InvalidTable`] where the table as a whole cannot be read: two columns have one name, no
/// column is the id, or the arrays are damaged. Batches often come from other programs, so offsets
/// and texts are checked before they are used.
///
/// # Examples
/// ```
/// use std::sync::Arc;
/// use arrow_array::{Float64Array, RecordBatch, StringArray};
/// use citymatch::Solution;
/// use citymatch_files::{ReadOptions, read_arrow};
///
/// let batch = RecordBatch::try_from_iter([
///     ("id", Arc::new(StringArray::from(vec!["s1", "s2"])) as _),
///     ("Título", Arc::new(StringArray::from(vec!["Rain gardens", "Dry toilets"])) as _),
///     ("cost.amount", Arc::new(Float64Array::from(vec![Some(900.0), None])) as _),
/// ])?;
/// let options = ReadOptions::default();
/// let rows = read_arrow::<Solution>(&batch.schema(), vec![batch.clone()], &options)?;
/// let costs: Vec<_> = rows.map(|row| row.record.unwrap().cost.map(|cost| cost.amount)).collect();
/// assert_eq!(costs, [Some(900.0), None]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read_arrow<R: Record>(
    schema: &Schema,
    batches: Vec<RecordBatch>,
    options: &ReadOptions,
) -> Result<TypedRows<R>, Error> {
    read_arrow_with::<R>(schema, batches, options, true)
}

/// [`read_arrow`], of a table that need not have ids where `needs_ids` is false.
///
/// # Errors
/// Those of `read_arrow`.
pub fn read_arrow_with<R: Record>(
    schema: &Schema,
    batches: Vec<RecordBatch>,
    options: &ReadOptions,
    needs_ids: bool,
) -> Result<TypedRows<R>, Error> {
    for batch in &batches {
        check_arrays(batch).map_err(|reason| {
            let problem = FieldError::new("table", reason, "undamaged Arrow arrays");
            ErrorKind::InvalidTable { problem }
        })?;
    }
    let columns = ArrowColumns::new(schema);
    let names = columns.names();
    let rows = batches.into_iter().flat_map(move |batch| batch_rows(batch, &columns));
    read_typed(&names, rows, options, needs_ids)
}

/// Looks through the offsets and texts of a batch. Using them unchecked is undefined where they are
/// damaged.
///
/// # Errors
/// What is damaged.
pub(crate) fn check_arrays(batch: &RecordBatch) -> Result<(), String> {
    let check = |column: &ArrayRef| column.to_data().validate_full();
    batch.columns().iter().try_for_each(check).map_err(|error| error.to_string())
}

/// The columns of a table that are fields, each with its position.
#[derive(Clone)]
pub(crate) struct ArrowColumns(Arc<[(usize, String)]>);

impl ArrowColumns {
    pub(crate) fn new(schema: &Schema) -> Self {
        let names = schema.fields().iter().map(|field| field.name().clone()).enumerate();
        Self(names.filter(|(_, name)| !name.starts_with(PANDAS_INDEX)).collect())
    }

    pub(crate) fn names(&self) -> Vec<String> {
        self.0.iter().map(|(_, name)| name.clone()).collect()
    }
}

/// The values of each row of a batch, in the order of the columns.
pub(crate) fn batch_rows(
    batch: RecordBatch,
    columns: &ArrowColumns,
) -> impl Iterator<Item = Result<Vec<Json>, FieldError>> + Send + use<> {
    let columns = columns.clone();
    (0..batch.num_rows()).map(move |row| {
        let value = |(column, name): &(usize, String)| value(batch.column(*column), row, name);
        columns.0.iter().map(value).collect()
    })
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
    use citymatch::ingest::Row;
    use citymatch::record::Currency;
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
        let options = ReadOptions::default();
        read_arrow(&batches[0].schema(), batches, &options).unwrap().collect()
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
    }

    #[test]
    fn a_table_without_ids_is_one_error() {
        let columns = batch(vec![("Nombre", texts(&["a"])), ("Folio X", texts(&["s1"]))]);
        let read = |options: &ReadOptions| {
            read_arrow::<Solution>(&columns.schema(), vec![columns.clone()], options)
        };
        let options = ReadOptions::default;
        let error = read(&options()).unwrap_err().to_string();
        assert!(error.starts_with("`id` cannot be `missing` (expected a column"), "{error}");
        let chosen = read(&options().columns([("folio x", "id")])).unwrap();
        let described: Vec<_> = chosen.columns().iter().map(|one| one.field.as_deref()).collect();
        assert_eq!(described, [Some("title"), Some("id")]);
        assert_eq!(chosen.map(|row| row.record.unwrap().id).collect::<Vec<_>>(), ["s1".into()]);
        let numbered = read(&options().row_ids(true)).unwrap().next().unwrap();
        assert!(numbered.record.unwrap().id.as_str().starts_with("row-"));
        let empty = columns.slice(0, 0);
        let rows = read_arrow::<Solution>(&empty.schema(), vec![empty], &options()).unwrap();
        assert_eq!(rows.count(), 0);
    }

    #[test]
    fn cells_are_read_as_those_of_files_are() {
        let found = rows(vec![batch(vec![
            ("Código", texts(&["s1", "s2"])),
            ("Nombre", texts(&["Doce", "Trece"])),
            ("ODS", texts(&["6;11", ""])),
            ("Costo (USD)", texts(&["R$ 1.000,00", "25"])),
            ("Etapa", texts(&["pilto", "piloto"])),
        ])]);
        let [first, second] = [0, 1].map(|row| found[row].record.as_ref().unwrap());
        assert_eq!(first.sdgs.len(), 2);
        assert_eq!((first.stage, &first.extra["Etapa"]), (None, &json!("pilto")));
        assert_eq!(second.cost.map(|cost| cost.amount), Some(25.0));
        assert_eq!(second.cost.and_then(|cost| cost.currency).map(Currency::name), Some("USD"));
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
        let schema = Schema::new(fields.to_vec());
        let error = read_arrow::<Solution>(&schema, vec![], &ReadOptions::default()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "`table` cannot be `title` (expected columns with different names)"
        );
    }
}
