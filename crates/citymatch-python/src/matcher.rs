use std::sync::{Arc, PoisonError, RwLock};

use citymatch::{Signal, SolutionId};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyInt, PyTuple, PyType};

use crate::answer::{Answer, Rules};
use crate::batch::{BatchOptions, Each, all, find_all};
use crate::catalogue::Catalogue;
use crate::convert::{Reduced, Unfit, id};
use crate::error::enter;
use crate::explanation;
use crate::matches::Matches;
use crate::options::{Options, language_option, limit_of, weights_dict};
use crate::origin::Origin;
use crate::record::challenge_of;
use crate::record_matches::{self, RecordMatches};
use crate::run::Run;
use crate::statistics::{self, Statistics};

/// Ranks the solutions of a catalogue against challenges.
///
/// It keeps the snapshot of the catalogue that it was made with until `refresh`. A pickled matcher
/// is its catalogue's path and encoder, and its options: loading it opens the newest commit.
///
/// Parameters
/// ----------
/// catalogue
///     The catalogue.
/// weights
///     What each signal counts, by name: ``words`` (the words of the challenge that a solution
///     has), ``related`` (those that it has in other words, in any language), ``meaning`` (how
///     close its sentences are), ``subject`` (whether it is about the same subjects of cities, which
///     counts for long challenges), ``language`` (whether it is in the challenge's language), and what
///     a call's criteria name: ``themes``, ``goals``, ``place`` and ``maturity``.
///     Signals that are left out count 0; at least one weight is above 0. A number counts for
///     solutions in every language; ``{"words": {"same": 1, "other": 0.5}}`` gives one weight to
///     solutions in the challenge's language and one to the others. By default the calibrated mix
///     of the catalogue's encoder; without an encoder `words` alone. What `fit_weights` returns brings
///     the logistic that makes its scores.
/// languages
///     The languages that a solution may be written in, declared or detected: ``["es", "pt"]``.
///     By default all languages, and solutions without a known language too.
/// threads
///     How many threads match many challenges, or one where there are 16,384 solutions or more,
///     from 1 to 512; by default as many as the machine has. Results do not depend on it.
/// rescore
///     An `Encoder` for a second stage, a contextual model above all: the best solutions are scored
///     again, and its nearness comes to what the first stage found. Its cosines of unrelated texts
///     should be near 0: give it `means`. A solution's vectors are made when it is first among the
///     best; `Catalogue.prepare` makes all of them, and keeps them in the folder.
/// depth
///     How many of the best solutions are scored again, from 1 to 1,000; by default 30. Solutions
///     behind them keep their order, and get no higher score than the last of those.
/// diversity
///     How much matches are to differ from each other: an amount from 0 to 1, or a `Diversity`. They
///     are chosen among the best, five times as many as the limit, and come in the order in which
///     they were chosen; `Matches.spread` tells the price. By default the best by score.
/// thesaurus
///     Themes beside the built-in ones, for the signal ``themes`` and for gaps: the path of a CSV or
///     JSON file, or a list of mappings with ``theme``, ``broader``, and words in ``es``, ``pt`` and
///     ``en``. A row with the name of a built-in theme adds words to it.
/// suggested
///     Whether, for the signal ``goals``, a record that names no goals has those that its text speaks
///     of, as `suggest_goals` finds them. By default it has none. The texts of the catalogue are
///     read for it once, when a criterion or a weight first counts goals.
///
/// Raises
/// ------
/// TypeError
///     If the catalogue is something else, as a path.
/// InvalidOptionError
///     If a signal or a language is unknown, a weight is below 0, no weight is above 0, the threads
///     or the depth are out of range, there is a depth and nothing to rescore with, or a diversity is
///     not from 0 to 1 or has a cap below 1; or if a row of the thesaurus has an unknown language, a
///     word of another theme, or a broader theme that does not exist or is its own.
/// InvalidDataError
///     If the same is true of a row of the thesaurus's file.
/// OSError
///     If that file cannot be read.
///
/// Examples
/// --------
/// >>> import citymatch as cm
/// >>> catalogue = cm.Catalogue.create()
/// >>> gardens, toilets = cm.Solution("s1", "Jardines de lluvia"), cm.Solution("s2", "Baños secos")
/// >>> _ = catalogue.add([gardens, toilets])
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

    /// The snapshot of this moment. The lock is held for a copy of a pointer only, so waiting for
    /// it is no wait.
    fn origin(&self) -> Arc<Origin> {
        Arc::clone(&self.origin.read().unwrap_or_else(PoisonError::into_inner))
    }
}

