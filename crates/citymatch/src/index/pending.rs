//! What is derived from the solutions that a change puts, while their texts are at hand.

use std::collections::HashSet;
use std::sync::Arc;

use citymatch_encoder::Encoder;

use crate::index::{AT_ONCE, InvertedIndex, SegmentBuilder, Vectors};
use crate::text::AnalysedRecord;

/// What is derived from the solutions of a change, in the order in which they were put.
pub(crate) struct BuiltIndex {
    pub(crate) terms: InvertedIndex,
    pub(crate) vectors: Option<Vectors>,
}

/// More solutions of one change than these are derived after the commit, segment by segment, so
/// that memory does not grow with them.
const MOST: usize = 1 << 18;

/// That of a change under way.
pub(crate) struct PendingSegment {
    encoder: Option<Arc<dyn Encoder>>,
    /// None after a failure, where a solution was put twice, and where there are too many: then the
    /// records are read again after the commit.
    builder: Option<SegmentBuilder>,
    waiting: Vec<Option<AnalysedRecord>>,
    ids: HashSet<String>,
    most: usize,
}

impl PendingSegment {
    pub(crate) fn new(encoder: Option<Arc<dyn Encoder>>) -> Self {
        Self {
            builder: Some(SegmentBuilder::new(encoder.as_deref())),
            encoder,
            waiting: Vec::new(),
            ids: HashSet::new(),
            most: MOST,
        }
    }

    pub(crate) fn push(&mut self, content: AnalysedRecord) {
        if self.builder.is_none() {
            return;
        }
        if self.ids.len() == self.most || !self.ids.insert(content.id.clone()) {
            (self.builder, self.waiting) = (None, Vec::new());
            return;
        }
        self.waiting.push(Some(content));
        if self.waiting.len() == AT_ONCE {
            self.derive_waiting();
        }
    }

    fn derive_waiting(&mut self) {
        let waiting = std::mem::take(&mut self.waiting);
        if let Some(builder) = &mut self.builder
            && builder.push(&waiting, self.encoder.as_deref()).is_err()
        {
            self.builder = None;
        }
    }

    pub(crate) fn finish(&mut self) -> Option<BuiltIndex> {
        self.derive_waiting();
        let encoder = self.encoder.as_deref();
        let (terms, vectors) = self.builder.take()?.into_files(encoder).ok()?;
        let terms = InvertedIndex::from_file(&terms)?;
        let vectors = vectors.zip(encoder).map(|(file, encoder)| {
            Vectors::from_file(&file, &terms, terms.records(), encoder.size())
        });
        Some(BuiltIndex {
            vectors: vectors.map_or(Some(None), |vectors| vectors.map(Some))?,
            terms,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Solution;
    use crate::text::Analyser;

    #[test]
    fn what_was_put_twice_and_what_is_too_much_is_left_for_later() {
        for (name, ids, expected) in [
            ("nothing", &[][..], Some(0)),
            ("some", &["a", "b"], Some(2)),
            ("the_most", &["a", "b", "c"], Some(3)),
            ("one_more", &["a", "b", "c", "d"], None),
            ("twice", &["a", "b", "a"], None),
        ] {
            let mut deriving = PendingSegment { most: 3, ..PendingSegment::new(None) };
            for id in ids {
                deriving.push(AnalysedRecord::new(
                    &Solution::new(*id, "Rain gardens"),
                    None,
                    &mut Analyser::default(),
                ));
            }
            assert_eq!(
                deriving.finish().map(|derived| derived.terms.records()),
                expected,
                "{name}"
            );
        }
    }
}
