//! What two records have side by side: their sentences, what agrees and what differs.

use std::collections::BTreeSet;

use citymatch_encoder::{EncodeError, Vector};
use serde::Serialize;

use super::agreement::{self, Agreed, Differing};
use super::links::are_two;
use super::overlap::Overlap;
use super::profile::Profiles;
use crate::catalogue::Snapshot;
use crate::encoding::{centred, failed};
use crate::error::Error;
use crate::record::{Language, Solution};
use crate::text::{RecordSentence, RecordText, terms};

/// Two sentences whose likeness is less do not stand side by side.
const LEAST_LIKENESS: f64 = 0.35;

/// Why two records are a pair, for a person to judge.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct DuplicateEvidence {
    /// The share of the left record's text that the right one has too, from 0 to 1: of its pairs of
    /// neighbouring words without names and numbers, rare ones counting more. Near 0 in two
    /// languages, which share few words.
    pub left_share: f64,
    /// The share of the right record's text that the left one has too.
    pub right_share: f64,
    /// All sentences of both, those that say the same side by side, in the order of the left
    /// record; then what only the right one says.
    pub sentences: Vec<SideBySide>,
    /// Names, numbers and fields that both have.
    pub agreed: Vec<Agreed>,
    /// Names, numbers and fields in which they differ.
    pub differing: Vec<Differing>,
}

/// A sentence of each of two records that say the same, or one of one of them alone.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SideBySide {
    /// The left record's sentence; `None` where it says nothing of the kind.
    pub left: Option<String>,
    /// The right record's sentence.
    pub right: Option<String>,
    /// How alike the two are, at most 1: the cosine of their vectors, or without an encoder the
    /// share of words that are in both. `None` for one alone.
    pub likeness: Option<f64>,
}

impl DuplicateEvidence {
    pub(super) fn new(
        snapshot: &Snapshot,
        records: &[(Solution, Option<Language>)],
        profiles: &Profiles,
        left: usize,
        right: usize,
    ) -> Result<Self, Error> {
        let overlap = Overlap::new(profiles, left, right);
        let two_languages = are_two((records[left].1, records[right].1));
        let (agreed, differing) =
            agreement::compare(&profiles.of[left], &profiles.of[right], two_languages);
        Ok(Self {
            left_share: overlap.left,
            right_share: overlap.right,
            sentences: side_by_side(snapshot, &records[left], &records[right])?,
            agreed,
            differing,
        })
    }
}

/// Sentences are put side by side by falling likeness, each once.
fn side_by_side(
    snapshot: &Snapshot,
    (left, of_left): &(Solution, Option<Language>),
    (right, of_right): &(Solution, Option<Language>),
) -> Result<Vec<SideBySide>, Error> {
    let (left, right) = (RecordText::new(left).sentences, RecordText::new(right).sentences);
    let likeness = likenesses(snapshot, (&left, *of_left), (&right, *of_right))?;
    let mut alike: Vec<(usize, usize)> =
        (0..left.len()).flat_map(|one| (0..right.len()).map(move |other| (one, other))).collect();
    alike.retain(|(one, other)| likeness[*one][*other] >= LEAST_LIKENESS);
    alike.sort_by(|a, b| likeness[b.0][b.1].total_cmp(&likeness[a.0][a.1]).then_with(|| a.cmp(b)));
    let (mut of_one, mut taken) = (vec![None; left.len()], vec![false; right.len()]);
    for (one, other) in alike {
        if of_one[one].is_none() && !taken[other] {
            (of_one[one], taken[other]) = (Some(other), true);
        }
    }
    let of_left =
        left.into_iter().zip(of_one).enumerate().map(|(at, (sentence, other))| SideBySide {
            left: Some(sentence.shown),
            right: other.map(|other: usize| right[other].shown.clone()),
            likeness: other.map(|other| likeness[at][other]),
        });
    let alone = right.iter().zip(&taken).filter(|(_, taken)| !**taken);
    let alone = alone.map(|(sentence, _)| SideBySide {
        left: None,
        right: Some(sentence.shown.clone()),
        likeness: None,
    });
    Ok(of_left.chain(alone).collect())
}

/// How alike each sentence of one record is to each of another.
fn likenesses(
    snapshot: &Snapshot,
    (left, of_left): (&[RecordSentence], Option<Language>),
    (right, of_right): (&[RecordSentence], Option<Language>),
) -> Result<Vec<Vec<f64>>, Error> {
    let Some(encoder) = snapshot.encoder() else {
        let words = |sentence: &RecordSentence, language| -> BTreeSet<String> {
            terms(&sentence.shown, language).into_iter().map(|own| own.text).collect()
        };
        let right: Vec<_> = right.iter().map(|own| words(own, of_right)).collect();
        let row = |own: &RecordSentence| {
            let own = words(own, of_left);
            right.iter().map(|other| jaccard(&own, other)).collect()
        };
        return Ok(left.iter().map(row).collect());
    };
    let vectors = |sentences: &[RecordSentence], language| -> Result<Vec<Vector>, EncodeError> {
        let texts: Vec<&str> = sentences.iter().map(|own| own.matched.words.as_str()).collect();
        let vectors = encoder.encode(&texts)?;
        vectors.into_iter().map(|vector| centred(vector, language, encoder)).collect()
    };
    let left = vectors(left, of_left).map_err(failed)?;
    let right = vectors(right, of_right).map_err(failed)?;
    let row = |own: &Vector| right.iter().map(|other| own.cosine(other)).collect();
    Ok(left.iter().map(row).collect())
}

#[allow(clippy::cast_precision_loss, reason = "a sentence has at most 60 words")]
fn jaccard(one: &BTreeSet<String>, other: &BTreeSet<String>) -> f64 {
    let (both, all) = (one.intersection(other).count(), one.union(other).count());
    if all == 0 { 0.0 } else { both as f64 / all as f64 }
}
