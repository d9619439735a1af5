//! The vectors of one segment's records: of each whole text, and of each sentence.

use std::ops::Range;

use citymatch_encoder::{EncodeError, Encoder, Quantised, Tiles, Vector, cosine};

use super::file::{Array, Numbers, Sink, Source};
use crate::record::Language;
use crate::text::Content;

/// How many sentences are compared before the next ones: they and the products stay in the cache.
const BLOCK: usize = 256;

/// Vectors of the sentences of a segment's records, record after record, and of their whole texts.
pub(crate) struct SentenceVectors {
    size: usize,
    /// Where each record's sentences begin, and behind the last record where they end.
    start: Numbers,
    sentences: Array<1>,
    scales: Numbers,
    wholes: Array<1>,
    whole_scales: Numbers,
}

impl SentenceVectors {
    /// The cosine of the whole text of each of some records with a vector.
    pub(crate) fn wholes(&self, ask: &Quantised, records: Range<usize>) -> impl Iterator<Item = f64> {
        let (tiles, skipped) = self.tiles_of(&self.wholes, records.clone());
        let mut products = Vec::new();
        Tiles::new(tiles, self.size).dots(&[ask.values()], &mut products);
        let scale = ask.scale();
        records.enumerate().map(move |(at, record)| cosine(products[skipped + at], scale, self.whole_scales.float(record)))
    }

    /// For each of some records the mean, over vectors with a share each, of the cosine to the record's nearest sentence; a record without a
    /// sentence is 0 from all.
    pub(crate) fn means_of_best(&self, asks: &[(&Quantised, f64)], records: Range<usize>, means: &mut Vec<f64>) {
        means.resize(records.len(), 0.0);
        let sentences = self.start.number(records.start) as usize..self.start.number(records.end) as usize;
        let (tiles, skipped) = self.tiles_of(&self.sentences, sentences.clone());
        let values: Vec<&[i8]> = asks.iter().map(|(ask, _)| ask.values()).collect();
        let ends: Vec<usize> = (records.start + 1..=records.end).map(|record| self.start.number(record) as usize).collect();
        let mut best = vec![NOTHING; asks.len()];
        let (mut products, mut scales) = (Vec::new(), Vec::new());
        let (mut record, mut first) = (0, sentences.start - skipped);
        for block in Tiles::new(tiles, self.size).blocks(BLOCK) {
            block.dots(&values, &mut products);
            let rows = first.max(sentences.start)..(first + block.rows()).min(sentences.end);
            scales.clear();
            scales.extend(rows.clone().map(|row| self.scales.float(row)));
            let mut row = rows.start;
            while row < rows.end {
                // The rows of one record, as far as they lie in the block.
                let end = ends[record].min(rows.end);
                for (best, products) in best.iter_mut().zip(products.chunks(block.rows())) {
                    let near = products[row - first..end - first].iter().zip(&scales[row - rows.start..end - rows.start]);
                    *best = near.fold(*best, |best, (product, scale)| higher(best, scaled(*product, *scale)));
                }
                row = end;
                while record < ends.len() && row == ends[record] {
                    means[record] = mean(&best, asks);
                    best.fill(NOTHING);
                    record += 1;
                }
            }
            first += block.rows();
        }
    }

