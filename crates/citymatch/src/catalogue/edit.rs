use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::Ordering;

use tantivy::directory::error::LockError;
use tantivy::directory::{Directory, INDEX_WRITER_LOCK};
use tantivy::indexer::{IndexWriterOptions, LogMergePolicy};
use tantivy::{IndexWriter, TantivyError, Term};

use super::Catalogue;
use super::format::CommitPayload;
use super::merge_plan::MergePlan;
use super::snapshot::Snapshot;
use crate::engine::Fields;
use crate::error::{Error, ErrorKind};
use crate::index::PendingSegment;
use crate::ingest::{AddReport, PutOutcome, Rejected, Row, RowLocation};
use crate::record::{FieldError, Kind, Record, TEXT_LIMIT, Warning};
use crate::text::{AnalysedRecord, Analyser, language_of};

/// What the engine may hold in memory before it writes a segment.
const WRITER_MEMORY: usize = 128 << 20;

/// Segments up to this size are of one kind: eight of a kind are merged. So a record is copied a
/// few times, more seldom the more there are, and a search goes through seven segments of a kind at
/// most.
const SMALL_SEGMENT: u32 = 128;
/// A segment with a larger share of dead records is written again without them.
const MOST_DEAD: f32 = 0.3;

fn merge_policy() -> LogMergePolicy {
    let mut policy = LogMergePolicy::default();
    policy.set_min_layer_size(SMALL_SEGMENT);
    policy.set_del_docs_ratio_before_merge(MOST_DEAD);
    policy
}

/// A change of a catalogue: any number of records put and removed, all seen at once after
/// [`commit`](Self::commit).
///
/// Dropped without a commit, nothing happened. It holds the catalogue's one writer's lock, which
/// also ends with its process.
///
/// # Examples
/// ```
/// use citymatch::{Catalogue, Solution, ingest::PutOutcome};
/// let catalogue = Catalogue::in_memory()?;
/// let mut edit = catalogue.edit()?;
/// assert_eq!(edit.put(Solution::new("s1", "Rain gardens"))?, PutOutcome::Added);
/// assert_eq!(edit.put(Solution::new("s1", "Rain gardens, second edition"))?, PutOutcome::Replaced);
/// assert!(!edit.remove("s9")?);
/// edit.commit()?;
/// # Ok::<(), citymatch::Error>(())
/// ```
pub struct Edit {
    writer: IndexWriter,
    catalogue: Catalogue,
    fields: Fields,
    before: Snapshot,
    /// What this change makes of an id: a record of a kind, or none.
    changed: HashMap<String, Option<Kind>>,
    pending: PendingSegment,
    analyser: Analyser,
    text_limit: usize,
}

impl Edit {
    pub(super) fn begin(catalogue: &Catalogue) -> Result<Self, Error> {
        let options = IndexWriterOptions::builder()
            .num_worker_threads(1)
            .num_merge_threads(1)
            .memory_budget_per_thread(WRITER_MEMORY)
            .build();
        let writer =
            catalogue.inner.index.writer_with_options(options).map_err(|error| match error {
                // Also in memory, where the engine's other errors stay the engine's.
                TantivyError::LockFailure(LockError::LockBusy, _) => {
                    ErrorKind::Locked { path: catalogue.display_path() }.into()
                }
                other => catalogue.inner.context.location.error("beginning an edit", other),
            })?;
        writer.set_merge_policy(Box::new(merge_policy()));
        // The lock is held: what this snapshot shows stays the newest until the commit.
        let before = catalogue.snapshot()?;
        Ok(Self {
            writer,
            catalogue: catalogue.clone(),
            fields: catalogue.inner.context.fields.clone(),
            before,
            changed: HashMap::new(),
            pending: PendingSegment::new(catalogue.inner.context.encoder.clone()),
            analyser: Analyser::default(),
            text_limit: TEXT_LIMIT,
        })
    }

    /// The most bytes of text that one field may have. The default is [`TEXT_LIMIT`], one million.
    #[must_use]
    pub fn text_limit(mut self, bytes: usize) -> Self {
        self.text_limit = bytes;
        self
    }

    /// Adds a record, or replaces the one of its kind with its id.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidRecord`] where a field is wrong, or where a record of the other kind has
    /// the id. Nothing has changed then, and the edit goes on.
    // By value, as one hands a record over; the engine copies what it needs.
    #[allow(clippy::needless_pass_by_value)]
    pub fn put<R: Record>(&mut self, record: R) -> Result<PutOutcome, Error> {
        let invalid = |problem| ErrorKind::InvalidRecord {
            kind: R::KIND.name(),
            id: record.id().to_string(),
            problem,
        };
        let existing = self.admit(&record)?.map_err(invalid)?;
        self.write(&record, existing)
    }

    /// Puts every good row; the others are reported, and nothing of them goes in.
    ///
    /// Two rows of one file, or of one list, with the same id: the first stays, the second is
    /// rejected.
    ///
    /// # Errors
    /// Only where the catalogue cannot be written: a wrong row is no error.
    pub fn put_rows<R: Record>(
        &mut self,
        rows: impl IntoIterator<Item = Row<R>>,
    ) -> Result<AddReport, Error> {
        let mut report = AddReport::default();
        let mut seen: HashMap<(Option<String>, String), u64> = HashMap::new();
        let mut warned: Vec<Warning> = Vec::new();
        for Row { location, record } in rows {
            let admitted = match record {
                Err(problem) => Err(problem),
                Ok(record) => self.admit(&record)?.and_then(|existing| {
                    match first_with_id(&mut seen, &location, record.id().as_ref()) {
                        Some(first) => Err(FieldError::new(
                            "id",
                            record.id(),
                            format!("an id that is not in row {first} already"),
                        )),
                        None => Ok((record, existing)),
                    }
                }),
            };
            match admitted {
                Err(error) => report.rejected.push(Rejected::new(location, error)),
                Ok((record, existing)) => {
                    match self.write(&record, existing)? {
                        PutOutcome::Added => report.added += 1,
                        PutOutcome::Replaced => report.replaced += 1,
                    }
                    for warning in record.warnings() {
                        if !warned.contains(&warning) {
                            warned.push(warning.clone());
                            report.warnings.push((location.clone(), warning));
                        }
                    }
                }
            }
        }
        Ok(report)
    }

