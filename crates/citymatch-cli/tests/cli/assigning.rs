//! Who gets what.

use crate::support::Folder;

#[test]
fn solutions_are_shared_out() {
    let folder = Folder::with_catalogue();
    let out = folder.run(&["assign", "c.cm"]).succeeded().out;
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(
        lines[0].split_whitespace().collect::<Vec<_>>(),
        ["challenge", "place", "score", "id", "title"]
    );
    // The rules of c2 admit s1 alone, so c1 gets another one.
    assert!(lines[1].starts_with("c1 ") && lines[1].contains("s3  Rain barrels"), "{out}");
    assert!(lines[2].starts_with("c2 ") && lines[2].contains("s1  Jardines de lluvia"), "{out}");
    assert!(lines[3].starts_with("2 pairs; the scores add up to "), "{out}");

    // What fits too badly is no candidate.
    let out = folder.run(&["assign", "c.cm", "--min-score", "0.2"]).succeeded().out;
    assert!(out.contains("s1  Jardines de lluvia\nnothing for c2: no candidate\n"), "{out}");

    let several = ["assign", "c.cm", "--per-challenge", "2", "--per-solution", "2", "--format"];
    let lines = folder.run(&[&several[..], &["jsonl"]].concat()).succeeded().jsonl();
    let pairs: Vec<String> = lines
        .iter()
        .map(|line| format!("{} {} {}", line["challenge_id"], line["rank"], line["solution_id"]))
        .collect();
    assert_eq!(pairs, ["\"c1\" 1 \"s1\"", "\"c1\" 2 \"s3\"", "\"c2\" 1 \"s1\""]);
    let done = folder.run(&[&several[..], &["csv", "--out", "a.csv"]].concat()).succeeded();
    done.says(&["2 challenges, 3 pairs", "a.csv"]);
    assert_eq!(folder.read("a.csv").lines().count(), 4);
}

#[test]
fn who_got_nothing_is_told_why() {
    let folder = Folder::with_catalogue();
    folder.write("rules.json", r#"{"fix": [["c1", "s1"]], "keep": [["c2", "s1"]]}"#);
    let out = folder.run(&["assign", "c.cm", "--rules", "rules.json"]).succeeded().out;
    assert!(out.contains("nothing for c2: taken: s1 by c1\n"), "{out}");
    assert!(out.contains("not kept: s1 for c2\nnew: s1 for c1\n"), "{out}");
    folder.write("asks.jsonl", r#"{"id": "a", "question": "agua", "language": "es", "eligibility": {"stages": ["scaling"], "unknown": "bar"}}"#);
    let arguments = ["assign", "c.cm", "--challenges", "asks.jsonl", "--format", "csv"];
    let done = folder.run(&arguments).succeeded();
    done.says(&["nothing for a: all 4 candidates are barred"]);
}

#[test]
fn wrong_limits_are_named() {
    let folder = Folder::with_catalogue();
    for (name, rules, code, said) in [
        ("not_json", "{", 1, "rules.json`: EOF"),
        ("unknown_key", r#"{"reserved": {}}"#, 1, "unknown field `reserved`"),
        ("unknown_challenge", r#"{"forbid": [["c9", "s1"]]}"#, 2, "`forbid` cannot be `c9"),
        ("unknown_category", r#"{"reserve": {"local": 1}}"#, 2, "`reserve` cannot be `local"),
        (
            "infeasible",
            r#"{"categories": {"local": ["s3"]}, "minimum": {"local": 2}}"#,
            1,
            "no assignment keeps all limits: 1 place is missing (expected `minimum` of local 1 instead of 2",
        ),
    ] {
        folder.write("rules.json", rules);
        let done = folder.run(&["assign", "c.cm", "--rules", "rules.json"]);
        assert_eq!(done.code, Some(code), "{name}: {done:?}");
        assert!(done.err.contains(said), "{name}: {done:?}");
    }
    let done = folder.run(&["assign", "c.cm", "--per-challenge", "9"]);
    assert!(done.code == Some(2) && done.err.contains("`per_challenge` cannot be `9`"), "{done:?}");
    folder.run(&["init", "empty.cm"]).succeeded();
    folder
        .run(&["assign", "empty.cm"])
        .failed(2, &["`empty.cm` has no challenges", "--challenges"]);
    let done = folder.run(&["assign", "c.cm", "--rules", "none.json"]);
    assert!(done.code == Some(1) && done.err.contains("none.json"), "{done:?}");
}
