//! Finding a term by its text: a hash table that is part of the file and read in place.
//!
//! Each bucket holds the number of a term plus 1, or 0 if it is empty. A term is in the bucket of
//! its hash or, if that was taken, in one of the next ones (linear probing). A look-up compares the
//! texts of the terms in these buckets until it finds the term or an empty bucket.
//!
//! # Why the number of probes is bounded
//!
//! A hash table is fast only while few terms share a bucket. Usually a secret key in the hash makes
//! sure that nobody can choose words that do. Here the hash has no key, because the same terms have
//! to give the same file, so somebody could fill a catalogue with words that all fall into one
//! bucket. Writing n such terms would take n² steps, and looking one up n.
//!
//! Therefore a term that finds no empty bucket among the first [`PROBES`] is left out of the table.
//! A look-up that has passed that many full buckets continues with a binary search of the sorted
//! terms, which finds every term. So both are fast for ordinary words, and for no choice of words
//! slower than 32 comparisons and a binary search.

use super::file::{StrColumn, U32Column};
use crate::ids::TermId;

/// The most buckets that are tried for a term. At most half of all buckets are full, so hardly any
/// term needs more.
const PROBES: usize = 32;

/// Builds the buckets for terms that are sorted by text.
pub(super) fn buckets<'t>(terms: impl ExactSizeIterator<Item = &'t str>) -> Vec<u32> {
    let mut buckets = vec![0; (2 * terms.len()).next_power_of_two().max(2)];
    let mask = buckets.len() - 1;
    for (text, number) in terms.zip(1..) {
        let probes = (0..PROBES).map(|probe| (home(hash(text), mask) + probe) & mask);
        if let Some(empty) = probes.into_iter().find(|bucket| buckets[*bucket] == 0) {
            buckets[empty] = number;
        }
    }
    buckets
}

/// The hash of a term's text.
pub(super) fn hash(text: &str) -> u32 {
    crc32fast::hash(text.as_bytes())
}

/// The bucket of a hash.
fn home(hash: u32, mask: usize) -> usize {
    hash as usize & mask
}

/// Whether look-ups in these buckets end and find only terms that exist.
pub(super) fn is_sound(buckets: &U32Column, terms: &StrColumn) -> bool {
    buckets.len().is_power_of_two()
        && buckets.len() > terms.len()
        && buckets.iter().all(|term| term as usize <= terms.len())
}

/// The numbers of the terms with these texts and their hashes; `None` for a text that is not a term.
///
/// A look-up reads a bucket, then where the term's text is, then the text, and each of these reads
/// may wait for memory. A query has hundreds of terms, so each step is taken for all of them before
/// the next one, with a prefetch: then the waits overlap. `prefetch` is called with each term that
/// the first bucket holds, to prefetch what the caller reads next.
pub(super) fn find_each<'t>(
    buckets: &U32Column,
    terms: &StrColumn,
    hashed: impl Iterator<Item = (&'t str, u32)> + Clone,
    prefetch: impl Fn(TermId),
) -> Vec<Option<TermId>> {
    let mask = buckets.len() - 1;
    let mut homes: Vec<usize> = Vec::new();
    for (_, hash) in hashed.clone() {
        let home = home(hash, mask);
        buckets.prefetch(home);
        homes.push(home);
    }
    let in_bucket = |bucket: usize| buckets.get(bucket).checked_sub(1).map(TermId);
    for term in homes.iter().copied().filter_map(in_bucket) {
        terms.prefetch(term.index());
    }
    for term in homes.iter().copied().filter_map(in_bucket) {
        terms.prefetch_text(term.index());
        prefetch(term);
    }
    hashed.map(|(text, hash)| find(buckets, terms, text, hash)).collect()
}

/// The number of the term with this text and its hash; `None` for a text that is not a term.
pub(super) fn find(
    buckets: &U32Column,
    terms: &StrColumn,
    text: &str,
    hash: u32,
) -> Option<TermId> {
    let mask = buckets.len() - 1;
    for probe in 0..PROBES {
        let bucket = (home(hash, mask) + probe) & mask;
        let term = buckets.get(bucket).checked_sub(1).map(TermId)?;
        if terms.get_bytes(term.index()) == text.as_bytes() {
            return Some(term);
        }
    }
    terms.binary_search(text).map(TermId::new)
}

#[cfg(test)]
mod tests {
    use super::super::file::{Reader, Writer};
    use super::*;

    /// Texts whose hashes all fall into the first of `buckets` buckets.
    fn colliding(count: usize, buckets: u32) -> Vec<String> {
        let texts = (0_u32..).map(|number| format!("{number:08x}"));
        texts
            .filter(|text| crc32fast::hash(text.as_bytes()).is_multiple_of(buckets))
            .take(count)
            .collect()
    }

    #[test]
    fn every_term_is_found_however_their_hashes_fall() {
        let plain: Vec<String> = (0..3_000).map(|number| format!("word{number:04}")).collect();
        for (name, mut terms) in [
            ("none", Vec::new()),
            ("one", vec!["agua".to_owned()]),
            ("many", plain),
            ("all_in_one_bucket", colliding(300, 1024)),
        ] {
            terms.sort();
            let mut writer = Writer::new();
            writer.numbers(&buckets(terms.iter().map(String::as_str)));
            writer.texts(terms.iter().map(String::as_str));
            let file = writer.into_file();
            let mut reader = Reader::of_file(&file).expect("a whole file");
            let (buckets, column) = (reader.array().unwrap(), reader.texts().unwrap());
            assert!(is_sound(&buckets, &column), "{name}");
            let asked = terms.iter().map(String::as_str).chain(["", "nobody", "word", "~"]);
            let hashed = asked.map(|text| (text, hash(text)));
            let found = find_each(&buckets, &column, hashed, |_| {});
            let mut expected: Vec<_> =
                (0..terms.len()).map(|term| Some(TermId::new(term))).collect();
            expected.extend([None; 4]);
            assert_eq!(found, expected, "{name}");
        }
    }

    #[test]
    fn colliding_terms_fill_no_more_buckets_than_are_tried() {
        let terms = colliding(300, 1024);
        let buckets = buckets(terms.iter().map(String::as_str));
        assert_eq!(buckets.iter().filter(|term| **term > 0).count(), PROBES);
    }
}
