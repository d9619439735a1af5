//! The reverse of a search: the challenges that a solution answers.
//!
//! A pair has the score that [`Matcher::find`] gives it. The solution alone becomes a snapshot of
//! one document, and each challenge is ranked in it with the statistics of the catalogue. So a
//! solution that is not stored is treated like one that is, and changes no statistic.
//!
//! A stored challenge is made ready once for a snapshot of the catalogue. For each solution only its
//! terms are looked up again: those that the solution lacks are left out.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use crate::catalogue::{DocAddress, Snapshot};
use crate::eligibility::Reason;
use crate::error::Error;
use crate::explain::Explanation;
use crate::goals;
use crate::index::OtherTerms;
use crate::matcher::{Matcher, ineligible};
use crate::rank::{self, Ranking, RankingOptions};
use crate::record::{Challenge, ChallengeId, Kind, Solution};
use crate::record_match::{RecordMatch, RecordMatches, Source};
use crate::search::{Search, checked_limit};
use crate::signal::{Collection, QuerySignals, Signal};
use crate::similar::counted;

/// How many challenges are ranked together, by one thread.
const GROUP: usize = 16;
/// The limit of a search that sets none.
const DEFAULT_LIMIT: usize = 10;

/// The reverse of a [`Search`]: a solution, and the options of one call.
///
/// # Examples
/// ```
/// use citymatch::{Challenge, ReverseSearch, Solution};
/// let solution = Solution::new("s1", "Jardines de lluvia");
/// let challenges = [Challenge::new("c1", "¿Cómo retener la lluvia en las aceras?")];
/// let search = ReverseSearch::new(&solution).challenges(&challenges).limit(5);
/// ```
#[derive(Clone, Debug)]
pub struct ReverseSearch<'s> {
    solution: &'s Solution,
    challenges: Option<&'s [Challenge]>,
    limit: usize,
}

impl<'s> ReverseSearch<'s> {
    /// A search with the defaults: 10 of the stored challenges.
    #[must_use]
    pub fn new(solution: &'s Solution) -> Self {
        Self { solution, challenges: None, limit: DEFAULT_LIMIT }
    }

    /// Searches these challenges instead of those that are stored.
    #[must_use]
    pub fn challenges(mut self, challenges: &'s [Challenge]) -> Self {
        self.challenges = Some(challenges);
        self
    }

    /// Sets the most challenges to return, 1 or more. The default is 10.
    #[must_use]
    pub fn limit(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }

    /// The challenges to search: those given, or those stored.
    fn asks(&self, matcher: &Matcher, snapshot: &Arc<Snapshot>) -> Result<Arc<[Ask]>, Error> {
        let Some(given) = self.challenges else { return matcher.stored_asks(snapshot) };
        let ask = |challenge: &Challenge| Ask::new(matcher, snapshot, challenge, None);
        Ok(matcher.pool.map(given, ask)?.into())
    }
}

impl<'s> From<&'s Solution> for ReverseSearch<'s> {
    fn from(solution: &'s Solution) -> Self {
        Self::new(solution)
    }
}

/// A challenge whose rules exclude a solution, with every rule that it does not meet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Barring {
    /// The id of the challenge.
    pub challenge_id: ChallengeId,
    /// The rules that the solution does not meet, at least one.
    pub reasons: Vec<Reason>,
}

