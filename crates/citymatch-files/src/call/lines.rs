//! Lines of plain text, as text files and the pages of a PDF have them, as blocks.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use citymatch::text::join_lines;
use regex::Regex;

use super::document::{BlockKind, CELL_MARK, Document};

/// What begins an item of a list: a bullet, or a number or letter with a mark.
static ITEM: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"^(?:[•·▪▫●○■□◦‣➢➤✓✔\u{f0b7}*–—-]\s+|(?:\d{1,2}(?:\.\d{1,2}){0,3}[.)º°]?|[a-z][.)]|[ivx]{1,4}[.)])\s+\S)",
    )
});
/// A line that only numbers its page.
static PAGE_NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)^\W*(?:(?:p[áa]gina|p[áa]g\.?|page|p\.)\s*\d+(?:\s*(?:de|of|/)\s*\d+)?|\d+\s*(?:de|of|/)\s*\d+|[-–]?\s*\d{1,3}\s*[-–]?)\W*$",
    )
});
static PAGE_WORD: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"(?i)^\W*(?:p[áa]gina|p[áa]g\.?|page)\s*\d+(?:\s*(?:de|of|/)\s*\d+)?\W*$")
});
/// What separates the columns of a table that is laid out with spaces.
static GAP: LazyLock<Regex> = LazyLock::new(|| regex(r"\t+| {2,}"));
/// A line that underlines a heading or frames a table.
static RULE: LazyLock<Regex> = LazyLock::new(|| regex(r"^[\s=_~+|:*—–-]{3,}$"));

/// How many lines at the top and at the bottom of a page may be its header and footer.
const PAGE_EDGE: usize = 3;
/// On how many pages a line must stand at an edge to be a header or a footer.
const REPEATED: usize = 3;

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a fixed pattern compiles")
}

/// Reads a text whose pages end with form feeds.
///
/// Lines are joined into paragraphs: a line goes on with the next one if that begins in lower case,
/// or if the first word of that would not have fitted any more. Headers, footers and numbers of
/// pages are left out.
pub(super) fn read(text: &str) -> Document {
    let lines = without_page_edges(text);
    let width = usual_width(&lines);
    let mut document = Document::default();
    let mut open = Paragraph::default();
    for line in lines {
        let text = line.trim();
        if RULE.is_match(text) {
            open.end(&mut document);
        } else if text.is_empty() {
            // A page's end may cut a paragraph, and so does a gap that a PDF has within one.
            open.blank = true;
        } else {
            open.add(line, width, &mut document);
        }
    }
    open.end(&mut document);
    document
}

/// The lines of all pages, without headers, footers and page numbers.
fn without_page_edges(text: &str) -> Vec<&str> {
    let pages: Vec<Vec<&str>> = text.split('\u{c}').map(|page| page.lines().collect()).collect();
    // At the edges of pages the same line comes again, but for its numbers.
    let shape = |line: &str| -> String { line.trim().replace(|c: char| c.is_ascii_digit(), "0") };
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for page in &pages {
        for at in edges(page) {
            *counts.entry(shape(page[at])).or_default() += 1;
        }
    }
    let mut kept = Vec::new();
    for page in &pages {
        let edges = edges(page);
        let repeated = |at: usize| {
            pages.len() > 1
                && edges.contains(&at)
                && (counts.get(&shape(page[at])).is_some_and(|count| *count >= REPEATED)
                    || PAGE_NUMBER.is_match(page[at]))
        };
        kept.extend(
            (0..page.len())
                .filter(|at| !repeated(*at) && !PAGE_WORD.is_match(page[*at]))
                .map(|at| page[at]),
        );
        kept.push("");
    }
    kept
}

/// The places of the first and last lines of a page that are not blank.
fn edges(page: &[&str]) -> Vec<usize> {
    let full: Vec<usize> = (0..page.len()).filter(|at| !page[*at].trim().is_empty()).collect();
    let mut edges: Vec<usize> = full.iter().copied().take(PAGE_EDGE).collect();
    edges.extend(full.iter().rev().take(PAGE_EDGE));
    edges.sort_unstable();
    edges.dedup();
    edges
}

/// The number of characters of a full line: nine lines in ten have no more.
fn usual_width(lines: &[&str]) -> usize {
    let mut widths: Vec<usize> =
        lines.iter().map(|line| line.trim().chars().count()).filter(|width| *width > 0).collect();
    widths.sort_unstable();
    widths.get(widths.len() * 9 / 10).copied().unwrap_or(0)
}

/// The lines of a paragraph that has not ended yet.
#[derive(Default)]
struct Paragraph {
    text: String,
    /// The characters of its last line.
    last_width: usize,
    /// Whether a blank line follows.
    blank: bool,
    is_row: bool,
}

