use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use citymatch::ingest::RowIds;
use citymatch::subjects::Subjects;
use citymatch::{
    Challenge, ErrorKind, Solution,
    catalogue::{LockHolder, Progress},
    record::TEXT_LIMIT,
};
use citymatch_files::{FileFormat, Output, ReadOptions, write_records};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PySlice, PyString, PyTuple, PyType};

use crate::background;
use crate::batch::reporter;
use crate::convert::{Reduced, Unfit, id, option_number, option_whole, shown};
use crate::duplicates;
use crate::edit::Edit;
use crate::encoder::Encoder;
use crate::error::{CatalogueStateError, enter, not_found, raised, set_committed, wrong_option};
use crate::iterator::RecordIterator;
use crate::record::Wrapped;
use crate::records::{Records, file_format, go_on, read_options, row_ids};
use crate::report;
use crate::rows::{Given, given};
use crate::views::{Challenges, Solutions};

/// A folder, or memory, that holds solutions and challenges and what is derived from them.
///
/// `create` makes one and `open` opens one. There is one writer at a time, also among processes,
/// and any number of readers, who never wait for it. Counting, ``in``, indexing by id and iterating
/// go over the solutions of the newest commit. `solutions` and `challenges` are views of the two
/// kinds of record with equal methods. A pickled catalogue is its path and its encoder.
///
/// Examples
/// --------
/// >>> import citymatch as cm
/// >>> catalogue = cm.Catalogue.create()
/// >>> gardens = cm.Solution("s1", "Jardins de chuva")
/// >>> _ = catalogue.add([gardens, {"id": "s2", "title": "Dry toilets"}])
/// >>> len(catalogue), "s1" in catalogue, catalogue["s2"].title, catalogue.solutions.ids()
/// (2, True, 'Dry toilets', ['s1', 's2'])
#[pyclass(frozen, module = "citymatch")]
pub(crate) struct Catalogue {
    pub(crate) core: citymatch::Catalogue,
    /// None: words alone.
    pub(crate) encoder: Option<Py<Encoder>>,
}

impl Catalogue {
    /// The catalogue at a path. Without an encoder the built-in one serves, if the catalogue was
    /// made with that.
    pub(crate) fn at(py: Python<'_>, path: &Path, given: Option<Py<Encoder>>) -> PyResult<Self> {
        let (default, encoder) = (given.is_none(), given.map_or_else(|| Encoder::builtin(py), Ok)?);
        let with_encoder = citymatch::Catalogue::builder().encoder(encoder.get().core());
        let (core, serves) = enter(py, || match with_encoder.open(path) {
            Err(error) if default && matches!(error.kind(), ErrorKind::Encoder { .. }) => {
                Ok((citymatch::Catalogue::open(path)?, false))
            }
            opened => Ok((opened?, true)),
        })?;
        Ok(Self { core, encoder: serves.then_some(encoder) })
    }
}

#[pymethods]
impl Catalogue {
    /// There are two ways to a catalogue, and a call of the class would not say which is meant.
    #[new]
    #[pyo3(signature = (*_arguments, **_options))]
    fn new(
        _arguments: &Bound<'_, PyTuple>,
        _options: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        Err(PyTypeError::new_err(
            "Catalogue has no constructor: Catalogue.create(path) makes a catalogue in a new \
             folder, Catalogue.create() one in memory, and Catalogue.open(path) opens one",
        ))
    }

    /// Make a catalogue.
    ///
    /// Parameters
    /// ----------
    /// path
    ///     A folder that does not exist yet, or is empty. Without a path the catalogue is in
    ///     memory, and gone with its last reference.
    /// encoder
    ///     What turns texts into vectors; by default the built-in encoder.
    /// subjects
    ///     A JSON file with the subjects by which the signal `subject` compares texts, instead of the
    ///     built-in ones of cities. The catalogue keeps what it says. 40 to 50 coarse subjects that
    ///     hardly overlap serve best; each has an id, and in one language at least a name and some
    ///     things: ``{"name": "coast-1", "subjects": [{"id": "reefs", "en": {"name": "coral reefs",
    ///     "things": ["bleaching", "reef restoration"]}}, …]}``.
    ///
    /// Raises
    /// ------
    /// CatalogueStateError
    ///     If the folder is a catalogue already, or holds other files.
    /// InvalidDataError
    ///     If the file of subjects is not as described.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> cm.Catalogue.create()
    /// <Catalogue in memory: 0 solutions, 0 challenges>
    #[classmethod]
    #[pyo3(signature = (path = None, *, encoder = None, subjects = None))]
    fn create(
        cls: &Bound<'_, PyType>,
        #[pyo3(from_py_with = crate::path::local_or_none)] path: Option<PathBuf>,
        encoder: Option<Py<Encoder>>,
        #[pyo3(from_py_with = crate::path::local_or_none)] subjects: Option<PathBuf>,
    ) -> PyResult<Self> {
        let encoder = encoder.map_or_else(|| Encoder::builtin(cls.py()), Ok)?;
        let mut builder = citymatch::Catalogue::builder().encoder(encoder.get().core());
        let core = enter(cls.py(), || {
            if let Some(file) = subjects {
                builder = builder.subjects(Subjects::read(file)?);
            }
            match path {
                Some(path) => builder.create(path),
                None => builder.in_memory(),
            }
        })?;
        Ok(Self { core, encoder: Some(encoder) })
    }

