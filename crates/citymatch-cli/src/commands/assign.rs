use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use citymatch::assign::{Assign as Options, Assignment, Candidates, Objective};
use citymatch::{Catalogue, Challenge, Language, Matcher, Run, Search, SolutionId};
use citymatch_files::{MatchRow, Output, RunFormat, write_decisions, write_run};
use citymatch_report::Report;
use clap::{Args, ValueEnum};
use serde::Deserialize;

use crate::arguments::{positive, share, threads, value};
use crate::challenges::ChallengeArgs;
use crate::criteria::CriteriaArgs;
use crate::failure::Failure;
use crate::paragraph::terminal_width;
use crate::table::{Column, write_table};
use crate::{messages, output};

const COLUMNS: &[Column] = &[
    Column::text("challenge", 8),
    Column::number("place"),
    Column::number("score"),
    Column::text("id", 8),
    Column::text("title", 12),
];

/// Shares out the solutions of a catalogue among challenges: who gets what, and why not.
///
/// Each challenge is matched as `citymatch match` does, and its best solutions are its candidates. A
/// challenge gets at most as many as it has places, and a solution goes to at most as many
/// challenges as it may. The assignment is the best one within these limits. A challenge's first
/// place counts more than its second, so that none stays with nothing that could have something.
/// Below the table stand the challenges that got nothing, each with the reason, and how far the sum
/// of the scores is from the highest one within the limits.
#[derive(Args)]
#[command(after_help = r#"Examples:
  citymatch assign catalogue.cm
  citymatch assign catalogue.cm --challenges retos.csv --per-challenge 3 --per-solution 1
  citymatch assign catalogue.cm --rules rules.json --format csv --out assignment.csv
  citymatch assign catalogue.cm --format html --lang pt --out decisao.html

A file of rules, of which any part may be left out:
  {"per_challenge": {"c1": 2}, "per_solution": {"s1": 3},
   "categories": {"local": ["s1", "s4"]},
   "reserve": {"local": 1},              places of every challenge
   "minimum": {"local": 5},              places of all challenges together
   "forbid": [["c1", "s2"]], "fix": [["c2", "s1"]],
   "keep": [["c3", "s4"]]}               of these pairs as many stay as can"#)]
pub(crate) struct Assign {
    /// The catalogue's folder
    catalogue: PathBuf,
    #[command(flatten)]
    challenges: ChallengeArgs,
    /// The most solutions per challenge, 1 or more [default: its `winners`, else 1]
    #[arg(long, value_name = "N", value_parser = positive)]
    per_challenge: Option<usize>,
    /// The most challenges per solution, 1 or more [default: 1]
    #[arg(long, value_name = "N", value_parser = positive)]
    per_solution: Option<usize>,
    /// What is to be best
    #[arg(long, value_enum, default_value_t = Goal::Places)]
    objective: Goal,
    /// A JSON file of further limits: see below
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,
    /// The most candidates per challenge, 1 or more
    #[arg(long, value_name = "N", default_value = "50", value_parser = positive)]
    limit: usize,
    /// The least score that a candidate has, from 0 to 1; 0.2 leaves out what is called weak
    #[arg(long, value_name = "SCORE", default_value = "0", value_parser = share)]
    min_score: f64,
    #[command(flatten)]
    criteria: CriteriaArgs,
    /// How to write the pairs
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// The language of the page that --format html writes: es, pt or en [default: en]; records stay
    /// in their own
    #[arg(long, value_name = "LANGUAGE", value_parser = value::<Language>)]
    lang: Option<Language>,
    /// The file to write [default: stdout]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Also write what was decided, one JSON object a line: every pair, and every challenge that got
    /// nothing, with hashes of what it was decided from; texts and names are left out
    #[arg(long, value_name = "FILE")]
    decisions: Option<PathBuf>,
    /// The number of threads that match, from 1 to 512; the result does not depend on it [default:
    /// as many as the machine has]
    #[arg(long, value_name = "N", value_parser = threads)]
    threads: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Goal {
    /// First places count more than second ones, and so on
    Places,
    /// The sum of the scores alone
    Sum,
    /// The worst-off challenge first, then the next
    Worst,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For reading, with what is unassigned and why
    Table,
    /// One JSON object per pair
    Jsonl,
    /// `challenge_id,solution_id,rank,score`
    Csv,
    /// An Excel workbook with the same columns; needs --out
    Xlsx,
    /// For `trec_eval` and similar tools
    Trec,
    /// A page for people who decide: each challenge with its ten best candidates and what it gets
    Html,
}

impl Format {
    fn run_format(self) -> Option<RunFormat> {
        match self {
            Self::Table | Self::Html => None,
            Self::Jsonl => Some(RunFormat::Jsonl),
            Self::Csv => Some(RunFormat::Csv),
            Self::Xlsx => Some(RunFormat::Xlsx),
            Self::Trec => Some(RunFormat::Trec),
        }
    }
}

/// The limits of a file.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Rules {
    per_challenge: BTreeMap<String, u32>,
    per_solution: BTreeMap<String, u32>,
    categories: BTreeMap<String, Vec<String>>,
    reserve: BTreeMap<String, u32>,
    minimum: BTreeMap<String, u32>,
    forbid: Vec<(String, String)>,
    fix: Vec<(String, String)>,
    keep: Option<Vec<(String, String)>>,
}

