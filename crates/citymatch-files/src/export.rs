//! Writes records: as objects, or as a table with a column for every field.

use std::collections::{HashMap, HashSet};

use citymatch::{Error, ErrorKind, Record, record::FieldError};
use serde_json::Value as Json;

use crate::cells::Cell;
use crate::field_path::FieldPath;
use crate::format::FileFormat;
use crate::headers;
use crate::objects::escaped;
use crate::output::Output;
use crate::table_format::{CellCodec, CellRows, Codec};

/// Writes records in the order they come, and returns how many.
///
/// JSONL has each record as it was read, with the words of its source and its unknown fields in
/// their order; one whose name would be read as a known field has the key `extra.NAME`. Records are
/// written one by one.
///
/// CSV and XLSX have a column for every field, followed by one for every unknown field. All records
/// are held in memory to find out which columns there are. Reading such a file gives the same
/// records, except that
/// * values of unknown fields that are not text come back as the text of their JSON, and empty ones
///   are absent;
/// * an unknown field whose name would be read as a known one has the header `extra.NAME`.
///
/// CSV is written in UTF-8 without a byte-order mark, with commas. A text that a spreadsheet would run
/// as a formula, since it begins with `=`, `+`, `-`, `@`, a tab or a line break and is no number, has
/// an apostrophe before it, which [`read`](crate::read) takes away again; [`write_raw_records`] writes
/// it as it is. In a workbook every text is a text.
///
/// # Errors
/// * The first error among the records;
/// * [`ErrorKind::Io`] if writing fails;
/// * [`ErrorKind::InvalidRecord`] for a text that is too long for a workbook's cell (32,767
///   characters);
/// * [`ErrorKind::InvalidOption`] for a workbook that has no path, or has more than 1,048,575
///   records or 16,384 columns.
///
/// # Examples
/// ```
/// use citymatch::Solution;
/// use citymatch_files::{FileFormat, Output, write_records};
/// let mut out = Vec::new();
/// let records = [Solution::new("s1", "Rain gardens").themes(["water", "streets"])];
/// write_records(records.into_iter().map(Ok), FileFormat::Jsonl, Output::Writer(&mut out))?;
/// let line = "{\"id\":\"s1\",\"title\":\"Rain gardens\",\"themes\":[\"water\",\"streets\"]}\n";
/// assert_eq!(String::from_utf8_lossy(&out), line);
/// # Ok::<(), citymatch::Error>(())
/// ```
pub fn write_records<R: Record>(
    records: impl IntoIterator<Item = Result<R, Error>>,
    format: FileFormat,
    out: Output<'_>,
) -> Result<u64, Error> {
    write(records, format, out, false)
}

/// Writes records as [`write_records`] does, but leaves texts in CSV as they are: for programs that
/// read the file, and not for spreadsheets, which run some texts as formulas.
///
/// # Errors
/// As [`write_records`].
///
/// # Examples
/// ```
/// use citymatch::Solution;
/// use citymatch_files::{FileFormat, Output, write_raw_records};
/// let mut out = Vec::new();
/// let record = Solution::new("s1", "=1+1");
/// write_raw_records([Ok(record)], FileFormat::Csv, Output::Writer(&mut out))?;
/// assert!(String::from_utf8_lossy(&out).contains("s1,=1+1,"));
/// # Ok::<(), citymatch::Error>(())
/// ```
pub fn write_raw_records<R: Record>(
    records: impl IntoIterator<Item = Result<R, Error>>,
    format: FileFormat,
    out: Output<'_>,
) -> Result<u64, Error> {
    write(records, format, out, true)
}

fn write<R: Record>(
    records: impl IntoIterator<Item = Result<R, Error>>,
    format: FileFormat,
    out: Output<'_>,
    raw: bool,
) -> Result<u64, Error> {
    let mut records = records.into_iter();
    match format.table_format().codec {
        Codec::Objects(codec) => {
            codec.write(&mut records.map(|record| Ok(escaped::<R>(record?.to_json()))), out)
        }
        Codec::Cells(codec) => write_table::<R>(codec, &mut records, out, raw),
    }
}

fn write_table<R: Record>(
    codec: &dyn CellCodec,
    records: &mut dyn Iterator<Item = Result<R, Error>>,
    out: Output<'_>,
    raw: bool,
) -> Result<u64, Error> {
    let records: Vec<(String, Vec<(FieldPath, Json)>)> = records
        .map(|record| record.map(|record| (record.id().to_string(), FieldPath::flatten(&record))))
        .collect::<Result<_, _>>()?;
    let columns = export_columns::<R>(records.iter().flat_map(|(_, values)| values));
    let header: Vec<String> = columns.iter().map(FieldPath::header::<R>).collect();
    let indices: HashMap<&FieldPath, usize> = columns.iter().zip(0..).collect();
    let mut rows = records.into_iter().map(|(id, values)| {
        let mut row = vec![Cell::EMPTY; columns.len()];
        for (path, value) in values {
            // Every path has a column, for the columns were collected from these values.
            let index = indices[&path];
            row[index] = path.shape::<R>().write(&value);
            if let Some(limit) = codec.cell_limit() {
                check_length::<R>(&id, &path, &row[index], limit)?;
            }
        }
        Ok(row)
    });
    let rows = &mut rows;
    codec.write(CellRows { header: &header, rows, delimiter: b',', score: None, raw }, out)
}