#[pymethods]
impl Matcher {
    #[new]
    #[pyo3(signature = (
        catalogue, *, weights = None, languages = None, threads = None, rescore = None, depth = None,
        diversity = None, thesaurus = None, suggested = false
    ))]
    #[allow(clippy::too_many_arguments, reason = "they have names in Python")]
    fn new(
        catalogue: &Bound<'_, PyAny>,
        weights: Option<&Bound<'_, PyAny>>,
        languages: Option<&Bound<'_, PyAny>>,
        threads: Option<&Bound<'_, PyAny>>,
        rescore: Option<&Bound<'_, PyAny>>,
        depth: Option<&Bound<'_, PyAny>>,
        diversity: Option<&Bound<'_, PyAny>>,
        thesaurus: Option<&Bound<'_, PyAny>>,
        suggested: bool,
    ) -> PyResult<Self> {
        let Ok(catalogue) = catalogue.cast::<Catalogue>() else {
            return Err(PyTypeError::new_err(format!(
                "expected a Catalogue, not `{}`: Catalogue.open(path) opens one",
                catalogue.get_type().name()?
            )));
        };
        let options = Options::of(
            weights, languages, threads, rescore, depth, diversity, thesaurus, suggested,
        )?;
        Self::make(catalogue, options)
    }

    #[classmethod]
    fn _restore(
        _cls: &Bound<'_, PyType>,
        catalogue: &Bound<'_, Catalogue>,
        options: &Bound<'_, PyDict>,
    ) -> PyResult<Self> {
        Self::make(catalogue, Options::of_dict(options)?)
    }

    /// What `Matches.answer_score` must reach for `Matches.answered` to be true. ``None`` under
    /// weights that the caller chose and without an encoder, where there is no verdict.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> cm.Matcher(cm.Catalogue.create()).answer_threshold
    /// 0.74
    #[getter]
    fn answer_threshold(&self, py: Python<'_>) -> PyResult<Option<f64>> {
        Ok(self.origin().matcher(py)?.answer_threshold())
    }

    /// What each signal counts, by name: for solutions in the challenge's language (``same``)
    /// and for the others (``other``).
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

    /// Take the newest commit, whichever process made it. Until then the matcher keeps its
    /// snapshot.
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
    /// Every eligible solution is ranked, and the limit cuts. Equal scores are ordered by solution
    /// id. A challenge of stop words alone finds nothing.
    ///
    /// Parameters
    /// ----------
    /// challenge
    ///     A text, which is the challenge's question; a `Challenge`; or a mapping of its fields, in
    ///     which the id may be left out. It is not stored.
    /// limit
    ///     The most matches to return, 1 or more.
    /// eligibility
    ///     Rules, as an `Eligibility` or a mapping, in place of the challenge's own.
    /// at_least
    ///     The least stage that a solution may have, beside the other rules: ``"pilot"`` admits
    ///     ``pilot``, ``implemented`` and ``scaling``. What is closed is over, and only
    ///     ``"closed"`` admits it. A solution without a stage is admitted, unless the rules bar
    ///     unknown values.
    /// language
    ///     The language of a challenge that is a text: ``"es"``, ``"pt"`` or ``"en"``. By default it
    ///     is found; a text of fewer than five words whose language is not sure is read in every
    ///     language. `Matches.language` says as what it was read.
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
    ///     If the limit is below 1, or the stage or the language unknown, or if there is a language
    ///     for a challenge that is no text.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> barrels = cm.Solution("s2", "Rain barrels", stage="pilot", country="BR")
    /// >>> _ = catalogue.add([cm.Solution("s1", "Rain gardens", stage="idea"), barrels])
    /// >>> matcher = cm.Matcher(catalogue)
    /// >>> [(found.rank, found.solution_id) for found in matcher.find("rain in gardens", limit=5)]
    /// [(1, 's1'), (2, 's2')]
    /// >>> [found.solution_id for found in matcher.find("rain", at_least="pilot")]
    /// ['s2']
    /// >>> [found.solution_id for found in matcher.find("rain", eligibility={"countries": ["UY"]})]
    /// ['s1']
    #[pyo3(
        signature = (
            challenge, *more, limit = None, eligibility = None, at_least = None, language = None
        ),
        text_signature = "($self, challenge, *, limit=10, eligibility=None, at_least=None, \
                          language=None)"
    )]
    fn find(
        &self,
        challenge: &Bound<'_, PyAny>,
        more: &Bound<'_, PyTuple>,
        limit: Option<&Bound<'_, PyAny>>,
        eligibility: Option<&Bound<'_, PyAny>>,
        at_least: Option<&Bound<'_, PyAny>>,
        language: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Matches> {
        only_one("find", more)?;
        let py = challenge.py();
        let challenge = challenge_of(challenge, language)?;
        let (limit, rules) = (limit_of(limit)?, Rules::of(eligibility, at_least)?);
        let origin = self.origin();
        let matcher = origin.matcher(py)?;
        let matches = enter(py, || matcher.find(rules.search(&challenge, limit)))?;
        Ok(Matches::of(Answer::new(&origin, challenge, rules, limit, matches)))
    }

    /// Say why a solution has the score that it has for a challenge.
    ///
    /// Parameters
    /// ----------
    /// challenge
    ///     As in `find`.
    /// solution_id
    ///     The id of a solution of the catalogue; it need not be eligible.
    /// language
    ///     As in `find`.
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
    #[pyo3(signature = (challenge, solution_id, *, language = None))]
    fn explain<'py>(
        &self,
        challenge: &Bound<'py, PyAny>,
        solution_id: &Bound<'py, PyAny>,
        language: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = challenge.py();
        let challenge = challenge_of(challenge, language)?;
        let id = SolutionId::from(id(solution_id, "solution_id").map_err(Unfit::raise)?);
        let origin = self.origin();
        let matcher = origin.matcher(py)?;
        explanation::python(py, &enter(py, || matcher.explain(&challenge, &id))?)
    }

    /// Rank the challenges that a solution may answer, best first: the reverse of `find`.
    ///
    /// A pair has the score that `find` gives it; of a matcher with a second stage, that of the
    /// first. Challenges whose rules exclude the solution are left out, and
    /// `RecordMatches.ineligible` names them.
    ///
    /// Parameters
    /// ----------
    /// solution
    ///     A `Solution` or a mapping of its fields, which need not be stored; or the id of one that
    ///     is.
    /// limit
    ///     The most challenges to return, 1 or more.
    /// challenges
    ///     Challenges as `find_all` takes them, in place of those that are stored.
    ///
    /// Returns
    /// -------
    /// RecordMatches
    ///
    /// Raises
    /// ------
    /// InvalidDataError
    ///     If a value of the solution or of a challenge is wrong.
    /// InvalidOptionError
    ///     If the limit is below 1, or the id is that of a challenge.
    /// NotFoundError
    ///     If no record has the id.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> _ = catalogue.add_challenges([
    /// ...     {"id": "quito", "question": "¿Cómo evitar que la lluvia inunde las calles?"},
    /// ...     {"id": "cali", "question": "¿Cómo acortar las esperas en los juzgados?"},
    /// ... ])
    /// >>> garden = {"id": "new", "title": "Jardins de chuva nas ruas"}
    /// >>> [found.challenge_id for found in cm.Matcher(catalogue).find_challenges(garden)]
    /// ['quito', 'cali']
    #[pyo3(
        signature = (solution, *more, limit = None, challenges = None),
        text_signature = "($self, solution, *, limit=10, challenges=None)"
    )]
    fn find_challenges(
        &self,
        solution: &Bound<'_, PyAny>,
        more: &Bound<'_, PyTuple>,
        limit: Option<&Bound<'_, PyAny>>,
        challenges: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<RecordMatches> {
        only_one("find_challenges", more)?;
        record_matches::find_challenges(&self.origin(), solution, challenges, limit_of(limit)?)
    }

    /// Rank the records of the same kind by how much they are like a record: for a challenge the
    /// same challenge in other cities, for a solution its twins, in any language.
    ///
    /// The record itself, which is the one with its id, is left out. Scores are those of `find`
    /// with the record as the ask; a second stage does not look at them.
    ///
    /// Parameters
    /// ----------
    /// record
    ///     A `Challenge`; a `Solution` or a mapping of a solution's fields; or the id of a record that
    ///     is stored. The others need not be.
    /// limit
    ///     The most records to return, 1 or more.
    ///
    /// Returns
    /// -------
    /// RecordMatches
    ///
    /// Raises
    /// ------
    /// InvalidDataError
    ///     If a value of the record is wrong.
    /// InvalidOptionError
    ///     If the limit is below 1.
    /// NotFoundError
    ///     If no record has the id.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> _ = catalogue.add_challenges([
    /// ...     {"id": "quito", "question": "¿Cómo evitar que la lluvia inunde las calles?"},
    /// ...     {"id": "recife", "question": "Como evitar que a chuva alague as ruas?"},
    /// ...     {"id": "cali", "question": "¿Cómo acortar las esperas en los juzgados?"},
    /// ... ])
    /// >>> [found.challenge_id for found in cm.Matcher(catalogue).similar("quito", limit=1)]
    /// ['recife']
    #[pyo3(signature = (record, *more, limit = None), text_signature = "($self, record, *, limit=10)")]
    fn similar(
        &self,
        record: &Bound<'_, PyAny>,
        more: &Bound<'_, PyTuple>,
        limit: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<RecordMatches> {
        only_one("similar", more)?;
        let origin = self.origin();
        record_matches::similar(origin.matcher(record.py())?, record, limit_of(limit)?)
    }

    /// List the solutions that were put to use in a challenge's own city, best fit first: what the
    /// city did about it, and how it ended. With `similar` these are the precedents of a challenge.
    ///
    /// A solution was put to use there if one of its deployments names the city, or if it is of the
    /// city and its stage is pilot or later. Countries must agree where both are known. No rule of
    /// eligibility excludes one.
    ///
    /// Parameters
    /// ----------
    /// challenge
    ///     A `Challenge`, a mapping of its fields, or the id of one that is stored. Without a city
    ///     there is nothing to list.
    ///
    /// Returns
    /// -------
    /// list[Implementation]
    ///
    /// Raises
    /// ------
    /// InvalidDataError
    ///     If a value of the challenge is wrong.
    /// InvalidOptionError
    ///     If no challenge has the id.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> failed = [{"city": "Quito", "year": 2019, "status": "failed"}]
    /// >>> _ = catalogue.add([{"id": "s1", "title": "Jardines de lluvia", "deployments": failed}])
    /// >>> quito = cm.Challenge("c1", "¿Cómo retener la lluvia?", city="Quito")
    /// >>> for implemented in cm.Matcher(catalogue).implemented(quito):
    /// ...     print(implemented.title, implemented.deployments[0]["status"])
    /// Jardines de lluvia failed
    fn implemented<'py>(&self, challenge: &Bound<'py, PyAny>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let origin = self.origin();
        record_matches::implemented(origin.matcher(challenge.py())?, challenge)
    }

    /// Rank the solutions against each of many challenges, in their order.
    ///
    /// Ctrl-C stops it at once. The order of the challenges and the number of threads do not change
    /// any result.
    ///
    /// Parameters
    /// ----------
    /// challenges
    ///     Texts, `Challenge` objects or mappings of their fields, in a list, a Series or a
    ///     generator; what `read_challenges` returns; a catalogue's `challenges`; or a table. A
    ///     challenge without an id has its place as its id: ``"1"``, ``"2"`` …
    /// limit
    ///     The most matches of each challenge, 1 or more.
    /// threads
    ///     How many threads match, from 1 to 512; by default the matcher's.
    /// progress
    ///     ``True`` shows how far it is: with tqdm if that is installed, else as a line on stderr.
    ///     A callable is called with the number of challenges done and the number of all, about
    ///     every 25 ms and at the end.
    /// eligibility, at_least, language
    ///     As in `find`, for each of the challenges.
    /// statistics
    ///     The statistics of a larger collection of which the catalogue is a part, all rounds merged:
    ///     solutions get the scores that they would have there. By default the catalogue's own.
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
    ///     If the limit or the threads are out of range, or the stage is unknown; or if the statistics
    ///     are not complete, not made for these challenges, or made by another analyser or encoder.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens", "stage": "idea"}])
    /// >>> matcher = cm.Matcher(catalogue)
    /// >>> run = matcher.find_all([cm.Challenge("c1", "Rain"), cm.Challenge("c2", "Parks")])
    /// >>> len(run), list(run.to_dict())
    /// (2, ['c1', 'c2'])
    /// >>> matcher.find_all(["How to keep rain?", "Gardens"], at_least="pilot").to_dict()
    /// {'1': {}, '2': {}}
    #[pyo3(
        signature = (
            challenges, *more, limit = None, threads = None, progress = None, eligibility = None,
            at_least = None, language = None, statistics = None
        ),
        text_signature = "($self, challenges, *, limit=10, threads=None, progress=False, \
                          eligibility=None, at_least=None, language=None, statistics=None)"
    )]
    #[allow(clippy::too_many_arguments, reason = "they have names in Python")]
    fn find_all(
        &self,
        challenges: &Bound<'_, PyAny>,
        more: &Bound<'_, PyTuple>,
        limit: Option<&Bound<'_, PyAny>>,
        threads: Option<&Bound<'_, PyAny>>,
        progress: Option<&Bound<'_, PyAny>>,
        eligibility: Option<&Bound<'_, PyAny>>,
        at_least: Option<&Bound<'_, PyAny>>,
        language: Option<&Bound<'_, PyAny>>,
        statistics: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Run> {
        only_one("find_all", more)?;
        let search = BatchOptions::of(limit, threads, language, Rules::of(eligibility, at_least)?)?;
        let search = search.with_statistics(statistics)?;
        find_all(&self.origin(), challenges, search, progress)
    }

    /// This catalogue's part of the statistics of a collection that is spread over several
    /// catalogues, for some challenges: see `Statistics`.
    ///
    /// Parameters
    /// ----------
    /// challenges
    ///     As in `find_all`; the same for every catalogue and in every round.
    /// merged
    ///     The merged statistics of the rounds so far; ``None`` for the first round.
    /// elsewhere
    ///     The `text_hashes` that another catalogue of the collection has too and counts. Of the
    ///     catalogues that have a text, all but one have to leave it out. By default none.
    /// language
    ///     As in `find_all`.
    ///
    /// Returns
    /// -------
    /// Statistics
    ///
    /// Raises
    /// ------
    /// InvalidDataError
    ///     If a challenge is wrong, or two have the same id.
    /// InvalidOptionError
    ///     If the merged statistics were made by another analyser or encoder.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> cm.Matcher(cm.Catalogue.create()).statistics(["How to keep rain?"])
    /// <Statistics: not complete>
    #[pyo3(
        signature = (challenges, merged = None, *, elsewhere = None, language = None),
        text_signature = "($self, challenges, merged=None, *, elsewhere=(), language=None)"
    )]
    fn statistics(
        &self,
        challenges: &Bound<'_, PyAny>,
        merged: Option<&Bound<'_, PyAny>>,
        elsewhere: Option<Vec<u64>>,
        language: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Statistics> {
        let py = challenges.py();
        let merged = merged.map(|own| statistics::given(own, "merged")).transpose()?;
        let challenges = all(challenges, language.map(language_option).transpose()?)?;
        let origin = self.origin();
        let (matcher, elsewhere) = (origin.matcher(py)?, elsewhere.unwrap_or_default());
        let part = enter(py, || {
            matcher.statistics_without(&elsewhere, &merged.unwrap_or_default(), &challenges)
        })?;
        Ok(Statistics::of(part))
    }

    /// A hash of what each solution says, in ascending order and each once. Solutions that say the
    /// same, word for word and in the same language, have the same one, in other catalogues too.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> _ = catalogue.add([cm.Solution("s1", "Rain gardens"), cm.Solution("s2", "Rain gardens")])
    /// >>> len(cm.Matcher(catalogue).text_hashes())
    /// 1
    fn text_hashes(&self, py: Python<'_>) -> PyResult<Vec<u64>> {
        let origin = self.origin();
        let matcher = origin.matcher(py)?;
        enter(py, || matcher.text_hashes())
    }

    /// Rank the solutions against each of many challenges, and yield the matches one by one.
    ///
    /// Memory stays bounded: challenges are taken from a generator as they are needed, 64 at a
    /// time.
    ///
    /// Parameters
    /// ----------
    /// challenges, limit, threads, eligibility, at_least, language
    ///     As in `find_all`; an id may come twice. A wrong challenge raises when its turn comes,
    ///     and ends the iterator.
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
    /// >>> for matches in cm.Matcher(catalogue).find_each(["How to keep rain?", "Gardens"]):
    /// ...     print(matches.challenge_id, matches[0].solution_id)
    /// 1 s1
    /// 2 s1
    #[pyo3(
        signature = (
            challenges, *more, limit = None, threads = None, eligibility = None, at_least = None,
            language = None
        ),
        text_signature = "($self, challenges, *, limit=10, threads=None, eligibility=None, \
                          at_least=None, language=None)"
    )]
    #[allow(clippy::too_many_arguments, reason = "they have names in Python")]
    fn find_each(
        &self,
        challenges: &Bound<'_, PyAny>,
        more: &Bound<'_, PyTuple>,
        limit: Option<&Bound<'_, PyAny>>,
        threads: Option<&Bound<'_, PyAny>>,
        eligibility: Option<&Bound<'_, PyAny>>,
        at_least: Option<&Bound<'_, PyAny>>,
        language: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Each> {
        only_one("find_each", more)?;
        let search = BatchOptions::of(limit, threads, language, Rules::of(eligibility, at_least)?)?;
        Each::new(self.origin(), challenges, search)
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

/// Refuses arguments after the first, which have names. Python's own message would not say which.
fn only_one(method: &str, more: &Bound<'_, PyTuple>) -> PyResult<()> {
    if more.is_empty() {
        return Ok(());
    }
    let given = more.get_item(0)?;
    let limit = if given.is_instance_of::<PyInt>() { given.to_string() } else { "10".to_owned() };
    Err(PyTypeError::new_err(format!(
        "Matcher.{method}() takes 1 positional argument but {} were given: \
         limit is given by name: limit={limit}",
        more.len() + 1
    )))
}
