//! JSON Lines: one JSON object a line, or one array of objects in a file that ends in `.json`, or
//! objects over several lines, as `citymatch read-call` writes them.

use std::fs::File;
use std::io::{BufRead, BufReader, Cursor};
use std::path::Path;

use citymatch::{Error, record::FieldError};
use encoding_rs::Encoding;
use serde_json::{Map, Value as Json};

use crate::encoding::{decode, recognised_type};
use crate::field_path::is_reject_column;
use crate::invalid_file;
use crate::options::ReadOptions;
use crate::output::Output;
use crate::table_format::{
    BrokenRow, Codec, FormatOptions, ObjectCodec, ObjectRow, ObjectRows, TableFormat,
};

pub(crate) const JSONL: TableFormat = TableFormat {
    endings: &["jsonl", "ndjson", "json"],
    options: FormatOptions { columns: false, delimiter: false, encoding: true },
    codec: Codec::Objects(&Jsonl),
};

/// The key that [`write_rejects`](crate::write_rejects) gives the text of a line that is not a JSON
/// object. The text is read as the line that it was.
pub(crate) const REJECT_SOURCE: &str = "reject_source";

struct Jsonl;

impl ObjectCodec for Jsonl {
    fn read(&self, path: &Path, options: &ReadOptions) -> Result<ObjectRows, Error> {
        open(path, options)
    }

    fn write(
        &self,
        objects: &mut dyn Iterator<Item = Result<Map<String, Json>, Error>>,
        out: Output<'_>,
    ) -> Result<u64, Error> {
        out.write(|sink| {
            let mut written = 0;
            for object in objects {
                sink.write(format!("{}\n", Json::Object(object?)).as_bytes())?;
                written += 1;
            }
            Ok(written)
        })
    }
}

/// Opens a file of JSON objects.
fn open(path: &Path, options: &ReadOptions) -> Result<ObjectRows, Error> {
    let io = |err| Error::io(path, err);
    let mut reader: Box<dyn BufRead + Send> =
        Box::new(BufReader::new(File::open(path).map_err(io)?));
    let first = reader.fill_buf().map_err(io)?;
    if let Some(other) = recognised_type(first) {
        return Err(invalid_file(path, None, "content", other, "one JSON object a line"));
    }
    let mark = Encoding::for_bom(first);
    let start = first.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(first).trim_ascii_start();
    let is_json = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
    // An object whose first line is its bracket alone goes over several lines.
    let first_line = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let is_whole = is_json && start.first() == Some(&b'[') || first_line.trim_ascii_end() == b"{";
    // UTF-8 lines are read one by one. Anything else is decoded as a whole first.
    if is_whole
        || options.encoding.is_some()
        || mark.is_some_and(|(encoding, _)| encoding != encoding_rs::UTF_8)
    {
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes).map_err(io)?;
        let (text, _) = decode(path, bytes, options.encoding.as_deref().or(Some("utf-8")))?;
        if is_whole {
            match read_values(path, &text) {
                // Lines of which the first one is broken.
                Err(_) if text.trim_start().starts_with('{') => {}
                rows => return rows,
            }
        }
        reader = Box::new(Cursor::new(text));
    } else if let Some((_, length)) = mark {
        reader.consume(length);
    }
    Ok(Box::new(read_lines(reader)))
}

/// The objects of a text that is JSON as a whole: an array of them, or one after the other.
fn read_values(path: &Path, text: &str) -> Result<ObjectRows, Error> {
    let values = serde_json::Deserializer::from_str(text).into_iter::<Json>();
    let values: Vec<Json> = values.collect::<Result<_, _>>().map_err(|err| {
        let expected = format!(
            "one array of objects, or one object a line; {}, column {}",
            reason(&err),
            err.column()
        );
        invalid_file(path, Some(err.line() as u64), "content", "broken JSON", expected)
    })?;
    let items = values.into_iter().flat_map(|value| match value {
        Json::Array(items) => items,
        value => vec![value],
    });
    let row = |(number, item): (u64, Json)| ObjectRow { number, object: as_object(item) };
    Ok(Box::new((1..).zip(items).map(row)))
}

