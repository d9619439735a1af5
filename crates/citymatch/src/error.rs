//! The one error type, and its kinds.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::assign::Relaxation;
use crate::record::FieldError;

/// Why a call failed.
///
/// The message is one line that names what was wrong and what was expected. [`kind`](Self::kind) is
/// for programs that handle different errors differently.
///
/// # Examples
/// ```
/// use citymatch::{Catalogue, ErrorKind};
/// let error = Catalogue::open("no/such/folder").unwrap_err();
/// assert!(matches!(error.kind(), ErrorKind::NoCatalogue { .. }));
/// assert!(error.to_string().contains("no/such/folder"));
/// ```
#[derive(Debug)]
pub struct Error {
    kind: Box<ErrorKind>,
    /// What a failed change has done to the catalogue; none where it was no change that failed.
    outcome: Option<Outcome>,
    /// What there was no space for; none where the disk was not full.
    space: Option<Space>,
}

/// How much space was wanted on a disk that was full, and how much there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Space {
    /// At least so many bytes in all.
    wanted: u64,
    /// Without what was written in vain, which has been removed by then.
    free: u64,
}

/// What a failed change has done to the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It was to add records, and the catalogue is as it was.
    NothingAdded,
    /// It was to remove records, and the catalogue is as it was.
    NothingRemoved,
    /// All of the change is in.
    Committed,
    /// What was to be made is in its place, as a whole.
    InPlace,
}

