//! The records that were found for another record: precedents, twins, and the challenges that a
//! solution answers.

use std::sync::Arc;

use arrow_array::{Float64Array, Int64Array, StringArray};
use citymatch::record::Kind;
use citymatch::{Challenge, Matcher, ReverseSearch, Solution};
use pyo3::exceptions::PyAttributeError;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict, PyIterator, PyList, PyString, PyType};

use crate::convert::{self, Reduced, Unfit, id, shown};
use crate::error::{enter, internal, not_found, wrong_option, wrong_row, wrong_state};
use crate::explanation;
use crate::frame::{Column, Table};
use crate::origin::{Origin, OriginState};
use crate::position::{item, position};
use crate::record::{
    Challenge as ChallengeObject, Solution as SolutionObject, Wrapped, clear_record, sound,
};
use crate::report;
use crate::rows::Asks;

/// A record that was found for another one. `Matcher.similar` and `Matcher.find_challenges` make it.
///
/// It has the attributes ``solution_id`` and ``solution`` if it is a solution, and ``challenge_id``
/// and ``challenge`` if it is a challenge.
///
/// Examples
/// --------
/// >>> import citymatch as cm
/// >>> catalogue = cm.Catalogue.create()
/// >>> _ = catalogue.add_challenges([{"id": "c1", "title": "¿Cómo retener la lluvia?"}])
/// >>> best = cm.Matcher(catalogue).find_challenges({"id": "s1", "title": "Jardines de lluvia"})[0]
/// >>> best.rank, best.challenge_id, best.challenge.title, 0 < best.score < 1
/// (1, 'c1', '¿Cómo retener la lluvia?', True)
#[pyclass(frozen, eq, module = "citymatch")]
pub(crate) struct RecordMatch {
    kind: Kind,
    id: String,
    rank: usize,
    score: f64,
    signals: Vec<(String, f64)>,
    unknown_rules: Vec<String>,
    record: Py<PyAny>,
}

/// What a pickle holds of a match: the record, its rank and score, the values of the signals, and
/// the rules that are not known.
type MatchState = (Py<PyAny>, usize, f64, Vec<(String, f64)>, Vec<String>);

impl PartialEq for RecordMatch {
    fn eq(&self, other: &Self) -> bool {
        (self.kind, &self.id, self.rank, &self.signals)
            == (other.kind, &other.id, other.rank, &other.signals)
            && self.score.total_cmp(&other.score).is_eq()
    }
}

impl RecordMatch {
    fn new<R: Wrapped>(
        py: Python<'_>,
        found: &citymatch::RecordMatch<R>,
        record: R,
    ) -> PyResult<Self> {
        Ok(Self {
            kind: R::KIND,
            id: found.id().to_string(),
            rank: found.rank(),
            score: found.score(),
            signals: found.signals().map(|(own, value)| (own.name().to_owned(), value)).collect(),
            unknown_rules: found.unknown_rules().iter().map(ToString::to_string).collect(),
            record: record.into_object(py)?.unbind(),
        })
    }

    fn of_kind<T>(&self, kind: Kind, name: &str, value: T) -> PyResult<T> {
        if self.kind == kind {
            return Ok(value);
        }
        let message = format!("'RecordMatch' of a {} has no attribute '{name}'", self.kind);
        Err(PyAttributeError::new_err(message))
    }

    fn id_name(&self) -> &'static str {
        match self.kind {
            Kind::Solution => "solution_id",
            Kind::Challenge => "challenge_id",
        }
    }

    fn state(&self, py: Python<'_>) -> MatchState {
        let (signals, unknown_rules) = (self.signals.clone(), self.unknown_rules.clone());
        (self.record.clone_ref(py), self.rank, self.score, signals, unknown_rules)
    }

    fn of_state(py: Python<'_>, state: MatchState) -> PyResult<Self> {
        let (record, rank, score, signals, unknown_rules) = state;
        let (kind, id) = match record.bind(py).cast::<ChallengeObject>() {
            Ok(challenge) => (Kind::Challenge, challenge.get().0.id.to_string()),
            Err(_) => {
                (Kind::Solution, record.bind(py).cast::<SolutionObject>()?.get().0.id.to_string())
            }
        };
        Ok(Self { kind, id, rank, score, signals, unknown_rules, record })
    }
}

