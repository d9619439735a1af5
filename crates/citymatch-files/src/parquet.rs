//! Parquet: tables of typed columns, as data frames are stored. They are read as Arrow tables are, a
//! row after the other. Without the feature `parquet` the format is still known, and says which
//! feature is missing.

use std::path::Path;

use citymatch::Error;

use crate::columns::Columns;
use crate::options::ReadOptions;
use crate::output::Output;
use crate::table::Table;
use crate::table_format::{CellCodec, CellRows, Codec, ColumnFinder, FormatOptions, TableFormat};

pub(crate) const PARQUET: TableFormat = TableFormat {
    endings: &["parquet"],
    options: FormatOptions { delimiter: false, encoding: false, sheet: false },
    codec: Codec::Cells(&Parquet),
};

struct Parquet;

impl CellCodec for Parquet {
    fn read(
        &self,
        path: &Path,
        _: &ReadOptions,
        columns: &ColumnFinder<'_>,
    ) -> Result<(Table, Columns), Error> {
        file::open(path, columns)
    }

    fn write(&self, table: CellRows<'_>, out: Output<'_>) -> Result<u64, Error> {
        file::write(table, out)
    }

    fn has_names(&self) -> bool {
        true
    }
}

#[cfg(feature = "parquet")]
mod file {
    use std::fs::File;
    use std::io::Read as _;
    use std::path::Path;
    use std::sync::Arc;

    use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
    use arrow_schema::{DataType, Field, Schema};
    use citymatch::Error;
    use citymatch::record::FieldError;
    use parquet::arrow::ArrowWriter;
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
    use parquet::basic::Compression;
    use parquet::file::properties::WriterProperties;

    use crate::arrow::{ArrowColumns, batch_rows};
    use crate::cells::Cell;
    use crate::columns::Columns;
    use crate::encoding::recognised_type;
    use crate::invalid_file;
    use crate::limits::{UNPACKED_LIMIT, guarded};
    use crate::output::Output;
    use crate::table::{Table, TableRow};
    use crate::table_format::{CellRows, ColumnFinder};
    use crate::typed_rows::typed_row;

    /// How many rows are unpacked at once: a text that rows share is stored once, and each of them
    /// gets a copy.
    const ROWS_AT_ONCE: usize = 64;

    /// How many rows are written at once.
    const ROWS_WRITTEN: usize = 1_024;

    /// The largest whole number up to which each is exact as a floating-point number.
    const EXACT: f64 = 9_007_199_254_740_992.0;

