//! The terms of one segment: their forms, and the records that have them, with their ids.

use std::ops::Range;
use std::sync::atomic::AtomicBool;

use foldhash::HashMap;
use ownedbytes::OwnedBytes;

use super::code::{code, fieldnorm_id};
use super::file::{Column, Reader, StrColumn, U32Column, Writer};
use super::grams::{self, Grams};
use crate::text::{AnalysedRecord, TermForm, passage};

/// How many records one list numbers: more have lists of their own, so that a record's number fits
/// two bytes.
pub(crate) const CHUNK: usize = 1 << 16;

/// The terms of a segment by text, each with its forms and the list of solutions that have it, the
/// dead included.
pub(crate) struct InvertedIndex {
    /// All of it.
    pub(crate) file: OwnedBytes,
    /// Whether it was made here and is not written yet: what lies in the folder in its place is
    /// missing or damaged.
    pub(crate) made: AtomicBool,
    /// Of each record; empty for what is no solution.
    ids: StrColumn,
    texts: StrColumn,
    /// A table by the hash of a text: the number of a term and 1, or 0; the next place where
    /// another term has it.
    places: U32Column,
    /// Where each term's forms begin, and behind the last one where they end.
    form_start: U32Column,
    /// By text.
    forms: StrColumn,
    grams: Grams,
    /// Chunk by chunk: where each term's list begins, and behind the last one where it ends.
    start: U32Column,
    /// Of all lists, one after the other, each in the segment's order: the record's number in the
    /// chunk.
    records: Column<2>,
    codes: Column<1>,
    passages: Column<1>,
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

impl<'a> Postings<'a> {
    /// No solution.
    pub(crate) const NONE: Self = Self { records: &[], codes: &[], passages: &[] };

    /// The numbers in the chunk.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = usize> + use<'a> {
        self.records.iter().map(|record| usize::from(u16::from_le_bytes(*record)))
    }
}

impl InvertedIndex {
    pub(crate) fn text(&self, term: u32) -> &str {
        self.texts.get(term as usize)
    }

    /// How many records the segment has.
    pub(crate) fn records(&self) -> usize {
        self.ids.len()
    }

    /// The id of a solution.
    pub(crate) fn id(&self, record: u32) -> &str {
        self.ids.get(record as usize)
    }

    /// The ids of some solutions, asked for side by side as in [`find_each`](Self::find_each).
    pub(crate) fn ids_of(
        &self,
        records: impl Iterator<Item = u32> + Clone,
    ) -> impl Iterator<Item = &str> {
        records.clone().for_each(|record| self.ids.prefetch(record as usize));
        records.clone().for_each(|record| self.ids.prefetch_text(record as usize));
        records.map(|record| self.id(record))
    }

    /// How many terms there are.
    pub(crate) fn len(&self) -> usize {
        self.texts.len()
    }

    /// A term's forms by their numbers among all forms, in the order of their texts.
    pub(crate) fn forms_of(&self, term: u32) -> Range<usize> {
        self.form_start.number(term as usize) as usize
            ..self.form_start.number(term as usize + 1) as usize
    }

    /// A form by its number among all forms.
    pub(crate) fn form_text(&self, form: usize) -> &str {
        self.forms.get(form)
    }

    /// The term of a form.
    pub(crate) fn term_of(&self, form: usize) -> u32 {
        let term = self.form_start.partition_point(|start| start as usize <= form) - 1;
        u32::try_from(term).expect("terms are counted in u32")
    }

    /// The terms that are spelt like a word, by text, with the Dice coefficient of their sets of
    /// grams.
    pub(crate) fn alike(&self, word: &str) -> Vec<(u32, f64)> {
        self.grams.alike(word)
    }

