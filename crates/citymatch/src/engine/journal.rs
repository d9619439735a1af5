//! What the edit under way writes: its files, why it could not go on, and whether its change is in.

use std::collections::BTreeSet;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Deserialize;
use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    AntiCallToken, Directory, DirectoryLock, FileHandle, INDEX_WRITER_LOCK, Lock, TerminatingWrite,
    WatchCallback, WatchHandle, WritePtr,
};
use tantivy::{Opstamp, TantivyError};

use super::{Location, META_FILE};
use crate::error::{Error, ErrorKind};
use crate::progress::Progress;

/// What is known of the edit under way.
///
/// The engine writes on threads of its own, and of their failures it says only that there was one.
/// So the folder itself takes down what the system said, and to which file.
#[derive(Debug, Default)]
pub(crate) struct Journal(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// The files that were created since the edit began.
    files: BTreeSet<PathBuf>,
    /// How many bytes were to be written to them.
    wanted: u64,
    /// The first file that could not be written or read, and why.
    failure: Option<(PathBuf, io::Error)>,
    /// The commit that is under way. Merges replace the list of segments too, also while records
    /// are being put; the list of a commit is known by its number.
    commit: Option<Opstamp>,
    /// Whether the list of segments is that of the commit: then the change is in.
    committed: bool,
    /// Whether the edit is over: then a thread of the engine that is late must write nothing. It is
    /// over too when the list of the commit could not be written. A merge that ends after that would
    /// write a list with the new segments under the number of the commit before, and so bring in
    /// what the caller is told has failed, or hide that it is in.
    closed: bool,
    progress: Arc<Progress>,
    lock: HeldLock,
}

/// A share of the writer's lock that the engine's writer is to take next.
#[derive(Default)]
struct HeldLock(Option<Arc<DirectoryLock>>);

impl std::fmt::Debug for HeldLock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.is_some() { "held" } else { "none" })
    }
}

impl Journal {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins an edit. Its lock is shared with the engine's writer, so that it outlives that: what
    /// the edit leaves is removed while no other writer can be at work.
    pub(crate) fn begin(&self, lock: &Arc<DirectoryLock>) {
        *self.state() = State { lock: HeldLock(Some(Arc::clone(lock))), ..State::default() };
    }

    /// Lets the edit be cancelled: the engine's next write then fails.
    pub(crate) fn set_progress(&self, progress: &Arc<Progress>) {
        self.state().progress = Arc::clone(progress);
    }

    /// Ends the edit: nothing is written any more. The files that it created.
    pub(crate) fn close(&self) -> BTreeSet<PathBuf> {
        let mut state = self.state();
        state.closed = true;
        state.lock.0 = None;
        std::mem::take(&mut state.files)
    }

    pub(crate) fn committed(&self) -> bool {
        self.state().committed
    }

    /// How many bytes the edit was to write, as far as it came.
    pub(crate) fn wanted(&self) -> u64 {
        self.state().wanted
    }

    pub(crate) fn has_failed(&self) -> bool {
        self.state().failure.is_some()
    }

    /// The engine is about to make the change durable, under this number.
    pub(crate) fn begin_commit(&self, commit: Opstamp) {
        self.state().commit = Some(commit);
    }

    /// The engine's commit has failed, and this is the number in the list of segments afterwards.
    pub(crate) fn end_commit(&self, found: Option<Opstamp>) {
        let mut state = self.state();
        state.committed |= found.is_some() && found == state.commit;
    }

    /// The error for a failure of the engine while something was being done: what the system said,
    /// where it said something.
    pub(crate) fn error(&self, location: &Location, context: &str, error: TantivyError) -> Error {
        let state = self.state();
        if state.progress.check().is_err() && !state.committed {
            return ErrorKind::Cancelled.into();
        }
        match &state.failure {
            Some((file, source)) => location.file_error(file, same(source)),
            None => location.error(context, error),
        }
    }

    fn failed(&self, file: &Path, error: &io::Error) {
        self.state().failed(file, error);
    }

