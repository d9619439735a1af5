//! The other way round, like with like, and what is lacking: `match --reverse`, `similar` and `gaps`.

use crate::support::Folder;

/// Challenges of four cities, and what two of them did.
fn with_cities() -> Folder {
    let folder = Folder::new();
    folder
        .write(
            "challenges.jsonl",
            r#"{"id": "quito", "question": "¿Cómo evitar que la lluvia inunde las calles del centro?", "city": "Quito", "country": "EC", "language": "es"}
{"id": "recife", "question": "Como evitar que a chuva alague as ruas do centro?", "city": "Recife", "country": "BR", "language": "pt"}
{"id": "cali", "question": "¿Cómo acortar las esperas en los juzgados?", "city": "Cali", "country": "CO", "language": "es"}
{"id": "lima", "question": "¿Cómo guardar el agua de lluvia?", "city": "Lima", "country": "PE", "language": "es", "eligibility": {"stages": ["scaling"]}}
"#,
        )
        .write(
            "solutions.jsonl",
            r#"{"id": "gardens", "title": "Jardines de lluvia en las calles", "summary": "Evitan que la lluvia inunde el centro.", "language": "es", "stage": "idea"}
{"id": "drains", "title": "Drenagem da chuva nas ruas do centro", "language": "pt", "deployments": [{"city": "Recife", "country": "BR", "year": 2019, "status": "failed"}]}
{"id": "courts", "title": "Turnos en línea para los juzgados", "language": "es", "city": "Recife", "stage": "pilot"}
"#,
        );
    folder.run(&["init", "c.cm"]).succeeded();
    folder.run(&["add", "c.cm", "solutions.jsonl"]).succeeded();
    folder.run(&["add", "c.cm", "challenges.jsonl", "--kind", "challenges"]).succeeded();
    folder
}

#[test]
fn a_solution_finds_its_challenges() {
    let folder = with_cities();
    let done = folder.run(&["match", "c.cm", "--reverse", "gardens"]).succeeded();
    let lines: Vec<&str> = done.out.lines().collect();
    assert_eq!(lines[0], "gardens  Jardines de lluvia en las calles");
    assert!(lines[2].contains("quito") && lines[2].contains("Quito"), "{done:?}");
    assert!(lines[3].contains("recife"), "{done:?}");
    assert!(!done.out.contains("lima"), "its rules exclude the solution: {done:?}");
    done.says(&["`lima` excludes `gardens`: stages: idea is not one of scaling"]);

    // Each pair has the score that the command gives it the other way.
    let reverse = ["match", "c.cm", "--reverse", "gardens", "--format", "jsonl"];
    let found = folder.run(&reverse).succeeded().jsonl();
    let searched = folder.run(&["match", "c.cm", "--format", "jsonl"]).succeeded().jsonl();
    assert_eq!(found.len(), 3);
    for (place, line) in found.iter().enumerate() {
        assert_eq!(line["rank"], place + 1);
        let same = searched.iter().find(|other| {
            (&other["challenge_id"], &other["solution_id"])
                == (&line["challenge_id"], &line["solution_id"])
        });
        assert_eq!(same.map(|other| &other["score"]), Some(&line["score"]));
    }
    let trec = ["match", "c.cm", "--reverse", "gardens", "--format", "trec", "--limit", "1"];
    assert!(folder.run(&trec).succeeded().out.starts_with("gardens Q0 quito 1 "));

    folder.write("asks.csv", "id,question\na,¿Dónde queda el agua de la lluvia?\n");
    let given = ["match", "c.cm", "--reverse", "gardens", "--challenges", "asks.csv"];
    let given = [&given[..], &["--format", "csv", "--out", "out.csv"]].concat();
    folder.run(&given).succeeded().says(&["1 of 1 challenges for `gardens`: `out.csv`"]);
    assert!(folder.read("out.csv").lines().nth(1).unwrap().starts_with("a,gardens,1,"));
}

#[test]
fn precedents_come_with_what_was_put_to_use_and_how_it_ended() {
    let folder = with_cities();
    let out = folder.run(&["similar", "c.cm", "quito", "--limit", "2"]).succeeded().out;
    let lines: Vec<&str> = out.lines().collect();
    assert!(lines[2].contains("recife") && lines[2].contains("Recife"), "{out}");
    assert!(
        out.contains(
            "\nrecife, Recife: drains Drenagem da chuva nas ruas do centro (2019 failed)\n"
        ),
        "{out}"
    );
    assert!(!out.contains("courts"), "it has little to do with the challenge: {out}");

    let lines = folder.run(&["similar", "c.cm", "quito", "--format", "jsonl"]).succeeded().jsonl();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0]["challenge_id"], "recife");
    assert_eq!(lines[0]["implemented"][0]["deployments"][0]["status"], "failed");

    let out = folder.run(&["similar", "c.cm", "gardens"]).succeeded().out;
    let best = out.lines().nth(2).unwrap_or_default();
    assert!(best.contains("drains"), "{out}");
    let lines =
        folder.run(&["similar", "c.cm", "gardens", "--format", "jsonl"]).succeeded().jsonl();
    assert_eq!((&lines[0]["solution_id"], lines.len()), (&"drains".into(), 2));
}

