//! From a request to its answer: short calls of the library, and what its results are called outside.

use citymatch::{
    Challenge, ChallengeId, Explanation, Level, Match, Matcher, Record, RecordMatch, ReverseSearch,
    Search, Solution, SolutionId,
};

use serde::Deserialize;
use serde_json::{Map, Value as Json};

use super::answer::{
    ChallengeFound, ChallengeText, ChallengesAnswer, ExplainAnswer, ExplainText, Found,
    Implemented, MatchAnswer, MatchResult, RecordAnswer, SimilarAnswer, SolutionFound,
    SolutionText,
};
use super::problem::{Kind, Problem};
use super::request::{
    ChallengesRequest, ExplainRequest, GetRequest, MatchRequest, Object, SimilarRequest,
};
use super::rules::Rules;

/// A record that was given, and what was not understood in it.
struct Given<R> {
    record: R,
    warnings: Vec<String>,
}

impl<R: Record> Given<R> {
    fn new(record: R) -> Self {
        Self { record, warnings: Vec::new() }
    }

    /// Reads a record as files are read: a field that is not needed for matching rejects nothing.
    ///
    /// It is not stored. So it need have no id, characters that no catalogue would take become
    /// blanks, and fields that are not known are left out.
    fn read(Object(mut object): Object) -> Result<Self, Problem> {
        let id = match object.remove("id") {
            None | Some(Json::Null) => String::new(),
            Some(Json::String(id)) => id,
            Some(other) => return Err(Problem::field("id", other, "a text")),
        };
        if R::KIND == citymatch::record::Kind::Challenge
            && let Some(rules) = object.get("eligibility")
        {
            Rules::deserialize(rules).map_err(|error| {
                Problem::new(Kind::Invalid, format_args!("`eligibility`: {error}"))
            })?;
        }
        let mut json = Json::Object(object);
        blank_out(&mut json);
        let mut record = R::read(json)?;
        record.set_id(R::Id::from(if id.trim().is_empty() { "text".to_owned() } else { id }));
        let unclear = record.unclear().iter().map(ToString::to_string);
        let warnings = record.warnings();
        let warnings = unclear.chain(warnings.iter().map(ToString::to_string)).collect();
        record.extra_mut().clear();
        Ok(Self { record, warnings })
    }
}

/// Makes blanks of control characters in texts.
fn blank_out(value: &mut Json) {
    match value {
        Json::String(text) if text.contains(char::is_control) => {
            let is_odd = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r');
            *text = text.replace(is_odd, " ");
        }
        Json::Array(items) => items.iter_mut().for_each(blank_out),
        Json::Object(fields) => fields.values_mut().for_each(blank_out),
        _ => {}
    }
}

/// That exactly one of some fields is there.
fn exactly_one(fields: &[(&str, bool)]) -> Result<(), Problem> {
    let given: Vec<&str> =
        fields.iter().filter_map(|(name, given)| given.then_some(*name)).collect();
    if given.len() == 1 {
        return Ok(());
    }
    let names: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
    let found =
        if given.is_empty() { "none".to_owned() } else { format!("`{}`", given.join("`, `")) };
    let sentence = format!("{found} was given (expected exactly one of `{}`)", names.join("`, `"));
    Err(Problem::new(Kind::Invalid, sentence))
}

fn stored_challenge(matcher: &Matcher, id: &str) -> Result<Challenge, Problem> {
    let found = matcher.snapshot().challenges().get(id)?;
    found.ok_or_else(|| {
        Problem::new(Kind::NotFound, format_args!("no challenge `{id}` in the catalogue"))
    })
}

fn stored_solution(matcher: &Matcher, id: &str) -> Result<Solution, Problem> {
    let found = matcher.snapshot().solutions().get(id)?;
    found.ok_or_else(|| {
        Problem::new(Kind::NotFound, format_args!("no solution `{id}` in the catalogue"))
    })
}

