//! Mojibake: text in UTF-8 that some program read as Windows-1252, so that `solución` became
//! `soluciÃ³n`.
//!
//! It is mended where the whole text decodes back: every character that is not ASCII must belong to
//! a group that is UTF-8 when it is written in Windows-1252 again. One that does not belong to any
//! shows that the text is right as it is. There is one exception: `Á`, `Í`, `”` and a few more
//! have a byte that Windows-1252 lacks, so programs leave them as they are, and they may stand
//! beside such groups.
//!
//! A group alone does not suffice if it may be what somebody wrote: `MANHÃ–TARDE` has one, and so
//! has `MAÇÃ »`. There must be a group that nobody writes: one inside a word in lower case, or one
//! with a sign such as `³` or `©` behind a capital with an accent.
//!
//! What was decoded wrongly twice is mended twice.

use std::borrow::Cow;

use encoding_rs::WINDOWS_1252;

/// The most times that a text is decoded again.
const MOST_ROUNDS: usize = 3;

/// The text decoded again, if it was decoded wrongly; else as it is.
pub(super) fn repair(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    for _ in 0..MOST_ROUNDS {
        match decoded_again(&text) {
            Some(decoded) => text = Cow::Owned(decoded),
            None => break,
        }
    }
    text
}

fn decoded_again(text: &str) -> Option<String> {
    // The first byte of a character's UTF-8, read as Windows-1252, is one of `Â` to `ô`. In UTF-8
    // these begin with the byte C3.
    if !text.bytes().any(|byte| byte == 0xC3) {
        return None;
    }
    let (mut out, mut rest, mut is_certain) = (String::with_capacity(text.len()), text, false);
    let mut before = ' ';
    while let Some(c) = rest.chars().next() {
        let length = if c.is_ascii() {
            out.push(c);
            1
        } else if let Some((decoded, length)) = group(rest) {
            is_certain |=
                is_written_by_nobody(before, &rest[..length], rest[length..].chars().next());
            out.push(decoded);
            length
        } else if cannot_be_shown(c) {
            out.push(c);
            c.len_utf8()
        } else {
            return None;
        };
        before = rest[..length].chars().next_back().unwrap_or(' ');
        rest = &rest[length..];
    }
    is_certain.then_some(out)
}

/// The character that the start of a text is, written in Windows-1252 and read as UTF-8, with the
/// length of that start.
fn group(text: &str) -> Option<(char, usize)> {
    let (mut bytes, mut length) = ([0; 4], 0);
    for (at, c) in text.chars().take(bytes.len()).enumerate() {
        bytes[at] = windows_1252(c)?;
        length += c.len_utf8();
        // The first byte says how many there are.
        let count = match bytes[0] {
            // Latin letters and signs. Others would not be read as mojibake of these languages.
            0xC2..=0xC5 => 2,
            // Punctuation, currencies, arrows and signs (`â€“`); a mark of byte order, full width.
            0xE2 | 0xEF => 3,
            // Emoji.
            0xF0 => 4,
            _ => return None,
        };
        // Behind `â` and `ï` a person may write quotes and dashes.
        let is_written = matches!(bytes[..=at], [0xE2, 0x91..=0x97 | 0xA0..] | [0xEF, ..0xBB]);
        if is_written {
            return None;
        }
        if at + 1 == count {
            let decoded = std::str::from_utf8(&bytes[..count]).ok()?;
            return decoded.chars().next().map(|c| (c, length));
        }
    }
    None
}

/// The byte of a character that is not ASCII.
fn windows_1252(c: char) -> Option<u8> {
    let mut buffer = [0; 4];
    let (bytes, _, has_errors) = WINDOWS_1252.encode(c.encode_utf8(&mut buffer));
    (!has_errors && !c.is_ascii()).then(|| bytes[0])
}

/// Whether the UTF-8 of a character has a byte that Windows-1252 lacks.
fn cannot_be_shown(c: char) -> bool {
    let mut buffer = [0; 4];
    let bytes = c.encode_utf8(&mut buffer).as_bytes();
    bytes.iter().any(|byte| matches!(byte, 0x81 | 0x8D | 0x8F | 0x90 | 0x9D))
}

/// Whether a group, with the characters around it, is nothing that a person writes.
fn is_written_by_nobody(before: char, group: &str, after: Option<char>) -> bool {
    let mut chars = group.chars();
    let (Some(first), Some(second)) = (chars.next(), chars.next()) else { return false };
    // A capital inside a word in lower case, or one that a small letter follows after a sign.
    let in_word = first.is_uppercase()
        && (before.is_lowercase() || after.is_some_and(char::is_lowercase))
        && !second.is_alphabetic();
    // Signs that no word in capitals ends with, unlike quotes, dashes and spaces.
    let sign = matches!(second, '¡'..='ª' | '¬' | '®'..='º' | '¼'..='¿') && first.is_alphabetic();
    in_word || sign || chars.next().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_mended_and_what_stays() {
        for (name, text, expected) in [
            ("ascii", "agua potable", "agua potable"),
            ("right_as_it_is", "solución económica para niños", "solución económica para niños"),
            ("one_word", "soluciÃ³n", "solución"),
            ("capital_with_a_byte_that_is_lacking", "Ángulo, soluciÃ³n", "Ángulo, solución"),
            ("soft_hyphen_is_part_of_i", "crÃ\u{ad}a", "cría"),
            ("no_break_space_is_part_of_a", "vai Ã\u{a0} praÃ§a", "vai à praça"),
            ("quotes_and_dashes", "â€œÃ¡guaâ€\u{9d} â€“ mÃ¡s", "“água” – más"),
            ("emoji", "Ã¡gua ðŸŒ§", "água 🌧"),
            ("twice", "soluciÃƒÂ³n", "solución"),
            (
                "one_right_accent_shows_that_it_is_right",
                "solución, soluciÃ³n",
                "solución, soluciÃ³n",
            ),
            ("portuguese_capitals", "SÃO PAULO", "SÃO PAULO"),
            ("capital_before_a_dash", "MANHÃ–TARDE", "MANHÃ–TARDE"),
            ("capital_before_a_no_break_space", "AMANHÃ\u{a0}CEDO", "AMANHÃ\u{a0}CEDO"),
            ("capital_before_a_closing_quote", "AMANHÃ»", "AMANHÃ»"),
            ("one_character", "Ã", "Ã"),
            ("degree", "30 Â°C", "30 °C"),
        ] {
            assert_eq!(repair(text), expected, "{name}");
        }
    }

    /// The text as a program shows it that reads its UTF-8 as Windows-1252.
    fn wrongly_decoded(text: &str) -> String {
        let show = |c: char| {
            let mut buffer = [0; 4];
            let text = c.encode_utf8(&mut buffer);
            if cannot_be_shown(c) {
                text.to_owned()
            } else {
                WINDOWS_1252.decode_without_bom_handling(text.as_bytes()).0.into_owned()
            }
        };
        text.chars().map(show).collect()
    }

    proptest! {
        #[test]
        fn texts_of_the_three_languages_come_back(text in "[a-záéíóúüñãõâêôç ,.¿¡“”–ÁÉÍÓÚÑÇ]{0,80}") {
            let wrong = wrongly_decoded(&text);
            let repaired = repair(&wrong);
            prop_assert!(repaired == text || repaired == wrong, "{wrong} became {repaired}");
        }

        #[test]
        fn right_texts_stay(text in "[A-Za-záéíóúüñãõâêôçÁÉÍÓÚÑÇ ,.¿¡“”–ºª]{0,80}") {
            let repaired = repair(&text);
            prop_assert_eq!(&repaired, &text);
        }
    }
}
