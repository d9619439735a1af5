//! The vectors that a second encoder gives to solutions: prepared for all of them and kept in a file
//! for each segment, or made for those that are asked for.

use std::fs;
use std::io::Write;
use std::sync::Arc;

use citymatch_encoder::Encoder;

use super::Catalogue;
use super::index_files::RECORDS;
use super::snapshot::{DocAddress, Snapshot};
use crate::engine::Segment;
use crate::error::Error;
use crate::fs::AtomicFile;
use crate::ids::{DocId, SegmentOrd};
use crate::index::{RecordVectors, StoredRecordVectors};
use crate::progress::Progress;
use crate::record::Kind;
use crate::text::Analyser;

/// How many records are encoded at once. Between two calls the work can be cancelled.
const AT_ONCE: usize = 64;

impl Catalogue {
    /// Encodes all solutions with an encoder for a second stage
    /// ([`MatcherBuilder::rescore`](crate::matcher::MatcherBuilder::rescore)), and keeps the vectors
    /// in the catalogue's folder: a matcher need not make them when it first wants them. What is
    /// there already is not made again, so call it after each change. Another thread can stop it
    /// through `progress`, which counts records; then what was made for whole segments is kept.
    ///
    /// Vectors are known by the encoder's name and size. A folder that cannot be written keeps
    /// nothing; they then stay in memory as long as the catalogue.
    ///
    /// # Errors
    /// [`ErrorKind::Cancelled`](crate::ErrorKind::Cancelled), or the encoder's error.
    ///
    /// # Examples
    /// ```
    /// use std::sync::Arc;
    /// use citymatch::{Challenge, Matcher, encoder::StaticEncoder, matcher::Progress};
    /// # let catalogue = citymatch::__doc_catalogue()?;
    /// let encoder = Arc::new(StaticEncoder::builtin());           // in earnest, a contextual one
    /// catalogue.prepare(&*encoder, &Progress::default())?;
    /// let matcher = Matcher::builder().rescore(encoder).build(&catalogue)?;
    /// let matches = matcher.find(&Challenge::new("c1", "jardines para la lluvia"))?;
    /// assert_eq!(matches[0].id().as_str(), "s1");
    /// # Ok::<(), citymatch::Error>(())
    /// ```
    pub fn prepare(&self, encoder: &dyn Encoder, progress: &Progress) -> Result<(), Error> {
        let snapshot = self.snapshot()?;
        for ord in snapshot.ords() {
            if snapshot.stored_record_vectors(ord, encoder)?.is_none() {
                snapshot.prepare_segment(ord, encoder, progress)?;
            }
        }
        Ok(())
    }
}

impl Snapshot {
    /// The vectors of some documents: those that were prepared, and others made now.
    pub(crate) fn record_vectors(
        &self,
        addresses: &[DocAddress],
        encoder: &dyn Encoder,
    ) -> Result<Vec<RecordVectors>, Error> {
        let mut found: Vec<Option<RecordVectors>> = Vec::with_capacity(addresses.len());
        let (mut records, mut analyser) = (Vec::new(), Analyser::default());
        for address in addresses {
            let stored = self.stored_record_vectors(address.segment, encoder)?;
            let own = stored.and_then(|stored| stored.get(address.doc));
            if own.is_none() {
                records.push(self.analysed(address.segment, address.doc, &mut analyser)?);
            }
            found.push(own);
        }
        let mut made = RecordVectors::encode(&records, encoder)?.into_iter();
        Ok(found.into_iter().filter_map(|own| own.or_else(|| made.next())).collect())
    }

    /// The vectors that were prepared for a segment, if they were.
    fn stored_record_vectors(
        &self,
        ord: SegmentOrd,
        encoder: &dyn Encoder,
    ) -> Result<Option<Arc<StoredRecordVectors>>, Error> {
        let (segment, print) = (self.segment(ord), fingerprint(encoder));
        if let Some(known) = segment.record_vectors(print) {
            return Ok(Some(known));
        }
        let Some(file) = self.mapped_file(&file_name(segment, print))? else { return Ok(None) };
        let read = StoredRecordVectors::from_file(&file, segment.len(), encoder.size());
        Ok(read.map(|read| segment.keep_record_vectors(print, read)))
    }

    fn prepare_segment(
        &self,
        ord: SegmentOrd,
        encoder: &dyn Encoder,
        progress: &Progress,
    ) -> Result<(), Error> {
        let (segment, print) = (self.segment(ord), fingerprint(encoder));
        let mut vectors: Vec<Option<RecordVectors>> = (0..segment.len()).map(|_| None).collect();
        let live: Vec<DocId> = segment.live(Kind::Solution).collect();
        let mut analyser = Analyser::default();
        for docs in live.chunks(AT_ONCE) {
            progress.check()?;
            let analysed = docs.iter().map(|doc| self.analysed(ord, *doc, &mut analyser));
            let records = analysed.collect::<Result<Vec<_>, _>>()?;
            for (doc, own) in docs.iter().zip(RecordVectors::encode(&records, encoder)?) {
                vectors[doc.index()] = Some(own);
            }
            progress.add(docs.len());
        }
        let file = StoredRecordVectors::file(&vectors, encoder.size());
        if let Some(folder) = self.index_folder()
            && fs::create_dir_all(&folder).is_ok()
        {
            let path = folder.join(file_name(segment, print));
            // What cannot be written stays in memory.
            let _ = AtomicFile::create(&path).and_then(|mut out| {
                out.write_all(&file)?;
                out.commit_unsynced()
            });
        }
        let read = StoredRecordVectors::from_file(&file, segment.len(), encoder.size());
        let read = read.ok_or_else(|| Error::engine("preparing", "vectors cannot be read back"))?;
        segment.keep_record_vectors(print, read);
        Ok(())
    }
}

/// A number that changes with what an encoder makes of a text: for the names of files.
fn fingerprint(encoder: &dyn Encoder) -> u32 {
    crc32fast::hash(format!("{} {}", encoder.name(), encoder.size()).as_bytes())
}

fn file_name(segment: &Segment, fingerprint: u32) -> String {
    format!("{}-{fingerprint:08x}.{RECORDS}", segment.name())
}
