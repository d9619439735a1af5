//! The vectors of one segment's documents: one of each whole text, and one of each sentence.

use std::ops::Range;

use citymatch_encoder::{EncodeError, Encoder, GroupedRow, Quantised, Tiles, Vector, cosine};

use super::encoding;
use super::file::{Column, Reader, U32Column, Writer};
use crate::error::Error;
use crate::ids::DocId;
use crate::progress::Progress;
use crate::record::Language;
use crate::text::AnalysedRecord;

/// How many documents are compared before the next ones, so that their maxima stay in the cache.
const DOCS_PER_PASS: usize = 128;
/// How many texts an encoder is given at once. Between two of its calls the work can be cancelled.
const TEXTS_PER_CALL: usize = 512;

/// The vectors of the sentences of a segment's documents, one document after the other, and of
/// their whole texts.
pub(crate) struct TextVectors {
    size: usize,
    /// The start of each document's sentences, and the end of the last one's.
    starts: U32Column,
    /// The vectors of all sentences, in tiles.
    sentences: Column<1>,
    scales: U32Column,
    /// The vectors of all whole texts, in tiles.
    documents: Column<1>,
    document_scales: U32Column,
}

impl TextVectors {
    /// The cosines of the whole texts of some documents with some vectors:
    /// `cosines[vector][place]`.
    pub(crate) fn document_cosines(
        &self,
        queries: &[&Quantised],
        documents: Range<usize>,
        cosines: &mut [Vec<f64>],
    ) {
        let values: Vec<&[i8]> = queries.iter().map(|query| query.values()).collect();
        let mut products = Vec::new();
        cosines.iter_mut().for_each(Vec::clear);
        for part in parts(documents, DOCS_PER_PASS * Tiles::ROWS) {
            let (tiles, skipped) = self.tiles_of(&self.documents, part.clone());
            let tiles = Tiles::new(tiles, self.size);
            tiles.dots(&values, &mut products);
            let by_query = queries.iter().zip(&mut *cosines).zip(products.chunks(tiles.rows()));
            for ((query, cosines), products) in by_query {
                let products = products[skipped..].iter().copied().zip(part.clone());
                cosines.extend(products.map(|(product, doc)| {
                    cosine(product, query.scale(), self.document_scales.float(doc))
                }));
            }
        }
    }

    /// MaxSim, averaged: for each of some documents the weighted mean, over a query's sentences, of
    /// the cosine to the document's nearest sentence, as `means[query][place]`. (Late interaction
    /// by maxima is ColBERT's: Khattab and Zaharia, SIGIR 2020.) A document without a sentence has
    /// the mean 0. `check` is called after every few documents, and its error ends the work.
    pub(crate) fn mean_max_sim<E>(
        &self,
        queries: &PackedQueries,
        documents: Range<usize>,
        means: &mut [Vec<f64>],
        check: impl Fn() -> Result<(), E>,
    ) -> Result<(), E> {
        let packed = Tiles::new(&queries.packed, self.size);
        let (mut rows, mut maxima, mut weighted) = (Vec::new(), Vec::new(), Vec::new());
        means.iter_mut().for_each(Vec::clear);
        for part in parts(documents, DOCS_PER_PASS) {
            check()?;
            let sentences =
                self.sentences_of(part.start).start..self.sentences_of(part.end - 1).end;
            let (tiles, skipped) = self.tiles_of(&self.sentences, sentences);
            let tiles = Tiles::new(tiles, self.size);
            // One output row for each document, and a last one that absorbs the tiles' rows outside
            // this range.
            let outside = GroupedRow { scale: 0.0, group: part.len() };
            rows.clear();
            rows.resize(skipped, outside);
            for (doc, group) in part.clone().zip(0..) {
                let scaled = |row| GroupedRow { scale: self.scales.float(row), group };
                rows.extend(self.sentences_of(doc).map(scaled));
            }
            rows.resize(tiles.rows(), outside);
            maxima.clear();
            maxima.resize((part.len() + 1) * packed.rows(), f32::NEG_INFINITY);
            tiles.max_per_group(packed, &rows, &mut maxima);
            for (maxima, doc) in maxima.chunks(packed.rows().max(1)).zip(part) {
                let is_empty = self.sentences_of(doc).is_empty();
                queries.push_means(maxima, is_empty, &mut weighted, means);
            }
        }
        Ok(())
    }

    /// The rows of a document's sentences.
    fn sentences_of(&self, doc: usize) -> Range<usize> {
        self.starts.get(doc) as usize..self.starts.get(doc + 1) as usize
    }

