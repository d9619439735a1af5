//! What ranking needs of records beyond the engine's lists: codes of counts and lengths, and, for each immutable segment, vectors.

pub(crate) mod code;
mod dictionary;
mod file;
mod forms;
mod sentences;

use std::num::NonZero;
use std::ops::Range;
use std::thread;

use citymatch_encoder::{EncodeError, Encoder};

pub(crate) use dictionary::{Dictionary, Expansion};
pub(crate) use forms::{FormCounts, Forms, count_forms};
pub(crate) use sentences::{SentenceVectors, centred};

use crate::error::Error;
use crate::text::Content;
use file::{Sink, Source};

/// How many records' texts are in memory at once.
const CHUNK: u32 = 2048;
/// Fewer records are not worth a thread.
const WORTH_A_THREAD: u32 = 256;

/// What is derived from the records of one segment, the dead included: it never changes.
pub(crate) struct Derived {
    pub(crate) forms: Forms,
    pub(crate) sentences: SentenceVectors,
}

impl Derived {
    /// From what a segment's records say: `content` is asked for each, and has none for a record that is no solution. They are taken some at a
    /// time, so that memory holds the vectors and not the texts.
    pub(crate) fn build(
        records: u32,
        content: impl Fn(u32) -> Result<Option<Content>, Error> + Sync,
        encoder: &dyn Encoder,
    ) -> Result<Self, Error> {
        let mut counts = FormCounts::new();
        let mut sentences = SentenceVectors::empty(encoder.size());
        let part = |records: Range<u32>| -> Result<_, Error> {
            let contents = records.map(&content).collect::<Result<Vec<_>, Error>>()?;
            let part = sentences::Part::new(&contents, encoder).map_err(encoding)?;
            Ok((contents, part))
        };
        for first in (0..records).step_by(CHUNK as usize) {
            for done in on_threads(first..records.min(first + CHUNK), part) {
                let (contents, part) = done?;
                count_forms(&mut counts, contents.iter().flatten());
                sentences.push(&part);
            }
        }
        Ok(Self { forms: Forms::new(counts, encoder).map_err(encoding)?, sentences: sentences.into_tiles() })
    }

    /// As a file.
    pub(crate) fn to_file(&self) -> Vec<u8> {
        let mut sink = Sink::new();
        self.forms.write(&mut sink);
        self.sentences.write(&mut sink);
        sink.into_file()
    }

    /// From a file; `None` where it is damaged, or is not of so many records and vectors of this size.
    pub(crate) fn from_file(file: &[u8], records: usize, size: usize) -> Option<Self> {
        let mut source = Source::of_file(file)?;
        let forms = Forms::read(&mut source, size)?;
        let sentences = SentenceVectors::read(&mut source, records, size)?;
        source.is_empty().then_some(Self { forms, sentences })
    }
}

pub(crate) fn encoding(error: EncodeError) -> Error {
    Error::engine("encoding texts", error)
}

/// Does the work for parts of a range on as many threads as the machine has; the results in the order of the parts.
///
/// Threads of their own and not a pool's: a pool's thread that waits takes up other work meanwhile, which may wait for this one's locks.
fn on_threads<T: Send>(range: Range<u32>, work: impl Fn(Range<u32>) -> T + Sync) -> Vec<T> {
    let available = thread::available_parallelism().map_or(1, NonZero::get);
    let count = u32::try_from(range.len()).unwrap_or(u32::MAX);
    let threads = u32::try_from(available).unwrap_or(1).min(count.div_ceil(WORTH_A_THREAD)).max(1);
    let bound = |part: u32| range.start + u32::try_from(u64::from(count) * u64::from(part) / u64::from(threads)).unwrap_or(count);
    let mut parts = (0..threads).map(|part| bound(part)..bound(part + 1));
    let own = parts.next().unwrap_or(range.clone());
    let work = &work;
    thread::scope(|scope| {
        let others: Vec<_> = parts.map(|part| scope.spawn(move || work(part))).collect();
        let mut done = vec![work(own)];
        done.extend(others.into_iter().map(|other| other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))));
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
            assert_eq!(parts.concat(), (7..7 + count).collect::<Vec<u32>>(), "{count}");
        }
    }
}
