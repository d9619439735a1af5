//! Matches and explanations.

use std::fs;

use citymatch::Challenge;
use serde_json::Value as Json;

use crate::support::{CHALLENGES, Folder, demo};

const NOTHING: &str = "nothing in the catalogue answers well; the nearest are:\n";

#[test]
fn matches_as_a_table() {
    let folder = Folder::with_catalogue();
    let out = folder.run(&["match", "c.cm"]).succeeded().out;
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines[0], "c1  ¿Cómo retener el agua de lluvia en cada acera?");
    assert_eq!(
        lines[1].split_whitespace().collect::<Vec<_>>(),
        ["rank", "score", "level", "id", "title", "lang", "why"]
    );
    assert!(
        lines[2].trim_start().starts_with("1  0.")
            && lines[2].contains("s1   Jardines de lluvia  es"),
        "{out}"
    );
    assert!(
        ["agua", "lluvia", "acera ~ aceras"].iter().all(|word| lines[2].contains(word)),
        "{out}"
    );
    // Relatives in another language with their weight; a sentence where no word meets one.
    assert!(
        lines[3].contains("s3   Rain barrels        en    agua ~ water .")
            && lines[3].contains("lluvia ~ rain ."),
        "{out}"
    );
    assert!(lines[5].contains("s4 ") && lines[5].contains("“Techos verdes” ."), "{out}");
    assert_eq!(out.matches(NOTHING).count(), 1, "for c2 alone: {out}");
    // Its rules bar all but one.
    let barred = out.split("c2  Água para todos\n").nth(1).unwrap();
    assert_eq!(barred.lines().filter(|line| line.contains("  0.")).count(), 1, "{out}");
    assert!(!out.contains('\u{1b}'), "{out:?}");

    let done = folder.run(&["match", "c.cm", "--out", "matches.txt"]).succeeded();
    assert_eq!((folder.read("matches.txt").as_str(), done.out.as_str()), (out.as_str(), ""));
    done.says(&["2 challenges, 5 matches", "matches.txt"]);
}

#[test]
fn matches_as_data() {
    let folder = Folder::with_catalogue();
    let lines = folder
        .run(&["match", "c.cm", "--text", "agua de lluvia", "--format", "jsonl", "--limit", "2"])
        .succeeded()
        .jsonl();
    assert_eq!(lines.len(), 2);
    let keys: Vec<&String> = lines[0].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["challenge_id", "solution_id", "rank", "score"]);
    assert_eq!(
        (&lines[0]["challenge_id"], &lines[0]["solution_id"], &lines[0]["rank"]),
        (&"text".into(), &"s1".into(), &1.into())
    );
    assert!(lines[0]["score"].as_f64() > lines[1]["score"].as_f64());

    let csv = folder.run(&["match", "c.cm", "--format", "csv"]).succeeded().out;
    assert!(csv.starts_with("challenge_id,solution_id,rank,score\nc1,s1,1,0."), "{csv}");
    let trec = folder.run(&["match", "c.cm", "--format", "trec"]).succeeded().out;
    assert!(
        trec.contains("c1 Q0 s%202 ") && trec.lines().all(|line| line.split(' ').count() == 6),
        "{trec}"
    );

    folder.run(&["match", "c.cm", "--format", "xlsx", "--out", "matches.xlsx"]).succeeded();
    assert!(fs::read(folder.path("matches.xlsx")).unwrap().starts_with(b"PK"));
    folder.run(&["match", "c.cm", "--format", "csv", "--out", "matches.csv"]).succeeded();
    assert_eq!(folder.read("matches.csv"), csv);
}

#[test]
fn a_page_is_written_in_the_language_that_is_asked_for() {
    let folder = Folder::with_catalogue();
    for (name, more, language, sentence) in [
        ("default", &[][..], "en", "Skip to the content"),
        ("spanish", &["--lang", "es"], "es", "Ir al contenido"),
        ("portuguese", &["--lang", "português"], "pt", "Ir para o conteúdo"),
    ] {
        let arguments = [&["match", "c.cm", "--format", "html"], more].concat();
        let page = folder.run(&arguments).succeeded().out;
        let html = format!("<html lang=\"{language}\">");
        assert!(page.contains(&html) && page.contains(sentence), "{name}");
        assert!(page.contains("id=\"m1.s1\""), "{name}: {page}");
    }
    let done = folder.run(&["match", "c.cm", "--format", "html", "--out", "page.html"]).succeeded();
    assert!(done.err.contains("2 challenges, ") && done.err.contains("`page.html`"), "{done:?}");
    assert_eq!(folder.read("page.html"), folder.run(&["match", "c.cm", "--format", "html"]).out);
    folder.run(&["assign", "c.cm", "--format", "html", "--lang", "es", "--out", "who.html"]);
    assert!(folder.read("who.html").contains("<h4>Decisión</h4>"));
}

