//! The pairs of records that pass every test but that of being each other's best.

use std::collections::HashMap;

use super::agreement;
use super::candidates::Candidate;
use super::kind::DuplicateKind;
use super::names;
use super::overlap::Overlap;
use super::profile::Profiles;
use crate::record::{Language, Solution};

/// The least share of each text that the other one has too, for both to be one text. Edited
/// resubmissions that lost a quarter of their sentences keep more.
const LEAST_OVERLAP: f64 = 0.35;
/// So many distinct pairs of words must be the same, so that two titles of a few words are no
/// duplicates, unless all are.
const LEAST_SHARED: usize = 4;

/// Two records that may be duplicates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Link {
    pub(super) kind: DuplicateKind,
    /// The mean of both directions.
    pub(super) logit: f64,
}

/// The links of a catalogue, by their two records, the first one before the second.
pub(super) struct Links(HashMap<(usize, usize), Link>);

impl Links {
    /// `least` is the logit that a link has at least.
    pub(super) fn new(
        records: &[(Solution, Option<Language>)],
        profiles: &Profiles,
        candidates: &[Vec<Candidate>],
        least: f64,
    ) -> Self {
        let mut links = HashMap::new();
        for (left, own) in candidates.iter().enumerate() {
            for there in own.iter().filter(|there| there.record > left) {
                let right = there.record;
                let back = candidates[right].iter().find(|back| back.record == left);
                let Some(back) = back else { continue };
                let logit = f64::midpoint(there.logit, back.logit);
                if logit < least {
                    continue;
                }
                let languages = (records[left].1, records[right].1);
                if let Some(kind) = kind(profiles, left, right, languages) {
                    links.insert((left, right), Link { kind, logit });
                }
            }
        }
        Self(links)
    }

    /// The link of two records, in whatever order.
    pub(super) fn get(&self, one: usize, other: usize) -> Option<Link> {
        self.0.get(&(one.min(other), one.max(other))).copied()
    }
}

/// What two records are to each other, if they have one text.
fn kind(
    profiles: &Profiles,
    left: usize,
    right: usize,
    languages: (Option<Language>, Option<Language>),
) -> Option<DuplicateKind> {
    let (one, other) = (&profiles.of[left], &profiles.of[right]);
    if are_two(languages) {
        let differ = agreement::fields_differ(one, other, true);
        return Some(if differ { DuplicateKind::Variant } else { DuplicateKind::Translation });
    }
    let overlap = Overlap::new(profiles, left, right);
    let is_all = [one, other].iter().all(|own| own.pairs.len() == overlap.shared);
    if overlap.least() < LEAST_OVERLAP || (overlap.shared < LEAST_SHARED && !is_all) {
        return None;
    }
    let differ = agreement::fields_differ(one, other, false) || !names::agree(one, other);
    Some(if differ { DuplicateKind::Variant } else { DuplicateKind::Resubmission })
}

/// Whether two languages are known to be different ones.
pub(super) fn are_two((one, other): (Option<Language>, Option<Language>)) -> bool {
    one.is_some() && other.is_some() && one != other
}
