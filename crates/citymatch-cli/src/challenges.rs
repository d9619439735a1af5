//! The challenges that a command is asked about: of a file, of the command line, or the stored
//! ones.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use citymatch::{
    Challenge, Error, Record, Snapshot,
    ingest::{Rejected, Row},
    record::{FieldError, TEXT_LIMIT, Warning},
};
use citymatch_files::{ReadOptions, read};
use clap::Args;

use crate::failure::Failure;
use crate::say;

/// Which challenges to ask.
#[derive(Args)]
pub(crate) struct Asked {
    /// Ask the challenges of a JSONL, CSV or XLSX file, which are not stored [default: the stored
    /// challenges]
    #[arg(long, value_name = "FILE", conflicts_with = "text")]
    pub(crate) challenges: Option<PathBuf>,
    /// Ask one challenge in your own words, in any of the three languages; its id is `text`
    #[arg(long, value_parser = not_blank)]
    pub(crate) text: Option<String>,
}

fn not_blank(text: &str) -> Result<String, String> {
    if text.trim().is_empty() { Err("expected some words".to_owned()) } else { Ok(text.to_owned()) }
}

impl Asked {
    /// The challenges, each read when it is asked for.
    pub(crate) fn open(&self, snapshot: &Snapshot) -> Result<Challenges, Failure> {
        if let Some(text) = &self.text {
            return Ok(Challenges::new(Some(1), [Ok(Ok(Challenge::from_text(text)))].into_iter()));
        }
        if let Some(path) = &self.challenges {
            return Ok(Challenges::new(None, of_file(path)?));
        }
        let stored = snapshot.challenges();
        Ok(Challenges::new(
            Some(stored.len() as u64),
            stored.records()?.map(|challenge| challenge.map(Ok)),
        ))
    }
}

type Source = Box<dyn Iterator<Item = Result<Result<Challenge, Rejected>, Error>>>;

/// Challenges, one by one. Rows of a file that are none are said on stderr and left out.
pub(crate) struct Challenges {
    /// How many there are, if that is known before the end.
    pub(crate) total: Option<u64>,
    source: Source,
    asked: usize,
    rejects: say::Rejects,
    failed: Option<Error>,
}

impl Challenges {
    fn new(
        total: Option<u64>,
        source: impl Iterator<Item = Result<Result<Challenge, Rejected>, Error>> + 'static,
    ) -> Self {
        Self {
            total,
            source: Box::new(source),
            asked: 0,
            rejects: say::Rejects::default(),
            failed: None,
        }
    }

    /// How many challenges came, once all have been taken.
    pub(crate) fn finish(self) -> Result<usize, Failure> {
        if let Some(error) = self.failed {
            return Err(error.into());
        }
        match self.rejects.finish() {
            0 => {}
            rejected if self.asked == 0 => {
                return Err(Failure::failed(format!(
                    "no challenge could be read: {rejected} rejected"
                )));
            }
            rejected => say::done(format_args!(
                "rejected {rejected} of {} challenges",
                rejected + self.asked
            )),
        }
        Ok(self.asked)
    }
}

impl Iterator for Challenges {
    type Item = Challenge;

    fn next(&mut self) -> Option<Challenge> {
        loop {
            match self.source.next()? {
                Ok(Ok(challenge)) => {
                    self.asked += 1;
                    return Some(challenge);
                }
                Ok(Err(rejected)) => self.rejects.push(&rejected),
                Err(error) => {
                    self.failed = Some(error);
                    return None;
                }
            }
        }
    }
}

/// The challenges of a file, under the rules by which a catalogue takes them.
fn of_file(
    path: &Path,
) -> Result<impl Iterator<Item = Result<Result<Challenge, Rejected>, Error>> + use<>, Failure> {
    let rows = read::<Challenge>(path, &ReadOptions::default())?;
    rows.notes().iter().for_each(say::note);
    let mut seen: HashMap<String, u64> = HashMap::new();
    let mut warned: Vec<Warning> = Vec::new();
    Ok(rows.map(move |Row { location, record }| {
        let admitted = record.and_then(|challenge| {
            challenge.check(TEXT_LIMIT)?;
            let id = challenge.id.to_string();
            if let Some(first) = seen.get(&id) {
                return Err(FieldError::new(
                    "id",
                    &id,
                    format!("an id that is not in row {first} already"),
                ));
            }
            seen.insert(id, location.row);
            Ok(challenge)
        });
        for warning in admitted.iter().flat_map(Record::warnings) {
            if !warned.contains(&warning) {
                say::warning(format_args!("{location}: {warning}"));
                warned.push(warning);
            }
        }
        Ok(admitted.map_err(|problem| Rejected::new(location, problem)))
    }))
}
