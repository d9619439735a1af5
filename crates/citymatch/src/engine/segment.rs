//! One immutable part of the index, as ranking sees it.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use tantivy::columnar::{Column, StrColumn};
use tantivy::index::SegmentId;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, Opstamp, SegmentReader, TERMINATED, Term};

use super::attributes::AttributeColumns;
use super::schema::{ID, KIND, LANGUAGE, LENGTH, kind_code};
use crate::cache::Cache;
use crate::error::Error;
use crate::index::{InvertedIndex, Vectors};
use crate::record::{Kind, Language};
use crate::signal::SegmentExpansion;
use crate::text::TermForm;

/// A segment of a snapshot: a segment of the engine, less its dead.
pub(crate) struct Segment {
    reader: SegmentReader,
    records: Arc<SegmentColumns>,
    /// The dead solutions, in order.
    dead: Vec<u32>,
    /// The live ones.
    counts: SegmentStats,
}

/// The records of a segment, dead or alive: what no later commit changes, and all snapshots share.
struct SegmentColumns {
    ids: StrColumn,
    kinds: Vec<Kind>,
    languages: Vec<Option<Language>>,
    lengths: Column<u64>,
    counts: SegmentStats,
    attributes: AttributeColumns,
    /// What is derived from the records, read or made when a signal first asks.
    terms: OnceLock<InvertedIndex>,
    vectors: OnceLock<Vectors>,
    neighbours: Cache<SegmentExpansion>,
}

/// How many records there are.
#[derive(Clone, Debug, Default)]
pub(crate) struct SegmentStats {
    pub(crate) solutions: u64,
    pub(crate) challenges: u64,
    /// The sum of the solutions' lengths.
    pub(crate) weighted_length: u64,
    /// Solutions by language.
    pub(crate) languages: BTreeMap<Option<Language>, u64>,
}

/// How much longer a search for one record takes than a look at the next one.
const SEARCH: usize = 8;

/// A record's kind, if it is alive, and its language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DocMeta {
    pub(crate) kind: Option<Kind>,
    /// Its kind, alive or dead.
    pub(crate) was: Kind,
    pub(crate) language: Option<Language>,
}

impl SegmentColumns {
    fn open(reader: &SegmentReader) -> Result<Self, Error> {
        let damaged = |error: tantivy::TantivyError| Error::engine("opening a segment", error);
        let column = |name| reader.fast_fields().u64(name).map_err(damaged);
        let (kinds, languages, lengths): (Column<u64>, Column<u64>, Column<u64>) =
            (column(KIND)?, column(LANGUAGE)?, column(LENGTH)?);
        let ids = reader.fast_fields().str(ID).map_err(damaged)?;
        let ids =
            ids.ok_or_else(|| Error::engine("opening a segment", "it has no column of ids"))?;
        let kind = |record| {
            if kinds.first(record) == Some(kind_code(Kind::Solution)) {
                Kind::Solution
            } else {
                Kind::Challenge
            }
        };
        let mut records = Self {
            ids,
            kinds: (0..reader.max_doc()).map(kind).collect(),
            languages: (0..reader.max_doc())
                .map(|record| Language::from_storage_code(languages.first(record).unwrap_or(0)))
                .collect(),
            lengths,
            counts: SegmentStats::default(),
            attributes: AttributeColumns::open(reader)?,
            terms: OnceLock::new(),
            vectors: OnceLock::new(),
            neighbours: Cache::default(),
        };
        let mut counts = SegmentStats::default();
        for record in 0..reader.max_doc() {
            match records.kinds[record as usize] {
                Kind::Solution => {
                    counts.solutions += 1;
                    counts.weighted_length += records.length(record);
                    *counts.languages.entry(records.languages[record as usize]).or_default() += 1;
                }
                Kind::Challenge => counts.challenges += 1,
            }
        }
        records.counts = counts;
        Ok(records)
    }

