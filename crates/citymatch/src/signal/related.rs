//! The share of the ask's words that a solution has in words of its own: cognates, and terms near in meaning, in any of the languages.
//!
//! related = (whole + proximity) / 2
//!
//! whole = Σ count(t) · max over the expansions e of t of weight(t, e) · idf(e) · tf / (tf + k1 (1 − b + b · length / mean length)) / `A_r`,
//! over the ask's terms t in the order of their texts, where `A_r` is the sum of the 12 largest count(t) · max over e of weight(t, e) · idf(e),
//! with the idf of a word that nothing has for a t without expansions. The sum is one of f32 values in that order, and is defined so.
//! For the other half see `proximity.rs`.

use super::bm25::{CatalogueTerm, Saturation, Statistics, idf, narrow, scale};
use super::proximity::{self, AskedSentence};
use super::scatter::{self, BLOCK, Best, Cursor};
use crate::catalogue::{Address, Expansion, Snapshot};
use crate::derived::{CHUNK, Terms};
use crate::error::Error;
use crate::text::{Ask, AskTerm};

/// How fast more of the same word stops to count: sooner than in `words`.
const K1: f64 = 0.6;
/// How much a solution's length counts: wholly.
const B: f64 = 1.0;

/// An ask, ready to be held against the segments of one snapshot.
pub(crate) struct Related<'a> {
    ask: &'a Ask,
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

/// A term of the catalogue that stands for one of the ask.
pub(crate) struct Relative {
    pub(crate) text: String,
    pub(crate) weight: f64,
    pub(crate) catalogue: CatalogueTerm,
    /// count · weight · idf / `A_r`.
    pub(crate) share: f32,
}

impl<'a> Related<'a> {
    pub(crate) fn new(snapshot: &Snapshot, ask: &'a Ask) -> Result<Self, Error> {
        let statistics = Statistics::of(snapshot);
        let mut terms = Vec::with_capacity(ask.terms.len());
        let mut weights = Vec::with_capacity(ask.terms.len());
        for (term, expansions) in ask.terms.iter().zip(snapshot.expansions(&ask.terms)?) {
            let mut relatives = Vec::with_capacity(expansions.len());
            for expansion in expansions.iter() {
                let Expansion { text, weight, numbers, solutions } = expansion.clone();
                let catalogue = CatalogueTerm::new(numbers, solutions, statistics);
                relatives.push(Relative { text, weight, catalogue, share: 0.0 });
            }
            let heaviest = relatives.iter().map(|relative| relative.weight * relative.catalogue.idf).max_by(f64::total_cmp);
            weights.push(term.count * heaviest.unwrap_or_else(|| idf(statistics.records, 0)));
            terms.push(RelatedTerm { ask: term, relatives });
        }
        let scale = scale(weights);
        for term in &mut terms {
            for relative in &mut term.relatives {
                relative.share = narrow(term.ask.count * relative.weight * relative.catalogue.idf / scale);
            }
        }
        let mean_length = statistics.mean_length;
        Ok(Self { ask, terms, scale, mean_length, saturation: Saturation::new(mean_length, K1, B) })
    }

    /// The way through a segment, block by block.
    pub(crate) fn pass<'p>(&'p self, terms: &'p Terms, segment: usize) -> RelatedPass<'p> {
        RelatedPass {
            related: self,
            terms,
            segment,
            lists: Vec::new(),
            near: proximity::Pass::new(self.sentences(), terms, segment),
            best: Best::new(),
            whole_shares: Vec::new(),
            near_shares: Vec::new(),
            start: 0,
        }
    }

    /// The ask's sentences as `proximity` takes them.
    pub(crate) fn sentences(&self) -> Vec<AskedSentence<'_>> {
        let share = |relative: &Relative| relative.weight * relative.catalogue.idf / self.scale;
        AskedSentence::all(self.ask, |of| self.terms[of].relatives.iter().map(|relative| (&relative.catalogue, share(relative))).collect())
    }

    /// The relative of a term that gives most to a record, the first by text of those that give as much: with its code and saturation.
    pub(crate) fn found<'r>(&self, term: &'r RelatedTerm<'_>, terms: &Terms, address: Address) -> Option<(&'r Relative, u8, f32)> {
        let given = term.relatives.iter().filter_map(|relative| {
            let (code, _) = relative.catalogue.of(terms, address)?;
            Some((relative, code, self.saturation.of(code)))
        });
        let value = |(relative, _, saturation): &(&Relative, u8, f32)| relative.share * saturation;
        given.fold(None, |best: Option<(&Relative, u8, f32)>, next| best.filter(|best| value(best) >= value(&next)).or(Some(next)))
    }
}

/// The lists of the ask's relatives on their way through a segment.
pub(crate) struct RelatedPass<'p> {
    related: &'p Related<'p>,
    terms: &'p Terms,
    segment: usize,
    /// Of the chunk at hand, by the ask's terms.
    lists: Vec<Vec<Cursor<'p>>>,
    near: proximity::Pass<'p>,
    best: Best,
    whole_shares: Vec<f32>,
    near_shares: Vec<f32>,
    /// Where the next block begins.
    start: usize,
}

impl RelatedPass<'_> {
    /// Each record's value, for the next block.
    pub(crate) fn next(&mut self, values: &mut Vec<f64>) {
        let Related { terms, saturation, .. } = self.related;
        if self.start.is_multiple_of(CHUNK) {
            let chunk = self.start / CHUNK;
            let list = |relative: &Relative| Cursor::new(&relative.catalogue, relative.share, self.terms, self.segment, chunk);
            self.lists = terms.iter().map(|term| term.relatives.iter().filter_map(list).collect()).collect();
        }
        let whole = scatter::cleared(&mut self.whole_shares);
        for lists in &mut self.lists {
            self.best.add(lists, saturation, self.start % CHUNK, whole);
        }
        self.near.next(&mut self.near_shares);
        self.start += BLOCK;
        values.clear();
        values.extend(whole.iter().zip(&self.near_shares).map(|(whole, near)| f64::midpoint(f64::from(*whole), f64::from(*near))));
    }
}
