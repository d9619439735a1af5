use std::path::PathBuf;
use std::time::Duration;

use citymatch::ingest::{AddReport, UnclearField};
use citymatch::{Catalogue, Challenge, Error, Record, Solution, record::TEXT_LIMIT};
use citymatch_files::{
    ColumnDescription, FileFormat, OptionWords, ReadOptions, SourceDescription, is_lock_file, read,
    write_rejects,
};
use clap::Args;

use crate::arguments::{Kind, positive, seconds};
use crate::failure::Failure;
use crate::progress::Progress;
use crate::{interrupt, messages, output};

/// Adds the records of files, or replaces those that have their ids, in one commit.
///
/// The ending of a file's name tells its format: .jsonl, .ndjson or .json; .csv, .tsv or .txt;
/// .xlsx, .xlsm, .xlsb, .xls or .ods; .parquet. Columns may have the names of fields or the usual
/// headers in Spanish, Portuguese or English; a table has 16,384 columns at most. Rows without an id or a text are skipped, and
/// stderr says why; the command fails if it has read rows and could add none of them. A file without
/// rows is no failure, and stderr names it. A country, stage, cost, goal, year,
/// date or kind of organisation that is not understood is kept as it is written, and stderr says how
/// many there are. If an id occurs twice in one file, the first row counts; if it occurs in two
/// files, the last file does.
#[derive(Args)]
#[command(after_help = "Examples:
  citymatch add catalogue.cm solutions.csv more.xlsx
  citymatch add catalogue.cm form.csv --ids row --dry-run
  citymatch add catalogue.cm retos.jsonl --kind challenges --rejects wrong.jsonl
  citymatch add catalogue.cm plan.csv --columns 'Nombre corto=title,Presupuesto=cost.amount'")]
pub(crate) struct Add {
    /// The catalogue's folder
    catalogue: PathBuf,
    /// The files to read; `-` is standard input, whose format --format tells
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The kind of record in the files
    #[arg(long, value_enum, default_value_t = Kind::Solutions)]
    kind: Kind,
    /// The fields of columns whose headers are not understood; the field `extra.NAME` keeps a
    /// column without matching it
    #[arg(long, value_name = "HEADER=FIELD,...", value_parser = columns)]
    columns: Option<Columns>,
    /// Write the rejected rows to a file in the format of the FILEs they come from, with three
    /// columns that say why; correct them there and add that file
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// Add nothing and fail if any row is rejected, or has a value that is not understood
    #[arg(long)]
    strict: bool,
    /// Say what would be added, and how each column is read, without adding it
    #[arg(long)]
    dry_run: bool,
    /// Where ids come from: `row` makes one from what a row says, for rows that have none. The same
    /// row gets the same id in every file, and another one when it has been corrected
    #[arg(long, value_enum, value_name = "SOURCE")]
    ids: Option<Ids>,
    /// The most bytes of text in a field, 1 or more
    #[arg(long, value_name = "BYTES", default_value_t = TEXT_LIMIT, value_parser = positive)]
    text_limit: usize,
    /// The format of the files, whatever their names: jsonl, csv, xlsx or parquet
    #[arg(long, value_name = "FORMAT", value_parser = format)]
    format: Option<FileFormat>,
    /// The encoding of CSV and JSONL files, such as windows-1252 [default: detected]
    #[arg(long, value_name = "NAME")]
    encoding: Option<String>,
    /// The separator of cells in CSV files: one character, or `tab` [default: detected]
    #[arg(long, value_name = "CHARACTER", value_parser = delimiter)]
    delimiter: Option<u8>,
    /// The sheet of a workbook to read [default: the first with the headers of records, and all others
    /// with the same headers]
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// How long to wait for another writer; without it the command fails at once
    #[arg(long, value_name = "SECONDS", default_value = "0", value_parser = seconds, hide_default_value = true)]
    wait: Duration,
}

impl Add {
    pub(crate) fn run(mut self) -> Result<(), Failure> {
        self.leave_out_lock_files();
        self.open_standard_input()?;
        output::refuse_overwriting(
            "--rejects",
            self.rejects.as_deref(),
            self.files.iter().map(PathBuf::as_path),
        )?;
        match self.kind {
            Kind::Solutions => self.add::<Solution>(),
            Kind::Challenges => self.add::<Challenge>(),
        }
    }

