//! The commands, one per file.

mod add;
mod assign;
mod check;
mod copy;
mod demo;
mod duplicates;
mod evaluate;
mod explain;
mod export;
mod gaps;
mod info;
mod init;
mod matches;
pub(crate) mod read_call;
mod remove;
mod reverse;
mod similar;

use clap::Subcommand;

use crate::failure::Failure;

#[derive(Subcommand)]
pub(crate) enum Command {
    Demo(demo::Demo),
    Init(init::Init),
    Add(add::Add),
    ReadCall(read_call::ReadCall),
    Remove(remove::Remove),
    Match(matches::Match),
    Explain(explain::Explain),
    Similar(similar::Similar),
    Assign(assign::Assign),
    Evaluate(evaluate::Evaluate),
    Gaps(gaps::Gaps),
    Duplicates(duplicates::Duplicates),
    Info(info::Info),
    Export(export::Export),
    Check(check::Check),
    Copy(copy::Copy),
    #[cfg(feature = "service")]
    Serve(crate::serve::Serve),
    #[cfg(feature = "service")]
    Mcp(crate::mcp::Mcp),
}

impl Command {
    pub(crate) fn run(self) -> Result<(), Failure> {
        match self {
            Self::Demo(command) => command.run(),
            Self::Init(command) => command.run(),
            Self::Add(command) => command.run(),
            Self::ReadCall(command) => command.run(),
            Self::Remove(command) => command.run(),
            Self::Match(command) => command.run(),
            Self::Explain(command) => command.run(),
            Self::Similar(command) => command.run(),
            Self::Assign(command) => command.run(),
            Self::Evaluate(command) => command.run(),
            Self::Gaps(command) => command.run(),
            Self::Duplicates(command) => command.run(),
            Self::Info(command) => command.run(),
            Self::Export(command) => command.run(),
            Self::Check(command) => command.run(),
            Self::Copy(command) => command.run(),
            #[cfg(feature = "service")]
            Self::Serve(command) => command.run(),
            #[cfg(feature = "service")]
            Self::Mcp(command) => command.run(),
        }
    }
}
