//! Judgements: what runs are worth by them, weights fitted to them, and what to judge next.

use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::{BooleanArray, Int64Array};
use citymatch::evaluate::{Interval, Judgements, Measure, RankedLists, evaluate, p_value};
use citymatch::feedback::{ChallengeFeatures, Features as Learned, FitWeights, PairFeatures};
use citymatch::{Signal, matcher::Progress};
use citymatch_files::{read_qrels, read_ranked_lists};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict, PyList};
use serde_json::Value as Json;

use crate::answer::{Answer, Found};
use crate::background;
use crate::convert::{Reduced, option_number, option_whole, python, shown};
use crate::error::{enter, internal, raised, wrong_option};
use crate::frame::{Column, Table};
use crate::results;
use crate::run::Run;

/// How many pairs to judge are named if the call does not say.
const PAIRS: usize = 10;

/// A judged pair: the ids of the challenge and the solution, and the grade.
type Judged = (String, String, i32);

/// The judgements of an argument `qrels`, in any of its forms.
fn judgements(qrels: &Bound<'_, PyAny>) -> PyResult<Judgements> {
    let judged = qrels.py().import("citymatch.judgements")?.getattr("_judgements")?;
    let judged: Vec<Judged> = judged.call1((qrels,))?.extract()?;
    Ok(judged.into_iter().collect())
}

/// The values of the signals of each pair of a run: what weights are learned from. `Run.features` makes
/// them.
///
/// Libraries that read Arrow take them as a table of one row a pair: ``polars.DataFrame(features)``,
/// ``pyarrow.table(features)``.
///
/// Examples
/// --------
/// >>> import citymatch as cm
/// >>> catalogue = cm.Catalogue.create()
/// >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
/// >>> features = cm.Matcher(catalogue).find_all(["Where can rain go?"]).features()
/// >>> len(features), features.signals
/// (1, ['words', 'related', 'meaning', 'subject'])
#[pyclass(frozen, module = "citymatch")]
pub(crate) struct Features {
    answers: Vec<Arc<Answer>>,
    judgements: Option<Judgements>,
}

impl Features {
    fn table(&self, py: Python<'_>) -> PyResult<Table> {
        let mut table = results::table(py, &self.answers, None, true)?;
        let answers = &self.answers;
        let found = || {
            answers.iter().flat_map(|answer| answer.found.iter().map(move |found| (answer, found)))
        };
        let same: BooleanArray = found().map(|(_, (.., same))| Some(*same)).collect();
        let name = "same_language".to_owned();
        table.columns.insert(4, Column { name, values: Arc::new(same), nullable: false });
        if let Some(judgements) = &self.judgements {
            let grade = |(answer, (id, ..)): (&Arc<Answer>, &Found)| {
                judgements.grade(&answer.challenge.id, &id.as_str().into()).map(i64::from)
            };
            let grades: Int64Array = found().map(grade).collect();
            let name = "grade".to_owned();
            table.columns.push(Column { name, values: Arc::new(grades), nullable: true });
        }
        Ok(table)
    }
}

