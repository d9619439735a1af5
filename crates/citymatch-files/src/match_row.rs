//! A row of a file of matches.

use serde_json::Value as Json;

use crate::cells::{Cell, Shape};

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
    /// Values beside them, in the order of the columns that [`write_run_with`](crate::write_run_with)
    /// is given.
    pub beside: Vec<Json>,
}

impl MatchRow {
    /// A match of a challenge.
    pub fn new(
        challenge_id: impl Into<String>,
        solution_id: impl Into<String>,
        rank: u64,
        score: f64,
    ) -> Self {
        let (challenge_id, solution_id) = (challenge_id.into(), solution_id.into());
        Self { challenge_id, solution_id, rank, score, beside: Vec::new() }
    }

    /// Puts values beside the match, such as the title of its solution.
    ///
    /// # Examples
    /// ```
    /// let row = citymatch_files::MatchRow::new("c1", "s1", 1, 0.83).beside(["Rain gardens".into()]);
    /// assert_eq!(row.beside.len(), 1);
    /// ```
    #[must_use]
    pub fn beside(mut self, values: impl IntoIterator<Item = Json>) -> Self {
        self.beside = values.into_iter().collect();
        self
    }

    /// The cells of the row, in the order of the columns.
    pub(crate) fn into_cells(self) -> Vec<Cell> {
        let own: [Cell; 4] = [
            self.challenge_id.into(),
            self.solution_id.into(),
            self.rank.into(),
            self.score.into(),
        ];
        own.into_iter().chain(self.beside.into_iter().map(cell)).collect()
    }
}

/// A value as a person reads it in a cell: the items of a list are separated by `;`.
fn cell(value: Json) -> Cell {
    match value {
        Json::Array(items) if items.iter().all(Json::is_string) => {
            Shape::List.write(&Json::Array(items))
        }
        Json::Array(_) | Json::Object(_) => Cell::Text(value.to_string()),
        Json::Null => Cell::EMPTY,
        value => Cell::Typed(value),
    }
}
