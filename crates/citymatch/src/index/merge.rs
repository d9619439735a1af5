//! The index of a merged segment, made from the indexes of the segments that were merged. No text
//! is analysed or encoded again, and the bytes are the same as if the index had been built from the
//! documents.

use ownedbytes::OwnedBytes;

use super::fingerprints::Fingerprint;
use super::form_vectors::Vectors;
use super::gaps;
use super::inverted::{InvertedIndex, Posting};
use super::inverted_builder::{IndexedTerm, write};
use super::rows::Rows;
use super::text_vectors::VectorsBuilder;
use crate::encoding::Sizes;
use crate::ids::{DocId, FormId, TermId};

/// The index of a segment that is merged.
#[derive(Clone, Copy)]
pub(crate) struct MergeSource<'s> {
    pub(crate) index: &'s InvertedIndex,
    /// `None` where there is no encoder.
    pub(crate) vectors: Option<&'s Vectors>,
}

/// Where a document was: the place of its segment among the sources, and its number there.
pub(crate) type SourceDoc = (usize, DocId);

/// The files of a merged segment's inverted index and of its vectors. `documents` says where each
/// of its documents was, in their new order. `sizes` are those of the vectors, if there are any.
pub(crate) fn merge(
    sources: &[MergeSource<'_>],
    documents: &[SourceDoc],
    sizes: Option<Sizes>,
) -> (OwnedBytes, Option<OwnedBytes>) {
    let all_vectors: Option<Vec<&Vectors>> = sources.iter().map(|source| source.vectors).collect();
    let new_docs = new_docs(sources, documents);
    let (mut terms, mut form_vectors): (Vec<IndexedTerm>, Rows) = Default::default();
    let mut cursors: Vec<TermCursor<'_>> = Vec::new();
    for (source, new_docs) in sources.iter().zip(&new_docs) {
        cursors.push(TermCursor { index: source.index, next: TermId(0), new_docs });
    }
    while let Some(text) = cursors.iter().filter_map(TermCursor::text).min() {
        // The sources that have the term, each with its number there.
        let mut found: Vec<(usize, TermId)> = Vec::new();
        for (source, cursor) in cursors.iter_mut().enumerate() {
            found.extend(cursor.take(text).map(|term| (source, term)));
        }
        let mut postings: Vec<Posting> = Vec::new();
        for (source, term) in &found {
            postings.extend(cursors[*source].moved_postings(*term));
        }
        if postings.is_empty() {
            // All documents with the term are dead, and not in the merged segment.
            continue;
        }
        postings.sort_unstable_by_key(|posting| posting.doc);
        let forms = merge_forms(&cursors, &found, |source, form| {
            if let Some(vectors) = &all_vectors {
                let vector = vectors[source].form(form);
                form_vectors.push(vector.values(), vector.scale());
            }
        });
        terms.push(IndexedTerm { text: text.to_owned(), forms, postings });
    }
    let ids = documents.iter().map(|(source, doc)| sources[*source].index.id(*doc));
    let own: Vec<Vec<Fingerprint>> =
        sources.iter().map(|source| source.index.fingerprints().by_doc()).collect();
    let fingerprints = documents.iter().map(|(source, doc)| own[*source][doc.index()]);
    let file = write(ids, &fingerprints.collect::<Vec<_>>(), &terms);
    let vectors = all_vectors.zip(sizes).map(|(vectors, sizes)| {
        let mut texts = VectorsBuilder::new(sizes);
        for (source, doc) in documents {
            texts.copy(&vectors[*source].texts, *doc);
        }
        Vectors::write(&form_vectors, &texts, sizes.vector)
    });
    (file, vectors)
}

/// For each source the new number of each of its documents; `None` for those that are left out.
fn new_docs(sources: &[MergeSource<'_>], documents: &[SourceDoc]) -> Vec<Vec<Option<DocId>>> {
    let none = |source: &MergeSource<'_>| vec![None; source.index.document_count()];
    let mut new_docs: Vec<Vec<Option<DocId>>> = sources.iter().map(none).collect();
    for (place, (source, doc)) in documents.iter().enumerate() {
        new_docs[*source][doc.index()] = Some(DocId::new(place));
    }
    new_docs
}

/// The surface forms of a term that some document still has, in the order of their texts, with the
/// documents as gaps. `visit` is called for each with a source that has it and its number there.
fn merge_forms(
    cursors: &[TermCursor<'_>],
    found: &[(usize, TermId)],
    mut visit: impl FnMut(usize, FormId),
) -> Vec<(String, Vec<u8>)> {
    let mut all: Vec<(&str, usize, FormId)> = Vec::new();
    for (source, term) in found {
        let index = cursors[*source].index;
        all.extend(index.forms_of(*term).map(|form| (index.form(form), *source, form)));
    }
    all.sort_unstable();
    let mut forms = Vec::new();
    for same in all.chunk_by(|a, b| a.0 == b.0) {
        let mut docs: Vec<DocId> = Vec::new();
        for (_, source, form) in same {
            docs.extend(cursors[*source].moved_docs(*form));
        }
        docs.sort_unstable();
        let (mut bytes, mut last) = (Vec::new(), None);
        for doc in docs {
            gaps::push(&mut bytes, last, doc.0);
            last = Some(doc.0);
        }
        if last.is_some() {
            let (text, source, form) = same[0];
            visit(source, form);
            forms.push((text.to_owned(), bytes));
        }
    }
    forms
}

/// An iteration over the terms of a source, in the order of their texts.
struct TermCursor<'s> {
    index: &'s InvertedIndex,
    next: TermId,
    new_docs: &'s [Option<DocId>],
}

impl<'s> TermCursor<'s> {
    /// The text of the next term; `None` after the last one.
    fn text(&self) -> Option<&'s str> {
        let has_next = self.next.index() < self.index.term_count();
        has_next.then(|| self.index.term(self.next))
    }

    /// The next term, if it has this text: then the cursor advances.
    fn take(&mut self, text: &str) -> Option<TermId> {
        let term = self.next;
        (self.text() == Some(text)).then(|| {
            self.next = TermId(term.0 + 1);
            term
        })
    }

    /// The postings of a term whose documents are in the merged segment, with their new numbers.
    fn moved_postings(&self, term: TermId) -> impl Iterator<Item = Posting> {
        let moved = |posting: Posting| {
            Some(Posting { doc: self.new_docs[posting.doc.index()]?, ..posting })
        };
        self.index.all_postings(term).filter_map(moved)
    }

    /// The documents of a form that are in the merged segment, by their new numbers.
    fn moved_docs(&self, form: FormId) -> impl Iterator<Item = DocId> {
        self.index.docs_with_form(form).filter_map(|doc| self.new_docs[doc.index()])
    }
}
