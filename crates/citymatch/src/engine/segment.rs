//! One immutable segment of the engine, as ranking sees it.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use tantivy::columnar::{Column, StrColumn};
use tantivy::index::SegmentId;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet, Opstamp, SegmentReader, TERMINATED, TantivyError, Term};

use super::attributes::AttributeColumns;
use super::location::Location;
use super::schema::{ID, KIND, LANGUAGE, LENGTH, kind_code};
use crate::cache::Cache;
use crate::error::Error;
use crate::ids::{DocId, FormId, TermId};
use crate::index::{InvertedIndex, Vectors};
use crate::record::{Kind, Language};
use crate::signal::{CACHED_WORDS, SegmentExpansion};
use crate::text::TermForm;

/// A segment of a snapshot: a segment of the engine, without its dead documents.
pub(crate) struct Segment {
    reader: SegmentReader,
    documents: Arc<Documents>,
    /// The live documents of each kind, by [`kind_index`].
    of_kinds: [OfKind; 2],
}

/// The live documents of one kind in a segment.
#[derive(Clone, Default)]
struct OfKind {
    stats: SegmentStats,
    /// The documents that are not among them: dead ones, and those of the other kind. In order.
    others: Vec<DocId>,
}

/// The documents of a segment, dead or alive: what no later commit changes. All snapshots share it.
struct Documents {
    location: Location,
    ids: StrColumn,
    kinds: Vec<Kind>,
    languages: Vec<Option<Language>>,
    lengths: Column<u64>,
    /// The documents of each kind, as if all were alive.
    all_of_kinds: [OfKind; 2],
    attributes: AttributeColumns,
    /// The index, read or built when a signal first asks.
    inverted_index: OnceLock<InvertedIndex>,
    vectors: OnceLock<Vectors>,
    expansions: Cache<TermForm, SegmentExpansion>,
}

/// What scores take from the live documents of a kind together.
#[derive(Clone, Debug, Default)]
pub(crate) struct SegmentStats {
    pub(crate) documents: u64,
    /// The sum of their lengths, in weighted words.
    pub(crate) total_length: u64,
    /// How many are written in each language.
    pub(crate) languages: BTreeMap<Option<Language>, u64>,
}

/// How many times longer a search for one document in a posting list takes than a look at the next
/// one.
const SEARCH_COST: usize = 8;

/// A document's kind and language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DocMeta {
    pub(crate) kind: Kind,
    pub(crate) language: Option<Language>,
}

impl Documents {
    fn open(reader: &SegmentReader, location: &Location) -> Result<Self, Error> {
        location.read("opening a segment", || Self::read(reader, location))
    }

    fn read(reader: &SegmentReader, location: &Location) -> Result<Self, TantivyError> {
        let column = |name| reader.fast_fields().u64(name);
        let (kinds, languages, lengths): (Column<u64>, Column<u64>, Column<u64>) =
            (column(KIND)?, column(LANGUAGE)?, column(LENGTH)?);
        let ids = reader.fast_fields().str(ID)?;
        let ids = ids.ok_or_else(|| TantivyError::FieldNotFound(ID.to_owned()))?;
        let kind = |doc| match kinds.first(doc) {
            Some(code) if code == kind_code(Kind::Challenge) => Kind::Challenge,
            _ => Kind::Solution,
        };
        let language = |doc| Language::from_storage_code(languages.first(doc).unwrap_or(0));
        let mut documents = Self {
            location: location.clone(),
            ids,
            kinds: (0..reader.max_doc()).map(kind).collect(),
            languages: (0..reader.max_doc()).map(language).collect(),
            lengths,
            all_of_kinds: Default::default(),
            attributes: AttributeColumns::open(reader, location)?,
            inverted_index: OnceLock::new(),
            vectors: OnceLock::new(),
            expansions: Cache::with_capacity(CACHED_WORDS),
        };
        documents.all_of_kinds = documents.of_kinds();
        Ok(documents)
    }

