use crate::cells::Cell;

/// One match of a run, as its files have it.
///
/// # Examples
/// ```
/// let row = citymatch_files::MatchRow::new("c1", "s1", 1, 0.83);
/// assert_eq!(row.solution_id, "s1");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct MatchRow {
    /// The challenge that was asked.
    pub challenge_id: String,
    /// The solution that was found.
    pub solution_id: String,
    /// Its place among the challenge's matches, from 1.
    pub rank: u64,
    /// Its score.
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

    pub(crate) fn cells(self) -> Vec<Cell> {
        vec![self.challenge_id.into(), self.solution_id.into(), self.rank.into(), self.score.into()]
    }
}
