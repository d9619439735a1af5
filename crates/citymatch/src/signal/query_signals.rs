//! All signals of a query together, and their scorers in a segment.

use std::ops::Range;
use std::sync::Arc;

use super::{
    AnyScorer, AnySignal, BLOCK, BOUND_BLOCK, BOUND_BLOCKS, Collection, SegmentScorer, Signal,
    Weight, Weights,
};
use crate::catalogue::Snapshot;
use crate::error::Error;
use crate::ids::SegmentOrd;
use crate::index::OtherTerms;
use crate::kernel;
use crate::progress::Progress;
use crate::text::Query;

/// The value of each signal for one document, in the order of [`Signal::ALL`]; 0 for a signal that
/// does not count.
pub(crate) type SignalValues = [f64; Signal::ALL.len()];

/// The signals that count something, made ready for one query.
pub(crate) struct QuerySignals {
    pub(crate) query: Arc<Query>,
    pub(crate) weights: Weights,
    /// In the order of [`Signal::ALL`].
    pub(crate) signals: Vec<AnySignal>,
}

impl QuerySignals {
    /// Makes the signals ready for the documents of a collection. A signal that needs an encoder is
    /// left out where none is available.
    pub(crate) fn new(
        collection: Collection<'_>,
        query: &Arc<Query>,
        weights: Weights,
    ) -> Result<Self, Error> {
        let has_encoder = collection.snapshot().encoder().is_some();
        let available = weights.counted().filter(|signal| has_encoder || !signal.needs_encoder());
        let signals = available.map(|signal| AnySignal::prepare(signal, collection, query));
        let signals = signals.collect::<Result<_, Error>>()?;
        Ok(Self { query: Arc::clone(query), weights, signals })
    }

    /// The same signals for documents that are not in the collection, by the terms that they have:
    /// they have the scores that they would have in it if they changed nothing there.
    pub(crate) fn among(&self, terms: &OtherTerms<'_>) -> Self {
        let signals = self.signals.iter().map(|own| own.among(terms)).collect();
        Self { query: Arc::clone(&self.query), weights: self.weights.clone(), signals }
    }

    /// The raw score of a document that shares no term with the query, if that is the lowest one
    /// possible. `Some(0.0)` when only signals count that are 0 without a shared term; `None` when
    /// `meaning` counts, which is a cosine and may be negative, or `language`, which does not look
    /// at terms.
    pub(crate) fn score_without_terms(&self) -> Option<f64> {
        let zero = |own: &AnySignal| own.signal().is_zero_without_terms();
        self.signals.iter().all(zero).then_some(0.0)
    }
}

/// Queries that go through the segments of a snapshot together. They have the same weights, and so
/// the same signals, which is why they are made by one function.
pub(crate) struct QueryBatch<'s> {
    queries: &'s [QuerySignals],
}

impl<'s> QueryBatch<'s> {
    /// A batch of queries that one matcher prepared.
    pub(crate) fn new(queries: &'s [QuerySignals]) -> Self {
        debug_assert!(
            queries.windows(2).all(|pair| pair[0].weights == pair[1].weights),
            "queries of a batch have the same weights",
        );
        Self { queries }
    }

    /// The scorers of the batch in a segment of the snapshot that its signals are made for; `None`
    /// for an empty batch.
    pub(crate) fn scorer(
        &self,
        snapshot: &'s Snapshot,
        segment: SegmentOrd,
    ) -> Result<Option<BatchScorer<'s>>, Error> {
        let Some(first) = self.queries.first() else { return Ok(None) };
        let mut scorers = Vec::with_capacity(first.signals.len());
        for (place, own) in first.signals.iter().enumerate() {
            let queries = self.queries.iter().map(|query| &query.signals[place]);
            let scorer = AnyScorer::new(own.signal(), queries, snapshot, segment)?;
            scorers.push((own.signal(), first.weights.get(own.signal()), scorer));
        }
        Ok(Some(BatchScorer { scorers, documents: 0..0 }))
    }
}

/// The scorers of all signals for a batch of queries in one segment.
///
/// The caller goes through the blocks in order, and within a block through the queries. Raw scores
/// and bounds are those of the block and the query that were scored last.
pub(crate) struct BatchScorer<'s> {
    scorers: Vec<(Signal, Weight, AnyScorer<'s>)>,
    documents: Range<usize>,
}

/// What the signals say of a document.
#[derive(Clone, Copy, Default)]
pub(crate) struct Scored {
    /// The sum, in the order of the signals, of each value times its weight.
    pub(crate) raw_score: f64,
    /// The same without `subject` and the criteria, which are never below 0: so it is never more.
    pub(crate) evidence: f64,
    pub(crate) values: SignalValues,
}

/// What a document must reach to be looked at: its raw score the one, or its evidence the other.
#[derive(Clone, Copy)]
pub(crate) struct Thresholds {
    pub(crate) raw_score: f64,
    pub(crate) evidence: f64,
}

/// A group of 64 neighbouring documents of a block, and upper bounds of their raw scores and of
/// their evidence, which is never more.
#[derive(Clone, Copy, Default)]
pub(crate) struct BoundBlock {
    raw_score: f64,
    evidence: f64,
    /// The place of the first document in the block.
    pub(crate) first: usize,
}

impl Thresholds {
    /// Whether no document with this bound of its raw score can reach either.
    pub(crate) fn are_above(self, block: BoundBlock) -> bool {
        block.raw_score < self.raw_score.min(self.evidence)
    }

    fn are_reached(self, raw_score: f64, evidence: f64) -> bool {
        raw_score >= self.raw_score || evidence >= self.evidence
    }
}

