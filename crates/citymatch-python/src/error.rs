//! An error's kind as Python's exception, in this one place, and the one way out of the
//! interpreter.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use citymatch::{
    Error, ErrorKind,
    ingest::{Rejected, RowLocation},
    record::FieldError,
};
use pyo3::exceptions::{PyOSError, PyTimeoutError};
use pyo3::prelude::*;

mod exceptions {
    use pyo3::import_exception;

    import_exception!(citymatch.errors, CatalogueFormatError);
    import_exception!(citymatch.errors, CatalogueLockedError);
    import_exception!(citymatch.errors, CatalogueStateError);
    import_exception!(citymatch.errors, EngineError);
    import_exception!(citymatch.errors, InfeasibleError);
    import_exception!(citymatch.errors, InternalError);
    import_exception!(citymatch.errors, InvalidDataError);
    import_exception!(citymatch.errors, InvalidOptionError);
    import_exception!(citymatch.errors, NotFoundError);
    import_exception!(citymatch.errors, RejectedRowsWarning);
}
use crate::encoder::taken;
use exceptions::{
    CatalogueFormatError, CatalogueLockedError, EngineError, InfeasibleError, InternalError,
    InvalidDataError, InvalidOptionError, NotFoundError,
};
pub(crate) use exceptions::{CatalogueStateError, RejectedRowsWarning};

/// Lets other Python threads run while `work` does, and translates its error.
///
/// Locks are taken inside of `work`, never around it: who waits for a lock must not hold the
/// interpreter.
pub(crate) fn enter<T: Send>(
    py: Python<'_>,
    work: impl FnOnce() -> Result<T, Error> + Send,
) -> PyResult<T> {
    py.detach(|| guarded(work)).unwrap_or_else(|panic| Err(internal(&panic)))
}

/// What `work` gives, or the message of its panic.
pub(crate) fn guarded<T>(work: impl FnOnce() -> Result<T, Error>) -> Result<PyResult<T>, String> {
    // What a panic can leave behind half done stands behind locks that are taken again whatever
    // happened, or is dropped.
    let done = catch_unwind(AssertUnwindSafe(work));
    done.map(|result| result.map_err(|error| raised(&error))).map_err(|panic| {
        let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
        text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default()
    })
}

/// A bug of ours.
pub(crate) fn internal(panic: &str) -> PyErr {
    InternalError::new_err(format!("a bug in citymatch, please report it: {panic}"))
}

/// The exception for an error.
pub(crate) fn raised(error: &Error) -> PyErr {
    let exception = exception(error);
    // Python's own exceptions have no such attribute of their class.
    if error.committed() || matches!(error.kind(), ErrorKind::Io { .. }) {
        Python::try_attach(|py| set_committed(py, &exception, error.committed()));
    }
    exception
}

/// Says whether a change that failed is in all the same.
pub(crate) fn set_committed(py: Python<'_>, exception: &PyErr, committed: bool) {
    // An exception that takes no attributes says nothing about it.
    let _ = exception.value(py).setattr("committed", committed);
}

fn exception(error: &Error) -> PyErr {
    let message = error.to_string();
    match error.kind() {
        ErrorKind::Io { path, source } => {
            // What the message says beyond the failure: what became of the change.
            let outcome = message.get(error.kind().to_string().len()..).unwrap_or_default();
            os_error(path, source, outcome)
        }
        ErrorKind::Locked { .. } => CatalogueLockedError::new_err(message),
        ErrorKind::Exists { .. }
        | ErrorKind::DestinationExists { .. }
        | ErrorKind::NoCatalogue { .. } => CatalogueStateError::new_err(message),
        ErrorKind::Format { .. } | ErrorKind::Encoder { .. } | ErrorKind::Corrupt { .. } => {
            CatalogueFormatError::new_err(message)
        }
        ErrorKind::InvalidRecord { problem, .. } | ErrorKind::InvalidTable { problem } => {
            invalid_data(message, None, None, problem)
        }
        ErrorKind::InvalidFile { path, row, problem } => {
            invalid_data(message, Some(path.display().to_string()), *row, problem)
        }
        ErrorKind::InvalidOption { name, value, expected } => {
            InvalidOptionError::new_err((message, name.clone(), value.clone(), expected.clone()))
        }
        ErrorKind::UnknownSolution { id } | ErrorKind::UnknownChallenge { id } => {
            not_found(message, id.clone())
        }
        ErrorKind::Infeasible { missing, ways } => {
            let way = |way: &Vec<citymatch::assign::Relaxation>| {
                way.iter().map(ToString::to_string).collect::<Vec<_>>()
            };
            InfeasibleError::new_err((message, *missing, ways.iter().map(way).collect::<Vec<_>>()))
        }
        ErrorKind::TimeLimit { .. } => PyTimeoutError::new_err(message),
        ErrorKind::Engine { source, .. } => {
            taken(&**source).unwrap_or_else(|| EngineError::new_err(message))
        }
        _ => InternalError::new_err(message),
    }
}

/// A value that cannot stand in its field.
pub(crate) fn wrong(problem: &FieldError) -> PyErr {
    invalid_data(problem.to_string(), None, None, problem)
}

/// A row that cannot be a record.
pub(crate) fn wrong_row(location: RowLocation, problem: FieldError) -> PyErr {
    let rejected = Rejected::new(location, problem);
    invalid_data(
        rejected.to_string(),
        rejected.location.file.clone(),
        Some(rejected.location.row),
        &rejected.error,
    )
}

/// An argument that cannot be.
pub(crate) fn wrong_option(name: &str, value: &str, expected: &str) -> PyErr {
    raised(&Error::option(name, value, expected))
}

/// What an encoder gave is no vectors.
pub(crate) fn wrong_vectors(encoder: &str, found: String, expected: String) -> PyErr {
    let message = format!("the encoder `{encoder}` gave {found} (expected {expected})");
    invalid_data(message, None, None, &FieldError::new("encoder", found, expected))
}

pub(crate) fn wrong_state(message: &str) -> PyErr {
    CatalogueStateError::new_err(message.to_owned())
}

pub(crate) fn not_found(message: String, id: String) -> PyErr {
    NotFoundError::new_err((message, id))
}

pub(crate) fn invalid_data(
    message: String,
    file: Option<String>,
    row: Option<u64>,
    problem: &FieldError,
) -> PyErr {
    InvalidDataError::new_err((
        message,
        file,
        row,
        problem.field.clone(),
        problem.value.clone(),
        problem.expected.clone(),
    ))
}

/// Python chooses the subclass of `OSError` by the number.
fn os_error(path: &Path, source: &io::Error, outcome: &str) -> PyErr {
    let number = match source.kind() {
        _ if cfg!(unix) && source.raw_os_error().is_some() => {
            source.raw_os_error().unwrap_or_default()
        }
        io::ErrorKind::NotFound => 2,
        io::ErrorKind::PermissionDenied => 13,
        io::ErrorKind::AlreadyExists => 17,
        io::ErrorKind::NotADirectory => 20,
        io::ErrorKind::IsADirectory => 21,
        io::ErrorKind::StorageFull => 28,
        io::ErrorKind::ReadOnlyFilesystem => 30,
        _ => return PyOSError::new_err(format!("{source}: '{}'{outcome}", path.display())),
    };
    let text = source.to_string();
    // The number stands in the message already.
    let text = text.split(" (os error").next().unwrap_or_default().to_owned() + outcome;
    // As text, as `open` has it: a `Path` would have to be imported, which may fail where files may
    // not be read.
    PyOSError::new_err((number, text, path.as_os_str().to_owned()))
}
