//! Reads a file of records, row by row.

use std::fmt;
use std::path::Path;

use citymatch::{
    Error, Record,
    ingest::{Row, RowIds, RowLocation},
};

use crate::columns::{Columns, known_fields};
use crate::format::FileFormat;
use crate::invalid_file;
use crate::objects::ObjectReader;
use crate::options::ReadOptions;
use crate::source::SourceDescription;
use crate::table::Table;
use crate::table_format::{CellCodec, Codec, ColumnFinder, ObjectRow};

/// How many objects of a file are looked at before the first of them is read: what they all lack, an id
/// above all, is one error and not one for each row.
const LOOKED_AT: usize = 1_000;

/// The rows of a file, each a record or the reason why it is not one.
///
/// If the file cannot be read to its end, the last row is an error whose field is `record`.
pub struct Reading<R> {
    rows: Box<dyn Iterator<Item = Row<R>> + Send>,
    notes: Vec<String>,
    source: SourceDescription,
}

impl<R> Reading<R> {
    /// What the reader guessed, and which columns are not used for matching: one line of text each,
    /// with the file's name. A person should see them; a program need not.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// What the file was found to be: its format, and what its columns mean.
    #[must_use]
    pub fn source(&self) -> &SourceDescription {
        &self.source
    }
}

impl<R> Iterator for Reading<R> {
    type Item = Row<R>;

    fn next(&mut self) -> Option<Row<R>> {
        self.rows.next()
    }
}

impl<R> fmt::Debug for Reading<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reading").field("notes", &self.notes).finish_non_exhaustive()
    }
}

