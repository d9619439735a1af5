//! Help, wrong use, failures, and what a shell expects of a command.

use std::fs;
use std::process::Stdio;

use crate::support::{CHALLENGES, Folder, demo};

#[test]
fn version_and_help() {
    let folder = Folder::new();
    assert_eq!(
        folder.run(&["--version"]).succeeded().out,
        format!("citymatch {}\n", env!("CARGO_PKG_VERSION"))
    );
    assert!(folder.run(&["--help"]).succeeded().out.contains("citymatch demo"));
    for command in [
        "demo",
        "init",
        "add",
        "remove",
        "read-call",
        "match",
        "explain",
        "info",
        "export",
        "check",
        "copy",
    ] {
        let help = folder.run(&[command, "--help"]).succeeded().out;
        assert!(help.contains("Usage: citymatch") && help.contains("Example"), "{command}: {help}");
    }
}

#[test]
fn wrong_use_is_2() {
    const CASES: &[(&str, &[&str], &[&str])] = &[
        ("no_such_command", &["dance", "c.cm"], &["dance"]),
        ("no_such_option", &["check", "c.cm", "--mend"], &["--mend"]),
        ("into_without_repair", &["check", "c.cm", "--into", "d.cm"], &["--repair"]),
        ("raw_objects", &["export", "c.cm", "--raw"], &["--raw", "--format csv"]),
        ("no_such_format", &["match", "c.cm", "--format", "docx"], &["docx"]),
        ("language_without_page", &["match", "c.cm", "--lang", "es"], &["--lang", "--format html"]),
        (
            "language_without_page_of_assign",
            &["assign", "c.cm", "--lang", "es"],
            &["--lang", "--format html"],
        ),
        (
            "page_for_reverse",
            &["match", "c.cm", "--reverse", "s1", "--format", "html"],
            &["--format html", "--reverse", "expected"],
        ),
        ("no_catalogue", &["init"], &["required"]),
        ("no_file", &["add", "c.cm"], &["required"]),
        ("no_id", &["remove", "c.cm"], &["required"]),
        (
            "wait_negative",
            &["remove", "c.cm", "s1", "--wait=-1"],
            &["--wait", "a number of seconds, 0 to 604800"],
        ),
        (
            "wait_no_number",
            &["add", "c.cm", "f.csv", "--wait", "long"],
            &["--wait", "a number of seconds, 0 to 604800"],
        ),
        (
            "limit_0",
            &["match", "c.cm", "--limit", "0"],
            &["--limit", "'0'", "a whole number, 1 or more"],
        ),
        (
            "limit_negative",
            &["match", "c.cm", "--limit=-1"],
            &["--limit", "a whole number, 1 or more"],
        ),
        (
            "threads_0",
            &["match", "c.cm", "--threads", "0"],
            &["--threads", "a whole number from 1 to 512"],
        ),
        (
            "threads_many",
            &["match", "c.cm", "--threads", "513"],
            &["--threads", "a whole number from 1 to 512"],
        ),
        (
            "text_limit_0",
            &["add", "c.cm", "f.csv", "--text-limit", "0"],
            &["--text-limit", "a whole number, 1 or more"],
        ),
        ("blank_text", &["match", "c.cm", "--text", " \t\n"], &["--text", "expected some words"]),
        ("language_without_text", &["match", "c.cm", "--language", "es"], &["--text"]),
        (
            "no_such_language",
            &["match", "c.cm", "--text", "agua", "--language", "fr"],
            &["'fr'", "--language", "one of `en`"],
        ),
        (
            "no_such_country",
            &["match", "c.cm", "--country", "BR,Atlantis"],
            &["'Atlantis'", "--country", "ISO 3166-1"],
        ),
        (
            "no_such_stage",
            &["match", "c.cm", "--at-least", "pilto"],
            &["'pilto'", "--at-least", "`pilot`"],
        ),
        (
            "no_such_signal",
            &["match", "c.cm", "--weights", "wrods=1"],
            &["--weights", "one of `words`"],
        ),
        (
            "weights_below_0",
            &["explain", "c.cm", "c1", "s1", "--weights", "words=-1"],
            &["--weights", "a number, 0 or more"],
        ),
        (
            "text_and_file",
            &["match", "c.cm", "--text", "agua", "--challenges", "challenges.jsonl"],
            &["--text", "--challenges"],
        ),
        ("workbook_on_stdout", &["match", "c.cm", "--format", "xlsx"], &["--out"]),
        ("export_workbook_on_stdout", &["export", "c.cm", "--format", "xlsx"], &["--out"]),
        (
            "export_parquet_on_stdout",
            &["export", "c.cm", "--format", "parquet"],
            &["--format parquet is no text", "--out"],
        ),
        (
            "overwriting_the_input",
            &["match", "c.cm", "--challenges", "challenges.jsonl", "--out", "challenges.jsonl"],
            &["overwrite"],
        ),
        (
            "rejects_over_the_input",
            &["add", "c.cm", "solutions.jsonl", "--rejects", "./solutions.jsonl"],
            &["overwrite"],
        ),
        (
            "columns_that_are_no_field",
            &["add", "c.cm", "solutions.jsonl", "--columns", "a=titel"],
            &["`columns` cannot be `titel`", "one of the fields `id`"],
        ),
        (
            "columns_without_field",
            &["add", "c.cm", "solutions.jsonl", "--columns", "title"],
            &["HEADER=FIELD"],
        ),
        (
            "no_such_encoding",
            &["add", "c.cm", "solutions.jsonl", "--encoding", "klingon"],
            &["klingon"],
        ),
        ("explain_without_challenge", &["explain", "c.cm", "s1"], &["CHALLENGE_ID"]),
        (
            "explain_text_with_two_ids",
            &["explain", "c.cm", "--text", "agua", "c1", "s1"],
            &["--text", "c1"],
        ),
        (
            "explain_which_of_the_file",
            &["explain", "c.cm", "--challenges", "challenges.jsonl", "s1"],
            &["challenges.jsonl", "which"],
        ),
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
        ("init_over_a_catalogue", &["init", "c.cm"], &["c.cm` exists already"]),
        ("init_over_a_file", &["init", "solutions.jsonl"], &["solutions.jsonl` exists already"]),
        ("no_such_catalogue", &["info", "d.cm"], &["d.cm` is no catalogue", "no such folder"]),
        (
            "a_file_as_catalogue",
            &["match", "solutions.jsonl", "--text", "agua"],
            &["solutions.jsonl` is no catalogue", "it is a file"],
        ),
        (
            "a_folder_that_is_none",
            &["check", "folder"],
            &["folder` is no catalogue", "citymatch.json"],
        ),
        ("a_newer_format", &["export", "newer.cm"], &["newer.cm` has format 99", "upgrade"]),
        ("adding_a_missing_file", &["add", "c.cm", "none.csv"], &["`none.csv`"]),
        ("adding_a_directory", &["add", "c.cm", "folder.csv"], &["`folder.csv`", "directory"]),
        ("adding_an_unknown_ending", &["add", "c.cm", "solutions.doc"], &["solutions.doc", ".csv"]),
        ("a_workbook_that_is_text", &["add", "c.cm", "text.xlsx"], &["`text.xlsx`"]),
        ("a_table_without_ids", &["add", "c.cm", "no-ids.csv"], &["`no-ids.csv`, row 1", "`id`"]),
        (
            "a_column_that_is_not_there",
            &["add", "c.cm", "no-ids.csv", "--columns", "Clave única=id"],
            &["Clave única"],
        ),
        (
            "a_key_that_is_not_there",
            &["add", "c.cm", "solutions.jsonl", "--columns", "Clave única=id"],
            &["Clave única", "one of the keys `id`"],
        ),
        ("asking_a_missing_file", &["match", "c.cm", "--challenges", "none.csv"], &["`none.csv`"]),
        ("asking_a_directory", &["match", "c.cm", "--challenges", "folder.csv"], &["`folder.csv`"]),
        (
            "only_bad_challenges",
            &["match", "c.cm", "--challenges", "bad.jsonl"],
            &["no challenge could be read", "2 rejected"],
        ),
        (
            "an_output_without_folder",
            &["match", "c.cm", "--format", "csv", "--out", "no/out.csv"],
            &["no/out.csv"],
        ),
        ("a_table_without_folder", &["match", "c.cm", "--out", "no/out.txt"], &["no/out.txt"]),
        ("removing_nothing", &["remove", "c.cm", "x1", "x2"], &["nothing was removed", "c.cm`"]),
        ("explaining_no_solution", &["explain", "c.cm", "c1", "s9"], &["no solution `s9`"]),
        ("explaining_no_challenge", &["explain", "c.cm", "c9", "s1"], &["no challenge `c9`"]),
        (
            "explaining_a_solution_as_challenge",
            &["explain", "c.cm", "s1", "s1"],
            &["no challenge `s1`"],
        ),
        (
            "explaining_what_the_file_has_not",
            &["explain", "c.cm", "--challenges", "challenges.jsonl", "c9", "s1"],
            &["no challenge `c9` in `challenges.jsonl`"],
        ),
        ("only_bad_rows", &["add", "c.cm", "bad.jsonl"], &["no row could be added", "2 rejected"]),
    ];
    let folder = Folder::with_catalogue();
    folder.run(&["init", "newer.cm"]).succeeded();
    let newer = folder.read("newer.cm/citymatch.json").replace("\"format\": 5", "\"format\": 99");
    folder
        .write("newer.cm/citymatch.json", newer)
        .write("text.xlsx", "id,title\ns1,a\n")
        .write("no-ids.csv", "title\na\n");
    folder
        .write("bad.jsonl", "{\"id\": \"\", \"title\": \"t\"}\n{\"id\": \"b2\"")
        .write("solutions.doc", "");
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
fn colours_are_for_terminals() {
    let folder = Folder::with_catalogue();
    for arguments in [
        &["match", "c.cm"][..],
        &["info", "c.cm"],
        &["explain", "c.cm", "c2", "s1"],
        &["check", "none.cm"],
        &["demo"],
    ] {
        let done = folder.run(arguments);
        assert!(!done.out.contains('\u{1b}') && !done.err.contains('\u{1b}'), "{done:?}");
    }
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let folder = demo();
    for format in ["table", "jsonl", "trec"] {
        let mut command =
            folder.command(&["match", "demo.cm", "--limit", "103", "--format", format]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(
            (output.status.code(), output.stderr.as_slice()),
            (Some(0), &b""[..]),
            "{format}"
        );
    }
}
