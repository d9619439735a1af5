//! Runs in the format of `trec_eval`. Its lines are split at white space, so ids have none, and its
//! evaluators sort by score and ignore the rank, so scores must give the order of our matches.

use std::fmt::Write as _;

use crate::match_row::MatchRow;

/// Writes the lines of a run, one match at a time.
#[derive(Default)]
pub(crate) struct TrecWriter {
    /// The challenge and the score of the previous line.
    previous: Option<(String, f32)>,
}

impl TrecWriter {
    /// The line of a match: `challenge Q0 solution rank score citymatch`.
    ///
    /// Evaluators read scores as `f32` and break ties each in its own way. So a score that is not
    /// below the previous one of its challenge becomes the next smaller `f32`.
    pub(crate) fn line(&mut self, row: &MatchRow) -> String {
        // Evaluators read `f32`, so the loss of digits is wanted.
        #[allow(clippy::cast_possible_truncation)]
        let mut score = row.score as f32;
        if let Some((challenge, previous)) = &self.previous
            && *challenge == row.challenge_id
            && score >= *previous
        {
            score = previous.next_down();
        }
        self.previous = Some((row.challenge_id.clone(), score));
        // A float's `Display` is the shortest decimal that reads back to it.
        format!(
            "{} Q0 {} {} {score} citymatch\n",
            percent_encode(&row.challenge_id),
            percent_encode(&row.solution_id),
            row.rank
        )
    }
}

/// Encodes `%` and every white-space character of an id, as `%` and the hexadecimal digits of their
/// bytes in UTF-8. Other characters stay.
fn percent_encode(text: &str) -> String {
    let mut word = String::with_capacity(text.len());
    for c in text.chars() {
        if c == '%' || c.is_whitespace() {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                // Writing into a `String` cannot fail.
                let _ = write!(word, "%{byte:02X}");
            }
        } else {
            word.push(c);
        }
    }
    word
}

/// An id as it was before [`percent_encode`]. What is not encoded stays, since others do not encode.
pub(crate) fn percent_decode(word: &str) -> String {
    let mut bytes = Vec::with_capacity(word.len());
    let mut rest = word.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        let digits = behind.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let encoded = digits.filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        match encoded.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) if *first == b'%' => {
                bytes.push(byte);
                rest = &behind[2..];
            }
            _ => {
                bytes.push(*first);
                rest = behind;
            }
        }
    }
    // Codes that are no text were never encoded by us.
    String::from_utf8(bytes).unwrap_or_else(|_| word.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_one_word() {
        for (name, text, word) in [
            ("plain", "s1", "s1"),
            ("space", "rain garden", "rain%20garden"),
            ("percent", "100%", "100%25"),
            ("looks_encoded", "a%20b", "a%2520b"),
            ("no_break_space", "a\u{a0}b", "a%C2%A0b"),
            ("ideographic_space", "a\u{3000}b", "a%E3%80%80b"),
            ("accents_stay", "señal/ção", "señal/ção"),
        ] {
            assert_eq!(percent_encode(text), word, "{name}");
            assert_eq!(percent_decode(word), text, "{name}");
        }
    }

    #[test]
    fn ids_that_others_did_not_encode_stay() {
        for word in ["100%", "%", "5%of", "%zz", "a%FFb", "%+1"] {
            assert_eq!(percent_decode(word), word, "{word}");
        }
    }

    #[test]
    fn scores_fall_within_a_challenge_and_start_anew_with_the_next() {
        let close = 0.700_000_000_1;
        let rows = [
            ("c1", 0.7),
            ("c1", close),
            ("c1", close),
            ("c1", 0.5),
            ("c2", 0.9),
            ("c2", 0.0),
            ("c2", 0.0),
        ];
        let mut trec = TrecWriter::default();
        let lines: Vec<_> = rows
            .iter()
            .zip(1..)
            .map(|((c, score), rank)| trec.line(&MatchRow::new(*c, "s", rank, *score)))
            .collect();
        assert_eq!(lines[0], "c1 Q0 s 1 0.7 citymatch\n");
        assert_eq!(lines[4], "c2 Q0 s 5 0.9 citymatch\n");
        let scores: Vec<f32> =
            lines.iter().map(|line| line.split(' ').nth(4).unwrap().parse().unwrap()).collect();
        assert_eq!(scores[1].to_bits(), 0.7_f32.next_down().to_bits());
        assert!(
            scores[..4].is_sorted_by(|a, b| a > b) && scores[4..].is_sorted_by(|a, b| a > b),
            "{scores:?}"
        );
    }
}
