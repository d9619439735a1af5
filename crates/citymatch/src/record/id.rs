use std::fmt;

use serde_json::Value as Json;

use super::field::{Field, FieldError, json_text};

/// The most characters (Unicode scalar values) that an id may have.
pub const ID_LIMIT: usize = 200;

macro_rules! id {
    ($(#[$doc:meta])* $Id:ident) => {
        $(#[$doc])*
        ///
        /// An id has 1 to 200 characters, none of them a control character; spaces are allowed. Ids
        /// are ordered by their text, byte by byte. These rules are checked when a record enters a
        /// catalogue, so that making an id never fails.
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
                Self(text.to_owned())
            }
        }

        impl From<String> for $Id {
            fn from(text: String) -> Self {
                Self(text)
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
                Self::read(&json, "id").map_err(serde::de::Error::custom)
            }
        }

        impl Field for $Id {
            /// An integer is read as its decimal text, because spreadsheets write ids as numbers.
            fn read(json: &Json, at: &str) -> Result<Self, FieldError> {
                match json {
                    Json::Null => Ok(Self::default()),
                    Json::String(text) => Ok(Self(text.clone())),
                    Json::Number(number) if number.is_i64() || number.is_u64() => {
                        Ok(Self(number.to_string()))
                    }
                    other => Err(FieldError::new(at, json_text(other), "a text or an integer")),
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
        assert_eq!(SolutionId::read(&serde_json::json!(17), "id").unwrap().as_str(), "17");
        assert!(SolutionId::read(&serde_json::json!(1.5), "id").is_err());
    }
}
