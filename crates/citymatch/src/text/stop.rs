//! The words of each language that carry no content, and what they say about a text's language.
//!
//! The lists are Snowball's (snowballstem.org, 2025), in `language/stop/` with their licence.

use std::collections::HashSet;
use std::sync::OnceLock;

use super::tokenise::NormalisedText;
use crate::record::Language;

/// A set of words, lower case, with their accents.
pub(super) type StopWords = HashSet<String>;

/// The stop words of a language: Snowball's list and the language's question words. They are read
/// when they are first asked for.
pub(super) fn stop_words(language: Language) -> &'static StopWords {
    static LISTS: [OnceLock<StopWords>; Language::ALL.len()] =
        [const { OnceLock::new() }; Language::ALL.len()];
    LISTS[language as usize].get_or_init(|| {
        let definition = language.definition();
        let listed = definition.stop_words.lines().map(|line| line.split('|').next().unwrap_or(""));
        let entries = listed.chain(definition.question_words.iter().copied());
        // An entry is cut into words as a text is: `don't` gives `don` and `t`.
        let mut words = StopWords::default();
        for entry in entries {
            words.extend(NormalisedText::new(entry).words().map(str::to_owned));
        }
        words
    })
}

/// The language whose stop words occur most often in a text. There is none if two languages are
/// equal, or if no stop word occurs.
pub(super) fn language_by_stop_words(text: &str) -> Option<Language> {
    let mut votes = votes(text);
    votes.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    (votes[0].0 > votes[1].0).then_some(votes[0].1)
}

/// Whether a stop word of a language occurs in a text, and no other language has more of them there.
pub(super) fn has_most_stop_words(text: &str, language: Language) -> bool {
    let votes = votes(text);
    let most = votes.iter().map(|(count, _)| *count).max().unwrap_or(0);
    most > 0 && votes.contains(&(most, language))
}

/// How many words of a text are stop words of each language.
fn votes(text: &str) -> Vec<(u32, Language)> {
    let mut votes = Language::ALL.iter().map(|language| (0_u32, *language)).collect::<Vec<_>>();
    for word in NormalisedText::new(text).words() {
        for (count, language) in &mut votes {
            *count += u32::from(stop_words(*language).contains(word));
        }
    }
    votes
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
