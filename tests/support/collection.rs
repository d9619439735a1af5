//! Judged collections in BEIR's layout, as records.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use citymatch::{
    Catalogue, Challenge, Error, Language, Matcher, Matches, Solution,
    ingest::{Row, RowLocation},
};
use serde_json::Value;

use crate::measure::ndcg_at_10;

/// Grades by challenge and solution.
pub type Qrels = BTreeMap<String, BTreeMap<String, u32>>;

/// A judged collection.
pub struct Collection {
    /// Its documents.
    pub solutions: Vec<Solution>,
    /// Its questions.
    pub challenges: Vec<Challenge>,
    /// Its judgements.
    pub qrels: Qrels,
}

/// The folder of the test data.
#[must_use]
pub fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data")
}

impl Collection {
    /// Reads a collection of the test data, with its languages declared.
    ///
    /// # Panics
    /// Where the test data are not as they should be.
    #[must_use]
    pub fn read(name: &str) -> Self {
        let folder = data().join("collections").join(name);
        let rows = |file: &str| -> Vec<Value> {
            let text = fs::read_to_string(folder.join(file)).expect("the collection is there");
            text.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect()
        };
        let text = |row: &Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
        let language = |row: &Value| text(row, "lang").parse::<Language>().ok();
        let solution = |row: &Value| {
            Solution::new(text(row, "_id"), text(row, "title"))
                .description(text(row, "text"))
                .language(language(row))
        };
        let challenge = |row: &Value| {
            Challenge::new(text(row, "_id"), text(row, "title"))
                .problem(text(row, "text"))
                .language(language(row))
        };
        let solutions = rows("corpus.jsonl").iter().map(solution).collect();
        let challenges = rows("queries.jsonl").iter().map(challenge).collect();
        Self { solutions, challenges, qrels: read_qrels(&folder.join("qrels.tsv")) }
    }

    /// The same with every so many-th of its challenges.
    #[must_use]
    pub fn every(mut self, step: usize) -> Self {
        self.challenges = self.challenges.into_iter().step_by(step).collect();
        self.qrels.retain(|challenge, _| {
            self.challenges.iter().any(|kept| kept.id.as_str() == challenge)
        });
        self
    }

    /// The mean nDCG@10 of its challenges.
    ///
    /// # Errors
    /// Where a challenge cannot be answered.
    pub fn ndcg(&self, matcher: &Matcher) -> Result<f64, Error> {
        let run = matcher.find_all(&self.challenges)?;
        let ranked: BTreeMap<&str, &Matches> =
            run.iter().map(|matches| (matches.challenge_id().as_str(), matches)).collect();
        let ids = |matches: &&Matches| matches.iter().map(|found| found.id().to_string()).collect();
        Ok(ndcg_at_10(&self.qrels, |challenge| ranked.get(challenge).map(ids).unwrap_or_default()))
    }

    /// Its solutions in a catalogue in memory.
    ///
    /// # Errors
    /// Where the catalogue cannot be made.
    pub fn catalogue(&self) -> Result<Catalogue, Error> {
        catalogue_of(&self.solutions)
    }
}

/// Solutions in a catalogue in memory, added in one commit.
///
/// # Errors
/// Where the catalogue cannot be made.
///
/// # Panics
/// Where a row is rejected.
pub fn catalogue_of(solutions: &[Solution]) -> Result<Catalogue, Error> {
    let catalogue = Catalogue::in_memory()?;
    let rows = solutions.iter().zip(1..).map(|(solution, row)| Row {
        location: RowLocation::in_list(row),
        record: Ok(solution.clone()),
    });
    let report = catalogue.add(rows)?;
    assert_eq!(report.rejected, []);
    Ok(catalogue)
}

/// Judgements of BEIR: a header, then query, document, grade.
fn read_qrels(path: &Path) -> Qrels {
    let mut qrels = Qrels::new();
    for line in fs::read_to_string(path).expect("the judgements are there").lines().skip(1) {
        let [query, document, grade] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("a judgement has three columns: {line}")
        };
        qrels
            .entry(query.to_owned())
            .or_default()
            .insert(document.to_owned(), grade.parse().expect("a grade is a number"));
    }
    qrels
}
