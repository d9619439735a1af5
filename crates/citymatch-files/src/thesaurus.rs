//! Reads a thesaurus of themes that extends the built-in one.

use std::path::Path;

use citymatch::Error;
use citymatch::record::FieldError;
use citymatch::thesaurus::{ThemeRow, Thesaurus};
use serde_json::Value as Json;

use crate::encoding::{decode_text, recognised_type};
use crate::invalid_file;
use crate::limits::read_file;

/// What a file is expected to be.
const CONTENT: &str =
    "a JSON list of themes, or text with the headers `theme`, `broader`, `es`, `pt`, `en`";

/// Reads a thesaurus of themes from a file, and adds it to the built-in one.
///
/// The file is text with commas, semicolons or tabs between cells, below the headers `theme`,
/// `broader`, `es`, `pt` and `en`, in any order and some left out. Several words in a cell have `;` or
/// `|` between them, with quotes around the cell where `;` is also the delimiter. Or it is a JSON
/// list of objects with these keys ([`ThemeRow::from_json`]).
///
/// # Errors
/// * [`ErrorKind::Io`](citymatch::ErrorKind::Io) if the file cannot be read;
/// * [`ErrorKind::InvalidFile`](citymatch::ErrorKind::InvalidFile), with the row, for an unknown
///   language or header, and for whatever [`Thesaurus::extended`] refuses: a word in two themes, a
///   theme above itself, a broader theme that does not exist.
///
/// # Examples
/// ```
/// # let dir = tempfile::tempdir().unwrap();
/// # let path = dir.path().join("temas.csv");
/// let text = "theme,broader,es,pt\ngreen roofs,green space,techos vivos,telhados verdes; ecotelhados\n";
/// std::fs::write(&path, text).unwrap();
/// let thesaurus = citymatch_files::read_thesaurus(&path)?;
/// assert!(thesaurus.is_same_theme("Techos vivos", "ecotelhados"));
/// # Ok::<(), citymatch::Error>(())
/// ```
pub fn read_thesaurus(path: impl AsRef<Path>) -> Result<Thesaurus, Error> {
    let path = path.as_ref();
    let bytes = read_file(path)?;
    if let Some(other) = recognised_type(&bytes) {
        return Err(invalid_file(path, None, "content", other, CONTENT));
    }
    let text = decode_text(&path.to_string_lossy(), bytes)?;
    let is_json = text.trim_start().starts_with(['[', '{']);
    let (rows, places) = if is_json { json(path, &text)? } else { cells(path, &text)? };
    if rows.is_empty() {
        return Err(invalid_file(path, None, "content", "empty", CONTENT));
    }
    Thesaurus::builtin()
        .extended(rows)
        .map_err(|error| in_file(path, places[error.row], error.problem))
}

/// The rows of a file, and which each is in it, from 1.
type Rows = (Vec<ThemeRow>, Vec<u64>);

fn in_file(path: &Path, row: u64, problem: FieldError) -> Error {
    citymatch::ErrorKind::InvalidFile { path: path.to_owned(), row: Some(row), problem }.into()
}

fn json(path: &Path, text: &str) -> Result<Rows, Error> {
    let wrong = |problem: &dyn std::fmt::Display| {
        invalid_file(path, None, "content", &problem.to_string(), CONTENT)
    };
    let list: Json = serde_json::from_str(text).map_err(|error| wrong(&error))?;
    let list = list.as_array().ok_or_else(|| wrong(&"a JSON object"))?;
    let row =
        |(json, place)| ThemeRow::from_json(json).map_err(|problem| in_file(path, place, problem));
    let rows = list.iter().zip(1..).map(row).collect::<Result<Vec<_>, Error>>()?;
    let places = (1..=rows.len() as u64).collect();
    Ok((rows, places))
}

