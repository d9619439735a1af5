//! What is no damage of a catalogue, and worth knowing.

use std::fs;
use std::path::Path;

use tantivy::Index;

use super::snapshot::Snapshot;
use super::sweep::is_left;
use crate::engine::{FORMAT_FILE, MANAGED_FILE, META_FILE};
use crate::error::Error;
use crate::fs::is_temporary;

/// One sentence for each.
pub(super) fn check_notes(
    folder: &Path,
    index: &Index,
    snapshot: &Snapshot,
) -> Result<Vec<String>, Error> {
    let mut notes: Vec<String> = left(folder, index, snapshot)?.into_iter().collect();
    for ord in snapshot.ords() {
        if !snapshot.has_index_files(ord)? {
            notes.push(format!(
                "the index of segment {} has no file that can be read: each reader builds it, and \
                 the next change writes it",
                snapshot.segment(ord).name()
            ));
        }
    }
    if !folder.join(FORMAT_FILE).exists() {
        notes.push(format!(
            "`{FORMAT_FILE}` is missing: the newest commit says the same, and the next change \
             writes it"
        ));
    }
    Ok(notes)
}

/// The files that no commit names.
fn left(folder: &Path, index: &Index, snapshot: &Snapshot) -> Result<Option<String>, Error> {
    let location = snapshot.location();
    let list = location.read("reading the list of segments", || index.load_metas())?;
    let entries = fs::read_dir(folder).map_err(|source| Error::io(folder, source))?;
    let (mut files, mut bytes) = (0_usize, 0);
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        let written = [META_FILE, MANAGED_FILE, FORMAT_FILE];
        if is_left(&list, name) || written.iter().any(|file| is_temporary(name, file)) {
            files += 1;
            bytes += entry.metadata().map_or(0, |metadata| metadata.len());
        }
    }
    let (them, are) = if files == 1 { ("it", "file is") } else { ("them", "files are") };
    Ok((files > 0).then(|| {
        format!(
            "{files} {are} of no commit ({bytes} bytes): a change under way writes {them}, or one \
             that was cut short has left {them}, and the next change removes {them}"
        )
    }))
}
