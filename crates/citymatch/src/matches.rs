//! The results of searches.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::ops::Index;
use std::sync::Arc;

use crate::catalogue::{DocAddress, Snapshot};
use crate::criteria::ScoredCriteria;
use crate::diversify::Spread;
use crate::error::Error;
use crate::level::Level;
use crate::rank::{BestEvidence, RankedDocument};
use crate::record::{ChallengeId, Language, Solution, SolutionId};
use crate::record_match::values_of;
use crate::search::checked_limit;
use crate::signal::Signal;
use crate::text::LanguageSource;

/// A solution that a search found, with its rank and its score.
///
/// Two matches are equal if their solutions' ids, ranks, scores and values of signals are.
#[derive(Clone)]
pub struct Match {
    id: SolutionId,
    rank: usize,
    score: f64,
    /// By signal, in the order of [`Signal::ALL`]; `None` for a signal that did not count.
    signals: [Option<f64>; Signal::ALL.len()],
    same_language: bool,
    unknown_rules: Vec<&'static str>,
    /// Shared by the matches of one search. A snapshot is itself a reference-counted handle, but
    /// all threads of a batch would then change the same count, and wait for each other.
    snapshot: Arc<Snapshot>,
    address: DocAddress,
}

impl Match {
    pub(crate) fn new(
        snapshot: &Arc<Snapshot>,
        found: RankedDocument,
        rank: usize,
        counted: &[Signal],
    ) -> Self {
        let signals = values_of(counted, &found.values);
        Self {
            id: SolutionId::from(found.id),
            rank,
            score: found.score,
            signals,
            same_language: found.same_language,
            unknown_rules: found.unknown_rules,
            snapshot: Arc::clone(snapshot),
            address: found.address,
        }
    }

    /// The id of the solution.
    #[must_use]
    pub fn id(&self) -> &SolutionId {
        &self.id
    }

    /// The id of the solution, without a copy. The match is consumed.
    #[must_use]
    pub fn into_id(self) -> SolutionId {
        self.id
    }

    /// Its place among the matches, from 1.
    #[must_use]
    pub fn rank(&self) -> usize {
        self.rank
    }

    /// How well it fits, from 0 to 1. It depends on the challenge, the solution, and how common
    /// words are in the catalogue, but not on the other matches.
    #[must_use]
    pub fn score(&self) -> f64 {
        self.score
    }

    /// The rules of eligibility that could not be checked, as the solution does not say what they
    /// ask for: the names of fields of [`Eligibility`](crate::Eligibility). It was admitted
    /// nevertheless; a person has to find out.
    ///
    /// # Examples
    /// ```
    /// # use citymatch::{Challenge, Eligibility, Matcher, Stage, __doc_catalogue};
    /// let pilots = Eligibility::new().stages([Stage::Pilot]);
    /// let challenge = Challenge::new("c1", "dry toilets without water").eligibility(pilots);
    /// let matches = Matcher::new(&__doc_catalogue()?)?.find(&challenge)?;
    /// assert_eq!(matches[0].unknown_rules(), ["stages"]);
    /// # Ok::<(), citymatch::Error>(())
    /// ```
    #[must_use]
    pub fn unknown_rules(&self) -> &[&'static str] {
        &self.unknown_rules
    }

    /// The score in a word: strong, possible or weak.
    #[must_use]
    pub fn level(&self) -> Level {
        Level::of(self.score)
    }

    /// The value of a signal, before it is multiplied by its weight: for `words` and `related` the
    /// share of the challenge's words that the solution has, 0 or more; for `meaning` a mean of
    /// cosines, −1 to 1; for `language` 0 or 1. `None` if the signal had weight 0.
    ///
    /// # Examples
    /// ```
    /// # use citymatch::{Challenge, Matcher, Signal, __doc_catalogue};
    /// let matcher = Matcher::new(&__doc_catalogue()?)?;
    /// let matches = matcher.find(&Challenge::from_text("¿Cómo retener el agua de lluvia?"))?;
    /// assert!(matches[0].signal(Signal::Words) > matches[1].signal(Signal::Words));
    /// assert_eq!(matches[0].signal(Signal::Language), None);
    /// # Ok::<(), citymatch::Error>(())
    /// ```
    #[must_use]
    pub fn signal(&self, signal: Signal) -> Option<f64> {
        self.signals[signal as usize]
    }

    /// The signals with a weight above 0, each with its value as [`signal`](Self::signal) gives it.
    /// Weights can be learned from them.
    pub fn signals(&self) -> impl Iterator<Item = (Signal, f64)> {
        let counted = |signal: &Signal| Some((*signal, self.signal(*signal)?));
        Signal::ALL.iter().filter_map(counted)
    }

