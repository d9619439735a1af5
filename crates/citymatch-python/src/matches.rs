use std::path::PathBuf;
use std::sync::Arc;

use citymatch::criteria::ScoredCriteria;
use citymatch::{Signal, SolutionId};
use citymatch_files::RunFormat;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{IntoPyDict, PyCapsule, PyDict, PyIterator, PyList, PyType};

use crate::answer::{Answer, AnswerState, Found, SignalValues};
use crate::convert::Reduced;
use crate::diversity;
use crate::error::{enter, not_found};
use crate::explanation;
use crate::origin::{Origin, OriginState};
use crate::position::{item, position};
use crate::record::Wrapped;
use crate::report;
use crate::results;

/// One solution that was found for a challenge.
///
/// A match is a data class of four fields, `challenge_id`, `solution_id`, `rank` and `score`:
/// ``dataclasses.asdict(match)`` works, and ``pandas.DataFrame(matches)`` makes a column of each.
///
/// Examples
/// --------
/// >>> import citymatch as cm
/// >>> catalogue = cm.Catalogue.create()
/// >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
/// >>> best = cm.Matcher(catalogue).find("rain")[0]
/// >>> best.rank, best.solution_id, best.solution.title, 0 < best.score < 1
/// (1, 's1', 'Rain gardens', True)
#[pyclass(frozen, eq, module = "citymatch")]
pub(crate) struct Match {
    origin: Arc<Origin>,
    challenge_id: String,
    rank: usize,
    score: f64,
    solution_id: String,
    signals: SignalValues,
    unknown_rules: Vec<String>,
    same_language: bool,
}

impl PartialEq for Match {
    fn eq(&self, other: &Self) -> bool {
        (&self.challenge_id, &self.solution_id, self.rank)
            == (&other.challenge_id, &other.solution_id, other.rank)
            && self.score.total_cmp(&other.score).is_eq()
            && self.signals == other.signals
    }
}

impl Match {
    fn new(origin: Arc<Origin>, challenge_id: String, rank: usize, found: Found) -> Self {
        let (solution_id, score, signals, unknown_rules, same_language) = found;
        Self {
            origin,
            challenge_id,
            rank,
            score,
            solution_id,
            signals,
            unknown_rules,
            same_language,
        }
    }

    /// The four fields as a dict.
    fn fields<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let fields = PyDict::new(py);
        fields.set_item("challenge_id", &self.challenge_id)?;
        fields.set_item("solution_id", &self.solution_id)?;
        fields.set_item("rank", self.rank)?;
        fields.set_item("score", self.score)?;
        Ok(fields)
    }
}

fn level(score: f64) -> &'static str {
    citymatch::Level::of(score).name()
}

