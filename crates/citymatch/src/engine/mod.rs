//! The search engine, tantivy, behind a door of our own: its folder, its fields, its segments.

mod directory;
mod journal;
mod schema;
mod segment;

pub(crate) use directory::Folder;
pub(crate) use journal::{Journal, JournalDirectory, META_FILE};
pub(crate) use schema::Fields;
pub(crate) use segment::{Attributes, Segment};
