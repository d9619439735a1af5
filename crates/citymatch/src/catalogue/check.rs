//! Whether a catalogue is sound.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use tantivy::directory::error::OpenReadError;
use tantivy::{Index, TantivyError};

use super::format::{self, CommitPayload};
use super::snapshot::{DocAddress, Snapshot};
use crate::engine::FORMAT_FILE;
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
    let mut found: Vec<String> = format_disagrees(index, snapshot)?.into_iter().collect();
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

/// The format file has no checksum of its own, but each commit says the same.
fn format_disagrees(index: &Index, snapshot: &Snapshot) -> Result<Option<String>, Error> {
    let location = snapshot.location();
    let payload = location.read("reading the list of segments", || index.load_metas())?.payload;
    let Some((folder, payload)) = location.folder().zip(payload) else { return Ok(None) };
    let payload: CommitPayload = serde_json::from_str(&payload)
        .map_err(|error| location.corrupt(format!("what the newest commit says: {error}")))?;
    let disagrees = folder.join(FORMAT_FILE).exists()
        && format::in_file(folder).as_ref() != Some(&payload.format);
    Ok(disagrees.then(|| format!("`{FORMAT_FILE}` does not say what the newest commit says")))
}

/// The files of the newest commit that do not match their checksums.
pub(super) fn damaged_files(index: &Index) -> Result<Vec<String>, TantivyError> {
    let files: BTreeSet<PathBuf> = index.load_metas()?.list_segment_files().into_iter().collect();
    // Not the engine's own `validate_checksum`: it looks only at files that its list of managed
    // files names, and passes over those that other processes have written since.
    let mut damaged = Vec::new();
    for file in files {
        match index.directory().validate_checksum(&file) {
            Ok(true) => {}
            // Of a segment with no dead document, and of one that is being sorted.
            Err(OpenReadError::FileDoesNotExist(file))
                if [".0.del", ".temp"].iter().any(|end| file.to_string_lossy().ends_with(end)) => {}
            Err(OpenReadError::FileDoesNotExist(_)) => {
                damaged.push(format!("`{}` is missing", file.display()));
            }
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