#[pymethods]
impl Features {
    fn __reduce__<'py>(
        &self,
        py: Python<'py>,
    ) -> Reduced<'py, (Bound<'py, Run>, Option<Vec<Judged>>)> {
        let triples = |judged: &Judgements| {
            let pairs = judged.iter().flat_map(|(challenge, of)| {
                of.iter().map(move |(solution, grade)| {
                    (challenge.to_string(), solution.to_string(), *grade)
                })
            });
            pairs.collect::<Vec<Judged>>()
        };
        let run = Bound::new(py, Run::of(self.answers.clone()))?;
        let made_by = run.get_type().getattr("features")?;
        Ok((made_by, (run, self.judgements.as_ref().map(triples))))
    }

    /// The signals that counted in the run, by name: each is a column.
    #[getter]
    fn signals(&self) -> Vec<&'static str> {
        let counted = |signal: &&Signal| {
            let mut found = self.answers.iter().flat_map(|answer| &answer.found);
            found.any(|(_, _, values, ..)| values[**signal as usize].is_some())
        };
        Signal::ALL.iter().filter(counted).map(|signal| signal.name()).collect()
    }

    /// Return the pairs as a pyarrow table: one row each, with the columns `challenge_id`,
    /// `solution_id`, `rank`, `score`, `same_language`, one for each signal, and `grade` where
    /// judgements were given.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
    /// >>> run = cm.Matcher(catalogue, weights={"words": 1}).find_all([cm.Challenge("c1", "Rain")])
    /// >>> run.features({"c1": {"s1": 2}}).to_arrow().column_names[4:]
    /// ['same_language', 'words', 'grade']
    fn to_arrow<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.table(py)?.into_arrow(py)
    }

    /// Return the pairs as a pandas DataFrame. See `to_arrow`.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
    /// >>> cm.Matcher(catalogue).find_all(["Rain gardens"]).features().to_pandas().shape
    /// (1, 9)
    fn to_pandas<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.table(py)?.into_pandas(py)
    }

    /// Return the pairs as a polars DataFrame. See `to_arrow`.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
    /// >>> cm.Matcher(catalogue).find_all(["Rain gardens"]).features().to_polars().shape
    /// (1, 9)
    fn to_polars<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.table(py)?.into_polars(py)
    }

    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyCapsule>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        self.table(py)?.stream(py, requested_schema)
    }

    fn __len__(&self) -> usize {
        self.answers.iter().map(|answer| answer.found.len()).sum()
    }

    fn __repr__(&self) -> String {
        let signals = self.signals().join(", ");
        format!("<Features of {} pairs: {signals}>", self.__len__())
    }
}

/// What `Run.features` does.
pub(crate) fn features(
    answers: &[Arc<Answer>],
    qrels: Option<&Bound<'_, PyAny>>,
) -> PyResult<Features> {
    let judgements = qrels.map(judgements).transpose()?;
    Ok(Features { answers: answers.to_vec(), judgements })
}

/// What the library learns from.
fn learned(py: Python<'_>, answers: &[Arc<Answer>]) -> PyResult<Learned> {
    let Some(first) = answers.first() else { return Ok((&citymatch::Run::default()).into()) };
    let mut learned = Learned::new(first.origin.matcher(py)?);
    let pair = |(id, score, values, _, same_language): &Found| PairFeatures {
        solution_id: id.as_str().into(),
        score: *score,
        same_language: *same_language,
        values: *values,
    };
    for answer in answers {
        learned.push(ChallengeFeatures {
            challenge_id: answer.challenge.id.clone(),
            breadth: answer.breadth,
            pairs: answer.found.iter().map(pair).collect(),
        });
    }
    Ok(learned)
}

/// A fit with the options of a call.
fn fit(
    unjudged: Option<&Bound<'_, PyAny>>,
    deviation: Option<&Bound<'_, PyAny>>,
    folds: Option<&Bound<'_, PyAny>>,
) -> PyResult<FitWeights> {
    let mut fit = FitWeights::new();
    if let Some(unjudged) = unjudged {
        let grade = unjudged.extract::<i32>().ok();
        let grade = grade.filter(|_| !unjudged.is_instance_of::<pyo3::types::PyBool>());
        let wrong = || wrong_option("unjudged", &shown(unjudged), "a grade, or none");
        fit = fit.unjudged(grade.ok_or_else(wrong)?);
    }
    if let Some(deviation) = deviation {
        fit = fit.deviation(option_number(deviation, "deviation", 0.0)?);
    }
    if let Some(folds) = folds {
        fit = fit.folds(option_whole(folds, "folds")?);
    }
    Ok(fit)
}

