//! What a challenge asks for, in terms.

use std::collections::BTreeMap;

use super::detect::{LanguageSource, language_of};
use super::fields::{ASK_TENTHS, weight};
use super::{Term, sentences, terms};
use crate::record::{Challenge, Language, Record};

/// An undeclared ask of fewer words takes the catalogue's commonest language: a detector is often wrong on one to four.
const DETECTABLE_WORDS: usize = 5;

/// A challenge's terms, each once, with what it counts.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Ask {
    pub(crate) language: Option<Language>,
    pub(crate) source: Option<LanguageSource>,
    /// In the order of their texts.
    pub(crate) terms: Vec<AskTerm>,
    /// In the order of the fields.
    pub(crate) sentences: Vec<AskSentence>,
    /// How many content words there are, with repetitions.
    pub(crate) words: usize,
}

/// A term of an ask.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct AskTerm {
    pub(crate) text: String,
    /// The form that stands most often in the ask, the first by text of those as common.
    pub(crate) form: String,
    /// What its occurrences count together: 1 in the ask proper, less in `beneficiaries` and `context`.
    pub(crate) count: f64,
}

/// A sentence of an ask: no sentence goes over a field's end, so a title is one.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct AskSentence {
    pub(crate) text: String,
    /// What its field counts.
    pub(crate) weight: f64,
    /// The terms in it, by their place among the ask's and in that order, each with what its occurrences here count.
    pub(crate) terms: Vec<(usize, f64)>,
}

impl Ask {
    pub(crate) fn of(challenge: &Challenge, commonest: Option<Language>) -> Self {
        let (language, source) = language_of_ask(challenge, commonest);
        // By text: what a term counts in tenths, and what each of its forms does.
        let mut counted: BTreeMap<String, (u32, BTreeMap<String, u32>)> = BTreeMap::new();
        let mut split: Vec<(String, u32, Vec<String>)> = Vec::new();
        for (field, text) in challenge.texts() {
            let tenths = weight(&ASK_TENTHS, field);
            for sentence in sentences(text) {
                let mut texts = Vec::new();
                for Term { text, form } in terms(&sentence, language) {
                    texts.push(text.clone());
                    let (count, forms) = counted.entry(text).or_default();
                    *count += tenths;
                    *forms.entry(form).or_default() += tenths;
                }
                split.push((sentence, tenths, texts));
            }
        }
        let words = split.iter().map(|(_, _, texts)| texts.len()).sum();
        let terms: Vec<AskTerm> = counted.into_iter().map(AskTerm::from).collect();
        let sentences = split.into_iter().map(|(text, tenths, texts)| AskSentence::new(text, tenths, &texts, &terms)).collect();
        Self { language, source, terms, sentences, words }
    }
}

impl From<(String, (u32, BTreeMap<String, u32>))> for AskTerm {
    /// From a term's text, what it counts in tenths, and what each of its forms does.
    fn from((text, (tenths, forms)): (String, (u32, BTreeMap<String, u32>))) -> Self {
        // Of equal counts `max_by_key` takes the last, so the forms go in backwards.
        let form = forms.into_iter().rev().max_by_key(|(_, count)| *count).map(|(form, _)| form).unwrap_or_default();
        Self { text, form, count: f64::from(tenths) / 10.0 }
    }
}

impl AskSentence {
    fn new(text: String, tenths: u32, texts: &[String], terms: &[AskTerm]) -> Self {
        let mut counted: BTreeMap<usize, u32> = BTreeMap::new();
        for text in texts {
            if let Ok(at) = terms.binary_search_by(|term| term.text.cmp(text)) {
                *counted.entry(at).or_default() += tenths;
            }
        }
        let terms = counted.into_iter().map(|(at, tenths)| (at, f64::from(tenths) / 10.0)).collect();
        Self { text, weight: f64::from(tenths) / 10.0, terms }
    }
}

fn language_of_ask(challenge: &Challenge, commonest: Option<Language>) -> (Option<Language>, Option<LanguageSource>) {
    let words: usize = challenge.texts().iter().map(|(_, text)| text.split_whitespace().count()).sum();
    let found = language_of(challenge).filter(|(_, source)| *source == LanguageSource::Declared || words >= DETECTABLE_WORDS);
    let found = found.or(commonest.map(|language| (language, LanguageSource::Commonest)));
    (found.map(|(language, _)| language), found.map(|(_, source)| source))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_count_as_stated_and_forms_by_use() {
        let challenge = Challenge::new("c", "Rain").question("rain rains rains").beneficiaries("rains gardeners").context("gardeners");
        let ask = Ask::of(&challenge, Some(Language::English));
        let terms: Vec<_> = ask.terms.iter().map(|term| (term.text.as_str(), term.form.as_str(), term.count)).collect();
        assert_eq!(terms, [("garden", "gardeners", 0.6), ("rain", "rains", 4.5)]);
    }

    #[test]
    fn whose_language_an_ask_takes() {
        let es = Some(Language::Spanish);
        let cases = [
            ("declared", Challenge::new("c", "rain").language(Language::English), es, Some((Language::English, LanguageSource::Declared))),
            ("detected", Challenge::new("c", "how might we keep the rain out"), es, Some((Language::English, LanguageSource::Detected))),
            ("too_short", Challenge::new("c", "rain gardens in cities"), es, Some((Language::Spanish, LanguageSource::Commonest))),
            ("unknown", Challenge::new("c", "один два три четыре пять шесть"), es, Some((Language::Spanish, LanguageSource::Commonest))),
            ("empty_catalogue", Challenge::new("c", "rain"), None, None),
        ];
        for (name, challenge, commonest, expected) in cases {
            let ask = Ask::of(&challenge, commonest);
            assert_eq!(ask.language.zip(ask.source), expected, "{name}");
        }
    }
}
