//! From signals to one score and one order.

pub(crate) mod score;
pub(crate) mod top;
mod weights;

pub use weights::{Weight, Weights};
