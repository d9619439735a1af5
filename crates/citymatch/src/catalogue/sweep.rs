//! Removes what edits have left that did not come to their commit.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use tantivy::Index;
use tantivy::directory::{Directory, META_LOCK};

use crate::engine::{MANAGED_FILE, META_FILE};
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
    let named: Vec<(String, Option<String>)> = list
        .segments
        .iter()
        .map(|segment| {
            let deletes = segment.delete_opstamp().map(|stamp| format!("{stamp}.del"));
            (segment.id().uuid_string(), deletes)
        })
        .collect();
    for file in files {
        let Some(name) = file.to_str() else { continue };
        if is_temporary(name, META_FILE) || is_temporary(name, MANAGED_FILE) {
            // Only a writer writes these lists, and there is no other one now.
            if let Some(folder) = folder {
                let _ = fs::remove_file(folder.join(name));
            }
            continue;
        }
        let Some((segment, ending)) = segment_file(name) else { continue };
        let needed = named.iter().any(|(id, deletes)| {
            id == segment
                && (!is_of_deletes(ending) || deletes.as_deref().is_some_and(|name| name == ending))
        });
        if !needed {
            let _ = directory.delete(&file);
        }
    }
}

/// The endings of the engine's files of a segment, besides those of its deletes. A user's file that
/// is named by a checksum has another one.
const ENDINGS: [&str; 7] = ["idx", "pos", "term", "store", "store.temp", "fast", "fieldnorm"];

/// A file's segment and the rest of its name; none where the file is not one of a segment.
fn segment_file(name: &str) -> Option<(&str, &str)> {
    let (segment, ending) = name.split_once('.')?;
    let is_id = segment.len() == 32
        && segment.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    (is_id && (ENDINGS.contains(&ending) || is_of_deletes(ending))).then_some((segment, ending))
}

fn is_of_deletes(ending: &str) -> bool {
    let number = ending.strip_suffix(".del").unwrap_or_default();
    !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
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
            ("a_users_named_by_a_checksum", format!("{ID}.pdf"), None),
            ("deletes_without_a_number", format!("{ID}.x.del"), None),
            ("too_short", format!("{}.store", &ID[1..]), None),
            ("no_ending", ID.to_owned(), None),
        ] {
            assert_eq!(segment_file(&file).map(|(_, ending)| ending), expected, "{name}");
        }
    }
}
