//! The Sustainable Development Goals that a record speaks of.

use citymatch::goals::{GoalSuggester, GoalSuggestion};
use citymatch::{Challenge, Solution};
use pyo3::prelude::*;
use pyo3::types::PyMapping;

use crate::convert::{Unfit, option_number, option_whole};
use crate::error::{enter, wrong_option};
use crate::options::language_option;
use crate::record::{Wrapped, challenge_of, clear_record};

/// The text fields that a solution has and a challenge has not.
const OF_SOLUTIONS: [&str; 3] = ["summary", "description", "impact"];

/// Suggest the Sustainable Development Goals that a record speaks of.
///
/// The record's text is compared with what the United Nations say officially of the 17 goals and
/// their targets. These are suggestions, for a person to decide: nothing is written into the
/// record, and its own ``sdgs`` make no difference.
///
/// Parameters
/// ----------
/// record
///     A `Solution`, a `Challenge`, a mapping of the fields of one, or a text. A mapping with a
///     ``summary``, a ``description`` or an ``impact`` is a solution.
/// limit
///     The most suggestions, 1 or more; by default all that are sure enough, about two for a
///     paragraph on development.
/// least_score
///     The least score of a suggestion, from 0 to 1; 0 gives all 17 goals in their order.
/// language
///     The language of a record that is a text; by default it is found.
/// official_language
///     The language of the official texts. By default it is the record's own, which finds most;
///     where that is not known, the one whose texts are nearest.
///
/// Returns
/// -------
/// list[GoalSuggestion]
///     The surest first; often empty.
///
/// Raises
/// ------
/// InvalidDataError
///     If a value of the record is wrong, or the text empty.
/// InvalidOptionError
///     If the limit is below 1, the least score not from 0 to 1 or a language unknown, or if there
///     is a `language` for a record that is no text.
///
/// Examples
/// --------
/// >>> import citymatch as cm
/// >>> text = "Retienen la lluvia. ¿Cómo llevar agua potable a todas las familias del barrio?"
/// >>> found = cm.suggest_goals(text)[0]
/// >>> found.goal, found.target, found.sentence
/// (6, '6.1', '¿Cómo llevar agua potable a todas las familias del barrio?')
#[pyfunction]
#[pyo3(
    signature = (
        record, *, limit = None, least_score = None, language = None, official_language = None
    ),
    text_signature = "(record, *, limit=None, least_score=0.5, language=None, \
                      official_language=None)"
)]
pub(crate) fn suggest_goals<'py>(
    record: &Bound<'py, PyAny>,
    limit: Option<&Bound<'py, PyAny>>,
    least_score: Option<&Bound<'py, PyAny>>,
    language: Option<&Bound<'py, PyAny>>,
    official_language: Option<&Bound<'py, PyAny>>,
) -> PyResult<Vec<Bound<'py, PyAny>>> {
    let py = record.py();
    let mut suggester = GoalSuggester::new();
    if let Some(limit) = limit {
        suggester = suggester.limit(option_whole(limit, "limit")?);
    }
    if let Some(least) = least_score {
        suggester = suggester.least_score(option_number(least, "least_score", 0.0)?);
    }
    if let Some(official) = official_language {
        suggester = suggester.official_language(language_option(official)?);
    }
    let found = if is_solution(record)? {
        if language.is_some() {
            let expected = "none: the record is no text, and has a language of its own";
            return Err(wrong_option("language", "given", expected));
        }
        let solution = clear_record::<Solution>(record).map_err(Unfit::raise)?;
        enter(py, || suggester.suggest(&solution))?
    } else {
        let challenge: Challenge = challenge_of(record, language)?;
        enter(py, || suggester.suggest(&challenge))?
    };
    let class = py.import("citymatch.goals")?.getattr("GoalSuggestion")?;
    found.into_iter().map(|own| object(&class, own)).collect()
}

fn is_solution(record: &Bound<'_, PyAny>) -> PyResult<bool> {
    if let Ok(fields) = record.cast::<PyMapping>() {
        for field in OF_SOLUTIONS {
            if fields.contains(field)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    Ok(Solution::of_object(record).is_some())
}

fn object<'py>(class: &Bound<'py, PyAny>, own: GoalSuggestion) -> PyResult<Bound<'py, PyAny>> {
    let name = own.goal.name(own.language);
    class.call1((
        own.goal.number(),
        name,
        own.score,
        own.sentence,
        own.target.to_string(),
        own.official_text,
        own.language.name(),
    ))
}
