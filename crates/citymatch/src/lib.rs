//! citymatch matches what cities need with what others have already built.
//!
//! A [`Catalogue`] stores [`Solution`]s and [`Challenge`]s in Spanish, Portuguese and English, in a
//! folder or in memory, offline and within your process. A [`Matcher`] ranks the solutions for a
//! challenge, and explains the score of each. Where this documentation speaks of an *ask*, it means
//! the text of a challenge.
//!
//! ```
//! use citymatch::{Catalogue, Challenge, Matcher, Solution};
//!
//! let catalogue = Catalogue::in_memory()?;                       // or create(path), open(path)
//! let mut edit = catalogue.edit()?;
//! let garden = Solution::new("s1", "Jardines de lluvia");
//! edit.put(garden.description("Retienen el agua de lluvia en las aceras."))?;
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
//! Where to find what:
//!
//! * To write records: [`Solution`], [`Challenge`], and the types of their fields, such as
//!   [`Language`], [`Country`], [`Stage`], [`Goal`](record::Goal) and [`Money`](record::Money).
//! * To store them: [`Catalogue`], with [`edit`](Catalogue::edit) and [`Edit::commit`] to change
//!   it, and [`snapshot`](Catalogue::snapshot) to read it.
//! * To add many, and to learn which ones were wrong: [`Catalogue::add`] and
//!   [`AddReport`](ingest::AddReport). The crate `citymatch-files` reads files.
//! * To match: [`Matcher::find`], [`find_all`](Matcher::find_all) and
//!   [`find_each`](Matcher::find_each), with a [`Search`].
//! * To ask the other way round: [`Matcher::find_challenges`], with a [`ReverseSearch`].
//! * To find precedents and twins: [`Matcher::similar`] and [`Matcher::implemented`].
//! * To know whether any solution answers a challenge: [`Matches::answered`].
//! * To let a call's criteria count: [`criteria`].
//! * To weigh the signals, or to use another encoder: [`Weights`],
//!   [`CatalogueBuilder::encoder`](catalogue::CatalogueBuilder::encoder) and
//!   [`Encoder`](encoder::Encoder).
//! * To fit the score to another encoder: [`Calibrator`](calibrate::Calibrator),
//!   [`Example`](calibrate::Example) and [`Calibrated`](encoder::Calibrated).
//! * For matches that are unlike each other: [`MatcherBuilder::diversity`](matcher::MatcherBuilder::diversity).
//! * To share out the solutions of a run among its challenges: [`Run::assign`] and [`assign`].
//! * To see which Sustainable Development Goals a text speaks of: [`goals`].
//! * To measure results against judgements, and to compare two: [`evaluate`].
//! * To learn weights from judgements, and what to judge next: [`feedback`].
//! * To explain results: [`Matcher::explain`], [`Matcher::ineligible`] and [`Matcher::why_not`].
//! * To learn what a catalogue cannot answer: [`Matcher::gaps`].
//! * To keep what was decided, and from what: [`Matcher::decisions`].
//! * To return results as JSON: [`Matches`], [`Run`], [`Explanation`],
//!   [`AddReport`](ingest::AddReport) and [`Error`] implement `serde::Serialize`, as do the types
//!   in them.
//! * To see how a text is analysed: [`text`].
//!
//! The same records give the same matches, bit for bit, whatever the order in which they were
//! added, the number of commits or the number of threads.

pub mod assign;
mod batch;
mod cache;
pub mod calibrate;
pub mod catalogue;
pub mod criteria;
pub mod decisions;
mod diversify;
pub mod duplicates;
pub mod eligibility;
mod encoding;
mod engine;
mod error;
pub mod evaluate;
pub mod explain;
mod facts;
pub mod feedback;
#[doc(hidden)]
pub mod fs;
#[cfg(test)]
mod fuzz;
pub mod gaps;
pub mod goals;
mod ids;
mod implemented;
mod index;
pub mod ingest;
mod json;
mod kernel;
mod language;
mod level;
pub mod matcher;
mod matches;
mod pool;
mod progress;
mod rank;
pub mod record;
mod record_match;
mod rescore;
mod reverse;
mod row_ids;
mod search;
mod signal;
mod similar;
mod subject;
pub mod text;
pub mod thesaurus;
mod wanted;
mod why_not;

pub use catalogue::{Catalogue, Edit, Snapshot};
pub use diversify::{Displaced, DisplacedBy, Diversity, Spread};
pub use error::{Error, ErrorKind};
pub use explain::Explanation;
pub use implemented::Implementation;
pub use level::Level;
pub use matcher::Matcher;
pub use matches::{Match, Matches, Run};
pub use record::{
    Challenge, ChallengeId, Country, Eligibility, Language, Record, Solution, SolutionId, Stage,
};
pub use record_match::{RecordMatch, RecordMatches};
pub use reverse::{Barring, ReverseSearch};
pub use search::Search;
pub use signal::{Signal, Weight, Weights};
pub use why_not::WhyNot;

/// The statistics of a collection that scores depend on. Several catalogues that share them can be
/// searched as one.
pub mod statistics {
    pub use crate::rank::answer_score;
    pub use crate::signal::CollectionStats;
}

/// The subjects of cities, by which the signal `subject` compares a challenge and a solution.
pub mod subjects {
    pub use crate::subject::Subjects;
}

/// From texts to vectors: the built-in model, and the trait that another model implements.
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

    /// Threads can share every type that a program keeps.
    #[test]
    fn everything_is_send_and_sync() {
        fn assert<T: Send + Sync>() {}
        assert::<(Catalogue, Snapshot, catalogue::Records<Solution>, Edit)>();
        assert::<(Matcher, matcher::MatcherBuilder, Search<'static>, Matches, Run, Explanation)>();
        assert::<(Solution, Challenge, Error)>();
        assert::<(assign::Assign, assign::Candidates, assign::Assignment)>();
        assert::<(evaluate::Judgements, evaluate::Evaluation, feedback::FittedWeights)>();
        assert::<(duplicates::DuplicateSearch, duplicates::Duplicates)>();
    }
}
