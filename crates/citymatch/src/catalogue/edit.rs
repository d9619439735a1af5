use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::hash::BuildHasher;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

use foldhash::fast::FixedState;
use tantivy::directory::error::LockError;
use tantivy::directory::{Directory, DirectoryLock, INDEX_WRITER_LOCK};
use tantivy::indexer::{IndexWriterOptions, LogMergePolicy};
use tantivy::{IndexWriter, TantivyError, Term};

use super::format::{self, CommitPayload};
use super::merge_plan::MergePlan;
use super::operations::Operations;
use super::snapshot::Snapshot;
use super::sweep::sweep;
use super::turn::Turn;
use super::{Catalogue, Inner};
use crate::engine::Fields;
use crate::error::{Error, ErrorKind, LockHolder, Outcome};
use crate::index::{PendingSegment, SegmentIndex};
use crate::ingest::{AddReport, PutOutcome, Rejected, Row, RowLocation, UnclearCounts};
use crate::progress::Progress;
use crate::record::{FieldError, Kind, Record, TEXT_LIMIT, Warning};
use crate::text::{AnalysedRecord, Analyser, RecordText};

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

/// How often it is tried whether another process has ended its edit.
const LOCK_INTERVAL: Duration = Duration::from_millis(20);

/// A change of a catalogue: any number of records put and removed, all seen at once after
/// [`commit`](Self::commit).
///
/// Dropped without a commit, nothing happened, and what it wrote is removed from the folder; so is
/// what a process left that died while it was editing. It holds the catalogue's one writer's lock,
/// which also ends with its process.
///
/// A call that fails, save for a record that is wrong, ends the edit in the same way.
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
    /// None when the edit is over.
    writer: Option<Operations>,
    catalogue: Catalogue,
    fields: Fields,
    before: Snapshot,
    /// What this change makes of an id: a record of a kind, or none.
    changed: HashMap<String, Option<Kind>>,
    pending: PendingSegment,
    analyser: Analyser,
    text_limit: usize,
    /// Whether a record is refused for values that are not needed for matching.
    strict: bool,
    /// The texts of the records that were put, as hashes, each with the hash of its first id.
    texts: HashMap<u64, u64>,
    progress: Arc<Progress>,
    // Given back in this order, after all else.
    _lock: Arc<DirectoryLock>,
    turn: Turn,
}

impl Edit {
    /// Begins an edit, as soon as other threads of this process and other processes have ended
    /// theirs. It waits so long for each of them; for the threads without an end where there is
    /// none.
    pub(super) fn begin(
        catalogue: &Catalogue,
        threads: Option<Instant>,
        processes: Option<Instant>,
    ) -> Result<Self, Error> {
        let locked =
            |holder| Error::from(ErrorKind::Locked { path: catalogue.display_path(), holder });
        let turn = catalogue.inner.turns.take(threads).map_err(locked)?;
        let context = &catalogue.inner.context;
        let lock = loop {
            match catalogue.inner.index.directory().acquire_lock(&INDEX_WRITER_LOCK) {
                Ok(lock) => break Arc::new(lock),
                Err(LockError::LockBusy) => {
                    if processes.is_some_and(|until| until <= Instant::now()) {
                        return Err(locked(LockHolder::OtherProcess));
                    }
                    thread::sleep(LOCK_INTERVAL);
                }
                Err(error) => return Err(context.location.error("beginning an edit", error)),
            }
        };
        context.journal.begin(&lock);
        let (writer, before) = Self::begin_writing(catalogue).inspect_err(|_| {
            context.journal.close();
        })?;
        Ok(Self {
            writer: Some(Operations::new(writer)),
            catalogue: catalogue.clone(),
            fields: context.fields.clone(),
            before,
            changed: HashMap::new(),
            pending: PendingSegment::new(context.encoding.clone()),
            analyser: Analyser::default(),
            text_limit: TEXT_LIMIT,
            strict: false,
            texts: HashMap::new(),
            progress: Arc::default(),
            _lock: lock,
            turn,
        })
    }

