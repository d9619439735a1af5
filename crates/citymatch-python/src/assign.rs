//! Sharing out the solutions of a run among its challenges.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use citymatch::assign::{Assign, Candidates, Change, NotAssigned, Nothing, Objective, Taken};
use citymatch::{ChallengeId, SolutionId, WhyNot, matcher::Progress};
use citymatch_report::Decision;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString, PyTuple};
use serde_json::Value as Json;

use crate::answer::{Answer, AnswerState};
use crate::batch::run_told;
use crate::convert::{Reduced, Unfit, id, mapping, option_number, option_whole, shown};
use crate::decisions;
use crate::error::{enter, wrong_option};
use crate::fields;
use crate::origin::OriginState;
use crate::page;
use crate::run::Run;

/// A run of the matches that were chosen: which solutions go to which challenges, and the proof that
/// there is no better way within the limits. `Run.assign` makes it.
///
/// It is used like any other run: each challenge has the matches that it gets, ranked anew, and a
/// challenge that gets nothing has none.
///
/// Examples
/// --------
/// >>> import citymatch as cm
/// >>> catalogue = cm.Catalogue.create()
/// >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}, {"id": "s2", "title": "Rain barrels"}])
/// >>> run = cm.Matcher(catalogue).find_all(["gardens for the rain", "rain"])
/// >>> assignment = run.assign()
/// >>> [(matches.challenge_id, matches[0].solution_id) for matches in assignment]
/// [('1', 's1'), ('2', 's2')]
/// >>> assignment.value == assignment.bound, assignment.unassigned
/// (True, [])
#[pyclass(frozen, extends = Run, module = "citymatch")]
pub(crate) struct Assignment(Outcome);

/// What an assignment says beside its pairs, as plain values.
#[derive(Clone)]
struct Outcome {
    objective: String,
    /// The value, its bound, the sum, and the best sum.
    numbers: [f64; 4],
    /// Each challenge with the name of the reason, the reason in words, and who has its candidates.
    unassigned: Vec<NothingState>,
    /// `added` or `removed`, the challenge and the solution.
    changes: Vec<(String, String, String)>,
}

impl Outcome {
    /// What was decided, for a page.
    fn decision(&self, answers: &[Arc<Answer>]) -> Decision {
        let pairs = answers.iter().flat_map(|answer| {
            let challenge = &answer.challenge.id;
            answer.found.iter().map(|(id, ..)| (challenge.clone(), SolutionId::from(id.as_str())))
        });
        let nothing = self.unassigned.iter().map(|(challenge, name, _, taken)| {
            let reason = match name.as_str() {
                // How many they are is not told on the page.
                "barred" => Nothing::Barred { barred: 0 },
                "forbidden" => Nothing::Forbidden { forbidden: 0, barred: 0 },
                "taken" => Nothing::Taken { by: taken.iter().map(taken_by).collect() },
                _ => Nothing::NoCandidate,
            };
            (ChallengeId::from(challenge.as_str()), reason)
        });
        Decision::new(pairs, nothing)
    }
}

fn taken_by((solution, challenges): &(String, Vec<String>)) -> Taken {
    let solution_id = SolutionId::from(solution.as_str());
    let challenge_ids = challenges.iter().map(|id| ChallengeId::from(id.as_str())).collect();
    Taken { solution_id, challenge_ids }
}

type NothingState = (String, String, String, Vec<(String, Vec<String>)>);
type OutcomeState = (String, [f64; 4], Vec<NothingState>, Vec<(String, String, String)>);
type State<'py> = (Vec<OriginState<'py>>, Vec<AnswerState>, OutcomeState);

#[pymethods]
impl Assignment {
    /// What was to be best: ``"places"``, ``"sum"`` or ``"worst"``.
    #[getter]
    fn objective(&self) -> &str {
        &self.0.objective
    }

    /// What the assignment is worth under its objective: with ``"places"`` the scores and the bonuses
    /// of places, with ``"sum"`` the scores, with ``"worst"`` the score of the worst-off challenge
    /// that got something.
    #[getter]
    fn value(&self) -> f64 {
        self.0.numbers[0]
    }

