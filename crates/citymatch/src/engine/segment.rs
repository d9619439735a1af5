//! One immutable segment of the engine, with what ranking needs of it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use tantivy::columnar::{Column, StrColumn};
use tantivy::index::SegmentId;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet, Opstamp, SegmentReader, TERMINATED, TantivyError, Term};

use super::attributes::AttributeColumns;
use super::location::Location;
use super::schema::{ID, KIND, LANGUAGE, LENGTH, kind_column};
use crate::cache::Cache;
use crate::error::Error;
use crate::facts::{FactColumn, SegmentFacts};
use crate::ids::{DocId, FormId, TermId};
use crate::index::{CACHED_WORDS, InvertedIndex, SegmentExpansion, StoredRecordVectors, Vectors};
use crate::record::{Goal, Kind, Language};
use crate::text::TermForm;

/// A segment of a snapshot.
///
/// The documents of a segment never change, but later commits may delete some of them. So all
/// snapshots share the documents and everything computed from them, and each snapshot has its own
/// list of what is alive.
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
    /// All other documents of the segment, in order: dead ones, and those of the other kind.
    others: Vec<DocId>,
}

/// The documents of a segment, dead or alive. No later commit changes them, so all snapshots share
/// them.
struct Documents {
    location: Location,
    ids: StrColumn,
    kinds: Vec<Kind>,
    languages: Vec<Option<Language>>,
    lengths: Column<u64>,
    /// The documents of each kind, as if all were alive.
    all_of_kinds: [OfKind; 2],
    attributes: AttributeColumns,
    /// The index, which is read or built when a signal first needs it.
    inverted_index: OnceLock<InvertedIndex>,
    vectors: OnceLock<Vectors>,
    /// What second encoders gave, by their fingerprints.
    record_vectors: Mutex<BTreeMap<u32, Arc<StoredRecordVectors>>>,
    expansions: Cache<TermForm, SegmentExpansion>,
    /// What criteria compare, by document; read when a criterion first needs it.
    facts: OnceLock<SegmentFacts>,
    /// The goals of each document, and of one that names none those that its text speaks of; found
    /// when a matcher that counts suggested goals first needs them.
    goals_or_suggested: OnceLock<FactColumn<Goal>>,
}

/// Statistics of the live documents of a kind, which scores depend on.
#[derive(Clone, Debug, Default)]
pub(crate) struct SegmentStats {
    pub(crate) documents: u64,
    /// The sum of their lengths, in weighted words.
    pub(crate) total_length: u64,
    /// The number of documents in each language.
    pub(crate) languages: BTreeMap<Option<Language>, u64>,
}

/// Live documents of a kind in a segment that say what another one says, which statistics count
/// instead.
#[derive(Default)]
pub(crate) struct Copies {
    /// In their order.
    docs: Vec<DocId>,
    /// For each document whether it is one of them; empty if there are none.
    flags: Vec<bool>,
    pub(crate) stats: SegmentStats,
    /// By term, how many of its documents do not count, plus 1; 0 where that was not asked for yet.
    /// Each search asks for the same common words again.
    not_counted: OnceLock<Box<[AtomicU32]>>,
}

impl Copies {
    /// Takes each document of a segment once.
    pub(crate) fn new(segment: &Segment, mut docs: Vec<DocId>) -> Self {
        docs.sort_unstable();
        docs.dedup();
        let mut stats = SegmentStats::default();
        let mut flags = if docs.is_empty() { Vec::new() } else { vec![false; segment.len()] };
        for doc in &docs {
            flags[doc.index()] = true;
            stats.add(&segment.documents, *doc);
        }
        Self { docs, flags, stats, not_counted: OnceLock::new() }
    }

    /// How many documents of a term do not count, counted when it is first asked for.
    fn not_counted(&self, terms: usize, term: TermId, count: impl FnOnce() -> usize) -> usize {
        let all = self.not_counted.get_or_init(|| (0..terms).map(|_| AtomicU32::new(0)).collect());
        let known = &all[term.index()];
        if let Some(known) = known.load(Relaxed).checked_sub(1) {
            return known as usize;
        }
        let counted = count();
        let kept = u32::try_from(counted + 1).expect("a segment has fewer than 2^32 documents");
        known.store(kept, Relaxed);
        counted
    }

    fn contains(&self, doc: DocId) -> bool {
        self.flags.get(doc.index()).copied().unwrap_or(false)
    }
}

impl SegmentStats {
    fn add(&mut self, documents: &Documents, doc: DocId) {
        self.documents += 1;
        self.total_length += documents.length(doc);
        *self.languages.entry(documents.languages[doc.index()]).or_default() += 1;
    }
}

