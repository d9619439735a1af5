//! The vectors of one segment's records: of each whole text, and of each sentence.

use citymatch_encoder::{EncodeError, Encoder, Quantised, Tiles, cosine};

use super::file::{Sink, Source};
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
    pub(super) fn builder(encoder: &dyn Encoder) -> Builder<'_> {
        Builder { encoder, start: vec![0], sentences: Rows::default(), wholes: Rows::default() }
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

/// Makes vectors of records, some at a time.
pub(super) struct Builder<'e> {
    encoder: &'e dyn Encoder,
    start: Vec<u32>,
    sentences: Rows,
    wholes: Rows,
}

/// Integer vectors one after the other, and their scales.
#[derive(Default)]
struct Rows {
    values: Vec<i8>,
    scales: Vec<f32>,
}

impl Rows {
    fn push(&mut self, texts: &[&str], encoder: &dyn Encoder) -> Result<(), EncodeError> {
        for vector in encoder.encode(texts)? {
            let vector = vector.quantise();
            self.values.extend(vector.values());
            self.scales.push(vector.scale());
        }
        Ok(())
    }

    fn tiles(self, size: usize) -> (Vec<i8>, Vec<f32>) {
        (Tiles::pack(self.values.chunks(size), size), self.scales)
    }
}

impl Builder<'_> {
    pub(super) fn push(&mut self, contents: &[Option<Content>]) -> Result<(), EncodeError> {
        let (mut sentences, mut wholes) = (Vec::new(), Vec::new());
        for content in contents {
            let (found, whole) = content.as_ref().map_or((&[][..], ""), |content| (&content.sentences, &content.whole));
            sentences.extend(found.iter().map(String::as_str));
            wholes.push(whole);
            self.start.push(u32::try_from(self.sentences.scales.len() + sentences.len()).unwrap_or(u32::MAX));
        }
        self.sentences.push(&sentences, self.encoder)?;
        self.wholes.push(&wholes, self.encoder)
    }

    pub(super) fn finish(self) -> SentenceVectors {
        let size = self.encoder.size();
        let ((sentences, scales), (wholes, whole_scales)) = (self.sentences.tiles(size), self.wholes.tiles(size));
        SentenceVectors { size, start: self.start, sentences, scales, wholes, whole_scales }
    }
}
