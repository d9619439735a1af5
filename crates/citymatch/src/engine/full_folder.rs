//! A folder in memory for tests, on a disk that is full when a test says so.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};

use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    Directory, DirectoryLock, FileHandle, Lock, RamDirectory, WatchCallback, WatchHandle, WritePtr,
};

use super::META_FILE;

/// When a folder says that the disk is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Full {
    Never,
    /// No file can be made.
    Files,
    /// The list of segments cannot be replaced.
    List,
    /// It is replaced, but that the disk has it is not confirmed.
    Confirmation,
    /// From the moment on when it is replaced.
    Afterwards,
}

#[derive(Clone, Debug)]
pub(crate) struct FullFolder {
    pub(crate) inner: RamDirectory,
    pub(crate) full: Arc<Mutex<Full>>,
}

fn no_space() -> io::Error {
    io::ErrorKind::StorageFull.into()
}

impl Directory for FullFolder {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        self.inner.get_file_handle(path)
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        self.inner.delete(path)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.inner.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        if *self.full.lock().unwrap() == Full::Files {
            return Err(OpenWriteError::wrap_io_error(no_space(), path.to_owned()));
        }
        self.inner.open_write(path)
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        self.inner.atomic_read(path)
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        let mut full = self.full.lock().unwrap();
        let list = path == Path::new(META_FILE);
        match *full {
            Full::List if list => return Err(no_space()),
            Full::Confirmation if list => {
                self.inner.atomic_write(path, data)?;
                return Err(no_space());
            }
            Full::Afterwards if list => *full = Full::Files,
            _ => {}
        }
        self.inner.atomic_write(path, data)
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.inner.sync_directory()
    }

    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        self.inner.acquire_lock(lock)
    }

    fn watch(&self, callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.inner.watch(callback)
    }
}
