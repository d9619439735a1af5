//! The statistics of a collection, which scores depend on beside the document itself.
//!
//! How rare a term is, how long documents are on average, which terms a word is expanded to, and
//! the commonest language depend on the whole collection. Signals read all of them here, and
//! nowhere else. The collection is usually that of a snapshot. It can also be a larger one, of
//! which the snapshot is a part, and whose statistics the caller gives: then the documents have the
//! scores that they would have in the whole. Mostly solutions are ranked; where challenges are, all
//! numbers are those of challenges.
//!
//! Documents that say the same, word for word and in the same language, count once in all of this.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::expansion::{self, Candidates};
use crate::catalogue::Snapshot;
use crate::engine::{Copies, SegmentStats};
use crate::error::Error;
use crate::index::Expansion;
use crate::index::TermInfo;
use crate::record::{Kind, Language};
use crate::text::{ANALYSER, Query, QueryTerm, TermForm};

/// Everything that scores take from the collection, for some challenges.
///
/// A collection may be spread over several catalogues, for example one on each machine. Each
/// catalogue computes the statistics of its part, the parts are merged, and each search is given
/// the merged statistics. It then gives the scores that one catalogue with all solutions would
/// give. This takes three rounds, because each needs the result of the one before: how many
/// documents there are, which terms the challenges' words are expanded to, and how many documents
/// have these terms.
///
/// Solutions that say the same, word for word, count once. A catalogue sees its own copies. Those in
/// other catalogues are told to it as hashes, which [`Matcher::text_hashes`](crate::Matcher::text_hashes)
/// gives: [`Matcher::statistics_without`](crate::Matcher::statistics_without) leaves them to another.
///
/// They know by which analyser, encoder and subjects they were made. Statistics and catalogues that
/// differ in these are refused. Whatever the order of merging, their JSON has the same bytes.
///
/// # Examples
/// ```
/// # use citymatch::{Challenge, Matcher, Search, __doc_catalogue, statistics::CollectionStats};
/// # let (one, other) = (Matcher::new(&__doc_catalogue()?)?, Matcher::new(&__doc_catalogue()?)?);
/// let challenges = [Challenge::from_text("¿Cómo retener el agua de lluvia en la ciudad?")];
/// let mut stats = CollectionStats::default();
/// while !stats.is_complete() {
///     let parts = [one.statistics(&stats, &challenges)?, other.statistics(&stats, &challenges)?];
///     stats = CollectionStats::merge(parts)?;
/// }
/// let matches = one.find(Search::new(&challenges[0]).statistics(&stats))?;
/// assert_eq!(matches[0].id().as_str(), "s1");
/// # Ok::<(), citymatch::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CollectionStats {
    /// How many of the three rounds are merged.
    rounds: usize,
    /// By what they were made; nothing before the first round.
    made_by: Option<MadeBy>,
    documents: u64,
    /// The sum of the documents' lengths, in weighted words.
    total_length: u64,
    /// How many documents are written in each language; the empty name stands for none.
    languages: BTreeMap<String, u64>,
    /// The terms that each word of the challenges may be expanded to, by term and surface form.
    candidates: BTreeMap<String, Candidates>,
    /// How many documents have each of these terms, and each word itself.
    doc_freqs: BTreeMap<String, u64>,
}

/// How many rounds make statistics complete.
const ROUNDS: usize = 3;

/// What turned texts into the terms and vectors that statistics are about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct MadeBy {
    analyser: String,
    /// Its name and the number of its vectors' values; empty without one.
    encoder: String,
    subjects: String,
}

impl MadeBy {
    fn of(snapshot: &Snapshot) -> Self {
        let encoding = snapshot.encoding();
        let encoder = encoding.map(|own| format!("{} {}", own.encoder.name(), own.encoder.size()));
        let subjects = encoding.map(|own| own.subjects.name().to_owned());
        Self {
            analyser: ANALYSER.to_owned(),
            encoder: encoder.unwrap_or_default(),
            subjects: subjects.unwrap_or_default(),
        }
    }
}

impl fmt::Display for MadeBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { analyser, encoder, subjects } = self;
        write!(f, "analyser {analyser}; encoder {encoder}; subjects {subjects}")
    }
}

