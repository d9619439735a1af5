//! What is read from a catalogue: `info`, `export`, `check`.

use std::fs;

use citymatch::Solution;
use citymatch_files::{ReadOptions, read};
use serde_json::Value as Json;

use crate::support::{CHALLENGES, Folder, SOLUTIONS, demo};

#[test]
fn what_is_in_a_catalogue() {
    let folder = Folder::with_catalogue();
    let table = folder.run(&["info", "c.cm"]).succeeded().out;
    for part in ["4 solutions", "2 challenges", "pilot 1", "CL 1", "agua 1"] {
        assert!(table.contains(part), "no `{part}`: {table}");
    }
    let json: Json =
        serde_json::from_str(&folder.run(&["info", "c.cm", "--format", "json"]).succeeded().out)
            .unwrap();
    assert_eq!((&json["path"], &json["solutions"]["records"]), (&"c.cm".into(), &4.into()));
    assert_eq!(json["solutions"]["declared_languages"], serde_json::json!({"en": 1, "es": 2}));
    assert_eq!(json["solutions"]["detected_languages"], serde_json::json!({"pt": 1}));
    assert_eq!(json["solutions"]["stages"], serde_json::json!({"idea": 1, "pilot": 1}));
    assert!(json["bytes"].as_u64() > Some(0));
}

#[test]
fn records_whose_language_is_not_sure_are_counted() {
    let folder = Folder::with_catalogue();
    assert!(!folder.run(&["info", "c.cm"]).succeeded().out.contains("not sure"));
    folder.write("new.csv", "id,title\nn1,Rain\nn2,Wells\n");
    folder.run(&["add", "c.cm", "new.csv"]).succeeded();
    let table = folder.run(&["info", "c.cm"]).succeeded().out;
    assert!(table.contains("language not sure   2 of 6: too few words"), "{table}");
    let json: Json =
        serde_json::from_str(&folder.run(&["info", "c.cm", "--format", "json"]).succeeded().out)
            .unwrap();
    assert_eq!(json["solutions"]["language_not_sure"], 2);
    assert_eq!(json["challenges"]["language_not_sure"], 0);
}

#[test]
fn records_leave_as_they_came() {
    let folder = Folder::with_catalogue();
    let in_order = |lines: &str| {
        let mut lines: Vec<Json> =
            lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        lines.sort_by_key(|line| line["id"].to_string());
        lines
    };
    assert_eq!(folder.run(&["export", "c.cm"]).succeeded().jsonl(), in_order(SOLUTIONS));
    assert_eq!(
        folder.run(&["export", "c.cm", "--kind", "challenges"]).succeeded().jsonl(),
        in_order(CHALLENGES)
    );
    for format in ["csv", "xlsx", "parquet", "jsonl"] {
        let name = format!("out.{format}");
        folder
            .run(&["export", "c.cm", "--format", format, "--out", &name])
            .succeeded()
            .says(&["4 records", &name]);
        let stages: Vec<Option<Json>> =
            read::<Solution>(folder.path(&name), &ReadOptions::default())
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
        for entry in fs::read_dir(folder.path("c.cm"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .chain([folder.path("c.cm")])
        {
            let mut permissions = fs::metadata(&entry).unwrap().permissions();
            #[allow(clippy::permissions_set_readonly_false)] // a folder of this test alone
            permissions.set_readonly(!writable);
            fs::set_permissions(entry, permissions).unwrap();
        }
    };
    set(false);
    for arguments in [
        &["match", "c.cm"][..],
        &["info", "c.cm"],
        &["export", "c.cm"],
        &["explain", "c.cm", "c1", "s1"],
        &["check", "c.cm"],
    ] {
        folder.run(arguments).succeeded();
    }
    set(true);
}

#[test]
fn the_demos_records_come_out_again() {
    let folder = demo();
    for (kind, lines) in [
        ("solutions", include_str!("../../demo/solutions.jsonl")),
        ("challenges", include_str!("../../demo/challenges.jsonl")),
    ] {
        let mut expected: Vec<Json> =
            lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        expected.sort_by(|a, b| a["id"].as_str().cmp(&b["id"].as_str()));
        assert_eq!(
            folder.run(&["export", "demo.cm", "--kind", kind]).succeeded().jsonl(),
            expected,
            "{kind}"
        );
    }
}
