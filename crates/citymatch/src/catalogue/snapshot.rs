use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use citymatch_encoder::Encoder;
use tantivy::schema::Field;
use tantivy::{Searcher, TantivyDocument, Term};

use crate::cache::Cache;
use crate::engine::{Attributes, Fields, Journal, Segment};
use crate::error::{Error, ErrorKind};
use crate::record::{Kind, Language, Record};
use crate::signal::Expansion;

/// A catalogue as one commit left it: immutable, cheap to clone, shared by threads.
///
/// It stands as long as someone holds it, whatever is committed meanwhile.
///
/// # Examples
/// ```
/// use citymatch::{Catalogue, Challenge, Solution};
/// let catalogue = Catalogue::in_memory()?;
/// let before = catalogue.snapshot()?;
/// let mut edit = catalogue.edit()?;
/// edit.put(Solution::new("s1", "Rain gardens"))?;
/// edit.put(Challenge::new("c1", "Floods downtown"))?;
/// edit.commit()?;
/// assert_eq!(before.solutions().len(), 0);
/// let after = catalogue.snapshot()?;
/// assert_eq!((after.solutions().len(), after.challenges().len()), (1, 1));
/// # Ok::<(), citymatch::Error>(())
/// ```
#[derive(Clone)]
pub struct Snapshot {
    inner: Arc<Inner>,
}

struct Inner {
    searcher: Searcher,
    base: Arc<CatalogueContext>,
    segments: Vec<Arc<Segment>>,
    languages: BTreeMap<Option<Language>, u64>,
    expansions: Cache<Vec<Expansion>>,
}

/// What all snapshots of a catalogue have in common.
pub(super) struct CatalogueContext {
    pub(super) path: Option<PathBuf>,
    pub(super) fields: Fields,
    /// None where the catalogue was made with one that is not at hand: then only words count.
    pub(super) encoder: Option<Arc<dyn Encoder>>,
    /// What the edit under way does in the engine's folder.
    pub(super) journal: Arc<Journal>,
}

/// Where a record lies in a snapshot. It means nothing in another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DocAddress {
    pub(crate) segment: usize,
    pub(crate) record: u32,
}

impl Snapshot {
    /// Takes over the segments of an earlier snapshot that are still the same.
    pub(super) fn new(
        searcher: &Searcher,
        base: &Arc<CatalogueContext>,
        earlier: Option<&Self>,
    ) -> Result<Self, Error> {
        let earlier = earlier.map_or(&[][..], |snapshot| &snapshot.inner.segments);
        let mut segments = Vec::new();
        for reader in searcher.segment_readers() {
            let known = earlier.iter().find(|segment| segment.id() == reader.segment_id());
            segments.push(match known {
                Some(same) if same.delete_opstamp() == reader.delete_opstamp() => Arc::clone(same),
                known => Arc::new(Segment::open(reader, known.map(Arc::as_ref))?),
            });
        }
        let mut languages = BTreeMap::new();
        for segment in &segments {
            for (language, count) in
                segment.counts().languages.iter().filter(|(_, count)| **count > 0)
            {
                *languages.entry(*language).or_default() += count;
            }
        }
        let (searcher, base, expansions) = (searcher.clone(), Arc::clone(base), Cache::default());
        Ok(Self { inner: Arc::new(Inner { searcher, base, segments, languages, expansions }) })
    }

    /// How many solutions there are in each language, declared or detected; none is a language too.
    ///
    /// # Examples
    /// ```
    /// use citymatch::{Catalogue, Language, Solution, ingest::{RowLocation, Row}};
    /// let catalogue = Catalogue::in_memory()?;
    /// let record = Ok(Solution::new("s1", "Jardins de chuva").language(Language::Portuguese));
    /// catalogue.add([Row { location: RowLocation::in_list(1), record }])?;
    /// assert_eq!(catalogue.snapshot()?.languages()[&Some(Language::Portuguese)], 1);
    /// # Ok::<(), citymatch::Error>(())
    /// ```
    #[must_use]
    pub fn languages(&self) -> &BTreeMap<Option<Language>, u64> {
        &self.inner.languages
    }

    /// The language that most solutions have, the first by name of those as common.
    #[must_use]
    pub fn commonest_language(&self) -> Option<Language> {
        let known =
            self.languages().iter().filter_map(|(language, count)| Some(((*language)?, *count)));
        known
            .fold(None, |most: Option<(Language, u64)>, next| {
                most.filter(|most| most.1 >= next.1).or(Some(next))
            })
            .map(|most| most.0)
    }

    pub(crate) fn segments(&self) -> &[Arc<Segment>] {
        &self.inner.segments
    }

    /// The field of the solutions' tokens in the index.
    pub(crate) fn tokens_field(&self) -> Field {
        self.inner.base.fields.tokens
    }

    /// Where a record of a kind lies.
    pub(crate) fn address(&self, kind: Kind, id: &str) -> Result<Option<DocAddress>, Error> {
        Ok(self.find(id)?.filter(|address| {
            self.segments()[address.segment].tag(address.record).kind == Some(kind)
        }))
    }

    /// The kind of the record with an id.
    pub(super) fn kind_of(&self, id: &str) -> Result<Option<Kind>, Error> {
        Ok(self
            .find(id)?
            .and_then(|address| self.segments()[address.segment].tag(address.record).kind))
    }

    fn find(&self, id: &str) -> Result<Option<DocAddress>, Error> {
        let term = Term::from_field_text(self.inner.base.fields.id, id);
        for (segment, index) in self.segments().iter().zip(0..) {
            if let Some(record) = segment.find(&term)? {
                return Ok(Some(DocAddress { segment: index, record }));
            }
        }
        Ok(None)
    }

    /// The record at an address.
    pub(crate) fn read<R: Record>(&self, address: DocAddress) -> Result<R, Error> {
        let segment = u32::try_from(address.segment).expect("segments are counted in u32");
        let document: TantivyDocument = self
            .inner
            .searcher
            .doc(tantivy::DocAddress::new(segment, address.record))
            .map_err(|error| Error::engine("reading a record", error))?;
        let bytes = self.inner.base.fields.json(&document).unwrap_or_default();
        let json =
            serde_json::from_slice(bytes).map_err(|error| self.corrupt(&error.to_string()))?;
        R::from_json(json).map_err(|problem| self.corrupt(&problem.to_string()))
    }

    /// What the rules of eligibility look at in a segment's solutions.
    pub(crate) fn facts(&self, segment: usize) -> Result<&[Option<Attributes>], Error> {
        self.segments()[segment].facts(|record| self.read(DocAddress { segment, record }))
    }

    pub(super) fn base(&self) -> &CatalogueContext {
        &self.inner.base
    }

    pub(crate) fn expansion_cache(&self) -> &Cache<Vec<Expansion>> {
        &self.inner.expansions
    }

    /// What makes vectors of texts; none where the catalogue's own is not at hand.
    pub(crate) fn encoder(&self) -> Option<&dyn Encoder> {
        self.inner.base.encoder.as_deref()
    }

    fn corrupt(&self, detail: &str) -> Error {
        let path =
            self.inner.base.path.clone().unwrap_or_else(|| PathBuf::from("catalogue in memory"));
        ErrorKind::Corrupt { path, detail: format!("a stored record: {detail}") }.into()
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot").field("segments", &self.segments().len()).finish_non_exhaustive()
    }
}
