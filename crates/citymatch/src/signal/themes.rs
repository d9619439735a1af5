//! How many of a challenge's themes a solution has: the mean over the challenge's themes of the best
//! of the solution's, by the [thesaurus](crate::thesaurus).
//!
//! | the best of the solution's themes | value |
//! |---|---|
//! | the same words, or another name of the same theme, in any language | 1 |
//! | a broader or a narrower theme, or one with the same broader | 0.5 |
//! | none of these | 0 |
//!
//! A challenge without themes has the value 0 for every solution.

use super::by_facts::Criterion;
use crate::catalogue::Snapshot;
use crate::error::Error;
use crate::facts::FactColumn;
use crate::ids::SegmentOrd;
use crate::wanted::Wanted;

pub(crate) struct Themes;

impl Criterion for Themes {
    /// The key of a theme.
    type Item = String;

    fn column<'s>(
        _: &Wanted,
        snapshot: &'s Snapshot,
        segment: SegmentOrd,
    ) -> Result<&'s FactColumn<String>, Error> {
        Ok(&snapshot.facts(segment)?.themes)
    }

    fn likeness(wanted: &Wanted, items: &[String]) -> Vec<Vec<f64>> {
        let thesaurus = &wanted.thesaurus;
        let numbers: Vec<Option<usize>> = items.iter().map(|key| thesaurus.number(key)).collect();
        let row = |theme: &String| {
            let number = thesaurus.number(theme);
            let likeness = |(key, own): (&String, &Option<usize>)| {
                if key == theme { 1.0 } else { thesaurus.likeness(number, *own) }
            };
            items.iter().zip(&numbers).map(likeness).collect()
        };
        wanted.facts.themes.iter().map(row).collect()
    }

    fn shown_wanted(wanted: &Wanted) -> Vec<String> {
        wanted.facts.themes.clone()
    }

    fn shown(key: &String) -> Vec<String> {
        vec![key.clone()]
    }
}
