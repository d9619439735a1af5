//! The subjects that texts of cities are about: a fixed list of some forty, such as housing, waste
//! or early warning. The signal `subject` compares a challenge and a solution by them.
//!
//! A subject is a name and a few things that belong to it, in each language. An encoder turns these
//! into one direction, the mean of their vectors, and how near a text comes to each of these
//! directions is the text's *profile* ([`profile`]). A broad challenge and a short record may share
//! no word and be near in no sentence, and still be about the same things.

mod profile;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind};
use crate::record::{FieldError, Language};
pub(crate) use profile::{Directions, Profile};

/// The name of the built-in list. A list with other texts has another name.
const BUILTIN: &str = "citymatch-subjects-1";
/// The most subjects of a list: profiles are compared with every record.
const SUBJECTS_LIMIT: usize = 256;
/// The most things of a subject in a language.
const THINGS_LIMIT: usize = 100;

/// A list of subjects, by which the signal `subject` compares a challenge and a solution.
///
/// The built-in list has some forty subjects of cities. A catalogue of another field brings its
/// own: a JSON file, of which the catalogue keeps the content.
///
/// ```json
/// {"name": "coast-1", "subjects": [
///   {"id": "reefs", "en": {"name": "coral reefs", "things": ["bleaching", "reef restoration"]},
///                   "es": {"name": "arrecifes", "things": ["blanqueamiento de corales"]}}
/// ]}
/// ```
///
/// A subject needs an id and words in one language at least; more languages make it better. Coarse
/// subjects that hardly overlap serve best, 40 to 50 of them.
///
/// # Examples
/// ```
/// use citymatch::Catalogue;
/// use citymatch::subjects::Subjects;
/// assert!(Subjects::builtin().ids().any(|id| id == "housing"));
///
/// let subjects = Subjects::from_json(
///     r#"{"name": "coast-1", "subjects": [
///         {"id": "reefs", "en": {"name": "coral reefs", "things": ["bleaching"]}},
///         {"id": "ports", "en": {"name": "ports", "things": ["containers", "docks"]}}]}"#,
/// )?;
/// let catalogue = Catalogue::builder().subjects(subjects).in_memory()?;
/// # Ok::<(), citymatch::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subjects {
    name: String,
    subjects: Vec<Subject>,
}

/// A subject: what it is called in each language, and things that belong to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Subject {
    id: String,
    #[serde(flatten)]
    languages: BTreeMap<Language, Words>,
}

/// A subject in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    name: String,
    #[serde(default)]
    things: Vec<String>,
}

impl Subjects {
    /// The built-in list, of subjects that public taxonomies of what cities do have in common.
    #[must_use]
    pub fn builtin() -> Arc<Self> {
        static LIST: LazyLock<Arc<Subjects>> = LazyLock::new(|| Arc::new(Subjects::of_languages()));
        Arc::clone(&LIST)
    }

    /// The built-in list, from the file of each language (`language/subjects/`). Each line has a
    /// subject: `housing = housing: homes, low-cost building, roofs`.
    fn of_languages() -> Self {
        let mut subjects: Vec<Subject> = Vec::new();
        for language in Language::ALL {
            for line in language.definition().subjects.lines() {
                let Some((id, words)) = line.split_once(" = ") else { continue };
                let (name, things) = words.split_once(": ").unwrap_or((words, ""));
                let things = things.split(", ").map(str::to_owned).collect();
                let words = Words { name: name.to_owned(), things };
                match subjects.iter_mut().find(|own| own.id == id) {
                    Some(own) => {
                        own.languages.insert(*language, words);
                    }
                    None => subjects.push(Subject {
                        id: id.to_owned(),
                        languages: [(*language, words)].into(),
                    }),
                }
            }
        }
        Self { name: BUILTIN.to_owned(), subjects }
    }

    /// Reads a list from JSON.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidOption`] where it is no JSON of this form, and where a name, an id or
    /// the words of a subject are missing or are there twice.
    pub fn from_json(json: &str) -> Result<Self, Error> {
        let read: Self = serde_json::from_str(json)
            .map_err(|error| Error::option("subjects", error, "JSON of a list of subjects"))?;
        read.check()?;
        Ok(read)
    }

