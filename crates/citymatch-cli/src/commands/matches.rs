use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anstyle::Style;
use citymatch::{
    Catalogue, Challenge, Country, Diversity, Language, Matcher, Matches, Record, Search, Spread,
    Stage, Weights,
};
use citymatch_files::{MatchRow, Output, RunFormat, write_decisions, write_run};
use citymatch_report::Report;
use clap::{Args, ValueEnum};

use super::reverse;
use crate::arguments::{positive, share, threads, value, weights};
use crate::challenges::{ChallengeArgs, Challenges};
use crate::criteria::CriteriaArgs;
use crate::failure::Failure;
use crate::paragraph::{printable, terminal_width};
use crate::progress::Progress;
use crate::table::{Column, write_table};
use crate::{messages, output};

const COLUMNS: &[Column] = &[
    Column::number("rank"),
    Column::number("score"),
    Column::fixed("level"),
    Column::text("id", 8),
    Column::text("title", 12),
    Column::fixed("lang"),
    Column::text("why", 13),
];

/// Ranks the solutions of a catalogue for each challenge, best first; or, with --reverse, the
/// challenges for a solution.
///
/// Scores lie in [0, 1], and from 0.6 on a match is called strong, from 0.2 on possible, else weak;
/// solutions with equal scores are ordered by id. A challenge that has only
/// words like "the" or "of" finds nothing. The catalogue is not changed. The table tells as which
/// language a challenge was read (one of few words is read in every language, unless --language
/// names one), when nothing in the catalogue answers a challenge well, and why each solution was
/// found: by the words that both texts have, by pairs such as `a ~ b .74` (a word of the challenge,
/// a related one of the solution, and how strongly they are related), or else by the solution's
/// nearest sentence.
#[derive(Args)]
#[command(after_help = "Examples:
  citymatch match catalogue.cm
  citymatch match catalogue.cm --text '¿Cómo evitar que se inunden las calles?'
  citymatch match catalogue.cm --text 'street lighting' --language en --at-least pilot
  citymatch match catalogue.cm --file bases.pdf
  citymatch match catalogue.cm --challenges retos.csv --limit 50 --format xlsx --out matches.xlsx
  citymatch match catalogue.cm --thesaurus temas.csv --suggested
  citymatch match catalogue.cm --format html --lang es --out informe.html
  citymatch match catalogue.cm --diversity 0.05 --per-organisation 1
  citymatch match catalogue.cm --reverse s17")]
