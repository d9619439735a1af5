//! How a text is analysed, for those who want to see it.

use citymatch::text::language_of;
use citymatch::{Challenge, Language, record::FieldError};
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::convert::{Unfit, shown, text};
use crate::error::{enter, wrong_option};
use crate::options::language_codes;

/// Detect the language of a text: ``es``, ``pt``, ``en``, or ``None`` for any other.
///
/// A text of few words is often taken for another language.
///
/// Examples
/// --------
/// >>> import citymatch as cm
/// >>> texts = ["¿Cómo evitar que se inunden las calles?", "Строительство домов"]
/// >>> [cm.detect_language(text) for text in texts]
/// ['es', None]
#[pyfunction]
#[pyo3(name = "detect_language")]
pub(crate) fn detect_language(
    py: Python<'_>,
    text: &Bound<'_, PyAny>,
) -> PyResult<Option<&'static str>> {
    let text = whole(text)?;
    Ok(enter(py, || Ok(detected(text)))?.map(Language::name))
}

/// Cut a text into the terms that are compared: content words, stemmed, without accents.
///
/// Parameters
/// ----------
/// text
///     The text.
/// language
///     ``es``, ``pt`` or ``en``; by default the text's own, as it is detected. A text without a
///     language is not stemmed, and keeps its stop words.
///
/// Returns
/// -------
/// list[str]
///     The terms in their order, with repetitions.
///
/// Raises
/// ------
/// InvalidOptionError
///     If the language is another one.
///
/// Examples
/// --------
/// >>> import citymatch as cm
/// >>> cm.terms("As inundações e os alagamentos", "pt")
/// ['inund', 'alag']
#[pyfunction]
#[pyo3(signature = (text, language = None))]
pub(crate) fn terms(
    py: Python<'_>,
    text: &Bound<'_, PyAny>,
    language: Option<&Bound<'_, PyAny>>,
) -> PyResult<Vec<String>> {
    let text = whole(text)?;
    let language = language.map(named).transpose()?;
    enter(py, || {
        let language = language.or_else(|| detected(text.clone()));
        Ok(citymatch::text::terms(&text, language).into_iter().map(|term| term.text).collect())
    })
}

fn detected(text: String) -> Option<Language> {
    language_of(&Challenge::from_text(text)).map(|(language, _)| language)
}

/// The language that a caller names.
pub(crate) fn named(language: &Bound<'_, PyAny>) -> PyResult<Language> {
    let name = language.cast::<PyString>().ok().and_then(|name| name.to_str().ok());
    name.and_then(|name| name.parse().ok()).ok_or_else(|| {
        wrong_option("language", &shown(language), &format!("one of {}", language_codes()))
    })
}

fn whole(value: &Bound<'_, PyAny>) -> PyResult<String> {
    let Ok(value) = value.cast::<PyString>() else {
        return Err(Unfit::from(FieldError::new("text", shown(value), "a text")).raise());
    };
    text(value, "text").map_err(|problem| Unfit::from(problem).raise())
}
