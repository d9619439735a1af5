use std::path::PathBuf;

use citymatch::evaluate::{Comparison, Evaluation, Interval, Measure, compare, evaluate};
use citymatch_files::{read_qrels, read_ranked_lists};
use clap::{Args, ValueEnum};
use serde_json::{Value as Json, json};

use crate::failure::Failure;
use crate::output;
use crate::paragraph::terminal_width;
use crate::table::{Column, write_table};

const OF_ONE: &[Column] =
    &[Column::fixed("measure"), Column::number("value"), Column::fixed("95 %")];
const OF_TWO: &[Column] = &[
    Column::fixed("measure"),
    Column::number("run"),
    Column::number("against"),
    Column::number("difference"),
    Column::fixed("95 %"),
    Column::number("better"),
    Column::number("worse"),
    Column::number("p"),
];

/// Measures a run against judgements: how good its order is, and whether it is better than another
/// run.
///
/// Means are taken over the judged challenges, and each has its interval of 95 %, from a bootstrap over
/// the challenges with a fixed seed. A judged challenge that is not in the run counts as 0; a challenge
/// without judgements does not count, and is told. With `--against` each difference has an interval
/// from the pairs, and then a p-value from a randomisation test: that of one measure, chosen before.
#[derive(Args)]
#[command(after_help = r#"Examples:
  citymatch match catalogue.cm --format trec --limit 50 --out run.txt
  citymatch evaluate run.txt --qrels qrels.txt
  citymatch evaluate run.txt --qrels qrels.txt --against older.jsonl --measures nDCG@10,R@50

Measures are named as in ir-measures: nDCG@10, nDCG(dcg='exp-log2')@10, RR, AP, P@5, R@50, Success@5,
P(rel=2)@5, with any cutoff. Lines of judgements are `challenge 0 solution grade`; a grade of 1 or more
means useful."#)]
pub(crate) struct Evaluate {
    /// A run, as `match --format trec` or `match --format jsonl` writes it
    run: PathBuf,
    /// The judgements, in TREC's format
    #[arg(long, value_name = "FILE")]
    qrels: PathBuf,
    /// Another run of the same challenges, to compare with
    #[arg(long, value_name = "RUN")]
    against: Option<PathBuf>,
    /// The measures, with commas between
    #[arg(long, value_name = "NAMES", value_delimiter = ',', default_value = "nDCG@10,RR,P@5,R@50", value_parser = measure)]
    measures: Vec<Measure>,
    /// How to write them
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For reading
    Table,
    /// One JSON object, with the value of each challenge
    Json,
}

/// A measure by its name.
fn measure(text: &str) -> Result<Measure, String> {
    text.parse().map_err(|error: citymatch::Error| match error.kind() {
        citymatch::ErrorKind::InvalidOption { expected, .. } => format!("expected {expected}"),
        _ => error.to_string(),
    })
}

impl Evaluate {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let judgements = read_qrels(&self.qrels)?;
        let run = read_ranked_lists(&self.run)?;
        let against = self.against.as_ref().map(read_ranked_lists).transpose()?;
        let (json, columns, rows, notes) = match &against {
            None => {
                let found = evaluate(&judgements, &run, &self.measures)?;
                (json_of_one(&found), OF_ONE, rows_of_one(&found), notes(&found, "the run"))
            }
            Some(against) => {
                let found = compare(&judgements, &run, against, &self.measures)?;
                let mut notes = notes(found.run(), "the run");
                notes.extend(self::notes(found.against(), "the other run").into_iter().skip(1));
                (json_of_two(&found), OF_TWO, rows_of_two(&found), notes)
            }
        };
        output::write_text(None, |out| {
            if self.format == Format::Json {
                return Ok(writeln!(out, "{json}")?);
            }
            write_table(out, columns, &rows, terminal_width())?;
            notes.iter().try_for_each(|note| writeln!(out, "{note}"))?;
            Ok(())
        })
    }
}

