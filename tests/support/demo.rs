//! The records of the demo, as the command has them.

use std::fs;
use std::path::Path;

use citymatch::{Challenge, Record, Solution};

/// The demo's solutions.
#[must_use]
pub fn solutions() -> Vec<Solution> {
    read("solutions.jsonl")
}

/// The demo's challenges.
#[must_use]
pub fn challenges() -> Vec<Challenge> {
    read("challenges.jsonl")
}

/// The demo's challenges, each in the other two languages.
#[must_use]
pub fn translations() -> Vec<Challenge> {
    read("translations.jsonl")
}

/// Challenges that none of the demo's solutions answers.
#[must_use]
pub fn unanswered() -> Vec<Challenge> {
    read("unanswered.jsonl")
}

fn read<R: Record>(file: &str) -> Vec<R> {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/citymatch-cli/demo").join(file);
    let text = fs::read_to_string(path).expect("the demo is there");
    let records: Vec<R> = text
        .lines()
        .map(|line| {
            R::from_json(serde_json::from_str(line).expect("a line is JSON"))
                .expect("the demo's records are good")
        })
        .collect();
    assert!(!records.is_empty(), "{file} is empty");
    records
}
