//! Whether a record may enter a catalogue, and which of its fields look misspelt.

use serde_json::{Map, Value as Json};

use super::id::check_id;
use super::key::normalise_key;
use super::{Eligibility, FieldError, Record, Warning};

/// Checks that a record has an id and a text, and that no text in it has control characters or more
/// than `text_limit` bytes.
pub(super) fn check<R: Record>(record: &R, text_limit: usize) -> Result<(), FieldError> {
    let mut problems: Vec<_> = check_id(record.id().as_ref()).err().into_iter().collect();
    for (name, value) in &record.to_json() {
        problems.extend(check_texts(value, name, text_limit).err());
    }
    if record.texts().is_empty() {
        // What is there may be a placeholder, such as `No aplica`, which says nothing.
        let fields = record.to_json();
        let found = R::TEXTS.iter().find_map(|name| fields.get(*name)?.as_str());
        problems.push(FieldError::new(
            R::TEXTS[0],
            found.unwrap_or_default(),
            format!("a text in at least one of `{}`", R::TEXTS.join("`, `")),
        ));
    }
    FieldError::join(problems).map_or(Ok(()), Err)
}

/// Checks every text in a value: it may have no control character but tabs and line ends, and no
/// more bytes than the limit.
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

/// The name that may have been meant by what was written, if one is near: of up to 5 characters with one
/// letter added, missing, changed or swapped with its neighbour, a longer one with two at most.
fn nearest_name<'a>(written: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let key = |name: &str| normalise_key(name).replace(' ', "_");
    let written = key(written);
    let length = written.chars().count();
    let slips = |name: &&str| {
        let name = key(name);
        let letters = name.chars().count();
        // A name of another length is no slip, which is seen without counting slips.
        let allowed = if letters <= 5 { 1 } else { 2 };
        let slips =
            (letters.abs_diff(length) <= allowed).then(|| strsim::osa_distance(&written, &name));
        slips.filter(|slips| *slips <= allowed)
    };
    let near = names.into_iter().filter_map(|name| slips(&name).map(|slips| (slips, name)));
    near.min_by_key(|(slips, _)| *slips).map(|(_, name)| name)
}

/// The end of a message about a name that is not known: the one that may have been meant, if one is near.
#[doc(hidden)]
pub fn did_you_mean<'a>(written: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    let nearest = nearest_name(written, names);
    nearest.map_or_else(String::new, |name| format!("; did you mean `{name}`?"))
}

/// The unknown fields of a record that look like known ones, and the unknown rules of eligibility.
pub(super) fn near_misses<R: Record>(
    extra: &Map<String, Json>,
    unclear: &[FieldError],
    eligibility: Option<&Json>,
) -> Vec<Warning> {
    let mut warnings = Vec::new();
    // Its value was not understood and is in `extra`, perhaps under a header such as `Costo`.
    let is_unclear = |known: &str| {
        unclear.iter().any(|problem| problem.field.split(['.', '[']).next() == Some(known))
    };
    // A known field's name is here where its value was not understood, which is said elsewhere.
    for name in extra.keys().filter(|name| !R::FIELDS.contains(&name.as_str())) {
        let nearest = nearest_name(name, R::FIELDS.iter().copied());
        if let Some(known) = nearest.filter(|known| !is_unclear(known)) {
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
