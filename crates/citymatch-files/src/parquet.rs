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
    use std::path::Path;
    use std::sync::Arc;

    use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
    use arrow_schema::{DataType, Field, Schema};
    use bytes::Bytes;
    use citymatch::Error;
    use citymatch::record::FieldError;
    use parquet::arrow::ArrowWriter;
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
    use parquet::basic::{Compression, Encoding};
    use parquet::column::page::{Page, PageReader as _};
    use parquet::file::metadata::{ColumnChunkMetaData, RowGroupMetaData};
    use parquet::file::properties::WriterProperties;
    use parquet::file::serialized_reader::SerializedPageReader;
    use serde_json::Value as Json;

    use crate::arrow::{ArrowColumns, batch_rows, check_arrays};
    use crate::cells::Cell;
    use crate::columns::Columns;
    use crate::encoding::recognised_type;
    use crate::invalid_file;
    use crate::limits::{UNPACKED_LIMIT, guarded, read_file};
    use crate::output::Output;
    use crate::parquet_claims::{have_at_most, look_through};
    use crate::table::{Table, TableRow};
    use crate::table_format::{CellRows, ColumnFinder};
    use crate::typed_rows::typed_row;

    /// The most bytes of the description at the end of a file: a thousand times as many as most have.
    const FOOTER_LIMIT: usize = 16 << 20;

    /// The most rows that are unpacked at once.
    const ROWS_AT_ONCE: u64 = 64;

    /// How many rows are written at once.
    const ROWS_WRITTEN: usize = 1_024;

    /// The largest whole number up to which each is exact as a floating-point number.
    const EXACT: f64 = 9_007_199_254_740_992.0;

    pub(super) fn open(path: &Path, finder: &ColumnFinder<'_>) -> Result<(Table, Columns), Error> {
        let wrong =
            |found: &str, expected: &str| Err(invalid_file(path, None, "content", found, expected));
        let bytes = read_file(path)?;
        match bytes.get(..4).unwrap_or(&bytes) {
            b"PAR1" => {}
            b"PARE" => {
                return wrong(
                    "an encrypted Parquet file",
                    "one that is written without encryption",
                );
            }
            b"" | b"\xEF\xBB\xBF" => return wrong("empty", "a Parquet file"),
            start => {
                let found = recognised_type(start).unwrap_or("text or an unknown type");
                return wrong(found, "a Parquet file");
            }
        }
        let damaged = |reason: String| {
            let expected = format!("one that can be opened: {reason}");
            invalid_file(path, None, "content", "a damaged Parquet file", expected)
        };
        let bytes = Bytes::from(bytes);
        check_footer(&bytes).map_err(damaged)?;
        let builder = guarded(|| {
            ParquetRecordBatchReaderBuilder::try_new(bytes.clone()).map_err(|err| err.to_string())
        })
        .map_err(damaged)?;
        let size =
            |group: &RowGroupMetaData| u64::try_from(group.total_byte_size()).unwrap_or(u64::MAX);
        let largest = builder.metadata().row_groups().iter().map(size).max().unwrap_or(0);
        if largest > UNPACKED_LIMIT {
            let found = format!("a row group of more than {} MB", UNPACKED_LIMIT >> 20);
            let expected = "smaller ones: write the file with fewer rows in each row group";
            return wrong(&found, expected);
        }
        check_pages(&bytes, builder.metadata().row_groups()).map_err(damaged)?;
        let columns = ArrowColumns::new(builder.schema());
        let header = columns.names();
        let found = (finder.columns)(0, &header)?;
        let reader = guarded(|| {
            builder.with_batch_size(rows_at_once(largest)).build().map_err(|err| err.to_string())
        });
        let mut reader = Some(reader.map_err(damaged)?);
        let batches = std::iter::from_fn(move || {
            let next = guarded(|| {
                let next = reader.as_mut().and_then(Iterator::next).transpose();
                let next = next.map_err(|err| err.to_string())?;
                // The library may cut texts inside a letter, where their lengths are damaged.
                next.as_ref().map_or(Ok(()), check_arrays)?;
                Ok(next)
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

    /// Looks through the description at the end of a file, whose length is before its last four bytes.
    fn check_footer(bytes: &[u8]) -> Result<(), String> {
        let Some((rest, [a, b, c, d, ..])) = bytes.split_last_chunk::<8>() else { return Ok(()) };
        let length = u32::from_le_bytes([*a, *b, *c, *d]) as usize;
        let Some(begin) = rest.len().checked_sub(length) else { return Ok(()) };
        if length > FOOTER_LIMIT || look_through(&rest[begin..]).is_none() {
            return Err("the description at its end is damaged".to_owned());
        }
        Ok(())
    }

    /// Looks through the pages of all columns, each of which begins with a description.
    fn check_pages(bytes: &Bytes, groups: &[RowGroupMetaData]) -> Result<(), String> {
        let mut read = 0_usize;
        for column in groups.iter().flat_map(RowGroupMetaData::columns) {
            let begin = column.dictionary_page_offset().unwrap_or(column.data_page_offset());
            let [begin, length] = [begin, column.compressed_size()].map(usize::try_from);
            let (Ok(mut at), Ok(length)) = (begin, length) else {
                return Err("a column has no place".to_owned());
            };
            let end = at.saturating_add(length);
            read = read.saturating_add(length);
            // Otherwise a page could be that of all columns, and be unpacked as often.
            if read > bytes.len() {
                return Err("its columns overlap".to_owned());
            }
            let mut has_lengths = false;
            while at < end {
                let Some((page, length)) = bytes.get(at..).and_then(look_through) else {
                    return Err("the description of a page is damaged".to_owned());
                };
                if page.unpacked() > UNPACKED_LIMIT {
                    return Err("a page is too large".to_owned());
                }
                has_lengths |= page.has_lengths();
                let packed = usize::try_from(page.packed()).unwrap_or(usize::MAX);
                at = at.saturating_add(length).saturating_add(packed);
            }
            if has_lengths {
                check_lengths(bytes, column)?;
            }
        }
        Ok(())
    }

    /// Looks through the lengths of the texts in the pages of a column. They are unpacked for it, as
    /// few files have them. A page that cannot be unpacked is an error of the row that needs it.
    fn check_lengths(bytes: &Bytes, column: &ColumnChunkMetaData) -> Result<(), String> {
        let levels = [column.column_descr().max_rep_level(), column.column_descr().max_def_level()];
        let file = Arc::new(bytes.clone());
        let pages = SerializedPageReader::new(file, column, 0, None);
        let mut pages = pages.map_err(|error| error.to_string())?;
        while let Ok(Some(page)) =
            guarded(|| pages.get_next_page().map_err(|error| error.to_string()))
        {
            let lists = match page.encoding() {
                Encoding::DELTA_LENGTH_BYTE_ARRAY => 1,
                Encoding::DELTA_BYTE_ARRAY => 2,
                _ => continue,
            };
            let mut values = page.buffer().as_ref();
            // Before the values stand what lists they are in and which of them are null.
            match &page {
                Page::DataPageV2 { def_levels_byte_len, rep_levels_byte_len, .. } => {
                    let length = *def_levels_byte_len as usize + *rep_levels_byte_len as usize;
                    values = values.get(length..).unwrap_or_default();
                }
                Page::DataPage { def_level_encoding, rep_level_encoding, .. } => {
                    if [def_level_encoding, rep_level_encoding] != [&Encoding::RLE; 2] {
                        return Err("a page is in a form of long ago".to_owned());
                    }
                    for _ in levels.iter().filter(|level| **level > 0) {
                        let (length, rest) = values.split_first_chunk().unwrap_or((&[0; 4], &[]));
                        values =
                            rest.get(u32::from_le_bytes(*length) as usize..).unwrap_or_default();
                    }
                }
                Page::DictionaryPage { .. } => continue,
            }
            if !values.is_empty() && !have_at_most(page.num_values().into(), lists, values) {
                return Err("the lengths of texts are damaged".to_owned());
            }
        }
        Ok(())
    }

    /// How many rows are unpacked at once from groups of at most so many bytes: a text that rows
    /// share is stored once, and each of them gets a copy.
    fn rows_at_once(largest_group: u64) -> usize {
        let rows = (2 * UNPACKED_LIMIT / largest_group.max(1)).clamp(1, ROWS_AT_ONCE);
        usize::try_from(rows).unwrap_or(1)
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
            let is_whole =
                |cell: &Cell| number(cell).is_some_and(|n| n.fract() == 0.0 && n.abs() < EXACT);
            if cells.peek().is_none() {
                Self::Text
            } else if cells.clone().all(is_whole) {
                Self::Whole
            } else if cells.all(|cell| number(cell).is_some()) {
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

    /// The number of a cell that has one.
    fn number(cell: &Cell) -> Option<f64> {
        match cell {
            Cell::Number(number) => Some(*number),
            Cell::Typed(Json::Number(number)) => number.as_f64(),
            _ => None,
        }
    }

    /// The text of a cell in a column of texts; `None` for an empty one.
    fn text(cell: &Cell) -> Option<String> {
        match number(cell) {
            Some(number) => Some(citymatch::record::number::write(number)),
            None => Some(cell.clone().into_text()).filter(|text| !text.is_empty()),
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
        use arrow_array::{BinaryArray, Date32Array, StructArray};
        use citymatch::ingest::Row;
        use citymatch::{Catalogue, Challenge, ErrorKind, Record, Solution};
        use proptest::prelude::*;

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
        fn columns_are_chosen_as_those_of_other_files_are() {
            let file = saved(vec![
                ("Folio X", texts(&[Some("s1"), Some("s2")])),
                ("Nombre corto", texts(&[Some("Pozos"), None])),
                ("Teléfono", texts(&[Some("1"), None])),
                ("__index_level_0__", Arc::new(Int64Array::from(vec![7, 8]))),
            ]);
            let error = read::<Solution>(file.path(), &ReadOptions::default()).unwrap_err();
            let message = ": `id` cannot be `missing` (expected a column for it among the headers \
                           `Folio X`, `Nombre corto`, `Teléfono`: choose one with";
            assert!(error.to_string().contains(message), "{error}");
            let chosen = [("folio x", "id"), ("Nombre corto", "title")];
            let options = ReadOptions::default().columns(chosen);
            let reading = read::<Solution>(file.path(), &options).unwrap();
            assert_eq!(reading.notes().len(), 1);
            assert!(reading.notes()[0].ends_with("kept but not used for matching: `Teléfono`"));
            let found: Vec<_> = reading.map(|row| row.record.unwrap()).collect();
            assert_eq!((found[0].id.as_str(), found[0].title.as_str()), ("s1", "Pozos"));
            assert_eq!((&found[0].extra["Teléfono"], found[0].extra.len()), (&"1".into(), 1));
            let options = ReadOptions::default().row_ids(true).columns([("Nombre corto", "title")]);
            let first = read::<Solution>(file.path(), &options).unwrap().next().unwrap();
            assert!(first.record.unwrap().id.as_str().starts_with("row-"));
            for options in
                [ReadOptions::default().encoding("utf-8"), ReadOptions::default().sheet("a")]
            {
                let error = read::<Solution>(file.path(), &options).unwrap_err();
                assert!(matches!(error.kind(), ErrorKind::InvalidOption { .. }), "{error}");
            }
        }

        #[test]
        fn values_that_are_no_field_are_kept_or_reject_their_row() {
            let part = Arc::new(Field::new("calle", DataType::Utf8, true));
            let place = StructArray::from(vec![(part, texts(&[Some("Sol"), None]))]);
            let file = saved(vec![
                ("id", texts(&[Some("s1"), Some("s2")])),
                ("title", texts(&[Some("Pozos"), Some("Techos")])),
                ("Lugar", Arc::new(place)),
                ("Foto", Arc::new(BinaryArray::from(vec![None, Some(&b"x"[..])]))),
            ]);
            let found = rows::<Solution>(&file);
            let first = found[0].record.as_ref().unwrap();
            assert_eq!(first.extra["Lugar"], serde_json::json!({"calle": "Sol"}));
            let problem = found[1].record.as_ref().unwrap_err().to_string();
            assert!(
                problem.starts_with("`Foto` cannot be `Binary` (expected a column"),
                "{problem}"
            );
        }

        #[test]
        fn the_copy_of_rejected_rows_is_read_again() {
            let themes = || {
                let mut themes = ListBuilder::new(StringBuilder::new());
                themes.append_value([Some("agua"), Some("a;b")]);
                themes.append_value([Some("suelo")]);
                Arc::new(themes.finish()) as ArrayRef
            };
            let columns = |titles: ArrayRef| {
                vec![
                    ("Código", Arc::new(Float64Array::from(vec![12.0, 13.0])) as ArrayRef),
                    ("Nombre", titles),
                    ("Temas", themes()),
                    ("Costo (USD)", Arc::new(Float64Array::from(vec![Some(5.5), None]))),
                ]
            };
            let file = saved(columns(texts(&[Some("N/A"), Some("Techos")])));
            let options = ReadOptions::default();
            let catalogue = Catalogue::in_memory().unwrap();
            let report = catalogue.add(read::<Solution>(file.path(), &options).unwrap()).unwrap();
            assert_eq!((report.added, report.rejected.len()), (1, 1));
            let copy = tempfile::Builder::new().suffix(".parquet").tempfile().unwrap();
            let inputs = [file.path()];
            let rejected = &report.rejected;
            crate::write_rejects::<Solution>(&inputs, &options, rejected, copy.path()).unwrap();
            let reading = read::<Solution>(copy.path(), &options).unwrap();
            let named: Vec<_> =
                reading.source().columns.iter().map(|column| column.header.as_str()).collect();
            assert_eq!(named, ["Código", "Nombre", "Temas", "Costo (USD)"]);
            let rows: Vec<_> = reading.map(|row| row.record.unwrap()).collect();
            let expected = rows_of(&saved(columns(texts(&[Some("N/A"), None]))));
            assert_eq!(rows[..], expected[..1]);
        }

        fn rows_of(file: &tempfile::NamedTempFile) -> Vec<Solution> {
            rows::<Solution>(file).into_iter().map(|row| row.record.unwrap()).collect()
        }

        #[test]
        fn rows_of_all_groups_are_read_and_few_at_once_of_large_ones() {
            let names: Vec<String> = (0..300).map(|number| format!("s{number}")).collect();
            let ids: ArrayRef = Arc::new(StringArray::from(names.clone()));
            let batch =
                RecordBatch::try_from_iter([("id", Arc::clone(&ids)), ("title", ids)]).unwrap();
            let properties =
                WriterProperties::builder().set_max_row_group_row_count(Some(70)).build();
            let file = tempfile::Builder::new().suffix(".parquet").tempfile().unwrap();
            let mut writer =
                ArrowWriter::try_new(file.reopen().unwrap(), batch.schema(), Some(properties))
                    .unwrap();
            writer.write(&batch).unwrap();
            assert_eq!(writer.close().unwrap().num_row_groups(), 5);
            let found: Vec<_> =
                rows_of(&file).into_iter().map(|record| record.id.to_string()).collect();
            assert_eq!(found, names);
            for (size, rows) in [(0, 64), (1 << 20, 64), (16 << 20, 32), (256 << 20, 2)] {
                assert_eq!(rows_at_once(size), rows, "{size}");
            }
        }

        proptest! {
            #[test]
            fn damaged_bytes_are_errors(flips in prop::collection::vec((any::<prop::sample::Index>(), 1..=255_u8), 1..4)) {
                let whole = saved(vec![
                    ("id", texts(&[Some("s1"), Some("s2")])),
                    ("title", texts(&[Some("Pozos"), Some("Techos")])),
                ]);
                let mut bytes = std::fs::read(whole.path()).unwrap();
                for (at, flip) in flips {
                    let at = at.index(bytes.len());
                    bytes[at] ^= flip;
                }
                std::fs::write(whole.path(), bytes).unwrap();
                // It is an error, of the file or of a row, or by chance a file.
                if let Ok(rows) = read::<Solution>(whole.path(), &ReadOptions::default()) {
                    prop_assert!(rows.count() < 1_000);
                }
            }
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
                (
                    "encrypted",
                    b"PARE\x00\x00",
                    "`content` cannot be `an encrypted Parquet file` (expected one that is written without encryption",
                ),
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
