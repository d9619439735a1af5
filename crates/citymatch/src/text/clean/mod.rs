//! Cleans a text before its language, its sentences, its words and its vectors are looked for.
//!
//! People paste texts out of PDF files, web pages, forms and chats. What they see there as the same
//! text must be matched as the same text. The record that is stored stays as it came; what is
//! matched, and what an explanation shows, is the cleaned text.
//!
//! The stages, in their order. Each is a file that says its rules and their reasons:
//!
//! 1. [`escapes`]: a text that was escaped for a mail, an address or a file is read back.
//! 2. [`mojibake`]: a text that was decoded wrongly as a whole is decoded again.
//! 3. [`markup`]: tags, character references and Markdown go; what they set apart is set apart by a
//!    blank line.
//! 4. [`characters`]: characters that cannot be seen go, letters in another guise become plain.
//! 5. [`attached`]: footnotes leave the words that they are attached to, hashtags become words.
//! 6. [`lines`]: lines that a page's width broke are joined, lists and headings stay apart.
//!
//! Most texts have nothing for any of them, and one look shows it; else each stage looks for itself.

mod attached;
mod characters;
mod escapes;
mod lines;
mod markup;
mod mojibake;

use std::borrow::Cow;

pub use lines::join as join_lines;
pub use markup::BLOCKS as HTML_BLOCKS;

/// The text without what its carrier added to it: markup, invisible characters, a page's line ends.
///
/// A blank line (`\n\n`) in the result sets two parts apart; no sentence goes beyond it. A single
/// line end does so too, where it stood between two lines that are no sentence together. Cleaning
/// what is clean changes nothing, however often.
///
/// # Examples
/// ```
/// use citymatch::text::clean;
/// assert_eq!(clean("<p>Ba&ntilde;os <b>secos</b></p>"), "Baños secos");
/// assert_eq!(clean("evitar que la\nlluvia inun-\nde las calles"), "evitar que la lluvia inunde las calles");
/// assert_eq!(clean("solu\u{ad}ci\u{f3}n, ﬁltro, a < b"), "solución, filtro, a < b");
/// assert_eq!(clean("#AguaPotable[3]"), "Agua Potable");
/// ```
#[must_use]
pub fn clean(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    for _ in 0..MOST_ROUNDS {
        if is_clean(&text) {
            break;
        }
        // Compared, because a stage that had to look closer gives a copy even if it found nothing.
        let cleaned = cleaned(&text).into_owned();
        if cleaned == *text {
            break;
        }
        text = Cow::Owned(cleaned);
    }
    text
}

/// The most times that a text goes through the stages. One may uncover what another is for: mojibake
/// behind a letter of another script. Three rounds are many; more are for texts that were escaped
/// again and again, and the limit is for those that somebody made so.
const MOST_ROUNDS: usize = 16;

/// The text after all stages.
fn cleaned(text: &str) -> Cow<'_, str> {
    const STAGES: [fn(&str) -> Cow<'_, str>; 6] = [
        escapes::decode,
        mojibake::repair,
        markup::strip,
        characters::plain,
        attached::detach,
        lines::join,
    ];
    STAGES.into_iter().fold(Cow::Borrowed(text), |text, stage| match text {
        Cow::Borrowed(text) => stage(text),
        Cow::Owned(text) => Cow::Owned(stage(&text).into_owned()),
    })
}

/// Whether a text is one line of the letters of the three languages, digits and the punctuation of
/// sentences, in which no stage has anything to do.
fn is_clean(text: &str) -> bool {
    let mut rest = text.as_bytes();
    while let Some(length) = clean_start(rest) {
        rest = &rest[length..];
    }
    // Percent-encoding has no spaces.
    rest.is_empty() && (!text.contains('%') || text.contains(' '))
}

/// The length of the character with which a text begins, if no stage changes it there.
fn clean_start(text: &[u8]) -> Option<usize> {
    match text {
        [byte, ..] if byte.is_ascii_alphanumeric() => Some(1),
        [byte, ..] if b" ,.;:!?()'\"/$-%+@".contains(byte) => Some(1),
        // No character reference.
        [b'&', b' ', ..] => Some(1),
        // With some letters mojibake begins, but never before ASCII.
        [0xC3, 0x82..=0x85 | 0xA2 | 0xAF | 0xB0, next, ..] if !next.is_ascii() => None,
        // U+00A1 to U+00FF, but for the soft hyphen and raised digits.
        [0xC2, 0xA1..=0xAC | 0xAE..=0xB1 | 0xB4..=0xB8 | 0xBA.., ..] | [0xC3, _, ..] => Some(2),
        // Dashes, quotation marks and an ellipsis: `–—‘’“”…`.
        [0xE2, 0x80, 0x93 | 0x94 | 0x98 | 0x99 | 0x9C | 0x9D | 0xA6, ..] => Some(3),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn most_texts_need_one_look() {
        for (name, text, expected) in [
            ("nothing", "", true),
            ("portuguese", "A importância da água – “já” é grande…", true),
            ("share", "40% dos bairros", true),
            ("share_alone", "40%", false),
            ("company", "Silva & Filhos", true),
            ("reference", "Silva &amp; Filhos", false),
            ("letter_of_mojibake_at_the_end", "irmã, avô e MAÇÃ", true),
            ("mojibake", "SoluÃ§Ã£o", false),
            ("line", "uno\ndos", false),
            ("footnote", "agua[1]", false),
        ] {
            assert_eq!(is_clean(text), expected, "{name}");
        }
    }

    proptest! {
        #[test]
        fn the_stages_change_nothing_in_what_is_clean(text in "[ -~¡-ÿ‐-…€]{0,24}[a-zñçãéâÃ “”’– ,.;:!?()'\"/%$&@+-]{0,40}") {
            if is_clean(&text) {
                prop_assert_eq!(cleaned(&text), &*text);
            }
        }

        #[test]
        fn cleaning_what_is_clean_changes_nothing(text in "[ -~áñÃ³¹àаο‘’\u{ad}\u{a0}\n]{0,60}") {
            let once = clean(&text).into_owned();
            prop_assert_eq!(clean(&once), &*once);
        }

        #[test]
        fn plain_sentences_are_clean(text in "[a-zA-Z0-9 ,.;:!?()¿¡'“”’–—…+@áéíóúñüçãõàêôº-]{0,80}") {
            prop_assert!(is_clean(&text));
        }
    }
}
