//! How commands compare by criteria: themes by a thesaurus, goals with those that texts speak of.

use std::path::PathBuf;

use citymatch::matcher::MatcherBuilder;
use citymatch_files::read_thesaurus;
use clap::Args;

use crate::failure::Failure;

/// How criteria compare records.
#[derive(Args)]
pub(crate) struct CriteriaArgs {
    /// Themes beside the built-in ones: a CSV file with the headers theme, broader, es, pt and en, or a
    /// JSON list; words in a cell have ; or | between them
    #[arg(long, value_name = "FILE")]
    thesaurus: Option<PathBuf>,
    /// For the criterion `goals`, give a record that names no goals those that its text speaks of
    #[arg(long)]
    suggested: bool,
}

impl CriteriaArgs {
    pub(crate) fn apply(&self, builder: MatcherBuilder) -> Result<MatcherBuilder, Failure> {
        let builder = builder.suggested(self.suggested);
        Ok(match &self.thesaurus {
            Some(path) => builder.thesaurus(read_thesaurus(path)?),
            None => builder,
        })
    }
}
