//! How near a solution's sentences and its whole text are to the ask's, by the encoder's vectors.
//!
//! meaning = (cosine of the whole texts + weighted mean over the ask's sentences of the cosine to
//! the solution's nearest sentence) / 2. A sentence of the ask counts with its field's weight. The
//! whole ask is the text of the fields that count 1 together, plus half of the beneficiaries' and a
//! tenth of the context's vector, as a direction. Where an encoder has a mean vector of a language,
//! it is taken off all vectors of texts in that language first.

use std::ops::Range;

use citymatch_encoder::{Encoder, Quantised, Vector};

use crate::error::Error;
use crate::index::{PackedQueries, TextVectors, centred};
use crate::progress::Progress;
use crate::record::Record;
use crate::text::fields::{QUERY_TENTHS, weight};
use crate::text::{Query, QuerySentence};

/// An ask, ready to be held against the vectors of segments.
pub(crate) struct Meaning {
    pub(crate) sentences: Vec<MeaningSentence>,
    whole: Quantised,
}

/// A sentence of the ask.
pub(crate) struct MeaningSentence {
    pub(crate) text: String,
    /// Its part of the mean: the weights of all sentences sum to 1.
    pub(crate) share: f64,
    vector: Quantised,
}

impl Meaning {
    pub(crate) fn new(ask: &Query<'_>, encoder: &dyn Encoder) -> Result<Self, Error> {
        let failed = |error| Error::engine("encoding a challenge", error);
        // The parts of the whole, each with its weight.
        let mut parts: Vec<(u32, String)> = Vec::new();
        for (field, text) in ask.challenge.texts() {
            let weight = weight(&QUERY_TENTHS, field);
            match parts.iter_mut().find(|(there, _)| *there == weight) {
                Some((_, whole)) => *whole = format!("{whole}\n{text}"),
                None => parts.push((weight, text.to_owned())),
            }
        }
        let encode = |texts: Vec<&str>| -> Result<Vec<Vector>, Error> {
            let vectors = encoder.encode(&texts).map_err(failed)?;
            vectors
                .iter()
                .map(|vector| centred(vector, ask.language, encoder).map_err(failed))
                .collect()
        };
        let sentences = ask.sentences();
        let vectors = encode(sentences.iter().map(|sentence| sentence.text.as_str()).collect())?;
        let wholes = encode(parts.iter().map(|(_, text)| text.as_str()).collect())?;
        let weighted =
            parts.iter().zip(&wholes).map(|((tenths, _), vector)| (tenth(*tenths), vector));
        let whole = Vector::sum(encoder.size(), weighted).map_err(failed)?.quantise();
        let all: f64 = sentences.iter().map(|sentence| sentence.weight).sum();
        let sentence = |(sentence, vector): (QuerySentence, Vector)| MeaningSentence {
            text: sentence.text,
            share: sentence.weight / all,
            vector: vector.quantise(),
        };
        Ok(Self { sentences: sentences.into_iter().zip(vectors).map(sentence).collect(), whole })
    }

    /// The cosine of the whole texts of one record.
    pub(crate) fn whole(&self, vectors: &TextVectors, record: u32) -> f64 {
        vectors.whole(record, &self.whole)
    }

    /// For each sentence of the ask which of a record's is nearest, and the cosine; 0 for a record
    /// without sentences.
    pub(crate) fn nearest(&self, vectors: &TextVectors, record: u32) -> Vec<(Option<usize>, f64)> {
        let nearest = |sentence: &MeaningSentence| {
            vectors
                .nearest(record, &sentence.vector)
                .map_or((None, 0.0), |(at, cosine)| (Some(at), cosine))
        };
        self.sentences.iter().map(nearest).collect()
    }
}

/// Asks that are held against records together.
pub(crate) struct QueryBatch<'m> {
    sentences: PackedQueries,
    wholes: Vec<&'m Quantised>,
    /// Of the records at hand, by ask.
    of_wholes: Vec<Vec<f64>>,
}

impl<'m> QueryBatch<'m> {
    pub(crate) fn new(asks: &[&'m Meaning], size: usize) -> Self {
        let vectors = |ask: &&'m Meaning| {
            ask.sentences.iter().map(|sentence| (&sentence.vector, sentence.share)).collect()
        };
        Self {
            sentences: PackedQueries::new(asks.iter().map(vectors), size),
            wholes: asks.iter().map(|ask| &ask.whole).collect(),
            of_wholes: vec![Vec::new(); asks.len()],
        }
    }

    /// The nearness of some records, each: a list an ask.
    pub(crate) fn values(
        &mut self,
        vectors: &TextVectors,
        records: Range<usize>,
        values: &mut [Vec<f64>],
        progress: &Progress,
    ) -> Result<(), Error> {
        vectors.means_of_best(&self.sentences, records.clone(), values, || progress.check())?;
        vectors.wholes(&self.wholes, records, &mut self.of_wholes);
        for (values, wholes) in values.iter_mut().zip(&self.of_wholes) {
            for (value, whole) in values.iter_mut().zip(wholes) {
                *value = f64::midpoint(*whole, *value);
            }
        }
        Ok(())
    }
}

#[allow(clippy::cast_possible_truncation)] // a few tenths
fn tenth(tenths: u32) -> f32 {
    (f64::from(tenths) / 10.0) as f32
}
