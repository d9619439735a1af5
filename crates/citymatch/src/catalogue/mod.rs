//! Where records are kept. The engine stops here: nothing outside this module names it.

mod check;
mod derived;
mod deriving;
mod directory;
mod edit;
mod expansions;
mod format;
mod live_term;
mod origins;
mod remembered;
mod rows;
mod schema;
mod segment;
mod snapshot;
mod view;

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use citymatch_encoder::{Encoder, StaticEncoder};
use tantivy::directory::{Directory, MmapDirectory, RamDirectory};
use tantivy::{Index, IndexReader, IndexSettings, ReloadPolicy};

pub use edit::{Edit, Put};
pub(crate) use live_term::LiveTerm;
pub(crate) use remembered::Expansion;
pub use rows::{AddReport, Place, Rejected, Row};
pub(crate) use segment::{Facts, Segment};
pub(crate) use snapshot::Address;
pub use snapshot::Snapshot;
pub use view::View;

use crate::error::{Error, ErrorKind};
use crate::record::Record;
use directory::Folder;
use format::EncoderName;
use schema::Fields;
use snapshot::Base;

/// The engine's list of the segments of the newest commit.
const META_FILE: &str = "meta.json";

/// A folder, or memory, that holds solutions and challenges and what is derived from them.
///
/// A catalogue is changed by an [`Edit`] and read through a [`Snapshot`]. There is one writer at a time, also among processes, and any
/// number of readers, who never wait for it. Cloning it is cheap: clones are the same catalogue.
///
/// # Examples
/// ```
/// use citymatch::{Catalogue, Solution, SolutionId};
/// let catalogue = Catalogue::in_memory()?;
/// let mut edit = catalogue.edit()?;
/// edit.put(Solution::new("s1", "Jardins de chuva").description("Retêm a água da chuva nas calçadas."))?;
/// edit.commit()?;
/// let snapshot = catalogue.snapshot()?;
/// assert_eq!(snapshot.solutions().len(), 1);
/// assert_eq!(snapshot.get(&SolutionId::from("s1"))?.unwrap().title, "Jardins de chuva");
/// # Ok::<(), citymatch::Error>(())
/// ```
#[derive(Clone)]
pub struct Catalogue {
    inner: Arc<Inner>,
}

struct Inner {
    base: Arc<Base>,
    index: Index,
    reader: IndexReader,
    newest: Mutex<Newest>,
    /// Whether a commit of this process is under way: what it adds is not seen before it is done.
    committing: AtomicBool,
}

/// The newest snapshot, and the list of segments that it was made from.
struct Newest {
    meta: Vec<u8>,
    snapshot: Snapshot,
}

impl Catalogue {
    /// Makes a catalogue in a folder that does not exist yet, or is empty, with the built-in encoder.
    ///
    /// # Errors
    /// [`ErrorKind::Exists`] where there is something already.
    pub fn create(path: impl AsRef<Path>) -> Result<Self, Error> {
        Self::with_encoder(Arc::new(StaticEncoder::builtin())).create(path)
    }

