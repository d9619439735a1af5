//! The challenges that a command matches or explains: those of a file, one on the command line, or
//! the stored ones.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use citymatch::{
    Challenge, Error, Language, Record, Snapshot,
    ingest::{Rejected, Row},
    record::{FieldError, TEXT_LIMIT, Warning},
};
use citymatch_files::{OptionWords, ReadOptions, read};
use clap::Args;

use crate::arguments::value;
use crate::commands::read_call;
use crate::failure::Failure;
use crate::messages;

/// Which challenges to match.
#[derive(Args)]
pub(crate) struct ChallengeArgs {
    /// Take the challenges of a JSONL, CSV or XLSX file, without storing them [default: the
    /// challenges in the catalogue]
    #[arg(long, value_name = "FILE", conflicts_with_all = ["text", "file"])]
    pub(crate) challenges: Option<PathBuf>,
    /// Take one challenge from a call: a .txt, .md, .html, .docx or .pdf file, read as `citymatch
    /// read-call` does
    #[arg(long, value_name = "CALL", conflicts_with = "text")]
    pub(crate) file: Option<PathBuf>,
    /// Take one challenge in your own words, in any of the three languages, or - for standard input;
    /// its id is `text`
    #[arg(long, value_parser = not_blank)]
    pub(crate) text: Option<String>,
    /// The language of --text: es, pt or en [default: detected; under five words the commonest
    /// language of the catalogue]
    #[arg(long, value_name = "LANGUAGE", requires = "text", value_parser = value::<Language>)]
    language: Option<Language>,
}

fn not_blank(text: &str) -> Result<String, String> {
    if text.trim().is_empty() { Err("expected some words".to_owned()) } else { Ok(text.to_owned()) }
}

impl ChallengeArgs {
    /// The file that the challenges are in, if they are in one.
    pub(crate) fn input(&self) -> Option<&Path> {
        self.challenges.as_deref().or(self.file.as_deref())
    }

    /// Whether there is one challenge, whose id nobody has to name.
    pub(crate) fn is_one(&self) -> bool {
        self.text.is_some() || self.file.is_some()
    }

    /// The challenges, each read when the iterator reaches it.
    pub(crate) fn open(&self, snapshot: &Snapshot) -> Result<Challenges, Failure> {
        if let Some(file) = &self.file {
            let challenge = read_call::read(file)?.challenge;
            return Ok(Challenges::new(Some(1), [Ok(Ok(challenge))].into_iter()));
        }
        if let Some(text) = &self.text {
            let text = if text == "-" { &read_call::standard_input()? } else { text };
            let text = not_blank(text).map_err(|expected| {
                Failure::usage(format!("standard input has no text ({expected})"))
            })?;
            let challenge = Challenge::from_text(text).language(self.language);
            return Ok(Challenges::new(Some(1), [Ok(Ok(challenge))].into_iter()));
        }
        if let Some(path) = &self.challenges {
            return Ok(Challenges::new(None, read_file(path)?));
        }
        let stored = snapshot.challenges();
        Ok(Challenges::new(
            Some(stored.len() as u64),
            stored.records()?.map(|challenge| challenge.map(Ok)),
        ))
    }
}

type Source = Box<dyn Iterator<Item = Result<Result<Challenge, Rejected>, Error>>>;

/// Challenges, one by one. Rejected rows of a file are reported on stderr and skipped.
pub(crate) struct Challenges {
    /// The number of challenges, if it is known before the last one is read.
    pub(crate) total: Option<u64>,
    source: Source,
    taken: usize,
    rejects: messages::RejectedRows,
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
            taken: 0,
            rejects: messages::RejectedRows::default(),
            failed: None,
        }
    }

    /// Challenges that are there.
    pub(crate) fn given(challenges: Vec<Challenge>) -> Self {
        let count = challenges.len() as u64;
        Self::new(Some(count), challenges.into_iter().map(|challenge| Ok(Ok(challenge))))
    }

    /// The number of challenges that were read, once the iterator has ended.
    pub(crate) fn finish(self) -> Result<usize, Failure> {
        if let Some(error) = self.failed {
            return Err(error.into());
        }
        match self.rejects.finish() {
            0 => {}
            rejected if self.taken == 0 => {
                return Err(Failure::failed(format!(
                    "no challenge could be read: {rejected} rejected"
                )));
            }
            rejected => messages::done(format_args!(
                "rejected {rejected} of {} challenges",
                rejected + self.taken
            )),
        }
        Ok(self.taken)
    }
}

impl Iterator for Challenges {
    type Item = Challenge;

    fn next(&mut self) -> Option<Challenge> {
        loop {
            match self.source.next()? {
                Ok(Ok(challenge)) => {
                    self.taken += 1;
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

/// The challenges of a file, with the checks that adding them to a catalogue would make.
fn read_file(
    path: &Path,
) -> Result<impl Iterator<Item = Result<Result<Challenge, Rejected>, Error>> + use<>, Failure> {
    let rows = read::<Challenge>(path, &ReadOptions::default().words(OptionWords::File))?;
    messages::few(rows.notes(), messages::note);
    let mut seen: HashMap<String, u64> = HashMap::new();
    let mut warned: Vec<Warning> = Vec::new();
    let (mut unclear, mut unknown) = (messages::Warnings::default(), messages::Warnings::default());
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
        for problem in admitted.iter().flat_map(Record::unclear) {
            unclear.push(format_args!("{location}: {problem}; it is taken as unknown"));
        }
        for warning in admitted.iter().flat_map(Record::warnings) {
            if !warned.contains(&warning) {
                unknown.push(format_args!("{location}: {warning}"));
                warned.push(warning);
            }
        }
        Ok(admitted.map_err(|problem| Rejected::new(location, problem)))
    }))
}
