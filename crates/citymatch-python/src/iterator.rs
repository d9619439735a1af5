use std::sync::{Mutex, PoisonError};

use citymatch::Error;
use pyo3::prelude::*;

use crate::error::enter;
use crate::record::Wrapped;

type IntoObject = Box<dyn FnOnce(Python<'_>) -> PyResult<Py<PyAny>> + Send>;

/// The records of one commit, each read when it is asked for.
#[pyclass(frozen, name = "_RecordIterator", module = "citymatch._citymatch")]
pub(crate) struct RecordIterator(Mutex<Box<dyn Iterator<Item = Result<IntoObject, Error>> + Send>>);

impl RecordIterator {
    pub(crate) fn over<R: Wrapped>(
        py: Python<'_>,
        catalogue: &citymatch::Catalogue,
    ) -> PyResult<Self> {
        let records = enter(py, || R::view(&catalogue.snapshot()?).records())?;
        let objects = records.map(|record| {
            let record = record?;
            let object: IntoObject = Box::new(|py| record.into_object(py).map(Bound::unbind));
            Ok(object)
        });
        Ok(Self(Mutex::new(Box::new(objects))))
    }
}

#[pymethods]
impl RecordIterator {
    fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<Py<PyAny>>> {
        let next =
            enter(py, || self.0.lock().unwrap_or_else(PoisonError::into_inner).next().transpose())?;
        next.map(|object| object(py)).transpose()
    }
}
