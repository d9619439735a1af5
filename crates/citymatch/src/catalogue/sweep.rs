//! Removes what edits have left that did not come to their commit.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use tantivy::directory::{Directory, META_LOCK};
use tantivy::{Index, IndexMeta};

use crate::engine::{FORMAT_FILE, MANAGED_FILE, META_FILE, is_of_deletes, segment_file};
use crate::fs::is_temporary;

/// Removes the engine's files that the list of segments does not name: those of these files, and of
/// the folder's, where it is given. The writer's lock must be held.
///
/// Readers of this process and of others keep what they have open. Nothing is removed while a
/// reader opens the files that an older list names. What cannot be removed stays for the next time.
pub(super) fn sweep(index: &Index, folder: Option<&Path>, mut files: BTreeSet<PathBuf>) {
    let directory = index.directory();
    let Ok(_opening) = directory.acquire_lock(&META_LOCK) else { return };
    let Ok(list) = index.load_metas() else { return };
    let entries = folder.and_then(|folder| fs::read_dir(folder).ok());
    files.extend(entries.into_iter().flatten().flatten().map(|entry| entry.file_name().into()));
    for file in files {
        let Some(name) = file.to_str() else { continue };
        if [META_FILE, MANAGED_FILE, FORMAT_FILE].iter().any(|of| is_temporary(name, of)) {
            // Only a writer writes these files, and there is no other one now.
            if let Some(folder) = folder {
                let _ = fs::remove_file(folder.join(name));
            }
            continue;
        }
        if is_left(&list, name) {
            let _ = directory.delete(&file);
        }
    }
}

/// Whether a file is one of a segment that a list does not name.
pub(super) fn is_left(list: &IndexMeta, file: &str) -> bool {
    let Some((segment, ending)) = segment_file(file) else { return false };
    !list.segments.iter().any(|named| {
        let deletes = named.delete_opstamp().map(|stamp| format!("{stamp}.del"));
        named.id().uuid_string() == segment
            && (!is_of_deletes(ending) || deletes.is_some_and(|name| name == ending))
    })
}
