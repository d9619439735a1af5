use std::sync::Arc;

use citymatch::SolutionId;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict, PyIterator, PyList, PyType};

use crate::answer::{Answer, AnswerState};
use crate::arrow;
use crate::convert::Reduced;
use crate::error::{enter, not_found};
use crate::explanation;
use crate::matcher::search;
use crate::origin::{Origin, OriginState};
use crate::position::{item, position};
use crate::record::Wrapped;
use crate::report;

/// One solution that a challenge was given.
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
    rank: usize,
    score: f64,
    solution_id: String,
}

impl PartialEq for Match {
    fn eq(&self, other: &Self) -> bool {
        (self.rank, &self.solution_id) == (other.rank, &other.solution_id)
            && self.score.total_cmp(&other.score).is_eq()
    }
}

#[pymethods]
impl Match {
    /// Its place, from 1.
    #[getter]
    fn rank(&self) -> usize {
        self.rank
    }

    /// How well it fits, in [0, 1]; it compares across challenges.
    #[getter]
    fn score(&self) -> f64 {
        self.score
    }

    /// Which solution.
    #[getter]
    fn solution_id(&self) -> &str {
        &self.solution_id
    }

    /// The solution, read from the snapshot that was matched.
    #[getter]
    fn solution<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let matcher = self.origin.matcher(py)?;
        let id = SolutionId::from(self.solution_id.as_str());
        match enter(py, || matcher.snapshot().get(&id))? {
            Some(solution) => solution.into_object(py),
            // Only out of a pickle, where the newest commit may be another.
            None => Err(not_found(format!("no solution `{id}` in the catalogue"), id.to_string())),
        }
    }

    #[classmethod]
    fn _restore(
        _cls: &Bound<'_, PyType>,
        origin: OriginState<'_>,
        rank: usize,
        score: f64,
        solution_id: String,
    ) -> PyResult<Self> {
        Ok(Self { origin: Arc::new(Origin::of_state(origin)?), rank, score, solution_id })
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
    ) -> Reduced<'py, (OriginState<'py>, usize, f64, String)> {
        let found = slf.get();
        let state =
            (found.origin.state(slf.py())?, found.rank, found.score, found.solution_id.clone());
        Ok((slf.get_type().getattr("_restore")?, state))
    }
}

/// The solutions that a challenge was given, best first.
///
/// It is iterated, indexed (from the end too) and counted like a list of `Match`; data frames take its columns as Arrow:
/// ``polars.DataFrame(matches)``, ``pyarrow.table(matches)``.
///
/// Examples
/// --------
/// >>> import citymatch as cm
/// >>> catalogue = cm.Catalogue.create()
/// >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}, {"id": "s2", "title": "Wells for rain"}])
/// >>> matches = cm.Matcher(catalogue).find("rain gardens")
/// >>> len(matches), matches[0].solution_id, matches[-1].rank, matches.challenge_id
/// (2, 's1', 2, 'text')
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
        let (solution_id, score) = self.0.found[position].clone();
        Match { origin: Arc::clone(&self.0.origin), rank: position + 1, score, solution_id }
    }
}

#[pymethods]
impl Matches {
    /// Which challenge they answer; ``text`` for one that was a text.
    #[getter]
    fn challenge_id(&self) -> &str {
        self.0.challenge.id.as_str()
    }

    /// Whether anything that may enter answers: whether the best evidence reaches the bound of the encoder's calibration. ``None`` where there
    /// is no verdict: for challenges of one or two content words, under weights of one's own, and without an encoder.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> _ = catalogue.add([{"id": "s1", "title": "Jardines de lluvia", "summary": "Retienen el agua de lluvia en las aceras."}])
    /// >>> matcher = cm.Matcher(catalogue)
    /// >>> asks = ["¿Cómo retener el agua de lluvia en las aceras?", "Scholarships for young violin players", "lluvia"]
    /// >>> [matcher.find(ask).answered for ask in asks]
    /// [True, False, None]
    #[getter]
    fn answered(&self) -> Option<bool> {
        self.0.answered
    }

    /// The solutions that may not enter, by id: a list of `Ineligible`, each with every rule that it does not meet.
    #[getter]
    fn ineligible<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let answer = &*self.0;
        let matcher = answer.origin.matcher(py)?;
        let barred = enter(py, || {
            matcher.ineligible(search(&answer.challenge, 1, answer.eligibility.as_ref()))
        })?;
        report::ineligible(py, &barred)
    }

    /// Say why the match at a position (from 0) has its score: an `Explanation`.
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
        let (id, _) = &answer.found[self::position(position, answer.found.len())?];
        let id = SolutionId::from(id.as_str());
        let matcher = answer.origin.matcher(py)?;
        explanation::python(py, &enter(py, || matcher.explain(&answer.challenge, &id))?)
    }

    /// The matches as a pyarrow table: challenge_id, solution_id, rank and score.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
    /// >>> cm.Matcher(catalogue).find("rain").to_arrow().column_names
    /// ['challenge_id', 'solution_id', 'rank', 'score']
    fn to_arrow<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        arrow::frame("to_arrow", slf.as_any())
    }

    /// The matches as a pandas DataFrame: challenge_id, solution_id, rank and score.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
    /// >>> cm.Matcher(catalogue).find("rain").to_pandas().shape
    /// (1, 4)
    fn to_pandas<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        arrow::frame("to_pandas", slf.as_any())
    }

    /// The matches as a polars DataFrame: challenge_id, solution_id, rank and score.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
    /// >>> cm.Matcher(catalogue).find("rain").to_polars().shape
    /// (1, 4)
    fn to_polars<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        arrow::frame("to_polars", slf.as_any())
    }

    fn _columns<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        arrow::columns(py, std::slice::from_ref(&self.0))
    }

    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyCapsule>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        arrow::stream(py, std::slice::from_ref(&self.0), requested_schema)
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
            .map_or_else(String::new, |(id, score)| format!(", best '{id}' {score:.3}"));
        Ok(format!("<Matches of {}: {}{best}>", id.repr()?, self.0.found.len()))
    }

    fn _repr_html_<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let rows: Vec<_> = self
            .0
            .found
            .iter()
            .zip(1..)
            .map(|((id, score), rank)| {
                let found = Match {
                    origin: Arc::clone(&self.0.origin),
                    rank,
                    score: *score,
                    solution_id: id.clone(),
                };
                let title = found
                    .solution(py)
                    .and_then(|solution| solution.getattr("title")?.extract())
                    .unwrap_or_else(|_| String::new());
                (rank, id.clone(), *score, title)
            })
            .collect();
        let caption = format!("Matches of {}", self.challenge_id());
        py.import("citymatch._html")?.getattr("table")?.call1((
            caption,
            ("rank", "solution", "score", "title"),
            rows,
        ))
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
