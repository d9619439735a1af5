//! One immutable part of the index, as ranking sees it.

use std::sync::OnceLock;

use tantivy::columnar::{Column, StrColumn};
use tantivy::index::SegmentId;
use tantivy::postings::Postings;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, Opstamp, SegmentReader, TERMINATED, Term};

use super::schema::{ID, KIND, LANGUAGE, LENGTH, kind_code, language_of_code};
use crate::derived::{Terms, Vectors};
use crate::error::Error;
use crate::record::{Country, Kind, Language, Money, OrganisationType, Solution, Stage, Year};

/// A segment of a snapshot: a segment of the engine, less its dead.
pub(crate) struct Segment {
    reader: SegmentReader,
    ids: StrColumn,
    /// What each record is; one byte a record.
    tags: Vec<Tag>,
    /// How many live solutions there are.
    pub(crate) solutions: u64,
    /// How many live challenges.
    pub(crate) challenges: u64,
    /// The sum of the live solutions' lengths.
    pub(crate) weighted_length: u64,
    /// What the rules of eligibility look at, read when the first rule asks.
    facts: OnceLock<Vec<Option<Facts>>>,
    /// What is derived from the records, read or made when a signal first asks.
    pub(super) terms: OnceLock<Terms>,
    pub(super) vectors: OnceLock<Vectors>,
}

/// A record's kind, if it is alive, and its language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tag {
    pub(crate) kind: Option<Kind>,
    /// Its kind, alive or dead.
    pub(crate) was: Kind,
    pub(crate) language: Option<Language>,
}

/// What the rules of eligibility look at in a solution.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Facts {
    pub(crate) country: Option<Country>,
    pub(crate) language: Option<Language>,
    pub(crate) stage: Option<Stage>,
    pub(crate) organisation_type: Option<OrganisationType>,
    pub(crate) organisation: String,
    pub(crate) cost: Option<Money>,
    pub(crate) year: Option<Year>,
    pub(crate) themes: Vec<String>,
}

impl Facts {
    /// What the rules look at in a solution whose language was found to be `language`.
    pub(crate) fn of(solution: Solution, language: Option<Language>) -> Self {
        Self {
            country: solution.country,
            language,
            stage: solution.stage,
            organisation_type: solution.organisation_type,
            organisation: solution.organisation,
            cost: solution.cost,
            year: solution.year,
            themes: solution.themes,
        }
    }
}

impl Segment {
    pub(super) fn open(reader: &SegmentReader) -> Result<Self, Error> {
        let damaged = |error: tantivy::TantivyError| Error::engine("opening a segment", error);
        let column = |name| reader.fast_fields().u64(name).map_err(damaged);
        let (kinds, languages, lengths): (Column<u64>, Column<u64>, Column<u64>) = (column(KIND)?, column(LANGUAGE)?, column(LENGTH)?);
        let ids = reader.fast_fields().str(ID).map_err(damaged)?;
        let ids = ids.ok_or_else(|| Error::engine("opening a segment", "it has no column of ids"))?;
        let mut segment = Self {
            ids,
            tags: Vec::with_capacity(reader.max_doc() as usize),
            solutions: 0,
            challenges: 0,
            weighted_length: 0,
            facts: OnceLock::new(),
            terms: OnceLock::new(),
            vectors: OnceLock::new(),
            reader: reader.clone(),
        };
        for record in 0..reader.max_doc() {
            let length = lengths.first(record).unwrap_or(0);
            let was = if kinds.first(record) == Some(kind_code(Kind::Solution)) { Kind::Solution } else { Kind::Challenge };
            let kind = (!reader.is_deleted(record)).then_some(was);
            match kind {
                Some(Kind::Solution) => {
                    segment.solutions += 1;
                    segment.weighted_length += length;
                }
                Some(Kind::Challenge) => segment.challenges += 1,
                None => {}
            }
            segment.tags.push(Tag { kind, was, language: language_of_code(languages.first(record).unwrap_or(0)) });
        }
        Ok(segment)
    }

