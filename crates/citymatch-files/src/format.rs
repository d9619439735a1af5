//! The formats of files, by name and by the endings of files' names.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use citymatch::Error;

use crate::delimited::CSV;
use crate::invalid_file;
use crate::jsonl::JSONL;
use crate::parquet::PARQUET;
use crate::table_format::TableFormat;
use crate::xlsx::XLSX;

/// Defines an enum of formats with `ALL`, `name`, `Display` and `FromStr`.
macro_rules! formats {
    ($(#[$doc:meta])* $Format:ident { $($(#[$variant_doc:meta])* $Variant:ident = $name:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $Format { $($(#[$variant_doc])* $Variant,)* }

        impl $Format {
            /// Every format, in order.
            pub const ALL: &'static [Self] = &[$(Self::$Variant),*];

            /// The name by which the command, Python and [`FromStr`] choose the format.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$Variant => $name,)* }
            }
        }

        impl fmt::Display for $Format {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.name())
            }
        }

        impl FromStr for $Format {
            type Err = Error;

            fn from_str(name: &str) -> Result<Self, Error> {
                let found = Self::ALL.iter().copied().find(|format| format.name() == name);
                found.ok_or_else(|| Error::option("format", name, concat!("one of" $(, " `", $name, "`")*)))
            }
        }
    };
}

formats! {
    /// A format of files of records.
    ///
    /// # Examples
    /// ```
    /// use citymatch_files::FileFormat;
    /// assert_eq!(FileFormat::of("soluciones.TSV")?, FileFormat::Csv);
    /// assert_eq!("xlsx".parse::<FileFormat>()?, FileFormat::Xlsx);
    /// assert!(FileFormat::of("soluciones.doc").is_err());
    /// # Ok::<(), citymatch::Error>(())
    /// ```
    FileFormat {
        /// One JSON object a line. A file that ends in `.json` may also be one array of objects.
        Jsonl = "jsonl",
        /// Cells separated by commas, semicolons or tabs, below a line of headers.
        Csv = "csv",
        /// A workbook: `.xlsx`, and in reading `.xlsb`, `.xls` and `.ods` too.
        Xlsx = "xlsx",
        /// A table of typed columns, as data frames are stored. It needs the feature `parquet`.
        Parquet = "parquet",
    }
}

formats! {
    /// A format of files of matches.
    ///
    /// # Examples
    /// ```
    /// use citymatch_files::RunFormat;
    /// assert_eq!("trec".parse::<RunFormat>()?, RunFormat::Trec);
    /// # Ok::<(), citymatch::Error>(())
    /// ```
    RunFormat {
        /// One JSON object a match.
        Jsonl = "jsonl",
        /// One line a match, below the headers `challenge_id,solution_id,rank,score`.
        Csv = "csv",
        /// An Excel workbook with the same columns.
        Xlsx = "xlsx",
        /// The format of `trec_eval` and of other tools for evaluating retrieval, a line a match:
        /// `challenge Q0 solution rank score citymatch`.
        Trec = "trec",
    }
}

impl FileFormat {
    /// How files of the format are read and written.
    pub(crate) fn table_format(self) -> &'static TableFormat {
        match self {
            Self::Jsonl => &JSONL,
            Self::Csv => &CSV,
            Self::Xlsx => &XLSX,
            Self::Parquet => &PARQUET,
        }
    }

    /// The format that the ending of a file's name means, in upper or lower case: `.jsonl`,
    /// `.ndjson`, `.json`; `.csv`, `.tsv`, `.txt`; `.xlsx`,
    /// `.xlsm`, `.xlsb`, `.xls`, `.ods`; `.parquet`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidFile`](citymatch::ErrorKind::InvalidFile) for another ending.
    pub fn of(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        let has_ending = |format: &&Self| format.table_format().endings.contains(&ending.as_str());
        Self::ALL.iter().find(has_ending).copied().ok_or_else(|| {
            let endings: Vec<_> = Self::ALL
                .iter()
                .flat_map(|format| format.table_format().endings)
                .map(|ending| format!("`.{ending}`"))
                .collect();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let expected = format!("one that ends in {}", endings.join(", "));
            invalid_file(path, None, "file name", &name, expected)
        })
    }
}

impl RunFormat {
    /// The format of files of records with the same name; `None` for TREC, which is no table.
    pub(crate) fn file_format(self) -> Option<FileFormat> {
        FileFormat::ALL.iter().copied().find(|format| format.name() == self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_of_a_name_is_the_format() {
        for (name, path, format) in [
            ("jsonl", "a.jsonl", Some(FileFormat::Jsonl)),
            ("ndjson", "dir.csv/a.ndjson", Some(FileFormat::Jsonl)),
            ("json", "a.json", Some(FileFormat::Jsonl)),
            ("csv", "a.b.csv", Some(FileFormat::Csv)),
            ("upper_case", "A.CSV", Some(FileFormat::Csv)),
            ("tabs", "a.tsv", Some(FileFormat::Csv)),
            ("text", "a.txt", Some(FileFormat::Csv)),
            ("workbook", "a.xlsx", Some(FileFormat::Xlsx)),
            ("macros", "a.xlsm", Some(FileFormat::Xlsx)),
            ("old_workbook", "a.xls", Some(FileFormat::Xlsx)),
            ("binary_workbook", "a.xlsb", Some(FileFormat::Xlsx)),
            ("open_document", "a.ods", Some(FileFormat::Xlsx)),
            ("frame", "a.parquet", Some(FileFormat::Parquet)),
            ("document", "a.doc", None),
            ("no_ending", "csv", None),
            ("hidden", ".csv", None),
        ] {
            assert_eq!(FileFormat::of(path).ok(), format, "{name}");
        }
        assert_eq!(
            FileFormat::of("data/a.doc").unwrap_err().to_string(),
            "`data/a.doc`: `file name` cannot be `a.doc` (expected one that ends in `.jsonl`, `.ndjson`, `.json`, `.csv`, `.tsv`, `.txt`, \
             `.xlsx`, `.xlsm`, `.xlsb`, `.xls`, `.ods`, `.parquet`)"
        );
    }

    #[test]
    fn a_format_is_read_back_from_its_name() {
        for format in RunFormat::ALL {
            assert_eq!(format.to_string().parse::<RunFormat>().unwrap(), *format);
        }
        let error = "html".parse::<RunFormat>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "`format` cannot be `html` (expected one of `jsonl` `csv` `xlsx` `trec`)"
        );
    }
}
