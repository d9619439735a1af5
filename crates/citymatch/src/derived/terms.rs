//! The terms of one segment: their forms, and the records that have them.

use std::collections::BTreeMap;

use super::code::{bucket, code};
use super::file::{Sink, Source};
use crate::text::{Content, passage};

/// The terms of a segment by text, each with its forms and the list of solutions that have it, the dead included.
pub(crate) struct Terms {
    texts: Vec<String>,
    /// By text, each with how often it stands there, a field's weight times each.
    forms: Vec<Vec<(String, u32)>>,
    /// Where each term's list begins, and behind the last one where it ends.
    start: Vec<u32>,
    /// Of all lists, one after the other, each in the segment's order.
    records: Vec<u32>,
    codes: Vec<u8>,
    passages: Vec<u8>,
}

/// The solutions that have a term: three lists of one length.
#[derive(Clone, Copy)]
pub(crate) struct Postings<'a> {
    pub(crate) records: &'a [u32],
    /// The code of the term's count in the record and of the record's length.
    pub(crate) codes: &'a [u8],
    /// A bit for each passage of the record that has the term.
    pub(crate) passages: &'a [u8],
}

impl Postings<'_> {
    /// No solution.
    pub(crate) const NONE: Self = Self { records: &[], codes: &[], passages: &[] };

    /// The part before a record, and the rest.
    pub(crate) fn split_at(self, record: u32) -> (Self, Self) {
        let at = self.records.partition_point(|other| *other < record);
        let (records, later_records) = self.records.split_at(at);
        let (codes, later_codes) = self.codes.split_at(at);
        let (passages, later_passages) = self.passages.split_at(at);
        (Self { records, codes, passages }, Self { records: later_records, codes: later_codes, passages: later_passages })
    }

    /// The code and the passages of a record, if it has the term.
    pub(crate) fn find(&self, record: u32) -> Option<(u8, u8)> {
        let at = self.records.binary_search(&record).ok()?;
        Some((self.codes[at], self.passages[at]))
    }
}

impl Terms {
    pub(crate) fn len(&self) -> usize {
        self.texts.len()
    }

    pub(crate) fn text(&self, term: u32) -> &str {
        &self.texts[term as usize]
    }

    pub(crate) fn forms(&self, term: u32) -> &[(String, u32)] {
        &self.forms[term as usize]
    }

    /// The numbers of the terms: by these they are ordered as by their texts.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = u32> + use<> {
        0..u32::try_from(self.texts.len()).expect("terms are counted in u32")
    }

    /// The form in which a term stands most often in the segment.
    pub(crate) fn commonest_form(&self, term: u32) -> &str {
        commonest(self.forms(term).iter().map(|(form, count)| (form.as_str(), *count))).unwrap_or_default()
    }

    /// The number of a term.
    pub(crate) fn find(&self, text: &str) -> Option<u32> {
        let at = self.texts.binary_search_by(|term| term.as_str().cmp(text)).ok()?;
        Some(u32::try_from(at).expect("terms are counted in u32"))
    }

    /// The solutions that have a term.
    pub(crate) fn postings(&self, term: u32) -> Postings<'_> {
        let list = self.start[term as usize] as usize..self.start[term as usize + 1] as usize;
        Postings { records: &self.records[list.clone()], codes: &self.codes[list.clone()], passages: &self.passages[list] }
    }

    /// As a file.
    pub(crate) fn to_file(&self) -> Vec<u8> {
        let mut sink = Sink::new();
        sink.number(self.texts.len());
        for (text, forms) in self.texts.iter().zip(&self.forms) {
            sink.text(text);
            sink.number(forms.len());
            for (form, count) in forms {
                sink.text(form);
                sink.number(*count as usize);
            }
        }
        sink.numbers(&self.start);
        sink.numbers(&self.records);
        sink.bytes(&self.codes);
        sink.bytes(&self.passages);
        sink.into_file()
    }

    /// From a file; `None` where it is damaged, or is not of so many records.
    pub(crate) fn from_file(file: &[u8], records: usize) -> Option<Self> {
        let mut source = Source::of_file(file)?;
        let (mut texts, mut all_forms) = (Vec::new(), Vec::new());
        for _ in 0..source.number()? {
            texts.push(source.text()?);
            let mut forms = Vec::new();
            for _ in 0..source.number()? {
                forms.push((source.text()?, u32::try_from(source.number()?).ok()?));
            }
            all_forms.push(forms);
        }
        let read = Self {
            texts,
            forms: all_forms,
            start: source.numbers()?,
            records: source.numbers()?,
            codes: source.bytes()?,
            passages: source.bytes()?,
        };
        let fits = source.is_empty()
            && read.start.len() == read.texts.len() + 1
            && read.start.is_sorted()
            && read.start.last().is_some_and(|last| *last as usize == read.records.len())
            && read.codes.len() == read.records.len()
            && read.passages.len() == read.records.len()
            && read.records.iter().all(|record| (*record as usize) < records);
        fits.then_some(read)
    }
}

