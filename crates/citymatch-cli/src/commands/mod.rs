//! The commands, one a file.

mod add;
mod check;
mod demo;
mod explain;
mod export;
mod info;
mod init;
mod matches;
mod remove;

use std::time::Duration;

use citymatch::matcher::THREADS_LIMIT;
use clap::{Subcommand, ValueEnum};

use crate::failure::Failure;

#[derive(Subcommand)]
pub(crate) enum Command {
    Demo(demo::Demo),
    Init(init::Init),
    Add(add::Add),
    Remove(remove::Remove),
    Match(matches::Match),
    Explain(explain::Explain),
    Info(info::Info),
    Export(export::Export),
    Check(check::Check),
}

impl Command {
    pub(crate) fn run(self) -> Result<(), Failure> {
        match self {
            Self::Demo(command) => command.run(),
            Self::Init(command) => command.run(),
            Self::Add(command) => command.run(),
            Self::Remove(command) => command.run(),
            Self::Match(command) => command.run(),
            Self::Explain(command) => command.run(),
            Self::Info(command) => command.run(),
            Self::Export(command) => command.run(),
            Self::Check(command) => command.run(),
        }
    }
}

/// Which kind of record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// What others have built
    Solutions,
    /// What cities need
    Challenges,
}

/// What is said above the best solutions where the library says that none of them answers.
const UNANSWERED: &str = "nothing in the catalogue answers well; the nearest are:";

/// A whole number, 1 or more.
fn positive(text: &str) -> Result<usize, String> {
    text.parse()
        .ok()
        .filter(|number| *number > 0)
        .ok_or_else(|| "expected a whole number, 1 or more".to_owned())
}

/// A number of threads.
fn threads(text: &str) -> Result<usize, String> {
    positive(text)
        .ok()
        .filter(|number| *number <= THREADS_LIMIT)
        .ok_or_else(|| format!("expected a whole number from 1 to {THREADS_LIMIT}"))
}

/// A time in seconds.
fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    seconds
        .filter(|wait| *wait <= LONGEST_WAIT)
        .ok_or_else(|| format!("expected a number of seconds, 0 to {}", LONGEST_WAIT.as_secs()))
}

/// Longer than any edit takes: a week.
const LONGEST_WAIT: Duration = Duration::from_secs(7 * 24 * 60 * 60);
