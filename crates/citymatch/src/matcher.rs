//! The matcher: ranking the solutions of a catalogue for challenges, with options.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::{fmt, ptr};

use citymatch_encoder::{Calibration, Encoder};
use serde_json::{Value as Json, json};

pub use crate::batch::FindEach;
use crate::catalogue::{Catalogue, DocAddress, Snapshot};
use crate::criteria::ScoredCriteria;
use crate::diversify::{self, Diversity, Spread};
use crate::eligibility::{EligibilityFilter, Ineligible};
use crate::error::{Error, ErrorKind};
use crate::explain::Explanation;
use crate::goals;
use crate::matches::{Answer, Match, Matches};
use crate::pool::Pool;
pub use crate::pool::THREADS_LIMIT;
pub use crate::progress::Progress;
use crate::rank::{self, BestEvidence, Logistic, Ranking, RankingOptions};
use crate::record::{Challenge, Kind, Language, Record, SolutionId};
use crate::rescore::{self, Rescorer, SecondLook};
use crate::reverse::{Ask, StoredAsks};
use crate::search::Search;
use crate::signal::{AnySignal, Collection, CollectionStats, QuerySignals, Signal, Weights};
use crate::text::{Query, Readers};
use crate::thesaurus::Thesaurus;
use crate::wanted::Wanted;

/// The least number of content words of a challenge for which [`Matches::answered`] says yes or no.
const ANSWERED_WORDS: usize = 3;

/// Ranks the solutions of a catalogue for challenges.
///
/// A matcher uses the snapshot that it was made with until [`refresh`](Self::refresh) is called.
/// Clones are cheap and share their threads; each is refreshed by itself. Threads that are to see
/// one refresh share a matcher by reference, or in an [`Arc`].
///
/// # Examples
/// ```
/// use citymatch::{Catalogue, Challenge, Matcher, Search, Solution, Stage};
///
/// let catalogue = Catalogue::in_memory()?;
/// let mut edit = catalogue.edit()?;
/// let garden = Solution::new("s1", "Jardines de lluvia").stage(Stage::Pilot);
/// edit.put(garden.description("Retienen el agua de lluvia en las aceras."))?;
/// let toilet = Solution::new("s2", "Baños secos");
/// edit.put(toilet.description("No necesitan agua ni alcantarillado."))?;
/// edit.commit()?;
///
/// let matcher = Matcher::new(&catalogue)?;
/// let challenge = Challenge::new("c1", "¿Cómo retener la lluvia en las aceras?");
/// let matches = matcher.find(&challenge)?;
/// assert_eq!(matches[0].id().as_str(), "s1");
/// let pilots = matcher.find(Search::new(&challenge).limit(5).at_least(Stage::Pilot))?;
/// # Ok::<(), citymatch::Error>(())
/// ```
#[derive(Debug)]
pub struct Matcher {
    catalogue: Catalogue,
    /// Replaced as a whole by [`refresh`](Self::refresh). Each call takes the snapshot once, so
    /// that all of its result comes from the same one.
    snapshot: RwLock<Arc<Snapshot>>,
    /// `None` for the calibrated weights.
    weights: Option<Weights>,
    pub(crate) languages: BTreeSet<Language>,
    /// The second stage, if there is one.
    rescorer: Option<Arc<Rescorer>>,
    diversity: Option<Diversity>,
    pub(crate) thesaurus: Arc<Thesaurus>,
    /// Whether goals that texts speak of count for records that name none.
    pub(crate) suggested: bool,
    /// The stored challenges of a snapshot as they ask, once a solution was searched for.
    asks: Arc<Mutex<Option<StoredAsks>>>,
    pub(crate) pool: Arc<Pool>,
    /// Ends the calls of this matcher when it is cancelled.
    pub(crate) stop: Arc<Progress>,
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
#[derive(Clone, Default)]
pub struct MatcherBuilder {
    weights: Option<Weights>,
    languages: BTreeSet<Language>,
    threads: Option<usize>,
    rescore: Option<Arc<dyn Encoder>>,
    depth: Option<usize>,
    diversity: Option<Diversity>,
    thesaurus: Option<Arc<Thesaurus>>,
    suggested: bool,
}

impl fmt::Debug for MatcherBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MatcherBuilder")
            .field("weights", &self.weights)
            .field("languages", &self.languages)
            .field("threads", &self.threads)
            .field("rescore", &self.rescore.as_ref().map(|encoder| encoder.name()))
            .field("depth", &self.depth)
            .field("diversity", &self.diversity)
            .field("thesaurus", &self.thesaurus)
            .field("suggested", &self.suggested)
            .finish()
    }
}