impl Rules {
    fn read(path: &Path) -> Result<Self, Failure> {
        let text = std::fs::read_to_string(path).map_err(|error| Failure::file(path, error))?;
        serde_json::from_str(&text).map_err(|error| {
            Failure::failed(format!("`{}`: {error} (see `assign --help`)", path.display()))
        })
    }

    fn apply(self, mut options: Options) -> Options {
        for (challenge, places) in self.per_challenge {
            options = options.per_challenge_of(challenge, places);
        }
        for (solution, challenges) in self.per_solution {
            options = options.per_solution_of(solution, challenges);
        }
        for (name, members) in self.categories {
            options = options.category(name, members);
        }
        for (category, places) in self.reserve {
            options = options.reserve(category, places);
        }
        for (category, places) in self.minimum {
            options = options.minimum(category, places);
        }
        if let Some(keep) = self.keep {
            options = options.keep_pairs(keep);
        }
        options.forbid(self.forbid).fix(self.fix)
    }
}

impl Assign {
    pub(crate) fn run(self) -> Result<(), Failure> {
        if self.format == Format::Xlsx && self.out.is_none() {
            return Err(Failure::usage(
                "--format xlsx writes a workbook (expected --out FILE with it)",
            ));
        }
        if self.lang.is_some() && self.format != Format::Html {
            return Err(Failure::usage(
                "--lang is the language of a page (expected --format html with it)",
            ));
        }
        let inputs = self.challenges.input().into_iter().chain(self.rules.as_deref());
        output::refuse_overwriting("--out", self.out.as_deref(), inputs)?;
        let rules = self.rules.as_deref().map(Rules::read).transpose()?.unwrap_or_default();
        let mut builder = self.criteria.apply(Matcher::builder())?;
        if let Some(threads) = self.threads {
            builder = builder.threads(threads);
        }
        let matcher = builder.build(&Catalogue::open(&self.catalogue)?)?;
        let mut source = self.challenges.open(&matcher.snapshot())?;
        let challenges: Vec<Challenge> = source.by_ref().collect();
        source.finish()?;
        if challenges.is_empty() {
            let advice = "has no challenges (expected some, or --challenges, --file or --text)";
            return Err(Failure::usage(format!("`{}` {advice}", self.catalogue.display())));
        }
        let searches = challenges.iter().map(|own| Search::new(own).limit(self.limit));
        let run = matcher.find_all(searches)?;
        let options = rules.apply(self.options(&challenges, &matcher, &run)?);
        let assignment = options.solve(&self.candidates(&run))?;
        if let Some(path) = &self.decisions {
            let made = matcher.decisions()?.of_assignment(&challenges, &assignment)?;
            let count = write_decisions(&made, Output::Path(path))?;
            messages::done(format_args!("{count} decisions: `{}`", path.display()));
        }
        match self.format.run_format() {
            None if self.format == Format::Html => {
                self.report(&matcher, &challenges, &assignment)?;
            }
            None => self.show(&matcher, &assignment)?,
            Some(format) => self.write(&assignment, format)?,
        }
        if let Some(out) = &self.out {
            let (challenges, pairs) = (challenges.len(), assignment.len());
            messages::done(format_args!(
                "{challenges} challenges, {pairs} pairs: `{}`",
                out.display()
            ));
        }
        Ok(())
    }