    /// Open a catalogue. Reading needs no right to write.
    ///
    /// Parameters
    /// ----------
    /// path
    ///     The catalogue's folder.
    /// encoder
    ///     The encoder that it was made with, if that is not the built-in one. Without it solutions
    ///     are ranked by `words` alone.
    /// create
    ///     Whether to make the catalogue if the folder does not exist or is empty, so that a
    ///     notebook's cell can run twice.
    ///
    /// Raises
    /// ------
    /// CatalogueStateError
    ///     If there is no catalogue.
    /// CatalogueFormatError
    ///     If a newer version wrote it, it was made with another encoder than the one given, or its
    ///     files contradict each other.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm, tempfile
    /// >>> folder = tempfile.mkdtemp()
    /// >>> _ = cm.Catalogue.open(folder, create=True).add([{"id": "s1", "title": "Rain gardens"}])
    /// >>> cm.Catalogue.open(folder)["s1"]
    /// Solution('s1', 'Rain gardens')
    #[classmethod]
    #[pyo3(signature = (path, *, encoder = None, create = false))]
    fn open(
        cls: &Bound<'_, PyType>,
        #[pyo3(from_py_with = crate::path::local)] path: PathBuf,
        encoder: Option<Py<Encoder>>,
        create: bool,
    ) -> PyResult<Self> {
        if create {
            let given = encoder.as_ref().map(|encoder| encoder.clone_ref(cls.py()));
            match Self::create(cls, Some(path.clone()), given, None) {
                // Whether it is a catalogue that is there already, opening it tells.
                Err(error) if error.is_instance_of::<CatalogueStateError>(cls.py()) => {}
                made => return made,
            }
        }
        Self::at(cls.py(), &path, encoder)
    }

    /// Repair a catalogue that `check` finds wrong, or that cannot be opened.
    ///
    /// Small files that follow from others are written again where they are. Where more is wrong, the
    /// folder is left as it is, and all records that can be read are put into a new catalogue.
    ///
    /// Parameters
    /// ----------
    /// path
    ///     The catalogue's folder.
    /// into
    ///     The folder of the new catalogue, where there must be nothing yet.
    /// encoder
    ///     The one that the catalogue was made with; by default the built-in encoder.
    ///
    /// Returns
    /// -------
    /// Repair
    ///
    /// Raises
    /// ------
    /// CatalogueStateError
    ///     If there is no catalogue at ``path``, or something at ``into`` already.
    /// CatalogueLockedError
    ///     If another writer is at work.
    /// CatalogueFormatError
    ///     If no record can be read.
    /// OSError
    ///     If the disk refuses.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm, pathlib, tempfile
    /// >>> folder = pathlib.Path(tempfile.mkdtemp())
    /// >>> _ = cm.Catalogue.create(folder / "c.cm").add([{"id": "s1", "title": "Rain gardens"}])
    /// >>> (folder / "c.cm" / "citymatch.json").unlink()
    /// >>> repair = cm.Catalogue.repair(folder / "c.cm", folder / "saved.cm")
    /// >>> repair.solutions, repair.saved_into, repair.lost
    /// (1, None, [])
    #[classmethod]
    #[pyo3(signature = (path, into, *, encoder = None))]
    fn repair(
        cls: &Bound<'_, PyType>,
        #[pyo3(from_py_with = crate::path::local)] path: PathBuf,
        #[pyo3(from_py_with = crate::path::local)] into: PathBuf,
        encoder: Option<Py<Encoder>>,
    ) -> PyResult<Py<PyAny>> {
        let py = cls.py();
        let encoder = encoder.map_or_else(|| Encoder::builtin(py), Ok)?;
        let builder = citymatch::Catalogue::builder().encoder(encoder.get().core());
        let done = enter(py, || builder.repair(path, into))?;
        let class = py.import("citymatch.repair")?.getattr("Repair")?;
        let values = (done.saved_into, done.solutions, done.challenges, done.mended, done.lost);
        class.call1(values).map(Bound::unbind)
    }

