//! Runs against judgements.

use crate::support::{Folder, demo};

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("qrels.txt", "c1 0 s1 2\nc1 0 s2 0\nc2 0 s1 1\nc4 0 s1 1\n");
    folder.write(
        "run.txt",
        "c1 Q0 s1 1 0.9 t\nc1 Q0 s2 2 0.8 t\nc2 Q0 s1 1 0.7 t\nc3 Q0 s1 1 0.7 t\n",
    );
    folder.write(
        "older.jsonl",
        r#"{"challenge_id": "c1", "solution_id": "s2", "rank": 1, "score": 0.8}
{"challenge_id": "c1", "solution_id": "s1", "rank": 2, "score": 0.7}
{"challenge_id": "c2", "solution_id": "s1", "rank": 1, "score": 0.7}
{"challenge_id": "c4", "solution_id": "s3", "rank": 1, "score": 0.7}
"#,
    );
    folder
}

#[test]
fn a_run_is_measured() {
    let folder = folder();
    let out = folder.run(&["evaluate", "run.txt", "--qrels", "qrels.txt"]).succeeded().out;
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines[0].split_whitespace().collect::<Vec<_>>(), ["measure", "value", "95", "%"]);
    assert_eq!(lines[1], "nDCG@10  0.667  0.000 to 1.000");
    assert!(lines[2].starts_with("RR       0.667"), "{out}");
    assert_eq!(
        lines[5..],
        [
            "3 judged challenges",
            "1 challenge of the run has no judgement and does not count",
            "1 judged challenge is not in the run, and counted as 0",
            "100 % of the first ten solutions of the run were judged; the others count as not useful",
        ],
        "{out}"
    );
    let arguments =
        ["evaluate", "run.txt", "--qrels", "qrels.txt", "--format", "json", "--measures"];
    let json =
        folder.run(&[&arguments[..], &["P(rel=2)@1"]].concat()).succeeded().jsonl().remove(0);
    assert_eq!(json["unjudged"], serde_json::json!(["c3"]));
    assert_eq!(json["missing"], serde_json::json!(["c4"]));
    assert_eq!(json["measures"][0]["values"], serde_json::json!([1.0, 0.0, 0.0]));
}

#[test]
fn two_runs_are_compared() {
    let folder = folder();
    let arguments = [
        "evaluate",
        "run.txt",
        "--qrels",
        "qrels.txt",
        "--against",
        "older.jsonl",
        "--measures",
        "RR",
    ];
    let out = folder.run(&arguments).succeeded().out;
    let lines: Vec<&str> = out.lines().collect();
    let cells: Vec<&str> = lines[1].split_whitespace().collect();
    assert_eq!(cells[..4], ["RR", "0.667", "0.500", "+0.167"], "{out}");
    assert_eq!(cells[cells.len() - 3..], ["1", "0", "1.000"], "{out}");
    assert!(out.contains("1 judged challenge is not in the run, and counted as 0"), "{out}");
    assert!(out.contains("75 % of the first ten solutions of the other run were judged"), "{out}");
    let json = folder.run(&[&arguments[..], &["--format", "json"]].concat()).succeeded().jsonl();
    assert_eq!(json[0]["measures"][0]["differences"], serde_json::json!([0.5, 0.0, 0.0]));
}

#[test]
fn what_match_writes_is_what_evaluate_reads() {
    let folder = demo();
    folder.write("qrels.txt", include_str!("../../demo/qrels.txt"));
    let mut values = Vec::new();
    for format in ["trec", "jsonl"] {
        let arguments = ["match", "demo.cm", "--format", format, "--limit", "50", "--out", "run"];
        folder.run(&arguments).succeeded();
        let arguments = ["evaluate", "run", "--qrels", "qrels.txt", "--format", "json"];
        let json = folder.run(&arguments).succeeded().jsonl().remove(0);
        assert!(json["measures"][0]["value"].as_f64().unwrap() > 0.6, "{json}");
        values.push(json);
    }
    assert_eq!(values[0], values[1]);
}

#[test]
fn what_cannot_be_measured_is_named() {
    let folder = folder();
    folder
        .write("other.txt", "reto 0 s1 1\n")
        .write("empty.txt", "")
        .write("zero.txt", "c1 0 s1 0\n");
    for (name, arguments, code, said) in [
        (
            "unknown_challenges",
            &["run.txt", "--qrels", "other.txt"][..],
            2,
            "`qrels` cannot be `judgements of reto`",
        ),
        ("empty_qrels", &["run.txt", "--qrels", "empty.txt"], 1, "`file` cannot be `empty`"),
        (
            "nothing_useful",
            &["run.txt", "--qrels", "zero.txt"],
            2,
            "`qrels` cannot be `grades of at most 0`",
        ),
        (
            "empty_run",
            &["empty.txt", "--qrels", "qrels.txt"],
            1,
            "`empty.txt`: `file` cannot be `empty`",
        ),
        (
            "qrels_as_run",
            &["qrels.txt", "--qrels", "qrels.txt"],
            1,
            "`qrels.txt`, row 1: `line` cannot be `c1 0 s1 2`",
        ),
        (
            "run_as_qrels",
            &["run.txt", "--qrels", "run.txt"],
            1,
            "`run.txt`, row 1: `line` cannot be",
        ),
        ("no_such_file", &["none.txt", "--qrels", "qrels.txt"], 1, "`none.txt`"),
        (
            "measure",
            &["run.txt", "--qrels", "qrels.txt", "--measures", "nDGC@10"],
            2,
            "expected a measure: nDCG@10",
        ),
        ("no_qrels", &["run.txt"], 2, "--qrels <FILE>"),
    ] {
        let done = folder.run(&[&["evaluate"], arguments].concat());
        done.failed(code, &[said]);
        assert_eq!(done.code, Some(code), "{name}");
    }
}
