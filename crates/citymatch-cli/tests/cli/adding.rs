//! What goes into a catalogue, and what does not.

use citymatch::Solution;
use citymatch_files::{FileFormat, Output, write_records};
use serde_json::{Value as Json, json};

use crate::support::Folder;

#[test]
fn bad_rows_are_rejected_with_their_place_and_the_rest_goes_in() {
    // The row that is wrong is row 2; rows 1 and 3 are good.
    const CASES: &[(&str, &str, &str, &[&str])] = &[
        (
            "same_id_in_the_file",
            "solutions",
            r#"{"id": "n1", "title": "t"}"#,
            &["`id`", "`n1`", "row 1"],
        ),
        (
            "id_of_the_other_kind",
            "solutions",
            r#"{"id": "c1", "title": "t"}"#,
            &["`id`", "`c1`", "no challenge has"],
        ),
        (
            "id_of_the_other_kind_of_challenges",
            "challenges",
            r#"{"id": "s1", "title": "t"}"#,
            &["`id`", "`s1`", "no solution has"],
        ),
        ("empty_id", "solutions", r#"{"id": "", "title": "t"}"#, &["`id`"]),
        ("no_id", "solutions", r#"{"title": "t"}"#, &["`id`"]),
        (
            "no_text",
            "solutions",
            r#"{"id": "n2", "title": " "}"#,
            &["`title`", "a text in at least one of"],
        ),
        (
            "control_character",
            "solutions",
            r#"{"id": "n2", "title": "a\u001b[31m"}"#,
            &["`title`", "control characters"],
        ),
        (
            "nul",
            "solutions",
            r#"{"id": "n2", "title": "a\u0000b"}"#,
            &["`title`", "control characters"],
        ),
        ("control_character_in_id", "solutions", r#"{"id": "n\u0007", "title": "t"}"#, &["`id`"]),
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
    let row =
        |bytes: usize| format!("{{\"id\": \"n{bytes}\", \"title\": \"{}\"}}\n", "x".repeat(bytes));
    folder.write("new.jsonl", row(1_000_000) + &row(1_000_001));
    folder.run(&["add", "c.cm", "new.jsonl"]).succeeded().says(&[
        "row 2",
        "`title`",
        "1000001 bytes",
        "at most 1000000 bytes",
    ]);
    folder
        .run(&["add", "c.cm", "new.jsonl", "--text-limit", "1000001"])
        .succeeded()
        .says(&["added 1, replaced 1, rejected 0"]);
    folder
        .run(&["add", "c.cm", "new.jsonl", "--text-limit", "9"])
        .failed(1, &["no row could be added"]);
}

#[test]
fn values_that_are_not_understood_are_kept_and_told_once_a_field() {
    for (name, kind, field, value, parts) in [
        ("language", "solutions", "language", r#""fr""#, &["`fr`", "es"][..]),
        ("country", "solutions", "country", r#""Atlantis""#, &["`Atlantis`"]),
        ("stage", "solutions", "stage", r#""pilto""#, &["`pilto`", "pilot"]),
        ("goal", "solutions", "sdgs", "[6, 18]", &["`18`"]),
        ("deadline", "challenges", "deadline", r#""30/2/2024""#, &["`30/2/2024`"]),
        ("criteria", "challenges", "criteria", r#"{"impact": -1}"#, &["`-1`"]),
    ] {
        let folder = Folder::with_catalogue();
        let row = |id| format!("{{\"id\": \"{id}\", \"title\": \"t\", \"{field}\": {value}}}\n");
        folder.write("new.jsonl", row("n1") + &row("n2"));
        let done = folder.run(&["add", "c.cm", "new.jsonl", "--kind", kind]).succeeded();
        done.says(
            &[&["warning: `new.jsonl`: ", field, "in 2 rows, and is kept as written"], parts]
                .concat(),
        );
        assert_eq!(done.err.matches("warning: ").count(), 1, "{name}: {done:?}");
        done.says(&["read 2 rows: added 2, replaced 0, rejected 0"]);
        let exported = folder.run(&["export", "c.cm", "--kind", kind]).succeeded().out;
        let kept = exported.lines().filter(|line| {
            let record: Json = serde_json::from_str(line).unwrap();
            record[field] == serde_json::from_str::<Json>(value).unwrap()
        });
        assert_eq!(kept.count(), 2, "{name}: {exported}");
        folder
            .run(&["add", "c.cm", "new.jsonl", "--kind", kind, "--strict"])
            .failed(1, &["nothing was added: 2 rejected"]);
    }
}

#[test]
fn a_dry_run_says_what_would_be_added_and_adds_nothing() {
    let folder = Folder::with_catalogue();
    folder.write(
        "new.csv",
        "Código;Nombre;Etapa;Tel\nn1 ;Uno;pilto;5\nn2;Dos;piloto;5\nn2;Tres;;5\nn4;Dos;;\n",
    );
    let done = folder.run(&["add", "c.cm", "new.csv", "--dry-run"]).succeeded();
    done.says(&["`new.csv`: csv", "delimiter `;`", "headers in row 1"]);
    for line in ["  Código → id", "  Etapa → stage", "  Tel: kept, not matched"] {
        assert!(done.err.lines().any(|said| said == line), "{line}: {done:?}");
    }
    done.says(&["warning: `new.csv`: `stage` was not understood in 1 row", "`pilto`"]);
    done.says(&["note: white space around the ids of 1 rows"]);
    done.says(&["note: 1 of these records have the texts of another one"]);
    done.says(&["4 rows: added 3, replaced 0, rejected 1", "nothing was added"]);
    assert_eq!(folder.counts(), (4, 2));
    folder.write("none.csv", "id,title\nn1,N/A\n");
    folder.run(&["add", "c.cm", "none.csv", "--dry-run"]).failed(1, &["no row could be added"]);
}

#[test]
fn rows_without_ids_can_be_numbered_by_what_they_say() {
    let folder = Folder::with_catalogue();
    folder.write("form.csv", "Nombre,Etapa\nUno,piloto\nDos,idea\nUno,piloto\n");
    folder.run(&["add", "c.cm", "form.csv"]).failed(1, &["--columns HEADER=id", "--ids row"]);
    let add = |file| folder.run(&["add", "c.cm", file, "--ids", "row"]).succeeded();
    add("form.csv").says(&["added 3, replaced 0, rejected 0"]);
    folder.write("grown.csv", "Etapa,Nombre\npiloto,Uno\nidea,Tres\nidea,Dos\npiloto,Uno\n");
    add("grown.csv").says(&["added 1, replaced 3, rejected 0"]);
}

#[test]
fn a_few_rejected_rows_are_shown_and_the_rest_summed_up() {
    let folder = Folder::with_catalogue();
    let mut rows: Vec<String> = (0..25).map(|row| format!(r#"{{"id": "n{row}"}}"#)).collect();
    rows.extend(
        (0..30).map(|row| format!(r#"{{"id": "m{row}", "title": "a\u0007", "x": {row}}}"#)),
    );
    rows.push(r#"{"id": "n", "title": "t"}"#.to_owned());
    folder.write("new.jsonl", rows.join("\n"));
    let done = folder.run(&["add", "c.cm", "new.jsonl"]).succeeded();
    assert_eq!(done.err.lines().filter(|line| line.starts_with("rejected: ")).count(), 5);
    done.says(&["and 50 more rejected"]);
    done.says(&["  30 × `title`", "control characters"]);
    done.says(&["  20 × `title`", "first in `new.jsonl`, row 6"]);
    assert!(done.err.lines().count() < 12, "{done:?}");
    done.says(&["added 1, replaced 0, rejected 55"]);
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
        ("wrong.csv", "Código;Título;Etapa;Notas\nn1;Bueno;piloto;a\nn2;N/A;piloto;\"b;c\"\n"),
        (
            "wrong.jsonl",
            "{\"id\": \"n1\", \"title\": \"Bueno\"}\n{\"id\": \"n2\", \"title\": \"N/A\", \"stage\": \"piloto\", \"Notas\": \"b;c\"}\n",
        ),
    ] {
        let folder = Folder::with_catalogue();
        let input = name.replace("wrong", "input");
        folder.write(&input, content);
        let done = folder.run(&["add", "c.cm", &input, "--rejects", name]).succeeded();
        done.says(&["kept 1 rejected in", name]);
        let mended = folder.read(name).replacen("N/A", "Malo", 1);
        folder.write(name, mended);
        folder.run(&["add", "c.cm", name]).succeeded().says(&["added 1, replaced 0, rejected 0"]);
        let record = folder.catalogue().snapshot().unwrap().get(&"n2".into()).unwrap().unwrap();
        assert_eq!(
            (record.title.as_str(), record.extra.len(), &record.extra["Notas"]),
            ("Malo", 1, &Json::from("b;c")),
            "{name}"
        );
    }
}

#[test]
fn several_files_go_in_with_one_commit() {
    let folder = Folder::with_catalogue();
    folder
        .write("a.csv", "id,title\nn1,From a\nn2,From a\n")
        .write("b.jsonl", "{\"id\": \"n2\", \"title\": \"From b\"}\n");
    folder
        .run(&["add", "c.cm", "a.csv", "b.jsonl"])
        .succeeded()
        .says(&["added 2, replaced 1, rejected 0"]);
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
    let title =
        |id: &str| folder.catalogue().snapshot().unwrap().get(&id.into()).unwrap().unwrap().title;
    assert_eq!(title("n1"), "Baños secos");

    folder.write("named.txt", "Clave|Nombre corto, de la obra\nn2|Techos verdes\n");
    let columns = "Nombre corto, de la obra=title,Clave=id";
    folder.run(&["add", "c.cm", "named.txt", "--delimiter", "|", "--columns", columns]).succeeded();
    assert_eq!(title("n2"), "Techos verdes");

    let book = folder.path("book.xlsx");
    write_records([Ok(Solution::new("n3", "Libro"))], FileFormat::Xlsx, Output::Path(&book))
        .unwrap();
    folder.run(&["add", "c.cm", "book.xlsx"]).succeeded().says(&["added 1"]);
    assert_eq!(title("n3"), "Libro");
}

#[test]
fn a_second_writer_is_told_and_readers_go_on() {
    let folder = Folder::with_catalogue();
    let edit = folder.catalogue().edit().unwrap();
    for arguments in [&["add", "c.cm", "solutions.jsonl"][..], &["remove", "c.cm", "s1"]] {
        folder.run(arguments).failed(3, &["c.cm` is being edited by another writer"]);
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
fn what_excel_puts_beside_an_open_workbook_is_left_out() {
    let folder = Folder::with_catalogue();
    folder.write("~$new.csv", [0; 165]).write("new.csv", "id,title\nn1,Jardines\n");
    let done = folder.run(&["add", "c.cm", "~$new.csv", "new.csv"]).succeeded();
    done.says(&["note: `~$new.csv` left out: Excel's lock file"]);
    assert_eq!(folder.counts(), (5, 2));
    let done = folder.run(&["add", "c.cm", "~$new.csv"]);
    done.failed(1, &["`file name` cannot be `~$new.csv`", "lock file"]);
}

#[test]
fn a_page_that_is_called_a_workbook_is_named() {
    let folder = Folder::with_catalogue();
    for name in ["a.xlsx", "a.xls", "a.csv"] {
        folder.write(name, "<html><body><table><tr><th>id</th></tr></table></body></html>");
        let done = folder.run(&["add", "c.cm", name]);
        done.failed(1, &["`content` cannot be `an HTML page`", "save it as `.xlsx`"]);
    }
}

#[test]
fn parquet_is_added_as_other_files_are() {
    let folder = Folder::with_catalogue();
    let path = folder.path("new.parquet");
    let unclear = Solution::read(json!({"id": "n1", "title": "Techos", "stage": "pilto"})).unwrap();
    let records = [unclear, Solution::new("n2", "N/A"), Solution::new("n3", "Pozos")];
    write_records(records.map(Ok), FileFormat::Parquet, Output::Path(&path)).unwrap();
    let done = folder.run(&["add", "c.cm", "new.parquet", "--rejects", "wrong.parquet"]);
    let done = done.succeeded();
    done.says(&["read 3 rows", "added 2", "rejected 1"]);
    done.says(&["`new.parquet`, row 2", "`title` cannot be `N/A`"]);
    done.says(&["`stage` was not understood in 1 row", "`pilto`"]);
    assert_eq!(folder.counts(), (6, 2));
    folder.run(&["add", "c.cm", "wrong.parquet"]).failed(1, &["no row could be added"]);
    let chosen = "id=title,title=organisation";
    let done = folder.run(&["add", "c.cm", "wrong.parquet", "--ids", "row", "--columns", chosen]);
    done.succeeded().says(&["added 1"]);
    let whole = std::fs::read(&path).unwrap();
    for (name, bytes, told) in [
        ("cut.parquet", &whole[..whole.len() - 9], "a damaged Parquet file"),
        ("text.parquet", b"id,title\n", "text or an unknown type"),
        ("in.csv", &whole, "a Parquet file"),
        ("secret.parquet", b"PARE", "an encrypted Parquet file"),
    ] {
        folder.write(name, bytes);
        folder.run(&["add", "c.cm", name]).failed(1, &[name, "`content` cannot be", told]);
    }
}

#[test]
fn one_sheet_can_be_named() {
    let folder = Folder::with_catalogue();
    let solution = Solution::new("n1", "Jardines");
    let path = folder.path("new.xlsx");
    write_records([Ok(solution)], FileFormat::Xlsx, Output::Path(&path)).unwrap();
    folder
        .run(&["add", "c.cm", "new.xlsx", "--sheet", "no"])
        .failed(2, &["`sheet` cannot be `no` (expected one of `"]);
    folder.write("new.csv", "id,title\nn1,Jardines\n");
    folder
        .run(&["add", "c.cm", "new.csv", "--sheet", "no"])
        .failed(2, &["`sheet` cannot be `no`", "a workbook"]);
}

#[cfg(unix)]
#[test]
fn standard_input_is_added() {
    use std::io::Write;
    use std::process::Stdio;

    let folder = Folder::with_catalogue();
    let mut command = folder.command(&["add", "c.cm", "-", "--format", "csv"]);
    let mut child = command.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"id;title\nn1;Jardines\n").unwrap();
    assert!(child.wait_with_output().unwrap().status.success());
    assert_eq!(folder.counts(), (5, 2));
    folder.run(&["export", "c.cm", "--format", "parquet", "--out", "s.parquet"]).succeeded();
    let mut command = folder.command(&["add", "c.cm", "-", "--format", "parquet"]);
    let mut child = command.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let bytes = std::fs::read(folder.path("s.parquet")).unwrap();
    child.stdin.take().unwrap().write_all(&bytes).unwrap();
    let done = child.wait_with_output().unwrap();
    let told = String::from_utf8(done.stderr).unwrap();
    assert!(done.status.success() && told.contains("replaced 5"), "{told}");
    folder.run(&["add", "c.cm", "-"]).failed(2, &["--format"]);
    folder
        .run(&["add", "c.cm", "-", "--format", "csv", "--rejects", "r.csv"])
        .failed(2, &["--rejects"]);
}

#[test]
fn what_could_not_begin_says_once_that_nothing_was_added() {
    let folder = Folder::with_catalogue();
    folder
        .write("a.doc", "x")
        .write("page.csv", "<html><body></body></html>")
        .write("no-id.csv", "Nombre\nUno\nDos\n")
        .write("no-id.jsonl", "{\"Nombre\": \"Uno\"}\n{\"Nombre\": \"Dos\"}\n")
        .write("good.csv", "id,title\nn1,Uno\n")
        .write("bad.csv", "id,title\nn1,N/A\nn2,N/A\n");
    let edit = folder.catalogue().edit().unwrap();
    folder.run(&["add", "c.cm", "good.csv"]).failed(3, &["another writer", "; nothing was added"]);
    drop(edit);
    for (name, arguments, part) in [
        ("missing_file", &["c.cm", "none.csv"][..], "none.csv"),
        ("after_a_good_one", &["c.cm", "good.csv", "none.csv"], "none.csv"),
        ("unknown_ending", &["c.cm", "a.doc"], "a.doc"),
        ("another_format", &["c.cm", "page.csv"], "an HTML page"),
        ("no_id", &["c.cm", "no-id.csv"], "`--columns HEADER=id`"),
        ("no_id_in_objects", &["c.cm", "no-id.jsonl"], "`--ids row`"),
        ("no_catalogue", &["no.cm", "good.csv"], "no.cm"),
        ("an_option", &["c.cm", "good.csv", "--sheet", "x"], "`sheet`"),
        ("all_rejected", &["c.cm", "bad.csv"], "no row could be added: 2 rejected"),
        ("strict", &["c.cm", "good.csv", "bad.csv", "--strict"], "--strict adds all rows or none"),
    ] {
        let done = folder.run(&[&["add"], arguments].concat());
        assert!(matches!(done.code, Some(1 | 2)), "{name}: {done:?}");
        let error = done.err.lines().find(|line| line.starts_with("error: ")).expect("an error");
        assert!(error.contains(part), "{name}: {error}");
        assert_eq!(done.err.matches("nothing was added").count(), 1, "{name}: {done:?}");
        assert_eq!(done.err.matches("error: ").count(), 1, "{name}: {done:?}");
        assert_eq!(folder.counts(), (4, 2), "{name}");
    }
}

#[test]
fn a_file_without_rows_is_no_failure_and_is_named() {
    let folder = Folder::with_catalogue();
    folder
        .write("empty.csv", "id,title\n")
        .write("empty.jsonl", "")
        .write("good.csv", "id,title\nn1,Uno\n");
    let done = folder.run(&["add", "c.cm", "empty.csv", "empty.jsonl"]).succeeded();
    done.says(&["warning: `empty.csv` has no rows"]);
    done.says(&["warning: `empty.jsonl` has no rows"]);
    done.says(&["read 0 rows: added 0"]);
    let done = folder.run(&["add", "c.cm", "empty.csv", "good.csv"]).succeeded();
    done.says(&["warning: `empty.csv` has no rows"]);
    done.says(&["added 1"]);
    let help = folder.run(&["add", "--help"]).succeeded().out.replace('\n', " ");
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(help.contains("A file without rows is no failure"), "{help}");
}

#[test]
fn notes_and_warnings_of_one_kind_never_fill_a_screen() {
    let folder = Folder::with_catalogue();
    folder.write(
        "wide.csv",
        format!("id,title{}\nn1,Uno{}\n", ",x".repeat(4_000), ",1".repeat(4_000)),
    );
    // Each of these is nearly a known name.
    let near: Vec<String> =
        (0..300).map(|n| format!("\"sumary{}\": 1", "y".repeat(n % 2 + 1))).collect();
    folder.write(
        "near.jsonl",
        format!("{{\"id\": \"n2\", \"title\": \"T\", {}}}\n", near.join(", ")),
    );
    for file in ["wide.csv", "near.jsonl"] {
        let done = folder.run(&["add", "c.cm", file]).succeeded();
        assert!(done.err.lines().count() < 60, "{file}: {} lines", done.err.lines().count());
        assert!(done.err.lines().all(|line| line.len() < 400), "{file}: {done:?}");
    }
    let done = folder.run(&["add", "c.cm", "wide.csv"]).succeeded();
    done.says(&["`x` exists already: columns 4, 5, 6, 7, 8 and 3994 more are kept as `x (2)`"]);
    let row = |n| format!(r#"{{"id": "q{n}", "question": "agua", "country": "Atlantis {n}"}}"#);
    let rows: Vec<String> = (0..60).map(row).collect();
    folder.write("asks.jsonl", rows.join("\n"));
    let done = folder.run(&["match", "c.cm", "--challenges", "asks.jsonl"]).succeeded();
    assert!(done.err.lines().count() < 20, "{done:?}");
    done.says(&["… and 50 more of this kind"]);
}
