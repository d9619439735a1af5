//! What is remembered of the words of asks.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use foldhash::HashMap;

use crate::error::Error;
use crate::text::TermForm;

/// How many words a snapshot, or a segment, remembers; then it forgets them all.
const LIMIT: usize = 32_768;

/// What was found for words, each by its term and form.
pub(crate) struct Cache<T>(Mutex<HashMap<TermForm, Arc<T>>>);

impl<T> Default for Cache<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> Cache<T> {
    /// What was found for each word, after `find` has found it for those that are new.
    pub(crate) fn get_all(
        &self,
        words: &[TermForm],
        find: impl FnOnce(&[TermForm]) -> Result<Vec<T>, Error>,
    ) -> Result<Vec<Arc<T>>, Error> {
        let mut found: Vec<Option<Arc<T>>> = {
            let known = self.known();
            words.iter().map(|word| known.get(word).cloned()).collect()
        };
        let missing: Vec<TermForm> = words
            .iter()
            .zip(&found)
            .filter(|(_, found)| found.is_none())
            .map(|(word, _)| word.clone())
            .collect();
        if !missing.is_empty() {
            let mut new = find(&missing)?.into_iter().map(Arc::new);
            for found in found.iter_mut().filter(|found| found.is_none()) {
                *found = new.next();
            }
            let mut known = self.known();
            if known.len() + missing.len() > LIMIT {
                known.clear();
            }
            known.extend(words.iter().cloned().zip(found.iter().flatten().cloned()));
        }
        Ok(found.into_iter().flatten().collect())
    }

    fn known(&self) -> MutexGuard<'_, HashMap<TermForm, Arc<T>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_is_not_found_again_until_it_is_too_much() {
        let cache = Cache::default();
        let words: Vec<TermForm> =
            (0..=LIMIT).map(|number| TermForm::new("term", &number.to_string())).collect();
        let asked = |words: &[TermForm]| {
            let mut asked = 0;
            let found = cache.get_all(words, |missing| {
                asked = missing.len();
                Ok(missing.iter().map(|word| word.form().to_owned()).collect())
            });
            let expected: Vec<&str> = words.iter().map(TermForm::form).collect();
            assert_eq!(
                found.unwrap().iter().map(|form| form.as_str()).collect::<Vec<_>>(),
                expected
            );
            asked
        };
        let cases = [
            ("new", 0..10, 10),
            ("known", 0..10, 0),
            ("some_new", 5..15, 5),
            ("as_many_as_can_be", 0..LIMIT, LIMIT - 15),
            ("known_still", 0..3, 0),
            ("one_more", LIMIT..LIMIT + 1, 1),
            ("forgotten", 0..3, 3),
        ];
        for (name, words_of, expected) in cases {
            assert_eq!(asked(&words[words_of]), expected, "{name}");
        }
    }
}
