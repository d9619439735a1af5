//! Rows that are objects, each with names of its own: lines of JSONL, and the mappings of a program.

use std::collections::{HashMap, HashSet};
use std::marker::PhantomData;

use citymatch::record::FieldError;
use citymatch::{Error, Record};
use serde_json::{Map, Value as Json};

use crate::cells::{Cell, Shape};
use crate::columns::{Columns, HeaderFinder, HeaderProblem, HeaderRules, chosen_path, no_ids};
use crate::dates::DateColumn;
use crate::field_path::FieldPath;
use crate::options::{OptionWords, ReadOptions};
use crate::source::ColumnDescription;
use crate::table::TableRow;
use crate::typed::whole_id;

/// How many lists of keys are remembered with what they mean. Objects that leave out what they do not
/// have come with several; more than this are those of objects that have nothing in common.
const REMEMBERED: usize = 256;

/// Reads records from objects. Keys mean what headers of files mean: `Código` is the id. A field's own
/// name goes before other words for it.
pub struct ObjectReader<R> {
    chosen: Vec<(String, String)>,
    words: OptionWords,
    /// Whether a text may be a list or JSON under a field's own name too, as in a cell of a file.
    texts_are_cells: bool,
    known: HashMap<Vec<String>, Keys>,
    /// How the dates under a key are read, where one alone may mean two days.
    dates: HashMap<String, DateColumn>,
    notes: Vec<String>,
    record: PhantomData<fn() -> R>,
}

/// What the keys of an object mean.
struct Keys {
    columns: Columns,
    /// For each key: whether its texts are read as cells of files are.
    are_cells: Vec<bool>,
    has_id: bool,
}

impl<R: Record> ObjectReader<R> {
    /// A reader with these options, of which `columns` alone means something for it.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidOption`](citymatch::ErrorKind::InvalidOption) if a column is to be a field
    /// that there is not.
    pub fn new(options: &ReadOptions, texts_are_cells: bool) -> Result<Self, Error> {
        for (header, field) in &options.columns {
            chosen_path::<R>(header, field)?;
        }
        Ok(Self {
            chosen: options.columns.clone(),
            words: options.words,
            texts_are_cells,
            known: HashMap::new(),
            dates: HashMap::new(),
            notes: Vec::new(),
            record: PhantomData,
        })
    }

