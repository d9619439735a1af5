//! What became of rows, as the data classes of `citymatch.report`.

use std::ffi::CString;

use citymatch::{
    Barring,
    eligibility::{Ineligible, Reason},
    ingest::{AddReport, Rejected, RowLocation},
};
use citymatch_files::{ColumnDescription, SourceDescription};
use pyo3::prelude::*;

use crate::error::{RejectedRowsWarning, invalid_data};

pub(crate) fn added<'py>(
    py: Python<'py>,
    report: &AddReport,
    source: Option<&Bound<'py, PyAny>>,
    notes: &[String],
    dry_run: bool,
) -> PyResult<Bound<'py, PyAny>> {
    let rejected = rejected(py, &report.rejected)?;
    let class = class(py, "FieldWarning")?;
    let mut warnings: Vec<_> = report
        .warnings
        .iter()
        .map(|(place, warning)| {
            let message = format!("{place}: {warning}");
            class.call1((&place.file, place.row, &warning.field, warning.known, message))
        })
        .collect::<PyResult<_>>()?;
    for field in &report.unclear {
        let RowLocation { file, row, .. } = &field.first;
        let no_other: Option<&str> = None;
        warnings.push(class.call1((file, row, &field.field, no_other, field.to_string()))?);
    }
    let unclear = self::class(py, "UnclearField")?;
    let unclear: Vec<_> = report
        .unclear
        .iter()
        .map(|field| {
            let message = field.to_string();
            unclear.call1((
                &field.field,
                field.rows,
                field.values.clone(),
                &field.expected,
                message,
            ))
        })
        .collect::<PyResult<_>>()?;
    self::class(py, "AddReport")?.call1((
        report.added,
        report.replaced,
        rejected,
        warnings,
        unclear,
        report.copies,
        source,
        dry_run,
        report.trimmed_ids,
        notes.to_vec(),
    ))
}

/// What a file was found to be.
pub(crate) fn described<'py>(
    py: Python<'py>,
    source: &SourceDescription,
) -> PyResult<Bound<'py, PyAny>> {
    let columns: Vec<_> =
        source.columns.iter().map(|column| (&column.header, &column.field)).collect();
    class(py, "Source")?.call1((
        &source.file,
        source.format.name(),
        &source.encoding,
        source.delimiter,
        source.sheets.clone(),
        source.header_row,
        columns,
        source.summary(),
    ))
}

/// What a table or list that a program gave was found to be.
pub(crate) fn described_table<'py>(
    py: Python<'py>,
    kind: &str,
    columns: &[ColumnDescription],
) -> PyResult<Bound<'py, PyAny>> {
    let columns: Vec<_> = columns.iter().map(|column| (&column.header, &column.field)).collect();
    let (none, no_row): (Option<&str>, Option<u64>) = (None, None);
    let (sheets, summary): (Vec<&str>, _) = (Vec::new(), format!("a {kind}"));
    class(py, "Source")?.call1((none, kind, none, none, sheets, no_row, columns, summary))
}

/// Raises the first wrong row of a call that was to add all rows or none.
pub(crate) fn raise_rejected(py: Python<'_>, report: &AddReport) -> PyResult<()> {
    let Some(first) = report.rejected.first() else { return Ok(()) };
    let Rejected { location: RowLocation { file, row, .. }, error, .. } = first;
    let more = match report.rejected.len() - 1 {
        0 => String::new(),
        1 => "; 1 more row is wrong".to_owned(),
        more => format!("; {more} more rows are wrong"),
    };
    let message = format!("{first}{more}; nothing was added");
    let raised = invalid_data(message, file.clone(), Some(*row), error);
    raised.value(py).setattr("rejected", rejected(py, &report.rejected)?)?;
    Err(raised)
}

/// Warns, at the line that called, that rows are not in the catalogue: reports are easily not read.
pub(crate) fn warn_of_rejected(py: Python<'_>, report: &AddReport, count: usize) -> PyResult<()> {
    let Some(first) = report.rejected.first() else { return Ok(()) };
    let rejected = report.rejected.len();
    let rows = if count == 1 { "row" } else { "rows" };
    let message = if rejected == 1 {
        format!("1 of {count} {rows} was rejected: {first}")
    } else {
        format!("{rejected} of {count} rows were rejected; the first: {first}")
    };
    // The value that the message shows may have a NUL, which a C string cannot hold.
    let message = CString::new(message.replace('\0', "\u{fffd}")).unwrap_or_default();
    PyErr::warn(py, &py.get_type::<RejectedRowsWarning>(), &message, 1)
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
        class.call1((barred.solution_id.as_str(), reasons(&reason, &barred.reasons)?))
    };
    barred.iter().map(one).collect()
}

pub(crate) fn barring<'py>(
    py: Python<'py>,
    barring: &[Barring],
) -> PyResult<Vec<Bound<'py, PyAny>>> {
    let (class, reason) = (class(py, "Barring")?, class(py, "Reason")?);
    let one = |barring: &Barring| {
        class.call1((barring.challenge_id.as_str(), reasons(&reason, &barring.reasons)?))
    };
    barring.iter().map(one).collect()
}

fn reasons<'py>(class: &Bound<'py, PyAny>, reasons: &[Reason]) -> PyResult<Vec<Bound<'py, PyAny>>> {
    let one = |why: &Reason| class.call1((why.rule, &why.value, &why.limits, &why.unknown));
    reasons.iter().map(one).collect()
}

fn class<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    py.import("citymatch.report")?.getattr(name)
}
