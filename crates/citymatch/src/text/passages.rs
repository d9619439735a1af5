//! Up to eight parts of a record, so that the parts that have a term fit one byte.

/// How many passages a record has at most.
pub(crate) const PASSAGES: usize = 8;

/// The passage of a sentence: a sentence is one where there are no more than eight of them, else
/// neighbours share one, as evenly as can be.
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
