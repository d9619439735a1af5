//! The solutions of a catalogue that have the same text: translations, resubmissions and variants.
//!
//! [`Matcher::duplicates`](crate::Matcher::duplicates) asks every solution against all others, as
//! [`Matcher::similar`](crate::Matcher::similar) does. Two of them are a pair if
//!
//! 1. the mean of the logits of both directions reaches the threshold of the [`DuplicateSearch`];
//! 2. each is the other's best in its language. Copies of the best one count as it does, and within
//!    a language only records that are the same to it: so a copy has its pair although another copy,
//!    or a template filled by another city, is still nearer;
//! 3. in two languages, it stands out: the next best record of the other language is much less like
//!    it;
//! 4. in one language, each holds much of the other one's text: of its pairs of neighbouring words,
//!    rare ones counting more, names and numbers not at all.
//!
//! What identifies a thing decides what such a pair is, and not how alike the texts are. In two
//! languages it is a [translation](DuplicateKind::Translation), in one a
//! [resubmission](DuplicateKind::Resubmission). But it is a [variant](DuplicateKind::Variant), which
//! is no duplicate, if a field differs (organisation, city, country, year, hosts of the links; in two
//! languages city, country and year), or in one language if the sentences that both have name other
//! things: other names and numbers. What is absent in one of them does not differ.
//!
//! [Groups](Duplicates::groups) are sets of which each two are a pair.
//!
//! # Examples
//! ```
//! use citymatch::duplicates::{DuplicateKind, DuplicateSearch};
//! use citymatch::{Catalogue, Language, Matcher, Solution};
//! let catalogue = Catalogue::in_memory()?;
//! let mut edit = catalogue.edit()?;
//! let english = "Rain gardens in the pavement hold the water of storms and keep streets dry.";
//! edit.put(Solution::new("en", english).language(Language::English))?;
//! let spanish = "Jardines de lluvia en la acera retienen el agua de las tormentas y mantienen secas las calles.";
//! edit.put(Solution::new("es", spanish).language(Language::Spanish))?;
//! edit.commit()?;
//! let found = Matcher::new(&catalogue)?.duplicates(&DuplicateSearch::new())?;
//! assert_eq!(found[0].kind(), DuplicateKind::Translation);
//! for sentences in &found[0].evidence().sentences {
//!     println!("{:?} | {:?}", sentences.left, sentences.right);
//! }
//! # Ok::<(), citymatch::Error>(())
//! ```

mod agreement;
mod candidates;
mod casing;
mod evidence;
mod fields;
mod groups;
mod kind;
mod links;
mod names;
mod options;
mod overlap;
mod profile;
mod result;
mod select;
mod token;

#[cfg(test)]
mod tests;

pub use agreement::{Agreed, Differing};
pub use evidence::{DuplicateEvidence, SideBySide};
pub use kind::DuplicateKind;
pub use options::{DEFAULT_THRESHOLD, DuplicateSearch};
pub use result::{DuplicatePair, Duplicates};
