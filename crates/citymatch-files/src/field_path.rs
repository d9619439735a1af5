//! The path of a value in a record (`title`, `cost.amount`, `criteria.impact`, or a name in
//! `extra`): which header has it, how its values are written in cells, and where it goes in the
//! record's JSON.
//!
//! CSV files, workbooks, Arrow tables and mappings with dotted names all go through here, so that a
//! name means the same in each of them.

use std::collections::HashMap;
use std::fmt;

use citymatch::{Eligibility, Record};
use serde_json::{Map, Value as Json};

use crate::cells::Shape;
use crate::headers;

/// The prefix of a header whose column is kept in `extra` though its name alone means a field.
pub(crate) const EXTRA: &str = "extra.";

/// The fields that hold named parts. A group inside of another comes before it.
const GROUPS: [&str; 4] = ["eligibility.max_cost", "eligibility", "cost", "criteria"];

/// The currencies, each with the amount without which it says nothing.
const AMOUNTS: [(&str, &str); 2] = [
    ("cost.currency", "cost.amount"),
    ("eligibility.max_cost.currency", "eligibility.max_cost.amount"),
];

/// The path of a value in a record.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum FieldPath {
    /// A known field, or a part of one, with its dots.
    Field(String),
    /// A field that citymatch does not know.
    Extra(String),
}

impl FieldPath {
    /// The path that a header names letter by letter, if it names one.
    pub(crate) fn exact<R: Record>(header: &str) -> Option<Self> {
        match header.strip_prefix(EXTRA) {
            Some(name) if R::FIELDS.contains(&name) => Some(Self::Field(name.to_owned())),
            Some(name) => Some(Self::Extra(name.to_owned())),
            // A column `cost` holds amounts, and is found among the words for them.
            None if header == "cost" => None,
            None => is_field::<R>(header).then(|| Self::Field(header.to_owned())),
        }
    }

    /// The path of a field, or of a part of one, by its own name. A column `cost` has amounts, or whole
    /// costs.
    pub(crate) fn own<R: Record>(name: &str) -> Option<Self> {
        is_field::<R>(name).then(|| match name {
            "cost" => Self::Field("cost.amount".to_owned()),
            name => Self::Field(name.to_owned()),
        })
    }

    /// The path that a header names in any of our languages, whatever its case and accents. A
    /// header that means no field is the name of an unknown one.
    pub(crate) fn from_header<R: Record>(header: &str) -> Self {
        Self::sure::<R>(header)
            .or_else(|| {
                let likely = headers::likely_field_for_header(R::KIND, header)?;
                Some(Self::Field(likely.to_owned()))
            })
            .unwrap_or_else(|| Self::Extra(header.to_owned()))
    }

    /// The path that a header surely means; `None` if it is unknown or only likely.
    pub(crate) fn sure<R: Record>(header: &str) -> Option<Self> {
        Self::exact::<R>(header).or_else(|| {
            headers::field_for_header(R::KIND, header).map(|path| Self::Field(path.to_owned()))
        })
    }

    /// The header that [`from_header`](Self::from_header) reads as this path.
    pub(crate) fn header<R: Record>(&self) -> String {
        match self {
            Self::Field(path) => path.clone(),
            Self::Extra(name)
                if is_reject_column(name)
                    || Self::from_header::<R>(name) != *self
                    || name.trim().is_empty() =>
            {
                format!("{EXTRA}{name}")
            }
            Self::Extra(name) => name.clone(),
        }
    }