impl CollectionStats {
    /// Whether all rounds are merged, so that searches can use them.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.rounds == ROUNDS
    }

    /// Merges parts: one from each catalogue, all made with the same statistics.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidOption`](crate::ErrorKind::InvalidOption) where there is no part, or
    /// where the parts are of different rounds, were made by different analysers or encoders, or
    /// with different results of the rounds before.
    pub fn merge(parts: impl IntoIterator<Item = Self>) -> Result<Self, Error> {
        let mut parts = parts.into_iter();
        let missing = || Error::option("statistics", "no part", "one from each catalogue");
        let mut whole = parts.next().ok_or_else(missing)?;
        for part in parts {
            whole.add(part)?;
        }
        whole.candidates.values_mut().for_each(Candidates::keep_nearest);
        Ok(whole)
    }

    /// Adds another part of the same round. The results of earlier rounds are the same in both.
    fn add(&mut self, part: Self) -> Result<(), Error> {
        if part.rounds != self.rounds {
            let found = format!("parts of the rounds {} and {}", self.rounds, part.rounds);
            return Err(Error::option("statistics", found, "parts of one round"));
        }
        self.check_made_by(part.made_by.as_ref())?;
        let counts = |own: &Self| (own.documents, own.total_length, own.languages.clone());
        if (self.rounds > 1 && counts(self) != counts(&part))
            || (self.rounds > 2 && self.candidates != part.candidates)
        {
            let found = format!("parts of the round {} of different collections", self.rounds);
            return Err(Error::option("statistics", found, "parts made with the same statistics"));
        }
        match self.rounds {
            1 => {
                self.documents += part.documents;
                self.total_length += part.total_length;
                for (language, count) in part.languages {
                    *self.languages.entry(language).or_default() += count;
                }
            }
            2 => {
                for (word, candidates) in part.candidates {
                    self.candidates.entry(word).or_default().add(candidates);
                }
            }
            _ => {
                for (term, doc_freq) in part.doc_freqs {
                    *self.doc_freqs.entry(term).or_default() += doc_freq;
                }
            }
        }
        Ok(())
    }

    /// Refuses what was made by another analyser or encoder.
    fn check_made_by(&self, other: Option<&MadeBy>) -> Result<(), Error> {
        match (&self.made_by, other) {
            (Some(own), Some(other)) if own != other => {
                Err(Error::option("statistics", own, &format!("those of {other}")))
            }
            _ => Ok(()),
        }
    }

    /// A snapshot's part of the next round, given the merged rounds before it. Texts with one of the
    /// hashes `elsewhere` are counted by another part.
    pub(crate) fn part(
        &self,
        snapshot: &Snapshot,
        queries: &[Query],
        elsewhere: &[u64],
    ) -> Result<Self, Error> {
        let made_by = MadeBy::of(snapshot);
        self.check_made_by(Some(&made_by))?;
        let rounds = (self.rounds + 1).min(ROUNDS);
        let mut part = Self { rounds, made_by: Some(made_by), ..self.clone() };
        let copies = snapshot.copies_and(Kind::Solution, elsewhere)?;
        let collection = Collection { copies: &copies, ..Collection::new(snapshot, None)? };
        match self.rounds {
            0 => {
                (part.documents, part.total_length) =
                    (collection.documents(), collection.total_length());
                for (language, count) in collection.languages() {
                    part.languages.insert(language.map_or("", Language::name).to_owned(), count);
                }
            }
            1 => {
                let terms = queries.iter().flat_map(|query| &query.terms);
                let words: BTreeSet<TermForm> = terms.map(QueryTerm::term_form).collect();
                let words: Vec<TermForm> = words.into_iter().collect();
                let found = expansion::candidates(snapshot, Kind::Solution, &words)?;
                let words = words.iter().map(|word| word.as_str().to_owned());
                part.candidates = words.zip(found).collect();
            }
            2 => {
                let mut terms: BTreeSet<&str> = BTreeSet::new();
                for (word, candidates) in &self.candidates {
                    terms.insert(TermForm::term_of(word));
                    terms.extend(candidates.terms());
                }
                let terms = &terms;
                let texts = terms.iter().copied();
                let found = expansion::live_terms(snapshot, Kind::Solution, &copies, &texts)?;
                let doc_freqs = found.into_iter().map(|info| info.doc_freq);
                let terms = terms.iter().map(|term| (*term).to_owned());
                part.doc_freqs = terms.zip(doc_freqs).collect();
            }
            _ => {}
        }
        Ok(part)
    }

    /// The language that most documents have; of equally common ones the first by code.
    pub(crate) fn commonest_language(&self) -> Option<Language> {
        let named = self.languages.iter().filter_map(|(name, count)| {
            let language = name.parse().ok().filter(|_| *count > 0)?;
            Some((language, *count))
        });
        Language::commonest(named)
    }

    fn candidates(&self, word: &TermForm) -> Result<&Candidates, Error> {
        let missing = || {
            let expected = "statistics made for this challenge";
            Error::option("statistics", word.term(), expected)
        };
        self.candidates.get(word.as_str()).ok_or_else(missing)
    }

    fn doc_freq(&self, term: &str) -> Result<u64, Error> {
        let missing = || Error::option("statistics", term, "statistics made for this challenge");
        self.doc_freqs.get(term).copied().ok_or_else(missing)
    }
}

