//! Ranking the solutions of a catalogue against challenges: the front door.

use std::collections::BTreeSet;
use std::sync::Arc;

use citymatch_encoder::{Calibration, Encoder};

pub use crate::batch::FindEach;
use crate::catalogue::{Catalogue, Snapshot};
use crate::eligibility::{self, Ineligible};
use crate::engine::Segment;
use crate::error::{Error, ErrorKind};
use crate::explain::{self, Explanation};
use crate::matches::{Match, Matches};
use crate::pool::Pool;
pub use crate::pool::THREADS_LIMIT;
pub use crate::progress::Progress;
use crate::rank::{score::Logistic, top_k::TopK};
use crate::record::{Date, Eligibility, Kind, Language, SolutionId};
use crate::search::Search;
use crate::signal::Weights;
use crate::signal::{Block, GROUPS, Group, Signal, Signals};
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
    /// None: the calibrated ones.
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
    /// [`ErrorKind::InvalidOption`] where a weight names a signal that needs the catalogue's
    /// encoder, and that is not at hand. [`ErrorKind::InvalidOption`] where the threads are not 1
    /// to [`THREADS_LIMIT`].
    pub fn build(self, catalogue: &Catalogue) -> Result<Matcher, Error> {
        let pool = Arc::new(Pool::new(self.threads.unwrap_or_else(Pool::available))?);
        let Self { weights, languages, .. } = self;
        let snapshot = catalogue.snapshot()?;
        let counts =
            |signal: &Signal| weights.as_ref().is_some_and(|weights| weights.counts(*signal));
        let named = [Signal::Related, Signal::Meaning].into_iter().find(counts);
        if let (Some(signal), None) = (named, snapshot.encoder()) {
            let expected = "0: the catalogue's encoder, which this signal needs, is not at hand";
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
        self.find_alone(&search.into())
    }

    /// A group of one.
    fn find_alone(&self, search: &Search<'_>) -> Result<Matches, Error> {
        self.find_group(std::slice::from_ref(search), &Progress::default())
            .pop()
            .expect("a result for each search")
    }

    /// [`find`](Self::find) for some searches together. What they cannot share because of an error,
    /// each tries alone.
    pub(crate) fn find_group(
        &self,
        searches: &[Search<'_>],
        progress: &Progress,
    ) -> Vec<Result<Matches, Error>> {
        match self.rank_group(searches, progress) {
            Ok(found) => found,
            Err(error) if searches.len() == 1 => vec![Err(error)],
            Err(_) => {
                searches.chunks(1).flat_map(|search| self.find_group(search, progress)).collect()
            }
        }
    }

    fn rank_group(
        &self,
        searches: &[Search<'_>],
        progress: &Progress,
    ) -> Result<Vec<Result<Matches, Error>>, Error> {
        let asks: Vec<Query<'_>> = searches.iter().map(|search| self.ask(search)).collect();
        let mut signals = Vec::with_capacity(searches.len());
        for (search, ask) in searches.iter().zip(&asks) {
            progress.check()?;
            signals.push(self.signals(search, ask));
        }
        // The searches that can find something; the others are ready.
        let (places, together): (Vec<usize>, Vec<&Signals<'_>>) = signals
            .iter()
            .enumerate()
            .filter_map(|(place, signals)| Some((place, signals.as_ref().ok()?.as_ref()?)))
            .unzip();
        let mut found: Vec<Found> = searches.iter().map(|_| Found::default()).collect();
        for (segment, number) in self.snapshot.segments().iter().zip(0..) {
            let terms = self.snapshot.terms(number)?;
            let mut rankings = Vec::with_capacity(places.len());
            for (search, signals) in places.iter().map(|place| &searches[*place]).zip(&together) {
                let barred = self.barred(&search.rules(), search.challenge().deadline, number)?;
                // What meets nothing of the ask is many records of one sum, and of use only where
                // too little meets anything.
                let least =
                    if signals.of_nothing().is_some() { ABOVE_NOTHING } else { f64::NEG_INFINITY };
                rankings.push((
                    barred,
                    TopK::new(
                        search.checked_limit()?,
                        segment.len(),
                        Logistic::of(self.calibration()),
                        least,
                    ),
                ));
            }
            Signals::each_block_of(&together, number, progress, |of, block| {
                let (barred, top) = &mut rankings[of];
                offer(block, segment, &asks[places[of]], barred, top);
            })?;
            for ((place, signals), (barred, mut top)) in places.iter().zip(&together).zip(rankings)
            {
                if let Some(nothing) = signals.of_nothing()
                    && top.has_room()
                {
                    offer_the_rest(nothing, segment, &barred, &mut top);
                }
                let found = &mut found[*place];
                found.highest = found.highest.max(top.highest());
                let best = top.into_candidates(|record| segment.id_rank(record));
                let ids = terms.ids_of(best.iter().map(|best| best.record));
                found.best.extend(best.iter().map(|best| best.score).zip(ids.map(str::to_owned)));
            }
        }
        let all = searches.iter().zip(&asks).zip(signals).zip(found);
        Ok(all
            .map(|(((search, ask), signals), found)| {
                signals.and_then(|_| self.matches(search, ask, found))
            })
            .collect())
    }

    /// What a search ranks by; none where its ask finds nothing.
    fn signals<'a>(
        &'a self,
        search: &Search<'_>,
        ask: &'a Query<'_>,
    ) -> Result<Option<Signals<'a>>, Error> {
        search.checked_limit()?;
        if ask.terms.is_empty() {
            return Ok(None);
        }
        Signals::new(&self.snapshot, ask, self.weights()).map(Some)
    }

    fn matches(
        &self,
        search: &Search<'_>,
        ask: &Query<'_>,
        found: Found,
    ) -> Result<Matches, Error> {
        let Found { mut best, highest } = found;
        best.sort_by(|(a, a_id), (b, b_id)| b.total_cmp(a).then_with(|| a_id.cmp(b_id)));
        let ranked = best.into_iter().take(search.checked_limit()?).zip(1..);
        let matches = ranked
            .map(|((score, id), rank)| Match::new(SolutionId::from(id), rank, score))
            .collect();
        Ok(Matches::new(search.challenge().id.clone(), matches, self.answered(ask, highest)))
    }

    /// Whether the highest S says that something answers; no verdict under weights of one's own,
    /// without an encoder, or for an ask of one or two content words.
    fn answered(&self, ask: &Query<'_>, highest: f64) -> Option<bool> {
        let calibration = self.calibration().filter(|_| self.weights.is_none())?;
        (ask.words >= VERDICT_WORDS).then_some(highest >= calibration.answer_threshold)
    }

    /// Whether searches gain by going through the data together: the encoder's vectors are read for
    /// all at once, lists for each.
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
        let ask = self.ask(&search);
        let signals = Signals::new(&self.snapshot, &ask, self.weights())?;
        explain::explain(&search, &ask, &signals, Logistic::of(self.calibration()), address)
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
    /// assert_eq!((barred[0].id.as_str(), barred[0].reasons[0].rule), ("s1", "stages"));
    /// # Ok::<(), citymatch::Error>(())
    /// ```
    pub fn ineligible<'c>(&self, search: impl Into<Search<'c>>) -> Result<Vec<Ineligible>, Error> {
        let search = search.into();
        let rules = self.with_languages(search.rules());
        let mut found = Vec::new();
        if eligibility::is_open(&rules) {
            return Ok(found);
        }
        for (segment, number) in self.snapshot.segments().iter().zip(0..) {
            let (facts, terms) = (self.snapshot.facts(number)?, self.snapshot.terms(number)?);
            for record in segment.live(Kind::Solution) {
                let Some(facts) = &facts[record as usize] else { continue };
                let id = terms.id(record).to_owned();
                let reasons = eligibility::reasons(&rules, search.challenge().deadline, &id, facts);
                if !reasons.is_empty() {
                    found.push(Ineligible::new(SolutionId::from(id), reasons));
                }
            }
        }
        found.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(found)
    }

    fn ask<'s>(&self, search: &'s Search<'_>) -> Query<'s> {
        Query::of(search.challenge(), self.snapshot.commonest_language())
    }

    /// Which records of a segment may not enter, one value a record; empty where no rule bars
    /// anything.
    fn barred(
        &self,
        rules: &Eligibility,
        deadline: Option<Date>,
        number: usize,
    ) -> Result<Vec<bool>, Error> {
        let segment = &self.snapshot.segments()[number];
        let mut barred = Vec::new();
        if !self.languages.is_empty() {
            let speaks = |record| {
                segment
                    .tag(record)
                    .language
                    .is_some_and(|language| self.languages.contains(&language))
            };
            barred = (0..segment.len())
                .map(|record| u32::try_from(record).is_ok_and(|record| !speaks(record)))
                .collect();
        }
        if !eligibility::is_open(rules) {
            let (facts, terms) = (self.snapshot.facts(number)?, self.snapshot.terms(number)?);
            barred.resize(segment.len(), false);
            for record in segment.live(Kind::Solution) {
                if let Some(facts) = &facts[record as usize] {
                    let id = if rules.excluded.is_empty() { "" } else { terms.id(record) };
                    barred[record as usize] |=
                        !eligibility::reasons(rules, deadline, id, facts).is_empty();
                }
            }
        }
        Ok(barred)
    }

    /// The matcher's languages as a rule among the others.
    fn with_languages(&self, mut rules: Eligibility) -> Eligibility {
        if !self.languages.is_empty() {
            let both = |language: &Language| {
                rules.languages.is_empty() || rules.languages.contains(language)
            };
            rules.languages = self.languages.iter().copied().filter(both).collect();
        }
        rules
    }
}

