//! Building an inverted index document by document, and writing its file.

use citymatch_encoder::WordCache;
use foldhash::HashMap;
use ownedbytes::OwnedBytes;

use super::code::{code, fieldnorm_id};
use super::file::Writer;
use super::fingerprints::{self, Fingerprint, fingerprint};
use super::inverted::{CHUNK, Posting};
use super::{accents, gaps, grams, term_table};
use crate::ids::DocId;
use crate::text::{AnalysedRecord, PASSAGES, TermForm, passage};

/// The inverted index of the documents that have been added so far.
#[derive(Default)]
pub(super) struct InvertedIndexBuilder {
    ids: Vec<String>,
    fingerprints: Vec<Fingerprint>,
    /// The place in `forms` of each term in a surface form.
    forms_by_text: HashMap<TermForm, usize>,
    /// The same of those that came last, which are found sooner there.
    known_forms: WordCache,
    forms: Vec<FormDocs>,
    /// The place in `terms` of each term.
    terms_by_text: HashMap<String, usize>,
    terms: Vec<TermPostings>,
    /// The terms of the document that is being added, each once.
    terms_of_doc: Vec<usize>,
}

/// A surface form while documents are added.
struct FormDocs {
    term: usize,
    /// The documents that have it, as gaps.
    docs: Vec<u8>,
    /// The last of them.
    last: Option<u32>,
}

/// A term while documents are added.
#[derive(Default)]
struct TermPostings {
    postings: Vec<Posting>,
    /// Its weighted count in the document that is being added; 0 between two documents.
    count: u32,
    /// The passages of that document that have it, as bits.
    passages: u8,
}

impl InvertedIndexBuilder {
    /// Adds the next document.
    pub(super) fn push(&mut self, record: &AnalysedRecord) {
        let doc = DocId::new(self.ids.len());
        self.ids.push(record.id.clone());
        self.fingerprints.push(fingerprint(record));
        let mut length = 0;
        for (number, sentence) in record.sentences.iter().enumerate() {
            let passage = 1 << passage(number, record.sentences.len());
            for term_form in sentence.terms.iter() {
                self.push_occurrence(term_form, doc, sentence.weight, passage);
                length += sentence.weight;
            }
        }
        for term in self.terms_of_doc.drain(..) {
            let term = &mut self.terms[term];
            let (count, passages) = (std::mem::take(&mut term.count), term.passages);
            term.passages = 0;
            let code = code(count, fieldnorm_id(length));
            term.postings.push(Posting { doc, code, passages });
        }
    }

    /// Counts an occurrence of a term in a surface form in the document that is being added.
    fn push_occurrence(&mut self, term_form: &str, doc: DocId, weight: u32, passage: u8) {
        let form = self.form(term_form);
        let form = &mut self.forms[form];
        if form.last != Some(doc.0) {
            gaps::push(&mut form.docs, form.last, doc.0);
            form.last = Some(doc.0);
        }
        let term = &mut self.terms[form.term];
        if term.count == 0 {
            self.terms_of_doc.push(form.term);
        }
        term.count += weight;
        term.passages |= passage;
    }

    /// The place of a term in a surface form.
    fn form(&mut self, text: &str) -> usize {
        if let Some(known) = self.known_forms.get(text).and_then(|own| own.first_chunk()) {
            return u32::from_le_bytes(*known) as usize;
        }
        let form = self.form_of_all(text);
        if let Ok(form) = u32::try_from(form) {
            self.known_forms.insert(text, &form.to_le_bytes());
        }
        form
    }

    fn form_of_all(&mut self, text: &str) -> usize {
        if let Some(form) = self.forms_by_text.get(text) {
            return *form;
        }
        let term_form = TermForm::from_text(text);
        let term = self.terms_by_text.get(term_form.term()).copied().unwrap_or_else(|| {
            self.terms.push(TermPostings::default());
            self.terms_by_text.insert(term_form.term().to_owned(), self.terms.len() - 1);
            self.terms.len() - 1
        });
        self.forms.push(FormDocs { term, docs: Vec::new(), last: None });
        self.forms_by_text.insert(term_form, self.forms.len() - 1);
        self.forms.len() - 1
    }

    /// The file of the index.
    pub(super) fn into_file(mut self) -> OwnedBytes {
        let mut forms: Vec<(TermForm, usize)> = self.forms_by_text.into_iter().collect();
        forms.sort_unstable_by(|(a, _), (b, _)| (a.term(), a.form()).cmp(&(b.term(), b.form())));
        let mut terms: Vec<IndexedTerm> = Vec::new();
        let mut last = None;
        for (term_form, form) in forms {
            let FormDocs { term, docs, .. } = &mut self.forms[form];
            if last != Some(*term) {
                last = Some(*term);
                let postings = std::mem::take(&mut self.terms[*term].postings);
                let text = term_form.term().to_owned();
                terms.push(IndexedTerm { text, forms: Vec::new(), postings });
            }
            if let Some(term) = terms.last_mut() {
                term.forms.push((term_form.form().to_owned(), std::mem::take(docs)));
            }
        }
        write(self.ids.iter().map(String::as_str), &self.fingerprints, &terms)
    }
}

