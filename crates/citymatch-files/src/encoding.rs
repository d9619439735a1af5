//! From a file's bytes to text.

use std::path::Path;

use citymatch::Error;
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use crate::invalid_file;

/// The encoding with a label such as `windows-1252` or `latin1`.
pub(crate) fn named(label: &str) -> Result<&'static Encoding, Error> {
    let found = Encoding::for_label_no_replacement(label.as_bytes());
    found.ok_or_else(|| {
        Error::option(
            "encoding",
            label,
            "an encoding's name, such as `utf-8`, `windows-1252` or `macintosh`",
        )
    })
}

/// Decodes a file: as its byte-order mark says, else as a caller says, else as UTF-8, else as
/// Windows-1252.
///
/// Text in Spanish, Portuguese or English that is not Unicode is Windows-1252 or its subset Latin-1
/// nearly always, and every byte has a meaning there. (A detector does worse: of the demo's 637
/// texts with accents, chardetng takes 185 for another encoding.) The second value is the encoding
/// if it was such a guess.
pub(crate) fn decode(
    path: &Path,
    bytes: Vec<u8>,
    label: Option<&str>,
) -> Result<(String, Option<&'static str>), Error> {
    let named = label.map(named).transpose()?;
    let (encoding, mark) = match (Encoding::for_bom(&bytes), named) {
        (Some((encoding, mark)), _) => (encoding, mark),
        (None, named) => (named.unwrap_or(UTF_8), 0),
    };
    if encoding == UTF_8 && mark == 0 {
        return match String::from_utf8(bytes) {
            Ok(text) => Ok((text, None)),
            Err(err) if named.is_none() => {
                let (text, _) = WINDOWS_1252.decode_without_bom_handling(err.as_bytes());
                Ok((text.into_owned(), Some("windows-1252")))
            }
            Err(err) => Err(undecodable(path, UTF_8, err.utf8_error().valid_up_to())),
        };
    }
    match encoding.decode_without_bom_handling_and_without_replacement(&bytes[mark..]) {
        Some(text) => Ok((text.into_owned(), None)),
        None => Err(undecodable(path, encoding, mark)),
    }
}

fn undecodable(path: &Path, encoding: &'static Encoding, from: usize) -> Error {
    let expected =
        format!("another encoding: behind byte {from} not everything has a meaning in it");
    invalid_file(path, None, "encoding", &encoding.name().to_lowercase(), expected)
}

/// What a file's first bytes say that it is, where that is no text.
pub(crate) fn looks_like(bytes: &[u8]) -> Option<&'static str> {
    const SIGNS: [(&[u8], &str); 5] = [
        (b"PK", "an Excel workbook or another zip archive"),
        (b"\xD0\xCF\x11\xE0", "an old Excel workbook, or one with a password"),
        (b"%PDF", "a PDF"),
        (b"\x1F\x8B", "a gzip archive"),
        (b"PAR1", "a Parquet file"),
    ];
    SIGNS.iter().find(|(sign, _)| bytes.starts_with(sign)).map(|(_, what)| *what)
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
            ("told", b"a\xF1o".to_vec(), Some("latin1"), "año", None),
            ("macintosh", b"a\x96o".to_vec(), Some("macintosh"), "año", None),
            ("empty", Vec::new(), None, "", None),
        ] {
            assert_eq!(
                decode(Path::new("f.csv"), bytes, label).unwrap(),
                (text.to_owned(), guess),
                "{name}"
            );
        }
    }

    #[test]
    fn what_has_no_meaning_is_an_error() {
        for (name, bytes, label, message) in [
            (
                "not_utf_8",
                b"ab\xF1o".to_vec(),
                Some("utf-8"),
                "`f.csv`: `encoding` cannot be `utf-8` (expected another encoding: behind byte 2 not everything has a meaning in it)",
            ),
            (
                "half_a_unit",
                b"\xFF\xFEa".to_vec(),
                None,
                "`f.csv`: `encoding` cannot be `utf-16le` (expected another encoding: behind byte 2 not everything has a meaning in it)",
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
