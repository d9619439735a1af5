//! A cache of what words became, because most words of many texts are the same few.
//!
//! It is not a [`Cache`](crate::cache::Cache), whose values are shared by threads and looked up in
//! batches: one thread owns it and looks up each word on its own, millions of times, so that a
//! lock, a reference count and a second allocation for each word would show.

use std::borrow::Borrow;
use std::hash::{Hash, Hasher};

use foldhash::{HashSet, HashSetExt};

use super::term_form::{TermForm, TermFormRef};

/// For each word that was seen, its term and form, or that it is a stop word. A full cache keeps
/// what it has and takes no more: the commonest words come early.
pub(super) struct WordCache {
    entries: HashSet<Entry>,
    /// The most entries.
    capacity: usize,
}

/// A word, followed by its term and form. They share one allocation so that a look-up, which
/// compares the word and then reads the term, touches one place in memory.
pub(super) struct Entry {
    text: Box<str>,
    /// The length of the word in bytes; the string of its [`TermForm`] follows.
    word_len: u32,
    /// The length of the term in bytes; 0 for a stop word, which has no term.
    term_len: u32,
}

impl WordCache {
    pub(super) fn with_capacity(capacity: usize) -> Self {
        Self { entries: HashSet::new(), capacity }
    }

    pub(super) fn get(&self, word: &str) -> Option<&Entry> {
        self.entries.get(word)
    }

    /// Adds a word with its term, or with `None` for a stop word, if there is room. A "word" of 4
    /// GiB or more, whose length has no place in an entry, is left out.
    pub(super) fn insert(&mut self, word: &str, term: Option<&TermForm>) {
        let (term, term_len) = term.map_or(("", 0), |term| (term.as_str(), term.term().len()));
        if let (Ok(word_len), Ok(term_len)) = (u32::try_from(word.len()), u32::try_from(term_len))
            && self.entries.len() < self.capacity
        {
            self.entries.insert(Entry { text: [word, term].concat().into(), word_len, term_len });
        }
    }
}

impl Entry {
    fn word(&self) -> &str {
        &self.text[..self.word_len as usize]
    }

    /// The word's term and form; `None` for a stop word.
    pub(super) fn term(&self) -> Option<TermFormRef<'_>> {
        (self.term_len > 0)
            .then(|| TermFormRef::new(&self.text[self.word_len as usize..], self.term_len as usize))
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
    fn the_cache_gives_back_what_it_was_given_until_it_is_full() {
        let mut cache = WordCache::with_capacity(2);
        cache.insert("floods", Some(&TermForm::new("flood", "floods")));
        cache.insert("the", None);
        cache.insert("one too many", None);
        let term = cache.get("floods").and_then(Entry::term).expect("it has content");
        assert_eq!((term.as_str(), term.term(), term.form()), ("flood/floods", "flood", "floods"));
        assert!(cache.get("the").is_some_and(|entry| entry.term().is_none()));
        assert!(cache.get("one too many").is_none() && cache.get("flood").is_none());
    }
}