pub(crate) struct Match {
    /// The catalogue's folder
    catalogue: PathBuf,
    #[command(flatten)]
    challenges: ChallengeArgs,
    /// Rank the challenges for this solution of the catalogue instead: those stored, or those of
    /// --challenges
    #[arg(long, value_name = "SOLUTION_ID", conflicts_with_all = ["text", "file", "country", "at_least", "diversity", "per_organisation", "per_country", "per_theme"])]
    reverse: Option<String>,
    /// The most solutions per challenge, or challenges with --reverse, 1 or more
    #[arg(long, value_name = "N", default_value = "10", value_parser = positive)]
    limit: usize,
    /// Take only solutions from these countries, whatever countries the challenge's own rules name;
    /// solutions whose country is unknown stay
    #[arg(long, value_name = "COUNTRY,...", value_delimiter = ',', value_parser = value::<Country>)]
    country: Vec<Country>,
    /// Take only solutions that have reached this stage, as well as the challenge's own rules:
    /// idea, design, prototype, pilot, implemented or scaling; solutions whose stage is unknown
    /// stay
    #[arg(long, value_name = "STAGE", value_parser = value::<Stage>)]
    at_least: Option<Stage>,
    /// What each signal counts: words, related, meaning, language, subject, themes, goals, place and
    /// maturity; those that are not named count 0 [default: the calibrated weights]
    #[arg(long, value_name = "SIGNAL=NUMBER,...", value_parser = weights)]
    weights: Option<Weights>,
    #[command(flatten)]
    criteria: CriteriaArgs,
    /// Choose matches that are unlike each other, from 0, where scores alone count, to 1, where
    /// distances alone count; from 0.02 to 0.1 most of the scores is kept
    #[arg(long, value_name = "AMOUNT", value_parser = share)]
    diversity: Option<f64>,
    /// The most solutions per organisation, 1 or more [default: any number]
    #[arg(long, value_name = "N", value_parser = positive)]
    per_organisation: Option<usize>,
    /// The most solutions per country, 1 or more [default: any number]
    #[arg(long, value_name = "N", value_parser = positive)]
    per_country: Option<usize>,
    /// The most solutions per theme, 1 or more [default: any number]
    #[arg(long, value_name = "N", value_parser = positive)]
    per_theme: Option<usize>,
    /// How to write the matches
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// The language of the page that --format html writes: es, pt or en [default: en]; records stay
    /// in their own
    #[arg(long, value_name = "LANGUAGE", value_parser = value::<Language>)]
    lang: Option<Language>,
    /// The file to write [default: stdout]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Also write what was decided, one JSON object a line: every match, and every solution that
    /// rules exclude, with hashes of what it was decided from; texts and names are left out
    #[arg(long, value_name = "FILE", conflicts_with = "reverse")]
    decisions: Option<PathBuf>,
    /// The number of threads, from 1 to 512; the result does not depend on it [default: as many as
    /// the machine has]
    #[arg(long, value_name = "N", value_parser = threads)]
    threads: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For reading, with the strongest reasons
    Table,
    /// One JSON object per match
    Jsonl,
    /// `challenge_id,solution_id,rank,score`
    Csv,
    /// An Excel workbook with the same columns; needs --out
    Xlsx,
    /// For `trec_eval` and similar tools
    Trec,
    /// A page for people who decide, with reasons, rules and precedents; beyond 20 MB an index with
    /// one page a challenge in a folder beside it
    Html,
}

impl Format {
    /// The format of a run in a file; `None` for the table and the page.
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

impl Match {
    pub(crate) fn run(self) -> Result<(), Failure> {
        if self.format == Format::Xlsx && self.out.is_none() {
            return Err(Failure::usage(
                "--format xlsx writes a workbook (expected --out FILE with it)",
            ));
        }
        let is_page = self.format == Format::Html;
        if self.lang.is_some() && !is_page {
            return Err(Failure::usage(
                "--lang is the language of a page (expected --format html with it)",
            ));
        }
        if self.reverse.is_some() && is_page {
            return Err(Failure::usage(
                "--format html has no page for --reverse (expected table, jsonl, csv, xlsx or trec)",
            ));
        }
        output::refuse_overwriting("--out", self.out.as_deref(), self.challenges.input())?;
        let mut builder = self.criteria.apply(Matcher::builder())?;
        if let Some(threads) = self.threads {
            builder = builder.threads(threads);
        }
        if let Some(weights) = &self.weights {
            builder = builder.weights(weights.clone());
        }
        if let Some(diversity) = self.diversity() {
            builder = builder.diversity(diversity);
        }
        let matcher = builder.build(&Catalogue::open(&self.catalogue)?)?;
        let mut challenges = self.challenges.open(&matcher.snapshot())?;
        if challenges.total == Some(0) {
            let advice = "has no challenges (give some with --challenges, --file or --text)";
            messages::note(format_args!("`{}` {advice}", self.catalogue.display()));
        }
        if let Some(id) = &self.reverse {
            return self.reverse(&matcher, challenges, id);
        }
        if let Some(path) = &self.decisions {
            challenges = self.decide(&matcher, challenges, path)?;
        }
        let written = match self.format.run_format() {
            Some(format) => self.write(&matcher, &mut challenges, format)?,
            None if is_page => self.report(&matcher, &mut challenges)?,
            None => self.show(&matcher, &mut challenges)?,
        };
        let count = challenges.finish()?;
        if let Some(out) = &self.out {
            messages::done(format_args!(
                "{count} challenges, {written} matches: `{}`",
                out.display()
            ));
        }
        Ok(())
    }

