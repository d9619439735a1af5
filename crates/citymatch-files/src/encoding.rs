//! Decodes the bytes of a text file, and recognises files that are not text.

use std::path::Path;

use citymatch::Error;
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use crate::invalid_file;
use crate::notes::numbers;

/// The encoding with a label such as `windows-1252` or `latin1`, as the web's Encoding Standard
/// lists them.
pub(crate) fn encoding_by_label(label: &str) -> Result<&'static Encoding, Error> {
    let found = Encoding::for_label_no_replacement(label.as_bytes());
    found.ok_or_else(|| {
        Error::option(
            "encoding",
            label,
            "an encoding's name, such as `utf-8`, `windows-1252` or `macintosh`",
        )
    })
}

/// The text of a file.
#[derive(Debug, PartialEq)]
pub(crate) struct Decoded {
    pub(crate) text: String,
    /// What it was read as, in words: lines may have encodings of their own.
    pub(crate) encoding: String,
    /// Whether neither the file nor the caller said so, and it is not all UTF-8.
    pub(crate) is_guess: bool,
}

/// Decodes a file. Its byte-order mark decides the encoding; without one the caller's label does, and
/// without a label it is UTF-8, with Windows-1252 in the lines that are not UTF-8: files are put
/// together from others.
///
/// Text in Spanish, Portuguese or English that is not Unicode is nearly always Windows-1252 or its
/// subset Latin-1, and there every byte is a character, so nothing is lost. A detector does worse:
/// of the demo's 637 texts with accents, chardetng takes 185 for another encoding.
pub(crate) fn decode(path: &Path, bytes: Vec<u8>, label: Option<&str>) -> Result<Decoded, Error> {
    let named = label.map(encoding_by_label).transpose()?;
    let (encoding, mark) = match (Encoding::for_bom(&bytes), named) {
        (Some((encoding, mark)), _) => (encoding, mark),
        (None, named) => (named.unwrap_or(UTF_8), 0),
    };
    if encoding == UTF_8 && mark == 0 {
        return match String::from_utf8(bytes) {
            Ok(text) => Ok(Decoded { text, encoding: name(UTF_8), is_guess: false }),
            Err(err) if named.is_none() => Ok(decode_lines(err.as_bytes())),
            Err(err) => Err(invalid_encoding(path, UTF_8, err.utf8_error().valid_up_to())),
        };
    }
    match encoding.decode_without_bom_handling_and_without_replacement(&bytes[mark..]) {
        Some(text) => {
            Ok(Decoded { text: text.into_owned(), encoding: name(encoding), is_guess: false })
        }
        None => Err(invalid_encoding(path, encoding, mark)),
    }
}

/// Decodes the bytes of a text that is not in a file, such as standard input: `name` is what errors
/// call it.
///
/// # Errors
/// [`ErrorKind::InvalidFile`](citymatch::ErrorKind::InvalidFile) if the bytes are no text.
#[doc(hidden)]
pub fn decode_text(name: &str, bytes: Vec<u8>) -> Result<String, Error> {
    decode(Path::new(name), bytes, None).map(|decoded| decoded.text)
}

/// Decodes each line as UTF-8, or as Windows-1252 if it is not UTF-8, and says which are which.
fn decode_lines(bytes: &[u8]) -> Decoded {
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 8);
    // The numbers of the lines with other letters than those of ASCII, in each encoding.
    let (mut utf_8, mut windows) = (Vec::new(), Vec::new());
    for (line, number) in bytes.split_inclusive(|byte| *byte == b'\n').zip(1..) {
        if let Ok(line) = std::str::from_utf8(line) {
            text.push_str(line);
            if !line.is_ascii() {
                utf_8.push(number);
            }
        } else {
            text.push_str(&WINDOWS_1252.decode_without_bom_handling(line).0);
            windows.push(number);
        }
    }
    let encoding = if utf_8.is_empty() {
        "windows-1252".to_owned()
    } else if windows.len() <= utf_8.len() {
        format!("UTF-8, and as windows-1252 in {}", numbers("line", &windows))
    } else {
        format!("windows-1252, and as UTF-8 in {}", numbers("line", &utf_8))
    };
    Decoded { text, encoding, is_guess: true }
}

