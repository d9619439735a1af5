//! The statistics of a collection that is spread over several catalogues.

use std::sync::Arc;

use citymatch::statistics::CollectionStats;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyType};

use crate::convert::{Reduced, shown};
use crate::error::{enter, wrong_option};

/// The statistics that scores take from a collection which is spread over several catalogues.
///
/// `Matcher.statistics` makes a catalogue's part of a round, `merge` makes one of the parts, and
/// after three rounds they are complete: `Matcher.find_all` of each catalogue then gives the scores
/// that one catalogue with all solutions would give. The order of merging does not change a byte.
///
/// Examples
/// --------
/// >>> import citymatch as cm
/// >>> gardens, toilets = cm.Catalogue.create(), cm.Catalogue.create()
/// >>> _ = gardens.add([cm.Solution("s1", "Jardines de lluvia")])
/// >>> _ = toilets.add([cm.Solution("s2", "Baños secos")])
/// >>> shards, challenges = [cm.Matcher(gardens), cm.Matcher(toilets)], ["¿Cómo retener la lluvia?"]
/// >>> merged = None
/// >>> while merged is None or not merged.is_complete:
/// ...     merged = cm.Statistics.merge(shard.statistics(challenges, merged) for shard in shards)
/// >>> shards[0].find_all(challenges, statistics=merged)[0][0].solution_id
/// 's1'
#[pyclass(frozen, module = "citymatch")]
pub(crate) struct Statistics(pub(crate) Arc<CollectionStats>);

impl Statistics {
    pub(crate) fn of(stats: CollectionStats) -> Self {
        Self(Arc::new(stats))
    }
}

#[pymethods]
impl Statistics {
    /// Merge the parts of several catalogues, all made with the same merged statistics.
    ///
    /// Parameters
    /// ----------
    /// parts
    ///     One from each catalogue, in any order; or parts that were merged before.
    ///
    /// Returns
    /// -------
    /// Statistics
    ///
    /// Raises
    /// ------
    /// InvalidOptionError
    ///     If there is no part, or if parts are of different rounds, or were made by different
    ///     versions of the analyser or different encoders.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> part = cm.Matcher(cm.Catalogue.create()).statistics(["Rain"])
    /// >>> cm.Statistics.merge([part, part]).is_complete
    /// False
    #[classmethod]
    fn merge(_cls: &Bound<'_, PyType>, parts: &Bound<'_, PyAny>) -> PyResult<Self> {
        let mut all = Vec::new();
        for part in parts.try_iter()? {
            let part = part?;
            let Ok(own) = part.cast::<Self>() else {
                return Err(wrong_option("parts", &shown(&part), "an iterable of Statistics"));
            };
            all.push(Arc::clone(&own.get().0));
        }
        let merge = || CollectionStats::merge(all.into_iter().map(Arc::unwrap_or_clone));
        enter(parts.py(), merge).map(Self::of)
    }

    /// Read what `to_bytes` has written.
    ///
    /// Raises
    /// ------
    /// InvalidOptionError
    ///     If it is something else.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> part = cm.Matcher(cm.Catalogue.create()).statistics(["Rain"])
    /// >>> cm.Statistics.from_bytes(part.to_bytes()) == part
    /// True
    #[classmethod]
    fn from_bytes(_cls: &Bound<'_, PyType>, data: &[u8]) -> PyResult<Self> {
        let wrong = |error: serde_json::Error| {
            wrong_option("data", &error.to_string(), "what Statistics.to_bytes has written")
        };
        serde_json::from_slice(data).map(Self::of).map_err(wrong)
    }

    /// Whether all three rounds are merged, so that searches can use them.
    #[getter]
    fn is_complete(&self) -> bool {
        self.0.is_complete()
    }

    /// Write them as JSON. The same statistics give the same bytes.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> cm.Matcher(cm.Catalogue.create()).statistics(["Rain"]).to_bytes()[:11]
    /// b'{"rounds":1'
    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let bytes = py.detach(|| serde_json::to_vec(&*self.0));
        let bytes = bytes.map_err(|error| crate::error::internal(&error.to_string()))?;
        Ok(PyBytes::new(py, &bytes))
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| other.get().0 == self.0)
    }

    fn __repr__(&self) -> &'static str {
        if self.0.is_complete() { "<Statistics: complete>" } else { "<Statistics: not complete>" }
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> Reduced<'py, (Bound<'py, PyBytes>,)> {
        let bytes = slf.get().to_bytes(slf.py())?;
        Ok((slf.get_type().getattr("from_bytes")?, (bytes,)))
    }
}

/// The statistics that an argument gives.
pub(crate) fn given(value: &Bound<'_, PyAny>, name: &str) -> PyResult<Arc<CollectionStats>> {
    let given = value.cast::<Statistics>();
    let given = given.map_err(|_| wrong_option(name, &shown(value), "a Statistics"))?;
    Ok(Arc::clone(&given.get().0))
}

/// What `Matches.answer_score` is for the highest raw scores of all parts of a collection.
#[pyfunction(name = "_answer_score")]
pub(crate) fn answer_score(evidence: Vec<f64>, breadth: f64) -> Option<f64> {
    citymatch::statistics::answer_score(evidence, breadth)
}
