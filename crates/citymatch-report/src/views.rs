//! What the templates are given: the facts in the words of the page's language.

use std::collections::BTreeMap;

use citymatch::assign::Nothing;
use citymatch::record::{Deployment, Goal, Year};
use citymatch::{
    Challenge, ChallengeId, Country, Implementation, Language, Level, Solution, SolutionId,
};
use serde::Serialize;

use crate::charts::{self, class};
use crate::decision::Decision;
use crate::facts::{Barred, Facts, MatchFacts, Precedent, Solutions};
use crate::labels::Labels;
use crate::text::{anchor, filled, marked, plain, shortened};

/// How far the evidence may be from the threshold for a verdict that is called narrow.
const NARROW: f64 = 0.1;

/// The most matches of a page that tells all of each.
const FULL: usize = 1000;
/// How many matches of a challenge, in a page of more, are told in full.
const BEST: usize = 3;
/// The most characters of a sentence.
const SENTENCE: usize = 200;
/// The least part of a score that is not written as 0.00.
const LEAST: f64 = 0.005;

/// Whether a page of some challenges is too long to tell all of each match, or no browser could open
/// it: then it tells all of the best ones and of those that were chosen.
pub(crate) fn is_long(challenges: &[Facts]) -> bool {
    challenges.iter().map(|facts| facts.matches.len()).sum::<usize>() > FULL
}

/// What all views of a report look at.
pub(crate) struct Words<'r> {
    pub(crate) language: Language,
    pub(crate) labels: &'static Labels,
    pub(crate) solutions: &'r Solutions,
    pub(crate) decision: &'r Decision,
    /// The raw score that fills a bar.
    pub(crate) longest: f64,
    /// How many solutions the catalogue has.
    pub(crate) catalogue: usize,
    /// Where each challenge of the report stands.
    pub(crate) places: &'r BTreeMap<ChallengeId, Place>,
}

/// Where a challenge of the report stands.
pub(crate) struct Place {
    /// Its place among the challenges, from 1.
    pub(crate) number: usize,
    pub(crate) href: String,
    pub(crate) title: String,
}

#[derive(Serialize)]
pub(crate) struct ChallengeView {
    pub(crate) anchor: String,
    pub(crate) title: String,
    pub(crate) lang: String,
    pub(crate) place: String,
    city: String,
    question: String,
    verdict: &'static str,
    verdict_text: &'static str,
    pub(crate) evidence: String,
    evidence_text: String,
    facts: Vec<Fact>,
    decision: Option<DecisionView>,
    matches: Vec<MatchView>,
    barred: Option<BarredView>,
    own: Vec<Named>,
    precedents: Vec<PrecedentView>,
}

/// A line of a list of terms.
#[derive(Serialize)]
struct Fact {
    label: &'static str,
    text: String,
    lang: String,
    links: Vec<Link>,
}

#[derive(Serialize)]
struct Link {
    url: String,
    is_web: bool,
}

#[derive(Serialize)]
struct MatchView {
    anchor: String,
    solution: String,
    rank: usize,
    title: String,
    lang: String,
    chosen: bool,
    facts: String,
    why: String,
    /// Whether its sentences are told.
    is_full: bool,
    pairs: Vec<Pair>,
    parts: Vec<PartView>,
    unknown: String,
    score: String,
    level: &'static str,
    level_word: &'static str,
    bar: String,
}

#[derive(Serialize)]
struct Pair {
    ask: String,
    solution: String,
}

#[derive(Serialize)]
struct PartView {
    class: String,
    text: String,
}

/// A solution that is named and linked, with what is said of it here.
#[derive(Default, Serialize)]
struct Named {
    anchor: String,
    title: String,
    lang: String,
    by: String,
    score: String,
    reasons: String,
    outcome: String,
}

#[derive(Serialize)]
struct DecisionView {
    chosen: Vec<Named>,
    nothing: &'static str,
    taken: Vec<Named>,
}