    /// What no assignment within the limits is worth more than: equal to `value` where the proof is
    /// exact. It comes from the dual problem and not from the pairs.
    #[getter]
    fn bound(&self) -> f64 {
        self.0.numbers[1]
    }

    /// The sum of the scores.
    #[getter]
    fn sum(&self) -> f64 {
        self.0.numbers[2]
    }

    /// The highest sum of scores within the limits, whatever the objective.
    #[getter]
    fn best_sum(&self) -> f64 {
        self.0.numbers[3]
    }

    /// The challenges that got nothing, and why each.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
    /// >>> assignment = cm.Matcher(catalogue).find_all(["rain gardens", "rain"]).assign()
    /// >>> [str(nothing) for nothing in assignment.unassigned]
    /// ['2: taken: s1 by 1']
    #[getter]
    fn unassigned<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let class = py.import("citymatch.assignment")?.getattr("Unassigned")?;
        let one = |(challenge, reason, words, taken): &NothingState| {
            let taken: BTreeMap<&String, &Vec<String>> =
                taken.iter().map(|(solution, by)| (solution, by)).collect();
            class.call1((challenge, reason, words, taken))
        };
        self.0.unassigned.iter().map(one).collect()
    }

    /// What is different from the assignment that was to be kept: first the pairs that were removed,
    /// then those that are new.
    #[getter]
    fn changes<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let class = py.import("citymatch.assignment")?.getattr("Change")?;
        self.0.changes.iter().map(|change| class.call1(change.clone())).collect()
    }

    /// Say in a sentence what became of a pair: whether the solution is assigned to the challenge, and
    /// if not, which rule bars it, who has it, or what the challenge has in its place.
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
    /// >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
    /// >>> assignment = cm.Matcher(catalogue).find_all(["rain gardens", "rain"]).assign()
    /// >>> assignment.why_not("2", "s1")
    /// 'it is taken: by `1`'
    fn why_not(
        slf: &Bound<'_, Self>,
        challenge_id: &Bound<'_, PyAny>,
        solution_id: &Bound<'_, PyAny>,
    ) -> PyResult<String> {
        let (py, run) = (slf.py(), slf.as_super().get());
        let (answer, solution) = run.pair(challenge_id, solution_id)?;
        let matcher = answer.origin.matcher(py)?;
        let why = enter(py, || matcher.why_not(answer.search(), &solution))?;
        let pairs = run.answers().iter().flat_map(|own| {
            own.found.iter().map(|(id, ..)| (own.challenge.id.as_str(), id.as_str()))
        });
        let became = NotAssigned::of(pairs, answer.challenge.id.as_str(), solution.as_str());
        let is_barred = matches!(why, WhyNot::Barred { .. });
        let is_assigned = matches!(became, NotAssigned::Assigned { .. });
        Ok(if is_barred && !is_assigned { why.to_string() } else { became.to_string() })
    }

    /// Write what was decided to a file, one JSON object a line, and return how many there are: every
    /// pair, and every challenge that got nothing. See `Run.decisions`.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm, json, pathlib, tempfile
    /// >>> path = pathlib.Path(tempfile.mkdtemp(), "decisions.jsonl")
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
    /// >>> cm.Matcher(catalogue).find_all(["rain gardens", "rain"]).assign().decisions(path)
    /// 2
    /// >>> [json.loads(line)["decision"] for line in path.read_text().splitlines()]
    /// ['assigned', 'unassigned']
    #[pyo3(signature = (path, *, texts = false))]
    fn decisions(
        slf: &Bound<'_, Self>,
        #[pyo3(from_py_with = crate::path::local)] path: std::path::PathBuf,
        texts: bool,
    ) -> PyResult<usize> {
        let (py, answers, outcome) = (slf.py(), slf.as_super().get().answers(), &slf.get().0);
        let Some(first) = answers.first() else { return decisions::write(py, &path, &[]) };
        let matcher = first.origin.matcher(py)?;
        let made = enter(py, || {
            let (decisions, mut made) = (matcher.decisions()?.with_texts(texts), Vec::new());
            for answer in answers {
                for ((id, score, ..), place) in answer.found.iter().zip(1..) {
                    let id = SolutionId::from(id.as_str());
                    let (challenge, objective) = (&answer.challenge, &outcome.objective);
                    made.push(decisions.assigned(challenge, &id, place, *score, objective)?);
                }
            }
            for (challenge, _, why, _) in &outcome.unassigned {
                let is_own = |answer: &&Arc<Answer>| answer.challenge.id.as_str() == challenge;
                if let Some(answer) = answers.iter().find(is_own) {
                    made.push(decisions.unassigned(&answer.challenge, why, &outcome.objective));
                }
            }
            Ok(made)
        })?;
        decisions::write(py, &path, &made)
    }

    /// Write the run as a page for a browser with what was decided, and return the paths of its files.
    /// Beside what each challenge gets stand its best matches, as in the run before. See `Run.report`.
    ///
    /// Examples
    /// --------
    /// >>> import citymatch as cm, pathlib, tempfile
    /// >>> path = pathlib.Path(tempfile.mkdtemp(), "report.html")
    /// >>> catalogue = cm.Catalogue.create()
    /// >>> _ = catalogue.add([{"id": "s1", "title": "Rain gardens"}])
    /// >>> assignment = cm.Matcher(catalogue).find_all(["rain gardens", "rain"]).assign()
    /// >>> _ = assignment.report(path)
    /// >>> "It gets nothing: other challenges have its candidates." in path.read_text()
    /// True
    #[pyo3(
        signature = (path, *, language = None, title = None),
        text_signature = "($self, path, *, language='en', title=None)"
    )]
    fn report(
        slf: &Bound<'_, Self>,
        #[pyo3(from_py_with = crate::path::local)] path: std::path::PathBuf,
        language: Option<&Bound<'_, PyAny>>,
        title: Option<String>,
    ) -> PyResult<Vec<std::path::PathBuf>> {
        let (answers, outcome) = (slf.as_super().get().answers(), &slf.get().0);
        page::write(slf.py(), answers, &path, language, title, outcome.decision(answers))
    }

    fn __repr__(slf: &Bound<'_, Self>) -> String {
        let run = slf.as_super().get();
        let pairs: usize = run.answers().iter().map(|answer| answer.found.len()).sum();
        format!(
            "<Assignment: {} challenges, {pairs} pairs, {} with nothing, value {:.3} of at most {:.3}>",
            run.answers().len(),
            slf.get().0.unassigned.len(),
            slf.get().0.numbers[0],
            slf.get().0.numbers[1],
        )
    }

    #[classmethod]
    fn _restore_assignment(
        cls: &Bound<'_, pyo3::types::PyType>,
        origins: Vec<OriginState<'_>>,
        answers: Vec<AnswerState>,
        outcome: OutcomeState,
    ) -> PyResult<Py<Self>> {
        let (objective, numbers, unassigned, changes) = outcome;
        let run = Run::of_state(origins, answers)?;
        make(cls.py(), run, Outcome { objective, numbers, unassigned, changes })
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> Reduced<'py, State<'py>> {
        let Outcome { objective, numbers, unassigned, changes } = slf.get().0.clone();
        let (origins, answers) = slf.as_super().get().state(slf.py())?;
        let state = (origins, answers, (objective, numbers, unassigned, changes));
        Ok((slf.get_type().getattr("_restore_assignment")?, state))
    }
}