impl Matcher {
    /// Ranks the challenges that a solution may answer, best first, on the threads of the matcher.
    ///
    /// The solution need not be stored. A pair has the score that [`find`](Self::find) gives it; of
    /// a matcher with a second stage, that of the first. Left out are challenges whose rules
    /// exclude the solution ([`barred_by`](Self::barred_by) names them), and those without a
    /// content word. Equal scores are ordered by id.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidOption`](crate::ErrorKind::InvalidOption) if the limit is 0,
    /// [`ErrorKind::InvalidRecord`](crate::ErrorKind::InvalidRecord) if the solution could not be
    /// stored.
    ///
    /// # Examples
    /// ```
    /// use citymatch::{Catalogue, Challenge, Matcher, Solution};
    /// let catalogue = Catalogue::in_memory()?;
    /// let mut edit = catalogue.edit()?;
    /// edit.put(Challenge::new("quito", "¿Cómo evitar que la lluvia inunde las calles?"))?;
    /// edit.put(Challenge::new("cali", "¿Cómo acortar las esperas en los juzgados?"))?;
    /// edit.commit()?;
    /// let garden = Solution::new("new", "Jardins de chuva nas ruas");
    /// let found = Matcher::new(&catalogue)?.find_challenges(&garden)?;
    /// assert_eq!(found[0].id().as_str(), "quito");
    /// # Ok::<(), citymatch::Error>(())
    /// ```
    pub fn find_challenges<'s>(
        &self,
        search: impl Into<ReverseSearch<'s>>,
    ) -> Result<RecordMatches<Challenge>, Error> {
        let search = search.into();
        checked_limit(search.limit)?;
        let snapshot = self.current();
        let alone = self.alone(&snapshot, search.solution)?;
        let asks = search.asks(self, &snapshot)?;
        let (terms, groups) = (alone.other_terms()?, asks.chunks(GROUP).collect::<Vec<_>>());
        let rank = |group: &&[Ask]| self.rank_asks(&snapshot, &alone, &terms, group);
        let found = self.pool.map(&groups, rank)?;
        Ok(RecordMatches::best(found.into_iter().flatten().collect(), search.limit))
    }

    /// A solution alone in a snapshot, with all that ranking needs of it: made here, and not by several
    /// threads at once.
    fn alone(&self, snapshot: &Snapshot, solution: &Solution) -> Result<Snapshot, Error> {
        let alone = snapshot.of_one(solution)?;
        alone.make_indexes()?;
        if self.suggested {
            goals::find_suggested(&alone)?;
        }
        Ok(alone)
    }

    /// The matches of a solution, which is alone in a snapshot, with some challenges.
    fn rank_asks(
        &self,
        snapshot: &Arc<Snapshot>,
        alone: &Snapshot,
        terms: &OtherTerms<'_>,
        asks: &[Ask],
    ) -> Result<Vec<RecordMatch<Challenge>>, Error> {
        let (mut prepared, mut options) = (Vec::new(), Vec::new());
        for ask in asks {
            for signals in &ask.readings {
                prepared.push(signals.among(terms));
                let filter = Search::new(&ask.challenge).filter(&self.languages);
                let logistic = self.logistic(snapshot, &signals.query);
                options.push(RankingOptions { kind: Kind::Solution, limit: 1, filter, logistic });
            }
        }
        let rankings = rank::rank(alone, &prepared, &options, None, &self.stop)?;
        let mut rankings = prepared.iter().zip(rankings);
        let best = asks.iter().filter_map(|ask| {
            let own: Vec<_> = rankings.by_ref().take(ask.readings.len()).collect();
            let counted: Vec<Signal> =
                own.iter().take(1).flat_map(|(query, _)| counted(query)).collect();
            let ranking = Ranking::merged(own.into_iter().map(|(_, ranking)| ranking), 1);
            let scored = ranking?.best.pop()?;
            let source = match ask.address {
                Some(address) => Source::Stored(Arc::clone(snapshot), address),
                None => Source::Given(Arc::new(ask.challenge.clone())),
            };
            Some(RecordMatch::new(ask.challenge.id.clone(), scored, &counted, source))
        });
        Ok(best.collect())
    }

    /// The challenges whose rules exclude a solution, in the order of their ids, each with every
    /// rule that the solution does not meet. The limit of the search does not matter.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidRecord`](crate::ErrorKind::InvalidRecord) if the solution could not be
    /// stored.
    ///
    /// # Examples
    /// ```
    /// # use citymatch::{Challenge, Eligibility, Matcher, ReverseSearch, Solution, Stage, __doc_catalogue};
    /// let pilots = Challenge::new("c1", "lluvia").eligibility(Eligibility::new().stages([Stage::Pilot]));
    /// let idea = Solution::new("new", "Jardines de lluvia").stage(Stage::Idea);
    /// let matcher = Matcher::new(&__doc_catalogue()?)?;
    /// let barring = matcher.barred_by(ReverseSearch::new(&idea).challenges(&[pilots]))?;
    /// assert_eq!(barring[0].reasons[0].to_string(), "stages: idea is not one of pilot");
    /// # Ok::<(), citymatch::Error>(())
    /// ```
    pub fn barred_by<'s>(
        &self,
        search: impl Into<ReverseSearch<'s>>,
    ) -> Result<Vec<Barring>, Error> {
        let search = search.into();
        let snapshot = self.current();
        let alone = snapshot.of_one(search.solution)?;
        let stored;
        let challenges: Vec<&Challenge> = if let Some(given) = search.challenges {
            given.iter().collect()
        } else {
            stored = self.stored_asks(&snapshot)?;
            stored.iter().map(|ask| &ask.challenge).collect()
        };
        let mut barring = Vec::new();
        for challenge in challenges {
            let filter = Search::new(challenge).filter(&self.languages);
            for ineligible in ineligible(&alone, &filter)? {
                let (challenge_id, reasons) = (challenge.id.clone(), ineligible.reasons);
                barring.push(Barring { challenge_id, reasons });
            }
        }
        barring.sort_by(|a, b| a.challenge_id.cmp(&b.challenge_id));
        Ok(barring)
    }

    /// Explains the score of a solution that need not be stored, as [`explain`](Self::explain) does
    /// for one that is.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidRecord`](crate::ErrorKind::InvalidRecord) if the solution could not be
    /// stored.
    ///
    /// # Examples
    /// ```
    /// # use citymatch::{Challenge, Matcher, Solution, __doc_catalogue};
    /// let matcher = Matcher::new(&__doc_catalogue()?)?;
    /// let challenge = Challenge::new("c1", "lluvia en la ciudad");
    /// let garden = Solution::new("new", "Jardines de lluvia");
    /// let explanation = matcher.explain_solution(&challenge, &garden)?;
    /// assert!(explanation.to_string().contains("lluvia"));
    /// # Ok::<(), citymatch::Error>(())
    /// ```
    pub fn explain_solution(
        &self,
        challenge: &Challenge,
        solution: &Solution,
    ) -> Result<Explanation, Error> {
        let snapshot = self.current();
        let alone = self.alone(&snapshot, solution)?;
        let address = alone.address(Kind::Solution, solution.id.as_str())?;
        let missing = || Error::engine("explaining", "the solution is not in its snapshot");
        let document = (&alone, address.ok_or_else(missing)?);
        self.explain_at(&Search::new(challenge), Collection::new(&snapshot, None)?, document, None)
    }
}

