//! Characters: those that cannot be seen go, and letters in another guise become plain ones.
//!
//! * Soft hyphens, spaces of no width, joiners, marks of writing direction, variation selectors and
//!   tags are instructions for setting type. Inside a word they would cut it in two. A soft hyphen
//!   at a line's end is a hyphen that was set: it stays as one, for the next stage.
//! * Every other kind of space becomes a plain one, and Unicode's line and paragraph separators
//!   become line ends.
//! * Ligatures (`ﬁ`), full width letters, and the mathematical, circled and raised letters that
//!   people use as bold or italic in social media become the letters and digits that they stand for
//!   (Unicode Standard Annex 15, NFKC). Only letters and digits do: `…`, `½` and `™` say something
//!   else when they are taken apart, and so do `ª`, `º` and raised digits.
//! * A letter and an accent that follows it are composed (NFC).

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

use super::attached::is_raised;

/// The text in plain characters.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    // Everything below U+0132 stays but two characters: the no-break space (C2 A0) and the soft
    // hyphen (C2 AD). Those from U+0132 on begin with a byte above C4, or with C4 and B2 or more.
    let bytes = text.as_bytes();
    let stays = |(at, byte): (usize, &u8)| match byte {
        b'\r' => false,
        0xC2 => !matches!(bytes[at + 1], 0xA0 | 0xAD),
        byte => *byte < 0xC4,
    };
    if bytes.iter().enumerate().all(stays) {
        return Cow::Borrowed(text);
    }
    let (mut out, mut chars) = (String::with_capacity(text.len()), text.chars().peekable());
    while let Some(c) = chars.next() {
        match c {
            '\u{ad}' if chars.peek().is_some_and(|next| matches!(next, '\n' | '\r')) => {
                out.push('-');
            }
            '\r' if chars.peek() == Some(&'\n') => {}
            '\r' | '\u{2028}' => out.push('\n'),
            '\u{2029}' => out.push_str("\n\n"),
            _ if is_invisible(c) => {}
            _ if c.is_whitespace() && !matches!(c, '\n' | '\t') => out.push(' '),
            _ if c >= '\u{132}' && c.is_alphanumeric() && !is_raised(c) => push_plain(&mut out, c),
            _ => out.push(c),
        }
    }
    let has_marks = out.chars().any(unicode_normalization::char::is_combining_mark);
    Cow::Owned(if has_marks { out.nfc().collect() } else { out })
}

/// Appends a letter or digit, or what it stands for if that is letters and digits too.
fn push_plain(out: &mut String, c: char) {
    let start = out.len();
    out.extend(std::iter::once(c).nfkc());
    if !out[start..].chars().all(char::is_alphanumeric) {
        out.truncate(start);
        out.push(c);
    }
}

/// Whether a character is only an instruction for how others are set.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}'                    // soft hyphen
        | '\u{34f}'                 // combining grapheme joiner
        | '\u{61c}'                 // Arabic letter mark
        | '\u{180b}'..='\u{180f}'   // Mongolian selectors and vowel separator
        | '\u{200b}'..='\u{200f}'   // spaces of no width, joiners, direction marks
        | '\u{202a}'..='\u{202e}'   // embeddings and overrides of direction
        | '\u{2060}'..='\u{206f}'   // word joiner, invisible operators, isolates
        | '\u{fe00}'..='\u{fe0f}'   // variation selectors
        | '\u{feff}'                // byte order mark
        | '\u{fff9}'..='\u{fffb}'   // annotations
        | '\u{e0000}'..='\u{e007f}' // tags
        | '\u{e0100}'..='\u{e01ef}' // more variation selectors
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn which_characters_become_plain() {
        for (name, text, expected) in [
            (
                "nothing_to_do",
                "Baños año são 4.º 1ª ½ … “a” – km² 10⁶",
                "Baños año são 4.º 1ª ½ … “a” – km² 10⁶",
            ),
            ("soft_hyphen", "solu\u{ad}ción", "solución"),
            ("soft_hyphen_that_was_set", "solu\u{ad}\nción", "solu-\nción"),
            ("zero_width_space", "llu\u{200b}via", "lluvia"),
            ("zero_width_joiners", "llu\u{200d}\u{200c}via", "lluvia"),
            ("byte_order_mark", "\u{feff}lluvia", "lluvia"),
            ("word_joiner", "llu\u{2060}via", "lluvia"),
            ("direction", "\u{202a}lluvia\u{202c} \u{2067}agua\u{2069}", "lluvia agua"),
            ("variation_selector", "✔\u{fe0f} agua", "✔ agua"),
            ("spaces", "agua\u{a0}y\u{202f}luz\u{3000}ya", "agua y luz ya"),
            ("separators", "uno\u{2028}dos\u{2029}tres", "uno\ndos\n\ntres"),
            ("carriage_returns", "uno\r\ndos\rtres", "uno\ndos\ntres"),
            ("ligatures", "ﬁltro ﬂuvial eﬃciency", "filtro fluvial efficiency"),
            ("full_width", "Ｃｉｔｙ　２０３０", "City 2030"),
            ("mathematical_bold", "𝗮𝗴𝘂𝗮 𝐋𝐢𝐱𝐨 𝓻𝓾𝓲𝓭𝓸 𝟮", "agua Lixo ruido 2"),
            ("circled_and_squared", "Ⓐⓖⓤⓐ 🄰", "Agua A"),
            ("raised_and_lowered", "CO₂ mᵃⁿᵒ", "CO2 mano"),
            ("roman_numeral", "siglo ⅩⅩ", "siglo XX"),
            ("accents_are_composed", "inundac\u{327}o\u{303}es", "inundações"),
            ("bold_with_an_accent", "𝗰𝗮𝗺𝗶𝗼\u{301}n", "camión"),
            ("other_scripts_stay", "城市 Строительство", "城市 Строительство"),
        ] {
            assert_eq!(plain(text), expected, "{name}");
        }
    }

    proptest! {
        #[test]
        fn plain_text_stays_plain(text in "\\PC{0,60}") {
            let once = plain(&text).into_owned();
            prop_assert_eq!(&plain(&once), &once);
        }
    }
}
