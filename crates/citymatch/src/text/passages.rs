//! The passages of a record: up to eight parts of neighbouring sentences. With eight of them, one
//! bit each, a byte of a posting says which passages of the record have the term.

/// The most passages that a record has.
pub(crate) const PASSAGES: usize = 8;

/// The passage, from 0, of a sentence of a record that has `sentences` of them. Up to eight
/// sentences have a passage each. More than eight share them: neighbours go together, and the
/// passages' numbers of sentences differ by at most one.
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