#[derive(Serialize)]
struct BarredView {
    text: String,
    near: Vec<Named>,
}

#[derive(Serialize)]
struct PrecedentView {
    href: Option<String>,
    title: String,
    lang: String,
    place: String,
    implemented: Vec<Named>,
}

#[derive(Serialize)]
pub(crate) struct SolutionView {
    anchor: String,
    title: String,
    lang: String,
    facts: String,
    country: &'static str,
    stage: &'static str,
    language: &'static str,
    themes: String,
    texts: Vec<String>,
    more: Vec<Fact>,
}

impl Words<'_> {
    /// The attribute that tells a text's language where it is not the page's.
    pub(crate) fn lang(&self, language: Option<Language>) -> String {
        match language {
            Some(own) if own != self.language => format!(" lang=\"{own}\""),
            _ => String::new(),
        }
    }

    /// A challenge with its matches, on a page that is long or not.
    pub(crate) fn challenge(&self, facts: &Facts, is_long: bool) -> ChallengeView {
        let challenge = &facts.challenge;
        let place = self.places.get(&challenge.id).map_or(0, |own| own.number);
        let title = title(challenge);
        let question = [&challenge.question, &challenge.problem, &challenge.outcome]
            .into_iter()
            .map(|text| plain(text))
            .find(|text| !text.is_empty() && *text != title);
        let (verdict, verdict_text) = self.verdict(facts);
        let evidence_text = match (facts.answered, facts.evidence, facts.threshold) {
            (Some(_), Some(score), Some(threshold)) => {
                let [score, threshold] = [score, threshold].map(|own| self.labels.number(own));
                filled(self.labels.evidence, &[("score", &score), ("threshold", &threshold)])
            }
            _ => String::new(),
        };
        ChallengeView {
            anchor: anchor("c", &[challenge.id.as_str()]),
            lang: self.lang(facts.language),
            place: self.place(&challenge.city, challenge.country),
            city: plain(&challenge.city),
            question: question.unwrap_or_default(),
            verdict,
            verdict_text,
            evidence: facts.evidence.map_or_else(String::new, |score| format!("{score:.4}")),
            evidence_text,
            facts: self.facts_of_challenge(facts),
            decision: self.decision_of(&challenge.id),
            matches: facts
                .matches
                .iter()
                .map(|own| self.found(place, &challenge.id, own, is_long))
                .collect(),
            barred: self.barred(&facts.barred),
            own: facts.own.iter().map(|own| self.implemented(own)).collect(),
            precedents: facts.precedents.iter().map(|own| self.precedent(own)).collect(),
            title,
        }
    }

    /// The verdict: its name, and a sentence.
    fn verdict(&self, facts: &Facts) -> (&'static str, &'static str) {
        let labels = self.labels;
        let distance = facts.evidence.unwrap_or(0.0) - facts.threshold.unwrap_or(0.0);
        let is_narrow = distance.abs() < NARROW;
        match facts.answered {
            Some(true) if is_narrow => ("yes", labels.yes_narrowly),
            Some(true) => ("yes", labels.yes_clearly),
            Some(false) if is_narrow => ("no", labels.no_narrowly),
            Some(false) => ("no", labels.no_clearly),
            None => ("unknown", labels.not_known),
        }
    }

    fn facts_of_challenge(&self, facts: &Facts) -> Vec<Fact> {
        let (challenge, labels) = (&facts.challenge, self.labels);
        let lang = self.lang(facts.language);
        let deadline = challenge.deadline.map(|date| date.to_string());
        let winners = challenge.winners.map(|winners| winners.to_string());
        let all = [
            (labels.themes, joined(&challenge.themes), lang.clone()),
            (labels.goals, self.goals(&challenge.sdgs), String::new()),
            (labels.deadline, deadline.unwrap_or_default(), String::new()),
            (labels.winners, winners.unwrap_or_default(), String::new()),
            (labels.for_a_person, joined(&facts.for_a_person), lang),
        ];
        known(all)
    }

    /// A match of the challenge that has a place in the report.
    fn found(
        &self,
        place: usize,
        challenge: &ChallengeId,
        found: &MatchFacts,
        is_long: bool,
    ) -> MatchView {
        let labels = self.labels;
        let named = self.named(&found.id);
        let sum: f64 = found.parts.iter().map(|(_, value)| value).sum();
        let mut parts: Vec<PartView> = found
            .parts
            .iter()
            .filter(|(_, value)| value.abs() >= LEAST)
            .map(|(name, value)| PartView {
                class: class(name),
                text: format!("{} {}", labels.part(name), labels.number(*value)),
            })
            .collect();
        parts.push(PartView {
            class: "sum".to_owned(),
            text: format!("{} {}", labels.sum, labels.number(sum)),
        });
        let unknown: Vec<&str> = found.unknown_rules.iter().map(|rule| labels.rule(rule)).collect();
        let unknown = match unknown.as_slice() {
            [] => String::new(),
            rules => filled(labels.not_stated, &[("rules", &rules.join(", "))]),
        };
        let why = match found.why.as_str() {
            "" => labels.no_reason.to_owned(),
            why => self.similarities(why),
        };
        let level = Level::of(found.score);
        let solution = self.solutions.get(&found.id).map(|(solution, _)| solution);
        let chosen = self.decision.chosen(challenge).contains(&found.id);
        let is_full = !is_long || chosen || found.rank <= BEST;
        MatchView {
            anchor: anchor(&format!("m{place}"), &[found.id.as_str()]),
            solution: named.anchor,
            rank: found.rank,
            title: named.title,
            lang: named.lang,
            chosen,
            facts: solution.map_or_else(String::new, |solution| self.line(solution, false)),
            why,
            is_full,
            pairs: if is_full { pairs(found) } else { Vec::new() },
            parts,
            unknown,
            score: labels.number(found.score),
            level: level.name(),
            level_word: labels.level(level),
            bar: charts::bar(labels, &found.parts, self.longest),
        }
    }

    /// The numbers of a reason, as the page's language writes them.
    fn similarities(&self, why: &str) -> String {
        let comma = self.labels.comma;
        why.replace("\u{a0}.", &format!("\u{a0}0{comma}"))
            .replace("\u{a0}1.00", &format!("\u{a0}1{comma}00"))
    }

    /// A solution's name as a link to its text.
    fn named(&self, id: &SolutionId) -> Named {
        let (title, lang) = match self.solutions.get(id) {
            Some((solution, language)) => (name(solution), self.lang(*language)),
            None => (id.to_string(), String::new()),
        };
        Named { anchor: anchor("s", &[id.as_str()]), title, lang, ..Named::default() }
    }

    fn decision_of(&self, challenge: &ChallengeId) -> Option<DecisionView> {
        let labels = self.labels;
        let chosen = self.decision.chosen(challenge);
        let chosen: Vec<Named> = chosen.iter().map(|id| self.named(id)).collect();
        let reason = self.decision.nothing(challenge);
        if chosen.is_empty() && reason.is_none() {
            return None;
        }
        let (nothing, taken) = match reason {
            None => ("", &[][..]),
            Some(Nothing::Barred { .. }) => (labels.nothing_barred, &[][..]),
            Some(Nothing::Forbidden { .. }) => (labels.nothing_forbidden, &[][..]),
            Some(Nothing::Taken { by }) => (labels.nothing_taken, by.as_slice()),
            Some(_) => (labels.nothing_no_candidate, &[][..]),
        };
        let title = |id: &ChallengeId| match self.places.get(id) {
            Some(own) => own.title.clone(),
            None => id.to_string(),
        };
        let taken = taken.iter().map(|own| {
            let titles: Vec<String> = own.challenge_ids.iter().map(title).collect();
            let by = filled(labels.taken_by, &[("challenges", &titles.join("; "))]);
            Named { by, ..self.named(&own.solution_id) }
        });
        Some(DecisionView { chosen, nothing, taken: taken.collect() })
    }

    fn barred(&self, barred: &Barred) -> Option<BarredView> {
        let labels = self.labels;
        if barred.count == 0 {
            return None;
        }
        let (count, all) = (barred.count.to_string(), labels.count_solutions.of(self.catalogue));
        let text = filled(labels.barred, &[("barred", &count), ("solutions", &all)]);
        let by_rule = barred.by_rule.iter();
        let by_rule = by_rule.map(|(rule, count)| format!("{} {count}", labels.rule(rule)));
        let by_rule: Vec<String> = by_rule.collect();
        let by_rule = filled(labels.barred_by, &[("rules", &by_rule.join(", "))]);
        let near = barred.near.iter().map(|(id, score, reasons)| {
            let reasons: Vec<String> = reasons.iter().map(|own| own.text(self.language)).collect();
            let (score, reasons) = (labels.number(*score), plain(&reasons.join(" ")));
            Named { score, reasons, ..self.named(id) }
        });
        Some(BarredView { text: format!("{text} {by_rule}"), near: near.collect() })
    }

    fn precedent(&self, precedent: &Precedent) -> PrecedentView {
        let own = &precedent.challenge;
        let place = self.place(&own.city, own.country);
        PrecedentView {
            href: self.places.get(&own.id).map(|place| place.href.clone()),
            title: title(own),
            lang: self.lang(own.language),
            place: if place.is_empty() { place } else { format!(" · {place}") },
            implemented: precedent.implemented.iter().map(|own| self.implemented(own)).collect(),
        }
    }

    fn implemented(&self, own: &Implementation) -> Named {
        let outcomes: Vec<String> =
            own.deployments.iter().map(|deployment| self.outcome(deployment)).collect();
        let outcomes: Vec<String> = outcomes.into_iter().filter(|own| !own.is_empty()).collect();
        let outcome = match outcomes.as_slice() {
            [] => format!(" ({})", self.labels.in_use_there),
            all => format!(" ({})", all.join("; ")),
        };
        Named { outcome, ..self.named(&own.solution_id) }
    }

    /// Since when a deployment is in use, and how it ended.
    fn outcome(&self, deployment: &Deployment) -> String {
        let status = deployment.status.map(|status| self.labels.status(status).to_owned());
        let year = deployment.year.map(|year| self.since(year));
        status.into_iter().chain(year).collect::<Vec<_>>().join(", ")
    }

    fn since(&self, year: Year) -> String {
        filled(self.labels.since, &[("year", &year.to_string())])
    }

    fn place(&self, city: &str, country: Option<Country>) -> String {
        let country = country.map(|country| country.name_in(self.language).to_owned());
        let city = Some(plain(city)).filter(|city| !city.is_empty());
        city.into_iter().chain(country).collect::<Vec<_>>().join(", ")
    }

    /// Who offers a solution, where, and how far it is; with its kind and its year, if `long`.
    fn line(&self, solution: &Solution, long: bool) -> String {
        let kind = solution.organisation_type.filter(|_| long);
        let organisation = match (plain(&solution.organisation), kind) {
            (name, None) => name,
            (name, Some(kind)) if name.is_empty() => kind.name_in(self.language).to_owned(),
            (name, Some(kind)) => format!("{name} ({})", kind.name_in(self.language)),
        };
        let stage = solution.stage.map_or("", |stage| stage.name_in(self.language)).to_owned();
        let year = solution.year.filter(|_| long);
        let year = year.map_or_else(String::new, |year| self.since(year));
        let all = [organisation, self.place(&solution.city, solution.country), stage, year];
        all.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
    }

    fn goals(&self, goals: &[Goal]) -> String {
        let goals = goals.iter().map(|goal| format!("{goal} {}", goal.name(self.language)));
        goals.collect::<Vec<_>>().join("; ")
    }

    pub(crate) fn solution(&self, solution: &Solution, language: Option<Language>) -> SolutionView {
        let labels = self.labels;
        let (title, lang) = (name(solution), self.lang(language));
        let texts = [&solution.summary, &solution.problem, &solution.description, &solution.impact];
        let mut texts: Vec<String> = texts.into_iter().map(|text| plain(text)).collect();
        texts.retain(|text| !text.is_empty() && *text != title);
        texts.dedup();
        let deployed = solution.deployments.iter().map(|own| {
            let parts = [self.place(&own.city, own.country), self.outcome(own)];
            parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(": ")
        });
        let deployed = deployed.filter(|own| !own.is_empty()).collect::<Vec<_>>().join("; ");
        let cost = solution.cost.map_or_else(String::new, |cost| cost.to_string());
        let mut more = known([
            (labels.themes, joined(&solution.themes), lang.clone()),
            (labels.goals, self.goals(&solution.sdgs), String::new()),
            (labels.cost, cost, String::new()),
            (labels.requirements, joined(&solution.requirements), lang.clone()),
            (labels.deployments, deployed, String::new()),
        ]);
        let links = solution.links.iter().map(|url| plain(url)).filter(|url| !url.is_empty());
        let links: Vec<Link> = links.map(Link::new).collect();
        if !links.is_empty() {
            let (text, lang) = (String::new(), String::new());
            more.push(Fact { label: labels.links, text, lang, links });
        }
        SolutionView {
            anchor: anchor("s", &[solution.id.as_str()]),
            facts: self.line(solution, true),
            country: solution.country.map_or("", Country::name),
            stage: solution.stage.map_or("", |stage| stage.name()),
            language: language.map_or("", Language::name),
            themes: themes(solution).map(|(key, _)| key).collect::<Vec<_>>().join("|"),
            title,
            lang,
            texts,
            more,
        }
    }
}

