//! Whether a catalogue is sound.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use tantivy::directory::error::OpenReadError;
use tantivy::{Index, TantivyError};

use super::snapshot::{DocAddress, Snapshot};
use crate::error::Error;
use crate::record::{Challenge, Kind, Record, Solution};
use crate::text::language_of;

/// What is wrong, one sentence each.
pub(super) fn check(index: &Index, snapshot: &Snapshot) -> Result<Vec<String>, Error> {
    let files = snapshot.location().read("checking files", || damaged_files(index))?;
    if !files.is_empty() {
        // Reading records from damaged files would only repeat it, less clearly.
        return Ok(files);
    }
    let mut found = Vec::new();
    let mut seen: BTreeMap<String, Kind> = BTreeMap::new();
    for ord in snapshot.ords() {
        let segment = snapshot.segment(ord);
        let ids = segment.ids()?;
        for kind in [Kind::Solution, Kind::Challenge] {
            for doc in segment.live(kind) {
                let (id, address) = (&ids[doc.index()], DocAddress { segment: ord, doc });
                let wrong = match kind {
                    Kind::Solution => check_record::<Solution>(snapshot, address, id),
                    Kind::Challenge => check_record::<Challenge>(snapshot, address, id),
                };
                found.extend(wrong.map(|wrong| format!("{kind} `{id}`: {wrong}")));
                if let Some(other) = seen.insert(id.clone(), kind) {
                    found.push(format!("{kind} `{id}`: a {other} has its id too"));
                }
            }
        }
        if snapshot.build_index(ord, None)?.inverted.file != snapshot.inverted_index(ord)?.file {
            found.push(format!(
                "the index of segment {} is not that of its records",
                segment.name()
            ));
        }
    }
    Ok(found)
}

/// The files of the newest commit that do not match their checksums.
fn damaged_files(index: &Index) -> Result<Vec<String>, TantivyError> {
    let files: BTreeSet<PathBuf> = index.load_metas()?.list_segment_files().into_iter().collect();
    // Not the engine's own `validate_checksum`: it looks only at files that its list of managed
    // files names, and passes over those that other processes have written since.
    let mut damaged = Vec::new();
    for file in files {
        match index.directory().validate_checksum(&file) {
            // A segment has files of these names only where it needs them; that the needed ones
            // are there was seen when it was opened.
            Ok(true) | Err(OpenReadError::FileDoesNotExist(_)) => {}
            Ok(false) => {
                damaged.push(format!("`{}` does not match its checksum", file.display()));
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(damaged)
}

fn check_record<R: Record>(snapshot: &Snapshot, address: DocAddress, id: &str) -> Option<String> {
    let record: R = match snapshot.read(address) {
        Ok(record) => record,
        Err(error) => return Some(error.to_string()),
    };
    let meta = snapshot.segment(address.segment).meta(address.doc);
    if record.id().as_ref() != id {
        return Some(format!("its record says that it is `{}`", record.id()));
    }
    if language_of(&record).map(|(language, _)| language) != meta.language {
        return Some("its language is not the one that its texts were analysed in".to_owned());
    }
    record.check(usize::MAX).err().map(|problem| problem.to_string())
}
