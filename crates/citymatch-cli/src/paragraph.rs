//! Paragraphs that fit the terminal, and what tables share with them.

use std::io::{self, IsTerminal, Write};

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The fewest columns that a table or a paragraph is laid out for, however narrow the terminal is.
const MIN_WIDTH: usize = 40;
/// The most columns of a paragraph: longer lines are hard to read.
const MAX_PARAGRAPH: usize = 100;

/// A space at which a paragraph is not broken.
pub(crate) const NO_BREAK_SPACE: char = '\u{a0}';

/// The number of columns of the terminal that stdout writes to. `None` where stdout is a file or a
/// pipe: then nothing is shortened.
pub(crate) fn terminal_width() -> Option<usize> {
    if !io::stdout().is_terminal() {
        return None;
    }
    let declared = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let detected = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    Some(declared.or_else(detected).unwrap_or(80).max(MIN_WIDTH))
}

/// A text on one line, without control characters.
pub(crate) fn printable(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text in at most `width` columns; `…` takes the place of a longer one's end.
pub(crate) fn shortened(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let (mut short, mut used) = (String::new(), 1);
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used > width {
            break;
        }
        short.push(c);
    }
    short.truncate(short.trim_end().len());
    short + "…"
}

/// The number of columns that a paragraph has after a prefix.
pub(crate) fn columns_after(prefix: &str, width: Option<usize>) -> usize {
    paragraph_width(width).saturating_sub(prefix.width())
}

fn paragraph_width(width: Option<usize>) -> usize {
    width.map_or(MAX_PARAGRAPH, |width| width.min(MAX_PARAGRAPH))
}

/// Writes a paragraph after a prefix; all further lines are indented by the prefix's width. No line
/// is wider than `width`, nor wider than 100 columns, except for a single word.
pub(crate) fn write_paragraph(
    out: &mut dyn Write,
    prefix: &str,
    text: &str,
    width: Option<usize>,
) -> io::Result<()> {
    let width = paragraph_width(width);
    let indent = " ".repeat(prefix.width());
    let (mut line, mut empty) = (prefix.to_owned(), true);
    for word in text
        .split(|c: char| c.is_whitespace() && c != NO_BREAK_SPACE)
        .map(printable)
        .filter(|word| !word.is_empty())
    {
        if !empty && line.width() + 1 + word.width() > width {
            writeln!(out, "{}", line.trim_end())?;
            (line, empty) = (indent.clone(), true);
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(&word);
        empty = false;
    }
    writeln!(out, "{}", line.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn further_lines_are_indented_by_the_prefix() {
        let mut out = Vec::new();
        write_paragraph(&mut out, "- ", "uno dos  tres cuatro", Some(10)).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "- uno dos\n  tres\n  cuatro\n");
    }

    #[test]
    fn a_paragraph_is_not_broken_at_a_no_break_space() {
        let mut out = Vec::new();
        write_paragraph(&mut out, "", "uno dos\u{a0}.74", Some(10)).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "uno\ndos .74\n");
    }

    #[test]
    fn a_word_that_does_not_fit_has_a_line_of_its_own() {
        let mut out = Vec::new();
        write_paragraph(&mut out, "", "a desproporcionadamente b", Some(10)).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "a\ndesproporcionadamente\nb\n");
    }
}