    #[classmethod]
    fn _restore(
        cls: &Bound<'_, PyType>,
        path: PathBuf,
        encoder: Option<Py<Encoder>>,
    ) -> PyResult<Self> {
        Self::at(cls.py(), &path, encoder)
    }

    /// The folder, as an absolute path; ``None`` in memory.
    #[getter]
    fn path(&self) -> Option<PathBuf> {
        self.core.path().map(ToOwned::to_owned)
    }

    /// What turns texts into vectors. ``None`` where the catalogue was made with another encoder
    /// than the built-in one and opened without it: then words alone rank.
    #[getter]
    fn encoder(&self, py: Python<'_>) -> Option<Py<Encoder>> {
        self.encoder.as_ref().map(|encoder| encoder.clone_ref(py))
    }

    /// The solutions: a view that counts, iterates, adds, and becomes a data frame.
    #[getter]
    fn solutions(slf: &Bound<'_, Self>) -> Solutions {
        Solutions(slf.clone().unbind())
    }

    /// The challenges: a view with the methods of `solutions`.
    #[getter]
    fn challenges(slf: &Bound<'_, Self>) -> Challenges {
        Challenges(slf.clone().unbind())
    }

    /// Add solutions, or replace those with their ids, in one commit.
    ///
    /// Rows that are wrong are left out and reported, and the others go in; a
    /// `RejectedRowsWarning` says how many were left out.
    ///
    /// Parameters
    /// ----------
    /// records
    ///     `Solution` objects, mappings of their fields (also mixed, also from a generator), what
    ///     `read_solutions` gives, or a table: a DataFrame of pandas or polars, or anything else
    ///     that hands over Arrow. Keys of mappings and names of columns are understood as headers of
    ///     files are (``Título``, ``Descrição``, ``cost.amount``), and texts as their cells: lists
    ///     between ``;`` or ``|``.
    /// text_limit
    ///     The most bytes of text that one field may have; by default one million.
    /// on_error
    ///     ``"report"`` leaves wrong rows out, and keeps in ``extra`` as it was written what is not
    ///     understood and not needed for matching: a country, a stage, a cost. ``"raise"`` raises
    ///     `InvalidDataError` where a row is wrong or a value not understood, and adds nothing.
    /// wait
    ///     How many seconds to wait for other writers. By default threads of one process take
    ///     turns, however long that takes, and a writer in another process is not waited for.
    /// progress
    ///     ``True`` shows how many records have been looked at: with tqdm if that is installed,
    ///     else as a line on stderr. A callable is called with the number of records done and of
    ///     all.
    /// ids
    ///     ``"row"`` gives records without an id one from what they say, as for a form's export.
    ///     The same record gets the same id every time, and another one when it was corrected.
    /// columns
    ///     Which field a column or key is, where its name does not tell: ``{"Nombre corto":
    ///     "title"}``. ``extra.NAME`` keeps a column without matching it.
    /// dry_run
    ///     ``True`` says what would happen, and adds nothing.
    ///
    /// Returns
    /// -------
    /// AddReport
    ///     How many were added and replaced, the rows that were rejected, with row (from 1), field,
    ///     value and what was expected, and what each column is. It shows itself in a notebook, and
    ///     ``print(report)`` sums it up.
    ///
    /// Raises
    /// ------
    /// CatalogueLockedError
    ///     While another process is writing, or where this thread has an edit of this catalogue
    ///     open.
    /// InvalidDataError
    ///     If no mapping or no column has an id. With ``on_error="raise"``, for the first wrong row;
    ///     its `rejected` has all of them.
    /// OSError
    ///     If the disk refuses: then nothing was added, and the message says so.
    ///
    /// Warns
    /// -----
    /// RejectedRowsWarning
    ///     With ``on_error="report"``, where rows were rejected.
    ///
    /// Notes
    /// -----
    /// Ctrl-C stops it, and nothing is added then. Only in the last moments of the commit it goes
    /// on to its end, returns the report, and ``KeyboardInterrupt`` is raised afterwards, when the
    /// report is assigned. (Some microseconds before the call returns nothing can hold a signal back.)
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm, warnings
    /// >>> rows = [{"id": "s1", "title": "Parks"}, {"id": "s2", "title": "N/A"}]
    /// >>> with warnings.catch_warnings(record=True) as told:
    /// ...     warnings.simplefilter("always")
    /// ...     report = cm.Catalogue.create().add(rows)
    /// >>> report.added, report.rejected[0].row, report.rejected[0].field
    /// (1, 2, 'title')
    /// >>> str(told[0].message).split(" (expected")[0]
    /// '1 of 2 rows was rejected: row 2: `title` cannot be `N/A`'
    #[pyo3(
        signature = (
            records, *, text_limit = None, on_error = None, wait = None, progress = None, ids = None,
            columns = None, dry_run = false
        ),
        text_signature = "($self, records, *, text_limit=None, on_error='report', wait=None, \
            progress=False, ids=None, columns=None, dry_run=False)"
    )]
    #[allow(clippy::too_many_arguments)] // Python names them
    fn add<'py>(
        &self,
        records: &Bound<'py, PyAny>,
        text_limit: Option<&Bound<'py, PyAny>>,
        on_error: Option<&Bound<'py, PyAny>>,
        wait: Option<&Bound<'py, PyAny>>,
        progress: Option<&Bound<'py, PyAny>>,
        ids: Option<&Bound<'py, PyAny>>,
        columns: Option<&Bound<'py, PyAny>>,
        dry_run: bool,
    ) -> PyResult<Bound<'py, PyAny>> {
        let options = EditOptions::of(text_limit, wait)?;
        let how = AddOptions::of(on_error, ids, columns, dry_run)?;
        add::<Solution>(&self.core, records, options, how, progress)
    }

    /// Add challenges, or replace those with their ids, in one commit; see `add`.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> cm.Catalogue.create().add_challenges([{"id": "c1", "question": "How to keep rain?"}])
    /// AddReport(added=1, replaced=0, rejected=0, warnings=0)
    #[pyo3(
        signature = (
            records, *, text_limit = None, on_error = None, wait = None, progress = None, ids = None,
            columns = None, dry_run = false
        ),
        text_signature = "($self, records, *, text_limit=None, on_error='report', wait=None, \
            progress=False, ids=None, columns=None, dry_run=False)"
    )]
    #[allow(clippy::too_many_arguments)] // Python names them
    fn add_challenges<'py>(
        &self,
        records: &Bound<'py, PyAny>,
        text_limit: Option<&Bound<'py, PyAny>>,
        on_error: Option<&Bound<'py, PyAny>>,
        wait: Option<&Bound<'py, PyAny>>,
        progress: Option<&Bound<'py, PyAny>>,
        ids: Option<&Bound<'py, PyAny>>,
        columns: Option<&Bound<'py, PyAny>>,
        dry_run: bool,
    ) -> PyResult<Bound<'py, PyAny>> {
        let options = EditOptions::of(text_limit, wait)?;
        let how = AddOptions::of(on_error, ids, columns, dry_run)?;
        add::<Challenge>(&self.core, records, options, how, progress)
    }

    /// Remove the solutions and challenges with these ids in one commit, and say how many there
    /// were.
    ///
    /// ``wait`` is that of `add`.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
    /// >>> catalogue.remove(["s1", "s9"])
    /// 1
    #[pyo3(signature = (ids, *, wait = None))]
    fn remove(&self, ids: &Bound<'_, PyAny>, wait: Option<&Bound<'_, PyAny>>) -> PyResult<u64> {
        let py = ids.py();
        let options = EditOptions::of(None, wait)?;
        // One id is a list of one, not a list of its letters.
        let ids = if ids.is_instance_of::<PyString>() {
            (ids,).into_pyobject(py)?.into_any()
        } else {
            ids.clone()
        };
        let ids = ids
            .try_iter()?
            .map(|object| id(&object?, "id").map_err(Unfit::raise))
            .collect::<PyResult<Vec<_>>>()?;
        let progress = Arc::new(Progress::default());
        let mut edit = options.begin(py, &self.core, &progress)?.for_another_thread();
        let work = move || {
            let mut removed = 0;
            for id in ids {
                removed += u64::from(edit.remove(id)?);
            }
            edit.commit()?;
            Ok(removed)
        };
        let removed = background::run(py, &progress, work, |_, _| Ok(()))?;
        background::returned(py, || Ok(removed))
    }

    /// Encode all solutions with an encoder for a second stage, ``Matcher(rescore=encoder)``, and
    /// keep the vectors in the catalogue's folder.
    ///
    /// Without it a matcher makes the vectors of a solution when it is first among the best. What
    /// is there already is not made again, so call it after each change. The encoder's name says
    /// whose vectors they are. A folder that cannot be written keeps nothing.
    ///
    /// Parameters
    /// ----------
    /// encoder
    ///     The encoder.
    /// progress
    ///     ``True`` for a bar of tqdm, or a callable ``progress(done, total)``, as in `add`.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
    /// >>> model = cm.Encoder("letters", 2, lambda texts: [[len(text), 1] for text in texts])
    /// >>> catalogue.prepare(model)
    /// >>> cm.Matcher(catalogue, rescore=model).find("rain")[0].solution_id
    /// 's1'
    #[pyo3(signature = (encoder, *, progress = None), text_signature = "($self, encoder, *, progress=False)")]
    fn prepare(
        &self,
        encoder: &Bound<'_, PyAny>,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let py = encoder.py();
        let Ok(encoder) = encoder.cast::<Encoder>() else {
            return Err(wrong_option("encoder", &shown(encoder), "an Encoder"));
        };
        let (encoder, core) = (encoder.get().core(), self.core.clone());
        let total = enter(py, || Ok(self.core.snapshot()?.solutions().len()))?;
        let reporter = match progress {
            Some(progress) => reporter(progress, total, "prepared", "solution")?,
            None => None,
        };
        let tell = |py: Python<'_>, done| {
            reporter.as_ref().map_or(Ok(()), |reporter| reporter.call1(py, (done, total)).map(drop))
        };
        let cancel = Arc::new(Progress::default());
        let work = {
            let cancel = Arc::clone(&cancel);
            move || core.prepare(&*encoder, &cancel)
        };
        let prepared = background::run(py, &cancel, work, tell);
        let told = if prepared.is_ok() { tell(py, total) } else { Ok(()) };
        let close = |reporter: &Py<PyAny>| reporter.call_method0(py, "close").map(drop);
        let closed = reporter.as_ref().map_or(Ok(()), close);
        prepared.and(told).and(closed)
    }

    /// Find the solutions that have the same text as another one: translations, resubmissions and
    /// variants, best first.
    ///
    /// Every solution is compared with all others. A pair is a ``"translation"`` where the same text
    /// stands in two languages, and a ``"resubmission"`` where it stands in one again, copied or
    /// edited. Where the text is the same but what identifies it is not (organisation, city, country,
    /// year, links, or the names and numbers in the sentences that both have) the pair is a
    /// ``"variant"``, which is no duplicate. Each of two is the other's best within their languages.
    ///
    /// Parameters
    /// ----------
    /// threshold
    ///     The least score of a pair, above 0 and below 1. The default is 0.9.
    /// threads
    ///     How many threads compare, by default as many as the machine has. The result does not
    ///     depend on it.
    /// progress
    ///     ``True`` for a bar of tqdm, or a callable ``progress(done, total)``, as in `add`.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> _ = catalogue.add([
    /// ...     {"id": "en", "title": "Rain gardens", "language": "en",
    /// ...      "description": "Rain gardens in the pavement hold the water of storms and keep streets dry."},
    /// ...     {"id": "es", "title": "Jardines de lluvia", "language": "es",
    /// ...      "description": "Jardines de lluvia en la acera retienen el agua de tormentas y mantienen secas las calles."},
    /// ...     {"id": "pt", "title": "Banheiros secos", "description": "Sanitários que não precisam de água nem de esgoto.", "language": "pt"},
    /// ... ])
    /// >>> [(pair.kind, pair.left, pair.right) for pair in catalogue.duplicates()]
    /// [('translation', 'en', 'es')]
    #[pyo3(signature = (*, threshold = None, threads = None, progress = None), text_signature = "($self, *, threshold=0.9, threads=None, progress=False)")]
    fn duplicates<'py>(
        &self,
        py: Python<'py>,
        threshold: Option<&Bound<'py, PyAny>>,
        threads: Option<&Bound<'py, PyAny>>,
        progress: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        duplicates::duplicates(py, &self.core, threshold, threads, progress)
    }

    /// Begin a change: any number of records put and removed, all seen at once when the ``with``
    /// block ends. An exception drops them all.
    ///
    /// The change begins with the ``with`` block; until then nothing is locked.
    ///
    /// Parameters
    /// ----------
    /// text_limit, wait
    ///     As in `add`. The block waits for its turn where it begins.
    ///
    /// Raises
    /// ------
    /// CatalogueLockedError
    ///     Where the block begins, while another process is writing, or where this thread has an
    ///     edit of this catalogue open.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> with catalogue.edit() as edit:
    /// ...     _ = edit.put(cm.Solution("s1", "Rain gardens"))
    /// ...     _ = edit.put(cm.Challenge("c1", "Floods downtown"))
    /// >>> catalogue
    /// <Catalogue in memory: 1 solutions (language of 1 not sure), 1 challenges>
    #[pyo3(signature = (*, text_limit = None, wait = None))]
    fn edit(
        &self,
        text_limit: Option<&Bound<'_, PyAny>>,
        wait: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Edit> {
        Ok(Edit::new(&self.core, EditOptions::of(text_limit, wait)?))
    }

    /// Look over the whole catalogue: what is wrong, one sentence each; empty where it is sound.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> cm.Catalogue.create().check()
    /// []
    fn check(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        enter(py, || self.core.check())
    }

    /// Copy the newest commit into a folder that does not exist yet: a backup, or a catalogue in
    /// memory put on the disk.
    ///
    /// The copy is sound whatever is committed meanwhile, also by other processes, and no writer
    /// waits for it. Its files have been compared with their checksums. When this returns, it is on
    /// the disk; stopped by Ctrl-C, it leaves nothing.
    ///
    /// Parameters
    /// ----------
    /// path
    ///     The folder to make.
    ///
    /// Raises
    /// ------
    /// CatalogueStateError
    ///     If there is something at ``path`` already.
    /// CatalogueFormatError
    ///     If a file of this catalogue is damaged.
    /// OSError
    ///     If a file cannot be read, or the disk refuses.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm, pathlib, tempfile
    /// >>> backup = pathlib.Path(tempfile.mkdtemp(), "backup.cm")
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
    /// >>> catalogue.copy(backup)
    /// >>> cm.Catalogue.open(backup).solutions.ids()
    /// ['s1']
    fn copy(
        &self,
        py: Python<'_>,
        #[pyo3(from_py_with = crate::path::local)] path: PathBuf,
    ) -> PyResult<()> {
        let (core, progress) = (self.core.clone(), Arc::new(Progress::default()));
        let work = {
            let progress = Arc::clone(&progress);
            move || core.copy_unless_cancelled(path, &progress)
        };
        background::run(py, &progress, work, |_, _| Ok(()))
    }

    /// Write the records to a file as they went in, by id, and return how many there are.
    ///
    /// Parameters
    /// ----------
    /// path
    ///     The file; it is replaced as a whole.
    /// kind
    ///     ``"solutions"`` or ``"challenges"``.
    /// format
    ///     ``"jsonl"``, ``"csv"``, ``"xlsx"`` or ``"parquet"``; by default the name's ending tells.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm, pathlib, tempfile
    /// >>> path = pathlib.Path(tempfile.mkdtemp(), "solutions.jsonl")
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> _ = catalogue.add([{"id": "s1", "title": "Jardins de chuva", "stage": "piloto"}])
    /// >>> catalogue.export(path), path.read_text()
    /// (1, '{"id":"s1","title":"Jardins de chuva","stage":"piloto"}\n')
    #[pyo3(signature = (path, kind = "solutions", format = None))]
    fn export(
        &self,
        py: Python<'_>,
        #[pyo3(from_py_with = crate::path::local)] path: PathBuf,
        kind: &str,
        format: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<u64> {
        let format = match format {
            Some(format) => file_format(format)?,
            None => FileFormat::of(&path).map_err(|error| raised(&error))?,
        };
        match kind {
            "solutions" => export::<Solution>(py, &self.core, path, format),
            "challenges" => export::<Challenge>(py, &self.core, path, format),
            other => Err(wrong_option("kind", other, "`solutions` or `challenges`")),
        }
    }

    fn __len__(&self, py: Python<'_>) -> PyResult<usize> {
        enter(py, || Ok(self.core.snapshot()?.solutions().len()))
    }

    fn __contains__(&self, id: &Bound<'_, PyAny>) -> PyResult<bool> {
        contains::<Solution>(&self.core, id)
    }

    fn __getitem__<'py>(&self, id: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        get::<Solution>(&self.core, id)
    }

    fn __iter__(&self, py: Python<'_>) -> PyResult<RecordIterator> {
        RecordIterator::over::<Solution>(py, &self.core)
    }

    /// Never raises: a debugger and a traceback show it, also where the folder has gone.
    fn __repr__(&self, py: Python<'_>) -> String {
        let counts = enter(py, || {
            let snapshot = self.core.snapshot()?;
            let (solutions, challenges) = (snapshot.solutions(), snapshot.challenges());
            let unsure = match snapshot.languages().get(&None) {
                Some(unsure @ 1..) => format!(" (language of {unsure} not sure)"),
                _ => String::new(),
            };
            Ok(format!("{} solutions{unsure}, {} challenges", solutions.len(), challenges.len()))
        });
        let counts = counts.unwrap_or_else(|_| UNREADABLE.to_owned());
        let place = self
            .core
            .path()
            .map_or_else(|| "in memory".to_owned(), |path| format!("'{}'", path.display()));
        format!("<Catalogue {place}: {counts}>")
    }

    fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("citymatch._notebook")?.getattr("catalogue")?.call1((slf,))
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> Reduced<'py, (PathBuf, Option<Py<Encoder>>)> {
        let catalogue = slf.get();
        let path = catalogue.path().ok_or_else(|| PyTypeError::new_err(UNPICKLED))?;
        Ok((slf.get_type().getattr("_restore")?, (path, catalogue.encoder(slf.py()))))
    }
}

