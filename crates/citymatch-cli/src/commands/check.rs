use std::io::Write;
use std::path::{Path, PathBuf};

use citymatch::{Catalogue, catalogue::Repair};
use clap::Args;

use crate::failure::Failure;
use crate::paragraph::printable;
use crate::{messages, output};

/// Verifies a catalogue: its files against their checksums, and every record.
///
/// Each problem is written to stdout as one line, and the exit code is 1. For a sound catalogue the
/// only line is `sound`; notes on stderr tell what the next change will put right by itself.
#[derive(Args)]
#[command(after_help = "Examples:
  citymatch check catalogue.cm
  citymatch check catalogue.cm --repair --into saved.cm")]
pub(crate) struct Check {
    /// The catalogue's folder
    catalogue: PathBuf,
    /// Write again what follows from the rest; where more is wrong, save every record that can be
    /// read into a new catalogue. The exit code is 0 where nothing is lost
    #[arg(long)]
    repair: bool,
    /// The new catalogue [default: beside it, with `-repaired` in its name]
    #[arg(long, value_name = "FOLDER", requires = "repair")]
    into: Option<PathBuf>,
}

impl Check {
    pub(crate) fn run(self) -> Result<(), Failure> {
        if self.repair {
            return self.repair();
        }
        let catalogue = Catalogue::open(&self.catalogue)?;
        let problems = catalogue.check()?;
        messages::few(catalogue.check_notes()?, messages::note);
        if problems.is_empty() {
            return say(&["sound".to_owned()]);
        }
        say(&problems)?;
        Err(Failure::failed(format!("`{}`: {}", self.catalogue.display(), wrong(&problems))))
    }

    fn repair(self) -> Result<(), Failure> {
        let into = self.into.unwrap_or_else(|| repaired(&self.catalogue));
        let repair: Repair = Catalogue::builder().repair(&self.catalogue, &into)?;
        repair.mended.iter().for_each(messages::note);
        let (solutions, challenges) = (repair.solutions, repair.challenges);
        match &repair.saved_into {
            None => messages::done(format_args!(
                "`{}` is sound: {solutions} solutions, {challenges} challenges",
                self.catalogue.display()
            )),
            Some(_) => messages::done(format_args!(
                "saved {solutions} solutions and {challenges} challenges into `{}`; `{}` is as it was",
                into.display(),
                self.catalogue.display()
            )),
        }
        if repair.lost.is_empty() {
            return say(&["sound".to_owned()]);
        }
        say(&repair.lost)?;
        Err(Failure::failed(format!("`{}`: not all could be saved", self.catalogue.display())))
    }
}

/// `catalogue-repaired.cm` beside `catalogue.cm`.
fn repaired(catalogue: &Path) -> PathBuf {
    let mut name = catalogue.file_stem().unwrap_or_default().to_owned();
    name.push("-repaired");
    if let Some(extension) = catalogue.extension() {
        name.push(".");
        name.push(extension);
    }
    catalogue.with_file_name(name)
}

fn say(lines: &[String]) -> Result<(), Failure> {
    let mut stdout = output::stdout();
    lines.iter().try_for_each(|line| writeln!(stdout, "{}", printable(line)))?;
    Ok(stdout.flush()?)
}

fn wrong(problems: &[String]) -> String {
    match problems.len() {
        1 => "1 thing is wrong".to_owned(),
        count => format!("{count} things are wrong"),
    }
}
