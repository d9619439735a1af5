//! The inverted index of one segment: its terms, the surface forms of each, and the documents that
//! have them. It is read in place, in a mapped file or in memory (`file.rs`).
//!
//! A list for each of many things is stored as one column of all lists, one after the other, and a
//! column of *starts*: entry *i* says where list *i* begins, and one more entry at the end says
//! where the last list ends. So list *i* is `start[i]..start[i + 1]`.

use std::ops::Range;
use std::sync::OnceLock;
use std::sync::atomic::AtomicBool;

use ownedbytes::OwnedBytes;

use super::accents::FormsWithoutAccents;
use super::file::{Column, Reader, StrColumn, U32Column};
use super::fingerprints::Fingerprints;
use super::grams::Grams;
use super::{code, gaps, term_table};
use crate::ids::{DocId, FormId, TermId};
use crate::text::PASSAGES;

/// How many documents share a posting list. A segment is divided into chunks of this size, and a
/// term has a list for each chunk, so that a document's number within its chunk fits two bytes.
pub(crate) const CHUNK: usize = 1 << 16;

/// A list is long if it has one document in so many.
const LONG_LISTS: usize = 64;

/// The terms of a segment in the order of their texts, each with its surface forms and its
/// postings. Dead documents have postings too: callers skip them.
pub(crate) struct InvertedIndex {
    /// The bytes of the file.
    pub(crate) file: OwnedBytes,
    /// Whether it was built in this process and has not been written yet, because the file in the
    /// folder is missing or damaged.
    pub(crate) dirty: AtomicBool,
    /// The id of each document.
    ids: StrColumn,
    fingerprints: Fingerprints,
    /// Sorted by text; a term's number is its place here.
    terms: StrColumn,
    /// The hash table that finds a term by its text: see `term_table.rs`.
    buckets: U32Column,
    /// The start of each term's surface forms in `forms`.
    form_starts: U32Column,
    /// Sorted by term, then by text; a form's number is its place here.
    forms: StrColumn,
    forms_without_accents: FormsWithoutAccents,
    /// The start of each form's list in `form_docs`. The only form of a term has an empty list,
    /// because its documents are those of the term.
    form_doc_starts: U32Column,
    /// The documents of each form, as gaps: see `gaps.rs`.
    form_docs: Column<1>,
    grams: Grams,
    /// The start of each term's posting list in the three columns below: first for all terms in the
    /// first chunk, then in the second, and so on.
    posting_starts: U32Column,
    /// For each posting the document's number in its chunk. A list is in the order of documents.
    docs: Column<2>,
    /// For each posting the code of the term's count and the document's length: see `code.rs`.
    codes: Column<1>,
    /// For each posting the passages of the document that have the term, as bits.
    passages: Column<1>,
    /// For each document how many terms each of its passages has, up to 255.
    passage_lengths: Column<PASSAGES>,
    /// See [`codes_of_one`](Self::codes_of_one).
    codes_of_one: OnceLock<Box<[u8]>>,
}

/// The postings of a term in a chunk: three lists of the same length.
#[derive(Clone, Copy)]
pub(crate) struct Postings<'a> {
    /// The documents' numbers in the chunk: two bytes each, little-endian.
    pub(crate) docs: &'a [[u8; 2]],
    /// The code of the term's count in the document and of the document's length.
    pub(crate) codes: &'a [u8],
    /// A bit for each passage of the document that has the term.
    pub(crate) passages: &'a [u8],
}

impl<'a> Postings<'a> {
    /// The postings of a term that no document of the chunk has.
    pub(crate) const NONE: Self = Self { docs: &[], codes: &[], passages: &[] };

    /// Some of them, by their places.
    pub(crate) fn slice(self, places: Range<usize>) -> Self {
        Self {
            docs: &self.docs[places.clone()],
            codes: &self.codes[places.clone()],
            passages: &self.passages[places],
        }
    }

    /// The documents' numbers in the chunk.
    fn numbers(&self) -> impl Iterator<Item = usize> + use<'a> {
        self.docs.iter().map(|doc| usize::from(u16::from_le_bytes(*doc)))
    }
}

/// A document that has a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Posting {
    pub(crate) doc: DocId,
    pub(crate) code: u8,
    pub(crate) passages: u8,
}

impl InvertedIndex {
    /// How many documents the segment has.
    pub(crate) fn document_count(&self) -> usize {
        self.ids.len()
    }

    /// The id of a document.
    pub(crate) fn id(&self, doc: DocId) -> &str {
        self.ids.get(doc.index())
    }

    /// The fingerprints of the documents.
    pub(crate) fn fingerprints(&self) -> &Fingerprints {
        &self.fingerprints
    }

