use super::country::Country;
use super::deployment::Deployment;
use super::goal::Goal;
use super::id::SolutionId;
use super::language::Language;
use super::money::Money;
use super::organisation::OrganisationType;
use super::stage::Stage;
use super::table::record;
use super::year::Year;

record! {
    /// Something that was built, tried or thought of, and that may answer a city's challenge.
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
    /// let read: Solution = serde_json::from_str(r#"{"id": 7, "title": "Rain gardens", "stage": "em operação"}"#).unwrap();
    /// assert_eq!(read.stage, Some(Stage::Implemented));
    /// assert_eq!(read.written("stage").unwrap(), "em operação");
    /// ```
    Solution(SolutionId, "solution");
    texts {
        /// Its name. Counts double in `words`.
        title,
        /// What it is, in a few sentences. Counts double.
        summary,
        /// The need that it answers. Counts double.
        problem,
        /// How it works.
        description,
        /// What it has changed.
        impact,
    }
    fields {
        /// Who stands behind it.
        organisation: text String,
        /// What kind of body that is.
        organisation_type: one OrganisationType,
        /// The country it comes from.
        country: one Country,
        /// The city it comes from.
        city: text String,
        /// The language it is written in, if declared; otherwise it is detected.
        language: one Language,
        /// What it is about.
        themes: list String,
        /// The Sustainable Development Goals that it serves.
        sdgs: list Goal,
        /// How far it has come.
        stage: one Stage,
        /// What it costs.
        cost: one Money,
        /// Its first year.
        year: one Year,
        /// Where it was put to use.
        deployments: list Deployment,
        /// What it needs to work.
        requirements: list String,
        /// Pages about it.
        links: list String,
    }
}
