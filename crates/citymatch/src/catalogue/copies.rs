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
use crate::record::Kind;

impl Snapshot {
    /// The copies of a kind in each segment. They are found when statistics are first needed.
    pub(crate) fn copies(&self, kind: Kind) -> Result<&[Copies], Error> {
        if let Some(copies) = self.found_copies(kind).get() {
            return Ok(copies);
        }
        let found =
            self.ords().map(|ord| self.copies_in(ord, kind)).collect::<Result<_, Error>>()?;
        Ok(self.found_copies(kind).get_or_init(|| found))
    }

    fn copies_in(&self, ord: SegmentOrd, kind: Kind) -> Result<Copies, Error> {
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
        Ok(Copies::new(segment, docs))
    }
}