    /// Removes what earlier edits left, and starts the engine's writer.
    fn begin_writing(catalogue: &Catalogue) -> Result<(IndexWriter, Snapshot), Error> {
        let Inner { index, context, .. } = &*catalogue.inner;
        sweep(index, context.location.folder(), BTreeSet::new());
        let options = IndexWriterOptions::builder()
            .num_worker_threads(1)
            .num_merge_threads(1)
            .memory_budget_per_thread(WRITER_MEMORY)
            .build();
        let writer = index.writer_with_options(options).map_err(|error| {
            context.journal.error(&context.location, "beginning an edit", error)
        })?;
        writer.set_merge_policy(Box::new(merge_policy()));
        if let Some(folder) = context.location.folder() {
            format::restore(folder, &context.format)?;
        }
        // The lock is held: what this snapshot shows stays the newest until the commit.
        Ok((writer, catalogue.snapshot()?))
    }

    /// The most bytes of text that one field may have. The default is [`TEXT_LIMIT`], one million.
    #[must_use]
    pub fn text_limit(mut self, bytes: usize) -> Self {
        self.text_limit = bytes;
        self
    }

    /// Whether [`put_rows`](Self::put_rows) rejects a row for any value that is not clear. By
    /// default a value that is not needed for matching (a country, stage, cost, goal, year or date)
    /// is kept as it was written, and the report counts it in [`AddReport::unclear`].
    #[must_use]
    pub fn strict(mut self, strict: bool) -> Self {
        self.strict = strict;
        self
    }

    /// Lets another thread see how many rows [`put_rows`](Self::put_rows) has looked at, and stop
    /// the edit: a call that goes on then, or is made later, is [`ErrorKind::Cancelled`], and
    /// nothing of the edit is in the catalogue. Take another one for the next edit.
    ///
    /// # Examples
    /// ```
    /// use std::sync::Arc;
    /// use citymatch::{Catalogue, ErrorKind, Solution, catalogue::Progress};
    /// let (catalogue, progress) = (Catalogue::in_memory()?, Arc::new(Progress::default()));
    /// let mut edit = catalogue.edit()?.progress(&progress);
    /// edit.put(Solution::new("s1", "Rain gardens"))?;
    /// assert!(progress.cancel());
    /// assert!(matches!(edit.commit().unwrap_err().kind(), ErrorKind::Cancelled));
    /// assert_eq!(catalogue.snapshot()?.solutions().len(), 0);
    /// # Ok::<(), citymatch::Error>(())
    /// ```
    #[must_use]
    pub fn progress(mut self, progress: &Arc<Progress>) -> Self {
        self.progress = Arc::clone(progress);
        self.catalogue.inner.context.journal.set_progress(progress);
        self
    }

    /// Gives the edit to another thread, which is to end it. A call of
    /// [`edit_within`](Catalogue::edit_within) in this thread then waits for it, instead of being
    /// refused as one that would wait for itself.
    ///
    /// # Examples
    /// ```
    /// use std::{thread, time::Duration};
    /// use citymatch::{Catalogue, Solution};
    /// let catalogue = Catalogue::in_memory()?;
    /// let mut edit = catalogue.edit()?.for_another_thread();
    /// let worker = thread::spawn(move || {
    ///     edit.put(Solution::new("s1", "Wells"))?;
    ///     edit.commit()
    /// });
    /// catalogue.edit_within(Duration::from_secs(60))?; // when the worker is done
    /// worker.join().unwrap()?;
    /// # Ok::<(), citymatch::Error>(())
    /// ```
    #[must_use]
    pub fn for_another_thread(self) -> Self {
        self.turn.give_away();
        self
    }

