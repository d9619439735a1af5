//! Where a column's values belong in a record: `title`, `cost.amount`, `criteria.impact`, or a name
//! in `extra`.

use std::collections::HashMap;
use std::fmt;

use citymatch::Record;
use serde_json::{Map, Value as Json};

use crate::cells::Shape;
use crate::headers;

/// What stands before the name of an unknown field whose name alone would be taken for a known one.
const EXTRA: &str = "extra.";

/// The fields that hold named parts, the longer name first.
const GROUPS: [&str; 4] = ["eligibility.max_cost", "eligibility", "cost", "criteria"];

/// A place in a record.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Path {
    /// A known field, or a part of one, with its dots.
    Field(String),
    /// A field that citymatch does not know.
    Extra(String),
}

impl Path {
    /// The place that a header names to the letter, if it does.
    pub(crate) fn exact<R: Record>(header: &str) -> Option<Self> {
        let known = |name: &str| R::FIELDS.contains(&name);
        match header.strip_prefix(EXTRA) {
            Some(name) if known(name) => Some(Self::Field(name.to_owned())),
            Some(name) => Some(Self::Extra(name.to_owned())),
            // A cost without parts is its amount.
            None if header == "cost" => None,
            None if known(header) => Some(Self::Field(header.to_owned())),
            None => group(header)
                .filter(|(group, _)| known(first(group)))
                .map(|_| Self::Field(header.to_owned())),
        }
    }

    /// The place that a header names, whatever its language, case and accents; an unknown header
    /// stands for itself.
    pub(crate) fn of<R: Record>(header: &str) -> Self {
        let field = || headers::field(R::KIND, header).map(|path| Self::Field(path.to_owned()));
        Self::exact::<R>(header).or_else(field).unwrap_or_else(|| Self::Extra(header.to_owned()))
    }

    /// The header that [`of`](Self::of) takes for this place.
    pub(crate) fn header<R: Record>(&self) -> String {
        match self {
            Self::Field(path) => path.clone(),
            Self::Extra(name)
                if is_reject_column(name)
                    || Self::of::<R>(name) != *self
                    || name.trim().is_empty() =>
            {
                format!("{EXTRA}{name}")
            }
            Self::Extra(name) => name.clone(),
        }
    }

    /// How its values stand in cells.
    pub(crate) fn shape<R: Record>(&self) -> Shape {
        let Self::Field(path) = self else { return Shape::Text };
        match group(path) {
            None => match path.as_str() {
                "year" | "winners" => Shape::Number,
                "sdgs" => Shape::Goals,
                "deployments" | "eligibility" | "criteria" => Shape::Json,
                field if R::LISTS.contains(&field) => Shape::List,
                _ => Shape::Text,
            },
            Some(
                ("criteria", _)
                | ("cost" | "eligibility.max_cost", "amount")
                | ("eligibility", "max_age_years"),
            ) => Shape::Number,
            Some(("eligibility", "max_cost")) => Shape::Json,
            Some(("eligibility", rule)) if RULE_LISTS.contains(&rule) => Shape::List,
            Some(_) => Shape::Text,
        }
    }

    /// Puts a value in its place.
    pub(crate) fn put(&self, fields: &mut Map<String, Json>, value: Json) {
        match self {
            Self::Extra(name) => {
                fields.insert(name.clone(), value);
            }
            Self::Field(path) => match group(path) {
                Some((group, name)) => {
                    let inside = group.split('.').fold(fields, |fields, part| object(fields, part));
                    inside.insert(name.to_owned(), value);
                }
                None => {
                    fields.insert(path.clone(), value);
                }
            },
        }
    }

    /// The places of a record's values, in the order of its fields.
    pub(crate) fn split<R: Record>(record: &R) -> Vec<(Self, Json)> {
        let mut found = Vec::new();
        for (name, value) in record.to_json() {
            if R::FIELDS.contains(&name.as_str()) {
                split_field(name, value, &mut found);
            } else {
                found.push((Self::Extra(name), value));
            }
        }
        found
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(path) | Self::Extra(path) => f.write_str(path),
        }
    }
}

/// The paths that columns of a table have, each with the column that came first.
///
/// Two paths clash if they are the same, or if one is a whole group of fields (`eligibility`) and
/// the other is a part of it (`eligibility.stages`). Each look-up takes the same time however many
/// paths there are.
#[derive(Default)]
pub(crate) struct TakenPaths {
    columns: HashMap<Path, usize>,
    /// For each group: the first column that is a part of it.
    parts: HashMap<&'static str, usize>,
}

impl TakenPaths {
    pub(crate) fn insert(&mut self, path: Path, column: usize) {
        for group in groups_around(&path) {
            self.parts.entry(group).or_insert(column);
        }
        self.columns.entry(path).or_insert(column);
    }

    /// The first column whose path clashes with this one.
    pub(crate) fn clash(&self, path: &Path) -> Option<usize> {
        let same = self.columns.get(path);
        let around = groups_around(path)
            .filter_map(|group| self.columns.get(&Path::Field(group.to_owned())));
        let inside = match path {
            Path::Field(name) => self.parts.get(name.as_str()),
            Path::Extra(_) => None,
        };
        same.into_iter().chain(around).chain(inside).min().copied()
    }
}

/// The groups that a path is a part of: `eligibility` and `eligibility.max_cost` of
/// `eligibility.max_cost.amount`.
fn groups_around(path: &Path) -> impl Iterator<Item = &'static str> {
    let field = match path {
        Path::Field(field) => field.as_str(),
        Path::Extra(_) => "",
    };
    let is_around =
        move |group: &&str| field.strip_prefix(group).is_some_and(|rest| rest.starts_with('.'));
    GROUPS.into_iter().filter(is_around)
}

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