    /// The path with its dots, or the unknown field's name.
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Field(path) | Self::Extra(path) => path,
        }
    }

    /// How its values are written in cells.
    pub(crate) fn shape<R: Record>(&self) -> Shape {
        match self {
            Self::Field(path) => field_shape::<R>(path),
            Self::Extra(_) => Shape::Text,
        }
    }

    /// The amount that this path is the currency of.
    pub(crate) fn amount(&self) -> Option<Self> {
        let Self::Field(path) = self else { return None };
        let (_, amount) = AMOUNTS.iter().find(|(currency, _)| currency == path)?;
        Some(Self::Field((*amount).to_owned()))
    }

    /// The field that holds this path and its currency, if it is an amount.
    pub(crate) fn group_of_amount(&self) -> Option<Self> {
        self.currency()?;
        self.as_str().rsplit_once('.').map(|(group, _)| Self::Field(group.to_owned()))
    }

    /// The currency that belongs to this path, if it is an amount.
    pub(crate) fn currency(&self) -> Option<Self> {
        let Self::Field(path) = self else { return None };
        let (currency, _) = AMOUNTS.iter().find(|(_, amount)| amount == path)?;
        Some(Self::Field((*currency).to_owned()))
    }

    /// Puts a value into a record's JSON.
    pub(crate) fn insert(&self, fields: &mut Map<String, Json>, value: Json) {
        match self {
            Self::Extra(name) => {
                fields.insert(name.clone(), value);
            }
            Self::Field(path) => match group_and_part(path) {
                Some((group, part)) => {
                    let parts = group.split('.').fold(fields, object_at);
                    parts.insert(part.to_owned(), value);
                }
                None => {
                    fields.insert(path.clone(), value);
                }
            },
        }
    }

    /// A record's values with their paths, in the order of its fields.
    pub(crate) fn flatten<R: Record>(record: &R) -> Vec<(Self, Json)> {
        let mut found = Vec::new();
        for (name, value) in record.to_json() {
            if R::FIELDS.contains(&name.as_str()) {
                flatten_field(name, value, &mut found);
            } else {
                found.push((Self::Extra(name), value));
            }
        }
        found
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The paths that columns of a table have, each with the first column that has it.
///
/// Two paths clash if they are the same, or if one is a whole group of fields (`eligibility`) and
/// the other is a part of it (`eligibility.stages`). Each look-up takes the same time however many
/// paths there are.
#[derive(Clone, Default)]
pub(crate) struct TakenPaths {
    columns: HashMap<FieldPath, usize>,
    /// For each group: the first column that is a part of it.
    parts: HashMap<&'static str, usize>,
}

impl TakenPaths {
    pub(crate) fn insert(&mut self, path: FieldPath, column: usize) {
        for group in enclosing_groups(&path) {
            self.parts.entry(group).or_insert(column);
        }
        self.columns.entry(path).or_insert(column);
    }

    /// The column with exactly this path.
    pub(crate) fn column(&self, path: &FieldPath) -> Option<usize> {
        self.columns.get(path).copied()
    }

    /// The first column whose path clashes with this one.
    pub(crate) fn clash(&self, path: &FieldPath) -> Option<usize> {
        let enclosing = enclosing_groups(path)
            .filter_map(|group| self.columns.get(&FieldPath::Field(group.to_owned())));
        let inside = match path {
            FieldPath::Field(name) => self.parts.get(name.as_str()),
            FieldPath::Extra(_) => None,
        };
        self.columns.get(path).into_iter().chain(enclosing).chain(inside).min().copied()
    }
}

/// Whether a column or key is one that [`write_rejects`](crate::write_rejects) adds.
pub(crate) fn is_reject_column(header: &str) -> bool {
    matches!(header, "reject_row" | "reject_field" | "reject_reason")
}

/// Moves parts with dotted names, as CSV files have them, into the fields that they belong to:
/// `cost.amount` becomes `amount` in `cost`. Parts of fields that the kind of record does not have
/// keep their names, and so does a currency without an amount: tables have it in every row.
#[must_use]
pub fn nest<R: Record>(flat: Map<String, Json>) -> Map<String, Json> {
    if !flat.keys().any(|name| name.contains('.')) {
        return flat;
    }
    let idle_currencies: Vec<&str> = AMOUNTS
        .iter()
        .filter(|(_, amount)| flat.get(*amount).is_none_or(Json::is_null))
        .map(|(currency, _)| *currency)
        .collect();
    let mut fields = Map::new();
    for (name, value) in flat {
        let is_part = is_field::<R>(&name) && group_and_part(&name).is_some();
        match is_part {
            true if value.is_null() => {}
            true if !idle_currencies.contains(&name.as_str()) => {
                FieldPath::Field(name).insert(&mut fields, value);
            }
            _ => {
                fields.insert(name, value);
            }
        }
    }
    fields
}

/// Whether a path is a field of a kind of record, or a part of one.
fn is_field<R: Record>(path: &str) -> bool {
    R::FIELDS.contains(&path)
        || group_and_part(path).is_some_and(|(group, _)| {
            let field = group.split('.').next().unwrap_or(group);
            R::FIELDS.contains(&field)
        })
}

/// How values of a known field are written in cells.
fn field_shape<R: Record>(path: &str) -> Shape {
    match group_and_part(path) {
        None => match path {
            "year" | "winners" => Shape::Number,
            "sdgs" => Shape::Goals,
            "deadline" => Shape::Date,
            "themes" | "links" => Shape::Words,
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
        Some(("eligibility", "required_themes")) => Shape::Words,
        Some(("eligibility", rule)) if Eligibility::LIST_RULES.contains(&rule) => Shape::List,
        Some(_) => Shape::Text,
    }
}

/// The innermost group that a path is in, and the name that it has there.
fn group_and_part(path: &str) -> Option<(&'static str, &str)> {
    GROUPS.into_iter().find_map(|group| Some((group, path.strip_prefix(group)?.strip_prefix('.')?)))
}

/// The groups that a path is a part of: `eligibility` and `eligibility.max_cost` for
/// `eligibility.max_cost.amount`.
fn enclosing_groups(path: &FieldPath) -> impl Iterator<Item = &'static str> {
    let field = match path {
        FieldPath::Field(field) => field.as_str(),
        FieldPath::Extra(_) => "",
    };
    let encloses =
        move |group: &&str| field.strip_prefix(group).is_some_and(|part| part.starts_with('.'));
    GROUPS.into_iter().filter(encloses)
}

/// The object under a name. It is created if there is none; a value of another type is replaced.
fn object_at<'f>(fields: &'f mut Map<String, Json>, name: &str) -> &'f mut Map<String, Json> {
    let value = fields.entry(name).or_insert_with(|| Json::Object(Map::new()));
    if !value.is_object() {
        *value = Json::Object(Map::new());
    }
    value.as_object_mut().expect("the lines above made it an object")
}

