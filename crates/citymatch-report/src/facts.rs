//! What a page says of one challenge, taken from the library before any word of a page is chosen.

use std::collections::{BTreeMap, BTreeSet};

use citymatch::eligibility::Reason;
use citymatch::text::language_of;
use citymatch::{
    Challenge, Eligibility, Error, Explanation, Implementation, Language, Level, Match, Matcher,
    Matches, Search, Solution, SolutionId,
};

use crate::text::plain;

/// The most precedents of a challenge.
const PRECEDENTS: usize = 5;
/// The most pairs of sentences of a match; a second one adds at least half of what the first does.
const SENTENCES: usize = 2;
/// The words that are marked in sentences: those of the strongest pairs.
const MARKED: usize = 6;
/// Barred solutions are named if they would be among the matches, or among as many as these.
const NEAR: usize = 10;

/// A challenge, and all that was found of it.
#[derive(Debug)]
pub(crate) struct Facts {
    pub(crate) challenge: Challenge,
    /// The language that its texts are in.
    pub(crate) language: Option<Language>,
    pub(crate) answered: Option<bool>,
    pub(crate) evidence: Option<f64>,
    pub(crate) threshold: Option<f64>,
    pub(crate) for_a_person: Vec<String>,
    pub(crate) matches: Vec<MatchFacts>,
    pub(crate) barred: Barred,
    /// What was put to use in the challenge's own city.
    pub(crate) own: Vec<Implementation>,
    pub(crate) precedents: Vec<Precedent>,
}

/// A match, and why.
#[derive(Debug)]
pub(crate) struct MatchFacts {
    pub(crate) id: SolutionId,
    pub(crate) rank: usize,
    pub(crate) score: f64,
    pub(crate) why: String,
    /// What each signal adds to the raw score.
    pub(crate) parts: Vec<(String, f64)>,
    /// The sentences that decided, the challenge's and the solution's.
    pub(crate) sentences: Vec<[String; 2]>,
    /// The words in them that met, in lower case.
    pub(crate) met: [BTreeSet<String>; 2],
    pub(crate) unknown_rules: Vec<&'static str>,
}

/// The solutions that rules bar.
#[derive(Debug, Default)]
pub(crate) struct Barred {
    pub(crate) count: usize,
    /// How many each rule bars.
    pub(crate) by_rule: BTreeMap<&'static str, usize>,
    /// Those that would be among the matches, each with the score that it would have.
    pub(crate) near: Vec<(SolutionId, f64, Vec<Reason>)>,
}

/// A like challenge, and what was put to use in its city.
#[derive(Debug)]
pub(crate) struct Precedent {
    pub(crate) challenge: Challenge,
    pub(crate) implemented: Vec<Implementation>,
}

/// The solutions that a page names, with the languages that they are written in.
pub(crate) type Solutions = BTreeMap<SolutionId, (Solution, Option<Language>)>;

impl Facts {
    pub(crate) fn new(
        matcher: &Matcher,
        search: &Search<'_>,
        matches: &Matches,
        solutions: &mut Solutions,
    ) -> Result<Self, Error> {
        let challenge = search.challenge().clone();
        let ids: Vec<&SolutionId> = matches.iter().map(Match::id).collect();
        let mut own_matches = Vec::new();
        for (found, explanation) in matches.iter().zip(matcher.explain_all(search, &ids)?) {
            if !solutions.contains_key(found.id()) {
                let own = (found.solution()?, explanation.solution_language);
                solutions.insert(found.id().clone(), own);
            }
            own_matches.push(MatchFacts::new(found, &explanation));
        }
        let barred = Barred::new(matcher, search, matches)?;
        let own = implemented(matcher, &challenge)?;
        let mut precedents = Vec::new();
        for like in &matcher.similar(&challenge, PRECEDENTS)? {
            if like.level() != Level::Weak {
                let challenge = like.record()?;
                let implemented = implemented(matcher, &challenge)?;
                precedents.push(Precedent { challenge, implemented });
            }
        }
        let put_to_use = precedents.iter().flat_map(|own| &own.implemented).chain(&own);
        let others = put_to_use.map(|own| &own.solution_id);
        for id in others.chain(barred.near.iter().map(|(id, ..)| id)) {
            remember(matcher, solutions, id)?;
        }
        Ok(Self {
            language: challenge.language.or(matches.language()),
            answered: matches.answered(),
            evidence: matches.answer_score(),
            threshold: matcher.answer_threshold(),
            for_a_person: matches.for_a_person().to_vec(),
            matches: own_matches,
            challenge,
            barred,
            own,
            precedents,
        })
    }
}

/// Reads a solution that a page names, unless it was read before.
pub(crate) fn remember(
    matcher: &Matcher,
    solutions: &mut Solutions,
    id: &SolutionId,
) -> Result<(), Error> {
    if !solutions.contains_key(id)
        && let Some(solution) = matcher.snapshot().get(id)?
    {
        let language = language_of(&solution).map(|(language, _)| language);
        solutions.insert(id.clone(), (solution, language));
    }
    Ok(())
}

/// What was put to use in the city of a challenge and fits it.
fn implemented(matcher: &Matcher, challenge: &Challenge) -> Result<Vec<Implementation>, Error> {
    let mut implemented = matcher.implemented(challenge)?;
    implemented.retain(|own| own.level() != Level::Weak);
    Ok(implemented)
}

impl MatchFacts {
    fn new(found: &Match, explanation: &Explanation) -> Self {
        let sum = explanation.root.children.first();
        let parts = sum.into_iter().flat_map(|sum| &sum.children);
        let highlights = explanation.highlights();
        let least = highlights.sentences.first().map_or(0.0, |pair| pair.value / 2.0);
        let sentences = highlights.sentences.iter().take(SENTENCES);
        let sentences = sentences.filter(|pair| pair.value >= least);
        let strongest = || highlights.words.iter().take(MARKED);
        Self {
            id: found.id().clone(),
            rank: found.rank(),
            score: found.score(),
            why: plain(&explanation.summary()),
            parts: parts.map(|part| (part.name.clone(), part.value)).collect(),
            sentences: sentences.map(|pair| [plain(pair.ask), plain(pair.solution)]).collect(),
            met: [
                strongest().map(|pair| pair.ask.to_lowercase()).collect(),
                strongest()
                    .flat_map(|pair| pair.solution)
                    .map(|form| form.to_lowercase())
                    .collect(),
            ],
            unknown_rules: found.unknown_rules().to_vec(),
        }
    }
}

impl Barred {
    fn new(matcher: &Matcher, search: &Search<'_>, matches: &Matches) -> Result<Self, Error> {
        let all = matcher.ineligible(search.clone())?;
        if all.is_empty() {
            return Ok(Self::default());
        }
        let mut by_rule = BTreeMap::new();
        for reason in all.iter().flat_map(|own| &own.reasons) {
            *by_rule.entry(reason.rule).or_default() += 1;
        }
        let count = all.len();
        let mut reasons: BTreeMap<SolutionId, Vec<Reason>> =
            all.into_iter().map(|own| (own.solution_id, own.reasons)).collect();
        let open = Search::new(search.challenge())
            .limit(matches.len().max(NEAR))
            .eligibility(Eligibility::default());
        let near = matcher.find(open)?.into_iter().filter_map(|found| {
            let score = found.score();
            let id = found.into_id();
            let reasons = reasons.remove(&id)?;
            Some((id, score, reasons))
        });
        Ok(Self { count, by_rule, near: near.collect() })
    }
}
