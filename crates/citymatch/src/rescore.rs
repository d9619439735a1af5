//! The second stage of ranking: the best documents are looked at once more, with another encoder.
//!
//! A contextual model tells texts apart better than the built-in one, and takes a thousand times as
//! long. So it reads the query and the best few documents only:
//!
//! S₂ = S + 1.5 · nearness,  score = 1 / (1 + exp(−slope · (S₂ − midpoint − 1.5 · 0.25)))
//!
//! where nearness is `meaning`'s number by the other encoder (`signal/meaning.rs`), and 0.25 what
//! it typically is for a pair whose score is a half. (Retrieve and re-rank: Nogueira and Cho, 2019.)
//! Documents behind the best ones keep their order, and get no higher score than the last of those.

use std::fmt;
use std::sync::Arc;

use citymatch_encoder::Encoder;

use crate::cache::Cache;
use crate::catalogue::{DocAddress, Snapshot};
use crate::error::Error;
use crate::ids::DocId;
use crate::index::RecordVectors;
use crate::rank::{Logistic, Ranking};
use crate::signal::Meaning;
use crate::text::Query;

/// How many of the best documents are looked at again if the caller does not say.
pub(crate) const DEPTH: usize = 30;
/// The most documents that can be.
pub(crate) const DEPTH_LIMIT: usize = 1_000;
/// How much the nearness counts in S₂. Chosen with multilingual-e5-small on the demo, with and
/// without themes: 1 to 2 gain alike.
const WEIGHT: f64 = 1.5;
/// The nearness, by an encoder whose vectors are centred, of a pair whose score is a half.
const TYPICAL: f64 = 0.25;
/// How many documents' vectors are kept that were not prepared: some 10 kB each.
const CACHED: usize = 20_000;

/// Another encoder for the best documents.
pub(crate) struct Rescorer {
    pub(crate) encoder: Arc<dyn Encoder>,
    /// How many of the best documents are looked at.
    pub(crate) depth: usize,
    vectors: Cache<(String, DocId), RecordVectors>,
}

impl fmt::Debug for Rescorer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Rescorer");
        shown.field("encoder", &self.encoder.name()).field("depth", &self.depth);
        shown.finish_non_exhaustive()
    }
}

/// A query as the second stage sees it.
pub(crate) struct SecondLook {
    pub(crate) meaning: Meaning,
    pub(crate) vectors: Arc<RecordVectors>,
}

impl Rescorer {
    pub(crate) fn new(encoder: Arc<dyn Encoder>, depth: usize) -> Result<Self, Error> {
        if !(1..=DEPTH_LIMIT).contains(&depth) {
            let expected = format!("a whole number from 1 to {DEPTH_LIMIT}");
            return Err(Error::option("depth", depth, &expected));
        }
        Ok(Self { encoder, depth, vectors: Cache::with_capacity(CACHED) })
    }

    /// Scores the best documents of a ranking again, and orders them by that. `logistics` are those
    /// of the readings.
    pub(crate) fn rescore(
        &self,
        snapshot: &Snapshot,
        readings: &[Arc<Query>],
        logistic: impl Fn(&Query) -> Logistic,
        ranking: &mut Ranking,
    ) -> Result<(), Error> {
        let count = ranking.best.len().min(self.depth);
        let addresses: Vec<DocAddress> =
            ranking.best[..count].iter().map(|found| found.address).collect();
        let vectors = self.vectors_of(snapshot, &addresses)?;
        let mut meanings: Vec<Option<Meaning>> = readings.iter().map(|_| None).collect();
        for (found, vectors) in ranking.best.iter_mut().zip(&vectors) {
            let language = snapshot.segment(found.address.segment).meta(found.address.doc).language;
            let reads =
                |query: &Arc<Query>| !query.terms.is_empty() && query.readers.include(language);
            let Some(place) = readings.iter().position(reads) else { continue };
            let meaning = match &mut meanings[place] {
                Some(known) => known,
                unknown => unknown.insert(Meaning::new(&readings[place], &*self.encoder)?),
            };
            found.raw_score += WEIGHT * meaning.nearness(vectors);
            found.score = second_logistic(logistic(&readings[place])).score(found.raw_score);
        }
        let (best, rest) = ranking.best.split_at_mut(count);
        best.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.id.cmp(&b.id)));
        if let Some(last) = best.last() {
            for found in rest {
                found.score = found.score.min(last.score);
            }
        }
        Ok(())
    }

    /// What the second stage sees of one document.
    pub(crate) fn look(
        &self,
        snapshot: &Snapshot,
        query: &Query,
        address: DocAddress,
    ) -> Result<Option<SecondLook>, Error> {
        let meaning = Meaning::new(query, &*self.encoder)?;
        let vectors = self.vectors_of(snapshot, &[address])?.pop();
        Ok(vectors.map(|vectors| SecondLook { meaning, vectors }))
    }

    /// The vectors of some documents: prepared ones, or else made now and remembered.
    fn vectors_of(
        &self,
        snapshot: &Snapshot,
        addresses: &[DocAddress],
    ) -> Result<Vec<Arc<RecordVectors>>, Error> {
        let key = |address: &DocAddress| (snapshot.segment(address.segment).name(), address.doc);
        let keys: Vec<(String, DocId)> = addresses.iter().map(key).collect();
        self.vectors.get_all(&keys, |missing| {
            let is_missing = |address: &&DocAddress| missing.contains(&key(address));
            let addresses: Vec<DocAddress> = addresses.iter().filter(is_missing).copied().collect();
            snapshot.record_vectors(&addresses, &*self.encoder)
        })
    }
}

impl SecondLook {
    pub(crate) const WEIGHT: f64 = WEIGHT;

    pub(crate) fn logistic(logistic: Logistic) -> Logistic {
        second_logistic(logistic)
    }
}

fn second_logistic(logistic: Logistic) -> Logistic {
    Logistic { midpoint: logistic.midpoint + WEIGHT * TYPICAL, ..logistic }
}
