//! The columns of a table of records: what each header means, and the record that a row is.

use std::collections::{HashMap, HashSet};
use std::path::Path as File;

use citymatch::{Error, Record, record::FieldError};
use serde_json::{Map, Value as Json};

use crate::cells::{Cell, Shape};
use crate::headers::{self, plain};
use crate::invalid_file;
use crate::path::{Path, TakenPaths, is_reject_column};
use crate::table::TableRow;

/// The most columns that a table of records may have: as many as a sheet of Excel.
///
/// The three columns that [`write_rejects`](crate::write_rejects) adds do not count, nor do columns
/// without a header behind the last one that has one. A table with more is refused as a whole, with
/// [`ErrorKind::InvalidFile`](citymatch::ErrorKind::InvalidFile): such a header comes from a wrong
/// delimiter or from a table that was turned on its side.
pub const COLUMN_LIMIT: usize = 16_384;

/// What the columns of a table are.
pub(crate) struct Columns {
    columns: Vec<Column>,
    /// What a reader of the file should be told about them.
    pub(crate) notes: Vec<String>,
}

enum Column {
    /// Its cells are values.
    Values(Values),
    /// The rejects added it.
    Ignored,
    /// No header stands above it: nothing should stand below.
    Headless,
}

/// A column of values.
struct Values {
    path: Path,
    shape: Shape,
    /// Of a currency: where its amount is, and what it is called when there is no amount.
    amount: Option<(Option<usize>, String)>,
}

impl Columns {
    /// Finds out what the headers mean; `named` are headers with the fields that a caller gave
    /// them.
    pub(crate) fn of<R: Record>(
        file: &File,
        row: u64,
        header: &[String],
        named: &[(String, String)],
    ) -> Result<Self, Error> {
        let last = header
            .iter()
            .rposition(|name| !name.trim().is_empty() && !is_reject_column(name.trim()));
        let width = last.map_or(0, |last| last + 1);
        check_width(file, row, &header[..width])?;
        let mut paths: Vec<Option<Path>> = vec![None; header.len()];
        let mut given = TakenPaths::default();
        let finder = HeaderFinder::new(header, !named.is_empty());
        for (name, field) in named {
            let index = finder.find(name).ok_or_else(|| {
                invalid_file(
                    file,
                    Some(row),
                    "columns",
                    name,
                    format!("one of the headers {}", listed(header)),
                )
            })?;
            let path = named_path::<R>(name, field)?;
            paths[index] = Some(path.clone());
            given.insert(path, index);
        }
        let mut notes = Vec::new();
        let mut names = ExtraNames::new::<R>(&paths);
        for index in 0..width {
            if paths[index].is_none() && !is_reject_column(header[index].trim()) {
                paths[index] = Some(match Path::of::<R>(&header[index]) {
                    path @ Path::Field(_) if given.clash(&path).is_none() => path,
                    // Unknown, or the caller said that another column is this field.
                    _ => unknown::<R>(index, &header[index], &mut names, &mut notes),
                });
            }
        }
        no_clash(file, row, header, &paths)?;
        if !paths.contains(&Some(Path::Field("id".to_owned()))) {
            let expected = format!(
                "a column for it; the headers are {}: say which with `--columns HEADER=id`",
                listed(header)
            );
            return Err(invalid_file(file, Some(row), "id", "missing", expected));
        }
        let kept: Vec<_> = paths
            .iter()
            .flatten()
            .filter(|path| matches!(path, Path::Extra(_)))
            .map(|path| format!("`{path}`"))
            .collect();
        if !kept.is_empty() {
            notes.push(format!("kept but not matched: {}", kept.join(", ")));
        }
        let column = |(path, name): (&Option<Path>, &String)| match path {
            Some(path) => Column::Values(Values::new::<R>(path.clone(), name, &paths)),
            None if is_reject_column(name.trim()) => Column::Ignored,
            None => Column::Headless,
        };
        Ok(Self { columns: paths.iter().zip(header).map(column).collect(), notes })
    }

    /// The place in a record that each column is; none for one that is no value.
    pub(crate) fn paths(&self) -> impl Iterator<Item = Option<&Path>> {
        self.columns.iter().map(|column| match column {
            Column::Values(values) => Some(&values.path),
            Column::Ignored | Column::Headless => None,
        })
    }