fn read_lines(mut reader: Box<dyn BufRead + Send>) -> impl Iterator<Item = ObjectRow> + Send {
    let mut number = 0;
    let mut failed = false;
    std::iter::from_fn(move || {
        let mut line = Vec::new();
        while !failed {
            line.clear();
            number += 1;
            match reader.read_until(b'\n', &mut line) {
                Ok(0) => return None,
                Ok(_) if line.trim_ascii().is_empty() => {}
                Ok(_) => return Some(ObjectRow { number, object: parse_line(&line) }),
                Err(err) => {
                    failed = true;
                    let problem = FieldError::new(
                        "record",
                        "",
                        format!("a file that can be read to its end: {err}"),
                    );
                    let object = Err(BrokenRow { problem, source: String::new() });
                    return Some(ObjectRow { number, object });
                }
            }
        }
        None
    })
}

/// The object of a line, without the keys of rejects.
fn parse_line(line: &[u8]) -> Result<Map<String, Json>, BrokenRow> {
    let text = match std::str::from_utf8(line) {
        Ok(text) => text.trim(),
        Err(err) => {
            // The most likely encoding of such a line, and one in which every byte is a character,
            // so the text that the rejects get loses nothing.
            let source =
                encoding_rs::WINDOWS_1252.decode_without_bom_handling(line).0.trim().to_owned();
            let expected = format!("UTF-8; the byte in column {} is not", err.valid_up_to() + 1);
            return Err(BrokenRow {
                problem: FieldError::new("record", &source, expected),
                source,
            });
        }
    };
    match serde_json::from_str(text) {
        Ok(json) => as_object(json),
        Err(err) => {
            let expected = format!("a JSON object; {}, column {}", reason(&err), err.column());
            Err(BrokenRow {
                problem: FieldError::new("record", text, expected),
                source: text.to_owned(),
            })
        }
    }
}

/// The object that a JSON value is, without the keys of rejects.
fn as_object(json: Json) -> Result<Map<String, Json>, BrokenRow> {
    let Json::Object(mut fields) = json else {
        let source = json.to_string();
        return Err(BrokenRow {
            problem: FieldError::new("record", &source, "a JSON object"),
            source,
        });
    };
    if let Some(Json::String(source)) = fields.get(REJECT_SOURCE) {
        return parse_line(source.as_bytes());
    }
    fields.retain(|key, _| !is_reject_column(key));
    Ok(fields)
}

