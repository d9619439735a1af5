//! The command as its users meet it: each test starts the program.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use citymatch::{Catalogue, Challenge, Solution};
use citymatch_files::{FileFormat, Output, ReadOptions, read, write_records};
use serde_json::Value as Json;
use tempfile::TempDir;

const SOLUTIONS: &str = r#"{"id": "s1", "title": "Jardines de lluvia", "summary": "Retienen el agua de lluvia en las aceras.", "language": "es", "stage": "piloto", "country": "CL", "themes": ["agua"]}
{"id": "s 2", "title": "Banheiros secos", "description": "Não precisam de água nem de esgoto.", "stage": "idea", "equipo": 4}
{"id": "s3", "title": "Rain barrels", "impact": "They keep water for dry weeks.", "language": "en"}
{"id": "s4", "title": "Techos verdes", "language": "es"}
"#;
const CHALLENGES: &str = r#"{"id": "c1", "question": "¿Cómo retener el agua de lluvia en cada acera?", "language": "es"}
{"id": "c2", "title": "Água para todos", "problem": "Falta água nas escolas.", "language": "pt", "eligibility": {"stages": ["pilot"], "unknown": "bar"}}
"#;

/// A folder of its own, in which the command runs.
struct Folder(TempDir);

/// What the command did.
#[derive(Debug)]
struct Done {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// A folder with the catalogue `c.cm` of four solutions and two challenges.
    fn with_catalogue() -> Self {
        let folder = Self::new();
        folder.write("solutions.jsonl", SOLUTIONS).write("challenges.jsonl", CHALLENGES);
        folder.run(&["init", "c.cm"]).succeeded();
        folder.run(&["add", "c.cm", "solutions.jsonl"]).succeeded();
        folder.run(&["add", "c.cm", "challenges.jsonl", "--kind", "challenges"]).succeeded();
        folder
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> &Self {
        fs::write(self.path(name), content).unwrap();
        self
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_citymatch"));
        command.args(arguments).current_dir(self.0.path()).env_remove("CLICOLOR_FORCE").stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Done {
        let output = self.command(arguments).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let done = Done { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) };
        assert!(!done.err.contains("panicked"), "{arguments:?}: {done:?}");
        done
    }

    fn catalogue(&self) -> Catalogue {
        Catalogue::open(self.path("c.cm")).unwrap()
    }

    fn counts(&self) -> (usize, usize) {
        let snapshot = self.catalogue().snapshot().unwrap();
        (snapshot.solutions().len(), snapshot.challenges().len())
    }
}

impl Done {
    #[track_caller]
    fn succeeded(self) -> Self {
        assert_eq!(self.code, Some(0), "{self:?}");
        self
    }

    /// It ended with a code, an error line that has all these parts, and no data.
    #[track_caller]
    fn failed(&self, code: i32, parts: &[&str]) {
        assert_eq!((self.code, self.out.as_str()), (Some(code), ""), "{self:?}");
        let at = self.err.find("error: ").unwrap_or_else(|| panic!("no error: {self:?}"));
        // Of a wrong option the parser says more than one line.
        let error = if code == 1 { self.err[at..].trim_end() } else { &self.err[at..] };
        assert!(code != 1 || !error.contains('\n'), "more than one line: {self:?}");
        for part in parts {
            assert!(error.contains(part), "no `{part}` in {self:?}");
        }
    }

    /// The line of stderr that has all these parts.
    #[track_caller]
    fn says(&self, parts: &[&str]) {
        let said = self.err.lines().any(|line| parts.iter().all(|part| line.contains(part)));
        assert!(said, "no line with {parts:?}: {self:?}");
    }

