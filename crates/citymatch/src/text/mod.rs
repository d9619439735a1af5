//! From text to what is compared: the language, the terms, the sentences.

mod analyze;
mod ask;
mod content;
mod detect;
pub(crate) mod fields;
mod known;
mod passages;
mod sentences;
mod stop;
mod token;
mod words;

pub(crate) use analyze::{ANALYZER, Tokenizer};
pub use analyze::{Term, terms};
pub(crate) use ask::{Ask, AskSentence, AskTerm};
pub(crate) use content::Content;
pub use detect::{LanguageSource, language_of};
pub(crate) use passages::{PASSAGES, passage};
pub use sentences::sentences;
pub(crate) use token::{Token, Tokens};
