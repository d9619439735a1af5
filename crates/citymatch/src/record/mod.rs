//! What a user writes: the two kinds of record, their fields, and how they get into and out of JSON.

mod challenge;
mod country;
mod country_names;
mod date;
mod deployment;
mod eligibility;
pub(crate) mod field;
mod goal;
mod id;
mod language;
mod money;
mod organisation;
mod solution;
mod stage;
mod year;

use std::fmt;

use serde_json::{Map, Value as Json};

pub use challenge::{Challenge, Criteria};
pub use country::Country;
pub use date::Date;
pub use deployment::{Deployment, DeploymentStatus};
pub use eligibility::{Eligibility, Unknown};
pub use field::Problem;
pub use goal::Goal;
pub use id::{ChallengeId, ID_LIMIT, SolutionId};
pub use language::Language;
pub use money::{Currency, Money};
pub use organisation::OrganisationType;
pub use solution::Solution;
pub use stage::Stage;
pub use year::Year;

/// The most bytes of text that one field may have, unless a caller sets another limit.
pub const TEXT_LIMIT: usize = 1_000_000;

/// The two kinds of record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// [`Solution`]
    Solution,
    /// [`Challenge`]
    Challenge,
}

impl Kind {
    /// `solution` or `challenge`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Solution => "solution",
            Self::Challenge => "challenge",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// An unknown field that looks like a known one. It is kept as it is.
///
/// # Examples
/// ```
/// use citymatch::{Record, Solution};
/// let solution = Solution::from_json(serde_json::json!({"id": "s1", "title": "Dry toilets", "sumary": "…"})).unwrap();
/// assert_eq!(solution.warnings()[0].to_string(), "unknown field `sumary` is kept as it is; did you mean `summary`?");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Warning {
    /// The field as it was written.
    pub field: String,
    /// The known field that it resembles, if there is one.
    pub known: Option<&'static str>,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.known {
            Some(known) => write!(f, "unknown field `{}` is kept as it is; did you mean `{known}`?", self.field),
            None => write!(f, "unknown rule `{}` is kept but not applied", self.field),
        }
    }
}

mod sealed {
    pub trait Sealed {}
}

