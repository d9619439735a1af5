//! The index of the documents that an edit adds, built while their texts are in memory.

use std::collections::HashSet;
use std::sync::Arc;

use super::{AT_ONCE, SegmentBuilder, SegmentIndex};
use crate::encoding::Encoding;
use crate::error::Error;
use crate::progress::Progress;
use crate::text::AnalysedRecord;

/// The most documents of an edit whose index is built this way. The index of a larger edit is built
/// after the commit, segment by segment, so that memory does not grow with the edit.
const LIMIT: usize = 1 << 18;

/// The index of the documents added so far in an edit, in the order in which they were put.
pub(crate) struct PendingSegment {
    encoding: Option<Arc<Encoding>>,
    /// `None` once it cannot be used: encoding failed, an id was put twice, or there are too many
    /// documents. Then the index is built from the stored records after the commit.
    builder: Option<SegmentBuilder>,
    /// Documents that have not been given to the builder, which encodes many at once.
    waiting: Vec<AnalysedRecord>,
    /// The ids of all documents so far.
    ids: HashSet<String>,
    limit: usize,
}

impl PendingSegment {
    pub(crate) fn new(encoding: Option<Arc<Encoding>>) -> Self {
        Self {
            builder: Some(SegmentBuilder::new(encoding.as_deref())),
            encoding,
            waiting: Vec::new(),
            ids: HashSet::new(),
            limit: LIMIT,
        }
    }

    /// Adds the next document.
    ///
    /// # Errors
    /// [`ErrorKind::Cancelled`](crate::ErrorKind::Cancelled) where the edit is to stop.
    pub(crate) fn push(
        &mut self,
        record: AnalysedRecord,
        progress: &Progress,
    ) -> Result<(), Error> {
        if self.builder.is_none() {
            return Ok(());
        }
        if self.ids.len() == self.limit || !self.ids.insert(record.id.clone()) {
            (self.builder, self.waiting) = (None, Vec::new());
            return Ok(());
        }
        self.waiting.push(record);
        if self.waiting.len() == AT_ONCE { self.push_waiting(progress) } else { Ok(()) }
    }

    fn push_waiting(&mut self, progress: &Progress) -> Result<(), Error> {
        let waiting = std::mem::take(&mut self.waiting);
        if let Some(builder) = &mut self.builder
            && builder.push(&waiting, self.encoding.as_deref(), progress).is_err()
        {
            self.builder = None;
        }
        // An encoder that fails is no reason to stop: the index is then built after the commit.
        progress.check()
    }

    /// The index of all documents; `None` if it has to be built after the commit.
    ///
    /// # Errors
    /// [`ErrorKind::Cancelled`](crate::ErrorKind::Cancelled) where the edit is to stop.
    pub(crate) fn finish(&mut self, progress: &Progress) -> Result<Option<SegmentIndex>, Error> {
        self.push_waiting(progress)?;
        let built =
            self.builder.take().map(|builder| builder.build(self.encoding.as_deref(), progress));
        progress.check()?;
        Ok(built.and_then(Result::ok))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Solution;
    use crate::text::{Analyser, RecordText};

    #[test]
    fn an_edit_with_an_id_twice_or_too_many_documents_has_no_index_yet() {
        let progress = Progress::default();
        for (name, ids, expected) in [
            ("nothing", &[][..], Some(0)),
            ("some", &["a", "b"], Some(2)),
            ("as_many_as_the_limit", &["a", "b", "c"], Some(3)),
            ("one_more", &["a", "b", "c", "d"], None),
            ("twice", &["a", "b", "a"], None),
        ] {
            let mut pending = PendingSegment { limit: 3, ..PendingSegment::new(None) };
            for id in ids {
                let solution = Solution::new(*id, "Rain gardens");
                let record = AnalysedRecord::new(
                    &solution,
                    RecordText::new(&solution),
                    None,
                    &mut Analyser::default(),
                );
                pending.push(record, &progress).unwrap();
            }
            let built = pending.finish(&progress).unwrap();
            assert_eq!(built.map(|index| index.inverted.document_count()), expected, "{name}");
        }
    }
}
