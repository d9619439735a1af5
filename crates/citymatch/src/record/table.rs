//! The macro that makes a kind of record from a table of its fields.

use serde_json::{Map, Value as Json};

use super::FieldError;
use super::field::{Field, is_empty};

/// Makes a kind of record from a table of its fields: the struct, a setter for each field, and the
/// implementations of [`Record`](super::Record) and serde's traits.
///
/// A row is a field's documentation, name, shape and type. Its shape is `text` for a text that may
/// be empty, `one` for an optional value, `list` for a list, or `part` for an object with a
/// default.
macro_rules! record {
    (
        $(#[$doc:meta])*
        $Record:ident($Id:ident, $kind:literal);
        texts { $($(#[$text_doc:meta])* $text:ident,)* }
        fields { $($(#[$field_doc:meta])* $field:ident: $shape:ident $Type:ty,)* }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq)]
        #[non_exhaustive]
        pub struct $Record {
            /// Its id, which is unique among all solutions and challenges of a catalogue.
            pub id: $Id,
            $($(#[$text_doc])* pub $text: String,)*
            $($(#[$field_doc])* pub $field: $crate::record::table::shape!($shape $Type),)*
            /// The fields that citymatch does not know, as they were read.
            pub extra: serde_json::Map<String, serde_json::Value>,
            /// The source's values of the fields that `to_json` would write in another way.
            written: serde_json::Map<String, serde_json::Value>,
        }

        impl $Record {
            /// A record with an id and a title.
            #[must_use]
            pub fn new(id: impl Into<$Id>, title: impl Into<String>) -> Self {
                Self { id: id.into(), title: title.into(), ..Self::default() }
            }

            $($(#[$text_doc])*
            #[must_use]
            pub fn $text(mut self, $text: impl Into<String>) -> Self {
                self.$text = $text.into();
                self
            })*

            $($crate::record::table::setter!($shape $(#[$field_doc])* $field $Type);)*

            /// The value of a field as its source wrote it, if citymatch would write it in another
            /// way (`"em operação"` for the stage `implemented`).
            #[must_use]
            pub fn written(&self, field: &str) -> Option<&serde_json::Value> {
                self.written.get(field)
            }

            /// Reads a record from its JSON object. Fields that citymatch does not know are kept in
            /// `extra`.
            ///
            /// # Errors
            /// The first field whose value is wrong, and what was expected.
            pub fn from_json(json: serde_json::Value) -> Result<Self, $crate::record::FieldError> {
                use $crate::record::field::{Field, json_text};
                use $crate::record::table::take_field;
                let mut fields = match json {
                    serde_json::Value::Object(fields) => fields,
                    other => {
                        let found = json_text(&other);
                        return Err($crate::record::FieldError::new(
                            "record", found, "a JSON object",
                        ));
                    }
                };
                let mut written = serde_json::Map::new();
                let record = Self {
                    id: take_field(&mut fields, &mut written, "id")?,
                    $($text: take_field(&mut fields, &mut written, stringify!($text))?,)*
                    $($field: take_field(&mut fields, &mut written, stringify!($field))?,)*
                    extra: serde_json::Map::new(),
                    written: serde_json::Map::new(),
                };
                debug_assert!(Field::write(&record.id).is_some() || record.id.as_ref().is_empty());
                Ok(Self { extra: fields, written, ..record })
            }
        }

        impl $crate::record::sealed::Sealed for $Record {}

        impl $crate::record::Record for $Record {
            const KIND: $crate::record::Kind = $crate::record::Kind::$Record;
            const TEXTS: &'static [&'static str] = &[$(stringify!($text)),*];
            const FIELDS: &'static [&'static str] =
                &["id", $(stringify!($text),)* $(stringify!($field)),*];
            const LISTS: &'static [&'static str] =
                $crate::record::table::lists!([] $($shape $field)*);
            type Id = $Id;

            fn id(&self) -> &$Id {
                &self.id
            }

            fn declared_language(&self) -> Option<$crate::Language> {
                self.language
            }

            fn home(&self) -> Option<$crate::Country> {
                self.country
            }

            fn texts(&self) -> Vec<(&'static str, &str)> {
                let texts = [$((stringify!($text), self.$text.as_str())),*];
                texts
                    .into_iter()
                    .filter(|(_, text)| !$crate::record::is_placeholder(text))
                    .collect()
            }

            fn from_json(json: serde_json::Value) -> Result<Self, $crate::record::FieldError> {
                Self::from_json(json)
            }

            fn to_json(&self) -> serde_json::Map<String, serde_json::Value> {
                use $crate::record::table::field_to_json;
                let mut fields = serde_json::Map::new();
                let mut put = |name: &str, value: Option<serde_json::Value>| {
                    if let Some(value) = value {
                        fields.insert(name.to_owned(), value);
                    }
                };
                let written = &self.written;
                put("id", field_to_json(written, "id", &self.id));
                $(put(
                    stringify!($text),
                    field_to_json(written, stringify!($text), &self.$text),
                );)*
                $(put(
                    stringify!($field),
                    field_to_json(written, stringify!($field), &self.$field),
                );)*
                for (name, value) in &self.extra {
                    if !<Self as $crate::record::Record>::FIELDS.contains(&name.as_str()) {
                        put(name, Some(value.clone()));
                    }
                }
                fields
            }

            fn check(&self, text_limit: usize) -> Result<(), $crate::record::FieldError> {
                $crate::record::check::check(self, text_limit)
            }

            fn warnings(&self) -> Vec<$crate::record::Warning> {
                let eligibility = self.written.get("eligibility");
                $crate::record::check::near_misses::<Self>(&self.extra, eligibility)
            }
        }

        impl serde::Serialize for $Record {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::record::Record::to_json(self).serialize(serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $Record {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let json = <serde_json::Value as serde::Deserialize>::deserialize(deserializer)?;
                Self::from_json(json).map_err(serde::de::Error::custom)
            }
        }
    };
}

/// The type of a field by its shape.
macro_rules! shape {
    (one $Type:ty) => { Option<$Type> };
    (list $Type:ty) => { Vec<$Type> };
    ($shape:ident $Type:ty) => { $Type };
}

/// The setter of a field by its shape.
macro_rules! setter {
    (text $(#[$doc:meta])* $field:ident $Type:ty) => {
        $crate::record::table::setter!(part $(#[$doc])* $field $Type);
    };
    (part $(#[$doc:meta])* $field:ident $Type:ty) => {
        $(#[$doc])*
        #[must_use]
        pub fn $field(mut self, $field: impl Into<$Type>) -> Self {
            self.$field = $field.into();
            self
        }
    };
    (one $(#[$doc:meta])* $field:ident $Type:ty) => {
        $(#[$doc])*
        #[must_use]
        pub fn $field(mut self, $field: impl Into<Option<$Type>>) -> Self {
            self.$field = $field.into();
            self
        }
    };
    (list $(#[$doc:meta])* $field:ident $Type:ty) => {
        $(#[$doc])*
        #[must_use]
        pub fn $field(mut self, $field: impl IntoIterator<Item = impl Into<$Type>>) -> Self {
            self.$field = $field.into_iter().map(Into::into).collect();
            self
        }
    };
}

/// The names of the fields whose shape is `list`.
macro_rules! lists {
    ([$($found:ident)*]) => { &[$(stringify!($found)),*] };
    ([$($found:ident)*] list $field:ident $($rest:tt)*) => {
        $crate::record::table::lists!([$($found)* $field] $($rest)*)
    };
    ([$($found:ident)*] $shape:ident $field:ident $($rest:tt)*) => {
        $crate::record::table::lists!([$($found)*] $($rest)*)
    };
}

pub(super) use {lists, record, setter, shape};

/// Takes a field out of the object and reads it. Its JSON goes into `written` if citymatch would
/// write the value in another way.
pub(super) fn take_field<T: Field>(
    fields: &mut Map<String, Json>,
    written: &mut Map<String, Json>,
    name: &str,
) -> Result<T, FieldError> {
    let Some(json) = fields.shift_remove(name) else { return Ok(T::default()) };
    let value = T::read(&json, name)?;
    if value.write().as_ref() != Some(&json) && !is_empty(&json) {
        written.insert(name.to_owned(), json);
    }
    Ok(value)
}

/// A field as JSON: as its source wrote it, if that still means the field's value, or else as
/// citymatch writes it.
pub(super) fn field_to_json<T: Field>(
    written: &Map<String, Json>,
    name: &str,
    value: &T,
) -> Option<Json> {
    match written.get(name) {
        Some(json) if T::read(json, name).as_ref() == Ok(value) => Some(json.clone()),
        _ => value.write(),
    }
}