    /// The documents of each kind, as if all were alive.
    fn of_kinds(&self) -> [OfKind; 2] {
        let mut of_kinds = [OfKind::default(), OfKind::default()];
        for doc in (0..self.kinds.len()).map(DocId::new) {
            let kind = kind_index(self.kinds[doc.index()]);
            of_kinds[1 - kind].others.push(doc);
            let stats = &mut of_kinds[kind].stats;
            stats.documents += 1;
            stats.total_length += self.length(doc);
            *stats.languages.entry(self.languages[doc.index()]).or_default() += 1;
        }
        of_kinds
    }

    /// The live documents of each kind, given the dead ones.
    fn live_of_kinds(&self, dead: impl Iterator<Item = DocId>) -> [OfKind; 2] {
        let mut of_kinds = self.all_of_kinds.clone();
        for doc in dead {
            let kind = kind_index(self.kinds[doc.index()]);
            of_kinds[kind].others.push(doc);
            let stats = &mut of_kinds[kind].stats;
            stats.documents -= 1;
            stats.total_length -= self.length(doc);
            if let Some(count) = stats.languages.get_mut(&self.languages[doc.index()]) {
                *count -= 1;
            }
        }
        for of_kind in &mut of_kinds {
            of_kind.others.sort_unstable();
        }
        of_kinds
    }

    fn length(&self, doc: DocId) -> u64 {
        self.lengths.first(doc.0).unwrap_or(0)
    }
}

fn kind_index(kind: Kind) -> usize {
    match kind {
        Kind::Solution => 0,
        Kind::Challenge => 1,
    }
}

impl Segment {
    /// Takes over what an earlier snapshot knew of the segment's documents.
    pub(crate) fn open(
        reader: &SegmentReader,
        earlier: Option<&Self>,
        location: &Location,
    ) -> Result<Self, Error> {
        let documents = match earlier {
            Some(earlier) => Arc::clone(&earlier.documents),
            None => Arc::new(Documents::open(reader, location)?),
        };
        let dead = (0..reader.max_doc()).filter(|doc| reader.is_deleted(*doc)).map(DocId);
        let of_kinds = match reader.alive_bitset() {
            None => documents.all_of_kinds.clone(),
            Some(_) => documents.live_of_kinds(dead),
        };
        Ok(Self { reader: reader.clone(), documents, of_kinds })
    }

    /// The live documents of a kind, taken together.
    pub(crate) fn stats(&self, kind: Kind) -> &SegmentStats {
        &self.of_kinds[kind_index(kind)].stats
    }

    pub(crate) fn has_dead(&self) -> bool {
        self.reader.alive_bitset().is_some()
    }

    pub(crate) fn inverted_index(&self) -> &OnceLock<InvertedIndex> {
        &self.documents.inverted_index
    }

    pub(crate) fn vectors(&self) -> &OnceLock<Vectors> {
        &self.documents.vectors
    }

    pub(crate) fn expansions(&self) -> &Cache<TermForm, SegmentExpansion> {
        &self.documents.expansions
    }

    /// The columns that rules of eligibility look at.
    pub(crate) fn attributes(&self) -> &AttributeColumns {
        &self.documents.attributes
    }

    /// The segment's name in the folder, for as long as it is there.
    pub(crate) fn name(&self) -> String {
        self.reader.segment_id().uuid_string()
    }

    /// Tells whether a segment of another snapshot has the same documents.
    pub(crate) fn id(&self) -> SegmentId {
        self.reader.segment_id()
    }

    /// Tells whether the same of them are dead.
    pub(crate) fn delete_opstamp(&self) -> Option<Opstamp> {
        self.reader.delete_opstamp()
    }

    /// How many documents there are, dead ones included.
    pub(crate) fn len(&self) -> usize {
        self.documents.kinds.len()
    }