    /// Adds a record, or replaces the one of its kind with its id.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidRecord`] where a field is wrong, or where a record of the other kind has
    /// the id. Nothing has changed then, and the edit goes on. After any other error it is over,
    /// and nothing of it is in the catalogue: [`ErrorKind::Io`] where the disk refuses.
    // By value, as one hands a record over; the engine copies what it needs.
    #[allow(clippy::needless_pass_by_value)]
    pub fn put<R: Record>(&mut self, record: R) -> Result<PutOutcome, Error> {
        let invalid = |problem| ErrorKind::InvalidRecord {
            kind: R::KIND.name(),
            id: record.id().to_string(),
            problem,
        };
        let admitted = self.admit(&record).map_err(|error| self.fail(error))?;
        let existing = admitted.map_err(invalid)?;
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
        let mut seen: HashMap<(Option<String>, String), RowLocation> = HashMap::new();
        let mut warned: Vec<Warning> = Vec::new();
        let mut unclear = UnclearCounts::default();
        for Row { location, record } in rows {
            if let Err(error) = self.progress.check() {
                return Err(self.fail(error));
            }
            self.progress.add(1);
            let admitted =
                match record {
                    Err(problem) => Err(problem),
                    Ok(record) if self.strict && !record.unclear().is_empty() => {
                        Err(FieldError::join(record.unclear().to_vec())
                            .unwrap_or_else(|| FieldError::new("record", "", "clear values")))
                    }
                    Ok(record) => self.admit(&record).map_err(|error| self.fail(error))?.and_then(
                        |existing| match first_with_id(&mut seen, &location, record.id().as_ref()) {
                            Some(first) => Err(FieldError::new(
                                "id",
                                record.id(),
                                format!("an id that is not in {first} already"),
                            )),
                            None => Ok((record, existing)),
                        },
                    ),
                };
            match admitted {
                Err(error) => report.rejected.push(Rejected::new(location, error)),
                Ok((record, existing)) => {
                    match self.write(&record, existing)? {
                        PutOutcome::Added => report.added += 1,
                        PutOutcome::Replaced => report.replaced += 1,
                    }
                    unclear.add(&location, record.unclear());
                    report.copies += u64::from(self.is_copy(&record));
                    report.trimmed_ids +=
                        u64::from(record.written("id").is_some_and(serde_json::Value::is_string));
                    for warning in record.warnings() {
                        if !warned.contains(&warning) {
                            warned.push(warning.clone());
                            report.warnings.push((location.clone(), warning));
                        }
                    }
                }
            }
        }
        report.unclear = unclear.finish();
        Ok(report)
    }

    /// Whether a record that was put before has the same texts under another id.
    fn is_copy<R: Record>(&mut self, record: &R) -> bool {
        let hashed = FixedState::default();
        let (texts, id) = (
            hashed.hash_one((record.texts(), record.themes(), record.goals())),
            hashed.hash_one(record.id().as_ref()),
        );
        *self.texts.entry(texts).or_insert(id) != id
    }

    /// Removes the solution or challenge with this id; whether there was one.
    ///
    /// # Errors
    /// Only where the catalogue cannot be read.
    pub fn remove(&mut self, id: impl AsRef<str>) -> Result<bool, Error> {
        let id = id.as_ref();
        let existed = self.kind_of(id).map_err(|error| self.fail(error))?.is_some();
        if existed {
            self.delete(id)?;
            self.changed.insert(id.to_owned(), None);
        }
        Ok(existed)
    }

    /// Makes the change durable and visible. When it returns, the data are on the disk and no merge
    /// is left running.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] where the disk refuses, and [`ErrorKind::Cancelled`] after
    /// [`Progress::cancel`]: the catalogue is then as it was before. The change is in all the same
    /// where [`Error::committed`] is true: where the disk did not confirm the very last step, and
    /// where the encoder fails ([`ErrorKind::Engine`]). Vectors are then made when they are first
    /// needed.
    pub fn commit(mut self) -> Result<(), Error> {
        if self.writer.is_none() {
            return Err(self.fail(ended()));
        }
        if self.changed.is_empty() {
            return self.progress.check().map_err(|error| self.fail(error));
        }
        let put = self.pending.finish(&self.progress).map_err(|error| self.fail(error))?;
        let _committing = Committing::begin(&self.catalogue);
        let earlier = match self.write_commit() {
            Ok(earlier) => earlier,
            Err(error) if self.catalogue.inner.context.journal.committed() => {
                return Err(error.with_outcome(Outcome::Committed));
            }
            Err(error) => {
                self.progress.not_committed();
                return Err(self.fail(error));
            }
        };
        if let Some(writer) = self.writer.take() {
            // A merge that fails leaves the segments as they are, and a later edit tries it again.
            let _ = writer.into_writer().wait_merging_threads();
        }
        let written = self.write_index_files(put, &earlier);
        written.map_err(|error| error.with_outcome(Outcome::Committed))
    }

