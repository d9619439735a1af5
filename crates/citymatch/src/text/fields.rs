//! How much a word counts in each text field of a record.

/// How often a word counts in each field of a solution. The signal `words` multiplies both the
/// word's count and the field's length by it, as BM25F does (Robertson, Zaragoza and Taylor, 2004).
pub(crate) const SOLUTION_WEIGHTS: [(&str, u32); 5] =
    [("title", 2), ("summary", 2), ("problem", 2), ("description", 1), ("impact", 1)];

/// How much a word counts in each field of a challenge, in tenths: 10 is a whole occurrence. Whole
/// numbers keep the sums exact, in whatever order they are added.
pub(crate) const QUERY_TENTHS: [(&str, u32); 6] = [
    ("title", 10),
    ("question", 10),
    ("problem", 10),
    ("outcome", 10),
    ("beneficiaries", 5),
    ("context", 1),
];

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
        assert_eq!(QUERY_TENTHS.map(|(field, _)| field), Challenge::TEXTS);
    }
}
