//! Where results are written: stdout or a file.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use crate::failure::Failure;

/// The line above the best solutions when the library says that none of them answers.
pub(crate) const UNANSWERED: &str = "nothing in the catalogue answers well; the nearest are:";

/// Lets `write` write text for people to a file, or to stdout without one. Colours and bold are
/// kept on a terminal and removed elsewhere.
pub(crate) fn write_text(
    path: Option<&Path>,
    write: impl FnOnce(&mut dyn Write) -> Result<(), Failure>,
) -> Result<(), Failure> {
    if let Some(path) = path {
        let file = File::create(path).map_err(|error| Failure::file(path, error))?;
        let mut file = BufWriter::new(anstream::StripStream::new(file));
        write(&mut file)?;
        file.flush().map_err(|error| Failure::file(path, error))
    } else {
        let mut stdout = BufWriter::new(anstream::stdout().lock());
        write(&mut stdout)?;
        Ok(stdout.flush()?)
    }
}

/// Stdout for data: every byte is written as it is.
pub(crate) fn stdout() -> impl Write {
    BufWriter::new(io::stdout().lock())
}

/// Refuses an output that would overwrite one of the inputs.
pub(crate) fn refuse_overwriting<'a>(
    option: &str,
    out: Option<&Path>,
    inputs: impl IntoIterator<Item = &'a Path>,
) -> Result<(), Failure> {
    let Some(target) = out.and_then(|out| fs::canonicalize(out).ok()) else { return Ok(()) };
    for input in inputs {
        if fs::canonicalize(input).is_ok_and(|input| input == target && input.is_file()) {
            return Err(Failure::usage(format!(
                "{option} `{}` would overwrite the input (expected another file)",
                input.display()
            )));
        }
    }
    Ok(())
}