/// An attribute by which Python knows a data class; those of `Match` are those of a class with its four
/// fields, so that pandas, polars, FastAPI and `dataclasses.asdict` take a match for what it is.
///
/// The class is made when one is asked for: the import of `dataclasses` takes a third of ours.
#[pyclass(frozen, name = "_OfDataClass", module = "citymatch._citymatch")]
struct OfDataClass(&'static str);

#[pymethods]
impl OfDataClass {
    fn __get__(
        &self,
        py: Python<'_>,
        _match: &Bound<'_, PyAny>,
        _class: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Py<PyAny>> {
        static CLASS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        let class = CLASS.get_or_try_init(py, || data_class(py).map(Bound::unbind))?;
        class.getattr(py, self.0)
    }
}

fn data_class(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    let fields = field_types(py)?;
    py.import("dataclasses")?.getattr("make_dataclass")?.call1(("Match", fields))
}

/// The fields of a match, each with its type in Python.
fn field_types(py: Python<'_>) -> PyResult<Vec<(&'static str, Bound<'_, PyAny>)>> {
    let builtins = py.import("builtins")?;
    let types =
        [("challenge_id", "str"), ("solution_id", "str"), ("rank", "int"), ("score", "float")];
    types.into_iter().map(|(name, kind)| Ok((name, builtins.getattr(kind)?))).collect()
}

#[pymethods]
impl Match {
    #[classattr]
    #[pyo3(name = "__dataclass_fields__")]
    fn dataclass_fields() -> OfDataClass {
        OfDataClass("__dataclass_fields__")
    }

    #[classattr]
    #[pyo3(name = "__annotations__")]
    fn annotations(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
        field_types(py)?.into_py_dict(py)
    }

    #[classattr]
    #[pyo3(name = "__dataclass_params__")]
    fn dataclass_params() -> OfDataClass {
        OfDataClass("__dataclass_params__")
    }

    /// The id of the challenge; ``text`` for a challenge that was given as a text.
    #[getter]
    fn challenge_id(&self) -> &str {
        &self.challenge_id
    }

    /// Its place among the matches of the challenge, from 1.
    #[getter]
    fn rank(&self) -> usize {
        self.rank
    }

    /// How well the solution fits, from 0 to 1. Scores of different challenges compare.
    #[getter]
    fn score(&self) -> f64 {
        self.score
    }

    /// The score in a word: ``strong`` from 0.6 on, ``possible`` from 0.2 on, else ``weak``.
    ///
    /// Of the demo's matches two in three of the strong ones are useful, three in ten of the
    /// possible ones, and one in forty of the weak ones.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
    /// >>> cm.Matcher(catalogue).find("rain gardens for the city")[0].level
    /// 'strong'
    #[getter]
    fn level(&self) -> &'static str {
        level(self.score)
    }

    /// The rules of eligibility that could not be checked, as the solution does not say what they
    /// ask for: names of rules of `Eligibility`. It was admitted nevertheless; a person has to find
    /// out.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
    /// >>> cm.Matcher(catalogue).find("rain", eligibility={"stages": ["pilot"]})[0].unknown_rules
    /// ['stages']
    #[getter]
    fn unknown_rules(&self) -> Vec<String> {
        self.unknown_rules.clone()
    }

    /// The id of the solution.
    #[getter]
    fn solution_id(&self) -> &str {
        &self.solution_id
    }

    /// The value of each signal that counted, by name, before its weight: for ``words`` and
    /// ``related`` the share of the challenge's words that was met, for ``meaning`` a mean of
    /// cosines, for ``language`` 0 or 1.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
    /// >>> best = cm.Matcher(catalogue, weights={"words": 1}).find("rain gardens")[0]
    /// >>> list(best.signals), 0 < best.signals["words"] <= 1
    /// (['words'], True)
    #[getter]
    fn signals<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let signals = PyDict::new(py);
        for (signal, value) in Signal::ALL.iter().zip(self.signals) {
            if let Some(value) = value {
                signals.set_item(signal.name(), value)?;
            }
        }
        Ok(signals)
    }

    /// Whether the weights of solutions in the challenge's language gave the score
    /// (``weights[signal]["same"]``), or those of all others.
    #[getter]
    fn same_language(&self) -> bool {
        self.same_language
    }

    /// The solution, read from the snapshot that was matched.
    #[getter]
    fn solution<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let matcher = self.origin.matcher(py)?;
        let id = SolutionId::from(self.solution_id.as_str());
        match enter(py, || matcher.snapshot().get(&id))? {
            Some(solution) => solution.into_object(py),
            // Only a match out of a pickle, whose catalogue has changed since, has none.
            None => Err(not_found(format!("no solution `{id}` in the catalogue"), id.to_string())),
        }
    }

    /// Return the match as a dict that JSON can hold, in the form of a line of
    /// ``citymatch match --format jsonl``.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
    /// >>> list(cm.Matcher(catalogue).find("rain")[0].to_dict())
    /// ['challenge_id', 'solution_id', 'rank', 'score']
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        self.fields(py)
    }

    #[classmethod]
    fn _restore(
        _cls: &Bound<'_, PyType>,
        origin: OriginState<'_>,
        challenge_id: String,
        rank: usize,
        found: Found,
    ) -> PyResult<Self> {
        let origin = Arc::new(Origin::of_state(origin)?);
        Ok(Self::new(origin, challenge_id, rank, found))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let id = self.solution_id.as_str().into_pyobject(py)?;
        Ok(format!(
            "Match(rank={}, score={:.3}, solution_id={})",
            self.rank,
            self.score,
            id.repr()?
        ))
    }

    fn __reduce__<'py>(
        slf: &Bound<'py, Self>,
    ) -> Reduced<'py, (OriginState<'py>, String, usize, Found)> {
        let own = slf.get();
        let (id, rules) = (own.solution_id.clone(), own.unknown_rules.clone());
        let found = (id, own.score, own.signals, rules, own.same_language);
        let origin = own.origin.state(slf.py())?;
        let state = (origin, own.challenge_id.clone(), own.rank, found);
        Ok((slf.get_type().getattr("_restore")?, state))
    }
}

