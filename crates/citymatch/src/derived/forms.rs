//! The terms of one segment, and the forms in which they stand in its records.

use std::collections::BTreeMap;

use citymatch_encoder::{EncodeError, Encoder, Quantised};

use super::file::{Sink, Source};
use crate::text::Content;

/// The terms of a segment by text, each with its forms, how often each stands there, and the vector of the commonest.
pub(crate) struct Forms {
    pub(crate) terms: Vec<TermForms>,
}

/// A term of a segment.
pub(crate) struct TermForms {
    pub(crate) text: String,
    /// By text.
    pub(crate) forms: Vec<(String, u32)>,
    /// Of the commonest form.
    pub(crate) vector: Quantised,
}

/// How often each form of each term stands in records, a field's weight times each.
pub(crate) type FormCounts = BTreeMap<String, BTreeMap<String, u32>>;

/// Adds the forms of records.
pub(crate) fn count_forms<'a>(counts: &mut FormCounts, contents: impl IntoIterator<Item = &'a Content>) {
    for (term, weight) in contents.into_iter().flat_map(|content| &content.terms) {
        if !counts.contains_key(&term.text) {
            counts.insert(term.text.clone(), BTreeMap::new());
        }
        let forms = counts.get_mut(&term.text).expect("it was put there");
        match forms.get_mut(&term.form) {
            Some(count) => *count += weight,
            None => drop(forms.insert(term.form.clone(), *weight)),
        }
    }
}

/// The form that stands most often, the first by text of those as common.
pub(crate) fn commonest<'f>(forms: impl DoubleEndedIterator<Item = (&'f str, u32)>) -> Option<&'f str> {
    // Of equal counts `max_by_key` takes the last, so the forms go in backwards.
    forms.rev().max_by_key(|(_, count)| *count).map(|(form, _)| form)
}

impl Forms {
    pub(super) fn new(counts: FormCounts, encoder: &dyn Encoder) -> Result<Self, EncodeError> {
        let names = |forms: &BTreeMap<String, u32>| {
            commonest(forms.iter().map(|(form, count)| (form.as_str(), *count))).unwrap_or_default().to_owned()
        };
        let commonest: Vec<String> = counts.values().map(names).collect();
        let vectors = encoder.encode(&commonest.iter().map(String::as_str).collect::<Vec<_>>())?;
        let term = |((text, forms), vector): ((String, BTreeMap<String, u32>), citymatch_encoder::Vector)| TermForms {
            text,
            forms: forms.into_iter().collect(),
            vector: vector.quantise(),
        };
        Ok(Self { terms: counts.into_iter().zip(vectors).map(term).collect() })
    }

    pub(super) fn write(&self, sink: &mut Sink) {
        sink.number(self.terms.len());
        for term in &self.terms {
            sink.text(&term.text);
            sink.number(term.forms.len());
            for (form, count) in &term.forms {
                sink.text(form);
                sink.number(*count as usize);
            }
            sink.integers(term.vector.values());
        }
    }

    pub(super) fn read(source: &mut Source<'_>, size: usize) -> Option<Self> {
        let mut terms = Vec::new();
        for _ in 0..source.number()? {
            let text = source.text()?;
            let mut forms = Vec::new();
            for _ in 0..source.number()? {
                forms.push((source.text()?, u32::try_from(source.number()?).ok()?));
            }
            let vector = source.integers().filter(|values| values.len() == size)?;
            terms.push(TermForms { text, forms, vector: Quantised::new(vector) });
        }
        Some(Self { terms })
    }
}
