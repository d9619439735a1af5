//! From facts to pages: the templates, the policy with its hashes, and what a page is made of.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use citymatch::record::normalise_key;
use citymatch::{ChallengeId, Country, Error, ErrorKind, Language, SolutionId, Stage};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{Environment, UndefinedBehavior, context};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::charts::{class, strip};
use crate::facts::Facts;
use crate::labels::{Labels, PARTS};
use crate::text::{address, anchor, filled};
use crate::views::{Place, Words, is_long, name, themes, title};
use crate::{FOLDER, Report};

const STYLE: &str = include_str!("page/style.css");
const SCRIPT: &str = include_str!("page/script.js");
const TEMPLATES: [(&str, &str); 4] = [
    ("ask.html", include_str!("page/ask.html")),
    ("page.html", include_str!("page/page.html")),
    ("challenge.html", include_str!("page/challenge.html")),
    ("solution.html", include_str!("page/solution.html")),
];

/// The pages of a report.
pub(crate) struct Pages {
    /// The one page or, of a large report, the index.
    pub(crate) first: String,
    /// One page a challenge, by the names of their files.
    pub(crate) others: Vec<(String, String)>,
}

/// A row of the table at the top.
#[derive(Serialize)]
struct OverviewRow {
    anchor: String,
    href: String,
    title: String,
    lang: String,
    place: String,
    evidence: String,
    verdict: &'static str,
    verdict_word: &'static str,
    strip: String,
}

#[derive(Serialize)]
struct Figure {
    name: &'static str,
    label: &'static str,
    count: usize,
}

#[derive(Serialize)]
struct Filter {
    name: &'static str,
    label: &'static str,
    options: Vec<Choice>,
}

#[derive(Serialize)]
struct Choice {
    value: String,
    label: String,
    count: usize,
}

#[derive(Serialize)]
struct Legend {
    class: String,
    label: &'static str,
}

/// The page of each challenge of a large report, by its place from 1.
fn file_name(place: usize) -> String {
    format!("challenge-{place:04}.html")
}

impl Report<'_> {
    /// The pages: one, or an index with one page a challenge if one would be longer than `limit`
    /// bytes. `folder` is the name of the folder that the others are in.
    pub(crate) fn pages(&self, folder: &str, limit: usize) -> Result<Pages, Error> {
        let one = self.one_page()?;
        if one.len() <= limit || self.challenges.len() < 2 {
            return Ok(Pages { first: one, others: Vec::new() });
        }
        drop(one);
        let name_of = |place: usize| format!("{}/{}", address(folder), file_name(place));
        let from_index = self.places(name_of);
        let from_page = self.places(file_name);
        let maker = Maker::new(self, &from_page)?;
        let up = format!("../{}", address(folder.strip_suffix(FOLDER).unwrap_or(folder)));
        let mut others = Vec::new();
        for (facts, place) in self.challenges.iter().zip(1..) {
            others.push((file_name(place), maker.page(std::slice::from_ref(facts), &up)?));
        }
        let first = Maker::new(self, &from_index)?.index()?;
        Ok(Pages { first, others })
    }

    /// All challenges in one page, however long.
    pub(crate) fn one_page(&self) -> Result<String, Error> {
        let places = self.places(|_| String::new());
        Maker::new(self, &places)?.page(&self.challenges, "")
    }

    /// A form, and below it what was found for what it asked.
    pub(crate) fn with_form(&self, question: &str, problem: &str) -> Result<String, Error> {
        let places = self.places(|_| String::new());
        Maker::new(self, &places)?.form(question, problem)
    }

    /// Where each challenge stands. `file` is the name of the page of each.
    fn places(&self, file: impl Fn(usize) -> String) -> BTreeMap<ChallengeId, Place> {
        let place = |(facts, place): (&Facts, usize)| {
            let id = facts.challenge.id.clone();
            let href = format!("{}#{}", file(place), anchor("c", &[id.as_str()]));
            (id, Place { number: place, href, title: title(&facts.challenge) })
        };
        self.challenges.iter().zip(1..).map(place).collect()
    }
}

/// Makes pages of one report.
struct Maker<'r> {
    report: &'r Report<'r>,
    words: Words<'r>,
    environment: Environment<'static>,
}

