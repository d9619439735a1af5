//! A snapshot's vectors: each segment's, kept in files beside the index, and the dictionary of all of them.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use citymatch_encoder::{Encoder, Quantised, Vector};

use super::segment::Segment;
use super::snapshot::{Address, Snapshot};
use crate::derived::{Derived, Dictionary, Expansion, FormCounts, count_forms, encoding};
use crate::error::Error;
use crate::record::{Kind, Solution};
use crate::text::{AskTerm, Content};

/// The folder of derived data in a catalogue's.
const FOLDER: &str = "derived";
/// How many words' expansions a snapshot remembers; then it forgets them all.
const MOST_REMEMBERED: usize = 100_000;

/// The expansions of words, by term and form.
type Remembered = HashMap<(String, String), Arc<Vec<Expansion>>>;

/// What a snapshot finds out about the live terms of all its segments, when a signal first asks.
#[derive(Default)]
pub(super) struct LiveVectors {
    dictionary: OnceLock<Dictionary>,
    /// Held while the dictionary is made, so that it is made once.
    making: Mutex<()>,
    expansions: Mutex<Remembered>,
}

impl Snapshot {
    /// What is derived from a segment's records: read from its file, or made again where that is missing or damaged.
    pub(crate) fn derived(&self, number: usize) -> Result<&Derived, Error> {
        let segment = &self.segments()[number];
        if let Some(derived) = segment.derived.get() {
            return Ok(derived);
        }
        let encoder = self.required_encoder()?;
        let file = self.base().path.as_deref().map(|folder| file_of(folder, segment, encoder));
        let read = file.and_then(|file| fs::read(file).ok()).and_then(|file| Derived::from_file(&file, segment.len(), encoder.size()));
        let derived = match read {
            Some(derived) => derived,
            None => Derived::build(self.contents(number), encoder)?,
        };
        Ok(segment.derived.get_or_init(|| derived))
    }

    /// Writes what is derived from segments that have no file yet, and removes the files of segments that are gone. A folder that cannot be
    /// written is no failure: what is missing is made again by whoever needs it.
    pub(super) fn keep_derived(&self) -> Result<(), Error> {
        let Some(encoder) = self.encoder() else { return Ok(()) };
        let mut kept = Vec::new();
        for (segment, number) in self.segments().iter().zip(0..) {
            let derived = self.derived(number)?;
            if let Some(folder) = &self.base().path {
                let file = file_of(folder, segment, encoder);
                if !file.exists() && fs::create_dir_all(folder.join(FOLDER)).is_ok() {
                    write(&file, &derived.to_file());
                }
                kept.push(file);
            }
        }
        if let Some(entries) = self.base().path.as_ref().and_then(|folder| fs::read_dir(folder.join(FOLDER)).ok()) {
            for entry in entries.flatten().filter(|entry| !kept.contains(&entry.path())) {
                // What cannot be removed now is tried again at the next commit.
                let _ = fs::remove_file(entry.path());
            }
        }
        Ok(())
    }

    /// The live terms of all segments.
    pub(crate) fn dictionary(&self) -> Result<&Dictionary, Error> {
        let vectors = self.live_vectors();
        if let Some(dictionary) = vectors.dictionary.get() {
            return Ok(dictionary);
        }
        let _making = vectors.making.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(dictionary) = vectors.dictionary.get() {
            return Ok(dictionary);
        }
        let mut parts = Vec::new();
        for number in 0..self.segments().len() {
            parts.push((&self.derived(number)?.forms, self.dead_forms(number)?));
        }
        let dictionary = Dictionary::new(&parts, self.required_encoder()?).map_err(encoding)?;
        Ok(vectors.dictionary.get_or_init(|| dictionary))
    }

    /// The terms that each word of an ask is related to.
    pub(crate) fn expansions(&self, words: &[AskTerm]) -> Result<Vec<Arc<Vec<Expansion>>>, Error> {
        let key = |word: &AskTerm| (word.text.clone(), word.form.clone());
        let remembered = || self.live_vectors().expansions.lock().unwrap_or_else(PoisonError::into_inner);
        let mut found: Vec<Option<Arc<Vec<Expansion>>>> = {
            let remembered = remembered();
            words.iter().map(|word| remembered.get(&key(word)).cloned()).collect()
        };
        let missing: Vec<usize> = (0..words.len()).filter(|at| found[*at].is_none()).collect();
        if !missing.is_empty() {
            let forms: Vec<&str> = missing.iter().map(|at| words[*at].form.as_str()).collect();
            let vectors = self.required_encoder()?.encode(&forms).map_err(encoding)?;
            let vectors: Vec<Quantised> = vectors.iter().map(Vector::quantise).collect();
            let asked: Vec<(&str, &Quantised)> = missing.iter().map(|at| words[*at].text.as_str()).zip(&vectors).collect();
            let expansions = self.dictionary()?.expansions(&asked);
            let mut remembered = remembered();
            if remembered.len() + missing.len() > MOST_REMEMBERED {
                remembered.clear();
            }
            for (at, expansions) in missing.into_iter().zip(expansions) {
                let expansions = Arc::new(expansions);
                remembered.insert(key(&words[at]), Arc::clone(&expansions));
                found[at] = Some(expansions);
            }
        }
        Ok(found.into_iter().flatten().collect())
    }

    fn required_encoder(&self) -> Result<&dyn Encoder, Error> {
        self.encoder().ok_or_else(|| Error::engine("encoding", "the catalogue's encoder is not at hand"))
    }

    /// What each record of a segment says, the dead included; none for challenges.
    fn contents(&self, segment: usize) -> impl Iterator<Item = Result<Option<Content>, Error>> + '_ {
        let records = 0..u32::try_from(self.segments()[segment].len()).expect("records are counted in u32");
        records.map(move |record| match self.segments()[segment].tag(record).was {
            Kind::Solution => self.content(segment, record).map(Some),
            Kind::Challenge => Ok(None),
        })
    }

    fn content(&self, segment: usize, record: u32) -> Result<Content, Error> {
        let solution: Solution = self.read(Address { segment, record })?;
        Ok(Content::of(&solution, self.segments()[segment].tag(record).language))
    }

    /// How often the forms of terms stand in a segment's dead records.
    fn dead_forms(&self, segment: usize) -> Result<FormCounts, Error> {
        let mut counts = FormCounts::new();
        for record in self.segments()[segment].dead_solutions() {
            count_forms(&mut counts, [&self.content(segment, record)?]);
        }
        Ok(counts)
    }
}

/// The file of what is derived from a segment with an encoder.
fn file_of(folder: &Path, segment: &Segment, encoder: &dyn Encoder) -> PathBuf {
    // An encoder's name may hold what no file's name can.
    let encoder = crc32fast::hash(format!("{} {}", encoder.name(), encoder.size()).as_bytes());
    folder.join(FOLDER).join(format!("{}-{encoder:08x}.vectors", segment.name()))
}

/// Under another name first, so that nobody reads half a file.
fn write(file: &Path, bytes: &[u8]) {
    let temporary = file.with_extension(format!("{}", std::process::id()));
    let written = fs::File::create(&temporary).and_then(|mut out| {
        std::io::Write::write_all(&mut out, bytes)?;
        out.sync_all()
    });
    if written.and_then(|()| fs::rename(&temporary, file)).is_err() {
        let _ = fs::remove_file(temporary);
    }
}
