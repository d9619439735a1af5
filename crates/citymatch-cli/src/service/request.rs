//! What can be asked. HTTP takes these objects as bodies, assistants send them as arguments.

use citymatch::{Matcher, Stage};
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Number, Value as Json};
use utoipa::ToSchema;

use super::limits::Size;
use super::problem::Problem;
use super::work;
use super::{ChallengesAnswer, ExplainAnswer, MatchAnswer, RecordAnswer, SimilarAnswer};

/// The limit of a request that sets none.
const DEFAULT_LIMIT: usize = 10;

/// Something that can be asked.
pub(crate) trait Request: DeserializeOwned + ToSchema + Send + 'static {
    /// What it is answered with.
    type Answer: Serialize + ToSchema + Send + 'static;

    /// How much it asks for, its defaults included.
    fn size(&self) -> Size;

    /// Works on it.
    fn answer(self, matcher: &Matcher) -> Result<Self::Answer, Problem>;
}

/// The JSON object of a record, with the fields of the catalogue's files.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(transparent)]
pub(crate) struct Object(pub(crate) Map<String, Json>);

/// Solutions for one challenge or for several. Exactly one of `text`, `challenge_id` and
/// `challenges` says which.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MatchRequest {
    /// The challenge in one's own words, in Spanish, Portuguese or English.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, example = "¿Cómo evitar que se inunden las calles?")]
    pub(crate) text: Option<String>,
    /// The id of a challenge in the catalogue.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false)]
    pub(crate) challenge_id: Option<String>,
    /// Challenges, which need not be in the catalogue.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Vec<schemas::Challenge>, required = false, min_items = 1)]
    pub(crate) challenges: Option<Vec<Object>>,
    /// The most solutions for each challenge.
    #[serde(default = "default_limit", deserialize_with = "whole")]
    #[schema(required = false, minimum = 1, default = 10)]
    pub(crate) limit: usize,
    /// Only solutions that have reached this stage, or whose stage is unknown.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = schemas::Stage, required = false)]
    pub(crate) at_least: Option<Stage>,
    /// Whether each match says why, in one line.
    #[serde(default)]
    #[schema(required = false, default = false)]
    pub(crate) why: bool,
}

/// Why a solution has its score for a challenge. Exactly one of `text`, `challenge_id` and
/// `challenge` says for which.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExplainRequest {
    /// The challenge in one's own words, in Spanish, Portuguese or English.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false)]
    pub(crate) text: Option<String>,
    /// The id of a challenge in the catalogue.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false)]
    pub(crate) challenge_id: Option<String>,
    /// A challenge, which need not be in the catalogue.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = schemas::Challenge, required = false)]
    pub(crate) challenge: Option<Object>,
    /// The id of the solution.
    pub(crate) solution_id: String,
}

/// Records of the same kind that are like one: precedents of a challenge, twins of a solution.
/// Exactly one of `id`, `challenge` and `solution` says which.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SimilarRequest {
    /// The id of a challenge or of a solution in the catalogue.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false)]
    pub(crate) id: Option<String>,
    /// A challenge, which need not be in the catalogue.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = schemas::Challenge, required = false)]
    pub(crate) challenge: Option<Object>,
    /// A solution, which need not be in the catalogue.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = schemas::Solution, required = false)]
    pub(crate) solution: Option<Object>,
    /// The most records.
    #[serde(default = "default_limit", deserialize_with = "whole")]
    #[schema(required = false, minimum = 1, default = 10)]
    pub(crate) limit: usize,
}

/// The challenges of the catalogue that a solution may answer. Exactly one of `solution_id` and
/// `solution` says which.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChallengesRequest {
    /// The id of a solution in the catalogue.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false)]
    pub(crate) solution_id: Option<String>,
    /// A solution, which need not be in the catalogue.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = schemas::Solution, required = false)]
    pub(crate) solution: Option<Object>,
    /// The most challenges.
    #[serde(default = "default_limit", deserialize_with = "whole")]
    #[schema(required = false, minimum = 1, default = 10)]
    pub(crate) limit: usize,
}

