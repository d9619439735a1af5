//! The demo.

use std::fs;
use std::path::Path;
#[cfg(unix)]
use std::process::Command;
use std::time::{Duration, Instant};

use citymatch::{Catalogue, Challenge, Eligibility, Matcher, Search};

use crate::support::{Folder, demo};

const CHALLENGES: &str = include_str!("../../demo/challenges.jsonl");
const UNANSWERED: &str = include_str!("../../demo/unanswered.jsonl");

/// Makes something at a place.
type Make = fn(&Path);

#[test]
fn the_demo_matches_its_records_and_says_how_good_that_is() {
    let folder = Folder::new();
    let start = Instant::now();
    let done = folder.run(&["demo", "--out", "try"]).succeeded();
    assert!(start.elapsed() < Duration::from_secs(10));
    assert_eq!(done.err, "");
    let snapshot = Catalogue::open(folder.path("try/demo.cm")).unwrap().snapshot().unwrap();
    assert_eq!((snapshot.solutions().len(), snapshot.challenges().len()), (103, 37));
    let page = folder.read("try/demo.cm/report.html");
    assert!(page.contains("37 challenges of cities, compared with 103 solutions"));
    for part in [
        "page for a browser: `try/demo.cm/report.html`",
        "103 solutions and 37 challenges",
        "[es] buenos-aires-resiliente-2019",
        "grade 2",
        "eligibility",
    ] {
        assert!(done.out.contains(part), "no `{part}`: {}", done.out);
    }
    let lines = done
        .out
        .lines()
        .filter(|line| line.starts_with("challenges ") || line.starts_with("their translations "));
    // All signals and words alone.
    let numbers: Vec<[f64; 2]> = lines
        .map(|line| {
            [3, 2].map(|column| line.split_whitespace().rev().nth(column).unwrap().parse().unwrap())
        })
        .collect();
    assert_eq!(numbers.len(), 6);
    assert!(
        numbers.iter().all(|[all, words]| *all < 1.0 && *all > words + 0.02 && *words > 0.2),
        "{numbers:?}"
    );
}

#[test]
fn the_demo_gives_reasons_across_languages() {
    let out = demo_out();
    let lines: Vec<&str> = out.lines().collect();
    let solutions: Vec<usize> =
        (0..lines.len()).filter(|&i| lines[i].contains("  grade ")).collect();
    assert_eq!(solutions.len(), 3 * 4 + 1, "{out}");
    for (&first, next) in solutions.iter().zip(solutions.iter().skip(1).chain([&lines.len()])) {
        let pair = lines[first..*next]
            .iter()
            .position(|line| line.starts_with("     “") && line.contains("” ~ “"));
        assert!(
            pair.is_some_and(|at| at <= 4),
            "no pair of sentences soon after `{}`",
            lines[first]
        );
    }
    // A Portuguese word for a Spanish one, with how near it is.
    assert!(out.contains("ciudad ~ cidade/cidades .8"), "{out}");
}

#[test]
fn the_demo_shows_the_first_unanswered_challenge_and_counts_the_verdicts() {
    let out = demo_out();
    let first =
        Challenge::from_json(serde_json::from_str(UNANSWERED.lines().next().unwrap()).unwrap())
            .unwrap();
    let shown =
        out.split(&format!("{} [es] {}\n", first.title, first.id)).nth(1).expect("it is shown");
    let verdict = shown.lines().find(|line| {
        line.starts_with("nothing in the catalogue answers well") || line.contains("it is wrong")
    });
    let folder = demo();
    let matcher = Matcher::new(&Catalogue::open(folder.path("demo.cm")).unwrap()).unwrap();
    let answered = |challenge: &Challenge| {
        matcher.find(Search::new(challenge).eligibility(Eligibility::default())).unwrap().answered()
            == Some(true)
    };
    assert_eq!(verdict.map(|line| line.contains("it is wrong")), Some(answered(&first)), "{out}");
    let count = |lines: &str, asked: &dyn Fn(&Challenge) -> bool| {
        let challenges: Vec<Challenge> = lines
            .lines()
            .map(|line| Challenge::from_json(serde_json::from_str(line).unwrap()).unwrap())
            .filter(asked)
            .collect();
        (challenges.iter().filter(|challenge| answered(challenge)).count(), challenges.len())
    };
    let graded = |least: &str, challenge: &Challenge| {
        let line = |line: &str| {
            line.split(' ').next() == Some(challenge.id.as_str())
                && line.split(' ').nth(3) >= Some(least)
        };
        include_str!("../../demo/qrels.txt").lines().any(line)
    };
    let (wrong, unanswered) = count(UNANSWERED, &|_| true);
    let (useful, of_useful) = count(CHALLENGES, &|challenge| graded("2", challenge));
    let (answers, of_answers) = count(CHALLENGES, &|challenge| graded("3", challenge));
    let words: Vec<&str> = out.split_whitespace().collect();
    let text = words.join(" ");
    for part in [
        format!("Of these {unanswered}, citymatch says for {wrong} that something answers"),
        format!(
            "Of the {of_useful} challenges that have a solution of grade 2 or 3 it says so for {useful},"
        ),
        format!("of the {of_answers} among them that have one of grade 3 for {answers}."),
    ] {
        assert!(text.contains(&part), "no `{part}`: {out}");
    }
    assert_eq!((unanswered, of_useful, of_answers), (54, 20, 9));
    // The verdict says something: it holds for the answered more often than for the others.
    assert!(wrong * of_useful * 2 < useful * unanswered, "{out}");
}

fn demo_out() -> String {
    Folder::new().run(&["demo"]).succeeded().out
}

#[cfg(unix)]
#[test]
fn what_the_demo_says_to_type_works() {
    let folder = Folder::new();
    let out = folder.run(&["demo", "--out", "city's folder"]).succeeded().out;
    let commands: Vec<&str> =
        out.lines().filter_map(|line| line.strip_prefix("  citymatch ")).collect();
    assert!(commands.len() >= 3, "{out}");
    for arguments in commands {
        let line = format!("'{}' {arguments}", env!("CARGO_BIN_EXE_citymatch"));
        let output =
            Command::new("sh").args(["-c", &line]).current_dir(folder.place()).output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{line}: {output:?}");
    }
}

#[test]
fn the_demo_replaces_its_own_catalogue_and_nothing_else() {
    let folder = demo();
    folder.run(&["remove", "demo.cm", "ecoinclusion"]).succeeded();
    folder.run(&["demo"]).succeeded();
    let names: Vec<_> =
        fs::read_dir(folder.place()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["demo.cm"]);
    assert!(
        Catalogue::open(folder.path("demo.cm"))
            .unwrap()
            .snapshot()
            .unwrap()
            .solutions()
            .contains("ecoinclusion")
            .unwrap()
    );

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
