//! Numbers as people write them in Latin America: `1.234,56`, `1,234.56`, `1 234,56`.

/// What a text says as a number.
#[derive(Debug, PartialEq)]
pub(crate) enum Number {
    /// This number and no other.
    Clear(f64),
    /// `1.234` and `1,234`: a thousand or one, it depends on the writer.
    Unclear,
    /// Nothing that is read here.
    Other,
}

/// Reads digits with a decimal mark, and thousands set apart by the other mark or by spaces.
pub(crate) fn read(text: &str) -> Number {
    let text = text.trim();
    let spaced = text.contains(is_space);
    let (whole, decimals) = match marks(text) {
        Marks::None => (groups(text, is_space), None),
        Marks::One(mark, before, after) => {
            let group_of_three =
                after.len() == 3 && (1..=3).contains(&before.len()) && !before.starts_with('0');
            if group_of_three && !spaced && digits(before).is_some() && digits(after).is_some() {
                return Number::Unclear;
            }
            debug_assert!(!before.contains(mark));
            (groups(before, is_space), Some(after))
        }
        Marks::Many(mark) => (groups(text, |c| c == mark), None),
        Marks::Both(group, before, after) => (groups(before, |c| c == group), Some(after)),
    };
    let decimals = decimals.map_or(Some("0"), digits);
    match whole.zip(decimals).map(|(whole, decimals)| format!("{whole}.{decimals}").parse()) {
        Some(Ok(number)) => Number::Clear(number),
        _ => Number::Other,
    }
}

/// A number as text that [`read`] takes for the same number.
pub(crate) fn write(number: f64) -> String {
    let text = number.to_string();
    if read(&text) == Number::Unclear { format!("{text}0") } else { text }
}

/// The marks `.` and `,` of a text.
enum Marks<'t> {
    None,
    /// One mark: the mark, what is before it and behind it.
    One(char, &'t str, &'t str),
    /// One mark several times, as between groups.
    Many(char),
    /// Both marks: the one between groups, and what is before and behind the other.
    Both(char, &'t str, &'t str),
}

fn marks(text: &str) -> Marks<'_> {
    let Some(last) = text.rfind(['.', ',']) else { return Marks::None };
    // OK because both marks are one byte long.
    let (before, after) = (&text[..last], &text[last + 1..]);
    let (mark, other) = if text[last..].starts_with('.') { ('.', ',') } else { (',', '.') };
    match (before.contains(mark), before.contains(other)) {
        (false, false) => Marks::One(mark, before, after),
        (true, false) => Marks::Many(mark),
        (_, true) => Marks::Both(other, before, after),
    }
}

/// The digits of groups of three (the first of one to three), or of one group of any length.
fn groups(text: &str, between: impl Fn(char) -> bool) -> Option<String> {
    let parts: Vec<&str> = text.split(between).map(digits).collect::<Option<_>>()?;
    let (first, rest) = parts.split_first()?;
    let grouped = rest.is_empty() || (first.len() <= 3 && rest.iter().all(|part| part.len() == 3));
    grouped.then(|| parts.concat())
}

fn digits(text: &str) -> Option<&str> {
    (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())).then_some(text)
}

/// Spaces between groups: the plain one, and the two that word processors put there.
fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{202f}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_what_is_clear_is_taken() {
        use Number::{Clear, Other, Unclear};
        for (text, number) in [
            ("1234", Clear(1234.0)),
            (" 1234 ", Clear(1234.0)),
            ("1234.5", Clear(1234.5)),
            ("1234,5", Clear(1234.5)),
            ("1.234,56", Clear(1234.56)),
            ("1,234.56", Clear(1234.56)),
            ("1.234.567", Clear(1_234_567.0)),
            ("1,234,567", Clear(1_234_567.0)),
            ("1.234.567,8", Clear(1_234_567.8)),
            ("1 234 567", Clear(1_234_567.0)),
            ("1\u{a0}234,567", Clear(1234.567)),
            ("0.125", Clear(0.125)),
            ("0,125", Clear(0.125)),
            ("12345.678", Clear(12_345.678)),
            ("1.2340", Clear(1.234)),
            ("1.234", Unclear),
            ("1,234", Unclear),
            ("123.456", Unclear),
            ("1.23.4", Other),
            ("12,34,567", Other),
            ("1.234,5,6", Other),
            ("1 23", Other),
            ("1.", Other),
            (".5", Other),
            ("", Other),
            ("-1", Other),
            ("1e5", Other),
            ("USD 1200", Other),
        ] {
            assert_eq!(read(text), number, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(number in prop_oneof![0.0..1e300_f64, (0_u32..2_000_000).prop_map(|n| f64::from(n) / 1000.0)]) {
            prop_assert_eq!(read(&write(number)), Number::Clear(number));
        }

        #[test]
        fn any_text_is_read_or_not(text in "[0-9., \u{a0}-]{0,12}") {
            read(&text);
        }
    }
}
