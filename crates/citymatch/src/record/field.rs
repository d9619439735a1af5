//! How a value gets from JSON into a record's field and back.

use std::fmt;

use serde::Serialize;
use serde_json::Value as Json;

use super::key::normalise_key;
use super::number::{self, Number};
use super::phrase;
use super::placeholder::is_placeholder;

/// Why a value is wrong for its field.
///
/// # Examples
/// ```
/// let json = serde_json::json!({"id": "s1", "title": "Dry toilets", "stage": "pilto"});
/// let problem = citymatch::Solution::from_json(json).unwrap_err();
/// assert_eq!(problem.field, "stage");
/// assert_eq!(problem.value, "pilto");
/// assert!(problem.expected.contains("pilot"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// The field, with a dotted path where values are nested, as in `cost.currency`.
    pub field: String,
    /// The value that was found, cut after its first 80 characters.
    pub value: String,
    /// What was expected instead.
    pub expected: String,
    /// The errors of other fields of the same record, in the order of the fields.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub further: Vec<FieldError>,
}

impl FieldError {
    /// An error of one field; a `value` of more than 80 characters is cut.
    pub fn new(
        field: impl Into<String>,
        value: impl AsRef<str>,
        expected: impl Into<String>,
    ) -> Self {
        let (value, expected) = (truncated(value.as_ref()), expected.into());
        Self { field: field.into(), value, expected, further: Vec::new() }
    }

    /// All errors of one record as one; `None` if there are none.
    #[must_use]
    pub fn join(errors: Vec<Self>) -> Option<Self> {
        let mut errors = errors.into_iter();
        let first = errors.next()?;
        Some(Self { further: errors.collect(), ..first })
    }

    /// This error, and those of other fields of the same record.
    pub fn all(&self) -> impl Iterator<Item = &Self> {
        std::iter::once(self).chain(&self.further)
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Line breaks and control characters are escaped, so that the message stays on one line.
        let value: String = self.value.escape_debug().collect();
        write!(f, "`{}` cannot be `{value}` (expected {})", self.field, self.expected)?;
        self.further.iter().try_for_each(|further| write!(f, "; {further}"))
    }
}

impl std::error::Error for FieldError {}

/// The first characters of a value, with `…` if there are more.
fn truncated(value: &str) -> String {
    const MAX_CHARACTERS: usize = 80;
    match value.char_indices().nth(MAX_CHARACTERS) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value.to_owned(),
    }
}

