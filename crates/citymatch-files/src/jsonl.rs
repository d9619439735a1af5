//! JSON Lines: one JSON object a line, or objects over several lines, as `citymatch read-call` writes
//! them. A file that ends in `.json` may also be one array of objects, or one object that holds such an
//! array, as the answers of services do.

use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, Read as _};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use citymatch::{Error, record::FieldError};
use encoding_rs::Encoding;
use serde::de::IgnoredAny;
use serde_json::{Map, Value as Json};

use crate::encoding::{Decoded, decode, recognised_type};
use crate::field_path::is_reject_column;
use crate::invalid_file;
use crate::json_parts::{Parts, entries};
use crate::limits::{OBJECT_LIMIT, read_whole};
use crate::options::ReadOptions;
use crate::output::Output;
use crate::table_format::{
    BrokenRow, Codec, FormatOptions, ObjectCodec, ObjectRow, ObjectRows, Objects, TableFormat,
};

pub(crate) const JSONL: TableFormat = TableFormat {
    endings: &["jsonl", "ndjson", "json"],
    options: FormatOptions { delimiter: false, encoding: true, sheet: false },
    codec: Codec::Objects(&Jsonl),
};

/// The key that [`write_rejects`](crate::write_rejects) gives the text of a line that is not a JSON
/// object. The text is read as the line that it was.
pub(crate) const REJECT_SOURCE: &str = "reject_source";

/// How many bytes are kept of an object that is too large.
const SHOWN: usize = 1_000;

struct Jsonl;

