//! What a snapshot has of a term.

use super::snapshot::Snapshot;
use crate::error::Error;

/// A term of a snapshot.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct LiveTerm {
    /// Its number in the first segment; none where it has not got it. Most catalogues have no other, and an ask has hundreds of terms.
    first: Option<u32>,
    /// In the others.
    others: Vec<Option<u32>>,
    /// How many live solutions have it.
    pub(crate) solutions: u64,
}

impl LiveTerm {
    /// Its number in a segment, if that has it.
    pub(crate) fn number(&self, segment: usize) -> Option<u32> {
        segment.checked_sub(1).map_or(self.first, |other| self.others[other])
    }
}

impl Snapshot {
    /// The terms with some texts; a text that no solution has is in no segment.
    pub(crate) fn live_terms<'t>(&self, texts: &(impl Iterator<Item = &'t str> + Clone)) -> Result<Vec<LiveTerm>, Error> {
        let mut found: Vec<LiveTerm> = texts.clone().map(|_| LiveTerm { first: None, others: Vec::new(), solutions: 0 }).collect();
        for (segment, number) in self.segments().iter().zip(0..) {
            let terms = self.terms(number)?;
            for (live, term) in found.iter_mut().zip(terms.find_each(texts.clone())) {
                live.solutions += term.map_or(0, |term| segment.live_solutions(terms, term));
                match number {
                    0 => live.first = term,
                    _ => live.others.push(term),
                }
            }
        }
        Ok(found)
    }
}