    /// The record that a row is.
    pub(crate) fn record<R: Record>(&self, row: TableRow) -> Result<R, FieldError> {
        if let Some(problem) = row.problem {
            return Err(problem);
        }
        let filled: Vec<bool> = row.cells.iter().map(|cell| !cell.is_blank()).collect();
        let mut fields = Map::new();
        for (index, cell) in row.cells.into_iter().enumerate() {
            match self.columns.get(index) {
                _ if cell == Cell::EMPTY => {}
                Some(Column::Values(values)) => values.put(cell, &filled, &mut fields)?,
                Some(Column::Ignored) => {}
                Some(Column::Headless) | None if cell.is_blank() => {}
                Some(Column::Headless) | None => {
                    let expected = "nothing, as no header stands above it: a delimiter or a quote may be amiss";
                    return Err(FieldError::new(
                        format!("column {}", index + 1),
                        cell.into_text(),
                        expected,
                    ));
                }
            }
        }
        R::from_json(Json::Object(fields))
    }
}

impl Values {
    fn new<R: Record>(path: Path, header: &str, paths: &[Option<Path>]) -> Self {
        let amount = [
            ("cost.currency", "cost.amount"),
            ("eligibility.max_cost.currency", "eligibility.max_cost.amount"),
        ]
        .into_iter()
        .find(|(currency, _)| path == Path::Field((*currency).to_owned()))
        .map(|(_, amount)| {
            (
                paths.iter().position(|path| *path == Some(Path::Field(amount.to_owned()))),
                header.to_owned(),
            )
        });
        Self { shape: path.shape::<R>(), path, amount }
    }

    fn put(
        &self,
        cell: Cell,
        filled: &[bool],
        fields: &mut Map<String, Json>,
    ) -> Result<(), FieldError> {
        if self.shape != Shape::Text && cell.is_blank() {
            return Ok(());
        }
        let value = self.shape.read(cell, &self.path.to_string())?;
        match &self.amount {
            // Offices fill in the currency of every row: alone it is no cost, and it is kept as it
            // is.
            Some((amount, header))
                if !amount.is_some_and(|index| filled.get(index) == Some(&true)) =>
            {
                fields.insert(header.clone(), value);
            }
            _ => self.path.put(fields, value),
        }
        Ok(())
    }
}

/// Refuses a header of too many columns before anything is made of them.
fn check_width(file: &File, row: u64, header: &[String]) -> Result<(), Error> {
    let count = header.iter().filter(|name| !is_reject_column(name.trim())).count();
    if count <= COLUMN_LIMIT {
        return Ok(());
    }
    let expected =
        "at most 16,384 columns: the delimiter may be wrong, or rows and columns may be swapped";
    Err(invalid_file(file, Some(row), "header", &format!("{count} columns"), expected))
}

/// Finds the column that a caller means by a header.
struct HeaderFinder<'h> {
    exact: HashMap<&'h str, usize>,
    /// The same without case and accents.
    normalised: HashMap<String, usize>,
}

impl<'h> HeaderFinder<'h> {
    /// `needed` is false where nothing will be looked up, so that nothing has to be prepared.
    fn new(header: &'h [String], needed: bool) -> Self {
        let mut finder = Self { exact: HashMap::new(), normalised: HashMap::new() };
        for (index, name) in header.iter().enumerate().filter(|_| needed) {
            // Of equal headers the first one is meant.
            finder.exact.entry(name).or_insert(index);
            finder.normalised.entry(plain(name)).or_insert(index);
        }
        finder
    }

    /// The first column with exactly this header, or else the first one that differs from it only
    /// in case and accents.
    fn find(&self, name: &str) -> Option<usize> {
        self.exact.get(name).or_else(|| self.normalised.get(&plain(name))).copied()
    }
}

/// The names that unknown columns have in `extra`, where each name exists once.
struct ExtraNames {
    taken: HashSet<String>,
    /// For a name that came more than once: the number that its last copy got. Counting goes on
    /// from there, so that a name repeated n times costs n steps and not n².
    copies: HashMap<String, u64>,
}