/// How much longer it takes to search a posting list for one document than to read its next
/// posting.
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
        let kind = |doc| kind_column::kind(kinds.first(doc));
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
            record_vectors: Mutex::default(),
            expansions: Cache::with_capacity(CACHED_WORDS),
            facts: OnceLock::new(),
            goals_or_suggested: OnceLock::new(),
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
            of_kinds[kind].stats.add(self, doc);
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
    /// Opens a segment. `earlier` is the same segment in an earlier snapshot, whose documents are
    /// shared.
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

    /// The statistics of the live documents of a kind.
    pub(crate) fn stats(&self, kind: Kind) -> &SegmentStats {
        &self.of_kinds[kind_index(kind)].stats
    }

    pub(crate) fn has_dead(&self) -> bool {
        self.reader.alive_bitset().is_some()
    }

    pub(crate) fn inverted_index(&self) -> &OnceLock<InvertedIndex> {
        &self.documents.inverted_index
    }

    /// The vectors that a second encoder gave, if they are known in this process.
    pub(crate) fn record_vectors(&self, fingerprint: u32) -> Option<Arc<StoredRecordVectors>> {
        let known = self.documents.record_vectors.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&fingerprint).cloned()
    }

    /// Keeps the vectors of a second encoder, and returns them.
    pub(crate) fn keep_record_vectors(
        &self,
        fingerprint: u32,
        vectors: StoredRecordVectors,
    ) -> Arc<StoredRecordVectors> {
        let mut known =
            self.documents.record_vectors.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(known.entry(fingerprint).or_insert_with(|| Arc::new(vectors)))
    }

    pub(crate) fn vectors(&self) -> &OnceLock<Vectors> {
        &self.documents.vectors
    }

    pub(crate) fn expansions(&self) -> &Cache<TermForm, SegmentExpansion> {
        &self.documents.expansions
    }

    pub(crate) fn facts(&self) -> &OnceLock<SegmentFacts> {
        &self.documents.facts
    }

    pub(crate) fn goals_or_suggested(&self) -> &OnceLock<FactColumn<Goal>> {
        &self.documents.goals_or_suggested
    }

    /// The columns that rules of eligibility compare.
    pub(crate) fn attributes(&self) -> &AttributeColumns {
        &self.documents.attributes
    }

    /// The segment's name, with which the names of its files begin.
    pub(crate) fn name(&self) -> String {
        self.reader.segment_id().uuid_string()
    }

    /// The segment's identity: a segment of another snapshot with the same one has the same
    /// documents.
    pub(crate) fn id(&self) -> SegmentId {
        self.reader.segment_id()
    }

    /// The state of deletions: a segment with the same identity and state has the same live
    /// documents.
    pub(crate) fn delete_opstamp(&self) -> Option<Opstamp> {
        self.reader.delete_opstamp()
    }

    /// The number of documents, dead ones included.
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

    /// How many live documents of a kind have a term of the segment, less those that are copies.
    ///
    /// The index counts all documents that have the term, so those that are dead, of the other kind
    /// or copies are subtracted. There are two ways to count these, and the cheaper one is taken: to
    /// read the posting list and check every document, or to search the list for each document that
    /// does not count. In most catalogues few documents do not count, and the second way is short.
    pub(crate) fn doc_freq(
        &self,
        index: &InvertedIndex,
        term: TermId,
        kind: Kind,
        copies: &Copies,
    ) -> u64 {
        let (all, others) = (index.posting_count(term), &self.of_kinds[kind_index(kind)].others);
        if others.is_empty() && copies.docs.is_empty() {
            return all as u64;
        }
        let not_counted = copies.not_counted(index.term_count(), term, || {
            if all < SEARCH_COST * (others.len() + copies.docs.len()) {
                let counts = |doc| self.is_live(doc, kind) && !copies.contains(doc);
                index.all_postings(term).filter(|posting| !counts(posting.doc)).count()
            } else {
                let docs = others.iter().chain(&copies.docs);
                docs.filter(|doc| index.posting(term, **doc).is_some()).count()
            }
        });
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

    /// The rank of a document's id among the ids of the segment. Comparing ranks orders documents
    /// by id, without reading the ids.
    pub(crate) fn id_rank(&self, doc: DocId) -> u64 {
        self.documents.ids.ords().first(doc.0).unwrap_or(u64::MAX)
    }

    /// The rank of an id among the ids of the segment, if some document has it.
    pub(crate) fn rank_of_id(&self, id: &str) -> Result<Option<u64>, Error> {
        let ids = &self.documents.ids;
        self.documents.location.read("reading ids", || ids.dictionary().term_ord(id))
    }

    /// The ids of all documents, by document. Reading all of them in one pass is faster than
    /// looking up one after the other.
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
