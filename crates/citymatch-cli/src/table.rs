//! Tables that fit the terminal: one line per row, texts shortened where the table is too wide.
//!
//! A crate for tables does not do this yet: comfy-table 7.2 breaks a cell at a space before it cuts
//! it, so that a narrow column shows `Techos…` where `Techos verd…` fits.

use std::io::{self, Write};

use anstyle::Style;
use unicode_width::UnicodeWidthStr;

use crate::paragraph::{printable, shortened};

/// The space between two columns.
const GAP: &str = "  ";

/// A column of a table.
#[derive(Clone, Copy)]
pub(crate) struct Column {
    header: &'static str,
    /// Whether its cells are aligned to the right.
    right: bool,
    /// The fewest columns that it is shortened to.
    min_width: usize,
}

impl Column {
    /// A column of numbers or short words, which are never shortened.
    pub(crate) const fn fixed(header: &'static str) -> Self {
        Self { header, right: false, min_width: usize::MAX }
    }

    /// A column of numbers.
    pub(crate) const fn number(header: &'static str) -> Self {
        Self { header, right: true, min_width: usize::MAX }
    }

    /// A column of texts, which are shortened where the table is too wide, but not below
    /// `min_width`.
    pub(crate) const fn text(header: &'static str, min_width: usize) -> Self {
        Self { header, right: false, min_width }
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

/// The widths of the columns: those of their contents. While the table is too wide, the widest
/// column that may be shortened loses one character.
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
        let shrinkable = (0..columns.len()).filter(|&i| widths[i] > columns[i].min_width);
        let Some(widest) = shrinkable.max_by_key(|&i| widths[i]) else { break };
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
            "rank  id        title\n   1  vianatus  Techos verdes: 屋上緑化 en la ciudad\n  \
             10  s2        Baños secos\n"
        );
    }

    #[test]
    fn a_table_fits_its_width_down_to_the_least_of_its_columns() {
        assert_eq!(
            table(Some(36)),
            "rank  id        title\n   1  vianatus  Techos verdes: 屋上…\n  10  s2        Baños secos\n"
        );
        for (name, width, widest) in [("wide", 90, 52), ("narrow", 30, 30), ("too_narrow", 3, 18)] {
            let found = table(Some(width)).lines().map(UnicodeWidthStr::width).max();
            assert_eq!(found, Some(widest), "{name}");
        }
    }
}
