//! Whether a record may enter a catalogue.

use serde_json::{Map, Value as Json};

use super::field::normalise_key;
use super::id::check_id;
use super::{Eligibility, FieldError, Record, Warning};

/// An id, a text, no control characters, no field longer than `text_limit` bytes.
pub(super) fn check<R: Record>(record: &R, text_limit: usize) -> Result<(), FieldError> {
    check_id(record.id().as_ref())?;
    for (name, value) in &record.to_json() {
        check_texts(value, name, text_limit)?;
    }
    if record.texts().is_empty() {
        return Err(FieldError::new(
            R::TEXTS[0],
            "",
            format!("a text in at least one of `{}`", R::TEXTS.join("`, `")),
        ));
    }
    Ok(())
}

/// Every text of a value: no control character but tab and line ends, and no more bytes than the
/// limit.
fn check_texts(value: &Json, at: &str, text_limit: usize) -> Result<(), FieldError> {
    match value {
        Json::String(text) => {
            if text.len() > text_limit {
                let found = format!("{} bytes of text", text.len());
                return Err(FieldError::new(at, found, format!("at most {text_limit} bytes")));
            }
            match text.chars().find(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r')) {
                Some(found) => {
                    Err(FieldError::new(at, found.to_string(), "text without control characters"))
                }
                None => Ok(()),
            }
        }
        Json::Array(items) => items
            .iter()
            .enumerate()
            .try_for_each(|(i, item)| check_texts(item, &format!("{at}[{i}]"), text_limit)),
        Json::Object(fields) => fields
            .iter()
            .try_for_each(|(name, value)| check_texts(value, &format!("{at}.{name}"), text_limit)),
        Json::Null | Json::Bool(_) | Json::Number(_) => Ok(()),
    }
}

/// One slip of the pen (a letter more, less, changed or swapped) in short names, two in longer
/// ones.
pub(super) fn near_misses<R: Record>(
    extra: &Map<String, Json>,
    eligibility: Option<&Json>,
) -> Vec<Warning> {
    let mut warnings = Vec::new();
    for name in extra.keys() {
        let normalise_key = normalise_key(name).replace(' ', "_");
        let slips = |known: &str| strsim::osa_distance(&normalise_key, known);
        let nearest = R::FIELDS.iter().min_by_key(|known| slips(known)).filter(|known| {
            let allowed = if known.chars().count() <= 5 { 1 } else { 2 };
            slips(known) <= allowed
        });
        if let Some(known) = nearest {
            warnings.push(Warning { field: name.clone(), known: Some(known) });
        }
    }
    if let Some(Json::Object(rules)) = eligibility {
        let unknown = rules.keys().filter(|rule| !Eligibility::RULES.contains(&rule.as_str()));
        warnings.extend(
            unknown.map(|rule| Warning { field: format!("eligibility.{rule}"), known: None }),
        );
    }
    warnings
}