#[test]
fn ids_of_the_wrong_kind_and_of_nobody_are_named() {
    let folder = with_cities();
    for (name, arguments, code, said) in [
        ("challenge", &["match", "c.cm", "--reverse", "quito"][..], 1, "`quito` is a challenge"),
        ("nobody", &["match", "c.cm", "--reverse", "x"], 1, "no solution `x`"),
        ("text", &["match", "c.cm", "--reverse", "gardens", "--text", "agua"], 2, "--text"),
        ("no record", &["similar", "c.cm", "x"], 1, "no record `x` in `c.cm`"),
        ("limit", &["similar", "c.cm", "quito", "--limit", "0"], 2, "--limit"),
    ] {
        let done = folder.run(arguments);
        assert_eq!(done.code, Some(code), "{name}: {done:?}");
        assert!(done.err.contains(said), "{name}: {done:?}");
    }
    folder.run(&["init", "empty.cm"]).succeeded();
    folder.write("one.jsonl", r#"{"id": "s", "title": "Jardines de lluvia"}"#);
    folder.run(&["add", "empty.cm", "one.jsonl"]).succeeded();
    assert!(
        folder
            .run(&["match", "empty.cm", "--reverse", "s"])
            .succeeded()
            .out
            .contains("no challenge")
    );
    assert!(folder.run(&["similar", "empty.cm", "s"]).succeeded().out.contains("nothing like it"));
}

#[test]
fn what_is_lacking_is_shown() {
    let folder = with_cities();
    folder.write(
        "more.jsonl",
        r#"{"id": "violin", "question": "¿Cómo enseñar violín y piano a niños del barrio?", "themes": ["Música"], "sdgs": [4], "country": "UY", "language": "es"}
"#,
    );
    let out = folder.run(&["gaps", "c.cm", "--challenges", "more.jsonl"]).succeeded().out;
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines[0], "0 of 1 challenges are answered, 1 are not");
    assert!(lines[2].starts_with("violin "), "{out}");
    for (of, name) in [("theme", "Música"), ("goal", "4"), ("country", "UY")] {
        let line = lines.iter().find(|line| line.starts_with(of) && line.contains(name));
        assert!(line.is_some_and(|line| line.ends_with('0')), "{of} {name}: {out}");
    }
    let json = ["gaps", "c.cm", "--format", "json", "--out", "gaps.json"];
    folder.run(&json).succeeded();
    let json: serde_json::Value = serde_json::from_str(&folder.read("gaps.json")).unwrap();
    assert_eq!(json["challenges"], 4);
    assert_eq!(json["countries"][0]["name"], "BR", "what failed is no use");

    folder.run(&["init", "empty.cm"]).succeeded();
    let done = folder.run(&["gaps", "empty.cm"]).succeeded();
    assert!(done.out.starts_with("0 of 0 challenges are answered"), "{done:?}");
    done.says(&["`empty.cm` has no challenges"]);
}

#[test]
fn criteria_compare_by_ones_own_themes_and_by_goals_of_texts() {
    let folder = Folder::new();
    folder
        .write(
            "solutions.jsonl",
            r#"{"id": "s1", "title": "Un proyecto del barrio", "themes": ["ecotelhados"], "language": "es"}
{"id": "s2", "title": "Un proyecto del barrio", "summary": "Familias cultivan verduras y acaban con el hambre.", "language": "es"}
"#,
        )
        .write(
            "asks.jsonl",
            r#"{"id": "c", "question": "¿Qué proyecto hay en el barrio?", "themes": ["techos vivos"], "sdgs": [2], "language": "es", "criteria": {"temas": 1, "ods": 1}}
"#,
        )
        .write("temas.csv", "theme,broader,es,pt\nroofs,green space,techos vivos,ecotelhados\n");
    folder.run(&["init", "c.cm"]).succeeded();
    folder.run(&["add", "c.cm", "solutions.jsonl"]).succeeded();
    let matched = ["match", "c.cm", "--challenges", "asks.jsonl", "--format", "jsonl"];
    let scores = |more: &[&str]| {
        let found = folder.run(&[&matched[..], more].concat()).succeeded().jsonl();
        ["s1", "s2"].map(|id| {
            let own = found.iter().find(|own| own["solution_id"] == id).unwrap();
            own["score"].as_f64().unwrap()
        })
    };
    let [first, second] = scores(&[]);
    let by_themes = scores(&["--thesaurus", "temas.csv"]);
    assert!(by_themes[0] > first && by_themes[1] <= second, "{by_themes:?}");
    let by_both = scores(&["--thesaurus", "temas.csv", "--suggested"]);
    assert!(by_both[1] > by_themes[1], "{by_both:?}");
    let explained = ["explain", "c.cm", "--challenges", "asks.jsonl", "c", "s1"];
    let explained = [&explained[..], &["--thesaurus", "temas.csv"]].concat();
    assert!(folder.run(&explained).succeeded().out.contains("ecotelhados"));

    folder.write("temas.csv", "theme,broader,es\na,b,uno\nb,a,dos\n");
    let wrong = [&matched[..], &["--thesaurus", "temas.csv"]].concat();
    folder.run(&wrong).failed(1, &["`temas.csv`, row 3: `broader` cannot be `a`"]);
}

