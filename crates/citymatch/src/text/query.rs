//! A record as a query: its terms, each with its weight, and its sentences. Most queries are
//! challenges that ask for solutions, but any record can ask for others.

use std::fmt;
use std::ops::{Deref, Range};
use std::sync::Arc;

use super::analyse::for_each_term;
use super::detect::{LanguageSource, language_of};
use super::fields::{query_tenths, weight};
use super::sentences;
use super::term_form::TermForm;
use crate::record::{Language, Record};

/// A challenge of fewer words that declares no language takes the commonest one of the catalogue,
/// because on one to four words a detector is often wrong.
const DETECTABLE_WORDS: usize = 5;

/// The query of a record.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Query<'c> {
    texts: Vec<FieldText<'c>>,
    pub(crate) language: Option<Language>,
    /// How the language was found.
    pub(crate) source: Option<LanguageSource>,
    /// The distinct terms, in the order of their texts.
    pub(crate) terms: Vec<QueryTerm>,
    /// The number of content words, with repetitions.
    pub(crate) words: usize,
}

/// The text of a field of the record.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct FieldText<'c> {
    pub(crate) text: &'c str,
    /// How much each of its words counts, in tenths.
    pub(crate) tenths: u32,
}

/// A term of a query.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct QueryTerm {
    pub(crate) text: Word,
    /// The surface form that counts most in the query; of equal ones the first by text.
    pub(crate) form: Word,
    /// The sum over its occurrences, each of which counts 1, or less in the fields `beneficiaries`
    /// and `context` of a challenge ([`query_tenths`]).
    pub(crate) count: f64,
}

/// A word in the one string that holds all words of a query: [`Query::new`] says why.
#[derive(Clone)]
pub(crate) struct Word {
    all: Arc<str>,
    range: Range<usize>,
}

impl Deref for Word {
    type Target = str;

    fn deref(&self) -> &str {
        &self.all[self.range.clone()]
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

/// A sentence of a query. A sentence ends where its field does, so a title is a sentence of its
/// own.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct QuerySentence {
    pub(crate) text: String,
    /// How much each of its words counts, by its field: 1 or less.
    pub(crate) weight: f64,
    /// Its distinct terms as indices into [`Query::terms`], in that order, each with the sum that
    /// its occurrences in this sentence count.
    pub(crate) terms: Vec<(usize, f64)>,
}

/// A content word of a query.
struct Occurrence {
    /// The first eight bytes of the term, as a number that orders terms as their first bytes do. It
    /// decides most comparisons without a look at the text.
    prefix: u64,
    /// Where the term and the surface form are in the string of all words.
    text: Range<usize>,
    form: Range<usize>,
    /// What it counts, in tenths.
    tenths: u32,
}

impl<'c> Query<'c> {
    /// The query of a challenge; `commonest` is the language that most solutions have.
    ///
    /// All words are written into one string, of which the terms are ranges, and are sorted by a
    /// number before their text is looked at. Two strings for each word in a vector that is simply
    /// sorted would be half the code, but making the terms took 1.8 times the instructions, and the
    /// whole query a quarter more: 353,000 instead of 280,000 for 60 words among 5,000 solutions,
    /// with the signal `words` alone (counted by callgrind for the challenges of the synthetic
    /// corpus, `benches/corpus/scale.py`).
    pub(crate) fn new<R: Record>(record: &'c R, commonest: Option<Language>) -> Self {
        let (language, source) = language_of_query(record, commonest);
        let texts = record.texts().into_iter();
        let field =
            |(field, text)| FieldText { text, tenths: weight(query_tenths(R::KIND), field) };
        let texts: Vec<FieldText<'c>> = texts.map(field).collect();
        let (mut occurrences, mut all) = (Vec::new(), String::new());
        for FieldText { text, tenths } in texts.iter().copied() {
            for_each_term(text, language, |term| {
                let start = all.len();
                all.push_str(term.as_str());
                occurrences.push(Occurrence {
                    prefix: prefix(term.term().as_bytes()),
                    text: start..start + term.term().len(),
                    form: all.len() - term.form().len()..all.len(),
                    tenths,
                });
            });
        }
        let all = Arc::from(all);
        let words = |of: &Occurrence| {
            (&str::as_bytes(&all)[of.text.clone()], &str::as_bytes(&all)[of.form.clone()])
        };
        occurrences
            .sort_unstable_by(|a, b| a.prefix.cmp(&b.prefix).then_with(|| words(a).cmp(&words(b))));
        // Afterwards the occurrences of a term are neighbours, and so are those of each form.
        let terms = occurrences
            .chunk_by(|a, b| words(a).0 == words(b).0)
            .map(|of_term| QueryTerm::new(of_term, &all))
            .collect();
        Self { texts, language, source, terms, words: occurrences.len() }
    }

