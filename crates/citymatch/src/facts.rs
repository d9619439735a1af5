//! What criteria compare beside texts: themes, goals, places, stage and deployments.

use std::any::Any;

use crate::record::key::normalise_key;
use crate::record::{
    Challenge, Country, Deployment, DeploymentStatus, Goal, Record, Solution, Stage,
};
use crate::thesaurus::Thesaurus;

/// What a record says of itself apart from its texts, in the form in which it is compared.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Facts {
    /// Its themes, each once, in the order of their keys.
    pub(crate) themes: Box<[Theme]>,
    pub(crate) goals: Box<[Goal]>,
    /// Where it is, and then where it was deployed.
    pub(crate) places: Box<[Place]>,
    /// Of a solution its stage; of a challenge those that its rules name.
    pub(crate) stages: Box<[Stage]>,
    /// How many deployments are active or completed, and how many failed.
    pub(crate) succeeded: u32,
    pub(crate) failed: u32,
}

/// A theme: its key, and the theme of the thesaurus that it names, if it names one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Theme {
    pub(crate) key: String,
    pub(crate) number: Option<usize>,
}

/// A city, as a key, and a country with its region. Either may be unknown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) city: String,
    pub(crate) country: Option<Country>,
    /// Looked up once: ranking compares it for every document.
    pub(crate) region: Option<&'static str>,
}

impl Facts {
    pub(crate) fn new<R: Record>(record: &R) -> Self {
        let mut themes: Vec<String> =
            record.themes().iter().map(|theme| normalise_key(theme)).collect();
        themes.retain(|theme| !theme.is_empty());
        themes.sort();
        themes.dedup();
        let theme = |key: String| Theme { number: Thesaurus::builtin().number(&key), key };
        let (themes, goals) = (themes.into_iter().map(theme).collect(), record.goals().into());
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
                themes,
                goals,
                places: [own].into_iter().chain(deployed).filter(is_known).collect(),
                stages: solution.stage.into_iter().collect(),
                succeeded: count(&[DeploymentStatus::Active, DeploymentStatus::Completed]),
                failed: count(&[DeploymentStatus::Failed]),
            }
        } else if let Some(challenge) = record.downcast_ref::<Challenge>() {
            let own = place(&challenge.city, challenge.country);
            let places = [own].into_iter().filter(is_known).collect();
            let stages = challenge.eligibility.stages.clone().into();
            Self { themes, goals, places, stages, ..Self::default() }
        } else {
            Self { themes, goals, ..Self::default() }
        }
    }
}

fn place(city: &str, country: Option<Country>) -> Place {
    let region = country.and_then(Country::region);
    Place { city: normalise_key(city), country, region }
}

fn is_known(place: &Place) -> bool {
    !place.city.is_empty() || place.country.is_some()
}