    /// The ids of some documents. Their cache lines are prefetched together.
    pub(crate) fn ids_of(
        &self,
        docs: impl Iterator<Item = DocId> + Clone,
    ) -> impl Iterator<Item = &str> {
        docs.clone().for_each(|doc| self.ids.prefetch(doc.index()));
        docs.clone().for_each(|doc| self.ids.prefetch_text(doc.index()));
        docs.map(|doc| self.id(doc))
    }

    /// How many terms there are.
    pub(crate) fn term_count(&self) -> usize {
        self.terms.len()
    }

    /// The text of a term.
    pub(crate) fn term(&self, term: TermId) -> &str {
        self.terms.get(term.index())
    }

    /// The numbers of the terms with these texts and their hashes; `None` for a text that no
    /// document has.
    pub(crate) fn find_each<'t>(
        &self,
        hashed: impl Iterator<Item = (&'t str, u32)> + Clone,
    ) -> Vec<Option<TermId>> {
        let prefetch = |term: TermId| self.posting_starts.prefetch(term.index());
        term_table::find_each(&self.buckets, &self.terms, hashed, prefetch)
    }

    /// The number of the term with this text and its hash; `None` if no document has it.
    pub(super) fn find(&self, text: &str, hash: u32) -> Option<TermId> {
        term_table::find(&self.buckets, &self.terms, text, hash)
    }

    /// A term's surface forms, in the order of their texts.
    pub(crate) fn forms_of(&self, term: TermId) -> impl ExactSizeIterator<Item = FormId> + use<> {
        self.form_range(term).map(FormId::new)
    }

    fn form_range(&self, term: TermId) -> Range<usize> {
        range(&self.form_starts, term.index())
    }

    /// The text of a surface form.
    pub(crate) fn form(&self, form: FormId) -> &str {
        self.forms.get(form.index())
    }

