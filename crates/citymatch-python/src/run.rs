use std::path::PathBuf;
use std::sync::Arc;

use citymatch::SolutionId;
use citymatch_files::RunFormat;
use citymatch_report::Decision;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict, PyIterator, PyList, PyType};

use crate::answer::{Answer, AnswerState};
use crate::assign::{self, Arguments, Assignment};
use crate::convert::{Reduced, Unfit, id};
use crate::decisions;
use crate::error::{enter, not_found};
use crate::feedback::{self, Features};
use crate::matches::Matches;
use crate::origin::{Origin, OriginState};
use crate::page;
use crate::position::item;
use crate::results;

/// The matches of many challenges, in the order in which the challenges were given.
///
/// It is iterated, indexed, sliced and counted like a list of `Matches`, one for each challenge.
/// Libraries that read Arrow take it as a table of one row a match: ``polars.DataFrame(run)``,
/// ``pyarrow.table(run)``.
///
/// Examples
/// --------
/// >>> import citymatch as cm
/// >>> catalogue = cm.Catalogue.create()
/// >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
/// >>> run = cm.Matcher(catalogue).find_all(["How to keep rain?", "How to plant gardens?"])
/// >>> len(run), run[1].challenge_id, run.to_arrow().num_rows
/// (2, '2', 2)
#[pyclass(frozen, subclass, module = "citymatch")]
pub(crate) struct Run(Vec<Arc<Answer>>);

impl Run {
    pub(crate) fn of(answers: Vec<Arc<Answer>>) -> Self {
        Self(answers)
    }

    pub(crate) fn answers(&self) -> &[Arc<Answer>] {
        &self.0
    }

    /// The answer to a challenge of the run, and the id of a solution.
    pub(crate) fn pair(
        &self,
        challenge_id: &Bound<'_, PyAny>,
        solution_id: &Bound<'_, PyAny>,
    ) -> PyResult<(&Answer, SolutionId)> {
        let challenge = id(challenge_id, "challenge_id").map_err(Unfit::raise)?;
        let solution = id(solution_id, "solution_id").map_err(Unfit::raise)?;
        let answer = self.0.iter().find(|answer| answer.challenge.id.as_str() == challenge);
        let missing =
            || not_found(format!("no challenge `{challenge}` in the run"), challenge.clone());
        Ok((answer.ok_or_else(missing)?, SolutionId::from(solution)))
    }

    /// What a pickle holds of it.
    pub(crate) fn state<'py>(
        &self,
        py: Python<'py>,
    ) -> PyResult<(Vec<OriginState<'py>>, Vec<AnswerState>)> {
        // The answers of a run have one origin; a run without answers has none.
        let origins = self.0.iter().take(1).map(|answer| answer.origin.state(py));
        let answers = self.0.iter().map(|answer| answer.state(py)).collect::<PyResult<_>>()?;
        Ok((origins.collect::<PyResult<_>>()?, answers))
    }

    pub(crate) fn of_state(
        origins: Vec<OriginState<'_>>,
        answers: Vec<AnswerState>,
    ) -> PyResult<Self> {
        let Some(origin) = origins.into_iter().next() else { return Ok(Self(Vec::new())) };
        let origin = Arc::new(Origin::of_state(origin)?);
        let answer = |state| Arc::new(Answer::of_state(&origin, state));
        Ok(Self(answers.into_iter().map(answer).collect()))
    }
}

