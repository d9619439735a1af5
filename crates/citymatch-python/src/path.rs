//! Paths as callers give them.

use std::path::PathBuf;

use pyo3::prelude::*;

use crate::error::wrong_option;

/// A path of this machine. An address of the web is refused with a sentence: as a path it would be a folder
/// `https:` that is not there.
pub(crate) fn local(object: &Bound<'_, PyAny>) -> PyResult<PathBuf> {
    let path: PathBuf = object.extract()?;
    let text = path.to_string_lossy();
    match text.split_once(":/") {
        Some((scheme, _))
            if scheme.len() > 1 && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric()) =>
        {
            let expected = "a path: citymatch works offline, so download the file first";
            Err(wrong_option("path", &text, expected))
        }
        _ => Ok(path),
    }
}

/// The same where there need be none.
pub(crate) fn local_or_none(object: &Bound<'_, PyAny>) -> PyResult<Option<PathBuf>> {
    if object.is_none() { Ok(None) } else { local(object).map(Some) }
}
