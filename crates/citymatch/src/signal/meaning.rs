//! How close a solution's sentences and its whole text are to those of the challenge, by the
//! cosines of the encoder's vectors.
//!
//! meaning = (cosine of the whole texts + weighted mean over the query's sentences of the cosine to
//! the solution's nearest sentence) / 2
//!
//! The second half is the mean of MaxSim (ColBERT: Khattab and Zaharia, SIGIR 2020). A sentence of
//! the query has the weight of its field. The vector of the whole query is a sum: the vector of the
//! joined text of the fields with weight 1, half of the vector of the beneficiaries, and a tenth of
//! the vector of the context and of the frame of a call; only its direction matters. If an encoder
//! has a mean vector for a
//! language, the mean is first subtracted from the vectors of all texts in that language
//! (mean-centring: Mu and Viswanath, ICLR 2018).

use std::ops::Range;
use std::sync::Arc;

use citymatch_encoder::{Calibration, EncodeError, Encoder, Quantised, Vector};

use super::dense::DenseValues;
use super::{BOUND_BLOCK, BOUND_BLOCKS, Collection, QuerySignal, SegmentScorer, Weight};
use crate::catalogue::Snapshot;
use crate::encoding::centred;
use crate::error::Error;
use crate::explain::{Evidence, ExplainedDocument, Node, Operation};
use crate::ids::SegmentOrd;
use crate::index::{OtherTerms, QuerySentences, RecordVectors, TextVectors};
use crate::progress::Progress;
use crate::text::{Query, QuerySentence};

/// The vectors of a query.
#[derive(Clone)]
pub(crate) struct Meaning {
    sentences: Vec<MeaningSentence>,
    /// The vector of the whole query.
    whole: Quantised,
}

/// A sentence of the query.
#[derive(Clone)]
struct MeaningSentence {
    text: String,
    /// Its weight in the mean: the weights of all sentences add up to 1.
    weight: f64,
    vector: Quantised,
}

impl Meaning {
    pub(crate) fn new(query: &Query, encoder: &dyn Encoder) -> Result<Self, Error> {
        let sentences = query.sentences();
        let texts: Vec<&str> = sentences.iter().map(|sentence| sentence.matched.as_str()).collect();
        let vectors = encode(query, encoder, &texts)?;
        let whole = whole_text(query, encoder)?;
        let total: f64 = sentences.iter().map(|sentence| sentence.weight).sum();
        let sentence = |(sentence, vector): (QuerySentence, Vector)| MeaningSentence {
            text: sentence.shown,
            weight: sentence.weight / total,
            vector: vector.quantise(),
        };
        Ok(Self { sentences: sentences.into_iter().zip(vectors).map(sentence).collect(), whole })
    }

    /// The value for a single record, by its vectors.
    pub(crate) fn nearness(&self, record: &RecordVectors) -> f64 {
        let cosine = |own: &MeaningSentence| {
            own.weight * record.max_sim(&own.vector).map_or(0.0, |(_, cosine)| cosine)
        };
        let mean: f64 = self.sentences.iter().map(cosine).sum();
        f64::midpoint(record.whole.cosine(&self.whole), mean)
    }

    /// The parts of [`nearness`](Self::nearness).
    pub(crate) fn explain_nearness(
        &self,
        document: &ExplainedDocument<'_>,
        record: &RecordVectors,
    ) -> Node {
        let nearest = |vector: &Quantised| record.max_sim(vector);
        self.nodes(document, nearest, record.whole.cosine(&self.whole))
    }

    /// Half is the cosine of the whole texts, half the mean of the sentences' cosines to their
    /// nearest sentences. `nearest` gives the place of the sentence that is nearest to a vector,
    /// and the cosine.
    fn nodes(
        &self,
        document: &ExplainedDocument<'_>,
        nearest: impl Fn(&Quantised) -> Option<(usize, f64)>,
        whole: f64,
    ) -> Node {
        let mut children = Vec::new();
        for sentence in &self.sentences {
            let (text, cosine) = match nearest(&sentence.vector) {
                Some((place, cosine)) => (document.sentence(place), cosine),
                None => (String::new(), 0.0),
            };
            let weight = Node::leaf("share of the ask", sentence.weight, []);
            let parts = vec![weight, Node::leaf("cosine", cosine, [])];
            let value = sentence.weight * cosine;
            let mut node = Node::over("sentence", value, Operation::Product, parts);
            let ask = sentence.text.clone();
            node.evidence = Some(Evidence::Sentences { ask, solution: text, cosine });
            children.push(node);
        }
        let mean = children.iter().map(|child| child.value).sum();
        let mean = Node::over("nearest sentences", mean, Operation::Sum, children);
        Node::mean("nearness", [Node::leaf("whole texts", whole, []), mean])
    }
}

