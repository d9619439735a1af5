//! A term and the form in which it stood, as one text.

use std::borrow::Borrow;

/// Smaller than any character of a word: so tokens are ordered as their terms are, and by form for
/// each term.
const BETWEEN: char = '/';

/// A term and its form.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct TermForm(String);

impl TermForm {
    /// One that was written as a text.
    pub(crate) fn from_text(text: &str) -> Self {
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

    /// The term of one that is written as a text.
    pub(crate) fn term_of(text: &str) -> &str {
        Self::split(text).0
    }

    pub(crate) fn term(&self) -> &str {
        Self::split(&self.0).0
    }

    pub(crate) fn form(&self) -> &str {
        Self::split(&self.0).1
    }

    pub(super) fn borrowed(&self) -> TermFormRef<'_> {
        TermFormRef::new(&self.0, self.term().len())
    }

    /// The term and the form of a token that was written as a text.
    fn split(text: &str) -> (&str, &str) {
        text.split_once(BETWEEN).unwrap_or((text, ""))
    }
}

impl Borrow<str> for TermForm {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// A token that stands in another text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TermFormRef<'t> {
    text: &'t str,
    /// How many bytes the term has.
    term: usize,
}

impl<'t> TermFormRef<'t> {
    /// The text of a token whose term has so many bytes.
    pub(super) fn new(text: &'t str, term: usize) -> Self {
        Self { text, term }
    }

    pub(super) fn as_str(self) -> &'t str {
        self.text
    }

    pub(super) fn term(self) -> &'t str {
        &self.text[..self.term]
    }

    pub(super) fn form(self) -> &'t str {
        &self.text[self.term + BETWEEN.len_utf8()..]
    }
}

/// Tokens with a space behind each, as the engine takes them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct TermForms {
    text: String,
    count: usize,
}

impl TermForms {
    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.count
    }

    pub(super) fn push(&mut self, token: TermFormRef<'_>) {
        self.text.push_str(token.as_str());
        self.text.push(' ');
        self.count += 1;
    }

    /// Each as the text of a [`TermForm`].
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.text.split_terminator(' ')
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::terms;

    #[test]
    fn tokens_are_ordered_by_term_then_form() {
        let pairs = [
            ("a", "z"),
            ("a0", "b"),
            ("a1", "a"),
            ("a_", "a"),
            ("aa", "a"),
            ("aa", "b"),
            ("ñ", "a"),
            ("水", "a"),
        ];
        let tokens: Vec<TermForm> =
            pairs.iter().map(|(term, form)| TermForm::new(term, form)).collect();
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
