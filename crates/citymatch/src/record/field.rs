//! How a value gets from JSON into a record's field and back.

use std::fmt;

use serde::Serialize;
use serde_json::Value as Json;
use unicode_normalization::UnicodeNormalization;

/// Why a value cannot stand in its field.
///
/// # Examples
/// ```
/// let problem = citymatch::Solution::from_json(serde_json::json!({"id": "s1", "title": "Dry toilets", "stage": "pilto"})).unwrap_err();
/// assert_eq!(problem.field, "stage");
/// assert_eq!(problem.value, "pilto");
/// assert!(problem.expected.contains("pilot"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// The field, with a dotted path where values are nested, as in `cost.currency`.
    pub field: String,
    /// The value that came, shortened to its first 80 characters.
    pub value: String,
    /// What would have been right.
    pub expected: String,
}

impl FieldError {
    /// A problem of one field.
    pub fn new(
        field: impl Into<String>,
        value: impl AsRef<str>,
        expected: impl Into<String>,
    ) -> Self {
        let (value, expected) = (shortened(value.as_ref()), expected.into());
        Self { field: field.into(), value, expected }
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Debug's escapes keep the message on one line whatever the value holds.
        let value: String = self.value.escape_debug().collect();
        write!(f, "`{}` cannot be `{value}` (expected {})", self.field, self.expected)
    }
}

impl std::error::Error for FieldError {}

fn shortened(value: &str) -> String {
    const MOST: usize = 80;
    match value.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value.to_owned(),
    }
}

/// A JSON value as a message shows it.
pub(crate) fn shown(json: &Json) -> String {
    match json {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A type that a record's field can have. The default value means that the field is absent.
pub(crate) trait Field: Default + PartialEq {
    /// `null` and the empty value read as absent; `at` is the field's path, for the problem.
    fn read(json: &Json, at: &str) -> Result<Self, FieldError>;
    /// The canonical JSON; `None` where the field is absent.
    fn write(&self) -> Option<Json>;
}

/// A single value that stands in a field, alone or in a list.
pub(crate) trait Item: Clone + PartialEq {
    fn read_item(json: &Json, at: &str) -> Result<Self, FieldError>;
    fn write_item(&self) -> Json;
}

impl Item for String {
    fn read_item(json: &Json, at: &str) -> Result<Self, FieldError> {
        match json {
            Json::String(text) => Ok(text.clone()),
            Json::Number(number) => Ok(number.to_string()),
            other => Err(FieldError::new(at, shown(other), "a text")),
        }
    }

    fn write_item(&self) -> Json {
        Json::String(self.clone())
    }
}

impl Field for String {
    fn read(json: &Json, at: &str) -> Result<Self, FieldError> {
        if json.is_null() { Ok(Self::new()) } else { Self::read_item(json, at) }
    }

    fn write(&self) -> Option<Json> {
        (!self.is_empty()).then(|| self.write_item())
    }
}

impl<T: Item> Field for Option<T> {
    fn read(json: &Json, at: &str) -> Result<Self, FieldError> {
        if is_empty(json) { Ok(None) } else { T::read_item(json, at).map(Some) }
    }

    fn write(&self) -> Option<Json> {
        self.as_ref().map(Item::write_item)
    }
}

impl<T: Item> Field for Vec<T> {
    /// A value without a list around it is a list of one.
    fn read(json: &Json, at: &str) -> Result<Self, FieldError> {
        match json {
            Json::Array(items) => items
                .iter()
                .enumerate()
                .filter(|(_, item)| !is_empty(item))
                .map(|(i, item)| T::read_item(item, &format!("{at}[{i}]")))
                .collect(),
            empty if is_empty(empty) => Ok(Self::new()),
            item => Ok(vec![T::read_item(item, at)?]),
        }
    }

    fn write(&self) -> Option<Json> {
        (!self.is_empty()).then(|| self.iter().map(Item::write_item).collect())
    }
}

/// `null`, blank text, `[]` and `{}` all mean that there is no value.
pub(crate) fn is_empty(json: &Json) -> bool {
    match json {
        Json::Null => true,
        Json::String(text) => text.trim().is_empty(),
        Json::Array(items) => items.is_empty(),
        Json::Object(fields) => fields.is_empty(),
        Json::Bool(_) | Json::Number(_) => false,
    }
}

/// A number, written as an integer where it is one.
pub(crate) fn number(value: f64) -> Json {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if value.fract() == 0.0 && value.abs() < EXACT {
        #[allow(clippy::cast_possible_truncation)] // whole, and below 2^53
        let whole = value as i64;
        return Json::from(whole);
    }
    Json::from(value)
}

/// A number, or a text that is one: files without types write numbers as text.
pub(crate) fn read_number(json: &Json) -> Option<f64> {
    match json {
        Json::Number(number) => number.as_f64(),
        Json::String(text) => text.trim().parse().ok(),
        _ => None,
    }
    .filter(|number| number.is_finite())
}

/// Like [`read_number`], for whole numbers.
pub(crate) fn read_whole(json: &Json) -> Option<i64> {
    #[allow(clippy::cast_possible_truncation)] // whole, and below 2^53
    read_number(json)
        .filter(|number| number.fract() == 0.0 && number.abs() < 9e15)
        .map(|number| number as i64)
}

/// A word as tables of words know it: lower case, without accents, its parts joined by single
/// spaces.
pub(crate) fn normalise_key(word: &str) -> String {
    let bare: String = word
        .nfkd()
        .filter(|c| !unicode_normalization::char::is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .collect();
    bare.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A closed set of values, each with its name in files and the other words that mean it.
pub(crate) trait Vocabulary: Copy + PartialEq + 'static {
    /// Value, name, and what else is understood in Spanish, Portuguese and English, already
    /// [`plain`].
    const TABLE: &'static [(Self, &'static str, &'static [&'static str])];

    fn name(self) -> &'static str {
        let (_, name, _) = Self::TABLE
            .iter()
            .find(|(value, ..)| *value == self)
            .expect("each value has a row in its table");
        name
    }

    fn from_word(word: &str) -> Option<Self> {
        let word = normalise_key(word);
        Self::TABLE
            .iter()
            .find(|(_, name, others)| *name == word || others.contains(&word.as_str()))
            .map(|(value, ..)| *value)
    }

    fn expected() -> String {
        let names: Vec<String> =
            Self::TABLE.iter().map(|(_, name, _)| format!("`{name}`")).collect();
        format!("one of {}", names.join(", "))
    }
}