impl ObjectCodec for Jsonl {
    fn read(&self, path: &Path, options: &ReadOptions) -> Result<Objects, Error> {
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
fn open(path: &Path, options: &ReadOptions) -> Result<Objects, Error> {
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
    let is_whole = is_json && matches!(start.first(), Some(b'[' | b'{'))
        || first_line.trim_ascii_end() == b"{";
    // UTF-8 lines are read one by one. Anything else is decoded as a whole first.
    let mut read_as = "UTF-8".to_owned();
    if is_whole
        || options.encoding.is_some()
        || mark.is_some_and(|(encoding, _)| encoding != encoding_rs::UTF_8)
    {
        let bytes = read_whole(path, &mut reader)?;
        let label = options.encoding.as_deref().or(Some("utf-8"));
        let Decoded { text, encoding, .. } = decode(path, bytes, label)?;
        read_as = encoding;
        let text: Arc<str> = text.into();
        if is_whole {
            match read_values(path, &text) {
                Ok(Some((rows, note))) => return Ok(Objects { rows, encoding: read_as, note }),
                // It is lines, or the first one is broken.
                Ok(None) => {}
                Err(_) if text.trim_start().starts_with('{') => {}
                Err(error) => return Err(error),
            }
        }
        reader = Box::new(Cursor::new(Arc::<[u8]>::from(text)));
    } else if let Some((_, length)) = mark {
        reader.consume(length);
    }
    Ok(Objects { rows: Box::new(read_lines(reader)), encoding: read_as, note: None })
}

/// The objects of a text, and where they were found, if that is not plain.
type FoundRows = (ObjectRows, Option<String>);

/// The objects of a text that is JSON as a whole: one value, or values over several lines; `None` if
/// each has a line of its own, and so a number.
fn read_values(path: &Path, text: &Arc<str>) -> Result<Option<FoundRows>, Error> {
    let mut count = 0;
    for value in serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>() {
        value.map_err(|err| {
            let expected = format!(
                "one array of objects, or one object a line; {}, column {}",
                reason(&err),
                err.column()
            );
            invalid_file(path, Some(err.line() as u64), "content", "broken JSON", expected)
        })?;
        count += 1;
    }
    let lines = text.lines().filter(|line| !line.trim().is_empty()).count();
    if count > 1 && count == lines {
        return Ok(None);
    }
    let mut values = Parts::of_text(Arc::clone(text));
    if count == 1
        && let Some(value) = values.clone().next()
        && let Some((name, items)) = inner_array(text, value, DEPTH)
    {
        let note = format!("one object: its records are in `{name}`");
        let rows = objects(text, Parts::inside(Arc::clone(text), items.start));
        let unwrapped = rows.map(|mut row| {
            row.object = row.object.map(without_wrapper);
            row
        });
        return Ok(Some((Box::new(unwrapped), Some(note))));
    }
    // The items of arrays, and other values as they are.
    let inner = Arc::clone(text);
    let mut items: Option<Parts> = None;
    let flat = std::iter::from_fn(move || {
        loop {
            if let Some(item) = items.as_mut().and_then(Iterator::next) {
                return Some(item);
            }
            let value = values.next()?;
            if !inner[value.clone()].starts_with('[') {
                items = None;
                return Some(value);
            }
            items = Some(Parts::inside(Arc::clone(&inner), value.start));
        }
    });
    Ok(Some((Box::new(objects(text, flat)), None)))
}

/// The objects that parts of a text are.
fn objects<P: Iterator<Item = Range<usize>> + Send>(
    text: &Arc<str>,
    parts: P,
) -> impl Iterator<Item = ObjectRow> + Send + use<P> {
    let text = Arc::clone(text);
    (1..)
        .zip(parts)
        .map(move |(number, part)| ObjectRow { number, object: parse_line(text[part].as_bytes()) })
}

/// How deep the array of an object's records may lie.
const DEPTH: usize = 8;

/// The one array of objects in an object without an id, or in one of its objects, and its path.
fn inner_array(
    text: &Arc<str>,
    value: Range<usize>,
    depth: usize,
) -> Option<(String, Range<usize>)> {
    if depth == 0 || !text[value.clone()].starts_with('{') {
        return None;
    }
    let entries = entries(text, value.start)?;
    let is_record = |(name, _): &(String, _)| ["id", "question", "problem"].contains(&&**name);
    if entries.iter().any(is_record) {
        return None;
    }
    let has_objects = |value: &Range<usize>| {
        let mut items = Parts::inside(Arc::clone(text), value.start).peekable();
        text[value.clone()].starts_with('[')
            && items.peek().is_some()
            && items.all(|item| text[item].starts_with('{'))
    };
    let mut arrays = entries.iter().filter(|(_, value)| has_objects(value));
    match (arrays.next(), arrays.next()) {
        (Some((name, items)), None) => Some((name.clone(), items.clone())),
        (Some(_), Some(_)) => None,
        (None, _) => {
            let mut inner = entries.iter().filter_map(|(name, value)| {
                let (path, items) = inner_array(text, value.clone(), depth - 1)?;
                Some((format!("{name}.{path}"), items))
            });
            inner.next().filter(|_| inner.next().is_none())
        }
    }
}

/// An object whose fields are in an object of its own, as Airtable (`fields`) and
/// maps (`properties`) have them, as one object. What is around the fields is kept beside them.
fn without_wrapper(mut around: Map<String, Json>) -> Map<String, Json> {
    let inner = ["fields", "properties"]
        .into_iter()
        .find(|name| around.get(*name).is_some_and(Json::is_object));
    let Some(Json::Object(mut fields)) = inner.and_then(|name| around.shift_remove(name)) else {
        return around;
    };
    for (name, value) in around {
        let name = if fields.contains_key(&name) { format!("{name} (around)") } else { name };
        fields.insert(name, value);
    }
    fields
}

fn read_lines(mut reader: Box<dyn BufRead + Send>) -> impl Iterator<Item = ObjectRow> + Send {
    let mut number = 0;
    let mut failed = false;
    std::iter::from_fn(move || {
        let mut line = Vec::new();
        while !failed {
            line.clear();
            number += 1;
            match read_line(&mut reader, &mut line) {
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

/// Reads a line up to the limit for an object and one byte more, and skips the rest of it.
fn read_line(reader: &mut dyn BufRead, line: &mut Vec<u8>) -> std::io::Result<usize> {
    let length = reader.take(OBJECT_LIMIT as u64 + 1).read_until(b'\n', line)?;
    let mut is_over = length <= OBJECT_LIMIT || line.ends_with(b"\n");
    while !is_over {
        let rest = reader.fill_buf()?;
        let end = rest.iter().position(|byte| *byte == b'\n');
        is_over = end.is_some() || rest.is_empty();
        let length = end.map_or(rest.len(), |end| end + 1);
        reader.consume(length);
    }
    Ok(length)
}

/// The object of a line, without the keys of rejects.
fn parse_line(line: &[u8]) -> Result<Map<String, Json>, BrokenRow> {
    if line.len() > OBJECT_LIMIT {
        // What is in it takes too much memory, and so would a copy of all of it.
        let source = String::from_utf8_lossy(&line[..SHOWN]).into_owned();
        let expected = format!("an object of at most {} MB", OBJECT_LIMIT >> 20);
        return Err(BrokenRow { problem: FieldError::new("record", &source, expected), source });
    }
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
        open(file.path(), options).map(|objects| objects.rows)
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

    #[test]
    fn records_inside_an_object_are_found() {
        for (name, json, ids, note) in [
            (
                "airtable",
                r#"{"records":[{"id":"r1","createdTime":"t","fields":{"title":"a"}},{"id":"r2","fields":{"id":"s2"}}]}"#,
                &["\"r1\"", "\"s2\""][..],
                Some("one object: its records are in `records`"),
            ),
            (
                "360_giving",
                "{\n \"version\": 1,\n \"grants\": [{\"id\": 1}, {\"id\": 2}]\n}",
                &["1", "2"],
                Some("one object: its records are in `grants`"),
            ),
            (
                "geo_json",
                r#"{"type":"FeatureCollection","features":[{"type":"Feature","geometry":null,"properties":{"id":1}}]}"#,
                &["1"],
                Some("one object: its records are in `features`"),
            ),
            (
                "deeper",
                r#"{"meta":{"n":1},"data":{"items":[{"id":1}]}}"#,
                &["1"],
                Some("one object: its records are in `data.items`"),
            ),
            ("a_record", r#"{"id":1,"deployments":[{"city":"Quito"}]}"#, &["1"], None),
            ("two_lists", r#"{"a":[{"id":1}],"b":[{"id":2}]}"#, &["null"], None),
        ] {
            let file = tempfile::Builder::new().suffix(".json").tempfile().unwrap();
            std::fs::write(file.path(), json).unwrap();
            let objects = open(file.path(), &ReadOptions::default()).unwrap();
            assert_eq!(objects.note.as_deref(), note, "{name}");
            let found: Vec<_> = objects
                .rows
                .map(|row| row.object.ok().unwrap().get("id").unwrap_or(&Json::Null).to_string())
                .collect();
            assert_eq!(found, ids, "{name}");
        }
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
