use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::eligibility::EligibilityFilter;
use crate::error::Error;
use crate::record::{Challenge, Eligibility, Language, Stage};
use crate::signal::CollectionStats;

/// How many matches a search returns if it does not say.
const DEFAULT_LIMIT: usize = 10;

/// What to find, and how much of it: a challenge, and the options of one call.
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

    /// The most matches to return, 1 or more. The default is 10.
    #[must_use]
    pub fn limit(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }

    /// Rules that stand in for the challenge's own. The default is the challenge's.
    #[must_use]
    pub fn eligibility(mut self, rules: Eligibility) -> Self {
        self.eligibility = Some(rules);
        self
    }

    /// Bars what has not come so far, beside the other rules: a stage counts as reached by the later
    /// ones, but what is closed has only come to its end. The default is no such rule.
    #[must_use]
    pub fn at_least(mut self, stage: Stage) -> Self {
        self.at_least = Some(stage);
        self
    }

    /// Statistics to score by instead of those of the catalogue: the catalogue is a part of the
    /// collection that they were made of. The default is the catalogue's own.
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
        if self.limit == 0 {
            return Err(Error::option("limit", self.limit, "a whole number, 1 or more"));
        }
        Ok(self.limit)
    }

    /// The statistics that were told, if they are complete.
    pub(crate) fn told_statistics(&self) -> Result<Option<&CollectionStats>, Error> {
        if self.statistics.is_some_and(|told| !told.is_complete()) {
            return Err(Error::option("statistics", "incomplete", "all rounds merged"));
        }
        Ok(self.statistics)
    }

    /// The rules of this call, with a matcher's languages beside them.
    pub(crate) fn filter(&self, languages: &BTreeSet<Language>) -> EligibilityFilter {
        let rules = self.eligibility.as_ref().unwrap_or(&self.challenge.eligibility);
        EligibilityFilter::new(rules, self.challenge.deadline, self.at_least, languages)
    }
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
