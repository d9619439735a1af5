//! The best records of a segment, while its sums go by.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::score::Logistic;

/// A record that may be among the best. Greater is worse, so that the heap's top is the one to drop.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidate {
    pub(crate) score: f64,
    sum: f64,
    /// The order of the ids within the segment: the smaller goes first among equal scores.
    pub(crate) id_rank: u64,
    pub(crate) record: u32,
}

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> Ordering {
        other.score.total_cmp(&self.score).then(self.id_rank.cmp(&other.id_rank))
    }
}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Candidate {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Candidate {}

/// The `limit` best candidates: by score, then by id.
pub(crate) struct Top {
    limit: usize,
    heap: BinaryHeap<Candidate>,
    logistic: Logistic,
    /// The score of a solution that meets nothing of the ask: many have it.
    of_nothing: f64,
    /// A sum below it cannot enter.
    floor: f64,
    /// The highest sum so far.
    highest: f64,
}

impl Top {
    /// `records` is how many will be offered at most; no sum below `least` is let in.
    pub(crate) fn new(limit: usize, records: usize, logistic: Logistic, least: f64) -> Self {
        let limit = limit.min(records);
        let heap = BinaryHeap::with_capacity(limit);
        Self { limit, heap, logistic, of_nothing: logistic.score(0.0), floor: least, highest: f64::NEG_INFINITY }
    }

    /// A sum below it cannot enter.
    pub(crate) fn floor(&self) -> f64 {
        self.floor
    }

    /// Whether fewer than the limit have entered so far.
    pub(crate) fn has_room(&self) -> bool {
        self.heap.len() < self.limit
    }

    /// Lets any sum in from now on, as long as there is room.
    pub(crate) fn let_all_in(&mut self) {
        self.floor = f64::NEG_INFINITY;
    }

    /// Takes a record in if it is among the best so far. `id_rank` is asked for only then.
    pub(crate) fn offer(&mut self, sum: f64, record: u32, id_rank: impl FnOnce() -> u64) {
        self.highest = self.highest.max(sum);
        if self.limit == 0 || sum < self.floor {
            return;
        }
        #[allow(clippy::float_cmp)] // exactly nothing was found
        let score = if sum == 0.0 { self.of_nothing } else { self.logistic.score(sum) };
        if self.has_room() {
            self.heap.push(Candidate { score, sum, id_rank: id_rank(), record });
        } else if let Some(mut worst) = self.heap.peek_mut()
            && score >= worst.score
        {
            let candidate = Candidate { score, sum, id_rank: id_rank(), record };
            if candidate >= *worst {
                return;
            }
            *worst = candidate;
        } else {
            return;
        }
        if !self.has_room() {
            self.raise_floor();
        }
    }

    /// A sum whose score is below the worst one's cannot enter, nor can a lower one, whatever its id.
    fn raise_floor(&mut self) {
        let Some(worst) = self.heap.peek() else { return };
        let below = worst.sum - self.logistic.step();
        if below > self.floor && self.logistic.score(below) < worst.score {
            self.floor = below;
        }
    }

    /// The highest sum that was offered; minus infinity where none was.
    pub(crate) fn highest(&self) -> f64 {
        self.highest
    }

    /// The records that have entered and were not driven out, in no order.
    pub(crate) fn records(&self) -> Vec<u32> {
        self.heap.iter().map(|candidate| candidate.record).collect()
    }

    /// The best, in no order.
    pub(crate) fn into_candidates(self) -> Vec<Candidate> {
        self.heap.into_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_best_of_any_sums_are_those_of_a_sort(
            sums in prop::collection::vec(prop::sample::select(vec![0.0, 0.1, 0.2, 0.9, 1.07, 4.9, 5.1, 40.0, 80.0]), 0..60),
            limit in 0..20_usize,
        ) {
            let logistic = Logistic::of(None);
            let mut top = Top::new(limit, sums.len(), logistic, f64::NEG_INFINITY);
            for (record, sum) in (0_u32..).zip(&sums) {
                // Ranks that go down show that the order of offering does not matter.
                top.offer(*sum, record, || 1_000 - u64::from(record));
            }
            let mut found = top.into_candidates();
            found.sort();
            let mut all: Vec<Candidate> = (0_u32..).zip(&sums)
                .map(|(record, sum)| Candidate { score: logistic.score(*sum), sum: *sum, id_rank: 1_000 - u64::from(record), record }).collect();
            all.sort();
            all.truncate(limit);
            let records = |candidates: &[Candidate]| candidates.iter().map(|candidate| candidate.record).collect::<Vec<_>>();
            prop_assert_eq!(records(&found), records(&all));
        }
    }
}
