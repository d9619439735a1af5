//! The ranking by brute force, written from its definition: no index, no codes, every sum in f64.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use citymatch::text::{MatchedSentence, Term, language_of, matched_sentences, terms};
use citymatch::{
    Challenge, Language, Solution,
    encoder::{Encoder, StaticEncoder, Vector},
};
use citymatch_encoder::Quantised;

/// How counts and lengths enter.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Counts {
    /// As defined: counts up to 7, lengths to the nearest of 8 · 2^(i/4), i from 0 to 35.
    Capped,
    /// As they are.
    Exact,
}

/// Solutions, ready to be scored one by one.
pub struct Twin {
    records: Vec<Scored>,
    frequency: BTreeMap<String, f64>,
    /// How often each term stands in each form.
    forms: Forms,
    /// Each term with each of its forms, by the form without accents.
    by_letters: BTreeMap<String, Vec<(String, String)>>,
    /// Made when they are first asked for.
    vectors: OnceCell<Vectors>,
    /// How many solutions there are that say different things.
    documents: f64,
    mean_length: f64,
    commonest: Option<Language>,
    counts: Counts,
}

struct Scored {
    id: String,
    language: Option<Language>,
    terms: BTreeMap<String, f64>,
    length: f64,
    /// The terms of each sentence; of more than eight, of neighbours together.
    passages: Vec<BTreeSet<String>>,
    texts: Vec<String>,
}

/// The vectors of everything.
struct Vectors {
    /// Of each term's forms.
    dictionary: BTreeMap<String, Vec<Quantised>>,
    /// Of each record's sentences and whole text.
    records: Vec<(Vec<Quantised>, Quantised)>,
    /// Of the subjects.
    subjects: Vec<Quantised>,
}

/// A solution as an ask finds it.
#[derive(Clone, Debug)]
pub struct Ranked {
    /// Its id.
    pub id: String,
    /// In [0, 1].
    pub score: f64,
    /// What the score is made of, without `subject`.
    pub evidence: f64,
}

/// What a score is made of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mix {
    /// `words` alone, with weight 1 in all languages.
    Words,
    /// The calibrated mix.
    All,
}

const SOLUTION: [(&str, f64); 6] = [
    ("title", 2.0),
    ("summary", 2.0),
    ("problem", 2.0),
    ("description", 1.0),
    ("impact", 1.0),
    ("themes", 2.0),
];
const ASK: [(&str, f64); 7] = [
    ("title", 1.0),
    ("question", 1.0),
    ("problem", 1.0),
    ("outcome", 1.0),
    ("beneficiaries", 0.5),
    ("context", 0.1),
    ("themes", 1.0),
];

/// The subjects of cities in each language, as the catalogue has them.
const SUBJECTS: [&str; 3] = [
    include_str!("../../crates/citymatch/src/language/subjects/es.txt"),
    include_str!("../../crates/citymatch/src/language/subjects/pt.txt"),
    include_str!("../../crates/citymatch/src/language/subjects/en.txt"),
];

impl Twin {
    /// Takes the solutions as a catalogue would hold them.
    #[must_use]
    pub fn new(solutions: &[Solution], counts: Counts) -> Self {
        let mut frequency: BTreeMap<String, f64> = BTreeMap::new();
        let mut languages: BTreeMap<Language, u32> = BTreeMap::new();
        let mut forms: Forms = Forms::new();
        let mut records = Vec::new();
        let mut seen = BTreeSet::new();
        let mut total = 0.0;
        for solution in solutions {
            let language = language_of(solution).map(|(language, _)| language);
            let sentences = matched_sentences(solution);
            let own = weighted_forms(&sentences, language, &SOLUTION, 1.0);
            let terms = sums(&own);
            let length: f64 = terms.values().sum();
            let words = words_of(&sentences, language);
            let passages = passages(&sentences, language);
            let texts = sentences.into_iter().map(|sentence| sentence.words).collect();
            records.push(Scored {
                id: solution.id.to_string(),
                language,
                terms,
                length,
                passages,
                texts,
            });
            // What several say counts once in all that follows.
            if !seen.insert((language, words)) {
                continue;
            }
            total += length;
            for (term, own) in own {
                *frequency.entry(term.clone()).or_default() += 1.0;
                for (form, count) in own {
                    *forms.entry(term.clone()).or_default().entry(form).or_default() += count;
                }
            }
            if let Some(language) = language {
                *languages.entry(language).or_default() += 1;
            }
        }
        let documents = seen.len() as f64;
        let mean_length = total / documents;
        // Of equal counts the first by name: `max_by_key` takes the last.
        let commonest = languages
            .into_iter()
            .rev()
            .max_by_key(|(_, count)| *count)
            .map(|(language, _)| language);
        let mut by_letters: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
        for (term, own) in &forms {
            for form in own.keys() {
                let same = by_letters.entry(without_accents(form)).or_default();
                same.push((term.clone(), form.clone()));
            }
        }
        Self {
            records,
            frequency,
            forms,
            by_letters,
            vectors: OnceCell::new(),
            documents,
            mean_length,
            commonest,
            counts,
        }
    }

