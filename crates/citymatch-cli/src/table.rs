//! Tables and paragraphs that fit the terminal.

use std::io::{self, IsTerminal, Write};

use anstyle::Style;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// What stands between two columns.
const GAP: &str = "  ";
/// The narrowest that a table or a paragraph gets, however narrow the terminal is.
const NARROWEST: usize = 40;
/// How wide a paragraph gets at most: longer lines are hard to read.
const PARAGRAPH: usize = 100;

/// A space at which a paragraph does not break its lines.
pub(crate) const JOINT: char = '\u{a0}';

/// How many columns the terminal has that stdout goes to. `None` where it goes elsewhere: then
/// nothing is shortened.
pub(crate) fn width() -> Option<usize> {
    if !io::stdout().is_terminal() {
        return None;
    }
    let told = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let seen = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    Some(told.or_else(seen).unwrap_or(80).max(NARROWEST))
}

/// A column of a table.
#[derive(Clone, Copy)]
pub(crate) struct Column {
    header: &'static str,
    right: bool,
    least: usize,
}

impl Column {
    /// A column of numbers or short words, which are never shortened.
    pub(crate) const fn fixed(header: &'static str) -> Self {
        Self { header, right: false, least: usize::MAX }
    }

    /// A column of numbers.
    pub(crate) const fn number(header: &'static str) -> Self {
        Self { header, right: true, least: usize::MAX }
    }

    /// A column of texts, which are shortened to as few columns as this where a table is too wide.
    pub(crate) const fn text(header: &'static str, least: usize) -> Self {
        Self { header, right: false, least }
    }
}

/// Writes rows under the headers of their columns, no wider than `width`.
pub(crate) fn write_table(
    out: &mut dyn Write,
    columns: &[Column],
    rows: &[Vec<String>],
    width: Option<usize>,
) -> io::Result<()> {
    let rows: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|cell| printable(cell)).collect()).collect();
    let widths = widths(columns, &rows, width);
    let header = Style::new().bold();
    let headers: Vec<String> = columns.iter().map(|column| column.header.to_owned()).collect();
    if columns.iter().any(|column| !column.header.is_empty()) {
        writeln!(out, "{header}{}{header:#}", line(columns, &headers, &widths))?;
    }
    rows.iter().try_for_each(|row| writeln!(out, "{}", line(columns, row, &widths)))
}

/// As wide as their contents; where that is too wide, the widest column of texts gives way, one
/// character at a time.
fn widths(columns: &[Column], rows: &[Vec<String>], width: Option<usize>) -> Vec<usize> {
    let widest = |i: usize| rows.iter().map(|row| row[i].width()).max().unwrap_or(0);
    let mut widths: Vec<usize> = columns
        .iter()
        .enumerate()
        .map(|(i, column)| widest(i).max(column.header.width()))
        .collect();
    let room = width.map_or(usize::MAX, |width| {
        width.saturating_sub(GAP.len() * columns.len().saturating_sub(1))
    });
    while widths.iter().sum::<usize>() > room {
        let can_give = (0..columns.len()).filter(|&i| widths[i] > columns[i].least);
        let Some(widest) = can_give.max_by_key(|&i| widths[i]) else { break };
        widths[widest] -= 1;
    }
    widths
}

fn line(columns: &[Column], cells: &[String], widths: &[usize]) -> String {
    let mut line = String::new();
    for ((cell, column), width) in cells.iter().zip(columns).zip(widths) {
        let cell = shortened(cell, *width);
        let padding = " ".repeat(width - cell.width());
        let (before, after) =
            if column.right { (padding.as_str(), "") } else { ("", padding.as_str()) };
        line.extend([before, &cell, after, GAP]);
    }
    line.truncate(line.trim_end().len());
    line
}

/// A text on one line, without control characters.
pub(crate) fn printable(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// As much of a text as fits into so many columns; `…` stands for what does not.
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

/// How many columns a paragraph may take after a prefix.
pub(crate) fn room(prefix: &str, width: Option<usize>) -> usize {
    paragraph(width).saturating_sub(prefix.width())
}

fn paragraph(width: Option<usize>) -> usize {
    width.map_or(PARAGRAPH, |width| width.min(PARAGRAPH))
}

/// Writes a paragraph after a prefix that hangs out of it, no wider than `width` and never wider
/// than what reads well.
pub(crate) fn write_paragraph(
    out: &mut dyn Write,
    prefix: &str,
    text: &str,
    width: Option<usize>,
) -> io::Result<()> {
    let width = paragraph(width);
    let indent = " ".repeat(prefix.width());
    let (mut line, mut empty) = (prefix.to_owned(), true);
    for word in text
        .split(|c: char| c.is_whitespace() && c != JOINT)
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

    const COLUMNS: &[Column] =
        &[Column::number("rank"), Column::text("id", 4), Column::text("title", 6)];

    fn table(width: Option<usize>) -> String {
        let rows = [
            ["1", "vianatus", "Techos verdes: 屋上緑化 en la ciudad"],
            ["10", "s2", "Baños\tsecos\n"],
        ];
        let rows: Vec<Vec<String>> =
            rows.iter().map(|row| row.map(str::to_owned).to_vec()).collect();
        let mut out = Vec::new();
        write_table(&mut anstream::StripStream::new(&mut out), COLUMNS, &rows, width).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn without_a_width_nothing_is_shortened() {
        assert_eq!(
            table(None),
            "rank  id        title\n   1  vianatus  Techos verdes: 屋上緑化 en la ciudad\n  10  s2        Baños secos\n"
        );
    }

    #[test]
    fn a_table_fits_its_width_as_far_as_it_can() {
        assert_eq!(
            table(Some(36)),
            "rank  id        title\n   1  vianatus  Techos verdes: 屋上…\n  10  s2        Baños secos\n"
        );
        for (name, width, widest) in [("wide", 90, 52), ("narrow", 30, 30), ("too_narrow", 3, 18)] {
            let found = table(Some(width)).lines().map(UnicodeWidthStr::width).max();
            assert_eq!(found, Some(widest), "{name}");
        }
    }

    #[test]
    fn a_paragraph_hangs_on_its_prefix() {
        let mut out = Vec::new();
        write_paragraph(&mut out, "- ", "uno dos  tres cuatro", Some(10)).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "- uno dos\n  tres\n  cuatro\n");
    }

    #[test]
    fn a_paragraph_does_not_break_at_a_joint() {
        let mut out = Vec::new();
        write_paragraph(&mut out, "", "uno dos\u{a0}.74", Some(10)).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "uno\ndos .74\n");
    }

    #[test]
    fn a_word_that_does_not_fit_stands_alone() {
        let mut out = Vec::new();
        write_paragraph(&mut out, "", "a desproporcionadamente b", Some(10)).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "a\ndesproporcionadamente\nb\n");
    }
}
