//! What is derived from a snapshot's segments: made once for each, kept in files beside the index.

use std::fs;
use std::path::{Path, PathBuf};

use citymatch_encoder::Encoder;

use super::segment::Segment;
use super::snapshot::{Address, Snapshot};
use crate::derived::{Terms, Vectors, derive};
use crate::error::Error;
use crate::record::{Kind, Solution};
use crate::text::Content;

/// The folder of derived data in a catalogue's.
const FOLDER: &str = "derived";

impl Snapshot {
    /// The terms of a segment: read from their file, or made again where that is missing or damaged.
    pub(crate) fn terms(&self, number: usize) -> Result<&Terms, Error> {
        let segment = &self.segments()[number];
        if let Some(terms) = segment.terms.get() {
            return Ok(terms);
        }
        let file = self.base().path.as_deref().map(|folder| terms_file(folder, segment));
        let read = file.and_then(|file| fs::read(file).ok()).and_then(|file| Terms::from_file(&file, segment.len()));
        let terms = if let Some(terms) = read { terms } else { self.derive(number, None)?.0 };
        Ok(segment.terms.get_or_init(|| terms))
    }

    /// The vectors of a segment: read from their file, or made again where that is missing or damaged.
    pub(crate) fn vectors(&self, number: usize) -> Result<&Vectors, Error> {
        let segment = &self.segments()[number];
        if let Some(vectors) = segment.vectors.get() {
            return Ok(vectors);
        }
        let encoder = self.required_encoder()?;
        let file = self.base().path.as_deref().and_then(|folder| fs::read(vectors_file(folder, segment, encoder)).ok());
        let read = match file {
            Some(file) => Vectors::from_file(&file, self.terms(number)?.len(), segment.len(), encoder.size()),
            None => None,
        };
        if let Some(read) = read {
            return Ok(segment.vectors.get_or_init(|| read));
        }
        // Both come of one look at the texts.
        let (terms, vectors) = self.derive(number, Some(encoder))?;
        segment.terms.get_or_init(|| terms);
        let vectors = vectors.ok_or_else(|| Error::engine("encoding", "an encoder made no vectors"))?;
        Ok(segment.vectors.get_or_init(|| vectors))
    }

    /// Writes what is derived from segments that have no file yet, and removes the files of segments that are gone. A folder that cannot be
    /// written is no failure: what is missing is made again by whoever needs it.
    pub(super) fn keep_derived(&self) -> Result<(), Error> {
        let mut kept = Vec::new();
        for (segment, number) in self.segments().iter().zip(0..) {
            // The vectors first: where both are missing, they bring the terms with them.
            let vectors = self.encoder().map(|_| self.vectors(number)).transpose()?;
            let terms = self.terms(number)?;
            let Some(folder) = &self.base().path else { continue };
            kept.push(keep(terms_file(folder, segment), || terms.to_file()));
            if let (Some(vectors), Some(encoder)) = (vectors, self.encoder()) {
                kept.push(keep(vectors_file(folder, segment, encoder), || vectors.to_file()));
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

    fn derive(&self, number: usize, encoder: Option<&dyn Encoder>) -> Result<(Terms, Option<Vectors>), Error> {
        let records = u32::try_from(self.segments()[number].len()).expect("records are counted in u32");
        derive(records, |record| self.any_content(number, record), encoder)
    }

    /// What a record says, dead or alive; nothing for a challenge.
    fn any_content(&self, segment: usize, record: u32) -> Result<Option<Content>, Error> {
        match self.segments()[segment].tag(record).was {
            Kind::Solution => self.content(segment, record).map(Some),
            Kind::Challenge => Ok(None),
        }
    }

    /// What a solution says, dead or alive.
    pub(super) fn content(&self, segment: usize, record: u32) -> Result<Content, Error> {
        let solution: Solution = self.read(Address { segment, record })?;
        Ok(Content::of(&solution, self.segments()[segment].tag(record).language))
    }

    pub(super) fn required_encoder(&self) -> Result<&dyn Encoder, Error> {
        self.encoder().ok_or_else(|| Error::engine("encoding", "the catalogue's encoder is not at hand"))
    }
}

/// The file of a segment's terms.
fn terms_file(folder: &Path, segment: &Segment) -> PathBuf {
    folder.join(FOLDER).join(format!("{}.terms", segment.name()))
}

/// The file of what an encoder made of a segment.
fn vectors_file(folder: &Path, segment: &Segment, encoder: &dyn Encoder) -> PathBuf {
    // An encoder's name may hold what no file's name can.
    let encoder = crc32fast::hash(format!("{} {}", encoder.name(), encoder.size()).as_bytes());
    folder.join(FOLDER).join(format!("{}-{encoder:08x}.vectors", segment.name()))
}

/// Writes a file that is not there yet.
fn keep(file: PathBuf, bytes: impl FnOnce() -> Vec<u8>) -> PathBuf {
    if !file.exists() && file.parent().is_some_and(|folder| fs::create_dir_all(folder).is_ok()) {
        write(&file, &bytes());
    }
    file
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
