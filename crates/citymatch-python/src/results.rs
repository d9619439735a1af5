//! Results as a table: one row a match.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{Array, BooleanArray, Float64Array, Int64Array, StringArray};
use citymatch::{Signal, Solution, SolutionId};
use citymatch_files::{MatchRow, Output, RunFormat, write_run_with};
use pyo3::prelude::*;
use serde_json::{Map, Value as Json};

use crate::answer::Answer;
use crate::error::{enter, not_found};
use crate::fields::{self, Fields};
use crate::frame::{self, Column, Table};

/// The columns that every table of results has.
const COLUMNS: [&str; 4] = ["challenge_id", "solution_id", "rank", "score"];

/// The matches of some challenges, with the fields of their solutions that are wanted beside them,
/// and with the values of the signals where these are wanted.
pub(crate) fn table(
    py: Python<'_>,
    answers: &[Arc<Answer>],
    wanted: Option<&Bound<'_, PyAny>>,
    signals: bool,
) -> PyResult<Table> {
    let wanted = wanted.map(Fields::of).transpose()?;
    let found =
        || answers.iter().flat_map(|answer| answer.found.iter().map(move |found| (answer, found)));
    let rows = found().count();
    let challenges: StringArray =
        found().map(|(answer, _)| Some(answer.challenge.id.as_str())).collect();
    let solutions: StringArray = found().map(|(_, (id, ..))| Some(id)).collect();
    let ranks: Int64Array =
        answers.iter().flat_map(|answer| (1..).take(answer.found.len())).map(Some).collect();
    let scores: Float64Array = found().map(|(_, (_, score, ..))| Some(*score)).collect();
    let [challenge_id, solution_id, rank, score] = COLUMNS.map(str::to_owned);
    let mut columns = vec![
        Column { name: challenge_id, values: Arc::new(challenges), nullable: false },
        Column { name: solution_id, values: Arc::new(solutions), nullable: false },
        Column { name: rank, values: Arc::new(ranks), nullable: false },
        Column { name: score, values: Arc::new(scores), nullable: false },
    ];
    if signals {
        for signal in Signal::ALL {
            let values: Float64Array =
                found().map(|(_, (_, _, values, ..))| values[*signal as usize]).collect();
            // A signal that counted nowhere has no column.
            if values.null_count() < rows {
                let name = signal.name().to_owned();
                columns.push(Column { name, values: Arc::new(values), nullable: true });
            }
        }
    }
    if let Some(mut wanted) = wanted {
        for there in COLUMNS {
            wanted.remove(there);
        }
        if wanted.remove("answered") {
            let answered: BooleanArray = found().map(|(answer, _)| answer.answered).collect();
            let name = "answered".to_owned();
            columns.push(Column { name, values: Arc::new(answered), nullable: true });
        }
        if !wanted.is_empty() {
            let (records, places) = solutions_of(py, answers)?;
            columns.extend(fields::columns::<Solution>(&records, &places, Some(&wanted))?);
        }
    }
    Ok(Table { columns, rows })
}

/// The matches of some challenges with what tells, together with the matches of other catalogues,
/// whether a challenge is answered.
pub(crate) fn part(py: Python<'_>, answers: &[Arc<Answer>], signals: bool) -> PyResult<Table> {
    let mut table = table(py, answers, None, false)?;
    let found =
        || answers.iter().flat_map(|answer| answer.found.iter().map(move |found| (answer, found)));
    let mut column = |name: &str, values: Float64Array| {
        let values = Arc::new(values);
        table.columns.push(Column { name: name.to_owned(), values, nullable: true });
    };
    for (place, name) in ["evidence_1", "evidence_2", "evidence_3"].into_iter().enumerate() {
        column(name, found().map(|(answer, _)| answer.evidence.0.get(place).copied()).collect());
    }
    column("breadth", found().map(|(answer, _)| Some(answer.breadth)).collect());
    column("threshold", found().map(|(answer, _)| answer.evidence.1).collect());
    if signals {
        // Every signal has a column, so that all parts have the same ones.
        for signal in Signal::ALL {
            let values = found().map(|(_, (_, _, values, ..))| values[*signal as usize]);
            column(signal.name(), values.collect());
        }
    }
    Ok(table)
}

/// Writes the matches of some challenges to a file, and returns how many they are.
pub(crate) fn write(
    py: Python<'_>,
    answers: &[Arc<Answer>],
    wanted: Option<&Bound<'_, PyAny>>,
    signals: bool,
    format: RunFormat,
    path: &Path,
) -> PyResult<u64> {
    let table = table(py, answers, wanted, signals)?;
    let beside = &table.columns[COLUMNS.len()..];
    let names: Vec<&str> = beside.iter().map(|column| column.name.as_str()).collect();
    let matches = answers.iter().flat_map(|answer| {
        let challenge = answer.challenge.id.as_str();
        answer.found.iter().zip(1..).map(move |(found, rank)| (challenge, found, rank))
    });
    let rows = matches.zip(0..).map(|((challenge, (solution, score, ..), rank), row)| {
        let values = beside.iter().map(|column| frame::json(&column.values, row));
        Ok(MatchRow::new(challenge, solution, rank, *score).beside(values))
    });
    enter(py, || write_run_with(&names, rows, format, Output::Path(path)))
}

/// The fields that a workbook has beside the matches where the caller names none: what people who
/// were not there need to read it.
pub(crate) fn readable(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    Ok(("answered", "title", "organisation", "country", "links").into_pyobject(py)?.into_any())
}

/// The values of a record by the name of their column.
type Values = Map<String, Json>;

/// The values of each solution that was found, once, and for every match the index of its own.
fn solutions_of(py: Python<'_>, answers: &[Arc<Answer>]) -> PyResult<(Vec<Values>, Vec<usize>)> {
    // The answers of a run have one origin; without answers nothing was found.
    let Some(first) = answers.first() else { return Ok((Vec::new(), Vec::new())) };
    let mut ids = Vec::new();
    let mut known = HashMap::new();
    let places = answers
        .iter()
        .flat_map(|answer| &answer.found)
        .map(|(id, ..)| {
            *known.entry(id).or_insert_with(|| {
                ids.push(SolutionId::from(id.as_str()));
                ids.len() - 1
            })
        })
        .collect();
    let snapshot = first.origin.matcher(py)?.snapshot();
    let records = enter(py, || {
        ids.iter()
            .map(|id| Ok(snapshot.get(id)?.map(|solution| fields::flat(&solution))))
            .collect::<Result<Vec<_>, _>>()
    })?;
    let there = |(record, id): (Option<Values>, &SolutionId)| {
        // Only results out of a pickle, whose catalogue has changed since, miss a solution.
        let missing = || not_found(format!("no solution `{id}` in the catalogue"), id.to_string());
        record.ok_or_else(missing)
    };
    let records = records.into_iter().zip(&ids).map(there).collect::<PyResult<_>>()?;
    Ok((records, places))
}
