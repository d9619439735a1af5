//! Many challenges at once, which Ctrl-C can stop.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use citymatch::{
    Challenge, ChallengeId, Error, Language, Record, matcher::Progress, record::FieldError,
    statistics::CollectionStats,
};
use pyo3::exceptions::{PyException, PyValueError};
use pyo3::prelude::*;

use crate::answer::{Answer, Rules};
use crate::background;
use crate::convert::option_whole;
use crate::error::{raised, wrong_option, wrong_row};
use crate::matches::Matches;
use crate::options::{language_option, limit_of};
use crate::origin::Origin;
use crate::rows::Asks;
use crate::run::Run;
use crate::statistics;

/// How many challenges `find_each` takes at once.
const AHEAD: usize = 64;

/// The options of a call that matches many challenges.
pub(crate) struct BatchOptions {
    limit: usize,
    /// None: as many as the matcher has.
    threads: Option<usize>,
    /// The language of challenges that are texts.
    language: Option<Language>,
    rules: Rules,
    /// Those that count instead of the catalogue's own.
    statistics: Option<Arc<CollectionStats>>,
}

impl BatchOptions {
    pub(crate) fn of(
        limit: Option<&Bound<'_, PyAny>>,
        threads: Option<&Bound<'_, PyAny>>,
        language: Option<&Bound<'_, PyAny>>,
        rules: Rules,
    ) -> PyResult<Self> {
        let threads = threads.map(|threads| option_whole(threads, "threads")).transpose()?;
        let language = language.map(language_option).transpose()?;
        Ok(Self { limit: limit_of(limit)?, threads, language, rules, statistics: None })
    }

    pub(crate) fn with_statistics(self, given: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        let statistics = given.map(|own| statistics::given(own, "statistics")).transpose()?;
        Ok(Self { statistics, ..self })
    }
}