impl MatcherBuilder {
    /// Sets the weight of each signal. The default is the calibrated weights of the encoder.
    #[must_use]
    pub fn weights(mut self, weights: Weights) -> Self {
        self.weights = Some(weights);
        self
    }

    /// Admits only solutions in these languages, declared or detected. The default is to admit all
    /// solutions, including those whose language is not known.
    #[must_use]
    pub fn languages(mut self, languages: impl IntoIterator<Item = Language>) -> Self {
        self.languages = languages.into_iter().collect();
        self
    }

    /// Sets the number of threads that match many challenges, 1 to [`THREADS_LIMIT`]. The default
    /// is as many as the machine has. Results do not depend on it. A single challenge is also
    /// matched by all of them, where there are enough solutions: 16,384 or more. A program that
    /// matches one challenge a thread of its own gives 1.
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = Some(threads);
        self
    }

    /// Adds a second stage: the best solutions are scored again with another encoder, a contextual
    /// model above all, whose nearness comes to their raw scores. Its cosines of unrelated texts
    /// should be near 0: give it the means of languages
    /// ([`Calibrated`](crate::encoder::Calibrated)).
    ///
    /// A solution's vectors are made when it is first among the best, and remembered;
    /// [`Catalogue::prepare`] makes those of all solutions, and keeps them in the folder. Whether
    /// anything answers is told by the first stage.
    #[must_use]
    pub fn rescore(mut self, encoder: Arc<dyn Encoder>) -> Self {
        self.rescore = Some(encoder);
        self
    }

    /// Sets how many of the best solutions the second stage scores again, 1 to 1,000. The default
    /// is 30. Solutions behind them keep their order, and get no higher score than the last of
    /// those.
    #[must_use]
    pub fn depth(mut self, depth: usize) -> Self {
        self.depth = Some(depth);
        self
    }

    /// Chooses matches that are unlike each other among the best: up to the limit of a search out
    /// of five times as many, 50 or more. They come in the order in which they were chosen, with
    /// their scores, and [`Matches::spread`] tells the price. The default is the best by score.
    #[must_use]
    pub fn diversity(mut self, diversity: Diversity) -> Self {
        self.diversity = Some(diversity);
        self
    }

    /// Sets which words name the same theme, for the signal `themes` and for gaps. The default is
    /// the built-in thesaurus.
    #[must_use]
    pub fn thesaurus(mut self, thesaurus: impl Into<Arc<Thesaurus>>) -> Self {
        self.thesaurus = Some(thesaurus.into());
        self
    }

    /// Sets whether, for the signal `goals`, a record that names no goals has those that its text
    /// speaks of ([`goals`]). The default is that it has none.
    ///
    /// The texts of the catalogue are read for it once in the life of a process, when a criterion
    /// or a weight first counts goals: about a millisecond for each solution that names none.
    #[must_use]
    pub fn suggested(mut self, counted: bool) -> Self {
        self.suggested = counted;
        self
    }

    /// Makes the matcher, over the newest snapshot of a catalogue.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidOption`] if a signal with a weight above 0 needs the catalogue's encoder
    /// and the encoder is not available, if the number of threads is not 1 to [`THREADS_LIMIT`], or
    /// if there is a depth that is not 1 to 1,000 or nothing to rescore with, or if a diversity is
    /// not 0 to 1, has a cap of 0, or needs an encoder that is not available.
    pub fn build(self, catalogue: &Catalogue) -> Result<Matcher, Error> {
        let pool = Arc::new(Pool::new(self.threads.unwrap_or_else(Pool::available))?);
        let Self { weights, languages, rescore, depth, diversity, suggested, .. } = self;
        let thesaurus = self.thesaurus.unwrap_or_else(Thesaurus::builtin);
        let rescorer = match (rescore, depth) {
            (Some(encoder), depth) => {
                Some(Arc::new(Rescorer::new(encoder, depth.unwrap_or(rescore::DEPTH))?))
            }
            (None, Some(depth)) => {
                let expected = "none: it is that of a second stage, and there is no `rescore`";
                return Err(Error::option("depth", depth, expected));
            }
            (None, None) => None,
        };
        let snapshot = catalogue.snapshot()?;
        if let Some(diversity) = &diversity {
            diversity.check(&snapshot)?;
        }
        let counted = weights.iter().flat_map(Weights::counted);
        let needing = counted.into_iter().find(|signal| signal.needs_encoder());
        if let (Some(signal), None) = (needing, snapshot.encoder()) {
            let expected = "0: the catalogue's encoder, which this signal needs, is not available";
            return Err(Error::option(&format!("weights.{signal}"), "above 0", expected));
        }
        let snapshot = RwLock::new(Arc::new(snapshot));
        let catalogue = catalogue.clone();
        let asks = Arc::default();
        Ok(Matcher {
            catalogue,
            snapshot,
            weights,
            languages,
            rescorer,
            diversity,
            thesaurus,
            suggested,
            asks,
            pool,
            stop: Arc::default(),
        })
    }
}