/// Why a text is not JSON, without the line and column that the message has at its end.
fn reason(err: &serde_json::Error) -> String {
    let message = err.to_string();
    message.rsplit_once(" at line ").map_or(message.as_str(), |(reason, _)| reason).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn opened(ending: &str, bytes: &[u8], options: &ReadOptions) -> Result<ObjectRows, Error> {
        let file = tempfile::Builder::new().suffix(ending).tempfile().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        open(file.path(), options)
    }

    /// Rows with the id of their object, or what was wrong.
    fn rows(ending: &str, bytes: &[u8]) -> Vec<(u64, String)> {
        let lines = opened(ending, bytes, &ReadOptions::default()).unwrap();
        lines
            .map(|line| {
                (
                    line.number,
                    line.object.map_or_else(
                        |broken| broken.problem.to_string(),
                        |object| object["id"].to_string(),
                    ),
                )
            })
            .collect()
    }

    fn utf16(text: &str) -> Vec<u8> {
        "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
    }

    #[test]
    fn rows_are_lines() {
        let ids = |rows: &[(u64, &str)]| {
            rows.iter().map(|(row, id)| (*row, (*id).to_owned())).collect::<Vec<_>>()
        };
        for (name, ending, bytes, expected) in [
            ("plain", ".jsonl", b"{\"id\":1}\n{\"id\":2}".to_vec(), &[(1, "1"), (2, "2")][..]),
            (
                "mark_and_windows_lines",
                ".jsonl",
                b"\xEF\xBB\xBF{\"id\":1}\r\n{\"id\":2}\r\n".to_vec(),
                &[(1, "1"), (2, "2")],
            ),
            (
                "blank_lines",
                ".jsonl",
                b"\n \n{\"id\":1}\n\r\n{\"id\":2}\n".to_vec(),
                &[(3, "1"), (5, "2")],
            ),
            ("utf_16", ".jsonl", utf16("{\"id\":\"ñ\"}\n{\"id\":2}\n"), &[(1, "\"ñ\""), (2, "2")]),
            ("array", ".json", b" [{\"id\":1},\n\n{\"id\":2}]".to_vec(), &[(1, "1"), (2, "2")]),
            ("json_lines", ".json", b"{\"id\":1}\n{\"id\":2}".to_vec(), &[(1, "1"), (2, "2")]),
            (
                "over_lines",
                ".jsonl",
                b"{\n  \"id\": 1\n}\n{\n  \"id\": 2\n}\n".to_vec(),
                &[(1, "1"), (2, "2")],
            ),
            ("empty", ".jsonl", Vec::new(), &[]),
            (
                "rejected_before",
                ".jsonl",
                b"{\"reject_source\":\"{\\\"id\\\":1}\",\"reject_row\":7}".to_vec(),
                &[(1, "1")],
            ),
        ] {
            assert_eq!(rows(ending, &bytes), ids(expected), "{name}");
        }
    }

    #[test]
    fn a_broken_line_is_rejected_and_the_next_is_read() {
        for (name, line, message) in [
            (
                "cut",
                &b"{\"id\": \"s1\", \"ti"[..],
                "`record` cannot be `{\\\"id\\\": \\\"s1\\\", \\\"ti` (expected a JSON object; EOF while parsing a string, column 16)",
            ),
            (
                "surrogate",
                br#"{"id": "\ud800"}"#,
                r#"`record` cannot be `{\"id\": \"\\ud800\"}` (expected a JSON object; unexpected end of hex escape, column 15)"#,
            ),
            (
                "bracket",
                b"{",
                "`record` cannot be `{` (expected a JSON object; EOF while parsing an object, column 1)",
            ),
            ("array", b"[1]", "`record` cannot be `[1]` (expected a JSON object)"),
            ("text", b"\"a\"", "`record` cannot be `\\\"a\\\"` (expected a JSON object)"),
            (
                "two",
                b"{} {}",
                "`record` cannot be `{} {}` (expected a JSON object; trailing characters, column 4)",
            ),
            (
                "latin_1",
                b"{\"id\": \"\xF1\"}",
                "`record` cannot be `{\\\"id\\\": \\\"ñ\\\"}` (expected UTF-8; the byte in column 9 is not)",
            ),
        ] {
            let found = rows(".jsonl", &[line, b"\n{\"id\":2}\n"].concat());
            assert_eq!(found, [(1, message.to_owned()), (2, "2".to_owned())], "{name}");
        }
    }

    #[test]
    fn a_file_that_is_something_else_says_so() {
        for (name, ending, bytes, message) in [
            (
                "workbook",
                ".jsonl",
                &b"PK\x03\x04"[..],
                "`content` cannot be `an Excel workbook or another zip archive` (expected one JSON object a line)",
            ),
            (
                "array",
                ".json",
                b"[{\"id\":1},\n{]",
                "row 2: `content` cannot be `broken JSON` (expected one array of objects, or one object a line; key must be a string, column 2)",
            ),
        ] {
            let error = opened(ending, bytes, &ReadOptions::default()).err().unwrap().to_string();
            assert!(error.ends_with(message), "{name}: {error}");
        }
    }

    #[test]
    fn another_encoding_can_be_chosen() {
        let mut lines = opened(
            ".jsonl",
            b"{\"id\":\"a\xF1o\"}",
            &ReadOptions::default().encoding("windows-1252"),
        )
        .unwrap();
        assert_eq!(lines.next().unwrap().object.ok().unwrap()["id"], "año");
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(bytes: Vec<u8>, start in prop::sample::select(vec!["", "[", "{", "\u{feff}", "PK"])) {
            for ending in [".jsonl", ".json"] {
                if let Ok(lines) = opened(ending, &[start.as_bytes(), &bytes].concat(), &ReadOptions::default()) {
                    lines.for_each(drop);
                }
            }
        }
    }
}
