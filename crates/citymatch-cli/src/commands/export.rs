use std::path::PathBuf;

use citymatch::{Catalogue, Record, catalogue::Records};
use citymatch_files::{FileFormat, Output, write_raw_records, write_records};
use clap::{Args, ValueEnum};

use crate::arguments::Kind;
use crate::failure::Failure;
use crate::{messages, output};

/// Writes every record of a kind as it was added, in the order of the ids.
#[derive(Args)]
#[command(after_help = "Example:
  citymatch export catalogue.cm --kind challenges --format xlsx --out challenges.xlsx
  citymatch export catalogue.cm --format parquet --out solutions.parquet")]
pub(crate) struct Export {
    /// The catalogue's folder
    catalogue: PathBuf,
    /// Which records
    #[arg(long, value_enum, default_value_t = Kind::Solutions)]
    kind: Kind,
    /// How to write them
    #[arg(long, value_enum, default_value_t = Format::Jsonl)]
    format: Format,
    /// The file to write [default: stdout]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Leave texts in CSV as they are, also those that a spreadsheet would run as formulas; without
    /// it they have an apostrophe before them, which `add` takes away again
    #[arg(long)]
    raw: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// One JSON object per record
    Jsonl,
    /// A column for every field
    Csv,
    /// An Excel workbook; needs --out
    Xlsx,
    /// Typed columns, as data frames are stored; needs --out
    Parquet,
}

impl Export {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let needs_file = match self.format {
            Format::Xlsx => Some("--format xlsx writes a workbook (expected --out FILE with it)"),
            Format::Parquet => Some("--format parquet is no text (expected --out FILE with it)"),
            Format::Jsonl | Format::Csv => None,
        };
        if self.raw && self.format != Format::Csv {
            return Err(Failure::usage(
                "--raw is about texts in CSV (expected --format csv with it)",
            ));
        }
        if let Some(message) = needs_file.filter(|_| self.out.is_none()) {
            return Err(Failure::usage(message));
        }
        let snapshot = Catalogue::open(&self.catalogue)?.snapshot()?;
        let written = match self.kind {
            Kind::Solutions => self.write(&snapshot.solutions()),
            Kind::Challenges => self.write(&snapshot.challenges()),
        }?;
        if let Some(out) = &self.out {
            messages::done(format_args!("{written} records: `{}`", out.display()));
        }
        Ok(())
    }

    fn write<R: Record>(&self, records: &Records<R>) -> Result<u64, Failure> {
        let format = match self.format {
            Format::Jsonl => FileFormat::Jsonl,
            Format::Csv => FileFormat::Csv,
            Format::Xlsx => FileFormat::Xlsx,
            Format::Parquet => FileFormat::Parquet,
        };
        let mut stdout = output::stdout();
        let out = match &self.out {
            Some(path) => Output::Path(path),
            None => Output::Writer(&mut stdout),
        };
        let write = if self.raw { write_raw_records } else { write_records };
        Ok(write(records.records()?, format, out)?)
    }
}
