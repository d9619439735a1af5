//! What is derived from a snapshot's segments: made once for each, kept in files beside the index.

use std::ffi::OsStr;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;

use citymatch_encoder::Encoder;
use ownedbytes::OwnedBytes;
use tantivy::Directory;
use tantivy::directory::MmapDirectory;

use super::merge_plan::MergePlan;
use super::snapshot::{DocAddress, Snapshot};
use crate::engine::Segment;
use crate::error::Error;
use crate::index::{AT_ONCE, InvertedIndex, SegmentBuilder, Vectors, on_threads};
use crate::progress::Progress;
use crate::record::{Kind, Solution};
use crate::text::{AnalysedRecord, Analyser};

/// The folder of derived data in a catalogue's.
const FOLDER: &str = "derived";
/// What its files are, as their names end.
const TERMS: &str = "terms";
const VECTORS: &str = "vectors";

impl Snapshot {
    /// The terms of a segment: read from their file, or made again where that is missing or
    /// damaged.
    pub(crate) fn terms(&self, number: usize) -> Result<&InvertedIndex, Error> {
        let segment = &self.segments()[number];
        if let Some(terms) = segment.terms().get() {
            return Ok(terms);
        }
        let read = self.file(&terms_file(segment)).and_then(|file| read_terms(&file, segment));
        let terms = match read {
            Some(terms) => terms,
            None => terms_made(&self.derive(number, None)?.0, segment)?,
        };
        Ok(segment.terms().get_or_init(|| terms))
    }

    /// The vectors of a segment: read from their file, or made again where that is missing or
    /// damaged.
    pub(crate) fn vectors(&self, number: usize) -> Result<&Vectors, Error> {
        let segment = &self.segments()[number];
        if let Some(vectors) = segment.vectors().get() {
            return Ok(vectors);
        }
        let encoder = self.required_encoder()?;
        if let Some(file) = self.file(&vectors_file(segment, encoder))
            && let Some(vectors) =
                Vectors::from_file(&file, self.terms(number)?, segment.len(), encoder.size())
        {
            return Ok(segment.vectors().get_or_init(|| vectors));
        }
        // Both come of one look at the texts.
        let (terms, vectors) = self.derive(number, Some(encoder))?;
        self.take(number, &terms, vectors.as_ref())?;
        segment.vectors().get().ok_or_else(|| Error::engine("deriving vectors", "there are none"))
    }

    /// Takes files that were made here for those of a segment.
    fn take(
        &self,
        number: usize,
        terms: &OwnedBytes,
        vectors: Option<&OwnedBytes>,
    ) -> Result<(), Error> {
        let segment = &self.segments()[number];
        let terms = terms_made(terms, segment)?;
        let terms = segment.terms().get_or_init(|| terms);
        if let (Some(file), Some(encoder)) = (vectors, self.encoder()) {
            let vectors = Vectors::from_file(file, terms, segment.len(), encoder.size());
            let vectors = vectors
                .ok_or_else(|| Error::engine("deriving vectors", "they cannot be read back"))?;
            segment.vectors().get_or_init(|| vectors.made_here());
        }
        Ok(())
    }

    /// Writes what is derived from segments that have no file yet, and removes the files of
    /// segments that are gone. A folder that cannot be written is no failure: what is missing is
    /// made again by whoever needs it.
    pub(super) fn keep_derived(&self, origins: &MergePlan<'_>) -> Result<(), Error> {
        for (segment, number) in self.segments().iter().zip(0..) {
            if segment.terms().get().is_none()
                && let Some((terms, vectors)) = origins.of(self, number)?
            {
                self.take(number, &terms, vectors.as_ref())?;
            }
            // The vectors first: where both are missing, they bring the terms with them.
            let vectors = self.encoder().map(|_| self.vectors(number)).transpose()?;
            let terms = self.terms(number)?;
            let Some(folder) = self.folder() else { continue };
            keep(&folder.join(terms_file(segment)), &terms.file, &terms.made);
            if let (Some(vectors), Some(encoder)) = (vectors, self.encoder()) {
                keep(&folder.join(vectors_file(segment, encoder)), &vectors.file, &vectors.made);
            }
        }
        if let Some(entries) = self.folder().and_then(|folder| fs::read_dir(folder).ok()) {
            for entry in entries.flatten().filter(|entry| !self.needs(&entry.path())) {
                // What cannot be removed now is tried again at the next commit.
                let _ = fs::remove_file(entry.path());
            }
        }
        Ok(())
    }

