//! The suggested goals of a catalogue's documents, for criteria that count them.

use super::GoalSuggester;
use crate::catalogue::{DocAddress, Snapshot};
use crate::error::Error;
use crate::facts::FactColumn;
use crate::record::{Challenge, Goal, Kind, Record, Solution};

/// The goals that a record's text speaks of, the surest first.
pub(crate) fn suggested<R: Record>(record: &R) -> Result<Vec<Goal>, Error> {
    let goals = GoalSuggester::new().goals(record)?;
    Ok(goals.into_iter().map(|(goal, _)| goal).collect())
}

/// Finds the goals of each document of a snapshot, and of one that names none those that its text
/// speaks of. They are kept with its segments, so that only the documents of new ones are read.
pub(crate) fn find_suggested(snapshot: &Snapshot) -> Result<(), Error> {
    for ord in snapshot.ords() {
        let segment = snapshot.segment(ord);
        if segment.goals_or_suggested().get().is_some() {
            continue;
        }
        let named = &snapshot.facts(ord)?.goals;
        let goals = |address: DocAddress| {
            let own: Vec<Goal> = named.of(address.doc.index()).copied().collect();
            if !own.is_empty() {
                return Ok(own);
            }
            match segment.meta(address.doc).kind {
                Kind::Solution => suggested(&snapshot.read::<Solution>(address)?),
                Kind::Challenge => suggested(&snapshot.read::<Challenge>(address)?),
            }
        };
        let made = snapshot.addresses(ord).map(goals).collect::<Result<Vec<_>, Error>>()?;
        segment.goals_or_suggested().get_or_init(|| FactColumn::new(made.into_iter()));
    }
    Ok(())
}
