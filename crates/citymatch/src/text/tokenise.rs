//! How a text is normalised and cut into words, and how accents are folded.

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::compounds::join;

/// A text in Unicode's composed form (NFC, Unicode Standard Annex 15) and in lower case, from which
/// words are cut.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct NormalisedText(String);

impl NormalisedText {
    pub(super) fn new(text: &str) -> Self {
        // Most texts here are Latin, and need no general normalisation. Every character below
        // U+0300 (whose UTF-8 begins with the byte 0xCC) is composed already, and no combining mark
        // follows it that could still be composed with it. Its lower case does not depend on the
        // characters around it either, as that of the Greek sigma does. So such a text is lowered
        // character by character, and its ASCII stretches, nearly all of it, in one go at the end.
        if text.bytes().any(|byte| byte >= 0xCC) {
            return Self(text.nfc().collect::<String>().to_lowercase());
        }
        let (mut lower, mut rest) = (String::with_capacity(text.len()), text);
        while let Some(at) = rest.bytes().position(|byte| !byte.is_ascii()) {
            let (ascii, from) = rest.split_at(at);
            lower.push_str(ascii);
            let mut chars = from.chars();
            lower.extend(chars.by_ref().take(1).flat_map(char::to_lowercase));
            rest = chars.as_str();
        }
        lower.push_str(rest);
        lower.make_ascii_lowercase();
        Self(lower)
    }

    /// The text with spaces for double quotation marks and brackets.
    pub(super) fn without_brackets(self) -> Self {
        let is_bracket = |c: char| {
            matches!(
                c,
                '"' | '“'
                    | '”'
                    | '„'
                    | '‟'
                    | '«'
                    | '»'
                    | '‹'
                    | '›'
                    | '('
                    | ')'
                    | '['
                    | ']'
                    | '{'
                    | '}'
            )
        };
        // Bytes are looked at sooner than characters. Those beyond ASCII begin with one of these two.
        let may_be_bracket =
            |byte: u8| matches!(byte, b'"' | b'(' | b')' | b'[' | b']' | b'{' | b'}' | 0xC2 | 0xE2);
        if !self.0.bytes().any(may_be_bracket) || !self.0.contains(is_bracket) {
            return self;
        }
        let parts = self.0.split(is_bracket).flat_map(str::split_whitespace);
        Self(parts.collect::<Vec<_>>().join(" "))
    }

    /// The text with compounds such as `wi-fi` as one word.
    pub(super) fn with_joined_compounds(self) -> Self {
        match join(&self.0) {
            Cow::Borrowed(_) => self,
            Cow::Owned(joined) => Self(joined),
        }
    }

    /// From a text that is composed and in lower case already.
    pub(super) fn from_normalised(text: String) -> Self {
        Self(text)
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it has no word.
    pub(super) fn is_empty(&self) -> bool {
        self.words().next().is_none()
    }

    /// Appends another text, after a space.
    pub(super) fn extend(&mut self, other: &Self) {
        if !self.0.is_empty() && !other.0.is_empty() {
            self.0.push(' ');
        }
        self.0.push_str(&other.0);
    }

    pub(super) fn into_string(self) -> String {
        self.0
    }

    /// The words in their order: runs of letters, digits and `_`, in any script.
    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        // ASCII is told apart first, because the general test looks its answer up in a table.
        let in_word = |c: char| {
            if c.is_ascii() { c.is_ascii_alphanumeric() || c == '_' } else { c.is_alphanumeric() }
        };
        self.0.split(move |c| !in_word(c)).filter(|word| !word.is_empty())
    }
}

/// Appends a word to a text without its accents: its characters decomposed (NFKD, Unicode Standard
/// Annex 15), less their combining marks. `ñ` stays, as it is a letter of its own in Spanish: `año`
/// (year) is not `ano`.
pub(super) fn fold_accents_into(text: &mut String, word: &str) {
    if word.is_ascii() {
        return text.push_str(word);
    }
    for c in word.chars() {
        if c.is_ascii() || c == 'ñ' {
            text.push(c);
        } else {
            // Some characters decompose into more than letters and digits, as ⒈ does into `1.`:
            // only what can stand in a word is kept.
            let parts = std::iter::once(c).nfkd().filter(|c| !is_combining_mark(*c));
            text.extend(parts.filter(|c| c.is_alphanumeric() || *c == '_'));
        }
    }
}

/// A word without any accent, its `ñ` an `n`: as people type it who have no such keys.
pub(crate) fn without_accents(word: &str) -> Cow<'_, str> {
    if word.is_ascii() {
        return Cow::Borrowed(word);
    }
    let mut folded = String::with_capacity(word.len());
    fold_accents_into(&mut folded, word);
    Cow::Owned(folded.replace('ñ', "n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str) -> Result<(), TestCaseError> {
        let lower = NormalisedText::new(text);
        prop_assert_eq!(&lower.0, &text.nfc().collect::<String>().to_lowercase());
        let words: Vec<&str> = lower
            .0
            .split(|c: char| !(c.is_alphanumeric() || c == '_'))
            .filter(|word| !word.is_empty())
            .collect();
        prop_assert_eq!(lower.words().collect::<Vec<_>>(), words);
        Ok(())
    }

    proptest! {
        #[test]
        fn short_cuts_give_what_the_definition_gives(
            text in ".{0,60}",
            latin in "[ -~\u{a0}-\u{2ff}\u{300}-\u{310}]{0,40}",
        ) {
            check(&text)?;
            check(&latin)?;
        }
    }

    #[test]
    fn characters_one_by_one() {
        for c in '\0'..'\u{400}' {
            check(&format!("Az{c}Z_{c}")).expect("the same");
        }
    }
}
