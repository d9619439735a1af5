//! What `words` and `related` have in common: inverse document frequencies, and what a count in a
//! document of some length is worth.

use super::term_info::TermInfo;
use crate::catalogue::DocAddress;
use crate::explain::{Node, Operation};
use crate::ids::SegmentOrd;
use crate::index::code::{CODES, decode};
use crate::index::{InvertedIndex, Postings};

/// How many of a query's heaviest terms make its norm: so short and long queries compare.
const NORM_TERMS: usize = 12;

/// Inverse document frequency as Lucene smooths it (never negative): ln(1 + (N − n + 0.5) / (n +
/// 0.5)).
pub(crate) fn idf(documents: u64, doc_freq: u64) -> f64 {
    let (documents, doc_freq) = (documents as f64, doc_freq as f64);
    libm::log(1.0 + (documents - doc_freq + 0.5) / (doc_freq + 0.5))
}

/// What the weights of a query's terms are divided by: the sum of the 12 largest.
pub(crate) fn query_norm(weights: impl IntoIterator<Item = f64>) -> f64 {
    let mut weights: Vec<f64> = weights.into_iter().collect();
    weights.sort_by(|a, b| b.total_cmp(a));
    weights.iter().take(NORM_TERMS).sum()
}

/// A term of the collection, and how rare it is.
pub(crate) struct WeightedTerm {
    info: TermInfo,
    pub(crate) idf: f64,
}

impl WeightedTerm {
    /// `documents` is how many live documents there are in all.
    pub(crate) fn new(info: TermInfo, documents: u64) -> Self {
        Self { idf: idf(documents, info.doc_freq), info }
    }

    /// Its posting list in a chunk of a segment, dead documents included.
    pub(crate) fn postings<'t>(
        &self,
        index: &'t InvertedIndex,
        segment: SegmentOrd,
        chunk: usize,
    ) -> Postings<'t> {
        self.info.term_id(segment).map_or(Postings::NONE, |term| index.postings(chunk, term))
    }

    /// The code and the passages of one document, if it has the term.
    pub(crate) fn posting(&self, index: &InvertedIndex, address: DocAddress) -> Option<(u8, u8)> {
        index.posting(self.info.term_id(address.segment)?, address.doc)
    }

    /// What the term weighs in the query, with the numbers behind it.
    pub(crate) fn share_node(&self, weight: f32, count: f64, query_norm: f64) -> Node {
        let doc_freq = self.info.doc_freq as f64;
        let details =
            [("count", count), ("idf", self.idf), ("solutions", doc_freq), ("scale", query_norm)];
        Node::leaf("share of the ask", f64::from(weight), details)
    }
}

/// What each code of a posting is worth: tf / (tf + k1 (1 − b + b · length / mean length)).
pub(crate) struct TfNorm([f32; 256]);

impl TfNorm {
    pub(crate) fn new(mean_length: f64, k1: f64, b: f64) -> Self {
        let mut table = [0.0; 256];
        for (code, value) in (0_u8..).zip(&mut table[..CODES]) {
            let (count, length) = decode(code);
            let (count, length) = (f64::from(count), f64::from(length));
            let share = if mean_length > 0.0 { length / mean_length } else { 1.0 };
            *value = narrow(count / (count + k1 * (1.0 - b + b * share)));
        }
        Self(table)
    }

    #[inline]
    pub(crate) fn get(&self, code: u8) -> f32 {
        self.0[usize::from(code)]
    }

    /// A word's share of the query times what its count in the document is worth.
    pub(crate) fn word_node(&self, form: &str, share: Node, code: u8, mean_length: f64) -> Node {
        let (count, length) = decode(code);
        let details = [
            ("count", f64::from(count)),
            ("length", f64::from(length)),
            ("mean length", mean_length),
        ];
        let saturation = Node::leaf("saturation", f64::from(self.get(code)), details);
        let value = share.value * saturation.value;
        Node::over(form, value, Operation::Product, vec![share, saturation])
    }
}

#[allow(clippy::cast_possible_truncation)] // that is what narrowing is
pub(crate) fn narrow(value: f64) -> f32 {
    value as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn idf_of_lucene() {
        // Values of Lucene's BM25Similarity.idf(docFreq, docCount).
        for (documents, doc_freq, expected) in
            [(1, 1, 0.287_682), (10, 0, 3.091_042), (10, 4, 0.893_818), (1_000, 1, 6.503_290)]
        {
            let found = idf(documents, doc_freq);
            assert!((found - expected).abs() < 1e-5, "{doc_freq} of {documents}: {found}");
        }
    }

    #[test]
    fn only_the_twelve_heaviest_make_the_norm() {
        let norm = query_norm((1..=20).map(f64::from));
        assert!((norm - f64::from((9..=20).sum::<i32>())).abs() < 1e-12);
        assert!(query_norm([]).abs() < 1e-12);
    }
}
