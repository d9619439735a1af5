//! What the engine is to do, handed over by the hundred.

use tantivy::indexer::UserOperation;
use tantivy::{IndexWriter, TantivyDocument, TantivyError, Term};

/// How many operations are handed over at once.
const AT_ONCE: usize = 256;
/// How many bytes of text they have at most, before the last one: what waits takes up memory.
const BYTES_AT_ONCE: usize = 1 << 20;

/// The engine's writer, and what it has not been told yet. The engine works in a thread of its own,
/// which is so woken once for many documents.
pub(super) struct Operations {
    writer: IndexWriter,
    waiting: Vec<UserOperation>,
    /// Of the texts in those.
    bytes: usize,
}

impl Operations {
    pub(super) fn new(writer: IndexWriter) -> Self {
        Self { writer, waiting: Vec::new(), bytes: 0 }
    }

    /// Removes the documents with a term that were added before.
    pub(super) fn delete(&mut self, term: Term) -> Result<(), TantivyError> {
        self.push(UserOperation::Delete(term), 0)
    }

    /// Adds a document with so many bytes of text.
    pub(super) fn add(
        &mut self,
        document: TantivyDocument,
        bytes: usize,
    ) -> Result<(), TantivyError> {
        self.push(UserOperation::Add(document), bytes)
    }

    fn push(&mut self, operation: UserOperation, bytes: usize) -> Result<(), TantivyError> {
        self.waiting.push(operation);
        self.bytes += bytes;
        if self.waiting.len() < AT_ONCE && self.bytes < BYTES_AT_ONCE {
            return Ok(());
        }
        self.hand_over().map(|_| ())
    }

    /// The writer, which has been told everything.
    pub(super) fn hand_over(&mut self) -> Result<&mut IndexWriter, TantivyError> {
        self.bytes = 0;
        self.writer.run(self.waiting.drain(..))?;
        Ok(&mut self.writer)
    }

    /// The writer, with what it has been told so far.
    pub(super) fn into_writer(self) -> IndexWriter {
        self.writer
    }
}