    fn vectors(&self) -> &Vectors {
        let of_record = |record: &Scored| {
            let sentences =
                record.texts.iter().map(|sentence| vector(sentence).quantise()).collect();
            (sentences, vector(&record.texts.join("\n")).quantise())
        };
        self.vectors.get_or_init(|| Vectors {
            dictionary: self
                .forms
                .iter()
                .map(|(term, forms)| {
                    (term.clone(), forms.keys().map(|form| vector(form).quantise()).collect())
                })
                .collect(),
            records: self.records.iter().map(of_record).collect(),
            subjects: subjects(),
        })
    }

    /// The score of every solution, best first, ties by id; nothing for an ask without content
    /// words.
    #[must_use]
    pub fn rank(&self, challenge: &Challenge, mix: Mix) -> Vec<Ranked> {
        let sentences = matched_sentences(challenge);
        // Themes are no text that a language could be found in.
        let texts = sentences.iter().filter(|sentence| sentence.field != "themes");
        let words = texts.flat_map(|sentence| sentence.words.split_whitespace()).count();
        if language_of(challenge).is_some() || words >= 5 {
            let (sentences, language) = self.read(challenge);
            return self.ranked(&sentences, language, false, mix);
        }
        // Every solution is compared with the ask as it reads in the solution's language.
        let readings =
            [Some(Language::Spanish), Some(Language::Portuguese), Some(Language::English), None];
        let mut ranked: Vec<Ranked> = readings
            .into_iter()
            .flat_map(|language| {
                let sentences = matched_sentences(&challenge.clone().language(language));
                self.ranked(&sentences, language, true, mix)
            })
            .collect();
        sort(&mut ranked);
        ranked
    }

    /// Whether anything answers: from the evidence of the three best of an ask's ranking. `None` for
    /// an ask without content words.
    #[must_use]
    pub fn answer_score(&self, challenge: &Challenge, ranked: &[Ranked]) -> Option<f64> {
        let mut evidence: Vec<f64> = ranked.iter().map(|own| own.evidence).collect();
        evidence.sort_by(|a, b| b.total_cmp(a));
        let mean = evidence.iter().take(3).sum::<f64>() / 3.0;
        let (sentences, language) = self.read(challenge);
        let short = 0.15 * (1.0 - breadth(&sentences, language));
        evidence.first().map(|first| mean.max(first - 0.15) + short)
    }

    /// The ask in its own language, else in that of most solutions. It is the language of its goals'
    /// names, too.
    fn read(&self, challenge: &Challenge) -> (Vec<MatchedSentence>, Option<Language>) {
        let language = language_of(challenge).map(|found| found.0).or(self.commonest);
        (matched_sentences(&challenge.clone().language(language)), language)
    }

    /// The ranking of an ask that is read in a language, of all solutions or of those in one
    /// language, which count as in the same or in another one, whichever gives more.
    fn ranked(
        &self,
        sentences: &[MatchedSentence],
        language: Option<Language>,
        of_this_language: bool,
        mix: Mix,
    ) -> Vec<Ranked> {
        let forms = weighted_forms(sentences, language, &ASK, number_weight(sentences));
        if forms.is_empty() {
            return Vec::new();
        }
        let words = self.words(&forms);
        let breadth = breadth(sentences, language);
        let none = || vec![0.0; words.len()];
        let (related, meaning, subject) = match mix {
            Mix::Words => (none(), none(), none()),
            Mix::All => (
                self.related(&forms, sentences, language),
                self.meaning(sentences),
                self.subject(sentences),
            ),
        };
        let midpoint = 1.0 + 0.12 * breadth;
        let mut ranked: Vec<Ranked> = Vec::new();
        for (i, record) in self.records.iter().enumerate() {
            let same = language.is_some() && record.language == language;
            if of_this_language && record.language != language {
                continue;
            }
            let (own, other) =
                (words[i] + related[i] + meaning[i], 1.8 * related[i] + 1.15 * meaning[i]);
            let evidence = match mix {
                Mix::Words => words[i],
                Mix::All if same && of_this_language => own.max(other),
                Mix::All if same => own,
                Mix::All => other,
            };
            let sum = evidence + 0.5 * breadth * subject[i];
            let score = 1.0 / (1.0 + (-6.0 * (sum - midpoint)).exp());
            ranked.push(Ranked { id: record.id.clone(), score, evidence });
        }
        sort(&mut ranked);
        ranked
    }