    /// Whether the weights of solutions in the challenge's language gave the score
    /// ([`Weight::same`](crate::Weight::same)), or those of all others.
    ///
    /// # Examples
    /// ```
    /// # use citymatch::{Challenge, Matcher, __doc_catalogue};
    /// let matcher = Matcher::new(&__doc_catalogue()?)?;
    /// let matches = matcher.find(&Challenge::from_text("¿Cómo retener el agua de lluvia?"))?;
    /// assert!(matches[0].same_language());
    /// # Ok::<(), citymatch::Error>(())
    /// ```
    #[must_use]
    pub fn same_language(&self) -> bool {
        self.same_language
    }

    /// The snapshot that was searched.
    pub(crate) fn snapshot(&self) -> Snapshot {
        (*self.snapshot).clone()
    }

    /// Reads the solution itself, as it is in the snapshot that was searched.
    ///
    /// # Errors
    /// [`ErrorKind::Corrupt`](crate::ErrorKind::Corrupt) if the stored record cannot be read.
    ///
    /// # Examples
    /// ```
    /// # use citymatch::{Challenge, Matcher, __doc_catalogue};
    /// let matcher = Matcher::new(&__doc_catalogue()?)?;
    /// let matches = matcher.find(&Challenge::from_text("¿Cómo retener el agua de lluvia?"))?;
    /// assert_eq!(matches[0].solution()?.title, "Jardines de lluvia");
    /// # Ok::<(), citymatch::Error>(())
    /// ```
    pub fn solution(&self) -> Result<Solution, Error> {
        self.snapshot.read(self.address)
    }
}

impl PartialEq for Match {
    fn eq(&self, other: &Self) -> bool {
        (&self.id, self.rank, self.score, self.signals)
            == (&other.id, other.rank, other.score, other.signals)
    }
}

impl fmt::Debug for Match {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, rank, score, .. } = self;
        let signals: Vec<(Signal, f64)> = self.signals().collect();
        let mut debug = f.debug_struct("Match");
        debug.field("id", id).field("rank", rank).field("score", score);
        debug.field("signals", &signals).finish_non_exhaustive()
    }
}

/// What tells whether a challenge is answered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Answer {
    evidence: BestEvidence,
    breadth: f64,
    /// What the score of the evidence must reach; `None` where there is no verdict.
    threshold: Option<f64>,
}

impl Answer {
    pub(crate) fn new(evidence: BestEvidence, breadth: f64, threshold: Option<f64>) -> Self {
        Self { evidence, breadth, threshold }
    }

    /// That of two parts of a collection together. A part in which nothing was ranked does not know
    /// the breadth.
    fn and(mut self, other: Self) -> Self {
        self.evidence.merge(other.evidence);
        let threshold = self.threshold.and(other.threshold);
        Self { breadth: self.breadth.max(other.breadth), threshold, ..self }
    }
}

/// The matches of one challenge, best first: by descending score, and equal scores by ascending id.
/// Those of a matcher with a diversity are in the order in which they were chosen.
///
/// # Examples
/// ```
/// # use citymatch::{Challenge, Matcher, __doc_catalogue};
/// let matcher = Matcher::new(&__doc_catalogue()?)?;
/// let matches = matcher.find(&Challenge::from_text("¿Cómo retener el agua de lluvia?"))?;
/// assert_eq!(matches[0].id().as_str(), "s1");
/// for found in &matches {
///     println!("{:>2} {:.3} {}", found.rank(), found.score(), found.id());
/// }
/// # Ok::<(), citymatch::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Matches {
    challenge_id: ChallengeId,
    ranked: Vec<Match>,
    answer: Answer,
    language: Option<Language>,
    language_source: Option<LanguageSource>,
    spread: Option<Spread>,
    criteria: ScoredCriteria,
}

impl Matches {
    pub(crate) fn new(challenge_id: ChallengeId, ranked: Vec<Match>, answer: Answer) -> Self {
        let (language, language_source) = (None, None);
        let (spread, criteria) = (None, ScoredCriteria::default());
        Self { challenge_id, ranked, answer, language, language_source, spread, criteria }
    }