    /// The tiles that contain some rows, and how many rows of the first tile come before those.
    /// Rows are stored in tiles of [`Tiles::ROWS`], of which only whole ones can be read.
    fn tiles_of<'v>(&self, values: &'v Column<1>, rows: Range<usize>) -> (&'v [i8], usize) {
        let skipped = rows.start % Tiles::ROWS;
        let start = Tiles::length(rows.start - skipped, self.size);
        (&values.integers()[start..Tiles::length(rows.end, self.size)], skipped)
    }

    /// The sentence of a document that is nearest to a sentence of a query, of equally near ones
    /// the first, and the cosine; `None` for a document without sentences.
    pub(crate) fn max_sim(&self, doc: DocId, query: &Quantised) -> Option<(usize, f64)> {
        let sentences = self.sentences_of(doc.index());
        let (tiles, skipped) = self.tiles_of(&self.sentences, sentences.clone());
        let mut products = Vec::new();
        Tiles::new(tiles, self.size).dots(&[query.values()], &mut products);
        let mut nearest: Option<(usize, f32)> = None;
        for (place, row) in sentences.enumerate() {
            let found = scaled(products[skipped + place], self.scales.float(row));
            if nearest.is_none_or(|(_, largest)| found > largest) {
                nearest = Some((place, found));
            }
        }
        nearest.map(|(place, found)| (place, to_cosine(found, f64::from(query.scale()))))
    }

    /// The cosine of a document's whole text with a vector.
    pub(crate) fn document_cosine(&self, doc: DocId, query: &Quantised) -> f64 {
        let mut cosines = [Vec::new()];
        self.document_cosines(&[query], doc.index()..doc.index() + 1, &mut cosines);
        cosines[0][0]
    }

    pub(super) fn read(reader: &mut Reader, documents: usize, size: usize) -> Option<Self> {
        let read = Self {
            size,
            starts: reader.array()?,
            sentences: reader.array()?,
            scales: reader.array()?,
            documents: reader.array()?,
            document_scales: reader.array()?,
        };
        let is_sound = read.starts.len() == documents + 1
            && read.starts.is_sorted()
            && read.starts.last() == Some(read.scales.len())
            && read.sentences.len() == Tiles::length(read.scales.len(), size)
            && read.document_scales.len() == documents
            && read.documents.len() == Tiles::length(documents, size);
        is_sound.then_some(read)
    }
}

/// The product of integers times the row's scale. Products are below 2^24 and so exact as `f32`;
/// the result is rounded once.
fn scaled(product: i32, scale: f32) -> f32 {
    product as f32 * scale
}

/// The cosine, from a product times the row's scale, and the query's scale.
fn to_cosine(scaled: f32, scale: f64) -> f64 {
    (f64::from(scaled) * scale).clamp(-1.0, 1.0)
}

/// A range, divided into ranges of a size; the last one may be smaller.
fn parts(all: Range<usize>, size: usize) -> impl Iterator<Item = Range<usize>> {
    all.clone().step_by(size).map(move |start| start..all.end.min(start + size))
}

/// The sentences of some queries, packed in tiles so that they are compared with documents
/// together.
pub(crate) struct PackedQueries {
    packed: Vec<i8>,
    /// The scale of each sentence's vector.
    scales: Vec<f64>,
    /// The weight of each sentence in its query's mean.
    weights: Vec<f64>,
    /// The range of each query's sentences in the lists above.
    sentences: Vec<Range<usize>>,
}

impl PackedQueries {
    /// Packs the vectors of queries' sentences, of `size` values each, with the weight of each
    /// sentence in its query's mean.
    pub(crate) fn new<'q>(
        queries: impl IntoIterator<Item = Vec<(&'q Quantised, f64)>>,
        size: usize,
    ) -> Self {
        let (mut all, mut sentences) = (Vec::new(), Vec::new());
        for query in queries {
            sentences.push(all.len()..all.len() + query.len());
            all.extend(query);
        }
        let packed = Tiles::pack(all.iter().map(|(vector, _)| vector.values()), size);
        let (scales, weights) =
            all.iter().map(|(vector, weight)| (f64::from(vector.scale()), *weight)).unzip();
        Self { packed, scales, weights, sentences }
    }

    /// Adds to each query's list the weighted mean of its sentences' maxima for the next document.
    /// `weighted` is working memory: a buffer that the caller keeps, so that it is allocated once.
    fn push_means(
        &self,
        maxima: &[f32],
        is_empty: bool,
        weighted: &mut Vec<f64>,
        means: &mut [Vec<f64>],
    ) {
        weighted.clear();
        let scaled = maxima.iter().zip(&self.scales).zip(&self.weights);
        weighted
            .extend(scaled.map(|((maximum, scale), weight)| weight * to_cosine(*maximum, *scale)));
        for (means, sentences) in means.iter_mut().zip(&self.sentences) {
            means.push(if is_empty { 0.0 } else { weighted[sentences.clone()].iter().sum() });
        }
    }
}

