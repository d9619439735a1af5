//! The records that can still be read in a damaged folder.
//!
//! Files are read, not mapped: where a disk has lost a part of a file, mapping would end the process.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ownedbytes::OwnedBytes;
use serde_json::Value as Json;
use tantivy::columnar::{ColumnarReader, DynamicColumn};
use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    Directory, DirectoryLock, FileHandle, FileSlice, Lock, ManagedDirectory, WatchCallback,
    WatchHandle, WritePtr,
};
use tantivy::fastfield::AliveBitSet;
use tantivy::store::StoreReader;
use tantivy::{TantivyDocument, TantivyError};

use crate::engine::{
    Fields, ListedSegment, Location, MANAGED_FILE, STORE, SegmentList, StoredJson, is_of_deletes,
    kind_column, segment_file,
};
use crate::error::Error;
use crate::record::{Challenge, Kind, Record, Solution};

/// How many ids a sentence names.
const NAMED: usize = 10;

/// A record that was read.
pub(super) enum Saved {
    Solution(Box<Solution>),
    Challenge(Box<Challenge>),
}

impl Saved {
    pub(super) fn id(&self) -> &str {
        match self {
            Self::Solution(solution) => solution.id.as_ref(),
            Self::Challenge(challenge) => challenge.id.as_ref(),
        }
    }
}

/// The segments of a folder, with what is wrong with them.
pub(super) struct Salvage {
    location: Location,
    files: ManagedDirectory,
    fields: Fields,
    /// Those whose records are certain come first, then the newest.
    segments: Vec<Damaged>,
    problems: Vec<String>,
}

/// A segment, as far as it can be read.
struct Damaged {
    listed: ListedSegment,
    /// Whether the list of segments names it.
    is_listed: bool,
    store: Result<StoreReader, String>,
    /// Whether the stored records match their checksum.
    is_whole: bool,
    alive: Alive,
    /// The kind of each document; none where that is lost.
    kinds: Option<Vec<Kind>>,
    unreadable: u32,
    /// The records that no checksum vouches for: not that of their file, and none of their own.
    doubtful: Vec<String>,
}

/// Which documents of a segment are alive.
enum Alive {
    All,
    Some(AliveBitSet),
    /// What said it cannot be read.
    Lost,
}

/// Whether a folder has files of segments.
pub(super) fn has_segments(folder: &Path) -> bool {
    !stores(folder).is_empty()
}

/// The segments of which a folder has stored records, the newest first.
fn stores(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<_> = entries
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let (segment, ending) = segment_file(&name)?;
            let changed = entry.metadata().and_then(|metadata| metadata.modified()).ok();
            (ending == STORE).then(|| (changed, segment.to_owned()))
        })
        .collect();
    found.sort_by(|a, b| b.cmp(a));
    found.into_iter().map(|(_, segment)| segment).collect()
}

impl Salvage {
    /// Looks at all segments that the list names or, where it cannot be read, at all that there are.
    pub(super) fn open(folder: &Path, list: Result<SegmentList, String>) -> Result<Self, Error> {
        let location = Location::in_folder(folder, folder);
        let files = ManagedDirectory::wrap(Box::new(ReadFiles(folder.to_owned())))
            .map_err(|error| location.error("reading files", error))?;
        let mut problems = Vec::new();
        let segments = match list {
            Ok(list) => list.segments.into_iter().map(|listed| (listed, true)).collect(),
            Err(wrong) => {
                problems.push(format!(
                    "{wrong}: so all records that are there were taken, and some that had been \
                     removed or replaced may be back"
                ));
                let unlisted = |name| (ListedSegment::unlisted(name), false);
                stores(folder).into_iter().map(unlisted).collect::<Vec<_>>()
            }
        };
        let mut found =
            Self { location, files, fields: Fields::new(false), segments: vec![], problems };
        found.segments = segments
            .into_iter()
            .map(|(listed, is_listed)| found.segment(folder, listed, is_listed))
            .collect();
        found.segments.sort_by_key(|segment| !segment.is_certain());
        Ok(found)
    }

    /// What is wrong beside the segments.
    pub(super) fn problems(&self) -> Vec<String> {
        self.problems.clone()
    }

