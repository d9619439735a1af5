//! What results hold, shared by a run and the matches in it.

use std::sync::Arc;

use citymatch::{Challenge, Eligibility, Search, Signal, Stage};
use pyo3::prelude::*;

use crate::diversity::{self, SpreadState};
use crate::eligibility::{self, Eligibility as EligibilityObject};
use crate::origin::Origin;
use crate::record::Challenge as ChallengeObject;

/// The hard rules of one call, beside those of its challenges.
#[derive(Clone, Default)]
pub(crate) struct Rules {
    eligibility: Option<Eligibility>,
    at_least: Option<Stage>,
}

impl Rules {
    pub(crate) fn of(
        eligibility: Option<&Bound<'_, PyAny>>,
        at_least: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        Ok(Self {
            eligibility: eligibility.map(eligibility::of).transpose()?,
            at_least: at_least.map(eligibility::stage).transpose()?,
        })
    }

    /// A search for a challenge under these rules.
    pub(crate) fn search<'c>(&self, challenge: &'c Challenge, limit: usize) -> Search<'c> {
        let mut search = Search::new(challenge).limit(limit);
        if let Some(rules) = &self.eligibility {
            search = search.eligibility(rules.clone());
        }
        match self.at_least {
            Some(stage) => search.at_least(stage),
            None => search,
        }
    }
}

/// What was asked, and what was found.
pub(crate) struct Answer {
    pub(crate) origin: Arc<Origin>,
    pub(crate) challenge: Challenge,
    pub(crate) rules: Rules,
    /// The most matches that were asked for.
    limit: usize,
    pub(crate) answered: Option<bool>,
    pub(crate) highest: Option<f64>,
    /// What `highest` is made of, and what it must reach for a challenge that is answered.
    pub(crate) evidence: Evidence,
    /// The language that the challenge was read in, and how that was found.
    pub(crate) reading: Reading,
    /// How broad the challenge is, from 0 to 1.
    pub(crate) breadth: f64,
    /// What the spread among the matches cost, under a diversity.
    pub(crate) spread: Option<SpreadState>,
    /// Solutions with their scores and the values of the signals, best first.
    pub(crate) found: Vec<Found>,
}

/// A solution's id, its score, the value of each signal (`None` where it did not count), the rules
/// that could not be checked for it, and whether the weights of the challenge's language counted.
pub(crate) type Found = (String, f64, SignalValues, Vec<String>, bool);

/// The values of the signals, in the order of [`Signal::ALL`].
pub(crate) type SignalValues = [Option<f64>; Signal::ALL.len()];

impl Answer {
    pub(crate) fn new(
        origin: &Arc<Origin>,
        challenge: Challenge,
        rules: Rules,
        limit: usize,
        matches: citymatch::Matches,
    ) -> Self {
        let (answered, highest) = (matches.answered(), matches.answer_score());
        let evidence = (matches.evidence().collect(), matches.answer_threshold());
        let source = matches.language_source().map(|source| source.name().to_owned());
        let language = matches.language().map(|language| language.name().to_owned());
        let reading = Reading { language, source, words: matches.read_as() };
        let spread = matches.spread().map(diversity::state);
        let breadth = matches.breadth();
        let found = matches.into_iter().map(found).collect();
        let origin = Arc::clone(origin);
        Self {
            origin,
            challenge,
            rules,
            limit,
            answered,
            highest,
            evidence,
            reading,
            breadth,
            spread,
            found,
        }
    }

    /// The search that it answers.
    pub(crate) fn search(&self) -> Search<'_> {
        let search = self.rules.search(&self.challenge, self.limit);
        match &self.origin.statistics {
            Some(statistics) => search.statistics(statistics),
            None => search,
        }
    }

    /// The same with some of what was found.
    pub(crate) fn only(&self, is_kept: impl Fn(&Found) -> bool) -> Self {
        Self {
            origin: Arc::clone(&self.origin),
            challenge: self.challenge.clone(),
            rules: self.rules.clone(),
            limit: self.limit,
            answered: self.answered,
            highest: self.highest,
            evidence: self.evidence.clone(),
            reading: self.reading.clone(),
            breadth: self.breadth,
            spread: None,
            found: self.found.iter().filter(|found| is_kept(found)).cloned().collect(),
        }
    }

    /// What a pickle holds of it, but for its origin.
    pub(crate) fn state(&self, py: Python<'_>) -> PyResult<AnswerState> {
        let challenge = Py::new(py, ChallengeObject(self.challenge.clone()))?;
        let Rules { eligibility, at_least } = &self.rules;
        let eligibility =
            eligibility.clone().map(|rules| Py::new(py, EligibilityObject(rules))).transpose()?;
        let at_least = at_least.map(|stage| stage.name().to_owned());
        let Reading { language, source, words } = self.reading.clone();
        let evidence = self.evidence.clone();
        let verdict =
            (self.answered, self.highest, evidence, language, source, words, self.breadth);
        let rules = (eligibility, at_least, self.limit);
        Ok((challenge, rules, verdict, self.spread.clone(), self.found.clone()))
    }

    pub(crate) fn of_state(
        origin: &Arc<Origin>,
        (challenge, (eligibility, at_least, limit), verdict, spread, found): AnswerState,
    ) -> Self {
        let rules = Rules {
            eligibility: eligibility.map(|rules| rules.get().0.clone()),
            at_least: at_least.and_then(|stage| stage.parse().ok()),
        };
        let (answered, highest, evidence, language, source, words, breadth) = verdict;
        let (challenge, reading) = (challenge.get().0.clone(), Reading { language, source, words });
        let origin = Arc::clone(origin);
        Self {
            origin,
            challenge,
            rules,
            limit,
            answered,
            highest,
            evidence,
            reading,
            breadth,
            spread,
            found,
        }
    }
}

/// The three highest raw scores, fewer where there are fewer solutions, and what the score that they
/// give must reach; none where there is no verdict.
pub(crate) type Evidence = (Vec<f64>, Option<f64>);

/// As what a challenge was read.
#[derive(Clone)]
pub(crate) struct Reading {
    /// The code of its language; none where that is not known, or where it is every language.
    pub(crate) language: Option<String>,
    pub(crate) source: Option<String>,
    /// For people.
    pub(crate) words: String,
}

/// Whether a challenge is answered, the raw score that tells, its evidence, its reading, and its
/// breadth.
type Verdict = (Option<bool>, Option<f64>, Evidence, Option<String>, Option<String>, String, f64);

/// A challenge, the rules of its call and the limit, whether it is answered with the raw score that tells, what
/// spread cost, and what was found.
pub(crate) type AnswerState = (
    Py<ChallengeObject>,
    (Option<Py<EligibilityObject>>, Option<String>, usize),
    Verdict,
    Option<SpreadState>,
    Vec<Found>,
);

fn found(found: citymatch::Match) -> Found {
    let (score, mut values) = (found.score(), SignalValues::default());
    for (signal, value) in found.signals() {
        values[signal as usize] = Some(value);
    }
    let unknown_rules = found.unknown_rules().iter().map(ToString::to_string).collect();
    let same_language = found.same_language();
    (found.into_id().into(), score, values, unknown_rules, same_language)
}
