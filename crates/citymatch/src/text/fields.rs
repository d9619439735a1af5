//! How much a word counts in each text field of a record.

use crate::record::Kind;

/// How often a word counts in each field of a solution. The signals multiply both the word's count
/// and the field's length by it, as BM25F does (Robertson, Zaragoza and Taylor, 2004).
const SOLUTION_WEIGHTS: [(&str, u32); 5] =
    [("title", 2), ("summary", 2), ("problem", 2), ("description", 1), ("impact", 1)];

/// How often a word of a challenge's field counts where challenges are searched.
const CHALLENGE_WEIGHTS: [(&str, u32); 6] = [
    ("title", 2),
    ("question", 2),
    ("problem", 2),
    ("outcome", 1),
    ("beneficiaries", 1),
    ("context", 1),
];

/// How often a word of each field counts in the index of a kind, in counts and in lengths.
pub(crate) fn index_weights(kind: Kind) -> &'static [(&'static str, u32)] {
    match kind {
        Kind::Solution => &SOLUTION_WEIGHTS,
        Kind::Challenge => &CHALLENGE_WEIGHTS,
    }
}

/// How much a word counts in each field of a challenge that is a query, in tenths: 10 is a whole
/// occurrence. Whole numbers keep the sums exact, in whatever order they are added.
const QUERY_TENTHS: [(&str, u32); 6] = [
    ("title", 10),
    ("question", 10),
    ("problem", 10),
    ("outcome", 10),
    ("beneficiaries", 5),
    ("context", 1),
];

/// How much a word counts in each field of a solution that is a query, in tenths.
const SOLUTION_TENTHS: [(&str, u32); 5] =
    [("title", 10), ("summary", 10), ("problem", 10), ("description", 10), ("impact", 10)];

/// How much a word counts in each field of a record of a kind that is a query, in tenths.
pub(crate) fn query_tenths(kind: Kind) -> &'static [(&'static str, u32)] {
    match kind {
        Kind::Solution => &SOLUTION_TENTHS,
        Kind::Challenge => &QUERY_TENTHS,
    }
}

/// The weight of a field in one of the two tables; 0 for a field that is not in it.
pub(crate) fn weight(table: &[(&str, u32)], field: &str) -> u32 {
    table.iter().find(|(name, _)| *name == field).map_or(0, |(_, weight)| *weight)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Challenge, Record, Solution};

    #[test]
    fn every_text_has_a_weight() {
        assert_eq!(SOLUTION_WEIGHTS.map(|(field, _)| field), Solution::TEXTS);
        assert_eq!(SOLUTION_TENTHS.map(|(field, _)| field), Solution::TEXTS);
        assert_eq!(CHALLENGE_WEIGHTS.map(|(field, _)| field), Challenge::TEXTS);
        assert_eq!(QUERY_TENTHS.map(|(field, _)| field), Challenge::TEXTS);
    }
}
