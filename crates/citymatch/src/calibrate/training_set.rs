//! The raw scores of the examples' challenges among the solutions, to which constants are fitted.

use std::collections::BTreeSet;
use std::sync::Arc;

use citymatch_encoder::{Calibrated, Calibration};

use super::RELATED_FOR_WORDS;
use super::example::{Example, language};
use crate::catalogue::{Catalogue, DocAddress, Snapshot};
use crate::error::Error;
use crate::progress::Progress;
use crate::rank::{self, Logistic, RankingOptions};
use crate::record::{Challenge, Eligibility, Kind, Solution};
use crate::search::Search;
use crate::signal::{Collection, QuerySignals, Signal, Weights};
use crate::text::Query;

/// The solutions as a catalogue, and the examples, each with the addresses of its answers there.
pub(super) struct TrainingSet<'e> {
    snapshot: Snapshot,
    examples: Vec<(&'e Example, Vec<DocAddress>)>,
}

impl<'e> TrainingSet<'e> {
    /// A training set of examples that have passed the check of `example.rs`.
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
        let mut located = Vec::with_capacity(examples.len());
        for example in examples {
            let ids: BTreeSet<_> = example.answers.iter().collect();
            let answers = ids
                .into_iter()
                .filter_map(|id| snapshot.address(Kind::Solution, id.as_str()).transpose());
            located.push((example, answers.collect::<Result<_, _>>()?));
        }
        Ok(Self { snapshot, examples: located })
    }

    /// The factors of `related` and `meaning`: how much higher a signal's values for the answers
    /// are when the challenge is in the answer's own language than when it is in the other one.
    ///
    /// An answer that is in neither language of its example is left out.
    pub(super) fn factors(&self) -> Result<(f64, f64), Error> {
        let (mut within, mut across) = ([0.0; 2], [0.0; 2]);
        for (example, answers) in &self.examples {
            let Some(translation) = &example.translation else { continue };
            let challenges = [&example.ask, translation];
            let languages = challenges.map(language);
            for (place, signal) in [Signal::Related, Signal::Meaning].into_iter().enumerate() {
                let weights = Weights::new([(signal, 1.0.into())])?;
                let raw_scores = [
                    self.raw_scores(challenges[0], &weights)?,
                    self.raw_scores(challenges[1], &weights)?,
                ];
                for answer in answers {
                    let written = self.snapshot.segment(answer.segment).meta(answer.doc).language;
                    let Some(same) = languages.iter().position(|language| *language == written)
                    else {
                        continue;
                    };
                    within[place] += raw_scores[same].get(*answer);
                    across[place] += raw_scores[1 - same].get(*answer);
                }
            }
        }
        let factor = |place: usize, signal: Signal| {
            if within[place] > 0.0 && across[place] > 0.0 {
                return Ok(within[place] / across[place]);
            }
            let expected = format!(
                "answers in the language of an ask or its translation, with `{signal}` above 0 in \
                 both"
            );
            Err(Error::option("examples", "…", &expected))
        };
        Ok((factor(0, Signal::Related)? * RELATED_FOR_WORDS, factor(1, Signal::Meaning)?))
    }

    /// The highest raw score of each challenge, and its highest raw score without its answers.
    pub(super) fn highest_scores(
        &self,
        calibration: &Calibration,
    ) -> Result<(Vec<f64>, Vec<f64>), Error> {
        let weights = Weights::calibrated(Some(calibration));
        let (mut with_answers, mut without_answers) = (Vec::new(), Vec::new());
        for (example, answers) in &self.examples {
            for challenge in example.challenges() {
                let raw_scores = self.raw_scores(challenge, &weights)?;
                with_answers.push(raw_scores.highest_without(&[]));
                without_answers.push(raw_scores.highest_without(answers));
            }
        }
        Ok((with_answers, without_answers))
    }

    /// The raw score of every solution for a challenge, whatever its rules of eligibility.
    fn raw_scores(&self, challenge: &Challenge, weights: &Weights) -> Result<RawScores, Error> {
        let query = Query::new(challenge);
        let collection = Collection::new(&self.snapshot, None)?;
        let signals = [QuerySignals::new(collection, &query, weights.clone())?];
        let search = Search::new(challenge).eligibility(Eligibility::default());
        let filter = search.filter(&BTreeSet::new());
        let options = [RankingOptions { limit: usize::MAX, filter }];
        let (logistic, progress) = (Logistic::new(None), Progress::default());
        let ranked = rank::rank(&self.snapshot, &signals, &options, logistic, &progress)?;
        let all = ranked.into_iter().flat_map(|ranking| ranking.best);
        Ok(RawScores(all.map(|found| (found.address, found.raw_score)).collect()))
    }
}

/// The raw scores of all solutions for one challenge.
struct RawScores(Vec<(DocAddress, f64)>);

impl RawScores {
    /// The raw score of a solution.
    fn get(&self, address: DocAddress) -> f64 {
        self.0.iter().find(|(other, _)| *other == address).map_or(0.0, |(_, own)| *own)
    }

    /// The highest raw score of all solutions but some; minus infinity if there is no other.
    fn highest_without(&self, left_out: &[DocAddress]) -> f64 {
        let others = self.0.iter().filter(|(address, _)| !left_out.contains(address));
        others.map(|(_, own)| *own).fold(f64::NEG_INFINITY, f64::max)
    }
}