    /// Merges what several catalogues found for one challenge, each scored by the statistics of all
    /// of them together: the best up to the limit, as one catalogue with all solutions finds them.
    ///
    /// Each part needs as many matches as the limit, as far as there are. What a second stage or a
    /// diversity chose in each catalogue would have been chosen otherwise in the whole.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidOption`](crate::ErrorKind::InvalidOption) where there is no part or the
    /// limit is 0, where the parts are of different challenges, where a solution was found in two of
    /// them, or where a part was chosen for its spread.
    ///
    /// # Examples
    /// ```
    /// # use citymatch::{Challenge, Matcher, Matches, __doc_catalogue};
    /// # let (one, other) = (Matcher::new(&__doc_catalogue()?)?, Matcher::new(&__doc_catalogue()?)?);
    /// let challenge = Challenge::new("c1", "¿Cómo retener el agua de lluvia?");
    /// let parts = [one.find(&challenge)?, other.find(&challenge)?];
    /// let error = Matches::merge(parts, 10).unwrap_err();
    /// assert!(error.to_string().contains("`s1`"), "it is in both catalogues");
    /// # Ok::<(), citymatch::Error>(())
    /// ```
    pub fn merge(parts: impl IntoIterator<Item = Self>, limit: usize) -> Result<Self, Error> {
        let limit = checked_limit(limit)?;
        let mut parts = parts.into_iter();
        let missing = || Error::option("parts", "none", "one from each catalogue");
        let mut whole = parts.next().ok_or_else(missing)?;
        let mut is_spread = whole.spread.is_some();
        for part in parts {
            if part.challenge_id != whole.challenge_id {
                let expected =
                    format!("matches of `{}`, as in the other parts", whole.challenge_id);
                return Err(Error::option("parts", part.challenge_id, &expected));
            }
            is_spread |= part.spread.is_some();
            whole.answer = whole.answer.and(part.answer);
            whole.ranked.extend(part.ranked);
        }
        if is_spread {
            let expected = "those of matchers without a diversity";
            return Err(Error::option("parts", "matches chosen for their spread", expected));
        }
        let mut ids: Vec<&SolutionId> = whole.ranked.iter().map(|found| &found.id).collect();
        ids.sort_unstable();
        if let Some(twice) = ids.windows(2).find(|pair| pair[0] == pair[1]) {
            let expected = "each solution in one catalogue only";
            return Err(Error::option("parts", twice[0], expected));
        }
        let best_first =
            |a: &Match, b: &Match| b.score.total_cmp(&a.score).then_with(|| a.id.cmp(&b.id));
        whole.ranked.sort_unstable_by(best_first);
        whole.ranked.truncate(limit);
        for (found, rank) in whole.ranked.iter_mut().zip(1..) {
            found.rank = rank;
        }
        Ok(whole)
    }

    /// The same matches, of a challenge that was read in a language.
    pub(crate) fn read_in(
        mut self,
        language: Option<Language>,
        source: Option<LanguageSource>,
    ) -> Self {
        self.language = language;
        self.language_source = source;
        self
    }

    /// The same matches, of a challenge with criteria.
    pub(crate) fn scored_by(mut self, criteria: ScoredCriteria) -> Self {
        self.criteria = criteria;
        self
    }

    /// The same matches, which were chosen for their spread.
    pub(crate) fn chosen_for(mut self, spread: Option<Spread>) -> Self {
        self.spread = spread;
        self
    }

    /// The same answer with some of its matches only, ranked anew.
    pub(crate) fn filtered(&self, is_kept: impl Fn(&Match) -> bool) -> Self {
        let kept = self.ranked.iter().filter(|found| is_kept(found)).zip(1..);
        Self {
            challenge_id: self.challenge_id.clone(),
            ranked: kept.map(|(found, rank)| Match { rank, ..found.clone() }).collect(),
            spread: None,
            criteria: self.criteria.clone(),
            ..*self
        }
    }

    /// The language that the challenge was read in: the one that it declares, or the one that was
    /// found. `None` if it is not known, and where the challenge was read in every language
    /// ([`LanguageSource::Each`]).
    ///
    /// # Examples
    /// ```
    /// # use citymatch::{Challenge, Language, Matcher, __doc_catalogue, text::LanguageSource};
    /// let matcher = Matcher::new(&__doc_catalogue()?)?;
    /// let matches = matcher.find(&Challenge::from_text("¿Cómo retener el agua de lluvia?"))?;
    /// assert_eq!(matches.language(), Some(Language::Spanish));
    /// assert_eq!(matches.read_as(), "read as Spanish");
    /// let matches = matcher.find(&Challenge::from_text("rain"))?;
    /// assert_eq!(matches.language_source(), Some(LanguageSource::Each));
    /// assert_eq!(matches.read_as(), "read in every language");
    /// # Ok::<(), citymatch::Error>(())
    /// ```
    #[must_use]
    pub fn language(&self) -> Option<Language> {
        self.language
    }

    /// How the language of the challenge was found. `None` if it is not known.
    #[must_use]
    pub fn language_source(&self) -> Option<LanguageSource> {
        self.language_source
    }

