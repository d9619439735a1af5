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
use crate::wanted::Wanted;

/// The query of a record.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Query {
    sentences: Vec<WeightedSentence>,
    pub(crate) language: Option<Language>,
    /// The solutions that it is compared with.
    pub(crate) readers: Readers,
    /// How the language was found.
    pub(crate) source: Option<LanguageSource>,
    /// The distinct terms, in the order of their texts.
    pub(crate) terms: Vec<QueryTerm>,
    /// The number of content words, with repetitions.
    pub(crate) words: usize,
    /// The number of those that count in full: not those of the beneficiaries, the context and the
    /// frame of a call, nor bare numbers.
    asked: u32,
    /// What criteria compare beside the text.
    pub(crate) wanted: Wanted,
}

/// The solutions that a query is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Readers {
    /// All of them, in whatever language.
    All,
    /// Those in one language, or those whose language is not known: see [`Query::readings`].
    In(Option<Language>),
}

impl Readers {
    /// Whether a solution in a language is one of them.
    pub(crate) fn include(self, language: Option<Language>) -> bool {
        match self {
            Self::All => true,
            Self::In(own) => own == language,
        }
    }
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

/// A word in the one string that holds all words of a query: [`Query::of_text`] says why.
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
    /// The query of a challenge in its own language, or without one.
    pub(crate) fn new<R: Record>(record: &R) -> Self {
        let text = RecordText::of_call(record, record.declared_language());
        let (language, source) = text.language(record).unzip();
        let text = text.in_language(record, language).with_themes(record, language);
        Self { wanted: Wanted::new(record), ..Self::of_text::<R>(text, language, source) }
    }

    /// The queries of a challenge; `commonest` is the language that most solutions have.
    ///
    /// Mostly it is one. But on a few words a language is guessed wrongly so often that a guess does
    /// more harm than none: `rain`, taken for Spanish, finds trains before rain gardens. So a
    /// challenge of few words whose language is not sure is read in every language, and each
    /// solution is compared with it as it reads in the solution's own.
    pub(crate) fn readings<R: Record>(record: &R, commonest: Option<Language>) -> Vec<Self> {
        let text = RecordText::of_call(record, record.declared_language());
        let found = text.language(record);
        if found.is_some() || !text.is_short() || commonest.is_none() {
            let commonest = || commonest.map(|language| (language, LanguageSource::Commonest));
            let (language, source) = found.or_else(commonest).unzip();
            let text = text.in_language(record, language).with_themes(record, language);
            let query = Self::of_text::<R>(text, language, source);
            return vec![Self { wanted: Wanted::new(record), ..query }];
        }
        let languages = Language::ALL.iter().copied().map(Some).chain([None]);
        let reading = |language| Self {
            readers: Readers::In(language),
            wanted: Wanted::new(record),
            ..Self::of_text::<R>(
                text.clone().with_themes(record, language),
                language,
                Some(LanguageSource::Each),
            )
        };
        languages.map(reading).collect()
    }

