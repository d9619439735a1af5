//! The vectors of one segment: of its terms, and of its records' texts.

use citymatch_encoder::{EncodeError, Encoder, Quantised};

use super::file::{Sink, Source};
use super::sentences::SentenceVectors;
use super::terms::Terms;

/// What an encoder makes of a segment's records, the dead included.
pub(crate) struct Vectors {
    /// Of each term's commonest form in the segment.
    pub(crate) terms: Vec<Quantised>,
    pub(crate) sentences: SentenceVectors,
}

impl Vectors {
    pub(super) fn new(terms: &Terms, sentences: SentenceVectors, encoder: &dyn Encoder) -> Result<Self, EncodeError> {
        let terms = encoder.encode(&terms.numbers().map(|term| terms.commonest_form(term)).collect::<Vec<_>>())?;
        Ok(Self { terms: terms.iter().map(citymatch_encoder::Vector::quantise).collect(), sentences })
    }

    /// As a file.
    pub(crate) fn to_file(&self) -> Vec<u8> {
        let mut sink = Sink::new();
        sink.number(self.terms.len());
        self.terms.iter().for_each(|term| sink.integers(term.values()));
        self.sentences.write(&mut sink);
        sink.into_file()
    }

    /// From a file; `None` where it is damaged, or is not of so many terms, records and vectors of this size.
    pub(crate) fn from_file(file: &[u8], terms: usize, records: usize, size: usize) -> Option<Self> {
        let mut source = Source::of_file(file)?;
        if source.number()? != terms {
            return None;
        }
        let mut term = || source.integers().filter(|values| values.len() == size).map(Quantised::new);
        let terms = (0..terms).map(|_| term()).collect::<Option<Vec<_>>>()?;
        let sentences = SentenceVectors::read(&mut source, records, size)?;
        source.is_empty().then_some(Self { terms, sentences })
    }
}
