use std::sync::{Arc, PoisonError, RwLock};

use citymatch::{Eligibility, Record, Search, Signal, SolutionId, record::FieldError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyType};

use crate::answer::Answer;
use crate::batch::{Each, find_all};
use crate::catalogue::Catalogue;
use crate::convert::{Reduced, Unfit, id, option_whole, text};
use crate::eligibility;
use crate::error::enter;
use crate::explanation;
use crate::matches::Matches;
use crate::options::{Options, weights_dict};
use crate::origin::Origin;
use crate::record::sound;
use crate::run::Run;

/// How many matches a call returns if it does not say.
const LIMIT: usize = 10;

/// Ranks the solutions of a catalogue against challenges.
///
/// It keeps the snapshot that it was made with until `refresh`. A pickled matcher is its catalogue's path and encoder, and
/// its options: loading it opens the newest commit.
///
/// Parameters
/// ----------
/// catalogue
///     The catalogue.
/// weights
///     What each signal counts, by name: ``words`` (the ask's words that a solution has), ``related`` (those it has in words of its own, in
///     any language), ``meaning`` (how near its sentences are) and ``language`` (whether it is in the challenge's). Those left out count 0.
///     A number counts for solutions in every language; ``{"words": {"same": 1, "other": 0.5}}`` sets those in the challenge's language and
///     the others apart. By default the calibrated mix of the catalogue's encoder; without an encoder `words` alone.
/// languages
///     The languages that a solution may be written in, declared or detected: ``["es", "pt"]``. By default all of them, and none.
/// threads
///     How many threads match many challenges, 1 to 512; by default as many as the machine has. Results do not depend on it.
///
/// Raises
/// ------
/// InvalidOptionError
///     If a signal or a language is unknown, a weight below 0, or the threads below 1.
///
/// Examples
/// --------
/// >>> import citymatch as cm
/// >>> catalogue = cm.Catalogue.create()
/// >>> _ = catalogue.add([{"id": "s1", "title": "Jardines de lluvia"}, {"id": "s2", "title": "Baños secos"}])
/// >>> matcher = cm.Matcher(catalogue, threads=2)
/// >>> matcher.find("¿Cómo retener la lluvia?")[0].solution_id
/// 's1'
#[pyclass(frozen, module = "citymatch")]
pub(crate) struct Matcher {
    catalogue: Py<Catalogue>,
    origin: RwLock<Arc<Origin>>,
}

impl Matcher {
    fn make(catalogue: &Bound<'_, Catalogue>, options: Options) -> PyResult<Self> {
        let origin = Origin::new(catalogue.py(), catalogue.get(), options)?;
        Ok(Self { catalogue: catalogue.clone().unbind(), origin: RwLock::new(Arc::new(origin)) })
    }

    /// The snapshot of this moment. The lock is held for a copy of a pointer only, so waiting for it is no wait.
    fn origin(&self) -> Arc<Origin> {
        Arc::clone(&self.origin.read().unwrap_or_else(PoisonError::into_inner))
    }
}

#[pymethods]
impl Matcher {
    #[new]
    #[pyo3(signature = (catalogue, *, weights = None, languages = None, threads = None))]
    fn new(
        catalogue: &Bound<'_, Catalogue>,
        weights: Option<&Bound<'_, PyAny>>,
        languages: Option<&Bound<'_, PyAny>>,
        threads: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        Self::make(catalogue, Options::of(weights, languages, threads)?)
    }

    #[classmethod]
    fn _restore(
        _cls: &Bound<'_, PyType>,
        catalogue: &Bound<'_, Catalogue>,
        options: &Bound<'_, PyDict>,
    ) -> PyResult<Self> {
        Self::make(catalogue, Options::of_dict(options)?)
    }