pub(crate) const UNPICKLED: &str =
    "a catalogue in memory cannot be pickled: a pickle holds its path, and it has none";

/// What is shown instead of counts where the folder has gone or cannot be read.
pub(crate) const UNREADABLE: &str = "cannot be read";

fn export<R: Wrapped>(
    py: Python<'_>,
    catalogue: &citymatch::Catalogue,
    path: PathBuf,
    format: FileFormat,
) -> PyResult<u64> {
    let (catalogue, progress) = (catalogue.clone(), Arc::new(Progress::default()));
    let worker = Arc::clone(&progress);
    let work = move || {
        let records = R::view(&catalogue.snapshot()?).records()?;
        let records = records.map(|record| go_on(&worker).and(record));
        write_records(records, format, Output::Path(&path))
    };
    background::run(py, &progress, work, |_, _| Ok(()))
}

/// How often it is looked whether a signal has come while a call waits for its turn.
const TICK: Duration = Duration::from_millis(25);

/// How an edit is to begin.
#[derive(Clone, Copy)]
pub(crate) struct EditOptions {
    text_limit: usize,
    /// None: as long as threads of this process are at work, and not for other processes.
    wait: Option<Duration>,
    /// Whether it is to add records, so that an error says that nothing was added.
    is_adding: bool,
}

