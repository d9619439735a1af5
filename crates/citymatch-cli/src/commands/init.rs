use std::path::PathBuf;

use citymatch::Catalogue;
use clap::Args;

use crate::failure::Failure;
use crate::messages;

/// Makes an empty catalogue.
#[derive(Args)]
#[command(after_help = "Example:\n  citymatch init catalogue.cm")]
pub(crate) struct Init {
    /// The folder to make; it must not exist yet, or be empty
    catalogue: PathBuf,
}

impl Init {
    pub(crate) fn run(self) -> Result<(), Failure> {
        Catalogue::create(&self.catalogue)?;
        messages::done(format_args!("made `{}`", self.catalogue.display()));
        Ok(())
    }
}
