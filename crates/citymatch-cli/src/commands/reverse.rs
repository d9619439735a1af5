//! `citymatch match --reverse`: the challenges that a solution may answer.

use std::path::Path;

use anstyle::Style;
use citymatch::{
    Challenge, ErrorKind, Matcher, Record, RecordMatches, ReverseSearch, Solution, SolutionId,
};
use citymatch_files::{MatchRow, Output, RunFormat, write_run};

use crate::challenges::Challenges;
use crate::failure::Failure;
use crate::paragraph::{printable, terminal_width};
use crate::table::{Column, write_table};
use crate::{messages, output};

/// How many challenges that exclude a solution are named.
const NAMED: usize = 5;

const COLUMNS: &[Column] = &[
    Column::number("rank"),
    Column::number("score"),
    Column::fixed("level"),
    Column::text("id", 8),
    Column::text("title", 12),
    Column::text("city", 6),
    Column::text("why", 13),
];

/// The stored solution with an id.
pub(crate) fn solution(matcher: &Matcher, id: &str) -> Result<Solution, Failure> {
    let snapshot = matcher.snapshot();
    if let Some(solution) = snapshot.solutions().get(id)? {
        return Ok(solution);
    }
    if snapshot.challenges().contains(id)? {
        return Err(Failure::failed(format!(
            "`{id}` is a challenge (expected the id of a solution: `citymatch similar` finds \
             challenges like a challenge)"
        )));
    }
    let id = SolutionId::from(id);
    Err(citymatch::Error::from(ErrorKind::UnknownSolution { id: id.to_string() }).into())
}

/// The best challenges for a solution.
pub(crate) fn find(
    matcher: &Matcher,
    solution: &Solution,
    challenges: &mut Challenges,
    limit: usize,
) -> Result<RecordMatches<Challenge>, Failure> {
    let challenges: Vec<Challenge> = challenges.collect();
    let search = ReverseSearch::new(solution).challenges(&challenges).limit(limit);
    let barring = matcher.barred_by(search.clone())?;
    for one in barring.iter().take(NAMED) {
        let reasons: Vec<String> = one.reasons.iter().map(ToString::to_string).collect();
        messages::note(format_args!(
            "`{}` excludes `{}`: {}",
            one.challenge_id,
            solution.id,
            reasons.join("; ")
        ));
    }
    if let Some(more) = barring.len().checked_sub(NAMED + 1) {
        messages::note(format_args!("{} more challenges exclude it", more + 1));
    }
    Ok(matcher.find_challenges(search)?)
}

/// Writes the challenges as data: the columns are those of a search. In a TREC run the solution is
/// what was asked.
pub(crate) fn write(
    solution: &Solution,
    found: &RecordMatches<Challenge>,
    format: RunFormat,
    out: Option<&Path>,
) -> Result<u64, Failure> {
    let rows = found.iter().map(|found| {
        let (challenge, solution) = (found.id().as_str(), solution.id.as_str());
        let (asked, answer) = match format {
            RunFormat::Trec => (solution, challenge),
            _ => (challenge, solution),
        };
        Ok(MatchRow::new(asked, answer, found.rank() as u64, found.score()))
    });
    Ok(match out {
        Some(path) => write_run(rows, format, Output::Path(path))?,
        None => write_run(rows, format, Output::Writer(&mut output::stdout()))?,
    })
}

/// Writes the challenges as a table.
pub(crate) fn show(
    matcher: &Matcher,
    solution: &Solution,
    found: &RecordMatches<Challenge>,
    out: Option<&Path>,
) -> Result<u64, Failure> {
    let width = if out.is_some() { None } else { terminal_width() };
    let mut rows = Vec::new();
    for found in found {
        let challenge = found.record()?;
        let explanation = matcher.explain_solution(&challenge, solution)?;
        rows.push(vec![
            found.rank().to_string(),
            format!("{:.3}", found.score()),
            found.level().to_string(),
            found.id().to_string(),
            title(&challenge),
            challenge.city,
            explanation.summary(),
        ]);
    }
    output::write_text(out, |out| {
        let bold = Style::new().bold();
        writeln!(out, "{bold}{}{bold:#}  {}", solution.id, printable(&solution.title))?;
        if rows.is_empty() {
            return Ok(writeln!(out, "no challenge")?);
        }
        Ok(write_table(out, COLUMNS, &rows, width)?)
    })?;
    Ok(rows.len() as u64)
}

/// What a challenge is called: its first text.
pub(crate) fn title(challenge: &Challenge) -> String {
    challenge.texts().first().map(|(_, text)| printable(text)).unwrap_or_default()
}
