//! A thesaurus of the themes of cities: which words name the same theme, in Spanish, Portuguese and
//! English, and which theme is a part of which.
//!
//! The built-in table is made from the themes that public programmes use: the City Resilience
//! Framework, the Sustainable Development Goals, and the lists of calls (Impact Challenges, Recife's
//! EITA, London's Resilience Fund, Salvador, ANII, Premios Verdes, FBB, CAF, Barcelona). A word that
//! stands in no row means itself.

mod row;

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

pub use row::{ThemeRow, ThemeRowError};
use sha2::{Digest, Sha256};

use crate::record::{FieldError, Language, normalise_key};

const TABLE: &str = include_str!("themes.tsv");

static BUILTIN: LazyLock<Arc<Thesaurus>> = LazyLock::new(|| {
    let built = Thesaurus::default().extended(builtin_rows());
    let built = built.expect("the built-in table is sound: `the_table_is_sound` reads it");
    Arc::new(Thesaurus { added: Vec::new(), ..built })
});

/// Which words name the same theme of cities, in Spanish, Portuguese and English, and which theme is
/// a part of which. The signal `themes` compares by it, and so do gaps.
///
/// # Examples
/// A programme adds the words of its own:
/// ```
/// use citymatch::thesaurus::{ThemeRow, Thesaurus};
/// use citymatch::{Language::*, Matcher, __doc_catalogue};
/// let roofs = ThemeRow::new("green roofs").broader("green space");
/// let roofs = roofs.word(Spanish, "techos vivos").word(Portuguese, "telhados verdes");
/// let thesaurus = Thesaurus::builtin().extended([roofs])?;
/// assert!(thesaurus.is_same_theme("Techos vivos", "telhados verdes"));
/// let matcher = Matcher::builder().thesaurus(thesaurus).build(&__doc_catalogue()?)?;
/// # Ok::<(), citymatch::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Thesaurus {
    themes: Vec<Theme>,
    /// The place of each theme, by the key of its name.
    names: HashMap<String, usize>,
    /// The theme that each word names, by the word's key.
    words: HashMap<String, usize>,
    added: Vec<ThemeRow>,
}

/// A theme, and the place of its broader one.
#[derive(Clone, Debug, PartialEq)]
struct Theme {
    name: String,
    broader: Option<usize>,
}

/// How alike two themes are where one is the broader of the other, or both have the same broader.
const NEAR: f64 = 0.5;

impl Thesaurus {
    /// The built-in thesaurus: 67 themes. [`extended`](Self::extended) adds to it.
    #[must_use]
    pub fn builtin() -> Arc<Self> {
        Arc::clone(&BUILTIN)
    }

    /// The rows of the built-in thesaurus: what its themes are called, and by which words.
    ///
    /// # Examples
    /// ```
    /// use citymatch::thesaurus::Thesaurus;
    /// let sanitation = Thesaurus::builtin_rows().find(|row| row.theme == "sanitation").unwrap();
    /// assert_eq!(sanitation.broader, "water");
    /// ```
    pub fn builtin_rows() -> impl Iterator<Item = ThemeRow> {
        builtin_rows()
    }

    /// The same thesaurus with more themes and words.
    ///
    /// A row with the name of a theme that is here adds words to it; any other makes a theme. Names
    /// and words are compared without accents, capitals and punctuation. A broader theme may stand
    /// here, or in any of the rows.
    ///
    /// # Errors
    /// The first row that has no name or no word, a word that names another theme, a broader theme
    /// that does not exist or is not the one that the theme has already, or that would make a theme
    /// broader than itself.
    pub fn extended(
        &self,
        rows: impl IntoIterator<Item = ThemeRow>,
    ) -> Result<Self, ThemeRowError> {
        let rows: Vec<ThemeRow> = rows.into_iter().collect();
        let mut extended = self.clone();
        let at = |row: usize| move |problem| ThemeRowError { row, problem };
        for (place, row) in rows.iter().enumerate() {
            extended.add_words(row).map_err(at(place))?;
        }
        for (place, row) in rows.iter().enumerate() {
            extended.set_broader(row).map_err(at(place))?;
        }
        extended.added.extend(rows);
        Ok(extended)
    }

    fn add_words(&mut self, row: &ThemeRow) -> Result<(), FieldError> {
        let key = normalise_key(&row.theme);
        if key.is_empty() {
            return Err(FieldError::new("theme", &row.theme, "a name with a letter or a number"));
        }
        if row.words.is_empty() {
            let expected = "a theme with at least one word in a language";
            return Err(FieldError::new("theme", &row.theme, expected));
        }
        let own = *self.names.entry(key).or_insert(self.themes.len());
        if own == self.themes.len() {
            self.themes.push(Theme { name: row.theme.trim().to_owned(), broader: None });
        }
        for (language, word) in &row.words {
            self.add_word(own, *language, word)?;
        }
        Ok(())
    }

