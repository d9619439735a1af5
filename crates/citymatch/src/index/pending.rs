//! What is derived from the solutions that a change puts, while their texts are at hand.

use std::collections::HashSet;
use std::sync::Arc;

use citymatch_encoder::Encoder;

use crate::error::Error;
use crate::index::{AT_ONCE, InvertedIndex, SegmentBuilder, Vectors};
use crate::progress::Progress;
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
    /// None where a solution was put twice, and where there are too many: then the records are read
    /// again after the commit.
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

    /// Takes the next solution. An error is the encoder's, or that the work is to stop.
    pub(crate) fn push(
        &mut self,
        content: AnalysedRecord,
        progress: &Progress,
    ) -> Result<(), Error> {
        if self.builder.is_none() {
            return Ok(());
        }
        if self.ids.len() == self.most || !self.ids.insert(content.id.clone()) {
            (self.builder, self.waiting) = (None, Vec::new());
            return Ok(());
        }
        self.waiting.push(Some(content));
        if self.waiting.len() == AT_ONCE { self.derive_waiting(progress) } else { Ok(()) }
    }

    fn derive_waiting(&mut self, progress: &Progress) -> Result<(), Error> {
        let waiting = std::mem::take(&mut self.waiting);
        match &mut self.builder {
            Some(builder) => builder.push(&waiting, self.encoder.as_deref(), progress),
            None => Ok(()),
        }
    }

    /// What is derived of all of them; none where that is left for after the commit.
    pub(crate) fn finish(&mut self, progress: &Progress) -> Result<Option<BuiltIndex>, Error> {
        self.derive_waiting(progress)?;
        let encoder = self.encoder.as_deref();
        let Some(builder) = self.builder.take() else { return Ok(None) };
        let (terms, vectors) = builder.into_files(encoder, progress)?;
        let Some(terms) = InvertedIndex::from_file(&terms) else { return Ok(None) };
        let vectors = vectors.zip(encoder).map(|(file, encoder)| {
            Vectors::from_file(&file, &terms, terms.records(), encoder.size())
        });
        Ok(vectors
            .map_or(Some(None), |vectors| vectors.map(Some))
            .map(|vectors| BuiltIndex { terms, vectors }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Solution;
    use crate::text::Analyser;

    #[test]
    fn what_was_put_twice_and_what_is_too_much_is_left_for_later() {
        let progress = Progress::default();
        for (name, ids, expected) in [
            ("nothing", &[][..], Some(0)),
            ("some", &["a", "b"], Some(2)),
            ("the_most", &["a", "b", "c"], Some(3)),
            ("one_more", &["a", "b", "c", "d"], None),
            ("twice", &["a", "b", "a"], None),
        ] {
            let mut deriving = PendingSegment { most: 3, ..PendingSegment::new(None) };
            for id in ids {
                let solution = Solution::new(*id, "Rain gardens");
                let content = AnalysedRecord::of(&solution, None, &mut Analyser::default());
                deriving.push(content, &progress).unwrap();
            }
            assert_eq!(
                deriving.finish(&progress).unwrap().map(|derived| derived.terms.records()),
                expected,
                "{name}"
            );
        }
    }
}
