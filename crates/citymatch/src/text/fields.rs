//! What a word counts in each field.

use crate::record::Kind;

/// How often a word of a solution's field counts in `words`, in counts and in lengths.
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

/// What a word of a challenge's field counts in the ask, in tenths.
pub(crate) const QUERY_TENTHS: [(&str, u32); 6] = [
    ("title", 10),
    ("question", 10),
    ("problem", 10),
    ("outcome", 10),
    ("beneficiaries", 5),
    ("context", 1),
];

/// The weight of a field in one of the tables.
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
        assert_eq!(CHALLENGE_WEIGHTS.map(|(field, _)| field), Challenge::TEXTS);
        assert_eq!(QUERY_TENTHS.map(|(field, _)| field), Challenge::TEXTS);
    }
}
