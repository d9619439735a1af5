//! Where results come from: a matcher that is there, or one that is opened again when results out
//! of a pickle need it.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use citymatch::{Matcher, statistics::CollectionStats};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::catalogue::Catalogue;
use crate::encoder::Encoder;
use crate::error::{enter, wrong_state};
use crate::options::Options;
use crate::statistics::Statistics;

/// What a pickle holds of an [`Origin`]: the path of the catalogue, none if it is in memory, its
/// encoder, the matcher's options, and the statistics that were given.
pub(crate) type OriginState<'py> =
    (Option<PathBuf>, Option<Py<Encoder>>, Bound<'py, PyDict>, Option<Py<Statistics>>);

/// A matcher at one snapshot, and how to get one like it in another process.
pub(crate) struct Origin {
    path: Option<PathBuf>,
    encoder: Option<Py<Encoder>>,
    pub(crate) options: Options,
    /// Those that counted instead of the catalogue's own.
    pub(crate) statistics: Option<Arc<CollectionStats>>,
    matcher: OnceLock<Matcher>,
}

impl Origin {
    pub(crate) fn new(py: Python<'_>, catalogue: &Catalogue, options: Options) -> PyResult<Self> {
        let Catalogue { core, encoder } = catalogue;
        let path = core.path().map(ToOwned::to_owned);
        let matcher = OnceLock::from(enter(py, || options.build(core))?);
        let encoder = shared(py, encoder.as_ref());
        Ok(Self { path, encoder, options, statistics: None, matcher })
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
        Ok(self.with(py, matcher, None))
    }

    /// The same, with statistics that count instead of the catalogue's own.
    pub(crate) fn with_statistics(
        &self,
        py: Python<'_>,
        statistics: Arc<CollectionStats>,
    ) -> PyResult<Self> {
        Ok(self.with(py, self.matcher(py)?.clone(), Some(statistics)))
    }

    fn with(
        &self,
        py: Python<'_>,
        matcher: Matcher,
        statistics: Option<Arc<CollectionStats>>,
    ) -> Self {
        let (path, encoder) = (self.path.clone(), shared(py, self.encoder.as_ref()));
        let (options, matcher) = (self.options.clone(), OnceLock::from(matcher));
        Self { path, encoder, options, statistics, matcher }
    }

    pub(crate) fn state<'py>(&self, py: Python<'py>) -> PyResult<OriginState<'py>> {
        let statistics = self.statistics.clone().map(|own| Py::new(py, Statistics(own)));
        let (encoder, options) = (shared(py, self.encoder.as_ref()), self.options.to_dict(py)?);
        Ok((self.path.clone(), encoder, options, statistics.transpose()?))
    }

    pub(crate) fn of_state(
        (path, encoder, options, statistics): OriginState<'_>,
    ) -> PyResult<Self> {
        let statistics = statistics.map(|own| Arc::clone(&own.get().0));
        let (options, matcher) = (Options::of_dict(&options)?, OnceLock::new());
        Ok(Self { path, encoder, options, statistics, matcher })
    }
}

fn shared(py: Python<'_>, encoder: Option<&Py<Encoder>>) -> Option<Py<Encoder>> {
    encoder.map(|encoder| encoder.clone_ref(py))
}
