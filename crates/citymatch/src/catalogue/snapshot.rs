use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use citymatch_encoder::Encoder;
use tantivy::directory::error::OpenReadError;
use tantivy::{Index, Searcher, SegmentReader, TantivyDocument, Term};

use super::format::Format;
use crate::cache::Cache;
use crate::encoding::Encoding;
use crate::engine::{Copies, Fields, Journal, Location, Segment};
use crate::error::Error;
use crate::facts::{Facts, SegmentFacts};
use crate::ids::{DocId, SegmentOrd};
use crate::index::{CACHED_WORDS, Expansion};
use crate::record::{Challenge, Kind, Language, Record, Solution};
use crate::text::TermForm;

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
    context: Arc<CatalogueContext>,
    segments: Vec<Arc<Segment>>,
    languages: BTreeMap<Option<Language>, u64>,
    of_kinds: [OfKind; 2],
    /// The solutions that name each city, as a key; found when they are first asked for.
    cities: OnceLock<HashMap<String, Vec<DocAddress>>>,
}

/// What is found out about the documents of one kind when it is first needed.
struct OfKind {
    copies: OnceLock<Vec<Copies>>,
    expansions: Cache<TermForm, Vec<Expansion>>,
}

impl OfKind {
    fn new() -> Self {
        Self { copies: OnceLock::new(), expansions: Cache::with_capacity(CACHED_WORDS) }
    }
}

/// What all snapshots of a catalogue have in common.
pub(super) struct CatalogueContext {
    pub(super) location: Location,
    pub(super) format: Format,
    pub(super) fields: Fields,
    /// `None` where the catalogue was made with one that is not available here: then only words
    /// count.
    pub(super) encoding: Option<Arc<Encoding>>,
    /// What the edit under way does in the engine's folder.
    pub(super) journal: Arc<Journal>,
}

/// Where a record lies in a snapshot. It means nothing in another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DocAddress {
    pub(crate) segment: SegmentOrd,
    pub(crate) doc: DocId,
}

impl Snapshot {
    /// Takes over the segments of an earlier snapshot that are still the same.
    pub(super) fn new(
        searcher: &Searcher,
        context: &Arc<CatalogueContext>,
        earlier: Option<&Self>,
    ) -> Result<Self, Error> {
        let earlier = earlier.map_or(&[][..], |snapshot| &snapshot.inner.segments);
        let mut segments = Vec::new();
        for reader in searcher.segment_readers() {
            let known = earlier.iter().find(|segment| segment.id() == reader.segment_id());
            segments.push(match known {
                Some(same) if same.delete_opstamp() == reader.delete_opstamp() => Arc::clone(same),
                known => {
                    let is_new = known.is_none();
                    verify_columns(searcher.index(), reader, is_new, &context.location)?;
                    Arc::new(Segment::open(reader, known.map(Arc::as_ref), &context.location)?)
                }
            });
        }
        let mut languages = BTreeMap::new();
        for segment in &segments {
            for (language, count) in
                segment.stats(Kind::Solution).languages.iter().filter(|(_, count)| **count > 0)
            {
                *languages.entry(*language).or_default() += count;
            }
        }
        let inner = Inner {
            searcher: searcher.clone(),
            context: Arc::clone(context),
            segments,
            languages,
            of_kinds: [OfKind::new(), OfKind::new()],
            cities: OnceLock::new(),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Whether it is the very same snapshot.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner)
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
        let languages = self.languages().iter();
        Language::commonest(languages.filter_map(|(language, count)| Some(((*language)?, *count))))
    }

    pub(crate) fn segments(&self) -> &[Arc<Segment>] {
        &self.inner.segments
    }

    fn of_kind(&self, kind: Kind) -> &OfKind {
        let [solutions, challenges] = &self.inner.of_kinds;
        match kind {
            Kind::Solution => solutions,
            Kind::Challenge => challenges,
        }
    }

    /// Where the copies in each segment are kept once they are found.
    pub(super) fn found_copies(&self, kind: Kind) -> &OnceLock<Vec<Copies>> {
        &self.of_kind(kind).copies
    }

    /// The numbers of the segments.
    pub(crate) fn ords(&self) -> impl Iterator<Item = SegmentOrd> + use<> {
        (0..self.segments().len()).map(SegmentOrd::new)
    }

    pub(crate) fn segment(&self, ord: SegmentOrd) -> &Segment {
        &self.inner.segments[ord.index()]
    }

    /// Where a live record of a kind lies.
    pub(crate) fn address(&self, kind: Kind, id: &str) -> Result<Option<DocAddress>, Error> {
        let is_of_kind = |found: &DocAddress| self.segment(found.segment).is_live(found.doc, kind);
        Ok(self.find(id)?.filter(is_of_kind))
    }

    /// The kind of the live record with an id.
    pub(super) fn kind_of(&self, id: &str) -> Result<Option<Kind>, Error> {
        let kind = |found: DocAddress| self.segment(found.segment).meta(found.doc).kind;
        Ok(self.find(id)?.map(kind))
    }