    fn note<T>(&self, file: &Path, result: io::Result<T>) -> io::Result<T> {
        result.inspect_err(|error| self.failed(file, error))
    }
}

impl State {
    /// Whether something may be written now.
    fn check(&self) -> io::Result<()> {
        if self.closed || (!self.committed && self.progress.check().is_err()) {
            return Err(io::Error::other("the edit has ended"));
        }
        Ok(())
    }

    /// What fails after the end of an edit, or because it was cancelled, is no failure.
    fn failed(&mut self, file: &Path, error: &io::Error) {
        if !self.closed && self.failure.is_none() && self.progress.check().is_ok() {
            self.failure = Some((file.to_owned(), same(error)));
        }
    }
}

/// The number of the commit that a list of segments is of.
fn commit_of(list: &[u8]) -> Option<Opstamp> {
    #[derive(Deserialize)]
    struct List {
        opstamp: Opstamp,
    }
    serde_json::from_slice::<List>(list).ok().map(|list| list.opstamp)
}

/// An error of the system once more; it cannot be cloned.
fn same(error: &io::Error) -> io::Error {
    match error.raw_os_error() {
        Some(code) => io::Error::from_raw_os_error(code),
        None => io::Error::new(error.kind(), error.to_string()),
    }
}

/// A folder of the engine's, and the journal of what is done in it.
#[derive(Clone, Debug)]
pub(crate) struct JournalDirectory {
    directory: Box<dyn Directory>,
    journal: Arc<Journal>,
}

impl JournalDirectory {
    pub(crate) fn new(directory: impl Into<Box<dyn Directory>>, journal: &Arc<Journal>) -> Self {
        Self { directory: directory.into(), journal: Arc::clone(journal) }
    }
}

impl Directory for JournalDirectory {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        self.directory.get_file_handle(path).inspect_err(|error| {
            if let OpenReadError::IoError { io_error, .. } = error {
                self.journal.failed(path, io_error);
            }
        })
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        self.directory.delete(path)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.directory.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        // Under the lock: a file is made before the journal is closed, and known, or not at all.
        let made = {
            let mut state = self.journal.state();
            state.check().map_err(|error| OpenWriteError::wrap_io_error(error, path.to_owned()))?;
            let made = self.directory.open_write(path);
            if made.is_ok() {
                state.files.insert(path.to_owned());
            }
            made
        };
        let made = made.inspect_err(|error| {
            if let OpenWriteError::IoError { io_error, .. } = error {
                self.journal.failed(path, io_error);
            }
        })?;
        let file = made
            .into_inner()
            .map_err(|error| OpenWriteError::wrap_io_error(error.into_error(), path.to_owned()))?;
        let journal = Arc::clone(&self.journal);
        Ok(BufWriter::new(Box::new(JournalFile { file, path: path.to_owned(), journal })))
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        self.directory.atomic_read(path).inspect_err(|error| {
            if let OpenReadError::IoError { io_error, .. } = error {
                self.journal.failed(path, io_error);
            }
        })
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        let commit = || (path == Path::new(META_FILE)).then(|| commit_of(data)).flatten();
        // Under the lock, so that the list is not replaced after the edit's end.
        let mut state = self.journal.state();
        state.check()?;
        state.wanted += data.len() as u64;
        let result = self.directory.atomic_write(path, data);
        if let Err(error) = &result {
            state.failed(path, error);
        }
        if state.commit.is_some() && commit() == state.commit {
            state.committed |= result.is_ok();
            state.closed |= result.is_err();
        }
        result
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.journal.note(Path::new(""), self.directory.sync_directory())
    }

    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        if lock.filepath == INDEX_WRITER_LOCK.filepath
            && let Some(held) = self.journal.state().lock.0.take()
        {
            return Ok(DirectoryLock::from(Box::new(held)));
        }
        self.directory.acquire_lock(lock)
    }

    fn watch(&self, watch_callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.directory.watch(watch_callback)
    }
}

/// A file that is being written.
struct JournalFile {
    file: Box<dyn TerminatingWrite + Send + Sync>,
    path: PathBuf,
    journal: Arc<Journal>,
}

