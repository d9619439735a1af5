//! The search engine, tantivy: the folder of its files, the fields of its documents, its segments,
//! and what its errors mean.

mod attributes;
mod directory;
#[cfg(test)]
pub(crate) mod full_folder;
mod journal;
mod location;
mod schema;
mod segment;
mod segment_list;
mod stored_json;

pub(crate) use attributes::{NumberAttribute, TextAttribute};
pub(crate) use directory::{Folder, MANAGED_FILE, META_FILE};
pub(crate) use journal::{Journal, JournalDirectory};
pub(crate) use location::{FORMAT_FILE, Location};
pub(crate) use schema::{Fields, kind_column};
pub(crate) use segment::{Copies, Segment, SegmentStats};
pub(crate) use segment_list::{ListedSegment, STORE, SegmentList, is_of_deletes, segment_file};
pub(crate) use stored_json::StoredJson;
