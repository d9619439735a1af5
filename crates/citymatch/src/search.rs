//! A search: a challenge and the options of one call.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use crate::eligibility::EligibilityFilter;
use crate::error::Error;
use crate::record::{Challenge, Eligibility, Language, Stage};
use crate::signal::CollectionStats;

/// The limit of a search that sets none.
const DEFAULT_LIMIT: usize = 10;

/// What to search for: a challenge, and the options of one call.
///
/// # Examples
/// ```
/// use citymatch::{Challenge, Search, Stage};
/// let challenge = Challenge::from_text("¿Cómo evitar que se inunden las calles?");
/// let search = Search::new(&challenge).limit(5).at_least(Stage::Pilot);
/// ```
#[derive(Clone, Debug)]
pub struct Search<'c> {
    challenge: Cow<'c, Challenge>,
    limit: usize,
    eligibility: Option<Eligibility>,
    at_least: Option<Stage>,
    statistics: Option<&'c CollectionStats>,
}

impl<'c> Search<'c> {
    /// A search with the defaults: 10 matches, and the challenge's own rules of eligibility.
    #[must_use]
    pub fn new(challenge: &'c Challenge) -> Self {
        Self {
            challenge: Cow::Borrowed(challenge),
            limit: DEFAULT_LIMIT,
            eligibility: None,
            at_least: None,
            statistics: None,
        }
    }

    /// Sets the most matches to return, 1 or more. The default is 10.
    #[must_use]
    pub fn limit(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }

    /// Sets rules of eligibility that replace those of the challenge. The default is the
    /// challenge's rules.
    #[must_use]
    pub fn eligibility(mut self, rules: Eligibility) -> Self {
        self.eligibility = Some(rules);
        self
    }

    /// Admits only solutions that have reached a stage, besides the other rules. A solution has
    /// reached a stage if it is in it or in a later one; a closed solution has reached only
    /// `Closed`. The default is no such rule.
    #[must_use]
    pub fn at_least(mut self, stage: Stage) -> Self {
        self.at_least = Some(stage);
        self
    }

    /// Sets the statistics by which solutions are scored, instead of those of the catalogue. They
    /// are those of a larger collection, of which the catalogue is a part. The default is the
    /// statistics of the catalogue.
    #[must_use]
    pub fn statistics(mut self, statistics: &'c CollectionStats) -> Self {
        self.statistics = Some(statistics);
        self
    }

    /// The challenge.
    #[must_use]
    pub fn challenge(&self) -> &Challenge {
        &self.challenge
    }

    pub(crate) fn checked_limit(&self) -> Result<usize, Error> {
        checked_limit(self.limit)
    }

    /// The statistics that the caller gave; an error if they are not complete.
    pub(crate) fn given_statistics(&self) -> Result<Option<&CollectionStats>, Error> {
        if self.statistics.is_some_and(|given| !given.is_complete()) {
            return Err(Error::option("statistics", "incomplete", "all rounds merged"));
        }
        Ok(self.statistics)
    }

    /// The rules of this call as JSON, without a matcher's languages.
    pub(crate) fn rules_json(&self) -> Json {
        let rules = self.eligibility.as_ref().unwrap_or(&self.challenge.eligibility);
        let deadline = self.challenge.deadline.map(|deadline| deadline.to_string());
        let at_least = self.at_least.map(Stage::name);
        json!({"eligibility": rules.to_json(), "at_least": at_least, "deadline": deadline})
    }

    /// The rules of this call, together with a matcher's languages.
    pub(crate) fn filter(&self, languages: &BTreeSet<Language>) -> EligibilityFilter {
        let rules = self.eligibility.as_ref().unwrap_or(&self.challenge.eligibility);
        EligibilityFilter::new(rules, self.challenge.deadline, self.at_least, languages)
    }
}

/// A limit that is 1 or more.
pub(crate) fn checked_limit(limit: usize) -> Result<usize, Error> {
    if limit == 0 {
        return Err(Error::option("limit", limit, "a whole number, 1 or more"));
    }
    Ok(limit)
}

impl<'c> From<&'c Challenge> for Search<'c> {
    fn from(challenge: &'c Challenge) -> Self {
        Self::new(challenge)
    }
}

impl From<Challenge> for Search<'static> {
    fn from(challenge: Challenge) -> Self {
        Self {
            challenge: Cow::Owned(challenge),
            limit: DEFAULT_LIMIT,
            eligibility: None,
            at_least: None,
            statistics: None,
        }
    }
}
