//! How a text becomes terms: its words, without stop words, are stemmed and their accents folded.

use std::cell::RefCell;

use citymatch_encoder::WordCache;

use super::noise::Matched;
use super::stop::{StopWords, stop_words};
use super::term_form::{TermFormRef, TermForms};
use super::tokenise::{NormalisedText, fold_accents_into};
use crate::record::Language;

/// The most bytes that a term or a form has. Longer ones are cut, to a whole character.
pub(crate) const TERM_LIMIT: usize = 255;

/// The version of this analysis, which a catalogue's format file records. Whatever changes the
/// terms of a text (a release of the stemmer, a stop word, another rule for words) changes this
/// name, and the format must be raised with it, because older catalogues hold the old terms.
pub(crate) const ANALYSER: &str = "words 4, frostem 1.20260821, stop words of Snowball 2025";

/// A word of a text: the term that is looked up for it, and the form in which it was written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Term {
    /// The term: the form stemmed, then without accents; at most 255 bytes.
    pub text: String,
    /// The surface form: the word as the text has it, in lower case; at most 255 bytes.
    pub form: String,
}

/// The content words of a text in their order, with repetitions.
///
/// The text is composed (Unicode NFC) and lowered; a word is a run of letters, digits and `_`. Stop
/// words of the language are left out (Snowball's lists and the question words that challenges open
/// with). The other words are stemmed by the language's [Snowball](https://snowballstem.org)
/// stemmer and their accents folded afterwards, because folding first would spoil Spanish stems;
/// `ñ` stays. Without a language, accents are folded and nothing else is done.
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
    for_each_term(&NormalisedText::new(text), language, |term| {
        found.push(Term { text: term.term.to_owned(), form: term.form.to_owned() });
    });
    found
}

/// Calls `visit` with each content word of a text in its order, with repetitions.
///
/// This is for single texts, such as queries, which have no [`Analyser`] of their own: the calls of
/// a thread share one, because the same words come in most queries.
pub(super) fn for_each_term(
    text: &NormalisedText,
    language: Option<Language>,
    visit: impl FnMut(TermFormRef<'_>),
) {
    /// The words of a language that each thread keeps.
    const CACHED_WORDS: usize = 1 << 14;
    thread_local! {
        static SHARED: RefCell<Analyser> = RefCell::new(Analyser::with_capacity(CACHED_WORDS));
    }
    SHARED.with_borrow_mut(|analyser| analyser.for_each_term(text, language, visit));
}

/// How words become terms in a language; without a language there are no stop words and no stemmer.
struct Analysis(Option<(&'static StopWords, frostem::Stemmer)>);

impl Analysis {
    fn new(language: Option<Language>) -> Self {
        Self(language.map(|language| {
            (stop_words(language), frostem::Stemmer::new(language.definition().stemmer))
        }))
    }

    /// Writes the term of a word into `term`. Returns false, and leaves it empty, for a stop word
    /// and for a word of which folding leaves nothing.
    fn write_term(&self, form: &str, term: &mut String) -> bool {
        term.clear();
        match &self.0 {
            None => fold_accents_into(term, form),
            Some((stop, _)) if stop.contains(form) => return false,
            Some((_, stemmer)) => fold_accents_into(term, &stemmer.stem(form)),
        }
        term.truncate(truncated(term).len());
        !term.is_empty()
    }
}

/// The text up to [`TERM_LIMIT`] bytes, cut to a whole character.
fn truncated(text: &str) -> &str {
    let end = (0..=TERM_LIMIT.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    &text[..end.unwrap_or(0)]
}

/// Makes terms of many texts, and keeps what it made of each word, because most words of many texts
/// are the same few and stemming is what takes time.
pub(crate) struct Analyser {
    /// A cache of the terms of words for texts without a language, and then one for each language.
    /// A stop word has no term: its value is empty.
    caches: [WordCache; Language::ALL.len() + 1],
}

impl Default for Analyser {
    fn default() -> Self {
        Self::with_capacity(1 << 16)
    }
}

impl Analyser {
    /// An analyser that keeps up to `capacity` words of each language.
    fn with_capacity(capacity: usize) -> Self {
        Self { caches: std::array::from_fn(|_| WordCache::new(capacity)) }
    }

    /// The content words of a sentence, with repetitions, and then its bare numbers.
    pub(super) fn term_forms(
        &mut self,
        sentence: &Matched,
        language: Option<Language>,
    ) -> TermForms {
        let mut found = TermForms::default();
        for text in [&sentence.words, &sentence.numbers] {
            self.for_each_term(text, language, |term| found.push(term));
        }
        found
    }

    fn for_each_term(
        &mut self,
        text: &NormalisedText,
        language: Option<Language>,
        mut visit: impl FnMut(TermFormRef<'_>),
    ) {
        let (analysis, mut term) = (Analysis::new(language), String::new());
        let cache = &mut self.caches[language.map_or(0, |language| language as usize + 1)];
        for word in text.words() {
            let form = truncated(word);
            if let Some(known) = cache.get(word).and_then(|known| str::from_utf8(known).ok()) {
                if !known.is_empty() {
                    visit(TermFormRef { term: known, form });
                }
                continue;
            }
            if analysis.write_term(word, &mut term) {
                visit(TermFormRef { term: &term, form });
            }
            cache.insert(word, term.as_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn terms_by_language() {
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
            ("parts_that_no_word_has_go", "⒈ ﷺ", None, &["1", "صلىاللهعليهوسلم"]),
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

    fn unnumbered(text: &str) -> Matched {
        Matched { words: NormalisedText::new(text), numbers: NormalisedText::default() }
    }

    #[test]
    fn cached_words_give_the_same_terms() {
        let texts = [
            "As inundações, os alagamentos e a inundação",
            "inundações",
            "The floods of La Boca",
            "",
            "de la",
        ];
        let mut analyser = Analyser::default();
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
                    analyser.term_forms(&unnumbered(text), language).iter().collect::<Vec<_>>(),
                    expected,
                    "{text} in {language:?}"
                );
            }
        }
    }

    #[test]
    fn the_name_of_the_analyser_has_the_stemmers_version() {
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
        fn any_text_gives_short_terms(text in ".{0,400}", language in 0..=Language::ALL.len()) {
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
