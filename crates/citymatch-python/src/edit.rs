use std::sync::{Mutex, PoisonError};

use citymatch::{Error, ingest::PutOutcome};
use pyo3::prelude::*;

use crate::convert::{Unfit, id};
use crate::error::{enter, wrong_state};
use crate::record::{Wrapped, record};

/// A change of a catalogue: what `Catalogue.edit` begins.
///
/// It is made at the end of its ``with`` block. An exception in there drops it: the catalogue stays as it was.
///
/// Examples
/// --------
/// >>> import citymatch as cm
/// >>> catalogue = cm.Catalogue.create()
/// >>> with catalogue.edit() as edit:
/// ...     print(edit.put({"id": "s1", "title": "Rain gardens"}), edit.put({"id": "s1", "title": "Rain gardens 2"}), edit.remove("s9"))
/// added replaced False
#[pyclass(frozen, module = "citymatch")]
pub(crate) struct Edit(Mutex<Option<citymatch::Edit>>);

impl Edit {
    pub(crate) fn new(edit: citymatch::Edit) -> Self {
        Self(Mutex::new(Some(edit)))
    }

    /// Works on the edit as long as it is open.
    fn with<T: Send>(
        &self,
        py: Python<'_>,
        work: impl FnOnce(&mut citymatch::Edit) -> Result<T, Error> + Send,
    ) -> PyResult<T> {
        let done = enter(py, || {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).as_mut().map(work).transpose()
        })?;
        done.ok_or_else(|| {
            wrong_state("the edit has ended (expected a call inside of its `with` block)")
        })
    }

    fn take(&self, py: Python<'_>) -> PyResult<Option<citymatch::Edit>> {
        enter(py, || Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).take()))
    }

    fn put_record<R: Wrapped>(&self, object: &Bound<'_, PyAny>) -> PyResult<&'static str> {
        let record: R = record(object).map_err(Unfit::raise)?;
        let put = self.with(object.py(), |edit| edit.put(record))?;
        Ok(match put {
            PutOutcome::Added => "added",
            PutOutcome::Replaced => "replaced",
        })
    }
}

#[pymethods]
impl Edit {
    /// Add a record, or replace the one of its kind with its id, and say which: ``"added"`` or ``"replaced"``. A mapping is a solution.
    ///
    /// Raises
    /// ------
    /// InvalidDataError
    ///     If a field is wrong, or a record of the other kind has the id. The edit goes on if that is caught.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> with cm.Catalogue.create().edit() as edit:
    /// ...     edit.put(cm.Challenge("c1", "Floods downtown"))
    /// 'added'
    fn put(&self, record: &Bound<'_, PyAny>) -> PyResult<&'static str> {
        if citymatch::Challenge::of_object(record).is_some() {
            self.put_record::<citymatch::Challenge>(record)
        } else {
            self.put_record::<citymatch::Solution>(record)
        }
    }

    /// Add a challenge, or replace the one with its id; a mapping is a challenge. See `put`.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> with cm.Catalogue.create().edit() as edit:
    /// ...     edit.put_challenge({"id": "c1", "title": "Floods downtown"})
    /// 'added'
    fn put_challenge(&self, challenge: &Bound<'_, PyAny>) -> PyResult<&'static str> {
        self.put_record::<citymatch::Challenge>(challenge)
    }

    /// Remove the solution or challenge with an id, and say whether there was one.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> with cm.Catalogue.create().edit() as edit:
    /// ...     edit.remove("s1")
    /// False
    fn remove(&self, id: &Bound<'_, PyAny>) -> PyResult<bool> {
        let py = id.py();
        let id = self::id(id, "id").map_err(Unfit::raise)?;
        self.with(py, |edit| edit.remove(id))
    }

    fn __enter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    #[pyo3(signature = (kind, _error, _traceback, /))]
    fn __exit__(
        &self,
        py: Python<'_>,
        kind: Option<&Bound<'_, PyAny>>,
        _error: Option<&Bound<'_, PyAny>>,
        _traceback: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let Some(edit) = self.take(py)? else { return Ok(()) };
        if kind.is_some() {
            return enter(py, || {
                drop(edit);
                Ok(())
            });
        }
        enter(py, || edit.commit())
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<&'static str> {
        let open =
            enter(py, || Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).is_some()))?;
        Ok(if open { "<Edit: open>" } else { "<Edit: ended>" })
    }
}
