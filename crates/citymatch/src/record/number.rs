//! Numbers as people write them in Latin America: `1.234,56`, `1,234.56`, `1 234,56`.

/// The number that a text means.
#[derive(Debug, PartialEq)]
pub enum Number {
    /// The text means this number in every country.
    Exact(f64),
    /// The text means a thousand in one country and one in the next, as `1.234` and `1,234` do.
    Ambiguous,
    /// The text is not a number that [`read`] understands: signs, exponents and units are not.
    Unreadable,
}

/// Reads digits with a decimal mark (`.` or `,`), where the other mark or spaces may separate groups
/// of three digits.
#[must_use]
pub fn read(text: &str) -> Number {
    let text = text.trim();
    let spaced = text.contains(is_space);
    let (whole, decimals) = match find_marks(text) {
        Marks::None => (join_groups(text, is_space), None),
        Marks::One(mark, before, after) => {
            let group_of_three =
                after.len() == 3 && (1..=3).contains(&before.len()) && !before.starts_with('0');
            if group_of_three && !spaced && digits(before).is_some() && digits(after).is_some() {
                return Number::Ambiguous;
            }
            debug_assert!(!before.contains(mark));
            (join_groups(before, is_space), Some(after))
        }
        Marks::Repeated(mark) => (join_groups(text, |c| c == mark), None),
        Marks::Both(group, before, after) => (join_groups(before, |c| c == group), Some(after)),
    };
    let decimals = decimals.map_or(Some("0"), digits);
    match whole.zip(decimals).map(|(whole, decimals)| format!("{whole}.{decimals}").parse()) {
        Some(Ok(number)) => Number::Exact(number),
        _ => Number::Unreadable,
    }
}

/// Writes a number as text that [`read`] reads as the same number: a zero is added where three
/// decimals would be ambiguous.
#[must_use]
pub fn write(number: f64) -> String {
    let text = number.to_string();
    if read(&text) == Number::Ambiguous { format!("{text}0") } else { text }
}

/// The marks `.` and `,` that a text has.
enum Marks<'t> {
    None,
    /// One mark, once: the mark, and the text before and after it.
    One(char, &'t str, &'t str),
    /// One mark, several times: it can only separate groups.
    Repeated(char),
    /// Both marks: the one that separates groups, and the text before and after the decimal mark,
    /// which is the last mark of the text.
    Both(char, &'t str, &'t str),
}

fn find_marks(text: &str) -> Marks<'_> {
    let Some(last) = text.rfind(['.', ',']) else { return Marks::None };
    // Both marks are one byte long, so this cuts between characters.
    let (before, after) = (&text[..last], &text[last + 1..]);
    let (mark, other) = if text[last..].starts_with('.') { ('.', ',') } else { (',', '.') };
    match (before.contains(mark), before.contains(other)) {
        (false, false) => Marks::One(mark, before, after),
        (true, false) => Marks::Repeated(mark),
        (_, true) => Marks::Both(other, before, after),
    }
}

/// The digits of a whole number, without what separates its groups. Every group must have three
/// digits, except that the first may have fewer, and that a single group may have any length.
fn join_groups(text: &str, between: impl Fn(char) -> bool) -> Option<String> {
    let parts: Vec<&str> = text.split(between).map(digits).collect::<Option<_>>()?;
    let (first, rest) = parts.split_first()?;
    let grouped = rest.is_empty() || (first.len() <= 3 && rest.iter().all(|part| part.len() == 3));
    grouped.then(|| parts.concat())
}

/// The text itself, if it is one or more digits.
fn digits(text: &str) -> Option<&str> {
    (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())).then_some(text)
}

/// The spaces that may separate groups: the plain one, and the two no-break spaces that word
/// processors insert.
fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{202f}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_what_is_clear_is_taken() {
        use Number::{Ambiguous, Exact, Unreadable};
        for (text, number) in [
            ("1234", Exact(1234.0)),
            (" 1234 ", Exact(1234.0)),
            ("1234.5", Exact(1234.5)),
            ("1234,5", Exact(1234.5)),
            ("1.234,56", Exact(1234.56)),
            ("1,234.56", Exact(1234.56)),
            ("1.234.567", Exact(1_234_567.0)),
            ("1,234,567", Exact(1_234_567.0)),
            ("1.234.567,8", Exact(1_234_567.8)),
            ("1 234 567", Exact(1_234_567.0)),
            ("1\u{a0}234,567", Exact(1234.567)),
            ("0.125", Exact(0.125)),
            ("0,125", Exact(0.125)),
            ("12345.678", Exact(12_345.678)),
            ("1.2340", Exact(1.234)),
            ("1.234", Ambiguous),
            ("1,234", Ambiguous),
            ("123.456", Ambiguous),
            ("1.23.4", Unreadable),
            ("12,34,567", Unreadable),
            ("1.234,5,6", Unreadable),
            ("1 23", Unreadable),
            ("1.", Unreadable),
            (".5", Unreadable),
            ("", Unreadable),
            ("-1", Unreadable),
            ("1e5", Unreadable),
            ("USD 1200", Unreadable),
        ] {
            assert_eq!(read(text), number, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(number in prop_oneof![0.0..1e300_f64, (0_u32..2_000_000).prop_map(|n| f64::from(n) / 1000.0)]) {
            prop_assert_eq!(read(&write(number)), Number::Exact(number));
        }

        #[test]
        fn any_text_is_read_or_not(text in "[0-9., \u{a0}-]{0,12}") {
            let _ = read(&text);
        }
    }
}