/// A text's vector minus the mean of its language, if the encoder has one: mean-centring.
pub(crate) fn centred(
    vector: &Vector,
    language: Option<Language>,
    encoder: &dyn Encoder,
) -> Result<Vector, EncodeError> {
    let mean = language.and_then(|language| encoder.calibration().means.get(language.name()));
    mean.map_or_else(|| Ok(vector.clone()), |mean| vector.without(mean))
}

/// Vectors of integers, one after the other, and their scales.
#[derive(Default)]
struct Rows {
    values: Vec<i8>,
    scales: Vec<f32>,
}

impl Rows {
    fn new(
        texts: &[(&str, Option<Language>)],
        encoder: &dyn Encoder,
        progress: &Progress,
    ) -> Result<Self, Error> {
        let mut rows = Self::default();
        for texts in texts.chunks(TEXTS_PER_CALL) {
            progress.check()?;
            let vectors = encoder.encode(&texts.iter().map(|(text, _)| *text).collect::<Vec<_>>());
            for (vector, (_, language)) in vectors.map_err(encoding)?.iter().zip(texts) {
                let vector = centred(vector, *language, encoder).map_err(encoding)?.quantise();
                rows.values.extend(vector.values());
                rows.scales.push(vector.scale());
            }
        }
        Ok(rows)
    }

    /// Adds a row of some tiles.
    fn copy(&mut self, tiles: &Column<1>, scales: &U32Column, size: usize, row: usize) {
        self.values.extend(Tiles::new(tiles.integers(), size).row(row));
        self.scales.push(scales.float(row));
    }

    fn extend(&mut self, other: &Self) {
        self.values.extend(&other.values);
        self.scales.extend(&other.scales);
    }

    fn tiles(self, size: usize) -> (Vec<i8>, Vec<f32>) {
        (Tiles::pack(self.values.chunks(size), size), self.scales)
    }
}

/// The vectors of some documents.
pub(super) struct EncodedChunk {
    /// How many sentences each document has.
    counts: Vec<usize>,
    sentences: Rows,
    documents: Rows,
}

impl EncodedChunk {
    pub(super) fn new(
        records: &[AnalysedRecord],
        encoder: &dyn Encoder,
        progress: &Progress,
    ) -> Result<Self, Error> {
        let (mut sentences, mut documents) = (Vec::new(), Vec::new());
        for record in records {
            let texts = record.sentences.iter().map(|sentence| sentence.text.as_str());
            sentences.extend(texts.map(|text| (text, record.language)));
            documents.push((record.full_text.as_str(), record.language));
        }
        Ok(Self {
            counts: records.iter().map(|record| record.sentences.len()).collect(),
            sentences: Rows::new(&sentences, encoder, progress)?,
            documents: Rows::new(&documents, encoder, progress)?,
        })
    }
}

/// The vectors of the documents that have been added so far.
pub(super) struct VectorsBuilder {
    size: usize,
    starts: Vec<u32>,
    sentences: Rows,
    documents: Rows,
}

impl VectorsBuilder {
    /// `size` is the number of values of a vector.
    pub(super) fn new(size: usize) -> Self {
        Self { size, starts: vec![0], sentences: Rows::default(), documents: Rows::default() }
    }

    /// Adds the next documents.
    pub(super) fn push(&mut self, chunk: &EncodedChunk) {
        let mut end = self.sentences.scales.len();
        for count in &chunk.counts {
            end += count;
            self.push_start(end);
        }
        self.sentences.extend(&chunk.sentences);
        self.documents.extend(&chunk.documents);
    }

    /// Adds a document whose vectors are in another segment.
    pub(super) fn copy(&mut self, vectors: &TextVectors, doc: DocId) {
        for row in vectors.sentences_of(doc.index()) {
            self.sentences.copy(&vectors.sentences, &vectors.scales, self.size, row);
        }
        let (documents, scales) = (&vectors.documents, &vectors.document_scales);
        self.documents.copy(documents, scales, self.size, doc.index());
        self.push_start(self.sentences.scales.len());
    }

    fn push_start(&mut self, end: usize) {
        self.starts.push(u32::try_from(end).expect("a segment has fewer than 2^32 sentences"));
    }

    pub(super) fn write(self, writer: &mut Writer) {
        let Self { size, starts, sentences, documents } = self;
        writer.numbers(&starts);
        for (values, scales) in [sentences.tiles(size), documents.tiles(size)] {
            writer.integers(&values);
            writer.floats(&scales);
        }
    }
}
