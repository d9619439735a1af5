//! The parts of a JSON text, found one by one: an array of records that was read as a whole would take
//! many times the memory of its text.

use std::ops::Range;
use std::sync::Arc;

use serde::de::IgnoredAny;
use serde_json::Deserializer;

/// The most entries of an object that are looked at.
const ENTRIES: usize = 10_000;

/// The values that follow each other in a text, which is JSON: the items of an array, or the keys and
/// the values of an object in turn. Each is the bytes that it takes.
#[derive(Clone)]
pub(crate) struct Parts {
    text: Arc<str>,
    at: usize,
}

impl Parts {
    /// The values of a whole text.
    pub(crate) fn of_text(text: Arc<str>) -> Self {
        Self { text, at: 0 }
    }

    /// The parts of an array or an object that begins at a byte.
    pub(crate) fn inside(text: Arc<str>, start: usize) -> Self {
        Self { text, at: start + 1 }
    }
}

impl Iterator for Parts {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        let rest = &self.text[self.at..];
        let between = |byte: char| byte.is_ascii_whitespace() || matches!(byte, ',' | ':');
        let start = self.at + rest.len() - rest.trim_start_matches(between).len();
        let rest = &self.text[start..];
        if rest.is_empty() || rest.starts_with([']', '}']) {
            return None;
        }
        let mut values = Deserializer::from_str(rest).into_iter::<IgnoredAny>();
        values.next()?.ok()?;
        self.at = start + values.byte_offset();
        Some(start..self.at)
    }
}

/// The keys of an object that begins at a byte, each with its value; `None` if they are very many.
pub(crate) fn entries(text: &Arc<str>, start: usize) -> Option<Vec<(String, Range<usize>)>> {
    let mut parts = Parts::inside(Arc::clone(text), start);
    let mut found = Vec::new();
    while let Some(key) = parts.next() {
        if found.len() == ENTRIES {
            return None;
        }
        found.push((serde_json::from_str(&text[key]).ok()?, parts.next()?));
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_those_of_their_text() {
        let shown = |parts: Parts| -> Vec<String> {
            let text = Arc::clone(&parts.text);
            parts.map(|part| text[part].to_owned()).collect()
        };
        for (name, text, parts) in [
            ("values", " {\"a\": 1}\n[2] 3 \"x\"", &["{\"a\": 1}", "[2]", "3", "\"x\""][..]),
            ("none", " \n", &[]),
        ] {
            assert_eq!(shown(Parts::of_text(text.into())), parts, "{name}");
        }
        for (name, text, parts) in [
            (
                "items",
                "[1, \"a,]\" ,[2,3],{\"b\":4}, -5e3,null]",
                &["1", "\"a,]\"", "[2,3]", "{\"b\":4}", "-5e3", "null"][..],
            ),
            (
                "keys_and_values",
                "{\"a:\" : 1, \"b\\\"\":[ ]}",
                &["\"a:\"", "1", "\"b\\\"\"", "[ ]"],
            ),
            ("empty", "[ ]", &[]),
        ] {
            assert_eq!(shown(Parts::inside(text.into(), 0)), parts, "{name}");
        }
        let found = entries(&"{\"a\\u00f1o\": {\"b\": 1}}".into(), 0).unwrap();
        assert_eq!(found, [("año".to_owned(), 13..21)]);
        let many: Vec<String> = (0..=ENTRIES).map(|number| format!("\"{number}\":0")).collect();
        assert!(entries(&format!("{{{}}}", many.join(",")).into(), 0).is_none());
    }

    #[test]
    fn depth_takes_no_stack() {
        let text: Arc<str> = "[".repeat(1_000_000).as_str().into();
        assert_eq!(Parts::inside(Arc::clone(&text), 0).next(), None);
        let closed: Arc<str> = format!("{text}{}", "]".repeat(1_000_000)).as_str().into();
        assert_eq!(Parts::of_text(closed).next(), Some(0..2_000_000));
    }
}
