//! A row of a file of matches.

use crate::cells::Cell;

/// One match of a run, as files of matches have it.
///
/// # Examples
/// ```
/// let row = citymatch_files::MatchRow::new("c1", "s1", 1, 0.83);
/// assert_eq!(row.solution_id, "s1");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct MatchRow {
    /// The id of the challenge.
    pub challenge_id: String,
    /// The id of the solution.
    pub solution_id: String,
    /// The rank among the challenge's matches, from 1.
    pub rank: u64,
    /// The score, from 0 to 1.
    pub score: f64,
}

impl MatchRow {
    /// A match of a challenge.
    pub fn new(
        challenge_id: impl Into<String>,
        solution_id: impl Into<String>,
        rank: u64,
        score: f64,
    ) -> Self {
        Self { challenge_id: challenge_id.into(), solution_id: solution_id.into(), rank, score }
    }

    /// The cells of the row, in the order of the columns.
    pub(crate) fn into_cells(self) -> Vec<Cell> {
        vec![self.challenge_id.into(), self.solution_id.into(), self.rank.into(), self.score.into()]
    }
}