/// The kinds of [`Error`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Reading or writing a file failed.
    #[error("`{}`: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The error of the operating system.
        source: std::io::Error,
    },
    /// A catalogue cannot be created in a folder that is not empty.
    #[error(
        "`{}` exists already {}",
        path.display(),
        if *is_catalogue {
            "and is a catalogue: it can be opened and added to"
        } else {
            "(expected no folder, or an empty one)"
        }
    )]
    Exists {
        /// The path.
        path: PathBuf,
        /// Whether it is a catalogue, which can be opened.
        is_catalogue: bool,
    },
    /// Something is already where a copy is to be made.
    #[error("`{}` exists already (expected a path at which there is nothing yet)", path.display())]
    DestinationExists {
        /// The path.
        path: PathBuf,
    },
    /// There is no catalogue at a path.
    #[error("`{}` is no catalogue ({detail})", path.display())]
    NoCatalogue {
        /// The path.
        path: PathBuf,
        /// What is missing or wrong there.
        detail: String,
    },
    /// Another writer, in this process or another one, is editing the catalogue.
    #[error("`{}` is being edited by another writer (expected one at a time)", path.display())]
    Locked {
        /// The folder of the catalogue.
        path: PathBuf,
        /// Who has it, and so whether it helps to wait.
        holder: LockHolder,
    },
    /// The catalogue was written in a format that this version cannot read.
    #[error(
        "`{}` has format {found}, and this version reads {oldest} to {newest}{hint}",
        path.display()
    )]
    Format {
        /// The folder of the catalogue.
        path: PathBuf,
        /// The format of the catalogue.
        found: u32,
        /// The oldest format that this version reads.
        oldest: u32,
        /// The newest format that this version reads.
        newest: u32,
        /// What to do, as the end of the message; may be empty.
        hint: String,
    },
    /// The catalogue was made with another encoder.
    #[error("`{}` has vectors of the encoder {expected} (found {found})", path.display())]
    Encoder {
        /// The folder of the catalogue.
        path: PathBuf,
        /// The name of the encoder that was given.
        found: String,
        /// The name of the encoder that the catalogue was made with.
        expected: String,
    },
    /// The stored data are damaged: they cannot be read, or contradict each other.
    #[error("`{}` is damaged: {detail}", path.display())]
    Corrupt {
        /// The folder of the catalogue.
        path: PathBuf,
        /// What is damaged.
        detail: String,
    },
    /// A record has a wrong value.
    #[error("{kind} {id:?}: {problem}")]
    InvalidRecord {
        /// `solution` or `challenge`.
        kind: &'static str,
        /// The record's id; empty if it has none.
        id: String,
        /// What is wrong.
        problem: FieldError,
    },
    /// A file cannot be read as a whole.
    #[error(
        "`{}`{}: {problem}",
        path.display(),
        row.map(|row| format!(", row {row}")).unwrap_or_default()
    )]
    InvalidFile {
        /// The file.
        path: PathBuf,
        /// The row where the problem is, from 1, if it is in one row.
        row: Option<u64>,
        /// What is wrong.
        problem: FieldError,
    },
    /// A table or list that a program gave cannot be read as a whole.
    #[error("{problem}")]
    InvalidTable {
        /// What is wrong.
        problem: FieldError,
    },
    /// An option has a wrong value.
    #[error("`{name}` cannot be `{value}` (expected {expected})")]
    InvalidOption {
        /// The name of the option.
        name: String,
        /// The value that was given.
        value: String,
        /// The values that are allowed.
        expected: String,
    },
    /// There is no such solution in the snapshot.
    #[error("no solution `{id}` in the catalogue")]
    UnknownSolution {
        /// The id that does not exist.
        id: String,
    },
    /// There is no such challenge in the snapshot.
    #[error("no challenge `{id}` in the catalogue")]
    UnknownChallenge {
        /// The id that does not exist.
        id: String,
    },
    /// No assignment keeps all limits.
    #[error(
        "no assignment keeps all limits: {missing} {} missing (expected {})",
        if *missing == 1 { "place is" } else { "places are" },
        crate::assign::infeasible::expected(ways)
    )]
    Infeasible {
        /// How many places are missing, if as few as possible are.
        missing: u32,
        /// What would have to change. Each way is enough alone; the smallest one comes first.
        ways: Vec<Vec<Relaxation>>,
    },
    /// The time was over before an assignment was found and proven.
    #[error("`time_limit` of {limit:?} was over before the best assignment was proven")]
    TimeLimit {
        /// The limit.
        limit: Duration,
    },
    /// The caller cancelled the work.
    #[error("stopped before it was done")]
    Cancelled,
    /// The storage engine or an encoder failed.
    #[error("{context}: {source}")]
    Engine {
        /// What was being done at that time.
        context: String,
        /// The error of the engine or the encoder.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl ErrorKind {
    /// The kind's name for programs in other languages and for JSON: `io`, `exists`,
    /// `destination_exists`, `no_catalogue`, `locked`, `format`, `encoder`, `corrupt`, `invalid_record`, `invalid_file`,
    /// `invalid_table`, `invalid_option`, `unknown_solution`, `unknown_challenge`, `infeasible`,
    /// `time_limit`, `cancelled` or `engine`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Io { .. } => "io",
            Self::Exists { .. } => "exists",
            Self::DestinationExists { .. } => "destination_exists",
            Self::NoCatalogue { .. } => "no_catalogue",
            Self::Locked { .. } => "locked",
            Self::Format { .. } => "format",
            Self::Encoder { .. } => "encoder",
            Self::Corrupt { .. } => "corrupt",
            Self::InvalidRecord { .. } => "invalid_record",
            Self::InvalidFile { .. } => "invalid_file",
            Self::InvalidTable { .. } => "invalid_table",
            Self::InvalidOption { .. } => "invalid_option",
            Self::UnknownSolution { .. } => "unknown_solution",
            Self::UnknownChallenge { .. } => "unknown_challenge",
            Self::Infeasible { .. } => "infeasible",
            Self::TimeLimit { .. } => "time_limit",
            Self::Cancelled => "cancelled",
            Self::Engine { .. } => "engine",
        }
    }
}

/// Who edits a catalogue that cannot be edited now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LockHolder {
    /// The thread that asked: it has an [`Edit`](crate::Edit) that it has to end first.
    ThisThread,
    /// Another thread of this process.
    ThisProcess,
    /// Another process, or another machine.
    OtherProcess,
}

impl Error {
    /// The kind of the error, to match on.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }

    /// Whether the change that failed is in the catalogue all the same.
    ///
    /// A change is made at one point of its [`commit`](crate::Edit::commit). What fails before it
    /// leaves the catalogue as it was, and this is false. After it this is true, and the message
    /// says so: where the disk did not confirm that the change is durable, and where the index of
    /// the new records could not be built, because the encoder failed. Readers build it then. Of
    /// [`Catalogue::copy`](crate::Catalogue::copy) it is true where the copy is in its place and the
    /// disk did not confirm that.
    ///
    /// # Examples
    /// ```
    /// use citymatch::Catalogue;
    /// let catalogue = Catalogue::in_memory()?;
    /// let edit = catalogue.edit()?;
    /// assert!(!catalogue.edit().unwrap_err().committed());
    /// # Ok::<(), citymatch::Error>(())
    /// ```
    #[must_use]
    pub fn committed(&self) -> bool {
        matches!(self.outcome, Some(Outcome::Committed | Outcome::InPlace))
    }

    /// The same error of work in a folder that is to be called otherwise, and which is no change of a
    /// catalogue.
    pub(crate) fn in_folder_called(mut self, folder: &Path, name: &Path) -> Self {
        self.outcome = None;
        if let ErrorKind::Io { path, .. }
        | ErrorKind::Corrupt { path, .. }
        | ErrorKind::NoCatalogue { path, .. }
        | ErrorKind::Locked { path, .. } = &mut *self.kind
            && let Ok(file) = path.strip_prefix(folder)
        {
            *path = if file.as_os_str().is_empty() { name.to_owned() } else { name.join(file) };
        }
        self
    }

    /// The same error, where the disk was full with what was wanted of it, in bytes, and what is
    /// free now in a folder.
    pub(crate) fn with_space(mut self, wanted: u64, folder: &Path) -> Self {
        if let ErrorKind::Io { source, .. } = &*self.kind
            && source.kind() == std::io::ErrorKind::StorageFull
            && let Ok(free) = fs4::available_space(folder)
        {
            self.space = Some(Space { wanted, free });
        }
        self
    }

    /// The same error, of a change that has done this.
    pub(crate) fn with_outcome(mut self, outcome: Outcome) -> Self {
        self.outcome = Some(outcome);
        self
    }

    /// The same error, of a call that was to add records and failed before it began to: the message
    /// says that nothing was added. For the command and the Python module.
    #[doc(hidden)]
    #[must_use]
    pub fn nothing_added(self) -> Self {
        match self.outcome {
            None => self.with_outcome(Outcome::NothingAdded),
            Some(_) => self,
        }
    }

    /// Whether a solution, a challenge or a catalogue does not exist.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(
            *self.kind,
            ErrorKind::UnknownSolution { .. }
                | ErrorKind::UnknownChallenge { .. }
                | ErrorKind::NoCatalogue { .. }
        )
    }

    /// An error of reading or writing a file.
    #[must_use]
    pub fn io(path: impl AsRef<Path>, source: std::io::Error) -> Self {
        ErrorKind::Io { path: path.as_ref().to_owned(), source }.into()
    }

    /// An error of an option with a wrong value.
    #[must_use]
    pub fn option(name: &str, value: impl fmt::Display, expected: &str) -> Self {
        ErrorKind::InvalidOption {
            name: name.to_owned(),
            value: value.to_string(),
            expected: expected.to_owned(),
        }
        .into()
    }

    /// A failure of the engine or of an encoder. `context` is what was being done.
    pub(crate) fn engine(
        context: &str,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        ErrorKind::Engine { context: context.to_owned(), source: source.into() }.into()
    }
}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        Self { kind: Box::new(kind), outcome: None, space: None }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)?;
        if let Some(Space { wanted, free }) = self.space {
            write!(f, ": it needs at least {wanted} bytes, and {free} are free")?;
        }
        f.write_str(match self.outcome {
            Some(Outcome::NothingAdded) => "; nothing was added",
            Some(Outcome::NothingRemoved) => "; nothing was removed",
            Some(Outcome::Committed) => "; the change is in",
            Some(Outcome::InPlace) => "; what was made is in its place",
            None => "",
        })
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        std::error::Error::source(self.kind.as_ref())
    }
}