impl EditOptions {
    pub(crate) fn of(
        text_limit: Option<&Bound<'_, PyAny>>,
        wait: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let text_limit = text_limit.map(|limit| option_whole(limit, "text_limit")).transpose()?;
        let wait = match wait {
            Some(wait) => {
                let seconds = option_number(wait, "wait", 0.0)?;
                let long = |_| wrong_option("wait", &shown(wait), "a number of seconds");
                Some(Duration::try_from_secs_f64(seconds).map_err(long)?)
            }
            None => None,
        };
        let text_limit = text_limit.unwrap_or(TEXT_LIMIT);
        Ok(Self { text_limit, wait, is_adding: false })
    }

    /// Begins an edit when its turn has come; a signal ends the waiting.
    pub(crate) fn begin(
        self,
        py: Python<'_>,
        catalogue: &citymatch::Catalogue,
        progress: &Arc<Progress>,
    ) -> PyResult<citymatch::Edit> {
        let begun = Instant::now();
        loop {
            py.check_signals()?;
            let left = self.wait.map(|wait| wait.saturating_sub(begun.elapsed()));
            let over = left.is_some_and(|left| left.is_zero());
            let edit = enter(py, || match catalogue.edit_within(left.unwrap_or(TICK).min(TICK)) {
                Ok(edit) => Ok(Some(edit)),
                Err(error) => match error.kind() {
                    ErrorKind::Locked { holder: LockHolder::ThisProcess, .. } if !over => Ok(None),
                    ErrorKind::Locked { holder: LockHolder::OtherProcess, .. }
                        if !over && left.is_some() =>
                    {
                        Ok(None)
                    }
                    _ if self.is_adding => Err(error.nothing_added()),
                    _ => Err(error),
                },
            })?;
            if let Some(edit) = edit {
                return Ok(edit.text_limit(self.text_limit).progress(progress));
            }
        }
    }
}

