use std::path::PathBuf;

use citymatch::Catalogue;
use clap::Args;

use crate::failure::Failure;
use crate::messages;

/// Removes solutions and challenges by id, in one commit.
///
/// Ids that are not in the catalogue are named, and the others removed. It fails if the catalogue
/// has none of them.
#[derive(Args)]
#[command(after_help = "Example:\n  citymatch remove catalogue.cm s17 'rain garden'")]
pub(crate) struct Remove {
    /// The catalogue's folder
    catalogue: PathBuf,
    /// The ids of the records to remove; an id that begins with a dash comes after `--`
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
                messages::warning(format_args!(
                    "no record `{id}` in `{}`",
                    self.catalogue.display()
                ));
            }
        }
        if removed == 0 {
            return Err(Failure::failed(format!(
                "nothing was removed: `{}` has none of these ids",
                self.catalogue.display()
            )));
        }
        edit.commit()?;
        messages::done(format_args!("removed {removed}"));
        Ok(())
    }
}
