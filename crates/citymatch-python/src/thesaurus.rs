//! The thesaurus of a matcher, from a file or from a program's own rows.

use std::sync::Arc;

use citymatch::thesaurus::{ThemeRow, Thesaurus};
use citymatch_files::read_thesaurus;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString};

use crate::convert::{Unfit, json, python, shown};
use crate::error::{raised, wrong_option};
use crate::path::local;

/// A thesaurus from the path of a file, or from a list of mappings.
pub(crate) fn thesaurus_of(value: &Bound<'_, PyAny>) -> PyResult<Arc<Thesaurus>> {
    let expected =
        "the path of a file, or a list of mappings with `theme`, `broader`, `es`, `pt`, `en`";
    let wrong = || wrong_option("thesaurus", &shown(value), expected);
    if value.is_instance_of::<PyString>() || value.hasattr("__fspath__")? {
        let path = local(value)?;
        let read = value.py().detach(|| read_thesaurus(path));
        return read.map(Arc::new).map_err(|error| raised(&error));
    }
    let list = value.cast::<PyList>().map_err(|_| wrong())?;
    let row = |(place, row): (usize, Bound<'_, PyAny>)| {
        let at = format!("thesaurus[{place}]");
        let json = json(&row, &at).map_err(Unfit::raise)?;
        ThemeRow::from_json(&json).map_err(|problem| {
            wrong_option(&format!("{at}.{}", problem.field), &problem.value, &problem.expected)
        })
    };
    let rows = list.iter().enumerate().map(row).collect::<PyResult<Vec<_>>>()?;
    let extended = Thesaurus::builtin().extended(rows).map_err(|error| {
        let (at, problem) =
            (format!("thesaurus[{}].{}", error.row, error.problem.field), error.problem);
        wrong_option(&at, &problem.value, &problem.expected)
    });
    extended.map(Arc::new)
}

/// The rows that give it again.
pub(crate) fn rows<'py>(py: Python<'py>, thesaurus: &Thesaurus) -> PyResult<Bound<'py, PyList>> {
    let rows = thesaurus.added().iter().map(|row| python(py, &row.to_json()));
    PyList::new(py, rows.collect::<PyResult<Vec<_>>>()?)
}

/// The themes of the built-in thesaurus, as the rows that `Matcher` takes as ``thesaurus``: a name, the
/// broader theme, and words in Spanish, Portuguese and English.
///
/// Returns
/// -------
/// list of dict
///
/// Examples
/// --------
/// >>> import citymatch as cm
/// >>> next(row for row in cm.themes() if row["theme"] == "landslides")["pt"]
/// ['deslizamentos', 'deslizamento de terra']
#[pyfunction]
pub(crate) fn themes(py: Python<'_>) -> PyResult<Bound<'_, PyList>> {
    let rows = Thesaurus::builtin_rows().map(|row| python(py, &row.to_json()));
    PyList::new(py, rows.collect::<PyResult<Vec<_>>>()?)
}
