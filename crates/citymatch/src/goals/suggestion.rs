//! A goal that a record seems to speak of.

use std::fmt;

use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};

use crate::record::{Goal, Language};

/// A goal that a record seems to speak of: a suggestion, for a person to decide.
///
/// In JSON and as text it says of itself that it is a suggestion.
///
/// # Examples
/// ```
/// use citymatch::{Challenge, goals};
/// let text = "How might every household get safe drinking water at a price it can pay?";
/// let found = goals::suggest(&Challenge::from_text(text))?;
/// assert_eq!(found[0].goal.number(), 6);
/// assert_eq!(found[0].target.to_string(), "6.1");
/// assert!(found[0].to_string().starts_with("suggestion: goal 6, Clean water and sanitation"));
/// # Ok::<(), citymatch::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct GoalSuggestion {
    /// The goal, without a target.
    pub goal: Goal,
    /// How sure it is, from 0 to 1: about the share of texts with this score that experts say speak
    /// of the goal. By default nothing below 0.5 is suggested.
    pub score: f64,
    /// The sentence of the record that speaks most of the goal, as the record has it.
    pub sentence: String,
    /// What the sentence met: a target of the goal, or the goal itself.
    pub target: Goal,
    /// What the United Nations say of the target, in the language of [`language`](Self::language).
    pub official_text: &'static str,
    /// The language of the official text.
    pub language: Language,
}

/// What a suggestion is called wherever it is shown.
const LABEL: &str = "suggestion";

impl Serialize for GoalSuggestion {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("GoalSuggestion", 7)?;
        fields.serialize_field("kind", LABEL)?;
        fields.serialize_field("goal", &self.goal.number())?;
        fields.serialize_field("score", &self.score)?;
        fields.serialize_field("sentence", &self.sentence)?;
        fields.serialize_field("target", &self.target.to_string())?;
        fields.serialize_field("official_text", self.official_text)?;
        fields.serialize_field("language", self.language.name())?;
        fields.end()
    }
}

impl fmt::Display for GoalSuggestion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { goal, score, sentence, target, official_text, language } = self;
        let name = goal.name(*language);
        write!(f, "{LABEL}: goal {goal}, {name} ({score:.2}): “{sentence}” meets {target}, ")?;
        write!(f, "“{official_text}”")
    }
}