impl BatchScorer<'_> {
    /// Goes to the next block: the documents from `start` on. `end` is the end of the segment.
    pub(crate) fn begin_block(
        &mut self,
        start: usize,
        end: usize,
        progress: &Progress,
    ) -> Result<(), Error> {
        self.documents = start..end.min(start + BLOCK);
        for (.., scorer) in &mut self.scorers {
            scorer.begin_block(self.documents.clone(), progress)?;
        }
        Ok(())
    }

    /// Scores the block for one query of the batch. If anything is [deferred](Self::defers), raw
    /// scores are lower bounds until [`score_deferred`](Self::score_deferred).
    pub(crate) fn score_block(&mut self, query: usize) {
        for (.., scorer) in &mut self.scorers {
            scorer.score_block(query);
        }
    }

    /// Whether a signal defers a part of its values.
    pub(crate) fn defers(&self) -> bool {
        self.scorers.iter().any(|(.., scorer)| scorer.defers())
    }

    /// Completes the raw scores of the documents that may reach a threshold.
    pub(crate) fn score_deferred(&mut self, query: usize, thresholds: Thresholds) {
        for (.., scorer) in &mut self.scorers {
            scorer.bound_deferred(query);
        }
        let mut blocks = [BoundBlock::default(); BOUND_BLOCKS];
        let count = self.candidate_blocks(thresholds, &mut blocks);
        let mut candidates = [0; BOUND_BLOCKS];
        for block in &blocks[..count] {
            candidates[block.first / BOUND_BLOCK] = self.candidate_bits(*block, thresholds);
        }
        for (.., scorer) in &mut self.scorers {
            scorer.score_deferred(query, &candidates);
        }
    }

    /// The raw score of a document, by its place in the block.
    pub(crate) fn raw_score(&self, place: usize, same_language: bool) -> Scored {
        let (mut scored, mut is_evidence) = (Scored::default(), true);
        for (signal, weight, scorer) in &self.scorers {
            let value = scorer.value(place, same_language);
            scored.values[*signal as usize] = value;
            if !signal.is_evidence() && is_evidence {
                scored.evidence = scored.raw_score;
                is_evidence = false;
            }
            scored.raw_score += weight.for_language(same_language) * value;
        }
        if is_evidence {
            scored.evidence = scored.raw_score;
        }
        scored
    }

    /// Whether a signal counts that is no evidence; such signals are the last ones.
    fn has_more_than_evidence(&self) -> bool {
        self.scorers.last().is_some_and(|(signal, ..)| !signal.is_evidence())
    }

    /// Fills the front of `found` with the groups whose upper bounds reach a threshold, by falling
    /// bound of the raw score, and returns how many there are.
    pub(crate) fn candidate_blocks(
        &self,
        thresholds: Thresholds,
        found: &mut [BoundBlock; BOUND_BLOCKS],
    ) -> usize {
        let (mut raw_scores, mut evidence) = ([0.0; BOUND_BLOCKS], None);
        for (signal, weight, scorer) in &self.scorers {
            if !signal.is_evidence() && evidence.is_none() {
                evidence = Some(raw_scores);
            }
            scorer.add_block_bounds(*weight, &mut raw_scores);
        }
        let evidence = evidence.as_ref().unwrap_or(&raw_scores);
        let mut count = 0;
        let used = self.documents.len().div_ceil(BOUND_BLOCK);
        for ((raw_score, evidence), number) in raw_scores[..used].iter().zip(evidence).zip(0..) {
            // Store unconditionally and advance the count only for a candidate: this avoids a
            // branch that the processor could not predict.
            let first = number * BOUND_BLOCK;
            found[count] = BoundBlock { raw_score: *raw_score, evidence: *evidence, first };
            count += usize::from(thresholds.are_reached(*raw_score, *evidence));
        }
        found[..count].sort_unstable_by(|a, b| b.raw_score.total_cmp(&a.raw_score));
        count
    }

    /// The documents of a group whose upper bounds reach a threshold, by their places in the block.
    /// `admitted` has a bit for each document of the group that may be one of them.
    pub(crate) fn candidates(
        &self,
        block: BoundBlock,
        thresholds: Thresholds,
        admitted: u64,
    ) -> impl Iterator<Item = usize> + use<> {
        let bits = if admitted == 0 { 0 } else { self.candidate_bits(block, thresholds) };
        kernel::set_bits(bits & admitted).map(move |place| block.first + place)
    }

    /// The same for all documents of the group, as bits.
    fn candidate_bits(&self, block: BoundBlock, thresholds: Thresholds) -> u64 {
        let (first, mut bounds, mut reaching) = (block.first, [0.0; BOUND_BLOCK], 0);
        let (mut reaching_evidence, mut is_evidence) = (0, true);
        // Thresholds rise, so a group may have become too low since it was found.
        if thresholds.are_reached(block.raw_score, block.evidence) {
            for (signal, weight, scorer) in &self.scorers {
                if !signal.is_evidence() && is_evidence {
                    is_evidence = false;
                    kernel::reaching(&bounds, thresholds.evidence, &mut reaching_evidence);
                }
                scorer.add_document_bounds(first, *weight, &mut bounds);
            }
            let raw_score = if self.has_more_than_evidence() {
                thresholds.raw_score
            } else {
                thresholds.raw_score.min(thresholds.evidence)
            };
            kernel::reaching(&bounds, raw_score, &mut reaching);
            reaching |= reaching_evidence;
        }
        // The last group of a segment may have fewer documents: clear the bits after the last one.
        reaching & (u64::MAX >> BOUND_BLOCK.saturating_sub(self.documents.len() - first))
    }
}