    /// The dead solutions, in the segment's order.
    pub(super) fn dead_solutions(&self) -> impl Iterator<Item = u32> + '_ {
        let dead = |tag: &Tag| tag.kind.is_none() && tag.was == Kind::Solution;
        (0_u32..).zip(&self.tags).filter(move |(_, tag)| dead(tag)).map(|(record, _)| record)
    }

    /// What names the segment, for as long as it is there.
    pub(super) fn name(&self) -> String {
        self.reader.segment_id().uuid_string()
    }

    /// What tells whether a segment of another snapshot is this one.
    pub(super) fn key(&self) -> (SegmentId, Option<Opstamp>) {
        (self.reader.segment_id(), self.reader.delete_opstamp())
    }

    /// How many records there are, the dead included.
    pub(crate) fn len(&self) -> usize {
        self.tags.len()
    }

    pub(crate) fn tag(&self, record: u32) -> Tag {
        self.tags[record as usize]
    }

    /// The live records of a kind, in the segment's order.
    pub(crate) fn live(&self, kind: Kind) -> impl Iterator<Item = u32> + '_ {
        (0_u32..).zip(&self.tags).filter(move |(_, tag)| tag.kind == Some(kind)).map(|(record, _)| record)
    }

    /// How many live solutions have a term of the segment.
    pub(crate) fn live_solutions(&self, terms: &Terms, term: u32) -> u64 {
        if self.solutions + self.challenges == self.tags.len() as u64 {
            return (0..terms.chunks()).map(|chunk| terms.postings(chunk, term).records.len() as u64).sum();
        }
        terms.records(term).filter(|(record, _)| self.tag(*record).kind == Some(Kind::Solution)).count() as u64
    }

    /// What the engine's index says of a term: the records that have it, the dead included, and how often.
    pub(super) fn indexed(&self, term: &Term) -> Result<Vec<(u32, u32)>, Error> {
        let damaged = |error| Error::engine("reading a list of records", error);
        let index = self.reader.inverted_index(term.field()).map_err(|error| Error::engine("opening the index", error))?;
        let mut found = Vec::new();
        let Some(mut list) = index.read_postings(term, IndexRecordOption::WithFreqs).map_err(damaged)? else { return Ok(found) };
        while list.doc() != TERMINATED {
            found.push((list.doc(), list.term_freq()));
            list.advance();
        }
        Ok(found)
    }

    /// The live record with an id.
    pub(super) fn find(&self, id: &Term) -> Result<Option<u32>, Error> {
        let inverted = self.reader.inverted_index(id.field()).map_err(|error| Error::engine("looking up an id", error))?;
        let list = inverted.read_postings(id, IndexRecordOption::Basic).map_err(|error| Error::engine("looking up an id", error))?;
        let Some(mut list) = list else { return Ok(None) };
        let mut record: DocId = list.doc();
        while record != TERMINATED {
            if self.tag(record).kind.is_some() {
                return Ok(Some(record));
            }
            record = list.advance();
        }
        Ok(None)
    }

    /// Where a record's id stands among the ids of the segment: by these numbers records are ordered as by their ids.
    pub(crate) fn id_rank(&self, record: u32) -> u64 {
        self.ids.ords().first(record).unwrap_or(u64::MAX)
    }

    /// Every record's id; all at once is faster than one by one.
    pub(super) fn ids(&self) -> Result<Vec<String>, Error> {
        let damaged = |error: std::io::Error| Error::engine("reading ids", error);
        let mut by_rank = Vec::with_capacity(self.ids.num_terms());
        let mut stream = self.ids.dictionary().stream().map_err(damaged)?;
        while stream.advance() {
            by_rank.push(String::from_utf8_lossy(stream.key()).into_owned());
        }
        let id = |rank: u64| usize::try_from(rank).ok().and_then(|rank| by_rank.get(rank)).cloned().unwrap_or_default();
        Ok((0_u32..).zip(&self.tags).map(|(record, _)| id(self.id_rank(record))).collect())
    }

    /// What the rules of eligibility look at, one a record; none for what is no live solution.
    pub(crate) fn facts(&self, read: impl Fn(u32) -> Result<Solution, Error>) -> Result<&[Option<Facts>], Error> {
        if let Some(facts) = self.facts.get() {
            return Ok(facts);
        }
        let mut facts = vec![None; self.len()];
        for record in self.live(Kind::Solution) {
            facts[record as usize] = Some(Facts::of(read(record)?, self.tag(record).language));
        }
        Ok(self.facts.get_or_init(|| facts))
    }
}
