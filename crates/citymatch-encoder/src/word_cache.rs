/// What was found for each of many words: most words of many texts are the same few.
///
/// It only ever forgets: [`get`](Self::get) gives the value that a word was given, or nothing. So a
/// result never depends on what came before it.
///
/// A hash map would be the obvious choice. It looks in three places of memory for a word: at its
/// control bytes, at the entry and at the entry's text. Here a word and its value are in one place
/// of the size of a cache line, found by a hash. Adding a record looks up each of its words three
/// times.
///
/// # Examples
/// ```
/// use citymatch_encoder::WordCache;
/// let mut cache = WordCache::default();
/// cache.insert("floods", b"flood");
/// assert_eq!(cache.get("floods"), Some(&b"flood"[..]));
/// assert_eq!(cache.get("flood"), None);
/// ```
#[derive(Clone, Debug)]
pub struct WordCache {
    /// None at first, then a power of two of them, twice as many whenever half are taken.
    slots: Vec<Slot>,
    taken: usize,
    /// The most slots.
    capacity: usize,
}

/// The length of a word, the length of its value, the value and the word; zeros if it is free.
#[repr(align(64))]
#[derive(Clone, Copy, Debug)]
struct Slot([u8; SLOT]);

impl Slot {
    /// No word is empty.
    fn is_free(&self) -> bool {
        self.0[0] == 0
    }
}

const SLOT: usize = 64;
const LENGTHS: usize = 2;
const FREE: Slot = Slot([0; SLOT]);
/// The slots with which a cache begins.
const FIRST: usize = 1024;

impl Default for WordCache {
    /// An empty cache of 65,536 words at most, which are four megabytes.
    fn default() -> Self {
        Self::new(1 << 16)
    }
}

impl WordCache {
    /// An empty cache, of `capacity` words at most, rounded up to a power of two and to 2. It grows
    /// as words come, to 64 bytes for each.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self { slots: Vec::new(), taken: 0, capacity: capacity.max(2).next_power_of_two() }
    }

    /// The value of a word, if it is known.
    #[must_use]
    pub fn get(&self, word: &str) -> Option<&[u8]> {
        let place = place(word.as_bytes(), self.slots.len());
        let both = [self.slots.get(place)?, self.slots.get(place ^ 1)?];
        let found = both.into_iter().map(parts).find(|(own, _)| *own == word.as_bytes())?;
        (!word.is_empty()).then_some(found.1)
    }

    /// Keeps the value of a word that is not known. It may take the place of another word. A word
    /// that is too long with its value, of more than 62 bytes together, is not kept.
    pub fn insert(&mut self, word: &str, value: &[u8]) {
        let lengths = (u8::try_from(word.len()), u8::try_from(value.len()));
        let (Ok(word_length), Ok(value_length)) = lengths else { return };
        if word.is_empty() || word.len() + value.len() > SLOT - LENGTHS {
            return;
        }
        if self.taken * 2 >= self.slots.len() && self.slots.len() < self.capacity {
            self.grow();
        }
        let mut slot = FREE;
        let (lengths, rest) = slot.0.split_at_mut(LENGTHS);
        lengths.copy_from_slice(&[word_length, value_length]);
        let (own_value, rest) = rest.split_at_mut(value.len());
        own_value.copy_from_slice(value);
        rest[..word.len()].copy_from_slice(word.as_bytes());
        self.push(slot);
    }

    /// Puts a word where its hash says. What was there moves to the place beside it, and what was
    /// there is forgotten.
    fn push(&mut self, slot: Slot) {
        let place = place(parts(&slot).0, self.slots.len());
        let before = std::mem::replace(&mut self.slots[place], slot);
        let lost = if before.is_free() {
            before
        } else {
            std::mem::replace(&mut self.slots[place ^ 1], before)
        };
        self.taken += usize::from(lost.is_free());
    }

    fn grow(&mut self) {
        let count = (self.slots.len() * 2).max(FIRST).min(self.capacity);
        let before = std::mem::replace(&mut self.slots, vec![FREE; count]);
        self.taken = 0;
        before.into_iter().filter(|slot| !slot.is_free()).for_each(|slot| self.push(slot));
    }
}

/// The word and the value of a slot.
fn parts(slot: &Slot) -> (&[u8], &[u8]) {
    let (lengths, rest) = slot.0.split_at(LENGTHS);
    let (value, rest) = rest.split_at(usize::from(lengths[1]));
    (&rest[..usize::from(lengths[0])], value)
}

/// The place of a word among so many slots, a power of two: by its length, its first and last bytes
/// and, if it is long, most of those between.
#[inline]
fn place(word: &[u8], slots: usize) -> usize {
    let eights = word.first_chunk().zip(word.last_chunk());
    let fours = word.first_chunk().zip(word.last_chunk());
    let (first, last) = match (eights, fours) {
        (Some((first, last)), _) => (u64::from_le_bytes(*first), u64::from_le_bytes(*last)),
        (None, Some((first, last))) => {
            (u32::from_le_bytes(*first).into(), u32::from_le_bytes(*last).into())
        }
        (None, None) => (word.iter().fold(0, |bytes, byte| bytes << 8 | u64::from(*byte)), 0),
    };
    let between = word.get(8..word.len().saturating_sub(8)).unwrap_or_default().as_chunks().0;
    // A product carries what differs into higher bits, and the shift brings it down again. The
    // factor is 2^64 divided by the golden ratio, whose multiples are spread evenly.
    let step = |hash: u64, next: u64| {
        let product = (hash ^ next).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        product ^ (product >> 32)
    };
    let hash = step(step(word.len() as u64, first), last);
    let hash = between.iter().fold(hash, |hash, bytes| step(hash, u64::from_le_bytes(*bytes)));
    (hash >> 32) as u32 as usize & slots.wrapping_sub(1)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_word_has_its_value_or_none(
            pairs in prop::collection::vec(("[a-zñé ]{0,3}|.{0,70}", prop::collection::vec(any::<u8>(), 0..30)), 0..600),
            capacity in 0..600_usize,
        ) {
            let mut cache = WordCache::new(capacity);
            let mut given: HashMap<&str, &[u8]> = HashMap::new();
            for (word, value) in &pairs {
                if let Some(known) = cache.get(word) {
                    prop_assert_eq!(known, given[word.as_str()], "{}", word);
                    continue;
                }
                cache.insert(word, value);
                given.insert(word, value);
                let is_kept = !word.is_empty() && word.len() + value.len() <= 62;
                prop_assert_eq!(cache.get(word).is_some(), is_kept, "{}", word);
            }
            prop_assert!(cache.slots.len() <= capacity.max(2).next_power_of_two());
        }
    }

    #[test]
    fn most_words_of_half_its_capacity_stay() {
        let words: Vec<String> = (0..1 << 13).map(|number| format!("word{number}s")).collect();
        let mut cache = WordCache::new(1 << 14);
        for word in &words {
            cache.insert(word, word.as_bytes());
        }
        let kept = words.iter().filter(|word| cache.get(word) == Some(word.as_bytes())).count();
        assert!(kept * 5 >= words.len() * 4, "{kept}");
    }
}