/// How messages name an encoding.
fn name(encoding: &'static Encoding) -> String {
    if encoding == UTF_8 { "UTF-8".to_owned() } else { encoding.name().to_lowercase() }
}

fn invalid_encoding(path: &Path, encoding: &'static Encoding, from: usize) -> Error {
    let expected =
        format!("another encoding: after byte {from} there are bytes that are no characters in it");
    invalid_file(path, None, "encoding", &encoding.name().to_lowercase(), expected)
}

/// Whether a file is a page of HTML, whatever its name: portals call such pages `.xls`.
pub(crate) fn is_html(bytes: &[u8]) -> bool {
    let start = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
    let has_start = |tag: &str| {
        start.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag.as_bytes()))
    };
    ["<!doctype html", "<html", "<head", "<body", "<table", "<meta"].into_iter().any(has_start)
}

/// The type of a file that is not text, if its first bytes tell it.
pub(crate) fn recognised_type(bytes: &[u8]) -> Option<&'static str> {
    const SIGNATURES: [(&[u8], &str); 5] = [
        (b"PK", "an Excel workbook or another zip archive"),
        (b"\xD0\xCF\x11\xE0", "an old Excel workbook, or one with a password"),
        (b"%PDF", "a PDF"),
        (b"\x1F\x8B", "a gzip archive"),
        (b"PAR1", "a Parquet file"),
    ];
    SIGNATURES.iter().find(|(signature, _)| bytes.starts_with(signature)).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str) -> Vec<u8> {
        "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect()
    }

    #[test]
    fn bytes_become_text() {
        for (name, bytes, label, text, guess) in [
            ("utf_8", "año".as_bytes().to_vec(), None, "año", None),
            ("mark", "\u{feff}año".as_bytes().to_vec(), None, "año", None),
            ("utf_16", utf16("año"), None, "año", None),
            ("mark_wins", utf16("año"), Some("windows-1252"), "año", None),
            (
                "windows",
                b"a\xF1o \x93caf\xE9\x94 \x80".to_vec(),
                None,
                "año “café” €",
                Some("windows-1252"),
            ),
            ("declared", b"a\xF1o".to_vec(), Some("latin1"), "año", None),
            ("macintosh", b"a\x96o".to_vec(), Some("macintosh"), "año", None),
            ("empty", Vec::new(), None, "", None),
            (
                "one_line_of_another_encoding",
                b"a\xC3\xB1o\na\xF1o\nano\n".to_vec(),
                None,
                "año\naño\nano\n",
                Some("UTF-8, and as windows-1252 in line 2"),
            ),
            (
                "one_line_of_unicode",
                b"a\xF1o\na\xF1o\na\xC3\xB1o".to_vec(),
                None,
                "año\naño\naño",
                Some("windows-1252, and as UTF-8 in line 3"),
            ),
        ] {
            let decoded = decode(Path::new("f.csv"), bytes, label).unwrap();
            let guessed = decoded.is_guess.then_some(decoded.encoding.as_str());
            assert_eq!((decoded.text.as_str(), guessed), (text, guess), "{name}");
        }
    }

    #[test]
    fn bytes_that_are_no_characters_are_an_error() {
        for (name, bytes, label, message) in [
            (
                "not_utf_8",
                b"ab\xF1o".to_vec(),
                Some("utf-8"),
                "`f.csv`: `encoding` cannot be `utf-8` (expected another encoding: after byte 2 there are bytes that are no characters in it)",
            ),
            (
                "half_a_unit",
                b"\xFF\xFEa".to_vec(),
                None,
                "`f.csv`: `encoding` cannot be `utf-16le` (expected another encoding: after byte 2 there are bytes that are no characters in it)",
            ),
            (
                "label",
                Vec::new(),
                Some("klingon"),
                "`encoding` cannot be `klingon` (expected an encoding's name, such as `utf-8`, `windows-1252` or `macintosh`)",
            ),
        ] {
            assert_eq!(
                decode(Path::new("f.csv"), bytes, label).unwrap_err().to_string(),
                message,
                "{name}"
            );
        }
    }
}
