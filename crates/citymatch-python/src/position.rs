//! Positions in results, as lists have them: from the end too, and slices.

use pyo3::exceptions::{PyIndexError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyList, PySlice};

/// The item at a position, or the list of those in a slice.
pub(crate) fn item<'py>(
    index: &Bound<'py, PyAny>,
    length: usize,
    at: impl Fn(usize) -> PyResult<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    if let Ok(slice) = index.cast::<PySlice>() {
        let all = PyList::new(index.py(), 0..length)?;
        let chosen: Vec<usize> = all.as_any().get_item(slice)?.extract()?;
        let items: Vec<_> = chosen.into_iter().map(at).collect::<PyResult<_>>()?;
        return Ok(PyList::new(index.py(), items)?.into_any());
    }
    position(index, length).and_then(at)
}

/// A position from the start, for one that may be counted from the end.
pub(crate) fn position(index: &Bound<'_, PyAny>, length: usize) -> PyResult<usize> {
    let out = || PyIndexError::new_err(format!("position {index} of {length}"));
    if !index.hasattr("__index__")? {
        return Err(PyTypeError::new_err(format!(
            "a position is an integer or a slice, not `{}`",
            index.get_type().name()?
        )));
    }
    let from: isize = index.extract().map_err(|_| out())?;
    let from =
        if from < 0 { length.checked_sub(from.unsigned_abs()) } else { usize::try_from(from).ok() };
    from.filter(|position| *position < length).ok_or_else(out)
}