#[pymethods]
impl RecordMatch {
    /// The id of the solution that was found. An `AttributeError` if a challenge was found.
    #[getter]
    fn solution_id(&self) -> PyResult<&str> {
        self.of_kind(Kind::Solution, "solution_id", &self.id)
    }

    /// The id of the challenge that was found. An `AttributeError` if a solution was found.
    #[getter]
    fn challenge_id(&self) -> PyResult<&str> {
        self.of_kind(Kind::Challenge, "challenge_id", &self.id)
    }

    /// The solution that was found. An `AttributeError` if a challenge was found.
    #[getter]
    fn solution(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        self.of_kind(Kind::Solution, "solution", self.record.clone_ref(py))
    }

    /// The challenge that was found. An `AttributeError` if a solution was found.
    #[getter]
    fn challenge(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        self.of_kind(Kind::Challenge, "challenge", self.record.clone_ref(py))
    }

    /// Its place among those that were found, from 1.
    #[getter]
    fn rank(&self) -> usize {
        self.rank
    }

    /// How well the two fit, from 0 to 1.
    #[getter]
    fn score(&self) -> f64 {
        self.score
    }

    /// The score in a word: ``strong`` from 0.6 on, ``possible`` from 0.2 on, else ``weak``.
    #[getter]
    fn level(&self) -> &'static str {
        citymatch::Level::of(self.score).name()
    }

    /// The value of each signal that counted, by name. See `Match.signals`.
    #[getter]
    fn signals<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let signals = PyDict::new(py);
        for (name, value) in &self.signals {
            signals.set_item(name, value)?;
        }
        Ok(signals)
    }

    /// The rules of the challenge that could not be checked, as the solution does not say what they
    /// ask for. Empty for records of one kind.
    #[getter]
    fn unknown_rules(&self) -> Vec<String> {
        self.unknown_rules.clone()
    }

    /// Return the id, the rank and the score as a dict that JSON can hold.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}, {"id": "s2", "title": "Rain"}])
    /// >>> list(cm.Matcher(catalogue).similar("s2")[0].to_dict())
    /// ['solution_id', 'rank', 'score']
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let fields = PyDict::new(py);
        fields.set_item(self.id_name(), &self.id)?;
        fields.set_item("rank", self.rank)?;
        fields.set_item("score", self.score)?;
        Ok(fields)
    }

    #[classmethod]
    fn _restore(cls: &Bound<'_, PyType>, state: MatchState) -> PyResult<Self> {
        Self::of_state(cls.py(), state)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let id = self.id.as_str().into_pyobject(py)?;
        Ok(format!(
            "RecordMatch(rank={}, score={:.3}, {}={})",
            self.rank,
            self.score,
            self.id_name(),
            id.repr()?
        ))
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> Reduced<'py, (MatchState,)> {
        Ok((slf.get_type().getattr("_restore")?, (slf.get().state(slf.py()),)))
    }
}

/// The records that were found for another one, best first. `Matcher.similar` and
/// `Matcher.find_challenges` make them.
///
/// They are iterated, indexed (from the end too), sliced and counted like a list of `RecordMatch`.
/// Libraries that read Arrow take them as a table: ``polars.DataFrame(found)``.
///
/// Examples
/// --------
/// >>> import citymatch as cm
/// >>> catalogue = cm.Catalogue.create()
/// >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}, {"id": "s2", "title": "Wells"}])
/// >>> twins = cm.Matcher(catalogue).similar({"id": "new", "title": "Gardens for the rain"})
/// >>> len(twins), [found.solution_id for found in twins]
/// (2, ['s1', 's2'])
#[pyclass(frozen, module = "citymatch")]
pub(crate) struct RecordMatches {
    kind: Kind,
    found: Vec<Py<RecordMatch>>,
    /// What was asked, where challenges were found for a solution.
    reverse: Option<Reverse>,
}

/// A solution for which challenges were found.
struct Reverse {
    origin: Arc<Origin>,
    solution: Solution,
    /// The challenges that were given; `None` for those that are stored.
    given: Option<Vec<Challenge>>,
}

impl Reverse {
    fn search(&self) -> ReverseSearch<'_> {
        let search = ReverseSearch::new(&self.solution);
        match &self.given {
            Some(given) => search.challenges(given),
            None => search,
        }
    }
}