    /// The engine's commit, with what the catalogue says of itself beside the segments. Returns the
    /// segments of earlier commits that may have index files.
    fn write_commit(&mut self) -> Result<Vec<String>, Error> {
        let context = &self.catalogue.inner.context;
        let earlier = self.catalogue.earlier_segments(&self.before)?;
        let failed = |error| context.journal.error(&context.location, "committing", error);
        let Some(writer) = self.writer.as_mut() else { return Err(ended()) };
        // This writes the new segments. What follows marks the dead records and replaces the list
        // of segments.
        let mut commit =
            writer.hand_over().and_then(IndexWriter::prepare_commit).map_err(failed)?;
        commit.set_payload(&CommitPayload::text(&context.format, &earlier));
        self.progress.commit()?;
        context.journal.begin_commit(commit.opstamp());
        let committed = commit.commit().map_err(failed).map(|_| ());
        if committed.is_err() {
            // The list may have been replaced though the disk did not confirm it.
            let metas = self.catalogue.inner.index.load_metas();
            context.journal.end_commit(metas.ok().map(|metas| metas.opstamp));
        }
        committed.map(|()| earlier)
    }

    /// Writes the index of the new segments, and builds it where it is missing.
    fn write_index_files(
        &self,
        put: Option<SegmentIndex>,
        earlier: &[String],
    ) -> Result<(), Error> {
        let Some(newer) = self.catalogue.newer(&self.catalogue.newest())? else {
            return Ok(());
        };
        let changed = self.changed.keys().map(String::as_str).collect();
        let plan = MergePlan { before: &self.before, changed, put };
        let written = newer.snapshot.write_index_files(&plan, earlier);
        *self.catalogue.newest() = newer;
        written
    }

    fn writer(&mut self) -> Result<&mut Operations, Error> {
        self.writer.as_mut().ok_or_else(ended)
    }

    /// Ends the edit because of an error, which then says that nothing of it is in.
    fn fail(&mut self, error: Error) -> Error {
        self.end();
        let context = &self.catalogue.inner.context;
        let error = match context.location.folder() {
            Some(folder) => error.with_space(context.journal.wanted(), folder),
            None => error,
        };
        let puts = self.changed.is_empty() || self.changed.values().any(Option::is_some);
        error.with_outcome(if puts { Outcome::NothingAdded } else { Outcome::NothingRemoved })
    }

    /// Ends the edit, and removes what it wrote that no commit names.
    fn end(&mut self) {
        let Inner { context, index, .. } = &*self.catalogue.inner;
        let (committed, failed) = (context.journal.committed(), context.journal.has_failed());
        let files = context.journal.close();
        let writer = self.writer.take();
        if writer.is_none() && committed && !failed {
            return;
        }
        drop(writer);
        sweep(index, context.location.folder(), files);
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
        self.progress.check().map_err(|error| self.fail(error))?;
        let id = record.id().as_ref();
        if existing.is_some() {
            self.delete(id)?;
        }
        let text = RecordText::new(record);
        let language = text.language(record).map(|(language, _)| language);
        let analysed = AnalysedRecord::new(record, text, language, &mut self.analyser);
        let document = self.fields.document(record, &analysed);
        self.changed.insert(id.to_owned(), Some(R::KIND));
        let told = self.writer()?.add(document, analysed.full_text.len());
        self.told(told, "adding a record")?;
        self.pending.push(analysed, &self.progress).map_err(|error| self.fail(error))?;
        Ok(if existing.is_some() { PutOutcome::Replaced } else { PutOutcome::Added })
    }

    /// Removes the record with this id that the catalogue has, or that was put before.
    fn delete(&mut self, id: &str) -> Result<(), Error> {
        let term = Term::from_field_text(self.fields.id, id);
        let told = self.writer()?.delete(term);
        self.told(told, "removing a record")
    }

    /// Ends the edit if the engine could not be told: its thread has ended, and the journal knows
    /// what it failed at.
    fn told(&mut self, told: Result<(), TantivyError>, action: &'static str) -> Result<(), Error> {
        let context = &self.catalogue.inner.context;
        told.map_err(|error| context.journal.error(&context.location, action, error))
            .map_err(|error| self.fail(error))
    }

