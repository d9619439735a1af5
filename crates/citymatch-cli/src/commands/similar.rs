use std::io::Write;
use std::path::PathBuf;

use anstyle::Style;
use citymatch::record::Deployment;
use citymatch::{
    Catalogue, Challenge, Implementation, Level, Matcher, Record, RecordMatch, RecordMatches,
    Solution,
};
use clap::{Args, ValueEnum};
use serde_json::{Value as Json, json};

use super::reverse::title;
use crate::arguments::positive;
use crate::failure::Failure;
use crate::output;
use crate::paragraph::{printable, terminal_width, write_paragraph};
use crate::table::{Column, write_table};

/// Finds the precedents of a challenge, or the twins of a solution.
///
/// Of a challenge it finds the same challenge in other cities, in any language, and what each of
/// them put to use: solutions with a deployment in that city, or of that city and at pilot stage or
/// later, with how it ended, unless they fit the challenge only weakly. Of a solution it finds the
/// solutions that are like it. Scores are those of `citymatch match` with the record as the ask.
#[derive(Args)]
#[command(after_help = "Examples:
  citymatch similar catalogue.cm c7
  citymatch similar catalogue.cm s17 --limit 3
  citymatch similar catalogue.cm c7 --format jsonl")]
pub(crate) struct Similar {
    /// The catalogue's folder
    catalogue: PathBuf,
    /// The id of a challenge or a solution of the catalogue
    id: String,
    /// The most records, 1 or more
    #[arg(long, value_name = "N", default_value = "10", value_parser = positive)]
    limit: usize,
    /// How to write them
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// The file to write [default: stdout]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For reading
    Table,
    /// One JSON object per record; that of a challenge has what was `implemented` in its city
    Jsonl,
}

const CHALLENGES: &[Column] = &[
    Column::number("rank"),
    Column::number("score"),
    Column::fixed("level"),
    Column::text("id", 8),
    Column::text("title", 12),
    Column::text("city", 6),
];

const SOLUTIONS: &[Column] = &[
    Column::number("rank"),
    Column::number("score"),
    Column::fixed("level"),
    Column::text("id", 8),
    Column::text("title", 12),
    Column::text("organisation", 8),
    Column::text("city", 6),
    Column::fixed("stage"),
];

impl Similar {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let matcher = Matcher::new(&Catalogue::open(&self.catalogue)?)?;
        let snapshot = matcher.snapshot();
        if let Some(challenge) = snapshot.challenges().get(&self.id)? {
            let found = matcher.similar(&challenge, self.limit)?;
            return self.precedents(&matcher, &challenge, &found);
        }
        let Some(solution) = snapshot.solutions().get(&self.id)? else {
            return Err(Failure::failed(format!(
                "no record `{}` in `{}` (expected the id of a challenge or a solution)",
                self.id,
                self.catalogue.display()
            )));
        };
        self.twins(&solution, &matcher.similar(&solution, self.limit)?)
    }

    fn precedents(
        &self,
        matcher: &Matcher,
        challenge: &Challenge,
        found: &RecordMatches<Challenge>,
    ) -> Result<(), Failure> {
        let mut all = Vec::new();
        for found in found {
            let precedent = found.record()?;
            let mut implemented = matcher.implemented(&precedent)?;
            implemented.retain(|own| own.level() != Level::Weak);
            all.push((found, precedent, implemented));
        }
        if self.format == Format::Jsonl {
            return self.write(all.iter().map(|(found, _, implemented)| {
                let mut object = object("challenge_id", found);
                object["implemented"] = implemented.iter().map(with_level).collect();
                object
            }));
        }
        let row = |(found, own, _): &(&RecordMatch<Challenge>, Challenge, _)| {
            let mut row = first_cells(found);
            row.extend([title(own), own.city.clone()]);
            row
        };
        self.show(challenge, CHALLENGES, &all.iter().map(row).collect::<Vec<_>>(), |out, width| {
            for (found, precedent, implemented) in &all {
                for own in implemented {
                    let prefix = format!("{}, {}: ", found.id(), printable(&precedent.city));
                    write_paragraph(out, &prefix, &outcome(own), width)?;
                }
            }
            Ok(())
        })
    }

    fn twins(&self, solution: &Solution, found: &RecordMatches<Solution>) -> Result<(), Failure> {
        if self.format == Format::Jsonl {
            return self.write(found.iter().map(|found| object("solution_id", found)));
        }
        let mut rows = Vec::new();
        for found in found {
            let own = found.record()?;
            let mut row = first_cells(found);
            let stage = own.stage.map_or("", |stage| stage.name()).to_owned();
            row.extend([own.title, own.organisation, own.city, stage]);
            rows.push(row);
        }
        self.show(solution, SOLUTIONS, &rows, |_, _| Ok(()))
    }

    fn write(&self, objects: impl Iterator<Item = Json>) -> Result<(), Failure> {
        let lines: Vec<String> = objects.map(|object| object.to_string() + "\n").collect();
        let lines = lines.concat();
        match &self.out {
            Some(path) => std::fs::write(path, lines).map_err(|error| Failure::file(path, error)),
            None => Ok(output::stdout().write_all(lines.as_bytes())?),
        }
    }

    fn show<R: Record>(
        &self,
        asked: &R,
        columns: &[Column],
        rows: &[Vec<String>],
        below: impl FnOnce(&mut dyn Write, Option<usize>) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let width = if self.out.is_some() { None } else { terminal_width() };
        let text = asked.texts().first().map(|(_, text)| printable(text)).unwrap_or_default();
        output::write_text(self.out.as_deref(), |out| {
            let bold = Style::new().bold();
            writeln!(out, "{bold}{}{bold:#}  {text}", asked.id())?;
            if rows.is_empty() {
                return Ok(writeln!(out, "nothing like it")?);
            }
            write_table(out, columns, rows, width)?;
            below(out, width)
        })
    }
}

fn first_cells<R: Record>(found: &RecordMatch<R>) -> Vec<String> {
    let (rank, score) = (found.rank().to_string(), format!("{:.3}", found.score()));
    vec![rank, score, found.level().to_string(), found.id().to_string()]
}

fn object<R: Record>(id: &str, found: &RecordMatch<R>) -> Json {
    json!({id: found.id().as_ref(), "rank": found.rank(), "score": found.score()})
}

fn with_level(own: &Implementation) -> Json {
    json!({
        "solution_id": own.solution_id.as_str(),
        "title": own.title,
        "score": own.score,
        "level": own.level().name(),
        "deployments": own.deployments,
    })
}

/// What was put to use, and how it ended.
fn outcome(own: &Implementation) -> String {
    let one = |deployment: &Deployment| {
        let year = deployment.year.map(|year| year.to_string());
        let status = deployment.status.map(|status| status.to_string());
        let known: Vec<String> = year.into_iter().chain(status).collect();
        if known.is_empty() { "no more is known".to_owned() } else { known.join(" ") }
    };
    let ended: Vec<String> = own.deployments.iter().map(one).collect();
    let ended = if ended.is_empty() { String::new() } else { format!(" ({})", ended.join(", ")) };
    format!("{} {}{ended}", own.solution_id, printable(&own.title))
}
