//! What ranking needs of a record beyond its terms.

pub(crate) mod code;
