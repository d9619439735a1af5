use std::fs::{self, OpenOptions};
use std::io::{BufWriter, IntoInnerError, Write};
use std::path::Path;

use citymatch::Error;
use citymatch::fs::AtomicFile;

/// Where something is written.
pub enum Output<'a> {
    /// A file. It is written beside its place under a temporary name and then renamed: whoever
    /// reads it finds the old file or the whole new one, and a failure leaves the old one. A file
    /// that was written is on the disk: a power cut does not take it back.
    Path(&'a Path),
    /// Anything else, such as standard output. Workbooks cannot be written there.
    Writer(&'a mut dyn Write),
}

/// What a format writes into: bytes, whose errors name the place.
pub(crate) struct Sink<'a> {
    writer: &'a mut dyn Write,
    path: &'a Path,
}

impl Sink<'_> {
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.writer.write_all(bytes).map_err(|err| Error::io(self.path, err))
    }
}

impl Output<'_> {
    /// Gives `content` something to write into, and flushes it.
    pub(crate) fn write<T>(
        self,
        content: impl FnOnce(&mut Sink<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        match self {
            Self::Path(path) => to_file(path, content),
            Self::Writer(writer) => into(writer, Path::new("output"), content),
        }
    }
}

/// Lets `content` write, and reports what the last flush says.
fn into<T>(
    writer: &mut dyn Write,
    path: &Path,
    content: impl FnOnce(&mut Sink<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    let done = content(&mut Sink { writer: &mut *writer, path })?;
    writer.flush().map_err(|err| Error::io(path, err))?;
    Ok(done)
}

fn to_file<T>(
    path: &Path,
    content: impl FnOnce(&mut Sink<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    let io = |err| Error::io(path, err);
    // A link's target is replaced, not the link.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    match fs::metadata(&target) {
        Ok(there) if there.is_dir() => return Err(io(std::io::ErrorKind::IsADirectory.into())),
        // A pipe or a device cannot be renamed over.
        Ok(there) if !there.is_file() => {
            let file = OpenOptions::new().write(true).open(&target).map_err(io)?;
            return into(&mut BufWriter::new(file), path, content);
        }
        Ok(there) if there.permissions().readonly() => {
            return Err(io(std::io::ErrorKind::PermissionDenied.into()));
        }
        _ => {}
    }
    let mut file = BufWriter::new(AtomicFile::create(&target).map_err(io)?);
    let done = into(&mut file, path, content)?;
    let file = file.into_inner().map_err(IntoInnerError::into_error).map_err(io)?;
    file.commit().map_err(io)?;
    Ok(done)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(dir: &Path) -> Vec<String> {
        fs::read_dir(dir)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    }

    #[test]
    fn a_failure_leaves_the_old_file_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("out.csv");
        fs::write(&path, "old").unwrap();
        let failed = Output::Path(&path).write(|sink| {
            sink.write(b"half")?;
            Err::<(), _>(Error::option("any", "thing", "else"))
        });
        assert!(failed.is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(names(dir.path()), ["out.csv"]);

        Output::Path(&path).write(|sink| sink.write(b"new")).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(names(dir.path()), ["out.csv"]);
    }

    #[test]
    fn errors_name_the_place() {
        let dir = tempfile::tempdir().unwrap();
        for (name, path) in [
            ("directory", dir.path().to_owned()),
            ("no_such_folder", dir.path().join("no/out.csv")),
        ] {
            let error = Output::Path(&path).write(|sink| sink.write(b"x")).unwrap_err();
            assert!(error.to_string().contains(&path.display().to_string()), "{name}: {error}");
        }
    }

    #[test]
    fn a_flush_that_fails_is_told() {
        struct Full;
        impl Write for Full {
            fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
                Ok(bytes.len())
            }
            fn flush(&mut self) -> std::io::Result<()> {
                Err(std::io::ErrorKind::StorageFull.into())
            }
        }
        assert!(Output::Writer(&mut Full).write(|sink| sink.write(b"x")).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_device_is_written_to_and_stays() {
        Output::Path(Path::new("/dev/null")).write(|sink| sink.write(b"x")).unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }
}