fn cells(path: &Path, text: &str) -> Result<Rows, Error> {
    let head = text.lines().next().unwrap_or_default();
    // Of equally frequent ones the last, the comma.
    let count = |delimiter: &u8| head.bytes().filter(|byte| byte == delimiter).count();
    let delimiter = b"\t;,".iter().copied().max_by_key(count).unwrap_or(b',');
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
    let broken =
        |error: csv::Error| invalid_file(path, None, "content", &error.to_string(), CONTENT);
    let headers = reader.headers().map_err(broken)?.clone();
    if !headers.iter().any(|header| header.trim() == "theme") {
        return Err(invalid_file(path, Some(1), "header", head, CONTENT));
    }
    let (mut rows, mut places) = (Vec::new(), Vec::new());
    for (record, place) in reader.records().zip(2..) {
        let record = record.map_err(broken)?;
        let row = ThemeRow::from_cells(headers.iter().zip(&record));
        rows.push(row.map_err(|problem| in_file(path, place, problem))?);
        places.push(place);
    }
    Ok((rows, places))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> Result<Thesaurus, String> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("themes.csv");
        std::fs::write(&path, text).unwrap();
        let place = format!("`{}`", path.display());
        read_thesaurus(&path).map_err(|error| error.to_string().replace(&place, "themes.csv"))
    }

    #[test]
    fn files_of_each_kind_say_the_same() {
        let json = r#"[{"theme": "roofs", "broader": "housing", "es": ["techos"], "pt": "telhados|lajes"}]"#;
        for (name, text) in [
            ("commas", "theme,broader,es,pt\nroofs,housing,techos,telhados; lajes\n".to_owned()),
            (
                "semicolons",
                "pt;theme;es;broader\n\"telhados;lajes\";roofs;techos;housing".to_owned(),
            ),
            (
                "tabs",
                "theme\tbroader\tes\tpt\r\nroofs\thousing\ttechos\ttelhados | lajes\r\n".to_owned(),
            ),
            (
                "byte order mark",
                "\u{feff}theme,broader,es,pt\nroofs,housing,techos,telhados;lajes".to_owned(),
            ),
            ("json", json.to_owned()),
        ] {
            let thesaurus = read(text.as_bytes()).expect(name);
            for word in ["Techos", "telhados", "lajes"] {
                assert!(thesaurus.is_same_theme("techos", word), "{name}: {word}");
            }
        }
    }

    #[test]
    fn a_wrong_file_is_named_with_its_row() {
        for (name, text, expected) in [
            (
                "a cycle",
                "theme,broader,es\na,b,uno\nb,a,dos\n",
                "themes.csv, row 3: `broader` cannot be `a` (expected no theme above itself: b → a → b)",
            ),
            (
                "a word in two themes",
                "theme,es\na,uno\nb,dos; uno\n",
                "themes.csv, row 3: `es` cannot be `uno` (expected a word of one theme: it names `a` already)",
            ),
            (
                "an unknown language",
                "theme,es,fr\na,uno,un\n",
                "themes.csv, row 2: `header` cannot be `fr` (expected one of `theme`, `broader`, and the languages `es`, `pt`, `en`)",
            ),
            (
                "an unknown language in JSON",
                r#"[{"theme": "a", "es": "uno"}, {"theme": "b", "fr": ["un"]}]"#,
                "themes.csv, row 2: `header` cannot be `fr` (expected one of `theme`, `broader`, and the languages `es`, `pt`, `en`)",
            ),
            (
                "an unknown broader theme",
                r#"[{"theme": "a", "es": "uno", "broader": "x"}]"#,
                "themes.csv, row 1: `broader` cannot be `x` (expected the name of a theme, of these rows or built in)",
            ),
            (
                "a number as word",
                r#"[{"theme": "a", "es": [1]}]"#,
                "themes.csv, row 1: `es` cannot be `1` (expected a text or a list of texts)",
            ),
            ("no headers", "uno,dos\n", "themes.csv, row 1: `header` cannot be `uno,dos`"),
            ("empty", "", "themes.csv, row 1: `header` cannot be ``"),
            ("no rows", "theme,es\n", "themes.csv: `content` cannot be `empty`"),
            ("an object", "{}", "themes.csv: `content` cannot be `a JSON object`"),
            ("broken JSON", "[{", "themes.csv: `content` cannot be `EOF while parsing"),
            ("a workbook", "PK\u{3}\u{4}...", "themes.csv: `content` cannot be"),
        ] {
            let error = read(text.as_bytes()).expect_err(name);
            assert!(error.starts_with(expected), "{name}: {error}");
        }
    }
}