    fn kind_of(&self, id: &str) -> Result<Option<Kind>, Error> {
        match self.changed.get(id) {
            Some(kind) => Ok(*kind),
            None => self.before.kind_of(id),
        }
    }
}

impl Drop for Edit {
    fn drop(&mut self) {
        self.end();
    }
}

/// The error of a call after one that failed.
fn ended() -> Error {
    Error::engine("editing", "the edit has ended with an error before")
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

/// The row, in the same file or list, that has the id already; otherwise this location is
/// remembered for it.
fn first_with_id(
    seen: &mut HashMap<(Option<String>, String), RowLocation>,
    location: &RowLocation,
    id: &str,
) -> Option<RowLocation> {
    let key = (location.file.clone(), id.to_owned());
    if let Some(first) = seen.get(&key) {
        return Some(first.clone());
    }
    // The row is told to somebody who knows the file.
    seen.insert(key, RowLocation { file: None, ..location.clone() });
    None
}

impl fmt::Debug for Edit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Edit").field("changed", &self.changed.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::sync::Mutex;

    use citymatch_encoder::StaticEncoder;
    use tantivy::directory::RamDirectory;
    use tantivy::{Index, IndexSettings};

    use super::*;
    use crate::Solution;
    use crate::catalogue::format::Format;
    use crate::catalogue::snapshot::CatalogueContext;
    use crate::engine::full_folder::{Full, FullFolder};
    use crate::engine::{JournalDirectory, Location};

    #[test]
    fn what_an_error_says_of_the_change_is_true() {
        let inner = RamDirectory::create();
        let full = Arc::new(Mutex::new(Full::Never));
        let journal = Arc::default();
        let folder = FullFolder { inner: inner.clone(), full: Arc::clone(&full) };
        let (fields, settings) = (Fields::new(true), IndexSettings::default());
        let directory = JournalDirectory::new(folder, &journal);
        let index = Index::create(directory.clone(), fields.schema.clone(), settings).unwrap();
        let location = Location::in_memory();
        let format = Format::new(&StaticEncoder::builtin(), None);
        let context = CatalogueContext { location, format, fields, encoding: None, journal };
        let catalogue = Catalogue::with_index(index, directory, context).unwrap();
        let mut expected = 0;
        for (when, message, committed) in [
            (Full::Never, None, false),
            (Full::Files, Some("; nothing was added"), false),
            (Full::List, Some("; nothing was added"), false),
            (Full::Confirmation, Some("; the change is in"), true),
            (Full::Afterwards, None, false),
            (Full::Never, None, false),
        ] {
            // Eight of them are merged, which the last commits try.
            for part in 0..8 {
                let before: Vec<PathBuf> =
                    catalogue.inner.index.directory().list_managed_files().into_iter().collect();
                *full.lock().unwrap() = when;
                let mut edit = catalogue.edit().unwrap();
                let id = format!("{when:?}-{expected}-{part}");
                let put = edit.put(Solution::new(id, "Rain gardens"));
                let result = put.and_then(|_| edit.commit());
                *full.lock().unwrap() = Full::Never;
                match (result, message) {
                    (Ok(()), None) => expected += 1,
                    (Err(error), Some(message)) => {
                        assert!(error.to_string().ends_with(message), "{when:?}: {error}");
                        assert!(error.to_string().contains("no storage space"), "{error}");
                        assert!(matches!(error.kind(), ErrorKind::Io { .. }), "{when:?}: {error}");
                        assert_eq!(error.committed(), committed, "{when:?}");
                        expected += usize::from(committed);
                    }
                    (result, _) => panic!("{when:?}: {result:?}"),
                }
                let found = catalogue.snapshot().unwrap().solutions().len();
                assert_eq!(found, expected, "{when:?}");
                if message.is_some() && !committed {
                    let after = catalogue.inner.index.directory().list_managed_files();
                    let left = |file: &PathBuf| {
                        !before.contains(file) && inner.exists(file).unwrap_or(true)
                    };
                    let left: Vec<_> = after.iter().filter(|file| left(file)).collect();
                    assert!(left.is_empty(), "{when:?}: {left:?}");
                }
            }
        }
    }
}