/// The least sum above 0.
const ABOVE_NOTHING: f64 = f64::from_bits(1);

/// What a search has found so far.
struct Found {
    /// The best of each segment, with their ids.
    best: Vec<(f64, String)>,
    /// The highest S.
    highest: f64,
}

impl Default for Found {
    fn default() -> Self {
        Self { best: Vec::new(), highest: f64::NEG_INFINITY }
    }
}

/// Offers the live and eligible solutions of a block.
fn offer(block: &Block<'_>, segment: &Segment, ask: &Query<'_>, barred: &[bool], top: &mut TopK) {
    let mut groups = [Group::default(); GROUPS];
    let above = block.groups_above(top.floor(), &mut groups);
    for group in &groups[..above] {
        if group.bound < top.floor() {
            break;
        }
        for at in block.above(*group, top.floor()) {
            let number = block.records.start + at;
            let record = u32::try_from(number).expect("records are counted in u32");
            let tag = segment.tag(record);
            if tag.kind == Some(Kind::Solution) && barred.get(number) != Some(&true) {
                let same = ask.language.is_some() && tag.language == ask.language;
                top.offer(block.sum(at, same), record, |record| segment.id_rank(record));
            }
        }
    }
}

/// Offers the live and eligible solutions that are not among the best yet and have one sum.
fn offer_the_rest(sum: f64, segment: &Segment, barred: &[bool], top: &mut TopK) {
    let mut there = top.records();
    there.sort_unstable();
    top.let_all_in();
    for record in segment.live(Kind::Solution) {
        if barred.get(record as usize) != Some(&true) && there.binary_search(&record).is_err() {
            top.offer(sum, record, |record| segment.id_rank(record));
        }
    }
}