    /// As what the challenge was read, in words: `read as Spanish`, `read in every language`.
    #[must_use]
    pub fn read_as(&self) -> String {
        // The names of the variants are what English calls the languages.
        match (self.language_source, self.language) {
            (Some(LanguageSource::Each), _) => "read in every language".to_owned(),
            (Some(LanguageSource::Commonest), Some(language)) => {
                format!("read as {language:?}, as most solutions are")
            }
            (_, Some(language)) => format!("read as {language:?}"),
            (_, None) => "read without a language".to_owned(),
        }
    }

    /// How broad the challenge is, from 0 for a question of up to 12 content words to 1 for a text of
    /// 48 or more. The midpoint of the score's logistic moves with it.
    ///
    /// # Examples
    /// ```
    /// # use citymatch::{Challenge, Matcher, __doc_catalogue};
    /// let matcher = Matcher::new(&__doc_catalogue()?)?;
    /// let matches = matcher.find(&Challenge::from_text("¿Cómo retener el agua de lluvia?"))?;
    /// assert_eq!(matches.breadth(), 0.0);
    /// # Ok::<(), citymatch::Error>(())
    /// ```
    #[must_use]
    pub fn breadth(&self) -> f64 {
        self.answer.breadth
    }

    /// The id of the challenge.
    #[must_use]
    pub fn challenge_id(&self) -> &ChallengeId {
        &self.challenge_id
    }

    /// Whether the eligible solutions answer the challenge: whether
    /// [`answer_score`](Self::answer_score) reaches the encoder's calibrated
    /// [`answer_threshold`](crate::Matcher::answer_threshold). `None` if
    /// that cannot be said: for a challenge with fewer than three content words, under weights
    /// other than the calibrated ones, and without an encoder.
    #[must_use]
    pub fn answered(&self) -> Option<bool> {
        let score = self.answer_score();
        self.answer.threshold.map(|threshold| score.is_some_and(|score| score >= threshold))
    }

    /// How much evidence there is that something answers: what [`answered`](Self::answered)
    /// compares with [`Matcher::answer_threshold`](crate::Matcher::answer_threshold). `None` if no
    /// solution was ranked.
    ///
    /// It is max(S₁ − 0.15, (S₁ + S₂ + S₃) / 3), where S₁ ≥ S₂ ≥ S₃ are the three highest raw
    /// scores of all eligible solutions, each without the signal `subject`; one that is not there
    /// is 0. A challenge that is answered mostly has several useful solutions, and a lone good one
    /// is often an accident. Up to 0.15 is added for a short challenge, of fewer than 48 content
    /// words: a longer one meets some of its words in any record.
    #[must_use]
    pub fn answer_score(&self) -> Option<f64> {
        self.answer.evidence.answer_score(self.answer.breadth)
    }

    /// What [`answer_score`](Self::answer_score) is made of: the three highest raw scores of all
    /// eligible solutions, each without the signal `subject`; fewer where there are fewer solutions.
    pub fn evidence(&self) -> impl Iterator<Item = f64> + '_ {
        self.answer.evidence.values()
    }

    /// What [`answer_score`](Self::answer_score) must reach for [`answered`](Self::answered) to be
    /// true; `None` where there is no verdict.
    #[must_use]
    pub fn answer_threshold(&self) -> Option<f64> {
        self.answer.threshold
    }

    /// The criteria of the challenge that count in its scores, as signals, each with its share: the
    /// shares add up to 1. Empty if none of its criteria names a signal.
    ///
    /// # Examples
    /// ```
    /// # use citymatch::{Challenge, Matcher, Signal, __doc_catalogue, record::Criteria};
    /// let criteria = Criteria::new([("madurez", 30.0), ("innovación", 70.0)]);
    /// let challenge = Challenge::new("c1", "lluvia en las aceras").criteria(criteria);
    /// let matches = Matcher::new(&__doc_catalogue()?)?.find(&challenge)?;
    /// assert_eq!(matches.criteria(), [(Signal::Maturity, 1.0)]);
    /// assert_eq!(matches.for_a_person(), ["innovación"]);
    /// assert!(matches[0].signal(Signal::Maturity).is_some());
    /// # Ok::<(), citymatch::Error>(())
    /// ```
    #[must_use]
    pub fn criteria(&self) -> &[(Signal, f64)] {
        self.criteria.scored()
    }

    /// The criteria of the challenge that no signal scores, in their order: a person has to.
    #[must_use]
    pub fn for_a_person(&self) -> &[String] {
        self.criteria.for_a_person()
    }

    /// What the spread among the matches cost and gained. `None` if the matcher has no
    /// [`diversity`](crate::matcher::MatcherBuilder::diversity).
    #[must_use]
    pub fn spread(&self) -> Option<&Spread> {
        self.spread.as_ref()
    }

    /// The number of matches.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ranked.len()
    }

    /// Whether there are no matches.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ranked.is_empty()
    }

    /// The matches, best first.
    pub fn iter(&self) -> std::slice::Iter<'_, Match> {
        self.ranked.iter()
    }
}

