//! The demo.

use std::fs;
use std::path::Path;
#[cfg(unix)]
use std::process::Command;
use std::time::{Duration, Instant};

use citymatch::Catalogue;

use crate::support::{Folder, demo};

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
    let out = folder.run(&["demo", "--out", "city's folder"]).succeeded().out;
    let commands: Vec<&str> = out.lines().filter_map(|line| line.strip_prefix("  citymatch ")).collect();
    assert!(commands.len() >= 3, "{out}");
    for arguments in commands {
        let line = format!("'{}' {arguments}", env!("CARGO_BIN_EXE_citymatch"));
        let output = Command::new("sh").args(["-c", &line]).current_dir(folder.place()).output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{line}: {output:?}");
    }
}

#[test]
fn the_demo_replaces_its_own_catalogue_and_nothing_else() {
    let folder = demo();
    folder.run(&["remove", "demo.cm", "ecoinclusion"]).succeeded();
    folder.run(&["demo"]).succeeded();
    let names: Vec<_> = fs::read_dir(folder.place()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["demo.cm"]);
    assert!(Catalogue::open(folder.path("demo.cm")).unwrap().snapshot().unwrap().solutions().contains("ecoinclusion").unwrap());

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
