//! The share of the ask's words that a solution has in words of its own: cognates, and terms near in meaning, in any of the languages.
//!
//! related = Σ count(t) · max over the expansions e of t of weight(t, e) · idf(e) · tf / (tf + k1 (1 − b + b · length / mean length)) / `A_r`,
//! over the ask's terms t in the order of their texts, where `A_r` is the sum of the 12 largest count(t) · max over e of weight(t, e) · idf(e),
//! with the idf of a word that nothing has for a t without expansions. The sum is one of f32 values in that order, and is defined so.

use std::collections::BTreeMap;

use super::bm25::{Lists, Saturation, Statistics, idf, narrow, scale};
use crate::catalogue::Snapshot;
use crate::error::Error;
use crate::text::{Ask, AskTerm};

/// How fast more of the same word stops to count: sooner than in `words`.
const K1: f64 = 0.6;
/// How much a solution's length counts: wholly.
const B: f64 = 1.0;

/// An ask, ready to be held against the segments of one snapshot.
pub(crate) struct Related<'a> {
    pub(crate) terms: Vec<RelatedTerm<'a>>,
    /// `A_r`.
    pub(crate) scale: f64,
    pub(crate) mean_length: f64,
    saturation: Saturation,
}

/// A term of the ask, and the terms of the catalogue that it is related to.
pub(crate) struct RelatedTerm<'a> {
    pub(crate) ask: &'a AskTerm,
    pub(crate) relatives: Vec<Relative>,
}

/// A term of the catalogue, and the solutions that have it.
pub(crate) struct Relative {
    pub(crate) text: String,
    pub(crate) weight: f64,
    pub(crate) lists: Lists,
    /// count · weight · idf / `A_r`.
    pub(crate) share: f32,
}

impl<'a> Related<'a> {
    pub(crate) fn new(snapshot: &Snapshot, ask: &'a Ask) -> Result<Self, Error> {
        let statistics = Statistics::of(snapshot);
        let mut lists: BTreeMap<u32, Lists> = BTreeMap::new();
        let mut terms = Vec::with_capacity(ask.terms.len());
        let mut weights = Vec::with_capacity(ask.terms.len());
        let dictionary = snapshot.dictionary()?;
        for (term, expansions) in ask.terms.iter().zip(snapshot.expansions(&ask.terms)?) {
            let mut relatives = Vec::with_capacity(expansions.len());
            for expansion in expansions.iter() {
                let text = dictionary.text(expansion.term);
                let lists = if let Some(lists) = lists.get(&expansion.term) {
                    lists.clone()
                } else {
                    let read = Lists::read(snapshot, text, statistics)?;
                    lists.entry(expansion.term).or_insert(read).clone()
                };
                relatives.push(Relative { text: text.to_owned(), weight: expansion.weight, lists, share: 0.0 });
            }
            let heaviest = relatives.iter().map(|relative| relative.weight * relative.lists.idf).max_by(f64::total_cmp);
            weights.push(term.count * heaviest.unwrap_or_else(|| idf(statistics.records, 0)));
            terms.push(RelatedTerm { ask: term, relatives });
        }
        let scale = scale(weights);
        for term in &mut terms {
            for relative in &mut term.relatives {
                relative.share = narrow(term.ask.count * relative.weight * relative.lists.idf / scale);
            }
        }
        let mean_length = statistics.mean_length;
        Ok(Self { terms, scale, mean_length, saturation: Saturation::new(mean_length, K1, B) })
    }

    /// Each solution's share of the ask, one value a record of the segment.
    pub(crate) fn sums(&self, segment: usize, records: usize) -> Vec<f32> {
        let (mut sums, mut best) = (vec![0.0; records], vec![0.0_f32; records]);
        let mut touched = Vec::new();
        for term in &self.terms {
            for relative in &term.relatives {
                for posting in relative.lists.of(segment) {
                    let value = relative.share * self.saturation.of(posting.code);
                    let best = &mut best[posting.record as usize];
                    if *best == 0.0 {
                        touched.push(posting.record);
                    }
                    *best = best.max(value);
                }
            }
            for record in touched.drain(..) {
                sums[record as usize] += std::mem::take(&mut best[record as usize]);
            }
        }
        sums
    }

    /// The relative of a term that gives most to a record, the first by text of those that give as much: with its code and saturation.
    pub(crate) fn found<'r>(&self, term: &'r RelatedTerm<'_>, segment: usize, record: u32) -> Option<(&'r Relative, u8, f32)> {
        let given = term.relatives.iter().filter_map(|relative| {
            let code = relative.lists.code(segment, record)?;
            Some((relative, code, self.saturation.of(code)))
        });
        let value = |(relative, _, saturation): &(&Relative, u8, f32)| relative.share * saturation;
        given.fold(None, |best: Option<(&Relative, u8, f32)>, next| best.filter(|best| value(best) >= value(&next)).or(Some(next)))
    }
}
