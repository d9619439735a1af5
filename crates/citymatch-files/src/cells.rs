//! What a cell of a table means as a field's value, and how a value stands in a cell.

use citymatch::record::FieldError;
use serde_json::Value as Json;

use crate::number::{self, Number};

/// A cell of a table. Text files have texts only.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell {
    /// A text; nothing stands in an empty cell.
    Text(String),
    /// A number of a workbook.
    Number(f64),
    /// What a workbook's formula failed with, such as `#N/A`.
    #[cfg_attr(not(feature = "xlsx"), allow(dead_code))] // nothing else has formulas
    Error(String),
}

impl Cell {
    pub(crate) const EMPTY: Self = Self::Text(String::new());

    /// Whether nothing is to be seen in it.
    pub(crate) fn is_blank(&self) -> bool {
        matches!(self, Self::Text(text) if text.trim().is_empty())
    }

    /// What is to be seen in it.
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

/// How a field's value stands in a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Text as it is; anything else, which only an unknown field can be, as JSON.
    Text,
    /// A number.
    Number,
    /// Texts between `;` or `|`, or a JSON array.
    List,
    /// The same, and whole numbers are numbers.
    Goals,
    /// JSON: an object, or an array of objects.
    Json,
}

impl Shape {
    /// The value of a cell that is not empty; `at` is its field.
    pub(crate) fn read(self, cell: Cell, at: &str) -> Result<Json, FieldError> {
        match (self, cell) {
            (_, Cell::Error(error)) => {
                Err(FieldError::new(at, error, "a value, not a formula that failed"))
            }
            (Self::Text, cell) => Ok(Json::String(cell.into_text())),
            (Self::Number, Cell::Number(number)) => Ok(json_number(number)),
            (Self::Goals, Cell::Number(number)) => Ok(Json::Array(vec![json_number(number)])),
            (Self::Number, Cell::Text(text)) => match number::read(&text) {
                Number::Clear(number) => Ok(json_number(number)),
                Number::Unclear => Err(FieldError::new(
                    at,
                    text,
                    "a number that reads in one way only, such as 1234 or 1.2340",
                )),
                // The field itself says what it expects.
                Number::Other => Ok(Json::String(text)),
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

    fn read_list(self, text: &str) -> Json {
        if let Some(list) = json_list(text) {
            return list;
        }
        let item = |text: &str| match text.parse::<u8>() {
            Ok(number) if self == Self::Goals && number.to_string() == text => Json::from(number),
            _ => Json::from(text),
        };
        split(text).map(item).collect()
    }

    /// The cell for a value, which [`read`](Self::read) takes for the same value.
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

/// The items joined by `;`, or as a JSON array where they would not be the same after splitting.
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

fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split([';', '|']).map(str::trim).filter(|item| !item.is_empty())
}

fn json_list(text: &str) -> Option<Json> {
    if !text.trim_start().starts_with('[') {
        return None;
    }
    serde_json::from_str(text).ok().filter(Json::is_array)
}

/// A number, as an integer where it is one.
fn json_number(number: f64) -> Json {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    #[allow(clippy::cast_possible_truncation)] // whole, and below 2^53
    if number.fract() == 0.0 && number.abs() < EXACT {
        Json::from(number as i64)
    } else {
        Json::from(number)
    }
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
                "`f` cannot be `1.234` (expected a number that reads in one way only, such as 1234 or 1.2340)",
            ),
            (
                "formula",
                Shape::Text,
                Cell::Error("#N/A".to_owned()),
                "`f` cannot be `#N/A` (expected a value, not a formula that failed)",
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