/// The solutions for the challenges of a request.
pub(super) fn matches(request: MatchRequest, matcher: &Matcher) -> Result<MatchAnswer, Problem> {
    exactly_one(&[
        ("text", request.text.is_some()),
        ("challenge_id", request.challenge_id.is_some()),
        ("challenges", request.challenges.is_some()),
    ])?;
    let challenges = match (request.text, request.challenge_id) {
        (Some(text), _) => vec![Given::new(Challenge::from_text(text))],
        (_, Some(id)) => vec![Given::new(stored_challenge(matcher, &id)?)],
        _ => {
            let all = request.challenges.unwrap_or_default();
            all.into_iter().map(Given::read).collect::<Result<_, _>>()?
        }
    };
    let search = |challenge| {
        let search = Search::new(challenge).limit(request.limit);
        request.at_least.map_or(search.clone(), |stage| search.at_least(stage))
    };
    let searches = challenges.iter().map(|own| search(&own.record));
    let mut results = Vec::new();
    for (own, found) in challenges.iter().zip(matcher.find_all(searches)?.iter()) {
        let ids: Vec<&SolutionId> = found.iter().map(Match::id).collect();
        let why = if request.why {
            let why = matcher.explain_all(&search(&own.record), &ids)?;
            why.iter().map(|own| Some(one_line(own))).collect()
        } else {
            vec![None; ids.len()]
        };
        let item = |(found, why): (&Match, Option<String>)| {
            let third_party_data = SolutionText::new(&found.solution()?, why);
            let solution_id = found.id().to_string();
            Ok(SolutionFound { solution_id, found: found.into(), third_party_data })
        };
        results.push(MatchResult {
            challenge_id: found.challenge_id().to_string(),
            answered: found.answered(),
            answer_score: found.answer_score(),
            read_as: found.read_as(),
            warnings: own.warnings.clone(),
            matches: found.iter().zip(why).map(item).collect::<Result<_, Problem>>()?,
        });
    }
    Ok(MatchAnswer { results })
}

