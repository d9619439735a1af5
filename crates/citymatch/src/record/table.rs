//! The macro that makes a kind of record from a table of its fields.

use serde_json::{Map, Value as Json};

use super::FieldError;
use super::field::{Field, Item, Problems, is_empty};

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
            /// What was not clear when the record was read.
            unclear: $crate::record::table::Unclear,
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
                let record = Self::read(json)?;
                match $crate::record::FieldError::join(record.unclear.0.clone()) {
                    Some(problem) => Err(problem),
                    None => Ok(record),
                }
            }

            /// Reads a record from its JSON object as [`from_json`](Self::from_json) does, but lets
            /// no field reject it that is not needed for matching: where a value is not clear, the
            /// field is unknown, its value is kept in `extra` as it was written, and
            /// [`unclear`](Self::unclear) says why.
            ///
            /// # Errors
            /// All wrong values of the id, the texts and the rules of eligibility.
            ///
            /// # Examples
            /// ```
            /// use citymatch::Solution;
            /// let json = serde_json::json!({"id": "s1", "title": "Wells", "stage": "pilto"});
            /// let wells = Solution::read(json).unwrap();
            /// assert_eq!((wells.stage, &wells.extra["stage"]), (None, &"pilto".into()));
            /// assert_eq!(wells.unclear()[0].field, "stage");
            /// ```
            pub fn read(json: serde_json::Value) -> Result<Self, $crate::record::FieldError> {
                use $crate::record::field::{Field, json_text};
                use $crate::record::table::Fields;
                let mut fields = match json {
                    serde_json::Value::Object(fields) => Fields::new(fields),
                    other => {
                        let found = json_text(&other);
                        return Err($crate::record::FieldError::new(
                            "record", found, "a JSON object",
                        ));
                    }
                };
                let record = Self {
                    id: fields.take("id"),
                    $($text: fields.take_text(stringify!($text)),)*
                    $($field: fields.take(stringify!($field)),)*
                    extra: serde_json::Map::new(),
                    written: serde_json::Map::new(),
                    unclear: Default::default(),
                };
                debug_assert!(Field::write(&record.id).is_some() || record.id.as_ref().is_empty());
                let (extra, written, unclear) = fields.finish()?;
                Ok(Self { extra, written, unclear, ..record })
            }

            /// What was not clear when the record was read: each value, its field, and what would
            /// have been. Empty for a record that a program made, and for one out of a catalogue
            /// where the value is kept under another name than its field's.
            #[must_use]
            pub fn unclear(&self) -> &[$crate::record::FieldError] {
                &self.unclear.0
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

            fn themes(&self) -> &[String] {
                &self.themes
            }

            fn goals(&self) -> &[$crate::record::Goal] {
                &self.sdgs
            }

            fn without_goals(&self) -> Self {
                Self { sdgs: Vec::new(), ..self.clone() }
            }

            fn from_json(json: serde_json::Value) -> Result<Self, $crate::record::FieldError> {
                Self::from_json(json)
            }

            fn read(json: serde_json::Value) -> Result<Self, $crate::record::FieldError> {
                Self::read(json)
            }

            fn unclear(&self) -> &[$crate::record::FieldError] {
                self.unclear()
            }

            fn written(&self, field: &str) -> Option<&serde_json::Value> {
                self.written(field)
            }

            fn set_id(&mut self, id: $Id) {
                self.id = id;
            }

            fn extra_mut(&mut self) -> &mut serde_json::Map<String, serde_json::Value> {
                &mut self.extra
            }

            fn to_json(&self) -> serde_json::Map<String, serde_json::Value> {
                use $crate::record::table::{field_to_json, text_to_json};
                let mut fields = serde_json::Map::new();
                let mut put = |name: &str, value: Option<serde_json::Value>| {
                    if let Some(value) = value {
                        fields.insert(name.to_owned(), value);
                    }
                };
                let source = |name: &str| self.written.get(name).or_else(|| self.extra.get(name));
                put("id", field_to_json(source("id"), &self.id));
                $(put(
                    stringify!($text),
                    text_to_json(source(stringify!($text)), &self.$text),
                );)*
                $(put(
                    stringify!($field),
                    field_to_json(source(stringify!($field)), &self.$field),
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
                let unclear = $crate::Record::unclear(self);
                $crate::record::check::near_misses::<Self>(&self.extra, unclear, eligibility)
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

/// What was not clear when a record was read. It is about its source, so it does not make two records
/// different.
#[derive(Clone, Debug, Default)]
pub(super) struct Unclear(pub(super) Problems);

impl PartialEq for Unclear {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// What is left when all known fields are taken: the fields that are not known, the values as they
/// were written, and what is unclear.
pub(super) type Leftovers = (Map<String, Json>, Map<String, Json>, Unclear);

/// The fields of a record's JSON object, from which they are taken one by one.
#[expect(clippy::struct_field_names, reason = "they are the object's fields")]
pub(super) struct Fields {
    fields: Map<String, Json>,
    written: Map<String, Json>,
    /// The values that are not clear, under their fields' names.
    kept: Map<String, Json>,
    unclear: Problems,
    /// What makes that there is no record.
    wrong: Problems,
}

impl Fields {
    pub(super) fn new(fields: Map<String, Json>) -> Self {
        let (written, kept) = (Map::new(), Map::new());
        Self { fields, written, kept, unclear: Vec::new(), wrong: Vec::new() }
    }

    /// Takes a field out of the object and reads it. Its JSON is kept where citymatch would write
    /// the value in another way, or does not understand all of it.
    pub(super) fn take<T: Field>(&mut self, name: &str) -> T {
        let Some(json) = self.fields.shift_remove(name) else { return T::default() };
        let problems = if T::REQUIRED { &mut self.wrong } else { &mut self.unclear };
        let before = problems.len();
        let value = T::read(&json, name, problems);
        if problems.len() > before {
            self.kept.insert(name.to_owned(), json);
        } else if value.write().as_ref() != Some(&json) && !is_empty(&json) {
            self.written.insert(name.to_owned(), json);
        }
        value
    }

    /// Takes a text that is matched. It stays as it is, even where it only says that there is none.
    pub(super) fn take_text(&mut self, name: &str) -> String {
        let Some(json) = self.fields.shift_remove(name) else { return String::new() };
        let text = read_text(&json, name, &mut self.wrong);
        if !json.is_string() && !is_empty(&json) {
            self.written.insert(name.to_owned(), json);
        }
        text
    }

    /// The fields that are not known, the values as they were written, and what is unclear.
    pub(super) fn finish(self) -> Result<Leftovers, FieldError> {
        if let Some(problem) = FieldError::join(self.wrong) {
            return Err(problem);
        }
        let mut extra = self.fields;
        extra.extend(self.kept);
        Ok((extra, self.written, Unclear(self.unclear)))
    }
}

fn read_text(json: &Json, name: &str, problems: &mut Problems) -> String {
    if json.is_null() {
        return String::new();
    }
    String::read_item(json, name, problems).unwrap_or_default()
}

/// A field as JSON: as its source wrote it, if that still means the field's value, or else as
/// citymatch writes it.
pub(super) fn field_to_json<T: Field>(source: Option<&Json>, value: &T) -> Option<Json> {
    match source {
        Some(json) if T::read(json, "", &mut Vec::new()) == *value => Some(json.clone()),
        _ => value.write(),
    }
}

/// A text as JSON, in the same way.
pub(super) fn text_to_json(source: Option<&Json>, text: &String) -> Option<Json> {
    match source {
        Some(json) if read_text(json, "", &mut Vec::new()) == *text => Some(json.clone()),
        _ => text.write(),
    }
}
