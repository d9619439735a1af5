use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use citymatch_encoder::{Calibration, EncodeError, Encoder, Vector};

/// An encoder that encodes each text once: means, records and asks need the same ones, and a
/// contextual model takes its time.
pub(super) struct Remembering {
    encoder: Arc<dyn Encoder>,
    known: Mutex<HashMap<String, Vector>>,
}

impl Remembering {
    pub(super) fn new(encoder: Arc<dyn Encoder>) -> Self {
        Self { encoder, known: Mutex::default() }
    }
}

impl Encoder for Remembering {
    fn name(&self) -> &str {
        self.encoder.name()
    }

    fn size(&self) -> usize {
        self.encoder.size()
    }

    fn encode(&self, texts: &[&str]) -> Result<Vec<Vector>, EncodeError> {
        // The lock is not held while the encoder works: several threads ask.
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let mut found: Vec<Option<Vector>> = {
            let known = known();
            texts.iter().map(|text| known.get(*text).cloned()).collect()
        };
        let missing: Vec<&str> = texts
            .iter()
            .zip(&found)
            .filter(|(_, found)| found.is_none())
            .map(|(text, _)| *text)
            .collect();
        let mut fresh = self.encoder.encode(&missing)?.into_iter();
        for (text, found) in texts.iter().zip(&mut found).filter(|(_, found)| found.is_none()) {
            *found = fresh.next();
            if let Some(vector) = found {
                known().insert((*text).to_owned(), vector.clone());
            }
        }
        found.into_iter().collect::<Option<_>>().ok_or(EncodeError::Count {
            expected: missing.len(),
            found: missing.len() - fresh.len(),
        })
    }

    fn calibration(&self) -> &Calibration {
        self.encoder.calibration()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use citymatch_encoder::vectors;

    /// A text's vector is its length, and what was asked for is noted.
    struct Noting(Mutex<Vec<String>>);

    impl Encoder for Noting {
        fn name(&self) -> &'static str {
            "noting"
        }

        fn size(&self) -> usize {
            2
        }

        fn encode(&self, texts: &[&str]) -> Result<Vec<Vector>, EncodeError> {
            self.0.lock().unwrap().extend(texts.iter().map(|text| (*text).to_owned()));
            vectors(texts.iter().map(|text| vec![1.0, text.len() as f32]), texts.len(), 2)
        }
    }

    #[test]
    fn what_is_known_is_not_asked_again_and_keeps_its_place() -> Result<(), EncodeError> {
        let noting = Arc::new(Noting(Mutex::default()));
        let remembering = Remembering::new(noting.clone());
        remembering.encode(&["rain", "sun"])?;
        let found = remembering.encode(&["winter", "sun", "a"])?;
        assert_eq!(found, noting.encode(&["winter", "sun", "a"])?);
        assert_eq!(noting.0.lock().unwrap()[..4], ["rain", "sun", "winter", "a"]);
        Ok(())
    }
}
