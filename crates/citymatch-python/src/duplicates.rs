//! The solutions of a catalogue that have the same text.

use std::sync::Arc;

use citymatch::Matcher;
use citymatch::catalogue::Progress;
use citymatch::duplicates::DuplicateSearch;
use pyo3::prelude::*;

use crate::background;
use crate::batch::reporter;
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
    let reporter = match progress {
        Some(progress) => reporter(progress, total, "compared", "solution")?,
        None => None,
    };
    let tell = |py: Python<'_>, done| {
        reporter.as_ref().map_or(Ok(()), |reporter| reporter.call1(py, (done, total)).map(drop))
    };
    let cancel = Arc::new(Progress::default());
    let search = search.progress(&cancel);
    let found = background::run(py, &cancel, move || matcher.duplicates(&search), tell);
    let told = if found.is_ok() { tell(py, total) } else { Ok(()) };
    let close = |reporter: &Py<PyAny>| reporter.call_method0(py, "close").map(drop);
    let closed = reporter.as_ref().map_or(Ok(()), close);
    let found = found?;
    told.and(closed)?;
    let pairs = serde_json::to_value(found.iter().collect::<Vec<_>>());
    let groups = serde_json::to_value(found.groups());
    let plain = |value: serde_json::Result<serde_json::Value>| {
        python(py, &value.map_err(|error| internal(&error.to_string()))?)
    };
    let module = py.import("citymatch.duplicate")?;
    module.getattr("restored")?.call1((plain(pairs)?, plain(groups)?))
}
