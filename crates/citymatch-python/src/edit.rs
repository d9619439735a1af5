use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use citymatch::{Error, catalogue::Progress, ingest::PutOutcome};
use pyo3::prelude::*;

use crate::background;
use crate::catalogue::EditOptions;
use crate::convert::{Unfit, id};
use crate::error::{enter, wrong_state};
use crate::record::{Wrapped, clear_record};

/// A change of a catalogue: what `Catalogue.edit` begins.
///
/// It begins with its ``with`` block, and is made at the block's end. An exception in there drops
/// it: the catalogue stays as it was.
///
/// Examples
/// --------
/// >>> import citymatch as cm
/// >>> catalogue = cm.Catalogue.create()
/// >>> with catalogue.edit() as edit:
/// ...     print(edit.put({"id": "s1", "title": "Rain gardens"}), edit.remove("s9"))
/// added False
#[pyclass(frozen, module = "citymatch")]
pub(crate) struct Edit {
    catalogue: citymatch::Catalogue,
    options: EditOptions,
    progress: Arc<Progress>,
    state: Mutex<State>,
}

enum State {
    /// Its block has not begun: it holds no lock.
    New,
    Open(Box<citymatch::Edit>),
    Ended,
}

impl Edit {
    pub(crate) fn new(catalogue: &citymatch::Catalogue, options: EditOptions) -> Self {
        Self {
            catalogue: catalogue.clone(),
            options,
            progress: Arc::default(),
            state: Mutex::new(State::New),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Works on the edit as long as it is open.
    fn with<T: Send>(
        &self,
        py: Python<'_>,
        work: impl FnOnce(&mut citymatch::Edit) -> Result<T, Error> + Send,
    ) -> PyResult<T> {
        let done = enter(py, || match &mut *self.state() {
            State::New => Ok(Err(NOT_BEGUN)),
            State::Open(edit) => work(edit).map(Ok),
            State::Ended => Ok(Err(ENDED)),
        })?;
        done.map_err(wrong_state)
    }

    fn take(&self, py: Python<'_>) -> PyResult<Option<Box<citymatch::Edit>>> {
        enter(py, || {
            let state = std::mem::replace(&mut *self.state(), State::Ended);
            Ok(if let State::Open(edit) = state { Some(edit) } else { None })
        })
    }

    fn put_record<R: Wrapped>(&self, object: &Bound<'_, PyAny>) -> PyResult<&'static str> {
        let record: R = clear_record(object).map_err(Unfit::raise)?;
        let put = self.with(object.py(), |edit| edit.put(record))?;
        Ok(match put {
            PutOutcome::Added => "added",
            PutOutcome::Replaced => "replaced",
        })
    }
}

#[pymethods]
impl Edit {
    /// Add a record, or replace the one of its kind with its id, and say which: ``"added"`` or
    /// ``"replaced"``. A mapping is a solution.
    ///
    /// Raises
    /// ------
    /// InvalidDataError
    ///     If a field is wrong, or a record of the other kind has the id. The edit goes on if that
    ///     is caught.
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

    fn __enter__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, Self>> {
        let (py, this) = (slf.py(), slf.get());
        enter(py, || {
            Ok(match *this.state() {
                State::New => Ok(()),
                State::Open(_) => Err("the edit has begun already (expected one `with` block)"),
                State::Ended => Err(ENDED),
            })
        })?
        .map_err(wrong_state)?;
        let edit = this.options.begin(py, &this.catalogue, &this.progress)?;
        enter(py, || {
            *this.state() = State::Open(Box::new(edit));
            Ok(())
        })?;
        Ok(slf.clone())
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
        let edit = edit.for_another_thread();
        background::run(py, &self.progress, move || edit.commit(), |_, _| Ok(()))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<&'static str> {
        enter(py, || {
            Ok(match *self.state() {
                State::New => "<Edit: not begun>",
                State::Open(_) => "<Edit: open>",
                State::Ended => "<Edit: ended>",
            })
        })
    }
}

const NOT_BEGUN: &str = "the edit has not begun (begin with: with catalogue.edit() as edit:)";
const ENDED: &str = "the edit has ended (expected a call inside of its `with` block)";
