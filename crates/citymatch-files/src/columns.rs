//! The columns of a table of records: what each header means, and the record that a row is.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use citymatch::record::{Currency, FieldError, did_you_mean, is_placeholder, normalise_key};
use citymatch::{Error, ErrorKind, Record};
use serde_json::{Map, Value as Json};

use crate::cells::{Cell, Shape};
use crate::dates::DateColumn;
use crate::field_path::{FieldPath, TakenPaths, is_reject_column};
use crate::headers;
use crate::notes;
use crate::options::{OptionWords, ReadOptions};
use crate::source::ColumnDescription;
use crate::table::{TableRow, TableRows};

/// The most columns that a table of records may have: 16,384, as many as a sheet of Excel has.
///
/// The three columns that [`write_rejects`](crate::write_rejects) adds do not count, nor do columns
/// without a header after the last one that has one. A table with more is refused as a whole, with
/// [`ErrorKind::InvalidFile`](citymatch::ErrorKind::InvalidFile): such a header is a sign of a wrong
/// delimiter, or of rows and columns that are swapped.
pub const COLUMN_LIMIT: usize = 16_384;

/// How the note begins that names the columns which are no field.
pub(crate) const KEPT: &str = "kept but not used for matching";

/// How many headers an error message lists.
const LISTED_HEADERS: usize = 40;

/// What the columns of a table mean.
pub(crate) struct Columns {
    columns: Vec<Column>,
    /// What a person who reads the file should know about its columns: a line each.
    pub(crate) notes: Vec<String>,
}

enum Column {
    /// Its cells are values of a field.
    Value(ValueColumn),
    /// [`write_rejects`](crate::write_rejects) added it, and its cells are ignored.
    Reject,
    /// It has no header, so its cells must be blank.
    NoHeader,
}

/// A column whose cells are values of a field.
struct ValueColumn {
    path: FieldPath,
    shape: Shape,
    /// The unknown field that keeps a value that is not understood: the column's header.
    kept_as: String,
    /// Whether a record is one without the column's value, so that a value that is not understood
    /// must be kept.
    is_optional: bool,
    /// How dates are read that mean two days each, for a column of dates.
    dates: Option<DateColumn>,
    /// For a column of currencies: the column that has the amounts, if there is one. Offices fill in
    /// the currency of every row, so a currency without an amount is not a cost.
    #[expect(clippy::option_option, reason = "a column of currencies may stand alone")]
    amount: Option<Option<usize>>,
    /// The currency of the column's amounts, if its header says it and no column does.
    amounts_in: Option<(FieldPath, Currency)>,
}

impl Columns {
    /// Finds out what the headers of a file mean. `row` is the number of their row in the file, for
    /// errors.
    pub(crate) fn from_header<R: Record>(
        file: &Path,
        row: u64,
        header: &[String],
        are_names: bool,
        options: &ReadOptions,
    ) -> Result<Self, Error> {
        let rules = HeaderRules {
            chosen: &options.columns,
            needs_id: !options.row_ids,
            words: options.words,
            are_names,
        };
        let row = Some(row).filter(|row| *row > 0);
        Self::new::<R>(header, &rules).map_err(|problem| problem.in_file(file, row))
    }

