//! What a record wants of the documents that criteria compare with it.

use std::sync::Arc;

use crate::facts::Facts;
use crate::record::{Goal, Record};
use crate::thesaurus::Thesaurus;

/// What a record wants, and how it is compared.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Wanted {
    pub(crate) facts: Facts,
    pub(crate) thesaurus: Arc<Thesaurus>,
    /// Whether a document that names no goals has those that its text speaks of.
    pub(crate) suggested_goals: bool,
}

impl Default for Wanted {
    fn default() -> Self {
        let thesaurus = Thesaurus::builtin();
        Self { facts: Facts::default(), thesaurus, suggested_goals: false }
    }
}

impl Wanted {
    /// With the built-in thesaurus, and without suggested goals.
    pub(crate) fn new<R: Record>(record: &R) -> Self {
        Self { facts: Facts::new(record), ..Self::default() }
    }

    /// The same, with suggested goals: with those of the record, if it names none itself.
    pub(crate) fn with_suggested(mut self, suggested: &[Goal]) -> Self {
        if self.facts.goals.is_empty() {
            self.facts.goals = suggested.to_vec();
        }
        Self { suggested_goals: true, ..self }
    }
}
