//! What asks find among solutions.

use std::collections::BTreeSet;
use std::sync::Arc;

use citymatch_encoder::{Calibrated, Calibration};

use super::FOR_WORDS;
use super::example::{Example, language};
use crate::catalogue::{Catalogue, DocAddress, Snapshot};
use crate::error::Error;
use crate::record::{Challenge, Kind, Solution};
use crate::signal::Weights;
use crate::signal::{Signal, Signals};
use crate::text::Query;

/// Examples, each with where its answers lie among the solutions.
pub(super) struct Evidence<'e> {
    snapshot: Snapshot,
    examples: Vec<(&'e Example, Vec<DocAddress>)>,
}

impl<'e> Evidence<'e> {
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
                let found = [self.sums(asks[0], &weights)?, self.sums(asks[1], &weights)?];
                for answer in answers {
                    let spoken =
                        self.snapshot.segments()[answer.segment].meta(answer.record).language;
                    let Some(in_own) = languages.iter().position(|language| *language == spoken)
                    else {
                        continue;
                    };
                    own[place] += found[in_own].of(*answer);
                    other[place] += found[1 - in_own].of(*answer);
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

    /// The best S of each ask, and its best S without its answers.
    pub(super) fn best(&self, calibration: &Calibration) -> Result<(Vec<f64>, Vec<f64>), Error> {
        let weights = Weights::calibrated(Some(calibration));
        let (mut best, mut removed) = (Vec::new(), Vec::new());
        for (example, answers) in &self.examples {
            for ask in example.asks() {
                let sums = self.sums(ask, &weights)?;
                best.push(sums.highest(&[]));
                removed.push(sums.highest(answers));
            }
        }
        Ok((best, removed))
    }

    /// What an ask finds in every solution.
    fn sums(&self, ask: &Challenge, weights: &Weights) -> Result<Sums, Error> {
        let terms = Query::new(ask, None);
        let signals = Signals::new(&self.snapshot, &terms, weights.clone())?;
        let mut sums = Vec::new();
        for (segment, number) in self.snapshot.segments().iter().zip(0..) {
            signals.each_block(number, |block| {
                for (record, at) in block.records.clone().zip(0..) {
                    let record = u32::try_from(record).expect("records are counted in u32");
                    let tag = segment.meta(record);
                    if tag.kind == Some(Kind::Solution) {
                        sums.push((
                            DocAddress { segment: number, record },
                            block.sum(at, tag.language == terms.language),
                        ));
                    }
                }
            })?;
        }
        Ok(Sums(sums))
    }
}

/// A sum for each solution.
struct Sums(Vec<(DocAddress, f64)>);

impl Sums {
    /// A solution's.
    fn of(&self, address: DocAddress) -> f64 {
        self.0.iter().find(|(there, _)| *there == address).map_or(0.0, |(_, sum)| *sum)
    }

    /// The highest of all but these.
    fn highest(&self, without: &[DocAddress]) -> f64 {
        self.0
            .iter()
            .filter(|(there, _)| !without.contains(there))
            .map(|(_, sum)| *sum)
            .fold(f64::NEG_INFINITY, f64::max)
    }
}
