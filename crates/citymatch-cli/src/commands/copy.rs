use std::path::PathBuf;

use citymatch::Catalogue;
use clap::Args;

use crate::failure::Failure;
use crate::messages;

/// Copies a catalogue: a backup, sound also where another process writes to it meanwhile.
///
/// What is copied is the newest commit, compared with its checksums. Cut short, the copy leaves
/// nothing that looks like a catalogue.
#[derive(Args)]
#[command(after_help = "Example:\n  citymatch copy catalogue.cm backup.cm")]
pub(crate) struct Copy {
    /// The catalogue's folder
    catalogue: PathBuf,
    /// The folder to make; there must be nothing yet
    destination: PathBuf,
}

impl Copy {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let catalogue = Catalogue::open(&self.catalogue)?;
        catalogue.copy(&self.destination)?;
        let (from, to) = (self.catalogue.display(), self.destination.display());
        messages::done(format_args!("copied `{from}` to `{to}`"));
        Ok(())
    }
}
