//! What is known of a language's calls: how they ask, what their frames say, and their headings.

use std::collections::HashMap;
use std::sync::OnceLock;

use aho_corasick::AhoCorasick;

use super::units::Section;
use crate::record::Language;
use crate::text::analyse::for_each_term;
use crate::text::tokenise::{NormalisedText, fold_accents_into};

/// The phrases and words of a language's calls.
pub(super) struct Lexicon {
    /// Phrases with which calls ask.
    asking: Phrases,
    /// Phrases of the frame.
    framing: Phrases,
    ask_headings: Phrases,
    frame_headings: Phrases,
    other_headings: Phrases,
    /// The terms that are common in the frames of calls, each with its evidence: 0 or more.
    words: HashMap<String, i32>,
}

/// Phrases in the form of [`folded`]. Each begins at a word; the last word may go on.
struct Phrases(AhoCorasick);

impl Phrases {
    fn new(file: &str, title: &str) -> Self {
        let phrases = phrases(file, title);
        Self(AhoCorasick::new(phrases).expect("a few hundred short phrases are in bounds"))
    }

    fn occur_in(&self, folded: &str) -> bool {
        self.0.is_match(folded)
    }
}

impl Lexicon {
    /// The lexicon of a language. It is read when it is first asked for.
    pub(super) fn of(language: Language) -> &'static Self {
        static LEXICONS: [OnceLock<Lexicon>; Language::ALL.len()] =
            [const { OnceLock::new() }; Language::ALL.len()];
        LEXICONS[language as usize].get_or_init(|| Self::new(language))
    }

    fn new(language: Language) -> Self {
        let definition = language.definition();
        let phrases = |title| Phrases::new(definition.call_phrases, title);
        let mut words = HashMap::new();
        for line in definition.call_words.lines().filter(|line| !line.starts_with('#')) {
            let (evidence, all) = line.split_once(' ').unwrap_or_default();
            for_each_term(&NormalisedText::new(all), Some(language), |term| {
                words.insert(term.term.to_owned(), evidence.parse().unwrap_or(0));
            });
        }
        Self {
            asking: phrases("[asking]"),
            framing: phrases("[framing]"),
            ask_headings: phrases("[ask headings]"),
            frame_headings: phrases("[frame headings]"),
            other_headings: phrases("[other headings]"),
            words,
        }
    }

    pub(super) fn asks(&self, folded: &str) -> bool {
        self.asking.occur_in(folded)
    }

    pub(super) fn frames(&self, folded: &str) -> bool {
        self.framing.occur_in(folded)
    }

    /// What a heading begins, if it has a known word. A word of the frame decides before one of the
    /// ask, because the ask is in everything: "Requirements of the challenge".
    pub(super) fn heading(&self, text: &str) -> Option<Section> {
        let folded = folded(text);
        let kinds = [
            (&self.asking, Section::Ask),
            (&self.frame_headings, Section::Frame),
            (&self.ask_headings, Section::Ask),
            (&self.other_headings, Section::Other),
        ];
        kinds.into_iter().find(|(known, _)| known.occur_in(&folded)).map(|(_, section)| section)
    }

    /// The evidence of a term, if it is common in calls.
    pub(super) fn word(&self, term: &str) -> Option<i32> {
        self.words.get(term).copied()
    }
}

/// The phrases below a title in the file of a language: separated by commas, with `_` where the
/// last word ends.
fn phrases(file: &str, title: &str) -> Vec<String> {
    let below = file.lines().skip_while(|line| *line != title).skip(1);
    let lines = below.take_while(|line| !line.starts_with('['));
    let phrase = |phrase: &str| {
        let (phrase, ends) = phrase.strip_suffix('_').map_or((phrase, ""), |own| (own, " "));
        format!("{}{ends}", folded(phrase).trim_end())
    };
    lines.flat_map(|line| line.split(", ")).filter(|own| !own.is_empty()).map(phrase).collect()
}

/// The words of a text in lower case and without accents, each with a space before it, and one at
/// the end.
pub(super) fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len() + 2);
    for word in NormalisedText::new(text).words() {
        folded.push(' ');
        fold_accents_into(&mut folded, word);
    }
    folded.push(' ');
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_every_kind() {
        for language in Language::ALL {
            let own = Lexicon::new(*language);
            let kinds = ["asking", "framing", "ask headings", "frame headings", "other headings"];
            for kind in kinds {
                let phrases = phrases(language.definition().call_phrases, &format!("[{kind}]"));
                assert!(phrases.len() >= 5, "{language}, {kind}");
                for phrase in &phrases {
                    assert!(phrase.starts_with(' ') && phrase.len() > 3, "{language}: {phrase:?}");
                }
            }
            assert!(own.words.len() > 100, "{language}");
        }
    }

    #[test]
    fn what_headings_begin() {
        use Language::{English, Portuguese, Spanish};
        use Section::{Ask, Frame, Other};
        for (heading, language, expected) in [
            ("DESCRIPCIÓN DEL RETO", Spanish, Some(Ask)),
            ("Requisitos del reto", Spanish, Some(Frame)),
            ("¿Quiénes pueden participar?", Spanish, Some(Frame)),
            ("¿Cómo podemos ahorrar agua?", Spanish, Some(Ask)),
            ("Antecedentes", Spanish, Some(Other)),
            ("Mercado central", Spanish, None),
            ("PROTEÇÃO DE DADOS", Portuguese, Some(Frame)),
            ("O que buscamos", Portuguese, Some(Ask)),
            ("How to apply", English, Some(Frame)),
            ("What success looks like", English, Some(Ask)),
            ("Needless noise", English, None),
        ] {
            assert_eq!(Lexicon::of(language).heading(heading), expected, "{heading}");
        }
    }
}