/// The live documents of one kind in a snapshot, and the statistics by which they are scored.
#[derive(Clone, Copy)]
pub(crate) struct Collection<'s> {
    snapshot: &'s Snapshot,
    kind: Kind,
    /// The copies in each of its segments.
    copies: &'s [Copies],
    /// Statistics that the caller gave and that count instead.
    given: Option<&'s CollectionStats>,
}

impl<'s> Collection<'s> {
    /// The solutions of a snapshot, with its statistics or with given ones.
    pub(crate) fn new(
        snapshot: &'s Snapshot,
        given: Option<&'s CollectionStats>,
    ) -> Result<Self, Error> {
        if let Some(given) = given {
            given.check_made_by(Some(&MadeBy::of(snapshot)))?;
        }
        Ok(Self { given, ..Self::of_kind(snapshot, Kind::Solution)? })
    }

    /// The documents of a kind in a snapshot, with its statistics.
    pub(crate) fn of_kind(snapshot: &'s Snapshot, kind: Kind) -> Result<Self, Error> {
        let copies = snapshot.copies(kind)?;
        Ok(Self { snapshot, kind, copies, given: None })
    }

    pub(crate) fn snapshot(self) -> &'s Snapshot {
        self.snapshot
    }

    /// How many documents there are.
    pub(crate) fn documents(self) -> u64 {
        let own = || self.own_total(|stats| stats.documents);
        self.given.map_or_else(own, |given| given.documents)
    }

    fn total_length(self) -> u64 {
        let own = || self.own_total(|stats| stats.total_length);
        self.given.map_or_else(own, |given| given.total_length)
    }

    /// A number of the documents that count, less that of the copies among them.
    fn own_total(self, number: impl Fn(&SegmentStats) -> u64) -> u64 {
        let segments = self.snapshot.segments().iter();
        let all: u64 = segments.map(|segment| number(segment.stats(self.kind))).sum();
        let copies: u64 = self.copies.iter().map(|copies| number(&copies.stats)).sum();
        all - copies
    }

    /// How many of the documents that count are in each language in which there are solutions.
    fn languages(self) -> impl Iterator<Item = (Option<Language>, u64)> {
        let count = move |language| {
            self.own_total(|stats| stats.languages.get(&language).copied().unwrap_or(0))
        };
        let languages = self.snapshot.languages().keys();
        languages.map(move |language| (*language, count(*language)))
    }

    /// The language that most documents have; of equally common ones the first by code.
    pub(crate) fn commonest_language(self) -> Option<Language> {
        if let Some(given) = self.given {
            return given.commonest_language();
        }
        Language::commonest(self.languages().filter_map(|(name, count)| Some((name?, count))))
    }

    /// The mean length of the documents in weighted words; 0 if there are none.
    pub(crate) fn mean_length(self) -> f64 {
        match self.documents() {
            0 => 0.0,
            documents => self.total_length() as f64 / documents as f64,
        }
    }

    /// The numbers and document frequencies of the terms with these texts.
    pub(crate) fn terms<'t>(
        self,
        texts: impl Iterator<Item = &'t str> + Clone,
    ) -> Result<Vec<TermInfo>, Error> {
        let mut terms = expansion::live_terms(self.snapshot, self.kind, self.copies, &texts)?;
        if let Some(given) = self.given {
            for (term, text) in terms.iter_mut().zip(texts) {
                term.doc_freq = given.doc_freq(text)?;
            }
        }
        Ok(terms)
    }

    /// The other spellings of each term of a query, in the order of their texts.
    pub(crate) fn spellings(self, terms: &[QueryTerm]) -> Result<Vec<Vec<String>>, Error> {
        let spellings = |term: &QueryTerm| match self.given {
            None => expansion::spellings(self.snapshot, self.kind, &term.text, &term.form),
            Some(given) => {
                let candidates = given.candidates(&term.term_form())?;
                Ok(candidates.spellings().map(str::to_owned).collect())
            }
        };
        terms.iter().map(spellings).collect()
    }

    /// The terms that each term of a query is expanded to, in the order of their texts.
    pub(crate) fn expansions(self, terms: &[QueryTerm]) -> Result<Vec<Arc<Vec<Expansion>>>, Error> {
        let words: Vec<TermForm> = terms.iter().map(QueryTerm::term_form).collect();
        let Some(given) = self.given else {
            return expansion::expansions(self.snapshot, self.kind, self.documents(), &words);
        };
        let expand = |word: &TermForm| {
            let candidates = given.candidates(word)?;
            let weights = candidates.weights(word);
            let infos = self.terms(weights.keys().map(String::as_str))?;
            Ok(Arc::new(candidates.expansions(word, weights, infos, self.documents())))
        };
        words.iter().map(expand).collect()
    }
}
