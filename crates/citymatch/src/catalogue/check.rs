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
    for (segment, number) in snapshot.segments().iter().zip(0..) {
        let ids = segment.ids()?;
        for kind in [Kind::Solution, Kind::Challenge] {
            for record in segment.live(kind) {
                let (id, address) = (&ids[record as usize], DocAddress { segment: number, record });
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
        if !terms_are_indexed(snapshot, number)? {
            found.push(format!(
                "the terms derived from segment {} are not those of its records",
                segment.name()
            ));
        }
    }
    Ok(found)
}

/// Whether what is derived of a segment's terms comes of its records, and has the tokens that the
/// engine's index has.
fn terms_are_indexed(snapshot: &Snapshot, segment: usize) -> Result<bool, Error> {
    let terms = snapshot.terms(segment)?;
    let tokens = snapshot.segments()[segment].tokens(snapshot.tokens_field())?;
    let derived = terms.numbers().flat_map(|term| {
        terms.forms_of(term).map(move |form| (terms.text(term), terms.form_text(form)))
    });
    Ok(derived.eq(tokens.iter().map(|token| (token.term(), token.form())))
        && snapshot.derive(segment, None)?.0 == terms.file)
}

fn check_record<R: Record>(snapshot: &Snapshot, address: DocAddress, id: &str) -> Option<String> {
    let record: R = match snapshot.read(address) {
        Ok(record) => record,
        Err(error) => return Some(error.to_string()),
    };
    let tag = snapshot.segments()[address.segment].meta(address.record);
    if record.id().as_ref() != id {
        return Some(format!("its record says that it is `{}`", record.id()));
    }
    if language_of(&record).map(|(language, _)| language) != tag.language {
        return Some("its language is not the one that its texts were analysed in".to_owned());
    }
    record.check(usize::MAX).err().map(|problem| problem.to_string())
}
