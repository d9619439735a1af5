use std::ops::Index;

use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::evidence::DuplicateEvidence;
use super::kind::DuplicateKind;
use crate::record::SolutionId;

/// Two solutions of a catalogue with the same text.
#[derive(Clone, Debug, PartialEq)]
pub struct DuplicatePair {
    pub(super) kind: DuplicateKind,
    pub(super) left: SolutionId,
    pub(super) right: SolutionId,
    pub(super) score: f64,
    pub(super) evidence: DuplicateEvidence,
}

impl DuplicatePair {
    /// What the two are to each other.
    #[must_use]
    pub fn kind(&self) -> DuplicateKind {
        self.kind
    }

    /// The one whose id comes first.
    #[must_use]
    pub fn left(&self) -> &SolutionId {
        &self.left
    }

    /// The other one.
    #[must_use]
    pub fn right(&self) -> &SolutionId {
        &self.right
    }

    /// How alike they are, from 0 to 1: the logistic of the mean of two logits, those of the scores
    /// that [`Matcher::similar`](crate::Matcher::similar) gives the one for the other. It tells how
    /// much of the texts is the same, and not whether the two are one thing: a template filled by
    /// another city may have a higher score than an edited copy.
    #[must_use]
    pub fn score(&self) -> f64 {
        self.score
    }

    /// Why they are a pair: sentences side by side, what agrees and what differs.
    #[must_use]
    pub fn evidence(&self) -> &DuplicateEvidence {
        &self.evidence
    }
}

/// A JSON object: `kind`, `left`, `right`, `score` and `evidence`.
impl Serialize for DuplicatePair {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("DuplicatePair", 5)?;
        object.serialize_field("kind", &self.kind)?;
        object.serialize_field("left", self.left.as_str())?;
        object.serialize_field("right", self.right.as_str())?;
        object.serialize_field("score", &self.score)?;
        object.serialize_field("evidence", &self.evidence)?;
        object.end()
    }
}

/// The pairs of a catalogue's solutions that have the same text, best first: by descending score,
/// and equal scores by the ids. Made by [`Matcher::duplicates`](crate::Matcher::duplicates).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Duplicates {
    pub(super) pairs: Vec<DuplicatePair>,
    pub(super) groups: Vec<Vec<SolutionId>>,
}

impl Duplicates {
    /// How many pairs there are, variants among them.
    #[must_use]
    pub fn len(&self) -> usize {
        self.pairs.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// The pairs, best first.
    pub fn iter(&self) -> std::slice::Iter<'_, DuplicatePair> {
        self.pairs.iter()
    }

    /// The solutions that are one thing: groups of two or more of which each two are a pair that is
    /// a translation or a resubmission. No chain of pairs makes a group. A solution is in one group
    /// at most; ids are in order, and groups in that of their first ids.
    #[must_use]
    pub fn groups(&self) -> &[Vec<SolutionId>] {
        &self.groups
    }
}

impl Index<usize> for Duplicates {
    type Output = DuplicatePair;

    /// # Panics
    /// If there is no such position.
    fn index(&self, position: usize) -> &DuplicatePair {
        &self.pairs[position]
    }
}

impl IntoIterator for Duplicates {
    type Item = DuplicatePair;
    type IntoIter = std::vec::IntoIter<DuplicatePair>;

    fn into_iter(self) -> Self::IntoIter {
        self.pairs.into_iter()
    }
}

impl<'d> IntoIterator for &'d Duplicates {
    type Item = &'d DuplicatePair;
    type IntoIter = std::slice::Iter<'d, DuplicatePair>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