    /// Finds out what headers mean.
    pub(crate) fn new<R: Record>(
        header: &[String],
        rules: &HeaderRules<'_>,
    ) -> Result<Self, HeaderProblem> {
        let last = header.iter().rposition(|name| {
            rules.are_names || !name.trim().is_empty() && !is_reject_column(name.trim())
        });
        let width = last.map_or(0, |last| last + 1);
        check_width(&header[..width])?;
        let mut paths: Vec<Option<FieldPath>> = vec![None; header.len()];
        let mut taken = TakenPaths::default();
        let finder = HeaderFinder::new(if rules.chosen.is_empty() { &[] } else { header });
        for (name, field) in rules.chosen {
            let index = finder.find(name).ok_or_else(|| {
                let meant = did_you_mean(name, header.iter().map(String::as_str));
                let expected = format!("one of the headers {}{meant}", listed(header));
                FieldError::new("columns", name, expected)
            })?;
            let path = chosen_path::<R>(name, field)?;
            paths[index] = Some(path.clone());
            taken.insert(path, index);
        }
        let mut notes = Vec::new();
        let mut names = ExtraNames::new::<R>(&paths);
        let is_open = |paths: &[Option<FieldPath>], index: usize| {
            paths[index].is_none() && !is_reject_column(header[index].trim())
        };
        let field =
            |path: Option<FieldPath>| path.filter(|path| matches!(path, FieldPath::Field(_)));
        // Headers that surely mean a field go before those that probably do. Of names, those of the
        // fields themselves go first.
        let mut passes: Vec<fn(&str) -> Option<FieldPath>> = Vec::new();
        if rules.are_names {
            passes.push(FieldPath::own::<R>);
        }
        passes.push(FieldPath::sure::<R>);
        for pass in passes {
            let chosen = taken.clone();
            for index in 0..width {
                let Some(path) =
                    is_open(&paths, index).then(|| field(pass(&header[index]))).flatten()
                else {
                    continue;
                };
                let others = if rules.are_names { &taken } else { &chosen };
                if others.clash(&path).is_none() {
                    taken.insert(path.clone(), index);
                    paths[index] = Some(path);
                }
            }
        }
        let mut copies = Copies::default();
        for index in 0..width {
            if !is_open(&paths, index) {
                continue;
            }
            paths[index] = Some(match FieldPath::from_header::<R>(&header[index]) {
                path @ FieldPath::Field(_) if taken.clash(&path).is_none() => {
                    taken.insert(path.clone(), index);
                    path
                }
                // The header means no field, or another column is that field.
                FieldPath::Extra(name) if rules.are_names || !header[index].trim().is_empty() => {
                    names.extra(index, &name, &mut copies)
                }
                FieldPath::Extra(_) => {
                    names.extra(index, &format!("column {}", index + 1), &mut copies)
                }
                FieldPath::Field(_) => names.extra(index, &header[index], &mut copies),
            });
        }
        notes.extend(copies.note());
        let taken = check_clashes(header, &paths, rules.words)?;
        if rules.needs_id && taken.column(&FieldPath::Field("id".to_owned())).is_none() {
            return Err(no_ids("column", "headers", header, rules.words).into());
        }
        let extra: Vec<_> = paths
            .iter()
            .flatten()
            .filter(|path| matches!(path, FieldPath::Extra(_)))
            .map(|path| format!("`{path}`"))
            .collect();
        if !extra.is_empty() {
            notes.push(format!("{KEPT}: {}", notes::listed(&extra)));
        }
        let columns = paths.into_iter().zip(header).map(|(path, name)| match path {
            Some(path) => Column::Value(ValueColumn::new::<R>(path, name, &taken, &mut names)),
            None if is_reject_column(name.trim()) => Column::Reject,
            None => Column::NoHeader,
        });
        Ok(Self { columns: columns.collect(), notes })
    }

    /// The path of each column; `None` for a column whose cells are not values.
    pub(crate) fn paths(&self) -> impl Iterator<Item = Option<&FieldPath>> {
        self.columns.iter().map(|column| match column {
            Column::Value(column) => Some(&column.path),
            Column::Reject | Column::NoHeader => None,
        })
    }

    /// Decides how the dates of each column of dates are read, and notes it. Tables with dates are
    /// those of challenges, which are short enough to be held in memory.
    pub(crate) fn look_at_dates(&mut self, header: &[String], table: TableRows) -> TableRows {
        let indices: Vec<usize> = self.of_dates().collect();
        if indices.is_empty() {
            return table;
        }
        let rows: Vec<TableRow> = table.collect();
        for index in indices {
            let dates = rows.iter().filter_map(|row| row.cells.get(index)?.text());
            if let Some(dates) = DateColumn::new(header[index].trim(), dates) {
                self.notes.push(dates.note.clone());
                self.read_dates(index, dates);
            }
        }
        Box::new(rows.into_iter())
    }

    /// The indices of the columns of dates.
    pub(crate) fn of_dates(&self) -> impl Iterator<Item = usize> {
        self.columns.iter().enumerate().filter(|(_, column)| column.has_dates()).map(|(at, _)| at)
    }

    /// Reads the dates of a column as was decided for it.
    pub(crate) fn read_dates(&mut self, index: usize, dates: DateColumn) {
        if let Some(Column::Value(column)) = self.columns.get_mut(index) {
            column.dates = Some(dates);
        }
    }

    /// Whether one of them is the id.
    pub(crate) fn has_id(&self) -> bool {
        self.paths().flatten().any(|path| *path == FieldPath::Field("id".to_owned()))
    }

