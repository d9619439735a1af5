//! Whether anything answers: the evidence of the three best solutions.

/// How much less than its own evidence a lone best solution counts.
const LONE: f64 = 0.15;
/// How much more the evidence for a short question counts than that for a broad challenge.
const SHORT: f64 = 0.15;

/// The evidence of the three solutions that have most: their raw scores without the signal
/// `subject`, by descending value.
///
/// `subject` says that two texts are about the same things, which a solution that answers nothing
/// can be too. The other signals say that a solution meets what the challenge asks for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct BestEvidence([f64; 3]);

impl BestEvidence {
    pub(crate) fn new() -> Self {
        Self([f64::NEG_INFINITY; 3])
    }

    /// Less than this is not among the three.
    pub(super) fn threshold(&self) -> f64 {
        self.0[2]
    }

    pub(crate) fn offer(&mut self, evidence: f64) {
        let Self([first, second, third]) = self;
        if evidence > *third {
            *third = evidence;
            if *third > *second {
                std::mem::swap(second, third);
            }
            if *second > *first {
                std::mem::swap(first, second);
            }
        }
    }

    pub(crate) fn merge(&mut self, other: Self) {
        for evidence in other.0 {
            self.offer(evidence);
        }
    }

    /// The three, highest first; fewer where fewer were offered.
    pub(crate) fn values(&self) -> impl Iterator<Item = f64> + '_ {
        self.0.iter().copied().filter(|evidence| evidence.is_finite())
    }

    /// V = max(S₁ − 0.15, (S₁ + S₂ + S₃) / 3) + 0.15 (1 − breadth), where S₁ ≥ S₂ ≥ S₃ are the three,
    /// and one that is not there is 0. `None` where there is none at all.
    ///
    /// A lone best solution is often an accident, and a challenge that is answered has several
    /// useful solutions: hence the mean. The first part serves questions with a single answer. A
    /// challenge of many words meets some of them in any record, so a short one needs less.
    pub(crate) fn answer_score(&self, breadth: f64) -> Option<f64> {
        let first = self.0[0];
        let sum: f64 = self.values().sum();
        let short = SHORT * (1.0 - breadth);
        first.is_finite().then(|| f64::max(first - LONE, sum / 3.0) + short)
    }
}

/// What [`Matches::answer_score`](crate::Matches::answer_score) is for the
/// [`evidence`](crate::Matches::evidence) of all catalogues of a collection, in any order, and for the
/// [`breadth`](crate::Matches::breadth) of the challenge.
///
/// # Examples
/// ```
/// use citymatch::statistics::answer_score;
/// assert_eq!(answer_score([0.5, 0.75], 1.0), answer_score([0.75, 0.5], 1.0));
/// assert_eq!(answer_score([], 1.0), None);
/// ```
pub fn answer_score(evidence: impl IntoIterator<Item = f64>, breadth: f64) -> Option<f64> {
    let mut best = BestEvidence::new();
    evidence.into_iter().for_each(|own| best.offer(own));
    best.answer_score(breadth)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn best_of(offered: &[f64]) -> BestEvidence {
        let mut best = BestEvidence::new();
        for evidence in offered {
            best.offer(*evidence);
        }
        best
    }

    #[test]
    fn stated_values() {
        for (name, offered, expected) in [
            ("none", &[][..], None),
            ("one", &[0.9], Some(0.75)),
            ("a_lone_best", &[0.1, 0.9, 0.0], Some(0.75)),
            ("three_alike", &[0.9, 0.8, 0.7, 0.1], Some(0.8)),
            ("below_zero", &[-0.3], Some(-0.1)),
        ] {
            let best = best_of(offered);
            let found = best.answer_score(1.0);
            let is_near = |expected: f64| found.is_some_and(|own| (own - expected).abs() < 1e-12);
            assert!(expected.map_or(found.is_none(), is_near), "{name}: {found:?}");
            assert_eq!(best.answer_score(0.0), found.map(|own| own + 0.15), "{name}");
        }
    }

    proptest! {
        #[test]
        fn the_three_best_are_those_of_a_sort(
            offered in prop::collection::vec(-1.0..2.0_f64, 0..20),
            half in 0..20_usize,
        ) {
            let (left, right) = offered.split_at(half.min(offered.len()));
            let mut best = best_of(left);
            best.merge(best_of(right));
            let mut sorted = offered.clone();
            sorted.sort_by(|a, b| b.total_cmp(a));
            sorted.resize(sorted.len().max(3), f64::NEG_INFINITY);
            prop_assert_eq!(&best.0[..], &sorted[..3]);
        }
    }
}