#[pymethods]
impl Run {
    /// Return the matches as a pyarrow table: one row each, with the columns `challenge_id`,
    /// `solution_id`, `rank` and `score`.
    ///
    /// Parameters
    /// ----------
    /// fields
    ///     Further columns: fields of the solutions, and ``answered``. See `to_pandas`.
    /// signals
    ///     Whether each signal that counted is a column too. See `to_pandas`.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> run = cm.Matcher(cm.Catalogue.create()).find_all([cm.Challenge("c1", "Rain")])
    /// >>> run.to_arrow().column_names
    /// ['challenge_id', 'solution_id', 'rank', 'score']
    #[pyo3(signature = (*, fields = None, signals = false))]
    fn to_arrow<'py>(
        &self,
        py: Python<'py>,
        fields: Option<&Bound<'py, PyAny>>,
        signals: bool,
    ) -> PyResult<Bound<'py, PyAny>> {
        results::table(py, &self.0, fields, signals)?.into_arrow(py)
    }

    /// Return the matches as a pandas DataFrame: one row each, with the columns `challenge_id`,
    /// `solution_id`, `rank` and `score`.
    ///
    /// Parameters
    /// ----------
    /// fields
    ///     Further columns, by name: fields of the solutions, those that citymatch does not know
    ///     too, with the values of `Solutions.to_pandas`; and ``answered``, the verdict on the
    ///     challenge, which comes first. Challenges that found nothing have no row.
    /// signals
    ///     Whether each signal that counted is a column too, named as in `weights`: its value before
    ///     its weight. They are what weights can be learned from. The default is no.
    ///
    /// Raises
    /// ------
    /// InvalidOptionError
    ///     If a field is not known and no solution that was found has it.
    /// NotFoundError
    ///     If the run comes out of a pickle and its catalogue has lost a solution since.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens", "country": "Brasil"}])
    /// >>> run = cm.Matcher(catalogue).find_all(["How to keep rain?"])
    /// >>> run.to_pandas(fields=["title", "country"])[["solution_id", "title", "country"]].values
    /// array([['s1', 'Rain gardens', 'BR']], dtype=object)
    #[pyo3(signature = (*, fields = None, signals = false))]
    fn to_pandas<'py>(
        &self,
        py: Python<'py>,
        fields: Option<&Bound<'py, PyAny>>,
        signals: bool,
    ) -> PyResult<Bound<'py, PyAny>> {
        results::table(py, &self.0, fields, signals)?.into_pandas(py)
    }

    /// Return the matches as a polars DataFrame: one row each, with the columns `challenge_id`,
    /// `solution_id`, `rank` and `score`.
    ///
    /// Parameters
    /// ----------
    /// fields
    ///     Further columns: fields of the solutions, and ``answered``. See `to_pandas`.
    /// signals
    ///     Whether each signal that counted is a column too. See `to_pandas`.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> run = cm.Matcher(cm.Catalogue.create()).find_all([cm.Challenge("c1", "Rain")])
    /// >>> run.to_polars().shape
    /// (0, 4)
    #[pyo3(signature = (*, fields = None, signals = false))]
    fn to_polars<'py>(
        &self,
        py: Python<'py>,
        fields: Option<&Bound<'py, PyAny>>,
        signals: bool,
    ) -> PyResult<Bound<'py, PyAny>> {
        results::table(py, &self.0, fields, signals)?.into_polars(py)
    }

    /// Return the scores by challenge and solution, in the form that evaluation packages as
    /// ir-measures and ranx take for a run. Every challenge is a key, also one that found nothing.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> cm.Matcher(cm.Catalogue.create()).find_all([cm.Challenge("c1", "Rain")]).to_dict()
    /// {'c1': {}}
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let run = PyDict::new(py);
        for answer in &self.0 {
            let scores = PyDict::new(py);
            for (solution, score, ..) in &answer.found {
                scores.set_item(solution, score)?;
            }
            run.set_item(answer.challenge.id.as_str(), scores)?;
        }
        Ok(run)
    }

    /// Write the run to a file in the format of ``trec_eval``, and return its number of matches.
    ///
    /// Scores are written as 32-bit floats that always fall within a challenge, so that every
    /// evaluator keeps the order. In ids, ``%`` and white space are percent-encoded.
    ///
    /// Parameters
    /// ----------
    /// path
    ///     The file; it is replaced as a whole.
    ///
    /// Raises
    /// ------
    /// OSError
    ///     If it cannot be written.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm, pathlib, tempfile
    /// >>> path = pathlib.Path(tempfile.mkdtemp(), "run.txt")
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> _ = catalogue.add([{"id": "rain garden", "title": "Rain gardens"}])
    /// >>> cm.Matcher(catalogue).find_all([cm.Challenge("c1", "Rain")]).to_trec(path)
    /// 1
    /// >>> path.read_text().split()[:4]
    /// ['c1', 'Q0', 'rain%20garden', '1']
    fn to_trec(
        &self,
        py: Python<'_>,
        #[pyo3(from_py_with = crate::path::local)] path: PathBuf,
    ) -> PyResult<u64> {
        results::write(py, &self.0, None, false, RunFormat::Trec, &path)
    }

    /// Write the run to a CSV file, one row a match, and return its number of matches.
    ///
    /// It is UTF-8 with commas. A text that a spreadsheet would run as a formula has an apostrophe before
    /// it.
    ///
    /// Parameters
    /// ----------
    /// path
    ///     The file; it is replaced as a whole.
    /// fields
    ///     Further columns: fields of the solutions, and ``answered``. See `to_pandas`. The items of a list
    ///     are separated by ``;``.
    /// signals
    ///     Whether each signal that counted is a column too. See `to_pandas`.
    ///
    /// Raises
    /// ------
    /// OSError
    ///     If it cannot be written.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm, pathlib, tempfile
    /// >>> path = pathlib.Path(tempfile.mkdtemp(), "run.csv")
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens", "themes": ["water", "streets"]}])
    /// >>> run = cm.Matcher(catalogue).find_all([cm.Challenge("c1", "Rain")])
    /// >>> run.to_csv(path, fields=["title", "themes"])
    /// 1
    /// >>> path.read_text().splitlines()[0]
    /// 'challenge_id,solution_id,rank,score,title,themes'
    #[pyo3(signature = (path, *, fields = None, signals = false))]
    fn to_csv(
        &self,
        py: Python<'_>,
        #[pyo3(from_py_with = crate::path::local)] path: PathBuf,
        fields: Option<&Bound<'_, PyAny>>,
        signals: bool,
    ) -> PyResult<u64> {
        results::write(py, &self.0, fields, signals, RunFormat::Csv, &path)
    }

    /// Write the run to a workbook for Excel or LibreOffice, one row a match, and return its number of
    /// matches.
    ///
    /// The header stays in sight and has filters, scores have bars from 0 to 1, links open, ids are texts,
    /// and no text is run as a formula.
    ///
    /// Parameters
    /// ----------
    /// path
    ///     The file, which ends in ``.xlsx``; it is replaced as a whole.
    /// fields
    ///     The columns beside the matches: fields of the solutions, and ``answered``. See `to_pandas`. By
    ///     default ``answered``, ``title``, ``organisation``, ``country`` and ``links``; ``[]`` is none.
    /// signals
    ///     Whether each signal that counted is a column too. See `to_pandas`.
    ///
    /// Raises
    /// ------
    /// InvalidOptionError
    ///     If the name of the file means an older format, or if there are more than 1,048,575 matches.
    /// OSError
    ///     If it cannot be written.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm, pathlib, tempfile
    /// >>> path = pathlib.Path(tempfile.mkdtemp(), "run.xlsx")
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens", "country": "Brasil"}])
    /// >>> cm.Matcher(catalogue).find_all([cm.Challenge("c1", "Rain")]).to_xlsx(path)
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
        results::write(py, &self.0, Some(&fields), signals, RunFormat::Xlsx, &path)
    }

    /// Return the values of the signals of each pair: what weights are learned from.
    ///
    /// Parameters
    /// ----------
    /// qrels
    ///     Judgements, in any form that `fit_weights` takes: a column ``grade`` has them, which is null
    ///     where there is none.
    ///
    /// Returns
    /// -------
    /// Features
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens", "language": "en"}])
    /// >>> run = cm.Matcher(catalogue).find_all([cm.Challenge("c1", "Gardens", language="en")])
    /// >>> run.features().to_arrow()["same_language"].to_pylist()
    /// [True]
    #[pyo3(signature = (qrels = None))]
    fn features(&self, qrels: Option<&Bound<'_, PyAny>>) -> PyResult<Features> {
        feedback::features(&self.0, qrels)
    }

    /// Name the pairs whose judgement would teach most, and say whether more judging pays.
    ///
    /// A judgement teaches much where its outcome is open, where it tells signals apart whose weights
    /// are uncertain, and where the solution is high enough on the list to matter. Pairs are chosen one
    /// after the other, as if those before were judged, so that they are spread over challenges.
    ///
    /// Parameters
    /// ----------
    /// n
    ///     The most pairs.
    /// qrels
    ///     The judgements so far, in any form that `fit_weights` takes; by default none.
    /// unjudged
    ///     As in `fit_weights`.
    ///
    /// Returns
    /// -------
    /// NextToJudge
    ///     A list of `PairToJudge` with ``enough`` and ``sentence``.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}, {"id": "s2", "title": "Wells"}])
    /// >>> run = cm.Matcher(catalogue).find_all([cm.Challenge("c1", "Where can the rain go?")])
    /// >>> pairs = run.next_to_judge(5, {"c1": {"s1": 2}})
    /// >>> [pair.solution_id for pair in pairs], pairs.enough
    /// (['s2'], False)
    #[pyo3(
        signature = (n = None, qrels = None, *, unjudged = None),
        text_signature = "($self, n=10, qrels=None, *, unjudged=None)"
    )]
    fn next_to_judge<'py>(
        &self,
        py: Python<'py>,
        n: Option<&Bound<'py, PyAny>>,
        qrels: Option<&Bound<'py, PyAny>>,
        unjudged: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        feedback::next_to_judge(py, &self.0, n, qrels, unjudged)
    }

    /// Share out the solutions of the run among its challenges, within limits.
    ///
    /// A run ranks the solutions of each challenge by itself, and popular ones are wanted by many.
    /// The assignment is the best one within the limits, and proves it: its `bound` comes from the
    /// dual problem.
    ///
    /// Parameters
    /// ----------
    /// per_challenge
    ///     How many solutions a challenge gets at most: a number for all, or a mapping of ids to
    ///     numbers. By default the challenge's `winners`, else 1.
    /// per_solution
    ///     How many challenges get the same solution at most, in the same two forms; by default 1.
    /// objective
    ///     ``"places"``: a challenge's first place counts more than its second, and so on, so that
    ///     nobody stays without a solution who could have one. ``"sum"``: the scores alone.
    ///     ``"worst"``: the worst-off challenge first, then the next. The default is ``"places"``.
    /// categories
    ///     Categories of solutions: a mapping of names to lists of ids, or a field of solutions
    ///     (``"themes"``, ``"country"``), each of whose values is a category.
    /// reserve
    ///     How many places of every challenge go to a category at least: ``{"housing": 1}``; of one
    ///     challenge: ``{("c1", "housing"): 1}``.
    /// minimum
    ///     How many places go to a category at least, over all challenges together.
    /// forbid, fix
    ///     Pairs of the ids of a challenge and a solution that must not, or must, be chosen.
    /// keep
    ///     An assignment, or pairs, of which as many stay as can: `Assignment.changes` lists the
    ///     others.
    /// min_score
    ///     The least score that a candidate has: 0.2 leaves out what is called weak. The default is 0.
    /// time_limit
    ///     Seconds after which a search gives up where categories overlap, the one case that can take
    ///     long; by default never.
    /// progress
    ///     ``True`` for a bar of tqdm, or a callable ``progress(done, total)``, as in `Catalogue.add`:
    ///     of how many challenges the places are found.
    ///
    /// Returns
    /// -------
    /// Assignment
    ///
    /// Raises
    /// ------
    /// InfeasibleError
    ///     If no assignment keeps all limits. It says how many places are missing, and which limits
    ///     would have to give way.
    /// InvalidOptionError
    ///     If a number is below 1 or above what can be, if a pair is fixed that is not in the run, or
    ///     fixed and forbidden, or if a challenge or a category is not known.
    /// TimeoutError
    ///     If the time was over.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}, {"id": "s2", "title": "Rain barrels"}])
    /// >>> run = cm.Matcher(catalogue).find_all(["gardens for the rain", "rain"])
    /// >>> run.assign(forbid=[("1", "s1")]).to_dict().keys()
    /// dict_keys(['1', '2'])
    /// >>> try:
    /// ...     run.assign(fix=[("1", "s1"), ("2", "s1")])
    /// ... except cm.InfeasibleError as error:
    /// ...     print(error.missing)
    /// 1
    #[pyo3(
        signature = (
            *, per_challenge = None, per_solution = None, objective = None, categories = None,
            reserve = None, minimum = None, forbid = None, fix = None, keep = None,
            min_score = None, time_limit = None, progress = None
        ),
        text_signature = "($self, *, per_challenge=None, per_solution=None, objective='places', \
            categories=None, reserve=None, minimum=None, forbid=None, fix=None, keep=None, \
            min_score=0, time_limit=None, progress=False)"
    )]
    #[allow(clippy::too_many_arguments, reason = "they have names in Python")]
    fn assign(
        &self,
        py: Python<'_>,
        per_challenge: Option<&Bound<'_, PyAny>>,
        per_solution: Option<&Bound<'_, PyAny>>,
        objective: Option<&Bound<'_, PyAny>>,
        categories: Option<&Bound<'_, PyAny>>,
        reserve: Option<&Bound<'_, PyAny>>,
        minimum: Option<&Bound<'_, PyAny>>,
        forbid: Option<&Bound<'_, PyAny>>,
        fix: Option<&Bound<'_, PyAny>>,
        keep: Option<&Bound<'_, PyAny>>,
        min_score: Option<&Bound<'_, PyAny>>,
        time_limit: Option<&Bound<'_, PyAny>>,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Py<Assignment>> {
        let arguments = Arguments {
            per_challenge,
            per_solution,
            objective,
            categories,
            reserve,
            minimum,
            forbid,
            fix,
            keep,
            min_score,
            time_limit,
        };
        assign::assign(py, &self.0, &arguments, progress)
    }

    /// Say in a sentence why a solution is not among the matches of a challenge; for every pair,
    /// those that are among them too.
    ///
    /// Parameters
    /// ----------
    /// challenge_id
    ///     The id of a challenge of the run.
    /// solution_id
    ///     The id of a solution of the catalogue.
    ///
    /// Raises
    /// ------
    /// NotFoundError
    ///     If the run has no such challenge, or its snapshot no such solution.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> gardens = cm.Solution("s1", "Rain gardens", stage="idea")
    /// >>> _ = catalogue.add([gardens, cm.Solution("s2", "Rain barrels", stage="pilot")])
    /// >>> pilots = cm.Challenge("c1", "Rain", eligibility={"stages": ["pilot"]})
    /// >>> run = cm.Matcher(catalogue).find_all([pilots])
    /// >>> run.why_not("c1", "s1")
    /// 'it is barred: stages: idea is not one of pilot'
    fn why_not(
        &self,
        challenge_id: &Bound<'_, PyAny>,
        solution_id: &Bound<'_, PyAny>,
    ) -> PyResult<String> {
        let py = challenge_id.py();
        let (answer, solution) = self.pair(challenge_id, solution_id)?;
        let matcher = answer.origin.matcher(py)?;
        Ok(enter(py, || matcher.why_not(answer.search(), &solution))?.to_string())
    }

    /// Write what was decided to a file, one JSON object a line, and return how many there are: every
    /// match, every solution that rules exclude, every challenge without a match.
    ///
    /// Each line has hashes of the two records and of the whole catalogue (SHA-256 of the JSON that
    /// is exported), the version, the weights, the options and the rules, so that it can be defended
    /// later. Nothing is drawn by chance.
    ///
    /// Parameters
    /// ----------
    /// path
    ///     The file; it is replaced as a whole.
    /// texts
    ///     Whether titles and reasons stand beside the ids. By default texts and names are left out.
    ///
    /// Raises
    /// ------
    /// OSError
    ///     If the file cannot be written.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm, json, pathlib, tempfile
    /// >>> path = pathlib.Path(tempfile.mkdtemp(), "decisions.jsonl")
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
    /// >>> cm.Matcher(catalogue).find_all([cm.Challenge("c1", "Rain")]).decisions(path)
    /// 1
    /// >>> json.loads(path.read_text())["decision"]
    /// 'matched'
    #[pyo3(signature = (path, *, texts = false))]
    fn decisions(
        &self,
        py: Python<'_>,
        #[pyo3(from_py_with = crate::path::local)] path: PathBuf,
        texts: bool,
    ) -> PyResult<usize> {
        let Some(first) = self.0.first() else { return decisions::write(py, &path, &[]) };
        let matcher = first.origin.matcher(py)?;
        let made = enter(py, || {
            let decisions = matcher.decisions()?.with_texts(texts);
            let mut made = Vec::new();
            for answer in &self.0 {
                let search = answer.search();
                let matches = matcher.find(search.clone())?;
                made.extend(decisions.of_matches(&search, &matches)?);
            }
            Ok(made)
        })?;
        decisions::write(py, &path, &made)
    }

    /// Write the run as a page for a browser, and return the paths of its files.
    ///
    /// One HTML file that needs no network and no script: each challenge with its matches, their
    /// reasons and the sentences that decided, who is barred and why, and what other cities put to use
    /// for the like. It can be filtered, sorted, linked to and printed. One of more than 20 MB becomes
    /// an index with one page a challenge, in a folder ``NAME.pages`` beside it. The same records give
    /// the same bytes.
    ///
    /// Parameters
    /// ----------
    /// path
    ///     The file; it is replaced as a whole.
    /// language
    ///     The language of everything but the records' own texts: ``"es"``, ``"pt"`` or ``"en"``. The
    ///     default is English.
    /// title
    ///     The title. The default says what the page is.
    ///
    /// Raises
    /// ------
    /// InvalidOptionError
    ///     If the language is not one of the three.
    /// CatalogueStateError
    ///     If the run has no challenge, or comes out of a pickle and its catalogue was in memory.
    /// OSError
    ///     If a file cannot be written.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm, pathlib, tempfile
    /// >>> path = pathlib.Path(tempfile.mkdtemp(), "report.html")
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> _ = catalogue.add([{"id": "s1", "title": "Jardines de lluvia"}])
    /// >>> run = cm.Matcher(catalogue).find_all(["¿Cómo retener la lluvia?"])
    /// >>> run.report(path, language="es") == [path]
    /// True
    #[pyo3(
        signature = (path, *, language = None, title = None),
        text_signature = "($self, path, *, language='en', title=None)"
    )]
    fn report(
        &self,
        py: Python<'_>,
        #[pyo3(from_py_with = crate::path::local)] path: PathBuf,
        language: Option<&Bound<'_, PyAny>>,
        title: Option<String>,
    ) -> PyResult<Vec<PathBuf>> {
        page::write(py, &self.0, &path, language, title, Decision::default())
    }

    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyCapsule>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        results::table(py, &self.0, None, false)?.stream(py, requested_schema)
    }

    /// The matches as a table that can be merged with those of other catalogues.
    #[pyo3(signature = (*, signals = false))]
    fn _part<'py>(&self, py: Python<'py>, signals: bool) -> PyResult<Bound<'py, PyAny>> {
        results::part(py, &self.0, signals)?.into_arrow(py)
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }

    fn __getitem__<'py>(&self, index: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = index.py();
        item(index, self.0.len(), |position| {
            Ok(Matches::shared(&self.0[position]).into_pyobject(py)?.into_any())
        })
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        let all: Vec<_> = self
            .0
            .iter()
            .map(|answer| Matches::shared(answer).into_pyobject(py))
            .collect::<PyResult<_>>()?;
        PyList::new(py, all)?.try_iter()
    }

    fn __repr__(&self) -> String {
        let matches: usize = self.0.iter().map(|answer| answer.found.len()).sum();
        format!("<Run: {} challenges, {matches} matches>", self.0.len())
    }

    fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("citymatch._notebook")?.getattr("run")?.call1((slf,))
    }

    #[classmethod]
    fn _restore(
        _cls: &Bound<'_, PyType>,
        origins: Vec<OriginState<'_>>,
        answers: Vec<AnswerState>,
    ) -> PyResult<Self> {
        Self::of_state(origins, answers)
    }

    fn __reduce__<'py>(
        slf: &Bound<'py, Self>,
    ) -> Reduced<'py, (Vec<OriginState<'py>>, Vec<AnswerState>)> {
        Ok((slf.get_type().getattr("_restore")?, slf.get().state(slf.py())?))
    }
}
