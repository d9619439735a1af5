//! The best documents of a segment, while their raw scores go by.

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

/// A document that may be among the best. Candidates are partitioned and sorted again and again, so
/// they are small: the values of the signals lie beside them.
#[derive(Clone, Copy)]
struct Candidate {
    raw_score: f64,
    doc: DocId,
    /// Where its values lie in [`TopK::values`].
    slot: u32,
}

/// The `limit` best documents: by score, then by id.
///
/// It buffers up to twice as many candidates whose raw scores reach a threshold. When the buffer is
/// full it is partitioned, and the threshold is raised to the raw score of the last candidate
/// within the limit. The logistic is evaluated for the survivors alone. Ids are compared only
/// between equal scores: of these the one with the smaller rank among the segment's ids comes first.
pub(super) struct TopK {
    limit: usize,
    kept: Vec<Candidate>,
    /// The values of the signals of all candidates, and of some that are gone.
    values: Vec<SignalValues>,
    /// How many candidates are kept before `compact` runs.
    capacity: usize,
    logistic: Logistic,
    /// A lower raw score cannot be among the best.
    threshold: f64,
    /// The highest raw score so far.
    highest: f64,
}

impl TopK {
    /// `documents` is how many will be offered at most. No raw score below `threshold` is let in.
    pub(super) fn new(limit: usize, documents: usize, logistic: Logistic, threshold: f64) -> Self {
        let limit = limit.min(documents);
        let kept = Vec::with_capacity(2 * limit);
        let (values, highest) = (Vec::with_capacity(4 * limit), f64::NEG_INFINITY);
        Self { limit, kept, values, capacity: limit, logistic, threshold, highest }
    }

    /// A lower raw score cannot be among the best.
    pub(super) fn threshold(&self) -> f64 {
        self.threshold
    }

    /// Whether fewer candidates than the limit have been let in so far.
    pub(super) fn has_room(&self) -> bool {
        self.kept.len() < self.limit
    }

    /// Lets any raw score in from now on, as long as there is room.
    pub(super) fn clear_threshold(&mut self) {
        self.threshold = f64::NEG_INFINITY;
    }

    /// Takes a document in if it may be among the best.
    pub(super) fn offer(
        &mut self,
        doc: DocId,
        raw_score: f64,
        values: SignalValues,
        id_rank: impl Fn(DocId) -> u64,
    ) {
        self.highest = self.highest.max(raw_score);
        if self.limit == 0 || raw_score < self.threshold {
            return;
        }
        let slot = u32::try_from(self.values.len()).expect("a segment has less than 2³² documents");
        self.kept.push(Candidate { raw_score, doc, slot });
        self.values.push(values);
        if self.kept.len() >= self.capacity {
            self.compact(id_rank);
        }
    }

    /// Drops what cannot be among the best any more.
    fn compact(&mut self, id_rank: impl Fn(DocId) -> u64) {
        let descending = |a: &Candidate, b: &Candidate| b.raw_score.total_cmp(&a.raw_score);
        let (_, last, _) = self.kept.select_nth_unstable_by(self.limit - 1, descending);
        let last = last.raw_score;
        // Below this a score is lower than the last one's, whatever the id.
        let below = last - self.logistic.step();
        if below > self.threshold && self.logistic.score(below) < self.logistic.score(last) {
            self.threshold = below;
            self.kept.retain(|candidate| candidate.raw_score >= below);
        }
        if self.kept.len() > self.limit + self.limit / 2 {
            // Too many are as good as the last one, so their ids decide.
            let kept = std::mem::take(&mut self.kept);
            self.kept = self.in_order(kept, id_rank).into_iter().map(|(_, own)| own).collect();
        }
        self.capacity = 2 * self.limit;
        if self.values.len() > 8 * self.limit {
            self.drop_unused_values();
        }
    }

    /// Drops the values of candidates that are gone.
    fn drop_unused_values(&mut self) {
        let mut values = Vec::with_capacity(2 * self.limit);
        for (candidate, slot) in self.kept.iter_mut().zip(0..) {
            values.push(self.values[candidate.slot as usize]);
            candidate.slot = slot;
        }
        self.values = values;
    }

    /// The best of some candidates in order, with their scores.
    fn in_order(
        &self,
        kept: Vec<Candidate>,
        id_rank: impl Fn(DocId) -> u64,
    ) -> Vec<(f64, Candidate)> {
        // Many documents may have nothing in common with the query: their score is computed once.
        let score_of_nothing = self.logistic.score(0.0);
        #[allow(clippy::float_cmp)] // exactly nothing was found
        let score = |raw_score: f64| {
            if raw_score == 0.0 { score_of_nothing } else { self.logistic.score(raw_score) }
        };
        let mut all: Vec<(f64, Candidate)> =
            kept.into_iter().map(|own| (score(own.raw_score), own)).collect();
        all.sort_unstable_by(|(a, _), (b, _)| b.total_cmp(a));
        for equal in all.chunk_by_mut(|(a, _), (b, _)| a.total_cmp(b).is_eq()) {
            if equal.len() > 1 {
                equal.sort_by_cached_key(|(_, candidate)| id_rank(candidate.doc));
            }
        }
        all.truncate(self.limit);
        all
    }

    /// The highest raw score that was offered; minus infinity where none was.
    pub(super) fn highest(&self) -> f64 {
        self.highest
    }

    /// The documents that are among the best so far, in no order.
    pub(super) fn docs(&self) -> Vec<DocId> {
        self.kept.iter().map(|candidate| candidate.doc).collect()
    }

    /// The best in order, with their scores.
    pub(super) fn into_best(mut self, id_rank: impl Fn(DocId) -> u64) -> Vec<Best> {
        let kept = std::mem::take(&mut self.kept);
        let best = |(score, own): (f64, Candidate)| {
            let values = self.values[own.slot as usize];
            Best { score, raw_score: own.raw_score, doc: own.doc, values }
        };
        self.in_order(kept, id_rank).into_iter().map(best).collect()
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
            let logistic = Logistic::new(None);
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
