//! Where a catalogue lies, and what a failure of the engine there means.

use std::cell::Cell;
use std::fs;
use std::io;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Once};

use tantivy::TantivyError;
use tantivy::directory::error::{LockError, OpenDirectoryError, OpenReadError, OpenWriteError};

use super::META_FILE;
use crate::error::{Error, ErrorKind, LockHolder};

/// The file that makes a folder a catalogue.
pub(crate) const FORMAT_FILE: &str = "citymatch.json";

/// Where a catalogue lies: in a folder or in memory.
#[derive(Clone, Debug)]
pub(crate) struct Location(Option<Arc<Paths>>);

#[derive(Debug)]
struct Paths {
    /// As it was given, made absolute: for messages, and for opening it again.
    path: PathBuf,
    /// The folder itself, to which the engine's files and the derived ones are bound, whatever
    /// becomes of the working directory and of links.
    folder: PathBuf,
}

impl Location {
    pub(crate) fn in_memory() -> Self {
        Self(None)
    }

    pub(crate) fn in_folder(path: &Path, folder: &Path) -> Self {
        Self(Some(Arc::new(Paths { path: path.to_owned(), folder: folder.to_owned() })))
    }

    /// The path that was given, absolute; none in memory.
    pub(crate) fn path(&self) -> Option<&Path> {
        self.0.as_deref().map(|paths| paths.path.as_path())
    }

    /// The folder that the files lie in; none in memory.
    pub(crate) fn folder(&self) -> Option<&Path> {
        self.0.as_deref().map(|paths| paths.folder.as_path())
    }

    /// How the catalogue is called in messages.
    pub(crate) fn name(&self) -> PathBuf {
        self.path().map_or_else(|| PathBuf::from("catalogue in memory"), Path::to_owned)
    }

    pub(crate) fn corrupt(&self, detail: impl Into<String>) -> Error {
        ErrorKind::Corrupt { path: self.name(), detail: detail.into() }.into()
    }

