//! Keeping the best documents of a segment while their raw scores arrive one by one.

use super::score::Logistic;
use crate::ids::DocId;
use crate::signal::SignalValues;

/// A document that is among the best.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Best {
    pub(super) score: f64,
    pub(super) raw_score: f64,
    pub(super) doc: DocId,
    pub(super) values: SignalValues,
}

/// A document that may be among the best. Candidates are moved again and again while they are
/// partitioned and sorted, so they are small: the values of their signals are stored apart.
#[derive(Clone, Copy)]
struct Candidate {
    raw_score: f64,
    doc: DocId,
    /// The place of its values in [`TopK::values`].
    slot: u32,
}

/// The `limit` best documents, by descending score and then by ascending id.
///
/// # How it works
///
/// Instead of keeping the best documents sorted, or in a heap, it buffers up to 2 · `limit`
/// candidates in no order. When the buffer is full, it is partitioned around the candidate at
/// `limit` and the others are dropped, in time linear in the buffer: a constant cost for each
/// candidate. The raw score of the last candidate that stays becomes the *threshold*, and lower
/// ones are refused from then on without being buffered. The buffer is partitioned for the first
/// time when it holds `limit` candidates, so that there is a threshold as early as possible.
///
/// # Why the threshold is a little lower
///
/// Documents are ordered by score and not by raw score. The logistic rounds, so two raw scores that
/// differ by a little may have the same score, and then the id decides. A candidate may therefore
/// be dropped only if its *score* is lower than the last one's. The threshold is the last raw score
/// minus [`Logistic::step`], the smallest difference that certainly changes the score. At the
/// saturated ends of the logistic, where all scores are 0 or 1 after rounding, no such difference
/// is certain. The two scores are compared before the threshold is raised, and if they are equal it
/// stays as it is, and ids decide.
///
/// The logistic is evaluated, and ids are looked up, as late as possible: the one for candidates
/// that survived, the other for candidates with equal scores.
#[derive(Clone)]
pub(super) struct TopK {
    limit: usize,
    candidates: Vec<Candidate>,
    /// The values of the signals of all candidates, and of some that were dropped.
    values: Vec<SignalValues>,
    /// How many candidates are buffered before `compact` runs.
    capacity: usize,
    logistic: Logistic,
    /// A lower raw score cannot be among the best.
    threshold: f64,
}

impl TopK {
    /// At most `documents` will be offered. Those with a raw score below `threshold` are refused.
    pub(super) fn new(limit: usize, documents: usize, logistic: Logistic, threshold: f64) -> Self {
        let limit = limit.min(documents);
        let candidates = Vec::with_capacity(2 * limit);
        let values = Vec::with_capacity(4 * limit);
        Self { limit, candidates, values, capacity: limit, logistic, threshold }
    }

    /// The most documents that are kept.
    pub(super) fn limit(&self) -> usize {
        self.limit
    }

    /// A document with a lower raw score cannot be among the best.
    pub(super) fn threshold(&self) -> f64 {
        self.threshold
    }

    /// Whether fewer documents than the limit have been accepted so far.
    pub(super) fn has_room(&self) -> bool {
        self.candidates.len() < self.limit
    }

    /// Accepts any raw score from now on, until the buffer is compacted again.
    pub(super) fn clear_threshold(&mut self) {
        self.threshold = f64::NEG_INFINITY;
    }

    /// Accepts a document if it may be among the best. `id_rank` gives the rank of a document's id
    /// among the ids of the segment.
    pub(super) fn offer(
        &mut self,
        doc: DocId,
        raw_score: f64,
        values: SignalValues,
        id_rank: impl Fn(DocId) -> u64,
    ) {
        if self.limit == 0 || raw_score < self.threshold {
            return;
        }
        let slot =
            u32::try_from(self.values.len()).expect("a segment has fewer than 2^32 documents");
        self.candidates.push(Candidate { raw_score, doc, slot });
        self.values.push(values);
        if self.candidates.len() >= self.capacity {
            self.compact(id_rank);
        }
    }

