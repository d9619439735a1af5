//! Fuzz targets of the files in `derived/`. Their checksum is put right, so that what reads the
//! columns behind it is reached: it has to refuse each file in which an index is out of range.

use std::sync::LazyLock;

use bolero::check;
use citymatch_encoder::Quantised;

use super::file::file_of;
use super::{InvertedIndex, SegmentBuilder, StoredRecordVectors, TermInfo, Vectors};
use crate::encoding::Sizes;
use crate::ids::{DocId, TermId};
use crate::progress::Progress;
use crate::record::{Language, Solution};
use crate::text::{AnalysedRecord, Analyser, RecordText};

const GENERATED: usize = 100;
const SIZES: Sizes = Sizes { vector: 4, profile: 4 };

/// The index of two records.
static INDEX: LazyLock<InvertedIndex> = LazyLock::new(|| {
    let records = [("s1", "Jardines de lluvia para niños"), ("s2", "Baños secos sin agua")];
    let records = records.map(|(id, title)| {
        let (record, language) = (Solution::new(id, title), Some(Language::Spanish));
        let text = RecordText::new(&record);
        AnalysedRecord::new(&record, text, language, &mut Analyser::default())
    });
    let (mut builder, progress) = (SegmentBuilder::new(None), Progress::default());
    builder.push(&records, None, &progress).unwrap();
    builder.build(None, &progress).unwrap().inverted
});

#[test]
fn derived_terms() {
    check!(name = "derived_terms").with_iterations(GENERATED).for_each(|columns| {
        let Some(index) = InvertedIndex::from_file(&file_of(columns)) else { return };
        let documents = index.document_count();
        let docs = (0..documents).map(DocId::new);
        assert_eq!(index.ids_of(docs.clone()).count(), documents);
        index.fingerprints().repeated().flatten().for_each(|doc| assert!(doc.index() < documents));
        assert_eq!(index.fingerprints().by_doc().len(), documents);
        assert_eq!(index.passage_lengths(0..documents).len(), documents);
        for word in ["agua", "niños", "ninos", ""] {
            index.similar_spelling(word);
            index.other_accents(word);
        }
        let terms: Vec<&str> =
            (0..index.term_count()).map(|term| index.term(TermId::new(term))).collect();
        let hashed = terms.into_iter().map(|text| (text, TermInfo::new(text).hash()));
        for term in index.find_each(hashed).into_iter().flatten() {
            let found: Vec<DocId> = index.all_postings(term).map(|posting| posting.doc).collect();
            assert_eq!(found.len(), index.posting_count(term));
            for doc in found {
                assert!(doc.index() < documents);
                index.posting(term, doc);
            }
            for form in index.forms_of(term) {
                assert_eq!(index.term_of(form), term);
                index.form(form);
                assert!(index.docs_with_form(form).all(|doc| doc.index() < documents));
            }
        }
    });
}

#[test]
fn derived_vectors() {
    check!(name = "derived_vectors").with_iterations(GENERATED).for_each(|columns| {
        let Some(vectors) = Vectors::from_file(&file_of(columns), &INDEX, SIZES) else { return };
        let query = Quantised::new(vec![1, 2, 3, 4]);
        vectors.nearest_forms(&[&query]);
        for doc in (0..INDEX.document_count()).map(DocId::new) {
            vectors.texts.max_sim(doc, &query);
            vectors.texts.document_cosine(doc, &query);
            vectors.texts.profile(doc);
        }
    });
}

#[test]
fn derived_record_vectors() {
    check!(name = "derived_record_vectors").with_iterations(GENERATED).for_each(|columns| {
        let Some(vectors) = StoredRecordVectors::from_file(&file_of(columns), 2, 4) else { return };
        for doc in (0..2).map(DocId::new) {
            vectors.get(doc);
        }
    });
}