/// A record of the catalogue.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GetRequest {
    /// Its id.
    pub(crate) id: String,
}

fn default_limit() -> usize {
    DEFAULT_LIMIT
}

/// A value that may be left out, but not be null.
pub(super) fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    from: D,
) -> Result<Option<T>, D::Error> {
    match Option::deserialize(from)? {
        Some(value) => Ok(Some(value)),
        None => Err(D::Error::custom("null is no value here: leave the field out")),
    }
}

/// A whole number, which JSON may also write as `10.0`.
pub(super) fn whole<'de, D: Deserializer<'de>>(from: D) -> Result<usize, D::Error> {
    let number = Number::deserialize(from)?;
    let whole = || number.as_f64().filter(|own| own.fract() == 0.0 && (0.0..1e15).contains(own));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it was looked at")]
    let found = number.as_u64().or_else(|| whole().map(|own| own as u64));
    let found = found.and_then(|own| usize::try_from(own).ok());
    found.ok_or_else(|| {
        D::Error::custom(format_args!("`{number}` is not a whole number, 0 or more"))
    })
}

/// The number of characters in a value.
fn length(value: &Json) -> usize {
    match value {
        Json::String(text) => text.chars().count(),
        Json::Array(items) => items.iter().map(length).sum(),
        Json::Object(fields) => object_length(fields),
        Json::Null | Json::Bool(_) | Json::Number(_) => 0,
    }
}

fn object_length(fields: &Map<String, Json>) -> usize {
    fields.iter().map(|(name, value)| name.chars().count() + length(value)).sum()
}

/// The characters of the longest of some texts and records.
fn longest<'o>(
    texts: impl IntoIterator<Item = &'o Option<String>>,
    objects: impl IntoIterator<Item = &'o Object>,
) -> usize {
    let texts = texts.into_iter().flatten().map(|text| text.chars().count());
    texts.chain(objects.into_iter().map(|own| object_length(&own.0))).max().unwrap_or_default()
}

impl Request for MatchRequest {
    type Answer = MatchAnswer;

    fn size(&self) -> Size {
        let challenges = self.challenges.as_ref().map_or(1, Vec::len);
        let text = longest([&self.text, &self.challenge_id], self.challenges.iter().flatten());
        Size { limit: self.limit, challenges, text }
    }

    fn answer(self, matcher: &Matcher) -> Result<MatchAnswer, Problem> {
        work::matches(self, matcher)
    }
}

impl Request for ExplainRequest {
    type Answer = ExplainAnswer;

    fn size(&self) -> Size {
        Size { limit: 1, challenges: 1, text: longest([&self.text], &self.challenge) }
    }

    fn answer(self, matcher: &Matcher) -> Result<ExplainAnswer, Problem> {
        work::explain(self, matcher)
    }
}

impl Request for SimilarRequest {
    type Answer = SimilarAnswer;

    fn size(&self) -> Size {
        let text = longest([&self.id], self.challenge.iter().chain(&self.solution));
        Size { limit: self.limit, challenges: 1, text }
    }

    fn answer(self, matcher: &Matcher) -> Result<SimilarAnswer, Problem> {
        work::similar(self, matcher)
    }
}

impl Request for ChallengesRequest {
    type Answer = ChallengesAnswer;

    fn size(&self) -> Size {
        let text = longest([&self.solution_id], &self.solution);
        Size { limit: self.limit, challenges: 1, text }
    }

    fn answer(self, matcher: &Matcher) -> Result<ChallengesAnswer, Problem> {
        work::challenges(self, matcher)
    }
}

impl Request for GetRequest {
    type Answer = RecordAnswer;

    fn size(&self) -> Size {
        Size { limit: 1, challenges: 1, text: self.id.chars().count() }
    }

    fn answer(self, matcher: &Matcher) -> Result<RecordAnswer, Problem> {
        work::record(&self, matcher)
    }
}

/// The names under which the schemas of records stand, for the derived ones to refer to.
pub(super) mod schemas {
    pub(crate) use super::super::schema::{Challenge, Solution, Stage};
}
