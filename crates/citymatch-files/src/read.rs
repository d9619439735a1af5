use std::fmt;
use std::path::Path;

use citymatch::{
    Error, Record,
    ingest::{Row, RowLocation},
};

use crate::columns::Columns;
use crate::format::FileFormat;
use crate::options::ReadOptions;
use crate::table::Table;
use crate::{delimited, jsonl, xlsx};

/// The rows of a file, each a record or the reason why it is none.
///
/// A failure to read further ends it with a row whose field is `record`.
pub struct Reading<R> {
    rows: Box<dyn Iterator<Item = Row<R>> + Send>,
    notes: Vec<String>,
}

impl<R> Reading<R> {
    /// What the reader guessed or passed over, and a person should know: a line each, with the
    /// file's name.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.notes
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

/// Reads records from a file, row by row, as they are asked for.
///
/// Rows that hold nothing are passed over, and counted. A row that is no record does not stop the
/// others. Whether the records may enter a catalogue (ids, lengths, duplicates) is seen there. The
/// columns or keys that [`write_rejects`](crate::write_rejects) adds are ignored, so that its file
/// can be mended and read again.
///
/// In a table, empty cells are absent values; unknown columns are kept in `extra`, as text. Nested
/// fields have dotted headers (`cost.amount`, `criteria.impact`); lists are split on `;` or `|`, or
/// are JSON arrays; `deployments` is JSON. Amounts are read with decimal points and commas, and
/// rejected where the two cannot be told apart (`1.234`). A workbook is read from the first sheet
/// that has an `id` among its headers.
///
/// # Errors
/// [`ErrorKind::Io`](citymatch::ErrorKind::Io) when the file cannot be read;
/// [`ErrorKind::InvalidFile`](citymatch::ErrorKind::InvalidFile) when it is no such file, when no
/// column is the id, two are the same field, or there are more than
/// [`COLUMN_LIMIT`](crate::COLUMN_LIMIT);
/// [`ErrorKind::InvalidOption`](citymatch::ErrorKind::InvalidOption) for options that do not fit
/// the file.
///
/// # Examples
/// ```
/// use citymatch::Solution;
/// use citymatch_files::{ReadOptions, read};
/// # let dir = tempfile::tempdir().unwrap();
/// # let path = dir.path().join("soluciones.csv");
/// std::fs::write(&path, "Código;Título;Costo;ODS\ns1;Jardines de lluvia;1.200,50;6;11\ns2;Baños secos;900;6\n").unwrap();
/// let rows: Vec<_> = read::<Solution>(&path, &ReadOptions::default())?.collect();
/// assert_eq!(rows[1].record.as_ref().unwrap().title, "Baños secos");
/// let problem = rows[0].record.as_ref().unwrap_err();
/// assert_eq!((rows[0].location.row, problem.field.as_str()), (2, "column 5"));        // `6;11` wants quotes
/// # Ok::<(), citymatch::Error>(())
/// ```
pub fn read<R: Record>(path: impl AsRef<Path>, options: &ReadOptions) -> Result<Reading<R>, Error> {
    let path = path.as_ref();
    // First, for a folder's name tells no format.
    if path.is_dir() {
        return Err(Error::io(path, std::io::ErrorKind::IsADirectory.into()));
    }
    let format = options.format_of(path)?;
    let file = path.display().to_string();
    std::fs::metadata(path).map_err(|err| Error::io(path, err))?;
    if format == FileFormat::Jsonl {
        let lines = jsonl::open(path, options)?;
        let rows = lines.map(move |line| Row {
            location: RowLocation::in_file(&file, line.row),
            record: line
                .object
                .map_err(|broken| broken.problem)
                .and_then(|object| R::from_json(object.into())),
        });
        return Ok(Reading { rows: Box::new(rows), notes: Vec::new() });
    }
    let (table, columns) = open_table::<R>(path, options, format)?;
    let notes =
        table.notes.iter().chain(&columns.notes).map(|note| format!("`{file}`: {note}")).collect();
    let rows = table.rows.map(move |row| Row {
        location: RowLocation::in_file(&file, row.number),
        record: columns.record(row),
    });
    Ok(Reading { rows: Box::new(rows), notes })
}

/// Opens a table of records, and finds out what its columns are.
pub(crate) fn open_table<R: Record>(
    path: &Path,
    options: &ReadOptions,
    format: FileFormat,
) -> Result<(Table, Columns), Error> {
    if format == FileFormat::Xlsx {
        return xlsx::open::<R>(path, options);
    }
    let table = delimited::open(path, options)?;
    let columns = Columns::of::<R>(path, table.header_row, &table.header, &options.columns)?;
    Ok((table, columns))
}

#[cfg(test)]
mod tests {
    use super::*;
    use citymatch::{ErrorKind, Solution};

    #[test]
    fn a_file_that_cannot_be_opened_is_told_with_its_path() {
        let dir = tempfile::tempdir().unwrap();
        for format in FileFormat::ALL {
            let options = ReadOptions::default().format(*format);
            for (name, path) in
                [("directory", dir.path().to_owned()), ("missing", dir.path().join("no"))]
            {
                let error = read::<Solution>(&path, &options).unwrap_err();
                assert!(
                    matches!(error.kind(), ErrorKind::Io { path: told, .. } if *told == path),
                    "{format} {name}: {error}"
                );
            }
        }
    }

    #[test]
    fn options_that_do_not_fit_are_told() {
        let options = ReadOptions::default;
        for (name, path, options, message) in [
            (
                "columns",
                "a.jsonl",
                options().columns([("A", "title")]),
                "`columns` cannot be `A=title` (expected a file with headers: JSONL has none)",
            ),
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
                "`encoding` cannot be `utf-8` (expected a text file: a workbook knows its encoding)",
            ),
            (
                "quote",
                "a.csv",
                options().delimiter(b'"'),
                "`delimiter` cannot be `\\\"` (expected one ASCII character that is no quote or line end)",
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
    fn places_and_notes_name_the_file() -> Result<(), Error> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f.txt");
        std::fs::write(&path, b"id;t\xEDtulo;Tel\n1;a;2\n").unwrap();
        let reading = read::<Solution>(&path, &ReadOptions::default())?;
        let file = path.display().to_string();
        assert_eq!(
            reading.notes(),
            [
                format!("`{file}`: read as windows-1252, delimiter `;`"),
                format!("`{file}`: kept but not matched: `Tel`")
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
