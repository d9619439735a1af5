//! The records that were found for another record: those like it, or the challenges that a solution
//! answers.

use std::fmt;
use std::ops::Index;
use std::sync::Arc;

use serde::ser::{Serialize, SerializeSeq, SerializeStruct, Serializer};

use crate::catalogue::{DocAddress, Snapshot};
use crate::error::Error;
use crate::level::Level;
use crate::rank::RankedDocument;
use crate::record::{Kind, Record};
use crate::signal::{Signal, SignalValues};

/// A record that was found for another one, with its rank and its score.
///
/// Made by [`Matcher::similar`](crate::Matcher::similar) and
/// [`Matcher::find_challenges`](crate::Matcher::find_challenges).
#[derive(Clone)]
pub struct RecordMatch<R: Record> {
    id: R::Id,
    rank: usize,
    score: f64,
    /// By signal, in the order of [`Signal::ALL`]; `None` for a signal that did not count.
    signals: [Option<f64>; Signal::ALL.len()],
    unknown_rules: Vec<&'static str>,
    source: Source<R>,
}

/// Where a record that was found is.
#[derive(Clone)]
pub(crate) enum Source<R> {
    Stored(Arc<Snapshot>, DocAddress),
    /// One that the caller gave.
    Given(Arc<R>),
}

impl<R: Record> RecordMatch<R> {
    /// Of a record that was looked at; its rank follows from the others.
    pub(crate) fn new(
        id: R::Id,
        scored: RankedDocument,
        counted: &[Signal],
        source: Source<R>,
    ) -> Self {
        let RankedDocument { score, values, unknown_rules, .. } = scored;
        let signals = values_of(counted, &values);
        Self { id, rank: 0, score, signals, unknown_rules, source }
    }

    /// The id of the record.
    #[must_use]
    pub fn id(&self) -> &R::Id {
        &self.id
    }

    /// Its place among those that were found, from 1.
    #[must_use]
    pub fn rank(&self) -> usize {
        self.rank
    }

    /// How well the two fit, from 0 to 1.
    #[must_use]
    pub fn score(&self) -> f64 {
        self.score
    }

    /// The score in a word: strong, possible or weak.
    #[must_use]
    pub fn level(&self) -> Level {
        Level::of(self.score)
    }

    /// The value of a signal, as [`Match::signal`](crate::Match::signal) gives it.
    #[must_use]
    pub fn signal(&self, signal: Signal) -> Option<f64> {
        self.signals[signal as usize]
    }

    /// The signals with a weight above 0, each with its value.
    pub fn signals(&self) -> impl Iterator<Item = (Signal, f64)> {
        let counted = |signal: &Signal| Some((*signal, self.signal(*signal)?));
        Signal::ALL.iter().filter_map(counted)
    }

    /// The rules of a challenge's eligibility that could not be checked, as the solution does not
    /// say what they ask for. Always empty for records of one kind.
    #[must_use]
    pub fn unknown_rules(&self) -> &[&'static str] {
        &self.unknown_rules
    }

    /// The record itself.
    ///
    /// # Errors
    /// [`ErrorKind::Corrupt`](crate::ErrorKind::Corrupt) if a stored record cannot be read.
    pub fn record(&self) -> Result<R, Error> {
        match &self.source {
            Source::Stored(snapshot, address) => snapshot.read(*address),
            Source::Given(record) => Ok(R::clone(record)),
        }
    }
}

/// The values of the signals that counted.
pub(crate) fn values_of(
    counted: &[Signal],
    values: &SignalValues,
) -> [Option<f64>; Signal::ALL.len()] {
    let mut signals = [None; Signal::ALL.len()];
    for signal in counted {
        signals[*signal as usize] = Some(values[*signal as usize]);
    }
    signals
}

impl<R: Record> PartialEq for RecordMatch<R> {
    fn eq(&self, other: &Self) -> bool {
        (&self.id, self.rank, self.score, self.signals)
            == (&other.id, other.rank, other.score, other.signals)
    }
}

impl<R: Record> fmt::Debug for RecordMatch<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, rank, score, .. } = self;
        let mut debug = f.debug_struct("RecordMatch");
        debug.field("id", id).field("rank", rank).field("score", score).finish_non_exhaustive()
    }
}

/// A JSON object: `challenge_id` or `solution_id`, by the kind of the record, `rank` and `score`.
impl<R: Record> Serialize for RecordMatch<R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let name = match R::KIND {
            Kind::Solution => "solution_id",
            Kind::Challenge => "challenge_id",
        };
        let mut object = serializer.serialize_struct("RecordMatch", 3)?;
        object.serialize_field(name, self.id.as_ref())?;
        object.serialize_field("rank", &self.rank)?;
        object.serialize_field("score", &self.score)?;
        object.end()
    }
}

/// The records that were found for another one, best first: by descending score, and equal scores
/// by ascending id.
///
/// # Examples
/// ```
/// use citymatch::{Catalogue, Challenge, Matcher};
/// let catalogue = Catalogue::in_memory()?;
/// let mut edit = catalogue.edit()?;
/// edit.put(Challenge::new("quito", "¿Cómo evitar que la lluvia inunde las calles?"))?;
/// edit.put(Challenge::new("recife", "Como evitar que a chuva alague as ruas?"))?;
/// edit.put(Challenge::new("cali", "¿Cómo acortar las esperas en los juzgados?"))?;
/// edit.commit()?;
///
/// let matcher = Matcher::new(&catalogue)?;
/// let ask = Challenge::new("salvador", "Como evitar alagamentos quando chove na cidade?");
/// let precedents = matcher.similar(&ask, 2)?;
/// assert_eq!(precedents[0].id().as_str(), "recife");
/// for found in &precedents {
///     println!("{} {:.2} {}", found.rank(), found.score(), found.record()?.title);
/// }
/// # Ok::<(), citymatch::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct RecordMatches<R: Record> {
    ranked: Vec<RecordMatch<R>>,
}

impl<R: Record> RecordMatches<R> {
    /// The best of the records that were found, in order.
    pub(crate) fn best(mut found: Vec<RecordMatch<R>>, limit: usize) -> Self {
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.id.cmp(&b.id)));
        found.truncate(limit);
        for (found, rank) in found.iter_mut().zip(1..) {
            found.rank = rank;
        }
        Self { ranked: found }
    }

    /// How many were found.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ranked.len()
    }

    /// Whether none was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ranked.is_empty()
    }

    /// Those that were found, best first.
    pub fn iter(&self) -> std::slice::Iter<'_, RecordMatch<R>> {
        self.ranked.iter()
    }
}

impl<R: Record> Index<usize> for RecordMatches<R> {
    type Output = RecordMatch<R>;

    /// # Panics
    /// If there is no such position.
    fn index(&self, position: usize) -> &RecordMatch<R> {
        &self.ranked[position]
    }
}

impl<R: Record> IntoIterator for RecordMatches<R> {
    type Item = RecordMatch<R>;
    type IntoIter = std::vec::IntoIter<RecordMatch<R>>;

    fn into_iter(self) -> Self::IntoIter {
        self.ranked.into_iter()
    }
}

impl<'m, R: Record> IntoIterator for &'m RecordMatches<R> {
    type Item = &'m RecordMatch<R>;
    type IntoIter = std::slice::Iter<'m, RecordMatch<R>>;

    fn into_iter(self) -> Self::IntoIter {
        self.ranked.iter()
    }
}

/// A JSON list of the records that were found.
impl<R: Record> Serialize for RecordMatches<R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.len()))?;
        for found in self {
            list.serialize_element(found)?;
        }
        list.end()
    }
}
