//! The built-in records that `citymatch demo` matches, and the judgements that it compares its
//! matches with. `demo/README.md` tells where they come from.

use citymatch::{Challenge, Record, Solution};

use crate::evaluation::{Grades, read_qrels};

/// The demo's records and judgements.
pub(crate) struct DemoData {
    pub(crate) solutions: Vec<Solution>,
    pub(crate) challenges: Vec<Challenge>,
    /// The challenges in their other two languages.
    pub(crate) translations: Vec<Challenge>,
    /// Challenges that none of the solutions answers.
    pub(crate) unanswered: Vec<Challenge>,
    pub(crate) grades: Grades,
}

impl DemoData {
    pub(crate) fn load() -> Self {
        Self {
            solutions: records(include_str!("../demo/solutions.jsonl")),
            challenges: records(include_str!("../demo/challenges.jsonl")),
            translations: records(include_str!("../demo/translations.jsonl")),
            unanswered: records(include_str!("../demo/unanswered.jsonl")),
            grades: read_qrels(include_str!("../demo/qrels.txt")),
        }
    }
}

/// The id of the challenge whose judgements apply: that of the original for a translation, and for
/// an original its own.
pub(crate) fn original_id(challenge: &Challenge) -> &str {
    challenge
        .extra
        .get("translation_of")
        .and_then(|id| id.as_str())
        .unwrap_or_else(|| challenge.id.as_str())
}

fn records<R: Record>(lines: &str) -> Vec<R> {
    let record = |line| {
        // OK because these lines are part of the program, and a test reads them.
        let json = serde_json::from_str(line).expect("a line of the demo is JSON");
        R::from_json(json).expect("a line of the demo is a record")
    };
    lines.lines().map(record).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_records_are_sound() {
        let demo = DemoData::load();
        assert_eq!((demo.solutions.len(), demo.challenges.len()), (103, 37));
        assert_eq!((demo.translations.len(), demo.unanswered.len()), (74, 54));
        for solution in &demo.solutions {
            assert_eq!(
                (solution.check(citymatch::record::TEXT_LIMIT), solution.warnings()),
                (Ok(()), vec![]),
                "{}",
                solution.id
            );
            assert!(solution.language.is_some(), "{}", solution.id);
        }
        for challenge in demo.challenges.iter().chain(&demo.translations).chain(&demo.unanswered) {
            assert_eq!(
                (challenge.check(citymatch::record::TEXT_LIMIT), challenge.warnings()),
                (Ok(()), vec![]),
                "{}",
                challenge.id
            );
            assert!(challenge.language.is_some(), "{}", challenge.id);
        }
    }

    #[test]
    fn every_judgement_is_of_records_that_are_there() {
        let demo = DemoData::load();
        assert!(
            demo.unanswered
                .iter()
                .all(|challenge| !demo.grades.contains_key(challenge.id.as_str()))
        );
        assert_eq!(demo.grades.values().map(std::collections::BTreeMap::len).sum::<usize>(), 321);
        for (challenge, grades) in &demo.grades {
            assert!(
                demo.challenges.iter().any(|known| known.id.as_str() == challenge),
                "{challenge}"
            );
            for (solution, grade) in grades {
                assert!(
                    demo.solutions.iter().any(|known| known.id.as_str() == solution),
                    "{solution}"
                );
                assert!((1..=3).contains(grade), "{challenge} {solution}");
            }
        }
    }

    #[test]
    fn every_challenge_has_a_translation_into_both_other_languages() {
        let demo = DemoData::load();
        for challenge in &demo.challenges {
            let translations: Vec<_> = demo
                .translations
                .iter()
                .filter(|other| original_id(other) == challenge.id.as_str())
                .collect();
            assert_eq!(translations.len(), 2, "{}", challenge.id);
            assert!(
                translations.iter().all(|other| other.language != challenge.language),
                "{}",
                challenge.id
            );
            assert!(translations[0].language != translations[1].language, "{}", challenge.id);
        }
    }
}
