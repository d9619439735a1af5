//! The options for reading a file.

use std::path::Path;

use citymatch::Error;

use crate::encoding;
use crate::format::FileFormat;

/// Options for reading a file, for what its name and its content do not tell.
///
/// # Examples
/// ```
/// use citymatch_files::{FileFormat, ReadOptions};
/// let options = ReadOptions::default()
///     .format(FileFormat::Csv)
///     .columns([("Nombre corto", "title")])
///     .delimiter(b'|')
///     .encoding("macintosh");
/// ```
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    pub(crate) format: Option<FileFormat>,
    pub(crate) columns: Vec<(String, String)>,
    pub(crate) delimiter: Option<u8>,
    pub(crate) encoding: Option<String>,
    pub(crate) row_ids: bool,
    pub(crate) sheet: Option<String>,
    pub(crate) words: OptionWords,
}

/// What errors call the options of reading. Whoever uses the command or Python has never seen those of
/// this crate.
#[derive(Clone, Copy, Debug, Default)]
#[doc(hidden)]
pub enum OptionWords {
    /// As the methods of [`ReadOptions`].
    #[default]
    Rust,
    /// As the options of the command.
    Command,
    /// As the arguments of Python's functions.
    Python,
    /// As what a file says, where a caller can give no options.
    File,
}

impl OptionWords {
    /// How a caller says which column is a field.
    pub(crate) fn columns(self, field: &str) -> String {
        match self {
            Self::Rust => format!("`columns([(HEADER, \"{field}\")])`"),
            Self::Command => format!("`--columns HEADER={field}`"),
            Self::Python => format!("`columns={{\"HEADER\": \"{field}\"}}`"),
            Self::File => format!("the header `{field}` in the file"),
        }
    }

    /// How a caller lets rows be numbered.
    pub(crate) fn row_ids(self) -> &'static str {
        match self {
            Self::Rust => "`row_ids(true)`",
            Self::Command => "`--ids row`",
            Self::Python => "`ids=\"row\"`",
            Self::File => "a column of numbers",
        }
    }
}

impl ReadOptions {
    /// The format. The default is what the file's name means ([`FileFormat::of`]).
    #[must_use]
    pub fn format(mut self, format: FileFormat) -> Self {
        self.format = Some(format);
        self
    }

    /// Which field a column is: pairs of header and field, such as `("Nombre corto", "title")` or
    /// `("Presupuesto", "cost.amount")`.
    ///
    /// They take precedence over what a header means by itself. A header is compared letter by
    /// letter first, and then without case and accents. The field `extra.NAME` keeps a column under
    /// that name without using it for matching. The default is no pairs: each header means a field
    /// by its words in Spanish, Portuguese or English, or else is kept in `extra`.
    ///
    /// In JSONL the keys of objects are the headers.
    #[must_use]
    pub fn columns<H: Into<String>, F: Into<String>>(
        mut self,
        columns: impl IntoIterator<Item = (H, F)>,
    ) -> Self {
        self.columns =
            columns.into_iter().map(|(header, field)| (header.into(), field.into())).collect();
        self
    }

    /// Whether some are given.
    #[doc(hidden)]
    #[must_use]
    pub fn has_columns(&self) -> bool {
        !self.columns.is_empty()
    }

    /// The character between the cells of a CSV file: one byte of ASCII, but not a quote, a line end
    /// or NUL. The default is what a first line `sep=…` declares, or else that of `,` `;` tab
    /// and `|` with which the headers mean most.
    ///
    /// With JSONL and XLSX this is an error.
    #[must_use]
    pub fn delimiter(mut self, delimiter: u8) -> Self {
        self.delimiter = Some(delimiter);
        self
    }

    /// The encoding of a text file, by one of the names that web pages use, such as `utf-8`,
    /// `windows-1252` or `macintosh`. The default is UTF-8, and Windows-1252 for a CSV file that is
    /// not UTF-8. A byte-order mark at the start of the file takes precedence over this option.
    ///
    /// With XLSX this is an error.
    #[must_use]
    pub fn encoding(mut self, label: &str) -> Self {
        self.encoding = Some(label.to_owned());
        self
    }

    /// The sheet of a workbook to read, by its name in any case. The default is the first sheet that
    /// has the headers of records, with all others that have the same headers.
    ///
    /// With other formats this is an error.
    #[must_use]
    pub fn sheet(mut self, name: &str) -> Self {
        self.sheet = Some(name.to_owned());
        self
    }

    /// Whether records without an id get one from what they say, as [`RowIds`] does it: a form's
    /// export has none. The default is no.
    ///
    /// [`RowIds`]: citymatch::ingest::RowIds
    #[must_use]
    pub fn row_ids(mut self, row_ids: bool) -> Self {
        self.row_ids = row_ids;
        self
    }

    /// What errors call these options.
    #[doc(hidden)]
    #[must_use]
    pub fn words(mut self, words: OptionWords) -> Self {
        self.words = words;
        self
    }

    /// The format of a file, after checking that the options are valid and fit that format.
    pub(crate) fn format_of(&self, path: &Path) -> Result<FileFormat, Error> {
        if let Some(label) = &self.encoding {
            encoding::encoding_by_label(label)?;
        }
        if let Some(delimiter) = self.delimiter
            && (!delimiter.is_ascii() || matches!(delimiter, b'"' | b'\r' | b'\n' | b'\0'))
        {
            return Err(Error::option(
                "delimiter",
                char::from(delimiter).escape_default(),
                "one ASCII character that is not a quote or a line end",
            ));
        }
        let format = self.format.map_or_else(|| FileFormat::of(path), Ok)?;
        self.check_use(format)?;
        Ok(format)
    }

    /// Refuses options that mean nothing for a format.
    fn check_use(&self, format: FileFormat) -> Result<(), Error> {
        let used = &format.table_format().options;
        if let Some(delimiter) = self.delimiter.filter(|_| !used.delimiter) {
            let expected = "a CSV file: others have no delimiter";
            return Err(Error::option("delimiter", char::from(delimiter), expected));
        }
        if let Some(label) = self.encoding.as_ref().filter(|_| !used.encoding) {
            let name = format.name().to_uppercase();
            let expected = format!("a text file: {name} files say their encoding themselves");
            return Err(Error::option("encoding", label, &expected));
        }
        if let Some(sheet) = self.sheet.as_ref().filter(|_| !used.sheet) {
            return Err(Error::option("sheet", sheet, "a workbook: other files have no sheets"));
        }
        Ok(())
    }
}
