//! The vectors of one segment's records: of each whole text, and of each sentence.

use std::ops::Range;

use citymatch_encoder::{EncodeError, Encoder, Quantised, Scaled, Tiles, Vector, cosine};

use super::encoding;
use super::file::{Column, Reader, U32Column, Writer};
use crate::error::Error;
use crate::progress::Progress;
use crate::record::Language;
use crate::text::AnalysedRecord;

/// How many records are compared before the next ones: what is best in each of them stays in the
/// cache.
const DOCS_PER_PASS: usize = 128;
/// How many texts an encoder is given at once. Between two of its calls the work can be cancelled.
const TEXTS_PER_CALL: usize = 512;

/// Vectors of the sentences of a segment's records, record after record, and of their whole texts.
pub(crate) struct TextVectors {
    size: usize,
    /// Where each record's sentences begin, and behind the last record where they end.
    start: U32Column,
    sentences: Column<1>,
    scales: U32Column,
    wholes: Column<1>,
    whole_scales: U32Column,
}

impl TextVectors {
    /// The cosines of the whole text of each of some records with some vectors: a list a vector.
    pub(crate) fn wholes(
        &self,
        asks: &[&Quantised],
        records: Range<usize>,
        cosines: &mut [Vec<f64>],
    ) {
        let values: Vec<&[i8]> = asks.iter().map(|ask| ask.values()).collect();
        let mut products = Vec::new();
        cosines.iter_mut().for_each(Vec::clear);
        for part in parts(records, DOCS_PER_PASS * Tiles::ROWS) {
            let (tiles, skipped) = self.tiles_of(&self.wholes, part.clone());
            let tiles = Tiles::new(tiles, self.size);
            tiles.dots(&values, &mut products);
            for ((ask, cosines), products) in
                asks.iter().zip(&mut *cosines).zip(products.chunks(tiles.rows()))
            {
                let of = |(product, record)| {
                    cosine(product, ask.scale(), self.whole_scales.float(record))
                };
                cosines.extend(products[skipped..].iter().copied().zip(part.clone()).map(of));
            }
        }
    }

    /// For each of some records the mean, over an ask's sentences with their shares, of the cosine
    /// to the record's nearest sentence: a list an ask. A record without a sentence is 0 from all.
    /// `go_on` is asked after every few records.
    pub(crate) fn means_of_best<E>(
        &self,
        asks: &PackedQueries,
        records: Range<usize>,
        means: &mut [Vec<f64>],
        go_on: impl Fn() -> Result<(), E>,
    ) -> Result<(), E> {
        let packed = Tiles::new(&asks.packed, self.size);
        let (mut rows, mut best, mut shares) = (Vec::new(), Vec::new(), Vec::new());
        means.iter_mut().for_each(Vec::clear);
        for part in parts(records, DOCS_PER_PASS) {
            go_on()?;
            let sentences =
                self.sentences_of(part.start).start..self.sentences_of(part.end - 1).end;
            let (tiles, skipped) = self.tiles_of(&self.sentences, sentences);
            let tiles = Tiles::new(tiles, self.size);
            // A line a record, and one for the rows of the tiles that are none of theirs.
            let nobodys = Scaled { scale: 0.0, line: part.len() };
            rows.clear();
            rows.resize(skipped, nobodys);
            for (record, line) in part.clone().zip(0..) {
                rows.extend(
                    self.sentences_of(record)
                        .map(|row| Scaled { scale: self.scales.float(row), line }),
                );
            }
            rows.resize(tiles.rows(), nobodys);
            best.clear();
            best.resize((part.len() + 1) * packed.rows(), BELOW_ALL);
            tiles.highest(packed, &rows, &mut best);
            for (best, record) in best.chunks(packed.rows().max(1)).zip(part) {
                asks.means(best, !self.sentences_of(record).is_empty(), &mut shares, means);
            }
        }
        Ok(())
    }

    /// The sentences of a record.
    fn sentences_of(&self, record: usize) -> Range<usize> {
        self.start.number(record) as usize..self.start.number(record + 1) as usize
    }

