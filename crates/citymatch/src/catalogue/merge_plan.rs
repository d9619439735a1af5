//! Where the records of new segments come from: out of this change, or out of segments that were
//! merged away.

use std::collections::{HashMap, HashSet};

use ownedbytes::OwnedBytes;

use super::snapshot::Snapshot;
use crate::engine::Segment;
use crate::error::Error;
use crate::index::pending::BuiltIndex;
use crate::index::{self, MergeSource};
use crate::record::Kind;

/// What a commit knows of the records in new segments, so that nothing is derived twice.
pub(super) struct MergePlan<'e> {
    /// The catalogue before the change.
    pub(super) before: &'e Snapshot,
    /// The ids that the change put or removed.
    pub(super) changed: HashSet<&'e str>,
    /// What is derived from the solutions that the change put, in their order; none where it is
    /// left for later.
    pub(super) put: Option<BuiltIndex>,
}

impl MergePlan<'_> {
    /// The files of a new segment; none where they have to be made from its records.
    pub(super) fn of(
        &self,
        now: &Snapshot,
        number: usize,
    ) -> Result<Option<(OwnedBytes, Option<OwnedBytes>)>, Error> {
        let segment = &now.segments()[number];
        let Some(put) = &self.put else { return Ok(None) };
        // What died in a merge may have had the id of a record that was put since.
        if segment.has_dead()
            || self.before.segments().iter().any(|before| before.id() == segment.id())
        {
            return Ok(None);
        }
        let ids = segment.ids()?;
        if is_what_was_put(segment, &ids, put) {
            return Ok(Some((
                put.terms.file.clone(),
                put.vectors.as_ref().map(|vectors| vectors.file.clone()),
            )));
        }
        let gone: Vec<usize> = (0..self.before.segments().len())
            .filter(|before| !is_in(now, &self.before.segments()[*before]))
            .collect();
        let mut parts = vec![MergeSource { terms: &put.terms, vectors: put.vectors.as_ref() }];
        for before in &gone {
            let vectors =
                self.before.encoder().map(|_| self.before.vectors(*before)).transpose()?;
            parts.push(MergeSource { terms: self.before.terms(*before)?, vectors });
        }
        let mut places: HashMap<&str, index::SourceDoc> = HashMap::new();
        for (before, part) in gone.iter().zip(1..) {
            let live = self.before.segments()[*before]
                .live(Kind::Solution)
                .map(|record| (parts[part].terms.id(record), (part, record)));
            places.extend(live.filter(|(id, _)| !self.changed.contains(id)));
        }
        places.extend(
            (0..put.terms.records())
                .zip(0..)
                .map(|(_, record)| (put.terms.id(record), (0, record))),
        );
        let origin = |(id, record): (&String, u32)| match segment.meta(record).was {
            Kind::Solution => places.get(id.as_str()).copied().map(Some),
            Kind::Challenge => Some(None),
        };
        let Some(origins) = ids.iter().zip(0..).map(origin).collect::<Option<Vec<_>>>() else {
            return Ok(None);
        };
        let size = now.encoder().map_or(1, citymatch_encoder::Encoder::size);
        Ok(index::merge(&parts, &origins, &segment.tokens(now.tokens_field())?, size))
    }
}

/// Whether a segment has the solutions that were put, all of them and in their order, and nothing
/// else.
fn is_what_was_put(segment: &Segment, ids: &[String], put: &BuiltIndex) -> bool {
    segment.counts().challenges == 0
        && ids.len() == put.terms.records()
        && ids.iter().zip(0..).all(|(id, record)| id == put.terms.id(record))
}

fn is_in(snapshot: &Snapshot, segment: &Segment) -> bool {
    snapshot.segments().iter().any(|other| other.id() == segment.id())
}
