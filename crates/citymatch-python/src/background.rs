//! Work on a thread of its own, which Ctrl-C can stop.

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use citymatch::{Error, catalogue::Progress};
use pyo3::exceptions::PyKeyboardInterrupt;
use pyo3::prelude::*;

use crate::error::{guarded, internal, raised, set_committed};

/// How often the calling thread looks whether a signal has come, and tells how far the work is.
const TICK: Duration = Duration::from_millis(10);
/// How long the calling thread waits for the work to end after a signal.
const PATIENCE: Duration = Duration::from_millis(40);

/// What the work gave, or the message of its panic.
type Outcome<T> = Result<PyResult<T>, String>;

/// Does the work on a thread that knows nothing of Python, while this one asks Python every
/// [`TICK`] whether to stop.
///
/// After a signal the work is cancelled, and the call returns soon: the thread ends by itself, some
/// milliseconds later or when an encoder gives an answer, and what it found is dropped. Only a
/// commit that is past its point of no return is waited for: then the call returns its result, and
/// the signal comes once more when the caller has it.
pub(crate) fn run<T: Send + 'static>(
    py: Python<'_>,
    progress: &Arc<Progress>,
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
    mut tell: impl FnMut(Python<'_>, usize) -> PyResult<()> + Send,
) -> PyResult<T> {
    let (send, receive) = mpsc::channel();
    // The receiver may be gone: then nobody wants the result.
    let started = thread::Builder::new()
        .name("citymatch-work".to_owned())
        .spawn(move || drop(send.send(guarded(work))));
    started.map_err(|error| raised(&Error::io("a new thread", error)))?;
    py.detach(move || {
        loop {
            match receive.recv_timeout(TICK) {
                Ok(result) => return result.unwrap_or_else(|panic| Err(internal(&panic))),
                Err(RecvTimeoutError::Disconnected) => return Err(internal(NO_RESULT)),
                Err(RecvTimeoutError::Timeout) => {}
            }
            let asked =
                Python::attach(|py| py.check_signals().and_then(|()| tell(py, progress.done())));
            if let Err(error) = asked {
                return interrupted(error, progress, &receive);
            }
        }
    })
}

const NO_RESULT: &str = "a thread ended without a result";

/// Ends the work because of an exception.
fn interrupted<T>(
    error: PyErr,
    progress: &Progress,
    receive: &Receiver<Outcome<T>>,
) -> PyResult<T> {
    if progress.cancel() {
        drop(receive.recv_timeout(PATIENCE));
        return Err(error);
    }
    let result = match receive.recv() {
        Ok(result) => result.unwrap_or_else(|panic| Err(internal(&panic)))?,
        Err(_) => return Err(internal(NO_RESULT)),
    };
    Python::attach(|py| {
        postpone(py, Err(error)).inspect_err(|error| set_committed(py, error, true))?;
        Ok(result)
    })
}

/// What a call returns whose change is in, though Ctrl-C may come while that is made from what the
/// change gave: it comes once more when the caller has it.
pub(crate) fn returned<T>(py: Python<'_>, make: impl Fn() -> PyResult<T>) -> PyResult<T> {
    loop {
        match make().and_then(|made| py.check_signals().map(|()| made)) {
            Err(error) if error.is_instance_of::<PyKeyboardInterrupt>(py) => {
                postpone(py, Err(error))?;
            }
            made => return made,
        }
    }
}

/// Lets Ctrl-C come once more when the call has returned, where this is an interruption by it. Other
/// errors stay as they are.
pub(crate) fn postpone(py: Python<'_>, mut told: PyResult<()>) -> PyResult<()> {
    while let Err(error) = &told
        && error.is_instance_of::<PyKeyboardInterrupt>(py)
    {
        // This runs as Python, and another Ctrl-C may end it.
        told = py.import("citymatch._interrupt")?.call_method0("postpone").map(drop);
    }
    told
}