    fn length(&self, record: u32) -> u64 {
        self.lengths.first(record).unwrap_or(0)
    }

    /// How many there are without some.
    fn counts_without(&self, dead: impl Iterator<Item = u32>) -> SegmentStats {
        let mut counts = self.counts.clone();
        for record in dead {
            match self.kinds[record as usize] {
                Kind::Solution => {
                    counts.solutions -= 1;
                    counts.weighted_length -= self.length(record);
                    if let Some(count) = counts.languages.get_mut(&self.languages[record as usize])
                    {
                        *count -= 1;
                    }
                }
                Kind::Challenge => counts.challenges -= 1,
            }
        }
        counts
    }
}

impl Segment {
    /// Takes over what an earlier snapshot knew of the segment's records.
    pub(crate) fn open(reader: &SegmentReader, earlier: Option<&Self>) -> Result<Self, Error> {
        let records = match earlier {
            Some(earlier) => Arc::clone(&earlier.records),
            None => Arc::new(SegmentColumns::open(reader)?),
        };
        let dead = || (0..reader.max_doc()).filter(|record| reader.is_deleted(*record));
        let (counts, dead) = match reader.alive_bitset() {
            None => (records.counts.clone(), Vec::new()),
            Some(_) => (
                records.counts_without(dead()),
                dead().filter(|record| records.kinds[*record as usize] == Kind::Solution).collect(),
            ),
        };
        Ok(Self { reader: reader.clone(), records, dead, counts })
    }

    pub(crate) fn counts(&self) -> &SegmentStats {
        &self.counts
    }

    /// Whether a solution of it is dead.
    pub(crate) fn has_dead(&self) -> bool {
        !self.dead.is_empty()
    }

    pub(crate) fn terms(&self) -> &OnceLock<InvertedIndex> {
        &self.records.terms
    }

    pub(crate) fn vectors(&self) -> &OnceLock<Vectors> {
        &self.records.vectors
    }

    pub(crate) fn neighbours(&self) -> &Cache<SegmentExpansion> {
        &self.records.neighbours
    }

    /// What names the segment, for as long as it is there.
    pub(crate) fn name(&self) -> String {
        self.reader.segment_id().uuid_string()
    }

    /// What tells whether a segment of another snapshot has the same records.
    pub(crate) fn id(&self) -> SegmentId {
        self.reader.segment_id()
    }

    /// What tells whether the same of them are dead.
    pub(crate) fn delete_opstamp(&self) -> Option<Opstamp> {
        self.reader.delete_opstamp()
    }

    /// How many records there are, the dead included.
    pub(crate) fn len(&self) -> usize {
        self.records.kinds.len()
    }

    pub(crate) fn meta(&self, record: u32) -> DocMeta {
        let (was, language) =
            (self.records.kinds[record as usize], self.records.languages[record as usize]);
        DocMeta { kind: (!self.reader.is_deleted(record)).then_some(was), was, language }
    }