/// The vector of the whole query: the sum of the vectors of its texts, each by its weight.
pub(super) fn whole_text(query: &Query, encoder: &dyn Encoder) -> Result<Quantised, Error> {
    let parts = parts_by_weight(query);
    let texts: Vec<&str> = parts.iter().map(|(_, text)| text.as_str()).collect();
    let vectors = encode(query, encoder, &texts)?;
    let weighted = parts.iter().map(|(hundredths, _)| hundredth(*hundredths)).zip(&vectors);
    Ok(Vector::sum(encoder.size(), weighted).map_err(failed)?.quantise())
}

/// The vectors of some texts of the query.
fn encode(query: &Query, encoder: &dyn Encoder, texts: &[&str]) -> Result<Vec<Vector>, Error> {
    let vectors = encoder.encode(texts).map_err(failed)?;
    let centre = |vector| centred(vector, query.language, encoder).map_err(failed);
    vectors.into_iter().map(centre).collect()
}

fn failed(error: EncodeError) -> Error {
    Error::engine("encoding a challenge", error)
}

/// The sentences of the query that have the same weight, in hundredths, as one text for each
/// weight.
fn parts_by_weight(query: &Query) -> Vec<(u32, String)> {
    let mut parts: Vec<(u32, String)> = Vec::new();
    for (hundredths, text) in query.weighted_texts() {
        match parts.iter_mut().find(|(weight, _)| *weight == hundredths) {
            Some((_, joined)) => joined.extend(["\n", text]),
            None => parts.push((hundredths, text.to_owned())),
        }
    }
    parts
}

#[expect(clippy::cast_possible_truncation, reason = "a few hundredths: rounding is the purpose")]
fn hundredth(hundredths: u32) -> f32 {
    (f64::from(hundredths) / 100.0) as f32
}

impl QuerySignal for Meaning {
    type Scorer<'s> = MeaningScorer<'s>;

    const NEEDS_ENCODER: bool = true;
    /// A cosine may be negative.
    const ZERO_WITHOUT_TERMS: bool = false;

    /// Across languages cosines are lower for the same content. The factor makes up for that.
    fn calibrated_weight(calibration: Option<&Calibration>) -> Weight {
        calibration.map_or(Weight::from(0.0), |own| Weight { same: 1.0, other: own.meaning_factor })
    }

    fn prepare(collection: Collection<'_>, query: &Arc<Query>) -> Result<Self, Error> {
        Self::new(query, &*collection.snapshot().required_encoding()?.encoder)
    }

    fn among(&self, _: &OtherTerms<'_>) -> Self {
        self.clone()
    }

    fn scorer<'s>(
        queries: Vec<&'s Self>,
        snapshot: &'s Snapshot,
        segment: SegmentOrd,
    ) -> Result<MeaningScorer<'s>, Error> {
        let vectors =
            |own: &&'s Self| own.sentences.iter().map(|own| (&own.vector, own.weight)).collect();
        Ok(MeaningScorer {
            sentences: QuerySentences::new(queries.iter().map(vectors)),
            wholes: queries.iter().map(|own| &own.whole).collect(),
            vectors: &snapshot.vectors(segment)?.texts,
            values: DenseValues::new(queries.len()),
            cosines: vec![Vec::new(); queries.len()],
        })
    }

    fn explain(&self, document: &mut ExplainedDocument<'_>) -> Result<Node, Error> {
        let address = document.address;
        let vectors = &document.snapshot.vectors(address.segment)?.texts;
        let nearest = |vector: &Quantised| vectors.max_sim(address.doc, vector);
        let whole = vectors.document_cosine(address.doc, &self.whole);
        Ok(self.nodes(document, nearest, whole))
    }
}

/// The vectors of a batch of queries on their way through a segment. The vectors of a block are
/// read once for all queries.
pub(crate) struct MeaningScorer<'s> {
    sentences: QuerySentences<'s>,
    wholes: Vec<&'s Quantised>,
    vectors: &'s TextVectors,
    values: DenseValues,
    /// Working memory: the cosines of the whole texts, by query.
    cosines: Vec<Vec<f64>>,
}

impl SegmentScorer for MeaningScorer<'_> {
    fn begin_block(&mut self, documents: Range<usize>, progress: &Progress) -> Result<(), Error> {
        let (vectors, cosines) = (self.vectors, &mut self.cosines);
        let go_on = || progress.check();
        vectors.mean_max_sim(&self.sentences, documents.clone(), self.values.by_query(), go_on)?;
        vectors.document_cosines(&self.wholes, documents, cosines);
        for (values, cosines) in self.values.by_query().iter_mut().zip(&*cosines) {
            for (value, cosine) in values.iter_mut().zip(cosines) {
                *value = f64::midpoint(*cosine, *value);
            }
        }
        Ok(())
    }

    fn score_block(&mut self, query: usize) {
        self.values.select(query);
    }

    #[inline]
    fn value(&self, place: usize, _: bool) -> f64 {
        self.values.value(place)
    }

    fn add_block_bounds(&self, weight: Weight, bounds: &mut [f64; BOUND_BLOCKS]) {
        self.values.add_block_bounds(weight, bounds);
    }

    fn add_document_bounds(&self, first: usize, weight: Weight, bounds: &mut [f64; BOUND_BLOCK]) {
        self.values.add_document_bounds(first, weight, bounds);
    }
}
