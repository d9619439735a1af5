//! What the examples' asks find among the solutions.

use std::collections::BTreeSet;
use std::sync::Arc;

use citymatch_encoder::{Calibrated, Calibration};

use super::FOR_WORDS;
use super::example::{Example, language};
use crate::catalogue::{Catalogue, DocAddress, Snapshot};
use crate::error::Error;
use crate::progress::Progress;
use crate::rank::{self, Logistic, RankingOptions};
use crate::record::{Challenge, Eligibility, Kind, Solution};
use crate::search::Search;
use crate::signal::{Collection, QuerySignals, Signal, Weights};
use crate::text::Query;

/// Examples, each with where its answers lie among the solutions.
pub(super) struct TrainingSet<'e> {
    snapshot: Snapshot,
    examples: Vec<(&'e Example, Vec<DocAddress>)>,
}

impl<'e> TrainingSet<'e> {
    /// From examples that have been checked.
    pub(super) fn new(
        solutions: &[Solution],
        examples: &'e [Example],
        encoder: Calibrated,
    ) -> Result<Self, Error> {
        let catalogue = Catalogue::builder().encoder(Arc::new(encoder)).in_memory()?;
        let mut edit = catalogue.edit()?;
        for solution in solutions {
            edit.put(solution.clone())?;
        }
        edit.commit()?;
        let snapshot = catalogue.snapshot()?;
        let mut placed = Vec::with_capacity(examples.len());
        for example in examples {
            let ids: BTreeSet<_> = example.answers.iter().collect();
            let answers = ids
                .into_iter()
                .filter_map(|id| snapshot.address(Kind::Solution, id.as_str()).transpose());
            placed.push((example, answers.collect::<Result<_, _>>()?));
        }
        Ok(Self { snapshot, examples: placed })
    }

    /// How much more `related` (times what stands in for `words`) and `meaning` show of an answer
    /// within one language than across two.
    pub(super) fn factors(&self) -> Result<(f64, f64), Error> {
        let (mut own, mut other) = ([0.0; 2], [0.0; 2]);
        for (example, answers) in &self.examples {
            let Some(translation) = &example.translation else { continue };
            let asks = [&example.ask, translation];
            let languages = asks.map(language);
            for (place, signal) in [Signal::Related, Signal::Meaning].into_iter().enumerate() {
                let weights = Weights::new([(signal, 1.0.into())])?;
                let found =
                    [self.raw_scores(asks[0], &weights)?, self.raw_scores(asks[1], &weights)?];
                for answer in answers {
                    let spoken = self.snapshot.segment(answer.segment).meta(answer.doc).language;
                    let Some(in_own) = languages.iter().position(|language| *language == spoken)
                    else {
                        continue;
                    };
                    own[place] += found[in_own].get(*answer);
                    other[place] += found[1 - in_own].get(*answer);
                }
            }
        }
        let factor = |place: usize, signal: Signal| {
            let positive = own[place] > 0.0 && other[place] > 0.0;
            let expected = format!(
                "answers in the language of an ask or its translation, of which `{signal}` shows something in both"
            );
            if positive {
                Ok(own[place] / other[place])
            } else {
                Err(Error::option("examples", "…", &expected))
            }
        };
        Ok((factor(0, Signal::Related)? * FOR_WORDS, factor(1, Signal::Meaning)?))
    }

    /// The best raw score of each ask, and its best raw score without its answers.
    pub(super) fn best(&self, calibration: &Calibration) -> Result<(Vec<f64>, Vec<f64>), Error> {
        let weights = Weights::calibrated(Some(calibration));
        let (mut best, mut removed) = (Vec::new(), Vec::new());
        for (example, answers) in &self.examples {
            for ask in example.asks() {
                let raw_scores = self.raw_scores(ask, &weights)?;
                best.push(raw_scores.highest_without(&[]));
                removed.push(raw_scores.highest_without(answers));
            }
        }
        Ok((best, removed))
    }

    /// The raw score of every solution for an ask.
    fn raw_scores(&self, ask: &Challenge, weights: &Weights) -> Result<RawScores, Error> {
        let query = Query::new(ask, None);
        let collection = Collection::new(&self.snapshot, None);
        let signals = [QuerySignals::new(collection, &query, weights.clone())?];
        let filter = Search::new(ask).eligibility(Eligibility::default()).filter(&BTreeSet::new());
        let options = [RankingOptions { limit: usize::MAX, filter }];
        let (logistic, progress) = (Logistic::new(None), Progress::default());
        let ranked = rank::rank(&self.snapshot, &signals, &options, logistic, &progress)?;
        let all = ranked.into_iter().flat_map(|ranking| ranking.best);
        Ok(RawScores(all.map(|found| (found.address, found.raw_score)).collect()))
    }
}

/// A raw score for each solution.
struct RawScores(Vec<(DocAddress, f64)>);

impl RawScores {
    /// A solution's.
    fn get(&self, address: DocAddress) -> f64 {
        self.0.iter().find(|(there, _)| *there == address).map_or(0.0, |(_, own)| *own)
    }

    /// The highest of all but these.
    fn highest_without(&self, without: &[DocAddress]) -> f64 {
        let others = self.0.iter().filter(|(there, _)| !without.contains(there));
        others.map(|(_, own)| *own).fold(f64::NEG_INFINITY, f64::max)
    }
}