    /// The forms of all terms, by their numbers.
    pub(crate) fn all_forms(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.forms.len()).map(|form| self.forms.get(form))
    }

    /// The numbers of the terms: by these they are ordered as by their texts.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = u32> + use<> {
        0..u32::try_from(self.texts.len()).expect("terms are counted in u32")
    }

    /// The numbers of the terms with some texts.
    ///
    /// Each step of the look-up is taken for all of them before the next one, so that what they
    /// read comes from memory side by side.
    pub(crate) fn find_each<'t>(
        &self,
        texts: impl Iterator<Item = &'t str> + Clone,
    ) -> Vec<Option<u32>> {
        let mask = self.places.len() - 1;
        let mut places: Vec<usize> = Vec::new();
        for text in texts.clone() {
            let place = crc32fast::hash(text.as_bytes()) as usize & mask;
            self.places.prefetch(place);
            places.push(place);
        }
        let candidates = |place: usize| self.places.number(place).checked_sub(1);
        for term in places.iter().copied().filter_map(candidates) {
            self.texts.prefetch(term as usize);
        }
        for term in places.iter().copied().filter_map(candidates) {
            self.texts.prefetch_text(term as usize);
            self.start.prefetch(term as usize);
        }
        texts.zip(places).map(|(text, place)| self.find_from(text, place)).collect()
    }

    /// The number of a term whose look-up begins at a place.
    fn find_from(&self, text: &str, mut place: usize) -> Option<u32> {
        let mask = self.places.len() - 1;
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
        let (records, codes, passages) =
            (self.records.items(), self.codes.bytes(), self.passages.bytes());
        Postings {
            records: &records[list.clone()],
            codes: &codes[list.clone()],
            passages: &passages[list],
        }
    }

    /// The solutions that have a term, in the segment's order.
    pub(crate) fn all_postings(&self, term: u32) -> impl Iterator<Item = Posting> {
        (0..self.chunks()).flat_map(move |chunk| {
            let list = self.postings(chunk, term);
            let record = move |number: usize| {
                u32::try_from(chunk * CHUNK + number).expect("records are counted in u32")
            };
            let records = list.numbers().map(record);
            records.zip(list.codes).zip(list.passages).map(|((record, code), passages)| Posting {
                record,
                code: *code,
                passages: *passages,
            })
        })
    }

    /// The code and the passages of a record, if it has a term.
    pub(crate) fn record(&self, term: u32, record: u32) -> Option<(u8, u8)> {
        let (chunk, number) = (record as usize / CHUNK, record as usize % CHUNK);
        let list = self.postings(chunk, term);
        let at = list
            .records
            .binary_search_by_key(&number, |other| usize::from(u16::from_le_bytes(*other)))
            .ok()?;
        Some((list.codes[at], list.passages[at]))
    }

    /// Says that it was made here.
    pub(crate) fn made_here(self) -> Self {
        Self { made: AtomicBool::new(true), ..self }
    }

    /// From a file; `None` where it is damaged.
    pub(crate) fn from_file(file: &OwnedBytes) -> Option<Self> {
        let mut source = Reader::of_file(file)?;
        let (ids, texts) = (source.texts()?, source.texts()?);
        let read = Self {
            file: file.clone(),
            made: AtomicBool::new(false),
            places: source.array()?,
            form_start: source.array()?,
            forms: source.texts()?,
            grams: Grams::read(&mut source, texts.len())?,
            start: source.array()?,
            records: source.array()?,
            codes: source.array()?,
            passages: source.array()?,
            ids,
            texts,
        };
        let last = |numbers: &U32Column| {
            numbers.len().checked_sub(1).map(|last| numbers.number(last) as usize)
        };
        let fits = source.is_empty()
            && read.places.len().is_power_of_two()
            && read.places.len() > read.texts.len()
            && read.places.iter().all(|place| place as usize <= read.texts.len())
            && read.form_start.len() == read.texts.len() + 1
            && read.form_start.is_sorted()
            && last(&read.form_start) == Some(read.forms.len())
            && read.start.len() == (read.texts.len() + 1) * read.ids.len().div_ceil(CHUNK).max(1)
            && read.start.is_sorted()
            && last(&read.start) == Some(read.records.len())
            && read.codes.len() == read.records.len()
            && read.passages.len() == read.records.len();
        fits.then_some(read)
    }
}

/// A solution that has a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Posting {
    pub(crate) record: u32,
    pub(crate) code: u8,
    pub(crate) passages: u8,
}

/// The terms of the first records of a segment.
#[derive(Default)]
pub(crate) struct InvertedIndexBuilder {
    ids: Vec<String>,
    /// The number of each token's term, in the order in which they came.
    tokens: HashMap<TermForm, u32>,
    terms: HashMap<String, u32>,
    lists: Vec<Vec<Posting>>,
    /// The terms of the record at hand, each once.
    found: Vec<u32>,
    /// Of every term, what it counts in the record at hand, and its passages there.
    of_record: Vec<(u32, u8)>,
}

