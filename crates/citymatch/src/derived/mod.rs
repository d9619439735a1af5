//! What ranking needs of records beyond what the engine stores, for each immutable segment: lists of terms, and vectors.

pub(crate) mod code;
mod dictionary;
mod file;
mod sentences;
mod terms;
mod vectors;

use std::num::NonZero;
use std::ops::Range;
use std::thread;

use citymatch_encoder::{EncodeError, Encoder};
use ownedbytes::OwnedBytes;

pub(crate) use dictionary::{Dictionary, Expansion, Part};
pub(crate) use sentences::{AskedSentences, SentenceVectors, centred};
pub(crate) use terms::{CHUNK, FormCounts, Postings, Terms, count_forms};
pub(crate) use vectors::Vectors;

use crate::error::Error;
use crate::text::Content;

/// How many records' texts are in memory at once.
const AT_ONCE: u32 = 2048;
/// Fewer records are not worth a thread.
const WORTH_A_THREAD: u32 = 256;

/// From what a segment's records say, the dead included: the file of their terms, and where there is an encoder that of their vectors.
///
/// `content` is asked for each record, and has none for one that is no solution. They are taken some at a time, so that memory holds the
/// vectors and not the texts.
pub(crate) fn derive(
    records: u32,
    content: impl Fn(u32) -> Result<Option<Content>, Error> + Sync,
    encoder: Option<&dyn Encoder>,
) -> Result<(OwnedBytes, Option<OwnedBytes>), Error> {
    let mut terms = terms::Growing::default();
    let mut sentences = encoder.map(|encoder| sentences::Growing::new(encoder.size()));
    let part = |records: Range<u32>| -> Result<_, Error> {
        let contents = records.map(&content).collect::<Result<Vec<_>, Error>>()?;
        let part = encoder.map(|encoder| sentences::Part::new(&contents, encoder)).transpose().map_err(encoding)?;
        Ok((contents, part))
    };
    for first in (0..records).step_by(AT_ONCE as usize) {
        for done in on_threads(first..records.min(first + AT_ONCE), part) {
            let (contents, part) = done?;
            for content in &contents {
                terms.push(content.as_ref());
            }
            if let (Some(sentences), Some(part)) = (&mut sentences, part) {
                sentences.push(&part);
            }
        }
    }
    let file = terms.into_file();
    let terms = Terms::from_file(&file, records as usize).ok_or_else(|| Error::engine("deriving terms", "they cannot be read back"))?;
    let vectors = encoder.zip(sentences).map(|(encoder, sentences)| Vectors::make(&terms, sentences, encoder));
    Ok((file, vectors.transpose().map_err(encoding)?))
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
