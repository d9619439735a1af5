//! Texts that a spreadsheet would run as formulas when it opens a text file (CSV injection; the rule
//! is OWASP's). An apostrophe before them makes them texts, and is taken away when they are read.

use crate::cells::Cell;

/// What formulas begin with, in East Asian widths too, and what some programs pass over before them.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// A cell that no spreadsheet runs as a formula when it opens a text file. A text that has apostrophes
/// before a formula already gets one more, so that reading gives back what was written.
pub(crate) fn disarmed(cell: Cell) -> Cell {
    match cell.text() {
        Some(text) if is_armed(text.trim_start_matches('\'')) => Cell::Text(format!("'{text}")),
        _ => cell,
    }
}

/// The text that was [`disarmed`].
pub(crate) fn armed(mut text: String) -> String {
    if text.starts_with('\'') && is_armed(text.trim_start_matches('\'')) {
        text.remove(0);
    }
    text
}

fn is_armed(text: &str) -> bool {
    text.starts_with(FORMULA) && text.parse::<f64>().is_err()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(text: &str) -> String {
        disarmed(Cell::Text(text.to_owned())).into_text()
    }

    #[test]
    fn formulas_are_texts_and_numbers_are_numbers() {
        for (name, text, expected) in [
            ("formula", "=1+1", "'=1+1"),
            ("command", "@SUM(A1)", "'@SUM(A1)"),
            ("link", "+HYPERLINK(\"x\")", "'+HYPERLINK(\"x\")"),
            ("another_program", "+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
            ("minus", "-2+3", "'-2+3"),
            ("line_break", "\n=1", "'\n=1"),
            ("wide", "＝1", "'＝1"),
            ("after_a_tab", "\t=1", "'\t=1"),
            ("telephone", "+57 1 234", "'+57 1 234"),
            ("number", "-5.5", "-5.5"),
            ("exponent", "+1e3", "+1e3"),
            ("word", "agua", "agua"),
            ("inside", "a=1", "a=1"),
            ("apostrophe", "'agua", "'agua"),
            ("disarmed_already", "'=1", "''=1"),
            ("empty", "", ""),
        ] {
            assert_eq!(written(text), expected, "{name}");
            assert_eq!(armed(expected.to_owned()), text, "{name}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(text in "'{0,3}[=+@\\-\t]{0,2}[a-z0-9']{0,4}") {
            prop_assert_eq!(armed(written(&text)), text);
        }
    }
}