    /// What each column means: a field, or none that is known; `None` where its cells are not values.
    pub(crate) fn describe_all(&self) -> impl Iterator<Item = Option<Option<String>>> {
        self.paths().map(|path| {
            path.map(|path| matches!(path, FieldPath::Field(_)).then(|| path.to_string()))
        })
    }

    /// What each column with a header means.
    pub(crate) fn describe(&self, header: &[String]) -> Vec<ColumnDescription> {
        let describe = |(field, header): (Option<Option<String>>, &String)| {
            Some(ColumnDescription { header: header.clone(), field: field? })
        };
        self.describe_all().zip(header).filter_map(describe).collect()
    }

    /// Reads a row as a record.
    pub(crate) fn record<R: Record>(&self, row: TableRow) -> Result<R, FieldError> {
        if let Some(problem) = row.problem {
            return Err(problem);
        }
        let is_filled =
            |cell: &Cell| !cell.is_blank() && !is_placeholder(cell.text().unwrap_or("0"));
        let filled: Vec<bool> = row.cells.iter().map(is_filled).collect();
        let mut fields = Map::new();
        // The cells that may not be understood, by their columns.
        let mut cells: Vec<(&ValueColumn, Json)> = Vec::new();
        for (index, cell) in row.cells.into_iter().enumerate() {
            match self.columns.get(index) {
                _ if cell == Cell::EMPTY => {}
                Some(Column::Value(column)) => {
                    if column.is_optional {
                        cells.push((column, cell.clone().into_json()));
                    }
                    column.insert(cell, &filled, &mut fields)?;
                }
                Some(Column::Reject) => {}
                Some(Column::NoHeader) | None if cell.is_blank() => {}
                Some(Column::NoHeader) | None => {
                    return Err(FieldError::new(
                        format!("column {}", index + 1),
                        cell.into_text(),
                        "an empty cell, as the column has no header: a delimiter or quote may be wrong",
                    ));
                }
            }
        }
        let mut record = R::read(Json::Object(fields))?;
        if !record.unclear().is_empty() {
            keep_unclear(&mut record, cells);
        }
        Ok(record)
    }
}

/// Keeps the cells that were not understood under their headers. The record has them under the names
/// of its fields, put together from several cells.
fn keep_unclear<R: Record>(record: &mut R, cells: Vec<(&ValueColumn, Json)>) {
    let unclear: Vec<String> =
        record.unclear().iter().map(|problem| problem.field.clone()).collect();
    let is_of = |field: &str, path: &str| {
        path.strip_prefix(field).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    };
    let mut whole = record.clone();
    whole.extra_mut().clear();
    let understood = whole.to_json();
    for at in &unclear {
        let field = at.split(['.', '[']).next().unwrap_or(at);
        if cells
            .iter()
            .any(|(column, _)| is_of(field, column.path.as_str()) && column.kept_as != field)
        {
            record.extra_mut().shift_remove(field);
        }
    }
    for (column, value) in cells {
        let path = column.path.as_str();
        let field = path.split('.').next().unwrap_or(path);
        let is_unclear = unclear.iter().any(|at| is_of(path, at));
        let is_lost = unclear.iter().any(|at| is_of(field, at)) && !understood.contains_key(field);
        let is_blank = value.as_str().is_some_and(|text| text.trim().is_empty());
        if (is_unclear || is_lost) && column.kept_as != field && !is_blank {
            record.extra_mut().insert(column.kept_as.clone(), value);
        }
    }
}

impl Column {
    fn has_dates(&self) -> bool {
        matches!(self, Self::Value(ValueColumn { shape: Shape::Date, .. }))
    }
}

impl ValueColumn {
    fn new<R: Record>(
        path: FieldPath,
        header: &str,
        taken: &TakenPaths,
        names: &mut ExtraNames,
    ) -> Self {
        let amount = path.amount().map(|amount| taken.column(&amount));
        let field = path.as_str().split('.').next().unwrap_or_default();
        let is_optional = matches!(path, FieldPath::Field(_))
            && !matches!(field, "id" | "eligibility")
            && !R::TEXTS.contains(&field);
        let kept_as = match header.trim() {
            _ if !is_optional => String::new(),
            name if name == field || name == path.as_str() => name.to_owned(),
            _ => names.unique(header),
        };
        let amounts_in = amounts_in(&path, header, taken);
        let shape = path.shape::<R>();
        Self { path, shape, kept_as, is_optional, dates: None, amount, amounts_in }
    }