    /// What was guessed about the objects that were [looked at](Self::look_at), a line each, for a
    /// person to look over.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Reads an object as a record.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(&mut self, mut object: Map<String, Json>) -> Result<R, FieldError> {
        if let Some(id) = object.get_mut("id") {
            *id = whole_id("id", id.take());
        }
        if self.is_plain(&object) {
            return R::read(object.into());
        }
        let keys = self.keys(&object)?;
        let cell = |(value, is_cell): (Json, &bool)| match value {
            Json::String(text) if *is_cell => Cell::Text(text),
            value => Cell::Typed(value),
        };
        let values = object.into_iter().map(|(_, value)| value);
        let cells = values.zip(&keys.are_cells).map(cell).collect();
        keys.columns.record(TableRow { number: 0, cells, problem: None, sheet: None })
    }

    /// What the keys of objects mean that are no field's own name, in the order in which they came.
    /// Their dates decide whether the day or the month comes first in those that are read afterwards.
    ///
    /// # Errors
    /// Where `needs_id` and no object has an id, and where no object has a key that the caller chose.
    pub fn look_at<'o>(
        &mut self,
        objects: impl Iterator<Item = &'o Map<String, Json>>,
        needs_id: bool,
    ) -> Result<Vec<ColumnDescription>, Error> {
        self.find_problem(objects, needs_id).map_err(HeaderProblem::in_table)
    }

    pub(crate) fn find_problem<'o>(
        &mut self,
        objects: impl Iterator<Item = &'o Map<String, Json>>,
        needs_id: bool,
    ) -> Result<Vec<ColumnDescription>, HeaderProblem> {
        let (mut seen, mut names, mut found) = (HashSet::new(), Vec::new(), Vec::new());
        let mut has_id = false;
        let mut dates: Vec<(&String, Vec<&str>)> = Vec::new();
        for object in objects {
            // An object of its own that is wrong rejects its row alone.
            let Ok(keys) = self.keys(object) else { continue };
            has_id |= keys.has_id;
            for (name, value) in keys.columns.of_dates().filter_map(|at| object.iter().nth(at)) {
                let Some(date) = value.as_str() else { continue };
                match dates.iter_mut().find(|(known, _)| *known == name) {
                    Some((_, all)) => all.push(date),
                    None => dates.push((name, vec![date])),
                }
            }
            for (name, column) in object.keys().zip(keys.columns.describe_all()) {
                if seen.insert(name.clone()) {
                    names.push(name.clone());
                    found.extend(
                        column
                            .filter(|_| FieldPath::own::<R>(name).is_none())
                            .map(|field| ColumnDescription { header: name.clone(), field }),
                    );
                }
            }
        }
        if seen.is_empty() {
            return Ok(found);
        }
        for (name, dates) in dates {
            self.read_dates(name, DateColumn::new(name, dates.into_iter()));
        }
        if needs_id && !has_id {
            return Err(no_ids("key", "keys", &names, self.words).into());
        }
        let finder = HeaderFinder::new(&names);
        match self.chosen.iter().find(|(name, _)| finder.find(name).is_none()) {
            Some((name, _)) => {
                let expected = format!("one of the keys {}", crate::columns::listed(&names));
                Err(FieldError::new("columns", name, expected).into())
            }
            None => Ok(found),
        }
    }

    fn read_dates(&mut self, name: &str, dates: Option<DateColumn>) {
        let Some(dates) = dates else { return };
        self.notes.push(dates.note.clone());
        self.dates.insert(name.to_owned(), dates);
        // What keys mean was remembered without it.
        self.known.clear();
    }

    /// Whether every key is a field's own name and every value means itself.
    fn is_plain(&self, object: &Map<String, Json>) -> bool {
        let is_plain = |(name, value): (&String, &Json)| {
            R::FIELDS.contains(&name.as_str())
                && !self.dates.contains_key(name)
                && !(self.texts_are_cells
                    && value.is_string()
                    && FieldPath::own::<R>(name)
                        .is_some_and(|path| path.shape::<R>() != Shape::Text))
        };
        self.chosen.is_empty() && object.iter().all(is_plain)
    }

    /// What the keys of an object mean.
    fn keys(&mut self, object: &Map<String, Json>) -> Result<&Keys, FieldError> {
        let names: Vec<String> = object.keys().cloned().collect();
        if !self.known.contains_key(&names) {
            let keys = self.find_keys(&names)?;
            if self.known.len() >= REMEMBERED {
                self.known.clear();
            }
            self.known.insert(names.clone(), keys);
        }
        Ok(&self.known[&names])
    }

    fn find_keys(&self, names: &[String]) -> Result<Keys, FieldError> {
        let finder = HeaderFinder::new(names);
        // An object need not have every key that the caller chose.
        let chosen = self.chosen.iter().filter(|(name, _)| finder.find(name).is_some());
        let chosen: Vec<_> = chosen.cloned().collect();
        let rules =
            HeaderRules { chosen: &chosen, needs_id: false, words: self.words, are_names: true };
        let mut columns = Columns::new::<R>(names, &rules).map_err(HeaderProblem::into_problem)?;
        for (index, name) in names.iter().enumerate() {
            if let Some(dates) = self.dates.get(name) {
                columns.read_dates(index, dates.clone());
            }
        }
        let is_cell = |(name, path): (&String, Option<&FieldPath>)| match path {
            Some(path @ FieldPath::Field(_)) => {
                FieldPath::own::<R>(name).as_ref() != Some(path)
                    || self.texts_are_cells && path.shape::<R>() != Shape::Text
            }
            _ => false,
        };
        let are_cells = names.iter().zip(columns.paths()).map(is_cell).collect();
        let has_id = columns.has_id();
        Ok(Keys { columns, are_cells, has_id })
    }
}