    /// The query of a text that is read in a language.
    ///
    /// All words are written into one string, of which the terms are ranges, and are sorted by a
    /// number before their text is looked at. Two strings for each word in a vector that is simply
    /// sorted would be half the code, but making the terms took 1.8 times the instructions, and the
    /// whole query a quarter more: 353,000 instead of 280,000 for 60 words among 5,000 solutions,
    /// with the signal `words` alone (counted by callgrind for the challenges of the synthetic
    /// corpus, `benches/corpus/scale.py`).
    fn of_text<R: Record>(
        text: RecordText,
        language: Option<Language>,
        source: Option<LanguageSource>,
    ) -> Self {
        let numbers = text.sentences.iter().map(|own| own.matched.numbers.words().count());
        let numbers = u32::try_from(numbers.sum::<usize>()).unwrap_or(u32::MAX);
        let number_weight = NUMBER_WEIGHT.min(NUMBERS_WEIGHT / numbers.max(1));
        let weighted = |sentence: RecordSentence| WeightedSentence {
            number_weight,
            // The frame of a call counts as the context does, in whichever field the call stands.
            hundredths: weight(
                query_hundredths(R::KIND),
                if sentence.is_frame { "context" } else { sentence.field },
            ),
            sentence,
        };
        let sentences: Vec<WeightedSentence> = text.sentences.into_iter().map(weighted).collect();
        let (mut occurrences, mut all) = (Vec::new(), String::new());
        for (text, hundredths) in sentences.iter().flat_map(WeightedSentence::parts) {
            for_each_term(text, language, |term| {
                let start = all.len();
                term.push_to(&mut all);
                occurrences.push(Occurrence {
                    prefix: prefix(term.term.as_bytes()),
                    text: start..start + term.term.len(),
                    form: all.len() - term.form.len()..all.len(),
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
        let asked = occurrences.iter().map(|own| u32::from(own.hundredths >= 100)).sum();
        let (readers, words) = (Readers::All, occurrences.len());
        let wanted = Wanted::default();
        Self { sentences, language, readers, source, terms, words, asked, wanted }
    }

    /// How broad the challenge is, by the number of the content words with which it asks: from 0 for
    /// a question of up to 12 words to 1 for a city's challenge of 48 or more.
    ///
    /// A question asks for one thing, and its words and sentences tell best what answers it. A
    /// broad challenge is answered by records about the same things in other words.
    pub(crate) fn breadth(&self) -> f64 {
        const QUESTION: f64 = 12.0;
        const CHALLENGE: f64 = 48.0;
        ((f64::from(self.asked) - QUESTION) / (CHALLENGE - QUESTION)).clamp(0.0, 1.0)
    }

    /// The sentences in the order of the fields, for the signals that compare sentences.
    pub(crate) fn sentences(&self) -> Vec<QuerySentence> {
        self.sentences.iter().map(|sentence| self.sentence(sentence)).collect()
    }

    /// The sentences that are taken for the frame of a call, in their order.
    pub(crate) fn frame(&self) -> Vec<String> {
        let sentences = self.sentences.iter().map(|own| &own.sentence);
        sentences.filter(|own| own.is_frame).map(|own| own.shown.clone()).collect()
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
                let place = self.terms.binary_search_by(|known| (*known.text).cmp(term.term));
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

    /// The first reading of a challenge.
    fn one(challenge: &Challenge, commonest: Option<Language>) -> Query {
        Query::readings(challenge, commonest).remove(0)
    }

    #[test]
    fn fields_count_as_stated_and_forms_by_use() {
        let challenge = Challenge::new("c", "Rain")
            .question("rain rains rains")
            .beneficiaries("rains gardeners")
            .context("gardeners");
        let query = one(&challenge, Some(Language::English));
        let terms: Vec<_> =
            query.terms.iter().map(|term| (&*term.text, &*term.form, term.count)).collect();
        assert_eq!(terms, [("garden", "gardeners", 0.6), ("rain", "rains", 4.5)]);
    }

    const CALL: &str = "¿Cómo podemos ahorrar agua en el barrio NAME?\n\
        REQUISITOS. Los participantes NAME adjuntan el certificado y copia del acta.\n\
        EVALUACIÓN. El comité NAME calificará las propuestas. El premio NAME se paga en partes.\n";

    /// A call that repeats no sentence.
    fn call(parts: usize) -> String {
        ["Alba", "Brisa", "Cielo", "Duna", "Este", "Flor", "Gloria", "Huerta"][..parts]
            .iter()
            .map(|name| CALL.replace("NAME", name))
            .collect()
    }

    #[test]
    fn the_frame_of_a_call_counts_as_context() {
        for challenge in [
            Challenge::new("c", "").question(call(5)),
            Challenge::new("c", "Agua").problem(call(5)),
            Challenge::new("c", "Agua").outcome(call(5)),
        ] {
            let query = one(&challenge, Some(Language::Spanish));
            let count = |text: &str| {
                query.terms.iter().find(|term| &*term.text == text).map(|term| term.count)
            };
            assert_eq!(count("ahorr"), Some(5.0));
            assert_eq!(count("certific"), Some(0.5));
            assert_eq!(query.frame().len(), 16, "{:?}", query.frame());
        }
        let context = Challenge::new("c", "Agua").context(call(5));
        assert!(one(&context, Some(Language::Spanish)).frame().is_empty());
    }

    proptest! {
        #[test]
        fn sentences_have_all_words(
            calls in 0..8_usize,
            text in "[a-zÀ-ÿΑ-ω.!?;'\u{301}\u{a0}\u{2003} \n]{0,300}",
            context in ".{0,100}",
            language in 0..=Language::ALL.len(),
        ) {
            let challenge = Challenge::new("c", &text)
                .problem(format!("{}DESAFÍO\n{text}\n", call(calls)))
                .context(&context)
                .language(Language::ALL.get(language).copied());
            let query = one(&challenge, None);
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
    fn a_short_challenge_is_read_in_every_language() {
        let es = Some(Language::Spanish);
        let readers = |text: &str| -> Vec<Readers> {
            let readings = Query::readings(&Challenge::new("c", text), es);
            readings.iter().map(|query| query.readers).collect()
        };
        let mut each: Vec<_> =
            Language::ALL.iter().map(|language| Readers::In(Some(*language))).collect();
        each.push(Readers::In(None));
        assert_eq!(readers("rain"), each);
        assert_eq!(readers("agua para los barrios"), [Readers::All], "two signs agree");
        assert_eq!(readers("how might we keep the rain out"), [Readers::All]);
        assert_eq!(Query::readings(&Challenge::new("c", "rain"), None).len(), 1, "no solutions");
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
                Challenge::new("c", "rain gardens"),
                es,
                Some((Language::English, LanguageSource::Each)),
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
            let query = one(&challenge, commonest);
            assert_eq!(query.language.zip(query.source), expected, "{name}");
        }
    }
}
