//! How a text becomes what the signals compare: its language, its terms and its sentences.

mod analyse;
mod analysed;
mod clean;
mod compounds;
mod detect;
mod fields;
mod frame;
mod noise;
mod passages;
mod query;
mod record_text;
mod sentences;
mod stop;
mod term_form;
mod tokenise;

pub(crate) use analyse::{ANALYSER, Analyser};
pub use analyse::{Term, terms};
pub(crate) use analysed::{AnalysedRecord, Sentence};
pub use clean::clean;
pub use detect::{LanguageSource, language_of};
pub use frame::{FrameSentence, ask_and_frame};
pub(crate) use passages::{PASSAGES, passage};
pub(crate) use query::{Query, QuerySentence, QueryTerm, Readers};
pub use record_text::{MatchedSentence, matched_sentences};
pub(crate) use record_text::{RecordSentence, RecordText};
pub use sentences::sentences;
// Shared with the crate that reads calls; not for other users.
#[doc(hidden)]
pub use clean::{HTML_BLOCKS, join_lines};
#[doc(hidden)]
pub use sentences::ends_with_abbreviation;
pub(crate) use term_form::{TermForm, TermForms};
pub(crate) use tokenise::without_accents;
