//! What became of rows, as the data classes of `citymatch.report`.

use citymatch::{
    eligibility::Ineligible,
    ingest::{AddReport, Rejected, RowLocation},
};
use pyo3::prelude::*;

pub(crate) fn added<'py>(py: Python<'py>, report: &AddReport) -> PyResult<Bound<'py, PyAny>> {
    let rejected = rejected(py, &report.rejected)?;
    let class = class(py, "FieldWarning")?;
    let warnings: Vec<_> = report
        .warnings
        .iter()
        .map(|(RowLocation { file, row }, warning)| {
            let place = RowLocation { file: file.clone(), row: *row };
            class.call1((file, row, &warning.field, warning.known, format!("{place}: {warning}")))
        })
        .collect::<PyResult<_>>()?;
    self::class(py, "AddReport")?.call1((report.added, report.replaced, rejected, warnings))
}

pub(crate) fn rejected<'py>(
    py: Python<'py>,
    rejected: &[Rejected],
) -> PyResult<Vec<Bound<'py, PyAny>>> {
    let class = class(py, "Rejected")?;
    let one = |rejected: &Rejected| {
        let Rejected { location, error, .. } = rejected;
        class.call1((
            &location.file,
            location.row,
            &error.field,
            &error.value,
            &error.expected,
            rejected.to_string(),
        ))
    };
    rejected.iter().map(one).collect()
}

pub(crate) fn ineligible<'py>(
    py: Python<'py>,
    barred: &[Ineligible],
) -> PyResult<Vec<Bound<'py, PyAny>>> {
    let (class, reason) = (class(py, "Ineligible")?, class(py, "Reason")?);
    let one = |barred: &Ineligible| {
        let reasons: Vec<_> = barred
            .reasons
            .iter()
            .map(|why| reason.call1((why.rule, &why.value, &why.expected)))
            .collect::<PyResult<_>>()?;
        class.call1((barred.id.as_str(), reasons))
    };
    barred.iter().map(one).collect()
}

fn class<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    py.import("citymatch.report")?.getattr(name)
}
