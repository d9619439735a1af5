//! Finding the terms of a segment with a spelling similar to a word's.
//!
//! Two words are compared by their sets of character 3- and 4-grams, with a mark before the first
//! and after the last character: `_ag`, `agu`, `gua`, `ua_`, `_agu`, `agua` and `gua_` for *agua*.
//! The Dice coefficient (Dice, 1945) is twice the number of common grams divided by the sum of the
//! sizes of both sets. An inverted index from grams to terms finds the terms with a common gram.

use super::file::{Column, Reader, U32Column, Writer};
use crate::ids::TermId;

/// The least Dice coefficient of two words with a similar spelling.
pub(crate) const MIN_DICE: f64 = 0.5;

/// The inverted index from grams to terms.
pub(super) struct Grams {
    /// The grams, sorted.
    keys: Column<KEY>,
    /// The start of each gram's list in `terms`, and the end of the last one.
    start: U32Column,
    /// For each gram the terms that have it, in their order.
    terms: U32Column,
    /// The number of grams of each term.
    counts: Column<2>,
}

impl Grams {
    /// The terms with a spelling similar to a word's, in their order, with the Dice coefficients.
    pub(super) fn similar(&self, word: &str) -> Vec<(TermId, f64)> {
        let own = grams(word);
        let mut shared = vec![0_u16; self.counts.len()];
        let mut touched = Vec::new();
        for gram in own.iter().copied() {
            for term in self.terms_with(gram) {
                let count = &mut shared[term as usize];
                if *count == 0 {
                    touched.push(term);
                }
                *count += 1;
            }
        }
        let dice = |term: u32| {
            let all = own.len() as f64
                + f64::from(u16::from_le_bytes(self.counts.items()[term as usize]));
            2.0 * f64::from(shared[term as usize]) / all
        };
        let mut similar: Vec<(u32, f64)> = touched
            .into_iter()
            .map(|term| (term, dice(term)))
            .filter(|(_, dice)| *dice >= MIN_DICE)
            .collect();
        similar.sort_unstable_by_key(|(term, _)| *term);
        similar.into_iter().map(|(term, dice)| (TermId(term), dice)).collect()
    }

    fn terms_with(&self, gram: Gram) -> impl Iterator<Item = u32> {
        let found = self.keys.items().binary_search(&key(gram));
        let list = found
            .map_or(0..0, |gram| self.start.get(gram) as usize..self.start.get(gram + 1) as usize);
        list.map(|position| self.terms.get(position))
    }

    pub(super) fn read(reader: &mut Reader, terms: usize) -> Option<Self> {
        let read = Self {
            keys: reader.array()?,
            start: reader.array()?,
            terms: reader.array()?,
            counts: reader.array()?,
        };
        let fits = read.counts.len() == terms
            && read.start.len() == read.keys.len() + 1
            && read.start.is_sorted()
            && read.start.get(read.keys.len()) as usize == read.terms.len()
            && read.terms.iter().all(|term| (term as usize) < terms);
        fits.then_some(read)
    }
}

/// Writes the index of some terms.
pub(super) fn write<'t>(terms: impl Iterator<Item = &'t str>, writer: &mut Writer) {
    // The gram and the term's number in one integer: sorting integers sorts by gram, then by term.
    let (mut pairs, mut counts): (Vec<u128>, Vec<u16>) = (Vec::new(), Vec::new());
    for (term, number) in terms.zip(0_u32..) {
        let grams = grams(term);
        counts.push(
            u16::try_from(grams.len())
                .expect("a term has at most 255 bytes, and so fewer than 2^16 grams"),
        );
        pairs.extend(grams.into_iter().map(|gram| gram << u32::BITS | u128::from(number)));
    }
    pairs.sort_unstable();
    let (mut grams, mut start): (Vec<[u8; KEY]>, Vec<u32>) = (Vec::new(), Vec::new());
    for (pair, at) in pairs.iter().zip(0..) {
        let gram = key(pair >> u32::BITS);
        if grams.last() != Some(&gram) {
            grams.push(gram);
            start.push(at);
        }
    }
    start.push(
        u32::try_from(pairs.len()).expect("the terms of a segment have fewer than 2^32 grams"),
    );
    writer.array(grams.into_iter());
    writer.numbers(&start);
    #[expect(clippy::cast_possible_truncation, reason = "the lower 32 bits are the term's number")]
    writer.numbers(&pairs.iter().map(|pair| *pair as u32).collect::<Vec<_>>());
    writer.shorts(&counts);
}

/// The three or four characters of a gram in one number of 84 bits, 21 each.
type Gram = u128;

/// The bytes of a gram in a file.
const KEY: usize = 12;

/// A gram as it is stored: big-endian, so that bytes are ordered as the numbers are.
fn key(gram: Gram) -> [u8; KEY] {
    *gram.to_be_bytes().last_chunk().expect("a `u128` has 16 bytes, and 12 are taken")
}

/// The set of a term's grams.
fn grams(term: &str) -> Vec<Gram> {
    let bounded: Vec<Gram> = std::iter::once('_')
        .chain(term.chars())
        .chain(['_'])
        .map(|c| Gram::from(u32::from(c)))
        .collect();
    let number = |gram: &[Gram]| gram.iter().fold(0, |number, c| number << 21 | c);
    let mut found: Vec<Gram> =
        [3, 4].into_iter().flat_map(|n| bounded.windows(n)).map(number).collect();
    found.sort_unstable();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grams_are_those_of_the_bounded_word() {
        // _ag, agu, gua, ua_ and _agu, agua, gua_; a 3-gram never equals a 4-gram.
        assert_eq!(grams("agua").len(), 7);
        assert_eq!(grams("a").len(), 1);
        assert_eq!(grams("aaaaaa").len(), 6, "a set has each once");
    }

    #[test]
    fn cognates_have_a_similar_spelling() {
        let terms = ["alag", "inund", "inundac", "resid", "residu"];
        let mut writer = Writer::new();
        write(terms.into_iter(), &mut writer);
        let grams =
            Grams::read(&mut Reader::of_file(&writer.into_file()).unwrap(), terms.len()).unwrap();
        let similar = |word: &str| {
            grams
                .similar(word)
                .into_iter()
                .map(|(term, dice)| (terms[term.index()], dice))
                .collect::<Vec<_>>()
        };
        assert_eq!(similar("alag"), [("alag", 1.0)]);
        let found = similar("residuo");
        assert_eq!(found.iter().map(|(term, _)| *term).collect::<Vec<_>>(), ["resid", "residu"]);
        // residuo has 7 + 6 grams, residu 6 + 5; they share _re res esi sid idu, _res resi esid
        // sidu.
        assert!((found[1].1 - 2.0 * 9.0 / 24.0).abs() < 1e-12, "{found:?}");
    }
}
