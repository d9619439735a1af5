//! The cells of a table, and how a field's value is read from a cell and written into one.

use citymatch::record::number::{self, Number};
use citymatch::record::{Date, FieldError, number_to_json};
use serde_json::Value as Json;

use crate::typed::whole_id;

/// A cell of a table. The cells of text files are all texts.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell {
    /// A text. An empty cell is the empty text.
    Text(String),
    /// A number of a workbook.
    Number(f64),
    /// A value of a typed table or of an object, which means itself.
    Typed(Json),
    /// The error of a workbook's formula, such as `#N/A`.
    #[cfg_attr(not(feature = "xlsx"), allow(dead_code))] // nothing else has formulas
    Error(String),
}

impl Cell {
    pub(crate) const EMPTY: Self = Self::Text(String::new());

    /// Whether a person sees nothing in the cell: it is empty, or has only white space.
    pub(crate) fn is_blank(&self) -> bool {
        match self {
            Self::Text(text) => text.trim().is_empty(),
            Self::Typed(value) => value.is_null(),
            Self::Number(_) | Self::Error(_) => false,
        }
    }

    /// The text of a cell that has one.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Error(text) => Some(text),
            Self::Typed(value) => value.as_str(),
            Self::Number(_) => None,
        }
    }

    /// The text that a person sees in the cell.
    pub(crate) fn into_text(self) -> String {
        match self {
            Self::Text(text) | Self::Error(text) | Self::Typed(Json::String(text)) => text,
            Self::Number(number) => number.to_string(),
            Self::Typed(value) => value.to_string(),
        }
    }

    /// The object that the cell is or has as JSON, as a typed table has a whole cost.
    pub(crate) fn object(&self) -> Option<Json> {
        match self {
            Self::Typed(value @ Json::Object(_)) => Some(value.clone()),
            Self::Text(text) if text.trim_start().starts_with('{') => {
                serde_json::from_str(text).ok().filter(Json::is_object)
            }
            _ => None,
        }
    }

    /// The cell as an unknown field keeps it: typed, or the text that a person sees.
    pub(crate) fn into_json(self) -> Json {
        match self {
            Self::Typed(value) => value,
            cell => Json::String(cell.into_text()),
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
    /// As a date, or as the days that a spreadsheet counts.
    Date,
    /// As texts separated by `;` or `|`, or as a JSON array.
    List,
    /// As a list of short texts, between which there may be commas too.
    Words,
    /// As a list whose items may be small whole numbers: the Sustainable Development Goals.
    Goals,
    /// As JSON: an object, or an array of objects.
    Json,
}

impl Shape {
    /// Reads the value of a cell that is not empty. `at` is the field's path, for errors.
    pub(crate) fn read(self, cell: Cell, at: &str) -> Result<Json, FieldError> {
        match (self, cell) {
            (_, Cell::Typed(value)) => Ok(whole_id(at, value)),
            (_, Cell::Error(error)) if at == "id" => {
                Err(FieldError::new(at, error, "a value: the formula of this cell has an error"))
            }
            // The text of a formula's error says that there is no value, as `N/A` does.
            (_, Cell::Error(error)) => Ok(Json::String(error)),
            (Self::Date, Cell::Number(days)) => Ok(Json::String(
                Date::from_spreadsheet(days)
                    .map_or_else(|| days.to_string(), |day| day.to_string()),
            )),
            (Self::Text | Self::Date, cell) => Ok(Json::String(cell.into_text())),
            (Self::Number, Cell::Number(number)) => Ok(number_to_json(number)),
            (Self::Goals, Cell::Number(number)) => Ok(Json::Array(vec![number_to_json(number)])),
            (Self::Number, Cell::Text(text)) => match number::read(&text) {
                Number::Exact(number) if is_plain(&text) => Ok(number_to_json(number)),
                // The record's field reads the text, and keeps it as it is.
                _ => Ok(Json::String(text)),
            },
            (Self::List | Self::Words | Self::Goals, cell) => Ok(self.read_list(&cell.into_text())),
            (Self::Json, cell) => {
                let text = cell.into_text();
                match serde_json::from_str(&text) {
                    Ok(json @ (Json::Array(_) | Json::Object(_))) => Ok(json),
                    _ => Ok(Json::String(text)),
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
        match self {
            Self::Words if is_list_of_words(text) => {
                text.split(',').map(str::trim).map(item).collect()
            }
            _ => split(text).map(item).collect(),
        }
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
            (Self::List | Self::Words | Self::Goals, Json::Array(items)) => {
                Cell::Text(self.write_list(items))
            }
            (Self::List | Self::Words | Self::Goals, item) => {
                Cell::Text(self.write_list(std::slice::from_ref(item)))
            }
            (Self::Json | Self::Date, Json::String(text)) => Cell::Text(text.clone()),
            (_, value) => Cell::Text(value.to_string()),
        }
    }

    /// Joins the items of a list with `;`. If splitting would not give the same items again, because one
    /// of them contains a separator for instance, the list is written as a JSON array.
    fn write_list(self, items: &[Json]) -> String {
        let texts: Option<Vec<String>> = items
            .iter()
            .map(|item| match item {
                Json::String(text) => Some(text.clone()),
                Json::Number(number) if number.is_u64() => Some(number.to_string()),
                _ => None,
            })
            .collect();
        let joined = texts
            .as_ref()
            .map(|texts| texts.join(";"))
            .filter(|joined| json_list(joined).is_none());
        match (texts, joined) {
            (Some(texts), Some(joined))
                if split(&joined).eq(texts.iter().map(String::as_str))
                    && !(self == Self::Words && is_list_of_words(&joined)) =>
            {
                joined
            }
            _ => Json::from(items.to_vec()).to_string(),
        }
    }
}

/// Whether a text is a number as programs write it: digits, and a point before decimals.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// Whether commas separate the items of a list: there is no other mark between items, and each is of
/// one to three words, as themes are. A sentence with commas has longer parts.
fn is_list_of_words(text: &str) -> bool {
    let is_item = |item: &str| {
        (1..=3).contains(&item.split_whitespace().count()) && !item.ends_with(['.', '!', '?', ':'])
    };
    text.contains(',') && !text.contains([';', '|']) && text.split(',').all(is_item)
}

/// Splits a list at `;` and `|`. Empty items are left out, for people end lists with a separator.
fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split([';', '|']).map(str::trim).filter(|item| !item.is_empty())
}

/// The JSON array that a text is, if it is one, or the list of Python's.
fn json_list(text: &str) -> Option<Json> {
    let inner = text.trim().strip_prefix('[')?.strip_suffix(']')?;
    serde_json::from_str(text).ok().filter(Json::is_array).or_else(|| python_list(inner))
}

/// The texts between the brackets of a list as Python writes it, which is what a list becomes that goes
/// through a CSV file: `'agua', "l'eau"`. `NumPy` leaves the commas out.
fn python_list(inner: &str) -> Option<Json> {
    let mut items = Vec::new();
    let mut rest = inner.trim_start();
    while let Some(quote) = rest.chars().next() {
        let mut letters = rest.strip_prefix(['\'', '"'])?.chars();
        let mut item = String::new();
        loop {
            match letters.next()? {
                '\\' => item.push(letters.next()?),
                letter if letter == quote => break,
                letter => item.push(letter),
            }
        }
        items.push(Json::from(item));
        rest = letters.as_str().trim_start();
        rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
    }
    (!items.is_empty()).then_some(Json::Array(items))
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
            ("spanish_number", Shape::Number, text("1.234,5"), json!("1.234,5")),
            ("plain_number", Shape::Number, text("1234.5"), json!(1234.5)),
            ("unclear_number", Shape::Number, text("1.234"), json!("1.234")),
            ("date", Shape::Date, Cell::Number(46112.0), json!("2026-03-31")),
            ("formula", Shape::Text, Cell::Error("#N/A".to_owned()), json!("#N/A")),
            ("no_json", Shape::Json, text("Quito"), json!("Quito")),
            (
                "words",
                Shape::Words,
                text("Agua, Espacio público"),
                json!(["Agua", "Espacio público"]),
            ),
            ("python_list", Shape::Words, text("['agua', \"l'eau\"]"), json!(["agua", "l'eau"])),
            ("numpy_list", Shape::List, text("['agua' 'calle\\'s']"), json!(["agua", "calle's"])),
            ("no_list", Shape::List, text("['agua'"), json!(["['agua'"])),
            ("brackets", Shape::List, text("[agua; calle]"), json!(["[agua", "calle]"])),
            (
                "sentence",
                Shape::Words,
                text("Agua, y todo lo que se hace con ella"),
                json!(["Agua, y todo lo que se hace con ella"]),
            ),
            (
                "words_with_semicolons",
                Shape::Words,
                text("agua, luz; aire"),
                json!(["agua, luz", "aire"]),
            ),
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
        {
            let (name, shape, cell, message) = (
                "formula",
                Shape::Text,
                Cell::Error("#N/A".to_owned()),
                "`id` cannot be `#N/A` (expected a value: the formula of this cell has an error)",
            );
            assert_eq!(shape.read(cell, "id").unwrap_err().to_string(), message, "{name}");
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
        fn lists_come_back(items in prop::collection::vec("[a-c;|, \"\\[\\]1-3]{1,4}", 1..4)) {
            let value = json!(items);
            for shape in [Shape::List, Shape::Words] {
                prop_assert_eq!(shape.read(shape.write(&value), "f"), Ok(value.clone()));
            }
        }
    }
}