    /// Opens a catalogue. Reading needs no right to write. A catalogue that was made with another encoder than the built-in one is opened
    /// without: then solutions are ranked by `words` alone.
    ///
    /// # Errors
    /// [`ErrorKind::NoCatalogue`] where there is none, [`ErrorKind::Format`] where a newer version wrote it, [`ErrorKind::Corrupt`] where
    /// its files contradict each other.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let builtin = StaticEncoder::builtin();
        let encoder = (format::check(path)? == EncoderName::of(&builtin)).then(|| Arc::new(builtin) as Arc<dyn Encoder>);
        Self::open_with(path, encoder)
    }

    /// A catalogue in memory, gone with its last clone, with the built-in encoder.
    ///
    /// # Errors
    /// None that a caller can bring about.
    pub fn in_memory() -> Result<Self, Error> {
        Self::with_encoder(Arc::new(StaticEncoder::builtin())).in_memory()
    }

    /// Catalogues with an encoder of one's own.
    ///
    /// # Examples
    /// ```
    /// use std::sync::Arc;
    /// use citymatch::{Catalogue, StaticEncoder};
    /// let catalogue = Catalogue::with_encoder(Arc::new(StaticEncoder::builtin())).in_memory()?;
    /// # Ok::<(), citymatch::Error>(())
    /// ```
    #[must_use]
    pub fn with_encoder(encoder: Arc<dyn Encoder>) -> WithEncoder {
        WithEncoder(encoder)
    }

    fn open_with(path: &Path, encoder: Option<Arc<dyn Encoder>>) -> Result<Self, Error> {
        let index = Index::open(folder(path)?).map_err(|error| ErrorKind::Corrupt { path: path.to_owned(), detail: error.to_string() })?;
        let fields = Fields::new();
        if index.schema() != fields.schema {
            let detail = "its fields are not those of its format".to_owned();
            return Err(ErrorKind::Corrupt { path: path.to_owned(), detail }.into());
        }
        Self::with_index(index, Base { path: Some(path.to_owned()), fields, encoder })
    }

    fn with_index(index: Index, base: Base) -> Result<Self, Error> {
        let damaged = |error: tantivy::TantivyError| match &base.path {
            Some(path) => ErrorKind::Corrupt { path: path.clone(), detail: error.to_string() }.into(),
            None => Error::engine("opening a catalogue", error),
        };
        let meta = read_meta(&index)?;
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into().map_err(damaged)?;
        let base = Arc::new(base);
        let snapshot = Snapshot::new(&reader.searcher(), &base, None)?;
        let newest = Mutex::new(Newest { meta, snapshot });
        Ok(Self { inner: Arc::new(Inner { base, index, reader, newest, committing: AtomicBool::new(false) }) })
    }

    /// The folder; none in memory.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.inner.base.path.as_deref()
    }

    /// The catalogue as its newest commit left it, other processes' commits included. While a commit of this process is under way it is the
    /// catalogue before that: nobody waits for a writer.
    ///
    /// # Errors
    /// [`ErrorKind::Corrupt`] where the files contradict each other.
    pub fn snapshot(&self) -> Result<Snapshot, Error> {
        let mut newest = self.newest();
        if !self.inner.committing.load(Ordering::Acquire)
            && let Some(newer) = self.newer(&newest)?
        {
            *newest = newer;
        }
        Ok(newest.snapshot.clone())
    }

    fn newest(&self) -> MutexGuard<'_, Newest> {
        self.inner.newest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the engine's newest commit left, where that is another one.
    fn newer(&self, than: &Newest) -> Result<Option<Newest>, Error> {
        let inner = &*self.inner;
        // Read before the reload: a commit in between is seen at the next call.
        let meta = read_meta(&inner.index)?;
        if meta == than.meta {
            return Ok(None);
        }
        inner.reader.reload().map_err(|error| Error::engine("opening the newest commit", error))?;
        let snapshot = Snapshot::new(&inner.reader.searcher(), &inner.base, Some(&than.snapshot))?;
        Ok(Some(Newest { meta, snapshot }))
    }

    /// Begins a change. Nothing of it is seen before its `commit`.
    ///
    /// # Errors
    /// [`ErrorKind::Locked`] while another writer is at work, here or in another process.
    pub fn edit(&self) -> Result<Edit, Error> {
        Edit::begin(self)
    }

    /// Adds rows, or replaces those with their ids, in one commit. Rows that are wrong are left out and reported.
    ///
    /// # Errors
    /// [`ErrorKind::Locked`] while another writer is at work. A wrong row is no error.
    pub fn add<R: Record>(&self, rows: impl IntoIterator<Item = Row<R>>) -> Result<AddReport, Error> {
        let mut edit = self.edit()?;
        let report = edit.put_rows(rows)?;
        edit.commit()?;
        Ok(report)
    }

    /// Removes the records with these ids in one commit; the count of those that were there.
    ///
    /// # Errors
    /// [`ErrorKind::Locked`] while another writer is at work.
    pub fn remove<I: AsRef<str>>(&self, ids: impl IntoIterator<Item = I>) -> Result<u64, Error> {
        let mut edit = self.edit()?;
        let mut removed = 0;
        for id in ids {
            removed += u64::from(edit.remove(id)?);
        }
        edit.commit()?;
        Ok(removed)
    }

    /// Looks over the whole catalogue: files against their checksums, records against the rules of records and against what was derived
    /// from them. What is wrong, one sentence each; empty where it is sound.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] where a file cannot be read.
    pub fn check(&self) -> Result<Vec<String>, Error> {
        check::check(&self.inner.index, &self.snapshot()?)
    }

    /// How the catalogue is called in messages.
    fn place(&self) -> PathBuf {
        self.path().map_or_else(|| PathBuf::from("catalogue in memory"), Path::to_owned)
    }
}

