//! How a text is cut into words.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The words of a text: composed, lower case.
pub(super) fn words(text: &str) -> impl Iterator<Item = String> {
    let composed: String = if text.is_ascii() { text.to_owned() } else { text.nfc().collect() };
    let lower = composed.to_lowercase();
    let mut found = Vec::new();
    for word in lower.split(|c: char| !(c.is_alphanumeric() || c == '_')) {
        if !word.is_empty() {
            found.push(word.to_owned());
        }
    }
    found.into_iter()
}

/// A word without its accents; ñ stays.
pub(super) fn fold(word: &str) -> String {
    if word.is_ascii() {
        return word.to_owned();
    }
    let mut folded = String::with_capacity(word.len());
    for c in word.chars() {
        if c == 'ñ' {
            folded.push(c);
        } else {
            folded.extend(std::iter::once(c).nfkd().filter(|c| !is_combining_mark(*c)));
        }
    }
    folded
}