#[test]
fn spread_is_shown_with_its_price() {
    let folder = Folder::new();
    folder.write(
        "solutions.jsonl",
        r#"{"id": "s1", "title": "Jardines de lluvia en las aceras", "organisation": "Verde", "language": "es"}
{"id": "s2", "title": "Jardines de lluvia en las aceras del centro", "organisation": "Verde", "language": "es"}
{"id": "s3", "title": "Barriles para la lluvia", "organisation": "Azul", "language": "es"}
"#,
    );
    folder.run(&["init", "c.cm"]).succeeded();
    folder.run(&["add", "c.cm", "solutions.jsonl"]).succeeded();
    let ask = ["match", "c.cm", "--text", "jardines de lluvia en las aceras", "--limit", "2"];
    let out = folder.run(&[&ask[..], &["--per-organisation", "1"]].concat()).succeeded().out;
    assert!(out.contains("% of the scores kept, mean distance 0."), "{out}");
    let displaced =
        "displaced: s2 (rank 2 by score): there are 1 of the organisation `Verde` already";
    assert!(out.contains(displaced), "{out}");
    let out = folder.run(&[&ask[..], &["--diversity", "0.9", "--format", "csv"]].concat());
    assert!(out.succeeded().out.contains(",s3,2,"));
    for (option, value) in [("--diversity", "1.5"), ("--per-country", "0")] {
        folder.run(&[&ask[..], &[option, value]].concat()).failed(2, &[option]);
    }
}

#[test]
fn decisions_are_kept_with_hashes_and_without_texts() {
    let folder = with_cities();
    let matched = ["match", "c.cm", "--limit", "2", "--format", "csv", "--decisions", "m.jsonl"];
    let done = folder.run(&matched).succeeded();
    // Two matches of three challenges, and one of `lima`, whose rules exclude the others.
    assert_eq!(done.out.lines().count(), 1 + 7, "the matches are written as ever: {done:?}");
    let lines: Vec<serde_json::Value> = folder
        .read("m.jsonl")
        .lines()
        .map(|line| serde_json::from_str(line).expect("a line is JSON"))
        .collect();
    let count = |name: &str| lines.iter().filter(|line| line["decision"] == name).count();
    assert_eq!((count("matched"), count("barred")), (7, 2), "{lines:?}");
    assert!(
        lines.iter().all(|line| line["solution_hash"].as_str().is_some_and(|own| own.len() == 64))
    );
    assert!(!folder.read("m.jsonl").contains("lluvia"), "no text");
    done.says(&["9 decisions: `m.jsonl`"]);

    folder.run(&["assign", "c.cm", "--decisions", "a.jsonl"]).succeeded();
    let assigned = folder.read("a.jsonl");
    assert!(assigned.lines().count() == 4 && assigned.contains("\"decision\":\"assigned\""));
    folder.run(&["match", "c.cm", "--decisions", "none/m.jsonl"]).failed(1, &["none/m.jsonl"]);
}

#[test]
fn criteria_count_by_name_and_the_others_are_for_a_person() {
    let folder = with_cities();
    folder.write(
        "ask.jsonl",
        r#"{"id": "a", "question": "¿Cómo evitar que la lluvia inunde las calles del centro?", "city": "Recife", "language": "es", "criteria": {"lugar": 60, "madurez": 20, "innovación": 20}}
"#,
    );
    let out = folder.run(&["match", "c.cm", "--challenges", "ask.jsonl"]).succeeded().out;
    assert!(out.contains("scored by criteria: place 0.75, maturity 0.25\n"), "{out}");
    assert!(out.contains("criteria for a person: innovación\n"), "{out}");
    let tree = ["explain", "c.cm", "--challenges", "ask.jsonl", "a", "drains"];
    let tree = folder.run(&tree).succeeded().out;
    assert!(tree.contains("place = product of") && tree.contains("[recife ~ recife BR]"), "{tree}");
}
