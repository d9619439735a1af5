//! A run as a page for people who decide.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use citymatch_report::{Decision, Report};
use pyo3::prelude::*;

use crate::answer::Answer;
use crate::error::{enter, wrong_state};
use crate::options::language_option;

/// Writes a page of some answers, and returns the paths of its files.
pub(crate) fn write(
    py: Python<'_>,
    answers: &[Arc<Answer>],
    path: &Path,
    language: Option<&Bound<'_, PyAny>>,
    title: Option<String>,
    decision: Decision,
) -> PyResult<Vec<PathBuf>> {
    let language = language.map(language_option).transpose()?;
    let nothing =
        || wrong_state("a run without challenges has nothing to report (expected one or more)");
    let matcher = answers.first().ok_or_else(nothing)?.origin.matcher(py)?;
    let searches: Vec<_> = answers.iter().map(|answer| answer.search()).collect();
    enter(py, || {
        let mut report = Report::new(matcher).decision(decision)?;
        if let Some(language) = language {
            report = report.language(language);
        }
        if let Some(title) = title {
            report = report.with_title(title);
        }
        for search in &searches {
            report.add(search, &matcher.find(search.clone())?)?;
        }
        report.write(path)
    })
}
