//! Encoders: the built-in one, and those that Python brings.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use citymatch::{
    Language,
    encoder::{Calibration, EncodeError, StaticEncoder, Vector, vectors},
};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyMapping, PyMemoryView, PyString, PyType};

use crate::convert::{Reduced, option_number, option_text, option_whole, shown};
use crate::error::{wrong_option, wrong_vectors};
use crate::options::language_codes;

/// Turns texts into vectors: a model of your own in place of the built-in one.
///
/// A catalogue stores its encoder's name and size. Vectors are compared by their direction, so
/// their lengths do not matter. An encoder is pickled with its catalogues, matchers and results if
/// its callable can be pickled, as functions of a module can and lambdas cannot.
///
/// Parameters
/// ----------
/// name
///     The name that catalogues store. Encoders that give other vectors have other names.
/// size
///     How many numbers a vector has.
/// callable
///     Takes a list of texts and returns one row of `size` finite numbers for each: an array of
///     numpy or of any other library that hands over a buffer or has ``tolist``, or lists. A text's
///     row does not depend on the texts beside it. It is called from several threads. An exception
///     that it raises comes out of the call that needed the vectors.
/// means
///     The mean vector of each language that has one: ``{"es": […], "pt": […]}``.
/// related_factor, meaning_factor
///     How much more `related` and `meaning` show within one language than across two, for the same
///     text; 0 or more.
/// subject_weight
///     How much `subject` counts, 0 or more. 0 leaves it out, for an encoder whose cosines of
///     unrelated texts are far from 0.
/// slope, midpoint, long_midpoint
///     How fast the score rises, 0 or more, and the evidence at which it is a half: for a question
///     of up to 12 content words, and for a challenge of 48 or more. The last one is by default as
///     far from `midpoint` as that of the built-in encoder.
/// answer_threshold
///     The answer score below which nothing answers, 0 or more.
///
/// The defaults of all but the means are those of the built-in encoder; `calibrate` derives them
/// for another one. Catalogues keep vectors without the means, so an encoder with other means is
/// another encoder, with another name.
///
/// Raises
/// ------
/// InvalidOptionError
///     If an argument is wrong.
///
/// Examples
/// --------
/// >>> import citymatch as cm
/// >>> def vowels(texts):
/// ...     return [[text.count(vowel) for vowel in "aeiou"] for text in texts]
/// >>> catalogue = cm.Catalogue.create(encoder=cm.Encoder("vowels-1", 5, vowels))
/// >>> catalogue.add([{"id": "s1", "title": "Rain gardens"}]).added
/// 1
/// >>> catalogue.encoder.name, catalogue.encoder.size
/// ('vowels-1', 5)
#[pyclass(frozen, module = "citymatch")]
pub(crate) struct Encoder {
    core: Arc<dyn citymatch::encoder::Encoder>,
    /// None: the built-in one.
    callable: Option<Py<PyAny>>,
}

impl Encoder {
    pub(crate) fn core(&self) -> Arc<dyn citymatch::encoder::Encoder> {
        Arc::clone(&self.core)
    }

    pub(crate) fn builtin(py: Python<'_>) -> PyResult<Py<Self>> {
        Py::new(py, Self { core: Arc::new(StaticEncoder::builtin()), callable: None })
    }
}

