//! Where the documents of new segments come from: out of this edit, or out of segments that were
//! merged away.

use std::collections::{HashMap, HashSet};

use super::snapshot::Snapshot;
use crate::encoding::Encoding;
use crate::engine::Segment;
use crate::error::Error;
use crate::ids::{DocId, SegmentOrd};
use crate::index::{self, MergeSource, SegmentIndex, SourceDoc};

/// What a commit knows of the documents in new segments, so that no text is analysed or encoded
/// twice.
pub(super) struct MergePlan<'e> {
    /// The catalogue before the edit.
    pub(super) before: &'e Snapshot,
    /// The ids that the edit put or removed.
    pub(super) changed: HashSet<&'e str>,
    /// The index of the documents that the edit put, in their order; `None` where it has to be
    /// built from the stored records.
    pub(super) put: Option<SegmentIndex>,
}

impl MergePlan<'_> {
    /// The index of a new segment; `None` where it has to be built from its records.
    pub(super) fn index_of(
        &self,
        now: &Snapshot,
        ord: SegmentOrd,
    ) -> Result<Option<SegmentIndex>, Error> {
        let segment = now.segment(ord);
        let Some(put) = &self.put else { return Ok(None) };
        // A document that died in a merge may have had the id of one that was put since, so the
        // ids do not tell where the dead come from.
        let is_old = self.before.segments().iter().any(|old| old.id() == segment.id());
        if segment.has_dead() || is_old {
            return Ok(None);
        }
        let (ids, sizes) = (segment.ids()?, now.encoding().map(Encoding::sizes));
        if is_what_was_put(&ids, put) {
            let vectors = put.vectors.as_ref().map(|vectors| &vectors.file).zip(sizes);
            return SegmentIndex::new(&put.inverted.file, vectors).map(Some);
        }
        let merged_away: Vec<SegmentOrd> =
            self.before.ords().filter(|old| !is_in(now, self.before.segment(*old))).collect();
        let mut sources = vec![MergeSource { index: &put.inverted, vectors: put.vectors.as_ref() }];
        for old in &merged_away {
            let vectors = self.before.encoding().map(|_| self.before.vectors(*old)).transpose()?;
            sources.push(MergeSource { index: self.before.inverted_index(*old)?, vectors });
        }
        let mut places: HashMap<&str, SourceDoc> = HashMap::new();
        for (old, source) in merged_away.iter().zip(1..) {
            for doc in self.before.segment(*old).live_docs() {
                let id = sources[source].index.id(doc);
                if !self.changed.contains(id) {
                    places.insert(id, (source, doc));
                }
            }
        }
        for doc in (0..put.inverted.document_count()).map(DocId::new) {
            places.insert(put.inverted.id(doc), (0, doc));
        }
        let documents = ids.iter().map(|id| places.get(id.as_str()).copied());
        let Some(documents) = documents.collect::<Option<Vec<_>>>() else { return Ok(None) };
        let (inverted, vectors) = index::merge(&sources, &documents, sizes);
        SegmentIndex::new(&inverted, vectors.as_ref().zip(sizes)).map(Some)
    }
}

/// Whether a segment has the documents that were put, all of them and in their order, and nothing
/// else.
fn is_what_was_put(ids: &[String], put: &SegmentIndex) -> bool {
    let docs = (0..put.inverted.document_count()).map(DocId::new);
    ids.len() == put.inverted.document_count()
        && ids.iter().zip(docs).all(|(id, doc)| id == put.inverted.id(doc))
}

fn is_in(snapshot: &Snapshot, segment: &Segment) -> bool {
    snapshot.segments().iter().any(|other| other.id() == segment.id())
}