    /// The whole tiles in which some rows lie, and how many rows of them are before those.
    fn tiles_of<'v>(&self, values: &'v Column<1>, rows: Range<usize>) -> (&'v [i8], usize) {
        let skipped = rows.start % Tiles::ROWS;
        let start = Tiles::length(rows.start - skipped, self.size);
        (&values.integers()[start..Tiles::length(rows.end, self.size)], skipped)
    }

    /// Which of a record's sentences is nearest to one of the ask's, the first of those as near,
    /// and the cosine.
    pub(crate) fn nearest(&self, record: u32, ask: &Quantised) -> Option<(usize, f64)> {
        let sentences = self.sentences_of(record as usize);
        let (tiles, skipped) = self.tiles_of(&self.sentences, sentences.clone());
        let mut products = Vec::new();
        Tiles::new(tiles, self.size).dots(&[ask.values()], &mut products);
        let near = sentences
            .enumerate()
            .map(|(at, row)| (at, scaled(products[skipped + at], self.scales.float(row))));
        let nearest = near.fold(None, |best: Option<(usize, f32)>, next| {
            best.filter(|best| best.1 >= next.1).or(Some(next))
        });
        nearest.map(|(at, near)| (at, of_ask(near, f64::from(ask.scale()))))
    }

    /// The cosine of one record's whole text with a vector.
    pub(crate) fn whole(&self, record: u32, ask: &Quantised) -> f64 {
        let (record, mut cosine) = (record as usize, [Vec::new()]);
        self.wholes(&[ask], record..record + 1, &mut cosine);
        cosine[0][0]
    }

    pub(super) fn read(source: &mut Reader, records: usize, size: usize) -> Option<Self> {
        let read = Self {
            size,
            start: source.array()?,
            sentences: source.array()?,
            scales: source.array()?,
            wholes: source.array()?,
            whole_scales: source.array()?,
        };
        let fits = read.start.len() == records + 1
            && read.start.is_sorted()
            && read.start.number(records) as usize == read.scales.len()
            && read.sentences.len() == Tiles::length(read.scales.len(), size)
            && read.whole_scales.len() == records
            && read.wholes.len() == Tiles::length(records, size);
        fits.then_some(read)
    }
}

/// Less than any product.
const BELOW_ALL: f32 = f32::NEG_INFINITY;

/// A product with a row's scale: exact products below 2^24, rounded once.
#[allow(clippy::cast_precision_loss)]
fn scaled(product: i32, scale: f32) -> f32 {
    product as f32 * scale
}

/// The cosine that a product with a row's scale stands for.
fn of_ask(scaled: f32, scale: f64) -> f64 {
    (f64::from(scaled) * scale).clamp(-1.0, 1.0)
}

/// Some numbers, so many at a time.
fn parts(all: Range<usize>, size: usize) -> impl Iterator<Item = Range<usize>> {
    all.clone().step_by(size).map(move |start| start..all.end.min(start + size))
}

/// The sentences of some asks, laid out to be held against records' together.
pub(crate) struct PackedQueries {
    packed: Vec<i8>,
    /// What makes a cosine of a product with a sentence, and what that counts.
    scales: Vec<f64>,
    shares: Vec<f64>,
    /// Which sentences are an ask's.
    of: Vec<Range<usize>>,
}

impl PackedQueries {
    /// Those of some asks: each sentence's vector, of so many values, and its share of the mean.
    pub(crate) fn new<'q>(
        asks: impl IntoIterator<Item = Vec<(&'q Quantised, f64)>>,
        size: usize,
    ) -> Self {
        let (mut all, mut of) = (Vec::new(), Vec::new());
        for ask in asks {
            of.push(all.len()..all.len() + ask.len());
            all.extend(ask);
        }
        let packed = Tiles::pack(all.iter().map(|(vector, _)| vector.values()), size);
        let (scales, shares) =
            all.iter().map(|(vector, share)| (f64::from(vector.scale()), *share)).unzip();
        Self { packed, scales, shares, of }
    }

