//! The vectors of one segment: of its terms, and of its records' texts.

use citymatch_encoder::{EncodeError, Encoder, Quantised, Tiles, Vector};
use ownedbytes::OwnedBytes;

use super::file::{Array, Sink, Source};
use super::sentences::{Growing, SentenceVectors};
use super::terms::Terms;

/// What an encoder makes of a segment's records, the dead included.
pub(crate) struct Vectors {
    /// All of it.
    pub(crate) file: OwnedBytes,
    size: usize,
    /// Of each term's commonest form in the segment, in tiles.
    terms: Array<1>,
    pub(crate) sentences: SentenceVectors,
}

impl Vectors {
    /// The vector of a term's commonest form in the segment.
    pub(crate) fn term(&self, term: u32) -> Quantised {
        Quantised::new(Tiles::new(self.terms.integers(), self.size).row(term as usize))
    }

    /// The file of a segment's.
    pub(super) fn make(terms: &Terms, sentences: Growing, encoder: &dyn Encoder) -> Result<OwnedBytes, EncodeError> {
        let vectors = encoder.encode(&terms.numbers().map(|term| terms.commonest_form(term)).collect::<Vec<_>>())?;
        let vectors: Vec<Quantised> = vectors.iter().map(Vector::quantise).collect();
        let mut sink = Sink::new();
        sink.integers(&Tiles::pack(vectors.iter().map(Quantised::values), encoder.size()));
        sentences.write(&mut sink);
        Ok(sink.into_file())
    }

    /// From a file; `None` where it is damaged, or is not of so many terms, records and vectors of this size.
    pub(crate) fn from_file(file: &OwnedBytes, terms: usize, records: usize, size: usize) -> Option<Self> {
        let mut source = Source::of_file(file)?;
        let of_terms = source.array().filter(|values: &Array<1>| values.len() == Tiles::length(terms, size))?;
        let sentences = SentenceVectors::read(&mut source, records, size)?;
        source.is_empty().then_some(Self { file: file.clone(), size, terms: of_terms, sentences })
    }
}