    /// The texts of the fields that are not empty, in order.
    pub(crate) fn texts(&self) -> &[FieldText<'c>] {
        &self.texts
    }

    /// The sentences in the order of the fields, for the signals that compare sentences.
    pub(crate) fn sentences(&self) -> Vec<QuerySentence> {
        let of_field = |FieldText { text, tenths }: FieldText<'c>| {
            sentences(text).into_iter().map(move |text| self.sentence(text, tenths))
        };
        self.texts.iter().copied().flat_map(of_field).collect()
    }

    fn sentence(&self, text: String, tenths: u32) -> QuerySentence {
        let (mut indices, mut terms) = (Vec::new(), Vec::new());
        for_each_term(&text, self.language, |term| {
            // Every word of a sentence is a word of its field, so each of its terms is found.
            indices.extend(self.terms.binary_search_by(|known| (*known.text).cmp(term.term())));
        });
        indices.sort_unstable();
        for same in indices.chunk_by(|a, b| a == b) {
            terms.push((same[0], f64::from(tenths) * same.len() as f64 / 10.0));
        }
        QuerySentence { text, weight: f64::from(tenths) / 10.0, terms }
    }
}

/// The first eight bytes of a text as a number; of a shorter text, followed by zeros.
fn prefix(text: &[u8]) -> u64 {
    let mut first = [0; 8];
    let some = text.len().min(first.len());
    first[..some].copy_from_slice(&text[..some]);
    u64::from_be_bytes(first)
}

impl QueryTerm {
    /// The term in its surface form.
    pub(crate) fn term_form(&self) -> TermForm {
        TermForm::new(&self.text, &self.form)
    }

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
        let word = |range: &Range<usize>| Word { all: Arc::clone(all), range: range.clone() };
        Self {
            text: word(&occurrences[0].text),
            form: word(&commonest.0),
            count: f64::from(tenths(occurrences)) / 10.0,
        }
    }
}

fn language_of_query<R: Record>(
    record: &R,
    commonest: Option<Language>,
) -> (Option<Language>, Option<LanguageSource>) {
    let words =
        || record.texts().iter().map(|(_, text)| text.split_whitespace().count()).sum::<usize>();
    let found = language_of(record)
        .filter(|(_, source)| *source == LanguageSource::Declared || words() >= DETECTABLE_WORDS);
    let found = found.or(commonest.map(|language| (language, LanguageSource::Commonest)));
    found.unzip()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Challenge;
    use proptest::prelude::*;

    #[test]
    fn fields_count_as_stated_and_forms_by_use() {
        let challenge = Challenge::new("c", "Rain")
            .question("rain rains rains")
            .beneficiaries("rains gardeners")
            .context("gardeners");
        let query = Query::new(&challenge, Some(Language::English));
        let terms: Vec<_> =
            query.terms.iter().map(|term| (&*term.text, &*term.form, term.count)).collect();
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
            let query = Query::new(&challenge, None);
            let mut counts = vec![0.0; query.terms.len()];
            for (at, count) in query.sentences().iter().flat_map(|sentence| &sentence.terms) {
                counts[*at] += count;
            }
            for (count, term) in counts.iter().zip(&query.terms) {
                prop_assert!((count - term.count).abs() < 1e-9, "{term:?}: {count}");
            }
        }
    }

    #[test]
    fn which_language_a_query_takes() {
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
            let query = Query::new(&challenge, commonest);
            assert_eq!(query.language.zip(query.source), expected, "{name}");
        }
    }
}