    /// Writes the decisions, and returns the challenges for what follows.
    fn decide(
        &self,
        matcher: &Matcher,
        mut challenges: Challenges,
        path: &Path,
    ) -> Result<Challenges, Failure> {
        let all: Vec<Challenge> = challenges.by_ref().collect();
        challenges.finish()?;
        let (decisions, mut made) = (matcher.decisions()?, Vec::new());
        for challenge in &all {
            let search = self.search(challenge.clone());
            let matches = matcher.find(search.clone())?;
            made.extend(decisions.of_matches(&search, &matches)?);
        }
        let count = write_decisions(&made, Output::Path(path))?;
        messages::done(format_args!("{count} decisions: `{}`", path.display()));
        Ok(Challenges::given(all))
    }

    /// How much the matches are to differ from each other, if anything says so.
    fn diversity(&self) -> Option<Diversity> {
        let caps = [self.per_organisation, self.per_country, self.per_theme];
        if self.diversity.is_none() && caps == [None; 3] {
            return None;
        }
        let mut diversity = Diversity::new(self.diversity.unwrap_or(0.0));
        if let Some(limit) = self.per_organisation {
            diversity = diversity.per_organisation(limit);
        }
        if let Some(limit) = self.per_country {
            diversity = diversity.per_country(limit);
        }
        if let Some(limit) = self.per_theme {
            diversity = diversity.per_theme(limit);
        }
        Some(diversity)
    }

    /// Writes the challenges that a solution may answer.
    fn reverse(
        &self,
        matcher: &Matcher,
        mut challenges: Challenges,
        id: &str,
    ) -> Result<(), Failure> {
        let solution = reverse::solution(matcher, id)?;
        let found = reverse::find(matcher, &solution, &mut challenges, self.limit)?;
        let out = self.out.as_deref();
        let written = match self.format.run_format() {
            Some(format) => reverse::write(&solution, &found, format, out)?,
            None => reverse::show(matcher, &solution, &found, out)?,
        };
        let count = challenges.finish()?;
        if let Some(out) = out {
            messages::done(format_args!(
                "{written} of {count} challenges for `{id}`: `{}`",
                out.display()
            ));
        }
        Ok(())
    }

    /// The search for one challenge, with the options of the command.
    fn search(&self, challenge: Challenge) -> Search<'static> {
        let rules = (!self.country.is_empty())
            .then(|| challenge.eligibility.clone().countries(self.country.iter().copied()));
        let mut search = Search::from(challenge).limit(self.limit);
        if let Some(rules) = rules {
            search = search.eligibility(rules);
        }
        if let Some(stage) = self.at_least {
            search = search.at_least(stage);
        }
        search
    }

    /// Writes the matches as data.
    fn write(
        &self,
        matcher: &Matcher,
        challenges: &mut Challenges,
        format: RunFormat,
    ) -> Result<u64, Failure> {
        let mut progress = self.progress(challenges);
        let found = matcher.find_each(challenges.map(|challenge| self.search(challenge)));
        let rows = found.flat_map(|matches| {
            progress.step();
            match_rows(matches)
        });
        Ok(match &self.out {
            Some(path) => write_run(rows, format, Output::Path(path))?,
            None => write_run(rows, format, Output::Writer(&mut output::stdout()))?,
        })
    }

    /// Writes a page for people who decide.
    fn report(&self, matcher: &Matcher, challenges: &mut Challenges) -> Result<u64, Failure> {
        let mut progress = self.progress(challenges);
        let mut report = Report::new(matcher).language(self.lang.unwrap_or(Language::English));
        let mut written = 0;
        for challenge in challenges {
            let search = self.search(challenge);
            let matches = matcher.find(search.clone())?;
            report.add(&search, &matches)?;
            written += matches.len() as u64;
            progress.step();
        }
        match &self.out {
            Some(path) => drop(report.write(path)?),
            None => drop(report.write_to(&mut output::stdout())?),
        }
        Ok(written)
    }

