//! From signals to one score and one order.

pub(crate) mod score;
pub(crate) mod top_k;