/// What a pickle holds of the solution that was asked about.
type ReverseState<'py> = (OriginState<'py>, Py<SolutionObject>, Option<Vec<Py<ChallengeObject>>>);

impl RecordMatches {
    fn new<R: Wrapped>(
        py: Python<'_>,
        found: &citymatch::RecordMatches<R>,
        reverse: Option<Reverse>,
    ) -> PyResult<Self> {
        let records = enter(py, || found.iter().map(citymatch::RecordMatch::record).collect())?;
        let records: Vec<R> = records;
        let found = found
            .iter()
            .zip(records)
            .map(|(found, record)| Py::new(py, RecordMatch::new(py, found, record)?));
        Ok(Self { kind: R::KIND, found: found.collect::<PyResult<_>>()?, reverse })
    }

    fn table(&self, py: Python<'_>) -> Table {
        let own = || self.found.iter().map(|found| found.bind(py).get());
        let ids: StringArray = own().map(|found| Some(&*found.id)).collect();
        let ranks: Int64Array = (1..).take(self.found.len()).map(Some).collect();
        let scores: Float64Array = own().map(|found| Some(found.score)).collect();
        let name = match self.kind {
            Kind::Solution => "solution_id",
            Kind::Challenge => "challenge_id",
        };
        let column = |name: &str, values| Column { name: name.to_owned(), values, nullable: false };
        let columns = vec![
            column(name, Arc::new(ids) as _),
            column("rank", Arc::new(ranks) as _),
            column("score", Arc::new(scores) as _),
        ];
        Table { columns, rows: self.found.len() }
    }

    fn reverse(&self) -> PyResult<&Reverse> {
        let message = "records of one kind have no rules and no explanation \
                       (expected what `find_challenges` found)";
        self.reverse.as_ref().ok_or_else(|| wrong_state(message))
    }
}

