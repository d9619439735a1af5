//! The `citymatch` command: catalogues of solutions, matched with city challenges.
//!
//! Data go to stdout, everything else to stderr. Exit code 0: done; 1: it failed; 2: it was used
//! wrongly; 3: another writer is at work; 130: it was interrupted, and nothing has changed.

mod arguments;
mod challenges;
mod commands;
mod criteria;
mod demo_data;
mod evaluation;
mod failure;
mod interrupt;
#[cfg(feature = "service")]
mod mcp;
mod messages;
mod output;
mod paragraph;
mod progress;
mod sentence_pair;
#[cfg(feature = "service")]
mod serve;
#[cfg(feature = "service")]
mod service;
mod table;

use std::process::ExitCode;

use clap::Parser;

use failure::Failure;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Matches city challenges with solutions that others have built, in Spanish, Portuguese and
/// English.
///
/// Begin with `citymatch demo`. Exit codes: 0 done, 1 it failed, 2 wrong use, 3 another writer is
/// at work, 130 interrupted. Data go to stdout, everything else to stderr.
#[derive(Parser)]
#[command(name = "citymatch", version, propagate_version = false, disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: commands::Command,
}

fn main() -> ExitCode {
    match Arguments::parse().command.run() {
        // Whoever read the output wants no more of it.
        Ok(()) | Err(Failure::ClosedPipe) => ExitCode::SUCCESS,
        Err(Failure::Failed(message)) => {
            messages::error(&message);
            ExitCode::from(1)
        }
        Err(Failure::Usage(message)) => {
            messages::error(&message);
            ExitCode::from(2)
        }
        Err(Failure::Locked(message)) => {
            messages::error(&message);
            ExitCode::from(3)
        }
        Err(Failure::Interrupted) => {
            interrupt::say();
            ExitCode::from(interrupt::EXIT_CODE)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn arguments_are_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn every_command_has_an_example() {
        let command = Arguments::command();
        assert!(command.get_subcommands().count() > 0);
        for command in command.get_subcommands() {
            let example = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(
                example.contains(&format!("citymatch {}", command.get_name())),
                "{}",
                command.get_name()
            );
        }
    }
}
