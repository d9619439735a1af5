//! Messages to the user: one line each, on stderr.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::io::Write;

use anstyle::{AnsiColor, Style};
use citymatch::ingest::Rejected;

/// The most rejected rows that are shown one by one, and the most lines that sum them up.
const SHOWN: usize = 5;
const SUMMED_UP: usize = 10;

/// Why the command failed.
pub(crate) fn error(message: &str) {
    line("error", AnsiColor::Red.on_default().bold(), message);
}

/// What Ctrl-C has ended.
pub(crate) fn interrupted(message: &str) {
    line("interrupted", AnsiColor::Red.on_default().bold(), message);
}

/// Something that the user probably did not intend.
pub(crate) fn warning(message: impl Display) {
    line("warning", AnsiColor::Yellow.on_default().bold(), &message.to_string());
}

/// A decision that the command took for the user.
pub(crate) fn note(message: impl Display) {
    line("note", Style::new().bold(), &message.to_string());
}

/// Says each of the first ten, and how many more there are: messages of one kind never fill a screen.
pub(crate) fn few<T>(all: impl IntoIterator<Item = T>, say: impl FnMut(T)) {
    let mut all = all.into_iter();
    all.by_ref().take(SUMMED_UP).for_each(say);
    say_more(all.count());
}

fn say_more(more: usize) {
    if more > 0 {
        done(format_args!("  … and {more} more of this kind"));
    }
}

/// Warnings of one kind that come one by one, of which it says as [`few`] does.
#[derive(Default)]
pub(crate) struct Warnings(usize);

impl Warnings {
    pub(crate) fn push(&mut self, message: impl Display) {
        self.0 += 1;
        if self.0 <= SUMMED_UP {
            warning(message);
        }
    }
}

impl Drop for Warnings {
    fn drop(&mut self) {
        say_more(self.0.saturating_sub(SUMMED_UP));
    }
}

/// What the command has done.
pub(crate) fn done(message: impl Display) {
    // If stderr is closed, nobody reads the message: that is no failure.
    let _ = writeln!(anstream::stderr(), "{message}");
}

/// Shows rejected rows as they are found: the first five in full, and sums up the others by field
/// and value.
#[derive(Default)]
pub(crate) struct RejectedRows {
    count: usize,
    /// How often each field, value and expectation came after the rows that were shown, and where
    /// first.
    groups: BTreeMap<(String, String, String), (usize, String)>,
}

impl RejectedRows {
    pub(crate) fn push(&mut self, rejected: &Rejected) {
        self.count += 1;
        if self.count <= SHOWN {
            line("rejected", AnsiColor::Yellow.on_default(), &rejected.to_string());
            return;
        }
        for error in rejected.error.all() {
            let (field, value) = (error.field.clone(), error.value.clone());
            let place = || (0, rejected.location.to_string());
            self.groups.entry((field, value, error.expected.clone())).or_insert_with(place).0 += 1;
        }
    }

    /// Sums up the rows that were left out, and returns the number of all.
    pub(crate) fn finish(self) -> usize {
        let Some(more @ 1..) = self.count.checked_sub(SHOWN) else { return self.count };
        done(format_args!("… and {more} more rejected:"));
        let mut groups: Vec<_> = self.groups.into_iter().collect();
        groups.sort_by_key(|(_, (count, _))| Reverse(*count));
        for ((field, value, expected), (count, place)) in groups.iter().take(SUMMED_UP) {
            let value: String = value.escape_debug().collect();
            done(one_line(&format!(
                "  {count} × `{field}` cannot be `{value}`, first in {place} (expected {expected})"
            )));
        }
        if let Some(others @ 1..) = groups.len().checked_sub(SUMMED_UP) {
            done(format_args!("  … and {others} other values"));
        }
        self.count
    }
}

fn line(what: &str, style: Style, message: &str) {
    let _ = writeln!(anstream::stderr(), "{style}{what}:{style:#} {}", one_line(message));
}

/// The message with its control characters escaped, line ends too: names of files may have some.
pub(crate) fn one_line(message: &str) -> String {
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
