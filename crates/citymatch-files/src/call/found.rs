//! A value with the sentences that it was found in.

/// A value, and the numbers of its sentences.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Found<T> {
    pub(super) value: T,
    pub(super) sentences: Vec<usize>,
}
