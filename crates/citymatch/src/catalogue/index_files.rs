//! The indexes of a snapshot's segments: each is built once, and kept in files beside the engine's.

use std::fs;
use std::io::{self, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;

use ownedbytes::OwnedBytes;
use tantivy::Directory;
use tantivy::directory::MmapDirectory;

use super::merge_plan::MergePlan;
use super::snapshot::{DocAddress, Snapshot};
use crate::encoding::Encoding;
use crate::engine::{Segment, SegmentList};
use crate::error::Error;
use crate::fs::AtomicFile;
use crate::ids::{DocId, SegmentOrd};
use crate::index::{
    AT_ONCE, InvertedIndex, OtherTerms, SegmentBuilder, SegmentIndex, Vectors, on_threads,
};
use crate::progress::Progress;
use crate::record::{Challenge, Kind, Record, Solution};
use crate::text::{AnalysedRecord, Analyser, RecordText};

/// The folder of the index files in a catalogue's.
pub(super) const FOLDER: &str = "derived";
/// What the files' names end in.
const TERMS: &str = "terms";
const VECTORS: &str = "vectors";
/// And those of the vectors of a second stage, which `record_vectors.rs` makes.
pub(super) const RECORDS: &str = "records";
/// How long a segment's name is: a UUID without hyphens.
const SEGMENT_NAME: usize = 32;

impl Snapshot {
    /// The inverted index of a segment: read from its file, or built again where that is missing or
    /// damaged.
    pub(crate) fn inverted_index(&self, ord: SegmentOrd) -> Result<&InvertedIndex, Error> {
        let segment = self.segment(ord);
        if let Some(inverted) = segment.inverted_index().get() {
            return Ok(inverted);
        }
        let file = self.mapped_file(&terms_file(segment))?;
        let read = file.and_then(|file| InvertedIndex::from_file(&file));
        let read = read.filter(|inverted| inverted.document_count() == segment.len());
        let inverted = match read {
            Some(inverted) => inverted,
            None => self.build_index(ord, None)?.inverted,
        };
        Ok(segment.inverted_index().get_or_init(|| inverted))
    }

    /// The vectors of a segment: read from their file, or made again where that is missing or
    /// damaged.
    pub(crate) fn vectors(&self, ord: SegmentOrd) -> Result<&Vectors, Error> {
        let segment = self.segment(ord);
        if let Some(vectors) = segment.vectors().get() {
            return Ok(vectors);
        }
        let encoding = self.required_encoding()?;
        if let Some(file) = self.mapped_file(&vectors_file(segment, encoding))?
            && let Some(vectors) =
                Vectors::from_file(&file, self.inverted_index(ord)?, encoding.sizes())
        {
            return Ok(segment.vectors().get_or_init(|| vectors));
        }
        // The terms come with them: both are made of one look at the texts.
        self.adopt(ord, self.build_index(ord, Some(encoding))?);
        segment.vectors().get().ok_or_else(|| Error::engine("making vectors", "there are none"))
    }

    /// Makes what ranking needs of each segment, where it is missing: terms and vectors together, of
    /// one look at the texts.
    pub(crate) fn make_indexes(&self) -> Result<(), Error> {
        for ord in self.ords() {
            if self.encoding().is_some() {
                self.vectors(ord)?;
            }
            self.inverted_index(ord)?;
        }
        Ok(())
    }

    /// The terms of all segments, in which those of another snapshot are looked up.
    pub(crate) fn other_terms(&self) -> Result<OtherTerms<'_>, Error> {
        let segments = self.ords().map(|ord| self.inverted_index(ord));
        Ok(OtherTerms::new(segments.collect::<Result<_, Error>>()?))
    }

    /// Whether the index of a segment has files, and they are whole.
    pub(super) fn has_index_files(&self, ord: SegmentOrd) -> Result<bool, Error> {
        let segment = self.segment(ord);
        let file = self.mapped_file(&terms_file(segment))?;
        let inverted = file.and_then(|file| InvertedIndex::from_file(&file));
        let Some(inverted) = inverted.filter(|own| own.document_count() == segment.len()) else {
            return Ok(false);
        };
        let Some(encoding) = self.encoding() else { return Ok(true) };
        let file = self.mapped_file(&vectors_file(segment, encoding))?;
        let sizes = encoding.sizes();
        Ok(file.is_some_and(|file| Vectors::from_file(&file, &inverted, sizes).is_some()))
    }

    /// Takes an index that was built here for that of a segment.
    fn adopt(&self, ord: SegmentOrd, index: SegmentIndex) {
        let segment = self.segment(ord);
        segment.inverted_index().get_or_init(|| index.inverted);
        if let Some(vectors) = index.vectors {
            segment.vectors().get_or_init(|| vectors);
        }
    }

    /// Writes the index of each segment that has no file yet, and removes the files of segments
    /// that are gone. A folder that cannot be written is no failure: readers build what is missing.
    ///
    /// Only files of this catalogue's own segments are removed: of those that it has now, and of
    /// `earlier` ones.
    pub(super) fn write_index_files(
        &self,
        plan: &MergePlan<'_>,
        earlier: &[String],
    ) -> Result<(), Error> {
        for ord in self.ords() {
            let segment = self.segment(ord);
            if segment.inverted_index().get().is_none()
                && let Some(index) = plan.index_of(self, ord)?
            {
                self.adopt(ord, index);
            }
            // The vectors first: where both are missing, they bring the terms with them.
            let vectors = self.encoding().map(|_| self.vectors(ord)).transpose()?;
            let inverted = self.inverted_index(ord)?;
            let Some(folder) = self.index_folder() else { continue };
            write_if_missing(&folder.join(terms_file(segment)), &inverted.file, &inverted.dirty);
            if let (Some(vectors), Some(encoding)) = (vectors, self.encoding()) {
                let file = folder.join(vectors_file(segment, encoding));
                write_if_missing(&file, &vectors.file, &vectors.dirty);
            }
        }
        for (file, segment) in self.index_files() {
            let is_own = earlier.contains(&segment)
                || self.segments().iter().any(|own| own.name() == segment);
            if is_own && !self.needs(&file, &segment) {
                // What cannot be removed now is tried again at the next commit.
                let _ = fs::remove_file(file);
            }
        }
        Ok(())
    }

    /// The segments of earlier commits that may still have index files once the next commit is
    /// in: those of this snapshot, and those that `known` names and that have files still.
    pub(super) fn earlier_segments(&self, known: Vec<String>) -> Vec<String> {
        let files = self.index_files();
        let mut earlier: Vec<String> = self.segments().iter().map(|own| own.name()).collect();
        for segment in known {
            if !earlier.contains(&segment) && files.iter().any(|(_, of)| *of == segment) {
                earlier.push(segment);
            }
        }
        earlier
    }

    /// The index files, each with the name of its segment. Files that are not named as
    /// this module names its own are left out.
    fn index_files(&self) -> Vec<(PathBuf, String)> {
        let entries = self.index_folder().and_then(|folder| fs::read_dir(folder).ok());
        let files = entries.into_iter().flatten().flatten().map(|entry| entry.path());
        let named = files.filter_map(|file| segment_of(&file).map(|segment| (file, segment)));
        named.collect()
    }

    /// Whether an index file is one of a segment that is there, and no temporary one. Its vectors may
    /// be those of an encoder that is not available here.
    fn needs(&self, file: &Path, segment: &str) -> bool {
        file.extension().is_some_and(|kind| kind == TERMS || kind == VECTORS || kind == RECORDS)
            && self.segments().iter().any(|own| own.name() == segment)
    }

    /// The folder of the index files; none in memory.
    pub(super) fn index_folder(&self) -> Option<PathBuf> {
        self.location().folder().map(|folder| folder.join(FOLDER))
    }

    /// An index file, mapped; none where it has to be built again.
    ///
    /// One that may not be read is an error, as for any other file of the catalogue: to build it
    /// again at every opening could take minutes, and nobody would learn why.
    pub(super) fn mapped_file(&self, name: &str) -> Result<Option<OwnedBytes>, Error> {
        let Some(folder) = self.index_folder() else { return Ok(None) };
        match fs::File::open(folder.join(name)) {
            Err(source) if source.kind() == io::ErrorKind::PermissionDenied => {
                return Err(Error::io(folder.join(name), source));
            }
            Err(_) => return Ok(None),
            Ok(_) => {}
        }
        let mapped = MmapDirectory::open(folder).ok();
        let mapped = mapped.and_then(|folder| folder.open_read(Path::new(name)).ok());
        Ok(mapped.and_then(|file| file.read_bytes().ok()))
    }

    /// Builds the index of a segment from its stored records, dead ones included.
    pub(super) fn build_index(
        &self,
        ord: SegmentOrd,
        encoding: Option<&Encoding>,
    ) -> Result<SegmentIndex, Error> {
        let progress = Progress::default();
        let (mut builder, documents) = (SegmentBuilder::new(encoding), self.segment(ord).len());
        for first in (0..documents).step_by(AT_ONCE) {
            let read = |some: Range<usize>| {
                let mut analyser = Analyser::default();
                let docs = some.map(DocId::new);
                docs.map(|doc| self.analysed(ord, doc, &mut analyser)).collect::<Result<_, Error>>()
            };
            let parts: Vec<Vec<AnalysedRecord>> =
                on_threads(first..documents.min(first + AT_ONCE), read)
                    .into_iter()
                    .collect::<Result<_, Error>>()?;
            builder.push(&parts.concat(), encoding, &progress)?;
        }
        builder.build(encoding, &progress)
    }

    /// A stored record, dead or alive, as it is indexed.
    pub(super) fn analysed(
        &self,
        segment: SegmentOrd,
        doc: DocId,
        analyser: &mut Analyser,
    ) -> Result<AnalysedRecord, Error> {
        fn read<R: Record>(
            snapshot: &Snapshot,
            address: DocAddress,
            analyser: &mut Analyser,
        ) -> Result<AnalysedRecord, Error> {
            let language = snapshot.segment(address.segment).meta(address.doc).language;
            let record: R = snapshot.read(address)?;
            Ok(AnalysedRecord::new(&record, RecordText::new(&record), language, analyser))
        }
        let address = DocAddress { segment, doc };
        match self.segment(segment).meta(doc).kind {
            Kind::Solution => read::<Solution>(self, address, analyser),
            Kind::Challenge => read::<Challenge>(self, address, analyser),
        }
    }

    pub(crate) fn required_encoding(&self) -> Result<&Encoding, Error> {
        let missing = || Error::engine("encoding", "the catalogue's encoder is not available");
        self.encoding().ok_or_else(missing)
    }
}