    fn segment(&self, folder: &Path, listed: ListedSegment, is_listed: bool) -> Damaged {
        let store = listed.file(STORE);
        let reader = self.read(&store, |file| StoreReader::open(file, 1));
        let alive =
            if is_listed { listed.deletes_file() } else { newest_deletes(folder, &listed.name) };
        let alive = match alive {
            None => Alive::All,
            Some(file) if self.is_whole(&file) => {
                let read = |file: FileSlice| Ok(AliveBitSet::open(file.read_bytes()?));
                self.read(&file, read).map_or(Alive::Lost, Alive::Some)
            }
            Some(_) => Alive::Lost,
        };
        let fast = listed.file("fast");
        let kinds = self.is_whole(&fast).then(|| self.read(&fast, kinds).ok()).flatten();
        Damaged {
            store: reader,
            is_whole: self.is_whole(&store),
            alive,
            kinds,
            listed,
            is_listed,
            unreadable: 0,
            doubtful: Vec::new(),
        }
    }

    fn is_whole(&self, file: &Path) -> bool {
        let check = || self.files.validate_checksum(file);
        self.location.read("checking a file", check).unwrap_or(false)
    }

    /// What a file gives, or what is wrong with it.
    fn read<T>(
        &self,
        file: &Path,
        read: impl FnOnce(FileSlice) -> io::Result<T>,
    ) -> Result<T, String> {
        let open = || Ok::<_, TantivyError>(read(self.files.open_read(file)?)?);
        self.location.read("reading", open).map_err(|error| match error.kind() {
            crate::ErrorKind::Corrupt { detail, .. } => detail.clone(),
            _ => error.to_string(),
        })
    }

    /// Hands over each record that can be read.
    pub(super) fn each(
        &mut self,
        mut take: impl FnMut(Saved) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let (location, fields) = (&self.location, &self.fields);
        for segment in &mut self.segments {
            let Ok(store) = &segment.store else { continue };
            let listed = if segment.is_listed { segment.listed.documents } else { u32::MAX };
            let documents = match &segment.alive {
                Alive::Some(alive) => listed.min(alive.bitset().max_value()),
                Alive::All | Alive::Lost => listed,
            };
            for doc in 0..documents {
                if matches!(&segment.alive, Alive::Some(alive) if !alive.is_alive(doc)) {
                    continue;
                }
                let read = || store.get::<TantivyDocument>(doc);
                let is_past = |error: &Error| error.to_string().contains("Failed to lookup Doc");
                let found = match location.read("reading a record", read) {
                    Ok(document) => record(fields, &document, segment.kind(doc)),
                    Err(error) if !segment.is_listed && is_past(&error) => break,
                    Err(_) => None,
                };
                let Some((found, is_certain)) = found else {
                    segment.unreadable += 1;
                    if !segment.is_listed && segment.unreadable > MOST_UNREADABLE {
                        break;
                    }
                    continue;
                };
                if !segment.is_whole && !is_certain {
                    segment.doubtful.push(found.id().to_owned());
                }
                take(found)?;
            }
        }
        Ok(())
    }

    /// What could not be read of the segments, and what has to be looked over.
    pub(super) fn lost(&self) -> Vec<String> {
        self.segments.iter().flat_map(Damaged::lost).collect()
    }
}

/// A damaged segment that nothing says the size of is given up after so many records.
const MOST_UNREADABLE: u32 = 10_000;

impl Damaged {
    /// Whether its records are those of the newest commit, letter by letter.
    fn is_certain(&self) -> bool {
        self.is_listed && self.is_whole && !matches!(self.alive, Alive::Lost)
    }

    fn kind(&self, doc: u32) -> Option<Kind> {
        self.kinds.as_ref()?.get(doc as usize).copied()
    }