/// Reads records from a file, row by row as they are asked for.
///
/// Blank rows are skipped, but count for the row numbers. A row that is not a record does not stop
/// the others: its [`Row`] has the error. Whether a record may enter a catalogue (a valid id,
/// lengths of texts, duplicates) is checked when it is added. The columns or keys that
/// [`write_rejects`](crate::write_rejects) adds are ignored, so that its file can be corrected and
/// read like any other.
///
/// A value that is not needed for matching never rejects its row: where a country, stage, cost, goal,
/// year, date or kind of organisation is not understood, the field is unknown, and the value is kept
/// in `extra` as it was written, in tables under its header ([`Record::unclear`]). Placeholders such
/// as `N/A` and `s/d` are empty.
///
/// The keys of JSON objects mean what headers mean; a field's own name goes before other words for it.
/// Whether the day comes first in dates such as `03/04/2026` is decided for a column at a time, for a
/// key by the first 1,000 objects.
///
/// In CSV and XLSX
/// * an empty cell means that the field is absent;
/// * unknown columns are kept in `extra`, as text;
/// * nested fields have headers with dots (`cost.amount`, `criteria.impact`);
/// * lists are separated by `;` or `|`, or are JSON arrays; `deployments` is JSON;
/// * commas separate the items of `themes`, `links` and required themes too, where each item is of
///   one to three words;
/// * amounts may have decimal points or decimal commas, a currency (`R$ 1.000,00`) and words (`25
///   mil`). `1.234`, which is a thousand in one country and one in another, is not understood;
/// * of a workbook, the first sheet is read that has an `id` among its headers, and all others with
///   the same headers. Cells that are merged downwards have one value;
/// * there are at most [`COLUMN_LIMIT`](crate::COLUMN_LIMIT) columns.
///
/// Parquet is read as the tables of programs are: its columns have names, which mean what headers
/// mean, and its values types; lists and structs are those of JSON.
///
/// # Errors
/// * [`ErrorKind::Io`](citymatch::ErrorKind::Io) if the file cannot be read;
/// * [`ErrorKind::InvalidFile`](citymatch::ErrorKind::InvalidFile) if the name's ending is unknown,
///   if the content is of another format, or if the headers have no `id`, have a field twice or are
///   too many. Of JSON objects one of the first 1,000 has to have an id;
/// * [`ErrorKind::InvalidOption`](citymatch::ErrorKind::InvalidOption) if an option is invalid or
///   means nothing for the format.
///
/// # Examples
/// ```
/// use citymatch::Solution;
/// use citymatch_files::{ReadOptions, read};
/// # let dir = tempfile::tempdir().unwrap();
/// # let path = dir.path().join("soluciones.csv");
/// let text = "Código;Título;Costo;ODS\ns1;Jardines de lluvia;1.200,50;6;11\ns2;Baños secos;900;6\n";
/// std::fs::write(&path, text).unwrap();
/// let rows: Vec<_> = read::<Solution>(&path, &ReadOptions::default())?.collect();
/// assert_eq!(rows[1].record.as_ref().unwrap().title, "Baños secos");
/// // The goals `6;11` have no quotes around them, so 11 is in a column without a header.
/// let problem = rows[0].record.as_ref().unwrap_err();
/// assert_eq!((rows[0].location.row, problem.field.as_str()), (2, "column 5"));
/// # Ok::<(), citymatch::Error>(())
/// ```
pub fn read<R: Record>(path: impl AsRef<Path>, options: &ReadOptions) -> Result<Reading<R>, Error> {
    let path = path.as_ref();
    // This comes first because the name of a folder has no ending that means a format.
    if path.is_dir() {
        return Err(Error::io(path, std::io::ErrorKind::IsADirectory.into()));
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if is_lock_file(path) {
        let expected = "a file of records: this is the lock file of one that is open in Excel";
        return Err(invalid_file(path, None, "file name", &name, expected));
    }
    let format = options.format_of(path)?;
    let file = path.display().to_string();
    std::fs::metadata(path).map_err(|err| Error::io(path, err))?;
    match format.table_format().codec {
        Codec::Objects(codec) => {
            let mut objects = codec.read(path, options)?;
            let mut reader = ObjectReader::<R>::new(options, false)?;
            let first: Vec<ObjectRow> = objects.rows.by_ref().take(LOOKED_AT).collect();
            let sound = first.iter().filter_map(|row| row.object.as_ref().ok());
            let columns = reader
                .find_problem(sound, !options.row_ids)
                .map_err(|problem| problem.in_file(path, None))?;
            let notes = objects.note.iter().chain(reader.notes());
            let notes = notes.map(|note| format!("`{file}`: {note}")).collect();
            let source = SourceDescription {
                encoding: Some(objects.encoding),
                columns,
                ..SourceDescription::new(file.clone(), format)
            };
            let rows = first.into_iter().chain(objects.rows).map(move |row| Row {
                location: RowLocation::in_file(&file, row.number),
                record: row
                    .object
                    .map_err(|broken| broken.problem)
                    .and_then(|object| reader.read(object)),
            });
            let rows = with_ids(rows, options);
            Ok(Reading { rows, notes, source })
        }
        Codec::Cells(codec) => {
            let (mut table, mut columns) = read_table::<R>(codec, path, options)?;
            table.rows = columns.look_at_dates(&table.header, table.rows);
            let notes = table.notes.iter().chain(&columns.notes);
            let notes = notes.map(|note| format!("`{file}`: {note}")).collect();
            let source = SourceDescription {
                delimiter: (format == FileFormat::Csv).then(|| char::from(table.delimiter)),
                encoding: table.encoding,
                header_row: Some(table.header_row).filter(|row| *row > 0),
                sheets: table.sheets,
                columns: columns.describe(&table.header),
                ..SourceDescription::new(file.clone(), format)
            };
            let rows = table
                .rows
                .map(move |row| Row { location: row.location(&file), record: columns.record(row) });
            Ok(Reading { rows: with_ids(rows, options), notes, source })
        }
    }
}

/// Whether a file is what Excel puts beside a workbook that is open: `~$` and the workbook's name.
///
/// # Examples
/// ```
/// assert!(citymatch_files::is_lock_file("data/~$soluciones.xlsx"));
/// assert!(!citymatch_files::is_lock_file("data/soluciones.xlsx"));
/// ```
#[must_use]
pub fn is_lock_file(path: impl AsRef<Path>) -> bool {
    path.as_ref().file_name().is_some_and(|name| name.to_string_lossy().starts_with("~$"))
}

/// Rows whose records have ids, where the options ask for them.
pub(crate) fn with_ids<R: Record>(
    rows: impl Iterator<Item = Row<R>> + Send + 'static,
    options: &ReadOptions,
) -> Box<dyn Iterator<Item = Row<R>> + Send> {
    if !options.row_ids {
        return Box::new(rows);
    }
    let mut ids = RowIds::default();
    Box::new(rows.map(move |mut row| {
        if let Ok(record) = &mut row.record {
            ids.assign(record);
        }
        row
    }))
}

/// Opens a table of records of one kind, and finds out what its columns mean.
pub(crate) fn read_table<R: Record>(
    codec: &dyn CellCodec,
    path: &Path,
    options: &ReadOptions,
) -> Result<(Table, Columns), Error> {
    let are_names = codec.has_names();
    let columns = |row: u64, header: &[String]| {
        Columns::from_header::<R>(path, row, header, are_names, options)
    };
    let known = |header: &[String]| known_fields::<R>(header, &options.columns);
    codec.read(path, options, &ColumnFinder { columns: &columns, known: &known })
}

#[cfg(test)]
mod tests {
    use super::*;
    use citymatch::{ErrorKind, Solution};

    #[test]
    fn the_error_of_a_file_that_cannot_be_opened_has_its_path() {
        let dir = tempfile::tempdir().unwrap();
        for format in FileFormat::ALL {
            let options = ReadOptions::default().format(*format);
            for (name, path) in
                [("directory", dir.path().to_owned()), ("missing", dir.path().join("no"))]
            {
                let error = read::<Solution>(&path, &options).unwrap_err();
                assert!(
                    matches!(error.kind(), ErrorKind::Io { path: named, .. } if *named == path),
                    "{format} {name}: {error}"
                );
            }
        }
    }

    #[test]
    fn options_that_do_not_fit_are_an_error() {
        let options = ReadOptions::default;
        for (name, path, options, message) in [
            (
                "delimiter",
                "a.jsonl",
                options().delimiter(b';'),
                "`delimiter` cannot be `;` (expected a CSV file: others have no delimiter)",
            ),
            (
                "encoding",
                "a.xlsx",
                options().encoding("utf-8"),
                "`encoding` cannot be `utf-8` (expected a text file: XLSX files say their encoding themselves)",
            ),
            (
                "quote",
                "a.csv",
                options().delimiter(b'"'),
                "`delimiter` cannot be `\\\"` (expected one ASCII character that is not a quote or a line end)",
            ),
            (
                "label",
                "a.csv",
                options().encoding("x"),
                "`encoding` cannot be `x` (expected an encoding's name, such as `utf-8`, `windows-1252` or `macintosh`)",
            ),
        ] {
            assert_eq!(
                read::<Solution>(path, &options).unwrap_err().to_string(),
                message,
                "{name}"
            );
        }
    }

    #[test]
    fn objects_without_an_id_are_one_error() -> Result<(), Error> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f.jsonl");
        std::fs::write(
            &path,
            "{\"Nombre\": \"a\", \"Folio X\": 1}\n{\"Nombre\": \"b\", \"Folio X\": 2}\n",
        )
        .unwrap();
        let options = ReadOptions::default;
        let error = read::<Solution>(&path, &options()).unwrap_err();
        let expected = format!("`{}`: `id` cannot be `missing` (expected a key", path.display());
        assert!(error.to_string().starts_with(&expected), "{error}");
        let chosen = read::<Solution>(&path, &options().columns([("Folio X", "id")]))?;
        let columns = chosen.source().columns.iter();
        let columns: Vec<_> = columns
            .map(|one| (one.header.clone(), one.field.clone().unwrap_or_default()))
            .collect();
        let pair = |header: &str, field: &str| (header.to_owned(), field.to_owned());
        assert_eq!(columns, [pair("Nombre", "title"), pair("Folio X", "id")]);
        let ids: Vec<_> = chosen.map(|row| row.record.unwrap().id.to_string()).collect();
        assert_eq!(ids, ["1", "2"]);
        assert_eq!(read::<Solution>(&path, &options().row_ids(true))?.count(), 2);
        let error = read::<Solution>(&path, &options().columns([("Folio X", "idd")])).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::InvalidOption { .. }), "{error}");
        Ok(())
    }

    #[test]
    fn locations_and_notes_name_the_file() -> Result<(), Error> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f.txt");
        std::fs::write(&path, b"id;t\xEDtulo;Tel\n1;a;2\n").unwrap();
        let reading = read::<Solution>(&path, &ReadOptions::default())?;
        let file = path.display().to_string();
        assert_eq!(
            reading.notes(),
            [
                format!("`{file}`: read as windows-1252, delimiter `;`"),
                format!("`{file}`: kept but not used for matching: `Tel`")
            ]
        );
        let rows: Vec<_> = reading.collect();
        assert_eq!(rows[0].location, RowLocation::in_file(file, 2));
        Ok(())
    }

    #[test]
    fn a_header_without_rows_is_no_error() -> Result<(), Error> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f.csv");
        std::fs::write(&path, "id,title\n").unwrap();
        assert_eq!(read::<Solution>(&path, &ReadOptions::default())?.count(), 0);
        Ok(())
    }
}