    /// Puts the value of a cell into a record's JSON. `filled` says which cells of the row are not
    /// blank.
    fn insert(
        &self,
        cell: Cell,
        filled: &[bool],
        fields: &mut Map<String, Json>,
    ) -> Result<(), FieldError> {
        if let Cell::Typed(Json::Null) = cell {
            if !self.path.as_str().contains('.') || matches!(self.path, FieldPath::Extra(_)) {
                self.path.insert(fields, Json::Null);
            }
            return Ok(());
        }
        if self.shape != Shape::Text && cell.is_blank() {
            return Ok(());
        }
        let date = self.dates.as_ref().and_then(|dates| dates.read(cell.text()?));
        if let Some(date) = date {
            // The day alone can be read without the column, and the source's words are kept too.
            fields.insert(format!("{} (as written)", self.kept_as), cell.into_text().into());
            self.path.insert(fields, date.into());
            return Ok(());
        }
        if let Some(group) = self.path.group_of_amount()
            && let Some(whole) = cell.object()
        {
            group.insert(fields, whole);
            return Ok(());
        }
        let value = self.shape.read(cell, self.path.as_str())?;
        let has_amount =
            |amount: Option<usize>| amount.is_some_and(|column| filled.get(column) == Some(&true));
        match self.amount {
            Some(amount) if !has_amount(amount) => {
                fields.insert(self.kept_as.clone(), value);
            }
            _ => self.path.insert(fields, value),
        }
        if let Some((path, currency)) = &self.amounts_in {
            path.insert(fields, currency.name().into());
        }
        Ok(())
    }
}

/// The currency that the header of a column of amounts has in brackets.
fn amounts_in(path: &FieldPath, header: &str, taken: &TakenPaths) -> Option<(FieldPath, Currency)> {
    let path = path.currency().filter(|path| taken.column(path).is_none())?;
    Some((path, headers::currency_in_brackets(header)?))
}

/// How many fields the headers of a row mean by themselves, or because a caller chose them.
pub(crate) fn known_fields<R: Record>(header: &[String], chosen: &[(String, String)]) -> usize {
    let chosen: HashMap<String, &str> =
        chosen.iter().map(|(name, field)| (normalise_key(name), field.as_str())).collect();
    let path = |name: &String| match chosen.get(&normalise_key(name)) {
        Some(field) => Some((*field).to_owned()),
        None => match FieldPath::from_header::<R>(name) {
            FieldPath::Field(path) => Some(path),
            FieldPath::Extra(_) => None,
        },
    };
    let limited = header.iter().take(COLUMN_LIMIT);
    limited.filter_map(path).collect::<HashSet<_>>().len()
}

/// How headers are taken.
pub(crate) struct HeaderRules<'a> {
    /// The pairs of header and field that a caller gave.
    pub(crate) chosen: &'a [(String, String)],
    /// Whether one of them has to be the id.
    pub(crate) needs_id: bool,
    /// What errors call the options that a caller has.
    pub(crate) words: OptionWords,
    /// Whether they are the names of typed columns, or the keys of objects: a blank one is a name too,
    /// and of two that mean a field the first one is it. Files have headers that people wrote, where
    /// that is a mistake.
    pub(crate) are_names: bool,
}

/// Why headers are not those of a table of records.
pub(crate) enum HeaderProblem {
    Header(FieldError),
    /// An option of the caller's cannot be.
    Option(Error),
}

impl HeaderProblem {
    /// The error of a file, with the row of its headers if it has some.
    pub(crate) fn in_file(self, file: &Path, row: Option<u64>) -> Error {
        match self {
            Self::Header(problem) => {
                ErrorKind::InvalidFile { path: file.to_owned(), row, problem }.into()
            }
            Self::Option(error) => error,
        }
    }

    /// The problem of the one row that has them.
    pub(crate) fn into_problem(self) -> FieldError {
        match self {
            Self::Header(problem) => problem,
            Self::Option(error) => FieldError::new("columns", "", error.to_string()),
        }
    }

    /// The error of a table that is in no file.
    pub(crate) fn in_table(self) -> Error {
        match self {
            Self::Header(problem) => ErrorKind::InvalidTable { problem }.into(),
            Self::Option(error) => error,
        }
    }
}