impl fmt::Debug for Catalogue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Catalogue").field("path", &self.path()).finish_non_exhaustive()
    }
}

/// Makes and opens catalogues with an encoder of one's own. Made by [`Catalogue::with_encoder`].
pub struct WithEncoder(Arc<dyn Encoder>);

impl WithEncoder {
    /// As [`Catalogue::create`].
    ///
    /// # Errors
    /// As there.
    pub fn create(self, path: impl AsRef<Path>) -> Result<Catalogue, Error> {
        let path = path.as_ref();
        let occupied = match fs::read_dir(path) {
            Ok(mut entries) => entries.next().is_some(),
            Err(source) if source.kind() == std::io::ErrorKind::NotFound => false,
            Err(_) if path.is_file() => true,
            Err(source) => return Err(Error::io(path, source)),
        };
        if occupied {
            return Err(ErrorKind::Exists { path: path.to_owned() }.into());
        }
        fs::create_dir_all(path).map_err(|source| Error::io(path, source))?;
        make_index(folder(path)?, Fields::new())?;
        format::write(path, &*self.0)?;
        self.open(path)
    }

    /// As [`Catalogue::open`].
    ///
    /// # Errors
    /// As there, and [`ErrorKind::Encoder`] where the catalogue was made with another encoder.
    pub fn open(self, path: impl AsRef<Path>) -> Result<Catalogue, Error> {
        let path = path.as_ref();
        let (made_with, given) = (format::check(path)?, EncoderName::of(&*self.0));
        if made_with != given {
            let (expected, found) = (made_with.to_string(), given.to_string());
            return Err(ErrorKind::Encoder { path: path.to_owned(), found, expected }.into());
        }
        Catalogue::open_with(path, Some(self.0))
    }

    /// As [`Catalogue::in_memory`].
    ///
    /// # Errors
    /// None that a caller can bring about.
    pub fn in_memory(self) -> Result<Catalogue, Error> {
        let fields = Fields::new();
        let index = make_index(RamDirectory::create(), fields.clone())?;
        Catalogue::with_index(index, Base { path: None, fields, encoder: Some(self.0) })
    }
}

fn make_index(directory: impl Into<Box<dyn Directory>>, fields: Fields) -> Result<Index, Error> {
    // A small segment is not worth a thread.
    let settings = IndexSettings { docstore_compress_dedicated_thread: false, ..IndexSettings::default() };
    Index::create(directory, fields.schema, settings).map_err(|error| Error::engine("making a catalogue", error))
}

fn folder(path: &Path) -> Result<Folder, Error> {
    MmapDirectory::open(path).map(Folder).map_err(|error| Error::engine("opening a folder", error))
}

fn read_meta(index: &Index) -> Result<Vec<u8>, Error> {
    index.directory().atomic_read(Path::new(META_FILE)).map_err(|error| Error::engine("reading the list of segments", error))
}
