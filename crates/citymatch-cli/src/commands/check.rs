use std::io::Write;
use std::path::PathBuf;

use citymatch::Catalogue;
use clap::Args;

use crate::failure::Failure;
use crate::output;
use crate::paragraph::printable;

/// Verifies a catalogue: its files against their checksums, and every record.
///
/// Each problem is written to stdout as one line, and the exit code is 1. For a sound catalogue the
/// only line is `sound`.
#[derive(Args)]
#[command(after_help = "Example:\n  citymatch check catalogue.cm")]
pub(crate) struct Check {
    /// The catalogue's folder
    catalogue: PathBuf,
}

impl Check {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let problems = Catalogue::open(&self.catalogue)?.check()?;
        let mut stdout = output::stdout();
        if problems.is_empty() {
            writeln!(stdout, "sound")?;
            return Ok(stdout.flush()?);
        }
        problems.iter().try_for_each(|line| writeln!(stdout, "{}", printable(line)))?;
        stdout.flush()?;
        let things = if problems.len() == 1 {
            "1 thing is"
        } else {
            &format!("{} things are", problems.len())
        };
        Err(Failure::failed(format!("`{}`: {things} wrong", self.catalogue.display())))
    }
}