fn make(py: Python<'_>, run: Run, outcome: Outcome) -> PyResult<Py<Assignment>> {
    Py::new(py, PyClassInitializer::from(run).add_subclass(Assignment(outcome)))
}

/// The arguments of `Run.assign`.
pub(crate) struct Arguments<'a, 'py> {
    pub(crate) per_challenge: Option<&'a Bound<'py, PyAny>>,
    pub(crate) per_solution: Option<&'a Bound<'py, PyAny>>,
    pub(crate) objective: Option<&'a Bound<'py, PyAny>>,
    pub(crate) categories: Option<&'a Bound<'py, PyAny>>,
    pub(crate) reserve: Option<&'a Bound<'py, PyAny>>,
    pub(crate) minimum: Option<&'a Bound<'py, PyAny>>,
    pub(crate) forbid: Option<&'a Bound<'py, PyAny>>,
    pub(crate) fix: Option<&'a Bound<'py, PyAny>>,
    pub(crate) keep: Option<&'a Bound<'py, PyAny>>,
    pub(crate) min_score: Option<&'a Bound<'py, PyAny>>,
    pub(crate) time_limit: Option<&'a Bound<'py, PyAny>>,
}

/// What `Run.assign` does.
pub(crate) fn assign(
    py: Python<'_>,
    answers: &[Arc<Answer>],
    arguments: &Arguments<'_, '_>,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<Py<Assignment>> {
    let least =
        arguments.min_score.map_or(Ok(0.0), |least| option_number(least, "min_score", 0.0))?;
    let mut candidates = Candidates::new();
    for answer in answers {
        let found = answer.found.iter().filter(|(_, score, ..)| *score >= least);
        let found = found.map(|(id, score, ..)| (id.as_str(), *score));
        candidates.push(answer.challenge.id.as_str(), found);
        py.check_signals()?;
    }
    let watched = Arc::new(Progress::default());
    let assign = read(py, answers, arguments)?.progress(&watched);
    let (total, work) = (answers.len(), move || assign.solve(&candidates));
    let assignment = run_told(py, progress, total, ("assigned", "challenge"), &watched, work)?;
    let chosen: HashSet<(&str, &str)> = assignment
        .iter()
        .map(|pair| (pair.challenge_id().as_str(), pair.solution_id().as_str()))
        .collect();
    let only = |answer: &Arc<Answer>| {
        let challenge = answer.challenge.id.as_str();
        let is_chosen = |id: &str| chosen.contains(&(challenge, id));
        Arc::new(answer.only(|(id, ..)| is_chosen(id)))
    };
    let run = Run::of(answers.iter().map(only).collect());
    make(py, run, outcome(&assignment, arguments))
}

fn outcome(assignment: &citymatch::assign::Assignment, arguments: &Arguments<'_, '_>) -> Outcome {
    let nothing = |own: &citymatch::assign::Unassigned| {
        let (name, taken) = match own.reason() {
            Nothing::NoCandidate => ("no_candidate", Vec::new()),
            Nothing::Barred { .. } => ("barred", Vec::new()),
            Nothing::Forbidden { .. } => ("forbidden", Vec::new()),
            Nothing::Taken { by } => {
                let one = |taken: &Taken| {
                    let by = taken.challenge_ids.iter().map(ToString::to_string).collect();
                    (taken.solution_id.to_string(), by)
                };
                ("taken", by.iter().map(one).collect())
            }
            _ => ("other", Vec::new()),
        };
        let words = own.reason().to_string();
        (own.challenge_id().to_string(), name.to_owned(), words, taken)
    };
    let change = |change: &Change| match change {
        Change::Removed { challenge_id, solution_id } => {
            ("removed".to_owned(), challenge_id.to_string(), solution_id.to_string())
        }
        Change::Added { challenge_id, solution_id } => {
            ("added".to_owned(), challenge_id.to_string(), solution_id.to_string())
        }
        other => (format!("{other:?}"), String::new(), String::new()),
    };
    Outcome {
        objective: arguments
            .objective
            .and_then(|name| name.extract().ok())
            .unwrap_or_else(|| Objective::default().name().to_owned()),
        numbers: [assignment.value(), assignment.bound(), assignment.sum(), assignment.best_sum()],
        unassigned: assignment.unassigned().iter().map(nothing).collect(),
        changes: assignment.changes().iter().map(change).collect(),
    }
}

/// The options of an assignment, as the arguments say them.
fn read(
    py: Python<'_>,
    answers: &[Arc<Answer>],
    arguments: &Arguments<'_, '_>,
) -> PyResult<Assign> {
    let winners = answers
        .iter()
        .filter_map(|answer| Some((answer.challenge.id.as_str(), answer.challenge.winners?)));
    let mut assign = Assign::new().winners(winners).barred(barred(py, answers)?);
    if let Some(value) = arguments.per_challenge {
        match counts(value, "per_challenge")? {
            Counts::OfAll(places) => assign = assign.per_challenge(places),
            Counts::OfEach(all) => {
                for (challenge, places) in all {
                    assign = assign.per_challenge_of(challenge, places);
                }
            }
        }
    }
    if let Some(value) = arguments.per_solution {
        match counts(value, "per_solution")? {
            Counts::OfAll(challenges) => assign = assign.per_solution(challenges),
            Counts::OfEach(all) => {
                for (solution, challenges) in all {
                    assign = assign.per_solution_of(solution, challenges);
                }
            }
        }
    }
    if let Some(value) = arguments.objective {
        assign = assign.objective(objective(value)?);
    }
    if let Some(value) = arguments.categories {
        for (name, members) in categories(py, answers, value)? {
            assign = assign.category(name, members);
        }
    }
    if let Some(value) = arguments.reserve {
        for (key, places) in items(value, "reserve")? {
            let places = whole(&places, "reserve")?;
            assign = match key.cast::<PyTuple>() {
                Ok(pair) if pair.len() == 2 => {
                    let (challenge, category) = (pair.get_item(0)?, pair.get_item(1)?);
                    let challenge = id(&challenge, "reserve").map_err(Unfit::raise)?;
                    assign.reserve_for(challenge, text(&category, "reserve")?, places)
                }
                _ => assign.reserve(text(&key, "reserve")?, places),
            };
        }
    }
    if let Some(value) = arguments.minimum {
        for (key, places) in items(value, "minimum")? {
            assign = assign.minimum(text(&key, "minimum")?, whole(&places, "minimum")?);
        }
    }
    if let Some(value) = arguments.forbid {
        assign = assign.forbid(pairs(value, "forbid")?);
    }
    if let Some(value) = arguments.fix {
        assign = assign.fix(pairs(value, "fix")?);
    }
    if let Some(value) = arguments.keep {
        assign = assign.keep_pairs(match value.cast::<Run>() {
            Ok(run) => pairs_of(run.get()),
            Err(_) => pairs(value, "keep")?,
        });
    }
    if let Some(value) = arguments.time_limit {
        let seconds = option_number(value, "time_limit", 0.0)?;
        let wrong = |_| wrong_option("time_limit", &shown(value), "a number of seconds");
        let limit = std::time::Duration::try_from_secs_f64(seconds).map_err(wrong)?;
        assign = assign.time_limit(limit);
    }
    Ok(assign)
}

/// The pairs that rules bar, for challenges that found nothing: so that the result can say so.
fn barred(py: Python<'_>, answers: &[Arc<Answer>]) -> PyResult<Vec<(String, SolutionId)>> {
    let mut all = Vec::new();
    for answer in answers.iter().filter(|answer| answer.found.is_empty()) {
        let matcher = answer.origin.matcher(py)?;
        let found = enter(py, || matcher.ineligible(answer.rules.search(&answer.challenge, 1)))?;
        let challenge = answer.challenge.id.to_string();
        all.extend(found.into_iter().map(|own| (challenge.clone(), own.solution_id)));
    }
    Ok(all)
}

/// A number for all, or one for each id.
enum Counts {
    OfAll(u32),
    OfEach(Vec<(String, u32)>),
}

fn counts(value: &Bound<'_, PyAny>, name: &str) -> PyResult<Counts> {
    if mapping(value)?.is_none() {
        return Ok(Counts::OfAll(whole(value, name)?));
    }
    let one = |(key, value): (Bound<'_, PyAny>, Bound<'_, PyAny>)| {
        Ok((id(&key, name).map_err(Unfit::raise)?, whole(&value, name)?))
    };
    Ok(Counts::OfEach(items(value, name)?.into_iter().map(one).collect::<PyResult<_>>()?))
}

fn whole(value: &Bound<'_, PyAny>, name: &str) -> PyResult<u32> {
    let whole = option_whole(value, name)?;
    u32::try_from(whole)
        .map_err(|_| wrong_option(name, &shown(value), "a whole number of at most 4,294,967,295"))
}

fn objective(value: &Bound<'_, PyAny>) -> PyResult<Objective> {
    let all = [Objective::Places, Objective::Sum, Objective::Worst];
    let name = value.cast::<PyString>().ok().and_then(|name| name.to_str().ok());
    let known = all.into_iter().find(|own| Some(own.name()) == name);
    known.ok_or_else(|| wrong_option("objective", &shown(value), "one of `places`, `sum`, `worst`"))
}

/// The pairs of a mapping.
fn items<'py>(
    value: &Bound<'py, PyAny>,
    name: &str,
) -> PyResult<Vec<(Bound<'py, PyAny>, Bound<'py, PyAny>)>> {
    let wrong = || wrong_option(name, &shown(value), "a mapping");
    let mapping = mapping(value)?.ok_or_else(wrong)?;
    mapping.items()?.iter().map(|pair| pair.extract()).collect()
}

