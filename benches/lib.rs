//! What the benches share: the synthetic corpora of `corpus/scale.py`.

use std::fs;
use std::path::PathBuf;

use citymatch::{Challenge, Record, Solution};
use serde_json::Value;

/// Records and challenges of one size.
pub struct Corpus {
    /// How many solutions there are, as in the name of its folder.
    pub size: usize,
    /// The solutions.
    pub solutions: Vec<Solution>,
    /// The challenges, with the number of distinct words of each.
    pub challenges: Vec<(u64, Challenge)>,
}

impl Corpus {
    /// Reads the corpus of a size.
    ///
    /// # Panics
    /// With the command that makes it, where it has not been made.
    #[must_use]
    pub fn read(size: usize) -> Self {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("data/{size}"));
        let rows = |file: &str| -> Vec<Value> {
            let Ok(text) = fs::read_to_string(folder.join(file)) else {
                panic!(
                    "there is no corpus: make it with `python3 benches/corpus/scale.py benches/data/{size} --n {size} --seed 1` (numpy)"
                );
            };
            text.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect()
        };
        let solutions = rows("solutions.jsonl").into_iter().map(record).collect();
        let challenges = rows("challenges.jsonl").into_iter().map(|row| (row["terms"].as_u64().unwrap_or(0), record(row))).collect();
        Self { size, solutions, challenges }
    }

    /// The challenges that have so many distinct words.
    ///
    /// # Panics
    /// Where there is none.
    #[must_use]
    pub fn challenges_of(&self, words: u64) -> Vec<&Challenge> {
        let found: Vec<&Challenge> = self.challenges.iter().filter(|(of, _)| *of == words).map(|(_, challenge)| challenge).collect();
        assert!(!found.is_empty(), "no challenge has {words} words");
        found
    }
}

fn record<R: Record>(json: Value) -> R {
    R::from_json(json).expect("the corpus has good records")
}