    fn find(&self, id: &str) -> Result<Option<DocAddress>, Error> {
        let term = Term::from_field_text(self.inner.context.fields.id, id);
        for segment in self.ords() {
            if let Some(doc) = self.segment(segment).find(&term)? {
                return Ok(Some(DocAddress { segment, doc }));
            }
        }
        Ok(None)
    }

    /// The record at an address.
    pub(crate) fn read<R: Record>(&self, address: DocAddress) -> Result<R, Error> {
        let DocAddress { segment, doc } = address;
        let address = tantivy::DocAddress::new(segment.0, doc.0);
        let document: TantivyDocument =
            self.location().read("reading a record", || self.inner.searcher.doc(address))?;
        let stored = self.inner.context.fields.json(&document);
        if stored.is_whole == Some(false) {
            return Err(self.corrupt("a stored record does not match its checksum"));
        }
        let json = serde_json::from_slice(stored.json)
            .map_err(|error| self.corrupt(&error.to_string()))?;
        R::read(json).map_err(|problem| self.corrupt(&problem.to_string()))
    }

    /// The live solutions that name a city, as a key, as their own or as that of a deployment.
    pub(crate) fn in_city(&self, city: &str) -> Result<&[DocAddress], Error> {
        let cities = if let Some(known) = self.inner.cities.get() {
            known
        } else {
            let mut found: HashMap<String, Vec<DocAddress>> = HashMap::new();
            for stored in self.solutions().with_addresses()? {
                let (solution, address) = stored?;
                let cities: BTreeSet<String> = solution.city_keys().collect();
                for city in cities {
                    found.entry(city).or_default().push(address);
                }
            }
            self.inner.cities.get_or_init(|| found)
        };
        Ok(cities.get(city).map_or(&[], Vec::as_slice))
    }

    /// What criteria compare, of each document of a segment, dead or alive: read from the stored
    /// records when a criterion first needs it, and kept with the segment.
    pub(crate) fn facts(&self, segment: SegmentOrd) -> Result<&SegmentFacts, Error> {
        let known = self.segment(segment).facts();
        if let Some(facts) = known.get() {
            return Ok(facts);
        }
        let facts = |address: DocAddress| {
            Ok(match self.segment(segment).meta(address.doc).kind {
                Kind::Solution => Facts::new(&self.read::<Solution>(address)?),
                Kind::Challenge => Facts::new(&self.read::<Challenge>(address)?),
            })
        };
        let made = self.addresses(segment).map(facts).collect::<Result<Vec<_>, Error>>()?;
        Ok(known.get_or_init(|| SegmentFacts::new(&made)))
    }

    /// The documents of a segment, dead or alive.
    pub(crate) fn addresses(&self, segment: SegmentOrd) -> impl Iterator<Item = DocAddress> {
        let docs = (0..self.segment(segment).len()).map(DocId::new);
        docs.map(move |doc| DocAddress { segment, doc })
    }

    pub(super) fn context(&self) -> &CatalogueContext {
        &self.inner.context
    }

    pub(super) fn location(&self) -> &Location {
        &self.inner.context.location
    }

    pub(crate) fn expansion_cache(&self, kind: Kind) -> &Cache<TermForm, Vec<Expansion>> {
        &self.of_kind(kind).expansions
    }

    /// The catalogue's encoder; `None` where it is not available here.
    pub(crate) fn encoder(&self) -> Option<&dyn Encoder> {
        self.encoding().map(|encoding| &*encoding.encoder)
    }

    /// The catalogue's encoder and its subjects; `None` where the encoder is not available here.
    pub(crate) fn encoding(&self) -> Option<&Encoding> {
        self.inner.context.encoding.as_deref()
    }

    fn corrupt(&self, detail: &str) -> Error {
        self.location().corrupt(format!("a stored record: {detail}"))
    }
}

/// Compares the files with their checksums that each answer depends on: those of the columns, and of
/// the dead. They are small, and read as a whole when a segment is opened.
fn verify_columns(
    index: &Index,
    reader: &SegmentReader,
    is_new: bool,
    location: &Location,
) -> Result<(), Error> {
    if location.folder().is_none() {
        // Nothing in memory is damaged.
        return Ok(());
    }
    let name = reader.segment_id().uuid_string();
    let columns = is_new.then(|| format!("{name}.fast"));
    let dead = reader.delete_opstamp().map(|stamp| format!("{name}.{stamp}.del"));
    for file in columns.into_iter().chain(dead) {
        let check = || match index.directory().validate_checksum(Path::new(&file)) {
            // A writer has removed it since it was opened.
            Err(OpenReadError::FileDoesNotExist(_)) => Ok(true),
            checked => checked,
        };
        if !location.read("checking a file", check)? {
            return Err(location.corrupt(format!("`{file}` does not match its checksum")));
        }
    }
    Ok(())
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot").field("segments", &self.segments().len()).finish_non_exhaustive()
    }
}
