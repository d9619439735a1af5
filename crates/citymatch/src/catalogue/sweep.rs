//! Removes what edits have left that did not come to their commit.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use tantivy::Index;
use tantivy::directory::{Directory, META_LOCK};

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
    let named: Vec<(String, Option<String>)> = list
        .segments
        .iter()
        .map(|segment| {
            let deletes = segment.delete_opstamp().map(|stamp| format!("{stamp}.del"));
            (segment.id().uuid_string(), deletes)
        })
        .collect();
    for file in files {
        let Some((segment, ending)) = file.to_str().and_then(segment_file) else { continue };
        let needed = named.iter().any(|(id, deletes)| {
            id == segment
                && (!is_of_deletes(ending) || deletes.as_deref().is_some_and(|name| name == ending))
        });
        if !needed {
            let _ = directory.delete(&file);
        }
    }
}

/// A file's segment and the rest of its name; none where the file is not one of a segment.
fn segment_file(name: &str) -> Option<(&str, &str)> {
    let (segment, ending) = name.split_once('.')?;
    let is_id = segment.len() == 32
        && segment.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    is_id.then_some((segment, ending))
}

fn is_of_deletes(ending: &str) -> bool {
    ending.ends_with(".del")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_segments_are_known_by_their_names() {
        const ID: &str = "0123456789abcdef0123456789abcdef";
        for (name, file, expected) in [
            ("store", format!("{ID}.store"), Some("store")),
            ("deletes", format!("{ID}.17.del"), Some("17.del")),
            ("temporary", format!("{ID}.store.temp"), Some("store.temp")),
            ("list", "meta.json".to_owned(), None),
            ("managed", ".managed.json".to_owned(), None),
            ("format", "citymatch.json".to_owned(), None),
            ("lock", ".tantivy-writer.lock".to_owned(), None),
            ("a_users", "notes.txt".to_owned(), None),
            ("too_short", format!("{}.store", &ID[1..]), None),
            ("no_ending", ID.to_owned(), None),
        ] {
            assert_eq!(segment_file(&file).map(|(_, ending)| ending), expected, "{name}");
        }
    }
}
