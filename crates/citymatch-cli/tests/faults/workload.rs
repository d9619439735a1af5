//! Changes of a catalogue by the command, and what a catalogue holds.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use citymatch::{Catalogue, Error, Solution};

/// The titles of all solutions, by id.
pub(crate) type Contents = BTreeMap<String, String>;

/// How many things to try: few in a normal run, or as the environment says.
pub(crate) fn tries(few: usize, many: usize) -> usize {
    match std::env::var("CITYMATCH_FAULTS") {
        Err(_) => few,
        Ok(value) => value.parse().unwrap_or(many),
    }
}

/// The command; `CITYMATCH_BINARY` is another build of it.
pub(crate) fn program() -> String {
    let built = || env!("CARGO_BIN_EXE_citymatch").to_owned();
    std::env::var("CITYMATCH_BINARY").unwrap_or_else(|_| built())
}

pub(crate) fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(program());
    command.args(arguments).current_dir(folder).stdin(Stdio::null());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// What a sound catalogue holds; what is wrong with it is an error.
pub(crate) fn contents(path: &Path) -> Result<Contents, String> {
    let read = || -> Result<_, Error> {
        let catalogue = Catalogue::open(path)?;
        let solutions = catalogue.snapshot()?.solutions().records()?;
        let solutions = solutions.map(|one| one.map(|one| (one.id.to_string(), one.title)));
        Ok((solutions.collect::<Result<Contents, Error>>()?, catalogue.check()?))
    };
    match read() {
        Ok((contents, wrong)) if wrong.is_empty() => Ok(contents),
        Ok((_, wrong)) => Err(format!("wrong: {}", wrong.join("; "))),
        Err(error) => Err(error.to_string()),
    }
}

/// Commits a record more.
pub(crate) fn write_one(path: &Path) -> Result<(), Error> {
    let mut edit = Catalogue::open(path)?.edit()?;
    edit.put(Solution::new("last", "Último"))?;
    edit.commit()
}

/// Lines of JSON for `add`.
pub(crate) fn lines(ids: impl IntoIterator<Item = String>, title: &str) -> String {
    let mut lines = String::new();
    for id in ids {
        let text = "compost lluvia compost lluvia compost lluvia";
        let _ = writeln!(
            lines,
            r#"{{"id": "{id}", "title": "{title}", "description": "{text}", "language": "es"}}"#
        );
    }
    lines
}

/// A catalogue of nine commits: one segment of eight that were merged, and another one.
pub(crate) fn make_base(path: &Path) -> Result<(), Error> {
    let catalogue = Catalogue::create(path)?;
    for commit in 0..9 {
        let mut edit = catalogue.edit()?;
        for number in 0..12 {
            let text = "compost lluvia compost lluvia compost lluvia";
            let solution = Solution::new(format!("m{commit}-{number}"), format!("Huerta {commit}"));
            edit.put(solution.description(text))?;
        }
        edit.commit()?;
    }
    Ok(())
}

/// Copies a folder file by file; nobody writes to it.
pub(crate) fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy_folder(&from, &to);
        } else {
            fs::copy(&from, &to).unwrap();
        }
    }
}

/// Numbers by chance, the same in each run.
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(self.0 >> 33).unwrap() % end.max(1)
    }
}