/// What `add` does about rows that are wrong.
#[derive(Clone, Copy, PartialEq)]
enum OnError {
    Report,
    Raise,
}

impl OnError {
    fn of(name: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        let Some(name) = name else { return Ok(Self::Report) };
        match name.cast::<PyString>().ok().and_then(|name| name.to_str().ok()) {
            Some("report") => Ok(Self::Report),
            Some("raise") => Ok(Self::Raise),
            _ => Err(wrong_option("on_error", &shown(name), "`report` or `raise`")),
        }
    }
}

/// How `add` adds.
pub(crate) struct AddOptions {
    on_error: OnError,
    read: ReadOptions,
    row_ids: bool,
    dry_run: bool,
}

impl AddOptions {
    pub(crate) fn of(
        on_error: Option<&Bound<'_, PyAny>>,
        ids: Option<&Bound<'_, PyAny>>,
        columns: Option<&Bound<'_, PyAny>>,
        dry_run: bool,
    ) -> PyResult<Self> {
        let (on_error, row_ids) = (OnError::of(on_error)?, row_ids(ids)?);
        let read = read_options(columns)?.row_ids(row_ids);
        Ok(Self { on_error, read, row_ids, dry_run })
    }
}

pub(crate) fn add<'py, R: Wrapped>(
    catalogue: &citymatch::Catalogue,
    records: &Bound<'py, PyAny>,
    options: EditOptions,
    how: AddOptions,
    progress: Option<&Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = records.py();
    let AddOptions { on_error, read, row_ids, dry_run } = how;
    let file = records.cast::<Records>().ok().map(Bound::get);
    if file.is_some() && read.has_columns() {
        let expected = "mappings or a table; a file's columns are an argument of what reads it";
        return Err(wrong_option("columns", "a file's", expected));
    }
    let Given { mut rows, columns, notes } = given::<R>(records, &read, !row_ids)?;
    let (source, notes) = if let Some(file) = file {
        (Some(report::described(py, file.source())?), file.notes())
    } else {
        let table = |(kind, columns): (&str, Vec<_>)| report::described_table(py, kind, &columns);
        (columns.map(table).transpose()?, notes)
    };
    if row_ids {
        let mut ids = RowIds::default();
        rows.iter_mut().filter_map(|row| row.record.as_mut().ok()).for_each(|one| ids.assign(one));
    }
    let total = rows.len();
    let reporter = match progress {
        Some(progress) => reporter(progress, total, "looked at", "record")?,
        None => None,
    };
    let tell = |py: Python<'_>, done| {
        reporter.as_ref().map_or(Ok(()), |reporter| reporter.call1(py, (done, total)).map(drop))
    };
    let progress = Arc::new(Progress::default());
    let options = EditOptions { is_adding: true, ..options };
    let added = options.begin(py, catalogue, &progress).and_then(|edit| {
        let mut edit = edit.for_another_thread().strict(on_error == OnError::Raise);
        let work = move || {
            let report = edit.put_rows(rows)?;
            // An edit that is dropped changes nothing.
            if !dry_run && (report.rejected.is_empty() || on_error == OnError::Report) {
                edit.commit()?;
            }
            Ok(report)
        };
        background::run(py, &progress, work, tell)
    });
    let told = if added.is_ok() { tell(py, total) } else { Ok(()) };
    let close = |reporter: &Py<PyAny>| reporter.call_method0(py, "close").map(drop);
    let closed = reporter.as_ref().map_or(Ok(()), close);
    let report = added?;
    if on_error == OnError::Raise {
        report::raise_rejected(py, &report)?;
    }
    // The change is in: what still fails says so, and Ctrl-C waits until the caller has the report.
    for step in [told, closed, report::warn_of_rejected(py, &report, total)] {
        background::postpone(py, step).inspect_err(|error| set_committed(py, error, !dry_run))?;
    }
    let made =
        background::returned(py, || report::added(py, &report, source.as_ref(), &notes, dry_run))?;
    // A long report takes a moment to be freed, in which a signal may come.
    drop((report, source, notes));
    background::returned(py, || Ok(made.clone()))
}