fn text(value: &Bound<'_, PyAny>, name: &str) -> PyResult<String> {
    let text = value.cast::<PyString>().ok().and_then(|text| text.to_str().ok());
    text.map(str::to_owned)
        .ok_or_else(|| wrong_option(name, &shown(value), "the name of a category, a text"))
}

/// Pairs of the ids of a challenge and a solution.
fn pairs(value: &Bound<'_, PyAny>, name: &str) -> PyResult<Vec<(String, String)>> {
    let expected = "pairs of the ids of a challenge and a solution";
    let wrong = |value: &Bound<'_, PyAny>| wrong_option(name, &shown(value), expected);
    if value.is_instance_of::<PyString>() {
        return Err(wrong(value));
    }
    let mut found = Vec::new();
    for pair in value.try_iter().map_err(|_| wrong(value))? {
        let pair = pair?;
        let both: Vec<Bound<'_, PyAny>> = if pair.is_instance_of::<PyString>() {
            Vec::new()
        } else {
            pair.try_iter().map_err(|_| wrong(&pair))?.collect::<PyResult<_>>()?
        };
        let [challenge, solution] = both.as_slice() else { return Err(wrong(&pair)) };
        let own = |value| id(value, name).map_err(Unfit::raise);
        found.push((own(challenge)?, own(solution)?));
    }
    Ok(found)
}

