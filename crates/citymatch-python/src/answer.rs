//! What results hold, shared by a run and the matches in it.

use std::sync::Arc;

use citymatch::{Challenge, Eligibility};
use pyo3::prelude::*;

use crate::eligibility::Eligibility as Rules;
use crate::origin::Origin;
use crate::record::Challenge as ChallengeObject;

/// What was asked, and what was found.
pub(crate) struct Answer {
    pub(crate) origin: Arc<Origin>,
    pub(crate) challenge: Challenge,
    pub(crate) eligibility: Option<Eligibility>,
    pub(crate) answered: Option<bool>,
    /// Solutions with their scores, best first.
    pub(crate) found: Vec<(String, f64)>,
}

impl Answer {
    pub(crate) fn new(
        origin: &Arc<Origin>,
        challenge: Challenge,
        eligibility: Option<Eligibility>,
        matches: citymatch::Matches,
    ) -> Self {
        let answered = matches.answered();
        let found = matches.into_iter().map(id_and_score).collect();
        Self { origin: Arc::clone(origin), challenge, eligibility, answered, found }
    }

    /// What a pickle holds of it, but for its origin.
    pub(crate) fn state(&self, py: Python<'_>) -> PyResult<AnswerState> {
        let challenge = Py::new(py, ChallengeObject(self.challenge.clone()))?;
        let eligibility =
            self.eligibility.clone().map(|rules| Py::new(py, Rules(rules))).transpose()?;
        Ok((challenge, eligibility, self.answered, self.found.clone()))
    }

    pub(crate) fn of_state(
        origin: &Arc<Origin>,
        (challenge, eligibility, answered, found): AnswerState,
    ) -> Self {
        let (challenge, eligibility) =
            (challenge.get().0.clone(), eligibility.map(|rules| rules.get().0.clone()));
        Self { origin: Arc::clone(origin), challenge, eligibility, answered, found }
    }
}

pub(crate) type AnswerState =
    (Py<ChallengeObject>, Option<Py<Rules>>, Option<bool>, Vec<(String, f64)>);

fn id_and_score(found: citymatch::Match) -> (String, f64) {
    let score = found.score();
    (found.into_id().into(), score)
}
