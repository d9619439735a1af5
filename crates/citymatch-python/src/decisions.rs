//! Decisions as a file.

use std::path::Path;

use citymatch::decisions::Decision;
use citymatch_files::{Output, write_decisions};
use pyo3::prelude::*;

use crate::error::enter;

/// Writes decisions, one a line, and returns how many there are.
pub(crate) fn write(py: Python<'_>, path: &Path, decisions: &[Decision]) -> PyResult<usize> {
    enter(py, || write_decisions(decisions, Output::Path(path)))
}