    fn lost(&self) -> Vec<String> {
        let (name, mut lost) = (&self.listed.name, Vec::new());
        if let Err(wrong) = &self.store {
            let count = if self.is_listed { self.listed.alive().to_string() } else { "its".into() };
            lost.push(format!("segment {name}: {count} records are lost ({wrong})"));
            return lost;
        }
        if self.unreadable > 0 {
            let count = self.unreadable;
            lost.push(format!("segment {name}: {count} of its records could not be read"));
        }
        if matches!(self.alive, Alive::Lost) {
            lost.push(format!(
                "segment {name}: which of its records had been removed or replaced is lost, so \
                 some of them may be back"
            ));
        }
        if self.kinds.is_none() {
            lost.push(format!(
                "segment {name}: which of its records are challenges is lost, and was told from \
                 their fields"
            ));
        }
        if !self.doubtful.is_empty() {
            let mut named: Vec<String> =
                self.doubtful.iter().take(NAMED).map(|id| format!("`{id}`")).collect();
            if let Some(more @ 1..) = self.doubtful.len().checked_sub(NAMED) {
                named.push(format!("and {more} more"));
            }
            lost.push(format!(
                "segment {name}: its records do not match their checksum, so look over those that \
                 were saved: {}",
                named.join(", ")
            ));
        }
        lost
    }
}

/// The newest file of the dead of a segment that no list names.
fn newest_deletes(folder: &Path, segment: &str) -> Option<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let newest = names
        .filter(|name| {
            segment_file(name).is_some_and(|(of, ending)| of == segment && is_of_deletes(ending))
        })
        // The numbers rise; a longer one is a greater one.
        .max_by_key(|name| (name.len(), name.clone()));
    newest.map(PathBuf::from)
}

/// The kinds of all documents of a segment.
fn kinds(columns: FileSlice) -> io::Result<Vec<Kind>> {
    let columns = ColumnarReader::open(columns)?;
    let named = columns.read_columns(kind_column::NAME)?;
    let column = named.first().ok_or_else(|| io::Error::other("it has no kinds"))?;
    let DynamicColumn::U64(column) = column.open()? else {
        return Err(io::Error::other("its kinds are no numbers"));
    };
    Ok((0..columns.num_docs()).map(|doc| kind_column::kind(column.first(doc))).collect())
}

/// The record of a document, whose kind is told from its fields where nothing else says it, and
/// whether its own checksum vouches for it.
fn record(
    fields: &Fields,
    document: &TantivyDocument,
    kind: Option<Kind>,
) -> Option<(Saved, bool)> {
    let StoredJson { json, is_whole } = fields.json(document);
    let json: Json = serde_json::from_slice(json).ok()?;
    let kind = kind.unwrap_or_else(|| kind_of(&json));
    let record = match kind {
        Kind::Solution => Saved::Solution(Box::new(Solution::read(json).ok()?)),
        Kind::Challenge => Saved::Challenge(Box::new(Challenge::read(json).ok()?)),
    };
    Some((record, is_whole == Some(true)))
}

/// The kind that more fields of a record are of.
fn kind_of(json: &Json) -> Kind {
    let fields = |of: &[&str]| of.iter().filter(|field| json.get(**field).is_some()).count();
    if fields(Challenge::FIELDS) > fields(Solution::FIELDS) {
        Kind::Challenge
    } else {
        Kind::Solution
    }
}

/// A folder whose files are read as a whole when they are opened.
#[derive(Clone, Debug)]
struct ReadFiles(PathBuf);

fn read_only() -> io::Error {
    io::ErrorKind::ReadOnlyFilesystem.into()
}

impl Directory for ReadFiles {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        Ok(Arc::new(OwnedBytes::new(self.atomic_read(path)?)))
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        if path == Path::new(MANAGED_FILE) {
            // It may be damaged, and nothing is cleared away here.
            return Err(OpenReadError::FileDoesNotExist(path.to_owned()));
        }
        fs::read(self.0.join(path)).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => OpenReadError::FileDoesNotExist(path.to_owned()),
            _ => OpenReadError::wrap_io_error(error, path.to_owned()),
        })
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        Ok(self.0.join(path).exists())
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        let io_error = Arc::new(read_only());
        Err(DeleteError::IoError { io_error, filepath: path.to_owned() })
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        Err(OpenWriteError::wrap_io_error(read_only(), path.to_owned()))
    }

    fn atomic_write(&self, _path: &Path, _data: &[u8]) -> io::Result<()> {
        Err(read_only())
    }

    fn sync_directory(&self) -> io::Result<()> {
        Ok(())
    }

    fn acquire_lock(&self, _lock: &Lock) -> Result<DirectoryLock, LockError> {
        Ok(DirectoryLock::from(Box::new(())))
    }

    fn watch(&self, _watch_callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        Ok(WatchHandle::empty())
    }
}
