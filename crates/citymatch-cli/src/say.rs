//! What is said to a person, on stderr, a line each.

use std::fmt::Display;
use std::io::Write;

use anstyle::{AnsiColor, Style};
use citymatch::ingest::Rejected;

/// How many rejected rows are shown.
const SHOWN: usize = 20;

/// What ends the command.
pub(crate) fn error(message: &str) {
    line("error", AnsiColor::Red.on_default().bold(), message);
}

/// What Ctrl-C has ended.
pub(crate) fn interrupted(message: &str) {
    line("interrupted", AnsiColor::Red.on_default().bold(), message);
}

/// What probably was not meant.
pub(crate) fn warning(message: impl Display) {
    line("warning", AnsiColor::Yellow.on_default().bold(), &message.to_string());
}

/// What was decided on the user's behalf.
pub(crate) fn note(message: impl Display) {
    line("note", Style::new().bold(), &message.to_string());
}

/// What was done.
pub(crate) fn done(message: impl Display) {
    // Without a stderr there is nobody to tell.
    let _ = writeln!(anstream::stderr(), "{message}");
}

/// Rejected rows, as they come: the first are shown, the others counted.
#[derive(Default)]
pub(crate) struct Rejects {
    count: usize,
}

impl Rejects {
    pub(crate) fn push(&mut self, rejected: &Rejected) {
        self.count += 1;
        if self.count <= SHOWN {
            line("rejected", AnsiColor::Yellow.on_default(), &rejected.to_string());
        }
    }

    /// Says how many were not shown, and returns how many there are.
    pub(crate) fn finish(self) -> usize {
        if let Some(more @ 1..) = self.count.checked_sub(SHOWN) {
            done(format_args!("… and {more} more"));
        }
        self.count
    }
}

fn line(what: &str, style: Style, message: &str) {
    let _ = writeln!(anstream::stderr(), "{style}{what}:{style:#} {}", one_line(message));
}

/// A message without line ends and other control characters, which names of files may have.
fn one_line(message: &str) -> String {
    let mut line = String::with_capacity(message.len());
    for c in message.chars() {
        if c.is_control() {
            line.extend(c.escape_default());
        } else {
            line.push(c);
        }
    }
    line
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_message_is_one_line() {
        assert_eq!(super::one_line("`a\nb\u{1b}[31m`: señal"), "`a\\nb\\u{1b}[31m`: señal");
    }
}
