//! The cells of a table, and how a field's value is read from a cell and written into one.

use citymatch::record::{FieldError, number_to_json};
use serde_json::Value as Json;

use crate::number::{self, Number};

/// A cell of a table. The cells of text files are all texts.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell {
    /// A text. An empty cell is the empty text.
    Text(String),
    /// A number of a workbook.
    Number(f64),
    /// The error of a workbook's formula, such as `#N/A`.
    #[cfg_attr(not(feature = "xlsx"), allow(dead_code))] // nothing else has formulas
    Error(String),
}

impl Cell {
    pub(crate) const EMPTY: Self = Self::Text(String::new());

    /// Whether a person sees nothing in the cell: it is empty, or has only white space.
    pub(crate) fn is_blank(&self) -> bool {
        matches!(self, Self::Text(text) if text.trim().is_empty())
    }

    /// The text that a person sees in the cell.
    pub(crate) fn into_text(self) -> String {
        match self {
            Self::Text(text) | Self::Error(text) => text,
            Self::Number(number) => number.to_string(),
        }
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<f64> for Cell {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<u64> for Cell {
    fn from(number: u64) -> Self {
        Self::Number(number as f64)
    }
}

/// How the values of a field are written in cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// As text. Values that are not text, which only unknown fields can have, are written as JSON.
    Text,
    /// As a number, with decimal points or decimal commas.
    Number,
    /// As texts separated by `;` or `|`, or as a JSON array.
    List,
    /// As a list whose items may be small whole numbers: the Sustainable Development Goals.
    Goals,
    /// As JSON: an object, or an array of objects.
    Json,
}

impl Shape {
    /// Reads the value of a cell that is not empty. `at` is the field's path, for errors.
    pub(crate) fn read(self, cell: Cell, at: &str) -> Result<Json, FieldError> {
        match (self, cell) {
            (_, Cell::Error(error)) => {
                Err(FieldError::new(at, error, "a value: the formula of this cell has an error"))
            }
            (Self::Text, cell) => Ok(Json::String(cell.into_text())),
            (Self::Number, Cell::Number(number)) => Ok(number_to_json(number)),
            (Self::Goals, Cell::Number(number)) => Ok(Json::Array(vec![number_to_json(number)])),
            (Self::Number, Cell::Text(text)) => match number::read(&text) {
                Number::Exact(number) => Ok(number_to_json(number)),
                Number::Ambiguous => Err(FieldError::new(
                    at,
                    text,
                    "a number that can be read in one way only, such as 1234 or 1.2340",
                )),
                // The record's field refuses it with a better message than there could be here.
                Number::Unreadable => Ok(Json::String(text)),
            },
            (Self::List | Self::Goals, cell) => Ok(self.read_list(&cell.into_text())),
            (Self::Json, cell) => {
                let text = cell.into_text();
                match serde_json::from_str(&text) {
                    Ok(json @ (Json::Array(_) | Json::Object(_))) => Ok(json),
                    _ => Err(FieldError::new(
                        at,
                        text,
                        "JSON in the cell, such as {\"name\": \"value\"} or a list of such objects",
                    )),
                }
            }
        }
    }

    /// Reads a list: a JSON array, or items separated by `;` or `|`.
    pub(crate) fn read_list(self, text: &str) -> Json {
        if let Some(list) = json_list(text) {
            return list;
        }
        let item = |text: &str| match text.parse::<u8>() {
            Ok(number) if self == Self::Goals && number.to_string() == text => Json::from(number),
            _ => Json::from(text),
        };
        split(text).map(item).collect()
    }

    /// Writes a value as a cell that [`read`](Self::read) reads as the same value.
    pub(crate) fn write(self, value: &Json) -> Cell {
        match (self, value) {
            (_, Json::Null) => Cell::EMPTY,
            (Self::Text | Self::Number, Json::String(text)) => match text.trim().parse() {
                Ok(number) if self == Self::Number => Cell::Number(number),
                _ => Cell::Text(text.clone()),
            },
            (Self::Number, Json::Number(number)) => {
                number.as_f64().map_or(Cell::EMPTY, Cell::Number)
            }
            (Self::List | Self::Goals, Json::Array(items)) => Cell::Text(write_list(items)),
            (Self::List | Self::Goals, item) => Cell::Text(write_list(std::slice::from_ref(item))),
            (_, value) => Cell::Text(value.to_string()),
        }
    }
}

/// Joins the items of a list with `;`. If splitting would not give the same items again, because one
/// of them contains a separator for instance, the list is written as a JSON array.
fn write_list(items: &[Json]) -> String {
    let texts: Option<Vec<String>> = items
        .iter()
        .map(|item| match item {
            Json::String(text) => Some(text.clone()),
            Json::Number(number) if number.is_u64() => Some(number.to_string()),
            _ => None,
        })
        .collect();
    let joined =
        texts.as_ref().map(|texts| texts.join(";")).filter(|joined| json_list(joined).is_none());
    match (texts, joined) {
        (Some(texts), Some(joined)) if split(&joined).eq(texts.iter().map(String::as_str)) => {
            joined
        }
        _ => Json::from(items.to_vec()).to_string(),
    }
}

/// Splits a list at `;` and `|`. Empty items are left out, for people end lists with a separator.
fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split([';', '|']).map(str::trim).filter(|item| !item.is_empty())
}

/// The JSON array that a text is, if it is one.
fn json_list(text: &str) -> Option<Json> {
    if !text.trim_start().starts_with('[') {
        return None;
    }
    serde_json::from_str(text).ok().filter(Json::is_array)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn text(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }

    #[test]
    fn cells_become_values() {
        for (name, shape, cell, value) in [
            ("text_as_it_is", Shape::Text, text(" a;b "), json!(" a;b ")),
            ("number_as_text", Shape::Text, Cell::Number(17.0), json!("17")),
            ("decimals_as_text", Shape::Text, Cell::Number(1.5), json!("1.5")),
            ("spanish_number", Shape::Number, text("1.234,5"), json!(1234.5)),
            ("whole_number", Shape::Number, text("2017"), json!(2017)),
            ("a_word_is_left_to_the_field", Shape::Number, text("many"), json!("many")),
            ("semicolons", Shape::List, text(" agua ; ;clima;"), json!(["agua", "clima"])),
            ("bars", Shape::List, text("agua|clima"), json!(["agua", "clima"])),
            ("commas_do_not_split", Shape::List, text("agua, clima"), json!(["agua, clima"])),
            ("json_array", Shape::List, text("[\"a;b\"]"), json!(["a;b"])),
            ("no_json_array", Shape::List, text("[a;b"), json!(["[a", "b"])),
            ("goals", Shape::Goals, text("6; 11.5;ODS 3"), json!([6, "11.5", "ODS 3"])),
            ("goal_as_number", Shape::Goals, Cell::Number(11.5), json!([11.5])),
            ("objects", Shape::Json, text("[{\"city\": \"Quito\"}]"), json!([{"city": "Quito"}])),
        ] {
            assert_eq!(shape.read(cell, "field"), Ok(value), "{name}");
        }
    }

    #[test]
    fn cells_that_cannot_be_read_say_why() {
        for (name, shape, cell, message) in [
            (
                "unclear",
                Shape::Number,
                text("1.234"),
                "`f` cannot be `1.234` (expected a number that can be read in one way only, such as 1234 or 1.2340)",
            ),
            (
                "formula",
                Shape::Text,
                Cell::Error("#N/A".to_owned()),
                "`f` cannot be `#N/A` (expected a value: the formula of this cell has an error)",
            ),
            (
                "json",
                Shape::Json,
                text("Quito"),
                "`f` cannot be `Quito` (expected JSON in the cell, such as {\"name\": \"value\"} or a list of such objects)",
            ),
        ] {
            assert_eq!(shape.read(cell, "f").unwrap_err().to_string(), message, "{name}");
        }
    }

    #[test]
    fn values_become_cells() {
        for (name, shape, value, cell) in [
            ("list", Shape::List, json!(["agua", "clima"]), text("agua;clima")),
            ("separator_inside", Shape::List, json!(["a;b", "c"]), text("[\"a;b\",\"c\"]")),
            ("space_around", Shape::List, json!([" a"]), text("[\" a\"]")),
            ("looks_like_json", Shape::List, json!(["[1]"]), text("[\"[1]\"]")),
            ("one_without_a_list", Shape::List, json!("a|b"), text("[\"a|b\"]")),
            ("goals", Shape::Goals, json!([6, "11.5"]), text("6;11.5")),
            ("number", Shape::Number, json!(1.5), Cell::Number(1.5)),
            ("number_as_text", Shape::Number, json!("1.234"), Cell::Number(1.234)),
            ("extra_object", Shape::Text, json!({"a": 1}), text("{\"a\":1}")),
            ("extra_text", Shape::Text, json!("{\"a\":1}"), text("{\"a\":1}")),
            ("null", Shape::Text, json!(null), text("")),
        ] {
            assert_eq!(shape.write(&value), cell, "{name}");
        }
    }

    proptest! {
        #[test]
        fn lists_come_back(items in prop::collection::vec("[a-c;| \"\\[\\],1-3]{1,4}", 1..4)) {
            let value = json!(items);
            prop_assert_eq!(Shape::List.read(Shape::List.write(&value), "f"), Ok(value));
        }
    }
}
