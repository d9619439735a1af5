//! citymatch matches what cities need with what others have already built.
//!
//! A [`Catalogue`] keeps [`Solution`]s and [`Challenge`]s in Spanish, Portuguese and English: in a folder or in memory, offline, in this
//! process. A [`Matcher`] ranks the solutions against a challenge and can say why each stands where it does.
//!
//! ```
//! use citymatch::{Catalogue, Challenge, Matcher, Solution};
//!
//! let catalogue = Catalogue::in_memory()?;                       // or create(path), open(path)
//! let mut edit = catalogue.edit()?;
//! edit.put(Solution::new("s1", "Jardines de lluvia").description("Retienen el agua de lluvia en las aceras."))?;
//! edit.put(Solution::new("s2", "Baños secos").description("No necesitan alcantarillado."))?;
//! edit.commit()?;
//!
//! let matcher = Matcher::new(&catalogue)?;
//! let challenge = Challenge::of_text("¿Cómo evitar que la lluvia inunde las calles?");
//! for found in matcher.find(&challenge)? {
//!     println!("{:>2} {:.3} {}", found.rank(), found.score(), found.id());
//! }
//! println!("{}", matcher.explain(&challenge, &"s1".into())?);
//! # Ok::<(), citymatch::Error>(())
//! ```
//!
//! | to | use |
//! |---|---|
//! | write records | [`Solution`], [`Challenge`], and the types of their fields: [`Language`], [`Country`], [`Stage`], [`Goal`], [`Money`] … |
//! | keep them | [`Catalogue`]: [`edit`](Catalogue::edit) and [`Edit::commit`] to change, [`snapshot`](Catalogue::snapshot) to read |
//! | bring in many, and hear which were wrong | [`Catalogue::add`], [`AddReport`]; files are read by the crate `citymatch-files` |
//! | match | [`Matcher::find`], [`find_all`](Matcher::find_all), [`find_each`](Matcher::find_each) with a [`Search`] |
//! | hear whether anything answers | [`Matches::answered`] |
//! | weigh the signals, or bring an encoder | [`Weights`], [`Catalogue::with_encoder`], [`Encoder`] |
//! | fit the score to that encoder | [`Calibrator`], [`Example`], [`Calibrated`] |
//! | say why | [`Matcher::explain`], [`Matcher::ineligible`] |
//! | see what becomes of a text | [`text`] |
//!
//! The same records give the same matches, byte for byte, whatever the order of adding, the number of commits or of threads.

mod batch;
mod calibrate;
mod catalogue;
mod derived;
mod eligible;
mod error;
mod explain;
mod kernel;
mod matcher;
mod matches;
mod pool;
mod rank;
mod record;
mod search;
mod signal;
pub mod text;
mod watch;

pub use batch::Each;
pub use calibrate::{Calibrator, Example};
pub use catalogue::{AddReport, Catalogue, Edit, Place, Put, Rejected, Row, Snapshot, View, WithEncoder};
pub use citymatch_encoder::{Calibrated, Calibration, EncodeError, Encoder, StaticEncoder, Vector, vectors};
pub use eligible::{Ineligible, Reason};
pub use error::{Error, ErrorKind};
pub use explain::{Evidence, Explanation, Node, Operation};
pub use matcher::{Matcher, MatcherBuilder};
pub use matches::{Match, Matches, Run};
pub use rank::{Weight, Weights};
pub use record::{
    Challenge, ChallengeId, Country, Criteria, Currency, Date, Deployment, DeploymentStatus, Eligibility, Goal, ID_LIMIT, Kind, Language,
    Money, OrganisationType, Problem, Record, Solution, SolutionId, Stage, TEXT_LIMIT, Unknown, Warning, Year,
};
pub use search::Search;
pub use signal::Signal;
pub use watch::Watch;

/// Three solutions, for the examples of this documentation.
#[doc(hidden)]
pub fn __doc_catalogue() -> Result<Catalogue, Error> {
    let catalogue = Catalogue::in_memory()?;
    let mut edit = catalogue.edit()?;
    edit.put(Solution::new("s1", "Jardines de lluvia").description("Retienen el agua de lluvia en las aceras.").stage(Stage::Pilot))?;
    edit.put(Solution::new("s2", "Dry toilets").description("Toilets that need neither water nor sewers."))?;
    edit.put(Solution::new("s3", "Cataki").description("Um aplicativo liga catadores de recicláveis a quem gera resíduos."))?;
    edit.commit()?;
    Ok(catalogue)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Threads may share everything that a program holds on to.
    #[test]
    fn everything_is_send_and_sync() {
        fn assert<T: Send + Sync>() {}
        assert::<(Catalogue, Snapshot, View<Solution>, Edit)>();
        assert::<(Matcher, MatcherBuilder, Search<'static>, Matches, Run, Explanation)>();
        assert::<(Solution, Challenge, Error)>();
    }
}