    /// Removes the solution or challenge with this id; whether there was one.
    ///
    /// # Errors
    /// Only where the catalogue cannot be read.
    pub fn remove(&mut self, id: impl AsRef<str>) -> Result<bool, Error> {
        let id = id.as_ref();
        let existed = self.kind_of(id)?.is_some();
        if existed {
            self.writer.delete_term(Term::from_field_text(self.fields.id, id));
            self.changed.insert(id.to_owned(), None);
        }
        Ok(existed)
    }

    /// Makes the change durable and visible. When it returns, the data are on the disk and no merge
    /// is left running.
    ///
    /// # Errors
    /// [`ErrorKind::Engine`] where the disk refuses: the catalogue is then as it was before. The
    /// same where the encoder fails: then the records are in, and their vectors are made when they
    /// are first needed.
    pub fn commit(mut self) -> Result<(), Error> {
        let changed = !self.changed.is_empty();
        let put = self.pending.finish();
        let _committing = Committing::begin(&self.catalogue);
        let mut earlier = Vec::new();
        if changed {
            earlier = self.catalogue.earlier_segments(&self.before)?;
            self.write_commit(&earlier)?;
        }
        self.writer.wait_merging_threads().map_err(|error| {
            self.catalogue.inner.context.location.error("finishing merges", error)
        })?;
        // The engine's writer gave the lock back with its last merge. Where another writer has it
        // already, the rest is left to that one: it keeps what is derived from all segments when it
        // commits, and until then readers make what they miss.
        if changed
            && let Ok(_lock) =
                self.catalogue.inner.index.directory().acquire_lock(&INDEX_WRITER_LOCK)
        {
            let Some(newer) = self.catalogue.newer(&self.catalogue.newest())? else {
                return Ok(());
            };
            let changed = self.changed.keys().map(String::as_str).collect();
            let plan = MergePlan { before: &self.before, changed, put };
            let kept = newer.snapshot.write_index_files(&plan, &earlier);
            *self.catalogue.newest() = newer;
            return kept;
        }
        Ok(())
    }

    /// The engine's commit, with what the catalogue says of itself beside the segments.
    fn write_commit(&mut self, earlier: &[String]) -> Result<(), Error> {
        let context = &self.catalogue.inner.context;
        let failed = |error| context.location.error("committing", error);
        let mut commit = self.writer.prepare_commit().map_err(failed)?;
        commit.set_payload(&CommitPayload::text(&context.format, earlier));
        commit.commit().map_err(failed)?;
        Ok(())
    }

    /// Whether a record may go in, and which kind of record has its id now.
    fn admit<R: Record>(&self, record: &R) -> Result<Result<Option<Kind>, FieldError>, Error> {
        if let Err(problem) = record.check(self.text_limit) {
            return Ok(Err(problem));
        }
        let existing = self.kind_of(record.id().as_ref())?;
        Ok(match existing {
            Some(kind) if kind != R::KIND => {
                Err(FieldError::new("id", record.id(), format!("an id that no {kind} has")))
            }
            existing => Ok(existing),
        })
    }

    fn write<R: Record>(
        &mut self,
        record: &R,
        existing: Option<Kind>,
    ) -> Result<PutOutcome, Error> {
        let id = record.id().as_ref();
        if existing.is_some() {
            self.writer.delete_term(Term::from_field_text(self.fields.id, id));
        }
        let language = language_of(record).map(|(language, _)| language);
        let analysed = AnalysedRecord::new(record, language, &mut self.analyser);
        let document = self.fields.document(record, &analysed);
        self.writer.add_document(document).map_err(|error| {
            self.catalogue.inner.context.location.error("adding a record", error)
        })?;
        self.changed.insert(id.to_owned(), Some(R::KIND));
        self.pending.push(analysed);
        Ok(if existing.is_some() { PutOutcome::Replaced } else { PutOutcome::Added })
    }

    fn kind_of(&self, id: &str) -> Result<Option<Kind>, Error> {
        match self.changed.get(id) {
            Some(kind) => Ok(*kind),
            None => self.before.kind_of(id),
        }
    }
}

/// A commit under way, until it is dropped.
struct Committing(Catalogue);

impl Committing {
    fn begin(catalogue: &Catalogue) -> Self {
        catalogue.inner.committing.store(true, Ordering::Release);
        Self(catalogue.clone())
    }
}

impl Drop for Committing {
    fn drop(&mut self) {
        self.0.inner.committing.store(false, Ordering::Release);
    }
}

/// The row of the same file or list that has the id already; otherwise this location is remembered
/// for it.
fn first_with_id(
    seen: &mut HashMap<(Option<String>, String), u64>,
    location: &RowLocation,
    id: &str,
) -> Option<u64> {
    let key = (location.file.clone(), id.to_owned());
    if let Some(first) = seen.get(&key) {
        return Some(*first);
    }
    seen.insert(key, location.row);
    None
}

impl fmt::Debug for Edit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Edit").field("changed", &self.changed.len()).finish_non_exhaustive()
    }
}
