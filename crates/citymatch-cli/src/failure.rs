//! Why the command ends early.

use std::io;
use std::path::Path;

use citymatch::{Error, ErrorKind};

/// Why the command ends before it is done.
#[derive(Debug)]
pub(crate) enum Failure {
    /// It could not be done. Exit code 1.
    Failed(String),
    /// What was asked makes no sense. Exit code 2.
    Usage(String),
    /// Another writer is at work on the catalogue. Exit code 3.
    Locked(String),
    /// Ctrl-C ended it, and nothing has changed. Exit code 130.
    Interrupted,
    /// Nobody reads the output any more, as in `… | head -1`. No error.
    ClosedPipe,
}

impl Failure {
    pub(crate) fn failed(message: impl Into<String>) -> Self {
        Self::Failed(message.into())
    }

    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::Usage(message.into())
    }

    /// A file that could not be read or written.
    pub(crate) fn file(path: &Path, error: io::Error) -> Self {
        Error::io(path, error).into()
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error.kind() {
            ErrorKind::Io { source, .. } if source.kind() == io::ErrorKind::BrokenPipe => {
                Self::ClosedPipe
            }
            ErrorKind::Locked { .. } => Self::Locked(error.to_string()),
            ErrorKind::Cancelled => Self::Interrupted,
            ErrorKind::InvalidOption { .. } => Self::Usage(error.to_string()),
            _ => Self::Failed(error.to_string()),
        }
    }
}

/// Writing to stdout failed.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::ClosedPipe,
            _ => Self::Failed(format!("`output`: {error}")),
        }
    }
}