impl Index<usize> for Matches {
    type Output = Match;

    /// # Panics
    /// If there is no such position.
    fn index(&self, position: usize) -> &Match {
        &self.ranked[position]
    }
}

impl IntoIterator for Matches {
    type Item = Match;
    type IntoIter = std::vec::IntoIter<Match>;

    fn into_iter(self) -> Self::IntoIter {
        self.ranked.into_iter()
    }
}

impl<'m> IntoIterator for &'m Matches {
    type Item = &'m Match;
    type IntoIter = std::slice::Iter<'m, Match>;

    fn into_iter(self) -> Self::IntoIter {
        self.ranked.iter()
    }
}

/// The matches of many challenges, in the order of the challenges.
///
/// # Examples
/// ```
/// # use citymatch::{Challenge, Matcher, __doc_catalogue};
/// let challenges = [Challenge::new("c1", "Floods"), Challenge::new("c2", "Sewers and toilets")];
/// let run = Matcher::new(&__doc_catalogue()?)?.find_all(&challenges)?;
/// assert_eq!(run.len(), 2);
/// assert_eq!(run[1].challenge_id().as_str(), "c2");
/// # Ok::<(), citymatch::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Run {
    all: Vec<Matches>,
}

impl Run {
    /// Merges the runs of several catalogues, each scored by the statistics of all of them together:
    /// [`Matches::merge`] for each challenge. Challenges are in the order in which they come first.
    ///
    /// # Errors
    /// Those of [`Matches::merge`], and
    /// [`ErrorKind::InvalidOption`](crate::ErrorKind::InvalidOption) where a challenge comes twice in
    /// a run.
    ///
    /// # Examples
    /// ```
    /// # use citymatch::{Catalogue, Challenge, Matcher, Run, __doc_catalogue};
    /// # let (one, other) = (Matcher::new(&__doc_catalogue()?)?, Matcher::new(&Catalogue::in_memory()?)?);
    /// let challenges = [Challenge::new("c1", "lluvia"), Challenge::new("c2", "agua")];
    /// let run = Run::merge([one.find_all(&challenges)?, other.find_all(&challenges)?], 10)?;
    /// assert_eq!(run.len(), 2);
    /// # Ok::<(), citymatch::Error>(())
    /// ```
    pub fn merge(runs: impl IntoIterator<Item = Self>, limit: usize) -> Result<Self, Error> {
        let mut places: HashMap<ChallengeId, usize> = HashMap::new();
        let mut parts: Vec<Vec<Matches>> = Vec::new();
        for run in runs {
            let mut seen = HashSet::new();
            for matches in run {
                if !seen.insert(matches.challenge_id.clone()) {
                    let expected = "each challenge once in a run";
                    return Err(Error::option("runs", matches.challenge_id, expected));
                }
                let place = *places.entry(matches.challenge_id.clone()).or_insert(parts.len());
                if place == parts.len() {
                    parts.push(Vec::new());
                }
                parts[place].push(matches);
            }
        }
        parts.into_iter().map(|parts| Matches::merge(parts, limit)).collect()
    }

    /// The number of challenges.
    #[must_use]
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there are no challenges.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The matches of each challenge, in the order of the challenges.
    pub fn iter(&self) -> std::slice::Iter<'_, Matches> {
        self.all.iter()
    }
}

impl FromIterator<Matches> for Run {
    fn from_iter<I: IntoIterator<Item = Matches>>(all: I) -> Self {
        Self { all: all.into_iter().collect() }
    }
}

impl Index<usize> for Run {
    type Output = Matches;

    /// # Panics
    /// If there is no such position.
    fn index(&self, position: usize) -> &Matches {
        &self.all[position]
    }
}

impl IntoIterator for Run {
    type Item = Matches;
    type IntoIter = std::vec::IntoIter<Matches>;

    fn into_iter(self) -> Self::IntoIter {
        self.all.into_iter()
    }
}

impl<'r> IntoIterator for &'r Run {
    type Item = &'r Matches;
    type IntoIter = std::slice::Iter<'r, Matches>;

    fn into_iter(self) -> Self::IntoIter {
        self.all.iter()
    }
}
