use crate::format::FileFormat;

/// What a file was found to be, for a person to look over.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SourceDescription {
    /// The file's path.
    pub file: String,
    /// Its format.
    pub format: FileFormat,
    /// What a text file was read as, such as `UTF-8`; `None` for workbooks.
    pub encoding: Option<String>,
    /// The character between the cells of a CSV file.
    pub delimiter: Option<char>,
    /// The sheets of a workbook that were read.
    pub sheets: Vec<String>,
    /// The row of the headers, from 1.
    pub header_row: Option<u64>,
    /// The columns below headers, in order.
    pub columns: Vec<ColumnDescription>,
}

/// What a column means.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ColumnDescription {
    /// Its header.
    pub header: String,
    /// The field that it is, with dots where values are nested; `None` if it is kept in `extra` and
    /// not matched.
    pub field: Option<String>,
}

impl SourceDescription {
    /// A description of a file that says its format alone.
    pub(crate) fn new(file: String, format: FileFormat) -> Self {
        let (encoding, delimiter, header_row) = (None, None, None);
        Self {
            file,
            format,
            encoding,
            delimiter,
            sheets: Vec::new(),
            header_row,
            columns: Vec::new(),
        }
    }

    /// The file in one line: its format, and what was found out about it.
    #[must_use]
    pub fn summary(&self) -> String {
        let mut parts = vec![self.format.to_string()];
        parts.extend(self.encoding.clone());
        parts.extend(self.delimiter.map(|delimiter| match delimiter {
            '\t' => "delimiter tab".to_owned(),
            other => format!("delimiter `{other}`"),
        }));
        if !self.sheets.is_empty() {
            let names: Vec<_> = self.sheets.iter().map(|name| format!("`{name}`")).collect();
            parts.push(format!("sheet {}", names.join(", ")));
        }
        parts.extend(self.header_row.map(|row| format!("headers in row {row}")));
        format!("`{}`: {}", self.file, parts.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_says_what_was_found() {
        let mut source = SourceDescription::new("f.csv".to_owned(), FileFormat::Csv);
        assert_eq!(source.summary(), "`f.csv`: csv");
        source.encoding = Some("windows-1252".to_owned());
        source.delimiter = Some('\t');
        source.sheets = vec!["2023".to_owned(), "2024".to_owned()];
        source.header_row = Some(3);
        assert_eq!(
            source.summary(),
            "`f.csv`: csv, windows-1252, delimiter tab, sheet `2023`, `2024`, headers in row 3"
        );
    }
}