    fn add_word(&mut self, own: usize, language: Language, word: &str) -> Result<(), FieldError> {
        let key = normalise_key(word);
        if key.is_empty() {
            return Err(FieldError::new(language.name(), word, "a word with a letter or a number"));
        }
        let known = *self.words.entry(key).or_insert(own);
        if known == own {
            return Ok(());
        }
        let theme = &self.themes[known].name;
        let expected = format!("a word of one theme: it names `{theme}` already");
        Err(FieldError::new(language.name(), word, expected))
    }

    fn set_broader(&mut self, row: &ThemeRow) -> Result<(), FieldError> {
        if row.broader.trim().is_empty() {
            return Ok(());
        }
        let wrong = |expected: String| Err(FieldError::new("broader", &row.broader, expected));
        let own = self.names[&normalise_key(&row.theme)];
        let Some(broader) = self.names.get(&normalise_key(&row.broader)).copied() else {
            return wrong("the name of a theme, of these rows or built in".to_owned());
        };
        match self.themes[own].broader {
            Some(known) if known != broader => {
                let known = &self.themes[known].name;
                return wrong(format!("`{known}`, which `{}` has already", row.theme));
            }
            _ => self.themes[own].broader = Some(broader),
        }
        if let Some(chain) = self.cycle_from(own) {
            return wrong(format!("no theme above itself: {chain}"));
        }
        Ok(())
    }

    /// The chain of broader themes from a theme back to it; `None` if it does not come back.
    fn cycle_from(&self, start: usize) -> Option<String> {
        let mut chain = vec![start];
        while let Some(above) = self.themes[*chain.last()?].broader {
            chain.push(above);
            if above == start {
                let names: Vec<&str> =
                    chain.iter().map(|theme| self.themes[*theme].name.as_str()).collect();
                return Some(names.join(" → "));
            }
        }
        None
    }

    /// The rows that extended the built-in thesaurus, in their order.
    #[must_use]
    pub fn added(&self) -> &[ThemeRow] {
        &self.added
    }

    /// Whether two words name the same theme, or are the same word.
    #[must_use]
    pub fn is_same_theme(&self, one: &str, other: &str) -> bool {
        let (one, other) = (normalise_key(one), normalise_key(other));
        one == other || (self.number(&one).is_some() && self.number(&one) == self.number(&other))
    }

    /// The SHA-256 of what it says, whatever rows said it, as hexadecimal text; `None` for the
    /// built-in one. For records of decisions.
    pub(crate) fn hash(&self) -> Option<String> {
        if self.added.is_empty() {
            return None;
        }
        let name = |theme: usize| self.themes[theme].name.as_str();
        let above = |theme: usize| self.themes[theme].broader.map_or("", name);
        let line = |(word, theme): (&String, &usize)| {
            format!("{word}\t{}\t{}\n", name(*theme), above(*theme))
        };
        let mut lines: Vec<String> = self.words.iter().map(line).collect();
        lines.sort_unstable();
        Some(format!("{:x}", Sha256::digest(lines.concat())))
    }

    /// The theme that a word names, by the word's key.
    pub(crate) fn number(&self, key: &str) -> Option<usize> {
        self.words.get(key).copied()
    }

    /// A key that all names of a theme share, from the key of one of them. A word that names no theme
    /// keeps its own.
    pub(crate) fn common_key(&self, key: String) -> String {
        // A key of a word has no such sign.
        self.number(&key).map_or(key, |theme| format!("#{theme}"))
    }

    /// How alike two themes are: 1 if they are the same, 0.5 if one is the broader of the other or
    /// both have the same broader, else 0. `None` is a theme that stands in no row.
    pub(crate) fn likeness(&self, one: Option<usize>, other: Option<usize>) -> f64 {
        let (Some(one), Some(other)) = (one, other) else { return 0.0 };
        let (above_one, above_other) = (self.themes[one].broader, self.themes[other].broader);
        if one == other {
            1.0
        } else if above_one == Some(other)
            || above_other == Some(one)
            || (above_one.is_some() && above_one == above_other)
        {
            NEAR
        } else {
            0.0
        }
    }
}

