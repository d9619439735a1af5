//! Which sentence of a record speaks of a goal, and which target it met.

use citymatch_encoder::Quantised;

use super::fit::Fits;
use super::statements::Statement;
use crate::encoding::{centred, failed};
use crate::error::Error;
use crate::record::Goal;
use crate::text::QuerySentence;

/// The sentences of a record with their vectors.
pub(super) struct Evidence<'f> {
    fits: &'f Fits,
    sentences: Vec<(QuerySentence, Quantised)>,
}

impl<'f> Evidence<'f> {
    pub(super) fn new(fits: &'f Fits) -> Result<Self, Error> {
        let encoder = &fits.statements.snapshot().required_encoding()?.encoder;
        let sentences = fits.query.sentences();
        let texts: Vec<&str> = sentences.iter().map(|own| own.matched.as_str()).collect();
        let mut encoded = Vec::with_capacity(sentences.len());
        let vectors = encoder.encode(&texts).map_err(failed)?;
        for (sentence, vector) in sentences.into_iter().zip(vectors) {
            let vector = centred(vector, fits.query.language, &**encoder).map_err(failed)?;
            encoded.push((sentence, vector.quantise()));
        }
        Ok(Self { fits, sentences: encoded })
    }

    /// The sentence and the statement of a goal that are nearest to each other, by the cosine times
    /// what the sentence counts in its record; of equal ones the first. `None` for a record without
    /// sentences.
    pub(super) fn of_goal(&self, goal: Goal) -> Option<(&str, &'f Statement)> {
        let mut best: Option<(f64, &str, &Statement)> = None;
        for (sentence, vector) in &self.sentences {
            for statement in self.fits.statements.of_goal(goal) {
                let nearness = sentence.weight * vector.cosine(&statement.vector);
                if best.is_none_or(|(most, _, _)| nearness > most) {
                    best = Some((nearness, &sentence.shown, statement));
                }
            }
        }
        best.map(|(_, sentence, statement)| (sentence, statement))
    }
}
