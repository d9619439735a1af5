//! What a challenge asks for, in terms.

use std::fmt;
use std::ops::{Deref, Range};
use std::sync::Arc;

use super::analyse::for_each_term;
use super::detect::{LanguageSource, language_of};
use super::fields::{QUERY_TENTHS, weight};
use super::sentences;
use crate::record::{Challenge, Language, Record};

/// An undeclared ask of fewer words takes the catalogue's commonest language: a detector is often
/// wrong on one to four.
const DETECTABLE_WORDS: usize = 5;

/// About how many bytes of an ask a content word takes, with the stop words before it.
const BYTES_OF_WORD: usize = 8;

/// A challenge's terms, each once, with what it counts.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Query<'c> {
    pub(crate) challenge: &'c Challenge,
    pub(crate) language: Option<Language>,
    pub(crate) source: Option<LanguageSource>,
    /// In the order of their texts.
    pub(crate) terms: Vec<QueryTerm>,
    /// How many content words there are, with repetitions.
    pub(crate) words: usize,
}

/// A term of an ask.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct QueryTerm {
    pub(crate) text: Word,
    /// The form that stands most often in the ask, the first by text of those as common.
    pub(crate) form: Word,
    /// What its occurrences count together: 1 in the ask proper, less in `beneficiaries` and
    /// `context`.
    pub(crate) count: f64,
}

/// One of the words that an ask has in one text, for they are many and short.
#[derive(Clone)]
pub(crate) struct Word {
    all: Arc<str>,
    place: Range<usize>,
}

impl Deref for Word {
    type Target = str;

    fn deref(&self) -> &str {
        &self.all[self.place.clone()]
    }
}

impl PartialEq for Word {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl fmt::Debug for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

/// A sentence of an ask: no sentence goes over a field's end, so a title is one.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct QuerySentence {
    pub(crate) text: String,
    /// What its field counts.
    pub(crate) weight: f64,
    /// The terms in it, by their place among the ask's and in that order, each with what its
    /// occurrences here count.
    pub(crate) terms: Vec<(usize, f64)>,
}

/// A word of an ask, where it stands.
struct Occurrence {
    /// The first bytes of the term's text, which tell most terms apart.
    begins: u64,
    /// The term's text and form, among all of the ask's.
    text: Range<usize>,
    form: Range<usize>,
    tenths: u32,
}

impl<'c> Query<'c> {
    pub(crate) fn new(challenge: &'c Challenge, commonest: Option<Language>) -> Self {
        let (language, source) = language_of_ask(challenge, commonest);
        let texts = challenge.texts();
        let length = texts.iter().map(|(_, text)| text.len()).sum::<usize>();
        // A token has its word, and a stem that is shorter.
        let (mut occurrences, mut all) =
            (Vec::with_capacity(length / BYTES_OF_WORD), String::with_capacity(2 * length));
        for (field, text) in texts {
            let tenths = weight(&QUERY_TENTHS, field);
            for_each_term(text, language, |token| {
                let start = all.len();
                all.push_str(token.as_str());
                let text = start..start + token.term().len();
                let form = all.len() - token.form().len()..all.len();
                occurrences.push(Occurrence {
                    begins: first_bytes(token.term().as_bytes()),
                    text,
                    form,
                    tenths,
                });
            });
        }
        let all = Arc::from(all);
        let words = |of: &Occurrence| {
            (&str::as_bytes(&all)[of.text.clone()], &str::as_bytes(&all)[of.form.clone()])
        };
        occurrences
            .sort_unstable_by(|a, b| a.begins.cmp(&b.begins).then_with(|| words(a).cmp(&words(b))));
        let terms = occurrences
            .chunk_by(|a, b| words(a).0 == words(b).0)
            .map(|of_term| QueryTerm::new(of_term, &all))
            .collect();
        Self { challenge, language, source, terms, words: occurrences.len() }
    }

    /// Its sentences, in the order of the fields: for the signals that look at them.
    pub(crate) fn sentences(&self) -> Vec<QuerySentence> {
        let of_field = |(field, text)| {
            let tenths = weight(&QUERY_TENTHS, field);
            sentences(text).into_iter().map(move |text| self.sentence(text, tenths))
        };
        self.challenge.texts().into_iter().flat_map(of_field).collect()
    }

