//! An encoder with a cache, because calibration encodes the same texts several times.

use std::sync::Arc;

use citymatch_encoder::{Calibration, EncodeError, Encoder, Vector};

use crate::cache::Cache;

/// How many texts keep their vectors: with vectors of 768 values they take some 800 MB.
const CACHED_TEXTS: usize = 1 << 18;

/// An encoder that encodes each text once, as long as its cache has room. Language means, records
/// and challenges need the vectors of the same texts, and a contextual model is slow.
pub(super) struct CachingEncoder {
    encoder: Arc<dyn Encoder>,
    vectors: Cache<String, Vector>,
}

impl CachingEncoder {
    pub(super) fn new(encoder: Arc<dyn Encoder>) -> Self {
        Self { encoder, vectors: Cache::with_capacity(CACHED_TEXTS) }
    }
}

impl Encoder for CachingEncoder {
    fn name(&self) -> &str {
        self.encoder.name()
    }

    fn size(&self) -> usize {
        self.encoder.size()
    }

    fn encode(&self, texts: &[&str]) -> Result<Vec<Vector>, EncodeError> {
        let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        let found = self.vectors.get_all(&texts, |missing| {
            let missing: Vec<&str> = missing.iter().map(String::as_str).collect();
            let vectors = self.encoder.encode(&missing)?;
            let (expected, found) = (missing.len(), vectors.len());
            if found < expected {
                return Err(EncodeError::Count { expected, found });
            }
            Ok(vectors)
        })?;
        Ok(found.iter().map(|vector| (**vector).clone()).collect())
    }

    fn calibration(&self) -> &Calibration {
        self.encoder.calibration()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use citymatch_encoder::vectors;
    use std::sync::Mutex;

    /// An encoder that records the texts it was given. A text's vector is its length, and a text
    /// of stars has none.
    struct RecordingEncoder(Mutex<Vec<String>>);

    impl Encoder for RecordingEncoder {
        fn name(&self) -> &'static str {
            "recording"
        }

        fn size(&self) -> usize {
            2
        }

        fn encode(&self, texts: &[&str]) -> Result<Vec<Vector>, EncodeError> {
            self.0.lock().unwrap().extend(texts.iter().map(|text| (*text).to_owned()));
            let encoded: Vec<_> = texts.iter().filter(|text| **text != "***").collect();
            let count = encoded.len();
            vectors(encoded.into_iter().map(|text| vec![1.0, text.len() as f32]), count, 2)
        }
    }

    #[test]
    fn a_cached_text_is_not_encoded_again_and_keeps_its_place() -> Result<(), EncodeError> {
        let recording = Arc::new(RecordingEncoder(Mutex::default()));
        let caching = CachingEncoder::new(recording.clone());
        caching.encode(&["rain", "sun"])?;
        let found = caching.encode(&["winter", "sun", "a"])?;
        assert_eq!(found, recording.encode(&["winter", "sun", "a"])?);
        assert_eq!(recording.0.lock().unwrap()[..4], ["rain", "sun", "winter", "a"]);
        Ok(())
    }

    #[test]
    fn a_vector_that_is_missing_is_an_error() {
        let caching = CachingEncoder::new(Arc::new(RecordingEncoder(Mutex::default())));
        let error = caching.encode(&["rain", "***"]).unwrap_err();
        assert!(matches!(error, EncodeError::Count { expected: 2, found: 1 }), "{error}");
    }
}
