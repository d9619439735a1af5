//! Where results come from: a matcher that is there, or one that is opened again when results out
//! of a pickle need it.

use std::path::PathBuf;
use std::sync::OnceLock;

use citymatch::Matcher;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::catalogue::Catalogue;
use crate::encoder::Encoder;
use crate::error::{enter, wrong_state};
use crate::options::Options;

/// What a pickle holds of an [`Origin`]: the path of the catalogue, none if it is in memory, its
/// encoder, and the matcher's options.
pub(crate) type OriginState<'py> = (Option<PathBuf>, Option<Py<Encoder>>, Bound<'py, PyDict>);

/// A matcher at one snapshot, and how to get one like it in another process.
pub(crate) struct Origin {
    path: Option<PathBuf>,
    encoder: Option<Py<Encoder>>,
    pub(crate) options: Options,
    matcher: OnceLock<Matcher>,
}

impl Origin {
    pub(crate) fn new(py: Python<'_>, catalogue: &Catalogue, options: Options) -> PyResult<Self> {
        let Catalogue { core, encoder } = catalogue;
        let path = core.path().map(ToOwned::to_owned);
        let matcher = OnceLock::from(enter(py, || options.build(core))?);
        Ok(Self { path, encoder: shared(py, encoder.as_ref()), options, matcher })
    }

    /// The matcher; opened if this came out of a pickle.
    pub(crate) fn matcher(&self, py: Python<'_>) -> PyResult<&Matcher> {
        if self.matcher.get().is_none() {
            let gone = "these results came out of a pickle, and their catalogue was in memory \
                        (expected one in a folder)";
            let path = self.path.as_ref().ok_or_else(|| wrong_state(gone))?;
            let catalogue = Catalogue::at(py, path, shared(py, self.encoder.as_ref()))?;
            let opened = enter(py, || self.options.build(&catalogue.core))?;
            // Another thread may have been faster, with the same.
            let _ = self.matcher.set(opened);
        }
        Ok(self.matcher.get().expect("it was set above"))
    }

    /// The same options at the newest commit.
    pub(crate) fn refreshed(&self, py: Python<'_>) -> PyResult<Self> {
        let matcher = self.matcher(py)?.clone();
        enter(py, || matcher.refresh())?;
        let (path, encoder) = (self.path.clone(), shared(py, self.encoder.as_ref()));
        Ok(Self { path, encoder, options: self.options.clone(), matcher: OnceLock::from(matcher) })
    }

    pub(crate) fn state<'py>(&self, py: Python<'py>) -> PyResult<OriginState<'py>> {
        Ok((self.path.clone(), shared(py, self.encoder.as_ref()), self.options.to_dict(py)?))
    }

    pub(crate) fn of_state((path, encoder, options): OriginState<'_>) -> PyResult<Self> {
        Ok(Self { path, encoder, options: Options::of_dict(&options)?, matcher: OnceLock::new() })
    }
}

fn shared(py: Python<'_>, encoder: Option<&Py<Encoder>>) -> Option<Py<Encoder>> {
    encoder.map(|encoder| encoder.clone_ref(py))
}
