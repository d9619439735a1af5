//! A record as a query: its terms, each with its weight, and its sentences. Most queries are
//! challenges that ask for solutions, but any record can ask for others.

use std::fmt;
use std::ops::{Deref, Range};
use std::sync::Arc;

use super::analyse::for_each_term;
use super::detect::LanguageSource;
use super::fields::{NUMBER_WEIGHT, NUMBERS_WEIGHT, query_hundredths, weight};
use super::noise::Matched;
use super::record_text::{RecordSentence, RecordText};
use super::term_form::TermForm;
use super::tokenise::NormalisedText;
use crate::record::{Language, Record};

/// The query of a record.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Query {
    sentences: Vec<WeightedSentence>,
    pub(crate) language: Option<Language>,
    /// How the language was found.
    pub(crate) source: Option<LanguageSource>,
    /// The distinct terms, in the order of their texts.
    pub(crate) terms: Vec<QueryTerm>,
    /// The number of content words, with repetitions.
    pub(crate) words: usize,
}

/// A sentence of the record, and how much each of its words counts.
#[derive(Clone, Debug, PartialEq)]
struct WeightedSentence {
    sentence: RecordSentence,
    hundredths: u32,
    /// How much a bare number counts, in hundredths of what a word does.
    number_weight: u32,
}

/// A term of a query.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct QueryTerm {
    pub(crate) text: Word,
    /// The surface form that counts most in the query; of equal ones the first by text.
    pub(crate) form: Word,
    /// The sum over its occurrences, each of which counts 1, or less in the fields `beneficiaries`
    /// and `context` of a challenge ([`query_hundredths`]).
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

/// A sentence of a query.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct QuerySentence {
    /// What a person is shown.
    pub(crate) shown: String,
    /// What the encoder gets.
    pub(crate) matched: String,
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
    /// What it counts, in hundredths.
    hundredths: u32,
}

impl Query {
    /// The query of a challenge; `commonest` is the language that most solutions have.
    ///
    /// All words are written into one string, of which the terms are ranges, and are sorted by a
    /// number before their text is looked at. Two strings for each word in a vector that is simply
    /// sorted would be half the code, but making the terms took 1.8 times the instructions, and the
    /// whole query a quarter more: 353,000 instead of 280,000 for 60 words among 5,000 solutions,
    /// with the signal `words` alone (counted by callgrind for the challenges of the synthetic
    /// corpus, `benches/corpus/scale.py`).
    pub(crate) fn new<R: Record>(record: &R, commonest: Option<Language>) -> Self {
        let text = RecordText::new(record);
        let commonest = || commonest.map(|language| (language, LanguageSource::Commonest));
        let (language, source) = text.language(record).or_else(commonest).unzip();
        let numbers = text.sentences.iter().map(|own| own.matched.numbers.words().count());
        let numbers = u32::try_from(numbers.sum::<usize>()).unwrap_or(u32::MAX);
        let number_weight = NUMBER_WEIGHT.min(NUMBERS_WEIGHT / numbers.max(1));
        let weighted = |sentence: RecordSentence| WeightedSentence {
            number_weight,
            hundredths: weight(query_hundredths(R::KIND), sentence.field),
            sentence,
        };
        let sentences: Vec<WeightedSentence> = text.sentences.into_iter().map(weighted).collect();
        let (mut occurrences, mut all) = (Vec::new(), String::new());
        for (text, hundredths) in sentences.iter().flat_map(WeightedSentence::parts) {
            for_each_term(text, language, |term| {
                let start = all.len();
                all.push_str(term.as_str());
                occurrences.push(Occurrence {
                    prefix: prefix(term.term().as_bytes()),
                    text: start..start + term.term().len(),
                    form: all.len() - term.form().len()..all.len(),
                    hundredths,
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
        Self { sentences, language, source, terms, words: occurrences.len() }
    }

    /// The sentences in the order of the fields, for the signals that compare sentences.
    pub(crate) fn sentences(&self) -> Vec<QuerySentence> {
        self.sentences.iter().map(|sentence| self.sentence(sentence)).collect()
    }

    /// The sentences as the encoder gets them, in order, each with its weight in hundredths.
    pub(crate) fn weighted_texts(&self) -> impl Iterator<Item = (u32, &str)> {
        self.sentences.iter().map(|own| (own.hundredths, own.sentence.matched.words.as_str()))
    }

    fn sentence(&self, weighted: &WeightedSentence) -> QuerySentence {
        let mut counts = Vec::new();
        for (text, hundredths) in weighted.parts() {
            for_each_term(text, self.language, |term| {
                // Every word of a sentence is a word of the query, so each of its terms is found.
                let place = self.terms.binary_search_by(|known| (*known.text).cmp(term.term()));
                counts.extend(place.map(|place| (place, hundredths)));
            });
        }
        counts.sort_unstable();
        let term = |same: &[(usize, u32)]| {
            let hundredths: u32 = same.iter().map(|(_, hundredths)| hundredths).sum();
            (same[0].0, f64::from(hundredths) / 100.0)
        };
        let WeightedSentence { sentence, hundredths, .. } = weighted;
        QuerySentence {
            shown: sentence.shown.clone(),
            matched: sentence.matched.words.as_str().to_owned(),
            weight: f64::from(*hundredths) / 100.0,
            terms: counts.chunk_by(|a, b| a.0 == b.0).map(term).collect(),
        }
    }
}

impl WeightedSentence {
    /// Its words and its bare numbers, each with what one of them counts.
    fn parts(&self) -> [(&NormalisedText, u32); 2] {
        let Matched { words, numbers } = &self.sentence.matched;
        [(words, self.hundredths), (numbers, self.hundredths * self.number_weight / 100)]
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
        let hundredths =
            |some: &[Occurrence]| some.iter().map(|occurrence| occurrence.hundredths).sum::<u32>();
        let form = |occurrence: &Occurrence| &all[occurrence.form.clone()];
        let mut commonest = (0..0, 0);
        for of_form in occurrences.chunk_by(|a, b| form(a) == form(b)) {
            if hundredths(of_form) > commonest.1 {
                commonest = (of_form[0].form.clone(), hundredths(of_form));
            }
        }
        let word = |range: &Range<usize>| Word { all: Arc::clone(all), range: range.clone() };
        Self {
            text: word(&occurrences[0].text),
            form: word(&commonest.0),
            count: f64::from(hundredths(occurrences)) / 100.0,
        }
    }
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