#[pymethods]
impl Encoder {
    #[new]
    #[pyo3(signature = (
        name, size, callable, *, means = None, related_factor = None, meaning_factor = None,
        subject_weight = None, slope = None, midpoint = None,
        long_midpoint = None, answer_threshold = None
    ))]
    #[allow(clippy::too_many_arguments, reason = "they have names in Python")]
    fn new(
        name: &Bound<'_, PyAny>,
        size: &Bound<'_, PyAny>,
        callable: &Bound<'_, PyAny>,
        means: Option<&Bound<'_, PyAny>>,
        related_factor: Option<&Bound<'_, PyAny>>,
        meaning_factor: Option<&Bound<'_, PyAny>>,
        subject_weight: Option<&Bound<'_, PyAny>>,
        slope: Option<&Bound<'_, PyAny>>,
        midpoint: Option<&Bound<'_, PyAny>>,
        long_midpoint: Option<&Bound<'_, PyAny>>,
        answer_threshold: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let (name, size) = (option_text(name, "name")?, option_whole(size, "size")?);
        if name.trim().is_empty() {
            return Err(wrong_option("name", &name, "a text"));
        }
        if !callable.is_callable() {
            return Err(wrong_option(
                "callable",
                &shown(callable),
                "a callable that takes a list of texts",
            ));
        }
        let mut calibration = Calibration::BUILTIN;
        let factors = [
            ("related_factor", related_factor, &mut calibration.related_factor),
            ("meaning_factor", meaning_factor, &mut calibration.meaning_factor),
            ("subject_weight", subject_weight, &mut calibration.subject_weight),
            ("slope", slope, &mut calibration.slope),
            ("answer_threshold", answer_threshold, &mut calibration.answer_threshold),
        ];
        for (name, given, value) in factors {
            if let Some(given) = given {
                *value = option_number(given, name, 0.0)?;
            }
        }
        if let Some(midpoint) = midpoint {
            // Unless it is given too, the other one stays as far away.
            let shift = calibration.midpoint - calibration.long_midpoint;
            calibration.midpoint = option_number(midpoint, "midpoint", f64::NEG_INFINITY)?;
            calibration.long_midpoint = calibration.midpoint - shift;
        }
        if let Some(midpoint) = long_midpoint {
            calibration.long_midpoint =
                option_number(midpoint, "long_midpoint", f64::NEG_INFINITY)?;
        }
        if let Some(means) = means {
            let expected = format!("a mapping of {} to {size} finite numbers", language_codes());
            let mapping = means
                .cast::<PyMapping>()
                .map_err(|_| wrong_option("means", &shown(means), &expected))?;
            for pair in mapping.items()? {
                let (language, mean): (Bound<'_, PyAny>, Bound<'_, PyAny>) = pair.extract()?;
                let known = language
                    .cast::<PyString>()
                    .ok()
                    .and_then(|name| name.to_str().ok()?.parse::<Language>().ok());
                let known =
                    known.ok_or_else(|| wrong_option("means", &shown(&language), &expected))?;
                let mean = numbers(&mean).ok().filter(|mean| {
                    mean.len() == size && mean.iter().all(|value| value.is_finite())
                });
                let mean = mean.ok_or_else(|| {
                    wrong_option(&format!("means.{known}"), "…", &format!("{size} finite numbers"))
                })?;
                calibration.means.insert(known.name().to_owned(), mean);
            }
        }
        let core =
            Arc::new(Called { name, size, callable: callable.clone().unbind(), calibration });
        Ok(Self { core, callable: Some(callable.clone().unbind()) })
    }

    #[classmethod]
    fn _builtin(cls: &Bound<'_, PyType>) -> PyResult<Py<Self>> {
        Self::builtin(cls.py())
    }

    #[classmethod]
    fn _restore<'py>(
        cls: &Bound<'py, PyType>,
        name: String,
        size: usize,
        callable: Bound<'py, PyAny>,
        options: Bound<'py, PyDict>,
    ) -> PyResult<Bound<'py, PyAny>> {
        cls.call((name, size, callable), Some(&options))
    }

    /// The name that catalogues store.
    #[getter]
    fn name(&self) -> &str {
        self.core.name()
    }

    /// How many numbers a vector has.
    #[getter]
    fn size(&self) -> usize {
        self.core.size()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("Encoder({}, {})", PyString::new(py, self.name()).repr()?, self.size()))
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> Reduced<'py, Bound<'py, PyAny>> {
        let (py, encoder) = (slf.py(), slf.get());
        let Some(callable) = &encoder.callable else {
            return Ok((slf.get_type().getattr("_builtin")?, ().into_pyobject(py)?.into_any()));
        };
        let options = constants(py, encoder.core.calibration())?;
        let arguments = (encoder.name(), encoder.size(), callable, options);
        Ok((slf.get_type().getattr("_restore")?, arguments.into_pyobject(py)?.into_any()))
    }
}

/// A calibration as the keyword arguments of an `Encoder`.
pub(crate) fn constants<'py>(
    py: Python<'py>,
    calibration: &Calibration,
) -> PyResult<Bound<'py, PyDict>> {
    let Calibration {
        means,
        related_factor,
        meaning_factor,
        subject_weight,
        slope,
        midpoint,
        long_midpoint,
        answer_threshold,
    } = calibration;
    let options = PyDict::new(py);
    options.set_item("means", means)?;
    options.set_item("related_factor", related_factor)?;
    options.set_item("meaning_factor", meaning_factor)?;
    options.set_item("subject_weight", subject_weight)?;
    options.set_item("slope", slope)?;
    options.set_item("midpoint", midpoint)?;
    options.set_item("long_midpoint", long_midpoint)?;
    options.set_item("answer_threshold", answer_threshold)?;
    Ok(options)
}

/// An encoder that is a Python callable.
struct Called {
    name: String,
    size: usize,
    callable: Py<PyAny>,
    calibration: Calibration,
}

/// Whether Python has come to its end. Held for reading while a callable is called, from whichever
/// thread: the end waits for it, and no thread waits for an interpreter that is gone.
static ENDED: RwLock<bool> = RwLock::new(false);

/// Python is about to end.
#[pyfunction]
pub(crate) fn end(py: Python<'_>) {
    py.detach(|| *ENDED.write().unwrap_or_else(PoisonError::into_inner) = true);
}

