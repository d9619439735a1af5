//! Fields of records as the columns of a table.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow_array::builder::{Int64Builder, ListBuilder, StringBuilder, StructBuilder};
use arrow_array::{ArrayRef, BooleanArray, Float64Array, Int64Array, StringArray};
use arrow_schema::{DataType, Field};
use citymatch::record::did_you_mean;
use pyo3::prelude::*;
use pyo3::types::PyString;
use serde_json::{Map, Value as Json};

use crate::convert::{option_text, shown};
use crate::error::wrong_option;
use crate::frame::{Column, Table};
use crate::record::Wrapped;

/// What a column holds.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Text,
    Whole,
    Number,
    Flag,
    Texts,
    Deployments,
}

/// The parts of an amount of money, and of the rules of eligibility: each has its own column.
const MONEY: [(&str, Kind); 2] = [("amount", Kind::Number), ("currency", Kind::Text)];
const RULES: [(&str, Kind); 11] = [
    ("countries", Kind::Texts),
    ("languages", Kind::Texts),
    ("stages", Kind::Texts),
    ("organisation_types", Kind::Texts),
    ("max_cost.amount", Kind::Number),
    ("max_cost.currency", Kind::Text),
    ("max_age_years", Kind::Whole),
    ("required_themes", Kind::Texts),
    ("excluded", Kind::Texts),
    ("excluded_organisations", Kind::Texts),
    ("unknown", Kind::Text),
];

/// The names of the fields that a caller wants, each once.
pub(crate) struct Fields(Vec<String>);

impl Fields {
    /// One name, or several.
    pub(crate) fn of(object: &Bound<'_, PyAny>) -> PyResult<Self> {
        if object.is_instance_of::<PyString>() {
            return Ok(Self(vec![option_text(object, "fields")?]));
        }
        let names = object
            .try_iter()
            .map_err(|_| wrong_option("fields", &shown(object), "a list of names of fields"))?;
        let mut found = Vec::new();
        for name in names {
            let name = option_text(&name?, "fields")?;
            if !found.contains(&name) {
                found.push(name);
            }
        }
        Ok(Self(found))
    }

