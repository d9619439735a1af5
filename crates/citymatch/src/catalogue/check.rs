//! Whether a catalogue is sound.

use std::collections::BTreeMap;

use tantivy::Index;

use super::snapshot::{DocAddress, Snapshot};
use crate::error::Error;
use crate::record::{Challenge, Kind, Record, Solution};
use crate::text::language_of;

/// What is wrong, one sentence each.
pub(super) fn check(index: &Index, snapshot: &Snapshot) -> Result<Vec<String>, Error> {
    let damaged =
        index.validate_checksum().map_err(|error| Error::engine("checking files", error))?;
    let mut files: Vec<String> = damaged
        .iter()
        .map(|path| format!("`{}` does not match its checksum", path.display()))
        .collect();
    files.sort();
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
