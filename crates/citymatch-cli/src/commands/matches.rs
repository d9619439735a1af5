use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;

use anstyle::Style;
use citymatch::{Catalogue, Challenge, Explanation, Language, Matcher, Matches, Record, Search};
use citymatch_files::{MatchRow, Output, RunFormat, write_run};
use clap::{Args, ValueEnum};

use super::{UNANSWERED, positive, threads};
use crate::challenges::{Asked, Challenges};
use crate::failure::Failure;
use crate::progress::Progress;
use crate::reasons::Reasons;
use crate::table::{self, Column, printable, write_table};
use crate::{out, say};

/// How many words are shown as reasons, and how much of a sentence where no word is one.
const WORDS: usize = 5;
const SENTENCE: usize = 60;
const COLUMNS: &[Column] = &[
    Column::number("rank"),
    Column::number("score"),
    Column::text("id", 8),
    Column::text("title", 12),
    Column::fixed("lang"),
    Column::text("why", 13),
];

/// Ranks the solutions of a catalogue for each challenge, best first.
///
/// Scores lie in [0, 1]; equal ones are ordered by solution id. A challenge without a word that
/// says something finds nothing. The catalogue is only read. The table says where nothing answers
/// well, and why each solution is there: the words that both have, `a ~ b .74` for a word of the
/// challenge and a relative of it, or else the solution's nearest sentence.
#[derive(Args)]
#[command(after_help = "Examples:
  citymatch match catalogue.cm
  citymatch match catalogue.cm --text '¿Cómo evitar que se inunden las calles?'
  citymatch match catalogue.cm --challenges retos.csv --limit 50 --format xlsx --out matches.xlsx")]
pub(crate) struct Match {
    /// The catalogue's folder
    catalogue: PathBuf,
    #[command(flatten)]
    asked: Asked,
    /// The most solutions for a challenge, 1 or more
    #[arg(long, value_name = "N", default_value = "10", value_parser = positive)]
    limit: usize,
    /// How to write the matches
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// The file to write [default: stdout]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// How many threads match, from 1 to 512; the result does not depend on it [default: as many
    /// as the machine has]
    #[arg(long, value_name = "N", value_parser = threads)]
    threads: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For the eye, with the strongest reasons
    Table,
    /// One JSON object a match
    Jsonl,
    /// `challenge_id,solution_id,rank,score`
    Csv,
    /// An Excel workbook with the same columns; needs --out
    Xlsx,
    /// For `trec_eval` and its relatives
    Trec,
}

impl Format {
    fn of_run(self) -> Option<RunFormat> {
        match self {
            Self::Table => None,
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
        out::keep_inputs("--out", self.out.as_deref(), self.asked.challenges.as_deref())?;
        let builder = Matcher::builder();
        let builder =
            if let Some(threads) = self.threads { builder.threads(threads) } else { builder };
        let matcher = builder.build(&Catalogue::open(&self.catalogue)?)?;
        let mut challenges = self.asked.open(matcher.snapshot())?;
        if challenges.total == Some(0) {
            let advice = "has no challenges (give some with --challenges or --text)";
            say::note(format_args!("`{}` {advice}", self.catalogue.display()));
        }
        let written = match self.format.of_run() {
            Some(format) => self.write(&matcher, &mut challenges, format)?,
            None => self.show(&matcher, &mut challenges)?,
        };
        let asked = challenges.finish()?;
        if let Some(out) = &self.out {
            say::done(format_args!("{asked} challenges, {written} matches: `{}`", out.display()));
        }
        Ok(())
    }

    fn write(
        &self,
        matcher: &Matcher,
        challenges: &mut Challenges,
        format: RunFormat,
    ) -> Result<u64, Failure> {
        let mut progress = self.progress(challenges);
        let found = matcher
            .find_each(challenges.map(|challenge| Search::from(challenge).limit(self.limit)));
        let rows = found.flat_map(|matches| {
            progress.step();
            rows(matches)
        });
        Ok(match &self.out {
            Some(path) => write_run(rows, format, Output::Path(path))?,
            None => write_run(rows, format, Output::Writer(&mut out::stdout()))?,
        })
    }

    /// Writes a table a challenge.
    fn show(&self, matcher: &Matcher, challenges: &mut Challenges) -> Result<u64, Failure> {
        let width = if self.out.is_some() { None } else { table::width() };
        let mut progress = self.progress(challenges);
        // The challenges that were taken and whose matches have not come yet: no more than a few a
        // thread.
        let waiting = RefCell::new(VecDeque::new());
        let searches = challenges.map(|challenge| {
            waiting.borrow_mut().push_back(challenge.clone());
            Search::from(challenge).limit(self.limit)
        });
        let mut written = 0;
        out::text(self.out.as_deref(), |out| {
            for matches in matcher.find_each(searches) {
                let matches = matches?;
                // OK because matches come in the order of their challenges, one for each.
                let challenge: Challenge =
                    waiting.borrow_mut().pop_front().expect("a challenge waits for its matches");
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

    /// Tables that appear on a terminal show by themselves how far the work is.
    fn progress(&self, challenges: &Challenges) -> Progress {
        if self.out.is_none() && io::stdout().is_terminal() {
            Progress::hidden()
        } else {
            Progress::new("challenges", challenges.total)
        }
    }
}

fn rows(matches: Result<Matches, citymatch::Error>) -> Vec<Result<MatchRow, citymatch::Error>> {
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
        writeln!(out, "{UNANSWERED}")?;
    }
    let mut rows = Vec::new();
    for found in matches {
        let explanation = matcher.explain(challenge, found.id())?;
        let title =
            matcher.snapshot().get(found.id())?.map(|solution| solution.title).unwrap_or_default();
        rows.push(vec![
            found.rank().to_string(),
            format!("{:.3}", found.score()),
            found.id().to_string(),
            title,
            explanation.solution_language.map_or("?", Language::name).to_owned(),
            why(&explanation),
        ]);
    }
    Ok(write_table(out, COLUMNS, &rows, width)?)
}

/// The strongest words; without any, the nearest sentence.
fn why(explanation: &Explanation) -> String {
    let reasons = Reasons::of(explanation);
    let words = reasons.words(WORDS);
    if words.is_empty() { reasons.sentence(SENTENCE).unwrap_or_default() } else { words }
}