    /// Raises the threshold, and drops the candidates that cannot be among the best any more. The
    /// documentation of the type says how.
    fn compact(&mut self, id_rank: impl Fn(DocId) -> u64) {
        let descending = |a: &Candidate, b: &Candidate| b.raw_score.total_cmp(&a.raw_score);
        let (_, last, _) = self.candidates.select_nth_unstable_by(self.limit - 1, descending);
        let last = last.raw_score;
        let threshold = last - self.logistic.step();
        if threshold > self.threshold && self.logistic.score(threshold) < self.logistic.score(last)
        {
            self.threshold = threshold;
            self.candidates.retain(|candidate| candidate.raw_score >= threshold);
        }
        if self.candidates.len() > self.limit + self.limit / 2 {
            // Many candidates are as good as the last one. Let their ids decide now, so that the
            // buffer does not have to be partitioned again soon.
            let candidates = std::mem::take(&mut self.candidates);
            let best = self.in_order(candidates, id_rank);
            self.candidates = best.into_iter().map(|(_, candidate)| candidate).collect();
        }
        self.capacity = 2 * self.limit;
        if self.values.len() > 8 * self.limit {
            self.drop_unused_values();
        }
    }

    /// Drops the values of candidates that were dropped.
    fn drop_unused_values(&mut self) {
        let mut values = Vec::with_capacity(2 * self.limit);
        for (candidate, slot) in self.candidates.iter_mut().zip(0..) {
            values.push(self.values[candidate.slot as usize]);
            candidate.slot = slot;
        }
        self.values = values;
    }

    /// The best of some candidates in their order, each with its score.
    fn in_order(
        &self,
        candidates: Vec<Candidate>,
        id_rank: impl Fn(DocId) -> u64,
    ) -> Vec<(f64, Candidate)> {
        // Many documents may have no term in common with the query and so the raw score 0, whose
        // score is computed once.
        let score_of_zero = self.logistic.score(0.0);
        let score = |raw_score: f64| {
            if raw_score == 0.0 { score_of_zero } else { self.logistic.score(raw_score) }
        };
        let scored =
            candidates.into_iter().map(|candidate| (score(candidate.raw_score), candidate));
        let mut all: Vec<(f64, Candidate)> = scored.collect();
        all.sort_unstable_by(|(a, _), (b, _)| b.total_cmp(a));
        for equal in all.chunk_by_mut(|(a, _), (b, _)| a.total_cmp(b).is_eq()) {
            if equal.len() > 1 {
                equal.sort_by_cached_key(|(_, candidate)| id_rank(candidate.doc));
            }
        }
        all.truncate(self.limit);
        all
    }

    /// The documents that are among the best so far, in no order.
    pub(super) fn docs(&self) -> Vec<DocId> {
        self.candidates.iter().map(|candidate| candidate.doc).collect()
    }

    /// The best documents in their order, each with its score.
    pub(super) fn into_best(mut self, id_rank: impl Fn(DocId) -> u64) -> Vec<Best> {
        let candidates = std::mem::take(&mut self.candidates);
        let best = |(score, own): (f64, Candidate)| {
            let values = self.values[own.slot as usize];
            Best { score, raw_score: own.raw_score, doc: own.doc, values }
        };
        self.in_order(candidates, id_rank).into_iter().map(best).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Signal;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_best_of_any_raw_scores_are_those_of_a_sort(
            raw_scores in prop::collection::vec(
                prop::sample::select(
                    vec![0.0, 0.1, 0.100_000_000_1, 0.2, 0.9, 1.07, 4.9, 5.1, 40.0, 80.0],
                ),
                0..200,
            ),
            limit in 0..20_usize,
        ) {
            let logistic = Logistic::new(None, 0.0);
            // Ranks that go down show that the order of offering does not matter.
            let id_rank = |doc: DocId| 1_000 - u64::from(doc.0);
            let mut top = TopK::new(limit, raw_scores.len(), logistic, f64::NEG_INFINITY);
            for (doc, raw_score) in (0..).map(DocId).zip(&raw_scores) {
                // The values tell whether each document keeps its own.
                let values = [f64::from(doc.0); Signal::ALL.len()];
                top.offer(doc, *raw_score, values, id_rank);
            }
            let best = top.into_best(id_rank);
            let found: Vec<(f64, u32)> = best.iter().map(|own| (own.score, own.doc.0)).collect();
            for own in &best {
                prop_assert!(own.values[0].to_bits() == f64::from(own.doc.0).to_bits());
            }
            let scored = (0_u32..).zip(&raw_scores).map(|(doc, own)| (logistic.score(*own), doc));
            let mut all: Vec<(f64, u32)> = scored.collect();
            all.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1)));
            all.truncate(limit);
            prop_assert_eq!(found, all);
        }
    }
}
