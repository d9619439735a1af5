use std::io::Write;
use std::path::PathBuf;

use citymatch::gaps::{Gaps as Found, Supply};
use citymatch::{Catalogue, Challenge, Matcher};
use clap::{Args, ValueEnum};

use crate::challenges::ChallengeArgs;
use crate::criteria::CriteriaArgs;
use crate::failure::Failure;
use crate::paragraph::terminal_width;
use crate::table::{Column, write_table};
use crate::{messages, output};

/// Shows what a catalogue cannot answer: the challenges without an answer, and the themes, goals and
/// countries for which there is demand and nothing that was put to use.
///
/// A solution was put to use if its stage is implemented or scaling, or if a deployment of it is
/// active or completed. Themes are the same if the thesaurus says so, in any language, or if their letters are. A target counts for its goal.
#[derive(Args)]
#[command(after_help = "Examples:
  citymatch gaps catalogue.cm
  citymatch gaps catalogue.cm --challenges retos.csv --format json
  citymatch gaps catalogue.cm --thesaurus temas.csv")]
pub(crate) struct Gaps {
    /// The catalogue's folder
    catalogue: PathBuf,
    #[command(flatten)]
    challenges: ChallengeArgs,
    #[command(flatten)]
    criteria: CriteriaArgs,
    /// How to write them
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// The file to write [default: stdout]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For reading: what is lacking
    Table,
    /// Everything, as one JSON object
    Json,
}

const UNANSWERED: &[Column] = &[
    Column::text("challenge", 8),
    Column::number("evidence"),
    Column::text("nearest", 8),
    Column::number("score"),
    Column::number("barred"),
];

const SUPPLIES: &[Column] = &[
    Column::fixed("of"),
    Column::text("name", 8),
    Column::number("challenges"),
    Column::number("unanswered"),
    Column::number("solutions"),
    Column::number("implemented"),
];

impl Gaps {
    pub(crate) fn run(self) -> Result<(), Failure> {
        output::refuse_overwriting("--out", self.out.as_deref(), self.challenges.input())?;
        let builder = self.criteria.apply(Matcher::builder())?;
        let matcher = builder.build(&Catalogue::open(&self.catalogue)?)?;
        let mut challenges = self.challenges.open(&matcher.snapshot())?;
        if challenges.total == Some(0) {
            let advice = "has no challenges (give some with --challenges, --file or --text)";
            messages::note(format_args!("`{}` {advice}", self.catalogue.display()));
        }
        let all: Vec<Challenge> = challenges.by_ref().collect();
        challenges.finish()?;
        let gaps = matcher.gaps(&all)?;
        output::write_text(self.out.as_deref(), |out| match self.format {
            Format::Table => {
                show(out, &gaps, if self.out.is_some() { None } else { terminal_width() })
            }
            Format::Json => {
                let json = serde_json::to_string_pretty(&gaps);
                let json = json.map_err(|error| Failure::failed(error.to_string()))?;
                Ok(writeln!(out, "{json}")?)
            }
        })
    }
}

fn show(out: &mut dyn Write, gaps: &Found, width: Option<usize>) -> Result<(), Failure> {
    let (all, answered, unanswered) = (gaps.challenges, gaps.answered, gaps.unanswered.len());
    writeln!(out, "{answered} of {all} challenges are answered, {unanswered} are not")?;
    let number = |value: Option<f64>| value.map_or_else(String::new, |value| format!("{value:.3}"));
    let rows: Vec<Vec<String>> = gaps
        .unanswered
        .iter()
        .map(|own| {
            let (best, score) = own.best.clone().unzip();
            let best = best.map_or_else(String::new, |id| id.to_string());
            let (id, evidence) = (own.challenge_id.to_string(), number(own.answer_score));
            vec![id, evidence, best, number(score), own.barred.to_string()]
        })
        .collect();
    if !rows.is_empty() {
        write_table(out, UNANSWERED, &rows, width)?;
    }
    let supplies = [("theme", &gaps.themes), ("goal", &gaps.goals), ("country", &gaps.countries)];
    let rows: Vec<Vec<String>> = supplies
        .into_iter()
        .flat_map(|(of, all)| all.iter().filter(|own| own.is_gap()).map(move |own| row(of, own)))
        .collect();
    if rows.is_empty() {
        return Ok(writeln!(out, "every theme, goal and country has what was put to use")?);
    }
    writeln!(out, "\ndemand, and nothing that was put to use:")?;
    Ok(write_table(out, SUPPLIES, &rows, width)?)
}

fn row(of: &str, own: &Supply) -> Vec<String> {
    let counts = [own.challenges, own.unanswered, own.solutions, own.implemented];
    let names = [of.to_owned(), own.name.clone()].into_iter();
    names.chain(counts.iter().map(usize::to_string)).collect()
}
