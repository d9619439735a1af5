//! A folder in which the command runs, and what it did there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use citymatch::Catalogue;
use serde_json::Value as Json;
use tempfile::TempDir;

pub(crate) const SOLUTIONS: &str = r#"{"id": "s1", "title": "Jardines de lluvia", "summary": "Retienen el agua de lluvia en las aceras.", "language": "es", "stage": "piloto", "country": "CL", "themes": ["agua"]}
{"id": "s 2", "title": "Banheiros secos", "description": "Não precisam de água nem de esgoto.", "stage": "idea", "equipo": 4}
{"id": "s3", "title": "Rain barrels", "impact": "They keep water for dry weeks.", "language": "en"}
{"id": "s4", "title": "Techos verdes", "language": "es"}
"#;
pub(crate) const CHALLENGES: &str = r#"{"id": "c1", "question": "¿Cómo retener el agua de lluvia en cada acera?", "language": "es"}
{"id": "c2", "title": "Água para todos", "problem": "Faltam poços e bombas nas escolas rurais do sertão.", "language": "pt", "eligibility": {"stages": ["pilot"], "unknown": "bar"}}
"#;

/// A folder of its own, in which the command runs.
pub(crate) struct Folder(TempDir);

/// What the command did.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// A folder with the catalogue `c.cm` of four solutions and two challenges.
    pub(crate) fn with_catalogue() -> Self {
        let folder = Self::new();
        folder.write("solutions.jsonl", SOLUTIONS).write("challenges.jsonl", CHALLENGES);
        folder.run(&["init", "c.cm"]).succeeded();
        folder.run(&["add", "c.cm", "solutions.jsonl"]).succeeded();
        folder.run(&["add", "c.cm", "challenges.jsonl", "--kind", "challenges"]).succeeded();
        folder
    }

    pub(crate) fn place(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.place().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> &Self {
        fs::write(self.path(name), content).unwrap();
        self
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_citymatch"));
        command
            .args(arguments)
            .current_dir(self.place())
            .env_remove("CLICOLOR_FORCE")
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Done {
        let output = self.command(arguments).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let done =
            Done { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) };
        assert!(!done.err.contains("panicked"), "{arguments:?}: {done:?}");
        done
    }

    pub(crate) fn catalogue(&self) -> Catalogue {
        Catalogue::open(self.path("c.cm")).unwrap()
    }

    pub(crate) fn counts(&self) -> (usize, usize) {
        let snapshot = self.catalogue().snapshot().unwrap();
        (snapshot.solutions().len(), snapshot.challenges().len())
    }
}

impl Done {
    #[track_caller]
    pub(crate) fn succeeded(self) -> Self {
        assert_eq!(self.code, Some(0), "{self:?}");
        self
    }

    /// It ended with a code, an error line that has all these parts, and no data.
    #[track_caller]
    pub(crate) fn failed(&self, code: i32, parts: &[&str]) {
        assert_eq!((self.code, self.out.as_str()), (Some(code), ""), "{self:?}");
        let at = self.err.find("error: ").unwrap_or_else(|| panic!("no error: {self:?}"));
        // Of a wrong option the parser says more than one line.
        let error = if code == 2 { &self.err[at..] } else { self.err[at..].trim_end() };
        assert!(code == 2 || !error.contains('\n'), "more than one line: {self:?}");
        for part in parts {
            assert!(error.contains(part), "no `{part}` in {self:?}");
        }
    }

    /// The line of stderr that has all these parts.
    #[track_caller]
    pub(crate) fn says(&self, parts: &[&str]) {
        let said = self.err.lines().any(|line| parts.iter().all(|part| line.contains(part)));
        assert!(said, "no line with {parts:?}: {self:?}");
    }

    pub(crate) fn jsonl(&self) -> Vec<Json> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// A folder with the demo's catalogue.
pub(crate) fn demo() -> Folder {
    let folder = Folder::new();
    folder.run(&["demo"]).succeeded();
    folder
}
