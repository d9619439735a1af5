//! Which words of a catalogue are names, told from how they are written in it.
//!
//! A capital says little at the beginning of a sentence and in a title, where every word may have
//! one. So a word is a name if, in its language, the catalogue writes it with a capital inside
//! sentences more often than without one ("truecasing").

use std::collections::HashMap;

use super::token::{Form, Token};
use crate::record::Language;

/// How often each word of each language is written with a capital and without.
#[derive(Default)]
pub(super) struct Casing(HashMap<Option<Language>, HashMap<String, Count>>);

#[derive(Clone, Copy, Default)]
struct Count {
    /// With a capital, where a common word has none.
    capital: u32,
    lower: u32,
}

impl Casing {
    /// Counts the words of a sentence.
    pub(super) fn count(&mut self, tokens: &[Token<'_>], language: Option<Language>) {
        let counts = self.0.entry(language).or_default();
        for token in tokens {
            let count = match token.form {
                Form::Number => continue,
                Form::Capital if token.has_free_capital => continue,
                _ => counts.entry(token.key()).or_default(),
            };
            match token.form {
                Form::Capital => count.capital += 1,
                _ => count.lower += 1,
            }
        }
    }

    /// Whether a token names something.
    pub(super) fn is_name(&self, token: &Token<'_>, language: Option<Language>) -> bool {
        if token.form != Form::Capital {
            return false;
        }
        let count = self.0.get(&language).and_then(|counts| counts.get(&token.key()));
        count.is_some_and(|count| count.capital > count.lower)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::duplicates::token::tokens;

    #[test]
    fn names_are_words_that_the_catalogue_writes_with_a_capital() {
        let language = Some(Language::English);
        let mut casing = Casing::default();
        for sentence in [
            "Gardens hold the rain of Quito in the gardens.",
            "Quito has pavements.",
            "Rain Gardens For Quito",
            "The market of Cali burns.",
        ] {
            casing.count(&tokens(sentence), language);
        }
        let names = |sentence: &str| -> Vec<String> {
            let all = tokens(sentence);
            let names = all.iter().filter(|token| casing.is_name(token, language));
            names.map(Token::key).collect()
        };
        for (name, sentence, expected) in [
            ("inside", "The rain of Quito", &["quito"][..]),
            ("at_the_beginning", "Quito floods", &["quito"]),
            ("a_common_word_at_the_beginning", "Gardens hold it", &[]),
            ("a_title", "Rain Gardens For Cali", &["cali"]),
            ("never_seen_inside", "Pavements of stone", &[]),
            ("small", "the quito of it", &[]),
        ] {
            assert_eq!(names(sentence), expected, "{name}");
        }
    }
}
