//! Calls as documents, read as challenges.

use std::path::PathBuf;
use std::sync::Arc;

use citymatch::catalogue::Progress;
use citymatch_files::CallField;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::background;
use crate::convert::python;
use crate::record::Wrapped;

/// Read a call for solutions, as a city publishes it, as a challenge.
///
/// The same file always gives the same call: fields are found by the headings of sections and by
/// stated phrases in Spanish, Portuguese and English. Look the result over: each field comes with
/// its sentences.
///
/// Parameters
/// ----------
/// path
///     A ``.txt``, ``.md``, ``.html``, ``.docx`` or ``.pdf`` file. Of a PDF the text layer is read.
///
/// Returns
/// -------
/// Call
///     The challenge, whose id is the file's name without its ending, and where it was found.
///
/// Raises
/// ------
/// OSError
///     If the file cannot be read.
/// InvalidDataError
///     If it is of another format, damaged, without text, or has a password.
///
/// Examples
/// --------
/// >>> import citymatch as cm, pathlib, tempfile
/// >>> path = pathlib.Path(tempfile.mkdtemp(), "bases.md")
/// >>> _ = path.write_text('''# Dry Streets
/// ... ## The challenge
/// ... Each storm floods the market. How might we keep its streets dry?
/// ... ## Timetable
/// ... Applications close on 30 April 2026.
/// ... ''')
/// >>> call = cm.read_call(path)
/// >>> call.challenge.question, call.challenge.deadline
/// ('How might we keep its streets dry?', '2026-04-30')
/// >>> call.fields["deadline"].sentences
/// ['Applications close on 30 April 2026.']
#[pyfunction]
pub(crate) fn read_call(
    py: Python<'_>,
    #[pyo3(from_py_with = crate::path::local)] path: PathBuf,
) -> PyResult<Bound<'_, PyAny>> {
    let work = move || citymatch_files::read_call(&path);
    let call = background::run(py, &Arc::new(Progress::default()), work, |_, _| Ok(()))?;
    let module = py.import("citymatch.call")?;
    let field = module.getattr("CallField")?;
    let fields = |fields: &[CallField]| -> PyResult<Bound<'_, PyDict>> {
        let found = PyDict::new(py);
        for CallField { name, value, sentences, .. } in fields {
            found.set_item(name, field.call1((python(py, value)?, sentences.clone()))?)?;
        }
        Ok(found)
    };
    let (found, suggestions) = (fields(&call.fields)?, fields(&call.suggestions)?);
    let challenge = call.challenge.into_object(py)?;
    module.getattr("Call")?.call1((challenge, found, suggestions, call.frame, call.notes))
}
