//! From the values of signals to one score and one order.

mod ranking;
mod score;
mod top_k;

pub(crate) use ranking::{RankedDocument, Ranking, RankingOptions, rank};
pub(crate) use score::Logistic;
