use std::collections::BTreeMap;
use std::path::Path;

use citymatch::{Error, Record, Rejected};
use serde_json::{Map, Value as Json};

use crate::cells::Cell;
use crate::format::FileFormat;
use crate::jsonl::{self, SOURCE};
use crate::output::Output;
use crate::path::is_reject_column;
use crate::read::{ReadOptions, open_table};
use crate::table::write_table;

/// Copies the rejected rows of a file into another, each with why, and says how many.
///
/// The input is read a second time, with the options it was read with. The copy has the input's format, delimiter, columns and values, as
/// UTF-8, and three more columns or keys: `reject_row`, `reject_field` and `reject_reason`. Readers ignore them, so the copy can be mended
/// and read like the input. Rows rejected in other files are left out.
///
/// In JSONL, a line that is no JSON object becomes an object whose `reject_source` is that line, so that nothing is lost and the copy is
/// JSONL still; readers take the text there for the line. (A line that is not UTF-8 is shown as Windows-1252, where every byte has a
/// meaning.) An array's objects are written one a line.
///
/// # Errors
/// As [`read`](crate::read) and [`write_records`](crate::write_records); [`ErrorKind::InvalidOption`](citymatch::ErrorKind::InvalidOption)
/// when the name of `out` tells another format than the input's.
///
/// # Examples
/// ```
/// use citymatch::{Rejected, Solution};
/// use citymatch_files::{ReadOptions, read, write_rejects};
/// # let dir = tempfile::tempdir().unwrap();
/// # let (input, out) = (dir.path().join("input.csv"), dir.path().join("rejects.csv"));
/// std::fs::write(&input, "id,title,stage\ns1,Rain gardens,pilot\ns2,Dry toilets,pilto\n").unwrap();
/// let options = ReadOptions::default();
/// let rows = read::<Solution>(&input, &options)?;
/// let rejected: Vec<_> = rows.filter_map(|row| row.record.err().map(|problem| Rejected::new(row.place, problem))).collect();
/// assert_eq!(write_rejects::<Solution>(&input, &options, &rejected, &out)?, 1);
/// let copy = std::fs::read_to_string(&out).unwrap();
/// assert!(copy.starts_with("id,title,stage,reject_row,reject_field,reject_reason\ns2,Dry toilets,pilto,3,stage,"));
/// # Ok::<(), citymatch::Error>(())
/// ```
pub fn write_rejects<R: Record>(input: &Path, options: &ReadOptions, rejected: &[Rejected], out: &Path) -> Result<u64, Error> {
    let format = options.format_of(input)?;
    if FileFormat::of(out).is_ok_and(|other| other != format) {
        return Err(Error::option("rejects", out.display(), &format!("a {format} file, as `{}` is one", input.display())));
    }
    let file = input.display().to_string();
    let here = |rejected: &&Rejected| rejected.place.file.as_ref().is_none_or(|name| *name == file);
    let rows: BTreeMap<u64, &Rejected> = rejected.iter().filter(here).map(|rejected| (rejected.place.row, rejected)).collect();
    match format {
        FileFormat::Jsonl => write_lines(input, options, &rows, out),
        FileFormat::Csv | FileFormat::Xlsx => write_rows::<R>(input, options, format, &rows, out),
    }
}

fn write_lines(input: &Path, options: &ReadOptions, rows: &BTreeMap<u64, &Rejected>, out: &Path) -> Result<u64, Error> {
    let lines = jsonl::open(input, options)?;
    Output::Path(out).write(|sink| {
        let mut written = 0;
        for line in lines {
            let Some(rejected) = rows.get(&line.row) else { continue };
            let mut object = line.object.unwrap_or_else(|broken| Map::from_iter([(SOURCE.to_owned(), Json::from(broken.source))]));
            object.insert("reject_row".to_owned(), Json::from(line.row));
            object.insert("reject_field".to_owned(), Json::from(rejected.problem.field.as_str()));
            object.insert("reject_reason".to_owned(), Json::from(rejected.problem.to_string()));
            sink.write(format!("{}\n", Json::Object(object)).as_bytes())?;
            written += 1;
        }
        Ok(written)
    })
}

fn write_rows<R: Record>(
    input: &Path,
    options: &ReadOptions,
    format: FileFormat,
    rows: &BTreeMap<u64, &Rejected>,
    out: &Path,
) -> Result<u64, Error> {
    let (table, _) = open_table::<R>(input, options, format)?;
    let kept: Vec<bool> = table.header.iter().map(|name| !is_reject_column(name.trim())).collect();
    let keep = |index: usize| kept.get(index) != Some(&false);
    let mut header: Vec<String> = table.header.iter().enumerate().filter(|(index, _)| keep(*index)).map(|(_, name)| name.clone()).collect();
    let mut copies: Vec<(Vec<Cell>, u64, &Rejected)> = Vec::new();
    for row in table.rows {
        if let Some(rejected) = rows.get(&row.number) {
            let cells = row.cells.into_iter().enumerate().filter(|(index, _)| keep(*index)).map(|(_, cell)| cell);
            copies.push((cells.collect(), row.number, rejected));
        }
    }
    // Cells beyond the header keep their place: readers reject them again until they are mended.
    let width = copies.iter().map(|(cells, ..)| cells.len()).max().unwrap_or(0).max(header.len());
    header.resize(width, String::new());
    header.extend(["reject_row", "reject_field", "reject_reason"].map(str::to_owned));
    let rows = copies.into_iter().map(|(mut cells, row, rejected)| {
        cells.resize(width, Cell::EMPTY);
        cells.push(Cell::from(row));
        cells.push(Cell::Text(rejected.problem.field.clone()));
        cells.push(Cell::Text(rejected.problem.to_string()));
        Ok(cells)
    });
    write_table(&header, rows, format, table.delimiter, Output::Path(out))
}
