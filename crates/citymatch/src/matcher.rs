//! Ranking the solutions of a catalogue against challenges: the front door.

use std::collections::BTreeSet;
use std::sync::Arc;

use citymatch_encoder::{Calibration, Encoder};

pub use crate::batch::FindEach;
use crate::catalogue::{Catalogue, DocAddress, Snapshot};
use crate::eligibility::Ineligible;
use crate::error::{Error, ErrorKind};
use crate::explain::{self, Explanation};
use crate::matches::{Match, Matches};
use crate::pool::Pool;
pub use crate::pool::THREADS_LIMIT;
pub use crate::progress::Progress;
use crate::rank::{self, Logistic, Ranking, RankingOptions};
use crate::record::{Challenge, Kind, Language, SolutionId};
use crate::search::Search;
use crate::signal::{AnySignal, Collection, CollectionStats, QuerySignals, Signal, Weights};
use crate::text::Query;

/// An ask of fewer content words is too short for a verdict.
const VERDICT_WORDS: usize = 3;

/// Ranks the solutions of a catalogue against challenges.
///
/// It keeps the snapshot that it was made with until [`refresh`](Self::refresh). Clones are cheap
/// and share their threads.
///
/// # Examples
/// ```
/// use citymatch::{Catalogue, Challenge, Matcher, Search, Solution, Stage};
///
/// let catalogue = Catalogue::in_memory()?;
/// let mut edit = catalogue.edit()?;
/// edit.put(Solution::new("s1", "Jardines de lluvia").description("Retienen el agua de lluvia en las aceras.").stage(Stage::Pilot))?;
/// edit.put(Solution::new("s2", "Baños secos").description("No necesitan agua ni alcantarillado."))?;
/// edit.commit()?;
///
/// let matcher = Matcher::new(&catalogue)?;
/// let challenge = Challenge::new("c1", "¿Cómo retener la lluvia en las aceras?");
/// let matches = matcher.find(&challenge)?;
/// assert_eq!(matches[0].id().as_str(), "s1");
/// let pilots = matcher.find(Search::new(&challenge).limit(5).at_least(Stage::Pilot))?;
/// # Ok::<(), citymatch::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Matcher {
    catalogue: Catalogue,
    snapshot: Snapshot,
    /// `None` for the calibrated ones.
    weights: Option<Weights>,
    languages: BTreeSet<Language>,
    pub(crate) pool: Arc<Pool>,
}

/// The options of a [`Matcher`].
///
/// # Examples
/// ```
/// # use citymatch::{Language, Matcher, Signal, Weight, Weights, __doc_catalogue};
/// let matcher = Matcher::builder()
///     .weights(Weights::new([(Signal::Words, Weight::from(1.0))])?)
///     .languages([Language::Spanish, Language::Portuguese])
///     .threads(2)
///     .build(&__doc_catalogue()?)?;
/// # Ok::<(), citymatch::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct MatcherBuilder {
    weights: Option<Weights>,
    languages: BTreeSet<Language>,
    threads: Option<usize>,
}

impl MatcherBuilder {
    /// What each signal counts. The default is the calibrated mix.
    #[must_use]
    pub fn weights(mut self, weights: Weights) -> Self {
        self.weights = Some(weights);
        self
    }

    /// The languages that a solution may be written in, declared or detected. The default is all of
    /// them, and none.
    #[must_use]
    pub fn languages(mut self, languages: impl IntoIterator<Item = Language>) -> Self {
        self.languages = languages.into_iter().collect();
        self
    }

    /// How many threads match many challenges, 1 to [`THREADS_LIMIT`]. The default is as many as the
    /// machine has. Results do not depend on it.
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = Some(threads);
        self
    }

    /// The matcher, over the newest snapshot of a catalogue.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidOption`] where the weights name a signal that needs the catalogue's
    /// encoder, and the encoder is not available, or where the threads are not 1 to
    /// [`THREADS_LIMIT`].
    pub fn build(self, catalogue: &Catalogue) -> Result<Matcher, Error> {
        let pool = Arc::new(Pool::new(self.threads.unwrap_or_else(Pool::available))?);
        let Self { weights, languages, .. } = self;
        let snapshot = catalogue.snapshot()?;
        let counted = weights.iter().flat_map(Weights::counted);
        let needing = counted.into_iter().find(|signal| signal.needs_encoder());
        if let (Some(signal), None) = (needing, snapshot.encoder()) {
            let expected = "0: the catalogue's encoder, which this signal needs, is not available";
            return Err(Error::option(&format!("weights.{signal}"), "above 0", expected));
        }
        Ok(Matcher { catalogue: catalogue.clone(), snapshot, weights, languages, pool })
    }
}

impl Matcher {
    /// A matcher with the defaults, over the newest snapshot of a catalogue.
    ///
    /// # Errors
    /// [`ErrorKind::Corrupt`] where the catalogue cannot be read.
    pub fn new(catalogue: &Catalogue) -> Result<Self, Error> {
        Self::builder().build(catalogue)
    }