/// A record's object, in which every key is read as what it is: an unknown field whose name means a
/// field is called `extra.NAME`, as in the headers of files.
pub(crate) fn escaped<R: Record>(object: Map<String, Json>) -> Map<String, Json> {
    if object.keys().all(|name| R::FIELDS.contains(&name.as_str())) {
        return object;
    }
    let names: Vec<String> = object.keys().cloned().collect();
    let rules =
        HeaderRules { chosen: &[], needs_id: false, words: OptionWords::Rust, are_names: true };
    let Ok(columns) = Columns::new::<R>(&names, &rules) else { return object };
    let is_kept = |(name, path): (&String, Option<&FieldPath>)| {
        R::FIELDS.contains(&name.as_str()) || path == Some(&FieldPath::Extra(name.clone()))
    };
    let kept: Vec<bool> = names.iter().zip(columns.paths()).map(is_kept).collect();
    let name = |(is_kept, (name, value)): (bool, (String, Json))| {
        (if is_kept { name } else { format!("{EXTRA}{name}") }, value)
    };
    kept.into_iter().zip(object).map(name).collect()
}

const EXTRA: &str = crate::field_path::EXTRA;

#[cfg(test)]
mod tests {
    use citymatch::{Challenge, Solution};
    use serde_json::json;

    use super::*;

    fn object(json: Json) -> Map<String, Json> {
        let Json::Object(object) = json else { panic!("an object is expected") };
        object
    }

    #[test]
    fn keys_mean_what_headers_of_files_mean() {
        for (name, columns, given, record) in [
            (
                "spanish",
                &[][..],
                json!({"Código": 12.0, "Nombre": "Pozos", "ODS": "6;11", "Tel": 5}),
                json!({"id": 12, "title": "Pozos", "sdgs": [6, 11], "Tel": 5}),
            ),
            (
                "own_name_first",
                &[],
                json!({"Título": "x", "id": "s1", "title": "Pozos", "Etapa": "piloto"}),
                json!({"id": "s1", "title": "Pozos", "Título": "x", "stage": "piloto"}),
            ),
            (
                "own_names_are_values",
                &[],
                json!({"id": "s1", "title": "T", "themes": "a;b", "x": null}),
                json!({"id": "s1", "title": "T", "themes": "a;b", "x": null}),
            ),
            (
                "parts",
                &[],
                json!({"id": "s1", "name": "T", "cost.amount": 5, "currency": "USD"}),
                json!({"id": "s1", "title": "T", "cost": {"amount": 5, "currency": "USD"}}),
            ),
            (
                "whole_costs",
                &[],
                json!({"id": "s1", "name": "T", "cost": {"amount": 5, "currency": "USD"}}),
                json!({"id": "s1", "title": "T", "cost": {"amount": 5, "currency": "USD"}}),
            ),
            (
                "no_amount",
                &[],
                json!({"id": "s1", "name": "T", "cost.amount": null, "cost.currency": "USD"}),
                json!({"id": "s1", "title": "T", "cost.currency": "USD"}),
            ),
            (
                "chosen",
                &[("A", "title")],
                json!({"id": "s1", "A": "T", "title": "x"}),
                json!({"id": "s1", "title": "T", "title (2)": "x"}),
            ),
            (
                "chosen_and_absent",
                &[("A", "title")],
                json!({"id": "s1", "title": "T"}),
                json!({"id": "s1", "title": "T"}),
            ),
            (
                "blank_and_escaped",
                &[],
                json!({"id": "s1", "title": "T", "": 1, "extra.ciudad": "Quito"}),
                json!({"id": "s1", "title": "T", "": 1, "ciudad": "Quito"}),
            ),
        ] {
            let options = ReadOptions::default().columns(columns.iter().copied());
            let mut reader = ObjectReader::<Solution>::new(&options, false).unwrap();
            let found = reader.read(object(given)).unwrap();
            let expected = Solution::from_json(record).unwrap();
            assert_eq!(found.to_json(), expected.to_json(), "{name}");
            assert_eq!(found.extra, expected.extra, "{name}");
        }
        let mut cells = ObjectReader::<Solution>::new(&ReadOptions::default(), true).unwrap();
        let given = json!({"id": "s1", "title": "T", "themes": "a; b", "sdgs": "6;11"});
        let found = cells.read(object(given)).unwrap();
        assert_eq!(found.themes, ["a", "b"]);
        assert_eq!(found.sdgs.len(), 2);
    }

