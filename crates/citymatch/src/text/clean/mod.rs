//! Cleans a text before its language, its sentences, its words and its vectors are looked for.
//!
//! People paste texts out of PDF files, web pages, forms and chats. What they see there as the same
//! text must be matched as the same text. The record that is stored stays as it came; what is
//! matched, and what an explanation shows, is the cleaned text.
//!
//! The stages, in their order. Each is a file that says its rules and their reasons:
//!
//! 1. [`mojibake`]: a text that was decoded wrongly as a whole is decoded again.
//! 2. [`markup`]: tags, character references and Markdown go; what they set apart is set apart by a
//!    blank line.
//! 3. [`characters`]: characters that cannot be seen go, letters in another guise become plain.
//! 4. [`lines`]: lines that a page's width broke are joined, lists and headings stay apart.
//!
//! Each stage looks first whether the text has anything for it, because most texts have nothing.

mod characters;
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
/// ```
#[must_use]
pub fn clean(text: &str) -> Cow<'_, str> {
    [mojibake::repair, markup::strip, characters::plain, lines::join].into_iter().fold(
        Cow::Borrowed(text),
        |text, stage| match text {
            Cow::Borrowed(text) => stage(text),
            Cow::Owned(text) => Cow::Owned(stage(&text).into_owned()),
        },
    )
}
