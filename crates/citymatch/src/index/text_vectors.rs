//! The vectors of one segment's documents: one of each whole text, and one of each sentence; and
//! the profile of each whole text.

use std::ops::Range;

use citymatch_encoder::{Encoder, Quantised, Tiles};

use super::file::{LENGTH, Reader, U32Column, Writer};
use super::rows::{Rows, StoredRows, parts};
use crate::encoding::{Encoding, Sizes, centred, failed};
use crate::error::Error;
use crate::ids::DocId;
use crate::kernel::multiversion;
use crate::progress::Progress;
use crate::record::Language;
use crate::subject::Profile;
use crate::text::AnalysedRecord;

/// How many documents are compared before the next ones, so that their vectors and their maxima
/// stay in the cache.
const DOCS_PER_PASS: usize = 512;
/// How many texts an encoder is given at once. Between two of its calls the work can be cancelled.
const TEXTS_PER_CALL: usize = 512;

/// The vectors of the sentences of a segment's documents, one document after the other, and of
/// their whole texts.
pub(crate) struct TextVectors {
    /// The start of each document's sentences, and the end of the last one's.
    starts: U32Column,
    sentences: StoredRows,
    documents: StoredRows,
    profiles: StoredRows,
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
        let queries: Vec<_> = queries.iter().map(|own| (own.values(), own.scale())).collect();
        self.documents.products(&queries, documents, cosines);
    }

    /// How much some documents are about the same subjects as some texts, times a factor of each
    /// text: `values[text][place]`, of which the front is written.
    pub(crate) fn shared_subjects(
        &self,
        texts: &[(&Profile, f32)],
        documents: Range<usize>,
        values: &mut [Vec<f32>],
    ) {
        let texts: Vec<_> = texts.iter().map(|(own, factor)| (&*own.values, *factor)).collect();
        self.profiles.scaled_products(&texts, documents, values);
    }

    /// The vector of a document's whole text.
    pub(crate) fn whole(&self, doc: DocId) -> Quantised {
        Quantised::new(self.documents.values(doc.index()))
    }

    /// The profile of a document.
    pub(crate) fn profile(&self, doc: DocId) -> Profile {
        let row = doc.index();
        Profile { values: self.profiles.values(row).into(), scale: self.profiles.scale(row) }
    }

    /// MaxSim, averaged: for each of some documents the weighted mean, over a query's sentences, of
    /// the cosine to the document's nearest sentence, as `means[query][place]`. (Late interaction
    /// by maxima is ColBERT's: Khattab and Zaharia, SIGIR 2020.) A document without a sentence has
    /// the mean 0. `check` is called after every few documents, and its error ends the work.
    pub(crate) fn mean_max_sim<E>(
        &self,
        queries: &QuerySentences<'_>,
        documents: Range<usize>,
        means: &mut [Vec<f64>],
        check: impl Fn() -> Result<(), E>,
    ) -> Result<(), E> {
        means.iter_mut().for_each(Vec::clear);
        let mut work = NearestSentences::default();
        for part in parts(documents, DOCS_PER_PASS) {
            check()?;
            self.push_means(queries, part, &mut work, means);
        }
        Ok(())
    }

    /// Adds to each query's list the means of some documents. The rows of a document are a run of
    /// neighbours, of which the nearest one counts.
    fn push_means(
        &self,
        queries: &QuerySentences<'_>,
        part: Range<usize>,
        work: &mut NearestSentences,
        means: &mut [Vec<f64>],
    ) {
        let sentences = self.sentences_of_all(&part);
        let (tiles, skipped) = self.sentences.tiles_of(sentences.clone());
        work.scales.clear();
        work.scales.resize(skipped, 0.0);
        work.scales.extend(self.sentences.scales(sentences.clone()));
        work.scales.resize(tiles.rows(), 0.0);
        work.last.clear();
        work.last.resize(tiles.rows() / Tiles::ROWS, 0);
        // The rows before the first document's are a run of their own.
        let (mut end, mut runs) = (skipped, 0);
        work.end_run(end);
        for doc in part.clone() {
            let count = self.sentences_of(doc).len();
            end += count;
            if count > 0 {
                work.end_run(end);
                runs += 1;
            }
        }
        let first = usize::from(skipped > 0);
        let NearestSentences { scales, last, maxima, sums } = work;
        let mut maxima = tiles.max_per_run(&queries.values, scales, last, maxima);
        for (means, sentences) in means.iter_mut().zip(&queries.by_query) {
            sums.clear();
            // The start of `Iterator::sum`.
            sums.resize(runs, -0.0);
            let own = sentences.clone().zip(&mut maxima);
            for (sentence, maxima) in own {
                let (scale, weight) = (queries.scales[sentence], queries.weights[sentence]);
                add_cosines(&maxima[first..], scale, weight, sums);
            }
            if runs == part.len() {
                means.extend_from_slice(sums);
                continue;
            }
            let mut found = sums.iter();
            let mean = |doc| if self.sentences_of(doc).is_empty() { None } else { found.next() };
            means.extend(part.clone().map(mean).map(|mean| mean.copied().unwrap_or(0.0)));
        }
    }

    /// The rows of the sentences of some documents, which are not none.
    fn sentences_of_all(&self, documents: &Range<usize>) -> Range<usize> {
        self.sentences_of(documents.start).start..self.sentences_of(documents.end - 1).end
    }

    /// The rows of a document's sentences.
    fn sentences_of(&self, doc: usize) -> Range<usize> {
        self.starts.get(doc) as usize..self.starts.get(doc + 1) as usize
    }

    /// The sentence of a document that is nearest to a sentence of a query, of equally near ones
    /// the first, and the cosine; `None` for a document without sentences.
    pub(crate) fn max_sim(&self, doc: DocId, query: &Quantised) -> Option<(usize, f64)> {
        let sentences = self.sentences_of(doc.index());
        let (tiles, skipped) = self.sentences.tiles_of(sentences.clone());
        let mut products = Vec::new();
        tiles.dots(&[query.values()], &mut products);
        let mut nearest: Option<(usize, f32)> = None;
        for (place, row) in sentences.enumerate() {
            let found = scaled(products[skipped + place], self.sentences.scale(row));
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

    pub(super) fn read(reader: &mut Reader, documents: usize, sizes: Sizes) -> Option<Self> {
        let read = Self {
            starts: reader.array()?,
            sentences: StoredRows::read(reader, sizes.vector)?,
            documents: StoredRows::read(reader, sizes.vector)?,
            profiles: StoredRows::read(reader, sizes.profile)?,
        };
        let is_sound = read.starts.len() == documents + 1
            && read.starts.is_sorted()
            && read.starts.last() == Some(read.sentences.len())
            && read.documents.len() == documents
            && read.profiles.len() == documents;
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

/// Working memory, so that it is allocated once.
#[derive(Default)]
struct NearestSentences {
    scales: Vec<f32>,
    /// For each tile the rows, as bits, that are the last ones of their documents.
    last: Vec<u16>,
    maxima: Vec<f32>,
    /// The means of one query so far, by document that has a sentence.
    sums: Vec<f64>,
}

impl NearestSentences {
    /// Ends a run before this row, if there is one.
    fn end_run(&mut self, end: usize) {
        if let Some(row) = end.checked_sub(1) {
            self.last[row / Tiles::ROWS] |= 1 << (row % Tiles::ROWS);
        }
    }
}

multiversion! {
    /// Adds the cosine of each document's nearest sentence, times the weight of the query's
    /// sentence, to the document's mean.
    fn add_cosines(maxima: &[f32], scale: f64, weight: f64, means: &mut [f64]) {
        for (mean, maximum) in means.iter_mut().zip(maxima) {
            *mean += weight * to_cosine(*maximum, scale);
        }
    }
}

/// The vectors of the sentences of some queries, one query after the other.
pub(crate) struct QuerySentences<'q> {
    values: Vec<&'q [i8]>,
    /// The scale of each sentence's vector.
    scales: Vec<f64>,
    /// The weight of each sentence in its query's mean.
    weights: Vec<f64>,
    /// The range of each query's sentences in the lists above.
    by_query: Vec<Range<usize>>,
}

impl<'q> QuerySentences<'q> {
    /// The vectors of queries' sentences, with the weight of each sentence in its query's mean.
    pub(crate) fn new(queries: impl IntoIterator<Item = Vec<(&'q Quantised, f64)>>) -> Self {
        let (mut all, mut by_query) = (Vec::new(), Vec::new());
        for query in queries {
            by_query.push(all.len()..all.len() + query.len());
            all.extend(query);
        }
        let values = all.iter().map(|(vector, _)| vector.values()).collect();
        let (scales, weights) =
            all.iter().map(|(vector, weight)| (f64::from(vector.scale()), *weight)).unzip();
        Self { values, scales, weights, by_query }
    }
}

/// Texts, each with the language that it is in.
pub(super) type Texts<'t> = Vec<(&'t str, Option<Language>)>;

/// The vectors of some documents.
pub(super) struct EncodedChunk {
    /// How many sentences each document has.
    counts: Vec<usize>,
    sentences: Rows,
    documents: Rows,
    profiles: Rows,
}

impl EncodedChunk {
    pub(super) fn new(
        records: &[AnalysedRecord],
        encoding: &Encoding,
        progress: &Progress,
    ) -> Result<Self, Error> {
        // A record's whole text comes after its sentences: the built-in encoder finds again there
        // what it has just looked up.
        let (mut texts, mut is_whole) = (Texts::new(), Vec::new());
        for record in records {
            let sentences = record.sentences.iter().map(|sentence| sentence.text.as_str());
            texts.extend(sentences.map(|text| (text, record.language)));
            is_whole.resize(texts.len(), false);
            texts.push((record.full_text.as_str(), record.language));
            is_whole.push(true);
        }
        let mut chunk = Self {
            counts: records.iter().map(|record| record.sentences.len()).collect(),
            sentences: Rows::default(),
            documents: Rows::default(),
            profiles: Rows::default(),
        };
        for (texts, is_whole) in texts.chunks(TEXTS_PER_CALL).zip(is_whole.chunks(TEXTS_PER_CALL)) {
            progress.check()?;
            let mut documents = Vec::new();
            for (vector, is_whole) in encode(texts, &*encoding.encoder)?.into_iter().zip(is_whole) {
                if *is_whole {
                    chunk.documents.push(vector.values(), vector.scale());
                    documents.push(vector);
                } else {
                    chunk.sentences.push(vector.values(), vector.scale());
                }
            }
            for profile in encoding.profiles(&documents.iter().collect::<Vec<_>>())? {
                chunk.profiles.push(&profile.values, profile.scale);
            }
        }
        Ok(chunk)
    }
}

pub(super) fn encode(
    texts: &[(&str, Option<Language>)],
    encoder: &dyn Encoder,
) -> Result<Vec<Quantised>, Error> {
    let vectors = encoder.encode(&texts.iter().map(|(text, _)| *text).collect::<Vec<_>>());
    let vectors = vectors.map_err(failed)?;
    let centred = vectors.into_iter().zip(texts).map(|(vector, (_, language))| {
        Ok(centred(vector, *language, encoder).map_err(failed)?.quantise())
    });
    centred.collect()
}

/// The vectors of the documents that have been added so far.
pub(super) struct VectorsBuilder {
    sizes: Sizes,
    starts: Vec<u32>,
    sentences: Rows,
    documents: Rows,
    profiles: Rows,
}

impl VectorsBuilder {
    pub(super) fn new(sizes: Sizes) -> Self {
        Self {
            sizes,
            starts: vec![0],
            sentences: Rows::default(),
            documents: Rows::default(),
            profiles: Rows::default(),
        }
    }

    /// Adds the next documents.
    pub(super) fn push(&mut self, chunk: EncodedChunk) {
        let mut end = self.sentences.len();
        for count in &chunk.counts {
            end += count;
            self.push_start(end);
        }
        self.sentences.append(chunk.sentences);
        self.documents.append(chunk.documents);
        self.profiles.append(chunk.profiles);
    }

    /// Adds a document whose vectors are in another segment.
    pub(super) fn copy(&mut self, vectors: &TextVectors, doc: DocId) {
        for row in vectors.sentences_of(doc.index()) {
            self.sentences.copy(&vectors.sentences, row);
        }
        self.documents.copy(&vectors.documents, doc.index());
        self.profiles.copy(&vectors.profiles, doc.index());
        self.push_start(self.sentences.len());
    }

    fn push_start(&mut self, end: usize) {
        self.starts.push(u32::try_from(end).expect("a segment has fewer than 2^32 sentences"));
    }

    pub(super) fn write(&self, writer: &mut Writer) {
        writer.numbers(&self.starts);
        for (rows, size) in self.rows() {
            rows.write(writer, size);
        }
    }

    /// The bytes that [`write`](Self::write) writes.
    pub(super) fn length_in_file(&self) -> usize {
        let rows = self.rows().map(|(rows, size)| rows.length_in_file(size));
        LENGTH + size_of_val(&*self.starts) + rows.iter().sum::<usize>()
    }

    /// The rows in the order of the file, each with how many values they have.
    fn rows(&self) -> [(&Rows, usize); 3] {
        let Sizes { vector, profile } = self.sizes;
        [(&self.sentences, vector), (&self.documents, vector), (&self.profiles, profile)]
    }
}