    fn candidates(&self, run: &Run) -> Candidates {
        let mut candidates = Candidates::new();
        for matches in run {
            let found = matches.iter().filter(|found| found.score() >= self.min_score);
            candidates.push(matches.challenge_id(), found.map(|found| (found.id(), found.score())));
        }
        candidates
    }

    /// The limits of the command line, and what the challenges themselves say.
    fn options(
        &self,
        challenges: &[Challenge],
        matcher: &Matcher,
        run: &Run,
    ) -> Result<Options, Failure> {
        let winners = challenges.iter().filter_map(|own| Some((own.id.clone(), own.winners?)));
        let mut options = Options::new().winners(winners).objective(match self.objective {
            Goal::Places => Objective::Places,
            Goal::Sum => Objective::Sum,
            Goal::Worst => Objective::Worst,
        });
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        if let Some(places) = self.per_challenge {
            options = options.per_challenge(number(places));
        }
        if let Some(challenges) = self.per_solution {
            options = options.per_solution(number(challenges));
        }
        // Who found nothing is told whether rules bar everyone.
        for (challenge, matches) in challenges.iter().zip(run) {
            if matches.is_empty() {
                let barred = matcher.ineligible(challenge)?;
                let barred = barred.into_iter().map(|own| (challenge.id.clone(), own.solution_id));
                options = options.barred(barred);
            }
        }
        Ok(options)
    }

    fn write(&self, assignment: &Assignment, format: RunFormat) -> Result<(), Failure> {
        let rows = assignment.iter().map(|pair| {
            let (challenge, solution) = (pair.challenge_id().as_str(), pair.solution_id().as_str());
            Ok(MatchRow::new(challenge, solution, pair.place() as u64, pair.score()))
        });
        match &self.out {
            Some(path) => write_run(rows, format, Output::Path(path))?,
            None => write_run(rows, format, Output::Writer(&mut output::stdout()))?,
        };
        for nothing in assignment.unassigned() {
            messages::note(format_args!("nothing for {nothing}"));
        }
        Ok(())
    }

    /// Writes a page for people who decide.
    fn report(
        &self,
        matcher: &Matcher,
        challenges: &[Challenge],
        assignment: &Assignment,
    ) -> Result<(), Failure> {
        let language = self.lang.unwrap_or(Language::English);
        let mut report = Report::new(matcher).language(language).decision(assignment)?;
        for challenge in challenges {
            let search = Search::new(challenge);
            report.add(&search, &matcher.find(search.clone())?)?;
        }
        match &self.out {
            Some(path) => drop(report.write(path)?),
            None => drop(report.write_to(&mut output::stdout())?),
        }
        Ok(())
    }

    fn show(&self, matcher: &Matcher, assignment: &Assignment) -> Result<(), Failure> {
        let width = if self.out.is_some() { None } else { terminal_width() };
        let snapshot = matcher.snapshot();
        let title = |id: &SolutionId| -> Result<String, Failure> {
            Ok(snapshot.get(id)?.map(|solution| solution.title).unwrap_or_default())
        };
        let mut rows = Vec::new();
        for pair in assignment {
            rows.push(vec![
                pair.challenge_id().to_string(),
                pair.place().to_string(),
                format!("{:.3}", pair.score()),
                pair.solution_id().to_string(),
                title(pair.solution_id())?,
            ]);
        }
        output::write_text(self.out.as_deref(), |out| {
            write_table(out, COLUMNS, &rows, width)?;
            for nothing in assignment.unassigned() {
                writeln!(out, "nothing for {nothing}")?;
            }
            for change in assignment.changes() {
                let (what, challenge, solution) = match change {
                    citymatch::assign::Change::Added { challenge_id, solution_id } => {
                        ("new", challenge_id, solution_id)
                    }
                    citymatch::assign::Change::Removed { challenge_id, solution_id } => {
                        ("not kept", challenge_id, solution_id)
                    }
                    _ => continue,
                };
                writeln!(out, "{what}: {solution} for {challenge}")?;
            }
            let lost = 100.0 * assignment.sum_lost();
            let (sum, best) = (assignment.sum(), assignment.best_sum());
            Ok(writeln!(
                out,
                "{} pairs; the scores add up to {sum:.3}, {lost:.1} % below the highest sum of {best:.3}",
                assignment.len()
            )?)
        })
    }
}