#[pymethods]
impl RecordMatches {
    /// The challenges whose rules exclude the solution, by id: a list of `Barring`, each with every
    /// rule that the solution does not meet. Empty for records of one kind.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> pilots = {"id": "c1", "title": "Rain", "eligibility": {"stages": ["pilot"]}}
    /// >>> _ = catalogue.add_challenges([pilots])
    /// >>> found = cm.Matcher(catalogue).find_challenges(cm.Solution("s1", "Rain", stage="idea"))
    /// >>> len(found), [(barring.challenge_id, str(barring.reasons[0])) for barring in found.ineligible]
    /// (0, [('c1', 'stages: idea is not one of pilot')])
    #[getter]
    fn ineligible<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let Some(reverse) = &self.reverse else { return Ok(Vec::new()) };
        let matcher = reverse.origin.matcher(py)?;
        let barring = enter(py, || matcher.barred_by(reverse.search()))?;
        report::barring(py, &barring)
    }

    /// Say why the challenge at a position has its score for the solution.
    ///
    /// Parameters
    /// ----------
    /// position
    ///     The place in the list, from 0; -1 is the last one.
    ///
    /// Returns
    /// -------
    /// Explanation
    ///     A tree that adds up to the score, with what matched.
    ///
    /// Raises
    /// ------
    /// CatalogueStateError
    ///     If the records are of one kind: `similar` found them.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> _ = catalogue.add_challenges([{"id": "c1", "title": "Where does the rain go?"}])
    /// >>> found = cm.Matcher(catalogue).find_challenges({"id": "s1", "title": "Rain gardens"})
    /// >>> found.explain(0).value == found[0].score
    /// True
    #[pyo3(signature = (position, /))]
    fn explain<'py>(&self, position: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = position.py();
        let reverse = self.reverse()?;
        let found = self.found[self::position(position, self.found.len())?].bind(py).get();
        let challenge = &found.record.bind(py).cast::<ChallengeObject>()?.get().0;
        let matcher = reverse.origin.matcher(py)?;
        let made = enter(py, || matcher.explain_solution(challenge, &reverse.solution))?;
        explanation::python(py, &made)
    }

    /// Return a list of what `RecordMatch.to_dict` returns.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> cm.Matcher(catalogue).find_challenges({"id": "s1", "title": "Rain gardens"}).to_list()
    /// []
    fn to_list<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyDict>>> {
        self.found.iter().map(|found| found.bind(py).get().to_dict(py)).collect()
    }

    /// Return a pyarrow table: one row each, with the id, the rank and the score.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}, {"id": "s2", "title": "Rain"}])
    /// >>> cm.Matcher(catalogue).similar("s1").to_arrow().column_names
    /// ['solution_id', 'rank', 'score']
    fn to_arrow<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.table(py).into_arrow(py)
    }

    /// Return a pandas DataFrame: one row each, with the id, the rank and the score.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}, {"id": "s2", "title": "Rain"}])
    /// >>> cm.Matcher(catalogue).similar("s1").to_pandas()["solution_id"].tolist()
    /// ['s2']
    fn to_pandas<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.table(py).into_pandas(py)
    }

    /// Return a polars DataFrame: one row each, with the id, the rank and the score.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}, {"id": "s2", "title": "Rain"}])
    /// >>> cm.Matcher(catalogue).similar("s1").to_polars().shape
    /// (1, 3)
    fn to_polars<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.table(py).into_polars(py)
    }

    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyCapsule>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        self.table(py).stream(py, requested_schema)
    }

    fn __len__(&self) -> usize {
        self.found.len()
    }

    fn __getitem__<'py>(&self, index: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = index.py();
        item(index, self.found.len(), |position| {
            Ok(self.found[position].bind(py).clone().into_any())
        })
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        PyList::new(py, self.found.iter().map(|found| found.clone_ref(py)))?.try_iter()
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        let best = self.found.first().map(|best| best.bind(py).get());
        let best =
            best.map_or_else(String::new, |own| format!(", best '{}' {:.3}", own.id, own.score));
        format!("<RecordMatches: {} {}s{best}>", self.found.len(), self.kind)
    }

    fn _repr_html_<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let row = |found: &Py<RecordMatch>| {
            let found = found.bind(py).get();
            let title: String = found.record.bind(py).getattr("title")?.extract()?;
            Ok((found.rank, found.id.clone(), found.score, found.level(), title))
        };
        let rows: Vec<_> = self.found.iter().map(row).collect::<PyResult<_>>()?;
        let header = ("rank", self.kind.name(), "score", "level", "title");
        let caption = format!("{} {}s", self.found.len(), self.kind);
        py.import("citymatch._html")?.getattr("table")?.call1((caption, header, rows))
    }

    #[classmethod]
    fn _restore(
        cls: &Bound<'_, PyType>,
        of_challenges: bool,
        found: Vec<Py<RecordMatch>>,
        reverse: Option<ReverseState<'_>>,
    ) -> PyResult<Self> {
        let py = cls.py();
        let kind = if of_challenges { Kind::Challenge } else { Kind::Solution };
        let reverse = reverse.map(|(origin, solution, given)| {
            let solution = solution.bind(py).get().0.clone();
            let given =
                given.map(|given| given.iter().map(|own| own.bind(py).get().0.clone()).collect());
            Ok::<_, PyErr>(Reverse { origin: Arc::new(Origin::of_state(origin)?), solution, given })
        });
        Ok(Self { kind, found, reverse: reverse.transpose()? })
    }

    fn __reduce__<'py>(
        slf: &Bound<'py, Self>,
    ) -> Reduced<'py, (bool, Vec<Py<RecordMatch>>, Option<ReverseState<'py>>)> {
        let (py, own) = (slf.py(), slf.get());
        let reverse = own.reverse.as_ref().map(|reverse| {
            let solution = Py::new(py, SolutionObject(reverse.solution.clone()))?;
            let given = reverse.given.as_ref().map(|given| {
                let object = |own: &Challenge| Py::new(py, ChallengeObject(own.clone()));
                given.iter().map(object).collect::<PyResult<Vec<_>>>()
            });
            Ok::<_, PyErr>((reverse.origin.state(py)?, solution, given.transpose()?))
        });
        let found = own.found.iter().map(|found| found.clone_ref(py)).collect();
        let state = (own.kind == Kind::Challenge, found, reverse.transpose()?);
        Ok((slf.get_type().getattr("_restore")?, state))
    }
}

/// A record, or the id of one that is stored.
enum Asked {
    Solution(Solution),
    Challenge(Challenge),
}

