use std::fmt;

use serde_json::Value as Json;

use super::field::{Field, FieldError, Problems, json_text};
use super::placeholder::is_blank;

/// The most characters (Unicode scalar values) that an id may have.
pub const ID_LIMIT: usize = 200;

macro_rules! id {
    ($(#[$doc:meta])* $Id:ident) => {
        $(#[$doc])*
        ///
        /// An id has 1 to 200 characters, none of them a control character; spaces are allowed, but
        /// white space at both ends, zero-width too, is no part of it. Ids are ordered by their
        /// text, byte by byte. These rules are checked when a record enters a catalogue, so that
        /// making an id never fails.
        #[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $Id(String);

        impl $Id {
            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $Id {
            fn from(text: &str) -> Self {
                Self(text.trim_matches(is_blank).to_owned())
            }
        }

        impl From<String> for $Id {
            fn from(text: String) -> Self {
                Self::from(text.as_str())
            }
        }

        impl From<$Id> for String {
            fn from(id: $Id) -> Self {
                id.0
            }
        }

        impl From<&$Id> for $Id {
            fn from(id: &$Id) -> Self {
                id.clone()
            }
        }

        impl AsRef<str> for $Id {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $Id {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl serde::Serialize for $Id {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $Id {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let json = Json::deserialize(deserializer)?;
                let mut problems = Vec::new();
                let id = Self::read(&json, "id", &mut problems);
                FieldError::join(problems).map_or(Ok(id), Err).map_err(serde::de::Error::custom)
            }
        }

        impl Field for $Id {
            const REQUIRED: bool = true;

            /// An integer is read as its decimal text, because spreadsheets write ids as numbers.
            /// White space around an id, which nobody sees, is no part of it.
            fn read(json: &Json, at: &str, problems: &mut Problems) -> Self {
                match json {
                    Json::Null => Self::default(),
                    Json::String(text) => Self::from(text.as_str()),
                    Json::Number(number) if number.is_i64() || number.is_u64() => {
                        Self(number.to_string())
                    }
                    Json::Number(number) if whole(number).is_some() => {
                        Self(whole(number).unwrap_or_default().to_string())
                    }
                    other => {
                        problems.push(FieldError::new(
                            at, json_text(other), "a text or a whole number",
                        ));
                        Self::default()
                    }
                }
            }

            fn write(&self) -> Option<Json> {
                (!self.0.is_empty()).then(|| Json::String(self.0.clone()))
            }
        }
    };
}

id! {
    /// The id of a solution.
    SolutionId
}
id! {
    /// The id of a challenge.
    ChallengeId
}

/// The whole number that a float is: a column of numbers has floats where one of them is missing.
fn whole(number: &serde_json::Number) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let float = number.as_f64().filter(|float| float.fract() == 0.0 && float.abs() < EXACT)?;
    #[allow(clippy::cast_possible_truncation)] // whole, and below 2^53
    Some(float as i64)
}

/// Checks that a text may be an id.
pub(crate) fn check_id(id: &str) -> Result<(), FieldError> {
    let expected = "1 to 200 characters without control characters";
    if id.is_empty() || id.chars().nth(ID_LIMIT).is_some() || id.chars().any(char::is_control) {
        return Err(FieldError::new("id", id, expected));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_of_ids() {
        let long = "x".repeat(ID_LIMIT);
        let too_long = "ñ".repeat(ID_LIMIT + 1);
        let cases: &[(&str, &str, bool)] = &[
            ("plain", "s1", true),
            ("space", "rain garden 7", true),
            ("longest", &long, true),
            ("empty", "", false),
            ("too_long", &too_long, false),
            ("line_break", "a\nb", false),
            ("nul", "a\0", false),
        ];
        for (name, id, good) in cases {
            assert_eq!(check_id(id).is_ok(), *good, "{name}");
        }
    }

    #[test]
    fn an_integer_is_its_decimal_text() {
        for (name, json, id) in [
            ("integer", serde_json::json!(17), Some("17")),
            ("float", serde_json::json!(17.0), Some("17")),
            ("fraction", serde_json::json!(1.5), None),
            ("white_space", serde_json::json!(" \u{a0}S-01\u{200b}\t"), Some("S-01")),
            ("inside", serde_json::json!("S 01"), Some("S 01")),
        ] {
            let mut problems = Vec::new();
            let read = SolutionId::read(&json, "id", &mut problems);
            assert_eq!(problems.is_empty().then_some(read.as_str()), id, "{name}");
        }
    }
}