/// The pairs of a run.
fn pairs_of(run: &Run) -> Vec<(String, String)> {
    let of = |answer: &Arc<Answer>| {
        let challenge = answer.challenge.id.to_string();
        let pair = move |(id, ..): &crate::answer::Found| (challenge.clone(), id.clone());
        answer.found.iter().map(pair).collect::<Vec<_>>()
    };
    run.answers().iter().flat_map(of).collect()
}

/// The categories: a mapping of names to ids, or a field of solutions, whose values are the names.
fn categories(
    py: Python<'_>,
    answers: &[Arc<Answer>],
    value: &Bound<'_, PyAny>,
) -> PyResult<BTreeMap<String, Vec<String>>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let Ok(field) = value.cast::<PyString>() else {
        for (name, members) in items(value, "categories")? {
            let own = found.entry(text(&name, "categories")?).or_default();
            if members.is_instance_of::<PyString>() || members.cast::<PyList>().is_err() {
                let expected = "a list of ids of solutions for each category";
                return Err(wrong_option("categories", &shown(&members), expected));
            }
            for member in members.try_iter()? {
                own.push(id(&member?, "categories").map_err(Unfit::raise)?);
            }
        }
        return Ok(found);
    };
    let Some(first) = answers.first() else { return Ok(found) };
    let (field, snapshot) = (field.to_str()?, first.origin.matcher(py)?.snapshot());
    let ids: HashSet<&str> =
        answers.iter().flat_map(|answer| &answer.found).map(|(id, ..)| id.as_str()).collect();
    let mut ids: Vec<&str> = ids.into_iter().collect();
    ids.sort_unstable();
    let values = enter(py, || {
        let value = |id: &&str| -> Result<Json, citymatch::Error> {
            let solution = snapshot.get(&SolutionId::from(*id))?;
            let values = solution.map(|solution| fields::flat(&solution)).unwrap_or_default();
            Ok(values.get(field).cloned().unwrap_or_default())
        };
        ids.iter().map(value).collect::<Result<Vec<_>, _>>()
    })?;
    for (id, value) in ids.into_iter().zip(values) {
        let own = match value {
            Json::Array(all) => all,
            one => vec![one],
        };
        for value in own {
            let name = match value {
                Json::String(name) => name,
                Json::Null => continue,
                other => other.to_string(),
            };
            found.entry(name).or_default().push(id.to_owned());
        }
    }
    if found.is_empty() {
        let expected = "a mapping of names to lists of ids, or a field that some solution has";
        return Err(wrong_option("categories", field, expected));
    }
    Ok(found)
}
