use std::fmt;
use std::path::Path;

use citymatch::{Error, Place, Record, Row};

use crate::columns::Columns;
use crate::format::FileFormat;
use crate::table::Table;
use crate::{delimited, encoding, jsonl, xlsx};

/// How a file is to be read, where its name and its bytes do not say it.
///
/// # Examples
/// ```
/// use citymatch_files::{FileFormat, ReadOptions};
/// let options = ReadOptions::default().format(FileFormat::Csv).columns([("Nombre corto", "title")]).delimiter(b'|').encoding("macintosh");
/// ```
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    pub(crate) format: Option<FileFormat>,
    pub(crate) columns: Vec<(String, String)>,
    pub(crate) delimiter: Option<u8>,
    pub(crate) encoding: Option<String>,
}

impl ReadOptions {
    /// The format. By default the file's name tells ([`FileFormat::of`]).
    #[must_use]
    pub fn format(mut self, format: FileFormat) -> Self {
        self.format = Some(format);
        self
    }

    /// Which field a column is: pairs of header and field, such as `("Nombre corto", "title")` or `("Presupuesto", "cost.amount")`.
    ///
    /// They win over what the header would mean by itself; a header is compared to the letter first, then without case and accents.
    /// `extra.NAME` keeps a column under a name without matching it. By default the headers tell, in Spanish, Portuguese or English.
    #[must_use]
    pub fn columns<H: Into<String>, F: Into<String>>(mut self, columns: impl IntoIterator<Item = (H, F)>) -> Self {
        self.columns = columns.into_iter().map(|(header, field)| (header.into(), field.into())).collect();
        self
    }

    /// What stands between the cells of a text file. By default a first line `sep=…` tells, else the commonest of `,` `;` and tab in the
    /// header.
    #[must_use]
    pub fn delimiter(mut self, delimiter: u8) -> Self {
        self.delimiter = Some(delimiter);
        self
    }

    /// The encoding of a text file, by one of the names that web pages use. By default a byte-order mark tells; without one it is UTF-8,
    /// and a table that is not UTF-8 is read as Windows-1252. A byte-order mark wins over this option.
    #[must_use]
    pub fn encoding(mut self, label: &str) -> Self {
        self.encoding = Some(label.to_owned());
        self
    }

    /// The format of a file, once the options are known to fit it.
    pub(crate) fn format_of(&self, path: &Path) -> Result<FileFormat, Error> {
        if let Some(label) = &self.encoding {
            encoding::named(label)?;
        }
        if let Some(delimiter) = self.delimiter
            && (!delimiter.is_ascii() || matches!(delimiter, b'"' | b'\r' | b'\n' | b'\0'))
        {
            return Err(Error::option(
                "delimiter",
                char::from(delimiter).escape_default(),
                "one ASCII character that is no quote or line end",
            ));
        }
        let format = self.format.map_or_else(|| FileFormat::of(path), Ok)?;
        let unfit = |option, value: String, expected| Err(Error::option(option, value, expected));
        match (format, self.columns.first(), self.delimiter, &self.encoding) {
            (FileFormat::Jsonl, Some((header, field)), ..) => {
                unfit("columns", format!("{header}={field}"), "a file with headers: JSONL has none")
            }
            (FileFormat::Jsonl | FileFormat::Xlsx, _, Some(delimiter), _) => {
                unfit("delimiter", char::from(delimiter).to_string(), "a CSV file: others have no delimiter")
            }
            (FileFormat::Xlsx, .., Some(encoding)) => unfit("encoding", encoding.clone(), "a text file: a workbook knows its encoding"),
            _ => Ok(format),
        }
    }
}

/// The rows of a file, each a record or the reason why it is none.
///
/// A failure to read further ends it with a row whose field is `record`.
pub struct Reading<R> {
    rows: Box<dyn Iterator<Item = Row<R>> + Send>,
    notes: Vec<String>,
}

impl<R> Reading<R> {
    /// What the reader guessed or passed over, and a person should know: a line each, with the file's name.
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
/// Rows that hold nothing are passed over, and counted. A row that is no record does not stop the others. Whether the records may enter a
/// catalogue (ids, lengths, duplicates) is seen there. The columns or keys that [`write_rejects`](crate::write_rejects) adds are ignored,
/// so that its file can be mended and read again.
///
/// In a table, empty cells are absent values; unknown columns are kept in `extra`, as text. Nested fields have dotted headers
/// (`cost.amount`, `criteria.impact`); lists are split on `;` or `|`, or are JSON arrays; `deployments` is JSON. Amounts are read with
/// decimal points and commas, and rejected where the two cannot be told apart (`1.234`). A workbook is read from the first sheet that
/// has an `id` among its headers.
///
/// # Errors
/// [`ErrorKind::Io`](citymatch::ErrorKind::Io) when the file cannot be read; [`ErrorKind::InvalidFile`](citymatch::ErrorKind::InvalidFile)
/// when it is no such file, when no column is the id, or two are the same field;
/// [`ErrorKind::InvalidOption`](citymatch::ErrorKind::InvalidOption) for options that do not fit the file.
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
/// assert_eq!((rows[0].place.row, problem.field.as_str()), (2, "column 5"));        // `6;11` wants quotes
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
            place: Place::in_file(&file, line.row),
            record: line.object.map_err(|broken| broken.problem).and_then(|object| R::from_json(object.into())),
        });
        return Ok(Reading { rows: Box::new(rows), notes: Vec::new() });
    }
    let (table, columns) = open_table::<R>(path, options, format)?;
    let notes = table.notes.iter().chain(&columns.notes).map(|note| format!("`{file}`: {note}")).collect();
    let rows = table.rows.map(move |row| Row { place: Place::in_file(&file, row.number), record: columns.record(row) });
    Ok(Reading { rows: Box::new(rows), notes })
}

/// Opens a table of records, and finds out what its columns are.
pub(crate) fn open_table<R: Record>(path: &Path, options: &ReadOptions, format: FileFormat) -> Result<(Table, Columns), Error> {
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
            for (name, path) in [("directory", dir.path().to_owned()), ("missing", dir.path().join("no"))] {
                let error = read::<Solution>(&path, &options).unwrap_err();
                assert!(matches!(error.kind(), ErrorKind::Io { path: told, .. } if *told == path), "{format} {name}: {error}");
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
            assert_eq!(read::<Solution>(path, &options).unwrap_err().to_string(), message, "{name}");
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
            [format!("`{file}`: read as windows-1252, delimiter `;`"), format!("`{file}`: kept but not matched: `Tel`")]
        );
        let rows: Vec<_> = reading.collect();
        assert_eq!(rows[0].place, Place::in_file(file, 2));
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
