//! A term with the surface form in which it was written, as one string: `flood/floods`.
//!
//! One string instead of two is what the engine's index and the caches take, and it is ordered as
//! the pair is.

use std::borrow::Borrow;

/// Stands between the term and the form. It is smaller than every character of a word, so comparing
/// two of these strings compares their terms first and then their forms.
const SEPARATOR: char = '/';

/// A term and its surface form.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct TermForm(String);

impl TermForm {
    /// The one that [`as_str`](Self::as_str) wrote.
    pub(crate) fn from_text(text: &str) -> Self {
        Self(text.to_owned())
    }

    pub(crate) fn new(term: &str, form: &str) -> Self {
        let mut text = String::with_capacity(term.len() + 1 + form.len());
        TermFormRef { term, form }.push_to(&mut text);
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

    /// The term and the form in a string of this kind.
    fn split(text: &str) -> (&str, &str) {
        text.split_once(SEPARATOR).unwrap_or((text, ""))
    }
}

impl Borrow<str> for TermForm {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// A term and its surface form, borrowed from elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TermFormRef<'t> {
    pub(super) term: &'t str,
    pub(super) form: &'t str,
}

impl TermFormRef<'_> {
    /// Appends both to a text, as [`TermForm::as_str`] has them.
    pub(super) fn push_to(self, text: &mut String) {
        text.push_str(self.term);
        text.push(SEPARATOR);
        text.push_str(self.form);
    }
}

/// The terms of a text, each with its form and followed by a space.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct TermForms {
    text: String,
    /// Where each of them ends, behind its space.
    ends: Vec<usize>,
}

impl TermForms {
    /// The number of terms, with repetitions.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn push(&mut self, term: TermFormRef<'_>) {
        term.push_to(&mut self.text);
        self.text.push(' ');
        self.ends.push(self.text.len());
    }

    /// All of them as one text.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Each term with its form, as [`TermForm::as_str`] writes it.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        let mut start = 0;
        self.ends.iter().map(move |end| {
            let own = &self.text[start..end - 1];
            start = *end;
            own
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::terms;

    #[test]
    fn strings_are_ordered_by_term_then_form() {
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
        let written: Vec<TermForm> =
            pairs.iter().map(|(term, form)| TermForm::new(term, form)).collect();
        assert!(pairs.is_sorted() && written.is_sorted());
        assert_eq!((written[5].term(), written[5].form()), ("aa", "b"));
    }

    #[test]
    fn every_character_of_a_word_comes_after_the_separator() {
        for c in ('\0'..=char::MAX).filter(|c| *c <= SEPARATOR) {
            assert!(terms(&c.to_string(), None).iter().all(|term| !term.form.contains(c)), "{c:?}");
        }
    }
}
