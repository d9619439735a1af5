//! A catalogue's folder that comes to its place as a whole, or not at all.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use crate::error::{Error, ErrorKind, Outcome};
use crate::fs::{create_folder, is_temporary, parent, sync_folder, temporary};

/// A folder that is filled beside its place, under a temporary name, and then renamed into it.
///
/// Dropped before that, it is removed. What a process leaves that was killed meanwhile has the
/// temporary name still, and is removed when next a folder is begun for that place.
pub(super) struct StagedFolder {
    temporary: PathBuf,
    target: PathBuf,
    /// The folder itself, locked so that nobody takes it for one that was left: a lock ends with its
    /// process. None where folders cannot be locked, as on Windows; then none is ever removed.
    _lock: Option<File>,
}

impl StagedFolder {
    /// Begins a folder that is to come to a place at which there is nothing yet.
    pub(super) fn begin(target: &Path) -> Result<Self, Error> {
        refuse_existing(target)?;
        let above = parent(target);
        create_folder(above).map_err(|source| Error::io(above, source))?;
        remove_abandoned(target);
        let temporary = temporary(target);
        let failed = |source| Error::io(target, source);
        fs::create_dir(&temporary).map_err(failed)?;
        let lock = lock(&temporary);
        Ok(Self { temporary, target: target.to_owned(), _lock: lock })
    }

    /// Where to write its files meanwhile.
    pub(super) fn path(&self) -> &Path {
        &self.temporary
    }

    /// The same error, of the folder as it is called in the end.
    pub(super) fn blame(&self, error: Error) -> Error {
        error.in_folder_called(&self.temporary, &self.target)
    }

    /// Brings the folder, whose files have been synced, to its place. When this returns, it is
    /// there also after a power cut.
    pub(super) fn publish(self) -> Result<(), Error> {
        let failed = |source| Error::io(&self.target, source);
        sync_folder(&self.temporary).map_err(failed)?;
        // Not atomic with the rename, which itself refuses all but an empty folder.
        refuse_existing(&self.target)?;
        fs::rename(&self.temporary, &self.target).map_err(failed)?;
        let synced = sync_folder(parent(&self.target)).map_err(failed);
        synced.map_err(|error| error.with_outcome(Outcome::InPlace))
    }
}

impl Drop for StagedFolder {
    fn drop(&mut self) {
        // After the rename there is nothing of this name. What cannot be removed stays for the next
        // one that is begun for the place.
        let _ = fs::remove_dir_all(&self.temporary);
    }
}

fn refuse_existing(target: &Path) -> Result<(), Error> {
    match fs::symlink_metadata(target) {
        Ok(_) => Err(ErrorKind::DestinationExists { path: target.to_owned() }.into()),
        Err(source) if source.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(source) => Err(Error::io(target, source)),
    }
}

/// A folder's lock, where nobody has it and it can be had.
fn lock(folder: &Path) -> Option<File> {
    let folder = File::open(folder).ok()?;
    folder.try_lock().is_ok().then_some(folder)
}

/// Removes the folders that processes have left which were killed.
fn remove_abandoned(target: &Path) {
    let name = target.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    for entry in fs::read_dir(parent(target)).into_iter().flatten().flatten() {
        let is_ours = entry.file_name().to_str().is_some_and(|found| is_temporary(found, name));
        if is_ours
            && entry.path().is_dir()
            && let Some(_lock) = lock(&entry.path())
        {
            let _ = fs::remove_dir_all(entry.path());
        }
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
    fn a_folder_comes_as_a_whole_or_leaves_nothing() {
        let above = tempfile::tempdir().unwrap();
        let target = above.path().join("copy.cm");
        let abandoned = above.path().join(".copy.cm.17-0.tmp");
        fs::create_dir(&abandoned).unwrap();
        fs::write(abandoned.join("half"), "h").unwrap();
        let foreign = above.path().join(".other.cm.17-0.tmp");
        fs::create_dir(&foreign).unwrap();

        let dropped = StagedFolder::begin(&target).unwrap();
        assert!(!abandoned.exists() && foreign.exists(), "only what was left for this place");
        let beside = StagedFolder::begin(&target).unwrap();
        assert!(dropped.path().exists(), "what is in the making is left alone");
        drop(dropped);
        fs::write(beside.path().join("file"), "whole").unwrap();
        let late = StagedFolder::begin(&target).unwrap();
        beside.publish().unwrap();
        let refused = [StagedFolder::begin(&target).err(), late.publish().err()];
        for error in refused.map(Option::unwrap) {
            assert!(matches!(error.kind(), ErrorKind::DestinationExists { .. }), "{error}");
        }
        assert_eq!(fs::read_to_string(target.join("file")).unwrap(), "whole");
        assert_eq!(names(above.path()).len(), 2, "{:?}", names(above.path()));
    }
}
