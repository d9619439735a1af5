//! The document whose score is explained, with what signals need to show evidence.

use std::collections::{BTreeMap, BTreeSet};

use super::Evidence;
use crate::catalogue::{DocAddress, Snapshot};
use crate::record::{Language, Solution};
use crate::text::{RecordSentence, RecordText};

/// A document, and the terms of the query that it has.
pub(crate) struct ExplainedDocument<'s> {
    pub(crate) snapshot: &'s Snapshot,
    pub(crate) address: DocAddress,
    /// Whether it is written in the query's language.
    pub(crate) same_language: bool,
    text: RecordText,
    locations: BTreeMap<String, TermLocations>,
    /// The terms of the query that some signal has found in the document, by their places there.
    met: BTreeSet<usize>,
}

/// Where a term occurs in a solution.
#[derive(Clone, Default)]
struct TermLocations {
    /// Its surface forms, in the order of their texts.
    forms: Vec<String>,
    /// The fields that have it, each with the number of occurrences.
    fields: Vec<(&'static str, u32)>,
}

impl<'s> ExplainedDocument<'s> {
    pub(crate) fn new(
        snapshot: &'s Snapshot,
        address: DocAddress,
        solution: &Solution,
        language: Option<Language>,
        same_language: bool,
    ) -> Self {
        let text = RecordText::new(solution).with_themes(solution, language);
        let (locations, met) = (locations(&text, language), BTreeSet::new());
        Self { snapshot, address, same_language, text, locations, met }
    }

    /// Records that the document has a term of the query, by its place there.
    pub(crate) fn met(&mut self, term: usize) {
        self.met.insert(term);
    }

    pub(crate) fn is_met(&self, term: usize) -> bool {
        self.met.contains(&term)
    }

    /// The evidence that the document has a term. `ask` is the word of the query in its surface
    /// form; `weight` is that of the term as an expansion of it.
    pub(crate) fn term_evidence(&self, term: &str, ask: &str, weight: Option<f64>) -> Evidence {
        let TermLocations { forms, fields } = self.locations.get(term).cloned().unwrap_or_default();
        Evidence::Term {
            term: term.to_owned(),
            ask: ask.to_owned(),
            solution: forms,
            fields,
            weight,
        }
    }

    /// The text of a sentence, by its place among the document's sentences.
    pub(crate) fn sentence(&self, place: usize) -> String {
        self.text.sentences.get(place).map(|sentence| sentence.shown.clone()).unwrap_or_default()
    }
}

fn locations(text: &RecordText, language: Option<Language>) -> BTreeMap<String, TermLocations> {
    let mut locations: BTreeMap<String, TermLocations> = BTreeMap::new();
    for RecordSentence { field, matched, .. } in &text.sentences {
        for term in matched.terms(language) {
            let TermLocations { forms, fields } = locations.entry(term.text).or_default();
            if let Err(place) = forms.binary_search(&term.form) {
                forms.insert(place, term.form);
            }
            match fields.last_mut() {
                Some((last, count)) if last == field => *count += 1,
                _ => fields.push((*field, 1)),
            }
        }
    }
    locations
}