#[test]
fn rules_and_weights_of_the_command_line() {
    let folder = Folder::with_catalogue();
    let run = |more: &[&str]| {
        let arguments = ["match", "c.cm", "--text", "agua de lluvia", "--format", "jsonl"];
        folder.run(&[&arguments[..], more].concat()).succeeded().jsonl()
    };
    let ids = |more: &[&str]| -> Vec<String> {
        let mut ids: Vec<String> =
            run(more).iter().map(|line| line["solution_id"].as_str().unwrap().to_owned()).collect();
        ids.sort();
        ids
    };
    // Only `s1` has a country and only `s 2` is an idea; what is not known stays.
    assert_eq!(ids(&[]), ["s 2", "s1", "s3", "s4"]);
    assert_eq!(ids(&["--country", "CL"]), ["s 2", "s1", "s3", "s4"]);
    assert_eq!(ids(&["--country", "BR,Uruguay"]), ["s 2", "s3", "s4"]);
    assert_eq!(ids(&["--at-least", "prototipo"]), ["s1", "s3", "s4"]);
    assert_eq!(ids(&["--at-least", "implemented", "--country", "BR"]), ["s3", "s4"]);

    // A text of three words that is Portuguese as much as Spanish, and what counts for it.
    let score = |id: &str, more: &[&str]| {
        let lines = run(more);
        let line = lines.iter().find(|line| line["solution_id"] == id).unwrap();
        line["score"].as_f64().unwrap()
    };
    let (spanish, english) =
        (score("s1", &["--language", "es"]), score("s1", &["--language", "en"]));
    assert!(spanish > english, "`s1` is Spanish: {spanish} {english}");
    let words = |id: &str| score(id, &["--weights", "words=1"]);
    assert!(words("s1") > words("s4"), "`s1` has the words");
    let both = score("s4", &["--weights", "words=1,meaning=.5"]);
    assert!((both - words("s4")).abs() > 1e-6, "`s4` has no word, and is compared by its meaning");

    // Rules of stored challenges: `c2` bars all but pilots, and what is unknown.
    let stored = |more: &[&str]| {
        let arguments = ["match", "c.cm", "--format", "jsonl"];
        let lines = folder.run(&[&arguments[..], more].concat()).succeeded().jsonl();
        lines.iter().filter(|line| line["challenge_id"] == "c2").count()
    };
    assert_eq!(
        (stored(&[]), stored(&["--country", "CL"]), stored(&["--country", "BR"])),
        (1, 1, 0)
    );
}

#[test]
fn explanations_take_the_language_and_the_weights_of_the_match() {
    let folder = Folder::with_catalogue();
    let more = ["--text", "agua de lluvia", "--language", "pt", "--weights", "related=1"];
    let found =
        folder.run(&[&["match", "c.cm", "--format", "csv"], &more[..]].concat()).succeeded();
    let row = found.out.lines().find_map(|line| line.strip_prefix("text,s1,")).unwrap();
    let score: f64 = row.split(',').nth(1).unwrap().parse().unwrap();
    let tree = folder.run(&[&["explain", "c.cm"], &more[..], &["s1"]].concat()).succeeded().out;
    assert!(tree.contains("text (pt) ~ s1 (es)") && !tree.contains("meaning = "), "{tree}");
    assert!(tree.contains(&format!("{score:.4}  score = logistic of")), "{score}: {tree}");
}

