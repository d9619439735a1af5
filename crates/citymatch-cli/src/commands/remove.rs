use std::path::PathBuf;

use citymatch::Catalogue;
use clap::Args;

use crate::failure::Failure;
use crate::say;

/// Removes solutions and challenges by id, in one commit.
///
/// Ids that the catalogue does not have are named; the others are removed. It fails where it has
/// none of them.
#[derive(Args)]
#[command(after_help = "Example:\n  citymatch remove catalogue.cm s17 'rain garden'")]
pub(crate) struct Remove {
    /// The catalogue's folder
    catalogue: PathBuf,
    /// The ids of the records to remove; after `--` they may begin with a dash
    #[arg(required = true, value_name = "ID")]
    ids: Vec<String>,
}

impl Remove {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let mut edit = Catalogue::open(&self.catalogue)?.edit()?;
        let mut removed = 0;
        for id in &self.ids {
            if edit.remove(id)? {
                removed += 1;
            } else {
                say::warning(format_args!("no record `{id}` in `{}`", self.catalogue.display()));
            }
        }
        if removed == 0 {
            return Err(Failure::failed(format!(
                "nothing was removed: `{}` has none of these ids",
                self.catalogue.display()
            )));
        }
        edit.commit()?;
        say::done(format_args!("removed {removed}"));
        Ok(())
    }
}