    /// Reads a list from a file of JSON.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] where it cannot be read, [`ErrorKind::InvalidFile`] where its content is
    /// not a list of subjects.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let json = std::fs::read_to_string(path).map_err(|source| Error::io(path, source))?;
        Self::from_json(&json).map_err(|error| match error.kind() {
            ErrorKind::InvalidOption { name, value, expected } => {
                let problem = FieldError::new(name, value, expected);
                ErrorKind::InvalidFile { path: path.to_owned(), row: None, problem }.into()
            }
            _ => error,
        })
    }

    /// The name of the list. Lists with different texts must have different names.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The ids of the subjects, in their order.
    #[must_use]
    pub fn ids(&self) -> impl ExactSizeIterator<Item = &str> {
        self.subjects.iter().map(|subject| subject.id.as_str())
    }

    /// The texts of each subject: for each of its languages its name and its things.
    pub(crate) fn texts(
        &self,
    ) -> impl Iterator<Item = impl Iterator<Item = (Language, impl Iterator<Item = &str>)>> {
        self.subjects.iter().map(|subject| {
            subject.languages.iter().map(|(language, Words { name, things })| {
                (*language, [name].into_iter().chain(things).map(String::as_str))
            })
        })
    }

    /// What a subject is called in a language; its id where it has no name there.
    pub(crate) fn name_in(&self, subject: usize, language: Option<Language>) -> &str {
        let Subject { id, languages } = &self.subjects[subject];
        language.and_then(|language| languages.get(&language)).map_or(id, |words| &words.name)
    }

    fn check(&self) -> Result<(), Error> {
        let wrong = |place: &str, value: &str, expected: &str| {
            Err(Error::option(&format!("subjects{place}"), format!("`{value}`"), expected))
        };
        if self.name.trim().is_empty() {
            return wrong(".name", &self.name, "a name");
        }
        if self.name == BUILTIN {
            return wrong(".name", &self.name, "another name than that of the built-in list");
        }
        if self.subjects.is_empty() || self.subjects.len() > SUBJECTS_LIMIT {
            let count = self.subjects.len().to_string();
            return wrong("", &count, &format!("1 to {SUBJECTS_LIMIT} subjects"));
        }
        let mut ids = BTreeSet::new();
        for (place, Subject { id, languages }) in self.subjects.iter().enumerate() {
            let at = format!("[{place}]");
            if id.trim().is_empty() || !ids.insert(id) {
                return wrong(&format!("{at}.id"), id, "an id that no other subject has");
            }
            if languages.is_empty() {
                return wrong(&at, id, "its name and things in `es`, `pt` or `en`");
            }
            for (language, Words { name, things }) in languages {
                if name.trim().is_empty() {
                    return wrong(&format!("{at}.{language}.name"), name, "a name");
                }
                if things.len() > THINGS_LIMIT {
                    let count = things.len().to_string();
                    let expected = format!("at most {THINGS_LIMIT} things");
                    return wrong(&format!("{at}.{language}.things"), &count, &expected);
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_builtin_list_has_every_subject_in_every_language() {
        let list = Subjects::builtin();
        assert!((40..=50).contains(&list.subjects.len()), "{}", list.subjects.len());
        for language in Language::ALL {
            let mut seen = BTreeSet::new();
            for Subject { id, languages } in &list.subjects {
                let Words { name, things } =
                    languages.get(language).unwrap_or_else(|| panic!("{id} in {language}"));
                assert!((3..=8).contains(&things.len()), "{id} in {language}: {things:?}");
                for text in things.iter().chain([name]) {
                    assert_eq!(*text, text.trim().to_lowercase(), "{id} in {language}");
                    assert!(!text.is_empty(), "{id} in {language}");
                }
                for thing in things {
                    assert!(seen.insert(thing.clone()), "{thing} twice, in {language}");
                }
            }
        }
    }

    #[test]
    fn a_wrong_list_says_what_is_wrong() {
        let list = |subjects: &str| format!(r#"{{"name": "a", "subjects": {subjects}}}"#);
        let one = r#"{"id": "x", "en": {"name": "y"}}"#;
        for (name, json, expected) in [
            ("no_json", "[".to_owned(), "JSON of a list"),
            ("no_name", list("[]").replace("\"a\"", "\" \""), "subjects.name"),
            ("name_of_builtin", list("[]").replace("\"a\"", "\"citymatch-subjects-1\""), "another"),
            ("none", list("[]"), "1 to 256 subjects"),
            ("twice", list(&format!("[{one}, {one}]")), "subjects[1].id"),
            ("no_language", list(r#"[{"id": "x"}]"#), "subjects[0]"),
            ("another_language", list(r#"[{"id": "x", "fr": {"name": "y"}}]"#), "fr"),
            ("blank", list(r#"[{"id": "x", "en": {"name": " "}}]"#), "subjects[0].en.name"),
            ("unknown", list(r#"[{"id": "x", "en": {"nam": "z"}}]"#), "nam"),
        ] {
            let error = Subjects::from_json(&json).unwrap_err().to_string();
            assert!(error.contains(expected), "{name}: {error}");
        }
        assert!(Subjects::from_json(&list(&format!("[{one}]"))).is_ok());
    }
}