/// How often each form of each term stands in records, a field's weight times each.
pub(crate) type FormCounts = BTreeMap<String, BTreeMap<String, u32>>;

/// Adds the forms of a record.
pub(crate) fn count_forms(counts: &mut FormCounts, content: &Content) {
    for (term, weight) in content.terms() {
        *entry(entry(counts, &term.text), &term.form) += weight;
    }
}

/// The value of a key, put there if it is missing. It copies the key only then.
fn entry<'m, V: Default>(map: &'m mut BTreeMap<String, V>, key: &str) -> &'m mut V {
    if !map.contains_key(key) {
        map.insert(key.to_owned(), V::default());
    }
    map.get_mut(key).expect("it was put there")
}

/// The form that stands most often, the first by text of those as common.
pub(crate) fn commonest<'f>(forms: impl DoubleEndedIterator<Item = (&'f str, u32)>) -> Option<&'f str> {
    // Of equal counts `max_by_key` takes the last, so the forms go in backwards.
    forms.rev().max_by_key(|(_, count)| *count).map(|(form, _)| form)
}

/// The terms of the first records of a segment.
#[derive(Default)]
pub(super) struct Growing {
    terms: BTreeMap<String, Term>,
}

#[derive(Default)]
struct Term {
    forms: BTreeMap<String, u32>,
    list: Vec<Posting>,
}

struct Posting {
    record: u32,
    code: u8,
    passages: u8,
}

impl Growing {
    /// Adds the next record.
    pub(super) fn push(&mut self, record: u32, content: &Content) {
        // By term: its count and its passages.
        let mut found: BTreeMap<&str, (u32, u8)> = BTreeMap::new();
        let mut length = 0;
        for (number, sentence) in content.sentences.iter().enumerate() {
            let passage = 1 << passage(number, content.sentences.len());
            for term in &sentence.terms {
                let (count, passages) = found.entry(&term.text).or_default();
                *count += sentence.weight;
                *passages |= passage;
                length += sentence.weight;
                *entry(&mut entry(&mut self.terms, &term.text).forms, &term.form) += sentence.weight;
            }
        }
        let bucket = bucket(length);
        for (text, (count, passages)) in found {
            entry(&mut self.terms, text).list.push(Posting { record, code: code(count, bucket), passages });
        }
    }

    pub(super) fn finish(self) -> Terms {
        let mut done = Terms {
            texts: Vec::with_capacity(self.terms.len()),
            forms: Vec::with_capacity(self.terms.len()),
            start: vec![0],
            records: Vec::new(),
            codes: Vec::new(),
            passages: Vec::new(),
        };
        for (text, Term { forms, list }) in self.terms {
            done.texts.push(text);
            done.forms.push(forms.into_iter().collect());
            done.records.extend(list.iter().map(|posting| posting.record));
            done.codes.extend(list.iter().map(|posting| posting.code));
            done.passages.extend(list.iter().map(|posting| posting.passages));
            done.start.push(u32::try_from(done.records.len()).expect("a segment's postings are counted in u32"));
        }
        done
    }
}
