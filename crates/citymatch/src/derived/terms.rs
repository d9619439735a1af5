//! The terms of one segment: their forms, and the records that have them, with their ids.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use ownedbytes::OwnedBytes;

use super::code::{bucket, code};
use super::file::{Array, Numbers, Sink, Source, Texts};
use crate::text::{Content, passage};

/// How many records one list numbers: more have lists of their own, so that a record's number fits two bytes.
pub(crate) const CHUNK: usize = 1 << 16;

/// The terms of a segment by text, each with its forms and the list of solutions that have it, the dead included.
pub(crate) struct Terms {
    /// All of it.
    pub(crate) file: OwnedBytes,
    /// Whether it was made here and is not written yet: what lies in the folder in its place is missing or damaged.
    pub(crate) made: AtomicBool,
    /// Of each record; empty for what is no solution.
    ids: Texts,
    texts: Texts,
    /// A table by the hash of a text: the number of a term and 1, or 0; the next place where another term has it.
    places: Numbers,
    /// Where each term's forms begin, and behind the last one where they end.
    form_start: Numbers,
    /// By text.
    forms: Texts,
    /// How often each form stands in the records, a field's weight times each.
    form_counts: Numbers,
    /// Chunk by chunk: where each term's list begins, and behind the last one where it ends.
    start: Numbers,
    /// Of all lists, one after the other, each in the segment's order: the record's number in the chunk.
    records: Array<2>,
    codes: Array<1>,
    passages: Array<1>,
}

/// The solutions of a chunk that have a term: three lists of one length.
#[derive(Clone, Copy)]
pub(crate) struct Postings<'a> {
    /// By the number in the chunk: two bytes, little-endian.
    pub(crate) records: &'a [[u8; 2]],
    /// The code of the term's count in the record and of the record's length.
    pub(crate) codes: &'a [u8],
    /// A bit for each passage of the record that has the term.
    pub(crate) passages: &'a [u8],
}

impl Postings<'_> {
    /// No solution.
    pub(crate) const NONE: Self = Self { records: &[], codes: &[], passages: &[] };
}

impl Terms {
    pub(crate) fn text(&self, term: u32) -> &str {
        self.texts.get(term as usize)
    }

    /// The id of a solution.
    pub(crate) fn id(&self, record: u32) -> &str {
        self.ids.get(record as usize)
    }

    /// A term's forms, by text: the number of each among all forms, and how often it stands in the records, a field's weight times each.
    pub(crate) fn forms(&self, term: u32) -> impl Iterator<Item = (usize, &str, u32)> {
        let forms = self.form_start.number(term as usize) as usize..self.form_start.number(term as usize + 1) as usize;
        forms.map(|form| (form, self.forms.get(form), self.form_counts.number(form)))
    }

