use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anstyle::Style;
use citymatch::text::{LanguageSource, language_of};
use citymatch::{Catalogue, Country, Record, Snapshot, Stage, catalogue::Records};
use clap::{Args, ValueEnum};
use indicatif::HumanBytes;
use serde_json::{Map, Value as Json, json};

use crate::failure::Failure;
use crate::output;
use crate::paragraph::{terminal_width, write_paragraph};

/// The most values of a field that are shown.
const SHOWN: usize = 12;

/// Shows what is in a catalogue: how many records, their languages, countries, stages and themes.
#[derive(Args)]
#[command(after_help = "Example:\n  citymatch info catalogue.cm --format json")]
pub(crate) struct Info {
    /// The catalogue's folder
    catalogue: PathBuf,
    /// How to show it
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For reading: the commonest values
    Table,
    /// One JSON object, with everything
    Json,
}

/// The number of records with each value.
type Counts = BTreeMap<String, u64>;

/// The number of records of one kind, and of those with each value.
#[derive(Default)]
struct Contents {
    records: usize,
    declared: Counts,
    /// Of the records that do not declare a language.
    detected: Counts,
    /// The records whose language is not known: few words, or another language.
    unsure: u64,
    countries: Counts,
    stages: Counts,
    themes: Counts,
}

impl Info {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let catalogue = Catalogue::open(&self.catalogue)?;
        let snapshot = catalogue.snapshot()?;
        let bytes = size(&self.catalogue).map_err(|error| Failure::file(&self.catalogue, error))?;
        let kinds = contents(&snapshot)?;
        output::write_text(None, |out| match self.format {
            Format::Table => show(out, &self.catalogue, bytes, &kinds),
            Format::Json => {
                let mut info = Map::new();
                info.insert("path".to_owned(), json!(self.catalogue.to_string_lossy()));
                info.insert("bytes".to_owned(), json!(bytes));
                info.extend(
                    kinds.into_iter().map(|(kind, contents)| (kind.to_owned(), contents.json())),
                );
                Ok(writeln!(out, "{:#}", Json::Object(info))?)
            }
        })
    }
}

fn contents(snapshot: &Snapshot) -> Result<[(&'static str, Contents); 2], Failure> {
    let solutions = Contents::count(&snapshot.solutions(), |solution| {
        (solution.country, solution.stage, solution.themes)
    })?;
    let challenges = Contents::count(&snapshot.challenges(), |challenge| {
        (challenge.country, None, challenge.themes)
    })?;
    Ok([("solutions", solutions), ("challenges", challenges)])
}

impl Contents {
    fn count<R: Record>(
        records: &Records<R>,
        fields: impl Fn(R) -> (Option<Country>, Option<Stage>, Vec<String>),
    ) -> Result<Self, Failure> {
        let mut contents = Self { records: records.len(), ..Self::default() };
        for record in records.records()? {
            let record = record?;
            match language_of(&record) {
                Some((language, LanguageSource::Declared)) => {
                    count(&mut contents.declared, Some(language));
                }
                Some((language, _)) => count(&mut contents.detected, Some(language)),
                None => {
                    count(&mut contents.detected, Some("unknown"));
                    contents.unsure += 1;
                }
            }
            let (country, stage, themes) = fields(record);
            count(&mut contents.countries, country);
            count(&mut contents.stages, stage);
            for theme in themes {
                count(&mut contents.themes, Some(theme));
            }
        }
        Ok(contents)
    }

    /// The counts of each field, with its name in JSON.
    fn parts(&self) -> [(&'static str, &Counts); 5] {
        [
            ("declared_languages", &self.declared),
            ("detected_languages", &self.detected),
            ("countries", &self.countries),
            ("stages", &self.stages),
            ("themes", &self.themes),
        ]
    }

    fn json(&self) -> Json {
        let parts = self.parts().map(|(name, counts)| (name.to_owned(), json!(counts)));
        let counts = [("records", json!(self.records)), ("language_not_sure", json!(self.unsure))];
        let counts = counts.map(|(name, count)| (name.to_owned(), count));
        Json::Object(counts.into_iter().chain(parts).collect())
    }
}

fn count(counts: &mut Counts, value: Option<impl ToString>) {
    if let Some(value) = value {
        *counts.entry(value.to_string()).or_default() += 1;
    }
}

fn show(
    out: &mut dyn Write,
    path: &Path,
    bytes: u64,
    kinds: &[(&'static str, Contents)],
) -> Result<(), Failure> {
    let bold = Style::new().bold();
    writeln!(out, "{bold}{}{bold:#}  {} on disk", path.display(), HumanBytes(bytes))?;
    for (kind, contents) in kinds {
        writeln!(out, "\n{bold}{} {kind}{bold:#}", contents.records)?;
        if contents.unsure > 0 {
            let (unsure, records) = (contents.unsure, contents.records);
            let why = "too few words, or none of these languages";
            let text = format!("{unsure} of {records}: {why}");
            write_paragraph(
                out,
                &format!("  {:<20}", "language not sure"),
                &text,
                terminal_width(),
            )?;
        }
        for (name, counts) in contents.parts().into_iter().filter(|(_, counts)| !counts.is_empty())
        {
            write_paragraph(
                out,
                &format!("  {:<20}", name.replace('_', " ")),
                &commonest(counts),
                terminal_width(),
            )?;
        }
    }
    Ok(())
}

/// The commonest values with their counts, and the number of further values.
fn commonest(counts: &Counts) -> String {
    let mut by_count: Vec<_> = counts.iter().collect();
    by_count.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    let mut shown: Vec<String> =
        by_count.iter().take(SHOWN).map(|(value, count)| format!("{value} {count}")).collect();
    if let Some(more @ 1..) = by_count.len().checked_sub(SHOWN) {
        shown.push(format!("and {more} more"));
    }
    shown.join(", ")
}

/// The size of the files of a folder in bytes.
fn size(folder: &Path) -> io::Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        // Another process may commit and remove the file in the meantime.
        let Ok(metadata) = entry.metadata() else { continue };
        bytes += if metadata.is_dir() { size(&entry.path())? } else { metadata.len() };
    }
    Ok(bytes)
}