/// A JSON value as messages show it: a text without quotes, anything else as JSON.
pub(crate) fn json_text(json: &Json) -> String {
    match json {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// What is wrong with the values of a record.
pub(crate) type Problems = Vec<FieldError>;

/// Notes that a value is not clear, so that there is none.
pub(crate) fn unclear<T>(
    problems: &mut Problems,
    at: &str,
    value: impl AsRef<str>,
    expected: impl Into<String>,
) -> Option<T> {
    problems.push(FieldError::new(at, value, expected));
    None
}

/// A type that a field of a record can have. Its default value means that the field is absent.
pub(crate) trait Field: Default + PartialEq {
    /// Whether a record with a wrong value of the field is no record. Without the others it is
    /// matched as well as with them.
    const REQUIRED: bool = false;
    /// Reads what is clear of a field; `problems` gets the rest. `null`, empty values and
    /// placeholders mean that the field is absent; `at` is the field's path, for error messages.
    fn read(json: &Json, at: &str, problems: &mut Problems) -> Self;
    /// How citymatch writes the field as JSON; `None` if it is absent.
    fn write(&self) -> Option<Json>;
}

/// A type of single values that a field can have, one or a list of them.
pub(crate) trait Item: Clone + PartialEq {
    /// Reads what is clear of a value; `problems` gets the rest. `at` is its path, for error
    /// messages.
    fn read_item(json: &Json, at: &str, problems: &mut Problems) -> Option<Self>;

    /// Reads an item of a list. A text may name several values (`6, 11 y 13`).
    fn read_items(json: &Json, at: &str, problems: &mut Problems) -> Vec<Self> {
        Self::read_item(json, at, problems).into_iter().collect()
    }

    /// Whether a text that looks like a placeholder is a value all the same: `NA` is Namibia.
    fn is_value(_text: &str) -> bool {
        false
    }

    /// How citymatch writes the value as JSON.
    fn write_item(&self) -> Json;
}

impl Item for String {
    fn read_item(json: &Json, at: &str, problems: &mut Problems) -> Option<Self> {
        match json {
            Json::String(text) => Some(text.clone()),
            Json::Number(number) => Some(number.to_string()),
            other => unclear(problems, at, json_text(other), "a text"),
        }
    }

    fn write_item(&self) -> Json {
        Json::String(self.clone())
    }
}

impl Field for String {
    fn read(json: &Json, at: &str, problems: &mut Problems) -> Self {
        if json.is_null() || is_absent::<Self>(json) {
            return Self::new();
        }
        Self::read_item(json, at, problems).unwrap_or_default()
    }

    fn write(&self) -> Option<Json> {
        (!self.is_empty()).then(|| self.write_item())
    }
}

impl<T: Item> Field for Option<T> {
    fn read(json: &Json, at: &str, problems: &mut Problems) -> Self {
        if is_absent::<T>(json) { None } else { T::read_item(json, at, problems) }
    }

    fn write(&self) -> Option<Json> {
        self.as_ref().map(Item::write_item)
    }
}

impl<T: Item> Field for Vec<T> {
    /// A single value is read as a list of one; empty values in a list are left out.
    fn read(json: &Json, at: &str, problems: &mut Problems) -> Self {
        match json {
            Json::Array(items) => items
                .iter()
                .enumerate()
                .filter(|(_, item)| !is_absent::<T>(item))
                .flat_map(|(i, item)| T::read_items(item, &format!("{at}[{i}]"), problems))
                .collect(),
            absent if is_absent::<T>(absent) => Self::new(),
            item => T::read_items(item, at, problems),
        }
    }

    fn write(&self) -> Option<Json> {
        (!self.is_empty()).then(|| self.iter().map(Item::write_item).collect())
    }
}

/// Whether a JSON value means that the field is absent: `null`, a blank text, `[]` and `{}` do.
pub(crate) fn is_empty(json: &Json) -> bool {
    match json {
        Json::Null => true,
        Json::String(text) => text.trim().is_empty(),
        Json::Array(items) => items.is_empty(),
        Json::Object(fields) => fields.is_empty(),
        Json::Bool(_) | Json::Number(_) => false,
    }
}

/// Whether a JSON value says that there is no value of a type: it is empty, or a placeholder.
fn is_absent<T: Item>(json: &Json) -> bool {
    match json {
        Json::String(text) => is_placeholder(text) && !T::is_value(text),
        other => is_empty(other),
    }
}

/// A number as JSON, without a decimal point if it is whole and exact (below 2^53).
#[must_use]
pub fn number_to_json(value: f64) -> Json {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if value.fract() == 0.0 && value.abs() < EXACT {
        #[allow(clippy::cast_possible_truncation)] // whole, and below 2^53
        let whole = value as i64;
        return Json::from(whole);
    }
    Json::from(value)
}

/// A finite number, also from a text: files without types, such as CSV, have numbers as text.
pub(crate) fn read_number(json: &Json) -> Option<f64> {
    match json {
        Json::Number(number) => number.as_f64(),
        Json::String(text) => match number::read(text) {
            Number::Exact(number) => Some(number),
            Number::Ambiguous | Number::Unreadable => None,
        },
        _ => None,
    }
    .filter(|number| number.is_finite())
}

/// A whole number, read as [`read_number`] does.
pub(crate) fn read_whole(json: &Json) -> Option<i64> {
    #[allow(clippy::cast_possible_truncation)] // whole, and below 2^53
    read_number(json)
        .filter(|number| number.fract() == 0.0 && number.abs() < 9e15)
        .map(|number| number as i64)
}

/// The value that JSON is, with nothing unclear about it.
pub(crate) fn exactly<T: Item>(json: &Json, at: &str) -> Result<T, FieldError> {
    let mut problems = Vec::new();
    let value = T::read_item(json, at, &mut problems);
    match (FieldError::join(problems), value) {
        (None, Some(value)) => Ok(value),
        (Some(problem), _) => Err(problem),
        (None, None) => Err(FieldError::new(at, json_text(json), "a value")),
    }
}

/// A closed set of values, each with its name in files and other words that mean it.
pub(crate) trait Vocabulary: Copy + PartialEq + 'static {
    /// For each value its name in files, and what else is read as this value: words of all the
    /// languages that citymatch analyses, each as [`normalise_key`] makes it. No word may have two
    /// meanings.
    const TABLE: &'static [(Self, &'static str, &'static [&'static str])];

    /// The value's name in files.
    fn name(self) -> &'static str {
        let (_, name, _) = Self::TABLE
            .iter()
            .find(|(value, ..)| *value == self)
            .expect("each value has a row in its table");
        name
    }

    /// The value that a phrase names, whatever its case and accents: a word, with or without an
    /// explanation.
    fn from_phrase(text: &str) -> Option<Self> {
        phrase::value(text, Self::from_word)
    }

    /// The value that a word means, whatever the word's case and accents.
    fn from_word(word: &str) -> Option<Self> {
        let word = normalise_key(word);
        Self::TABLE
            .iter()
            .find(|(_, name, others)| *name == word || others.contains(&word.as_str()))
            .map(|(value, ..)| *value)
    }

    /// The names of all values, for error messages.
    fn expected() -> String {
        let names: Vec<String> =
            Self::TABLE.iter().map(|(_, name, _)| format!("`{name}`")).collect();
        format!("one of {}", names.join(", "))
    }
}

