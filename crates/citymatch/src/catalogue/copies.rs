//! The records of a snapshot that say what another one of their kind says, under another id.
//!
//! They are found and shown as all others are. But the statistics of the collection count a text
//! once however often it was handed in: else the words of what was sent five times would be common
//! words, and all its copies would score less for that.
//!
//! Of records that say the same one counts: the first of the first segment that has it. Which one
//! it is depends on the segments, and no statistic depends on which one it is.

use super::snapshot::Snapshot;
use crate::engine::Copies;
use crate::error::Error;
use crate::ids::{DocId, SegmentOrd};
use crate::index::Fingerprint;
use crate::record::Kind;

impl Snapshot {
    /// The copies of a kind in each segment. They are found when statistics are first needed.
    pub(crate) fn copies(&self, kind: Kind) -> Result<&[Copies], Error> {
        if let Some(copies) = self.found_copies(kind).get() {
            return Ok(copies);
        }
        let found =
            self.ords().map(|ord| self.copies_in(ord, kind, &[])).collect::<Result<_, Error>>()?;
        Ok(self.found_copies(kind).get_or_init(|| found))
    }

    /// The copies of a kind in each segment, and the documents whose text another catalogue counts:
    /// those with one of the hashes `elsewhere`.
    pub(crate) fn copies_and(&self, kind: Kind, elsewhere: &[u64]) -> Result<Vec<Copies>, Error> {
        let mut elsewhere = elsewhere.to_vec();
        elsewhere.sort_unstable();
        self.ords().map(|ord| self.copies_in(ord, kind, &elsewhere)).collect()
    }

    /// The hash of what each live document of a kind says, in ascending order and each once. Copies
    /// have the same one.
    pub(crate) fn text_hashes(&self, kind: Kind) -> Result<Vec<u64>, Error> {
        let mut hashes = Vec::new();
        for ord in self.ords() {
            let by_doc = self.inverted_index(ord)?.fingerprints().by_doc();
            hashes.extend(self.segment(ord).live(kind).map(|doc| hash(by_doc[doc.index()])));
        }
        hashes.sort_unstable();
        hashes.dedup();
        Ok(hashes)
    }

    /// `elsewhere` is in ascending order.
    fn copies_in(&self, ord: SegmentOrd, kind: Kind, elsewhere: &[u64]) -> Result<Copies, Error> {
        let segment = self.segment(ord);
        let is_live = |doc: &DocId| segment.is_live(*doc, kind);
        let own = self.inverted_index(ord)?.fingerprints();
        let mut docs: Vec<DocId> = Vec::new();
        for same in own.repeated() {
            docs.extend(same.filter(is_live).skip(1));
        }
        for earlier in self.ords().take_while(|earlier| *earlier < ord) {
            let other = self.segment(earlier);
            for (here, mut there) in own.common(self.inverted_index(earlier)?.fingerprints()) {
                if there.any(|doc| other.is_live(doc, kind)) {
                    docs.extend(here.filter(is_live));
                }
            }
        }
        if !elsewhere.is_empty() {
            let by_doc = self.inverted_index(ord)?.fingerprints().by_doc();
            let is_elsewhere =
                |doc: &DocId| elsewhere.binary_search(&hash(by_doc[doc.index()])).is_ok();
            docs.extend(segment.live(kind).filter(is_elsewhere));
        }
        Ok(Copies::new(segment, docs))
    }
}

fn hash(fingerprint: Fingerprint) -> u64 {
    u64::from_le_bytes(fingerprint)
}
