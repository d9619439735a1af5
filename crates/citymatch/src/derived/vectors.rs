//! The vectors of one segment: of its terms' forms, and of its records' texts.

use std::sync::atomic::AtomicBool;

use citymatch_encoder::{EncodeError, Encoder, Quantised, Tiles, Vector};
use ownedbytes::OwnedBytes;

use super::file::{Array, Sink, Source};
use super::sentences::{Growing, SentenceVectors};
use super::terms::Terms;

/// What an encoder makes of a segment's records, the dead included.
pub(crate) struct Vectors {
    /// All of it.
    pub(crate) file: OwnedBytes,
    /// Whether it was made here and is not written yet: what lies in the folder in its place is missing or damaged.
    pub(crate) made: AtomicBool,
    size: usize,
    /// Of each form of each term, in tiles.
    forms: Array<1>,
    pub(crate) sentences: SentenceVectors,
}

impl Vectors {
    /// The vector of a form, by its number among all forms of the segment.
    pub(crate) fn form(&self, form: usize) -> Quantised {
        Quantised::new(Tiles::new(self.forms.integers(), self.size).row(form))
    }

    /// The file of a segment's.
    pub(super) fn make(terms: &Terms, sentences: Growing, encoder: &dyn Encoder) -> Result<OwnedBytes, EncodeError> {
        let vectors = encoder.encode(&terms.all_forms().collect::<Vec<_>>())?;
        let vectors: Vec<Quantised> = vectors.iter().map(Vector::quantise).collect();
        let mut sink = Sink::new();
        sink.integers(&Tiles::pack(vectors.iter().map(Quantised::values), encoder.size()));
        sentences.write(&mut sink);
        Ok(sink.into_file())
    }

    /// Says that it was made here.
    pub(crate) fn made_here(self) -> Self {
        Self { made: AtomicBool::new(true), ..self }
    }

    /// From a file; `None` where it is damaged, or does not go with these terms, so many records and vectors of this size.
    pub(crate) fn from_file(file: &OwnedBytes, terms: &Terms, records: usize, size: usize) -> Option<Self> {
        let mut source = Source::of_file(file)?;
        let forms = source.array().filter(|values: &Array<1>| values.len() == Tiles::length(terms.all_forms().len(), size))?;
        let sentences = SentenceVectors::read(&mut source, records, size)?;
        source.is_empty().then_some(Self { file: file.clone(), made: AtomicBool::new(false), size, forms, sentences })
    }
}
