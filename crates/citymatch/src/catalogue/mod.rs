//! Where records are kept. The engine stops here: nothing outside this module names it.

mod builder;
mod check;
mod check_notes;
mod copies;
mod copy;
mod edit;
mod format;
#[cfg(test)]
mod fuzz;
mod index_files;
mod merge_plan;
mod of_one;
mod operations;
mod record_vectors;
mod records;
mod repair;
mod salvage;
mod snapshot;
mod staged_folder;
mod sweep;
mod turn;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tantivy::directory::Directory;
use tantivy::{Index, IndexReader, ReloadPolicy};

pub use builder::CatalogueBuilder;
pub use edit::Edit;
pub use records::Records;
pub use repair::Repair;
pub(crate) use snapshot::DocAddress;
pub use snapshot::Snapshot;

use crate::engine::{JournalDirectory, META_FILE};
use crate::error::Error;
pub use crate::error::LockHolder;
use crate::ingest::{AddReport, Row};
pub use crate::progress::Progress;
use crate::record::Record;
use format::CommitPayload;
use snapshot::CatalogueContext;
use turn::Turns;

/// A folder, or memory, that holds solutions and challenges and what is derived from them.
///
/// A catalogue is changed by an [`Edit`] and read through a [`Snapshot`]. There is one writer at a
/// time, also among processes, and any number of readers, who never wait for it. Cloning it is
/// cheap: clones are the same catalogue.
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
    context: Arc<CatalogueContext>,
    index: Index,
    /// The engine's files, with their footers, which the engine itself keeps back.
    files: JournalDirectory,
    reader: IndexReader,
    newest: Mutex<Latest>,
    /// Whether a commit of this process is under way: what it adds is not seen before it is done.
    committing: AtomicBool,
    turns: Arc<Turns>,
}

/// The newest snapshot, and the list of segments that it was made from.
struct Latest {
    meta: Vec<u8>,
    snapshot: Snapshot,
}

impl Catalogue {
    /// Makes a catalogue in a folder that does not exist yet, or is empty, with the built-in
    /// encoder.
    ///
    /// # Errors
    /// [`ErrorKind::Exists`](crate::ErrorKind::Exists) where there is something already.
    pub fn create(path: impl AsRef<Path>) -> Result<Self, Error> {
        Self::builder().create(path)
    }