impl InvertedIndexBuilder {
    /// Adds the next record; none where it is no solution.
    pub(crate) fn push(&mut self, content: Option<&AnalysedRecord>) {
        let record = u32::try_from(self.ids.len()).expect("records are counted in u32");
        self.ids.push(content.map(|content| content.id.clone()).unwrap_or_default());
        let Some(content) = content else { return };
        let mut length = 0;
        for (number, sentence) in content.sentences.iter().enumerate() {
            let passage = 1 << passage(number, content.sentences.len());
            for token in sentence.terms.iter() {
                let term = self.number(token);
                let (count, passages) = &mut self.of_record[term as usize];
                if *count == 0 {
                    self.found.push(term);
                }
                *count += sentence.weight;
                *passages |= passage;
                length += sentence.weight;
            }
        }
        for term in self.found.drain(..) {
            let (count, passages) = std::mem::take(&mut self.of_record[term as usize]);
            self.lists[term as usize].push(Posting {
                record,
                code: code(count, fieldnorm_id(length)),
                passages,
            });
        }
    }

    /// The number of a token's term.
    fn number(&mut self, token: &str) -> u32 {
        if let Some(term) = self.tokens.get(token) {
            return *term;
        }
        let token = TermForm::from_text(token);
        let term = self.terms.get(token.term()).copied().unwrap_or_else(|| {
            let new = u32::try_from(self.lists.len()).expect("terms are counted in u32");
            self.lists.push(Vec::new());
            self.of_record.push((0, 0));
            self.terms.insert(token.term().to_owned(), new);
            new
        });
        self.tokens.insert(token, term);
        term
    }

    /// As a file.
    pub(crate) fn into_file(mut self) -> OwnedBytes {
        let mut tokens: Vec<(&TermForm, u32)> =
            self.tokens.iter().map(|(token, term)| (token, *term)).collect();
        tokens.sort_unstable();
        let mut order: Vec<u32> = tokens.iter().map(|(_, term)| *term).collect();
        order.dedup();
        let lists = order
            .iter()
            .map(|term| std::mem::take(&mut self.lists[*term as usize]))
            .collect::<Vec<_>>();
        write(
            self.ids.iter().map(String::as_str),
            &tokens.iter().map(|(token, _)| *token).collect::<Vec<_>>(),
            &lists,
        )
    }
}

/// The file of a segment's terms: the ids of its records, its tokens in their order, and for each
/// term of theirs the list of solutions that have it.
pub(crate) fn write<'t>(
    ids: impl ExactSizeIterator<Item = &'t str>,
    tokens: &[&TermForm],
    lists: &[Vec<Posting>],
) -> OwnedBytes {
    let by_term: Vec<&[&TermForm]> = tokens.chunk_by(|a, b| a.term() == b.term()).collect();
    let terms = || by_term.iter().map(|tokens| tokens[0].term());
    debug_assert!(terms().is_sorted() && by_term.len() == lists.len());
    let (records, mut sink) = (ids.len(), Writer::new());
    sink.texts(ids);
    sink.texts(terms());
    sink.numbers(&places(terms()));
    sink.numbers(&starts(by_term.iter().map(|tokens| tokens.len())));
    sink.texts(tokens.iter().map(|token| token.form()));
    grams::write(terms(), &mut sink);
    let (mut start, mut postings) = (Vec::new(), Vec::new());
    for chunk in 0..records.div_ceil(CHUNK).max(1) {
        for list in lists {
            start.push(
                u32::try_from(postings.len()).expect("a segment's postings are counted in u32"),
            );
            let bound = |chunk: usize| {
                list.partition_point(|posting| (posting.record as usize) < chunk * CHUNK)
            };
            postings.extend(&list[bound(chunk)..bound(chunk + 1)]);
        }
        start.push(u32::try_from(postings.len()).expect("a segment's postings are counted in u32"));
    }
    sink.numbers(&start);
    let number = |posting: &Posting| {
        u16::try_from(posting.record as usize % CHUNK).expect("a chunk is counted in u16")
    };
    sink.shorts(&postings.iter().map(number).collect::<Vec<_>>());
    sink.bytes(&postings.iter().map(|posting| posting.code).collect::<Vec<_>>());
    sink.bytes(&postings.iter().map(|posting| posting.passages).collect::<Vec<_>>());
    sink.into_file()
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

/// A table by the hash of a text: the number of a term and 1, or 0; the next place where another
/// term has it. At most half of it is full.
fn places<'t>(terms: impl ExactSizeIterator<Item = &'t str>) -> Vec<u32> {
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
