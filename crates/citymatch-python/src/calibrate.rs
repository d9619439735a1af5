//! The constants of the score for an encoder.

use citymatch::{
    SolutionId,
    calibrate::{Calibrator, Example},
};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyInt, PyMapping, PyString};

use crate::convert::{Unfit, id, option_number, shown};
use crate::encoder::{Encoder, constants};
use crate::error::{enter, wrong_option, wrong_row};
use crate::record::challenge_of;
use crate::rows::{given, words};

/// Derive the constants of the score for an encoder, from questions in two languages and the
/// solutions that answer them.
///
/// The factors tell how much more of an answer shows within one language than across two. The
/// logistic and `answer_threshold` separate questions with their answers from the same questions
/// with their answers removed. The same text gives the same constants. They are as good as the
/// text: some hundred examples, among solutions like those to come in number and length.
///
/// Parameters
/// ----------
/// encoder
///     The encoder. The constants that it has already are not used.
/// solutions
///     The solutions that answer, and any number of others; in any form that `Catalogue.add` takes.
/// examples
///     Mappings of ``ask``, a `Challenge`, a mapping of its fields or a question; ``answers``, the
///     ids of the solutions that answer it; and, in at least 10 of them, ``translation``, the same
///     question in another language. Languages are declared, or detected in texts of 5 words or
///     more.
/// means
///     Whether to derive each language's mean vector too, for `Encoder` to subtract. It helps
///     contextual models, whose cosines lie close together; it did not help the built-in encoder.
///     It takes 20 texts (sentences, and whole texts) in each language that occurs. A language that
///     does not occur gets no mean, so let every language occur that will be matched.
/// related_factor, meaning_factor
///     Factors to take instead of those that the examples show, where examples that were held back
///     show better ones.
///
/// Returns
/// -------
/// dict
///     The keyword arguments of an `Encoder`: ``means``, ``related_factor``, ``meaning_factor``,
///     ``subject_weight``, ``slope``, ``midpoint``, ``long_midpoint``, ``answer_threshold``.
///
/// Raises
/// ------
/// InvalidOptionError
///     If the text is not enough: too few examples or texts, unknown languages or answers, no
///     solutions beside the answers, or answers that do not stand out.
/// InvalidDataError
///     If a record is wrong.
///
/// Examples
/// --------
/// >>> import citymatch as cm
/// >>> needs = {
/// ...     "inundaciones": "alagamentos", "residuos": "resíduos", "incendios": "incêndios",
/// ...     "ruido": "ruído", "sequía": "seca", "empleo": "emprego", "vivienda": "moradia",
/// ...     "transporte": "transporte", "energía": "energia", "salud": "saúde",
/// ... }
/// >>> solutions = [
/// ...     {"id": need, "title": f"Un plan barrial de {need}", "language": "es"} for need in needs
/// ... ]
/// >>> spanish, portuguese = "¿Cómo trabajar el tema de {}?", "Como trabalhar o tema de {}?"
/// >>> examples = [
/// ...     {
/// ...         "ask": {"question": spanish.format(es), "language": "es"},
/// ...         "translation": {"question": portuguese.format(pt), "language": "pt"},
/// ...         "answers": [es],
/// ...     }
/// ...     for es, pt in needs.items()
/// ... ]
/// >>> constants = cm.calibrate(cm.Catalogue.create().encoder, solutions, examples)
/// >>> constants["related_factor"] > 1, sorted(constants)
/// (True, ['answer_threshold', 'long_midpoint', 'meaning_factor', 'means', 'midpoint', 'related_factor', 'slope', 'subject_weight'])
#[pyfunction]
#[pyo3(signature = (
    encoder, solutions, examples, *, means = false, related_factor = None, meaning_factor = None
))]
pub(crate) fn calibrate<'py>(
    encoder: &Bound<'py, Encoder>,
    solutions: &Bound<'py, PyAny>,
    examples: &Bound<'py, PyAny>,
    means: bool,
    related_factor: Option<&Bound<'py, PyAny>>,
    meaning_factor: Option<&Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyDict>> {
    let py = encoder.py();
    let rows = given::<citymatch::Solution>(solutions, &words(), false)?.rows;
    let solutions = rows
        .into_iter()
        .map(|row| row.record.map_err(|problem| wrong_row(row.location, problem)))
        .collect::<PyResult<Vec<_>>>()?;
    let mut read = Vec::new();
    for (number, object) in examples.try_iter()?.enumerate() {
        read.push(example(&object?, number)?);
    }
    let mut calibrator = Calibrator::new(encoder.get().core()).means(means);
    if let Some(factor) = related_factor {
        calibrator = calibrator.related_factor(option_number(factor, "related_factor", 0.0)?);
    }
    if let Some(factor) = meaning_factor {
        calibrator = calibrator.meaning_factor(option_number(factor, "meaning_factor", 0.0)?);
    }
    constants(py, &enter(py, || calibrator.fit(&solutions, &read))?)
}

fn example(object: &Bound<'_, PyAny>, number: usize) -> PyResult<Example> {
    let at = format!("examples[{number}]");
    let Ok(fields) = object.cast::<PyMapping>() else {
        return Err(wrong_option(
            &at,
            &shown(object),
            "a mapping with `ask`, `answers` and `translation`",
        ));
    };
    let mut parts = [None, None, None];
    for pair in fields.items()? {
        let (name, value): (Bound<'_, PyAny>, Bound<'_, PyAny>) = pair.extract()?;
        let name = shown(&name);
        let Some(place) = ["ask", "answers", "translation"].iter().position(|known| *known == name)
        else {
            return Err(wrong_option(&at, &name, "only `ask`, `answers` and `translation`"));
        };
        parts[place] = Some(value).filter(|value| !value.is_none());
    }
    let [ask, answers, translation] = parts;
    let (Some(ask), Some(answers)) = (ask, answers) else {
        return Err(wrong_option(&at, "…", "a mapping with `ask` and `answers`"));
    };
    // One id is a list of one.
    let answers = if answers.is_instance_of::<PyString>() || answers.is_instance_of::<PyInt>() {
        vec![id(&answers, "answers").map_err(Unfit::raise)?]
    } else {
        let ids = answers.try_iter().map_err(|_| {
            wrong_option(&format!("{at}.answers"), &shown(&answers), "ids of solutions")
        })?;
        ids.map(|answer| id(&answer?, "answers").map_err(Unfit::raise)).collect::<PyResult<_>>()?
    };
    let example =
        Example::new(challenge_of(&ask, None)?, answers.into_iter().map(SolutionId::from));
    Ok(match translation {
        Some(translation) => example.translation(challenge_of(&translation, None)?),
        None => example,
    })
}