    fn sentence(&self, text: String, tenths: u32) -> QuerySentence {
        let (mut places, mut terms) = (Vec::new(), Vec::new());
        for_each_term(&text, self.language, |token| {
            // A sentence has the words of its field, so each is there.
            places.extend(self.terms.binary_search_by(|term| (*term.text).cmp(token.term())));
        });
        places.sort_unstable();
        for of_term in places.chunk_by(|a, b| a == b) {
            terms.push((of_term[0], f64::from(tenths) * of_term.len() as f64 / 10.0));
        }
        QuerySentence { text, weight: f64::from(tenths) / 10.0, terms }
    }
}

/// A number that orders texts as their first eight bytes do.
fn first_bytes(text: &[u8]) -> u64 {
    let mut first = [0; 8];
    let some = text.len().min(first.len());
    first[..some].copy_from_slice(&text[..some]);
    u64::from_be_bytes(first)
}

impl QueryTerm {
    /// From all occurrences of a term, in the order of their forms.
    fn new(occurrences: &[Occurrence], all: &Arc<str>) -> Self {
        let tenths =
            |some: &[Occurrence]| some.iter().map(|occurrence| occurrence.tenths).sum::<u32>();
        let form = |occurrence: &Occurrence| &all[occurrence.form.clone()];
        let mut commonest = (0..0, 0);
        for of_form in occurrences.chunk_by(|a, b| form(a) == form(b)) {
            if tenths(of_form) > commonest.1 {
                commonest = (of_form[0].form.clone(), tenths(of_form));
            }
        }
        let word = |place: &Range<usize>| Word { all: Arc::clone(all), place: place.clone() };
        Self {
            text: word(&occurrences[0].text),
            form: word(&commonest.0),
            count: f64::from(tenths(occurrences)) / 10.0,
        }
    }
}

fn language_of_ask(
    challenge: &Challenge,
    commonest: Option<Language>,
) -> (Option<Language>, Option<LanguageSource>) {
    let words =
        || challenge.texts().iter().map(|(_, text)| text.split_whitespace().count()).sum::<usize>();
    let found = language_of(challenge)
        .filter(|(_, source)| *source == LanguageSource::Declared || words() >= DETECTABLE_WORDS);
    let found = found.or(commonest.map(|language| (language, LanguageSource::Commonest)));
    (found.map(|(language, _)| language), found.map(|(_, source)| source))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn fields_count_as_stated_and_forms_by_use() {
        let challenge = Challenge::new("c", "Rain")
            .question("rain rains rains")
            .beneficiaries("rains gardeners")
            .context("gardeners");
        let ask = Query::new(&challenge, Some(Language::English));
        let terms: Vec<_> =
            ask.terms.iter().map(|term| (&*term.text, &*term.form, term.count)).collect();
        assert_eq!(terms, [("garden", "gardeners", 0.6), ("rain", "rains", 4.5)]);
    }

    proptest! {
        #[test]
        fn sentences_have_all_words(
            text in "[a-zÀ-ÿΑ-ω.!?;'\u{301}\u{a0}\u{2003} \n]{0,300}",
            context in ".{0,100}",
            language in 0..=Language::ALL.len(),
        ) {
            let challenge = Challenge::new("c", &text)
                .context(&context)
                .language(Language::ALL.get(language).copied());
            let ask = Query::new(&challenge, None);
            let mut counts = vec![0.0; ask.terms.len()];
            for (at, count) in ask.sentences().iter().flat_map(|sentence| &sentence.terms) {
                counts[*at] += count;
            }
            for (count, term) in counts.iter().zip(&ask.terms) {
                prop_assert!((count - term.count).abs() < 1e-9, "{term:?}: {count}");
            }
        }
    }

    #[test]
    fn whose_language_an_ask_takes() {
        let es = Some(Language::Spanish);
        let cases = [
            (
                "declared",
                Challenge::new("c", "rain").language(Language::English),
                es,
                Some((Language::English, LanguageSource::Declared)),
            ),
            (
                "detected",
                Challenge::new("c", "how might we keep the rain out"),
                es,
                Some((Language::English, LanguageSource::Detected)),
            ),
            (
                "too_short",
                Challenge::new("c", "rain gardens in cities"),
                es,
                Some((Language::Spanish, LanguageSource::Commonest)),
            ),
            (
                "unknown",
                Challenge::new("c", "один два три четыре пять шесть"),
                es,
                Some((Language::Spanish, LanguageSource::Commonest)),
            ),
            ("empty_catalogue", Challenge::new("c", "rain"), None, None),
        ];
        for (name, challenge, commonest, expected) in cases {
            let ask = Query::new(&challenge, commonest);
            assert_eq!(ask.language.zip(ask.source), expected, "{name}");
        }
    }
}
