//! The passages of a record: its sentences, divided into at most eight groups of neighbours. Eight
//! passages have a bit each in one byte, and each posting has such a byte, which says which
//! passages of the record have the term.

/// The most passages that a record has.
pub(crate) const PASSAGES: usize = 8;

/// The passage, from 0, that a sentence belongs to, in a record of `sentences` sentences.
///
/// Up to eight sentences are a passage each. More sentences are divided evenly, in their order: the
/// numbers of sentences of two passages differ by at most one.
pub(crate) fn passage(sentence: usize, sentences: usize) -> usize {
    if sentences <= PASSAGES { sentence } else { sentence * PASSAGES / sentences }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_fill_the_passages_in_order() {
        for (name, sentences, expected) in [
            ("one", 1, &[0][..]),
            ("as_many", 8, &[0, 1, 2, 3, 4, 5, 6, 7]),
            ("one_more", 9, &[0, 0, 1, 2, 3, 4, 5, 6, 7]),
            ("twice", 16, &[0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7]),
        ] {
            assert_eq!(
                (0..sentences).map(|sentence| passage(sentence, sentences)).collect::<Vec<_>>(),
                expected,
                "{name}"
            );
        }
    }
}
