//! What a catalogue cannot answer, as the data classes of `citymatch._gaps`.

use citymatch::Challenge;
use citymatch::gaps::{Supply, Unanswered};
use pyo3::prelude::*;

use crate::error::enter;
use crate::run::Run;

/// Say what a catalogue cannot answer: the challenges of a run without an answer, and the themes,
/// goals and countries for which there is demand and nothing that was implemented.
///
/// The challenges are matched again, with the run's matcher and their own rules.
///
/// Parameters
/// ----------
/// run
///     What `Matcher.find_all` returned.
///
/// Returns
/// -------
/// Gaps
///
/// Examples
/// --------
/// >>> import citymatch as cm
/// >>> catalogue = cm.Catalogue.create()
/// >>> _ = catalogue.add([cm.Solution("s1", "Rain gardens", themes=["water"])])
/// >>> violin = cm.Challenge("c1", question="How to teach children the violin?", themes=["music"])
/// >>> gaps = cm.gaps(cm.Matcher(catalogue).find_all([violin]))
/// >>> [unanswered.challenge_id for unanswered in gaps.unanswered], gaps.themes[0].name
/// (['c1'], 'music')
#[pyfunction]
#[pyo3(signature = (run, /))]
pub(crate) fn gaps<'py>(run: &Bound<'py, Run>) -> PyResult<Bound<'py, PyAny>> {
    let py = run.py();
    let classes = py.import("citymatch._gaps")?;
    let answers = run.get().answers();
    let Some(first) = answers.first() else {
        return classes.getattr("Gaps")?.call1((0, 0, [(); 0], [(); 0], [(); 0], [(); 0]));
    };
    let matcher = first.origin.matcher(py)?;
    let challenges: Vec<&Challenge> = answers.iter().map(|answer| &answer.challenge).collect();
    let found = enter(py, || matcher.gaps(challenges))?;
    let unanswered = classes.getattr("Unanswered")?;
    let one = |own: &Unanswered| {
        let best = own.best.as_ref().map(|(id, score)| (id.as_str(), *score));
        let (id, score) = best.unzip();
        unanswered.call1((own.challenge_id.as_str(), own.answer_score, id, score, own.barred))
    };
    let all = found.unanswered.iter().map(one).collect::<PyResult<Vec<_>>>()?;
    let supply = classes.getattr("Supply")?;
    let supplies = |of: &[Supply]| {
        let one = |own: &Supply| {
            let counts = (own.challenges, own.unanswered, own.solutions, own.implemented);
            supply.call1((&own.name, counts.0, counts.1, counts.2, counts.3))
        };
        of.iter().map(one).collect::<PyResult<Vec<_>>>()
    };
    let (themes, goals, countries) =
        (supplies(&found.themes)?, supplies(&found.goals)?, supplies(&found.countries)?);
    let counts = (found.challenges, found.answered);
    classes.getattr("Gaps")?.call1((counts.0, counts.1, all, themes, goals, countries))
}
