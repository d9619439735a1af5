use std::fmt;
use std::path::Path;
use std::str::FromStr;

use citymatch::Error;

use crate::invalid_file;

/// Makes an enum of formats: `ALL`, `name`, `Display`, `FromStr`.
macro_rules! formats {
    ($(#[$doc:meta])* $Format:ident { $($(#[$variant_doc:meta])* $Variant:ident = $name:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $Format { $($(#[$variant_doc])* $Variant,)* }

        impl $Format {
            /// Every format, in order.
            pub const ALL: &'static [Self] = &[$(Self::$Variant),*];

            /// The format's name as an option.
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
        /// An Excel workbook.
        Xlsx = "xlsx",
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
        /// A line a match, below the headers `challenge_id,solution_id,rank,score`.
        Csv = "csv",
        /// An Excel workbook with the same columns.
        Xlsx = "xlsx",
        /// What `trec_eval` and its relatives read: `challenge Q0 solution rank score citymatch`.
        Trec = "trec",
    }
}

const ENDINGS: &[(&str, FileFormat)] = &[
    ("jsonl", FileFormat::Jsonl),
    ("ndjson", FileFormat::Jsonl),
    ("json", FileFormat::Jsonl),
    ("csv", FileFormat::Csv),
    ("tsv", FileFormat::Csv),
    ("txt", FileFormat::Csv),
    ("xlsx", FileFormat::Xlsx),
    ("xlsm", FileFormat::Xlsx),
];

impl FileFormat {
    /// The format that a file's name tells: `.jsonl`, `.ndjson`, `.json`; `.csv`, `.tsv`, `.txt`;
    /// `.xlsx`, `.xlsm`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidFile`](citymatch::ErrorKind::InvalidFile) for another ending.
    pub fn of(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        let format = ENDINGS
            .iter()
            .find(|(known, _)| ending.as_deref() == Some(known))
            .map(|(_, format)| *format);
        format.ok_or_else(|| {
            let known: Vec<_> = ENDINGS.iter().map(|(ending, _)| format!("`.{ending}`")).collect();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            invalid_file(
                path,
                None,
                "file name",
                &name,
                format!("one that ends in {}", known.join(", ")),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_the_format() {
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
            ("old_workbook", "a.xls", None),
            ("no_ending", "csv", None),
            ("hidden", ".csv", None),
        ] {
            assert_eq!(FileFormat::of(path).ok(), format, "{name}");
        }
        assert_eq!(
            FileFormat::of("data/a.xls").unwrap_err().to_string(),
            "`data/a.xls`: `file name` cannot be `a.xls` (expected one that ends in `.jsonl`, `.ndjson`, `.json`, `.csv`, `.tsv`, `.txt`, \
             `.xlsx`, `.xlsm`)"
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