    /// Adds to each ask's list the mean of its sentences for a record, given the best of each;
    /// nothing is 0.
    fn means(&self, best: &[f32], something: bool, shares: &mut Vec<f64>, means: &mut [Vec<f64>]) {
        shares.clear();
        shares.extend(
            best.iter()
                .zip(&self.scales)
                .zip(&self.shares)
                .map(|((best, scale), share)| share * of_ask(*best, *scale)),
        );
        for (means, of) in means.iter_mut().zip(&self.of) {
            means.push(if something { shares[of.clone()].iter().sum() } else { 0.0 });
        }
    }
}

/// A text's vector without the mean of its language, where the encoder has one.
pub(crate) fn centred(
    vector: &Vector,
    language: Option<Language>,
    encoder: &dyn Encoder,
) -> Result<Vector, EncodeError> {
    let mean = language.and_then(|language| encoder.calibration().means.get(language.name()));
    mean.map_or_else(|| Ok(vector.clone()), |mean| vector.without(mean))
}

/// Integer vectors one after the other, and their scales.
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

    /// Adds a row of tiles.
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

/// The vectors of some records.
pub(super) struct EncodedChunk {
    /// How many sentences each record has.
    counts: Vec<usize>,
    sentences: Rows,
    wholes: Rows,
}

impl EncodedChunk {
    pub(super) fn new(
        contents: &[Option<AnalysedRecord>],
        encoder: &dyn Encoder,
        progress: &Progress,
    ) -> Result<Self, Error> {
        let (mut counts, mut sentences, mut wholes) = (Vec::new(), Vec::new(), Vec::new());
        for content in contents {
            let nothing = (&[][..], "", None);
            let (found, whole, language) = content
                .as_ref()
                .map_or(nothing, |content| (&content.sentences, &content.whole, content.language));
            counts.push(found.len());
            sentences.extend(found.iter().map(|sentence| (sentence.text.as_str(), language)));
            wholes.push((whole, language));
        }
        Ok(Self {
            counts,
            sentences: Rows::new(&sentences, encoder, progress)?,
            wholes: Rows::new(&wholes, encoder, progress)?,
        })
    }
}

/// The vectors of the first records of a segment.
pub(super) struct VectorsBuilder {
    size: usize,
    start: Vec<u32>,
    sentences: Rows,
    wholes: Rows,
}

impl VectorsBuilder {
    pub(super) fn new(size: usize) -> Self {
        Self { size, start: vec![0], sentences: Rows::default(), wholes: Rows::default() }
    }

    pub(super) fn push(&mut self, part: &EncodedChunk) {
        let mut end = self.sentences.scales.len();
        for count in &part.counts {
            end += count;
            self.start.push(u32::try_from(end).unwrap_or(u32::MAX));
        }
        self.sentences.extend(&part.sentences);
        self.wholes.extend(&part.wholes);
    }

    /// Adds a record that has its vectors already; none where it is no solution.
    pub(super) fn copy(&mut self, from: Option<(&TextVectors, u32)>) {
        if let Some((vectors, record)) = from {
            let record = record as usize;
            for row in
                vectors.start.number(record) as usize..vectors.start.number(record + 1) as usize
            {
                self.sentences.copy(&vectors.sentences, &vectors.scales, self.size, row);
            }
            self.wholes.copy(&vectors.wholes, &vectors.whole_scales, self.size, record);
        } else {
            self.wholes.values.extend(std::iter::repeat_n(0, self.size));
            self.wholes.scales.push(0.0);
        }
        self.start.push(u32::try_from(self.sentences.scales.len()).unwrap_or(u32::MAX));
    }

    pub(super) fn write(self, sink: &mut Writer) {
        let Self { size, start, sentences, wholes } = self;
        sink.numbers(&start);
        for (values, scales) in [sentences.tiles(size), wholes.tiles(size)] {
            sink.integers(&values);
            sink.floats(&scales);
        }
    }
}
