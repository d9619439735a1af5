//! Finding the surface forms of a segment that equal a word but for accents: `niños` for `ninos`.
//!
//! A word without its accents may have another stem: `inundacion` has not that of `inundación`. So
//! forms are compared, not terms. They are found by a hash of their texts without accents.
//!
//! Each word of every query is looked up, and nearly none has another spelling. A word without
//! accents can only have one with accents. Bits in memory, one for each hash that is near that of a
//! form with accents, nearly always show that there is none, and nothing of the file is read.

use std::hash::Hasher;

use siphasher::sip::SipHasher13;

use super::file::{Reader, StrColumn, U32Column, Writer};
use crate::ids::FormId;
use crate::text::without_accents;

/// All forms, in the order of the hashes of their texts without accents.
pub(super) struct FormsWithoutAccents {
    hashes: U32Column,
    /// The number of the form of each hash, with the bit [`HAS_ACCENTS`] where it has any.
    forms: U32Column,
    accented: Accented,
}

const HAS_ACCENTS: u32 = 1 << 31;

impl FormsWithoutAccents {
    /// The other forms, out of all, that equal a word but for accents.
    pub(super) fn others(&self, forms: &StrColumn, word: &str) -> Vec<FormId> {
        let bare = without_accents(word);
        let (hash, has_accents) = (hash(&bare), *bare != *word);
        if !has_accents && !self.accented.may_have(hash) {
            return Vec::new();
        }
        let first = self.first(hash);
        let equal = self.hashes.iter_from(first).take_while(|own| *own == hash);
        let found = self.forms.iter_from(first).zip(equal).map(|(form, _)| form);
        let mut found: Vec<FormId> = found
            .filter(|form| has_accents || form & HAS_ACCENTS != 0)
            .map(|form| FormId(form & !HAS_ACCENTS))
            .filter(|form| {
                let text = forms.get(form.index());
                text != word && without_accents(text) == bare
            })
            .collect();
        found.sort_unstable();
        found
    }

    /// The place of the first hash that is not smaller.
    ///
    /// Hashes are spread evenly, so a hash stands near its share of them. A search near there reads
    /// a few neighbouring cache lines, and one over all of them a dozen that are far apart.
    fn first(&self, hash: u32) -> usize {
        const NEAR: usize = 128;
        let hashes = &self.hashes;
        let share = (u64::from(hash) * hashes.len() as u64) >> 32;
        let share = usize::try_from(share).unwrap_or_default();
        let (from, to) = (share.saturating_sub(NEAR), (share + NEAR).min(hashes.len()));
        let is_near = (from == 0 || hashes.get(from - 1) < hash)
            && (to == hashes.len() || hashes.get(to) >= hash);
        let (from, to) = if is_near { (from, to) } else { (0, hashes.len()) };
        hashes.partition_point_in(from..to, |own| own < hash)
    }

    pub(super) fn read(reader: &mut Reader, count: usize) -> Option<Self> {
        let (hashes, forms): (U32Column, U32Column) = (reader.array()?, reader.array()?);
        let fits = hashes.len() == count
            && forms.len() == count
            && hashes.iter().is_sorted()
            && forms.iter().all(|form| ((form & !HAS_ACCENTS) as usize) < count);
        let accented = || {
            let pairs = hashes.iter().zip(forms.iter());
            Accented::new(count, pairs.filter(|(_, form)| form & HAS_ACCENTS != 0).map(|own| own.0))
        };
        fits.then(accented).map(|accented| Self { hashes, forms, accented })
    }
}

/// The hashes of the forms with accents, each as one of at least eight times as many bits as there
/// are forms, so that few other hashes share a bit that is set.
struct Accented {
    bits: Vec<u64>,
    /// How far a hash is shifted to be the number of a bit.
    shift: u32,
}

impl Accented {
    fn new(forms: usize, hashes: impl Iterator<Item = u32>) -> Self {
        let count = (8 * forms).next_power_of_two().clamp(64, 1 << 31);
        let shift = u32::BITS - count.trailing_zeros();
        let mut bits = vec![0; count / 64];
        for hash in hashes {
            let bit = hash >> shift;
            bits[bit as usize / 64] |= 1 << (bit % 64);
        }
        Self { bits, shift }
    }

    /// Whether there may be a form with accents that has this hash.
    fn may_have(&self, hash: u32) -> bool {
        let bit = hash >> self.shift;
        self.bits[bit as usize / 64] >> (bit % 64) & 1 == 1
    }
}

/// Writes the order of some forms.
pub(super) fn write<'t>(forms: impl Iterator<Item = &'t str>, writer: &mut Writer) {
    let mut order: Vec<(u32, u32)> = forms
        .zip(0..)
        .map(|(form, number)| {
            let bare = without_accents(form);
            (hash(&bare), if *bare == *form { number } else { number | HAS_ACCENTS })
        })
        .collect();
    order.sort_unstable();
    writer.numbers(&order.iter().map(|(hash, _)| *hash).collect::<Vec<_>>());
    writer.numbers(&order.iter().map(|(_, form)| *form).collect::<Vec<_>>());
}

/// A hash that is the same on every machine, as it is stored.
fn hash(text: &str) -> u32 {
    let mut hasher = SipHasher13::new();
    hasher.write(text.as_bytes());
    (hasher.finish() >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_form_is_found(words in prop::collection::btree_set("[aáeéiínñ]{1,4}", 1..600)) {
            let mut writer = Writer::new();
            writer.texts(words.iter().map(String::as_str));
            write(words.iter().map(String::as_str), &mut writer);
            let mut reader = Reader::of_file(&writer.into_file()).unwrap();
            let column = reader.texts().unwrap();
            let order = FormsWithoutAccents::read(&mut reader, words.len()).unwrap();
            for word in &words {
                let found = order.others(&column, word);
                let found: Vec<&str> = found.iter().map(|own| column.get(own.index())).collect();
                let bare = without_accents(word);
                let is_other = |own: &&String| *own != word && without_accents(own) == bare;
                let expected: Vec<&String> = words.iter().filter(is_other).collect();
                prop_assert_eq!(found, expected);
            }
        }
    }

    #[test]
    fn forms_equal_a_word_but_for_accents() {
        // In the order of their terms, which is not that of the forms.
        let forms = ["ação", "año", "ano", "ninos", "anos", "niños", "inundación", "zu"];
        let mut writer = Writer::new();
        writer.texts(forms.into_iter());
        write(forms.into_iter(), &mut writer);
        let mut reader = Reader::of_file(&writer.into_file()).unwrap();
        let column = reader.texts().unwrap();
        let order = FormsWithoutAccents::read(&mut reader, forms.len()).unwrap();
        for (word, expected) in [
            ("ninos", &["niños"][..]),
            ("niños", &["ninos"]),
            ("ano", &["año"]),
            ("acao", &["ação"]),
            ("inundacion", &["inundación"]),
            ("inundación", &[]),
            ("zü", &["zu"]),
            ("a", &[]),
            ("zz", &[]),
            ("", &[]),
        ] {
            let found = order.others(&column, word);
            let found: Vec<&str> = found.iter().map(|form| column.get(form.index())).collect();
            assert_eq!(found, expected, "{word}");
        }
    }
}