/// Whether a column or key is one that [`write_rejects`](crate::write_rejects) adds.
pub(crate) fn is_reject_column(header: &str) -> bool {
    matches!(header, "reject_row" | "reject_field" | "reject_reason")
}

/// The group that a path is in, and its name there.
fn group(path: &str) -> Option<(&'static str, &str)> {
    GROUPS.into_iter().find_map(|group| Some((group, path.strip_prefix(group)?.strip_prefix('.')?)))
}

fn first(path: &str) -> &str {
    path.split('.').next().unwrap_or(path)
}

/// The object at a name, made if it is not there.
fn object<'f>(fields: &'f mut Map<String, Json>, name: &str) -> &'f mut Map<String, Json> {
    let there = fields.entry(name).or_insert_with(|| Json::Object(Map::new()));
    if !there.is_object() {
        *there = Json::Object(Map::new());
    }
    there.as_object_mut().expect("it was made an object above")
}

fn split_field(path: String, value: Json, found: &mut Vec<(Path, Json)>) {
    match value {
        Json::Object(parts) if GROUPS.contains(&path.as_str()) => {
            for (name, value) in parts {
                split_field(format!("{path}.{name}"), value, found);
            }
        }
        value => found.push((Path::Field(path), value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use citymatch::{Challenge, Solution};
    use serde_json::json;

    fn field(path: &str) -> Path {
        Path::Field(path.to_owned())
    }

    fn extra(name: &str) -> Path {
        Path::Extra(name.to_owned())
    }

    #[test]
    fn headers_name_places() {
        for (name, header, place, shape) in [
            ("field", "title", field("title"), Shape::Text),
            ("alias", "Título", field("title"), Shape::Text),
            ("amount", "cost", field("cost.amount"), Shape::Number),
            ("part", "cost.currency", field("cost.currency"), Shape::Text),
            ("unknown_part", "cost.note", field("cost.note"), Shape::Text),
            ("goals", "ODS", field("sdgs"), Shape::Goals),
            ("list", "enlaces", field("links"), Shape::List),
            ("objects", "deployments", field("deployments"), Shape::Json),
            (
                "of_the_other_kind",
                "eligibility.countries",
                extra("eligibility.countries"),
                Shape::Text,
            ),
            ("unknown", "Teléfono", extra("Teléfono"), Shape::Text),
            ("escaped", "extra.Nombre", extra("Nombre"), Shape::Text),
            ("escaped_field", "extra.title", field("title"), Shape::Text),
        ] {
            let path = Path::of::<Solution>(header);
            assert_eq!((&path, path.shape::<Solution>()), (&place, shape), "{name}");
        }
        for (name, header, place, shape) in [
            ("rule", "eligibility.countries", field("eligibility.countries"), Shape::List),
            ("rule_plain", "Eligibility.Countries", field("eligibility.countries"), Shape::List),
            ("unknown_rule", "eligibility.Countries", field("eligibility.Countries"), Shape::Text),
            (
                "money",
                "eligibility.max_cost.amount",
                field("eligibility.max_cost.amount"),
                Shape::Number,
            ),
            ("criterion", "criteria.Innovación.2", field("criteria.Innovación.2"), Shape::Number),
            ("criteria", "criterios", field("criteria"), Shape::Json),
        ] {
            let path = Path::of::<Challenge>(header);
            assert_eq!((&path, path.shape::<Challenge>()), (&place, shape), "{name}");
        }
    }

    #[test]
    fn every_place_has_a_header_that_names_it() {
        for name in [
            "Teléfono",
            "nombre",
            "cost.amount",
            "costo",
            "extra.a",
            "extra.title",
            "reject_row",
            "",
            " ",
        ] {
            assert_eq!(
                Path::of::<Solution>(&extra(name).header::<Solution>()),
                extra(name),
                "{name:?}"
            );
        }
    }

    #[test]
    fn values_are_put_where_they_were_taken_from() {
        let json = json!({"id": "c", "title": "t", "eligibility": {"countries": ["BR"], "max_cost": {"amount": 5, "currency": "USD"}},
            "criteria": {"a.b": 1}, "winners": 2, "more": {"x": [1]}});
        let challenge = Challenge::from_json(json.clone()).unwrap();
        let places = Path::split(&challenge);
        assert_eq!(places[3].0, field("eligibility.max_cost.amount"));
        assert_eq!(places[5].0, field("criteria.a.b"));
        let mut fields = Map::new();
        for (path, value) in places {
            path.put(&mut fields, value);
        }
        assert_eq!(Json::Object(fields), json);
    }

    #[test]
    fn paths_clash_with_themselves_and_with_the_groups_they_are_in() {
        let mut taken = TakenPaths::default();
        for (column, path) in [
            field("id"),
            field("eligibility.max_cost.amount"),
            field("criteria"),
            extra("criteria.x"),
        ]
        .into_iter()
        .enumerate()
        {
            taken.insert(path, column);
        }
        for (name, path, column) in [
            ("same", field("id"), Some(0)),
            ("another_kind", extra("id"), None),
            ("whole_group", field("eligibility"), Some(1)),
            ("inner_group", field("eligibility.max_cost"), Some(1)),
            ("sibling", field("eligibility.max_cost.currency"), None),
            ("part", field("criteria.impact"), Some(2)),
            ("same_extra", extra("criteria.x"), Some(3)),
            ("extra_that_looks_like_a_part", extra("criteria.impact"), None),
        ] {
            assert_eq!(taken.clash(&path), column, "{name}");
        }
    }
}