    pub(super) fn open(path: &Path, finder: &ColumnFinder<'_>) -> Result<(Table, Columns), Error> {
        let io = |err| Error::io(path, err);
        let mut file = File::open(path).map_err(io)?;
        let mut start = Vec::new();
        file.by_ref().take(4).read_to_end(&mut start).map_err(io)?;
        if start != b"PAR1" {
            let found = match recognised_type(&start) {
                Some(other) => other,
                None if start.is_empty() || start == b"\xEF\xBB\xBF" => "empty",
                None => "text or an unknown type",
            };
            return Err(invalid_file(path, None, "content", found, "a Parquet file"));
        }
        let damaged = |reason: String| {
            let expected = format!("one that can be opened: {reason}");
            invalid_file(path, None, "content", "a damaged Parquet file", expected)
        };
        let builder = guarded(|| {
            ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| error.to_string())
        })
        .map_err(damaged)?;
        let groups = builder.metadata().row_groups();
        let size = |group: &parquet::file::metadata::RowGroupMetaData| {
            u64::try_from(group.total_byte_size()).unwrap_or(u64::MAX)
        };
        if groups.iter().map(size).max() > Some(UNPACKED_LIMIT) {
            let found = format!("a row group of more than {} MB", UNPACKED_LIMIT >> 20);
            let expected = "smaller ones: write the file with fewer rows in each row group";
            return Err(invalid_file(path, None, "content", &found, expected));
        }
        let columns = ArrowColumns::new(builder.schema());
        let header = columns.names();
        let found = (finder.columns)(0, &header)?;
        let reader = guarded(|| {
            builder.with_batch_size(ROWS_AT_ONCE).build().map_err(|error| error.to_string())
        });
        let mut reader = Some(reader.map_err(damaged)?);
        let batches = std::iter::from_fn(move || {
            let next = guarded(|| {
                reader.as_mut().and_then(Iterator::next).transpose().map_err(|err| err.to_string())
            });
            if next.is_err() {
                reader = None;
            }
            next.transpose()
        });
        let rows = batches.flat_map(move |batch| match batch {
            Ok(batch) => batch_rows(batch, &columns).collect(),
            Err(reason) => {
                let expected = format!("a file that can be read to its end: {reason}");
                vec![Err(FieldError::new("record", "", expected))]
            }
        });
        let rows: Box<dyn Iterator<Item = TableRow> + Send> =
            Box::new((1..).zip(rows).map(typed_row));
        let table = Table {
            header,
            header_row: 0,
            rows,
            notes: Vec::new(),
            encoding: None,
            delimiter: b',',
            sheets: Vec::new(),
        };
        Ok((table, found))
    }

    /// A column that is written, by what its cells are.
    #[derive(Clone, Copy)]
    enum Kind {
        Whole,
        Number,
        Text,
    }

    impl Kind {
        /// What holds all cells of a column.
        fn of<'c>(cells: impl Iterator<Item = &'c Cell> + Clone) -> Self {
            let mut cells = cells.filter(|cell| **cell != Cell::EMPTY).peekable();
            let is_whole = |cell: &Cell| matches!(cell, Cell::Number(n) if n.fract() == 0.0 && n.abs() < EXACT);
            if cells.peek().is_none() {
                Self::Text
            } else if cells.clone().all(is_whole) {
                Self::Whole
            } else if cells.all(|cell| matches!(cell, Cell::Number(_))) {
                Self::Number
            } else {
                Self::Text
            }
        }

        fn data_type(self) -> DataType {
            match self {
                Self::Whole => DataType::Int64,
                Self::Number => DataType::Float64,
                Self::Text => DataType::Utf8,
            }
        }

        fn array<'c>(self, cells: impl Iterator<Item = &'c Cell>) -> ArrayRef {
            let number = |cell: &Cell| match cell {
                Cell::Number(number) => Some(*number),
                _ => None,
            };
            match self {
                #[allow(clippy::cast_possible_truncation)] // whole and below 2^53
                Self::Whole => {
                    Arc::new(cells.map(|cell| Some(number(cell)? as i64)).collect::<Int64Array>())
                }
                Self::Number => Arc::new(cells.map(number).collect::<Float64Array>()),
                Self::Text => Arc::new(cells.map(text).collect::<StringArray>()),
            }
        }
    }

    /// The text of a cell in a column of texts; `None` for an empty one.
    fn text(cell: &Cell) -> Option<String> {
        match cell {
            Cell::Number(number) => Some(citymatch::record::number::write(*number)),
            cell => Some(cell.clone().into_text()).filter(|text| !text.is_empty()),
        }
    }

    /// The cells of a column. A row may end before it.
    fn column(rows: &[Vec<Cell>], index: usize) -> impl Iterator<Item = &Cell> + Clone {
        rows.iter().map(move |row| row.get(index).unwrap_or(const { &Cell::EMPTY }))
    }

    pub(super) fn write(table: CellRows<'_>, out: Output<'_>) -> Result<u64, Error> {
        let CellRows { header, rows, .. } = table;
        let rows: Vec<Vec<Cell>> = rows.collect::<Result<_, _>>()?;
        let kinds: Vec<Kind> =
            (0..header.len()).map(|index| Kind::of(column(&rows, index))).collect();
        let field =
            |(name, kind): (&String, &Kind)| Field::new(name.clone(), kind.data_type(), true);
        let fields: Vec<Field> = header.iter().zip(&kinds).map(field).collect();
        let schema = Arc::new(Schema::new(fields));
        // Everything is in memory, so that only a mistake of ours can fail.
        let failed = |error: &dyn std::fmt::Display| {
            Error::option("format", "parquet", &format!("records that it can hold: {error}"))
        };
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        let mut writer = ArrowWriter::try_new(Vec::new(), Arc::clone(&schema), Some(properties))
            .map_err(|error| failed(&error))?;
        for part in rows.chunks(ROWS_WRITTEN) {
            let arrays =
                kinds.iter().enumerate().map(|(index, kind)| kind.array(column(part, index)));
            let batch = RecordBatch::try_new(Arc::clone(&schema), arrays.collect())
                .map_err(|error| failed(&error))?;
            writer.write(&batch).map_err(|error| failed(&error))?;
        }
        let bytes = writer.into_inner().map_err(|error| failed(&error))?;
        out.write(|sink| sink.write(&bytes))?;
        Ok(rows.len() as u64)
    }

    #[cfg(test)]
    mod tests {
        use arrow_array::builder::{ListBuilder, StringBuilder};
        use arrow_array::{Date32Array, StructArray};
        use citymatch::ingest::Row;
        use citymatch::{Challenge, Record, Solution};

        use super::*;
        use crate::{ReadOptions, read};

        fn saved(columns: Vec<(&str, ArrayRef)>) -> tempfile::NamedTempFile {
            let batch = RecordBatch::try_from_iter_with_nullable(
                columns.into_iter().map(|(name, column)| (name, column, true)),
            )
            .unwrap();
            let file = tempfile::Builder::new().suffix(".parquet").tempfile().unwrap();
            let mut writer =
                ArrowWriter::try_new(file.reopen().unwrap(), batch.schema(), None).unwrap();
            writer.write(&batch).unwrap();
            writer.close().unwrap();
            file
        }

        fn texts(texts: &[Option<&str>]) -> ArrayRef {
            Arc::new(StringArray::from(texts.to_vec()))
        }

        fn rows<R: Record>(file: &tempfile::NamedTempFile) -> Vec<Row<R>> {
            read(file.path(), &ReadOptions::default()).unwrap().collect()
        }

        #[test]
        fn columns_are_read_as_those_of_frames_are() {
            let mut themes = ListBuilder::new(StringBuilder::new());
            themes.append_value([Some("agua"), Some("suelo")]);
            themes.append_null();
            let amount = Arc::new(Field::new("amount", DataType::Int64, true));
            let currency = Arc::new(Field::new("currency", DataType::Utf8, true));
            let cost = StructArray::from(vec![
                (amount, Arc::new(Int64Array::from(vec![Some(900), None])) as ArrayRef),
                (currency, texts(&[Some("USD"), None])),
            ]);
            let file = saved(vec![
                ("Código", Arc::new(Float64Array::from(vec![12.0, 13.0]))),
                ("Nombre", texts(&[Some("Pozos"), Some("Techos")])),
                ("themes", Arc::new(themes.finish())),
                ("cost", Arc::new(cost)),
                ("ODS", texts(&[Some("6;11"), Some("")])),
                ("Etapa", texts(&[Some("pilto"), None])),
            ]);
            let found = rows::<Solution>(&file);
            let [first, second] = [0, 1].map(|row| found[row].record.as_ref().unwrap());
            assert_eq!((first.id.as_str(), first.title.as_str()), ("12", "Pozos"));
            assert_eq!(
                (&first.themes[..], first.sdgs.len()),
                (&["agua".to_owned(), "suelo".to_owned()][..], 2)
            );
            assert_eq!(first.cost.unwrap().to_string(), "900 USD");
            assert_eq!((first.stage, &first.extra["Etapa"]), (None, &"pilto".into()));
            assert_eq!((second.id.as_str(), second.cost, second.themes.len()), ("13", None, 0));
            assert_eq!(found.iter().map(|row| row.location.row).collect::<Vec<_>>(), [1, 2]);
            let source = read::<Solution>(file.path(), &ReadOptions::default()).unwrap();
            let summary = source.source().summary();
            assert!(summary.ends_with(": parquet"), "{summary}");
        }

        #[test]
        fn dates_are_read_a_column_at_a_time() {
            let file = saved(vec![
                ("id", texts(&[Some("c1"), Some("c2")])),
                ("Pregunta", texts(&[Some("¿a?"), Some("¿b?")])),
                ("Deadline", texts(&[Some("03/04/2026"), Some("31/03/2026")])),
            ]);
            let found = rows::<Challenge>(&file);
            let dates = found.iter().map(|row| row.record.as_ref().unwrap().deadline.unwrap());
            assert_eq!(
                dates.map(|date| date.to_string()).collect::<Vec<_>>(),
                ["2026-04-03", "2026-03-31"]
            );
            let days = Arc::new(Date32Array::from(vec![20_000]));
            let file = saved(vec![
                ("id", texts(&[Some("c1")])),
                ("question", texts(&[Some("¿a?")])),
                ("deadline", days),
            ]);
            let date = rows::<Challenge>(&file)[0].record.as_ref().unwrap().deadline.unwrap();
            assert_eq!(date.to_string(), "2024-10-04");
        }

        #[test]
        fn files_that_are_something_else_or_damaged_are_errors() {
            let whole = std::fs::read(saved(vec![("id", texts(&[Some("s1")]))]).path()).unwrap();
            let mut flipped = whole.clone();
            // The length of the list of columns, before the last four bytes.
            let end = flipped.len() - 8;
            flipped[end] ^= 0x55;
            for (name, bytes, message) in [
                ("empty", &b""[..], "`content` cannot be `empty`"),
                ("mark", b"\xEF\xBB\xBF", "`content` cannot be `empty`"),
                ("text", b"id,title\n", "`content` cannot be `text or an unknown type`"),
                ("workbook", b"PK\x03\x04", "`content` cannot be `an Excel workbook"),
                ("cut", &whole[..whole.len() / 2], "`content` cannot be `a damaged Parquet file`"),
                ("flipped", &flipped, "`content` cannot be `a damaged Parquet file`"),
            ] {
                let file = tempfile::Builder::new().suffix(".parquet").tempfile().unwrap();
                std::fs::write(file.path(), bytes).unwrap();
                let error = read::<Solution>(file.path(), &ReadOptions::default()).unwrap_err();
                assert!(error.to_string().contains(message), "{name}: {error}");
            }
        }
    }
}

/// The reader and the writer of a build without Parquet.
#[cfg(not(feature = "parquet"))]
mod file {
    use std::path::Path;

    use citymatch::Error;

    use crate::columns::Columns;
    use crate::output::Output;
    use crate::table::Table;
    use crate::table_format::{CellRows, ColumnFinder};

    pub(super) fn open(_: &Path, _: &ColumnFinder<'_>) -> Result<(Table, Columns), Error> {
        Err(missing_feature())
    }

    pub(super) fn write(_: CellRows<'_>, _: Output<'_>) -> Result<u64, Error> {
        Err(missing_feature())
    }

    fn missing_feature() -> Error {
        let expected = "another format: this was built without the feature `parquet`";
        Error::option("format", "parquet", expected)
    }
}