    /// Lets the engine read its files.
    ///
    /// The engine trusts its files: a damaged one can make it panic. Such a panic is caught here
    /// and becomes an error like that of any other damage, and nothing of it is printed. A program
    /// that is built with `panic = "abort"` ends there all the same.
    pub(crate) fn read<T, E: Into<TantivyError>>(
        &self,
        context: &str,
        work: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, Error> {
        if self.0.is_none() {
            // No file can be damaged in memory: a panic would be a bug, and is left as it is.
            return work().map_err(|error| self.error(context, error));
        }
        match without_panic(work) {
            Ok(result) => result.map_err(|error| self.error(context, error)),
            Err(message) => Err(self.corrupt(format!("{context}: {}", in_own_words(message)))),
        }
    }

    /// What a failure of the engine means: the system refused something, the folder has gone, a
    /// file is damaged, or something else went wrong, in this order.
    pub(crate) fn error(&self, context: &str, error: impl Into<TantivyError>) -> Error {
        let error = error.into();
        let Some(paths) = self.0.as_deref() else {
            return Error::engine(context, error);
        };
        if is_missing(&paths.folder) {
            return self.no_catalogue("the folder is no longer there");
        }
        let damaged = |error: &dyn std::fmt::Display| {
            self.corrupt(format!("{context}: {}", in_own_words(error.to_string())))
        };
        match &error {
            TantivyError::OpenReadError(OpenReadError::IoError { io_error, filepath })
            | TantivyError::OpenWriteError(OpenWriteError::IoError { io_error, filepath }) => {
                let detail = || in_own_words(io_error.to_string());
                match refusal(io_error) {
                    Some(source) => Error::io(paths.path.join(filepath), source),
                    None => self.corrupt(format!("`{}`: {}", filepath.display(), detail())),
                }
            }
            TantivyError::OpenReadError(OpenReadError::FileDoesNotExist(file)) => {
                let is_gone = |file: &str| is_missing(&paths.folder.join(file));
                if is_gone(FORMAT_FILE) && is_gone(META_FILE) {
                    self.no_catalogue("the folder has no `citymatch.json` any more")
                } else {
                    self.corrupt(format!("`{}` is missing", file.display()))
                }
            }
            TantivyError::OpenDirectoryError(OpenDirectoryError::IoError { io_error, .. })
            | TantivyError::LockFailure(LockError::IoError(io_error), _)
            | TantivyError::IoError(io_error) => match refusal(io_error) {
                Some(source) => Error::io(&paths.path, source),
                None => damaged(io_error),
            },
            TantivyError::LockFailure(LockError::LockBusy, _) => {
                ErrorKind::Locked { path: self.name(), holder: LockHolder::OtherProcess }.into()
            }
            TantivyError::OpenReadError(OpenReadError::IncompatibleIndex(_))
            | TantivyError::IncompatibleIndex(_) => damaged(&OTHER_VERSION),
            TantivyError::DataCorruption(_)
            | TantivyError::DeserializeError(_)
            | TantivyError::FieldNotFound(_)
            | TantivyError::InternalError(_)
            | TantivyError::InvalidArgument(_)
            | TantivyError::SchemaError(_) => damaged(&error),
            _ => Error::engine(context, error),
        }
    }

    /// The error for a file that the system refused to read or write, by its name in the folder.
    pub(crate) fn file_error(&self, file: &Path, source: io::Error) -> Error {
        if self.folder().is_some_and(is_missing) {
            return self.no_catalogue("the folder is no longer there");
        }
        let name = self.name();
        // An empty name is that of the folder.
        Error::io(if file.as_os_str().is_empty() { name } else { name.join(file) }, source)
    }

    fn no_catalogue(&self, detail: &str) -> Error {
        ErrorKind::NoCatalogue { path: self.name(), detail: detail.to_owned() }.into()
    }
}

/// What is said of a file in another form than this version reads.
const OTHER_VERSION: &str = "a file is damaged, or was written by another version of citymatch";

/// What the engine says of a file. Its advice on versions of itself helps nobody who has citymatch
/// alone, and becomes ours; so do the names of the engine's own types.
fn in_own_words(message: String) -> String {
    let names_engine = message.replace(".tantivy-", "").to_lowercase().contains("tantivy");
    if names_engine { OTHER_VERSION.to_owned() } else { message }
}

fn is_missing(path: &Path) -> bool {
    fs::metadata(path).is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
}

/// What the system said, where it was the system that refused: an error with the system's number.
/// The engine makes errors of the same type when a file's content is wrong, and they have none.
fn refusal(error: &io::Error) -> Option<io::Error> {
    if let Some(code) = error.raw_os_error() {
        return Some(io::Error::from_raw_os_error(code));
    }
    refusal(error.get_ref()?.downcast_ref::<io::Error>()?)
}

thread_local! {
    /// Whether this thread is at work that may panic, and nobody should hear of it.
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// What `work` gives, or the message of its panic.
fn without_panic<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        // The program's hook hears of every other panic as before.
        let hook = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !QUIET.get() {
                hook(info);
            }
        }));
    });
    let before = QUIET.replace(true);
    // Nothing that the engine has half done is used afterwards: what was being opened is dropped.
    let done = catch_unwind(AssertUnwindSafe(work));
    QUIET.set(before);
    done.map_err(|panic| {
        let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
        text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default()
    })
}

#[cfg(test)]
mod tests {
    use tantivy::directory::error::Incompatibility;

    use super::*;