/// The solutions that were found for a challenge, best first.
///
/// They are iterated, indexed (from the end too), sliced and counted like a list of `Match`.
/// Libraries that read Arrow take them as a table: ``polars.DataFrame(matches)``,
/// ``pyarrow.table(matches)``.
///
/// Examples
/// --------
/// >>> import citymatch as cm
/// >>> catalogue = cm.Catalogue.create()
/// >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}, {"id": "s2", "title": "Wells"}])
/// >>> matches = cm.Matcher(catalogue).find("rain in gardens")
/// >>> len(matches), matches[-1].rank, [found.solution_id for found in matches]
/// (2, 2, ['s1', 's2'])
#[pyclass(frozen, module = "citymatch")]
pub(crate) struct Matches(Arc<Answer>);

impl Matches {
    pub(crate) fn of(answer: Answer) -> Self {
        Self(Arc::new(answer))
    }

    pub(crate) fn shared(answer: &Arc<Answer>) -> Self {
        Self(Arc::clone(answer))
    }

    fn at(&self, position: usize) -> Match {
        let (origin, id) = (Arc::clone(&self.0.origin), self.challenge_id().to_owned());
        Match::new(origin, id, position + 1, self.0.found[position].clone())
    }
}

#[pymethods]
impl Matches {
    /// The id of the challenge; ``text`` for a challenge that was given as a text.
    #[getter]
    fn challenge_id(&self) -> &str {
        self.0.challenge.id.as_str()
    }

