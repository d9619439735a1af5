//! Dotted names, as in CSV files: `cost.amount` is `amount` in `cost`.

use citymatch::Record;
use serde_json::{Map, Value as Json};

/// The fields that hold named parts, the longer name first.
const GROUPS: [&str; 4] = ["eligibility.max_cost", "eligibility", "cost", "criteria"];

/// The rules of eligibility that are lists.
const RULE_LISTS: [&str; 7] = [
    "countries",
    "languages",
    "stages",
    "organisation_types",
    "required_themes",
    "excluded",
    "excluded_organisations",
];

/// Puts parts with dotted names into the fields they belong to; what belongs to none stays.
pub(crate) fn nest<R: Record>(flat: Map<String, Json>) -> Map<String, Json> {
    if !flat.keys().any(|name| name.contains('.')) {
        return flat;
    }
    let amounts: Vec<String> = flat
        .iter()
        .filter(|(name, value)| name.ends_with(".amount") && !value.is_null())
        .map(|(name, _)| name.clone())
        .collect();
    let mut fields = Map::new();
    for (name, value) in flat {
        // A currency without an amount is no cost: tables fill it in on every row.
        let idle = name
            .strip_suffix(".currency")
            .is_some_and(|group| !amounts.contains(&format!("{group}.amount")));
        match group::<R>(&name) {
            Some(_) if value.is_null() => {}
            Some((group, part)) if !idle => put(&mut fields, group, part, value),
            _ => {
                fields.insert(name, value);
            }
        }
    }
    fields
}

fn put(fields: &mut Map<String, Json>, group: &str, part: &str, value: Json) {
    let inside = group.split('.').fold(fields, |fields, name| {
        let there = fields.entry(name).or_insert_with(|| Json::Object(Map::new()));
        if !there.is_object() {
            *there = Json::Object(Map::new());
        }
        there.as_object_mut().expect("it was made an object above")
    });
    inside.insert(part.to_owned(), value);
}

/// The group that a name is in, and its name there.
fn group<R: Record>(name: &str) -> Option<(&'static str, &str)> {
    let (field, _) = name.split_once('.')?;
    let known = R::FIELDS.contains(&field);
    GROUPS
        .into_iter()
        .filter(|_| known)
        .find_map(|group| Some((group, name.strip_prefix(group)?.strip_prefix('.')?)))
}

/// A text in a table's cell as the value it stands for: lists between `;` or `|`, nested values as JSON.
pub(crate) fn cell<R: Record>(name: &str, text: String) -> Json {
    let json = |open: &[char]| {
        text.trim_start().starts_with(open).then(|| serde_json::from_str(&text).ok()).flatten()
    };
    let rule = name.strip_prefix("eligibility.").is_some_and(|rule| RULE_LISTS.contains(&rule));
    if name == "deployments" || R::FIELDS.contains(&name) && GROUPS.contains(&name) {
        json(&['[', '{']).unwrap_or(Json::String(text))
    } else if R::LISTS.contains(&name) || (rule && R::FIELDS.contains(&"eligibility")) {
        let split = || {
            text.split([';', '|'])
                .map(str::trim)
                .filter(|item| !item.is_empty())
                .map(Json::from)
                .collect()
        };
        json(&['[']).unwrap_or_else(split)
    } else {
        Json::String(text)
    }
}
