//! Reads runs that were written before, by us or by others.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use citymatch::Error;
use citymatch::evaluate::RankedLists;
use serde::Deserialize;

use crate::encoding::decode_text;
use crate::invalid_file;
use crate::trec::percent_decode;

/// What a line is expected to be.
const LINE: &str = "`challenge Q0 solution rank score tag`, as TREC has it, or the JSON that `match \
                    --format jsonl` writes";

/// A line of JSON.
#[derive(Deserialize)]
struct JsonLine {
    challenge_id: String,
    solution_id: String,
    score: f64,
}

/// Reads a run from a file: the solutions of each challenge in their order, by falling score, and by
/// id where scores are equal.
///
/// A line is one match, in TREC's format, `challenge Q0 solution rank score tag`, or as an object of
/// JSON with `challenge_id`, `solution_id` and `score`; [`write_run`](crate::write_run) writes both.
/// Ids in TREC's lines are percent-encoded. The rank is not looked at, as in `trec_eval`.
///
/// # Errors
/// * [`ErrorKind::Io`](citymatch::ErrorKind::Io) if the file cannot be read;
/// * [`ErrorKind::InvalidFile`](citymatch::ErrorKind::InvalidFile), with its row, for any other line,
///   for a solution that a challenge has twice, and for a file without matches.
///
/// # Examples
/// ```
/// # let dir = tempfile::tempdir().unwrap();
/// # let path = dir.path().join("run.txt");
/// std::fs::write(&path, "c1 Q0 s2 2 0.5 mine\nc1 Q0 s1 1 0.7 mine\n").unwrap();
/// let lists = citymatch_files::read_ranked_lists(&path)?;
/// assert_eq!(lists.of(&"c1".into()), ["s1".into(), "s2".into()]);
/// # Ok::<(), citymatch::Error>(())
/// ```
pub fn read_ranked_lists(path: impl AsRef<Path>) -> Result<RankedLists, Error> {
    let path = path.as_ref();
    let bytes = std::fs::read(path).map_err(|error| Error::io(path, error))?;
    let text = decode_text(&path.to_string_lossy(), bytes)?;
    let mut found: BTreeMap<String, Vec<(String, f64)>> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for (line, row) in text.lines().zip(1_u64..) {
        let wrong = |field: &str, value: &str, expected: &str| {
            invalid_file(path, Some(row), field, value, expected)
        };
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        let (challenge, solution, score) = if line.starts_with('{') {
            let read: JsonLine =
                serde_json::from_str(line).map_err(|_| wrong("line", line, LINE))?;
            (read.challenge_id, read.solution_id, read.score)
        } else {
            let words: Vec<&str> = line.split_whitespace().collect();
            let [challenge, _, solution, _, score, _] = words[..] else {
                return Err(wrong("line", line, LINE));
            };
            let number = score.parse().map_err(|_| wrong("score", score, "a number"))?;
            (percent_decode(challenge), percent_decode(solution), number)
        };
        if !score.is_finite() {
            return Err(wrong("score", &score.to_string(), "a finite number"));
        }
        if !seen.insert((challenge.clone(), solution.clone())) {
            let expected = format!("a solution that {challenge} does not have already");
            return Err(wrong("solution", &solution, &expected));
        }
        found.entry(challenge).or_default().push((solution, score));
    }
    if found.is_empty() {
        return Err(invalid_file(path, None, "file", "empty", format!("lines such as {LINE}")));
    }
    let mut lists = RankedLists::new();
    for (challenge, solutions) in found {
        lists.push_scored(challenge, solutions);
    }
    Ok(lists)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{MatchRow, Output, RunFormat, write_run};

    fn read(text: &str) -> Result<RankedLists, String> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("run");
        std::fs::write(&path, text).unwrap();
        let place = format!("`{}`", path.display());
        read_ranked_lists(&path).map_err(|error| error.to_string().replace(&place, "run"))
    }

    #[test]
    fn what_is_written_comes_back_in_its_order() -> Result<(), Error> {
        let rows =
            [("c 1", "s9", 0.7), ("c 1", "100%", 0.7), ("c 1", "a b", 1e-9), ("c2", "s1", 0.5)];
        let mut expected = RankedLists::new();
        expected.push("c2", ["s1"]);
        for (format, order) in [
            // Scores that are equal fall in TREC's lines; in JSON ids decide.
            (RunFormat::Trec, ["s9", "100%", "a b"]),
            (RunFormat::Jsonl, ["100%", "s9", "a b"]),
        ] {
            let rows = rows.iter().zip(1..);
            let rows = rows.map(|((c, s, score), rank)| Ok(MatchRow::new(*c, *s, rank, *score)));
            let mut out = Vec::new();
            write_run(rows, format, Output::Writer(&mut out))?;
            expected.push("c 1", order);
            assert_eq!(read(std::str::from_utf8(&out).unwrap()), Ok(expected.clone()), "{format}");
        }
        Ok(())
    }

    #[test]
    fn what_is_no_match_is_named_with_its_row() {
        for (name, text, message) in [
            (
                "qrels",
                "c1 0 s1 2\n",
                "run, row 1: `line` cannot be `c1 0 s1 2` (expected `challenge Q0 solution rank score tag`, as TREC has it, or the JSON that `match --format jsonl` writes)",
            ),
            (
                "json",
                "{\"challenge_id\": \"c1\"}\n",
                r#"run, row 1: `line` cannot be `{\"challenge_id\": \"c1\"}`"#,
            ),
            (
                "score",
                "c1 Q0 s1 1 high t\n",
                "run, row 1: `score` cannot be `high` (expected a number)",
            ),
            (
                "nan",
                "c1 Q0 s1 1 NaN t\n",
                "run, row 1: `score` cannot be `NaN` (expected a finite number)",
            ),
            (
                "twice",
                "c1 Q0 s1 1 .5 t\nc1 Q0 s1 2 .4 t\n",
                "run, row 2: `solution` cannot be `s1` (expected a solution that c1 does not have already)",
            ),
            ("empty", "", "run: `file` cannot be `empty` (expected lines such as"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.starts_with(message), "{name}: {error}");
        }
    }
}