/// A term as it is written.
pub(super) struct IndexedTerm {
    pub(super) text: String,
    /// Its surface forms in the order of their texts, each with its documents as gaps.
    pub(super) forms: Vec<(String, Vec<u8>)>,
    /// In the order of the documents.
    pub(super) postings: Vec<Posting>,
}

/// The file of an inverted index, from the ids and the fingerprints of its documents and its terms
/// in the order of their texts. The columns are in the order in which `InvertedIndex::from_file` reads them.
pub(super) fn write<'t>(
    ids: impl ExactSizeIterator<Item = &'t str>,
    fingerprints: &[Fingerprint],
    terms: &[IndexedTerm],
) -> OwnedBytes {
    let texts = || terms.iter().map(|term| term.text.as_str());
    debug_assert!(texts().is_sorted());
    let (documents, mut writer) = (ids.len(), Writer::new());
    writer.texts(ids);
    fingerprints::write(fingerprints, &mut writer);
    writer.texts(texts());
    writer.numbers(&term_table::buckets(texts()));
    writer.numbers(&starts(terms.iter().map(|term| term.forms.len())));
    let forms = || terms.iter().flat_map(|term| &term.forms);
    writer.texts(forms().map(|(form, _)| form.as_str()));
    accents::write(forms().map(|(form, _)| form.as_str()), &mut writer);
    // The documents of a term's only form are those of the term, so they are not written again.
    let form_docs = || {
        terms.iter().flat_map(|term| {
            let only = term.forms.len() == 1;
            term.forms.iter().map(move |(_, docs)| if only { &[][..] } else { docs.as_slice() })
        })
    };
    writer.numbers(&starts(form_docs().map(<[u8]>::len)));
    writer.bytes(&form_docs().collect::<Vec<_>>().concat());
    grams::write(texts(), &mut writer);
    write_postings(documents, terms, &mut writer);
    writer.into_file()
}

/// Writes the postings chunk by chunk: for each chunk the list of every term.
fn write_postings(documents: usize, terms: &[IndexedTerm], writer: &mut Writer) {
    let mut all: Vec<&Posting> =
        Vec::with_capacity(terms.iter().map(|term| term.postings.len()).sum());
    let mut lengths = Vec::new();
    let mut posting_starts = Vec::new();
    for chunk in 0..documents.div_ceil(CHUNK).max(1) {
        let first = all.len();
        lengths.clear();
        for term in terms {
            let before = |chunk: usize| {
                term.postings.partition_point(|posting| posting.doc.index() < chunk * CHUNK)
            };
            let list = &term.postings[before(chunk)..before(chunk + 1)];
            lengths.push(list.len());
            all.extend(list);
        }
        posting_starts.extend(starts_from(first, lengths.iter().copied()));
    }
    writer.numbers(&posting_starts);
    let number = |posting: &&Posting| {
        let number = posting.doc.index() % CHUNK;
        u16::try_from(number).expect("a remainder of 65,536 fits two bytes").to_le_bytes()
    };
    writer.array(all.iter().map(number));
    writer.array(all.iter().map(|posting| [posting.code]));
    writer.array(all.iter().map(|posting| [posting.passages]));
    writer.array(passage_lengths(documents, terms).into_iter());
}

/// How many terms each passage of each document has, up to 255.
fn passage_lengths(documents: usize, terms: &[IndexedTerm]) -> Vec<[u8; PASSAGES]> {
    let mut lengths = vec![[0_u8; PASSAGES]; documents];
    for posting in terms.iter().flat_map(|term| &term.postings) {
        for (passage, length) in lengths[posting.doc.index()].iter_mut().enumerate() {
            *length = length.saturating_add((posting.passages >> passage) & 1);
        }
    }
    lengths
}

/// The starts of lists with these lengths, and the end of the last one.
fn starts(lengths: impl Iterator<Item = usize>) -> Vec<u32> {
    starts_from(0, lengths)
}

fn starts_from(first: usize, lengths: impl Iterator<Item = usize>) -> Vec<u32> {
    let (mut end, mut starts) = (first, Vec::new());
    let number = |end: usize| u32::try_from(end).expect("a segment has fewer than 2^32 postings");
    starts.push(number(end));
    for length in lengths {
        end += length;
        starts.push(number(end));
    }
    starts
}