impl From<FieldError> for HeaderProblem {
    fn from(problem: FieldError) -> Self {
        Self::Header(problem)
    }
}

impl From<Error> for HeaderProblem {
    fn from(error: Error) -> Self {
        Self::Option(error)
    }
}

/// The problem of a table in which nothing is the id, so that each of its rows would be wrong.
pub(crate) fn no_ids(what: &str, among: &str, names: &[String], words: OptionWords) -> FieldError {
    let (columns, row_ids) = (words.columns("id"), words.row_ids());
    let meant = did_you_mean("id", names.iter().map(String::as_str));
    let expected = format!(
        "a {what} for it among the {among} {}{meant}: choose one with {columns}, or number the rows \
         with {row_ids}",
        listed(names)
    );
    FieldError::new("id", "missing", expected)
}

/// Refuses a header of too many columns before any work is spent on them.
fn check_width(header: &[String]) -> Result<(), FieldError> {
    let count = header.iter().filter(|name| !is_reject_column(name.trim())).count();
    if count <= COLUMN_LIMIT {
        return Ok(());
    }
    let expected = "at most 16,384: the delimiter may be wrong, or rows and columns may be swapped";
    Err(FieldError::new("header", format!("{count} columns"), expected))
}

/// Finds the column that a caller means by a header.
pub(crate) struct HeaderFinder<'h> {
    exact: HashMap<&'h str, usize>,
    /// The same without case and accents.
    normalised: HashMap<String, usize>,
}

impl<'h> HeaderFinder<'h> {
    pub(crate) fn new(header: &'h [String]) -> Self {
        let mut finder = Self { exact: HashMap::new(), normalised: HashMap::new() };
        for (index, name) in header.iter().enumerate() {
            // Of equal headers the first one is meant.
            finder.exact.entry(name).or_insert(index);
            finder.normalised.entry(normalise_key(name)).or_insert(index);
        }
        finder
    }

    /// The first column with exactly this header, or else the first one whose header differs from
    /// it only in case and accents.
    pub(crate) fn find(&self, name: &str) -> Option<usize> {
        self.exact.get(name).or_else(|| self.normalised.get(&normalise_key(name))).copied()
    }
}

/// The names that unknown columns get in `extra`, where no name may exist twice.
struct ExtraNames {
    taken: HashSet<String>,
    /// For a name that came more than once: the number that its last copy got. Counting continues
    /// from there, so that a name repeated n times costs n steps and not n².
    copies: HashMap<String, u64>,
}

impl ExtraNames {
    /// The names of known fields and the names that a caller chose are taken from the start.
    fn new<R: Record>(chosen: &[Option<FieldPath>]) -> Self {
        let chosen = chosen.iter().flatten().filter_map(|path| match path {
            FieldPath::Extra(name) => Some(name.clone()),
            FieldPath::Field(_) => None,
        });
        let fields = R::FIELDS.iter().map(|field| (*field).to_owned());
        Self { taken: fields.chain(chosen).collect(), copies: HashMap::new() }
    }

    /// The name itself if it is free, or else the first free one of `name (2)`, `name (3)` …
    fn unique(&mut self, name: &str) -> String {
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

    /// The path of a column that is kept as an unknown field.
    fn extra(&mut self, index: usize, name: &str, copies: &mut Copies) -> FieldPath {
        let unique = self.unique(name);
        if unique != name {
            copies.push(index, name, &unique);
        }
        FieldPath::Extra(unique)
    }
}

/// The columns whose names existed already, for one note about all of them.
#[derive(Default)]
struct Copies {
    columns: Vec<u64>,
    names: Vec<String>,
    kept_as: Vec<String>,
}

impl Copies {
    fn push(&mut self, index: usize, name: &str, kept_as: &str) {
        self.columns.push(index as u64 + 1);
        let name = format!("`{name}`");
        if self.names.last() != Some(&name) {
            self.names.push(name);
        }
        self.kept_as.push(format!("`{kept_as}`"));
    }

