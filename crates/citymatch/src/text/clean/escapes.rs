//! Escapes: a text that was written for a carrier that cannot hold every character, and was never
//! read back from it.
//!
//! * Quoted-printable, as mails carry texts: `inundaci=C3=B3n`, with a `=` at the end of each line
//!   that was broken.
//! * Percent-encoding, as addresses of pages carry them: `agua+potable+en+la+regi%C3%B3n`.
//! * JSON: `inundaci\u00f3n`, with `\n` for the end of a line.
//!
//! Each is read back where the whole text can be, so that `a=b`, `100 % seguro`, `I+D+i` and a path
//! such as `C:\nuevo` stay what they are.

use std::borrow::Cow;

/// The text read back, if it is escaped; else as it is.
pub(super) fn decode(text: &str) -> Cow<'_, str> {
    let decoded = quoted_printable(text).or_else(|| percent_encoded(text)).or_else(|| json(text));
    decoded.map_or(Cow::Borrowed(text), Cow::Owned)
}

/// A text of which every `=` begins an escape or stands at a line's end, and one escape at least is
/// of a character beyond ASCII.
fn quoted_printable(text: &str) -> Option<String> {
    if !text.contains('=') {
        return None;
    }
    let joined = text.replace("=\r\n", "").replace("=\n", "");
    // The last line of a piece of a mail.
    let decoded = decoded(joined.strip_suffix('=').unwrap_or(&joined), b'=')?;
    (text.is_ascii() && !decoded.is_ascii()).then_some(decoded)
}

/// A text without white space, of which every `%` begins an escape, one at least is of a character
/// beyond ASCII or a space, and which has two spaces or more.
fn percent_encoded(text: &str) -> Option<String> {
    if !text.contains('%') || text.contains("://") || text.contains(char::is_whitespace) {
        return None;
    }
    let decoded = decoded(&text.replace('+', " "), b'%')?;
    let is_text = decoded.matches(' ').count() >= 2;
    (is_text && text.is_ascii()).then_some(decoded)
}

/// The text with each sign and the two hexadecimal digits behind it as the byte that they stand for.
/// `None` if a sign stands alone, or if the result is no UTF-8.
fn decoded(text: &str, sign: u8) -> Option<String> {
    let (mut bytes, mut rest) = (Vec::with_capacity(text.len()), text.bytes());
    while let Some(byte) = rest.next() {
        if byte == sign {
            let (high, low) = (digit(rest.next()?)?, digit(rest.next()?)?);
            bytes.push(16 * high + low);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// A text with `\u` and four hexadecimal digits, or with `\n` behind the end of a sentence.
fn json(text: &str) -> Option<String> {
    let mut escapes = text.match_indices('\\').map(|(at, _)| &text[at..]);
    let is_escaped = escapes.any(|rest| {
        let digits = rest.bytes().skip(2).take(4);
        rest.starts_with("\\u") && digits.filter(u8::is_ascii_hexdigit).count() == 4
    });
    if !is_escaped && ![".\\n", "?\\n", ":\\n", "\\n\\n", "\\r\\n"].iter().any(|s| text.contains(s))
    {
        return None;
    }
    // What JSON would not have inside a string is escaped, so that a part of a file is read too.
    let mut string = String::with_capacity(text.len() + 2);
    let mut is_escape = false;
    string.push('"');
    for c in text.chars() {
        match c {
            '"' if !is_escape => string.push_str("\\\""),
            '\n' => string.push_str("\\n"),
            '\r' => string.push_str("\\r"),
            '\t' => string.push_str("\\t"),
            c => string.push(c),
        }
        is_escape = c == '\\' && !is_escape;
    }
    string.push('"');
    serde_json::from_str(&string).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_read_back_and_what_stays() {
        for (name, text, expected) in [
            ("quoted_printable", "inundaci=C3=B3n en la =\nregi=C3=B3n", "inundación en la región"),
            ("quoted_printable_equals", "a=3Db, regi=C3=B3n", "a=b, región"),
            ("an_equation", "a=b y c=dd", "a=b y c=dd"),
            ("hexadecimal", "color=FF y agua", "color=FF y agua"),
            ("an_equation_beside_an_accent", "región a=C3=B3", "región a=C3=B3"),
            ("percent", "agua+potable+en+la+regi%C3%B3n", "agua potable en la región"),
            ("percent_spaces", "agua%20potable%20en%20casa", "agua potable en casa"),
            ("percent_of_something", "100% seguro", "100% seguro"),
            ("plus_signs", "I+D+i", "I+D+i"),
            ("an_address", "https://a.org/x%20y%20z", "https://a.org/x%20y%20z"),
            ("json", r"inundaci\u00f3n \u00bfc\u00f3mo?", "inundación ¿cómo?"),
            ("json_lines", r"Agua potable.\nSin bombas", "Agua potable.\nSin bombas"),
            ("json_quotes", r#"la \"boca\" y "r\u00edo""#, "la \"boca\" y \"río\""),
            ("json_emoji", r"agua \ud83c\udf27", "agua 🌧"),
            ("half_a_character", r"agua \ud83c y luz", r"agua \ud83c y luz"),
            ("a_path", r"C:\nuevo\u2", r"C:\nuevo\u2"),
            ("another_escape", r"regi\u00f3n \d", r"regi\u00f3n \d"),
        ] {
            assert_eq!(decode(text), expected, "{name}");
        }
    }

    proptest! {
        #[test]
        fn what_json_escapes_is_read_back(text in "[ -~áéíóúñãçõ¿¡\n]{0,40}") {
            let escaped = serde_json::to_string(&text).unwrap();
            let ascii: String = escaped[1..escaped.len() - 1]
                .chars()
                .map(|c| if c.is_ascii() { c.to_string() } else { format!("\\u{:04x}", c as u32) })
                .collect();
            if !text.is_ascii() {
                prop_assert_eq!(json(&ascii), Some(text));
            }
        }
    }
}