/// What the two kinds of record have in common. Implemented by [`Solution`] and [`Challenge`], and by nothing else.
pub trait Record: sealed::Sealed + Clone + fmt::Debug + PartialEq + Default + Send + Sync + 'static {
    /// Which kind it is.
    const KIND: Kind;
    /// The fields that are matched, in order.
    const TEXTS: &'static [&'static str];
    /// Every field that files have, in order.
    const FIELDS: &'static [&'static str];
    /// The fields that hold lists.
    const LISTS: &'static [&'static str];
    /// What names it.
    type Id: Clone + Ord + fmt::Debug + fmt::Display + AsRef<str> + From<String> + Send + Sync + 'static;

    /// What names this record.
    fn id(&self) -> &Self::Id;

    /// The language that was declared for it.
    fn declared_language(&self) -> Option<Language>;

    /// The country it comes from.
    fn home(&self) -> Option<Country>;

    /// The fields that are matched and are not empty: name and text, in order.
    fn texts(&self) -> Vec<(&'static str, &str)>;

    /// Reads a record from its JSON object. Fields that are not known are kept.
    ///
    /// # Errors
    /// The first field whose value is wrong, and what was expected.
    fn from_json(json: Json) -> Result<Self, Problem>;

    /// The record as its JSON object: the source's words where it was read from one, known fields first.
    fn to_json(&self) -> Map<String, Json>;

    /// Whether it may enter a catalogue: an id, a text, no control characters, no field longer than `text_limit` bytes.
    ///
    /// # Errors
    /// The first field that is wrong, and what was expected.
    fn check(&self, text_limit: usize) -> Result<(), Problem>;

    /// Unknown fields that look like known ones.
    fn warnings(&self) -> Vec<Warning>;
}

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
            $($(#[$field_doc])* pub $field: $crate::record::shape!($shape $Type),)*
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

            $($crate::record::setter!($shape $(#[$field_doc])* $field $Type);)*

            /// The value of a field as its source wrote it, where that differs from how citymatch writes it.
            #[must_use]
            pub fn written(&self, field: &str) -> Option<&serde_json::Value> {
                self.written.get(field)
            }

            /// Reads a record from its JSON object. Fields that are not known are kept.
            ///
            /// # Errors
            /// The first field whose value is wrong, and what was expected.
            pub fn from_json(json: serde_json::Value) -> Result<Self, $crate::record::Problem> {
                use $crate::record::field::{Field, shown};
                let mut fields = match json {
                    serde_json::Value::Object(fields) => fields,
                    other => return Err($crate::record::Problem::new("record", shown(&other), "a JSON object")),
                };
                let mut written = serde_json::Map::new();
                let record = Self {
                    id: $crate::record::take(&mut fields, &mut written, "id")?,
                    $($text: $crate::record::take(&mut fields, &mut written, stringify!($text))?,)*
                    $($field: $crate::record::take(&mut fields, &mut written, stringify!($field))?,)*
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
            const LISTS: &'static [&'static str] = $crate::record::lists!([] $($shape $field)*);
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

            fn from_json(json: serde_json::Value) -> Result<Self, $crate::record::Problem> {
                Self::from_json(json)
            }

            fn to_json(&self) -> serde_json::Map<String, serde_json::Value> {
                use $crate::record::field::Field;
                let mut fields = serde_json::Map::new();
                let mut put = |name: &str, value: Option<serde_json::Value>| {
                    if let Some(value) = value {
                        fields.insert(name.to_owned(), value);
                    }
                };
                put("id", $crate::record::give(&self.written, "id", &self.id));
                $(put(stringify!($text), self.$text.write());)*
                $(put(stringify!($field), $crate::record::give(&self.written, stringify!($field), &self.$field));)*
                for (name, value) in &self.extra {
                    if !<Self as $crate::record::Record>::FIELDS.contains(&name.as_str()) {
                        put(name, Some(value.clone()));
                    }
                }
                fields
            }

            fn check(&self, text_limit: usize) -> Result<(), $crate::record::Problem> {
                $crate::record::check_record(self, text_limit)
            }

            fn warnings(&self) -> Vec<$crate::record::Warning> {
                $crate::record::near_misses::<Self>(&self.extra, self.written.get("eligibility"))
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
    (text $(#[$doc:meta])* $field:ident $Type:ty) => { $crate::record::setter!(part $(#[$doc])* $field $Type); };
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
    ([$($found:ident)*] list $field:ident $($rest:tt)*) => { $crate::record::lists!([$($found)* $field] $($rest)*) };
    ([$($found:ident)*] $shape:ident $field:ident $($rest:tt)*) => { $crate::record::lists!([$($found)*] $($rest)*) };
}

pub(crate) use {lists, record, setter, shape};

/// Reads a field and keeps its source's value where citymatch would write it in another way.
fn take<T: field::Field>(fields: &mut Map<String, Json>, written: &mut Map<String, Json>, name: &str) -> Result<T, Problem> {
    let Some(json) = fields.shift_remove(name) else { return Ok(T::default()) };
    let value = T::read(&json, name)?;
    if value.write().as_ref() != Some(&json) && !field::is_empty(&json) {
        written.insert(name.to_owned(), json);
    }
    Ok(value)
}

/// The source's value of a field as long as it still means the field's value, else how citymatch writes it.
fn give<T: field::Field>(written: &Map<String, Json>, name: &str, value: &T) -> Option<Json> {
    match written.get(name) {
        Some(json) if T::read(json, name).as_ref() == Ok(value) => Some(json.clone()),
        _ => value.write(),
    }
}

fn check_record<R: Record>(record: &R, text_limit: usize) -> Result<(), Problem> {
    id::check_id(record.id().as_ref())?;
    for (name, value) in &record.to_json() {
        check_texts(value, name, text_limit)?;
    }
    if record.texts().is_empty() {
        return Err(Problem::new(R::TEXTS[0], "", format!("a text in at least one of `{}`", R::TEXTS.join("`, `"))));
    }
    Ok(())
}

/// Every text of a value: no control character but tab and line ends, and no more bytes than the limit.
fn check_texts(value: &Json, at: &str, text_limit: usize) -> Result<(), Problem> {
    match value {
        Json::String(text) => {
            if text.len() > text_limit {
                let found = format!("{} bytes of text", text.len());
                return Err(Problem::new(at, found, format!("at most {text_limit} bytes")));
            }
            match text.chars().find(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r')) {
                Some(found) => Err(Problem::new(at, found.to_string(), "text without control characters")),
                None => Ok(()),
            }
        }
        Json::Array(items) => items.iter().enumerate().try_for_each(|(i, item)| check_texts(item, &format!("{at}[{i}]"), text_limit)),
        Json::Object(fields) => fields.iter().try_for_each(|(name, value)| check_texts(value, &format!("{at}.{name}"), text_limit)),
        Json::Null | Json::Bool(_) | Json::Number(_) => Ok(()),
    }
}

/// One slip of the pen (a letter more, less, changed or swapped) in short names, two in longer ones.
fn near_misses<R: Record>(extra: &Map<String, Json>, eligibility: Option<&Json>) -> Vec<Warning> {
    let mut warnings = Vec::new();
    for name in extra.keys() {
        let plain = field::plain(name).replace(' ', "_");
        let slips = |known: &str| strsim::osa_distance(&plain, known);
        let nearest = R::FIELDS.iter().min_by_key(|known| slips(known)).filter(|known| {
            let allowed = if known.chars().count() <= 5 { 1 } else { 2 };
            slips(known) <= allowed
        });
        if let Some(known) = nearest {
            warnings.push(Warning { field: name.clone(), known: Some(known) });
        }
    }
    if let Some(Json::Object(rules)) = eligibility {
        let unknown = rules.keys().filter(|rule| !Eligibility::RULES.contains(&rule.as_str()));
        warnings.extend(unknown.map(|rule| Warning { field: format!("eligibility.{rule}"), known: None }));
    }
    warnings
}