/// What was serialised, as Python's own types.
fn parts(py: Python<'_>, json: serde_json::Result<Json>) -> PyResult<Bound<'_, PyAny>> {
    python(py, &json.map_err(|error| internal(&error.to_string()))?)
}

/// Fit the weights of the signals to judgements.
///
/// One factor a signal is fitted, and multiplies its built-in weights, from the order inside each
/// challenge; the built-in weights pull, so that few judgements move it little. Then the logistic is
/// fitted that makes scores of raw scores. All is done once more for each fold of the challenges without
/// those in it, so that `gain` is that on challenges which the weights have not seen. Where that shows
/// no gain, the result says so: keep the built-in weights.
///
/// Parameters
/// ----------
/// run
///     The matches of the judged challenges. Only pairs of the run teach: match with a limit beyond
///     what was judged. Only signals that counted in the run get a weight.
/// qrels
///     The judgements: ``{challenge_id: {solution_id: grade}}``, a table with the columns
///     ``challenge_id``, ``solution_id`` and ``grade``, triples of these, or the path of a file in TREC's
///     format. A grade of 1 or more means useful.
/// unjudged
///     The grade of the pairs of judged challenges without a judgement: 0 where all useful ones were
///     judged, as in a test collection. By default such pairs are left out, since what nobody looked at
///     may be useful.
/// deviation
///     How far from 1 factors may be expected: with less, weights stay nearer to the built-in ones.
/// folds
///     How many folds the challenges are dealt out to, 2 to 20.
///
/// Returns
/// -------
/// FittedWeights
///     What `Matcher` takes as `weights`, with the uncertainty of each weight, the gain and the
///     calibration.
///
/// Raises
/// ------
/// InvalidOptionError
///     If the run is empty, if a challenge or a solution is not known, if all grades are alike, or if
///     fewer than 20 challenges have a solution that was judged better than another.
///
/// Examples
/// --------
/// >>> import citymatch as cm
/// >>> catalogue = cm.Catalogue.create()
/// >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}, {"id": "s2", "title": "Dry toilets"}])
/// >>> needs = {f"c{i}": ("rain", "toilets")[i % 2] for i in range(24)}
/// >>> run = cm.Matcher(catalogue).find_all([cm.Challenge(id, need) for id, need in needs.items()])
/// >>> qrels = {id: {"s1": int(need == "rain"), "s2": int(need != "rain")} for id, need in needs.items()}
/// >>> fitted = cm.fit_weights(run, qrels)
/// >>> fitted.challenges, fitted.gain.shown
/// (24, False)
/// >>> matcher = cm.Matcher(catalogue, weights=fitted)
#[pyfunction]
#[pyo3(
    signature = (run, qrels, *, unjudged = None, deviation = None, folds = None),
    text_signature = "(run, qrels, *, unjudged=None, deviation=0.5, folds=5)"
)]
pub(crate) fn fit_weights<'py>(
    run: &Bound<'py, Run>,
    qrels: &Bound<'py, PyAny>,
    unjudged: Option<&Bound<'py, PyAny>>,
    deviation: Option<&Bound<'py, PyAny>>,
    folds: Option<&Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = run.py();
    let judgements = judgements(qrels)?;
    let features = learned(py, run.get().answers())?;
    let progress = Arc::new(Progress::default());
    let fit = fit(unjudged, deviation, folds)?.progress(&progress);
    let work = move || fit.fit(&features, &judgements);
    let fitted = background::run(py, &progress, work, |_, _| Ok(()))?;
    let make = py.import("citymatch.fitted")?.getattr("_fitted")?;
    make.call1((parts(py, serde_json::to_value(&fitted))?,))
}

/// What `Run.next_to_judge` does.
pub(crate) fn next_to_judge<'py>(
    py: Python<'py>,
    answers: &[Arc<Answer>],
    count: Option<&Bound<'py, PyAny>>,
    qrels: Option<&Bound<'py, PyAny>>,
    unjudged: Option<&Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    let count = count.map_or(Ok(PAIRS), |count| option_whole(count, "n"))?;
    let judgements = qrels.map(judgements).transpose()?.unwrap_or_default();
    let features = learned(py, answers)?;
    let progress = Arc::new(Progress::default());
    let fit = fit(unjudged, None, None)?.progress(&progress);
    let work = move || fit.next_to_judge(&features, &judgements, count);
    let next = background::run(py, &progress, work, |_, _| Ok(()))?;
    let make = py.import("citymatch.fitted")?.getattr("_next")?;
    make.call1((parts(py, serde_json::to_value(&next))?,))
}