impl Clone for Matcher {
    fn clone(&self) -> Self {
        Self {
            catalogue: self.catalogue.clone(),
            snapshot: RwLock::new(self.current()),
            weights: self.weights.clone(),
            languages: self.languages.clone(),
            rescorer: self.rescorer.clone(),
            diversity: self.diversity.clone(),
            thesaurus: Arc::clone(&self.thesaurus),
            suggested: self.suggested,
            asks: Arc::clone(&self.asks),
            pool: Arc::clone(&self.pool),
            stop: Arc::clone(&self.stop),
        }
    }
}

impl Matcher {
    /// A matcher with the defaults, over the newest snapshot of a catalogue.
    ///
    /// # Errors
    /// [`ErrorKind::Corrupt`] if the catalogue cannot be read.
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
    /// [`ErrorKind::InvalidOption`] if the number of threads is not 1 to [`THREADS_LIMIT`].
    pub fn with_threads(&self, threads: usize) -> Result<Self, Error> {
        Ok(Self { pool: Arc::new(Pool::new(threads)?), ..self.clone() })
    }

    /// The same matcher, whose calls end with [`ErrorKind::Cancelled`] soon after `progress` is
    /// cancelled: a service ends so what has gone on for too long, or what nobody waits for any
    /// more.
    ///
    /// # Examples
    /// ```
    /// # use citymatch::{Challenge, ErrorKind, Matcher, __doc_catalogue, matcher::Progress};
    /// use std::sync::Arc;
    /// let progress = Arc::new(Progress::default());
    /// let matcher = Matcher::new(&__doc_catalogue()?)?.stopped_by(&progress);
    /// let challenge = Challenge::new("c1", "jardines para la lluvia");
    /// assert!(matcher.find(&challenge).is_ok());
    /// progress.cancel();
    /// assert!(matches!(matcher.find(&challenge).unwrap_err().kind(), ErrorKind::Cancelled));
    /// # Ok::<(), citymatch::Error>(())
    /// ```
    #[must_use]
    pub fn stopped_by(&self, progress: &Arc<Progress>) -> Self {
        Self { stop: Arc::clone(progress), ..self.clone() }
    }

    /// Takes a snapshot of the newest commit of the catalogue, including those of other processes.
    /// Until this is called the matcher keeps its snapshot. Calls that have begun in other threads,
    /// batches among them, end with the snapshot that they began with.
    ///
    /// Returns whether there was a newer commit. Without one it takes some microseconds.
    ///
    /// # Errors
    /// [`ErrorKind::Corrupt`] if the catalogue cannot be read; the matcher then keeps its snapshot.
    ///
    /// # Examples
    /// ```
    /// # use citymatch::{Matcher, Solution, __doc_catalogue};
    /// let catalogue = __doc_catalogue()?;
    /// let matcher = Matcher::new(&catalogue)?;
    /// let mut edit = catalogue.edit()?;
    /// edit.put(Solution::new("s4", "Rain gardens"))?;
    /// edit.commit()?;
    /// assert_eq!(matcher.snapshot().solutions().len(), 3);
    /// assert!(matcher.refresh()? && !matcher.refresh()?);
    /// assert_eq!(matcher.snapshot().solutions().len(), 4);
    /// # Ok::<(), citymatch::Error>(())
    /// ```
    pub fn refresh(&self) -> Result<bool, Error> {
        let newest = self.catalogue.snapshot()?;
        if newest.is(&self.current()) {
            return Ok(false);
        }
        *self.snapshot.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(newest);
        *self.known_asks() = None;
        Ok(true)
    }

