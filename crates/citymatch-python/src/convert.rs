//! Values between Python and JSON: broad in, exact out.

use citymatch::record::FieldError;
use citymatch_files::values::{date_text, finite_number};
use pyo3::prelude::*;
use pyo3::types::{
    PyBool, PyDict, PyFloat, PyFrozenSet, PyInt, PyList, PyMapping, PySet, PyString, PyTuple,
};
use serde_json::{Map, Value as Json};

use crate::eligibility::Eligibility;
use crate::error::wrong_option;

/// How deep values may be nested: less than what a JSON parser takes, so that what is stored can be
/// read.
const DEPTH: usize = 32;

/// Why a Python value cannot be taken.
pub(crate) enum Unfit {
    /// It is wrong: a row with it is rejected.
    Wrong(FieldError),
    /// Python raised while it was looked at: this ends the call.
    Raised(PyErr),
}

impl From<FieldError> for Unfit {
    fn from(problem: FieldError) -> Self {
        Self::Wrong(problem)
    }
}

impl From<PyErr> for Unfit {
    fn from(error: PyErr) -> Self {
        Self::Raised(error)
    }
}

/// What `__reduce__` gives: what makes the object again, and its arguments.
pub(crate) type Reduced<'py, T> = PyResult<(Bound<'py, PyAny>, T)>;

/// The mapping that a value is, if it is one.
///
/// Whether an object of another class than `dict` is one is asked by code in Python, where a pending
/// Ctrl-C would be raised, and lost: so it is raised here.
pub(crate) fn mapping<'a, 'py>(
    value: &'a Bound<'py, PyAny>,
) -> PyResult<Option<&'a Bound<'py, PyMapping>>> {
    if !value.is_instance_of::<PyDict>() {
        value.py().check_signals()?;
    }
    Ok(value.cast::<PyMapping>().ok())
}

/// A Python value as JSON; `at` is its field. `None`, NaN and their relatives are `null`.
pub(crate) fn json(value: &Bound<'_, PyAny>, at: &str) -> Result<Json, Unfit> {
    read(value, at, 0)
}

fn read(value: &Bound<'_, PyAny>, at: &str, depth: usize) -> Result<Json, Unfit> {
    if depth > DEPTH {
        return Err(
            FieldError::new(at, "…", format!("values nested no deeper than {DEPTH}")).into()
        );
    }
    if value.is_none() {
        Ok(Json::Null)
    } else if let Ok(value) = value.cast::<PyString>() {
        Ok(Json::String(text(value, at)?))
    } else if let Ok(flag) = value.cast::<PyBool>() {
        Ok(Json::Bool(flag.is_true()))
    } else if value.is_instance_of::<PyInt>() {
        whole(value, at)
    } else if let Ok(number) = value.cast::<PyFloat>() {
        Ok(finite_number(number.value(), at)?)
    } else if let Ok(rules) = value.cast::<Eligibility>() {
        Ok(rules.get().0.to_json())
    } else if value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>() {
        list(value, at, depth)
    } else if value.is_instance_of::<PySet>() || value.is_instance_of::<PyFrozenSet>() {
        let mut items = list(value, at, depth)?;
        // A set has no order; ours is always the same.
        if let Json::Array(items) = &mut items {
            items.sort_by_cached_key(Json::to_string);
        }
        Ok(items)
    } else if let Some(mapping) = mapping(value)? {
        object(mapping, at, depth).map(Json::Object)
    } else {
        other(value, at, depth)
    }
}

fn list(value: &Bound<'_, PyAny>, at: &str, depth: usize) -> Result<Json, Unfit> {
    let mut items = Vec::new();
    for (index, item) in value.try_iter()?.enumerate() {
        items.push(read(&item?, &format!("{at}[{index}]"), depth + 1)?);
    }
    Ok(Json::Array(items))
}

fn object(
    mapping: &Bound<'_, PyMapping>,
    at: &str,
    depth: usize,
) -> Result<Map<String, Json>, Unfit> {
    let mut fields = Map::new();
    for pair in mapping.items()? {
        let (name, value): (Bound<'_, PyAny>, Bound<'_, PyAny>) = pair.extract()?;
        let Ok(name) = name.cast::<PyString>() else {
            return Err(FieldError::new(
                if at.is_empty() { "record" } else { at },
                shown(&name),
                "names that are text",
            )
            .into());
        };
        let name = text(name, if at.is_empty() { "record" } else { at })?;
        let at = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
        fields.insert(name, read(&value, &at, depth + 1)?);
    }
    Ok(fields)
}

