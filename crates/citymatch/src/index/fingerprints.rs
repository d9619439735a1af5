//! Finding the documents of a segment that say the same: copies.
//!
//! A document's fingerprint is a hash of its language and of the words and the weight of each of
//! its sentences, which is all that the statistics of a collection see of it. Documents with the
//! same fingerprint are taken to be copies. It has 64 bits: even among ten million documents the
//! chance that any two others have the same one is about 1 in 400,000.

use std::cmp::Ordering;
use std::hash::Hasher;
use std::ops::Range;

use siphasher::sip::SipHasher13;

use super::file::{Column, Reader, U32Column, Writer};
use crate::ids::DocId;
use crate::text::AnalysedRecord;

/// The bytes of a hash, compared as bytes.
pub(crate) type Fingerprint = [u8; 8];

/// The fingerprints of a segment's documents in their order, those of dead documents too.
pub(crate) struct Fingerprints {
    sorted: Column<8>,
    /// The document of each fingerprint. Those with the same one are in their order.
    docs: U32Column,
}

pub(super) fn fingerprint(record: &AnalysedRecord) -> Fingerprint {
    let mut hasher = SipHasher13::new();
    let language = record.language.map_or(0, |language| language.definition().storage_code);
    hasher.write(&language.to_le_bytes());
    for sentence in &record.sentences {
        hasher.write(sentence.terms.as_str().as_bytes());
        // No word has a line break in it.
        hasher.write(b"\n");
        hasher.write(&sentence.weight.to_le_bytes());
    }
    hasher.finish().to_le_bytes()
}

impl Fingerprints {
    /// The documents of each fingerprint that several have.
    pub(crate) fn repeated(&self) -> impl Iterator<Item = impl Iterator<Item = DocId>> {
        let (mut rest, mut first) = (self.sorted.items(), 0);
        std::iter::from_fn(move || {
            while let [one, others @ ..] = rest {
                let others = others.iter().take_while(|other| *other == one).count();
                let run = first..first + 1 + others;
                (rest, first) = (&rest[run.len()..], run.end);
                if others > 0 {
                    return Some(self.docs(run));
                }
            }
            None
        })
    }

    /// The documents of each fingerprint that documents of another segment have too: those here,
    /// and those there.
    ///
    /// In each segment the search jumps over what the other does not have, so that it is short if
    /// one of them is.
    pub(crate) fn common<'s>(
        &'s self,
        other: &'s Self,
    ) -> impl Iterator<Item = (impl Iterator<Item = DocId>, impl Iterator<Item = DocId>)> {
        let (mine, theirs) = (self.sorted.items(), other.sorted.items());
        let (mut here, mut there) = (0, 0);
        std::iter::from_fn(move || {
            while let (Some(one), Some(another)) = (mine.get(here), theirs.get(there)) {
                match one.cmp(another) {
                    Ordering::Less => here = seek(mine, here, |next| next < another),
                    Ordering::Greater => there = seek(theirs, there, |next| next < one),
                    Ordering::Equal => {
                        let (from_here, from_there) = (here, there);
                        here = seek(mine, here, |next| next == one);
                        there = seek(theirs, there, |next| next == one);
                        return Some((self.docs(from_here..here), other.docs(from_there..there)));
                    }
                }
            }
            None
        })
    }

    fn docs(&self, run: Range<usize>) -> impl Iterator<Item = DocId> {
        self.docs.items()[run].iter().map(|doc| DocId(u32::from_le_bytes(*doc)))
    }

    /// The fingerprint of each document, by its number.
    pub(crate) fn by_doc(&self) -> Vec<Fingerprint> {
        let mut by_doc = vec![Fingerprint::default(); self.docs.len()];
        for (doc, fingerprint) in self.docs.iter().zip(self.sorted.items()) {
            by_doc[doc as usize] = *fingerprint;
        }
        by_doc
    }

    pub(super) fn read(reader: &mut Reader, documents: usize) -> Option<Self> {
        let read = Self { sorted: reader.array()?, docs: reader.array()? };
        let fits = read.sorted.len() == documents
            && read.docs.len() == documents
            && read.sorted.items().is_sorted()
            && read.docs.iter().all(|doc| (doc as usize) < documents);
        fits.then_some(read)
    }
}

/// The first place from `from` on where `is_before` does not hold, which holds at `from`, and
/// nowhere after a place where it does not. This takes a time that grows as the logarithm of the
/// distance.
fn seek(sorted: &[Fingerprint], from: usize, is_before: impl Fn(&Fingerprint) -> bool) -> usize {
    let mut step = 1;
    while sorted.get(from + step).is_some_and(&is_before) {
        step *= 2;
    }
    let (low, high) = (from + step / 2, sorted.len().min(from + step));
    low + sorted[low..high].partition_point(is_before)
}

/// Writes the fingerprints of documents, given by the document's number.
pub(super) fn write(by_doc: &[Fingerprint], writer: &mut Writer) {
    let mut sorted: Vec<(Fingerprint, u32)> = by_doc.iter().copied().zip(0..).collect();
    sorted.sort_unstable();
    writer.array(sorted.iter().map(|(fingerprint, _)| *fingerprint));
    writer.numbers(&sorted.iter().map(|(_, doc)| *doc).collect::<Vec<_>>());
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn column(by_doc: &[u8]) -> Fingerprints {
        let by_doc: Vec<Fingerprint> = by_doc.iter().map(|own| [*own; 8]).collect();
        let mut writer = Writer::new();
        write(&by_doc, &mut writer);
        let mut reader = Reader::of_file(&writer.into_file()).unwrap();
        let read = Fingerprints::read(&mut reader, by_doc.len()).unwrap();
        assert_eq!(read.by_doc(), by_doc);
        read
    }

    /// The documents of each fingerprint.
    fn groups(by_doc: &[u8]) -> BTreeMap<u8, Vec<DocId>> {
        let mut groups: BTreeMap<u8, Vec<DocId>> = BTreeMap::new();
        for (doc, own) in by_doc.iter().enumerate() {
            groups.entry(*own).or_default().push(DocId::new(doc));
        }
        groups
    }

    proptest! {
        #[test]
        fn copies_are_found_in_one_segment_and_in_two(
            one in prop::collection::vec(0..20_u8, 0..40),
            other in prop::collection::vec(0..200_u8, 0..400),
        ) {
            let (groups_of_one, groups_of_other) = (groups(&one), groups(&other));
            let (one, other) = (column(&one), column(&other));
            let repeated: Vec<Vec<DocId>> = one.repeated().map(Iterator::collect).collect();
            let expected: Vec<_> =
                groups_of_one.values().filter(|docs| docs.len() > 1).cloned().collect();
            prop_assert_eq!(repeated, expected);
            let pairs = |(own, docs): (&u8, &Vec<DocId>)| {
                Some((docs.clone(), groups_of_other.get(own)?.clone()))
            };
            let expected: Vec<(Vec<DocId>, Vec<DocId>)> =
                groups_of_one.iter().filter_map(pairs).collect();
            let common = one.common(&other).map(|(here, there)| (here.collect(), there.collect()));
            prop_assert_eq!(&common.collect::<Vec<(Vec<DocId>, Vec<DocId>)>>(), &expected);
            let common = other.common(&one).map(|(here, there)| (there.collect(), here.collect()));
            prop_assert_eq!(common.collect::<Vec<(Vec<DocId>, Vec<DocId>)>>(), expected);
        }
    }
}