    /// The snapshot whose solutions are ranked.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        (*self.current()).clone()
    }

    fn known_asks(&self) -> MutexGuard<'_, Option<StoredAsks>> {
        self.asks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The stored challenges of a snapshot as they ask, in the order of their ids.
    pub(crate) fn stored_asks(&self, snapshot: &Arc<Snapshot>) -> Result<Arc<[Ask]>, Error> {
        if let Some(known) = self.known_asks().as_ref().filter(|known| known.are_of(snapshot)) {
            return Ok(known.asks());
        }
        let made = StoredAsks::new(self, snapshot)?;
        let asks = made.asks();
        *self.known_asks() = Some(made);
        Ok(asks)
    }

    pub(crate) fn current(&self) -> Arc<Snapshot> {
        Arc::clone(&self.snapshot.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The weight of each signal.
    #[must_use]
    pub fn weights(&self) -> Weights {
        self.weights_at(&self.current())
    }

    pub(crate) fn weights_at(&self, snapshot: &Snapshot) -> Weights {
        self.weights.clone().unwrap_or_else(|| Weights::calibrated(calibration(snapshot)))
    }

    /// The weights of a challenge: those of the matcher, and beside them its own criteria.
    pub(crate) fn weights_for(&self, snapshot: &Snapshot, challenge: &Challenge) -> Weights {
        ScoredCriteria::new(&challenge.criteria).added_to(&self.weights_at(snapshot))
    }

    /// The queries of a record: one, or a reading in each language ([`Query::readings`]).
    pub(crate) fn readings<R: Record>(
        &self,
        record: &R,
        collection: Collection<'_>,
    ) -> Result<Vec<Arc<Query>>, Error> {
        let counts_suggested = self.suggested && record.goals().is_empty();
        let suggested = if counts_suggested { goals::suggested(record)? } else { Vec::new() };
        let mut readings = Query::readings(record, collection.commonest_language());
        for query in &mut readings {
            let wanted = std::mem::take(&mut query.wanted);
            let wanted = if self.suggested { wanted.with_suggested(&suggested) } else { wanted };
            query.wanted = Wanted { thesaurus: Arc::clone(&self.thesaurus), ..wanted };
        }
        Ok(readings.into_iter().map(Arc::new).collect())
    }

    /// The signals of a query that count under some weights.
    pub(crate) fn signals(
        &self,
        collection: Collection<'_>,
        query: &Arc<Query>,
        weights: Weights,
    ) -> Result<QuerySignals, Error> {
        if self.suggested && weights.counts(Signal::Goals) {
            goals::find_suggested(collection.snapshot())?;
        }
        QuerySignals::new(collection, query, weights)
    }

    /// What maps the raw scores of a query to scores: the logistic of the encoder, or that of the
    /// weights where they have one, whose midpoint moves with the breadth as the encoder's does.
    pub(crate) fn logistic(&self, snapshot: &Snapshot, query: &Query) -> Logistic {
        let encoders = Logistic::new(calibration(snapshot), query.breadth());
        match self.weights.as_ref().and_then(Weights::logistic) {
            None => encoders,
            Some((slope, midpoint)) => {
                let shift = encoders.midpoint - Logistic::new(calibration(snapshot), 0.0).midpoint;
                Logistic { slope, midpoint: midpoint + shift }
            }
        }
    }

    /// Ranks the solutions for a challenge, best first.
    ///
    /// Every eligible solution is ranked, and the best ones up to the limit are returned. Equal
    /// scores are ordered by id. A challenge that consists of stop words finds nothing.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidOption`] if the limit is 0, or if statistics are given that are not
    /// complete.
    ///
    /// # Examples
    /// ```
    /// # use citymatch::{Challenge, Matcher, __doc_catalogue};
    /// let matcher = Matcher::new(&__doc_catalogue()?)?;
    /// let matches = matcher.find(&Challenge::new("c1", "jardines para la lluvia"))?;
    /// assert_eq!(matches[0].id().as_str(), "s1");
    /// # Ok::<(), citymatch::Error>(())
    /// ```
    pub fn find<'c>(&self, search: impl Into<Search<'c>>) -> Result<Matches, Error> {
        let search = search.into();
        let search = std::slice::from_ref(&search);
        let mut found = self.find_group(search, Some(&self.pool), &self.stop);
        found.pop().unwrap_or_else(|| Err(Error::engine("matching", "a search has no result")))
    }

    /// [`find`](Self::find) for several searches together: the data are read once for all of them.
    /// With a pool its threads share the solutions. If one search fails, each is tried alone, so
    /// that it does not make the others fail.
    pub(crate) fn find_group(
        &self,
        searches: &[Search<'_>],
        pool: Option<&Pool>,
        progress: &Progress,
    ) -> Vec<Result<Matches, Error>> {
        match self.try_group(searches, pool, progress) {
            Ok(found) => found.into_iter().map(Ok).collect(),
            Err(error) if searches.len() == 1 => vec![Err(error)],
            Err(_) => {
                let alone = searches.chunks(1);
                alone.flat_map(|search| self.find_group(search, pool, progress)).collect()
            }
        }
    }

    fn try_group(
        &self,
        searches: &[Search<'_>],
        pool: Option<&Pool>,
        progress: &Progress,
    ) -> Result<Vec<Matches>, Error> {
        let snapshot = self.current();
        let queries = searches.iter().map(|search| {
            let collection = Collection::new(&snapshot, search.given_statistics()?)?;
            self.readings(search.challenge(), collection)
        });
        let queries = queries.collect::<Result<Vec<_>, Error>>()?;
        // A query without a content word finds nothing and is not ranked.
        let (mut prepared, mut options, mut ranked) = (Vec::new(), Vec::new(), Vec::new());
        for (search, readings) in searches.iter().zip(&queries) {
            progress.check()?;
            let limit = search.checked_limit()?;
            let readings = readings.iter().filter(|query| !query.terms.is_empty());
            ranked.push((readings.clone().count(), limit));
            for query in readings {
                let collection = Collection::new(&snapshot, search.given_statistics()?)?;
                let weights = self.weights_for(&snapshot, search.challenge());
                prepared.push(self.signals(collection, query, weights)?);
                let filter = search.filter(&self.languages);
                let logistic = self.logistic(&snapshot, query);
                let limit = self.ranked_for(limit);
                options.push(RankingOptions { kind: Kind::Solution, limit, filter, logistic });
            }
        }
        let rankings = rank::rank(&snapshot, &prepared, &options, pool, progress)?;
        let mut rankings = prepared.iter().zip(rankings);
        let matches = searches.iter().zip(&queries).zip(ranked);
        let matches = matches.map(|((search, readings), (count, limit))| {
            let found: Vec<_> = rankings.by_ref().take(count).collect();
            let signals = found.first().map(|(signals, _)| *signals);
            let rescorer = self.rescorer.as_deref();
            let most = self.ranked_for(limit);
            let found = found.into_iter().map(|(_, ranking)| ranking);
            let mut ranking = Ranking::merged(found, most);
            if let (Some(rescorer), Some(ranking)) = (rescorer, &mut ranking) {
                progress.check()?;
                let logistic = |query: &Query| self.logistic(&snapshot, query);
                rescorer.rescore(&snapshot, readings, logistic, ranking)?;
            }
            let spread = ranking.as_mut().map(|ranking| self.cut(&snapshot, ranking, limit));
            let spread = spread.transpose()?.flatten();
            let matches = self.matches(&snapshot, search, readings, signals.zip(ranking));
            let criteria = ScoredCriteria::new(&search.challenge().criteria);
            Ok(matches.chosen_for(spread).scored_by(criteria))
        });
        matches.collect()
    }

    /// How many documents are ranked for a limit.
    fn ranked_for(&self, limit: usize) -> usize {
        let limit = self.rescorer.as_ref().map_or(limit, |own| limit.max(own.depth));
        self.diversity.as_ref().map_or(limit, |_| limit.max(Diversity::candidates(limit)))
    }

    /// Cuts a ranking to the limit: by score or, with a diversity, by choice.
    fn cut(
        &self,
        snapshot: &Snapshot,
        ranking: &mut Ranking,
        limit: usize,
    ) -> Result<Option<Spread>, Error> {
        let Some(diversity) = &self.diversity else {
            ranking.best.truncate(limit);
            return Ok(None);
        };
        let choice = diversify::choose(snapshot, &ranking.best, limit, diversity)?;
        ranking.best = choice.chosen.iter().map(|place| ranking.best[*place].clone()).collect();
        Ok(Some(choice.spread))
    }

    /// The options that move a result, as JSON.
    pub(crate) fn options_json(&self) -> Json {
        let languages: Vec<&str> = self.languages.iter().map(|own| own.name()).collect();
        let second = self.rescorer.as_ref();
        let second = second.map(|own| json!({"encoder": own.encoder.name(), "depth": own.depth}));
        let diversity = self.diversity.as_ref().map(Diversity::to_json);
        json!({
            "languages": languages,
            "second_stage": second,
            "diversity": diversity,
            "thesaurus": self.thesaurus.hash(),
            "suggested": self.suggested,
        })
    }

    /// The same matcher without a diversity.
    pub(crate) fn without_diversity(&self) -> Self {
        Self { diversity: None, ..self.clone() }
    }

    fn matches(
        &self,
        snapshot: &Arc<Snapshot>,
        search: &Search<'_>,
        readings: &[Arc<Query>],
        found: Option<(&QuerySignals, Ranking)>,
    ) -> Matches {
        let id = search.challenge().id.clone();
        // It is not known whether a challenge of so few words is answered.
        let is_long_enough = readings.iter().all(|query| query.words >= ANSWERED_WORDS);
        let threshold = self.answer_threshold_at(snapshot).filter(|_| is_long_enough);
        let Some((signals, ranking)) = found else {
            let answer = Answer::new(BestEvidence::new(), 0.0, threshold);
            return read_in(Matches::new(id, Vec::new(), answer), readings);
        };
        let counted: Vec<Signal> = signals.signals.iter().map(AnySignal::signal).collect();
        let answer = Answer::new(ranking.evidence, signals.query.breadth(), threshold);
        let ranked = ranking.best.into_iter().zip(1..);
        let matches =
            ranked.map(|(found, rank)| Match::new(snapshot, found, rank, &counted)).collect();
        read_in(Matches::new(id, matches, answer), readings)
    }

    /// What [`Matches::answer_score`] must reach for [`Matches::answered`] to be `Some(true)`.
    /// `None` under weights other than the calibrated ones and without an encoder, for which there
    /// is no threshold.
    #[must_use]
    pub fn answer_threshold(&self) -> Option<f64> {
        self.answer_threshold_at(&self.current())
    }

    fn answer_threshold_at(&self, snapshot: &Snapshot) -> Option<f64> {
        let calibration = calibration(snapshot).filter(|_| self.weights.is_none());
        calibration.map(|calibration| calibration.answer_threshold)
    }

    /// Whether searches are faster together: vectors are read once for all of them, but posting
    /// lists for each.
    pub(crate) fn gains_by_groups(&self) -> bool {
        let snapshot = self.current();
        snapshot.encoder().is_some() && self.weights_at(&snapshot).counts(Signal::Meaning)
    }

    /// Explains the score of a solution: a tree of numbers that adds up to it, with the words and
    /// sentences that matched.
    ///
    /// # Errors
    /// [`ErrorKind::UnknownSolution`] if the snapshot has no such solution.
    ///
    /// # Examples
    /// ```
    /// # use citymatch::{Challenge, Matcher, SolutionId, __doc_catalogue};
    /// let matcher = Matcher::new(&__doc_catalogue()?)?;
    /// let challenge = Challenge::new("c1", "lluvia en la ciudad");
    /// let explanation = matcher.explain(&challenge, &SolutionId::from("s1"))?;
    /// assert!(explanation.to_string().contains("lluvia"));
    /// # Ok::<(), citymatch::Error>(())
    /// ```
    pub fn explain<'c>(
        &self,
        search: impl Into<Search<'c>>,
        id: &SolutionId,
    ) -> Result<Explanation, Error> {
        let search = search.into();
        let snapshot = self.current();
        let address = snapshot.address(Kind::Solution, id.as_str())?;
        let address = address.ok_or_else(|| ErrorKind::UnknownSolution { id: id.to_string() })?;
        let collection = Collection::new(&snapshot, search.given_statistics()?)?;
        self.explain_at(&search, collection, (&snapshot, address), Some(id))
    }

    /// Explains the scores of several solutions, in their order, on the threads of the matcher:
    /// [`explain`](Self::explain) of each.
    ///
    /// # Errors
    /// [`ErrorKind::UnknownSolution`] if the snapshot lacks one of them.
    ///
    /// # Examples
    /// ```
    /// # use citymatch::{Challenge, Matcher, Search, __doc_catalogue};
    /// let matcher = Matcher::new(&__doc_catalogue()?)?;
    /// let challenge = Challenge::new("c1", "lluvia en la ciudad");
    /// let matches = matcher.find(&challenge)?;
    /// let ids: Vec<_> = matches.iter().map(|found| found.id()).collect();
    /// let explanations = matcher.explain_all(&Search::new(&challenge), &ids)?;
    /// assert_eq!(explanations[0].root.value, matches[0].score());
    /// # Ok::<(), citymatch::Error>(())
    /// ```
    pub fn explain_all(
        &self,
        search: &Search<'_>,
        ids: &[&SolutionId],
    ) -> Result<Vec<Explanation>, Error> {
        self.pool.map(ids, |id| self.explain(search.clone(), id))
    }

    /// Explains the score of a document, which lies in the collection or in another snapshot. `id`
    /// is that of a solution at which a second stage may have looked.
    pub(crate) fn explain_at(
        &self,
        search: &Search<'_>,
        collection: Collection<'_>,
        (snapshot, address): (&Snapshot, DocAddress),
        id: Option<&SolutionId>,
    ) -> Result<Explanation, Error> {
        self.stop.check()?;
        let language = snapshot.segment(address.segment).meta(address.doc).language;
        let readings = self.readings(search.challenge(), collection)?;
        let is_read = |query: &&Arc<Query>| query.readers.include(language);
        let query = readings.iter().find(is_read).unwrap_or(&readings[0]);
        let weights = self.weights_for(snapshot, search.challenge());
        let mut signals = self.signals(collection, query, weights)?;
        if !ptr::eq(snapshot, collection.snapshot()) {
            signals = signals.among(&snapshot.other_terms()?);
        }
        let logistic = self.logistic(snapshot, query);
        let second = match id {
            Some(id) => self.second_look(search, query, snapshot, address, id)?,
            None => None,
        };
        let explain = |same| {
            let second = second.as_ref();
            rank::explain(search.challenge(), snapshot, &signals, logistic, address, same, second)
        };
        let explanation = explain(None)?;
        if query.readers == Readers::All {
            return Ok(explanation);
        }
        let other = explain(Some(false))?;
        Ok(if other.root.value > explanation.root.value { other } else { explanation })
    }

    /// What the second stage sees of a solution; `None` where it does not look at it, as it is not
    /// among the best.
    fn second_look(
        &self,
        search: &Search<'_>,
        query: &Query,
        snapshot: &Snapshot,
        address: DocAddress,
        id: &SolutionId,
    ) -> Result<Option<SecondLook>, Error> {
        let Some(rescorer) = self.rescorer.as_deref() else { return Ok(None) };
        // Spread chooses among those that it looks at.
        let best = self.without_diversity().find(search.clone().limit(rescorer.depth))?;
        let is_best = best.iter().any(|found| found.id() == id);
        if is_best { rescorer.look(snapshot, query, address) } else { Ok(None) }
    }

    /// This catalogue's part of the statistics of a collection that is spread over several
    /// catalogues, for some challenges. `merged` is the result of the rounds so far: see
    /// [`CollectionStats`].
    ///
    /// # Errors
    /// [`ErrorKind::Corrupt`] if the catalogue cannot be read, and [`ErrorKind::InvalidOption`] if
    /// the merged rounds were made by another analyser or encoder than the catalogue's.
    pub fn statistics<'c>(
        &self,
        merged: &CollectionStats,
        challenges: impl IntoIterator<Item = &'c Challenge>,
    ) -> Result<CollectionStats, Error> {
        self.statistics_without(&[], merged, challenges)
    }

    /// [`statistics`](Self::statistics) without the texts that another catalogue of the collection
    /// has too and counts: those with one of the hashes `elsewhere`, of
    /// [`text_hashes`](Self::text_hashes). Of the catalogues that have a text, all but one have to
    /// leave it out.
    ///
    /// # Errors
    /// [`ErrorKind::Corrupt`] if the catalogue cannot be read, and [`ErrorKind::InvalidOption`] if
    /// the merged rounds were made by another analyser or encoder than the catalogue's.
    ///
    /// # Examples
    /// ```
    /// # use citymatch::{Challenge, Matcher, __doc_catalogue, statistics::CollectionStats};
    /// let (one, copy) = (Matcher::new(&__doc_catalogue()?)?, Matcher::new(&__doc_catalogue()?)?);
    /// let challenges = [Challenge::from_text("¿Cómo retener el agua de lluvia?")];
    /// let none = CollectionStats::default();
    /// let elsewhere = one.text_hashes()?;
    /// let parts = [
    ///     one.statistics(&none, &challenges)?,
    ///     copy.statistics_without(&elsewhere, &none, &challenges)?,
    /// ];
    /// assert_eq!(CollectionStats::merge(parts)?, one.statistics(&none, &challenges)?);
    /// # Ok::<(), citymatch::Error>(())
    /// ```
    pub fn statistics_without<'c>(
        &self,
        elsewhere: &[u64],
        merged: &CollectionStats,
        challenges: impl IntoIterator<Item = &'c Challenge>,
    ) -> Result<CollectionStats, Error> {
        let commonest = merged.commonest_language();
        let readings = |challenge| Query::readings(challenge, commonest);
        let queries: Vec<Query> = challenges.into_iter().flat_map(readings).collect();
        merged.part(&self.current(), &queries, elsewhere)
    }

    /// A hash of what each solution says, in ascending order and each once. Solutions that say the
    /// same, word for word and in the same language, have the same one, in other catalogues too.
    ///
    /// # Errors
    /// [`ErrorKind::Corrupt`] if the catalogue cannot be read.
    pub fn text_hashes(&self) -> Result<Vec<u64>, Error> {
        self.current().text_hashes(Kind::Solution)
    }

    /// The solutions that a search's rules of eligibility exclude, ordered by id, each with every
    /// rule that it does not meet.
    ///
    /// # Errors
    /// [`ErrorKind::Corrupt`] if a stored record cannot be read.
    ///
    /// # Examples
    /// ```
    /// # use citymatch::{Challenge, Matcher, Search, Stage, __doc_catalogue};
    /// let matcher = Matcher::new(&__doc_catalogue()?)?;
    /// let challenge = Challenge::new("c1", "lluvia");
    /// let excluded = matcher.ineligible(Search::new(&challenge).at_least(Stage::Implemented))?;
    /// assert_eq!(excluded[0].solution_id.as_str(), "s1");
    /// assert_eq!(excluded[0].reasons[0].rule, "stages");
    /// # Ok::<(), citymatch::Error>(())
    /// ```
    pub fn ineligible<'c>(&self, search: impl Into<Search<'c>>) -> Result<Vec<Ineligible>, Error> {
        let search = search.into();
        ineligible(&self.current(), &search.filter(&self.languages))
    }
}