/// The file of a segment's inverted index.
fn terms_file(segment: &Segment) -> String {
    format!("{}.{TERMS}", segment.name())
}

/// The file of what an encoder made of a segment. Other subjects have another file too.
fn vectors_file(segment: &Segment, encoding: &Encoding) -> String {
    format!("{}-{:08x}.{VECTORS}", segment.name(), encoding.fingerprint())
}

/// Writes a file that is not there yet, or whose content is damaged.
fn write_if_missing(file: &Path, bytes: &[u8], dirty: &AtomicBool) {
    let is_needed = dirty.swap(false, Relaxed) || !file.exists();
    if is_needed && file.parent().is_some_and(|folder| fs::create_dir_all(folder).is_ok()) {
        // No sync of the folder: a file that a power cut takes away is made again.
        let _ = AtomicFile::create(file).and_then(|mut out| {
            out.write_all(bytes)?;
            out.commit_unsynced()
        });
    }
}

/// The index files of some segments in a catalogue's folder, by their names in it.
pub(super) fn of_segments(catalogue: &Path, list: &SegmentList) -> Vec<PathBuf> {
    let entries = fs::read_dir(catalogue.join(FOLDER)).into_iter().flatten().flatten();
    let is_listed = |name: &PathBuf| {
        let is_temporary = name.to_string_lossy().starts_with('.');
        let segment = segment_of(name).filter(|_| !is_temporary);
        segment.is_some_and(|name| list.segments.iter().any(|listed| listed.name == name))
    };
    let names = entries.map(|entry| PathBuf::from(entry.file_name())).filter(is_listed);
    let mut names: Vec<PathBuf> = names.map(|name| Path::new(FOLDER).join(name)).collect();
    names.sort();
    names
}

/// The name of the segment that an index file, or a temporary one of it, is named by.
fn segment_of(file: &Path) -> Option<String> {
    let name = file.file_name()?.to_str()?.trim_start_matches('.');
    let (segment, rest) = name.split_at_checked(SEGMENT_NAME)?;
    let is_name = segment.bytes().all(|byte| byte.is_ascii_hexdigit());
    (is_name && rest.starts_with(['.', '-'])).then(|| segment.to_owned())
}