    /// The whole tiles in which some rows lie, and how many rows of them are before those.
    fn tiles_of<'v>(&self, values: &'v Array<1>, rows: Range<usize>) -> (&'v [i8], usize) {
        let skipped = rows.start % Tiles::ROWS;
        let start = Tiles::length(rows.start - skipped, self.size);
        (&values.integers()[start..Tiles::length(rows.end, self.size)], skipped)
    }

    /// Which of a record's sentences is nearest to one of the ask's, the first of those as near, and the cosine.
    pub(crate) fn nearest(&self, record: u32, ask: &Quantised) -> Option<(usize, f64)> {
        let record = record as usize;
        let sentences = self.start.number(record) as usize..self.start.number(record + 1) as usize;
        let (tiles, skipped) = self.tiles_of(&self.sentences, sentences.clone());
        let mut products = Vec::new();
        Tiles::new(tiles, self.size).dots(&[ask.values()], &mut products);
        let near = sentences.enumerate().map(|(at, row)| (at, scaled(products[skipped + at], self.scales.float(row))));
        let nearest = near.fold(None, |best: Option<(usize, f32)>, next| best.filter(|best| best.1 >= next.1).or(Some(next)));
        nearest.map(|(at, near)| (at, of_ask(near, ask)))
    }

    /// The cosine of one record's whole text with a vector.
    pub(crate) fn whole(&self, record: u32, ask: &Quantised) -> f64 {
        let record = record as usize;
        self.wholes(ask, record..record + 1).sum()
    }

    pub(super) fn read(source: &mut Source, records: usize, size: usize) -> Option<Self> {
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
const NOTHING: f32 = f32::NEG_INFINITY;

/// A product with a row's scale: exact products below 2^24, rounded once.
#[allow(clippy::cast_precision_loss)]
fn scaled(product: i32, scale: f32) -> f32 {
    product as f32 * scale
}

/// The cosine that a product with a row's scale stands for.
fn of_ask(scaled: f32, ask: &Quantised) -> f64 {
    (f64::from(scaled) * f64::from(ask.scale())).clamp(-1.0, 1.0)
}

/// The mean of the best, each with its share; nothing is 0.
fn mean(best: &[f32], asks: &[(&Quantised, f64)]) -> f64 {
    let shares = best.iter().zip(asks).filter(|(best, _)| **best > NOTHING);
    shares.map(|(best, (ask, share))| share * of_ask(*best, ask)).sum()
}

/// The higher of two numbers, as one instruction.
fn higher(a: f32, b: f32) -> f32 {
    if b > a { b } else { a }
}

/// A text's vector without the mean of its language, where the encoder has one.
pub(crate) fn centred(vector: &Vector, language: Option<Language>, encoder: &dyn Encoder) -> Result<Vector, EncodeError> {
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
    fn new(texts: &[(&str, Option<Language>)], encoder: &dyn Encoder) -> Result<Self, EncodeError> {
        let mut rows = Self::default();
        let vectors = encoder.encode(&texts.iter().map(|(text, _)| *text).collect::<Vec<_>>())?;
        for (vector, (_, language)) in vectors.iter().zip(texts) {
            let vector = centred(vector, *language, encoder)?.quantise();
            rows.values.extend(vector.values());
            rows.scales.push(vector.scale());
        }
        Ok(rows)
    }

    /// Adds a row of tiles.
    fn copy(&mut self, tiles: &Array<1>, scales: &Numbers, size: usize, row: usize) {
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
pub(super) struct Part {
    /// How many sentences each record has.
    counts: Vec<usize>,
    sentences: Rows,
    wholes: Rows,
}

impl Part {
    pub(super) fn new(contents: &[Option<Content>], encoder: &dyn Encoder) -> Result<Self, EncodeError> {
        let (mut counts, mut sentences, mut wholes) = (Vec::new(), Vec::new(), Vec::new());
        for content in contents {
            let nothing = (&[][..], "", None);
            let (found, whole, language) =
                content.as_ref().map_or(nothing, |content| (&content.sentences, &content.whole, content.language));
            counts.push(found.len());
            sentences.extend(found.iter().map(|sentence| (sentence.text.as_str(), language)));
            wholes.push((whole, language));
        }
        Ok(Self { counts, sentences: Rows::new(&sentences, encoder)?, wholes: Rows::new(&wholes, encoder)? })
    }
}

/// The vectors of the first records of a segment.
pub(super) struct Growing {
    size: usize,
    start: Vec<u32>,
    sentences: Rows,
    wholes: Rows,
}

impl Growing {
    pub(super) fn new(size: usize) -> Self {
        Self { size, start: vec![0], sentences: Rows::default(), wholes: Rows::default() }
    }

    pub(super) fn push(&mut self, part: &Part) {
        let mut end = self.sentences.scales.len();
        for count in &part.counts {
            end += count;
            self.start.push(u32::try_from(end).unwrap_or(u32::MAX));
        }
        self.sentences.extend(&part.sentences);
        self.wholes.extend(&part.wholes);
    }

    /// Adds a record that has its vectors already; none where it is no solution.
    pub(super) fn copy(&mut self, from: Option<(&SentenceVectors, u32)>) {
        if let Some((vectors, record)) = from {
            let record = record as usize;
            for row in vectors.start.number(record) as usize..vectors.start.number(record + 1) as usize {
                self.sentences.copy(&vectors.sentences, &vectors.scales, self.size, row);
            }
            self.wholes.copy(&vectors.wholes, &vectors.whole_scales, self.size, record);
        } else {
            self.wholes.values.extend(std::iter::repeat_n(0, self.size));
            self.wholes.scales.push(0.0);
        }
        self.start.push(u32::try_from(self.sentences.scales.len()).unwrap_or(u32::MAX));
    }

    pub(super) fn write(self, sink: &mut Sink) {
        let Self { size, start, sentences, wholes } = self;
        sink.numbers(&start);
        for (values, scales) in [sentences.tiles(size), wholes.tiles(size)] {
            sink.integers(&values);
            sink.floats(&scales);
        }
    }
}