/// A challenge made ready for the solutions of a catalogue, and where it lies if it is stored.
pub(crate) struct Ask {
    challenge: Challenge,
    address: Option<DocAddress>,
    readings: Vec<QuerySignals>,
}

impl fmt::Debug for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { challenge, address, .. } = self;
        f.debug_struct("Ask")
            .field("challenge", challenge)
            .field("address", address)
            .finish_non_exhaustive()
    }
}

impl Ask {
    fn new(
        matcher: &Matcher,
        snapshot: &Snapshot,
        challenge: &Challenge,
        address: Option<DocAddress>,
    ) -> Result<Self, Error> {
        let collection = Collection::new(snapshot, None)?;
        let readings = matcher.asking(challenge, snapshot)?;
        let weights = matcher.weights_for(snapshot, challenge);
        let signals = |query| matcher.signals(collection, query, weights.clone());
        let readings = readings.iter().map(signals).collect::<Result<_, Error>>()?;
        Ok(Self { challenge: challenge.clone(), address, readings })
    }
}

/// The stored challenges of a snapshot as they ask, in the order of their ids.
#[derive(Clone, Debug)]
pub(crate) struct StoredAsks {
    snapshot: Arc<Snapshot>,
    asks: Arc<[Ask]>,
}

impl StoredAsks {
    pub(crate) fn new(matcher: &Matcher, snapshot: &Arc<Snapshot>) -> Result<Self, Error> {
        let stored = snapshot.challenges().with_addresses()?;
        let stored: Vec<(Challenge, DocAddress)> = stored.collect::<Result<_, Error>>()?;
        let ask = |(challenge, address): &(Challenge, DocAddress)| {
            Ask::new(matcher, snapshot, challenge, Some(*address))
        };
        let asks = matcher.pool.map(&stored, ask)?.into();
        Ok(Self { snapshot: Arc::clone(snapshot), asks })
    }

    pub(crate) fn are_of(&self, snapshot: &Arc<Snapshot>) -> bool {
        Arc::ptr_eq(&self.snapshot, snapshot)
    }

    pub(crate) fn asks(&self) -> Arc<[Ask]> {
        Arc::clone(&self.asks)
    }
}
