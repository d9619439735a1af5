//! How a record is made of a table of its fields.

use serde_json::{Map, Value as Json};

use super::FieldError;
use super::field::{Field, is_empty};

/// Makes a record of a table of its fields: the struct, its setters, and [`Record`].
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
            /// What names it, among the solutions and challenges of a catalogue.
            pub id: $Id,
            $($(#[$text_doc])* pub $text: String,)*
            $($(#[$field_doc])* pub $field: $crate::record::table::shape!($shape $Type),)*
            /// Fields that are not known here, as they came.
            pub extra: serde_json::Map<String, serde_json::Value>,
            /// Values that were written in another way than [`Record::to_json`] would write them.
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

            /// The value of a field as its source wrote it, where that differs from how citymatch
            /// writes it.
            #[must_use]
            pub fn written(&self, field: &str) -> Option<&serde_json::Value> {
                self.written.get(field)
            }

            /// Reads a record from its JSON object. Fields that are not known are kept.
            ///
            /// # Errors
            /// The first field whose value is wrong, and what was expected.
            pub fn from_json(json: serde_json::Value) -> Result<Self, $crate::record::FieldError> {
                use $crate::record::field::{Field, shown};
                let mut fields = match json {
                    serde_json::Value::Object(fields) => fields,
                    other => return Err($crate::record::FieldError::new("record", shown(&other), "a JSON object")),
                };
                let mut written = serde_json::Map::new();
                let record = Self {
                    id: $crate::record::table::take(&mut fields, &mut written, "id")?,
                    $($text: $crate::record::table::take(&mut fields, &mut written, stringify!($text))?,)*
                    $($field: $crate::record::table::take(&mut fields, &mut written, stringify!($field))?,)*
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
            const FIELDS: &'static [&'static str] = &["id", $(stringify!($text),)* $(stringify!($field)),*];
            const LISTS: &'static [&'static str] = $crate::record::table::lists!([] $($shape $field)*);
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
                texts.into_iter().filter(|(_, text)| !text.trim().is_empty()).collect()
            }

            fn from_json(json: serde_json::Value) -> Result<Self, $crate::record::FieldError> {
                Self::from_json(json)
            }

            fn to_json(&self) -> serde_json::Map<String, serde_json::Value> {
                let mut fields = serde_json::Map::new();
                let mut put = |name: &str, value: Option<serde_json::Value>| {
                    if let Some(value) = value {
                        fields.insert(name.to_owned(), value);
                    }
                };
                put("id", $crate::record::table::give(&self.written, "id", &self.id));
                $(put(stringify!($text), $crate::record::table::give(&self.written, stringify!($text), &self.$text));)*
                $(put(stringify!($field), $crate::record::table::give(&self.written, stringify!($field), &self.$field));)*
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
                $crate::record::check::near_misses::<Self>(&self.extra, self.written.get("eligibility"))
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

/// The type of a field: text, one value or none, a list, or a part with a default of its own.
macro_rules! shape {
    (one $Type:ty) => { Option<$Type> };
    (list $Type:ty) => { Vec<$Type> };
    ($shape:ident $Type:ty) => { $Type };
}

macro_rules! setter {
    (text $(#[$doc:meta])* $field:ident $Type:ty) => { $crate::record::table::setter!(part $(#[$doc])* $field $Type); };
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

/// The names of the fields that hold lists.
macro_rules! lists {
    ([$($found:ident)*]) => { &[$(stringify!($found)),*] };
    ([$($found:ident)*] list $field:ident $($rest:tt)*) => { $crate::record::table::lists!([$($found)* $field] $($rest)*) };
    ([$($found:ident)*] $shape:ident $field:ident $($rest:tt)*) => { $crate::record::table::lists!([$($found)*] $($rest)*) };
}

pub(super) use {lists, record, setter, shape};

/// Reads a field and keeps its source's value where citymatch would write it in another way.
pub(super) fn take<T: Field>(
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

/// The source's value of a field as long as it still means the field's value, else how citymatch
/// writes it.
pub(super) fn give<T: Field>(written: &Map<String, Json>, name: &str, value: &T) -> Option<Json> {
    match written.get(name) {
        Some(json) if T::read(json, name).as_ref() == Ok(value) => Some(json.clone()),
        _ => value.write(),
    }
}