    fn words(&self, ask: &Forms) -> Vec<f64> {
        // What each word counts, times its idf, and its spellings.
        let asked = ask.iter().map(|(term, forms)| {
            let spellings = self.spellings(term, &commonest(forms));
            let count: f64 = forms.values().sum();
            (count * self.idf_of_spellings(&spellings), spellings)
        });
        let asked: Vec<(f64, Vec<(String, f64)>)> = asked.collect();
        let scale = scale(asked.iter().map(|(weight, _)| *weight));
        let share = |record: &Scored| -> f64 {
            let met = |spellings: &[(String, f64)]| {
                let values = spellings
                    .iter()
                    .map(|(term, weight)| weight * self.saturation(record, term, 1.2, 0.75));
                values.fold(0.0, f64::max)
            };
            asked.iter().map(|(weight, spellings)| weight * met(spellings)).sum()
        };
        self.records.iter().map(|record| share(record) / scale).collect()
    }

    /// A word, and the terms with a form that differs from it in accents and in nothing else, each
    /// with its weight.
    fn spellings(&self, term: &str, form: &str) -> Vec<(String, f64)> {
        let same = self.by_letters.get(&without_accents(form)).into_iter().flatten();
        let others: BTreeSet<&String> = same
            .filter(|(other, other_form)| other != term && other_form != form)
            .map(|(other, _)| other)
            .collect();
        let mut spellings = vec![(term.to_owned(), 1.0)];
        spellings.extend(others.into_iter().map(|other| (other.clone(), 0.95)));
        spellings
    }

    /// The least of theirs: that of the commonest.
    fn idf_of_spellings(&self, spellings: &[(String, f64)]) -> f64 {
        spellings.iter().map(|(term, _)| self.idf(term)).fold(f64::INFINITY, f64::min)
    }

    fn related(
        &self,
        ask: &Forms,
        sentences: &[MatchedSentence],
        language: Option<Language>,
    ) -> Vec<f64> {
        let expanded: Vec<(f64, Vec<(String, f64)>)> = ask
            .iter()
            .map(|(term, forms)| (forms.values().sum(), self.expansions(term, &commonest(forms))))
            .collect();
        let heaviest = |expansions: &[(String, f64)]| {
            expansions
                .iter()
                .map(|(_, weight)| *weight)
                .fold(None, |most: Option<f64>, next| Some(most.unwrap_or(0.0).max(next)))
        };
        let scale = scale(expanded.iter().map(|(count, expansions)| {
            count * heaviest(expansions).unwrap_or_else(|| self.idf(""))
        }));
        let share = |record: &Scored| -> f64 {
            expanded
                .iter()
                .map(|(count, expansions)| {
                    let values = expansions
                        .iter()
                        .map(|(term, weight)| weight * self.saturation(record, term, 0.6, 1.0));
                    count * values.fold(0.0, f64::max)
                })
                .sum()
        };
        let expanded: BTreeMap<&String, &Vec<(String, f64)>> =
            ask.keys().zip(expanded.iter().map(|(_, expansions)| expansions)).collect();
        let breadth = breadth(sentences, language);
        let proximity = |record: &Scored| -> f64 {
            let sentence = |(terms, weight): &(BTreeMap<String, f64>, f64)| {
                let passage = |passage: &BTreeSet<String>| -> f64 {
                    let met = |term: &String| {
                        let there =
                            expanded[term].iter().filter(|(other, _)| passage.contains(other));
                        there.map(|(_, weight)| *weight).fold(0.0, f64::max)
                    };
                    let sum: f64 =
                        terms.iter().map(|(term, count)| weight * count * met(term)).sum();
                    let length = 0.75 + 0.25 * passage.len().min(255) as f64 / 10.0;
                    sum * (1.0 - breadth + breadth / length)
                };
                record.passages.iter().map(passage).fold(0.0, f64::max)
            };
            asked_sentences(sentences, language).iter().map(sentence).sum()
        };
        self.records
            .iter()
            .map(|record| f64::midpoint(share(record), proximity(record)) / scale)
            .collect()
    }