impl Link {
    /// Only addresses of the web are links, so that none runs a program.
    fn new(url: String) -> Self {
        let is_web = ["http://", "https://"].iter().any(|scheme| {
            url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
        });
        Self { url, is_web }
    }
}

/// The title of a challenge: the first of its texts.
pub(crate) fn title(challenge: &Challenge) -> String {
    let texts = [&challenge.title, &challenge.question, &challenge.problem, &challenge.outcome];
    let texts = texts.into_iter().map(|text| plain(text));
    texts.into_iter().find(|text| !text.is_empty()).unwrap_or_else(|| plain(challenge.id.as_str()))
}

/// The title of a solution, or its id.
pub(crate) fn name(solution: &Solution) -> String {
    match plain(&solution.title) {
        title if title.is_empty() => plain(solution.id.as_str()),
        title => title,
    }
}

/// The themes of a solution: what they are compared by, and as they are written.
pub(crate) fn themes(solution: &Solution) -> impl Iterator<Item = (String, String)> {
    let themes = solution.themes.iter().map(|theme| plain(theme));
    let keyed = themes.map(|theme| (theme.to_lowercase().replace('|', "/"), theme));
    keyed.filter(|(key, _)| !key.is_empty())
}

/// The sentences that decided, with the words that met marked.
fn pairs(found: &MatchFacts) -> Vec<Pair> {
    let [in_ask, in_solution] = &found.met;
    let pair = |[ask, solution]: &[String; 2]| Pair {
        ask: marked(&shortened(ask, SENTENCE), in_ask),
        solution: marked(&shortened(solution, SENTENCE), in_solution),
    };
    found.sentences.iter().map(pair).collect()
}

fn joined(texts: &[String]) -> String {
    texts.iter().map(|text| plain(text)).collect::<Vec<_>>().join(", ")
}

/// The lines that say something.
fn known<const N: usize>(all: [(&'static str, String, String); N]) -> Vec<Fact> {
    let known = all.into_iter().filter(|(_, text, _)| !text.is_empty());
    known.map(|(label, text, lang)| Fact { label, text, lang, links: Vec::new() }).collect()
}
