//! The words for which a solution was found.

use citymatch::{Evidence, Explanation, Node};

/// A word of the ask that a solution has.
pub(crate) struct Matched<'e> {
    word: &'e str,
    forms: &'e [String],
    fields: &'e [(&'static str, u32)],
    value: f64,
}

/// The words of the ask that a solution has, the weightiest first.
pub(crate) fn matched(explanation: &Explanation) -> Vec<Matched<'_>> {
    let mut found = Vec::new();
    collect(&explanation.root, &mut found);
    found.sort_by(|a, b| b.value.total_cmp(&a.value).then_with(|| a.word.cmp(b.word)));
    found
}

fn collect<'e>(node: &'e Node, found: &mut Vec<Matched<'e>>) {
    if let Some(Evidence::Term { ask, solution, fields, .. }) = &node.evidence {
        found.push(Matched { word: ask, forms: solution, fields, value: node.value });
    }
    node.children.iter().for_each(|child| collect(child, found));
}

impl Matched<'_> {
    /// The word, and the solution's forms of it where they are others: `inundar → inundaciones`.
    pub(crate) fn words(&self) -> String {
        if self.forms.is_empty() || self.forms.iter().any(|form| form == self.word) {
            return self.word.to_owned();
        }
        format!("{} → {}", self.word, self.forms.join(", "))
    }

    /// The same, and the fields that have it: `agua (title, summary)`.
    pub(crate) fn words_and_fields(&self) -> String {
        let fields: Vec<&str> = self.fields.iter().map(|(field, _)| *field).collect();
        format!("{} ({})", self.words(), fields.join(", "))
    }
}

/// The weightiest words of all, at most so many, in one line.
pub(crate) fn top_words(explanation: &Explanation, most: usize) -> String {
    matched(explanation).iter().take(most).map(Matched::words).collect::<Vec<_>>().join(", ")
}

/// The same, with the fields that have them.
pub(crate) fn top_reasons(explanation: &Explanation, most: usize) -> String {
    matched(explanation).iter().take(most).map(Matched::words_and_fields).collect::<Vec<_>>().join(", ")
}
