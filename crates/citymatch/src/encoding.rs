//! From texts to vectors, and to profiles of subjects: a catalogue's encoder and its subjects.

use std::sync::{Arc, OnceLock};

use citymatch_encoder::{EncodeError, Encoder, Quantised, Vector};

use crate::error::Error;
use crate::record::Language;
use crate::subject::{Directions, Profile, Subjects};

/// A catalogue's encoder, and the subjects in its space.
pub(crate) struct Encoding {
    pub(crate) encoder: Arc<dyn Encoder>,
    pub(crate) subjects: Arc<Subjects>,
    /// Made when they are first needed: encoding a thousand texts takes milliseconds, which opening
    /// a catalogue should not cost.
    directions: OnceLock<Directions>,
}

/// How many values the vectors of a catalogue have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sizes {
    /// Of a text's vector, or a word's.
    pub(crate) vector: usize,
    /// Of a profile.
    pub(crate) profile: usize,
}

impl Encoding {
    pub(crate) fn new(encoder: Arc<dyn Encoder>, subjects: Arc<Subjects>) -> Self {
        Self { encoder, subjects, directions: OnceLock::new() }
    }

    pub(crate) fn sizes(&self) -> Sizes {
        Sizes { vector: self.encoder.size(), profile: self.subjects.ids().len() }
    }

    /// A number that changes with what it makes of a text: for the names of files.
    pub(crate) fn fingerprint(&self) -> u32 {
        let (encoder, subjects) = (&self.encoder, self.subjects.name());
        // A name may hold characters that a file's name cannot.
        crc32fast::hash(format!("{} {} {subjects}", encoder.name(), encoder.size()).as_bytes())
    }

    /// The profiles of some texts, from their vectors.
    pub(crate) fn profiles(&self, vectors: &[&Quantised]) -> Result<Vec<Profile>, Error> {
        let directions = if let Some(known) = self.directions.get() {
            known
        } else {
            let made = Directions::new(&self.subjects, &*self.encoder).map_err(failed)?;
            self.directions.get_or_init(|| made)
        };
        Ok(directions.profiles(vectors))
    }
}

/// A text's vector minus the mean of its language, if the encoder has one: mean-centring.
pub(crate) fn centred(
    vector: Vector,
    language: Option<Language>,
    encoder: &dyn Encoder,
) -> Result<Vector, EncodeError> {
    let mean = language.and_then(|language| encoder.calibration().means.get(language.name()));
    match mean {
        Some(mean) => vector.without(mean),
        None => Ok(vector),
    }
}

/// The error of an encoder that failed.
pub(crate) fn failed(error: EncodeError) -> Error {
    Error::engine("encoding texts", error)
}