    fn note(&self) -> Option<String> {
        if self.columns.is_empty() {
            return None;
        }
        let (is, exist) = if self.columns.len() == 1 { ("is", "exists") } else { ("are", "exist") };
        let exist = if self.names.len() == 1 { "exists" } else { exist };
        Some(format!(
            "{} {exist} already: {} {is} kept as {}",
            notes::listed(&self.names),
            notes::numbers("column", &self.columns),
            notes::listed(&self.kept_as)
        ))
    }
}

/// The headers as an error message lists them: the first ones, and how many follow.
pub(crate) fn listed(header: &[String]) -> String {
    let names: Vec<_> = header
        .iter()
        .filter(|name| !name.trim().is_empty())
        .map(|name| format!("`{name}`"))
        .collect();
    if names.is_empty() {
        return "(all are empty)".to_owned();
    }
    notes::listed_up_to(&names, LISTED_HEADERS)
}

/// The path of the field that a caller chose for a header.
pub(crate) fn chosen_path<R: Record>(header: &str, field: &str) -> Result<FieldPath, Error> {
    match FieldPath::exact::<R>(field) {
        Some(path) => Ok(path),
        None if field == "cost" => Ok(FieldPath::from_header::<R>(field)),
        None => {
            let known: Vec<_> =
                R::FIELDS.iter().flat_map(|field| headers::field_columns(R::KIND, field)).collect();
            let expected = format!(
                "one of the fields `{}`, or `extra.NAME` to keep `{header}` as it is{}",
                known.join("`, `"),
                did_you_mean(field, known.iter().copied())
            );
            Err(Error::option("columns", field, &expected))
        }
    }
}

/// Refuses two columns that mean the same field, and returns the paths of all columns.
fn check_clashes(
    header: &[String],
    paths: &[Option<FieldPath>],
    words: OptionWords,
) -> Result<TakenPaths, FieldError> {
    let mut taken = TakenPaths::default();
    for (index, path) in paths.iter().enumerate() {
        let Some(path) = path else { continue };
        if let Some(other) = taken.clash(path) {
            let value = format!("{}, {}", header[other], header[index]);
            let columns = words.columns(path.as_str());
            let expected = format!("one column: choose it with {columns}");
            return Err(FieldError::new(path.as_str(), value, expected));
        }
        taken.insert(path.clone(), index);
    }
    Ok(taken)
}

#[cfg(test)]
mod tests {
    use super::*;
    use citymatch::{Challenge, Solution};
    use serde_json::json;

    fn header(text: &str) -> Vec<String> {
        text.split(',').map(str::to_owned).collect()
    }

    fn chosen(text: &str) -> Vec<(String, String)> {
        text.split(',')
            .filter_map(|pair| pair.split_once('='))
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
            .collect()
    }

    fn columns<R: Record>(text: &str, given: &str) -> Result<Columns, Error> {
        let options = ReadOptions::default().columns(chosen(given));
        Columns::from_header::<R>(Path::new("f.csv"), 1, &header(text), false, &options)
    }

