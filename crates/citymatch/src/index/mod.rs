//! What ranking needs of records beyond what the engine stores, for each immutable segment: lists
//! of terms, and vectors.

pub(crate) mod code;
mod file;
mod form_vectors;
mod grams;
mod inverted;
mod merge;
pub(crate) mod pending;
mod text_vectors;

use std::num::NonZero;
use std::ops::Range;
use std::thread;

use citymatch_encoder::{EncodeError, Encoder};
use ownedbytes::OwnedBytes;

pub(crate) use form_vectors::Vectors;
pub(crate) use inverted::{CHUNK, InvertedIndex, Postings};
pub(crate) use merge::{MergeSource, SourceDoc, merge};
pub(crate) use text_vectors::{PackedQueries, TextVectors, centred};

use crate::error::Error;
use crate::progress::Progress;
use crate::text::AnalysedRecord;

/// How many records' texts are in memory at once.
pub(crate) const AT_ONCE: usize = 2048;
/// Fewer records are not worth a thread.
const WORTH_A_THREAD: usize = 256;

/// What is derived from the first records of a segment, the dead included.
pub(crate) struct SegmentBuilder {
    terms: inverted::InvertedIndexBuilder,
    /// None where there is no encoder.
    sentences: Option<text_vectors::VectorsBuilder>,
}

impl SegmentBuilder {
    pub(crate) fn new(encoder: Option<&dyn Encoder>) -> Self {
        Self {
            terms: inverted::InvertedIndexBuilder::default(),
            sentences: encoder.map(|encoder| text_vectors::VectorsBuilder::new(encoder.size())),
        }
    }

    /// Adds the next records; a content is none where a record is no solution. [`AT_ONCE`] of them
    /// are a good number.
    pub(crate) fn push(
        &mut self,
        contents: &[Option<AnalysedRecord>],
        encoder: Option<&dyn Encoder>,
        progress: &Progress,
    ) -> Result<(), Error> {
        if let (Some(encoder), Some(sentences)) = (encoder, &mut self.sentences) {
            for part in on_threads(0..contents.len(), |range| {
                text_vectors::EncodedChunk::new(&contents[range], encoder, progress)
            }) {
                sentences.push(&part?);
            }
        }
        for content in contents {
            self.terms.push(content.as_ref());
        }
        Ok(())
    }

    /// The file of the terms, and where there is an encoder that of the vectors.
    pub(crate) fn into_files(
        self,
        encoder: Option<&dyn Encoder>,
        progress: &Progress,
    ) -> Result<(OwnedBytes, Option<OwnedBytes>), Error> {
        let file = self.terms.into_file();
        let Some((encoder, sentences)) = encoder.zip(self.sentences) else {
            return Ok((file, None));
        };
        let terms = InvertedIndex::from_file(&file)
            .ok_or_else(|| Error::engine("deriving terms", "they cannot be read back"))?;
        let vectors = Vectors::make(&terms, sentences, encoder, progress)?;
        Ok((file, Some(vectors)))
    }
}

pub(crate) fn encoding(error: EncodeError) -> Error {
    Error::engine("encoding texts", error)
}

/// Does the work for parts of a range on as many threads as the machine has; the results in the
/// order of the parts.
///
/// Threads of their own and not a pool's: a pool's thread that waits takes up other work meanwhile,
/// which may wait for this one's locks.
pub(crate) fn on_threads<T: Send>(
    range: Range<usize>,
    work: impl Fn(Range<usize>) -> T + Sync,
) -> Vec<T> {
    let available = thread::available_parallelism().map_or(1, NonZero::get);
    let threads = available.min(range.len().div_ceil(WORTH_A_THREAD)).max(1);
    let bound = |part: usize| range.start + range.len() * part / threads;
    let mut parts = (0..threads).map(|part| bound(part)..bound(part + 1));
    let own = parts.next().unwrap_or(range.clone());
    let work = &work;
    thread::scope(|scope| {
        let others: Vec<_> = parts
            .map(|part| {
                let other = part.clone();
                (part, thread::Builder::new().spawn_scoped(scope, move || work(other)))
            })
            .collect();
        let mut done = vec![work(own)];
        // Where the system gives no thread, this one does the part itself.
        done.extend(others.into_iter().map(|(part, other)| match other {
            Ok(other) => other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            Err(_) => work(part),
        }));
        done
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_the_range_in_order() {
        for count in [0, 1, 255, 256, 257, 5_000] {
            let parts = on_threads(7..7 + count, Vec::from_iter);
            assert_eq!(parts.concat(), (7..7 + count).collect::<Vec<usize>>(), "{count}");
        }
    }
}
