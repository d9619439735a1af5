//! The parts of BM25 that `words` and `related` share: inverse document frequencies, and the term
//! frequency normalised by the document's length (Robertson and Zaragoza, 2009).

use crate::explain::{Node, Operation};
use crate::index::TermInfo;
use crate::index::code::{CODES, decode};

/// How many of a query's heaviest terms make its norm. The norm divides the weights of all terms,
/// so that the values of short and of long queries are comparable.
const NORM_TERMS: usize = 12;

/// The inverse document frequency as Lucene smooths it, which is never negative:
/// ln(1 + (N − n + 0.5) / (n + 0.5)).
pub(crate) fn idf(documents: u64, doc_freq: u64) -> f64 {
    let (documents, doc_freq) = (documents as f64, doc_freq as f64);
    libm::log(1.0 + (documents - doc_freq + 0.5) / (doc_freq + 0.5))
}

/// The divisor of the weights of a query's terms: the sum of the 12 largest.
pub(crate) fn query_norm(weights: impl IntoIterator<Item = f64>) -> f64 {
    let mut weights: Vec<f64> = weights.into_iter().collect();
    weights.sort_by(|a, b| b.total_cmp(a));
    weights.iter().take(NORM_TERMS).sum()
}

/// The node of an explanation for the weight of a term in the query.
pub(crate) fn share_node(
    term: &TermInfo,
    idf: f64,
    weight: f32,
    count: f64,
    query_norm: f64,
) -> Node {
    let doc_freq = term.doc_freq as f64;
    let details = [("count", count), ("idf", idf), ("solutions", doc_freq), ("scale", query_norm)];
    Node::leaf("share of the ask", f64::from(weight), details)
}

/// The normalised term frequency of each code:
/// tf / (tf + k1 (1 − b + b · length / mean length)).
///
/// A posting's code is a byte for a pair of a count and a length, so all values fit a table and the
/// division is not repeated for each posting.
#[derive(Clone)]
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

    /// The node of an explanation for a word: its share of the query times its normalised term
    /// frequency in the document.
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

/// The nearest `f32`. Weights are computed in `f64` and rounded once; sums are of `f32`.
#[expect(clippy::cast_possible_truncation, reason = "rounding is the purpose")]
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
