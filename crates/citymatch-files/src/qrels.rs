//! Reads judgements in the format of TREC, and as BEIR has them.

use std::path::Path;

use citymatch::Error;
use citymatch::evaluate::Judgements;

use crate::encoding::decode_text;
use crate::invalid_file;
use crate::trec::percent_decode;

/// What a line is expected to be.
const LINE: &str = "`challenge 0 solution grade`, or `challenge solution grade`, with white space \
                    between";

/// Reads judgements from a file: a line for each pair.
///
/// TREC's lines are `challenge 0 solution grade`, with white space between; ids are percent-encoded as
/// [`write_run`](crate::write_run) encodes them. Lines of three values, `challenge solution grade`, are
/// read too, below a header or not, as BEIR has them. A grade is a whole number; empty lines are
/// skipped.
///
/// # Errors
/// * [`ErrorKind::Io`](citymatch::ErrorKind::Io) if the file cannot be read;
/// * [`ErrorKind::InvalidFile`](citymatch::ErrorKind::InvalidFile), with its row, for any other line,
///   for a pair with two grades, and for a file without judgements.
///
/// # Examples
/// ```
/// # let dir = tempfile::tempdir().unwrap();
/// # let path = dir.path().join("qrels.txt");
/// std::fs::write(&path, "c1 0 rain%20garden 2\nc1 0 s2 0\n").unwrap();
/// let judgements = citymatch_files::read_qrels(&path)?;
/// assert_eq!(judgements.grade(&"c1".into(), &"rain garden".into()), Some(2));
/// # Ok::<(), citymatch::Error>(())
/// ```
pub fn read_qrels(path: impl AsRef<Path>) -> Result<Judgements, Error> {
    let path = path.as_ref();
    let bytes = std::fs::read(path).map_err(|error| Error::io(path, error))?;
    let text = decode_text(&path.to_string_lossy(), bytes)?;
    let mut judgements = Judgements::new();
    for (line, row) in text.lines().zip(1_u64..) {
        let wrong = |field: &str, value: &str, expected: &str| {
            invalid_file(path, Some(row), field, value, expected)
        };
        let words: Vec<&str> = line.split_whitespace().collect();
        let (challenge, solution, grade) = match words[..] {
            [] => continue,
            [challenge, _, solution, grade] | [challenge, solution, grade] => {
                (challenge, solution, grade)
            }
            _ => return Err(wrong("line", line.trim(), LINE)),
        };
        let Some(grade) = whole(grade) else {
            // The first line may be a header: a word for the grade.
            let is_word = grade.bytes().all(|letter| letter.is_ascii_alphabetic());
            if row == 1 && words.len() == 3 && is_word {
                continue;
            }
            return Err(wrong("grade", grade, "a whole number"));
        };
        let (challenge, solution) = (percent_decode(challenge), percent_decode(solution));
        let before = judgements.insert(challenge.as_str(), solution.as_str(), grade);
        if let Some(before) = before.filter(|before| *before != grade) {
            let expected = format!("{before}, as a line before says of {challenge} and {solution}");
            return Err(wrong("grade", &grade.to_string(), &expected));
        }
    }
    if judgements.is_empty() {
        return Err(invalid_file(path, None, "file", "empty", format!("lines such as {LINE}")));
    }
    Ok(judgements)
}

/// A grade, also as a table of numbers writes it.
fn whole(text: &str) -> Option<i32> {
    let text = text.strip_suffix(".0").unwrap_or(text);
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Judgements, String> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("qrels.txt");
        std::fs::write(&path, text).unwrap();
        let place = format!("`{}`", path.display());
        read_qrels(&path).map_err(|error| error.to_string().replace(&place, "qrels.txt"))
    }

    #[test]
    fn lines_of_trec_and_of_beir() {
        for (name, text, expected) in [
            ("trec", "c1 0 s1 2\n\nc1\t0\ts2 -1\r\n", &[("c1", "s1", 2), ("c1", "s2", -1)][..]),
            ("encoded", "c%201 0 100%25 1\n", &[("c 1", "100%", 1)]),
            ("not_encoded", "c1 0 100% 1\n", &[("c1", "100%", 1)]),
            ("beir", "query-id\tcorpus-id\tscore\nq1\td1\t1\n", &[("q1", "d1", 1)]),
            ("three_values", "c1 s1 3\nc1 s2 0.0\n", &[("c1", "s1", 3), ("c1", "s2", 0)]),
            ("twice_alike", "c1 0 s1 2\nc1 0 s1 2\n", &[("c1", "s1", 2)]),
        ] {
            let expected: Judgements = expected.iter().copied().collect();
            assert_eq!(read(text), Ok(expected), "{name}");
        }
    }

    #[test]
    fn what_is_no_judgement_is_named_with_its_row() {
        for (name, text, message) in [
            (
                "words",
                "c1 0 s1 2\nc1 s2\n",
                "qrels.txt, row 2: `line` cannot be `c1 s2` (expected `challenge 0 solution grade`",
            ),
            (
                "a_run",
                "c1 Q0 s1 1 0.7 tag\n",
                "qrels.txt, row 1: `line` cannot be `c1 Q0 s1 1 0.7 tag`",
            ),
            (
                "half_a_grade",
                "c1 0 s1 1.5\n",
                "qrels.txt, row 1: `grade` cannot be `1.5` (expected a whole number)",
            ),
            ("no_grade", "c1 0 s1\nc1 0 s2 1\n", "qrels.txt, row 1: `grade` cannot be `s1`"),
            ("second_header", "a b c\nd e f\n", "qrels.txt, row 2: `grade` cannot be `f`"),
            (
                "two_grades",
                "c1 0 s1 2\nc1 0 s1 1\n",
                "qrels.txt, row 2: `grade` cannot be `1` (expected 2, as a line before says of c1 and s1)",
            ),
            ("empty", "\n", "qrels.txt: `file` cannot be `empty` (expected lines such as"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.starts_with(message), "{name}: {error}");
        }
        let error = read_qrels("no/such/file").unwrap_err();
        assert!(matches!(error.kind(), citymatch::ErrorKind::Io { .. }), "{error}");
    }
}