    /// The challenge, as it was asked.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> cm.Matcher(cm.Catalogue.create()).find("How to keep rain?").challenge.question
    /// 'How to keep rain?'
    #[getter]
    fn challenge<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.challenge.clone().into_object(py)
    }

    /// Whether any eligible solution answers the challenge: whether the best evidence reaches
    /// the threshold of the encoder's calibration. ``None`` where there is no verdict: for
    /// challenges of one or two content words, under weights that the caller chose, and without an
    /// encoder.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> _ = catalogue.add([cm.Solution("s1", "Jardines que retienen la lluvia en la acera")])
    /// >>> matcher = cm.Matcher(catalogue)
    /// >>> questions = ["¿Cómo retener la lluvia en la acera?", "Violin lessons for children", "lluvia"]
    /// >>> [matcher.find(question).answered for question in questions]
    /// [True, False, None]
    #[getter]
    fn answered(&self) -> Option<bool> {
        self.0.answered
    }

    /// How much evidence there is that something answers: what `answered` compares with
    /// `Matcher.answer_threshold`. ``None`` where nothing was ranked.
    ///
    /// It is ``max(s1 - 0.15, (s1 + s2 + s3) / 3)``, where ``s1``, ``s2`` and ``s3`` are the three
    /// highest raw scores of all eligible solutions, each without the signal `subject`. Up to 0.15
    /// is added for a challenge of fewer than 48 content words.
    #[getter]
    fn answer_score(&self) -> Option<f64> {
        self.0.highest
    }

    /// The criteria of the challenge that count in its scores: the names of signals with their shares,
    /// which add up to 1. Empty if none of its criteria names a signal.
    ///
    /// A criterion is scored if it is called ``themes``, ``goals``, ``place``, ``maturity`` or
    /// ``subject``, or what these are called in Spanish or Portuguese (``temas``, ``ODS``, ``lugar``,
    /// ``madurez`` …). Together they add up to 0.5 to a raw score.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> _ = catalogue.add([cm.Solution("s1", "Rain gardens", stage="pilot")])
    /// >>> rain = cm.Challenge("c1", "Rain", criteria={"madurez": 30, "innovation": 70})
    /// >>> matches = cm.Matcher(catalogue).find(rain)
    /// >>> matches.criteria, matches.for_a_person, matches[0].signals["maturity"]
    /// ({'maturity': 1.0}, ['innovation'], 0.3)
    #[getter]
    fn criteria<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let criteria = PyDict::new(py);
        for (signal, share) in ScoredCriteria::new(&self.0.challenge.criteria).scored() {
            criteria.set_item(signal.name(), share)?;
        }
        Ok(criteria)
    }

    /// The criteria of the challenge that no signal scores, in their order: a person has to.
    #[getter]
    fn for_a_person(&self) -> Vec<String> {
        ScoredCriteria::new(&self.0.challenge.criteria).for_a_person().to_vec()
    }

    /// What the spread among the matches cost and gained: a `Spread`. ``None`` where the matcher has no
    /// `diversity`.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}, {"id": "s2", "title": "Wells"}])
    /// >>> print(cm.Matcher(catalogue, diversity=0.1).find("rain").spread)
    /// 100 % of the scores kept, mean distance 0.91 instead of 0.91
    #[getter]
    fn spread<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.0.spread.as_ref().map(|spread| diversity::python(py, spread)).transpose()
    }

    /// The language that the challenge was read in, ``"es"``, ``"pt"`` or ``"en"``; ``None`` where it
    /// is not known, or where a short text was read in every language (`language_source` is then
    /// ``"each"``).
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> _ = catalogue.add([{"id": "s1", "title": "Jardines que retienen la lluvia en la acera"}])
    /// >>> matcher = cm.Matcher(catalogue)
    /// >>> matches = matcher.find("rain")
    /// >>> matches.language, matches.language_source
    /// (None, 'each')
    /// >>> matcher.find("rain", language="en").language
    /// 'en'
    #[getter]
    fn language(&self) -> Option<&str> {
        self.0.reading.language.as_deref()
    }

    /// How the language of the challenge was found: ``"declared"``, ``"detected"``, ``"stop words"``,
    /// ``"country"``, ``"commonest"`` (that of most solutions) or ``"each"``.
    #[getter]
    fn language_source(&self) -> Option<&str> {
        self.0.reading.source.as_deref()
    }

    /// The solutions that may not enter, by id: a list of `Ineligible`, each with every rule
    /// that it does not meet.
    #[getter]
    fn ineligible<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let answer = &*self.0;
        let matcher = answer.origin.matcher(py)?;
        let barred = enter(py, || matcher.ineligible(answer.search()))?;
        report::ineligible(py, &barred)
    }

    /// Say why the match at a position has its score.
    ///
    /// Parameters
    /// ----------
    /// position
    ///     The place in the list, from 0; -1 is the last match.
    ///
    /// Returns
    /// -------
    /// Explanation
    ///     A tree that adds up to the score, with what matched.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
    /// >>> matches = cm.Matcher(catalogue).find("rain")
    /// >>> matches.explain(0).value == matches[0].score
    /// True
    #[pyo3(signature = (position, /))]
    fn explain<'py>(&self, position: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = position.py();
        let answer = &*self.0;
        let (id, ..) = &answer.found[self::position(position, answer.found.len())?];
        let id = SolutionId::from(id.as_str());
        let matcher = answer.origin.matcher(py)?;
        explanation::python(py, &enter(py, || matcher.explain(answer.search(), &id))?)
    }

    /// Return the matches as a pyarrow table: one row each, with the columns `challenge_id`,
    /// `solution_id`, `rank` and `score`.
    ///
    /// Parameters
    /// ----------
    /// fields
    ///     Further columns: fields of the solutions, and ``answered``. See `Run.to_pandas`.
    /// signals
    ///     Whether each signal that counted is a column too: its value before its weight.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
    /// >>> cm.Matcher(catalogue).find("rain").to_arrow(fields=["title"]).column_names
    /// ['challenge_id', 'solution_id', 'rank', 'score', 'title']
    #[pyo3(signature = (*, fields = None, signals = false))]
    fn to_arrow<'py>(
        &self,
        py: Python<'py>,
        fields: Option<&Bound<'py, PyAny>>,
        signals: bool,
    ) -> PyResult<Bound<'py, PyAny>> {
        results::table(py, std::slice::from_ref(&self.0), fields, signals)?.into_arrow(py)
    }

    /// Return the matches as a pandas DataFrame: one row each, with the columns `challenge_id`,
    /// `solution_id`, `rank` and `score`.
    ///
    /// Parameters
    /// ----------
    /// fields
    ///     Further columns: fields of the solutions, and ``answered``. See `Run.to_pandas`.
    /// signals
    ///     Whether each signal that counted is a column too: its value before its weight.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
    /// >>> matches = cm.Matcher(catalogue).find("rain")
    /// >>> matches.to_pandas(fields=["title"])["title"].tolist()
    /// ['Rain gardens']
    #[pyo3(signature = (*, fields = None, signals = false))]
    fn to_pandas<'py>(
        &self,
        py: Python<'py>,
        fields: Option<&Bound<'py, PyAny>>,
        signals: bool,
    ) -> PyResult<Bound<'py, PyAny>> {
        results::table(py, std::slice::from_ref(&self.0), fields, signals)?.into_pandas(py)
    }

    /// Return the matches as a polars DataFrame: one row each, with the columns `challenge_id`,
    /// `solution_id`, `rank` and `score`.
    ///
    /// Parameters
    /// ----------
    /// fields
    ///     Further columns: fields of the solutions, and ``answered``. See `Run.to_pandas`.
    /// signals
    ///     Whether each signal that counted is a column too: its value before its weight.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
    /// >>> cm.Matcher(catalogue).find("rain").to_polars(fields=["title", "country"]).shape
    /// (1, 6)
    #[pyo3(signature = (*, fields = None, signals = false))]
    fn to_polars<'py>(
        &self,
        py: Python<'py>,
        fields: Option<&Bound<'py, PyAny>>,
        signals: bool,
    ) -> PyResult<Bound<'py, PyAny>> {
        results::table(py, std::slice::from_ref(&self.0), fields, signals)?.into_polars(py)
    }

    /// Write the matches to a CSV file, one row each, and return how many there are. See `Run.to_csv`.
    ///
    /// Parameters
    /// ----------
    /// path
    ///     The file; it is replaced as a whole.
    /// fields
    ///     Further columns: fields of the solutions, and ``answered``. See `Run.to_pandas`.
    /// signals
    ///     Whether each signal that counted is a column too: its value before its weight.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm, pathlib, tempfile
    /// >>> path = pathlib.Path(tempfile.mkdtemp(), "matches.csv")
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
    /// >>> cm.Matcher(catalogue).find("rain").to_csv(path, fields=["title"])
    /// 1
    #[pyo3(signature = (path, *, fields = None, signals = false))]
    fn to_csv(
        &self,
        py: Python<'_>,
        #[pyo3(from_py_with = crate::path::local)] path: PathBuf,
        fields: Option<&Bound<'_, PyAny>>,
        signals: bool,
    ) -> PyResult<u64> {
        let answers = std::slice::from_ref(&self.0);
        results::write(py, answers, fields, signals, RunFormat::Csv, &path)
    }

    /// Write the matches to a workbook for Excel or LibreOffice, one row each, and return how many there
    /// are. See `Run.to_xlsx`.
    ///
    /// Parameters
    /// ----------
    /// path
    ///     The file, which ends in ``.xlsx``; it is replaced as a whole.
    /// fields
    ///     The columns beside the matches: fields of the solutions, and ``answered``. By default
    ///     ``answered``, ``title``, ``organisation``, ``country`` and ``links``; ``[]`` is none.
    /// signals
    ///     Whether each signal that counted is a column too: its value before its weight.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm, pathlib, tempfile
    /// >>> path = pathlib.Path(tempfile.mkdtemp(), "matches.xlsx")
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
    /// >>> cm.Matcher(catalogue).find("rain").to_xlsx(path)
    /// 1
    #[pyo3(
        signature = (path, *, fields = None, signals = false),
        text_signature = "($self, path, *, \
            fields=('answered', 'title', 'organisation', 'country', 'links'), signals=False)"
    )]
    fn to_xlsx(
        &self,
        py: Python<'_>,
        #[pyo3(from_py_with = crate::path::local)] path: PathBuf,
        fields: Option<Bound<'_, PyAny>>,
        signals: bool,
    ) -> PyResult<u64> {
        let fields = fields.map_or_else(|| results::readable(py), Ok)?;
        let answers = std::slice::from_ref(&self.0);
        results::write(py, answers, Some(&fields), signals, RunFormat::Xlsx, &path)
    }

    /// Return the matches as a dict that JSON can hold: ``challenge_id``, ``answered``, and
    /// ``matches``, a list of what `Match.to_dict` returns.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> cm.Matcher(cm.Catalogue.create()).find("rain").to_dict()
    /// {'challenge_id': 'text', 'answered': None, 'matches': []}
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let matches = (0..self.0.found.len())
            .map(|position| self.at(position).fields(py))
            .collect::<PyResult<Vec<_>>>()?;
        let dict = PyDict::new(py);
        dict.set_item("challenge_id", self.challenge_id())?;
        dict.set_item("answered", self.0.answered)?;
        dict.set_item("matches", matches)?;
        Ok(dict)
    }

    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyCapsule>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        results::table(py, std::slice::from_ref(&self.0), None, false)?.stream(py, requested_schema)
    }

    fn __len__(&self) -> usize {
        self.0.found.len()
    }

    fn __getitem__<'py>(&self, index: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = index.py();
        item(index, self.0.found.len(), |position| {
            Ok(self.at(position).into_pyobject(py)?.into_any())
        })
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        let all: Vec<_> = (0..self.0.found.len())
            .map(|position| self.at(position).into_pyobject(py))
            .collect::<PyResult<_>>()?;
        PyList::new(py, all)?.try_iter()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let id = self.challenge_id().into_pyobject(py)?;
        let best = self
            .0
            .found
            .first()
            .map_or_else(String::new, |(id, score, ..)| format!(", best '{id}' {score:.3}"));
        let (count, reading) = (self.0.found.len(), &self.0.reading.words);
        Ok(format!("<Matches of {}, {reading}: {count}{best}>", id.repr()?))
    }

    fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.py()
            .import("citymatch._notebook")?
            .getattr("matches")?
            .call1((slf, &slf.get().0.reading.words))
    }

    #[classmethod]
    fn _restore(
        _cls: &Bound<'_, PyType>,
        origin: OriginState<'_>,
        answer: AnswerState,
    ) -> PyResult<Self> {
        let origin = Arc::new(Origin::of_state(origin)?);
        Ok(Self::of(Answer::of_state(&origin, answer)))
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> Reduced<'py, (OriginState<'py>, AnswerState)> {
        let (py, answer) = (slf.py(), &slf.get().0);
        Ok((slf.get_type().getattr("_restore")?, (answer.origin.state(py)?, answer.state(py)?)))
    }
}
