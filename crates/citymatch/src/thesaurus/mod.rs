//! A thesaurus of the themes of cities: which words name the same theme, in Spanish, Portuguese and
//! English, and which theme is a part of which.
//!
//! The table is made from the themes that public programmes use: the City Resilience Framework, the
//! Sustainable Development Goals, and the lists of calls (Impact Challenges, Recife's EITA, London's
//! Resilience Fund, Salvador, ANII, Premios Verdes, FBB, CAF, Barcelona). A word that stands in no
//! row means itself.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::record::normalise_key;

const TABLE: &str = include_str!("themes.tsv");

static THESAURUS: LazyLock<Thesaurus> = LazyLock::new(|| Thesaurus::read(TABLE));

/// The themes of cities.
pub(crate) struct Thesaurus {
    /// The theme that each word names, by the word's key.
    themes: HashMap<String, usize>,
    /// The broader theme of each.
    broader: Vec<Option<usize>>,
}

/// How alike two themes are where one is the broader of the other, or both have the same broader.
const NEAR: f64 = 0.5;

impl Thesaurus {
    /// The built-in thesaurus.
    pub(crate) fn builtin() -> &'static Self {
        &THESAURUS
    }

    fn read(table: &str) -> Self {
        let rows: Vec<Vec<&str>> =
            table.lines().skip(1).map(|row| row.split('\t').collect()).collect();
        let place = |id: &str| rows.iter().position(|row| row[0] == id);
        let mut themes = HashMap::new();
        for (number, row) in rows.iter().enumerate() {
            for word in row.iter().skip(2).flat_map(|words| words.split("; ")) {
                themes.entry(normalise_key(word)).or_insert(number);
            }
        }
        let broader = rows.iter().map(|row| place(row[1])).collect();
        Self { themes, broader }
    }

    /// The theme that a word names, by the word's key.
    pub(crate) fn number(&self, key: &str) -> Option<usize> {
        self.themes.get(key).copied()
    }

    /// How alike two themes are: 1 if they are the same, 0.5 if one is the broader of the other or
    /// both have the same broader, else 0. `None` is a theme that stands in no row.
    pub(crate) fn likeness(&self, one: Option<usize>, other: Option<usize>) -> f64 {
        let (Some(one), Some(other)) = (one, other) else { return 0.0 };
        let (above_one, above_other) = (self.broader[one], self.broader[other]);
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

#[cfg(test)]
mod tests {
    use super::*;

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
        let rows: Vec<Vec<&str>> =
            TABLE.lines().skip(1).map(|row| row.split('\t').collect()).collect();
        let mut words: HashMap<String, &str> = HashMap::new();
        for row in &rows {
            assert_eq!(row.len(), 5, "{row:?}");
            assert!(row[1].is_empty() || rows.iter().any(|other| other[0] == row[1]), "{row:?}");
            for word in row.iter().skip(2).flat_map(|words| words.split("; ")) {
                let known = words.insert(normalise_key(word), row[0]);
                assert!(known.is_none_or(|known| known == row[0]), "{word}: {known:?}, {}", row[0]);
            }
        }
        // No theme is above itself.
        for start in &rows {
            let (mut row, mut steps) = (start, 0);
            while let Some(above) = rows.iter().find(|other| other[0] == row[1]) {
                (row, steps) = (above, steps + 1);
                assert!(steps < rows.len(), "{}", start[0]);
            }
        }
    }
}