    #[test]
    fn a_failure_of_the_engine_is_named_by_its_cause() {
        let folder = tempfile::tempdir().unwrap();
        let location = Location::in_folder(Path::new("/shown/c.cm"), folder.path());
        let system = |code| Arc::new(io::Error::from_raw_os_error(code));
        let content = || Arc::new(io::Error::new(io::ErrorKind::InvalidData, "no footer"));
        let read = |io_error| OpenReadError::IoError { io_error, filepath: "meta.json".into() };
        let write = |io_error| OpenWriteError::IoError { io_error, filepath: "a.idx".into() };
        let nested = Arc::new(io::Error::other(io::Error::from_raw_os_error(28)));
        std::fs::write(folder.path().join(FORMAT_FILE), "{}").unwrap();
        let old = "no footer; please use tantivy 0.15 or above to recreate the index";
        let old = Arc::new(io::Error::new(io::ErrorKind::InvalidData, old));
        let other_version = format!("`/shown/c.cm` is damaged: `meta.json`: {OTHER_VERSION}");
        let cases: [(&str, TantivyError, &str); 11] = [
            ("read_denied", read(system(13)).into(), "`/shown/c.cm/meta.json`: Permission denied"),
            ("disk_full", write(system(28)).into(), "`/shown/c.cm/a.idx`: No space left"),
            (
                "disk_full_without_a_name",
                TantivyError::IoError(system(28)),
                "`/shown/c.cm`: No space left",
            ),
            ("disk_full_inside", TantivyError::IoError(nested), "`/shown/c.cm`: No space left"),
            ("damaged", read(content()).into(), "`/shown/c.cm` is damaged: `meta.json`: no footer"),
            ("of_an_engine_that_is_too_old", read(old).into(), &other_version),
            (
                "of_another_engine",
                TantivyError::IncompatibleIndex(Incompatibility::CompressionMismatch {
                    library_compression_format: "lz4".to_owned(),
                    index_compression_format: "zstd".to_owned(),
                }),
                "`/shown/c.cm` is damaged: opening: a file is damaged, or was written by another",
            ),
            (
                "missing",
                OpenReadError::FileDoesNotExist("a.idx".into()).into(),
                "`/shown/c.cm` is damaged: `a.idx` is missing",
            ),
            ("busy", LockError::LockBusy.into(), "`/shown/c.cm` is being edited"),
            (
                "no_lock_file",
                LockError::wrap_io_error(io::Error::from_raw_os_error(30)).into(),
                "`/shown/c.cm`: Read-only file system",
            ),
            ("other", TantivyError::SystemError("no thread".into()), "opening: System error"),
        ];
        for (name, error, expected) in cases {
            let found = location.error("opening", error).to_string();
            // The words of other systems differ.
            assert!(!cfg!(unix) || found.starts_with(expected), "{name}: {found}");
        }
        std::fs::remove_file(folder.path().join(FORMAT_FILE)).unwrap();
        let missing = || OpenReadError::FileDoesNotExist("meta.json".into());
        std::fs::write(folder.path().join(META_FILE), "{}").unwrap();
        let lost = location.error("opening", OpenReadError::FileDoesNotExist("a.idx".into()));
        assert!(
            matches!(lost.kind(), ErrorKind::Corrupt { .. }),
            "without its format file: {lost}"
        );
        std::fs::remove_file(folder.path().join(META_FILE)).unwrap();
        let emptied = location.error("opening", missing());
        drop(folder);
        let gone = location.error("opening", missing());
        for error in [emptied, gone] {
            assert!(matches!(error.kind(), ErrorKind::NoCatalogue { .. }), "{error}");
        }
    }

    #[test]
    fn a_panic_over_files_is_damage_and_one_in_memory_stays_a_panic() {
        let folder = tempfile::tempdir().unwrap();
        let location = Location::in_folder(folder.path(), folder.path());
        let panics = || -> Result<(), TantivyError> { panic!("range end out of bounds") };
        let error = location.read("opening", panics).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Corrupt { .. }), "{error}");
        assert!(error.to_string().contains("range end out of bounds"), "{error}");
        assert!(!QUIET.get(), "other panics are told again");
        assert!(catch_unwind(|| Location::in_memory().read("opening", panics)).is_err());
    }
}