impl ExtraNames {
    /// Known fields and the names that a caller gave are taken from the start.
    fn new<R: Record>(paths: &[Option<Path>]) -> Self {
        let given = paths.iter().flatten().filter_map(|path| match path {
            Path::Extra(name) => Some(name.clone()),
            Path::Field(_) => None,
        });
        let fields = R::FIELDS.iter().map(|field| (*field).to_owned());
        Self { taken: fields.chain(given).collect(), copies: HashMap::new() }
    }

    /// The name itself if it is free, or else the first free one of `name (2)`, `name (3)` …
    fn take(&mut self, name: &str) -> String {
        if self.taken.insert(name.to_owned()) {
            return name.to_owned();
        }
        let copies = self.copies.entry(name.to_owned()).or_insert(1);
        loop {
            *copies += 1;
            let unique = format!("{name} ({copies})");
            if self.taken.insert(unique.clone()) {
                return unique;
            }
        }
    }
}

fn listed(header: &[String]) -> String {
    let names: Vec<_> = header
        .iter()
        .filter(|name| !name.trim().is_empty())
        .map(|name| format!("`{name}`"))
        .collect();
    if names.is_empty() { "all empty".to_owned() } else { names.join(", ") }
}

/// The field that a caller gave a header.
fn named_path<R: Record>(header: &str, field: &str) -> Result<Path, Error> {
    Path::exact::<R>(field).or_else(|| (field == "cost").then(|| Path::of::<R>(field))).ok_or_else(
        || {
            let known: Vec<_> = R::FIELDS
                .iter()
                .flat_map(|field| headers::columns(R::KIND, field))
                .map(|path| format!("`{path}`"))
                .collect();
            let expected = format!(
                "HEADER=FIELD with one of the fields {}, or `extra.NAME` to keep it as it is",
                known.join(", ")
            );
            Error::option("columns", format!("{header}={field}"), &expected)
        },
    )
}

/// The place of a column that is no field: its header, or the next free name.
fn unknown<R: Record>(
    index: usize,
    header: &str,
    names: &mut ExtraNames,
    notes: &mut Vec<String>,
) -> Path {
    let name = match Path::of::<R>(header) {
        _ if header.trim().is_empty() => format!("column {}", index + 1),
        Path::Extra(name) => name,
        Path::Field(_) => header.to_owned(),
    };
    let unique = names.take(&name);
    if unique != name {
        notes.push(format!(
            "there is a `{name}` already: column {} is kept as `{unique}`",
            index + 1
        ));
    }
    Path::Extra(unique)
}