impl citymatch::encoder::Encoder for Called {
    fn name(&self) -> &str {
        &self.name
    }

    fn size(&self) -> usize {
        self.size
    }

    fn encode(&self, texts: &[&str]) -> Result<Vec<Vector>, EncodeError> {
        if texts.is_empty() {
            return Ok(Vec::new());
        }
        let ended = ENDED.read().unwrap_or_else(PoisonError::into_inner);
        let called = if *ended { None } else { Python::try_attach(|py| self.call(py, texts)) };
        let rows = called
            .ok_or_else(|| EncodeError::Failed("Python has ended".into()))?
            .map_err(failed)?;
        vectors(rows, texts.len(), self.size).map_err(|error| {
            let (found, expected) = match error {
                EncodeError::Count { expected, found } => {
                    (format!("{found} rows"), format!("{expected}, one for each text"))
                }
                EncodeError::Size { expected, found } => {
                    (format!("a row of {found} numbers"), format!("rows of {expected}"))
                }
                _ => ("a number that is infinite or NaN".to_owned(), "finite numbers".to_owned()),
            };
            failed(wrong_vectors(&self.name, found, expected))
        })
    }

    fn calibration(&self) -> &Calibration {
        &self.calibration
    }
}

impl Called {
    fn call(&self, py: Python<'_>, texts: &[&str]) -> PyResult<Vec<Vec<f32>>> {
        let result = self.callable.bind(py).call1((PyList::new(py, texts)?,))?;
        rows(&result).map_err(|error| {
            if !error.is_instance_of::<PyTypeError>(py) && !error.is_instance_of::<PyValueError>(py)
            {
                return error;
            }
            let expected = format!("{} rows of {} numbers", texts.len(), self.size);
            let wrong = wrong_vectors(&self.name, shown(&result), expected);
            wrong.set_cause(py, Some(error));
            wrong
        })
    }
}

/// The rows of what a callable returned.
fn rows(object: &Bound<'_, PyAny>) -> PyResult<Vec<Vec<f32>>> {
    if let Some((shape, values)) = buffer(object)?
        && let [count, size] = shape[..]
    {
        return Ok((0..count).map(|row| values[row * size..][..size].to_vec()).collect());
    }
    plain(object)?.try_iter()?.map(|row| numbers(&row?)).collect()
}

/// The numbers of one row.
fn numbers(object: &Bound<'_, PyAny>) -> PyResult<Vec<f32>> {
    match buffer(object)? {
        Some((shape, values)) if shape.len() == 1 => Ok(values),
        _ => plain(object)?.try_iter()?.map(|value| value?.extract().map(narrow)).collect(),
    }
}

/// The shape and the values of an array of floats, in the order of its rows; none for what is none.
fn buffer(object: &Bound<'_, PyAny>) -> PyResult<Option<(Vec<usize>, Vec<f32>)>> {
    let Ok(view) = PyMemoryView::from(object) else { return Ok(None) };
    let format: String = view.getattr("format")?.extract()?;
    if format != "f" && format != "d" {
        return Ok(None);
    }
    let shape: Vec<usize> = view.getattr("shape")?.extract()?;
    let bytes = view.call_method0("tobytes")?;
    let bytes = bytes.cast::<PyBytes>()?.as_bytes();
    let values = if format == "f" {
        bytes.as_chunks().0.iter().map(|value| f32::from_ne_bytes(*value)).collect()
    } else {
        bytes.as_chunks().0.iter().map(|value| narrow(f64::from_ne_bytes(*value))).collect()
    };
    Ok(Some((shape, values)))
}

/// What arrays become that are no buffers of floats.
fn plain<'py>(object: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    if object.hasattr("tolist")? { object.call_method0("tolist") } else { Ok(object.clone()) }
}

#[allow(
    clippy::cast_possible_truncation,
    reason = "vectors are of f32; what is beyond becomes infinite, and is refused"
)]
fn narrow(value: f64) -> f32 {
    value as f32
}

/// A Python exception on its way through the core.
struct Raised(Mutex<Option<PyErr>>);

fn failed(error: PyErr) -> EncodeError {
    EncodeError::Failed(Box::new(Raised(Mutex::new(Some(error)))))
}

/// The exception that stopped an encoder, if one did.
pub(crate) fn taken(error: &(dyn std::error::Error + 'static)) -> Option<PyErr> {
    let Some(EncodeError::Failed(source)) = error.downcast_ref() else { return None };
    source.downcast_ref::<Raised>()?.0.lock().unwrap_or_else(PoisonError::into_inner).take()
}

// Not the exception's own words: those need the interpreter.
impl fmt::Display for Raised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the encoder raised an exception")
    }
}

impl fmt::Debug for Raised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Raised {}