pub(crate) fn contains<R: Wrapped>(
    catalogue: &citymatch::Catalogue,
    object: &Bound<'_, PyAny>,
) -> PyResult<bool> {
    match id(object, "id") {
        Ok(id) => enter(object.py(), || R::view(&catalogue.snapshot()?).contains(&id)),
        // What cannot be an id is not there.
        Err(Unfit::Wrong(_)) => Ok(false),
        Err(Unfit::Raised(error)) => Err(error),
    }
}

pub(crate) fn get<'py, R: Wrapped>(
    catalogue: &citymatch::Catalogue,
    object: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    if object.is_instance_of::<PySlice>() {
        return Err(PyTypeError::new_err(format!(
            "an id is expected, not a slice: catalogue.{}s.ids()[:5] has the first five ids",
            R::KIND
        )));
    }
    let missing = |id| not_found(format!("no {} `{id}` in the catalogue", R::KIND), id);
    get_or_missing::<R>(catalogue, object)?.map_err(missing)
}

/// The record with an id, or the id as a message names it.
pub(crate) fn get_or_missing<'py, R: Wrapped>(
    catalogue: &citymatch::Catalogue,
    object: &Bound<'py, PyAny>,
) -> PyResult<Result<Bound<'py, PyAny>, String>> {
    let py = object.py();
    let id = match id(object, "id") {
        Ok(id) => id,
        Err(Unfit::Wrong(_)) => return Ok(Err(shown(object))),
        Err(Unfit::Raised(error)) => return Err(error),
    };
    match enter(py, || R::view(&catalogue.snapshot()?).get(&id))? {
        Some(record) => record.into_object(py).map(Ok),
        None => Ok(Err(id)),
    }
}
