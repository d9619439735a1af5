use super::country::Country;
use super::deployment::Deployment;
use super::goal::Goal;
use super::id::SolutionId;
use super::key::normalise_key;
use super::money::Money;
use super::organisation::OrganisationType;
use super::stage::Stage;
use super::table::record;
use super::year::Year;
use crate::language::Language;

record! {
    /// A solution: something that was built, tried or planned, and that may answer a city's
    /// challenge.
    ///
    /// Only the id and one text (`title`, `summary`, `problem`, `description` or `impact`) are
    /// required. An empty value means that the field is absent. Fields that citymatch does not know
    /// are kept in `extra` and written out again.
    ///
    /// # Examples
    /// ```
    /// use citymatch::{Language, Solution, Stage};
    /// let solution = Solution::new("s1", "Jardins de chuva")
    ///     .description("Retêm a água da chuva nas calçadas.")
    ///     .language(Language::Portuguese)
    ///     .stage(Stage::Pilot)
    ///     .themes(["água", "espaço público"]);
    /// assert_eq!(serde_json::to_value(&solution).unwrap()["stage"], "pilot");
    ///
    /// let json = r#"{"id": 7, "title": "Rain gardens", "stage": "em operação"}"#;
    /// let read: Solution = serde_json::from_str(json).unwrap();
    /// assert_eq!(read.stage, Some(Stage::Implemented));
    /// assert_eq!(read.written("stage").unwrap(), "em operação");
    /// ```
    Solution(SolutionId, "solution");
    texts {
        /// Its name. Each word counts twice in the signal `words`.
        title,
        /// What it is, in a few sentences. Each word counts twice in `words`.
        summary,
        /// The need that it answers. Each word counts twice in `words`.
        problem,
        /// How it works.
        description,
        /// What it has changed.
        impact,
    }
    fields {
        /// The organisation that offers it.
        organisation: text String,
        /// The kind of that organisation.
        organisation_type: one OrganisationType,
        /// The country it comes from.
        country: one Country,
        /// The city it comes from.
        city: text String,
        /// The language it is written in. Without one it is detected
        /// ([`text::language_of`](crate::text::language_of)).
        language: one Language,
        /// Its subjects, in words of your own choice.
        themes: list String,
        /// The Sustainable Development Goals that it serves.
        sdgs: list Goal,
        /// How far it has been developed.
        stage: one Stage,
        /// What it costs, in one currency.
        cost: one Money,
        /// The year in which it began.
        year: one Year,
        /// The places where it was put to use.
        deployments: list Deployment,
        /// What it needs in order to work.
        requirements: list String,
        /// Web pages about it.
        links: list String,
    }
}

impl Solution {
    /// The cities that it names, as its own or as that of a deployment: their
    /// [keys](super::key::normalise_key).
    pub(crate) fn city_keys(&self) -> impl Iterator<Item = String> {
        let deployed = self.deployments.iter().map(|own| own.city.as_str());
        let all = deployed.chain([self.city.as_str()]).map(normalise_key);
        all.filter(|city| !city.is_empty())
    }
}