    /// What each signal counts, by name: for solutions in the challenge's language (``same``) and for the others (``other``).
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> cm.Matcher(cm.Catalogue.create(), weights={"words": 1}).weights["words"]
    /// {'same': 1.0, 'other': 1.0}
    #[getter]
    fn weights<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        weights_dict(py, &self.origin().matcher(py)?.weights(), Signal::ALL)
    }

    /// Take the newest commit, other processes' included. Until then the matcher's snapshot stands.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> matcher = cm.Matcher(catalogue)
    /// >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
    /// >>> before = len(matcher.find("rain"))
    /// >>> matcher.refresh()
    /// >>> before, len(matcher.find("rain"))
    /// (0, 1)
    fn refresh(&self, py: Python<'_>) -> PyResult<()> {
        let newest = Arc::new(self.origin().refreshed(py)?);
        *self.origin.write().unwrap_or_else(PoisonError::into_inner) = newest;
        Ok(())
    }

    /// Rank the solutions against a challenge, best first.
    ///
    /// Every eligible solution is ranked, and the limit cuts. Equal scores are ordered by solution id. A challenge of stop words alone
    /// finds nothing.
    ///
    /// Parameters
    /// ----------
    /// challenge
    ///     A `Challenge`, a mapping of its fields, or a text that is its question. It is not stored.
    /// limit
    ///     The most matches to return.
    /// eligibility
    ///     Rules, as an `Eligibility` or a mapping, that stand in for the challenge's own.
    ///
    /// Returns
    /// -------
    /// Matches
    ///
    /// Raises
    /// ------
    /// InvalidDataError
    ///     If a value of the challenge or a rule is wrong.
    /// InvalidOptionError
    ///     If the limit is below 1.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}, {"id": "s2", "title": "Rain barrels", "stage": "pilot"}])
    /// >>> matcher = cm.Matcher(catalogue)
    /// >>> [(found.rank, found.solution_id) for found in matcher.find("How to keep rain in gardens?")]
    /// [(1, 's1'), (2, 's2')]
    /// >>> [found.solution_id for found in matcher.find("rain", limit=1, eligibility={"stages": ["pilot"], "unknown": "bar"})]
    /// ['s2']
    #[pyo3(
        signature = (challenge, *, limit = None, eligibility = None),
        text_signature = "($self, challenge, *, limit=10, eligibility=None)"
    )]
    fn find(
        &self,
        challenge: &Bound<'_, PyAny>,
        limit: Option<&Bound<'_, PyAny>>,
        eligibility: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Matches> {
        let py = challenge.py();
        let challenge = one(challenge)?;
        let (limit, eligibility) = options(limit, eligibility)?;
        let origin = self.origin();
        let matcher = origin.matcher(py)?;
        let matches = enter(py, || matcher.find(search(&challenge, limit, eligibility.as_ref())))?;
        Ok(Matches::of(Answer::new(&origin, challenge, eligibility, matches)))
    }

    /// Say why a solution has the score that it has for a challenge.
    ///
    /// Parameters
    /// ----------
    /// challenge
    ///     As in `find`.
    /// solution_id
    ///     The id of a solution of the catalogue; it need not be eligible.
    ///
    /// Returns
    /// -------
    /// Explanation
    ///     A tree that adds up to the score, with what matched.
    ///
    /// Raises
    /// ------
    /// NotFoundError
    ///     If the snapshot has no such solution.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> _ = catalogue.add([{"id": "s1", "title": "Jardines de lluvia"}])
    /// >>> cm.Matcher(catalogue).explain("¿Cómo guardar la lluvia y la nieve?", "s1").missing
    /// ['guardar', 'nieve']
    fn explain<'py>(
        &self,
        challenge: &Bound<'py, PyAny>,
        solution_id: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = challenge.py();
        let challenge = one(challenge)?;
        let id = SolutionId::from(id(solution_id, "solution_id").map_err(Unfit::raise)?);
        let origin = self.origin();
        let matcher = origin.matcher(py)?;
        explanation::python(py, &enter(py, || matcher.explain(&challenge, &id))?)
    }

    /// Rank the solutions against each of many challenges, in their order.
    ///
    /// Ctrl-C stops it at once. The order and the number of threads do not change any result.
    ///
    /// Parameters
    /// ----------
    /// challenges
    ///     `Challenge` objects or mappings, also from a generator; what `read_challenges` gives, a catalogue's `challenges`, or a table.
    /// limit
    ///     The most matches of each challenge.
    /// threads
    ///     How many threads match, 1 to 512; by default the matcher's.
    /// progress
    ///     ``True`` shows it: with tqdm if that is installed, else as a line on stderr. A callable is called with the number of challenges
    ///     done and of all, about every 50 ms and at the end.
    ///
    /// Returns
    /// -------
    /// Run
    ///
    /// Raises
    /// ------
    /// InvalidDataError
    ///     If a challenge is wrong, or two have the same id; it names the row, from 1.
    /// InvalidOptionError
    ///     If the limit is below 1, or the threads are not 1 to 512.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
    /// >>> run = cm.Matcher(catalogue).find_all([cm.Challenge("c1", "Rain"), {"id": "c2", "title": "The", "language": "en"}], limit=50)
    /// >>> len(run), list(run.to_dict()), len(run[1])
    /// (2, ['c1', 'c2'], 0)
    #[pyo3(
        signature = (challenges, *, limit = None, threads = None, progress = None),
        text_signature = "($self, challenges, *, limit=10, threads=None, progress=False)"
    )]
    fn find_all(
        &self,
        challenges: &Bound<'_, PyAny>,
        limit: Option<&Bound<'_, PyAny>>,
        threads: Option<&Bound<'_, PyAny>>,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Run> {
        let (limit, _) = options(limit, None)?;
        let threads = threads.map(|threads| option_whole(threads, "threads")).transpose()?;
        find_all(&self.origin(), challenges, limit, threads, progress)
    }

    /// Rank the solutions against each of many challenges, and hand on the matches one by one.
    ///
    /// Memory stays bounded: challenges are taken from a generator as they are needed, a few a thread ahead.
    ///
    /// Parameters
    /// ----------
    /// challenges, limit, threads
    ///     As in `find_all`; an id may come twice. A wrong challenge raises when its turn comes, and ends it.
    ///
    /// Returns
    /// -------
    /// Iterator[Matches]
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
    /// >>> for matches in cm.Matcher(catalogue).find_each([cm.Challenge("c1", "Rain"), cm.Challenge("c2", "Gardens")]):
    /// ...     print(matches.challenge_id, matches[0].solution_id)
    /// c1 s1
    /// c2 s1
    #[pyo3(signature = (challenges, *, limit = None, threads = None), text_signature = "($self, challenges, *, limit=10, threads=None)")]
    fn find_each(
        &self,
        challenges: &Bound<'_, PyAny>,
        limit: Option<&Bound<'_, PyAny>>,
        threads: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Each> {
        let (limit, _) = options(limit, None)?;
        let threads = threads.map(|threads| option_whole(threads, "threads")).transpose()?;
        Each::new(self.origin(), challenges, limit, threads)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let options = self.origin().options.to_dict(py)?;
        let options: Vec<_> = options
            .iter()
            .map(|(name, value)| Ok(format!(", {name}={}", value.repr()?)))
            .collect::<PyResult<_>>()?;
        Ok(format!("Matcher({}{})", self.catalogue.bind(py).repr()?, options.concat()))
    }

    fn __reduce__<'py>(
        slf: &Bound<'py, Self>,
    ) -> Reduced<'py, (Py<Catalogue>, Bound<'py, PyDict>)> {
        let matcher = slf.get();
        let options = matcher.origin().options.to_dict(slf.py())?;
        Ok((slf.get_type().getattr("_restore")?, (matcher.catalogue.clone_ref(slf.py()), options)))
    }
}

