//! Building the index of a segment from its documents.

use ownedbytes::OwnedBytes;

use super::form_vectors::Vectors;
use super::inverted::InvertedIndex;
use super::inverted_builder::InvertedIndexBuilder;
use super::on_threads;
use super::text_vectors::{EncodedChunk, VectorsBuilder};
use crate::encoding::{Encoding, Sizes};
use crate::error::Error;
use crate::progress::Progress;
use crate::text::AnalysedRecord;

/// The index of a segment that was built in this process and has not been written yet.
pub(crate) struct SegmentIndex {
    pub(crate) inverted: InvertedIndex,
    /// `None` without an encoder.
    pub(crate) vectors: Option<Vectors>,
}

impl SegmentIndex {
    /// Reads the bytes of its files. `sizes` are those of the vectors.
    pub(crate) fn new(
        inverted: &OwnedBytes,
        vectors: Option<(&OwnedBytes, Sizes)>,
    ) -> Result<Self, Error> {
        let unreadable = || Error::engine("building the index", "it cannot be read back");
        let inverted = InvertedIndex::from_file(inverted).ok_or_else(unreadable)?.mark_dirty();
        let vectors = match vectors {
            Some((file, sizes)) => {
                let vectors = Vectors::from_file(file, &inverted, sizes).ok_or_else(unreadable)?;
                Some(vectors.mark_dirty())
            }
            None => None,
        };
        Ok(Self { inverted, vectors })
    }
}

/// The index of the documents that have been added so far.
pub(crate) struct SegmentBuilder {
    inverted: InvertedIndexBuilder,
    /// `None` without an encoder.
    texts: Option<VectorsBuilder>,
}

impl SegmentBuilder {
    pub(crate) fn new(encoding: Option<&Encoding>) -> Self {
        Self {
            inverted: InvertedIndexBuilder::default(),
            texts: encoding.map(|encoding| VectorsBuilder::new(encoding.sizes())),
        }
    }

    /// Adds the next documents. Call it with [`AT_ONCE`](super::AT_ONCE) of them, which keeps all
    /// threads busy.
    pub(crate) fn push(
        &mut self,
        records: &[AnalysedRecord],
        encoding: Option<&Encoding>,
        progress: &Progress,
    ) -> Result<(), Error> {
        if let (Some(encoding), Some(texts)) = (encoding, &mut self.texts) {
            let encode = |range| EncodedChunk::new(&records[range], encoding, progress);
            for chunk in on_threads(0..records.len(), encode) {
                texts.push(chunk?);
            }
        }
        for record in records {
            self.inverted.push(record);
        }
        Ok(())
    }

    /// The index of all documents. This encodes the surface forms of the terms.
    pub(crate) fn build(
        self,
        encoding: Option<&Encoding>,
        progress: &Progress,
    ) -> Result<SegmentIndex, Error> {
        let mut index = SegmentIndex::new(&self.inverted.into_file(), None)?;
        if let Some((encoding, texts)) = encoding.zip(self.texts) {
            let file = Vectors::make(&index.inverted, &texts, encoding, progress)?;
            let vectors = Vectors::from_file(&file, &index.inverted, encoding.sizes());
            index.vectors = vectors.map(Vectors::mark_dirty);
        }
        Ok(index)
    }
}
