use std::io::Write;
use std::path::PathBuf;

use citymatch::Catalogue;
use clap::Args;

use crate::failure::Failure;
use crate::out;
use crate::table::printable;

/// Verifies a catalogue: its files against their checksums, and every record.
///
/// What is wrong goes to stdout, a line each, and the exit code is 1. A sound catalogue says
/// `sound`.
#[derive(Args)]
#[command(after_help = "Example:\n  citymatch check catalogue.cm")]
pub(crate) struct Check {
    /// The catalogue's folder
    catalogue: PathBuf,
}

impl Check {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let wrong = Catalogue::open(&self.catalogue)?.check()?;
        let mut stdout = out::stdout();
        if wrong.is_empty() {
            writeln!(stdout, "sound")?;
            return Ok(stdout.flush()?);
        }
        wrong.iter().try_for_each(|line| writeln!(stdout, "{}", printable(line)))?;
        stdout.flush()?;
        let things =
            if wrong.len() == 1 { "1 thing is" } else { &format!("{} things are", wrong.len()) };
        Err(Failure::failed(format!("`{}`: {things} wrong", self.catalogue.display())))
    }
}