fn no_clash(file: &File, row: u64, header: &[String], paths: &[Option<Path>]) -> Result<(), Error> {
    let mut taken = TakenPaths::default();
    for (index, path) in paths.iter().enumerate() {
        let Some(path) = path else { continue };
        if let Some(before) = taken.clash(path) {
            let value = format!("{}, {}", header[before], header[index]);
            let expected = format!("one column; say which with `--columns HEADER={path}`");
            return Err(invalid_file(file, Some(row), &path.to_string(), &value, expected));
        }
        taken.insert(path.clone(), index);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use citymatch::{Challenge, Solution};
    use serde_json::json;

    fn header(text: &str) -> Vec<String> {
        text.split(',').map(str::to_owned).collect()
    }

    fn named(text: &str) -> Vec<(String, String)> {
        text.split(',')
            .filter_map(|pair| pair.split_once('='))
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
            .collect()
    }

    fn columns<R: Record>(text: &str, given: &str) -> Result<Columns, Error> {
        Columns::of::<R>(File::new("f.csv"), 1, &header(text), &named(given))
    }

    fn record<R: Record>(text: &str, given: &str, cells: &str) -> Result<R, FieldError> {
        let cells = cells.split(',').map(|cell| Cell::Text(cell.to_owned())).collect();
        columns::<R>(text, given).unwrap().record(TableRow { number: 2, cells, problem: None })
    }

    #[test]
    fn a_row_is_a_record() {
        for (name, text, given, cells, json) in [
            (
                "headers",
                "Código,Título,ODS",
                "",
                "s1,Jardines,6;11",
                json!({"id": "s1", "title": "Jardines", "sdgs": [6, 11]}),
            ),
            (
                "empty_cells",
                "id,title,city,Teléfono",
                "",
                "s1,Jardines,,",
                json!({"id": "s1", "title": "Jardines"}),
            ),
            (
                "missing_cells",
                "id,title,city",
                "",
                "s1,Jardines",
                json!({"id": "s1", "title": "Jardines"}),
            ),
            (
                "unknown",
                "id,title,Teléfono",
                "",
                "s1,J,0991",
                json!({"id": "s1", "title": "J", "Teléfono": "0991"}),
            ),
            (
                "parts",
                "id,title,Costo,Moneda",
                "",
                "s1,J,1200,USD",
                json!({"id": "s1", "title": "J", "cost": {"amount": 1200, "currency": "USD"}}),
            ),
            (
                "currency_alone",
                "id,title,Costo,Moneda",
                "",
                "s1,J, ,USD",
                json!({"id": "s1", "title": "J", "Moneda": "USD"}),
            ),
            (
                "given",
                "id,A,B",
                "A=title,b=cost.amount",
                "s1,J,5",
                json!({"id": "s1", "title": "J", "cost": {"amount": 5}}),
            ),
            (
                "given_wins",
                "id,nombre,Nombre corto",
                "Nombre corto=title",
                "s1,x,J",
                json!({"id": "s1", "title": "J", "nombre": "x"}),
            ),
            (
                "given_wins_over_the_field_itself",
                "id,title,B",
                "B=title",
                "s1,x,J",
                json!({"id": "s1", "title": "J", "title (2)": "x"}),
            ),
            (
                "given_extra",
                "id,title,Etapa",
                "Etapa=extra.Etapa",
                "s1,J,2ª fase",
                json!({"id": "s1", "title": "J", "Etapa": "2ª fase"}),
            ),
            (
                "to_the_letter_first",
                "id,a,A",
                "A=title",
                "s1,x,J",
                json!({"id": "s1", "title": "J", "a": "x"}),
            ),
            (
                "no_header",
                ",id,title,,",
                "",
                "0,s1,J",
                json!({"id": "s1", "title": "J", "column 1": "0"}),
            ),
            (
                "same_unknown",
                "id,title,x,x",
                "",
                "s1,J,1,2",
                json!({"id": "s1", "title": "J", "x": "1", "x (2)": "2"}),
            ),
            (
                "rejected_before",
                "id,title,reject_row,reject_field,reject_reason",
                "",
                "s1,J,9,city,no",
                json!({"id": "s1", "title": "J"}),
            ),
        ] {
            let found = record::<Solution>(text, given, cells).unwrap();
            assert_eq!(found, Solution::from_json(json).unwrap(), "{name}");
        }
        let text = "id,Pregunta,criteria.currency,eligibility.max_cost.currency,eligibility.max_cost.amount";
        let json = json!({"id": "c", "question": "¿?", "criteria": {"currency": 0.5}, "eligibility": {"max_cost": {"amount": 9, "currency": "USD"}}});
        assert_eq!(
            record::<Challenge>(text, "", "c,¿?,0.5,USD,9").unwrap(),
            Challenge::from_json(json).unwrap()
        );
    }

    #[test]
    fn a_cell_below_no_header_rejects_its_row() {
        for (name, text) in [
            ("beyond", "id,title"),
            ("below_an_empty_header", "id,title,"),
            ("before_the_rejects", "id,title,,reject_row"),
        ] {
            let problem = record::<Solution>(text, "", "s1,a,b").unwrap_err();
            let message = "`column 3` cannot be `b` (expected nothing, as no header stands above it: a delimiter or a quote may be amiss)";
            assert_eq!(problem.to_string(), message, "{name}");
            assert!(record::<Solution>(text, "", "s1,a, ").is_ok(), "{name}");
        }
    }

    #[test]
    fn headers_that_cannot_be_read_are_told() {
        for (name, text, given, message) in [
            (
                "no_id",
                "Título,Resumen",
                "",
                "`f.csv`, row 1: `id` cannot be `missing` (expected a column for it; the headers are `Título`, `Resumen`: say which with `--columns HEADER=id`)",
            ),
            (
                "nothing_known",
                "x",
                "",
                "`f.csv`, row 1: `id` cannot be `missing` (expected a column for it; the headers are `x`: say which with `--columns HEADER=id`)",
            ),
            (
                "two_of_a_field",
                "id,Título,Nombre",
                "",
                "`f.csv`, row 1: `title` cannot be `Título, Nombre` (expected one column; say which with `--columns HEADER=title`)",
            ),
            (
                "two_of_the_same_name",
                "id,title,title",
                "",
                "`f.csv`, row 1: `title` cannot be `title, title` (expected one column; say which with `--columns HEADER=title`)",
            ),
            (
                "two_given",
                "id,a,b",
                "a=title,b=title",
                "`f.csv`, row 1: `title` cannot be `a, b` (expected one column; say which with `--columns HEADER=title`)",
            ),
            (
                "no_such_header",
                "id,title",
                "Nombre=title",
                "`f.csv`, row 1: `columns` cannot be `Nombre` (expected one of the headers `id`, `title`)",
            ),
        ] {
            assert_eq!(
                columns::<Solution>(text, given).err().unwrap().to_string(),
                message,
                "{name}"
            );
        }
        let error = columns::<Challenge>("id,a,criteria,criteria.x", "").err().unwrap().to_string();
        assert!(error.contains("`criteria.x` cannot be `criteria, criteria.x`"), "{error}");
        let error = columns::<Solution>("id,a", "a=titel").err().unwrap().to_string();
        assert!(error.starts_with("`columns` cannot be `a=titel` (expected HEADER=FIELD with one of the fields `id`, `title`,"), "{error}");
        assert!(
            error.ends_with(
                "`cost.amount`, `cost.currency`, `year`, `deployments`, `requirements`, `links`, or `extra.NAME` to keep it as it is)"
            ),
            "{error}"
        );
    }

    #[test]
    fn columns_that_are_not_matched_are_noted() {
        let notes = columns::<Solution>("id,title,Teléfono,x,x,", "").unwrap().notes;
        assert_eq!(
            notes,
            [
                "there is a `x` already: column 5 is kept as `x (2)`",
                "kept but not matched: `Teléfono`, `x`, `x (2)`"
            ]
        );
        assert!(columns::<Solution>("id,title,cost.note", "").unwrap().notes.is_empty());
    }

    #[test]
    fn a_header_repeated_in_every_column_gives_every_column_a_name() {
        let text = format!("id,title{}", ",x".repeat(COLUMN_LIMIT - 2));
        let columns = columns::<Solution>(&text, "").unwrap();
        let paths: Vec<_> = columns.paths().flatten().map(ToString::to_string).collect();
        assert_eq!(paths[..5], ["id", "title", "x", "x (2)", "x (3)"]);
        assert_eq!(paths[COLUMN_LIMIT - 1], format!("x ({})", COLUMN_LIMIT - 2));
        assert_eq!(paths.iter().collect::<HashSet<_>>().len(), COLUMN_LIMIT);
    }

    #[test]
    fn names_that_look_like_copies_stay_unique() {
        for (name, text, expected) in [
            ("copy_first", "x (2),x,x", &["x (2)", "x", "x (3)"][..]),
            ("copy_last", "x,x,x (2)", &["x", "x (2)", "x (2) (2)"]),
            ("copy_of_a_copy", "x,x (2),x (2),x", &["x", "x (2)", "x (2) (2)", "x (3)"]),
        ] {
            let columns = columns::<Solution>(&format!("id,title,{text}"), "").unwrap();
            let paths: Vec<_> = columns.paths().flatten().map(ToString::to_string).collect();
            assert_eq!(paths[2..], *expected, "{name}");
        }
    }

    #[test]
    fn a_table_of_too_many_columns_is_refused() {
        for (name, text, fits) in [
            ("as_many", format!("id,title{}", ",x".repeat(COLUMN_LIMIT - 2)), true),
            ("one_more", format!("id,title{}", ",x".repeat(COLUMN_LIMIT - 1)), false),
            ("without_headers", format!("id,title{}", ",".repeat(COLUMN_LIMIT)), true),
            (
                "of_a_copy_of_rejects",
                format!(
                    "id,title{},reject_row,reject_field,reject_reason",
                    ",x".repeat(COLUMN_LIMIT - 2)
                ),
                true,
            ),
        ] {
            let found = columns::<Solution>(&text, "");
            assert_eq!(found.is_ok(), fits, "{name}");
            if let Err(error) = found {
                assert_eq!(
                    error.to_string(),
                    "`f.csv`, row 1: `header` cannot be `16385 columns` (expected at most 16,384 columns: the delimiter may be wrong, or \
                     rows and columns may be swapped)"
                );
            }
        }
    }
}