    /// The live records of a kind, in the segment's order.
    pub(crate) fn live(&self, kind: Kind) -> impl Iterator<Item = u32> + '_ {
        (0_u32..)
            .zip(&self.records.kinds)
            .filter(move |(record, was)| **was == kind && !self.reader.is_deleted(*record))
            .map(|(record, _)| record)
    }

    /// How many live solutions have a term of the segment.
    pub(crate) fn live_solutions(&self, terms: &InvertedIndex, term: u32) -> u64 {
        let all: usize =
            (0..terms.chunks()).map(|chunk| terms.postings(chunk, term).records.len()).sum();
        // Whichever is shorter: a look at each that has it, or a search for each of the dead.
        let dead = if all < SEARCH * self.dead.len() {
            terms
                .all_postings(term)
                .filter(|posting| self.reader.is_deleted(posting.record))
                .count()
        } else {
            self.dead.iter().filter(|record| terms.record(term, **record).is_some()).count()
        };
        (all - dead) as u64
    }

    /// Whether a live solution has a term in a form.
    pub(crate) fn is_live(&self, field: Field, token: &TermForm) -> Result<bool, Error> {
        if self.dead.is_empty() {
            return Ok(true);
        }
        Ok(self.with_token(field, token)?.iter().any(|record| !self.reader.is_deleted(*record)))
    }

    /// Every token of a field, in order.
    pub(crate) fn tokens(&self, field: Field) -> Result<Vec<TermForm>, Error> {
        let damaged = |error| Error::engine("reading terms", error);
        let index = self
            .reader
            .inverted_index(field)
            .map_err(|error| Error::engine("opening the index", error))?;
        let (mut stream, mut tokens) = (
            index.terms().stream().map_err(damaged)?,
            Vec::with_capacity(index.terms().num_terms()),
        );
        while stream.advance() {
            tokens.push(TermForm::from_text(&String::from_utf8_lossy(stream.key())));
        }
        Ok(tokens)
    }

    /// What the engine's index says of a token: the records that have it, the dead included.
    fn with_token(&self, field: Field, token: &TermForm) -> Result<Vec<u32>, Error> {
        let damaged = |error| Error::engine("reading a list of records", error);
        let index = self
            .reader
            .inverted_index(field)
            .map_err(|error| Error::engine("opening the index", error))?;
        let (mut found, token) = (Vec::new(), Term::from_field_text(field, token.as_str()));
        let Some(mut list) =
            index.read_postings(&token, IndexRecordOption::Basic).map_err(damaged)?
        else {
            return Ok(found);
        };
        while list.doc() != TERMINATED {
            found.push(list.doc());
            list.advance();
        }
        Ok(found)
    }

    /// The live record with an id.
    pub(crate) fn find(&self, id: &Term) -> Result<Option<u32>, Error> {
        let inverted = self
            .reader
            .inverted_index(id.field())
            .map_err(|error| Error::engine("looking up an id", error))?;
        let list = inverted
            .read_postings(id, IndexRecordOption::Basic)
            .map_err(|error| Error::engine("looking up an id", error))?;
        let Some(mut list) = list else { return Ok(None) };
        let mut record: DocId = list.doc();
        while record != TERMINATED {
            if !self.reader.is_deleted(record) {
                return Ok(Some(record));
            }
            record = list.advance();
        }
        Ok(None)
    }

    /// Where a record's id stands among the ids of the segment: by these numbers records are
    /// ordered as by their ids.
    pub(crate) fn id_rank(&self, record: u32) -> u64 {
        self.records.ids.ords().first(record).unwrap_or(u64::MAX)
    }

    /// Every record's id; all at once is faster than one by one.
    pub(crate) fn ids(&self) -> Result<Vec<String>, Error> {
        let damaged = |error: std::io::Error| Error::engine("reading ids", error);
        let mut by_rank = Vec::with_capacity(self.records.ids.num_terms());
        let mut stream = self.records.ids.dictionary().stream().map_err(damaged)?;
        while stream.advance() {
            by_rank.push(String::from_utf8_lossy(stream.key()).into_owned());
        }
        let id = |rank: u64| {
            usize::try_from(rank)
                .ok()
                .and_then(|rank| by_rank.get(rank))
                .cloned()
                .unwrap_or_default()
        };
        Ok((0_u32..).zip(&self.records.kinds).map(|(record, _)| id(self.id_rank(record))).collect())
    }

    /// The columns that rules of eligibility look at.
    pub(crate) fn attributes(&self) -> &AttributeColumns {
        &self.records.attributes
    }

    /// The place of an id among the ids of the segment, as [`id_rank`](Self::id_rank) gives it.
    pub(crate) fn rank_of_id(&self, id: &str) -> Result<Option<u64>, Error> {
        let found = self.records.ids.dictionary().term_ord(id);
        found.map_err(|error| Error::engine("reading ids", error))
    }
}