    /// The kind and the language of a document, dead or alive.
    pub(crate) fn meta(&self, doc: DocId) -> DocMeta {
        let Documents { kinds, languages, .. } = &*self.documents;
        DocMeta { kind: kinds[doc.index()], language: languages[doc.index()] }
    }

    /// Whether a document is a live one of a kind.
    pub(crate) fn is_live(&self, doc: DocId, kind: Kind) -> bool {
        self.documents.kinds[doc.index()] == kind && !self.reader.is_deleted(doc.0)
    }

    /// The live documents of a kind, in the segment's order.
    pub(crate) fn live(&self, kind: Kind) -> impl Iterator<Item = DocId> + '_ {
        self.live_docs().filter(move |doc| self.documents.kinds[doc.index()] == kind)
    }

    /// The live documents of both kinds, in the segment's order.
    pub(crate) fn live_docs(&self) -> impl Iterator<Item = DocId> + '_ {
        let docs = (0..self.len()).map(DocId::new);
        docs.filter(|doc| !self.reader.is_deleted(doc.0))
    }

    /// How many live documents of a kind have a term of the segment.
    pub(crate) fn doc_freq(&self, index: &InvertedIndex, term: TermId, kind: Kind) -> u64 {
        let (all, others) = (index.posting_count(term), &self.of_kinds[kind_index(kind)].others);
        // Whichever is shorter: a look at each document that has the term, or a search for each of
        // those that do not count.
        let not_counted = if all < SEARCH_COST * others.len() {
            index.all_postings(term).filter(|posting| !self.is_live(posting.doc, kind)).count()
        } else {
            others.iter().filter(|doc| index.posting(term, **doc).is_some()).count()
        };
        (all - not_counted) as u64
    }

    /// Whether a live document of a kind has a term in a surface form.
    pub(crate) fn is_live_form(&self, index: &InvertedIndex, form: FormId, kind: Kind) -> bool {
        self.of_kinds[kind_index(kind)].others.is_empty()
            || index.docs_with_form(form).any(|doc| self.is_live(doc, kind))
    }

    /// The live document with an id.
    pub(crate) fn find(&self, id: &Term) -> Result<Option<DocId>, Error> {
        self.documents.location.read("looking up an id", || {
            let inverted = self.reader.inverted_index(id.field())?;
            let Some(mut list) = inverted.read_postings(id, IndexRecordOption::Basic)? else {
                return Ok(None);
            };
            let mut doc = list.doc();
            while doc != TERMINATED {
                if !self.reader.is_deleted(doc) {
                    return Ok(Some(DocId(doc)));
                }
                doc = list.advance();
            }
            Ok::<_, TantivyError>(None)
        })
    }

    /// The place of a document's id among the ids of the segment: by these numbers documents are
    /// ordered as by their ids.
    pub(crate) fn id_rank(&self, doc: DocId) -> u64 {
        self.documents.ids.ords().first(doc.0).unwrap_or(u64::MAX)
    }

    /// The place of an id among the ids of the segment, as [`id_rank`](Self::id_rank) gives it.
    pub(crate) fn rank_of_id(&self, id: &str) -> Result<Option<u64>, Error> {
        let ids = &self.documents.ids;
        self.documents.location.read("reading ids", || ids.dictionary().term_ord(id))
    }

    /// Every document's id; all at once is faster than one by one.
    pub(crate) fn ids(&self) -> Result<Vec<String>, Error> {
        self.documents.location.read("reading ids", || {
            let mut by_rank = Vec::with_capacity(self.documents.ids.num_terms());
            let mut stream = self.documents.ids.dictionary().stream()?;
            while stream.advance() {
                by_rank.push(String::from_utf8_lossy(stream.key()).into_owned());
            }
            let id = |rank: u64| {
                let id = usize::try_from(rank).ok().and_then(|rank| by_rank.get(rank));
                id.cloned().unwrap_or_default()
            };
            let ids = (0..self.len()).map(|doc| id(self.id_rank(DocId::new(doc)))).collect();
            Ok::<_, std::io::Error>(ids)
        })
    }
}
