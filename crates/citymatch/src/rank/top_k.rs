//! The best records of a segment, while its sums go by.

use super::score::Logistic;

/// A record that is among the best.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Candidate {
    pub(crate) score: f64,
    pub(crate) record: u32,
}

/// The `limit` best records: by score, then by id.
///
/// Sums are let in above a floor, and cut down when they are twice too many. Scores are asked for
/// only where the sums do not tell, ids where the scores do not: of equal scores the smaller rank
/// among the segment's ids goes first.
pub(crate) struct TopK {
    limit: usize,
    /// Sums and their records.
    kept: Vec<(f64, u32)>,
    /// So many are cut down.
    full: usize,
    logistic: Logistic,
    /// A sum below it cannot enter.
    floor: f64,
    /// The highest sum so far.
    highest: f64,
}

impl TopK {
    /// `records` is how many will be offered at most; no sum below `least` is let in.
    pub(crate) fn new(limit: usize, records: usize, logistic: Logistic, least: f64) -> Self {
        let limit = limit.min(records);
        Self {
            limit,
            kept: Vec::with_capacity(2 * limit),
            full: limit,
            logistic,
            floor: least,
            highest: f64::NEG_INFINITY,
        }
    }

    /// A sum below it cannot enter.
    pub(crate) fn floor(&self) -> f64 {
        self.floor
    }

    /// Whether fewer than the limit have entered so far.
    pub(crate) fn has_room(&self) -> bool {
        self.kept.len() < self.limit
    }

    /// Lets any sum in from now on, as long as there is room.
    pub(crate) fn let_all_in(&mut self) {
        self.floor = f64::NEG_INFINITY;
    }

    /// Takes a record in if it may be among the best.
    pub(crate) fn offer(&mut self, sum: f64, record: u32, id_rank: impl Fn(u32) -> u64) {
        self.highest = self.highest.max(sum);
        if self.limit == 0 || sum < self.floor {
            return;
        }
        self.kept.push((sum, record));
        if self.kept.len() >= self.full {
            self.cut(id_rank);
        }
    }

    /// Drops what cannot be among the best any more.
    fn cut(&mut self, id_rank: impl Fn(u32) -> u64) {
        let (_, last, _) =
            self.kept.select_nth_unstable_by(self.limit - 1, |a, b| b.0.total_cmp(&a.0));
        // Below this a score is lower than the last one's, whatever the id.
        let below = last.0 - self.logistic.step();
        if below > self.floor && self.logistic.score(below) < self.logistic.score(last.0) {
            self.floor = below;
            self.kept.retain(|(sum, _)| *sum >= below);
        }
        if self.kept.len() > self.limit + self.limit / 2 {
            // Too many are as good as the last one: now their ids decide.
            let sums = std::mem::take(&mut self.kept);
            self.kept = self
                .in_order(sums, id_rank)
                .into_iter()
                .map(|(sum, candidate)| (sum, candidate.record))
                .collect();
        }
        self.full = 2 * self.limit;
    }

    /// The best of some, in order.
    fn in_order(
        &self,
        kept: Vec<(f64, u32)>,
        id_rank: impl Fn(u32) -> u64,
    ) -> Vec<(f64, Candidate)> {
        let of_nothing = self.logistic.score(0.0);
        // Many records may meet nothing of the ask.
        #[allow(clippy::float_cmp)] // exactly nothing was found
        let score = |sum: f64| if sum == 0.0 { of_nothing } else { self.logistic.score(sum) };
        let candidate = |(sum, record)| (sum, Candidate { score: score(sum), record });
        let mut all: Vec<(f64, Candidate)> = kept.into_iter().map(candidate).collect();
        all.sort_unstable_by(|(_, a), (_, b)| b.score.total_cmp(&a.score));
        for equal in all.chunk_by_mut(|(_, a), (_, b)| a.score.total_cmp(&b.score).is_eq()) {
            if equal.len() > 1 {
                equal.sort_by_cached_key(|(_, candidate)| id_rank(candidate.record));
            }
        }
        all.truncate(self.limit);
        all
    }

    /// The highest sum that was offered; minus infinity where none was.
    pub(crate) fn highest(&self) -> f64 {
        self.highest
    }

    /// The records that have entered and were not driven out, in no order.
    pub(crate) fn records(&self) -> Vec<u32> {
        self.kept.iter().map(|(_, record)| *record).collect()
    }

    /// The best, in order.
    pub(crate) fn into_candidates(mut self, id_rank: impl Fn(u32) -> u64) -> Vec<Candidate> {
        let kept = std::mem::take(&mut self.kept);
        self.in_order(kept, id_rank).into_iter().map(|(_, candidate)| candidate).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_best_of_any_sums_are_those_of_a_sort(
            sums in prop::collection::vec(prop::sample::select(vec![0.0, 0.1, 0.100_000_000_1, 0.2, 0.9, 1.07, 4.9, 5.1, 40.0, 80.0]), 0..200),
            limit in 0..20_usize,
        ) {
            let logistic = Logistic::of(None);
            // Ranks that go down show that the order of offering does not matter.
            let id_rank = |record: u32| 1_000 - u64::from(record);
            let mut top = TopK::new(limit, sums.len(), logistic, f64::NEG_INFINITY);
            for (record, sum) in (0_u32..).zip(&sums) {
                top.offer(*sum, record, id_rank);
            }
            let found: Vec<(f64, u32)> = top.into_candidates(id_rank).iter().map(|found| (found.score, found.record)).collect();
            let mut all: Vec<(f64, u32)> = (0_u32..).zip(&sums).map(|(record, sum)| (logistic.score(*sum), record)).collect();
            all.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1)));
            all.truncate(limit);
            prop_assert_eq!(found, all);
        }
    }
}
