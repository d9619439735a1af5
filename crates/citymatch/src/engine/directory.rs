//! The folder as the engine sees it.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tantivy::directory::error::{
    DeleteError, LockError, OpenDirectoryError, OpenReadError, OpenWriteError,
};
use tantivy::directory::{
    Directory, DirectoryLock, FileHandle, INDEX_WRITER_LOCK, Lock, MmapDirectory, WatchCallback,
    WatchHandle, WritePtr,
};

use crate::fs::AtomicFile;

/// The engine's list of the segments of the newest commit.
pub(crate) const META_FILE: &str = "meta.json";
/// The engine's list of its own files, by which it knows what to clear away.
pub(crate) const MANAGED_FILE: &str = ".managed.json";

/// The engine's folder of mapped files, which can also be read where nothing can be written.
#[derive(Clone, Debug)]
pub(crate) struct Folder {
    files: MmapDirectory,
    root: PathBuf,
}

impl Folder {
    pub(crate) fn open(path: &Path) -> Result<Self, OpenDirectoryError> {
        let files = MmapDirectory::open(path)?;
        // The folder itself, as the engine has it, also when a link on the way to it changes later.
        let root = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        Ok(Self { files, root })
    }

    /// Where the files lie: absolute, without links.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }
}

impl Directory for Folder {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        self.files.get_file_handle(path)
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        self.files.delete(path)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.files.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        self.files.open_write(path)
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        self.files.atomic_read(path)
    }

    /// The engine's own would give the file mode 0600, so that no other account could read the
    /// catalogue, and would not sync the folder. Without that sync a power cut takes back a commit
    /// that has returned; and as the engine removes a merge's old files right after it has written
    /// the list of the new ones, the old files could go while the old list stays.
    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        let mut file = AtomicFile::create(&self.root.join(path))?;
        file.write_all(data)?;
        if path == Path::new(MANAGED_FILE) {
            // It is written for every new file, and no record depends on it: an older list means
            // that some files are cleared away later.
            file.commit_unsynced()
        } else {
            file.commit()
        }
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.files.sync_directory()
    }

    /// A reader locks the folder while it opens files, so that a writer's clean-up does not take
    /// them away. Where no lock file can be made, as on a read-only mount, there is no such writer
    /// on this side: reading goes on without.
    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        match hold(&self.root.join(&lock.filepath), lock.is_blocking) {
            Err(LockError::IoError(_)) if lock.filepath != INDEX_WRITER_LOCK.filepath => {
                Ok(DirectoryLock::from(Box::new(())))
            }
            result => result,
        }
    }

    fn watch(&self, watch_callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.files.watch(watch_callback)
    }
}

/// A locked file.
struct HeldLock(File);

impl Drop for HeldLock {
    /// Closing the file would not do: a process that another thread has just forked has it open too,
    /// until it starts its program, and the lock would last as long.
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}

/// Locks a file. The engine's own way takes whatever the system says for another's lock, also that
/// it has no locks.
fn hold(path: &Path, waits: bool) -> Result<DirectoryLock, LockError> {
    let open = File::options().write(true).create(true).truncate(false).open(path);
    let file = open.map_err(LockError::wrap_io_error)?;
    loop {
        let locked = if waits { file.lock().map_err(TryLockError::Error) } else { file.try_lock() };
        match locked {
            Ok(()) => return Ok(DirectoryLock::from(Box::new(HeldLock(file)))),
            Err(TryLockError::WouldBlock) => return Err(LockError::LockBusy),
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(TryLockError::Error(error)) => return Err(LockError::wrap_io_error(error)),
        }
    }
}
