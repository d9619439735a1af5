//! citymatch matches what cities need with what others have already built.
//!
//! A [`Catalogue`] keeps [`Solution`]s and [`Challenge`]s in Spanish, Portuguese and English: in a
//! folder or in memory, offline, in this process. A [`Matcher`] ranks the solutions against a
//! challenge and can say why each stands where it does.
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
//! let challenge = Challenge::from_text("¿Cómo evitar que la lluvia inunde las calles?");
//! for found in matcher.find(&challenge)? {
//!     println!("{:>2} {:.3} {}", found.rank(), found.score(), found.id());
//! }
//! println!("{}", matcher.explain(&challenge, &"s1".into())?);
//! # Ok::<(), citymatch::Error>(())
//! ```
//!
//! | to | use |
//! |---|---|
//! | write records | [`Solution`], [`Challenge`], and the types of their fields: [`Language`], [`Country`], [`Stage`], [`Goal`](record::Goal), [`Money`](record::Money) … |
//! | keep them | [`Catalogue`]: [`edit`](Catalogue::edit) and [`Edit::commit`] to change, [`snapshot`](Catalogue::snapshot) to read |
//! | bring in many, and hear which were wrong | [`Catalogue::add`], [`AddReport`](ingest::AddReport); files are read by the crate `citymatch-files` |
//! | match | [`Matcher::find`], [`find_all`](Matcher::find_all), [`find_each`](Matcher::find_each) with a [`Search`] |
//! | hear whether anything answers | [`Matches::answered`] |
//! | weigh the signals, or bring an encoder | [`Weights`], [`CatalogueBuilder::encoder`](catalogue::CatalogueBuilder::encoder), [`Encoder`](encoder::Encoder) |
//! | fit the score to that encoder | [`Calibrator`](calibrate::Calibrator), [`Example`](calibrate::Example), [`Calibrated`](encoder::Calibrated) |
//! | say why | [`Matcher::explain`], [`Matcher::ineligible`] |
//! | hand results on as JSON | [`Matches`], [`Run`], [`Explanation`], [`AddReport`](ingest::AddReport) and the types in them implement `serde::Serialize`, [`Error`] too |
//! | see what becomes of a text | [`text`] |
//!
//! The same records give the same matches, byte for byte, whatever the order of adding, the number
//! of commits or of threads.

mod batch;
mod cache;
pub mod calibrate;
pub mod catalogue;
pub mod eligibility;
mod engine;
mod error;
pub mod explain;
#[doc(hidden)]
pub mod fs;
mod ids;
mod index;
pub mod ingest;
mod json;
mod kernel;
mod language;
pub mod matcher;
mod matches;
mod pool;
mod progress;
mod rank;
pub mod record;
mod search;
mod signal;
pub mod text;

pub use catalogue::{Catalogue, Edit, Snapshot};
pub use error::{Error, ErrorKind};
pub use explain::Explanation;
pub use matcher::Matcher;
pub use matches::{Match, Matches, Run};
pub use record::{
    Challenge, ChallengeId, Country, Eligibility, Language, Record, Solution, SolutionId, Stage,
};
pub use search::Search;
pub use signal::{Signal, Weight, Weights};

/// What scores take from the whole collection, so that several catalogues can be searched as one.
pub mod statistics {
    pub use crate::signal::CollectionStats;
}

/// Text to vector: the built-in model, and the trait that lets another take its place.
pub mod encoder {
    pub use citymatch_encoder::{
        Calibrated, Calibration, EncodeError, Encoder, StaticEncoder, Vector, vectors,
    };
}

/// Three solutions, for the examples of this documentation.
#[doc(hidden)]
pub fn __doc_catalogue() -> Result<Catalogue, Error> {
    let catalogue = Catalogue::in_memory()?;
    let mut edit = catalogue.edit()?;
    edit.put(
        Solution::new("s1", "Jardines de lluvia")
            .description("Retienen el agua de lluvia en las aceras.")
            .stage(Stage::Pilot),
    )?;
    edit.put(
        Solution::new("s2", "Dry toilets")
            .description("Toilets that need neither water nor sewers."),
    )?;
    edit.put(
        Solution::new("s3", "Cataki")
            .description("Um aplicativo liga catadores de recicláveis a quem gera resíduos."),
    )?;
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
        assert::<(Catalogue, Snapshot, catalogue::Records<Solution>, Edit)>();
        assert::<(Matcher, matcher::MatcherBuilder, Search<'static>, Matches, Run, Explanation)>();
        assert::<(Solution, Challenge, Error)>();
    }
}
