//! A term and the form in which it stood, as one text.

use std::borrow::Borrow;

/// Smaller than any character of a word: so tokens are ordered as their terms are, and by form for each term.
const BETWEEN: char = '/';

/// A term and its form.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Token(String);

impl Token {
    /// One that was written as a text.
    pub(crate) fn of_text(text: &str) -> Self {
        Self(text.to_owned())
    }

    pub(crate) fn new(term: &str, form: &str) -> Self {
        let mut text = String::with_capacity(term.len() + 1 + form.len());
        text.extend([term, "/", form]);
        Self(text)
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn term(&self) -> &str {
        self.0.split_once(BETWEEN).map_or(&self.0, |(term, _)| term)
    }

    pub(crate) fn form(&self) -> &str {
        self.0.split_once(BETWEEN).map_or("", |(_, form)| form)
    }
}

impl Borrow<str> for Token {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// Tokens with a space behind each, as the engine takes them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Tokens(String);

impl Tokens {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Each as the text of a [`Token`].
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.split_terminator(' ')
    }
}

impl<'t> Extend<&'t str> for Tokens {
    fn extend<I: IntoIterator<Item = &'t str>>(&mut self, tokens: I) {
        for token in tokens {
            self.0.push_str(token);
            self.0.push(' ');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::terms;

    #[test]
    fn tokens_are_ordered_by_term_then_form() {
        let pairs = [("a", "z"), ("a0", "b"), ("a1", "a"), ("a_", "a"), ("aa", "a"), ("aa", "b"), ("ñ", "a"), ("水", "a")];
        let tokens: Vec<Token> = pairs.iter().map(|(term, form)| Token::new(term, form)).collect();
        assert!(pairs.is_sorted() && tokens.is_sorted());
        assert_eq!((tokens[5].term(), tokens[5].form()), ("aa", "b"));
    }

    #[test]
    fn no_character_of_a_word_is_smaller_than_what_stands_between() {
        for c in ('\0'..=char::MAX).filter(|c| *c <= BETWEEN) {
            assert!(terms(&c.to_string(), None).iter().all(|term| !term.form.contains(c)), "{c:?}");
        }
    }
}
