use std::path::Path;

use citymatch::Error;

use crate::encoding;
use crate::format::FileFormat;

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

    /// Which field a column is: pairs of header and field, such as `("Nombre corto", "title")` or
    /// `("Presupuesto", "cost.amount")`.
    ///
    /// They win over what the header would mean by itself; a header is compared to the letter
    /// first, then without case and accents. `extra.NAME` keeps a column under a name without
    /// matching it. By default the headers tell, in Spanish, Portuguese or English.
    #[must_use]
    pub fn columns<H: Into<String>, F: Into<String>>(
        mut self,
        columns: impl IntoIterator<Item = (H, F)>,
    ) -> Self {
        self.columns =
            columns.into_iter().map(|(header, field)| (header.into(), field.into())).collect();
        self
    }

    /// What stands between the cells of a text file. By default a first line `sep=…` tells, else
    /// the commonest of `,` `;` and tab in the header.
    #[must_use]
    pub fn delimiter(mut self, delimiter: u8) -> Self {
        self.delimiter = Some(delimiter);
        self
    }

    /// The encoding of a text file, by one of the names that web pages use. By default a byte-order
    /// mark tells; without one it is UTF-8, and a table that is not UTF-8 is read as Windows-1252.
    /// A byte-order mark wins over this option.
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
            (FileFormat::Jsonl | FileFormat::Xlsx, _, Some(delimiter), _) => unfit(
                "delimiter",
                char::from(delimiter).to_string(),
                "a CSV file: others have no delimiter",
            ),
            (FileFormat::Xlsx, .., Some(encoding)) => {
                unfit("encoding", encoding.clone(), "a text file: a workbook knows its encoding")
            }
            _ => Ok(format),
        }
    }
}
