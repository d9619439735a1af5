//! The solutions of a catalogue that have the same text.

use std::sync::Arc;

use citymatch::Matcher;
use citymatch::catalogue::Progress;
use citymatch::duplicates::DuplicateSearch;
use pyo3::prelude::*;

use crate::batch::run_told;
use crate::convert::{option_number, option_whole, python};
use crate::error::{enter, internal};

/// What `Catalogue.duplicates` does.
pub(crate) fn duplicates<'py>(
    py: Python<'py>,
    catalogue: &citymatch::Catalogue,
    threshold: Option<&Bound<'py, PyAny>>,
    threads: Option<&Bound<'py, PyAny>>,
    progress: Option<&Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    let mut search = DuplicateSearch::new();
    if let Some(threshold) = threshold {
        search = search.threshold(option_number(threshold, "threshold", 0.0)?);
    }
    let mut builder = Matcher::builder();
    if let Some(threads) = threads {
        builder = builder.threads(option_whole(threads, "threads")?);
    }
    let matcher = enter(py, || builder.build(catalogue))?;
    let total = matcher.snapshot().solutions().len();
    let watched = Arc::new(Progress::default());
    let search = search.progress(&watched);
    let work = move || matcher.duplicates(&search);
    let found = run_told(py, progress, total, ("compared", "solution"), &watched, work)?;
    let pairs = serde_json::to_value(found.iter().collect::<Vec<_>>());
    let groups = serde_json::to_value(found.groups());
    let plain = |value: serde_json::Result<serde_json::Value>| {
        python(py, &value.map_err(|error| internal(&error.to_string()))?)
    };
    let module = py.import("citymatch.duplicate")?;
    module.getattr("restored")?.call1((plain(pairs)?, plain(groups)?))
}