impl Paragraph {
    fn add(&mut self, line: &str, width: usize, document: &mut Document) {
        let text = line.trim();
        let blank = std::mem::take(&mut self.blank);
        let cells: Vec<&str> = GAP.split(text).filter(|cell| !cell.is_empty()).collect();
        // In a justified line every gap is wide, in a row only those between the cells.
        let is_justified = cells.len() == text.split_whitespace().count() && cells.len() > 4;
        let is_row = cells.len() > 1 && !ITEM.is_match(text) && !is_justified;
        if self.text.is_empty() {
        } else if !is_row && !self.is_row && self.goes_on(text, width, blank) {
            self.append(text);
            self.last_width = text.chars().count();
            return;
        } else {
            self.end(document);
        }
        self.text = if is_row { cells.join(CELL_MARK) } else { text.to_owned() };
        self.is_row = is_row;
        self.last_width = text.chars().count();
    }

    /// Whether the next line belongs to this paragraph.
    fn goes_on(&self, next: &str, width: usize, blank: bool) -> bool {
        if ITEM.is_match(next) {
            return false;
        }
        let begins_inside = next.starts_with(|c: char| c.is_lowercase() || c == '(' && !blank);
        let ended = self.text.ends_with(['.', '?', '!', ':', ';']);
        if blank {
            return begins_inside && !ended && self.last_width * 2 > width;
        }
        let first_word = next.split_whitespace().next().map_or(0, |word| word.chars().count());
        let was_full =
            self.last_width + 1 + first_word > width && (MIN_WRAPPED..MAX_WRAPPED).contains(&width);
        begins_inside && !ended || was_full && !is_capitals(&self.text)
    }

    fn append(&mut self, next: &str) {
        if self.text.ends_with('-') {
            // The core tells a word that was cut from a compound that has a hyphen.
            let last = self.text.rfind(' ').map_or(0, |space| space + 1);
            let joined = join_lines(&format!("{}\n{next}", &self.text[last..])).replace('\n', " ");
            self.text.truncate(last);
            self.text.push_str(&joined);
        } else {
            self.text.extend([" ", next]);
        }
    }

    fn end(&mut self, document: &mut Document) {
        let kind = match () {
            () if self.is_row => BlockKind::Row,
            () if ITEM.is_match(&self.text) => BlockKind::Item,
            () => BlockKind::Paragraph,
        };
        document.push(kind, &self.text);
        *self = Self::default();
    }
}

/// Lines are shorter than this where each is a paragraph, as in a list of short ones.
const MIN_WRAPPED: usize = 40;
/// Lines are longer than this where nobody wrapped them.
const MAX_WRAPPED: usize = 140;

/// Whether a text has capitals and no small letters.
pub(super) fn is_capitals(text: &str) -> bool {
    text.chars().any(char::is_uppercase) && !text.chars().any(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::document::shown;

    #[test]
    fn lines_become_blocks() {
        for (name, text, expected) in [
            ("lines", "Uno dos.\nTres cuatro.", "P Uno dos./P Tres cuatro."),
            ("inside", "La lluvia inunda\nlas calles", "P La lluvia inunda las calles"),
            ("cut_word", "La inun-\ndación", "P La inundación"),
            ("compound", "Un plan long-\nterm", "P Un plan long-term"),
            (
                "wrapped",
                "La lluvia de este año inunda las calles del centro y de\nBelén. Las bombas no bastan",
                "P La lluvia de este año inunda las calles del centro y de Belén. Las bombas no bastan",
            ),
            ("heading", "EL RETO\nLas calles se inundan.", "P EL RETO/P Las calles se inundan."),
            ("items", "• uno\n• dos\n  tres", "I • uno/I • dos tres"),
            ("numbers", "1. Objeto\n2. Reto", "I 1. Objeto/I 2. Reto"),
            ("row", "Cierre     30 de abril", "R Cierre | 30 de abril"),
            (
                "justified",
                "Cada  lluvia  inunda  el  centro\nde la ciudad",
                "P Cada lluvia inunda el centro de la ciudad",
            ),
            ("rule", "Reto\n====\ntexto", "P Reto/P texto"),
            ("page_word", "uno\nPágina 2 de 5\nDos", "P uno/P Dos"),
            (
                "page_edges",
                "Alcaldía\nUno uno.\n1\u{c}Alcaldía\nDos dos.\n2\u{c}Alcaldía\nTres.\n3",
                "P Uno uno./P Dos dos./P Tres.",
            ),
            (
                "over_a_page",
                "La lluvia inunda las\n1\u{c}calles del centro.\n2",
                "P La lluvia inunda las calles del centro.",
            ),
        ] {
            assert_eq!(shown(&read(text)), expected, "{name}");
        }
    }
}
