//! Words that carry no content, per language: Snowball's lists, kept beside this file with their
//! licence.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::tokenise::NormalisedText;
use crate::record::Language;

/// Question words that Snowball's lists lack and that asks open with.
const SPANISH_QUESTIONS: &str =
    "cómo cuál cuáles cuándo cuánta cuántas cuánto cuántos dónde adónde quién quiénes";
const PORTUGUESE_QUESTIONS: &str = "onde quais qual quanta quantas quanto quantos quê";

static ENGLISH: LazyLock<StopWords> = LazyLock::new(|| list(include_str!("stop/en.txt"), ""));
static SPANISH: LazyLock<StopWords> =
    LazyLock::new(|| list(include_str!("stop/es.txt"), SPANISH_QUESTIONS));
static PORTUGUESE: LazyLock<StopWords> =
    LazyLock::new(|| list(include_str!("stop/pt.txt"), PORTUGUESE_QUESTIONS));

pub(super) type StopWords = HashSet<String>;

/// The stop words of a language, lower case, with their accents.
pub(super) fn stop_words(language: Language) -> &'static StopWords {
    match language {
        Language::English => &ENGLISH,
        Language::Spanish => &SPANISH,
        Language::Portuguese => &PORTUGUESE,
    }
}

/// In Snowball's files a comment begins with `|`. An entry is cut as a text is: `don't` gives `don`
/// and `t`.
fn list(snowball: &str, questions: &str) -> StopWords {
    let entries = snowball.lines().map(|line| line.split('|').next().unwrap_or_default());
    let mut found = StopWords::default();
    for entry in entries.chain([questions]) {
        found.extend(NormalisedText::of(entry).words().map(str::to_owned));
    }
    found
}

/// The language whose stop words a text has most of; none where two have as many, or where there
/// are none.
pub(super) fn language_by_stop_words(text: &str) -> Option<Language> {
    let mut votes = Language::ALL.iter().map(|language| (0_u32, *language)).collect::<Vec<_>>();
    for word in NormalisedText::of(text).words() {
        for (count, language) in &mut votes {
            *count += u32::from(stop_words(*language).contains(word));
        }
    }
    votes.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    (votes[0].0 > votes[1].0).then_some(votes[0].1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_whole_and_cut_like_text() {
        for (name, language, word) in [
            ("cut_at_the_apostrophe", Language::English, "don"),
            ("snowball_spanish", Language::Spanish, "también"),
            ("question_word", Language::Spanish, "cómo"),
            ("snowball_portuguese", Language::Portuguese, "não"),
        ] {
            assert!(stop_words(language).contains(word), "{name}");
        }
        assert!(!stop_words(Language::Spanish).contains("from"), "comments are no words");
    }

    #[test]
    fn a_vote_needs_a_majority() {
        assert_eq!(
            language_by_stop_words("el agua de los barrios y las calles"),
            Some(Language::Spanish)
        );
        assert_eq!(language_by_stop_words("não é uma rua"), Some(Language::Portuguese));
        assert_eq!(language_by_stop_words("de"), None, "Spanish and Portuguese have it both");
        assert_eq!(language_by_stop_words("Ecoinclusión"), None);
    }
}
