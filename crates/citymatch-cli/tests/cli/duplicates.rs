//! Translations, resubmissions and variants.

use crate::support::Folder;

const SOLUTIONS: &str = r#"{"id": "en", "title": "Rain gardens", "description": "Rain gardens in the pavement hold the water of storms and keep the streets of 12 districts dry.", "language": "en", "city": "Quito"}
{"id": "es", "title": "Jardines de lluvia", "description": "Jardines de lluvia en la acera retienen el agua de las tormentas y mantienen secas las calles de 12 distritos.", "language": "es", "city": "Quito"}
{"id": "again", "title": "Rain gardens", "description": "Rain gardens in the pavement hold the water of storms and keep the streets of 12 districts dry. We ask for support, again.", "language": "en", "city": "Quito"}
{"id": "cali", "title": "Rain gardens", "description": "Rain gardens in the pavement hold the water of storms and keep the streets of 12 districts dry.", "language": "en", "city": "Cali"}
{"id": "toilets", "title": "Banheiros secos", "description": "Sanitários que não precisam de água nem de esgoto servem as casas do morro.", "language": "pt"}
"#;

fn with_duplicates() -> Folder {
    let folder = Folder::new();
    folder.write("solutions.jsonl", SOLUTIONS);
    folder.run(&["init", "c.cm"]).succeeded();
    folder.run(&["add", "c.cm", "solutions.jsonl"]).succeeded();
    folder
}

#[test]
fn pairs_are_shown_with_their_evidence() {
    let folder = with_duplicates();
    let out = folder.run(&["duplicates", "c.cm"]).succeeded().out;
    assert!(out.contains("  agrees   city Quito\n"), "{out}");
    assert!(
        out.contains("  differs  city Quito | Cali\n") || out.contains("city Cali | Quito"),
        "{out}"
    );
    assert!(out.contains("  “Jardines de lluvia en la acera retienen"), "{out}");
    assert!(out.contains("one thing: again, en"), "{out}");
    assert!(!out.contains("toilets"), "{out}");

    let lines = folder.run(&["duplicates", "c.cm", "--format", "jsonl"]).succeeded().jsonl();
    let pair = |kind: &str| -> Vec<String> {
        let of_kind = lines.iter().filter(|line| line["kind"] == kind);
        of_kind.map(|line| format!("{} {}", line["left"], line["right"])).collect()
    };
    assert_eq!(pair("resubmission"), [r#""again" "en""#]);
    assert!(pair("translation").contains(&r#""en" "es""#.to_owned()), "{lines:?}");
    assert!(pair("variant").contains(&r#""cali" "en""#.to_owned()), "{lines:?}");

    let arguments = ["duplicates", "c.cm", "--kind", "resubmission", "--format", "csv", "--out"];
    folder.run(&[&arguments[..], &["d.csv"]].concat()).succeeded().says(&["1 pairs", "d.csv"]);
    let csv = folder.read("d.csv");
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines[0], "kind,left,right,score,agreed,differing");
    assert!(lines.len() == 2 && lines[1].starts_with("resubmission,again,en,0.9"), "{csv}");
}

#[test]
fn a_wrong_threshold_is_named() {
    let folder = with_duplicates();
    for threshold in ["0", "1", "2", "high"] {
        let done = folder.run(&["duplicates", "c.cm", "--threshold", threshold]);
        assert!(done.code == Some(2) && done.err.contains("threshold"), "{threshold}: {done:?}");
    }
}
