//! Files and folders that a power cut leaves whole.
//!
//! Hidden: it is shared with `citymatch-files`, and no part of the public interface.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};

/// A file that is written beside its place, under a temporary name, and then renamed into it.
///
/// Whoever reads the place finds the old file or the whole new one, also after a crash or a power
/// cut. Dropped without a commit, it leaves the old file and takes its temporary one away.
#[derive(Debug)]
pub struct AtomicFile {
    file: File,
    temporary: PathBuf,
    target: PathBuf,
    renamed: bool,
}

impl AtomicFile {
    /// Begins to write the file `target`. Its mode is what the umask leaves of 0666.
    pub fn create(target: &Path) -> io::Result<Self> {
        let temporary = temporary(target);
        let create = || OpenOptions::new().write(true).create_new(true).open(&temporary);
        let file = match create() {
            // An earlier process with this number was killed while it wrote.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                fs::remove_file(&temporary)?;
                create()?
            }
            result => result?,
        };
        Ok(Self { file, temporary, target: target.to_owned(), renamed: false })
    }

    /// Puts the file into its place. When this returns, it is on the disk, under its name.
    pub fn commit(self) -> io::Result<()> {
        let folder = parent(&self.target).to_owned();
        self.commit_unsynced()?;
        sync_folder(&folder)
    }

    /// Puts the file into its place, without waiting until the folder is on the disk: after a power
    /// cut there is the old file, or none, or the whole new one.
    pub fn commit_unsynced(mut self) -> io::Result<()> {
        // Before the rename: otherwise the name could be on the disk before the bytes are.
        self.file.sync_data()?;
        fs::rename(&self.temporary, &self.target)?;
        self.renamed = true;
        Ok(())
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for AtomicFile {
    fn drop(&mut self) {
        if !self.renamed {
            // The failure that led here is the one to tell.
            let _ = fs::remove_file(&self.temporary);
        }
    }
}

/// How the names of temporary files end.
const TEMPORARY: &str = ".tmp";

/// A name beside `target` that nothing else has: two processes, or two threads of one, may write the
/// same file at once.
pub(crate) fn temporary(target: &Path) -> PathBuf {
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    let (process, count) = (process::id(), COUNTER.fetch_add(1, Ordering::Relaxed));
    let mut name = std::ffi::OsString::from(".");
    name.push(target.file_name().unwrap_or_default());
    name.push(format!(".{process}-{count}{TEMPORARY}"));
    target.with_file_name(name)
}

/// Whether a name is one that [`temporary`] gives for `target`.
pub(crate) fn is_temporary(name: &str, target: &str) -> bool {
    name.strip_prefix('.')
        .and_then(|rest| rest.strip_prefix(target))
        .is_some_and(|rest| rest.starts_with('.') && rest.ends_with(TEMPORARY))
}

/// Makes a folder, and those above it that are missing. When this returns, they are on the disk.
pub(crate) fn create_folder(path: &Path) -> io::Result<()> {
    let missing = path.ancestors().take_while(|folder| !folder.exists()).count();
    fs::create_dir_all(path)?;
    // The one that `path` lies in is always synced: a killed process may have made `path`.
    path.ancestors().take(missing.max(1)).try_for_each(|folder| sync_folder(parent(folder)))
}

/// Waits until the names in a folder are on the disk. A rename is only then certain to outlast a
/// power cut.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(windows) {
        // Windows writes names down by itself, and has no such call for folders.
        return Ok(());
    }
    let synced = match File::open(folder) {
        Ok(folder) => folder.sync_all(),
        Err(error) => Err(error),
    };
    match synced.as_ref().map_err(io::Error::kind) {
        // A folder in which one may write but not look around cannot be opened for this, and some
        // network file systems have no such call. Then nothing more can be done.
        Err(
            io::ErrorKind::PermissionDenied
            | io::ErrorKind::InvalidInput
            | io::ErrorKind::Unsupported,
        ) => Ok(()),
        _ => synced,
    }
}

/// The folder that a path lies in.
pub(crate) fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder.as_os_str().is_empty() => Path::new("."),
        Some(folder) => folder,
        None => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn the_old_file_stays_until_the_commit() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("file");
        fs::write(&target, "old").unwrap();
        let write = |text: &str| {
            let mut file = AtomicFile::create(&target).unwrap();
            file.write_all(text.as_bytes()).unwrap();
            file
        };
        drop(write("dropped"));
        assert_eq!(fs::read_to_string(&target).unwrap(), "old");
        assert_eq!(names(folder.path()), ["file"], "a dropped file leaves nothing");
        let (first, second) = (write("first"), write("second"));
        for name in names(folder.path()).iter().filter(|name| *name != "file") {
            assert!(is_temporary(name, "file") && !is_temporary(name, "fil"), "{name}");
        }
        first.commit().unwrap();
        assert_eq!(fs::read_to_string(&target).unwrap(), "first");
        second.commit_unsynced().unwrap();
        assert_eq!(fs::read_to_string(&target).unwrap(), "second");
        assert_eq!(names(folder.path()), ["file"]);
    }

    #[test]
    fn folders_are_made_with_those_above_them() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b/c");
        create_folder(&path).unwrap();
        create_folder(&path).unwrap();
        assert!(path.is_dir());
    }
}
