//! Texts of records, made ready to stand in a page.

use std::collections::BTreeSet;
use std::fmt::Write as _;

/// An id for an element of the page, from the ids of records: letters and digits of ASCII and `-`
/// stay, every other byte is written as `_` and two digits. Different ids give different anchors.
pub(crate) fn anchor(kind: &str, ids: &[&str]) -> String {
    let mut anchor = kind.to_owned();
    for id in ids {
        anchor.push('.');
        for byte in id.bytes() {
            if byte.is_ascii_alphanumeric() || byte == b'-' {
                anchor.push(char::from(byte));
            } else {
                // Writing to a string cannot fail.
                let _ = write!(anchor, "_{byte:02x}");
            }
        }
    }
    anchor
}

/// The name of a file, as a part of an address.
pub(crate) fn address(name: &str) -> String {
    let mut address = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            address.push(char::from(byte));
        } else {
            let _ = write!(address, "%{byte:02X}");
        }
    }
    address
}

/// A text without the control characters that no page may have; line ends and tabs are spaces.
pub(crate) fn plain(text: &str) -> String {
    let shown = |c: char| match c {
        '\n' | '\r' | '\t' => ' ',
        c if c.is_control() => '\u{fffd}',
        c => c,
    };
    text.trim().chars().map(shown).collect()
}

/// A text of at most so many characters, the last of which is `…` where it was longer.
pub(crate) fn shortened(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let cut: String = text.chars().take(limit.saturating_sub(1)).collect();
    // At the end of a word, if there is one.
    let end = cut.rfind(' ').filter(|end| *end > limit / 2).unwrap_or(cut.len());
    format!("{}…", cut[..end].trim_end())
}

/// A text as HTML.
pub(crate) fn escaped(text: &str) -> String {
    minijinja::HtmlEscape(text).to_string()
}

/// A text as HTML in which some words are marked, wherever they stand whole, in any case.
pub(crate) fn marked(text: &str, words: &BTreeSet<String>) -> String {
    let mut html = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let is_word = |c: char| c.is_alphanumeric();
        let start = rest.find(is_word).unwrap_or(rest.len());
        let (before, from) = rest.split_at(start);
        let end = from.find(|c| !is_word(c)).unwrap_or(from.len());
        let (word, after) = from.split_at(end);
        html.push_str(&escaped(before));
        if !word.is_empty() && words.contains(&word.to_lowercase()) {
            let _ = write!(html, "<mark>{}</mark>", escaped(word));
        } else {
            html.push_str(&escaped(word));
        }
        rest = after;
    }
    html
}

/// `{name}` replaced by a value, for each of some.
pub(crate) fn filled(text: &str, values: &[(&str, &str)]) -> String {
    let mut filled = text.to_owned();
    for (name, value) in values {
        filled = filled.replace(&format!("{{{name}}}"), value);
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_are_plain_and_differ() {
        for (name, ids, expected) in [
            ("plain", &["quito-2020"][..], "c.quito-2020"),
            ("pair", &["a", "b"], "c.a.b"),
            ("dot", &["a.b"], "c.a_2eb"),
            ("underscore", &["a_2eb"], "c.a_5f2eb"),
            ("letters", &["ñ \""], "c._c3_b1_20_22"),
        ] {
            assert_eq!(anchor("c", ids), expected, "{name}");
        }
    }

    #[test]
    fn addresses_are_escaped() {
        assert_eq!(address("mi señal #1.html"), "mi%20se%C3%B1al%20%231.html");
    }

    #[test]
    fn texts_lose_control_characters_and_nothing_else() {
        assert_eq!(plain(" a\u{0}b\nc\u{202e}d\u{200b}e "), "a\u{fffd}b c\u{202e}d\u{200b}e");
    }

    #[test]
    fn texts_are_shortened_at_a_word() {
        for (name, limit, expected) in
            [("fits", 11, "Baños secos"), ("at_a_word", 10, "Baños…"), ("in_a_word", 4, "Bañ…")]
        {
            assert_eq!(shortened("Baños secos", limit), expected, "{name}");
        }
    }

    #[test]
    fn whole_words_are_marked_and_all_is_escaped() {
        let words = BTreeSet::from(["agua".to_owned(), "script".to_owned()]);
        assert_eq!(
            marked("Agua <script> aguas", &words),
            "<mark>Agua</mark> &lt;<mark>script</mark>&gt; aguas"
        );
    }
}