fn rows_of_one(found: &Evaluation) -> Vec<Vec<String>> {
    let row = |(place, measure): (usize, &Measure)| {
        let value = format!("{:.3}", found.mean(place));
        vec![measure.to_string(), value, interval(found.interval(place), false)]
    };
    found.measures().iter().enumerate().map(row).collect()
}

fn rows_of_two(found: &Comparison) -> Vec<Vec<String>> {
    let row = |(place, measure): (usize, &Measure)| {
        let [better, worse, _] = found.counts(place);
        vec![
            measure.to_string(),
            format!("{:.3}", found.run().mean(place)),
            format!("{:.3}", found.against().mean(place)),
            format!("{:+.3}", found.difference(place)),
            interval(Some(found.interval(place)), true),
            better.to_string(),
            worse.to_string(),
            p_value(found.p_value(place)),
        ]
    };
    found.run().measures().iter().enumerate().map(row).collect()
}

/// A p-value, of which small ones are not told apart: samples are too few for it.
fn p_value(value: f64) -> String {
    if value < 0.001 { "<0.001".to_owned() } else { format!("{value:.3}") }
}

/// An interval in words, with signs where it is one of a difference.
fn interval(interval: Option<Interval>, signed: bool) -> String {
    match interval {
        None => "not known of one challenge".to_owned(),
        Some(Interval { low, high }) if signed => format!("{low:+.3} to {high:+.3}"),
        Some(Interval { low, high }) => format!("{low:.3} to {high:.3}"),
    }
}

/// What a reader has to know beside the numbers. The first note is the same for all runs.
fn notes(found: &Evaluation, run: &str) -> Vec<String> {
    let plural = |count: usize| if count == 1 { "" } else { "s" };
    let judged = found.challenges().len();
    let mut notes = vec![format!("{judged} judged challenge{}", plural(judged))];
    let unjudged = found.unjudged().len();
    if unjudged > 0 {
        let (verb, do_not) = if unjudged == 1 { ("has", "does") } else { ("have", "do") };
        notes.push(format!(
            "{unjudged} challenge{} of {run} {verb} no judgement and {do_not} not count",
            plural(unjudged)
        ));
    }
    let missing = found.missing().len();
    if missing > 0 {
        let verb = if missing == 1 { "is" } else { "are" };
        notes.push(format!(
            "{missing} judged challenge{} {verb} not in {run}, and counted as 0",
            plural(missing)
        ));
    }
    let share = 100.0 * found.judged_share();
    notes.push(format!(
        "{share:.0} % of the first ten solutions of {run} were judged; the others count as not useful"
    ));
    notes
}

fn json_of_one(found: &Evaluation) -> Json {
    let measure = |(place, measure): (usize, &Measure)| {
        json!({
            "measure": measure.to_string(),
            "value": found.mean(place),
            "interval": found.interval(place).map(ends),
            "values": found.values(place),
        })
    };
    let measures: Vec<Json> = found.measures().iter().enumerate().map(measure).collect();
    json!({
        "challenges": found.challenges(),
        "unjudged": found.unjudged(),
        "missing": found.missing(),
        "judged_share": found.judged_share(),
        "measures": measures,
    })
}

fn json_of_two(found: &Comparison) -> Json {
    let measure = |(place, measure): (usize, &Measure)| {
        let [better, worse, same] = found.counts(place);
        json!({
            "measure": measure.to_string(),
            "run": found.run().mean(place),
            "against": found.against().mean(place),
            "difference": found.difference(place),
            "interval": ends(found.interval(place)),
            "p_value": found.p_value(place),
            "better": better,
            "worse": worse,
            "same": same,
            "differences": found.differences(place),
        })
    };
    let run = found.run();
    let measures: Vec<Json> = run.measures().iter().enumerate().map(measure).collect();
    json!({
        "challenges": run.challenges(),
        "unjudged": run.unjudged(),
        "missing": run.missing(),
        "missing_against": found.against().missing(),
        "judged_share": run.judged_share(),
        "judged_share_against": found.against().judged_share(),
        "measures": measures,
    })
}

fn ends(interval: Interval) -> [f64; 2] {
    [interval.low, interval.high]
}
