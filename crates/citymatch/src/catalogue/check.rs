//! Whether a catalogue is sound.

use std::collections::BTreeMap;

use tantivy::Index;

use super::snapshot::{Address, Snapshot};
use crate::derived::code::{COUNTS, decode};
use crate::error::Error;
use crate::record::{Challenge, Kind, Record, Solution};
use crate::text::{Token, language_of};

/// What is wrong, one sentence each.
pub(super) fn check(index: &Index, snapshot: &Snapshot) -> Result<Vec<String>, Error> {
    let damaged = index.validate_checksum().map_err(|error| Error::engine("checking files", error))?;
    let mut files: Vec<String> = damaged.iter().map(|path| format!("`{}` does not match its checksum", path.display())).collect();
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
                let (id, address) = (&ids[record as usize], Address { segment: number, record });
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
            found.push(format!("the terms derived from segment {} are not those of its index", segment.name()));
        }
    }
    Ok(found)
}

/// Whether what is derived of a segment's terms is what the engine's index says of them.
fn terms_are_indexed(snapshot: &Snapshot, segment: usize) -> Result<bool, Error> {
    let terms = snapshot.terms(segment)?;
    let (index, field) = (&snapshot.segments()[segment], snapshot.tokens_field());
    let tokens = index.tokens(field)?;
    let mut derived = terms.numbers();
    for forms in tokens.chunk_by(|a, b| a.term() == b.term()) {
        let Some(term) = derived.next().filter(|term| terms.text(*term) == forms[0].term()) else { return Ok(false) };
        let mut counts: BTreeMap<u32, u32> = BTreeMap::new();
        for token in forms {
            for (record, count) in index.indexed(field, token)? {
                *counts.entry(record).or_default() += count;
            }
        }
        let is_derived = terms.all_postings(term).map(|posting| (posting.record, decode(posting.code).0));
        if !is_derived.eq(counts.into_iter().map(|(record, count)| (record, count.min(COUNTS))))
            || !terms.forms_of(term).map(|form| terms.form_text(form)).eq(forms.iter().map(Token::form))
        {
            return Ok(false);
        }
    }
    Ok(derived.next().is_none())
}

fn check_record<R: Record>(snapshot: &Snapshot, address: Address, id: &str) -> Option<String> {
    let record: R = match snapshot.read(address) {
        Ok(record) => record,
        Err(error) => return Some(error.to_string()),
    };
    let tag = snapshot.segments()[address.segment].tag(address.record);
    if record.id().as_ref() != id {
        return Some(format!("its record says that it is `{}`", record.id()));
    }
    if language_of(&record).map(|(language, _)| language) != tag.language {
        return Some("its language is not the one that its texts were analysed in".to_owned());
    }
    record.check(usize::MAX).err().map(|problem| problem.to_string())
}