/// The rows of the built-in table: a name, the broader theme, and words by language.
fn builtin_rows() -> impl Iterator<Item = ThemeRow> {
    TABLE.lines().skip(1).map(|line| {
        let mut cells = line.split('\t');
        let mut cell = || cells.next().unwrap_or_default();
        let mut row = ThemeRow::new(cell()).broader(cell());
        for language in [Language::Spanish, Language::Portuguese, Language::English] {
            row = cell().split("; ").fold(row, |row, word| row.word(language, word));
        }
        row
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{English, Portuguese, Spanish};

    #[test]
    fn themes_meet_across_languages_and_one_step_up() {
        let thesaurus = Thesaurus::builtin();
        let number = |word: &str| thesaurus.number(&normalise_key(word));
        let likeness = |one: &str, other: &str| thesaurus.likeness(number(one), number(other));
        for (name, one, other, expected) in [
            ("same word", "Energía", "energia", 1.0),
            ("languages", "Residuos sólidos", "gestão de resíduos", 1.0),
            ("spelling", "energia renovável", "Energía Solar", 1.0),
            ("broader", "recycling", "residuos", 0.5),
            ("narrower", "lixo", "reciclaje", 0.5),
            ("sisters", "inundaciones", "terremotos", 0.5),
            ("unlike", "educación", "waste", 0.0),
            ("unknown", "ajedrez", "chess", 0.0),
            ("roots", "health", "energy", 0.0),
        ] {
            assert!((likeness(one, other) - expected).abs() < 1e-12, "{name}");
            assert!((likeness(other, one) - expected).abs() < 1e-12, "{name}, turned round");
        }
    }

    #[test]
    fn the_table_is_sound() {
        for line in TABLE.lines() {
            assert_eq!(line.split('\t').count(), 5, "{line}");
        }
        let rows: Vec<ThemeRow> = builtin_rows().collect();
        assert_eq!(rows.len(), 67);
        let read = Thesaurus::default().extended(rows).expect("sound");
        assert_eq!(read.themes.len(), 67, "each row is a theme");
    }

    #[test]
    fn rows_add_words_and_themes() {
        let rows = [
            // Its broader theme comes after it.
            ThemeRow::new("Green roofs").broader("roofs").word(Spanish, "Techos vivos"),
            ThemeRow::new("roofs").broader("housing").word(Spanish, "techos"),
            ThemeRow::new("WATER").word(English, "rain barrels").word(Spanish, "agua"),
            ThemeRow::new("green roofs").word(Portuguese, "telhados verdes"),
        ];
        let thesaurus = Thesaurus::builtin().extended(rows).expect("sound");
        assert!(thesaurus.is_same_theme("techos vivos", "Telhados Verdes"));
        assert!(thesaurus.is_same_theme("Rain barrels", "água"));
        assert!(!thesaurus.is_same_theme("techos", "techos vivos"));
        assert!(thesaurus.is_same_theme("Ajedrez", "ajedrez"), "an unknown word means itself");
        let number = |word: &str| thesaurus.number(&normalise_key(word));
        let likeness = thesaurus.likeness(number("techos vivos"), number("techos"));
        assert!((likeness - 0.5).abs() < 1e-12);
        assert!(!Thesaurus::builtin().is_same_theme("Rain barrels", "água"), "as it was");
    }

    #[test]
    fn a_row_that_contradicts_is_named() {
        let row = |theme: &str, broader: &str, words: &str| {
            let row = ThemeRow::new(theme).broader(broader);
            words.split_terminator('|').fold(row, |row, word| row.word(Spanish, word))
        };
        for (name, rows, expected) in [
            (
                "a word in two themes",
                vec![row("a", "", "uno"), row("b", "", "dos|UNO")],
                "row 2: `es` cannot be `UNO` (expected a word of one theme: it names `a` already)",
            ),
            (
                "a built-in word",
                vec![row("rivers", "", "agua")],
                "row 1: `es` cannot be `agua` (expected a word of one theme: it names `water` already)",
            ),
            (
                "a cycle",
                vec![row("a", "b", "uno"), row("b", "c", "dos"), row("c", "a", "tres")],
                "row 3: `broader` cannot be `a` (expected no theme above itself: c → a → b → c)",
            ),
            (
                "itself",
                vec![row("a", "A", "uno")],
                "row 1: `broader` cannot be `A` (expected no theme above itself: a → a)",
            ),
            (
                "a cycle through a built-in theme",
                vec![row("a", "sanitation", "uno"), row("environment", "a", "dos")],
                "row 2: `broader` cannot be `a` (expected no theme above itself: \
                 environment → a → sanitation → water → environment)",
            ),
            (
                "no such broader theme",
                vec![row("a", "nichts", "uno")],
                "row 1: `broader` cannot be `nichts` (expected the name of a theme, of these rows or built in)",
            ),
            (
                "another broader theme",
                vec![row("water", "health", "uno")],
                "row 1: `broader` cannot be `health` (expected `environment`, which `water` has already)",
            ),
            (
                "no name",
                vec![row("–", "", "uno")],
                "row 1: `theme` cannot be `–` (expected a name with a letter or a number)",
            ),
            (
                "no word",
                vec![row("a", "", "")],
                "row 1: `theme` cannot be `a` (expected a theme with at least one word in a language)",
            ),
            (
                "an empty word",
                vec![row("a", "", "uno| ")],
                "row 1: `es` cannot be ` ` (expected a word with a letter or a number)",
            ),
        ] {
            let error = Thesaurus::builtin().extended(rows).expect_err(name);
            assert_eq!(error.to_string(), expected, "{name}");
        }
    }
}