fn flatten_field(path: String, value: Json, found: &mut Vec<(FieldPath, Json)>) {
    match value {
        Json::Object(parts) if GROUPS.contains(&path.as_str()) => {
            for (name, value) in parts {
                flatten_field(format!("{path}.{name}"), value, found);
            }
        }
        // A cost that was not understood is where amounts are, as a column `cost` is.
        value if path == "cost" => found.push((FieldPath::Field("cost.amount".to_owned()), value)),
        value => found.push((FieldPath::Field(path), value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use citymatch::{Challenge, Solution};
    use serde_json::json;

    fn field(path: &str) -> FieldPath {
        FieldPath::Field(path.to_owned())
    }

    fn extra(name: &str) -> FieldPath {
        FieldPath::Extra(name.to_owned())
    }

    #[test]
    fn headers_name_paths() {
        for (name, header, expected, shape) in [
            ("field", "title", field("title"), Shape::Text),
            ("alias", "Título", field("title"), Shape::Text),
            ("amount", "cost", field("cost.amount"), Shape::Number),
            ("part", "cost.currency", field("cost.currency"), Shape::Text),
            ("unknown_part", "cost.note", field("cost.note"), Shape::Text),
            ("goals", "ODS", field("sdgs"), Shape::Goals),
            ("list", "enlaces", field("links"), Shape::Words),
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
            let path = FieldPath::from_header::<Solution>(header);
            assert_eq!((&path, path.shape::<Solution>()), (&expected, shape), "{name}");
        }
        for (name, header, expected, shape) in [
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
            let path = FieldPath::from_header::<Challenge>(header);
            assert_eq!((&path, path.shape::<Challenge>()), (&expected, shape), "{name}");
        }
    }

    #[test]
    fn every_path_has_a_header_that_names_it() {
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
                FieldPath::from_header::<Solution>(&extra(name).header::<Solution>()),
                extra(name),
                "{name:?}"
            );
        }
    }

    #[test]
    fn flattened_values_go_back_where_they_were() {
        let json = json!({"id": "c", "title": "t", "eligibility": {"countries": ["BR"], "max_cost": {"amount": 5, "currency": "USD"}},
            "criteria": {"a.b": 1}, "winners": 2, "more": {"x": [1]}});
        let challenge = Challenge::from_json(json.clone()).unwrap();
        let values = FieldPath::flatten(&challenge);
        assert_eq!(values[3].0, field("eligibility.max_cost.amount"));
        assert_eq!(values[5].0, field("criteria.a.b"));
        let mut fields = Map::new();
        for (path, value) in values {
            path.insert(&mut fields, value);
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

    #[test]
    fn dotted_names_are_nested() {
        for (name, flat, nested) in [
            ("plain", json!({"id": "c", "note": 1}), json!({"id": "c", "note": 1})),
            (
                "parts",
                json!({"eligibility.max_cost.amount": 5, "eligibility.max_cost.currency": "USD",
                    "eligibility.stages": ["idea"]}),
                json!({"eligibility": {"max_cost": {"amount": 5, "currency": "USD"}, "stages": ["idea"]}}),
            ),
            (
                "currency_without_amount",
                json!({"eligibility.max_cost.amount": null, "eligibility.max_cost.currency": "USD"}),
                json!({"eligibility.max_cost.currency": "USD"}),
            ),
            (
                "criterion_that_is_called_currency",
                json!({"criteria.currency": 2}),
                json!({"criteria": {"currency": 2}}),
            ),
            ("other_kind", json!({"cost.amount": 5}), json!({"cost.amount": 5})),
            ("missing_part", json!({"criteria.impact": null}), json!({})),
            ("unknown_group", json!({"a.b": null}), json!({"a.b": null})),
        ] {
            let Json::Object(flat) = flat else { panic!("{name} is an object") };
            assert_eq!(Json::Object(nest::<Challenge>(flat)), nested, "{name}");
        }
    }
}
