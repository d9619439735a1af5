//! The schemas of requests and answers: derived from the types, with the limits of this service put
//! in. The `OpenAPI` document and the tools of assistants are made from the same ones.

use std::str::FromStr;

use citymatch::record::Currency;
use citymatch::{Challenge as ChallengeRecord, Country, Record, Solution as SolutionRecord};
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};
use utoipa::ToSchema;

use super::limits::Limits;
use super::request::Request;
use super::rules::Rules;

/// Stands for a [`citymatch::Stage`] in schemas.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Stage {
    Idea,
    Design,
    Prototype,
    Pilot,
    Implemented,
    Scaling,
    Closed,
}

/// Stands for a [`citymatch::Level`] in schemas.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) enum Level {
    Strong,
    Possible,
    Weak,
}

/// Stand for a challenge and a solution in schemas, until [`Schemas::complete`] says what they are.
macro_rules! stand_ins {
    ($($Name:ident),*) => {
        $(#[derive(ToSchema)]
        #[expect(dead_code, reason = "only its schema is used")]
        pub(crate) struct $Name {
            rules: Rules,
        })*
    };
}

stand_ins!(Challenge, Solution);

/// Stands for a country in schemas.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct CountryCode(String);
/// Stands for a currency in schemas.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct CurrencyCode(String);

const CHALLENGE: &str = "A city's challenge. Its texts are title, question, problem, outcome, \
    beneficiaries and context; a challenge without a text finds nothing.";
const SOLUTION: &str = "A solution. Its texts are title, problem, summary, description and impact; \
    one of them has to say something.";

/// The schema of a record. A field that is not needed for matching may have any value: what is not
/// understood is kept, and said in the answer's warnings.
fn record<R: Record>(description: &str) -> Json {
    let mut properties = Map::new();
    for name in R::FIELDS {
        let schema = match *name {
            "id" => json!({
                "type": ["string", "null"],
                "description": "By which the answer calls it; `text` if there is none."
            }),
            "eligibility" => json!({"$ref": "#/components/schemas/Rules"}),
            "criteria" => json!({"description": "The call's own criteria: names with weights."}),
            text if R::TEXTS.contains(&text) => json!({"type": ["string", "number", "null"]}),
            list if R::LISTS.contains(&list) => json!({"description": "A list."}),
            _ => json!({}),
        };
        properties.insert((*name).to_owned(), schema);
    }
    let others = "The other fields are those of the catalogue's files; unknown ones are kept.";
    let description = format!("{description} {others}");
    json!({"type": "object", "properties": properties, "description": description})
}

/// All codes of so many capital letters that a type has.
fn codes<T: FromStr + ToString>(letters: u32) -> Vec<String> {
    let letter =
        |number: u32, place: u32| char::from(b'A' + (number / 26_u32.pow(place) % 26) as u8);
    let code = |number| (0..letters).rev().map(|place| letter(number, place)).collect::<String>();
    let is_own = |code: &String| code.parse::<T>().is_ok_and(|own| own.to_string() == *code);
    (0..26_u32.pow(letters)).map(code).filter(is_own).collect()
}

/// Schemas with the limits of a service.
#[derive(Clone, Debug)]
pub(crate) struct Schemas {
    limits: Limits,
}

impl Schemas {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self { limits: limits.clone() }
    }

    /// Completes derived schemas, which have these names: with the fields of records, with what
    /// excludes each other, and with the limits.
    pub(crate) fn complete(&self, schemas: &mut Map<String, Json>) {
        if let Some(challenge) = schemas.get_mut("Challenge") {
            *challenge = record::<ChallengeRecord>(CHALLENGE);
        }
        if let Some(solution) = schemas.get_mut("Solution") {
            *solution = record::<SolutionRecord>(SOLUTION);
        }
        if let Some(country) = schemas.get_mut("CountryCode") {
            *country = json!({"type": "string", "enum": codes::<Country>(2)});
        }
        if let Some(currency) = schemas.get_mut("CurrencyCode") {
            *currency = json!({"type": "string", "enum": codes::<Currency>(3)});
        }
        for (name, one_of) in [
            ("MatchRequest", &["text", "challenge_id", "challenges"][..]),
            ("ExplainRequest", &["text", "challenge_id", "challenge"]),
            ("SimilarRequest", &["id", "challenge", "solution"]),
            ("ChallengesRequest", &["solution_id", "solution"]),
        ] {
            let Some(schema) = schemas.get_mut(name) else { continue };
            let one_of: Vec<Json> =
                one_of.iter().map(|field| json!({"required": [field]})).collect();
            schema["oneOf"] = one_of.into();
            let Some(fields) = schema["properties"].as_object_mut() else { continue };
            if let Some(limit) = fields.get_mut("limit") {
                limit["maximum"] = self.limits.limit.into();
            }
            if let Some(text) = fields.get_mut("text") {
                text["maxLength"] = self.limits.text.into();
            }
            if let Some(challenges) = fields.get_mut("challenges") {
                challenges["maxItems"] = self.limits.challenges.into();
            }
        }
    }

    /// The schema of a type by itself, as JSON Schema, with what it refers to inside it.
    fn of<T: ToSchema>(&self) -> Map<String, Json> {
        let mut referred = Vec::new();
        T::schemas(&mut referred);
        referred.push((T::name().into_owned(), T::schema()));
        let as_json = |(name, schema)| (name, serde_json::to_value(schema).unwrap_or_default());
        let mut all: Map<String, Json> = referred.into_iter().map(as_json).collect();
        self.complete(&mut all);
        let Some(Json::Object(mut schema)) = all.remove(&*T::name()) else { return Map::new() };
        for value in schema.values_mut().chain(all.values_mut()) {
            refer_inside(value);
        }
        if !all.is_empty() {
            schema.insert("$defs".to_owned(), Json::Object(all));
        }
        schema
    }

    /// The schemas of a request and of its answer.
    pub(crate) fn pair<R: Request>(&self) -> [Map<String, Json>; 2] {
        [self.of::<R>(), self.of::<R::Answer>()]
    }
}

/// What a reference into an `OpenAPI` document is in a schema of its own.
fn refer_inside(value: &mut Json) {
    match value {
        Json::Object(fields) => {
            if let Some(Json::String(target)) = fields.get_mut("$ref") {
                *target = target.replace("#/components/schemas/", "#/$defs/");
            }
            fields.values_mut().for_each(refer_inside);
        }
        Json::Array(items) => items.iter_mut().for_each(refer_inside),
        _ => {}
    }
}
