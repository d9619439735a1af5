//! The engine's list of segments as it stands in its file, and the files of a segment.

use std::path::PathBuf;

use serde::Deserialize;
use tantivy::Opstamp;

/// What `meta.json` says, as far as copies and repairs need it. They read it themselves: the engine
/// reads it together with the segments, which may be damaged.
#[derive(Debug, Deserialize)]
pub(crate) struct SegmentList {
    pub(crate) segments: Vec<ListedSegment>,
    /// What the catalogue says of itself; none before the first commit.
    pub(crate) payload: Option<String>,
}

/// A segment in the list.
#[derive(Debug, Deserialize)]
pub(crate) struct ListedSegment {
    #[serde(rename = "segment_id", deserialize_with = "without_hyphens")]
    pub(crate) name: String,
    /// Its documents, dead ones included.
    #[serde(rename = "max_doc")]
    pub(crate) documents: u32,
    pub(crate) deletes: Option<ListedDeletes>,
}

/// The dead documents of a segment.
#[derive(Debug, Deserialize)]
pub(crate) struct ListedDeletes {
    #[serde(rename = "num_deleted_docs")]
    pub(crate) documents: u32,
    pub(crate) opstamp: Opstamp,
}

fn without_hyphens<'de, D: serde::Deserializer<'de>>(name: D) -> Result<String, D::Error> {
    String::deserialize(name).map(|name| name.replace('-', ""))
}

impl SegmentList {
    /// The list in a file's bytes, or what is wrong with it.
    pub(crate) fn read(meta: &[u8]) -> Result<Self, String> {
        serde_json::from_slice(meta).map_err(|error| format!("`{}`: {error}", super::META_FILE))
    }

    /// The names that the files of its segments may have. A segment has those that it needs.
    pub(crate) fn files(&self) -> impl Iterator<Item = PathBuf> {
        self.segments.iter().flat_map(|segment| {
            let named = ENDINGS.iter().map(|ending| segment.file(ending));
            named.chain(segment.deletes_file())
        })
    }
}

impl ListedSegment {
    /// A segment that no list names.
    pub(crate) fn unlisted(name: String) -> Self {
        Self { name, documents: 0, deletes: None }
    }

    /// How many of its documents are alive.
    pub(crate) fn alive(&self) -> u32 {
        let dead = self.deletes.as_ref().map_or(0, |deletes| deletes.documents);
        self.documents.saturating_sub(dead)
    }

    /// The name of one of its files.
    pub(crate) fn file(&self, ending: &str) -> PathBuf {
        PathBuf::from(format!("{}.{ending}", self.name))
    }

    /// The file that says which of its documents are dead; none where none are.
    pub(crate) fn deletes_file(&self) -> Option<PathBuf> {
        self.deletes.as_ref().map(|deletes| self.file(&format!("{}.del", deletes.opstamp)))
    }
}

/// The endings of the engine's files of a segment, besides those of its deletes. A user's file that
/// is named by a checksum has another one.
const ENDINGS: [&str; 7] = ["idx", "pos", "term", "store", "store.temp", "fast", "fieldnorm"];

/// The one of these that each segment has: its stored records.
pub(crate) const STORE: &str = "store";

/// A file's segment and the rest of its name; none where the file is not one of a segment.
pub(crate) fn segment_file(name: &str) -> Option<(&str, &str)> {
    let (segment, ending) = name.split_once('.')?;
    let is_id = segment.len() == 32
        && segment.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    (is_id && (ENDINGS.contains(&ending) || is_of_deletes(ending))).then_some((segment, ending))
}

pub(crate) fn is_of_deletes(ending: &str) -> bool {
    let number = ending.strip_suffix(".del").unwrap_or_default();
    !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_segments_are_known_by_their_names() {
        const ID: &str = "0123456789abcdef0123456789abcdef";
        for (name, file, expected) in [
            ("store", format!("{ID}.store"), Some("store")),
            ("deletes", format!("{ID}.17.del"), Some("17.del")),
            ("temporary", format!("{ID}.store.temp"), Some("store.temp")),
            ("list", "meta.json".to_owned(), None),
            ("managed", ".managed.json".to_owned(), None),
            ("format", "citymatch.json".to_owned(), None),
            ("lock", ".tantivy-writer.lock".to_owned(), None),
            ("a_users", "notes.txt".to_owned(), None),
            ("a_users_named_by_a_checksum", format!("{ID}.pdf"), None),
            ("deletes_without_a_number", format!("{ID}.x.del"), None),
            ("too_short", format!("{}.store", &ID[1..]), None),
            ("no_ending", ID.to_owned(), None),
        ] {
            assert_eq!(segment_file(&file).map(|(_, ending)| ending), expected, "{name}");
        }
    }
}
