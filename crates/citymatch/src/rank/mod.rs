//! Ranking: the values of the signals become one score for each document, and an order of
//! documents.

mod evidence;
mod explanation;
mod ranking;
mod score;
mod top_k;

pub(crate) use evidence::BestEvidence;
pub use evidence::answer_score;
pub(crate) use explanation::explain;
pub(crate) use ranking::{RankedDocument, Ranking, RankingOptions, rank};
pub(crate) use score::Logistic;