#[test]
fn challenges_of_a_file_are_matched_and_not_stored() {
    let folder = Folder::with_catalogue();
    // The id of a stored solution is no hindrance; the second and third rows are wrong.
    folder.write("asked.csv", "id,question\ns1,agua de lluvia\ns1,otra\n,sin nombre\nx2,water\n");
    let done = folder
        .run(&["match", "c.cm", "--challenges", "asked.csv", "--format", "jsonl"])
        .succeeded();
    let challenges: Vec<Json> = done
        .jsonl()
        .iter()
        .filter(|line| line["rank"] == 1)
        .map(|line| line["challenge_id"].clone())
        .collect();
    assert_eq!(challenges, ["s1", "x2"]);
    done.says(&["rejected: `asked.csv`, row 3", "`s1`", "row 2"]);
    done.says(&["rejected: `asked.csv`, row 4", "`id`"]);
    done.says(&["rejected 2 of 4 challenges"]);
    assert_eq!(folder.counts(), (4, 2));
}

#[test]
fn nothing_to_find_is_no_failure() {
    let folder = Folder::with_catalogue();
    for (name, text) in
        [("stop_words", "de la que"), ("punctuation", "¿?"), ("query_language", "title: AND (")]
    {
        let done = folder.run(&["match", "c.cm", "--text", text]).succeeded();
        if name != "query_language" {
            assert_eq!(done.out, format!("text  {text}\nno match\n"), "{name}");
            assert_eq!(
                folder.run(&["match", "c.cm", "--text", text, "--format", "jsonl"]).succeeded().out,
                "",
                "{name}"
            );
        }
    }
    folder.run(&["remove", "c.cm", "c1", "c2"]).succeeded();
    let done = folder.run(&["match", "c.cm", "--format", "trec"]).succeeded();
    done.says(&["note: `c.cm` has no challenges", "--challenges"]);
    assert_eq!(done.out, "");
}

#[test]
fn where_nothing_answers_the_table_says_so() {
    let folder = demo();
    let off = "¿Quién da clases de violín a jubilados en pueblos de montaña?";
    for (name, text, silent) in [
        ("off_topic", off, true),
        ("answered", "¿Cómo limpiar la basura de los ríos?", false),
        ("too_short_for_a_verdict", "violín", false),
    ] {
        let out = folder.run(&["match", "demo.cm", "--text", text, "--limit", "2"]).succeeded().out;
        let heading = format!("text  {text}\n");
        assert_eq!(
            out.strip_prefix(&heading).unwrap().starts_with(NOTHING),
            silent,
            "{name}: {out}"
        );
        assert_eq!(out.contains(NOTHING), silent, "{name}: {out}");
        assert_eq!(out.lines().filter(|line| line.contains("  0.")).count(), 2, "{name}: {out}");
    }
    let data = folder
        .run(&["match", "demo.cm", "--text", off, "--limit", "2", "--format", "csv"])
        .succeeded()
        .out;
    assert_eq!(data.lines().count(), 3, "{data}");
}

#[test]
fn a_portuguese_solution_comes_first_for_a_spanish_challenge_without_a_shared_word() {
    let folder = demo();
    let asked = ["--text", "¿Cómo mejorar los almuerzos en los colegios?"];
    let run = |command: &str, more: &[&str]| {
        folder.run(&[&[command, "demo.cm"], &asked[..], more].concat()).succeeded().out
    };
    let table = run("match", &["--limit", "2"]);
    let first = table.lines().find(|line| line.starts_with("   1  0.")).unwrap_or_default();
    assert!(first.contains("lemobs-merenda-escolar") && first.contains("  pt  "), "{table}");
    assert!(first.contains("colegios ~ escola") || first.contains("comer ~ merenda ."), "{table}");
    let tree = run("explain", &["lemobs-merenda-escolar"]);
    let mut lines =
        tree.lines().skip_while(|line| !line.ends_with("share of the ask's words = sum of"));
    assert!(
        lines.nth(1).is_some_and(|next| next.ends_with("related = product of")),
        "a word is shared: {tree}"
    );
}

#[test]
fn explanations_show_every_signal() {
    let folder = Folder::with_catalogue();
    let out = folder.run(&["explain", "c.cm", "c1", "s3"]).succeeded().out;
    let has = |parts: &[&str]| out.lines().any(|line| parts.iter().all(|part| line.contains(part)));
    for parts in [
        &["words      ", "lluvia ~ rain ."][..],
        &["sentences  “¿Cómo retener el agua", "” ~ “"],
        &["    0.0000  words = product of"],
        &["related = product of"],
        &["lluvia = product of", "[~ rain 0."],
        &["meaning = product of"],
        &["whole texts"],
        &["sentence = product of [¿Cómo retener el agua de lluvia"],
        &["not found: ", "acera"],
    ] {
        assert!(has(parts), "no line with {parts:?}: {out}");
    }
    assert!(out.lines().all(|line| line.chars().count() <= 100), "{out}");
}

