//! Results as columns: a row a match.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, Float64Array, Int64Array, StringArray, StructArray};
use arrow_schema::{ArrowError, DataType, Field, Fields};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict};
use pyo3_arrow::ffi::{ArrayIterator, to_stream_pycapsule};

use crate::answer::Answer;

#[derive(Default)]
struct Columns<'a> {
    challenge_id: Vec<&'a str>,
    solution_id: Vec<&'a str>,
    rank: Vec<i64>,
    score: Vec<f64>,
}

impl<'a> Columns<'a> {
    fn of(answers: &'a [Arc<Answer>]) -> Self {
        let mut columns = Self::default();
        for answer in answers {
            for ((solution, score), rank) in answer.found.iter().zip(1..) {
                columns.challenge_id.push(answer.challenge.id.as_str());
                columns.solution_id.push(solution);
                columns.rank.push(rank);
                columns.score.push(*score);
            }
        }
        columns
    }
}

/// The columns as a stream of Arrow.
pub(crate) fn stream<'py>(
    py: Python<'py>,
    answers: &[Arc<Answer>],
    requested_schema: Option<Bound<'py, PyCapsule>>,
) -> PyResult<Bound<'py, PyCapsule>> {
    let Columns { challenge_id, solution_id, rank, score } = Columns::of(answers);
    let field = |name, kind| Field::new(name, kind, false);
    let fields = Fields::from(vec![
        field("challenge_id", DataType::Utf8),
        field("solution_id", DataType::Utf8),
        field("rank", DataType::Int64),
        field("score", DataType::Float64),
    ]);
    let columns: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from(challenge_id)),
        Arc::new(StringArray::from(solution_id)),
        Arc::new(Int64Array::from(rank)),
        Arc::new(Float64Array::from(score)),
    ];
    let table: ArrayRef = Arc::new(StructArray::new(fields, columns, None));
    let field = Arc::new(Field::new("", table.data_type().clone(), false));
    let batches: [Result<ArrayRef, ArrowError>; 1] = [Ok(table)];
    Ok(to_stream_pycapsule(py, Box::new(ArrayIterator::new(batches, field)), requested_schema)?)
}

/// The columns as lists, for what does not take Arrow.
pub(crate) fn columns<'py>(
    py: Python<'py>,
    answers: &[Arc<Answer>],
) -> PyResult<Bound<'py, PyDict>> {
    let Columns { challenge_id, solution_id, rank, score } = Columns::of(answers);
    let dict = PyDict::new(py);
    dict.set_item("challenge_id", challenge_id)?;
    dict.set_item("solution_id", solution_id)?;
    dict.set_item("rank", rank)?;
    dict.set_item("score", score)?;
    Ok(dict)
}

/// One of the functions of `citymatch._frames` over results.
pub(crate) fn frame<'py>(name: &str, results: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    results.py().import("citymatch._frames")?.getattr(name)?.call1((results,))
}
