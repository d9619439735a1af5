//! The columns of a table of records: what each header means, and the record that a row is.

use std::path::Path as File;

use citymatch::{Error, Problem, Record};
use serde_json::{Map, Value as Json};

use crate::cells::{Cell, Shape};
use crate::headers::{self, plain};
use crate::invalid_file;
use crate::path::{Path, is_reject_column};
use crate::table::TableRow;

/// What the columns of a table are.
pub(crate) struct Columns {
    columns: Vec<Option<Column>>,
    /// What a reader of the file should be told about them.
    pub(crate) notes: Vec<String>,
}

/// A column that is read.
struct Column {
    path: Path,
    shape: Shape,
    /// Of a currency: where its amount is, and what it is called when there is no amount.
    amount: Option<(Option<usize>, String)>,
}

impl Columns {
    /// Finds out what the headers mean; `named` are headers with the fields that a caller gave them.
    pub(crate) fn of<R: Record>(file: &File, row: u64, header: &[String], named: &[(String, String)]) -> Result<Self, Error> {
        let mut paths: Vec<Option<Path>> = vec![None; header.len()];
        let mut given = Vec::new();
        for (name, field) in named {
            let index = find(header, name)
                .ok_or_else(|| invalid_file(file, Some(row), "columns", name, format!("one of the headers {}", listed(header))))?;
            let path = named_path::<R>(name, field)?;
            paths[index] = Some(path.clone());
            given.push(path);
        }
        let mut notes = Vec::new();
        let last = header.iter().rposition(|name| !name.trim().is_empty() && !is_reject_column(name.trim()));
        for index in 0..last.map_or(0, |last| last + 1) {
            if paths[index].is_none() && !is_reject_column(header[index].trim()) {
                paths[index] = Some(match Path::of::<R>(&header[index]) {
                    Path::Field(path) if !given.iter().any(|given| given.clashes(&Path::Field(path.clone()))) => Path::Field(path),
                    // Unknown, or the caller said that another column is this field.
                    _ => unknown::<R>(index, &header[index], &paths, &mut notes),
                });
            }
        }
        no_clash(file, row, header, &paths)?;
        if !paths.contains(&Some(Path::Field("id".to_owned()))) {
            let expected = format!("a column for it; the headers are {}: say which with `--columns HEADER=id`", listed(header));
            return Err(invalid_file(file, Some(row), "id", "missing", expected));
        }
        let kept: Vec<_> = paths.iter().flatten().filter(|path| matches!(path, Path::Extra(_))).map(|path| format!("`{path}`")).collect();
        if !kept.is_empty() {
            notes.push(format!("kept but not matched: {}", kept.join(", ")));
        }
        let columns = paths.iter().enumerate().map(|(index, path)| Some(Column::new::<R>(path.clone()?, &header[index], &paths))).collect();
        Ok(Self { columns, notes })
    }

    /// The record that a row is.
    pub(crate) fn record<R: Record>(&self, row: TableRow) -> Result<R, Problem> {
        if let Some(problem) = row.problem {
            return Err(problem);
        }
        let filled: Vec<bool> = row.cells.iter().map(|cell| !cell.is_blank()).collect();
        let mut fields = Map::new();
        for (index, cell) in row.cells.into_iter().enumerate() {
            match self.columns.get(index) {
                _ if cell == Cell::EMPTY => {}
                Some(Some(column)) => column.put(cell, &filled, &mut fields)?,
                _ if cell.is_blank() => {}
                _ => {
                    let expected = "nothing, as no header stands above it: a delimiter or a quote may be amiss";
                    return Err(Problem::new(format!("column {}", index + 1), cell.into_text(), expected));
                }
            }
        }
        R::from_json(Json::Object(fields))
    }
}

impl Column {
    fn new<R: Record>(path: Path, header: &str, paths: &[Option<Path>]) -> Self {
        let group = match &path {
            Path::Field(path) => path.strip_suffix(".currency"),
            Path::Extra(_) => None,
        };
        let amount = group.map(|group| {
            let amount = Some(Path::Field(format!("{group}.amount")));
            (paths.iter().position(|path| *path == amount), header.to_owned())
        });
        Self { shape: path.shape::<R>(), path, amount }
    }

    fn put(&self, cell: Cell, filled: &[bool], fields: &mut Map<String, Json>) -> Result<(), Problem> {
        let value = self.shape.read(cell, &self.path.to_string())?;
        match &self.amount {
            // Offices fill in the currency of every row: alone it is no cost, and it is kept as it is.
            Some((amount, header)) if !amount.is_some_and(|index| filled.get(index) == Some(&true)) => {
                fields.insert(header.clone(), value);
            }
            _ => self.path.put(fields, value),
        }
        Ok(())
    }
}

/// The column with a header: the same to the letter, else the same but for case and accents.
fn find(header: &[String], name: &str) -> Option<usize> {
    let exact = header.iter().position(|known| known == name);
    exact.or_else(|| header.iter().position(|known| plain(known) == plain(name)))
}

fn listed(header: &[String]) -> String {
    let names: Vec<_> = header.iter().filter(|name| !name.trim().is_empty()).map(|name| format!("`{name}`")).collect();
    if names.is_empty() { "all empty".to_owned() } else { names.join(", ") }
}

/// The field that a caller gave a header.
fn named_path<R: Record>(header: &str, field: &str) -> Result<Path, Error> {
    Path::exact::<R>(field).or_else(|| (field == "cost").then(|| Path::of::<R>(field))).ok_or_else(|| {
        let known: Vec<_> = R::FIELDS.iter().flat_map(|field| headers::columns(R::KIND, field)).map(|path| format!("`{path}`")).collect();
        let expected = format!("HEADER=FIELD with one of the fields {}, or `extra.NAME` to keep it as it is", known.join(", "));
        Error::option("columns", format!("{header}={field}"), &expected)
    })
}

/// The place of a column that is no field: its header, or the next free name.
fn unknown<R: Record>(index: usize, header: &str, taken: &[Option<Path>], notes: &mut Vec<String>) -> Path {
    let name = match Path::of::<R>(header) {
        _ if header.trim().is_empty() => format!("column {}", index + 1),
        Path::Extra(name) => name,
        Path::Field(_) => header.to_owned(),
    };
    let free = |name: &str| !R::FIELDS.contains(&name) && !taken.contains(&Some(Path::Extra(name.to_owned())));
    let mut unique = name.clone();
    for n in 2.. {
        if free(&unique) {
            break;
        }
        unique = format!("{name} ({n})");
    }
    if unique != name {
        notes.push(format!("there is a `{name}` already: column {} is kept as `{unique}`", index + 1));
    }
    Path::Extra(unique)
}

fn no_clash(file: &File, row: u64, header: &[String], paths: &[Option<Path>]) -> Result<(), Error> {
    for (index, path) in paths.iter().enumerate() {
        let before = paths[..index].iter().position(|other| path.as_ref().zip(other.as_ref()).is_some_and(|(a, b)| a.clashes(b)));
        if let (Some(before), Some(path)) = (before, path) {
            let value = format!("{}, {}", header[before], header[index]);
            let expected = format!("one column; say which with `--columns HEADER={path}`");
            return Err(invalid_file(file, Some(row), &path.to_string(), &value, expected));
        }
    }
    Ok(())
}