#[test]
fn explanations_show_the_words_and_what_bars() {
    let folder = Folder::with_catalogue();
    let out = folder.run(&["explain", "c.cm", "c1", "s1"]).succeeded().out;
    for part in ["Jardines de lluvia", "score", "aceras in summary", "lluvia", "title"] {
        assert!(out.contains(part), "no `{part}`: {out}");
    }
    assert!(out.contains("place      it is found: rank 1, score "), "{out}");
    let score = folder.run(&["match", "c.cm", "--limit", "1"]).succeeded().out;
    let score: f64 =
        score.lines().nth(2).unwrap().split_whitespace().nth(1).unwrap().parse().unwrap();
    let root = out.lines().find_map(|line| line.split_once("  score = logistic of")).unwrap();
    assert!((root.0.parse::<f64>().unwrap() - score).abs() < 0.000_551, "{score}: {out}");

    let barred = folder.run(&["explain", "c.cm", "c2", "s 2"]).succeeded().out;
    assert!(barred.contains("place      it is barred: stages: idea is not one of "), "{barred}");
    folder.run(&["explain", "c.cm", "--challenges", "challenges.jsonl", "c2", "s1"]).succeeded();
    assert!(
        folder
            .run(&["explain", "c.cm", "--text", "agua", "s1"])
            .succeeded()
            .out
            .contains("agua in summary")
    );
    folder.write("one.jsonl", CHALLENGES.lines().next().unwrap());
    assert_eq!(
        folder.run(&["explain", "c.cm", "--challenges", "one.jsonl", "s1"]).succeeded().out,
        out
    );
}

#[test]
fn a_shorter_run_is_the_head_of_a_longer_one_and_threads_change_nothing() {
    let folder = demo();
    let run = |limit: &str, threads: &str| {
        folder
            .run(&["match", "demo.cm", "--format", "trec", "--limit", limit, "--threads", threads])
            .succeeded()
            .out
    };
    let (long, short) = (run("50", "1"), run("20", "2"));
    assert_eq!(long.lines().count(), 37 * 50);
    let rank = |line: &&str| line.split(' ').nth(3).unwrap().parse::<u32>().unwrap() <= 20;
    assert_eq!(long.lines().filter(rank).collect::<Vec<_>>(), short.lines().collect::<Vec<_>>());
    assert_eq!(run("50", "2"), long);
}

#[test]
fn a_challenge_of_the_library_is_matched_alike() {
    let folder = Folder::with_catalogue();
    let matcher = citymatch::Matcher::new(&folder.catalogue()).unwrap();
    let found = matcher.find(Challenge::from_text("agua de lluvia")).unwrap();
    let lines = folder
        .run(&["match", "c.cm", "--text", "agua de lluvia", "--format", "jsonl"])
        .succeeded()
        .jsonl();
    assert_eq!(lines.len(), 4);
    for (line, found) in lines.iter().zip(&found) {
        assert_eq!(
            (line["solution_id"].as_str(), line["score"].as_f64()),
            (Some(found.id().as_str()), Some(found.score()))
        );
    }
}

#[test]
fn the_table_says_as_which_language_an_ask_was_read() {
    let folder = Folder::with_catalogue();
    for (name, arguments, expected) in [
        ("short", &["--text", "rain"][..], "read in every language"),
        ("given", &["--text", "rain", "--language", "en"], "read as English"),
        ("found", &["--text", "¿Cómo evitar que se inunden las calles?"], "read as Spanish"),
    ] {
        let done = folder.run(&[&["match", "c.cm"], arguments].concat()).succeeded();
        assert_eq!(done.out.lines().last(), Some(expected), "{name}: {done:?}");
    }
    let explained = |language| {
        folder.run(&["explain", "c.cm", "--text", "agua", "--language", language, "s1"]).succeeded()
    };
    assert!(explained("es").out.contains("(es)") && explained("pt").out.contains("(pt)"));
}
