//! A cache that several threads share, for values that are computed for many keys in one call.

use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use foldhash::HashMap;

/// Values by key, up to a capacity.
///
/// When new keys would exceed the capacity, the cache drops all that it has and starts anew. That
/// keeps the lookup a plain one, without the bookkeeping of an order of use: a capacity is chosen
/// so large that it is seldom reached, and a dropped value is computed again.
pub(crate) struct Cache<K, V> {
    values: Mutex<HashMap<K, Arc<V>>>,
    /// The most keys that are kept.
    capacity: usize,
}

impl<K: Clone + Eq + Hash, V> Cache<K, V> {
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self { values: Mutex::default(), capacity }
    }

    /// The value of each key, in the order of the keys. `compute` is called at most once, with the
    /// keys that are not cached, and gives one value for each of them in their order.
    ///
    /// The lock is not held while `compute` works, so other threads do not wait for it. Two threads
    /// may compute the value of the same key at the same time; either value is kept.
    pub(crate) fn get_all<E>(
        &self,
        keys: &[K],
        compute: impl FnOnce(&[K]) -> Result<Vec<V>, E>,
    ) -> Result<Vec<Arc<V>>, E> {
        let mut found: Vec<Option<Arc<V>>> = {
            let values = self.lock();
            keys.iter().map(|key| values.get(key).cloned()).collect()
        };
        let is_missing = |(key, value): (&K, &Option<_>)| value.is_none().then(|| key.clone());
        let missing: Vec<K> = keys.iter().zip(&found).filter_map(is_missing).collect();
        if !missing.is_empty() {
            let mut computed = compute(&missing)?.into_iter().map(Arc::new);
            for value in found.iter_mut().filter(|value| value.is_none()) {
                *value = computed.next();
            }
            let mut values = self.lock();
            if values.len() + missing.len() > self.capacity {
                values.clear();
            }
            let new = keys.iter().cloned().zip(found.iter().flatten().cloned());
            values.extend(new.take(self.capacity));
        }
        Ok(found.into_iter().flatten().collect())
    }

    /// A thread that panicked while it held the lock left whole entries behind, so its panic is no
    /// reason for this thread to fail.
    fn lock(&self) -> MutexGuard<'_, HashMap<K, Arc<V>>> {
        self.values.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cached_key_is_not_computed_again_until_the_cache_is_full() {
        let cache = Cache::with_capacity(20);
        let computed_for = |keys: std::ops::Range<usize>| {
            let keys: Vec<usize> = keys.collect();
            let mut computed = Vec::new();
            let found = cache.get_all(&keys, |missing| {
                computed = missing.to_vec();
                Ok::<_, ()>(missing.iter().map(|key| key * 10).collect())
            });
            let found: Vec<usize> = found.unwrap().iter().map(|value| **value).collect();
            assert_eq!(found, keys.iter().map(|key| key * 10).collect::<Vec<_>>());
            computed
        };
        let cases = [
            ("new", 0..10, 0..10),
            ("cached", 0..10, 0..0),
            ("some_new", 5..15, 10..15),
            ("until_it_is_full", 0..20, 15..20),
            ("cached_when_full", 0..3, 0..0),
            ("one_more_than_the_capacity", 20..21, 20..21),
            ("dropped", 0..3, 0..3),
            ("cached_after_the_drop", 20..21, 0..0),
            ("more_keys_than_the_capacity", 100..130, 100..130),
            ("the_first_of_them_are_kept", 100..120, 0..0),
            ("the_last_of_them_are_not", 120..121, 120..121),
        ];
        for (name, keys, expected) in cases {
            assert_eq!(computed_for(keys), expected.collect::<Vec<_>>(), "{name}");
        }
    }

    #[test]
    fn a_failure_is_returned_and_caches_nothing() {
        let cache = Cache::<u32, u32>::with_capacity(20);
        assert_eq!(cache.get_all(&[1, 2], |_| Err("no value")), Err("no value"));
        let found = cache.get_all(&[1, 2], |missing| Ok::<_, ()>(missing.to_vec()));
        assert_eq!(found, Ok(vec![Arc::new(1), Arc::new(2)]));
    }
}