impl Write for JournalFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.journal.state().check()?;
        let result = self.file.write(bytes);
        let wanted = *result.as_ref().unwrap_or(&bytes.len());
        self.journal.state().wanted += wanted as u64;
        self.journal.note(&self.path, result)
    }

    fn flush(&mut self) -> io::Result<()> {
        let result = self.file.flush();
        self.journal.note(&self.path, result)
    }
}

impl TerminatingWrite for JournalFile {
    fn terminate_ref(&mut self, token: AntiCallToken) -> io::Result<()> {
        self.journal.state().check()?;
        let result = self.file.terminate_ref(token);
        self.journal.note(&self.path, result)
    }
}

#[cfg(test)]
mod tests {
    use tantivy::directory::RamDirectory;

    use super::*;
    use crate::engine::full_folder::{Full, FullFolder};

    fn list(commit: Opstamp) -> Vec<u8> {
        format!(r#"{{"segments": [], "opstamp": {commit}}}"#).into_bytes()
    }

    #[test]
    fn only_the_list_of_the_commit_is_the_change() {
        let journal: Arc<Journal> = Arc::default();
        let folder = JournalDirectory::new(RamDirectory::create(), &journal);
        let write = |file: &str, commit| folder.atomic_write(Path::new(file), &list(commit));
        let expect = |name: &str, committed| assert_eq!(journal.committed(), committed, "{name}");
        journal.begin(&Arc::new(DirectoryLock::from(Box::new(()))));
        write(META_FILE, 7).unwrap();
        expect("a_merge_before_the_commit", false);
        journal.begin_commit(9);
        write(META_FILE, 7).unwrap();
        expect("a_merge_that_ends_before_the_list_is_replaced", false);
        write("other.json", 9).unwrap();
        expect("another_file", false);
        journal.end_commit(Some(7));
        expect("the_commit_failed", false);
        write(META_FILE, 9).unwrap();
        expect("the_commit", true);
    }

    #[test]
    fn a_merge_that_ends_after_the_commit_failed_writes_no_list() {
        for (full, in_folder) in [(Full::List, false), (Full::Confirmation, true)] {
            let (inner, journal) = (RamDirectory::create(), Arc::default());
            let full = Arc::new(Mutex::new(full));
            let folder = FullFolder { inner: inner.clone(), full: Arc::clone(&full) };
            let folder = JournalDirectory::new(folder, &journal);
            journal.begin(&Arc::new(DirectoryLock::from(Box::new(()))));
            journal.begin_commit(9);
            assert!(folder.atomic_write(Path::new(META_FILE), &list(9)).is_err());
            *full.lock().unwrap() = Full::Never;
            assert!(folder.atomic_write(Path::new(META_FILE), &list(7)).is_err());
            let written = inner.atomic_read(Path::new(META_FILE)).ok();
            assert_eq!(written, in_folder.then(|| list(9)), "{full:?}");
            assert!(journal.has_failed(), "{full:?}");
        }
    }

    #[test]
    fn nothing_is_written_after_the_end_or_when_cancelled() {
        let journal: Arc<Journal> = Arc::default();
        let folder = JournalDirectory::new(RamDirectory::create(), &journal);
        for name in ["ended", "cancelled"] {
            journal.begin(&Arc::new(DirectoryLock::from(Box::new(()))));
            let progress = Arc::new(Progress::default());
            journal.set_progress(&progress);
            let mut late = folder.open_write(Path::new(&format!("{name}.store"))).unwrap();
            if name == "ended" {
                assert_eq!(journal.close(), BTreeSet::from(["ended.store".into()]));
            } else {
                progress.cancel();
            }
            assert!(late.write_all(b"late").and_then(|()| late.flush()).is_err(), "{name}");
            assert!(folder.open_write(Path::new("b.store")).is_err(), "{name}");
            assert!(folder.atomic_write(Path::new(META_FILE), &list(9)).is_err(), "{name}");
            assert!(!journal.has_failed(), "{name}");
        }
    }
}
