//! What ranking needs of records beyond the engine's lists: codes of counts and lengths, and, for each immutable segment, vectors.

pub(crate) mod code;
mod dictionary;
mod file;
mod forms;
mod sentences;

use citymatch_encoder::{EncodeError, Encoder};

pub(crate) use dictionary::{Dictionary, Expansion};
pub(crate) use forms::{FormCounts, Forms, count_forms};
pub(crate) use sentences::SentenceVectors;

use crate::error::Error;
use crate::text::Content;
use file::{Sink, Source};

/// How many records' texts are in memory at once.
const CHUNK: usize = 512;

/// What is derived from the records of one segment, the dead included: it never changes.
pub(crate) struct Derived {
    pub(crate) forms: Forms,
    pub(crate) sentences: SentenceVectors,
}

impl Derived {
    /// From what the segment's records say, one a record; `None` for a record that is no solution. They are taken a few at a time, so that
    /// memory holds the vectors and not the texts.
    pub(crate) fn build(contents: impl IntoIterator<Item = Result<Option<Content>, Error>>, encoder: &dyn Encoder) -> Result<Self, Error> {
        let mut counts = FormCounts::new();
        let mut sentences = SentenceVectors::builder(encoder);
        let mut contents = contents.into_iter();
        loop {
            let chunk = contents.by_ref().take(CHUNK).collect::<Result<Vec<_>, Error>>()?;
            if chunk.is_empty() {
                break;
            }
            count_forms(&mut counts, chunk.iter().flatten());
            sentences.push(&chunk).map_err(encoding)?;
        }
        Ok(Self { forms: Forms::new(counts, encoder).map_err(encoding)?, sentences: sentences.finish() })
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