    /// Every term of the dictionary that a word is related to, with its weight times its idf.
    fn expansions(&self, term: &str, form: &str) -> Vec<(String, f64)> {
        let word = vector(form).quantise();
        let nearest = |forms: &Vec<Quantised>| {
            forms.iter().map(|form| form.cosine(&word)).fold(-1.0, f64::max)
        };
        let mut near: Vec<(&String, f64)> =
            self.vectors().dictionary.iter().map(|(term, forms)| (term, nearest(forms))).collect();
        near.retain(|(_, cosine)| *cosine >= 0.5);
        near.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        near.truncate(10);
        let mut weights: BTreeMap<String, f64> =
            near.into_iter().map(|(term, cosine)| (term.clone(), cosine * cosine)).collect();
        for other in self.vectors().dictionary.keys() {
            let (own, others) = (grams(term), grams(other));
            let dice =
                2.0 * own.intersection(&others).count() as f64 / (own.len() + others.len()) as f64;
            if dice >= 0.5 {
                let weight = weights.entry(other.clone()).or_default();
                *weight = weight.max(dice);
            }
        }
        let spellings = self.spellings(term, form);
        for (other, own) in &spellings[1..] {
            let weight = weights.entry(other.clone()).or_default();
            *weight = weight.max(*own);
        }
        if self.vectors().dictionary.contains_key(term) {
            weights.insert(term.to_owned(), 1.0);
        }
        let idf = |other: &String| {
            let is_spelling = spellings.iter().any(|(own, _)| own == other);
            if is_spelling { self.idf_of_spellings(&spellings) } else { self.idf(other) }
        };
        weights.into_iter().map(|(other, weight)| (other.clone(), weight * idf(&other))).collect()
    }

    fn meaning(&self, sentences: &[MatchedSentence]) -> Vec<f64> {
        let mut asked: Vec<(f64, Quantised)> = Vec::new();
        for MatchedSentence { field, words, .. } in sentences {
            asked.push((weight(&ASK, field), vector(words).quantise()));
        }
        let whole = whole_text(sentences);
        let all: f64 = asked.iter().map(|(weight, _)| weight).sum();
        let nearness = |(sentences, record): &(Vec<Quantised>, Quantised)| {
            let best = |ask: &Quantised| {
                sentences
                    .iter()
                    .map(|sentence| sentence.cosine(ask))
                    .fold(None, |best: Option<f64>, next| {
                        Some(best.map_or(next, |best| best.max(next)))
                    })
            };
            let mean: f64 =
                asked.iter().map(|(weight, ask)| weight * best(ask).unwrap_or(0.0)).sum::<f64>()
                    / all;
            f64::midpoint(record.cosine(&whole), mean)
        };
        self.vectors().records.iter().map(nearness).collect()
    }

    /// How much each record and the ask are about the same subjects.
    fn subject(&self, sentences: &[MatchedSentence]) -> Vec<f64> {
        let Vectors { records, subjects, .. } = self.vectors();
        let length = |profile: &[f64]| profile.iter().map(|p| p * p).sum::<f64>().sqrt();
        // In 127ths of the largest value, and no longer than 1.
        let profile = |text: &Quantised| -> Vec<f64> {
            let near = |subject: &Quantised| (text.cosine(subject) - 0.15).max(0.0).powi(2);
            let exact: Vec<f64> = subjects.iter().map(near).collect();
            let largest = exact.iter().copied().fold(1e-30, f64::max);
            let whole: Vec<f64> =
                exact.iter().map(|p| (p / largest * 127.0).round_ties_even()).collect();
            let scale = length(&exact) / (length(&exact) + 0.05) / length(&whole).max(1.0);
            whole.iter().map(|p| p * scale).collect()
        };
        let asked = profile(&whole_text(sentences));
        let shared = |(_, record): &(Vec<Quantised>, Quantised)| {
            asked.iter().zip(&profile(record)).map(|(a, b)| a * b).sum()
        };
        records.iter().map(shared).collect()
    }