    /// Leaves out what Excel puts beside a workbook that is open, as `*.xlsx` names it too. Alone, it
    /// is an error.
    fn leave_out_lock_files(&mut self) {
        let (locks, files): (Vec<_>, Vec<_>) =
            self.files.iter().cloned().partition(|file| is_lock_file(file));
        if files.is_empty() {
            return;
        }
        for lock in locks {
            messages::note(format_args!("`{}` left out: Excel's lock file", lock.display()));
        }
        self.files = files;
    }

    /// Puts the file that standard input is in the place of `-`.
    fn open_standard_input(&mut self) -> Result<(), Failure> {
        let Some(input) = self.files.iter_mut().find(|file| file.as_os_str() == "-") else {
            return Ok(());
        };
        if self.format.is_none() {
            return Err(Failure::usage("standard input has no name: --format tells what it is"));
        }
        if self.rejects.is_some() {
            return Err(Failure::usage(
                "--rejects reads its files twice, which standard input is not",
            ));
        }
        if !cfg!(unix) {
            return Err(Failure::usage("standard input cannot be read here: name a file"));
        }
        *input = PathBuf::from("/dev/stdin");
        Ok(())
    }

    fn add<R: Record>(&self) -> Result<(), Failure> {
        let catalogue = Catalogue::open(&self.catalogue).map_err(Error::nothing_added)?;
        let mut edit = interrupt::edit(&catalogue, self.wait, "nothing was added")
            .map_err(Error::nothing_added)?
            .text_limit(self.text_limit)
            .strict(self.strict);
        let options = self.options();
        let (mut report, mut files) = (AddReport::default(), Vec::new());
        let (mut progress, mut empty) = (Progress::new("rows", None), Vec::new());
        for file in &self.files {
            let rows = read::<R>(file, &options).map_err(Error::nothing_added)?;
            let (notes, source) = (rows.notes().to_vec(), rows.source().clone());
            let of_file = edit.put_rows(rows.inspect(|_| progress.step()))?;
            if of_file.rows() == 0 {
                empty.push(file);
            }
            files.push((source, notes, of_file.unclear.clone()));
            report.extend(of_file);
        }
        drop(progress);
        tell_files(&files);
        messages::few(empty, |file| {
            messages::warning(format_args!("`{}` has no rows", file.display()));
        });
        let rejected = self.tell::<R>(&report, &options)?;
        if rejected > 0 && self.strict {
            return Err(Failure::failed(format!(
                "nothing was added: {rejected} rejected, and --strict adds all rows or none"
            )));
        }
        if rejected > 0 && report.added + report.replaced == 0 {
            return Err(Failure::failed(format!(
                "no row could be added: {rejected} rejected; nothing was added"
            )));
        }
        let rows = report.rows();
        let counts =
            format!("added {}, replaced {}, rejected {rejected}", report.added, report.replaced);
        if self.dry_run {
            messages::done(format_args!(
                "would have read {rows} rows: {counts}; nothing was added"
            ));
            return Ok(());
        }
        edit.commit()?;
        messages::done(format_args!("read {rows} rows: {counts}"));
        Ok(())
    }

    /// Says what was wrong or strange, keeps the rejected rows, and returns how many there are.
    fn tell<R: Record>(&self, report: &AddReport, options: &ReadOptions) -> Result<usize, Failure> {
        messages::few(&report.warnings, |(place, warning)| {
            messages::warning(format_args!("{place}: {warning}"));
        });
        if report.trimmed_ids > 0 {
            let rows = report.trimmed_ids;
            messages::note(format_args!("white space around the ids of {rows} rows is left out"));
        }
        if report.copies > 0 {
            messages::note(format_args!(
                "{} of these records have the texts of another one, under another id",
                report.copies
            ));
        }
        let mut rejects = messages::RejectedRows::default();
        report.rejected.iter().for_each(|rejected| rejects.push(rejected));
        let rejected = rejects.finish();
        if let (Some(out), 1..) = (&self.rejects, rejected) {
            let kept = write_rejects::<R>(&self.files, options, &report.rejected, out)
                .map_err(Error::nothing_added)?;
            messages::done(format_args!("kept {kept} rejected in `{}`", out.display()));
        }
        Ok(rejected)
    }

