//! What was implemented in a challenge's own city, and how it ended.

use std::collections::HashMap;

use serde::Serialize;

use crate::error::Error;
use crate::level::Level;
use crate::matcher::Matcher;
use crate::record::key::normalise_key;
use crate::record::{Challenge, Country, Deployment, Eligibility, Solution, SolutionId, Stage};
use crate::search::Search;

/// A solution that was put to use in a challenge's city.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Implementation {
    /// The id of the solution.
    pub solution_id: SolutionId,
    /// Its title.
    pub title: String,
    /// How well it fits the challenge, from 0 to 1: the score that [`Matcher::find`] gives it.
    pub score: f64,
    /// Its deployments in the city, in the order of the record. Empty for a solution that is itself
    /// of the city, and whose stage says that it was put to use.
    pub deployments: Vec<Deployment>,
}

impl Implementation {
    /// The score in a word: strong, possible or weak. A weak one has little to do with the
    /// challenge.
    #[must_use]
    pub fn level(&self) -> Level {
        Level::of(self.score)
    }
}

impl Matcher {
    /// The solutions that were put to use in a challenge's own city, best fit first: what the city
    /// did about it, and how it ended. With [`similar`](Self::similar) these are the precedents of a
    /// challenge.
    ///
    /// A solution was put to use there if one of its deployments names the city, or if it is of the
    /// city and its stage is pilot or later. Countries must agree where both are known; accents and
    /// capitals do not matter. No rule of eligibility excludes one. Empty for a challenge without a
    /// city.
    ///
    /// # Errors
    /// [`ErrorKind::Corrupt`](crate::ErrorKind::Corrupt) if a stored record cannot be read.
    ///
    /// # Examples
    /// ```
    /// use citymatch::{Catalogue, Challenge, Matcher, Solution, Stage};
    /// let catalogue = Catalogue::in_memory()?;
    /// let mut edit = catalogue.edit()?;
    /// let garden = Solution::new("s1", "Jardines de lluvia").city("Quito");
    /// edit.put(garden.stage(Stage::Implemented))?;
    /// edit.put(Solution::new("s2", "Jardines de lluvia").city("Cali"))?;
    /// edit.commit()?;
    /// let challenge = Challenge::new("c1", "¿Cómo retener la lluvia?").city("Quito");
    /// let implemented = Matcher::new(&catalogue)?.implemented(&challenge)?;
    /// assert_eq!(implemented.len(), 1);
    /// assert_eq!(implemented[0].title, "Jardines de lluvia");
    /// # Ok::<(), citymatch::Error>(())
    /// ```
    pub fn implemented(&self, challenge: &Challenge) -> Result<Vec<Implementation>, Error> {
        let city = normalise_key(&challenge.city);
        if city.is_empty() {
            return Ok(Vec::new());
        }
        let snapshot = self.current();
        let mut there: HashMap<SolutionId, (Solution, Vec<Deployment>)> = HashMap::new();
        for address in snapshot.in_city(&city)? {
            let solution: Solution = snapshot.read(*address)?;
            if let Some(deployments) = put_to_use(&solution, &city, challenge.country) {
                there.insert(solution.id.clone(), (solution, deployments));
            }
        }
        if there.is_empty() {
            return Ok(Vec::new());
        }
        let search = Search::new(challenge).limit(usize::MAX).eligibility(Eligibility::default());
        // In the order of the matches, so that no order of the map is seen.
        let found = self.find(search)?.into_iter().filter_map(|found| {
            let (solution, deployments) = there.remove(found.id())?;
            let (title, score) = (solution.title, found.score());
            Some(Implementation { solution_id: solution.id, title, score, deployments })
        });
        Ok(found.collect())
    }
}

/// The deployments of a solution in a city; `None` if it was not put to use there.
fn put_to_use(
    solution: &Solution,
    city: &str,
    country: Option<Country>,
) -> Option<Vec<Deployment>> {
    let agrees = |own: Option<Country>| own.is_none() || country.is_none() || own == country;
    let is_there = |own: &str| normalise_key(own) == city;
    let deployments: Vec<Deployment> = solution
        .deployments
        .iter()
        .filter(|own| is_there(&own.city) && agrees(own.country))
        .cloned()
        .collect();
    let was_used = solution.stage.is_some_and(|stage| stage >= Stage::Pilot);
    let is_its_own = is_there(&solution.city) && agrees(solution.country) && was_used;
    (!deployments.is_empty() || is_its_own).then_some(deployments)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Catalogue;
    use crate::record::DeploymentStatus;

    fn deployed(city: &str, country: &str, status: DeploymentStatus) -> Deployment {
        Deployment {
            city: city.to_owned(),
            country: country.parse().ok(),
            status: Some(status),
            ..Deployment::default()
        }
    }

    #[test]
    fn only_what_was_put_to_use_in_the_city_counts() -> Result<(), Error> {
        let catalogue = Catalogue::in_memory()?;
        let mut edit = catalogue.edit()?;
        let of_place = |id: &str, city: &str| Solution::new(id, "Jardines de lluvia").city(city);
        let with = |id: &str, deployment| {
            let mut solution = Solution::new(id, "Jardines de lluvia");
            solution.deployments = vec![deployment];
            solution
        };
        for solution in [
            with("deployed", deployed("BOGOTA", "CO", DeploymentStatus::Failed)),
            with("no country", deployed("Bogotá", "", DeploymentStatus::Active)),
            with("elsewhere", deployed("Bogotá", "ES", DeploymentStatus::Active)),
            with("other city", deployed("Cali", "CO", DeploymentStatus::Active)),
            of_place("own pilot", "Bogotá").stage(Stage::Pilot),
            of_place("own idea", "Bogotá").stage(Stage::Idea),
            of_place("own without stage", "Bogotá"),
        ] {
            edit.put(solution)?;
        }
        edit.commit()?;
        let matcher = Matcher::new(&catalogue)?;
        let challenge = Challenge::new("c", "¿Cómo retener la lluvia en las aceras?");
        let mut bogota = challenge.clone().city("Bogota");
        bogota.country = "CO".parse().ok();
        let found = matcher.implemented(&bogota)?;
        let mut ids: Vec<&str> = found.iter().map(|own| own.solution_id.as_str()).collect();
        ids.sort_unstable();
        assert_eq!(ids, ["deployed", "no country", "own pilot"]);
        let failed = found.iter().find(|own| own.solution_id.as_str() == "deployed");
        let status = failed.and_then(|own| own.deployments[0].status);
        assert_eq!(status, Some(DeploymentStatus::Failed));
        assert!(matcher.implemented(&challenge)?.is_empty(), "a challenge without a city");
        assert!(matcher.implemented(&challenge.city("Quito"))?.is_empty());
        Ok(())
    }
}
