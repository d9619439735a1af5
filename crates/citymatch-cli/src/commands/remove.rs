use std::path::PathBuf;
use std::time::Duration;

use citymatch::Catalogue;
use clap::Args;

use crate::arguments::seconds;
use crate::failure::Failure;
use crate::{interrupt, messages};

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
    /// How long to wait for another writer; without it the command fails at once
    #[arg(long, value_name = "SECONDS", default_value = "0", value_parser = seconds, hide_default_value = true)]
    wait: Duration,
}

impl Remove {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let catalogue = Catalogue::open(&self.catalogue)?;
        let mut edit = interrupt::edit(&catalogue, self.wait, "nothing was removed")?;
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
