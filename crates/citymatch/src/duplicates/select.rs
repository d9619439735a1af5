//! Which links are pairs: those of records that are each other's best.

use super::candidates::{Candidate, LIMIT};
use super::kind::DuplicateKind;
use super::links::{Link, Links, are_two};
use crate::record::{Language, Solution};

/// In two languages the logit of a pair, and how far it is above that of the next best record of
/// each one's language, add up to so much at least. Texts about one subject reach the threshold too,
/// but there are more of them, and none stands out; a short text reaches no high score, but its
/// translation stands out.
const STANDS_OUT: f64 = 6.0;

/// The logit of a record that has nothing in common with the one that was asked.
const NOTHING: f64 = -6.0;

/// A pair of records, the first one before the second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Selected {
    pub(super) left: usize,
    pub(super) right: usize,
    pub(super) link: Link,
}

/// The pairs, best first; of equal ones the first by its records.
pub(super) fn select(
    records: &[(Solution, Option<Language>)],
    candidates: &[Vec<Candidate>],
    links: &Links,
) -> Vec<Selected> {
    let best = Best { records, candidates, links };
    let mut found = Vec::new();
    for (left, own) in candidates.iter().enumerate() {
        for right in own.iter().map(|own| own.record).filter(|right| *right > left) {
            if let Some(link) = links.get(left, right)
                && best.is_best(left, right, link.kind)
                && best.is_best(right, left, link.kind)
                && best.stands_out(left, right, link)
            {
                found.push(Selected { left, right, link });
            }
        }
    }
    found.sort_by(|a, b| {
        let by_score = b.link.logit.total_cmp(&a.link.logit);
        by_score.then_with(|| (a.left, a.right).cmp(&(b.left, b.right)))
    });
    found
}

struct Best<'a> {
    records: &'a [(Solution, Option<Language>)],
    candidates: &'a [Vec<Candidate>],
    links: &'a Links,
}

impl Best<'_> {
    /// Whether no record of its language is more like `asked` than `other` is.
    ///
    /// Records that have the same text as `other` do not count, else one of three copies would have
    /// no pair. Nor do variants where a duplicate is asked for: a template filled by another city is
    /// often nearer than an edited copy.
    fn is_best(&self, asked: usize, other: usize, kind: DuplicateKind) -> bool {
        let list = &self.candidates[asked];
        let own = list.iter().find(|own| own.record == other);
        let logit = own.map_or(f64::INFINITY, |own| own.logit);
        let language = self.records[other].1;
        let better = list.iter().take_while(|own| own.logit > logit).map(|own| own.record);
        better.filter(|better| self.records[*better].1 == language).all(|better| {
            let of_asked = self.links.get(asked, better).map(|link| link.kind);
            let hides = match kind {
                DuplicateKind::Translation => of_asked != Some(DuplicateKind::Variant),
                DuplicateKind::Resubmission | DuplicateKind::Variant => of_asked == Some(kind),
            };
            let is_copy = self
                .links
                .get(better, other)
                .is_some_and(|link| link.kind == DuplicateKind::Resubmission || link.kind == kind);
            !hides || is_copy
        })
    }

    /// Whether a pair of two languages stands out; true in one language, where the texts tell.
    fn stands_out(&self, left: usize, right: usize, link: Link) -> bool {
        let margin = f64::midpoint(self.margin(left, right), self.margin(right, left));
        let languages = (self.records[left].1, self.records[right].1);
        !are_two(languages) || link.logit + margin >= STANDS_OUT
    }

    /// How far `other` is above the next best record of its language for `asked`. Records with the
    /// same text as `other`, variants too, do not count.
    fn margin(&self, asked: usize, other: usize) -> f64 {
        let (list, language) = (&self.candidates[asked], self.records[other].1);
        let logit = list.iter().find(|own| own.record == other).map_or(NOTHING, |own| own.logit);
        let next = list.iter().find(|own| {
            own.record != other
                && self.records[own.record].1 == language
                && self.links.get(own.record, other).is_none()
        });
        // What is not in a full list is no better than its last one. If that has the text of `other`
        // too, nothing is known, and a longer list is complete.
        let last = list
            .last()
            .filter(|last| list.len() == LIMIT && self.links.get(last.record, other).is_none());
        logit - next.or(last).map_or(NOTHING, |own| own.logit)
    }
}
