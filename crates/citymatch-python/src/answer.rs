//! What results hold, shared by a run and the matches in it.

use std::sync::Arc;

use citymatch::{Challenge, Eligibility, Search, Stage};
use pyo3::prelude::*;

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
    pub(crate) answered: Option<bool>,
    /// Solutions with their scores, best first.
    pub(crate) found: Vec<(String, f64)>,
}

impl Answer {
    pub(crate) fn new(
        origin: &Arc<Origin>,
        challenge: Challenge,
        rules: Rules,
        matches: citymatch::Matches,
    ) -> Self {
        let answered = matches.answered();
        let found = matches.into_iter().map(id_and_score).collect();
        Self { origin: Arc::clone(origin), challenge, rules, answered, found }
    }

    /// What a pickle holds of it, but for its origin.
    pub(crate) fn state(&self, py: Python<'_>) -> PyResult<AnswerState> {
        let challenge = Py::new(py, ChallengeObject(self.challenge.clone()))?;
        let Rules { eligibility, at_least } = &self.rules;
        let eligibility =
            eligibility.clone().map(|rules| Py::new(py, EligibilityObject(rules))).transpose()?;
        let at_least = at_least.map(|stage| stage.name().to_owned());
        Ok((challenge, eligibility, at_least, self.answered, self.found.clone()))
    }

    pub(crate) fn of_state(
        origin: &Arc<Origin>,
        (challenge, eligibility, at_least, answered, found): AnswerState,
    ) -> Self {
        let rules = Rules {
            eligibility: eligibility.map(|rules| rules.get().0.clone()),
            at_least: at_least.and_then(|stage| stage.parse().ok()),
        };
        let challenge = challenge.get().0.clone();
        Self { origin: Arc::clone(origin), challenge, rules, answered, found }
    }
}

/// A challenge, the rules of its call, whether it is answered, and what was found.
pub(crate) type AnswerState = (
    Py<ChallengeObject>,
    Option<Py<EligibilityObject>>,
    Option<String>,
    Option<bool>,
    Vec<(String, f64)>,
);

fn id_and_score(found: citymatch::Match) -> (String, f64) {
    let score = found.score();
    (found.into_id().into(), score)
}
