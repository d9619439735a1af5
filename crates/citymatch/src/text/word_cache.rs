//! What words became, remembered.

use std::borrow::Borrow;
use std::hash::{Hash, Hasher};

use foldhash::{HashSet, HashSetExt};

use super::term_form::{TermForm, TermFormRef};

/// Words, each with its token where it has content.
pub(super) struct WordCache {
    entries: HashSet<Entry>,
    /// More words than these are not remembered.
    most: usize,
}

/// A word and its token in one text, so that they lie in one place of memory.
pub(super) struct Entry {
    text: Box<str>,
    /// How many bytes the word has; the token follows.
    word: u32,
    /// How many bytes the term of the token has; 0 where there is no token.
    term: u32,
}

impl WordCache {
    pub(super) fn remembering(most: usize) -> Self {
        Self { entries: HashSet::new(), most }
    }

    pub(super) fn get(&self, word: &str) -> Option<&Entry> {
        self.entries.get(word)
    }

    /// A word that is too long to be one is not remembered.
    pub(super) fn insert(&mut self, word: &str, token: Option<&TermForm>) {
        let (token, term) = token.map_or(("", 0), |token| (token.as_str(), token.term().len()));
        if let (Ok(length), Ok(term)) = (u32::try_from(word.len()), u32::try_from(term))
            && self.entries.len() < self.most
        {
            self.entries.insert(Entry { text: [word, token].concat().into(), word: length, term });
        }
    }
}

impl Entry {
    fn word(&self) -> &str {
        &self.text[..self.word as usize]
    }

    /// None where the word has no content.
    pub(super) fn token(&self) -> Option<TermFormRef<'_>> {
        (self.term > 0)
            .then(|| TermFormRef::new(&self.text[self.word as usize..], self.term as usize))
    }
}

impl Borrow<str> for Entry {
    fn borrow(&self) -> &str {
        self.word()
    }
}

impl Hash for Entry {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.word().hash(state);
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.word() == other.word()
    }
}

impl Eq for Entry {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_is_what_came() {
        let mut known = WordCache::remembering(2);
        known.insert("floods", Some(&TermForm::new("flood", "floods")));
        known.insert("the", None);
        known.insert("one too many", None);
        let token = known.get("floods").and_then(Entry::token).expect("it has content");
        assert_eq!(
            (token.as_str(), token.term(), token.form()),
            ("flood/floods", "flood", "floods")
        );
        assert!(known.get("the").is_some_and(|entry| entry.token().is_none()));
        assert!(known.get("one too many").is_none() && known.get("flood").is_none());
    }
}