/// The judgements of a file, as triples.
#[pyfunction]
#[pyo3(name = "_read_qrels")]
pub(crate) fn read_judgements(
    py: Python<'_>,
    #[pyo3(from_py_with = crate::path::local)] path: PathBuf,
) -> PyResult<Vec<Judged>> {
    let read = enter(py, || read_qrels(&path))?;
    let of =
        |(challenge, grades): (&citymatch::ChallengeId, &std::collections::BTreeMap<_, i32>)| {
            let challenge = challenge.to_string();
            let pair = |(solution, grade): (&citymatch::SolutionId, &i32)| {
                (challenge.clone(), solution.to_string(), *grade)
            };
            grades.iter().map(pair).collect::<Vec<_>>()
        };
    Ok(read.iter().flat_map(of).collect())
}

/// The rankings of a file: the solutions of each challenge, best first.
#[pyfunction]
#[pyo3(name = "_read_ranked_lists")]
pub(crate) fn read_rankings(
    py: Python<'_>,
    #[pyo3(from_py_with = crate::path::local)] path: PathBuf,
) -> PyResult<Bound<'_, PyDict>> {
    let read = enter(py, || read_ranked_lists(&path))?;
    let lists = PyDict::new(py);
    for (challenge, solutions) in read.iter() {
        let ids = solutions.iter().map(citymatch::SolutionId::as_str);
        lists.set_item(challenge.as_str(), PyList::new(py, ids)?)?;
    }
    Ok(lists)
}

/// Whether the library computes a measure.
#[pyfunction]
#[pyo3(name = "_is_measure")]
pub(crate) fn is_measure(name: &str) -> bool {
    name.parse::<Measure>().is_ok()
}

/// What `evaluate` needs: the judged challenges, the values of each measure, the challenges of the run
/// without judgements, those with judgements that are not in the run, and the judged share.
type Evaluated = (Vec<String>, Vec<Vec<f64>>, Vec<String>, Vec<String>, f64);

/// The measures of rankings. Without a measure the first of all is computed, and no value is returned.
#[pyfunction]
#[pyo3(name = "_evaluate")]
pub(crate) fn evaluate_lists(
    py: Python<'_>,
    qrels: Vec<Judged>,
    lists: Vec<(String, Vec<String>)>,
    measures: Vec<String>,
    name: &str,
) -> PyResult<Evaluated> {
    let measures = measures.iter().map(|measure| measure.parse());
    let measures = measures.collect::<Result<Vec<Measure>, _>>().map_err(|error| raised(&error))?;
    let (judgements, mut ranked) = (qrels.into_iter().collect(), RankedLists::new());
    for (challenge, solutions) in lists {
        ranked.push(challenge, solutions);
    }
    if ranked.is_empty() {
        return Err(wrong_option(name, "empty", "a run of one challenge or more"));
    }
    let asked = if measures.is_empty() { vec![Measure::ndcg(10)] } else { measures.clone() };
    let found = enter(py, || evaluate(&judgements, &ranked, &asked))?;
    let ids = |ids: &[citymatch::ChallengeId]| ids.iter().map(ToString::to_string).collect();
    let values = (0..measures.len()).map(|place| found.values(place).to_vec()).collect();
    let (unjudged, missing) = (ids(found.unjudged()), ids(found.missing()));
    Ok((ids(found.challenges()), values, unjudged, missing, found.judged_share()))
}

/// The interval of a mean, none of one value.
#[pyfunction]
#[pyo3(name = "_interval")]
pub(crate) fn interval(py: Python<'_>, values: Vec<f64>) -> PyResult<Option<(f64, f64)>> {
    let found = enter(py, || Ok(Interval::of_mean(&values)))?;
    Ok(found.map(|found| (found.low, found.high)))
}

/// The p-value of differences.
#[pyfunction]
#[pyo3(name = "_p_value")]
pub(crate) fn p_value_of(py: Python<'_>, differences: Vec<f64>) -> PyResult<f64> {
    enter(py, || Ok(p_value(&differences)))
}
