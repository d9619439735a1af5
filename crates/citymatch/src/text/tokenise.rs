//! How a text is cut into words.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// A text that words are cut from: composed, lower case.
pub(super) struct NormalisedText(String);

impl NormalisedText {
    pub(super) fn of(text: &str) -> Self {
        // Below U+0300, whose first byte is 0xCC, every character is composed, and none changes its
        // lower case with its place: no accent of its own to compose with, and no final sigma.
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

    /// The runs of letters, digits and `_`.
    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        let parts = |c: char| {
            !(if c.is_ascii() {
                c.is_ascii_alphanumeric() || c == '_'
            } else {
                c.is_alphanumeric()
            })
        };
        self.0.split(parts).filter(|word| !word.is_empty())
    }
}

/// A word without its accents, added to a text; ñ stays.
pub(super) fn fold_accents_into(text: &mut String, word: &str) {
    if word.is_ascii() {
        return text.push_str(word);
    }
    for c in word.chars() {
        if c.is_ascii() || c == 'ñ' {
            text.push(c);
        } else {
            text.extend(std::iter::once(c).nfkd().filter(|c| !is_combining_mark(*c)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str) -> Result<(), TestCaseError> {
        let lower = NormalisedText::of(text);
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
        fn short_cuts_give_what_the_definition_gives(text in ".{0,60}", latin in "[ -~\u{a0}-\u{2ff}\u{300}-\u{310}]{0,40}") {
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