    fn jsonl(&self) -> Vec<Json> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

#[test]
fn version_and_help() {
    let folder = Folder::new();
    assert_eq!(folder.run(&["--version"]).succeeded().out, format!("citymatch {}\n", env!("CARGO_PKG_VERSION")));
    assert!(folder.run(&["--help"]).succeeded().out.contains("citymatch demo"));
    for command in ["demo", "init", "add", "remove", "match", "explain", "info", "export", "check"] {
        let help = folder.run(&[command, "--help"]).succeeded().out;
        assert!(help.contains("Usage: citymatch") && help.contains("Example"), "{command}: {help}");
    }
}

#[test]
fn wrong_use_is_2() {
    const CASES: &[(&str, &[&str], &[&str])] = &[
        ("no_such_command", &["serve", "c.cm"], &["serve"]),
        ("no_such_option", &["check", "c.cm", "--repair"], &["--repair"]),
        ("no_such_format", &["match", "c.cm", "--format", "html"], &["html"]),
        ("no_catalogue", &["init"], &["required"]),
        ("no_file", &["add", "c.cm"], &["required"]),
        ("no_id", &["remove", "c.cm"], &["required"]),
        ("limit_0", &["match", "c.cm", "--limit", "0"], &["--limit", "'0'", "a whole number, 1 or more"]),
        ("limit_negative", &["match", "c.cm", "--limit=-1"], &["--limit", "a whole number, 1 or more"]),
        ("threads_0", &["match", "c.cm", "--threads", "0"], &["--threads", "a whole number, 1 or more"]),
        ("text_limit_0", &["add", "c.cm", "f.csv", "--text-limit", "0"], &["--text-limit", "a whole number, 1 or more"]),
        ("blank_text", &["match", "c.cm", "--text", " \t\n"], &["--text", "expected some words"]),
        ("text_and_file", &["match", "c.cm", "--text", "agua", "--challenges", "challenges.jsonl"], &["--text", "--challenges"]),
        ("workbook_on_stdout", &["match", "c.cm", "--format", "xlsx"], &["--out"]),
        ("export_workbook_on_stdout", &["export", "c.cm", "--format", "xlsx"], &["--out"]),
        ("overwriting_the_input", &["match", "c.cm", "--challenges", "challenges.jsonl", "--out", "challenges.jsonl"], &["overwrite"]),
        ("rejects_over_the_input", &["add", "c.cm", "solutions.jsonl", "--rejects", "./solutions.jsonl"], &["overwrite"]),
        ("rejects_of_two_files", &["add", "c.cm", "solutions.jsonl", "b.jsonl", "--rejects", "r.jsonl"], &["--rejects", "one file"]),
        ("columns_of_jsonl", &["add", "c.cm", "solutions.jsonl", "--columns", "a=title"], &["columns", "JSONL has none"]),
        ("columns_without_field", &["add", "c.cm", "solutions.jsonl", "--columns", "title"], &["HEADER=FIELD"]),
        ("no_such_encoding", &["add", "c.cm", "solutions.jsonl", "--encoding", "klingon"], &["klingon"]),
        ("explain_without_challenge", &["explain", "c.cm", "s1"], &["CHALLENGE_ID"]),
        ("explain_text_with_two_ids", &["explain", "c.cm", "--text", "agua", "c1", "s1"], &["--text", "c1"]),
        ("explain_which_of_the_file", &["explain", "c.cm", "--challenges", "challenges.jsonl", "s1"], &["challenges.jsonl", "which"]),
    ];
    let folder = Folder::with_catalogue();
    for (name, arguments, parts) in CASES {
        let done = folder.run(arguments);
        assert_eq!(done.code, Some(2), "{name}: {done:?}");
        done.failed(2, parts);
    }
    assert_eq!(folder.counts(), (4, 2));
    assert_eq!(folder.read("challenges.jsonl"), CHALLENGES);
}

#[test]
fn failures_are_1_and_name_the_culprit() {
    const CASES: &[(&str, &[&str], &[&str])] = &[
        ("init_over_a_catalogue", &["init", "c.cm"], &["`c.cm` exists already"]),
        ("init_over_a_file", &["init", "solutions.jsonl"], &["`solutions.jsonl` exists already"]),
        ("no_such_catalogue", &["info", "d.cm"], &["`d.cm` is no catalogue", "no such folder"]),
        ("a_file_as_catalogue", &["match", "solutions.jsonl", "--text", "agua"], &["`solutions.jsonl` is no catalogue", "it is a file"]),
        ("a_folder_that_is_none", &["check", "folder"], &["`folder` is no catalogue", "citymatch.json"]),
        ("a_newer_format", &["export", "newer.cm"], &["`newer.cm` has format 99", "upgrade"]),
        ("adding_a_missing_file", &["add", "c.cm", "none.csv"], &["`none.csv`"]),
        ("adding_a_directory", &["add", "c.cm", "folder.csv"], &["`folder.csv`", "directory"]),
        ("adding_an_unknown_ending", &["add", "c.cm", "solutions.doc"], &["solutions.doc", ".csv"]),
        ("a_workbook_that_is_text", &["add", "c.cm", "text.xlsx"], &["`text.xlsx`"]),
        ("a_table_without_ids", &["add", "c.cm", "no-ids.csv"], &["`no-ids.csv`, row 1", "`id`"]),
        ("a_column_that_is_not_there", &["add", "c.cm", "no-ids.csv", "--columns", "Clave única=id"], &["Clave única"]),
        ("asking_a_missing_file", &["match", "c.cm", "--challenges", "none.csv"], &["`none.csv`"]),
        ("asking_a_directory", &["match", "c.cm", "--challenges", "folder.csv"], &["`folder.csv`"]),
        ("only_bad_challenges", &["match", "c.cm", "--challenges", "bad.jsonl"], &["no challenge could be read", "2 rejected"]),
        ("an_output_without_folder", &["match", "c.cm", "--format", "csv", "--out", "no/out.csv"], &["no/out.csv"]),
        ("a_table_without_folder", &["match", "c.cm", "--out", "no/out.txt"], &["no/out.txt"]),
        ("removing_nothing", &["remove", "c.cm", "x1", "x2"], &["nothing was removed", "`c.cm`"]),
        ("explaining_no_solution", &["explain", "c.cm", "c1", "s9"], &["no solution `s9`"]),
        ("explaining_no_challenge", &["explain", "c.cm", "c9", "s1"], &["no challenge `c9`"]),
        ("explaining_a_solution_as_challenge", &["explain", "c.cm", "s1", "s1"], &["no challenge `s1`"]),
        (
            "explaining_what_the_file_has_not",
            &["explain", "c.cm", "--challenges", "challenges.jsonl", "c9", "s1"],
            &["no challenge `c9` in `challenges.jsonl`"],
        ),
        ("only_bad_rows", &["add", "c.cm", "bad.jsonl"], &["no row could be added", "2 rejected"]),
    ];
    let folder = Folder::with_catalogue();
    folder.run(&["init", "newer.cm"]).succeeded();
    let newer = folder.read("newer.cm/citymatch.json").replace("\"format\": 1", "\"format\": 99");
    folder.write("newer.cm/citymatch.json", newer).write("text.xlsx", "id,title\ns1,a\n").write("no-ids.csv", "title\na\n");
    folder.write("bad.jsonl", "{\"id\": \"\", \"title\": \"t\"}\n{\"id\": \"b2\"").write("solutions.doc", "");
    for name in ["folder", "folder.csv"] {
        fs::create_dir(folder.path(name)).unwrap();
    }
    for (name, arguments, parts) in CASES {
        let done = folder.run(arguments);
        assert_eq!(done.code, Some(1), "{name}: {done:?}");
        done.failed(1, parts);
    }
    assert_eq!(folder.counts(), (4, 2));
}

#[test]
fn bad_rows_are_rejected_with_their_place_and_the_rest_goes_in() {
    // The row that is wrong is row 2; rows 1 and 3 are good.
    const CASES: &[(&str, &str, &str, &[&str])] = &[
        ("same_id_in_the_file", "solutions", r#"{"id": "n1", "title": "t"}"#, &["`id`", "`n1`", "row 1"]),
        ("id_of_the_other_kind", "solutions", r#"{"id": "c1", "title": "t"}"#, &["`id`", "`c1`", "no challenge has"]),
        ("id_of_the_other_kind_of_challenges", "challenges", r#"{"id": "s1", "title": "t"}"#, &["`id`", "`s1`", "no solution has"]),
        ("empty_id", "solutions", r#"{"id": "", "title": "t"}"#, &["`id`"]),
        ("no_id", "solutions", r#"{"title": "t"}"#, &["`id`"]),
        ("no_text", "solutions", r#"{"id": "n2", "title": " "}"#, &["`title`", "a text in at least one of"]),
        ("control_character", "solutions", r#"{"id": "n2", "title": "a\u001b[31m"}"#, &["`title`", "control characters"]),
        ("nul", "solutions", r#"{"id": "n2", "title": "a\u0000b"}"#, &["`title`", "control characters"]),
        ("control_character_in_id", "solutions", r#"{"id": "n\u0007", "title": "t"}"#, &["`id`"]),
        ("language", "solutions", r#"{"id": "n2", "title": "t", "language": "fr"}"#, &["`language`", "`fr`", "es"]),
        ("country", "solutions", r#"{"id": "n2", "title": "t", "country": "Atlantis"}"#, &["`country`", "`Atlantis`"]),
        ("stage", "solutions", r#"{"id": "n2", "title": "t", "stage": "pilto"}"#, &["`stage`", "`pilto`", "pilot"]),
        ("goal", "solutions", r#"{"id": "n2", "title": "t", "sdgs": [18]}"#, &["`sdgs", "`18`"]),
        ("deadline", "challenges", r#"{"id": "n2", "title": "t", "deadline": "30/2/2024"}"#, &["`deadline`", "`30/2/2024`"]),
        ("criteria", "challenges", r#"{"id": "n2", "title": "t", "criteria": {"impact": -1}}"#, &["`criteria.impact`", "`-1`"]),
        ("truncated_line", "solutions", r#"{"id": "n2", "title": "#, &["JSON"]),
        ("no_object", "solutions", "[1]", &["JSON object"]),
    ];
    for (name, kind, row, parts) in CASES {
        let folder = Folder::with_catalogue();
        folder.write("new.jsonl", format!("{{\"id\": \"n1\", \"title\": \"first\"}}\n{row}\n{{\"id\": \"n3\", \"title\": \"third\"}}\n"));
        let done = folder.run(&["add", "c.cm", "new.jsonl", "--kind", kind]);
        assert_eq!((done.code, done.out.as_str()), (Some(0), ""), "{name}: {done:?}");
        done.says(&[&["rejected: `new.jsonl`, row 2", "expected"], *parts].concat());
        done.says(&["added 2, replaced 0, rejected 1"]);
        let expected = if *kind == "solutions" { (6, 2) } else { (4, 4) };
        assert_eq!(folder.counts(), expected, "{name}");
        let first = folder.catalogue().snapshot().unwrap();
        let title = match *kind {
            "solutions" => first.solutions().get("n1").unwrap().unwrap().title,
            _ => first.challenges().get("n1").unwrap().unwrap().title,
        };
        assert_eq!(title, "first", "{name}");
    }
}

#[test]
fn the_text_limit_can_be_set() {
    let folder = Folder::with_catalogue();
    let row = |bytes: usize| format!("{{\"id\": \"n{bytes}\", \"title\": \"{}\"}}\n", "x".repeat(bytes));
    folder.write("new.jsonl", row(1_000_000) + &row(1_000_001));
    folder.run(&["add", "c.cm", "new.jsonl"]).succeeded().says(&["row 2", "`title`", "1000001 bytes", "at most 1000000 bytes"]);
    folder.run(&["add", "c.cm", "new.jsonl", "--text-limit", "1000001"]).succeeded().says(&["added 1, replaced 1, rejected 0"]);
    folder.run(&["add", "c.cm", "new.jsonl", "--text-limit", "9"]).failed(1, &["no row could be added"]);
}

#[test]
fn twenty_rejected_rows_are_shown_and_the_rest_counted() {
    let folder = Folder::with_catalogue();
    let rows: String = (0..25).map(|row| format!("{{\"id\": \"n{row}\", \"title\": \"t\", \"stage\": \"x\"}}\n")).collect();
    folder.write("new.jsonl", rows + "{\"id\": \"n\", \"title\": \"t\"}\n");
    let done = folder.run(&["add", "c.cm", "new.jsonl"]).succeeded();
    assert_eq!(done.err.lines().filter(|line| line.starts_with("rejected: ")).count(), 20);
    done.says(&["and 5 more"]);
    done.says(&["added 1, replaced 0, rejected 25"]);
}

#[test]
fn strict_adds_all_rows_or_none() {
    let folder = Folder::with_catalogue();
    folder.write("new.csv", "id,title,stage\nn1,Good,pilot\nn2,Bad,pilto\n");
    let done = folder.run(&["add", "c.cm", "new.csv", "--strict", "--rejects", "wrong.csv"]);
    done.failed(1, &["nothing was added", "1 rejected"]);
    done.says(&["rejected: `new.csv`, row 3", "`pilto`"]);
    assert_eq!(folder.counts(), (4, 2));
    assert!(folder.read("wrong.csv").contains("n2,Bad,pilto,3,stage"));

    folder.write("new.csv", "id,title,stage\nn1,Good,pilot\n");
    folder.run(&["add", "c.cm", "new.csv", "--strict", "--rejects", "none.csv"]).succeeded();
    assert_eq!(folder.counts(), (5, 2));
    assert!(!folder.path("none.csv").exists());
}

#[test]
fn rejected_rows_are_kept_mended_and_added() {
    for (name, content) in [
        ("wrong.csv", "Código;Título;Etapa;Notas\nn1;Bueno;piloto;a\nn2;Malo;pilto;\"b;c\"\n"),
        (
            "wrong.jsonl",
            "{\"id\": \"n1\", \"title\": \"Bueno\"}\n{\"id\": \"n2\", \"title\": \"Malo\", \"stage\": \"pilto\", \"Notas\": \"b;c\"}\n",
        ),
    ] {
        let folder = Folder::with_catalogue();
        let input = name.replace("wrong", "input");
        folder.write(&input, content);
        let done = folder.run(&["add", "c.cm", &input, "--rejects", name]).succeeded();
        done.says(&["kept 1 rejected in", name]);
        let mended = folder.read(name).replacen("pilto", "piloto", 1);
        folder.write(name, mended);
        folder.run(&["add", "c.cm", name]).succeeded().says(&["added 1, replaced 0, rejected 0"]);
        let record = folder.catalogue().snapshot().unwrap().get(&"n2".into()).unwrap().unwrap();
        assert_eq!((record.title.as_str(), record.extra.len(), &record.extra["Notas"]), ("Malo", 1, &Json::from("b;c")), "{name}");
    }
}

#[test]
fn several_files_go_in_with_one_commit() {
    let folder = Folder::with_catalogue();
    folder.write("a.csv", "id,title\nn1,From a\nn2,From a\n").write("b.jsonl", "{\"id\": \"n2\", \"title\": \"From b\"}\n");
    folder.run(&["add", "c.cm", "a.csv", "b.jsonl"]).succeeded().says(&["added 2, replaced 1, rejected 0"]);
    let title = folder.catalogue().snapshot().unwrap().get(&"n2".into()).unwrap().unwrap().title;
    assert_eq!(title, "From b");

    folder.write("a.csv", "id,title\nn9,New\n");
    folder.run(&["add", "c.cm", "a.csv", "none.csv"]).failed(1, &["`none.csv`"]);
    assert_eq!(folder.counts(), (6, 2));
}

#[test]
fn files_of_offices_are_read() {
    let folder = Folder::with_catalogue();
    folder.write("latin.csv", b"C\xf3digo;T\xedtulo;Sumary\nn1;Ba\xf1os secos;x\n");
    let done = folder.run(&["add", "c.cm", "latin.csv"]).succeeded();
    done.says(&["note: ", "latin.csv", "windows-1252"]);
    done.says(&["warning: ", "row 2", "`Sumary`", "did you mean `summary`"]);
    let title = |id: &str| folder.catalogue().snapshot().unwrap().get(&id.into()).unwrap().unwrap().title;
    assert_eq!(title("n1"), "Baños secos");

    folder.write("named.txt", "Clave|Nombre corto, de la obra\nn2|Techos verdes\n");
    let columns = "Nombre corto, de la obra=title,Clave=id";
    folder.run(&["add", "c.cm", "named.txt", "--delimiter", "|", "--columns", columns]).succeeded();
    assert_eq!(title("n2"), "Techos verdes");

    let book = folder.path("book.xlsx");
    write_records([Ok(Solution::new("n3", "Libro"))], FileFormat::Xlsx, Output::Path(&book)).unwrap();
    folder.run(&["add", "c.cm", "book.xlsx"]).succeeded().says(&["added 1"]);
    assert_eq!(title("n3"), "Libro");
}

#[test]
fn a_second_writer_is_told_and_readers_go_on() {
    let folder = Folder::with_catalogue();
    let edit = folder.catalogue().edit().unwrap();
    for arguments in [&["add", "c.cm", "solutions.jsonl"][..], &["remove", "c.cm", "s1"]] {
        folder.run(arguments).failed(1, &["`c.cm` is being edited by another writer"]);
    }
    assert!(folder.run(&["match", "c.cm", "--text", "agua"]).succeeded().out.contains("s1"));
    drop(edit);
    folder.run(&["remove", "c.cm", "s1"]).succeeded();
}

#[test]
fn removing_names_what_is_not_there() {
    let folder = Folder::with_catalogue();
    let done = folder.run(&["remove", "c.cm", "s 2", "x9", "c1"]).succeeded();
    done.says(&["warning: no record `x9`"]);
    done.says(&["removed 2"]);
    assert_eq!(folder.counts(), (3, 1));
}

#[test]
fn matches_as_a_table() {
    let folder = Folder::with_catalogue();
    let out = folder.run(&["match", "c.cm"]).succeeded().out;
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines[0], "c1  ¿Cómo retener el agua de lluvia en cada acera?");
    assert_eq!(lines[1].split_whitespace().collect::<Vec<_>>(), ["rank", "score", "id", "title", "lang", "matched", "words"]);
    assert!(lines[2].trim_start().starts_with("1  0.") && lines[2].contains("s1  Jardines de lluvia  es"), "{out}");
    assert!(["agua", "lluvia", "acera → aceras"].iter().all(|word| lines[2].contains(word)), "{out}");
    // Its rules bar all but one.
    let barred = out.split("c2  Água para todos\n").nth(1).unwrap();
    assert_eq!(barred.lines().count(), 2, "{out}");
    assert!(!out.contains('\u{1b}'), "{out:?}");

    let done = folder.run(&["match", "c.cm", "--out", "matches.txt"]).succeeded();
    assert_eq!((folder.read("matches.txt").as_str(), done.out.as_str()), (out.as_str(), ""));
    done.says(&["2 challenges, 5 matches", "matches.txt"]);
}

#[test]
fn colours_are_for_terminals() {
    let folder = Folder::with_catalogue();
    for arguments in [&["match", "c.cm"][..], &["info", "c.cm"], &["explain", "c.cm", "c2", "s1"], &["check", "none.cm"], &["demo"]] {
        let done = folder.run(arguments);
        assert!(!done.out.contains('\u{1b}') && !done.err.contains('\u{1b}'), "{done:?}");
    }
}

#[test]
fn matches_as_data() {
    let folder = Folder::with_catalogue();
    let lines = folder.run(&["match", "c.cm", "--text", "agua de lluvia", "--format", "jsonl", "--limit", "2"]).succeeded().jsonl();
    assert_eq!(lines.len(), 2);
    let keys: Vec<&String> = lines[0].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["challenge_id", "solution_id", "rank", "score"]);
    assert_eq!((&lines[0]["challenge_id"], &lines[0]["solution_id"], &lines[0]["rank"]), (&"text".into(), &"s1".into(), &1.into()));
    assert!(lines[0]["score"].as_f64() > lines[1]["score"].as_f64());

    let csv = folder.run(&["match", "c.cm", "--format", "csv"]).succeeded().out;
    assert!(csv.starts_with("challenge_id,solution_id,rank,score\nc1,s1,1,0."), "{csv}");
    let trec = folder.run(&["match", "c.cm", "--format", "trec"]).succeeded().out;
    assert!(trec.contains("c1 Q0 s%202 ") && trec.lines().all(|line| line.split(' ').count() == 6), "{trec}");

    folder.run(&["match", "c.cm", "--format", "xlsx", "--out", "matches.xlsx"]).succeeded();
    assert!(fs::read(folder.path("matches.xlsx")).unwrap().starts_with(b"PK"));
    folder.run(&["match", "c.cm", "--format", "csv", "--out", "matches.csv"]).succeeded();
    assert_eq!(folder.read("matches.csv"), csv);
}

#[test]
fn challenges_of_a_file_are_matched_and_not_stored() {
    let folder = Folder::with_catalogue();
    // The id of a stored solution is no hindrance; the second and third rows are wrong.
    folder.write("asked.csv", "id,question\ns1,agua de lluvia\ns1,otra\n,sin nombre\nx2,water\n");
    let done = folder.run(&["match", "c.cm", "--challenges", "asked.csv", "--format", "jsonl"]).succeeded();
    let challenges: Vec<Json> = done.jsonl().iter().filter(|line| line["rank"] == 1).map(|line| line["challenge_id"].clone()).collect();
    assert_eq!(challenges, ["s1", "x2"]);
    done.says(&["rejected: `asked.csv`, row 3", "`s1`", "row 2"]);
    done.says(&["rejected: `asked.csv`, row 4", "`id`"]);
    done.says(&["rejected 2 of 4 challenges"]);
    assert_eq!(folder.counts(), (4, 2));
}

#[test]
fn nothing_to_find_is_no_failure() {
    let folder = Folder::with_catalogue();
    for (name, text) in [("stop_words", "de la que"), ("punctuation", "¿?"), ("query_language", "title: AND (")] {
        let done = folder.run(&["match", "c.cm", "--text", text]).succeeded();
        if name != "query_language" {
            assert_eq!(done.out, format!("text  {text}\nno match\n"), "{name}");
            assert_eq!(folder.run(&["match", "c.cm", "--text", text, "--format", "jsonl"]).succeeded().out, "", "{name}");
        }
    }
    folder.run(&["remove", "c.cm", "c1", "c2"]).succeeded();
    let done = folder.run(&["match", "c.cm", "--format", "trec"]).succeeded();
    done.says(&["note: `c.cm` has no challenges", "--challenges"]);
    assert_eq!(done.out, "");
}

#[test]
fn explanations_show_the_words_and_what_bars() {
    let folder = Folder::with_catalogue();
    let out = folder.run(&["explain", "c.cm", "c1", "s1"]).succeeded().out;
    for part in ["Jardines de lluvia", "score", "aceras in summary", "lluvia", "title"] {
        assert!(out.contains(part), "no `{part}`: {out}");
    }
    assert!(!out.contains("barred"), "{out}");
    let score = folder.run(&["match", "c.cm", "--limit", "1"]).succeeded().out;
    let score = score.lines().nth(2).unwrap().split_whitespace().nth(1).unwrap().to_owned();
    assert!(out.contains(&score), "{out}");

    let barred = folder.run(&["explain", "c.cm", "c2", "s 2"]).succeeded().out;
    assert!(barred.contains("barred     stages: `idea`"), "{barred}");
    folder.run(&["explain", "c.cm", "--challenges", "challenges.jsonl", "c2", "s1"]).succeeded();
    assert!(folder.run(&["explain", "c.cm", "--text", "agua", "s1"]).succeeded().out.contains("agua in summary"));
    folder.write("one.jsonl", CHALLENGES.lines().next().unwrap());
    assert_eq!(folder.run(&["explain", "c.cm", "--challenges", "one.jsonl", "s1"]).succeeded().out, out);
}

#[test]
fn what_is_in_a_catalogue() {
    let folder = Folder::with_catalogue();
    let table = folder.run(&["info", "c.cm"]).succeeded().out;
    for part in ["4 solutions", "2 challenges", "pilot 1", "CL 1", "agua 1"] {
        assert!(table.contains(part), "no `{part}`: {table}");
    }
    let json: Json = serde_json::from_str(&folder.run(&["info", "c.cm", "--format", "json"]).succeeded().out).unwrap();
    assert_eq!((&json["path"], &json["solutions"]["records"]), (&"c.cm".into(), &4.into()));
    assert_eq!(json["solutions"]["declared_languages"], serde_json::json!({"en": 1, "es": 2}));
    assert_eq!(json["solutions"]["detected_languages"], serde_json::json!({"pt": 1}));
    assert_eq!(json["solutions"]["stages"], serde_json::json!({"idea": 1, "pilot": 1}));
    assert!(json["bytes"].as_u64() > Some(0));
}

#[test]
fn records_leave_as_they_came() {
    let folder = Folder::with_catalogue();
    let in_order = |lines: &str| {
        let mut lines: Vec<Json> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        lines.sort_by_key(|line| line["id"].to_string());
        lines
    };
    assert_eq!(folder.run(&["export", "c.cm"]).succeeded().jsonl(), in_order(SOLUTIONS));
    assert_eq!(folder.run(&["export", "c.cm", "--kind", "challenges"]).succeeded().jsonl(), in_order(CHALLENGES));
    for format in ["csv", "xlsx", "jsonl"] {
        let name = format!("out.{format}");
        folder.run(&["export", "c.cm", "--format", format, "--out", &name]).succeeded().says(&["4 records", &name]);
        let stages: Vec<Option<Json>> = read::<Solution>(folder.path(&name), &ReadOptions::default())
            .unwrap()
            .map(|row| row.record.unwrap().written("stage").cloned())
            .collect();
        assert_eq!(stages, [None, Some("piloto".into()), None, None], "{format}");
    }
}

#[test]
fn a_sound_catalogue_and_a_damaged_one() {
    let folder = Folder::with_catalogue();
    assert_eq!(folder.run(&["check", "c.cm"]).succeeded().out, "sound\n");
    let store = fs::read_dir(folder.path("c.cm"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().is_some_and(|e| e == "store"));
    let store = store.unwrap();
    let mut bytes = fs::read(&store).unwrap();
    bytes[3] ^= 0xff;
    fs::write(&store, bytes).unwrap();
    let done = folder.run(&["check", "c.cm"]);
    assert_eq!(done.code, Some(1), "{done:?}");
    assert!(done.out.contains("does not match its checksum"), "{done:?}");
    done.says(&["error: `c.cm`", "wrong"]);
}

#[test]
fn reading_needs_no_right_to_write() {
    let folder = Folder::with_catalogue();
    let set = |writable: bool| {
        for entry in fs::read_dir(folder.path("c.cm")).unwrap().map(|entry| entry.unwrap().path()).chain([folder.path("c.cm")]) {
            let mut permissions = fs::metadata(&entry).unwrap().permissions();
            #[allow(clippy::permissions_set_readonly_false)] // a folder of this test alone
            permissions.set_readonly(!writable);
            fs::set_permissions(entry, permissions).unwrap();
        }
    };
    set(false);
    for arguments in [&["match", "c.cm"][..], &["info", "c.cm"], &["export", "c.cm"], &["explain", "c.cm", "c1", "s1"], &["check", "c.cm"]]
    {
        folder.run(arguments).succeeded();
    }
    set(true);
}

/// A folder with the demo's catalogue.
fn demo() -> Folder {
    let folder = Folder::new();
    folder.run(&["demo"]).succeeded();
    folder
}

#[test]
fn a_shorter_run_is_the_head_of_a_longer_one_and_threads_change_nothing() {
    let folder = demo();
    let run = |limit: &str, threads: &str| {
        folder.run(&["match", "demo.cm", "--format", "trec", "--limit", limit, "--threads", threads]).succeeded().out
    };
    let (long, short) = (run("50", "1"), run("20", "2"));
    assert_eq!(long.lines().count(), 37 * 50);
    let rank = |line: &&str| line.split(' ').nth(3).unwrap().parse::<u32>().unwrap() <= 20;
    assert_eq!(long.lines().filter(rank).collect::<Vec<_>>(), short.lines().collect::<Vec<_>>());
    assert_eq!(run("50", "2"), long);
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let folder = demo();
    for format in ["table", "jsonl", "trec"] {
        let mut command = folder.command(&["match", "demo.cm", "--limit", "103", "--format", format]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]), "{format}");
    }
}

#[test]
fn the_demo_matches_its_records_and_says_how_good_that_is() {
    let folder = Folder::new();
    let start = Instant::now();
    let done = folder.run(&["demo", "--out", "try"]).succeeded();
    assert!(start.elapsed() < Duration::from_secs(10));
    assert_eq!(done.err, "");
    let snapshot = Catalogue::open(folder.path("try/demo.cm")).unwrap().snapshot().unwrap();
    assert_eq!((snapshot.solutions().len(), snapshot.challenges().len()), (103, 37));
    for part in ["103 solutions and 37 challenges", "[es] buenos-aires-resiliente-2019", "grade 2", "eligibility"] {
        assert!(done.out.contains(part), "no `{part}`: {}", done.out);
    }
    let numbers: Vec<f64> = done
        .out
        .lines()
        .filter(|line| line.starts_with("challenges ") || line.starts_with("their translations "))
        .map(|line| line.split_whitespace().rev().nth(2).unwrap().parse().unwrap())
        .collect();
    assert_eq!(numbers.len(), 6);
    assert!(numbers.iter().all(|number| *number > 0.2 && *number < 1.0), "{numbers:?}");
}

#[cfg(unix)]
#[test]
fn what_the_demo_says_to_type_works() {
    let folder = Folder::new();
    let out = folder.run(&["demo", "--out", "a folder"]).succeeded().out;
    let commands: Vec<&str> = out.lines().filter_map(|line| line.strip_prefix("  citymatch ")).collect();
    assert!(commands.len() >= 3, "{out}");
    for arguments in commands {
        let line = format!("'{}' {arguments}", env!("CARGO_BIN_EXE_citymatch"));
        let output = Command::new("sh").args(["-c", &line]).current_dir(folder.0.path()).output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{line}: {output:?}");
    }
}

#[test]
fn the_demo_replaces_its_own_catalogue_and_nothing_else() {
    let folder = demo();
    folder.run(&["remove", "demo.cm", "ecoinclusion"]).succeeded();
    folder.run(&["demo"]).succeeded();
    let names: Vec<_> = fs::read_dir(folder.0.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["demo.cm"]);
    assert!(Catalogue::open(folder.path("demo.cm")).unwrap().snapshot().unwrap().solutions().contains("ecoinclusion").unwrap());

    type Make = fn(&Path);
    let others: [(&str, Make); 3] = [
        ("catalogue", |place| drop(Catalogue::create(place).unwrap())),
        ("folder", |place| fs::create_dir(place).unwrap()),
        ("file", |place| fs::write(place, "mine").unwrap()),
    ];
    for (name, make) in others {
        let folder = Folder::new();
        make(&folder.path("demo.cm"));
        folder.run(&["demo"]).failed(1, &["`demo.cm` was not made by `citymatch demo`", "--out"]);
        assert!(folder.path("demo.cm").exists(), "{name}");
        assert!(!folder.path("demo.cm/made-by-citymatch-demo.txt").exists(), "{name}");
    }
}

#[test]
fn the_demos_records_come_out_again() {
    let folder = demo();
    for (kind, lines) in [("solutions", include_str!("../demo/solutions.jsonl")), ("challenges", include_str!("../demo/challenges.jsonl"))]
    {
        let mut expected: Vec<Json> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        expected.sort_by(|a, b| a["id"].as_str().cmp(&b["id"].as_str()));
        assert_eq!(folder.run(&["export", "demo.cm", "--kind", kind]).succeeded().jsonl(), expected, "{kind}");
    }
}

#[test]
fn a_challenge_of_the_library_is_matched_alike() {
    let folder = Folder::with_catalogue();
    let matcher = citymatch::Matcher::new(&folder.catalogue()).unwrap();
    let found = matcher.find(&Challenge::of_text("agua de lluvia")).unwrap();
    let lines = folder.run(&["match", "c.cm", "--text", "agua de lluvia", "--format", "jsonl"]).succeeded().jsonl();
    assert_eq!(lines.len(), 4);
    for (line, found) in lines.iter().zip(&found) {
        assert_eq!((line["solution_id"].as_str(), line["score"].as_f64()), (Some(found.id().as_str()), Some(found.score())));
    }
}