    /// The surface forms of all terms.
    pub(crate) fn all_forms(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.forms.len()).map(|form| self.forms.get(form))
    }

    /// The term of a surface form.
    pub(crate) fn term_of(&self, form: FormId) -> TermId {
        TermId::new(self.form_starts.partition_point(|start| start <= form.0) - 1)
    }

    /// The documents that have a term in a surface form, in their order.
    pub(crate) fn docs_with_form(&self, form: FormId) -> Box<dyn Iterator<Item = DocId> + '_> {
        let term = self.term_of(form);
        if self.form_range(term).len() == 1 {
            return Box::new(self.all_postings(term).map(|posting| posting.doc));
        }
        let list = range(&self.form_doc_starts, form.index());
        let docs = gaps::numbers(&self.form_docs.bytes()[list]).map(DocId);
        // They rise; a code that was tampered with may stand for any number.
        Box::new(docs.take_while(|doc| doc.index() < self.document_count()))
    }

    /// The terms with a spelling similar to a word's, in their order, with the Dice coefficients of
    /// their sets of character n-grams.
    pub(crate) fn similar_spelling(&self, word: &str) -> Vec<(TermId, f64)> {
        self.grams.similar(word)
    }

    /// The other surface forms that equal a word but for accents, in their order.
    pub(crate) fn other_accents(&self, word: &str) -> Vec<FormId> {
        self.forms_without_accents.others(&self.forms, word)
    }

    /// How many chunks of documents there are.
    pub(crate) fn chunk_count(&self) -> usize {
        self.posting_starts.len() / (self.terms.len() + 1)
    }

    /// The postings of a term in a chunk.
    pub(crate) fn postings(&self, chunk: usize, term: TermId) -> Postings<'_> {
        let list = range(&self.posting_starts, chunk * (self.terms.len() + 1) + term.index());
        let (docs, codes, passages) =
            (self.docs.items(), self.codes.bytes(), self.passages.bytes());
        Postings { docs, codes, passages }.slice(list)
    }

    /// How many documents have a term, dead ones included.
    pub(crate) fn posting_count(&self, term: TermId) -> usize {
        (0..self.chunk_count()).map(|chunk| self.postings(chunk, term).docs.len()).sum()
    }

    /// The postings of a term in all chunks, in the order of the documents.
    pub(crate) fn all_postings(&self, term: TermId) -> impl Iterator<Item = Posting> {
        (0..self.chunk_count()).flat_map(move |chunk| {
            let list = self.postings(chunk, term);
            let docs = list.numbers().map(move |number| DocId::new(chunk * CHUNK + number));
            let posting = |((doc, code), passages): ((DocId, &u8), &u8)| Posting {
                doc,
                code: *code,
                passages: *passages,
            };
            docs.zip(list.codes).zip(list.passages).map(posting)
        })
    }

    /// The code and the passages of a document, if it has a term.
    pub(crate) fn posting(&self, term: TermId, doc: DocId) -> Option<(u8, u8)> {
        let (chunk, number) = (doc.index() / CHUNK, doc.index() % CHUNK);
        let list = self.postings(chunk, term);
        let number_of = |other: &[u8; 2]| usize::from(u16::from_le_bytes(*other));
        let place = list.docs.binary_search_by_key(&number, number_of).ok()?;
        Some((list.codes[place], list.passages[place]))
    }

    /// How many terms each passage has, up to 255, of some documents.
    pub(crate) fn passage_lengths(&self, docs: Range<usize>) -> &[[u8; PASSAGES]] {
        let all = self.passage_lengths.items();
        &all[docs.start.min(all.len())..docs.end.min(all.len())]
    }

    /// For some documents the code of a term that occurs once there: it tells a document's length, or
    /// a longer one, without a look at its postings. It is found when it is first asked for.
    pub(crate) fn codes_of_one(&self, docs: Range<usize>) -> &[u8] {
        let all = self.codes_of_one.get_or_init(|| self.find_codes_of_one());
        &all[docs.start.min(all.len())..docs.end.min(all.len())]
    }

    /// Looks into the long lists alone, of which nearly every document is in one. The others count as
    /// the longest documents. With all lists the first answer among 50,000 took 1.7 ms longer.
    fn find_codes_of_one(&self) -> Box<[u8]> {
        let mut found = vec![code::LONGEST; self.document_count()].into_boxed_slice();
        for (chunk, found) in found.chunks_mut(CHUNK).enumerate() {
            let long = found.len() / LONG_LISTS;
            for term in (0..self.term_count()).map(TermId::new) {
                let list = self.postings(chunk, term);
                if list.docs.len() > long {
                    for (number, code) in list.numbers().zip(list.codes) {
                        found[number] = code::of_one(*code);
                    }
                }
            }
        }
        found
    }

    /// Marks the index as built in this process and not written yet.
    pub(crate) fn mark_dirty(self) -> Self {
        Self { dirty: AtomicBool::new(true), ..self }
    }

    /// Whether the postings of the last chunk are of documents that exist; each of the chunks before
    /// it is full.
    fn docs_exist(&self, last: usize) -> bool {
        let first = self.posting_starts.get(last * (self.terms.len() + 1)) as usize;
        let count = self.ids.len() - last * CHUNK;
        let number_of = |doc: &[u8; 2]| usize::from(u16::from_le_bytes(*doc));
        self.docs.items()[first..].iter().all(|doc| number_of(doc) < count)
    }

    /// Reads a file; `None` if it is damaged.
    pub(crate) fn from_file(file: &OwnedBytes) -> Option<Self> {
        let mut reader = Reader::of_file(file)?;
        let ids = reader.texts()?;
        let fingerprints = Fingerprints::read(&mut reader, ids.len())?;
        let terms = reader.texts()?;
        let (buckets, form_starts, forms) = (reader.array()?, reader.array()?, reader.texts()?);
        let read = Self {
            file: file.clone(),
            dirty: AtomicBool::new(false),
            buckets,
            form_starts,
            forms_without_accents: FormsWithoutAccents::read(&mut reader, forms.len())?,
            forms,
            form_doc_starts: reader.array()?,
            form_docs: reader.array()?,
            grams: Grams::read(&mut reader, terms.len())?,
            posting_starts: reader.array()?,
            docs: reader.array()?,
            codes: reader.array()?,
            passages: reader.array()?,
            passage_lengths: reader.array()?,
            codes_of_one: OnceLock::new(),
            ids,
            fingerprints,
            terms,
        };
        let chunks = read.ids.len().div_ceil(CHUNK).max(1);
        let is_sound = reader.is_empty()
            && term_table::is_sound(&read.buckets, &read.terms)
            && are_starts(&read.form_starts, read.terms.len(), read.forms.len())
            && are_starts(&read.form_doc_starts, read.forms.len(), read.form_docs.len())
            && read.posting_starts.len() == (read.terms.len() + 1) * chunks
            && read.posting_starts.is_sorted()
            && read.posting_starts.last() == Some(read.docs.len())
            && read.codes.len() == read.docs.len()
            && read.passages.len() == read.docs.len()
            && read.passage_lengths.len() == read.ids.len()
            && read.docs_exist(chunks - 1);
        is_sound.then_some(read)
    }
}

/// The range of a list, by its number.
fn range(starts: &U32Column, list: usize) -> Range<usize> {
    starts.get(list) as usize..starts.get(list + 1) as usize
}

/// Whether a column has the starts of `count` lists, of which the last one ends at `end`.
fn are_starts(starts: &U32Column, count: usize, end: usize) -> bool {
    starts.len() == count + 1
        && starts.get(0) == 0
        && starts.is_sorted()
        && starts.last() == Some(end)
}