    fn options(&self) -> ReadOptions {
        let mut options =
            ReadOptions::default().words(OptionWords::Command).row_ids(self.ids == Some(Ids::Row));
        if let Some(columns) = &self.columns {
            options = options.columns(columns.0.iter().cloned());
        }
        if let Some(format) = self.format {
            options = options.format(format);
        }
        if let Some(encoding) = &self.encoding {
            options = options.encoding(encoding);
        }
        if let Some(delimiter) = self.delimiter {
            options = options.delimiter(delimiter);
        }
        if let Some(sheet) = &self.sheet {
            options = options.sheet(sheet);
        }
        options
    }
}

/// Where ids come from.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Ids {
    /// What a row says.
    Row,
}

/// The most columns of a file that are listed.
const LISTED_COLUMNS: usize = 40;

/// Says what each file was found to be: a line for the file, and one for each of its columns.
fn tell_files(files: &[(SourceDescription, Vec<String>, Vec<UnclearField>)]) {
    let mut told: Option<&[ColumnDescription]> = None;
    for (source, notes, unclear) in files {
        messages::done(messages::one_line(&source.summary()));
        if told == Some(&source.columns) && !source.columns.is_empty() {
            messages::done("  the same columns");
        } else {
            tell_columns(&source.columns);
        }
        told = Some(&source.columns);
        messages::few(notes, messages::note);
        messages::few(unclear, |field| {
            messages::warning(format_args!("`{}`: {field}", source.file));
        });
    }
}

/// Says which field each column is.
fn tell_columns(columns: &[ColumnDescription]) {
    for ColumnDescription { header, field, .. } in columns.iter().take(LISTED_COLUMNS) {
        let line = match field {
            Some(field) => format!("  {} → {field}", header.trim()),
            None => format!("  {}: kept, not matched", header.trim()),
        };
        messages::done(messages::one_line(&line));
    }
    if let Some(more @ 1..) = columns.len().checked_sub(LISTED_COLUMNS) {
        messages::done(format_args!("  … and {more} more columns"));
    }
}

/// Headers, and the fields that they are.
#[derive(Clone, Debug, PartialEq)]
struct Columns(Vec<(String, String)>);

/// Reads `HEADER=field,…`. Headers may have commas and `=` themselves, since fields have none.
fn columns(text: &str) -> Result<Columns, String> {
    let mut columns = Vec::new();
    let mut header = String::new();
    for part in text.split(',') {
        header.push_str(part);
        if let Some((name, field)) = header.rsplit_once('=') {
            columns.push((name.trim().to_owned(), field.trim().to_owned()));
            header.clear();
        } else {
            header.push(',');
        }
    }
    if !header.is_empty()
        || columns.iter().any(|(header, field)| header.is_empty() || field.is_empty())
    {
        return Err("expected HEADER=FIELD, or several with commas between them".to_owned());
    }
    Ok(Columns(columns))
}

fn format(text: &str) -> Result<FileFormat, String> {
    text.parse().map_err(|error: citymatch::Error| error.to_string())
}

fn delimiter(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        _ if text == "tab" || text == "\\t" => Ok(b'\t'),
        [byte] if byte.is_ascii() => Ok(*byte),
        _ => Err("expected one ASCII character, or `tab`".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_headers_and_fields() {
        let pairs = |pairs: &[(&str, &str)]| {
            Some(pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect())
        };
        for (name, text, expected) in [
            ("one", "Nombre corto=title", pairs(&[("Nombre corto", "title")])),
            ("two", "a=id, b=cost.amount", pairs(&[("a", "id"), ("b", "cost.amount")])),
            (
                "comma_in_a_header",
                "Ciudad, país=city,b=id",
                pairs(&[("Ciudad, país", "city"), ("b", "id")]),
            ),
            ("equals_in_a_header", "a=b=id", pairs(&[("a=b", "id")])),
            ("no_field", "a", None),
            ("empty_field", "a=", None),
            ("empty_header", "=id", None),
            ("trailing", "a=id,b", None),
            ("empty", "", None),
        ] {
            assert_eq!(columns(text).ok().map(|columns| columns.0), expected, "{name}");
        }
    }

    #[test]
    fn delimiters() {
        for (name, text, expected) in [
            ("semicolon", ";", Some(b';')),
            ("tab", "tab", Some(b'\t')),
            ("two", ";;", None),
            ("no_ascii", "·", None),
            ("empty", "", None),
        ] {
            assert_eq!(delimiter(text).ok(), expected, "{name}");
        }
    }
}