/// Makes an enum from a table with a row for each value: its name in files and the other words that
/// mean it, either in brackets behind the name or as expressions, `(name, other words)`. The enum
/// gets `ALL`, `name`, `FromStr`, `Display`, serde's traits, and what a record's field needs.
macro_rules! named_enum {
    (
        $(#[$doc:meta])*
        $Type:ident {
            $(
                $(#[$variant_doc:meta])*
                $Variant:ident = $name:literal $([$($word:literal),* $(,)?])?,
            )*
        }
    ) => {
        $crate::record::field::named_enum! {
            $(#[$doc])*
            $Type { $($(#[$variant_doc])* $Variant = ($name, &[$($($word),*)?]),)* }
        }
    };
    (
        $(#[$doc:meta])*
        $Type:ident {
            $($(#[$variant_doc:meta])* $Variant:ident = ($name:expr, $words:expr),)*
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $Type { $($(#[$variant_doc])* $Variant,)* }

        impl $crate::record::field::Vocabulary for $Type {
            const TABLE: &'static [(Self, &'static str, &'static [&'static str])] =
                &[$(($Type::$Variant, $name, $words),)*];
        }

        impl $Type {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$($Type::$Variant),*];

            /// Its name in files, in JSON and in messages.
            #[must_use]
            pub fn name(self) -> &'static str {
                $crate::record::field::Vocabulary::name(self)
            }
        }

        $crate::record::field::named!(
            $Type,
            <$Type as $crate::record::field::Vocabulary>::from_phrase,
            <$Type as $crate::record::field::Vocabulary>::from_word,
            <$Type as $crate::record::field::Vocabulary>::expected()
        );
    };
}

/// Implements, for a type with `name()`, what reads and writes it by name: `Display`, `FromStr`,
/// serde's traits and [`Item`]. `$from_phrase` finds the value that a phrase names, `$from_word` the
/// one that a word means, and `$expected` describes the words for error messages.
macro_rules! named {
    ($Type:ident, $from_phrase:expr, $from_word:expr, $expected:expr) => {
        impl std::fmt::Display for $Type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.name().as_ref())
            }
        }

        impl std::str::FromStr for $Type {
            type Err = $crate::record::FieldError;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                $crate::record::field::exactly(
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
                problems: &mut $crate::record::field::Problems,
            ) -> Option<Self> {
                json.as_str().and_then($from_phrase).or_else(|| {
                    let found = $crate::record::field::json_text(json);
                    $crate::record::field::unclear(problems, at, found, $expected)
                })
            }

            fn read_items(
                json: &serde_json::Value,
                at: &str,
                problems: &mut $crate::record::field::Problems,
            ) -> Vec<Self> {
                let list =
                    json.as_str().and_then(|text| $crate::record::phrase::list(text, $from_word));
                list.unwrap_or_else(|| Self::read_item(json, at, problems).into_iter().collect())
            }

            fn is_value(text: &str) -> bool {
                $from_word(text).is_some()
            }

            fn write_item(&self) -> serde_json::Value {
                serde_json::Value::from(AsRef::<str>::as_ref(&self.name()))
            }
        }
    };
}

pub(crate) use {named, named_enum};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Language;
    use crate::record::{DeploymentStatus, MissingValue, OrganisationType, Stage};

    /// Checks that each word of a table is written as it is looked up, and means one value.
    fn check<T: Vocabulary + fmt::Debug>() {
        for (value, name, others) in T::TABLE {
            for word in std::iter::once(name).chain(*others) {
                assert_eq!(normalise_key(word), *word, "{value:?}");
                let meanings: Vec<T> = T::TABLE
                    .iter()
                    .filter(|(_, name, others)| name == word || others.contains(word))
                    .map(|(value, ..)| *value)
                    .collect();
                assert_eq!(meanings, [*value], "{word}");
                assert_eq!(T::from_word(&word.to_uppercase()), Some(*value), "{word}");
            }
            let distinct: std::collections::BTreeSet<_> = others.iter().collect();
            assert_eq!(distinct.len(), others.len(), "{value:?} has a word twice");
        }
    }

    #[test]
    fn every_word_is_a_key_and_means_one_value() {
        check::<Language>();
        check::<Stage>();
        check::<OrganisationType>();
        check::<DeploymentStatus>();
        check::<MissingValue>();
    }

    #[test]
    fn values_are_cut_in_messages() {
        let problem = FieldError::new("stage", "ñ".repeat(81), "one of `idea`");
        assert_eq!(problem.value, format!("{}…", "ñ".repeat(80)));
        let problem = FieldError::new("stage", "a\nb", "one of `idea`");
        assert_eq!(problem.to_string(), r"`stage` cannot be `a\nb` (expected one of `idea`)");
    }
}