impl Asked {
    fn of(record: &Bound<'_, PyAny>, matcher: &Matcher) -> PyResult<Self> {
        if record.is_instance_of::<PyString>() {
            return Self::stored(
                &id(record, "record").map_err(Unfit::raise)?,
                record.py(),
                matcher,
            );
        }
        if Challenge::of_object(record).is_some() {
            return Ok(Self::Challenge(clear_record(record).map_err(Unfit::raise)?));
        }
        Ok(Self::Solution(sound(record).map_err(Unfit::raise)?))
    }

    fn stored(id: &str, py: Python<'_>, matcher: &Matcher) -> PyResult<Self> {
        let (solution, challenge) = enter(py, || {
            let snapshot = matcher.snapshot();
            Ok((snapshot.solutions().get(id)?, snapshot.challenges().get(id)?))
        })?;
        let solution = solution.map(Self::Solution);
        let missing = || not_found(format!("no record `{id}` in the catalogue"), id.to_owned());
        solution.or_else(|| challenge.map(Self::Challenge)).ok_or_else(missing)
    }
}

/// The records that are like one.
pub(crate) fn similar(
    matcher: &Matcher,
    record: &Bound<'_, PyAny>,
    limit: usize,
) -> PyResult<RecordMatches> {
    let py = record.py();
    match Asked::of(record, matcher)? {
        Asked::Solution(solution) => {
            let found = enter(py, || matcher.similar(&solution, limit))?;
            RecordMatches::new(py, &found, None)
        }
        Asked::Challenge(challenge) => {
            let found = enter(py, || matcher.similar(&challenge, limit))?;
            RecordMatches::new(py, &found, None)
        }
    }
}

/// The challenges that a solution answers.
pub(crate) fn find_challenges(
    origin: &Arc<Origin>,
    solution: &Bound<'_, PyAny>,
    challenges: Option<&Bound<'_, PyAny>>,
    limit: usize,
) -> PyResult<RecordMatches> {
    let py = solution.py();
    let matcher = origin.matcher(py)?;
    let asked = Asked::of(solution, matcher)?;
    let Asked::Solution(asked) = asked else {
        let expected = "a solution, or the id of one: `similar` finds challenges like a challenge";
        return Err(wrong_option("solution", &shown(solution), expected));
    };
    let given = challenges.map(|challenges| given(py, challenges)).transpose()?;
    let reverse = Reverse { origin: Arc::clone(origin), solution: asked, given };
    let found = enter(py, || matcher.find_challenges(reverse.search().limit(limit)))?;
    RecordMatches::new(py, &found, Some(reverse))
}

/// The challenges that a caller gives; one without an id has its place as its id.
fn given(py: Python<'_>, challenges: &Bound<'_, PyAny>) -> PyResult<Vec<Challenge>> {
    let (mut asks, mut given) = (Asks::of(challenges, None)?, Vec::new());
    while let Some(row) = asks.next(py)? {
        let mut challenge = row.record.map_err(|problem| wrong_row(row.location, problem))?;
        if challenge.id.as_str().is_empty() {
            challenge.id = (given.len() + 1).to_string().into();
        }
        given.push(challenge);
    }
    Ok(given)
}

/// What was put to use in a challenge's city, as the data classes of `citymatch.precedents`.
pub(crate) fn implemented<'py>(
    matcher: &Matcher,
    challenge: &Bound<'py, PyAny>,
) -> PyResult<Vec<Bound<'py, PyAny>>> {
    let py = challenge.py();
    let asked = match Asked::of(challenge, matcher) {
        Ok(Asked::Challenge(challenge)) => challenge,
        _ if challenge.is_instance_of::<PyString>() => {
            let expected = "a challenge, or the id of one that is stored";
            return Err(wrong_option("challenge", &shown(challenge), expected));
        }
        _ => sound(challenge).map_err(Unfit::raise)?,
    };
    let found = enter(py, || matcher.implemented(&asked))?;
    let class = py.import("citymatch.precedents")?.getattr("Implementation")?;
    let one = |own: &citymatch::Implementation| {
        let deployments =
            serde_json::to_value(&own.deployments).map_err(|error| internal(&error.to_string()))?;
        let deployments = convert::python(py, &deployments)?;
        let (id, level) = (own.solution_id.as_str(), own.level().name());
        class.call1((id, &own.title, own.score, level, deployments))
    };
    found.iter().map(one).collect()
}