    /// Opens a catalogue. Reading needs no right to write.
    ///
    /// A catalogue that was made with another encoder than the built-in one is opened without: then
    /// solutions are ranked by `words` alone. [`CatalogueBuilder::encoder`] brings it along.
    ///
    /// # Errors
    /// [`ErrorKind::NoCatalogue`](crate::ErrorKind::NoCatalogue) where there is none,
    /// [`ErrorKind::Format`](crate::ErrorKind::Format) where a newer version wrote it,
    /// [`ErrorKind::Corrupt`](crate::ErrorKind::Corrupt) where its files contradict each other.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        Self::builder().open(path)
    }

    /// A catalogue in memory, gone with its last clone, with the built-in encoder.
    ///
    /// # Errors
    /// None that a caller can bring about.
    pub fn in_memory() -> Result<Self, Error> {
        Self::builder().in_memory()
    }

    /// Makes and opens catalogues with options: an encoder of one's own, or opening what may not
    /// exist yet.
    #[must_use]
    pub fn builder() -> CatalogueBuilder {
        CatalogueBuilder::default()
    }

    fn with_index(
        index: Index,
        files: JournalDirectory,
        context: CatalogueContext,
    ) -> Result<Self, Error> {
        let meta = read_meta(&index, &context)?;
        let reader = context.location.read("opening a catalogue", || {
            index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()
        })?;
        let context = Arc::new(context);
        let snapshot = Snapshot::new(&reader.searcher(), &context, None)?;
        let newest = Mutex::new(Latest { meta, snapshot });
        let turns = context.location.folder().map_or_else(Arc::default, Turns::in_folder);
        Ok(Self {
            inner: Arc::new(Inner {
                context,
                index,
                files,
                reader,
                newest,
                committing: AtomicBool::new(false),
                turns,
            }),
        })
    }

    /// The folder, as an absolute path; none in memory.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.inner.context.location.path()
    }

    /// The catalogue as its newest commit left it, other processes' commits included. While a
    /// commit of this process is under way it is the catalogue before that: nobody waits for a
    /// writer.
    ///
    /// # Errors
    /// [`ErrorKind::Corrupt`](crate::ErrorKind::Corrupt) where the files contradict each other.
    pub fn snapshot(&self) -> Result<Snapshot, Error> {
        let mut newest = self.newest();
        if !self.inner.committing.load(Ordering::Acquire)
            && let Some(newer) = self.newer(&newest)?
        {
            *newest = newer;
        }
        Ok(newest.snapshot.clone())
    }

    fn newest(&self) -> MutexGuard<'_, Latest> {
        self.inner.newest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the engine's newest commit left, where that is another one.
    fn newer(&self, than: &Latest) -> Result<Option<Latest>, Error> {
        let inner = &*self.inner;
        // Read before the reload: a commit in between is seen at the next call.
        let meta = read_meta(&inner.index, &inner.context)?;
        if meta == than.meta {
            return Ok(None);
        }
        inner.context.location.read("opening the newest commit", || inner.reader.reload())?;
        let snapshot =
            Snapshot::new(&inner.reader.searcher(), &inner.context, Some(&than.snapshot))?;
        Ok(Some(Latest { meta, snapshot }))
    }

    /// The segments of commits up to `newest` that may have index files, as the payload of the
    /// next commit names them.
    fn earlier_segments(&self, newest: &Snapshot) -> Result<Vec<String>, Error> {
        let inner = &*self.inner;
        let metas = inner
            .context
            .location
            .read("reading the list of segments", || inner.index.load_metas())?;
        let payload =
            metas.payload.and_then(|text| serde_json::from_str::<CommitPayload>(&text).ok());
        Ok(newest
            .earlier_segments(payload.map(|payload| payload.earlier_segments).unwrap_or_default()))
    }

    /// Begins a change. Nothing of it is seen before its `commit`.
    ///
    /// It does not wait: see [`edit_within`](Self::edit_within).
    ///
    /// # Errors
    /// [`ErrorKind::Locked`](crate::ErrorKind::Locked) while another writer is at work, here or in
    /// another process.
    pub fn edit(&self) -> Result<Edit, Error> {
        self.edit_within(Duration::ZERO)
    }

    /// Begins a change like [`edit`](Self::edit), and waits until other writers have ended, those
    /// of other processes too, for so long at most.
    ///
    /// # Errors
    /// [`ErrorKind::Locked`](crate::ErrorKind::Locked) where another writer is still at work then.
    /// A thread that has an edit of this catalogue already is refused at once, since it would wait
    /// for itself.
    ///
    /// # Examples
    /// ```
    /// use std::time::Duration;
    /// use citymatch::{Catalogue, Solution};
    /// let catalogue = Catalogue::in_memory()?;
    /// let mut edit = catalogue.edit_within(Duration::from_secs(5))?;
    /// edit.put(Solution::new("s1", "Rain gardens"))?;
    /// edit.commit()?;
    /// # Ok::<(), citymatch::Error>(())
    /// ```
    pub fn edit_within(&self, wait: Duration) -> Result<Edit, Error> {
        let until = Instant::now().checked_add(wait);
        Edit::begin(self, until, until)
    }

    /// Adds rows, or replaces those with their ids, in one commit. Rows that are wrong are left out
    /// and reported.
    ///
    /// Threads of one process take turns: it waits until the edits of others have ended.
    ///
    /// # Errors
    /// [`ErrorKind::Locked`](crate::ErrorKind::Locked) while another process is writing, or where
    /// this thread has an edit already. A wrong row is no error.
    pub fn add<R: Record>(
        &self,
        rows: impl IntoIterator<Item = Row<R>>,
    ) -> Result<AddReport, Error> {
        let mut edit = self.edit_in_turn()?;
        let report = edit.put_rows(rows)?;
        edit.commit()?;
        Ok(report)
    }

    /// Removes the records with these ids in one commit; the count of those that were there.
    ///
    /// Threads of one process take turns: it waits until the edits of others have ended.
    ///
    /// # Errors
    /// [`ErrorKind::Locked`](crate::ErrorKind::Locked) while another process is writing, or where
    /// this thread has an edit already.
    pub fn remove<I: AsRef<str>>(&self, ids: impl IntoIterator<Item = I>) -> Result<u64, Error> {
        let mut edit = self.edit_in_turn()?;
        let mut removed = 0;
        for id in ids {
            removed += u64::from(edit.remove(id)?);
        }
        edit.commit()?;
        Ok(removed)
    }

    /// Begins a change when the threads of this process that are before it have ended theirs.
    fn edit_in_turn(&self) -> Result<Edit, Error> {
        Edit::begin(self, None, Some(Instant::now()))
    }

    /// Looks over the whole catalogue: files against their checksums, records against the rules of
    /// records and against what was derived from them. What is wrong, one sentence each; empty
    /// where it is sound.
    ///
    /// # Errors
    /// [`ErrorKind::Io`](crate::ErrorKind::Io) where a file cannot be read.
    pub fn check(&self) -> Result<Vec<String>, Error> {
        check::check(&self.inner.index, &self.snapshot()?)
    }

    /// What [`check`](Self::check) does not call wrong and is worth knowing, one sentence each:
    /// files that a change has left which was cut short, and what is missing and follows from the
    /// rest. The next change puts them right.
    ///
    /// # Errors
    /// [`ErrorKind::Io`](crate::ErrorKind::Io) where a file cannot be read.
    ///
    /// # Examples
    /// ```
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("c.cm");
    /// use citymatch::{Catalogue, Solution};
    /// let mut edit = Catalogue::create(&path)?.edit()?;
    /// edit.put(Solution::new("s1", "Rain gardens"))?;
    /// edit.commit()?;
    /// std::fs::remove_dir_all(path.join("derived")).unwrap();
    /// let catalogue = Catalogue::open(&path)?;
    /// assert!(catalogue.check()?.is_empty());
    /// assert_eq!(catalogue.check_notes()?.len(), 1);
    /// # Ok::<(), citymatch::Error>(())
    /// ```
    pub fn check_notes(&self) -> Result<Vec<String>, Error> {
        let Some(folder) = self.inner.context.location.folder() else { return Ok(Vec::new()) };
        check_notes::check_notes(folder, &self.inner.index, &self.snapshot()?)
    }

    /// How the catalogue is called in messages.
    fn display_path(&self) -> PathBuf {
        self.inner.context.location.name()
    }
}

impl fmt::Debug for Catalogue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Catalogue").field("path", &self.path()).finish_non_exhaustive()
    }
}

fn read_meta(index: &Index, context: &CatalogueContext) -> Result<Vec<u8>, Error> {
    let meta = index.directory().atomic_read(Path::new(META_FILE));
    meta.map_err(|error| context.location.error("reading the list of segments", error))
}
