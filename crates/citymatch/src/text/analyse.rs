//! From text to terms: words, without stop words, stemmed, then folded.

use std::cell::RefCell;

use super::stop::{StopWords, stop_words};
use super::term_form::{TermForm, TermFormRef, TermForms};
use super::tokenise::{NormalisedText, fold_accents_into};
use super::word_cache::WordCache;
use crate::record::Language;

/// The most bytes of a term; what is longer is cut there.
pub(crate) const TERM_LIMIT: usize = 255;

/// Names what this module makes of a text. Another name means that older catalogues hold other
/// terms: raise the format then.
pub(crate) const ANALYSER: &str = "words 1, frostem 1.20260821, stop words of Snowball 2025";

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
/// A word is a run of letters, digits and `_` of the composed (NFC), lower-case text. Stop words of
/// the language are left out; the others are stemmed by the language's Snowball stemmer and folded
/// afterwards, for folding first would spoil Spanish stems; ñ stays. A text without a language is
/// only folded.
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
    each_token(text, language, |token| {
        found.push(Term { text: token.term().to_owned(), form: token.form().to_owned() });
    });
    found
}

/// Shows the content words of a text, in order, with repetitions, as tokens.
pub(super) fn each_token(text: &str, language: Option<Language>, see: impl FnMut(TermFormRef<'_>)) {
    thread_local! {
        /// Asks come one by one, and most of their words again and again.
        static OF_ASKS: RefCell<Analyser> = RefCell::new(Analyser::remembering(1 << 14));
    }
    OF_ASKS.with_borrow_mut(|tokenizer| tokenizer.each_token(text, language, see));
}

/// How words become terms in a language.
struct Analysis(Option<(&'static StopWords, frostem::Stemmer)>);

impl Analysis {
    fn of(language: Option<Language>) -> Self {
        Self(language.map(|language| (stop_words(language), stemmer(language))))
    }

    /// Writes a word as it is looked up; whether it has content.
    fn term_into(&self, form: &str, term: &mut String) -> bool {
        term.clear();
        match &self.0 {
            None => fold_accents_into(term, form),
            Some((stop, _)) if stop.contains(form) => return false,
            Some((_, stemmer)) => fold_accents_into(term, &stemmer.stem(form)),
        }
        term.truncate(cut(term).len());
        !term.is_empty()
    }
}

fn cut(text: &str) -> &str {
    let end = (0..=TERM_LIMIT.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    &text[..end.unwrap_or(0)]
}

/// The tokens of many texts: what a word became is remembered, for most words of many texts are the
/// same.
pub(crate) struct Analyser {
    /// For no language, and for each.
    known: [WordCache; Language::ALL.len() + 1],
}

impl Default for Analyser {
    fn default() -> Self {
        Self::remembering(1 << 16)
    }
}

impl Analyser {
    /// `most` is how many words of a language are remembered.
    fn remembering(most: usize) -> Self {
        Self { known: std::array::from_fn(|_| WordCache::remembering(most)) }
    }

    /// The content words of a text, in order, with repetitions.
    pub(crate) fn tokens(&mut self, text: &str, language: Option<Language>) -> TermForms {
        let mut tokens = TermForms::default();
        self.each_token(text, language, |token| tokens.push(token));
        tokens
    }

    fn each_token(
        &mut self,
        text: &str,
        language: Option<Language>,
        mut see: impl FnMut(TermFormRef<'_>),
    ) {
        let (lower, analysis, mut term) =
            (NormalisedText::of(text), Analysis::of(language), String::new());
        let known = &mut self.known[language.map_or(0, |language| language as usize + 1)];
        for form in lower.words() {
            if let Some(entry) = known.get(form) {
                entry.token().into_iter().for_each(&mut see);
                continue;
            }
            let token =
                analysis.term_into(form, &mut term).then(|| TermForm::new(&term, cut(form)));
            token.iter().map(TermForm::borrowed).for_each(&mut see);
            known.insert(form, token.as_ref());
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
            (
                "spanish_stems_then_folds",
                "inundación inundaciones",
                Some(Spanish),
                &["inund", "inund"],
            ),
            (
                "portuguese_stems_then_folds",
                "inundação inundações",
                Some(Portuguese),
                &["inund", "inund"],
            ),
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
            let found: Vec<String> =
                terms(text, *language).into_iter().map(|term| term.text).collect();
            assert_eq!(found, *expected, "{name}");
        }
    }

    #[test]
    fn tokens_are_the_terms_with_their_forms_known_or_not() {
        let texts = [
            "As inundações, os alagamentos e a inundação",
            "inundações",
            "The floods of La Boca",
            "",
            "de la",
        ];
        let mut tokenizer = Analyser::default();
        for language in Language::ALL
            .iter()
            .copied()
            .map(Some)
            .chain([None])
            .chain(Language::ALL.iter().copied().map(Some))
        {
            for text in texts {
                let expected: Vec<String> = terms(text, language)
                    .iter()
                    .map(|term| format!("{}/{}", term.text, term.form))
                    .collect();
                assert_eq!(
                    tokenizer.tokens(text, language).iter().collect::<Vec<_>>(),
                    expected,
                    "{text} in {language:?}"
                );
            }
        }
    }

    #[test]
    fn the_name_of_the_analyzer_has_the_stemmers_version() {
        let lock = include_str!("../../../../Cargo.lock");
        let version = lock
            .split("name = \"frostem\"\nversion = \"")
            .nth(1)
            .expect("frostem is in the lock file");
        let stems = version
            .rsplit_once('"')
            .map_or(version, |_| version.split('"').next().unwrap_or_default());
        let (stems, _) = stems.rsplit_once('.').expect("a version has three parts");
        assert!(
            ANALYSER.contains(&format!("frostem {stems}")),
            "stems may have changed: name it, and raise the format"
        );
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
        let term = &terms(&"é".repeat(1_000_000), None)[0];
        assert_eq!(
            (term.text.len(), term.form.len()),
            (TERM_LIMIT, TERM_LIMIT - 1),
            "to a whole character"
        );
    }
}