/// Matches challenges where Ctrl-C can stop it.
fn run(
    py: Python<'_>,
    matcher: citymatch::Matcher,
    challenges: Arc<Vec<Challenge>>,
    options: &BatchOptions,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<Vec<citymatch::Matches>> {
    let (total, watched) = (challenges.len(), Arc::new(Progress::default()));
    let worker = Arc::clone(&watched);
    let (limit, rules, statistics) =
        (options.limit, options.rules.clone(), options.statistics.clone());
    let work = move || {
        let searches = challenges.iter().map(|challenge| {
            let search = rules.search(challenge, limit);
            match &statistics {
                Some(statistics) => search.statistics(statistics),
                None => search,
            }
        });
        matcher.find_each(searches).progress(&worker).collect::<Result<Vec<_>, Error>>()
    };
    run_told(py, progress, total, ("matched", "challenge"), &watched, work)
}

/// What `Matcher.find_all` does.
pub(crate) fn find_all(
    origin: &Arc<Origin>,
    challenges: &Bound<'_, PyAny>,
    options: BatchOptions,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<Run> {
    let py = challenges.py();
    let given = options.statistics.clone();
    let given = given.map(|given| origin.with_statistics(py, given)).transpose()?.map(Arc::new);
    let origin = given.as_ref().unwrap_or(origin);
    let matcher = with_threads(py, origin, options.threads)?;
    let challenges = Arc::new(all(challenges, options.language)?);
    let found = run(py, matcher, Arc::clone(&challenges), &options, progress)?;
    let answer = |(matches, challenge): (citymatch::Matches, Challenge)| {
        Arc::new(Answer::new(origin, challenge, options.rules.clone(), options.limit, matches))
    };
    Ok(Run::of(found.into_iter().zip(Arc::unwrap_or_clone(challenges)).map(answer).collect()))
}

/// [`background::run`], which tells how many of a total of `things` are done, as `progress` wants it.
pub(crate) fn run_told<T: Send + 'static>(
    py: Python<'_>,
    progress: Option<&Bound<'_, PyAny>>,
    total: usize,
    (verb, thing): (&str, &str),
    watched: &Arc<Progress>,
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> PyResult<T> {
    let reporter = match progress {
        Some(progress) => reporter(progress, total, verb, thing)?,
        None => None,
    };
    let tell = |py: Python<'_>, done: usize| {
        let tell = |reporter: &Py<PyAny>| reporter.call1(py, (done.min(total), total)).map(drop);
        reporter.as_ref().map_or(Ok(()), tell)
    };
    let found = background::run(py, watched, work, tell);
    let told = if found.is_ok() { tell(py, total) } else { Ok(()) };
    let close = |reporter: &Py<PyAny>| reporter.call_method0(py, "close").map(drop);
    let closed = reporter.as_ref().map_or(Ok(()), close);
    let found = found?;
    told.and(closed)?;
    Ok(found)
}

/// What tells how many `things` are done, as `progress` wants it.
pub(crate) fn reporter(
    progress: &Bound<'_, PyAny>,
    total: usize,
    verb: &str,
    thing: &str,
) -> PyResult<Option<Py<PyAny>>> {
    if !progress.is_callable() && !progress.is_instance_of::<pyo3::types::PyBool>() {
        return Err(wrong_option(
            "progress",
            &crate::convert::shown(progress),
            "`True`, `False`, or a callable that takes done and total",
        ));
    }
    let reporter = progress
        .py()
        .import("citymatch._progress")?
        .getattr("reporter")?
        .call1((progress, total, verb, thing))?;
    Ok((!reporter.is_none()).then(|| reporter.unbind()))
}

fn with_threads(
    py: Python<'_>,
    origin: &Origin,
    threads: Option<usize>,
) -> PyResult<citymatch::Matcher> {
    let matcher = origin.matcher(py)?;
    threads
        .map_or_else(|| Ok(matcher.clone()), |threads| matcher.with_threads(threads))
        .map_err(|error| raised(&error))
}

/// All challenges, each fit to be asked, and no id twice.
pub(crate) fn all(
    challenges: &Bound<'_, PyAny>,
    language: Option<Language>,
) -> PyResult<Vec<Challenge>> {
    let py = challenges.py();
    let mut rows = Asks::of(challenges, language)?;
    let mut first: HashMap<String, u64> = HashMap::new();
    let mut found = Vec::new();
    while let Some((row, challenge)) = next(&mut rows, py)? {
        if let Some(first) = first.insert(challenge.id.to_string(), row) {
            let problem = FieldError::new(
                "id",
                challenge.id.as_str(),
                format!("an id that is not in row {first} already"),
            );
            return Err(wrong_row(citymatch::ingest::RowLocation::in_list(row), problem));
        }
        found.push(challenge);
    }
    Ok(found)
}

/// The next challenge and its row, which is its id if it has none. The rows that a file rejected
/// are in its `rejected`, and are skipped here.
fn next(rows: &mut Asks, py: Python<'_>) -> PyResult<Option<(u64, Challenge)>> {
    while let Some(row) = rows.next(py)? {
        let number = row.location.row;
        let sound = row.record.and_then(|mut challenge| {
            if challenge.id.as_str().is_empty() {
                challenge.id = ChallengeId::from(number.to_string());
            }
            challenge.check(usize::MAX).map(|()| challenge)
        });
        match sound {
            Ok(challenge) => return Ok(Some((number, challenge))),
            Err(_) if row.location.file.is_some() => {}
            Err(problem) => return Err(wrong_row(row.location, problem)),
        }
    }
    Ok(None)
}

/// The matches of many challenges, one by one: what `Matcher.find_each` gives.
#[pyclass(frozen, name = "_Each", module = "citymatch._citymatch")]
pub(crate) struct Each {
    origin: Arc<Origin>,
    matcher: citymatch::Matcher,
    options: BatchOptions,
    state: Mutex<State>,
}

struct State {
    /// The challenges to come; none after the last, and after an error.
    rows: Option<Asks>,
    ready: VecDeque<Matches>,
    /// What ended the challenges, told after the matches of those before.
    error: Option<PyErr>,
}

impl Each {
    pub(crate) fn new(
        origin: Arc<Origin>,
        challenges: &Bound<'_, PyAny>,
        options: BatchOptions,
    ) -> PyResult<Self> {
        let matcher = with_threads(challenges.py(), &origin, options.threads)?;
        let rows = Some(Asks::of(challenges, options.language)?);
        let state = Mutex::new(State { rows, ready: VecDeque::new(), error: None });
        Ok(Self { origin, matcher, options, state })
    }

    /// Takes the next challenges and matches them. Like a generator, the iterator is over after an
    /// exception.
    fn match_more(&self, py: Python<'_>, state: &mut State) -> PyResult<()> {
        let Some(mut rows) = state.rows.take() else { return Ok(()) };
        let mut chunk = Vec::new();
        while chunk.len() < AHEAD && state.error.is_none() {
            match next(&mut rows, py) {
                Ok(Some((_, challenge))) => chunk.push(challenge),
                Ok(None) => break,
                Err(error) if error.is_instance_of::<PyException>(py) => state.error = Some(error),
                // Ctrl-C and its like do not wait for their turn.
                Err(error) => return Err(error),
            }
        }
        if !chunk.is_empty() {
            let chunk = Arc::new(chunk);
            let found = run(py, self.matcher.clone(), Arc::clone(&chunk), &self.options, None)?;
            let answer = |(matches, challenge)| {
                Matches::of(Answer::new(
                    &self.origin,
                    challenge,
                    self.options.rules.clone(),
                    self.options.limit,
                    matches,
                ))
            };
            state.ready.extend(found.into_iter().zip(Arc::unwrap_or_clone(chunk)).map(answer));
            state.rows = state.error.is_none().then_some(rows);
        }
        Ok(())
    }
}

#[pymethods]
impl Each {
    fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<Matches>> {
        // Not waiting for the lock: who holds it may need the interpreter that this thread has.
        let mut state = self
            .state
            .try_lock()
            .map_err(|_| PyValueError::new_err("the iterator is in use by another thread"))?;
        if state.ready.is_empty() {
            self.match_more(py, &mut state)?;
        }
        match state.ready.pop_front() {
            Some(matches) => Ok(Some(matches)),
            None => state.error.take().map_or(Ok(None), Err),
        }
    }
}
