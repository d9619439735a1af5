//! How much a word counts in each text field of a record.

use super::record_text::THEMES;
use crate::record::Kind;

/// How often a word counts in each field of a solution. The signals multiply both the word's count
/// and the field's length by it, as BM25F does (Robertson, Zaragoza and Taylor, 2004).
const SOLUTION_WEIGHTS: [(&str, u32); 6] =
    [("title", 2), ("summary", 2), ("problem", 2), ("description", 1), ("impact", 1), (THEMES, 2)];

/// How often a word of a challenge's field counts where challenges are searched.
const CHALLENGE_WEIGHTS: [(&str, u32); 7] = [
    ("title", 2),
    ("question", 2),
    ("problem", 2),
    ("outcome", 1),
    ("beneficiaries", 1),
    ("context", 1),
    (THEMES, 1),
];

/// How often a word of each field counts in the index of a kind, in counts and in lengths.
pub(crate) fn index_weights(kind: Kind) -> &'static [(&'static str, u32)] {
    match kind {
        Kind::Solution => &SOLUTION_WEIGHTS,
        Kind::Challenge => &CHALLENGE_WEIGHTS,
    }
}

/// How much a word counts in each field of a challenge that is a query, in hundredths: 100 is a
/// whole occurrence. Whole numbers keep the sums exact, in whatever order they are added.
const CHALLENGE_HUNDREDTHS: [(&str, u32); 7] = [
    ("title", 100),
    ("question", 100),
    ("problem", 100),
    ("outcome", 100),
    ("beneficiaries", 50),
    ("context", 10),
    (THEMES, 100),
];

/// How much a word counts in each field of a solution that is a query, in hundredths.
const SOLUTION_HUNDREDTHS: [(&str, u32); 6] = [
    ("title", 100),
    ("summary", 100),
    ("problem", 100),
    ("description", 100),
    ("impact", 100),
    (THEMES, 100),
];

/// How much a bare number of a query counts, in hundredths of a word of its field; and how much all
/// of them count together at most.
///
/// A year or a size that a question and a solution share is a sign that they belong together: with
/// a weight of 0 questions in another language lose .0065 nDCG@10 (`xquad_xl`), with 30 .0026, with
/// 50 .0005. But numbers are rare words, and a text has many of them that say nothing.
pub(super) const NUMBER_WEIGHT: u32 = 30;
pub(super) const NUMBERS_WEIGHT: u32 = 100;

/// How much a word counts in each field of a record of a kind that is a query, in hundredths.
pub(crate) fn query_hundredths(kind: Kind) -> &'static [(&'static str, u32)] {
    match kind {
        Kind::Solution => &SOLUTION_HUNDREDTHS,
        Kind::Challenge => &CHALLENGE_HUNDREDTHS,
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
        let fields = |texts: &[&'static str]| [texts, &[THEMES]].concat();
        for (kind, texts) in
            [(Kind::Solution, fields(Solution::TEXTS)), (Kind::Challenge, fields(Challenge::TEXTS))]
        {
            for table in [index_weights(kind), query_hundredths(kind)] {
                assert_eq!(table.iter().map(|(field, _)| *field).collect::<Vec<_>>(), texts);
            }
        }
    }
}