/// Makes an enum of the rows of a table: `name`, `FromStr`, serde, and what a record's field needs.
macro_rules! named_enum {
    ($(#[$doc:meta])* $Type:ident { $($(#[$variant_doc:meta])* $Variant:ident = $name:literal $([$($word:literal),*])?,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $Type { $($(#[$variant_doc])* $Variant,)* }

        impl $crate::record::field::Vocabulary for $Type {
            const TABLE: &'static [(Self, &'static str, &'static [&'static str])] =
                &[$(($Type::$Variant, $name, &[$($($word),*)?]),)*];
        }

        impl $Type {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$($Type::$Variant),*];

            /// The name in files.
            #[must_use]
            pub fn name(self) -> &'static str {
                $crate::record::field::Vocabulary::name(self)
            }
        }

        $crate::record::field::named!($Type, <$Type as $crate::record::field::Vocabulary>::from_word,
            <$Type as $crate::record::field::Vocabulary>::expected());
    };
}

/// What every type with a `name()` and words that mean it has in common.
macro_rules! named {
    ($Type:ident, $from_word:expr, $expected:expr) => {
        impl std::fmt::Display for $Type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.name().as_ref())
            }
        }

        impl std::str::FromStr for $Type {
            type Err = $crate::record::FieldError;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                $crate::record::field::Item::read_item(
                    &serde_json::Value::from(word),
                    &stringify!($Type).to_lowercase(),
                )
            }
        }

        impl serde::Serialize for $Type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.name().as_ref())
            }
        }

        impl<'de> serde::Deserialize<'de> for $Type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }

        impl $crate::record::field::Item for $Type {
            fn read_item(
                json: &serde_json::Value,
                at: &str,
            ) -> Result<Self, $crate::record::FieldError> {
                let found = json.as_str().and_then($from_word);
                found.ok_or_else(|| {
                    $crate::record::FieldError::new(
                        at,
                        $crate::record::field::shown(json),
                        $expected,
                    )
                })
            }

            fn write_item(&self) -> serde_json::Value {
                serde_json::Value::from(AsRef::<str>::as_ref(&self.name()))
            }
        }
    };
}

pub(crate) use {named, named_enum};