/// The solutions of a snapshot that rules exclude, in the order of their ids.
pub(crate) fn ineligible(
    snapshot: &Snapshot,
    filter: &EligibilityFilter,
) -> Result<Vec<Ineligible>, Error> {
    let mut found = Vec::new();
    if filter.is_open() {
        return Ok(found);
    }
    for ord in snapshot.ords() {
        let segment = snapshot.segment(ord);
        let (filter, index) = (filter.for_segment(segment)?, snapshot.inverted_index(ord)?);
        for doc in segment.live(Kind::Solution) {
            let address = DocAddress { segment: ord, doc };
            let reasons = filter.reasons(doc, || snapshot.read(address))?;
            if !reasons.is_empty() {
                found.push(Ineligible::new(SolutionId::from(index.id(doc)), reasons));
            }
        }
    }
    found.sort_by(|a, b| a.solution_id.cmp(&b.solution_id));
    Ok(found)
}

fn calibration(snapshot: &Snapshot) -> Option<&Calibration> {
    snapshot.encoder().map(Encoder::calibration)
}

/// The matches of a challenge, with what it was read as.
fn read_in(matches: Matches, readings: &[Arc<Query>]) -> Matches {
    match readings {
        [one] => matches.read_in(one.language, one.source),
        several => matches.read_in(None, several.first().and_then(|query| query.source)),
    }
}