    fn record<R: Record>(text: &str, given: &str, cells: &str) -> Result<R, FieldError> {
        let cells = cells.split(',').map(|cell| Cell::Text(cell.to_owned())).collect();
        columns::<R>(text, given).unwrap().record(TableRow {
            number: 2,
            cells,
            problem: None,
            sheet: None,
        })
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
    fn a_cell_without_a_header_rejects_its_row() {
        for (name, text) in [
            ("beyond", "id,title"),
            ("below_an_empty_header", "id,title,"),
            ("before_the_rejects", "id,title,,reject_row"),
        ] {
            let problem = record::<Solution>(text, "", "s1,a,b").unwrap_err();
            let message = "`column 3` cannot be `b` (expected an empty cell, as the column has no header: a delimiter or quote may be wrong)";
            assert_eq!(problem.to_string(), message, "{name}");
            assert!(record::<Solution>(text, "", "s1,a, ").is_ok(), "{name}");
        }
    }

    #[test]
    fn headers_that_cannot_be_used_are_an_error() {
        for (name, text, given, message) in [
            (
                "no_id",
                "Título,Resumen",
                "",
                "`f.csv`, row 1: `id` cannot be `missing` (expected a column for it among the headers `Título`, `Resumen`: choose one with `columns([(HEADER, \"id\")])`, or number the rows with `row_ids(true)`)",
            ),
            (
                "a_slip",
                "idd,Título",
                "",
                "`f.csv`, row 1: `id` cannot be `missing` (expected a column for it among the headers `idd`, `Título`; did you mean `idd`?: choose one with `columns([(HEADER, \"id\")])`, or number the rows with `row_ids(true)`)",
            ),
            (
                "nothing_known",
                "x",
                "",
                "`f.csv`, row 1: `id` cannot be `missing` (expected a column for it among the headers `x`: choose one with `columns([(HEADER, \"id\")])`, or number the rows with `row_ids(true)`)",
            ),
            (
                "two_of_a_field",
                "id,Título,Nombre",
                "",
                "`f.csv`, row 1: `title` cannot be `Título, Nombre` (expected one column: choose it with `columns([(HEADER, \"title\")])`)",
            ),
            (
                "two_of_the_same_name",
                "id,title,title",
                "",
                "`f.csv`, row 1: `title` cannot be `title, title` (expected one column: choose it with `columns([(HEADER, \"title\")])`)",
            ),
            (
                "two_given",
                "id,a,b",
                "a=title,b=title",
                "`f.csv`, row 1: `title` cannot be `a, b` (expected one column: choose it with `columns([(HEADER, \"title\")])`)",
            ),
            (
                "a_slip_of_a_header",
                "id,Nombre",
                "Nobre=title",
                "`f.csv`, row 1: `columns` cannot be `Nobre` (expected one of the headers `id`, `Nombre`; did you mean `Nombre`?)",
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
        assert!(
            error.starts_with(
                "`columns` cannot be `titel` (expected one of the fields `id`, `title`,"
            ),
            "{error}"
        );
        assert!(
            error.ends_with(
                "`cost.amount`, `cost.currency`, `year`, `deployments`, `requirements`, `links`, or `extra.NAME` to keep `a` as it is; did you mean `title`?)"
            ),
            "{error}"
        );
    }

    #[test]
    fn columns_that_are_not_used_for_matching_are_noted() {
        let notes = columns::<Solution>("id,title,Teléfono,x,x,", "").unwrap().notes;
        assert_eq!(
            notes,
            [
                "`x` exists already: column 5 is kept as `x (2)`",
                "kept but not used for matching: `Teléfono`, `x`, `x (2)`"
            ]
        );
        assert!(columns::<Solution>("id,title,cost.note", "").unwrap().notes.is_empty());
    }

    #[test]
    fn notes_of_one_kind_are_summed_up() {
        let text = format!("id,title{}", ",x".repeat(4_000));
        let notes = columns::<Solution>(&text, "").unwrap().notes;
        assert_eq!(
            notes,
            [
                "`x` exists already: columns 4, 5, 6, 7, 8 and 3994 more are kept as `x (2)`, `x (3)`, \
                 `x (4)`, `x (5)`, `x (6)` and 3994 more",
                "kept but not used for matching: `x`, `x (2)`, `x (3)`, `x (4)`, `x (5)` and 3995 more",
            ]
        );
    }

    #[test]
    fn errors_name_the_options_that_a_caller_has() {
        let options = ReadOptions::default;
        for (words, id, title) in [
            (
                OptionWords::Rust,
                "`columns([(HEADER, \"id\")])`",
                "`columns([(HEADER, \"title\")])`",
            ),
            (OptionWords::Command, "`--columns HEADER=id`", "`--columns HEADER=title`"),
            (
                OptionWords::Python,
                "`columns={\"HEADER\": \"id\"}`",
                "`columns={\"HEADER\": \"title\"}`",
            ),
        ] {
            for (text, expected) in [("x", id), ("id,Título,Nombre", title)] {
                let options = options().words(words);
                let file = Path::new("f.csv");
                let found =
                    Columns::from_header::<Solution>(file, 1, &header(text), false, &options);
                let error = found.err().unwrap().to_string();
                assert!(error.contains(expected), "{error}");
                let command = matches!(words, OptionWords::Command);
                assert_eq!(error.contains("--"), command, "{error}");
            }
        }
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
                    "`f.csv`, row 1: `header` cannot be `16385 columns` (expected at most 16,384: the delimiter may be wrong, or rows and \
                     columns may be swapped)"
                );
            }
        }
    }

    #[test]
    fn a_long_list_of_headers_is_shortened() {
        let names: Vec<_> = (1..=LISTED_HEADERS + 2).map(|n| format!("h{n}")).collect();
        let error = columns::<Solution>(&names.join(","), "").err().unwrap().to_string();
        assert!(error.contains("`h39`, `h40` and 2 more: choose one with"), "{error}");
    }
}