    #[test]
    fn what_all_objects_lack_is_one_problem() {
        let look = |options: &ReadOptions, objects: &[Json]| {
            let objects: Vec<_> = objects.iter().cloned().map(object).collect();
            let mut reader = ObjectReader::<Challenge>::new(options, false).unwrap();
            let found = reader.look_at(objects.iter(), true);
            found.map(|found| {
                let field = |column: ColumnDescription| (column.header, column.field);
                found.into_iter().map(field).collect::<Vec<_>>()
            })
        };
        let options = ReadOptions::default;
        let without = [json!({"Pregunta": "a"}), json!({"Tel": 5})];
        let error = look(&options(), &without).unwrap_err().to_string();
        let expected = "`id` cannot be `missing` (expected a key for it among the keys `Pregunta`, `Tel`: \
                        choose one with `columns([(HEADER, \"id\")])`, or number the rows with `row_ids(true)`)";
        assert_eq!(error, expected);
        let error = look(&options().columns([("Tele", "id")]), &without).unwrap_err().to_string();
        assert!(error.contains("`id` cannot be `missing`"), "{error}");
        let chosen = options().columns([("Tel", "id"), ("x", "city")]);
        let error = look(&chosen, &without).unwrap_err().to_string();
        assert_eq!(error, "`columns` cannot be `x` (expected one of the keys `Pregunta`, `Tel`)");
        let found = look(&options().columns([("tel", "id")]), &without).unwrap();
        let pair = |header: &str, field: &str| (header.to_owned(), Some(field.to_owned()));
        assert_eq!(found, [pair("Pregunta", "question"), pair("Tel", "id")]);
        assert!(look(&options(), &[]).unwrap().is_empty());
    }

    #[test]
    fn dates_under_a_key_are_read_in_one_order() {
        for (name, key, dates, read) in [
            ("shown", "deadline", ["03/04/2026", "31/03/2026"], ["2026-04-03", "2026-03-31"]),
            ("month_first", "deadline", ["03/04/2026", "03/31/2026"], ["2026-03-04", "2026-03-31"]),
            ("by_language", "Prazo", ["03/04/2026", "05/06/2026"], ["2026-04-03", "2026-06-05"]),
            ("nothing_tells", "deadline", ["03/04/2026", "05/06/2026"], ["", ""]),
            ("no_doubt", "deadline", ["2026-04-03", "31/03/2026"], ["2026-04-03", "2026-03-31"]),
        ] {
            for texts_are_cells in [false, true] {
                let objects: Vec<_> = dates
                    .iter()
                    .map(|date| object(json!({"id": date, "question": "q", key: date})))
                    .collect();
                let options = ReadOptions::default();
                let mut reader = ObjectReader::<Challenge>::new(&options, texts_are_cells).unwrap();
                reader.look_at(objects.iter(), true).unwrap();
                assert_eq!(reader.notes().len(), usize::from(name != "no_doubt"), "{name}");
                for (object, read) in objects.into_iter().zip(read) {
                    let found = reader.read(object).unwrap();
                    let deadline = found.deadline.map(|date| date.to_string()).unwrap_or_default();
                    assert_eq!(deadline, read, "{name}");
                    let written = found.written("deadline").map(ToString::to_string);
                    let kept = found.extra.values().map(ToString::to_string).next();
                    let source = format!("\"{}\"", found.id);
                    assert_eq!(
                        kept.or(written).unwrap_or_else(|| source.clone()),
                        source,
                        "{name}"
                    );
                }
            }
        }
    }

    #[test]
    fn exported_names_are_read_as_what_they_are() {
        let record =
            json!({"id": "s1", "title": "T", "Nombre": "x", "ciudad": "Quito", "extra.a": 1});
        let solution = Solution::from_json(record.clone()).unwrap();
        let escaped = escaped::<Solution>(solution.to_json());
        let names: Vec<&str> = escaped.keys().map(String::as_str).collect();
        assert_eq!(names, ["id", "title", "Nombre", "extra.ciudad", "extra.extra.a"]);
        let mut reader = ObjectReader::<Solution>::new(&ReadOptions::default(), false).unwrap();
        assert_eq!(reader.read(escaped).unwrap(), solution);
    }
}
