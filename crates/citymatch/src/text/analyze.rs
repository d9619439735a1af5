//! From text to terms: words, without stop words, stemmed, then folded.

use super::stop::stop_words;
use super::words::{Lower, fold_into};
use crate::record::Language;

/// The most bytes of a term; what is longer is cut there.
pub(crate) const TERM_LIMIT: usize = 255;

/// Names what this module makes of a text. Another name means that older catalogues hold other terms: raise the format then.
pub(crate) const ANALYZER: &str = "words 1, frostem 1.20260821, stop words of Snowball 2025";

/// A word of a text as it is looked up, and as it stood there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Term {
    /// Stemmed and folded.
    pub text: String,
    /// Lower case.
    pub form: String,
}

/// The content words of a text, in order, with repetitions.
///
/// A word is a run of letters, digits and `_` of the composed (NFC), lower-case text. Stop words of the language are left out; the others
/// are stemmed by the language's Snowball stemmer and folded afterwards, for folding first would spoil Spanish stems; ñ stays. A text
/// without a language is only folded.
///
/// # Examples
/// ```
/// use citymatch::{Language, text::terms};
/// let found = terms("As inundações e os alagamentos", Some(Language::Portuguese));
/// assert_eq!(found.iter().map(|term| term.text.as_str()).collect::<Vec<_>>(), ["inund", "alag"]);
/// assert_eq!(found[0].form, "inundações");
/// ```
#[must_use]
pub fn terms(text: &str, language: Option<Language>) -> Vec<Term> {
    let mut found = Vec::new();
    each_term(text, language, |text, form| found.push(Term { text: text.to_owned(), form: form.to_owned() }));
    found
}

/// Shows the content words of a text, in order, with repetitions: each as it is looked up, and as it stood there in lower case.
pub(super) fn each_term(text: &str, language: Option<Language>, mut see: impl FnMut(&str, &str)) {
    let (lower, mut folded) = (Lower::of(text), String::new());
    let analysis = language.map(|language| (stop_words(language), stemmer(language)));
    for form in lower.words() {
        folded.clear();
        match &analysis {
            None => fold_into(&mut folded, form),
            Some((stop, _)) if stop.contains(form) => continue,
            Some((_, stemmer)) => fold_into(&mut folded, &stemmer.stem(form)),
        }
        if folded.len() > TERM_LIMIT {
            folded.truncate((0..=TERM_LIMIT).rev().find(|end| folded.is_char_boundary(*end)).unwrap_or(0));
        }
        if !folded.is_empty() {
            see(&folded, form);
        }
    }
}

fn stemmer(language: Language) -> frostem::Stemmer {
    frostem::Stemmer::new(match language {
        Language::English => frostem::Algorithm::English,
        Language::Spanish => frostem::Algorithm::Spanish,
        Language::Portuguese => frostem::Algorithm::Portuguese,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn terms_of_the_three_languages() {
        use Language::{English, Portuguese, Spanish};
        let cases: &[(&str, &str, Option<Language>, &[&str])] = &[
            ("spanish_stems_then_folds", "inundación inundaciones", Some(Spanish), &["inund", "inund"]),
            ("portuguese_stems_then_folds", "inundação inundações", Some(Portuguese), &["inund", "inund"]),
            ("english_stems", "Flooding floods", Some(English), &["flood", "flood"]),
            ("n_with_tilde_stays", "niño año", Some(Spanish), &["niñ", "año"]),
            ("decomposed_as_composed", "nin\u{303}o", Some(Spanish), &["niñ"]),
            ("no_language_only_folds", "Inundações", None, &["inundacoes"]),
            ("stop_words_only", "de la que el", Some(Spanish), &[]),
            ("stop_words_of_another_language_stay", "de", Some(English), &["de"]),
            ("repeated_words_stay", "agua, agua", Some(Spanish), &["agu", "agu"]),
            ("digits_and_underscore", "PM2.5 no_2", Some(English), &["pm2", "5", "no_2"]),
            ("nothing", " …!? ", Some(English), &[]),
        ];
        for (name, text, language, expected) in cases {
            let found: Vec<String> = terms(text, *language).into_iter().map(|term| term.text).collect();
            assert_eq!(found, *expected, "{name}");
        }
    }

    #[test]
    fn the_name_of_the_analyzer_has_the_stemmers_version() {
        let lock = include_str!("../../../../Cargo.lock");
        let version = lock.split("name = \"frostem\"\nversion = \"").nth(1).expect("frostem is in the lock file");
        let stems = version.rsplit_once('"').map_or(version, |_| version.split('"').next().unwrap_or_default());
        let (stems, _) = stems.rsplit_once('.').expect("a version has three parts");
        assert!(ANALYZER.contains(&format!("frostem {stems}")), "stems may have changed: name it, and raise the format");
    }

    proptest! {
        #[test]
        fn any_text_gives_short_terms(text in ".{0,400}", language in 0..4_usize) {
            for term in terms(&text, Language::ALL.get(language).copied()) {
                prop_assert!(!term.text.is_empty() && term.text.len() <= TERM_LIMIT);
            }
        }
    }

    #[test]
    fn an_endless_word_is_cut() {
        assert_eq!(terms(&"é".repeat(1_000_000), None)[0].text.len(), TERM_LIMIT);
    }
}