/// What numpy, pandas, pyarrow, polars and the standard library have beside Python's own types.
fn other(value: &Bound<'_, PyAny>, at: &str, depth: usize) -> Result<Json, Unfit> {
    let kind = value.get_type().name()?;
    if matches!(&*kind.to_string_lossy(), "NAType" | "NaTType") {
        return Ok(Json::Null);
    }
    for plain in ["tolist", "to_list", "as_py"] {
        if value.hasattr(plain)? {
            return read(&value.call_method0(plain)?, at, depth + 1);
        }
    }
    if value.hasattr("isoformat")? {
        let iso: String = value.call_method0("isoformat")?.extract()?;
        return Ok(Json::String(date_text(&iso).to_owned()));
    }
    if value.hasattr("__index__")? {
        return whole(&value.call_method0("__index__")?, at);
    }
    if value.hasattr("__float__")? {
        return Ok(finite_number(value.call_method0("__float__")?.extract()?, at)?);
    }
    Err(FieldError::new(at, shown(value), "a text, a number, a list or a mapping").into())
}

fn whole(value: &Bound<'_, PyAny>, at: &str) -> Result<Json, Unfit> {
    if let Ok(number) = value.extract::<i64>() {
        return Ok(Json::from(number));
    }
    if let Ok(number) = value.extract::<u64>() {
        return Ok(Json::from(number));
    }
    // JSON's numbers end here; an id may still be this text.
    let text = value.str().map_err(|_| FieldError::new(at, "…", "a number of fewer digits"))?;
    Ok(Json::String(text.to_string_lossy().into_owned()))
}

/// A Python text as ours, which cannot hold half a character.
pub(crate) fn text(value: &Bound<'_, PyString>, at: &str) -> Result<String, FieldError> {
    value
        .to_str()
        .map(str::to_owned)
        .map_err(|_| FieldError::new(at, value.to_string_lossy(), "text without lone surrogates"))
}

/// An id that is asked for: a text, or an integer, which is its decimal text.
pub(crate) fn id(value: &Bound<'_, PyAny>, at: &str) -> Result<String, Unfit> {
    match json(value, at)? {
        Json::String(id) => Ok(id),
        Json::Number(id) if !id.is_f64() => Ok(id.to_string()),
        _ => Err(FieldError::new(at, shown(value), "a text or an integer").into()),
    }
}

/// A whole number of an option, 1 or more.
pub(crate) fn option_whole(value: &Bound<'_, PyAny>, name: &str) -> PyResult<usize> {
    let whole = if value.is_instance_of::<PyBool>() { None } else { value.extract::<usize>().ok() };
    whole
        .filter(|whole| *whole > 0)
        .ok_or_else(|| wrong_option(name, &shown(value), "a whole number, 1 or more"))
}

/// A finite number of an option, `least` or more.
pub(crate) fn option_number(value: &Bound<'_, PyAny>, name: &str, least: f64) -> PyResult<f64> {
    let number = if value.is_instance_of::<PyBool>() { None } else { value.extract::<f64>().ok() };
    let expected = if least.is_finite() {
        format!("a finite number, {least} or more")
    } else {
        "a finite number".to_owned()
    };
    number
        .filter(|number| number.is_finite() && *number >= least)
        .ok_or_else(|| wrong_option(name, &shown(value), &expected))
}

/// A text of an option.
pub(crate) fn option_text(value: &Bound<'_, PyAny>, name: &str) -> PyResult<String> {
    let text = value.cast::<PyString>().ok().and_then(|text| text.to_str().ok()).map(str::to_owned);
    text.ok_or_else(|| wrong_option(name, &shown(value), "a text"))
}

/// A value as a message names it: texts and numbers themselves, other things by their type.
pub(crate) fn shown(value: &Bound<'_, PyAny>) -> String {
    let plain = value.is_none()
        || value.is_instance_of::<PyString>()
        || value.is_instance_of::<PyInt>()
        || value.is_instance_of::<PyFloat>();
    let text = if plain { value.str() } else { value.get_type().name() };
    text.map_or_else(|_| "…".to_owned(), |text| text.to_string_lossy().into_owned())
}

/// JSON as Python's own types.
pub(crate) fn python<'py>(py: Python<'py>, json: &Json) -> PyResult<Bound<'py, PyAny>> {
    Ok(match json {
        Json::Null => py.None().into_bound(py),
        Json::Bool(flag) => PyBool::new(py, *flag).to_owned().into_any(),
        Json::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(whole), _) => whole.into_pyobject(py)?.into_any(),
            (None, Some(whole)) => whole.into_pyobject(py)?.into_any(),
            (None, None) => number.as_f64().into_pyobject(py)?.into_any(),
        },
        Json::String(text) => PyString::new(py, text).into_any(),
        Json::Array(items) => {
            let items: Vec<_> =
                items.iter().map(|item| python(py, item)).collect::<PyResult<_>>()?;
            PyList::new(py, items)?.into_any()
        }
        Json::Object(fields) => object_as_dict(py, fields)?.into_any(),
    })
}

pub(crate) fn object_as_dict<'py>(
    py: Python<'py>,
    fields: &Map<String, Json>,
) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    for (name, value) in fields {
        dict.set_item(name, python(py, value)?)?;
    }
    Ok(dict)
}
