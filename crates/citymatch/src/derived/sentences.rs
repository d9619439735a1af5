//! The vectors of one segment's records: of each whole text, and of each sentence.

use citymatch_encoder::{EncodeError, Encoder, Quantised, Tiles, Vector, cosine};

use super::file::{Sink, Source};
use crate::record::Language;
use crate::text::Content;

/// How many sentences are compared before the next ones: they and the products stay in the cache.
const BLOCK: usize = 256;

/// Vectors of the sentences of a segment's records, record after record, and of their whole texts.
pub(crate) struct SentenceVectors {
    size: usize,
    /// Where each record's sentences begin, and behind the last record where they end.
    start: Vec<u32>,
    sentences: Vec<i8>,
    scales: Vec<f32>,
    wholes: Vec<i8>,
    whole_scales: Vec<f32>,
}

impl SentenceVectors {
    /// Vectors of no record.
    pub(super) fn empty(size: usize) -> Growing {
        Growing { size, start: vec![0], sentences: Rows::default(), wholes: Rows::default() }
    }

    /// How many records there are.
    fn records(&self) -> usize {
        self.start.len() - 1
    }

    /// The cosine of each record's whole text with a vector.
    pub(crate) fn wholes(&self, ask: &Quantised) -> Vec<f64> {
        let mut products = Vec::new();
        Tiles::new(&self.wholes, self.size).dots(&[ask.values()], &mut products);
        products.iter().zip(&self.whole_scales).map(|(product, scale)| cosine(*product, ask.scale(), *scale)).collect()
    }

    /// For each record, the cosine of each of the ask's sentences with the record's nearest one: `best[record * asks + ask]`. A record
    /// without a sentence has 0.
    pub(crate) fn best(&self, asks: &[&Quantised]) -> Vec<f64> {
        let mut best = vec![f64::NEG_INFINITY; self.records() * asks.len()];
        let values: Vec<&[i8]> = asks.iter().map(|ask| ask.values()).collect();
        let (mut products, mut record, mut first) = (Vec::new(), 0, 0);
        for block in Tiles::new(&self.sentences, self.size).blocks(BLOCK) {
            block.dots(&values, &mut products);
            let rows = block.rows();
            for row in 0..rows.min(self.scales.len() - first) {
                while self.start[record + 1] as usize <= first + row {
                    record += 1;
                }
                for (ask, best) in best[record * asks.len()..][..asks.len()].iter_mut().enumerate() {
                    let found = cosine(products[ask * rows + row], asks[ask].scale(), self.scales[first + row]);
                    *best = best.max(found);
                }
            }
            first += rows;
        }
        best.iter_mut().filter(|best| **best == f64::NEG_INFINITY).for_each(|best| *best = 0.0);
        best
    }

    /// Which of a record's sentences is nearest to one of the ask's, the first of those as near, and the cosine.
    pub(crate) fn nearest(&self, record: u32, ask: &Quantised) -> Option<(usize, f64)> {
        let record = record as usize;
        let sentences = self.start[record] as usize..self.start[record + 1] as usize;
        let tiles = Tiles::new(&self.sentences, self.size);
        let found = sentences.clone().map(|row| Quantised::new(tiles.row(row)).cosine(ask)).enumerate();
        found.fold(None, |best: Option<(usize, f64)>, next| best.filter(|best| best.1 >= next.1).or(Some(next)))
    }

    /// The cosine of one record's whole text with a vector.
    pub(crate) fn whole(&self, record: u32, ask: &Quantised) -> f64 {
        Quantised::new(Tiles::new(&self.wholes, self.size).row(record as usize)).cosine(ask)
    }

    pub(super) fn write(&self, sink: &mut Sink) {
        sink.numbers(&self.start);
        sink.integers(&self.sentences);
        sink.floats(&self.scales);
        sink.integers(&self.wholes);
        sink.floats(&self.whole_scales);
    }

    pub(super) fn read(source: &mut Source<'_>, records: usize, size: usize) -> Option<Self> {
        let start = source.numbers()?;
        let read = Self {
            size,
            sentences: source.integers()?,
            scales: source.floats()?,
            wholes: source.integers()?,
            whole_scales: source.floats()?,
            start,
        };
        let row = size.next_multiple_of(4);
        let tiles = |rows: usize| rows.next_multiple_of(16) * row;
        let fits = read.start.len() == records + 1
            && read.start.is_sorted()
            && read.start.last().is_some_and(|last| *last as usize == read.scales.len())
            && read.sentences.len() == tiles(read.scales.len())
            && read.whole_scales.len() == records
            && read.wholes.len() == tiles(records);
        fits.then_some(read)
    }
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
    pub(super) fn push(&mut self, part: &Part) {
        let mut end = self.sentences.scales.len();
        for count in &part.counts {
            end += count;
            self.start.push(u32::try_from(end).unwrap_or(u32::MAX));
        }
        self.sentences.extend(&part.sentences);
        self.wholes.extend(&part.wholes);
    }

    pub(super) fn into_tiles(self) -> SentenceVectors {
        let Self { size, start, sentences, wholes } = self;
        let ((sentences, scales), (wholes, whole_scales)) = (sentences.tiles(size), wholes.tiles(size));
        SentenceVectors { size, start, sentences, scales, wholes, whole_scales }
    }
}