fn one_line(explanation: &Explanation) -> String {
    explanation.summary().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Why a solution has its score.
pub(super) fn explain(
    request: ExplainRequest,
    matcher: &Matcher,
) -> Result<ExplainAnswer, Problem> {
    exactly_one(&[
        ("text", request.text.is_some()),
        ("challenge_id", request.challenge_id.is_some()),
        ("challenge", request.challenge.is_some()),
    ])?;
    let challenge = match (request.text, request.challenge_id, request.challenge) {
        (Some(text), ..) => Challenge::from_text(text),
        (_, Some(id), _) => stored_challenge(matcher, &id)?,
        (.., object) => Given::read(object.unwrap_or(Object(Map::new())))?.record,
    };
    let id = SolutionId::from(request.solution_id);
    let explanation = matcher.explain(&challenge, &id)?;
    let score = explanation.root.value;
    Ok(ExplainAnswer {
        challenge_id: challenge.id.to_string(),
        solution_id: id.to_string(),
        score,
        level: Level::of(score),
        third_party_data: ExplainText { summary: explanation.summary(), explanation },
    })
}

/// The records that are like one.
pub(super) fn similar(
    request: SimilarRequest,
    matcher: &Matcher,
) -> Result<SimilarAnswer, Problem> {
    exactly_one(&[
        ("id", request.id.is_some()),
        ("challenge", request.challenge.is_some()),
        ("solution", request.solution.is_some()),
    ])?;
    let limit = request.limit;
    if let Some(id) = request.id {
        let snapshot = matcher.snapshot();
        if let Some(challenge) = snapshot.challenges().get(&id)? {
            return precedents(Given::new(challenge), limit, matcher);
        }
        let solution = snapshot.solutions().get(&id)?;
        return twins(Given::new(solution.ok_or_else(|| Problem::no_record(&id))?), limit, matcher);
    }
    match (request.challenge, request.solution) {
        (Some(challenge), _) => precedents(Given::read(challenge)?, limit, matcher),
        (_, solution) => {
            let solution = solution.unwrap_or(Object(Map::new()));
            twins(Given::read(solution)?, limit, matcher)
        }
    }
}

fn precedents(
    challenge: Given<Challenge>,
    limit: usize,
    matcher: &Matcher,
) -> Result<SimilarAnswer, Problem> {
    let found = matcher.similar(&challenge.record, limit)?;
    let item = |found: &RecordMatch<Challenge>| {
        let mut item = ChallengeFound::new(found)?;
        let implemented = matcher.implemented(&found.record()?)?;
        let own = implemented.into_iter().filter(|own| own.level() != Level::Weak);
        let own = own.map(|own| Implemented {
            solution_id: own.solution_id.to_string(),
            title: own.title,
            score: own.score,
            deployments: own.deployments,
        });
        item.third_party_data.implemented = own.collect();
        Ok(item)
    };
    let challenges = found.iter().map(item).collect::<Result<_, Problem>>()?;
    Ok(SimilarAnswer { challenges, warnings: challenge.warnings, ..SimilarAnswer::default() })
}

fn twins(
    solution: Given<Solution>,
    limit: usize,
    matcher: &Matcher,
) -> Result<SimilarAnswer, Problem> {
    let found = matcher.similar(&solution.record, limit)?;
    let item = |found: &RecordMatch<Solution>| {
        let third_party_data = SolutionText::new(&found.record()?, None);
        let solution_id = found.id().to_string();
        Ok(SolutionFound { solution_id, found: found.into(), third_party_data })
    };
    let solutions = found.iter().map(item).collect::<Result<_, Problem>>()?;
    Ok(SimilarAnswer { solutions, warnings: solution.warnings, ..SimilarAnswer::default() })
}

/// The challenges that a solution may answer.
pub(super) fn challenges(
    request: ChallengesRequest,
    matcher: &Matcher,
) -> Result<ChallengesAnswer, Problem> {
    exactly_one(&[
        ("solution_id", request.solution_id.is_some()),
        ("solution", request.solution.is_some()),
    ])?;
    let solution = match (request.solution_id, request.solution) {
        (Some(id), _) => Given::new(stored_solution(matcher, &id)?),
        (_, solution) => {
            // Its id may be any: no answer has it.
            let mut given = Given::<Solution>::read(solution.unwrap_or(Object(Map::new())))?;
            given.record.id = SolutionId::from("text");
            given
        }
    };
    if solution.record.texts().is_empty() {
        return Ok(ChallengesAnswer { challenges: Vec::new(), warnings: solution.warnings });
    }
    let search = ReverseSearch::new(&solution.record).limit(request.limit);
    let found = matcher.find_challenges(search)?;
    let challenges = found.iter().map(ChallengeFound::new).collect::<Result<_, Problem>>()?;
    Ok(ChallengesAnswer { challenges, warnings: solution.warnings })
}

/// A record of the catalogue.
pub(super) fn record(request: &GetRequest, matcher: &Matcher) -> Result<RecordAnswer, Problem> {
    let (snapshot, id) = (matcher.snapshot(), request.id.as_str());
    let answer = |kind: &str, id: &str, third_party_data| {
        let (id, kind) = (id.to_owned(), kind.to_owned());
        RecordAnswer { id, kind, third_party_data }
    };
    let solution = snapshot.get(&SolutionId::from(id))?;
    if let Some(own) = solution {
        return Ok(answer("solution", own.id.as_str(), own.to_json()));
    }
    let challenge = snapshot.challenges().get(ChallengeId::from(id).as_str())?;
    let own = challenge.ok_or_else(|| Problem::no_record(id))?;
    Ok(answer("challenge", own.id.as_str(), own.to_json()))
}

impl SolutionText {
    fn new(solution: &Solution, why: Option<String>) -> Self {
        Self {
            title: solution.title.clone(),
            summary: solution.summary.clone(),
            organisation: solution.organisation.clone(),
            city: solution.city.clone(),
            country: solution.country.map(|country| country.name().to_owned()),
            stage: solution.stage.map(|stage| stage.name().to_owned()),
            why,
        }
    }
}

impl ChallengeFound {
    fn new(found: &RecordMatch<Challenge>) -> Result<Self, Problem> {
        let challenge = found.record()?;
        let third_party_data = ChallengeText {
            title: challenge.title,
            question: challenge.question,
            city: challenge.city,
            country: challenge.country.map(|country| country.name().to_owned()),
            implemented: Vec::new(),
        };
        let (challenge_id, found) = (found.id().to_string(), Found::from(found));
        Ok(Self { challenge_id, found, third_party_data })
    }
}
