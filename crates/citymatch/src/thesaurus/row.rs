//! A row of a thesaurus, as people and programs give it.

use std::fmt;

use serde_json::{Map, Value as Json, json};

use crate::error::{Error, ErrorKind};
use crate::record::{FieldError, Language};

/// A theme, its broader one, and words that name it.
///
/// # Examples
/// ```
/// use citymatch::{Language, thesaurus::ThemeRow};
/// let row = ThemeRow::new("green roofs").broader("green space");
/// let row = row.word(Language::English, "green roofs").word(Language::Spanish, "techos verdes");
/// assert_eq!(row.words.len(), 2);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ThemeRow {
    /// What rows call the theme: by it they add to a theme, and by it one is the broader of another.
    /// It is no word of the theme.
    pub theme: String,
    /// The theme of which it is a part; empty if it is not said.
    pub broader: String,
    /// Words that name the theme, each with its language.
    pub words: Vec<(Language, String)>,
}

impl ThemeRow {
    /// A row without words.
    #[must_use]
    pub fn new(theme: impl Into<String>) -> Self {
        Self { theme: theme.into(), ..Self::default() }
    }

    /// Sets the broader theme.
    #[must_use]
    pub fn broader(mut self, broader: impl Into<String>) -> Self {
        self.broader = broader.into();
        self
    }

    /// Adds a word, or several words that together name the theme.
    #[must_use]
    pub fn word(mut self, language: Language, word: impl Into<String>) -> Self {
        self.words.push((language, word.into()));
        self
    }

    /// A row from a JSON object with the keys `theme`, `broader`, `es`, `pt` and `en`. Words are a
    /// list of texts, or one text with `;` or `|` between them.
    ///
    /// # Errors
    /// The first key that is no other, and the first value that is not of its type.
    ///
    /// # Examples
    /// ```
    /// use citymatch::thesaurus::ThemeRow;
    /// let json = serde_json::json!({"theme": "roofs", "es": ["techos"], "en": "roofs; rooftops"});
    /// assert_eq!(ThemeRow::from_json(&json).unwrap().words.len(), 3);
    /// let json = serde_json::json!({"theme": "roofs", "fr": ["toits"]});
    /// assert!(ThemeRow::from_json(&json).unwrap_err().to_string().contains("`fr`"));
    /// ```
    pub fn from_json(json: &Json) -> Result<Self, FieldError> {
        let expected = "an object such as {\"theme\": \"roofs\", \"es\": [\"techos\"]}";
        let object = json.as_object();
        let object = object.ok_or_else(|| FieldError::new("row", json.to_string(), expected))?;
        let mut row = Self::default();
        for (key, value) in object {
            let text = || {
                let text = value.as_str().map(str::to_owned);
                text.ok_or_else(|| FieldError::new(key.as_str(), value.to_string(), "a text"))
            };
            match key.as_str() {
                "theme" => row.theme = text()?,
                "broader" if value.is_null() => {}
                "broader" => row.broader = text()?,
                _ => {
                    let language = language(key)?;
                    for word in words(key, value)? {
                        row = row.word(language, word);
                    }
                }
            }
        }
        Ok(row)
    }

    /// The row as a JSON object that [`from_json`](Self::from_json) reads.
    ///
    /// # Examples
    /// ```
    /// use citymatch::{Language, thesaurus::ThemeRow};
    /// let row = ThemeRow::new("roofs").word(Language::Spanish, "techos");
    /// assert_eq!(ThemeRow::from_json(&row.to_json()), Ok(row));
    /// ```
    #[must_use]
    pub fn to_json(&self) -> Json {
        let mut object = Map::new();
        object.insert("theme".to_owned(), json!(self.theme));
        object.insert("broader".to_owned(), json!(self.broader));
        for language in Language::ALL {
            let own = self.words.iter().filter(|(own, _)| own == language);
            let words: Vec<&str> = own.map(|(_, word)| word.as_str()).collect();
            if !words.is_empty() {
                object.insert(language.name().to_owned(), json!(words));
            }
        }
        Json::Object(object)
    }

    /// A row from cells below the headers `theme`, `broader`, `es`, `pt` and `en`, in any order. Words
    /// have `;` or `|` between them.
    ///
    /// # Errors
    /// The first header that is no other.
    ///
    /// # Examples
    /// ```
    /// use citymatch::thesaurus::ThemeRow;
    /// let row = ThemeRow::from_cells([("theme", "roofs"), ("es", "techos; azoteas")]).unwrap();
    /// assert_eq!(row.words.len(), 2);
    /// ```
    pub fn from_cells<'c>(
        cells: impl IntoIterator<Item = (&'c str, &'c str)>,
    ) -> Result<Self, FieldError> {
        let mut row = Self::default();
        for (header, cell) in cells {
            match header.trim() {
                "theme" => cell.trim().clone_into(&mut row.theme),
                "broader" => cell.trim().clone_into(&mut row.broader),
                header => {
                    let language = language(header)?;
                    row = split(cell).fold(row, |row, word| row.word(language, word));
                }
            }
        }
        Ok(row)
    }
}

fn language(name: &str) -> Result<Language, FieldError> {
    let expected = "one of `theme`, `broader`, and the languages `es`, `pt`, `en`";
    name.parse().map_err(|_| FieldError::new("header", name, expected))
}

/// The words in a text, without empty ones.
fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split([';', '|']).map(str::trim).filter(|word| !word.is_empty())
}

fn words(key: &str, value: &Json) -> Result<Vec<String>, FieldError> {
    let wrong = |value: &Json| FieldError::new(key, value.to_string(), "a text or a list of texts");
    match value {
        Json::Null => Ok(Vec::new()),
        Json::String(text) => Ok(split(text).map(str::to_owned).collect()),
        Json::Array(list) => {
            let word = |word: &Json| word.as_str().map(str::to_owned).ok_or_else(|| wrong(word));
            list.iter().map(word).collect()
        }
        other => Err(wrong(other)),
    }
}

/// A row that cannot be added to a thesaurus.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ThemeRowError {
    /// Which of the rows, from 0.
    pub row: usize,
    /// What is wrong with it.
    pub problem: FieldError,
}

impl fmt::Display for ThemeRowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "row {}: {}", self.row + 1, self.problem)
    }
}

impl std::error::Error for ThemeRowError {}

impl From<ThemeRowError> for Error {
    fn from(error: ThemeRowError) -> Self {
        let field = format!("thesaurus[{}].{}", error.row, error.problem.field);
        let problem = FieldError { field, ..error.problem };
        ErrorKind::InvalidTable { problem }.into()
    }
}
