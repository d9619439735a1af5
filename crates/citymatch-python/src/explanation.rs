//! An explanation as the data classes of `citymatch.explanation`.

use citymatch::Explanation;
use pyo3::prelude::*;

use crate::convert;
use crate::error::internal;

pub(crate) fn python<'py>(
    py: Python<'py>,
    explanation: &Explanation,
) -> PyResult<Bound<'py, PyAny>> {
    let parts = serde_json::to_value(explanation).map_err(|error| internal(&error.to_string()))?;
    let text = explanation.to_string();
    let highlights = explanation.highlights();
    let sentences = highlights.sentences.iter();
    let sentences: Vec<_> = sentences.map(|pair| (pair.ask, pair.solution, pair.cosine)).collect();
    py.import("citymatch.explanation")?.getattr("_explanation")?.call1((
        convert::python(py, &parts)?,
        text.trim_end(),
        explanation.summary(),
        sentences,
    ))
}