    /// A matcher with options.
    #[must_use]
    pub fn builder() -> MatcherBuilder {
        MatcherBuilder::default()
    }

    /// The same matcher with another number of threads.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidOption`] where the threads are not 1 to [`THREADS_LIMIT`].
    pub fn with_threads(&self, threads: usize) -> Result<Self, Error> {
        Ok(Self { pool: Arc::new(Pool::new(threads)?), ..self.clone() })
    }

    /// Takes the newest commit of the catalogue, other processes' included. Until then the snapshot
    /// stands.
    ///
    /// # Errors
    /// [`ErrorKind::Corrupt`] where the catalogue cannot be read.
    pub fn refresh(&mut self) -> Result<(), Error> {
        self.snapshot = self.catalogue.snapshot()?;
        Ok(())
    }

    /// The snapshot that it matches against.
    #[must_use]
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// What each signal counts.
    #[must_use]
    pub fn weights(&self) -> Weights {
        self.weights.clone().unwrap_or_else(|| Weights::calibrated(self.calibration()))
    }

    /// Ranks the solutions against a challenge, best first.
    ///
    /// Every eligible solution is ranked, and the limit cuts. Equal scores are ordered by solution
    /// id. A challenge of stop words alone finds nothing.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidOption`] where the limit is 0.
    ///
    /// # Examples
    /// ```
    /// # use citymatch::{Challenge, Matcher, __doc_catalogue};
    /// let top = Matcher::new(&__doc_catalogue()?)?.find(&Challenge::new("c1", "jardines para la lluvia"))?;
    /// assert_eq!(top[0].id().as_str(), "s1");
    /// # Ok::<(), citymatch::Error>(())
    /// ```
    pub fn find<'c>(&self, search: impl Into<Search<'c>>) -> Result<Matches, Error> {
        let search = search.into();
        let mut found = self.find_group(std::slice::from_ref(&search), &Progress::default());
        found.pop().unwrap_or_else(|| Err(Error::engine("matching", "a search has no result")))
    }

    /// [`find`](Self::find) for some searches together: the data are read once for all of them. If
    /// one fails, each is tried alone, so that only those fail that must.
    pub(crate) fn find_group(
        &self,
        searches: &[Search<'_>],
        progress: &Progress,
    ) -> Vec<Result<Matches, Error>> {
        match self.try_group(searches, progress) {
            Ok(found) => found.into_iter().map(Ok).collect(),
            Err(error) if searches.len() == 1 => vec![Err(error)],
            Err(_) => {
                searches.chunks(1).flat_map(|search| self.find_group(search, progress)).collect()
            }
        }
    }

    fn try_group(
        &self,
        searches: &[Search<'_>],
        progress: &Progress,
    ) -> Result<Vec<Matches>, Error> {
        let queries = searches.iter().map(|search| self.query(search));
        let queries = queries.collect::<Result<Vec<_>, Error>>()?;
        // A query without a content word finds nothing, and takes no part.
        let (mut prepared, mut options, mut ranked) = (Vec::new(), Vec::new(), Vec::new());
        for (search, query) in searches.iter().zip(&queries) {
            progress.check()?;
            let limit = search.checked_limit()?;
            ranked.push(!query.terms.is_empty());
            if !query.terms.is_empty() {
                let collection = Collection::new(&self.snapshot, search.told_statistics()?);
                prepared.push(QuerySignals::new(collection, query, self.weights())?);
                let filter = search.filter(&self.languages);
                options.push(RankingOptions { limit, filter });
            }
        }
        let logistic = Logistic::new(self.calibration());
        let rankings = rank::rank(&self.snapshot, &prepared, &options, logistic, progress)?;
        let mut rankings = prepared.iter().zip(rankings);
        let matches = searches.iter().zip(&queries).zip(ranked).map(|((search, query), ranked)| {
            let found = if ranked { rankings.next() } else { None };
            self.matches(search, query, found)
        });
        Ok(matches.collect())
    }

    fn matches(
        &self,
        search: &Search<'_>,
        query: &Query<'_>,
        found: Option<(&QuerySignals<'_>, Ranking)>,
    ) -> Matches {
        let id = search.challenge().id.clone();
        let Some((signals, ranking)) = found else {
            return Matches::new(id, Vec::new(), None, self.answered(query, None));
        };
        let counted: Vec<Signal> = signals.signals.iter().map(AnySignal::signal).collect();
        let highest = Some(ranking.highest).filter(|highest| highest.is_finite());
        let (ranked, snapshot) =
            (ranking.best.into_iter().zip(1..), Arc::new(self.snapshot.clone()));
        let matches =
            ranked.map(|(found, rank)| Match::new(&snapshot, found, rank, &counted)).collect();
        Matches::new(id, matches, highest, self.answered(query, highest))
    }

    /// Whether the highest raw score says that something answers. There is no verdict under weights
    /// of one's own, without an encoder, or for a query of one or two content words.
    fn answered(&self, query: &Query<'_>, highest: Option<f64>) -> Option<bool> {
        let threshold = self.answer_threshold()?;
        let is_long_enough = query.words >= VERDICT_WORDS;
        is_long_enough.then(|| highest.is_some_and(|highest| highest >= threshold))
    }

    /// The raw score that the best match must reach for [`Matches::answered`] to say yes; `None`
    /// under weights of one's own and without an encoder, where there is no verdict.
    #[must_use]
    pub fn answer_threshold(&self) -> Option<f64> {
        let calibration = self.calibration().filter(|_| self.weights.is_none());
        calibration.map(|calibration| calibration.answer_threshold)
    }

    /// Whether searches gain by going through the data together: the vectors are read for all of
    /// them at once, posting lists for each.
    pub(crate) fn gains_by_groups(&self) -> bool {
        self.snapshot.encoder().is_some() && self.weights().counts(Signal::Meaning)
    }

    fn calibration(&self) -> Option<&Calibration> {
        self.snapshot.encoder().map(Encoder::calibration)
    }

    /// Why a solution has the score that it has: a tree that adds up to it, with what matched.
    ///
    /// # Errors
    /// [`ErrorKind::UnknownSolution`] where the snapshot has no such solution.
    ///
    /// # Examples
    /// ```
    /// # use citymatch::{Challenge, Matcher, SolutionId, __doc_catalogue};
    /// let matcher = Matcher::new(&__doc_catalogue()?)?;
    /// let explanation = matcher.explain(&Challenge::new("c1", "lluvia en la ciudad"), &SolutionId::from("s1"))?;
    /// assert!(explanation.to_string().contains("lluvia"));
    /// # Ok::<(), citymatch::Error>(())
    /// ```
    pub fn explain<'c>(
        &self,
        search: impl Into<Search<'c>>,
        id: &SolutionId,
    ) -> Result<Explanation, Error> {
        let search = search.into();
        let address = self.snapshot.address(Kind::Solution, id.as_str())?;
        let address = address.ok_or_else(|| ErrorKind::UnknownSolution { id: id.to_string() })?;
        let query = self.query(&search)?;
        let collection = Collection::new(&self.snapshot, search.told_statistics()?);
        let signals = QuerySignals::new(collection, &query, self.weights())?;
        let logistic = Logistic::new(self.calibration());
        explain::explain(search.challenge(), &signals, logistic, address)
    }

    /// The catalogue's part of the statistics of a collection that lies in several catalogues, for
    /// some challenges: see [`CollectionStats`], whose rounds tell what is made next.
    ///
    /// # Errors
    /// [`ErrorKind::Corrupt`] where the catalogue cannot be read.
    pub fn statistics<'c>(
        &self,
        merged: &CollectionStats,
        challenges: impl IntoIterator<Item = &'c Challenge>,
    ) -> Result<CollectionStats, Error> {
        let commonest = merged.commonest_language();
        let query = |challenge| Query::new(challenge, commonest);
        let queries: Vec<Query<'_>> = challenges.into_iter().map(query).collect();
        merged.part(&self.snapshot, &queries)
    }

    /// The solutions that may not enter under a search's rules, with every rule that they do not
    /// meet, by id.
    ///
    /// # Errors
    /// [`ErrorKind::Corrupt`] where a stored record cannot be read.
    ///
    /// # Examples
    /// ```
    /// # use citymatch::{Challenge, Matcher, Search, Stage, __doc_catalogue};
    /// let matcher = Matcher::new(&__doc_catalogue()?)?;
    /// let barred = matcher.ineligible(Search::new(&Challenge::new("c1", "lluvia")).at_least(Stage::Implemented))?;
    /// assert_eq!((barred[0].solution_id.as_str(), barred[0].reasons[0].rule), ("s1", "stages"));
    /// # Ok::<(), citymatch::Error>(())
    /// ```
    pub fn ineligible<'c>(&self, search: impl Into<Search<'c>>) -> Result<Vec<Ineligible>, Error> {
        let search = search.into();
        let filter = search.filter(&self.languages);
        let mut found = Vec::new();
        if filter.is_open() {
            return Ok(found);
        }
        for ord in self.snapshot.ords() {
            let segment = self.snapshot.segment(ord);
            let (filter, index) =
                (filter.for_segment(segment)?, self.snapshot.inverted_index(ord)?);
            for doc in segment.live(Kind::Solution) {
                let address = DocAddress { segment: ord, doc };
                let reasons = filter.reasons(doc, || self.snapshot.read(address))?;
                if !reasons.is_empty() {
                    found.push(Ineligible::new(SolutionId::from(index.id(doc)), reasons));
                }
            }
        }
        found.sort_by(|a, b| a.solution_id.cmp(&b.solution_id));
        Ok(found)
    }

    /// The query of a search. An undeclared short text is taken for the commonest language.
    fn query<'s>(&self, search: &'s Search<'_>) -> Result<Query<'s>, Error> {
        let commonest = match search.told_statistics()? {
            Some(told) => told.commonest_language(),
            None => self.snapshot.commonest_language(),
        };
        Ok(Query::new(search.challenge(), commonest))
    }
}
