use std::collections::{HashMap, HashSet};

use citymatch::{Error, ErrorKind, Record, record::FieldError};
use serde_json::Value as Json;

use crate::cells::Cell;
use crate::format::FileFormat;
use crate::headers;
use crate::output::Output;
use crate::path::Path;
use crate::table_out::write_table;
use crate::xlsx::CELL_LIMIT;

/// Writes records in the order they come, as they went in, and says how many.
///
/// JSONL has each record as it was read: the source's words, unknown fields in their order. It is
/// written record by record.
///
/// CSV and XLSX have a column for every field, then one for every unknown field; all records are
/// held in memory for that. Reading such a file gives the same records, except that
/// * values of unknown fields that are not text come back as the text of their JSON, and empty ones
///   are absent;
/// * an unknown field whose name would be taken for a known one has the header `extra.NAME`.
///
/// Texts are written as they are: CSV has no mark against formulas, since it would change values,
/// and no byte-order mark; for Excel there is XLSX, where a text that begins with `=` is a text.
///
/// # Errors
/// The first error among the records; [`ErrorKind::Io`] when writing fails;
/// [`ErrorKind::InvalidRecord`] for a text that is too long for a workbook's cell (32,767
/// characters); [`ErrorKind::InvalidOption`] for a workbook without a path, or with too many rows.
///
/// # Examples
/// ```
/// use citymatch::Solution;
/// use citymatch_files::{FileFormat, Output, write_records};
/// let mut out = Vec::new();
/// let records = [Solution::new("s1", "Rain gardens").themes(["water", "streets"])];
/// write_records(records.into_iter().map(Ok), FileFormat::Jsonl, Output::Writer(&mut out))?;
/// assert_eq!(String::from_utf8_lossy(&out), "{\"id\":\"s1\",\"title\":\"Rain gardens\",\"themes\":[\"water\",\"streets\"]}\n");
/// # Ok::<(), citymatch::Error>(())
/// ```
pub fn write_records<R: Record>(
    records: impl IntoIterator<Item = Result<R, Error>>,
    format: FileFormat,
    out: Output<'_>,
) -> Result<u64, Error> {
    if format == FileFormat::Jsonl {
        return out.write(|sink| {
            let mut written = 0;
            for record in records {
                sink.write(format!("{}\n", Json::Object(record?.to_json())).as_bytes())?;
                written += 1;
            }
            Ok(written)
        });
    }
    let records: Vec<(String, Vec<(Path, Json)>)> = records
        .into_iter()
        .map(|record| record.map(|record| (record.id().to_string(), Path::split(&record))))
        .collect::<Result<_, _>>()?;
    let columns = columns::<R>(records.iter().flat_map(|(_, places)| places));
    let header: Vec<String> = columns.iter().map(Path::header::<R>).collect();
    let indices: HashMap<&Path, usize> = columns.iter().zip(0..).collect();
    let rows = records.into_iter().map(|(id, places)| {
        let mut row = vec![Cell::EMPTY; columns.len()];
        for (path, value) in places {
            // OK because the columns were made of these places.
            let index = indices[&path];
            row[index] = path.shape::<R>().write(&value);
            if format == FileFormat::Xlsx {
                fits::<R>(&id, &path, &row[index])?;
            }
        }
        Ok(row)
    });
    write_table(&header, rows, format, b',', out)
}

/// A column for every field, with the parts that the records have beside their field, and then a
/// column for every unknown field in the order in which they first came.
fn columns<'p, R: Record>(found: impl Iterator<Item = &'p (Path, Json)>) -> Vec<Path> {
    let mut of_fields: Vec<Vec<Path>> = R::FIELDS
        .iter()
        .map(|field| match *field {
            // A criterion's name is free, so only those that the records have get a column.
            "criteria" => Vec::new(),
            field => headers::columns(R::KIND, field)
                .into_iter()
                .map(|path| Path::Field(path.to_owned()))
                .collect(),
        })
        .collect();
    let mut unknown = Vec::new();
    let mut seen: HashSet<Path> = of_fields.iter().flatten().cloned().collect();
    for (path, _) in found {
        if seen.contains(path) {
            continue;
        }
        seen.insert(path.clone());
        let ordinal = match path {
            Path::Field(path) => field_ordinal::<R>(path),
            Path::Extra(_) => None,
        };
        match ordinal {
            Some(ordinal) => of_fields[ordinal].push(path.clone()),
            None => unknown.push(path.clone()),
        }
    }
    of_fields.into_iter().flatten().chain(unknown).collect()
}

/// The position of a path's field among the fields of its kind of record.
fn field_ordinal<R: Record>(path: &str) -> Option<usize> {
    let field = path.split('.').next();
    R::FIELDS.iter().position(|known| Some(*known) == field)
}

fn fits<R: Record>(id: &str, path: &Path, cell: &Cell) -> Result<(), Error> {
    let length = match cell {
        Cell::Text(text) => text.encode_utf16().count(),
        Cell::Number(_) | Cell::Error(_) => 0,
    };
    if length <= CELL_LIMIT {
        return Ok(());
    }
    let expected = "at most 32,767 in a workbook's cell; csv and jsonl have no such limit";
    let problem = FieldError::new(path.to_string(), format!("{length} characters"), expected);
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
    fn every_field_has_a_column_and_unknown_ones_stand_behind() {
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
             s2,=1,,,,,,,,,,,,,,,,,,,,,,y\n"
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
    fn a_text_too_long_for_a_cell_is_told_and_nothing_is_written() {
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
                let message = "solution \"s1\": `title` cannot be `32768 characters` (expected at most 32,767 in a workbook's cell; csv and jsonl \
                    have no such limit)";
                assert_eq!(err.to_string(), message);
            }
            let _ = std::fs::remove_file(&path);
        }
    }
}
