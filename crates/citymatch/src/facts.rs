//! What criteria compare beside texts: themes, goals, places, stage and deployments.
//!
//! Many records name the same theme or the same city. So the facts of a segment's documents are kept
//! as columns: the distinct values, and for each document which of them it has. A query is compared
//! with each distinct value once, and with a document by a look at the table of results.

use std::any::Any;
use std::collections::HashMap;
use std::hash::Hash;
use std::ops::Range;

use crate::record::key::normalise_key;
use crate::record::{
    Challenge, Country, Deployment, DeploymentStatus, Goal, Record, Solution, Stage,
};

/// What a record says of itself apart from its texts, in the form in which it is compared.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Facts {
    /// The keys of its themes, each once, in their order.
    pub(crate) themes: Vec<String>,
    pub(crate) goals: Vec<Goal>,
    /// Where it is, and then where it was deployed.
    pub(crate) places: Vec<Place>,
    /// Of a solution its stage; of a challenge those that its rules name.
    pub(crate) stages: Vec<Stage>,
    /// How its deployments went.
    pub(crate) deployed: Deployed,
}

/// A city, as a key, and a country with its region. Either may be unknown.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Place {
    pub(crate) city: String,
    pub(crate) country: Option<Country>,
    /// Looked up once: it is compared for every query.
    pub(crate) region: Option<&'static str>,
}

/// How many deployments are active or completed, and how many failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Deployed {
    pub(crate) succeeded: u32,
    pub(crate) failed: u32,
}

/// How far a document has come: its stage, if it is known, and how its deployments went.
pub(crate) type Progress = (Option<Stage>, Deployed);

impl Facts {
    pub(crate) fn new<R: Record>(record: &R) -> Self {
        let mut themes: Vec<String> =
            record.themes().iter().map(|theme| normalise_key(theme)).collect();
        themes.retain(|theme| !theme.is_empty());
        themes.sort();
        themes.dedup();
        let facts = Self { themes, goals: record.goals().to_vec(), ..Self::default() };
        let record = record as &dyn Any;
        if let Some(solution) = record.downcast_ref::<Solution>() {
            let deployments = solution.deployments.iter();
            let deployed = deployments.clone().map(|own| place(&own.city, own.country));
            let own = place(&solution.city, solution.country);
            let count = |of: &[DeploymentStatus]| {
                let is_one = |own: &&Deployment| own.status.is_some_and(|own| of.contains(&own));
                u32::try_from(deployments.clone().filter(is_one).count()).unwrap_or(u32::MAX)
            };
            Self {
                places: [own].into_iter().chain(deployed).filter(is_known).collect(),
                stages: solution.stage.into_iter().collect(),
                deployed: Deployed {
                    succeeded: count(&[DeploymentStatus::Active, DeploymentStatus::Completed]),
                    failed: count(&[DeploymentStatus::Failed]),
                },
                ..facts
            }
        } else if let Some(challenge) = record.downcast_ref::<Challenge>() {
            let own = place(&challenge.city, challenge.country);
            let places = [own].into_iter().filter(is_known).collect();
            Self { places, stages: challenge.eligibility.stages.clone(), ..facts }
        } else {
            facts
        }
    }

    fn progress(&self) -> Progress {
        (self.stages.first().copied(), self.deployed)
    }
}

fn place(city: &str, country: Option<Country>) -> Place {
    let region = country.and_then(Country::region);
    Place { city: normalise_key(city), country, region }
}

fn is_known(place: &Place) -> bool {
    !place.city.is_empty() || place.country.is_some()
}

/// The facts of the documents of a segment, dead or alive.
#[derive(Debug)]
pub(crate) struct SegmentFacts {
    pub(crate) themes: FactColumn<String>,
    pub(crate) goals: FactColumn<Goal>,
    pub(crate) places: FactColumn<Place>,
    pub(crate) progress: FactColumn<Progress>,
}

impl SegmentFacts {
    /// `documents` are those of the segment, in order.
    pub(crate) fn new(documents: &[Facts]) -> Self {
        Self {
            themes: FactColumn::new(documents.iter().map(|own| own.themes.iter().cloned())),
            goals: FactColumn::new(documents.iter().map(|own| own.goals.iter().copied())),
            places: FactColumn::new(documents.iter().map(|own| own.places.iter().cloned())),
            progress: FactColumn::new(documents.iter().map(|own| [own.progress()])),
        }
    }
}

/// A list of values for each document of a segment.
#[derive(Debug)]
pub(crate) struct FactColumn<T> {
    /// The distinct values, in the order in which documents first have them.
    distinct: Vec<T>,
    /// For each document the end of its list in `places`; it begins where the one before ends.
    ends: Vec<u32>,
    /// The lists of all documents, as places in `distinct`.
    places: Vec<u32>,
}

impl<T: Clone + Eq + Hash> FactColumn<T> {
    pub(crate) fn new(documents: impl Iterator<Item = impl IntoIterator<Item = T>>) -> Self {
        let mut column = Self { distinct: Vec::new(), ends: Vec::new(), places: Vec::new() };
        let mut known: HashMap<T, u32> = HashMap::new();
        for values in documents {
            for value in values {
                let next = number(column.distinct.len());
                let place = *known.entry(value.clone()).or_insert(next);
                if place == next {
                    column.distinct.push(value);
                }
                column.places.push(place);
            }
            column.ends.push(number(column.places.len()));
        }
        column
    }
}

/// A place in a column as it is stored: what the documents of a segment have is fewer than 2³² values.
fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

impl<T> FactColumn<T> {
    pub(crate) fn distinct(&self) -> &[T] {
        &self.distinct
    }

    fn list(&self, document: usize) -> &[u32] {
        let begin = document.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.places[begin as usize..self.ends[document] as usize]
    }

    /// The values of a document.
    pub(crate) fn of(&self, document: usize) -> impl Iterator<Item = &T> {
        self.list(document).iter().map(|place| &self.distinct[*place as usize])
    }

    /// How well each document fits what a query wants: the mean over the wanted values of the best
    /// of the document's, 0 for one that has none. `likeness` has a row for each wanted value, with
    /// its likeness to each distinct value, from 0.
    pub(crate) fn mean_of_best(
        &self,
        likeness: &[Vec<f64>],
        documents: Range<usize>,
        values: &mut Vec<f64>,
    ) {
        values.clear();
        if likeness.is_empty() {
            values.resize(documents.len(), 0.0);
            return;
        }
        let wanted = likeness.len() as f64;
        values.extend(documents.map(|document| {
            let list = self.list(document);
            let best =
                |row: &Vec<f64>| list.iter().map(|place| row[*place as usize]).fold(0.0, f64::max);
            likeness.iter().map(best).sum::<f64>() / wanted
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_gives_back_its_lists() {
        let lists = [vec!["b", "a"], vec![], vec!["a"], vec!["c", "b", "a"], vec![]];
        let column = FactColumn::new(lists.iter().cloned());
        assert_eq!(column.distinct(), ["b", "a", "c"]);
        for (document, list) in lists.iter().enumerate() {
            assert!(column.of(document).eq(list), "{document}");
        }
        let likeness = [vec![0.5, 1.0, 0.0], vec![0.0, 0.25, 1.0]];
        let mut values = vec![9.0];
        column.mean_of_best(&likeness, 1..4, &mut values);
        assert_eq!(values, [0.0, 0.625, 1.0]);
        column.mean_of_best(&[], 3..5, &mut values);
        assert_eq!(values, [0.0, 0.0]);
    }
}
