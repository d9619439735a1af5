//! How a text becomes what the signals compare: its language, its terms and its sentences.

mod analyse;
mod analysed;
mod detect;
mod fields;
mod frame;
mod passages;
mod query;
mod sentences;
mod stop;
mod term_form;
mod tokenise;
mod word_cache;

pub(crate) use analyse::{ANALYSER, Analyser};
pub use analyse::{Term, terms};
pub(crate) use analysed::{AnalysedRecord, Sentence};
pub use detect::{LanguageSource, language_of};
pub use frame::{FrameSentence, ask_and_frame};
pub(crate) use passages::{PASSAGES, passage};
pub(crate) use query::{FieldText, Query, QuerySentence, QueryTerm};
pub use sentences::sentences;
pub(crate) use term_form::{TermForm, TermForms};