    /// Writes one table per challenge.
    fn show(&self, matcher: &Matcher, challenges: &mut Challenges) -> Result<u64, Failure> {
        let width = if self.out.is_some() { None } else { terminal_width() };
        let mut progress = self.progress(challenges);
        // The challenges whose matches have not arrived yet. `find_each` takes only some challenges
        // per thread ahead, so this stays short.
        let pending = RefCell::new(VecDeque::new());
        let searches = challenges.map(|challenge| {
            pending.borrow_mut().push_back(challenge.clone());
            self.search(challenge)
        });
        let mut written = 0;
        output::write_text(self.out.as_deref(), |out| {
            for matches in matcher.find_each(searches) {
                let matches = matches?;
                // OK because `find_each` gives one result per challenge, in the order of the
                // challenges.
                let challenge: Challenge =
                    pending.borrow_mut().pop_front().expect("a challenge waits for its matches");
                if written > 0 {
                    writeln!(out)?;
                }
                show_matches(out, matcher, &challenge, &matches, width)?;
                written += matches.len() as u64;
                progress.step();
            }
            Ok(())
        })?;
        Ok(written)
    }

    /// Without a bar where tables appear on a terminal: they show themselves how far the work is.
    fn progress(&self, challenges: &Challenges) -> Progress {
        if self.out.is_none() && io::stdout().is_terminal() {
            Progress::hidden()
        } else {
            Progress::new("challenges", challenges.total)
        }
    }
}

/// The matches of a challenge as rows of a file.
fn match_rows(
    matches: Result<Matches, citymatch::Error>,
) -> Vec<Result<MatchRow, citymatch::Error>> {
    match matches {
        Ok(matches) => {
            let id = matches.challenge_id().as_str();
            matches
                .iter()
                .map(|found| {
                    Ok(MatchRow::new(id, found.id().as_str(), found.rank() as u64, found.score()))
                })
                .collect()
        }
        Err(error) => vec![Err(error)],
    }
}

fn show_matches(
    out: &mut dyn Write,
    matcher: &Matcher,
    challenge: &Challenge,
    matches: &Matches,
    width: Option<usize>,
) -> Result<(), Failure> {
    let bold = Style::new().bold();
    let text = challenge.texts().first().map(|(_, text)| printable(text)).unwrap_or_default();
    writeln!(out, "{bold}{}{bold:#}  {text}", challenge.id)?;
    if matches.is_empty() {
        return Ok(writeln!(out, "no match")?);
    }
    if matches.answered() == Some(false) {
        writeln!(out, "{}", output::UNANSWERED)?;
    }
    let mut rows = Vec::new();
    for found in matches {
        let explanation = matcher.explain(challenge, found.id())?;
        let title =
            matcher.snapshot().get(found.id())?.map(|solution| solution.title).unwrap_or_default();
        rows.push(vec![
            found.rank().to_string(),
            format!("{:.3}", found.score()),
            found.level().to_string(),
            found.id().to_string(),
            title,
            explanation.solution_language.map_or("?", Language::name).to_owned(),
            explanation.summary(),
        ]);
    }
    write_table(out, COLUMNS, &rows, width)?;
    if let Some(spread) = matches.spread() {
        show_spread(out, spread)?;
    }
    show_criteria(out, matches)?;
    Ok(writeln!(out, "{}", matches.read_as())?)
}

/// What the spread among the matches cost and gained, and whom it displaced.
fn show_spread(out: &mut dyn Write, spread: &Spread) -> Result<(), Failure> {
    let (kept, distance, best) = (100.0 * spread.kept, spread.distance, spread.distance_of_best);
    writeln!(
        out,
        "spread: {kept:.0} % of the scores kept, mean distance {distance:.2} instead of {best:.2}"
    )?;
    for own in &spread.displaced {
        writeln!(
            out,
            "displaced: {} (rank {} by score): {}",
            own.solution_id, own.rank, own.reason
        )?;
    }
    Ok(())
}

/// The criteria that counted in the scores, and those that are left to a person.
fn show_criteria(out: &mut dyn Write, matches: &Matches) -> Result<(), Failure> {
    let scored = matches.criteria().iter();
    let scored: Vec<String> = scored.map(|(own, share)| format!("{own} {share:.2}")).collect();
    if !scored.is_empty() {
        writeln!(out, "scored by criteria: {}", scored.join(", "))?;
    }
    if !matches.for_a_person().is_empty() {
        writeln!(out, "criteria for a person: {}", matches.for_a_person().join(", "))?;
    }
    Ok(())
}
