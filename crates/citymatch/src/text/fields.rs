//! What a word counts in each field.

/// How often a word of a solution's field counts in `words`, in counts and in lengths.
pub(crate) const SOLUTION_WEIGHTS: [(&str, u32); 5] =
    [("title", 2), ("summary", 2), ("problem", 2), ("description", 1), ("impact", 1)];

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
        assert_eq!(QUERY_TENTHS.map(|(field, _)| field), Challenge::TEXTS);
    }
}