/// The challenge of one call: an object, a mapping, or a question.
pub(crate) fn one(challenge: &Bound<'_, PyAny>) -> PyResult<citymatch::Challenge> {
    let read = || -> Result<citymatch::Challenge, Unfit> {
        let Ok(question) = challenge.cast::<PyString>() else { return sound(challenge) };
        let challenge = citymatch::Challenge::from_text(text(question, "question")?);
        if challenge.texts().is_empty() {
            return Err(FieldError::new("question", "", "a text").into());
        }
        challenge.check(usize::MAX)?;
        Ok(challenge)
    };
    read().map_err(Unfit::raise)
}

fn options(
    limit: Option<&Bound<'_, PyAny>>,
    rules: Option<&Bound<'_, PyAny>>,
) -> PyResult<(usize, Option<Eligibility>)> {
    let limit = limit.map_or(Ok(LIMIT), |limit| option_whole(limit, "limit"))?;
    Ok((limit, rules.map(eligibility::of).transpose()?))
}

/// What the core is asked for.
pub(crate) fn search<'c>(
    challenge: &'c citymatch::Challenge,
    limit: usize,
    eligibility: Option<&Eligibility>,
) -> Search<'c> {
    let search = Search::new(challenge).limit(limit);
    match eligibility {
        Some(rules) => search.eligibility(rules.clone()),
        None => search,
    }
}