    fn idf(&self, term: &str) -> f64 {
        let n = self.frequency.get(term).copied().unwrap_or(0.0);
        (1.0 + (self.documents - n + 0.5) / (n + 0.5)).ln()
    }

    fn saturation(&self, record: &Scored, term: &str, k1: f64, b: f64) -> f64 {
        let tf = self.count(record.terms.get(term).copied().unwrap_or(0.0));
        tf / (tf + k1 * (1.0 - b + b * self.length(record.length) / self.mean_length))
    }

    fn count(&self, count: f64) -> f64 {
        if self.counts == Counts::Exact { count } else { count.min(7.0) }
    }

    fn length(&self, length: f64) -> f64 {
        if self.counts == Counts::Exact {
            return length;
        }
        let buckets = (0..36).map(|i| (8.0 * 2_f64.powf(f64::from(i) / 4.0)).round());
        buckets.fold(f64::INFINITY, |nearest, bucket| {
            if (bucket - length).abs() < (nearest - length).abs() { bucket } else { nearest }
        })
    }
}

/// The vector of the whole ask: the sum of those of its texts, each by its weight.
fn whole_text(sentences: &[MatchedSentence]) -> Quantised {
    let mut parts: Vec<(f64, String)> = Vec::new();
    for MatchedSentence { field, words, .. } in sentences {
        let weight = weight(&ASK, field);
        match parts.iter_mut().find(|(other, _)| other.to_bits() == weight.to_bits()) {
            Some((_, whole)) => *whole = format!("{whole}\n{words}"),
            None => parts.push((weight, words.clone())),
        }
    }
    #[allow(clippy::cast_possible_truncation)] // 1, .5 and .1
    let parts: Vec<(f32, Vector)> =
        parts.iter().map(|(weight, text)| (*weight as f32, vector(text))).collect();
    let parts = parts.iter().map(|(weight, vector)| (*weight, vector));
    Vector::sum(StaticEncoder::builtin().size(), parts).expect("vectors of one size").quantise()
}

/// How many texts the subjects have in all languages.
#[must_use]
pub fn subject_texts() -> usize {
    let lines = SUBJECTS.iter().flat_map(|file| file.lines());
    lines.map(|line| 2 + line.matches(", ").count()).sum()
}

/// The direction of each subject: of every language the mean over its name and its things.
fn subjects() -> Vec<Quantised> {
    let mut found: BTreeMap<&str, Vec<(f32, Vector)>> = BTreeMap::new();
    for line in SUBJECTS.iter().flat_map(|file| file.lines()) {
        let (id, words) = line.split_once(" = ").expect("an id and words");
        let texts: Vec<&str> = words.split(": ").flat_map(|part| part.split(", ")).collect();
        let weight = 1.0 / texts.len() as f32;
        let own = found.entry(id).or_default();
        own.extend(texts.iter().map(|text| (weight, vector(text))));
    }
    let direction = |own: &Vec<(f32, Vector)>| {
        let parts = own.iter().map(|(weight, vector)| (*weight, vector));
        Vector::sum(StaticEncoder::builtin().size(), parts).expect("vectors of one size").quantise()
    };
    found.values().map(direction).collect()
}

/// From 0 for up to 12 content words of the fields that count in full to 1 for 48 or more.
fn breadth(sentences: &[MatchedSentence], language: Option<Language>) -> f64 {
    let full = sentences.iter().filter(|sentence| weight(&ASK, sentence.field) >= 1.0);
    let words: usize = full.map(|sentence| terms(&sentence.words, language).len()).sum();
    ((words as f64 - 12.0) / 36.0).clamp(0.0, 1.0)
}

/// The words of each sentence, with what they count there.
fn words_of(sentences: &[MatchedSentence], language: Option<Language>) -> Vec<(Vec<Term>, u64)> {
    let words = |sentence: &MatchedSentence| {
        let mut words = terms(&sentence.words, language);
        words.extend(terms(&sentence.numbers, language));
        (words, weight(&SOLUTION, sentence.field).to_bits())
    };
    sentences.iter().map(words).collect()
}