/// A column for every field, with the parts that the records have beside their field, and then a
/// column for every unknown field in the order in which they first came.
fn export_columns<'p, R: Record>(
    values: impl Iterator<Item = &'p (FieldPath, Json)>,
) -> Vec<FieldPath> {
    let mut known: Vec<Vec<FieldPath>> = R::FIELDS
        .iter()
        .map(|field| match *field {
            // A criterion's name is free, so only those that the records have get a column.
            "criteria" => Vec::new(),
            field => headers::field_columns(R::KIND, field)
                .into_iter()
                .map(|path| FieldPath::Field(path.to_owned()))
                .collect(),
        })
        .collect();
    let mut unknown = Vec::new();
    let mut seen: HashSet<FieldPath> = known.iter().flatten().cloned().collect();
    for (path, _) in values {
        if seen.contains(path) {
            continue;
        }
        seen.insert(path.clone());
        let ordinal = match path {
            FieldPath::Field(path) => field_ordinal::<R>(path),
            FieldPath::Extra(_) => None,
        };
        match ordinal {
            Some(ordinal) => known[ordinal].push(path.clone()),
            None => unknown.push(path.clone()),
        }
    }
    known.into_iter().flatten().chain(unknown).collect()
}

/// The position of a path's field among the fields of its kind of record.
fn field_ordinal<R: Record>(path: &str) -> Option<usize> {
    let field = path.split('.').next();
    R::FIELDS.iter().position(|known| Some(*known) == field)
}

/// Refuses a text that is too long for a cell of the format.
fn check_length<R: Record>(
    id: &str,
    path: &FieldPath,
    cell: &Cell,
    limit: usize,
) -> Result<(), Error> {
    let length = match cell {
        Cell::Text(text) => text.encode_utf16().count(),
        Cell::Number(_) | Cell::Typed(_) | Cell::Error(_) => 0,
    };
    if length <= limit {
        return Ok(());
    }
    let expected = format!("at most {limit} in a cell of this format; csv and jsonl have no limit");
    let problem = FieldError::new(path.as_str(), format!("{length} characters"), expected);
    Err(ErrorKind::InvalidRecord { kind: R::KIND.name(), id: id.to_owned(), problem }.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use citymatch::{Challenge, Solution};
    use serde_json::json;

    fn written<R: Record>(json: Vec<Json>, format: FileFormat) -> String {
        let mut out = Vec::new();
        let records = json.into_iter().map(|json| Ok(R::from_json(json).unwrap()));
        write_records(records, format, Output::Writer(&mut out)).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn every_field_has_a_column_and_unknown_ones_follow() {
        let solution = json!({"id": "s1", "title": "a,b", "themes": ["agua", "clima"], "cost": {"amount": 1.234, "note": "aprox."}, "Teléfono": 1,
            "nombre": "x"});
        assert_eq!(
            written::<Solution>(
                vec![solution, json!({"id": "s2", "title": "=1", "más": "y"})],
                FileFormat::Csv
            ),
            "id,title,summary,problem,description,impact,organisation,organisation_type,country,city,language,themes,sdgs,stage,cost.amount,\
             cost.currency,cost.note,year,deployments,requirements,links,Teléfono,extra.nombre,más\n\
             s1,\"a,b\",,,,,,,,,,agua;clima,,,1.2340,,aprox.,,,,,1,x,\n\
             s2,'=1,,,,,,,,,,,,,,,,,,,,,,y\n"
        );
        assert_eq!(
            written::<Challenge>(
                vec![json!({"id": "c1", "title": "t", "criteria": {"impact": 0.5}, "winners": 2})],
                FileFormat::Csv
            ),
            "id,title,question,problem,outcome,beneficiaries,context,country,city,language,themes,sdgs,eligibility.countries,\
             eligibility.languages,eligibility.stages,eligibility.organisation_types,eligibility.max_cost.amount,\
             eligibility.max_cost.currency,eligibility.max_age_years,eligibility.required_themes,eligibility.excluded,\
             eligibility.excluded_organisations,eligibility.unknown,criteria.impact,winners,deadline\n\
             c1,t,,,,,,,,,,,,,,,,,,,,,,0.5,2,\n"
        );
    }

    #[test]
    fn json_lines_keep_the_words_of_the_source() {
        let line = "{\"id\":7,\"title\":\"t\",\"themes\":\"agua\",\"stage\":\"Em operação\",\"b\":1.0,\"a\":null}\n";
        assert_eq!(
            written::<Solution>(vec![serde_json::from_str(line).unwrap()], FileFormat::Jsonl),
            line
        );
    }

    #[test]
    fn no_records_leave_a_form_to_fill_in() {
        assert!(written::<Solution>(vec![], FileFormat::Csv).starts_with("id,title,"));
        assert_eq!(written::<Solution>(vec![], FileFormat::Jsonl), "");
    }

    #[cfg(feature = "xlsx")]
    #[test]
    fn a_text_too_long_for_a_cell_is_an_error_and_nothing_is_written() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("out.xlsx");
        for (name, length, fits) in [("longest", 32_767, true), ("too_long", 32_768, false)] {
            let result = write_records(
                [Ok(Solution::new("s1", "a".repeat(length)))],
                FileFormat::Xlsx,
                Output::Path(&path),
            );
            assert_eq!(result.is_ok(), fits, "{name}");
            assert_eq!(path.exists(), fits, "{name}");
            if let Err(err) = result {
                let message = "solution \"s1\": `title` cannot be `32768 characters` (expected at most 32767 in a cell of this format; csv and \
                    jsonl have no limit)";
                assert_eq!(err.to_string(), message);
            }
            let _ = std::fs::remove_file(&path);
        }
    }
}