    /// Whether a file of derived data is one of a segment that is there. Its vectors may be those
    /// of an encoder that is not at hand.
    fn needs(&self, file: &Path) -> bool {
        let (name, kind) = (
            file.file_name().and_then(OsStr::to_str).unwrap_or_default(),
            file.extension().and_then(OsStr::to_str),
        );
        matches!(kind, Some(TERMS | VECTORS))
            && self.segments().iter().any(|segment| name.starts_with(&segment.name()))
    }

    /// The folder of derived data; none in memory.
    fn folder(&self) -> Option<PathBuf> {
        self.base().path.as_ref().map(|folder| folder.join(FOLDER))
    }

    /// A file of derived data, mapped.
    fn file(&self, name: &str) -> Option<OwnedBytes> {
        let folder = MmapDirectory::open(self.folder()?).ok()?;
        folder.open_read(Path::new(name)).ok()?.read_bytes().ok()
    }

    /// The files of terms and vectors, made from the records.
    pub(super) fn derive(
        &self,
        number: usize,
        encoder: Option<&dyn Encoder>,
    ) -> Result<(OwnedBytes, Option<OwnedBytes>), Error> {
        let progress = Progress::default();
        let (mut builder, records) = (SegmentBuilder::new(encoder), self.segments()[number].len());
        for first in (0..records).step_by(AT_ONCE) {
            let read = |some: Range<usize>| {
                let mut tokenizer = Analyser::default();
                some.map(|record| self.any_content(number, record, &mut tokenizer))
                    .collect::<Result<Vec<_>, Error>>()
            };
            let contents = on_threads(first..records.min(first + AT_ONCE), read)
                .into_iter()
                .collect::<Result<Vec<_>, Error>>()?;
            let contents = contents.into_iter().flatten().collect::<Vec<_>>();
            builder.push(&contents, encoder, &progress)?;
        }
        builder.into_files(encoder, &progress)
    }

    /// What a solution says, dead or alive; nothing for a challenge.
    fn any_content(
        &self,
        segment: usize,
        record: usize,
        tokenizer: &mut Analyser,
    ) -> Result<Option<AnalysedRecord>, Error> {
        let record = u32::try_from(record).expect("records are counted in u32");
        let tag = self.segments()[segment].tag(record);
        if tag.was == Kind::Challenge {
            return Ok(None);
        }
        let solution: Solution = self.read(DocAddress { segment, record })?;
        Ok(Some(AnalysedRecord::of(&solution, tag.language, tokenizer)))
    }

    pub(crate) fn required_encoder(&self) -> Result<&dyn Encoder, Error> {
        self.encoder()
            .ok_or_else(|| Error::engine("encoding", "the catalogue's encoder is not at hand"))
    }
}

/// The terms of a segment from their file, where it is whole.
fn read_terms(file: &OwnedBytes, segment: &Segment) -> Option<InvertedIndex> {
    InvertedIndex::from_file(file).filter(|terms| terms.records() == segment.len())
}

fn terms_made(file: &OwnedBytes, segment: &Segment) -> Result<InvertedIndex, Error> {
    let terms = read_terms(file, segment).map(InvertedIndex::made_here);
    terms.ok_or_else(|| Error::engine("deriving terms", "they cannot be read back"))
}

/// The file of a segment's terms.
fn terms_file(segment: &Segment) -> String {
    format!("{}.{TERMS}", segment.name())
}

/// The file of what an encoder made of a segment.
fn vectors_file(segment: &Segment, encoder: &dyn Encoder) -> String {
    // An encoder's name may hold what no file's name can.
    let encoder = crc32fast::hash(format!("{} {}", encoder.name(), encoder.size()).as_bytes());
    format!("{}-{encoder:08x}.{VECTORS}", segment.name())
}

/// Writes a file that is not there yet, or holds something else.
fn keep(file: &Path, bytes: &[u8], made: &AtomicBool) {
    if (made.swap(false, Relaxed) || !file.exists())
        && file.parent().is_some_and(|folder| fs::create_dir_all(folder).is_ok())
    {
        write(file, bytes);
    }
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
