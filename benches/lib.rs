//! What the benches share: the synthetic corpora of `corpus/scale.py`, and the vectors of whole
//! texts that rivals get.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use citymatch::{
    Challenge, Record, Solution,
    encoder::{Encoder, StaticEncoder},
    text::matched_sentences,
};
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
        let challenges = rows("challenges.jsonl")
            .into_iter()
            .map(|row| (row["terms"].as_u64().unwrap_or(0), record(row)))
            .collect();
        Self { size, solutions, challenges }
    }

    /// The challenges that have so many distinct words.
    ///
    /// # Panics
    /// Where there is none.
    #[must_use]
    pub fn challenges_of(&self, words: u64) -> Vec<&Challenge> {
        let found: Vec<&Challenge> = self
            .challenges
            .iter()
            .filter(|(of, _)| *of == words)
            .map(|(_, challenge)| challenge)
            .collect();
        assert!(!found.is_empty(), "no challenge has {words} words");
        found
    }
}

fn record<R: Record>(json: Value) -> R {
    R::from_json(json).expect("the corpus has good records")
}

/// The objects of a JSONL file.
pub fn rows(path: impl AsRef<Path>) -> Result<Vec<Value>, Box<dyn Error>> {
    Ok(fs::read_to_string(path)?.lines().map(serde_json::from_str).collect::<Result<_, _>>()?)
}

/// The built-in encoder's vectors of whole texts, the named fields of a record together, one after
/// the other: f32, little-endian.
pub fn whole_text_vectors(rows: &[Value], fields: &[&str]) -> Result<Vec<u8>, Box<dyn Error>> {
    // A list of short texts, as themes are, is one text.
    let value = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(items) => {
            Some(items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "))
        }
        _ => None,
    };
    let text = |row: &Value| {
        fields.iter().filter_map(|field| value(&row[*field])).collect::<Vec<_>>().join("\n")
    };
    encoded(&rows.iter().map(text).collect::<Vec<_>>())
}

/// The built-in encoder's vectors of what is matched of solutions, as the index has them, one after
/// the other: f32, little-endian.
pub fn matched_text_vectors(rows: &[Value]) -> Result<Vec<u8>, Box<dyn Error>> {
    let text = |row: &Value| {
        let words = matched_sentences(&record::<Solution>(row.clone())).into_iter();
        words.map(|sentence| sentence.words).collect::<Vec<_>>().join("\n")
    };
    encoded(&rows.iter().map(text).collect::<Vec<_>>())
}

fn encoded(texts: &[String]) -> Result<Vec<u8>, Box<dyn Error>> {
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let vectors = StaticEncoder::builtin().encode(&texts)?;
    let values = vectors.iter().flat_map(|vector| vector.values().iter());
    Ok(values.flat_map(|value| value.to_le_bytes()).collect())
}