    /// Removes a name, and says whether it was there.
    pub(crate) fn remove(&mut self, name: &str) -> bool {
        let before = self.0.len();
        self.0.retain(|field| field != name);
        self.0.len() < before
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A record's values by the name of their column: as its Python attributes have them, the parts of
/// nested fields under dotted names, and the fields that citymatch does not know.
pub(crate) fn flat<R: Wrapped>(record: &R) -> Map<String, Json> {
    let mut columns = Map::new();
    for (name, value) in record.values() {
        put(&mut columns, name.to_owned(), value);
    }
    for (name, value) in record.unknown_fields() {
        // A known column of that name has its value from the known field.
        if !columns.contains_key(name) {
            columns.insert(name.clone(), value.clone());
        }
    }
    columns
}

fn put(columns: &mut Map<String, Json>, name: String, value: Json) {
    match value {
        Json::Object(parts) => {
            for (part, value) in parts {
                put(columns, format!("{name}.{part}"), value);
            }
        }
        // An absent text is the empty one; in a table it is null.
        Json::String(text) if text.is_empty() => {}
        Json::Null => {}
        value => {
            columns.insert(name, value);
        }
    }
}

/// The columns that every table of a kind of record has, in the order of its fields.
fn known<R: Wrapped>() -> Vec<(String, Kind)> {
    let mut columns = Vec::new();
    let group = |field: &str, parts: &[(&str, Kind)]| {
        parts.iter().map(|(part, kind)| (format!("{field}.{part}"), *kind)).collect::<Vec<_>>()
    };
    for field in R::FIELDS {
        match *field {
            "cost" => columns.extend(group(field, &MONEY)),
            "eligibility" => columns.extend(group(field, &RULES)),
            // Its parts have names of the caller's.
            "criteria" => {}
            "deployments" => columns.push((field.to_string(), Kind::Deployments)),
            "year" | "winners" => columns.push((field.to_string(), Kind::Whole)),
            _ if R::LISTS.contains(field) => columns.push((field.to_string(), Kind::Texts)),
            _ => columns.push((field.to_string(), Kind::Text)),
        }
    }
    columns
}

/// A table of records, one row each.
pub(crate) fn table<R: Wrapped>(
    records: &[Map<String, Json>],
    wanted: Option<&Fields>,
) -> PyResult<Table> {
    let rows: Vec<_> = (0..records.len()).collect();
    Ok(Table { columns: columns::<R>(records, &rows, wanted)?, rows: rows.len() })
}

/// The columns of the fields that are wanted: row by row the values of the record at an index.
pub(crate) fn columns<R: Wrapped>(
    records: &[Map<String, Json>],
    rows: &[usize],
    wanted: Option<&Fields>,
) -> PyResult<Vec<Column>> {
    let mut all = known::<R>();
    let names: BTreeSet<&String> = records.iter().flat_map(Map::keys).collect();
    for name in names {
        if !all.iter().any(|(known, _)| known == name) {
            let values = records.iter().filter_map(|record| record.get(name));
            all.push((name.clone(), kind_of(values)));
        }
    }
    let chosen = match wanted {
        None => all,
        Some(wanted) => chosen::<R>(&all, wanted, rows.is_empty())?,
    };
    let column = |(name, kind): (String, Kind)| {
        let values = rows.iter().map(|row| records[*row].get(&name).unwrap_or(&Json::Null));
        let values = array(kind, values);
        Column { name, values, nullable: true }
    };
    Ok(chosen.into_iter().map(column).collect())
}

fn chosen<R: Wrapped>(
    all: &[(String, Kind)],
    wanted: &Fields,
    empty: bool,
) -> PyResult<Vec<(String, Kind)>> {
    let mut chosen: Vec<(String, Kind)> = Vec::new();
    for field in &wanted.0 {
        let parts = format!("{field}.");
        let known = all.iter().filter(|(name, _)| name == field || name.starts_with(&parts));
        let before = chosen.len();
        for column in known {
            if !chosen.contains(column) {
                chosen.push(column.clone());
            }
        }
        let unknown = chosen.len() == before
            && !R::FIELDS.contains(&field.as_str())
            && !all.iter().any(|(name, _)| name == field || name.starts_with(&parts));
        if unknown && !empty {
            let fields = R::FIELDS.join("`, `");
            let meant = did_you_mean(field, all.iter().map(|(name, _)| name.as_str()));
            let expected =
                format!("one of `{fields}`, or a field that a {} here has{meant}", R::KIND);
            return Err(wrong_option("fields", field, &expected));
        }
        if unknown {
            // Without rows nothing tells an unknown field from a slip of the pen.
            chosen.push((field.clone(), Kind::Text));
        }
    }
    Ok(chosen)
}

/// What a column of values of unknown origin holds: texts where the values are of several types.
fn kind_of<'a>(values: impl Iterator<Item = &'a Json>) -> Kind {
    let kinds = values.filter(|value| !value.is_null()).map(|value| match value {
        Json::Bool(_) => Kind::Flag,
        Json::Number(number) if number.is_i64() => Kind::Whole,
        Json::Number(_) => Kind::Number,
        _ => Kind::Text,
    });
    let both = |a, b| match (a, b) {
        (a, b) if a == b => a,
        (Kind::Whole, Kind::Number) | (Kind::Number, Kind::Whole) => Kind::Number,
        _ => Kind::Text,
    };
    kinds.reduce(both).unwrap_or(Kind::Text)
}

fn array<'a>(kind: Kind, values: impl Iterator<Item = &'a Json>) -> ArrayRef {
    match kind {
        Kind::Text => Arc::new(values.map(text).collect::<StringArray>()),
        Kind::Whole => Arc::new(values.map(Json::as_i64).collect::<Int64Array>()),
        Kind::Number => Arc::new(values.map(Json::as_f64).collect::<Float64Array>()),
        Kind::Flag => Arc::new(values.map(Json::as_bool).collect::<BooleanArray>()),
        Kind::Texts => texts(values),
        Kind::Deployments => deployments(values),
    }
}

/// A text itself; another value as JSON writes it.
fn text(value: &Json) -> Option<String> {
    match value {
        Json::Null => None,
        Json::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

fn texts<'a>(values: impl Iterator<Item = &'a Json>) -> ArrayRef {
    let mut lists = ListBuilder::new(StringBuilder::new());
    for value in values {
        if let Some(items) = value.as_array() {
            for item in items {
                lists.values().append_option(text(item));
            }
        }
        lists.append(value.is_array());
    }
    Arc::new(lists.finish())
}

fn deployments<'a>(values: impl Iterator<Item = &'a Json>) -> ArrayRef {
    const PARTS: [&str; 4] = ["city", "country", "year", "status"];
    let kind = |part| if part == "year" { DataType::Int64 } else { DataType::Utf8 };
    let fields = PARTS.map(|part| Field::new(part, kind(part), true)).to_vec();
    let mut lists = ListBuilder::new(StructBuilder::from_fields(fields, 0));
    for value in values {
        for deployment in value.as_array().into_iter().flatten() {
            let row = lists.values();
            for (index, part) in PARTS.into_iter().enumerate() {
                let value = deployment.get(part).unwrap_or(&Json::Null);
                if let Some(years) = row.field_builder::<Int64Builder>(index) {
                    years.append_option(value.as_i64());
                } else if let Some(texts) = row.field_builder::<StringBuilder>(index) {
                    texts.append_option(text(value).filter(|text| !text.is_empty()));
                }
            }
            row.append(true);
        }
        lists.append(value.is_array());
    }
    Arc::new(lists.finish())
}
