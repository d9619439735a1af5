//! A text as phrases are looked for in it: whole words, whatever their case and accents.

use citymatch::record::normalise_key;

/// The words of a text in lower case, without accents and marks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Words(String);

impl Words {
    pub(super) fn of(text: &str) -> Self {
        Self(format!(" {} ", normalise_key(text)))
    }

    pub(super) fn count(&self) -> usize {
        self.0.split_ascii_whitespace().count()
    }

    /// Where a phrase begins, in bytes. A `*` at its end stands for the rest of a word.
    pub(super) fn find(&self, phrase: &str) -> Option<usize> {
        match phrase.strip_suffix('*') {
            Some(start) => self.0.find(&format!(" {start}")),
            None => self.0.find(&format!(" {phrase} ")),
        }
    }

    pub(super) fn has(&self, phrase: &str) -> bool {
        self.find(phrase).is_some()
    }

    pub(super) fn has_any(&self, phrases: &[&str]) -> bool {
        phrases.iter().any(|phrase| self.has(phrase))
    }

    pub(super) fn begin_with_any(&self, phrases: &[&str]) -> bool {
        phrases.iter().any(|phrase| self.find(phrase) == Some(0))
    }

    /// The words, with single spaces between.
    pub(super) fn as_str(&self) -> &str {
        self.0.trim()
    }
}
