//! How much of the text of two records is the same.

use super::profile::Profiles;

/// The share of each record's pairs of neighbouring words that the other one has too, each by its
/// rarity; both from 0 to 1. Names and numbers are left out before.
///
/// Records about one subject share words; only what was copied shares many pairs of them, in
/// whatever order its sentences stand.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Overlap {
    pub(super) left: f64,
    pub(super) right: f64,
    /// How many distinct pairs both have.
    pub(super) shared: usize,
}

impl Overlap {
    pub(super) fn new(profiles: &Profiles, left: usize, right: usize) -> Self {
        let (one, other) = (&profiles.of[left].pairs, &profiles.of[right].pairs);
        let weight =
            |pairs: &[usize]| -> f64 { pairs.iter().map(|pair| profiles.idf[*pair]).sum() };
        let shared = in_both(one, other);
        let share = |pairs: &[usize]| {
            let all = weight(pairs);
            if all > 0.0 { weight(&shared) / all } else { 0.0 }
        };
        Self { left: share(one), right: share(other), shared: shared.len() }
    }

    /// The smaller of the two shares.
    pub(super) fn least(self) -> f64 {
        self.left.min(self.right)
    }
}

/// The numbers that are in both of two ascending lists.
pub(super) fn in_both(one: &[usize], other: &[usize]) -> Vec<usize> {
    let is_there = |number: &usize| other.binary_search(number).is_ok();
    one.iter().copied().filter(is_there).collect()
}