impl<'r> Maker<'r> {
    fn new(
        report: &'r Report<'r>,
        places: &'r BTreeMap<ChallengeId, Place>,
    ) -> Result<Self, Error> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
        environment.set_syntax(syntax.map_err(template_error)?);
        for (name, source) in TEMPLATES {
            environment.add_template(name, source).map_err(template_error)?;
        }
        let matches = report.challenges.iter().flat_map(|facts| &facts.matches);
        let sums = matches.map(|found| found.parts.iter().map(|(_, value)| value.max(0.0)).sum());
        let words = Words {
            language: report.language,
            labels: Labels::of(report.language),
            solutions: &report.solutions,
            decision: &report.decision,
            longest: sums.max_by(f64::total_cmp).unwrap_or(1.0),
            catalogue: report.matcher.snapshot().solutions().len(),
            places,
        };
        Ok(Self { report, words, environment })
    }

    /// The form of a service, and below it what was found.
    fn form(&self, question: &str, problem: &str) -> Result<String, Error> {
        let challenges = &self.report.challenges;
        let policy = format!(
            "default-src 'none'; style-src '{}'; base-uri 'none'; form-action 'self'",
            hash(STYLE)
        );
        let asked = if question.is_empty() {
            String::new()
        } else {
            format!("&amp;text={}", address(question))
        };
        let languages = Language::ALL.iter().map(|own| {
            let labels = Labels::of(*own);
            context! { code => labels.code, name => own.name_in(*own) }
        });
        self.render(
            "ask.html",
            context! {
                l => given(self.words.labels),
                version => env!("CARGO_PKG_VERSION"),
                policy,
                style => STYLE,
                question,
                asked,
                problem,
                languages => languages.collect::<Value>(),
                legend => given(&self.legend(challenges)),
                sections => Value::from(self.sections(challenges)?),
                solutions => Value::from(self.solutions(challenges)?),
            },
        )
    }

    /// Each of some challenges with what was found for it.
    fn sections(&self, challenges: &[Facts]) -> Result<Vec<String>, Error> {
        let is_long = is_long(challenges);
        let section = |facts: &Facts| {
            let view = self.words.challenge(facts, is_long);
            let labels = given(self.words.labels);
            self.render("challenge.html", context! { c => given(&view), l => labels })
        };
        challenges.iter().map(section).collect()
    }

    /// The solutions that some challenges name, in the order of their titles.
    fn solutions(&self, challenges: &[Facts]) -> Result<Vec<String>, Error> {
        let labels = self.words.labels;
        let mut named: Vec<_> = self.named(challenges).into_iter().collect();
        named.sort_by_cached_key(|id| {
            let title = self.report.solutions.get(*id).map(|(solution, _)| name(solution));
            (normalise_key(&title.unwrap_or_default()), *id)
        });
        let mut solutions = Vec::new();
        for id in named {
            if let Some((solution, language)) = self.report.solutions.get(id) {
                let view = self.words.solution(solution, *language);
                solutions.push(
                    self.render(
                        "solution.html",
                        context! { s => given(&view), l => given(labels) },
                    )?,
                );
            }
        }
        Ok(solutions)
    }

    /// The parts of scores that the bars of some challenges show.
    fn legend(&self, challenges: &[Facts]) -> Vec<Legend> {
        let parts = challenges.iter().flat_map(|facts| &facts.matches);
        let parts: BTreeSet<&str> = parts
            .flat_map(|found| &found.parts)
            .filter(|(_, value)| *value > 0.0)
            .map(|(name, _)| name.as_str())
            .collect();
        let labels = self.words.labels;
        let legend = PARTS.into_iter().filter(|part| parts.contains(part));
        legend.map(|part| Legend { class: class(part), label: labels.part(part) }).collect()
    }

    /// A page of some challenges. `up` is the address of the index, empty if this is the only page.
    fn page(&self, challenges: &[Facts], up: &str) -> Result<String, Error> {
        let heading = match challenges {
            [one] if !up.is_empty() => title(&one.challenge),
            _ => self.report.title().to_owned(),
        };
        let overview = if up.is_empty() { self.overview(challenges) } else { Vec::new() };
        self.shell(context! {
            title => heading,
            up,
            overview => given(&overview),
            options => given(&self.filters(challenges)),
            is_long => is_long(challenges),
            legend => given(&self.legend(challenges)),
            sections => Value::from(self.sections(challenges)?),
            solutions => Value::from(self.solutions(challenges)?),
        })
    }

    /// The index of a large report.
    fn index(&self) -> Result<String, Error> {
        let nothing = Value::from(Vec::<String>::new());
        self.shell(context! {
            title => self.report.title(),
            up => "",
            overview => given(&self.overview(&self.report.challenges)),
            options => nothing.clone(),
            is_long => false,
            legend => nothing.clone(),
            sections => nothing.clone(),
            solutions => nothing,
        })
    }

    /// What all pages have.
    fn shell(&self, page: Value) -> Result<String, Error> {
        let (labels, challenges) = (self.words.labels, &self.report.challenges);
        let matches = challenges.iter().map(|facts| facts.matches.len()).sum();
        let lead = filled(
            labels.lead,
            &[
                ("challenges", &labels.count_challenges.of(challenges.len())),
                ("solutions", &labels.count_solutions.of(self.words.catalogue)),
                ("matches", &labels.count_matches.of(matches)),
            ],
        );
        let figure = |name, label, answered| {
            let count = challenges.iter().filter(|facts| facts.answered == answered).count();
            Figure { name, label, count }
        };
        let figures = [
            figure("yes", labels.answered, Some(true)),
            figure("no", labels.unanswered, Some(false)),
            figure("unknown", labels.undecided, None),
        ];
        let figures: Vec<&Figure> = figures.iter().filter(|figure| figure.count > 0).collect();
        let policy = format!(
            "default-src 'none'; style-src '{}'; script-src '{}'; base-uri 'none'; form-action 'none'",
            hash(STYLE),
            hash(SCRIPT)
        );
        let common = context! {
            l => given(labels),
            version => env!("CARGO_PKG_VERSION"),
            policy,
            style => STYLE,
            script => SCRIPT,
            lead,
            figures => given(&figures),
        };
        self.render("page.html", context! { ..page, ..common })
    }

    fn render(&self, template: &str, context: Value) -> Result<String, Error> {
        let template = self.environment.get_template(template).map_err(template_error)?;
        template.render(context).map_err(template_error)
    }

    fn overview(&self, challenges: &[Facts]) -> Vec<OverviewRow> {
        let labels = self.words.labels;
        let row = |facts: &Facts| {
            // Its matches are not shown here, so that their short form will do.
            let view = self.words.challenge(facts, true);
            let (verdict, verdict_word) = match facts.answered {
                Some(true) => ("yes", labels.yes),
                Some(false) => ("no", labels.no),
                None => ("unknown", labels.undecided),
            };
            let scores: Vec<f64> = facts.matches.iter().map(|found| found.score).collect();
            let place = self.words.places.get(&facts.challenge.id);
            OverviewRow {
                href: place.map_or_else(String::new, |place| place.href.clone()),
                anchor: view.anchor,
                title: view.title,
                lang: view.lang,
                place: view.place,
                evidence: view.evidence,
                verdict,
                verdict_word,
                strip: strip(labels, &scores),
            }
        };
        challenges.iter().map(row).collect()
    }

    /// The solutions that some challenges name.
    fn named<'a>(&'a self, challenges: &'a [Facts]) -> BTreeSet<&'a SolutionId> {
        let mut named = BTreeSet::new();
        for facts in challenges {
            named.extend(facts.matches.iter().map(|found| &found.id));
            named.extend(facts.barred.near.iter().map(|(id, ..)| id));
            named.extend(facts.own.iter().map(|own| &own.solution_id));
            let put_to_use = facts.precedents.iter().flat_map(|own| &own.implemented);
            named.extend(put_to_use.map(|own| &own.solution_id));
            named.extend(self.words.decision.named(&facts.challenge.id));
        }
        named
    }

    /// What matches can be filtered by: each value that a solution has, with how many matches have
    /// it.
    fn filters(&self, challenges: &[Facts]) -> Vec<Filter> {
        let labels = self.words.labels;
        let language = self.words.language;
        let mut by_theme: BTreeMap<String, (String, usize)> = BTreeMap::new();
        let mut countries: BTreeMap<Country, usize> = BTreeMap::new();
        let mut stages: BTreeMap<Stage, usize> = BTreeMap::new();
        let mut languages: BTreeMap<Language, usize> = BTreeMap::new();
        for found in challenges.iter().flat_map(|facts| &facts.matches) {
            let Some((solution, own)) = self.report.solutions.get(&found.id) else { continue };
            let mut seen = BTreeSet::new();
            for (key, theme) in themes(solution) {
                if seen.insert(key.clone()) {
                    by_theme.entry(key).or_insert((theme, 0)).1 += 1;
                }
            }
            if let Some(country) = solution.country {
                *countries.entry(country).or_default() += 1;
            }
            if let Some(stage) = solution.stage {
                *stages.entry(stage).or_default() += 1;
            }
            if let Some(language) = own {
                *languages.entry(*language).or_default() += 1;
            }
        }
        let choice = |value: &str, label: &str, count| {
            let (value, label) = (value.to_owned(), label.to_owned());
            Choice { value, label, count }
        };
        let by_theme = by_theme.iter().map(|(key, (label, count))| choice(key, label, *count));
        let countries =
            countries.iter().map(|(own, count)| choice(own.name(), own.name_in(language), *count));
        let stages =
            stages.iter().map(|(own, count)| choice(own.name(), own.name_in(language), *count));
        let languages =
            languages.iter().map(|(own, count)| choice(own.name(), own.name_in(language), *count));
        let alphabetical = |mut options: Vec<Choice>| {
            options.sort_by_cached_key(|option| normalise_key(&option.label));
            options
        };
        let filter = |name, label, options| Filter { name, label, options };
        vec![
            filter("theme", labels.theme, alphabetical(by_theme.collect())),
            filter("country", labels.country, alphabetical(countries.collect())),
            filter("stage", labels.stage, stages.collect()),
            filter("language", labels.language, languages.collect()),
        ]
    }
}

/// What a template is given.
fn given<T: Serialize + ?Sized>(what: &T) -> Value {
    Value::from(Serde(what))
}

/// The form in which a policy names a text that it admits.
fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text)))
}

/// Templates are part of the program: that one fails is a mistake in it.
fn template_error(error: minijinja::Error) -> Error {
    let context = "making the report".to_owned();
    ErrorKind::Engine { context, source: error.into() }.into()
}
