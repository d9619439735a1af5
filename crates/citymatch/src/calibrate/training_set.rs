//! The raw scores of the examples' challenges among the solutions, to which constants are fitted.

use std::collections::BTreeSet;
use std::sync::Arc;

use citymatch_encoder::{Calibrated, Calibration};

use super::RELATED_FOR_WORDS;
use super::example::{Example, language};
use crate::catalogue::{Catalogue, DocAddress, Snapshot};
use crate::error::Error;
use crate::progress::Progress;
use crate::rank::{self, BestEvidence, Logistic, RankingOptions};
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

    /// What the challenges and the solutions say of each other under a calibration, of which only
    /// the weights and the difference of the midpoints count.
    pub(super) fn evidence(&self, calibration: &Calibration) -> Result<Evidence, Error> {
        let weights = Weights::calibrated(Some(calibration));
        let mut evidence = Evidence::default();
        for (example, answers) in &self.examples {
            for challenge in example.challenges() {
                let raw_scores = self.raw_scores(challenge, &weights)?;
                let shift = raw_scores.breadth * (calibration.midpoint - calibration.long_midpoint);
                for (address, raw_score, _) in &raw_scores.all {
                    let is_useful = answers.contains(address);
                    let of_kind =
                        if is_useful { &mut evidence.useful } else { &mut evidence.useless };
                    of_kind.push(raw_score + shift);
                }
                evidence.with_answers.extend(raw_scores.answer_score(&[]));
                evidence.without_answers.extend(raw_scores.answer_score(answers));
            }
        }
        Ok(evidence)
    }

    /// The raw score of every solution for a challenge, whatever its rules of eligibility.
    fn raw_scores(&self, challenge: &Challenge, weights: &Weights) -> Result<RawScores, Error> {
        let query = Arc::new(Query::new(challenge));
        let collection = Collection::new(&self.snapshot, None)?;
        let signals = [QuerySignals::new(collection, &query, weights.clone())?];
        let search = Search::new(challenge).eligibility(Eligibility::default());
        let filter = search.filter(&BTreeSet::new());
        let logistic = Logistic::new(None, query.breadth());
        let options =
            [RankingOptions { kind: Kind::Solution, limit: usize::MAX, filter, logistic }];
        let ranked = rank::rank(&self.snapshot, &signals, &options, None, &Progress::default())?;
        let subject = weights.get(Signal::Subject).same;
        let all = ranked.into_iter().flat_map(|ranking| ranking.best).map(|found| {
            let about_the_same = subject * found.values[Signal::Subject as usize];
            (found.address, found.raw_score, found.raw_score - about_the_same)
        });
        Ok(RawScores { all: all.collect(), breadth: query.breadth() })
    }
}

/// What the examples' challenges and the solutions say of each other.
#[derive(Default)]
pub(super) struct Evidence {
    /// The raw scores of the pairs of a challenge and a solution that answers it, and of all other
    /// pairs, as if each challenge were a short one.
    pub(super) useful: Vec<f64>,
    pub(super) useless: Vec<f64>,
    /// The answer score of each challenge, with its answers and without them.
    pub(super) with_answers: Vec<f64>,
    pub(super) without_answers: Vec<f64>,
}

/// The raw scores of all solutions for one challenge.
struct RawScores {
    /// Each with its raw score without `subject`.
    all: Vec<(DocAddress, f64, f64)>,
    breadth: f64,
}

impl RawScores {
    /// The raw score of a solution.
    fn get(&self, address: DocAddress) -> f64 {
        self.all.iter().find(|(other, ..)| *other == address).map_or(0.0, |(_, own, _)| *own)
    }

    /// The answer score of all solutions but some; `None` if there is no other.
    fn answer_score(&self, left_out: &[DocAddress]) -> Option<f64> {
        let mut best = BestEvidence::new();
        for (address, _, evidence) in &self.all {
            if !left_out.contains(address) {
                best.offer(*evidence);
            }
        }
        best.answer_score(self.breadth)
    }
}
