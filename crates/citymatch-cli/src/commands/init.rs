use std::path::PathBuf;

use citymatch::Catalogue;
use citymatch::subjects::Subjects;
use clap::Args;

use crate::failure::Failure;
use crate::messages;

/// Makes an empty catalogue.
#[derive(Args)]
#[command(after_help = "Examples:
  citymatch init catalogue.cm
  citymatch init coast.cm --subjects coast.json

A file of subjects:
  {\"name\": \"coast-1\", \"subjects\": [{\"id\": \"reefs\",
    \"en\": {\"name\": \"coral reefs\", \"things\": [\"bleaching\", \"reef restoration\"]}}]}")]
pub(crate) struct Init {
    /// The folder to make; it must not exist yet, or be empty
    catalogue: PathBuf,
    /// A JSON file with the subjects by which challenges and solutions are compared, instead of the
    /// built-in ones of cities
    #[arg(long, value_name = "FILE")]
    subjects: Option<PathBuf>,
}

impl Init {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let mut builder = Catalogue::builder();
        if let Some(file) = &self.subjects {
            builder = builder.subjects(Subjects::read(file)?);
        }
        builder.create(&self.catalogue)?;
        messages::done(format_args!("made `{}`", self.catalogue.display()));
        Ok(())
    }
}