    /// The forms of all terms, by their numbers.
    pub(crate) fn all_forms(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.forms.len()).map(|form| self.forms.get(form))
    }

    /// The numbers of the terms: by these they are ordered as by their texts.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = u32> + use<> {
        0..u32::try_from(self.texts.len()).expect("terms are counted in u32")
    }

    /// The number of a term.
    pub(crate) fn find(&self, text: &str) -> Option<u32> {
        let mask = self.places.len() - 1;
        let mut place = crc32fast::hash(text.as_bytes()) as usize & mask;
        loop {
            let term = self.places.number(place).checked_sub(1)?;
            if self.texts.get_bytes(term as usize) == text.as_bytes() {
                return Some(term);
            }
            place = (place + 1) & mask;
        }
    }

    /// How many chunks of records there are.
    pub(crate) fn chunks(&self) -> usize {
        self.start.len() / (self.texts.len() + 1)
    }

    /// The solutions of a chunk that have a term.
    pub(crate) fn postings(&self, chunk: usize, term: u32) -> Postings<'_> {
        let at = chunk * (self.texts.len() + 1) + term as usize;
        let list = self.start.number(at) as usize..self.start.number(at + 1) as usize;
        let (records, codes, passages) = (self.records.items(), self.codes.bytes(), self.passages.bytes());
        Postings { records: &records[list.clone()], codes: &codes[list.clone()], passages: &passages[list] }
    }

    /// The solutions that have a term, by their numbers in the segment, each with the term's code.
    pub(crate) fn records(&self, term: u32) -> impl Iterator<Item = (u32, u8)> {
        (0..self.chunks()).flat_map(move |chunk| {
            let list = self.postings(chunk, term);
            let record = move |number: usize| u32::try_from(chunk * CHUNK + number).expect("records are counted in u32");
            list.records.iter().map(move |number| record(usize::from(u16::from_le_bytes(*number)))).zip(list.codes.iter().copied())
        })
    }

    /// The code and the passages of a record, if it has a term.
    pub(crate) fn record(&self, term: u32, record: u32) -> Option<(u8, u8)> {
        let (chunk, number) = (record as usize / CHUNK, record as usize % CHUNK);
        let list = self.postings(chunk, term);
        let at = list.records.binary_search_by_key(&number, |other| usize::from(u16::from_le_bytes(*other))).ok()?;
        Some((list.codes[at], list.passages[at]))
    }

    /// Says that it was made here.
    pub(crate) fn made_here(self) -> Self {
        Self { made: AtomicBool::new(true), ..self }
    }

    /// From a file; `None` where it is damaged, or is not of so many records.
    pub(crate) fn from_file(file: &OwnedBytes, records: usize) -> Option<Self> {
        let mut source = Source::of_file(file)?;
        let read = Self {
            file: file.clone(),
            made: AtomicBool::new(false),
            ids: source.texts()?,
            texts: source.texts()?,
            places: source.array()?,
            form_start: source.array()?,
            forms: source.texts()?,
            form_counts: source.array()?,
            start: source.array()?,
            records: source.array()?,
            codes: source.array()?,
            passages: source.array()?,
        };
        let last = |numbers: &Numbers| numbers.len().checked_sub(1).map(|last| numbers.number(last) as usize);
        let fits = source.is_empty()
            && read.ids.len() == records
            && read.places.len().is_power_of_two()
            && read.places.len() > read.texts.len()
            && read.places.iter().all(|place| place as usize <= read.texts.len())
            && read.form_start.len() == read.texts.len() + 1
            && read.form_start.is_sorted()
            && last(&read.form_start) == Some(read.forms.len())
            && read.form_counts.len() == read.forms.len()
            && read.start.len() == (read.texts.len() + 1) * records.div_ceil(CHUNK).max(1)
            && read.start.is_sorted()
            && last(&read.start) == Some(read.records.len())
            && read.codes.len() == read.records.len()
            && read.passages.len() == read.records.len();
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

/// The terms of the first records of a segment.
#[derive(Default)]
pub(super) struct Growing {
    ids: Vec<String>,
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
    /// Adds the next record; none where it is no solution.
    pub(super) fn push(&mut self, content: Option<&Content>) {
        let record = u32::try_from(self.ids.len()).expect("records are counted in u32");
        self.ids.push(content.map(|content| content.id.clone()).unwrap_or_default());
        let Some(content) = content else { return };
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

    /// As a file.
    pub(super) fn into_file(self) -> OwnedBytes {
        let mut sink = Sink::new();
        sink.texts(self.ids.iter().map(String::as_str));
        sink.texts(self.terms.keys().map(String::as_str));
        sink.numbers(&places(self.terms.keys()));
        sink.numbers(&starts(self.terms.values().map(|term| term.forms.len())));
        sink.texts(self.terms.values().flat_map(|term| term.forms.keys().map(String::as_str)));
        sink.numbers(&self.terms.values().flat_map(|term| term.forms.values().copied()).collect::<Vec<_>>());
        let (mut start, mut postings) = (Vec::new(), Vec::new());
        for chunk in 0..self.ids.len().div_ceil(CHUNK).max(1) {
            for Term { list, .. } in self.terms.values() {
                start.push(u32::try_from(postings.len()).expect("a segment's postings are counted in u32"));
                let bound = |chunk: usize| list.partition_point(|posting| (posting.record as usize) < chunk * CHUNK);
                postings.extend(&list[bound(chunk)..bound(chunk + 1)]);
            }
            start.push(u32::try_from(postings.len()).expect("a segment's postings are counted in u32"));
        }
        sink.numbers(&start);
        let number = |posting: &&Posting| u16::try_from(posting.record as usize % CHUNK).expect("a chunk is counted in u16");
        sink.shorts(&postings.iter().map(number).collect::<Vec<_>>());
        sink.bytes(&postings.iter().map(|posting| posting.code).collect::<Vec<_>>());
        sink.bytes(&postings.iter().map(|posting| posting.passages).collect::<Vec<_>>());
        sink.into_file()
    }
}

/// Where parts of these lengths begin, and where the last one ends.
fn starts(lengths: impl Iterator<Item = usize>) -> Vec<u32> {
    let mut starts = vec![0];
    let mut end = 0;
    for length in lengths {
        end += u32::try_from(length).expect("a segment's terms are counted in u32");
        starts.push(end);
    }
    starts
}

/// A table by the hash of a text: the number of a term and 1, or 0; the next place where another term has it. At most half of it is full.
fn places<'t>(terms: impl ExactSizeIterator<Item = &'t String>) -> Vec<u32> {
    let mut places = vec![0; (2 * terms.len()).next_power_of_two().max(2)];
    let mask = places.len() - 1;
    for (text, number) in terms.zip(1..) {
        let mut place = crc32fast::hash(text.as_bytes()) as usize & mask;
        while places[place] != 0 {
            place = (place + 1) & mask;
        }
        places[place] = number;
    }
    places
}