/// The terms of a solution's sentences; where there are more than eight, neighbours together, as
/// evenly as can be.
fn passages(sentences: &[MatchedSentence], language: Option<Language>) -> Vec<BTreeSet<String>> {
    let mut found = vec![BTreeSet::new(); sentences.len().min(8)];
    for (i, sentence) in sentences.iter().enumerate() {
        let passage = if sentences.len() > 8 { i * 8 / sentences.len() } else { i };
        for text in [&sentence.words, &sentence.numbers] {
            found[passage].extend(terms(text, language).into_iter().map(|term| term.text));
        }
    }
    found
}

/// How often each term stands in each sentence of an ask, a number for its part, and what the
/// sentence's field counts.
fn asked_sentences(
    sentences: &[MatchedSentence],
    language: Option<Language>,
) -> Vec<(BTreeMap<String, f64>, f64)> {
    let number_weight = number_weight(sentences);
    let counts = |sentence: &MatchedSentence| {
        let mut counts: BTreeMap<String, f64> = BTreeMap::new();
        let weight = weight(&ASK, sentence.field);
        for (text, count) in [(&sentence.words, 1.0), (&sentence.numbers, number_weight)] {
            for term in terms(text, language) {
                *counts.entry(term.text).or_default() += whole_hundredths(count * weight) / weight;
            }
        }
        (counts, weight)
    };
    sentences.iter().map(counts).collect()
}

/// What a bare number of an ask counts: .3 of a word, and all together at most one word; in whole
/// hundredths.
fn number_weight(sentences: &[MatchedSentence]) -> f64 {
    let words = |text: &str| {
        text.split(|c: char| !(c.is_alphanumeric() || c == '_'))
            .filter(|word| !word.is_empty())
            .count()
    };
    let numbers: usize = sentences.iter().map(|sentence| words(&sentence.numbers)).sum();
    (100.0 / numbers.max(1) as f64).floor().min(30.0) / 100.0
}

/// Best first, ties by id.
fn sort(ranked: &mut [Ranked]) {
    ranked.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.id.cmp(&b.id)));
}

/// A count, cut to whole hundredths.
fn whole_hundredths(count: f64) -> f64 {
    (count * 100.0 + 1e-6).floor() / 100.0
}

/// The 12 largest, added up.
fn scale(weights: impl Iterator<Item = f64>) -> f64 {
    let mut weights: Vec<f64> = weights.collect();
    weights.sort_by(|a, b| b.total_cmp(a));
    weights.iter().take(12).sum()
}

fn vector(text: &str) -> Vector {
    StaticEncoder::builtin().encode(&[text]).expect("the built-in encoder takes any text").remove(0)
}

fn without_accents(word: &str) -> String {
    // Without a language accents are folded, but for that of `ñ`, and nothing else is done.
    terms(word, None).iter().map(|term| term.text.replace('ñ', "n")).collect()
}

fn grams(term: &str) -> BTreeSet<String> {
    let bounded: Vec<char> = format!("_{term}_").chars().collect();
    [3, 4].into_iter().flat_map(|n| bounded.windows(n)).map(|gram| gram.iter().collect()).collect()
}

/// What each form of each term counts.
type Forms = BTreeMap<String, BTreeMap<String, f64>>;

fn weighted_forms(
    sentences: &[MatchedSentence],
    language: Option<Language>,
    weights: &[(&str, f64)],
    number_weight: f64,
) -> Forms {
    let mut found = Forms::new();
    for MatchedSentence { field, words, numbers, .. } in sentences {
        for (text, count) in [(words, 1.0), (numbers, number_weight)] {
            for term in terms(text, language) {
                *found.entry(term.text).or_default().entry(term.form).or_default() +=
                    whole_hundredths(count * weight(weights, field));
            }
        }
    }
    found
}

fn weight(weights: &[(&str, f64)], field: &str) -> f64 {
    weights.iter().find(|(name, _)| *name == field).expect("each text has a weight").1
}

fn sums(forms: &Forms) -> BTreeMap<String, f64> {
    forms.iter().map(|(term, forms)| (term.clone(), forms.values().sum())).collect()
}

/// The form that counts most, the first by text of those that count as much.
fn commonest(forms: &BTreeMap<String, f64>) -> String {
    // Sums of hundredths may differ in their last digits.
    let whole = |count: &f64| (count * 100.0).round();
    forms
        .iter()
        .rev()
        .max_by(|a, b| whole(a.1).total_cmp(&whole(b.1)))
        .map(|(form, _)| form.clone())
        .unwrap_or_default()
}
