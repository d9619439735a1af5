//! What a record says, and what identifies it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::Hash;

use super::casing::Casing;
use super::fields::Fields;
use super::token::{Form, tokens};
use crate::record::{Language, Solution};
use crate::text::{RecordText, terms};

/// What two records are compared by, beside their scores.
pub(super) struct Profile {
    pub(super) sentences: Vec<Sentence>,
    /// The numbers of its distinct pairs of neighbouring content words, in ascending order; names
    /// and numbers are left out. A content word that is alone in its sentence is a pair with itself.
    pub(super) pairs: Vec<usize>,
    /// The names and numbers in its texts: the key of each, and how it is first written.
    pub(super) names: BTreeMap<String, String>,
    pub(super) numbers: BTreeMap<String, String>,
    /// The keys of all its numbers and of all its words that have a capital, wherever they stand.
    pub(super) capitals: BTreeSet<String>,
    /// The fields that tell it from others.
    pub(super) fields: Fields,
}

/// A sentence of a record.
#[derive(Default)]
pub(super) struct Sentence {
    /// The numbers of its distinct content words, in ascending order, without names and numbers.
    pub(super) words: Vec<usize>,
    /// The keys of its names and numbers.
    pub(super) names: Vec<String>,
    /// The keys of further words that have a capital and may be names.
    pub(super) maybe: Vec<String>,
}

/// The profiles of all records, and how rare their pairs of words are.
pub(super) struct Profiles {
    pub(super) of: Vec<Profile>,
    /// The inverse document frequency of each pair of words, by its number: above 0.
    pub(super) idf: Vec<f64>,
}

impl Profiles {
    /// Of records in a fixed order, each with its language.
    pub(super) fn new(records: &[(Solution, Option<Language>)]) -> Self {
        let sentences = |record: &Solution| -> Vec<String> {
            RecordText::new(record).sentences.into_iter().map(|own| own.shown).collect()
        };
        let texts: Vec<Vec<String>> = records.iter().map(|(own, _)| sentences(own)).collect();
        let mut casing = Casing::default();
        for (sentences, (_, language)) in texts.iter().zip(records) {
            for sentence in sentences {
                casing.count(&tokens(sentence), *language);
            }
        }
        let mut reader = Reader { casing, words: Numbers::default(), pairs: Numbers::default() };
        let both = texts.iter().zip(records);
        let of: Vec<Profile> = both
            .map(|(sentences, (record, language))| reader.profile(record, *language, sentences))
            .collect();
        let mut doc_freqs = vec![0_u32; reader.pairs.0.len()];
        of.iter().flat_map(|own| &own.pairs).for_each(|pair| doc_freqs[*pair] += 1);
        Self { idf: idf(&doc_freqs, of.len()), of }
    }
}

/// ln(1 + N / n), for a pair of words that n of N records have.
#[allow(clippy::cast_precision_loss, reason = "there are fewer than 2⁵³ records")]
fn idf(doc_freqs: &[u32], records: usize) -> Vec<f64> {
    let idf = |doc_freq: &u32| libm::log(1.0 + records as f64 / f64::from(*doc_freq));
    doc_freqs.iter().map(idf).collect()
}

/// What makes profiles of records, one after the other.
struct Reader {
    casing: Casing,
    words: Numbers<String>,
    pairs: Numbers<(usize, usize)>,
}

impl Reader {
    fn profile(
        &mut self,
        record: &Solution,
        language: Option<Language>,
        sentences: &[String],
    ) -> Profile {
        let (mut names, mut numbers) = (BTreeMap::new(), BTreeMap::new());
        let (mut found, mut pairs) = (Vec::with_capacity(sentences.len()), Vec::new());
        let mut capitals = BTreeSet::new();
        for text in sentences {
            let (mut sentence, mut common) =
                (Sentence::default(), String::with_capacity(text.len()));
            for token in tokens(text) {
                if token.form != Form::Lower {
                    capitals.insert(token.key());
                }
                let known = if token.form == Form::Number {
                    &mut numbers
                } else if self.casing.is_name(&token, language) {
                    &mut names
                } else {
                    if token.form == Form::Capital && !token.begins {
                        sentence.maybe.push(token.key());
                    }
                    common.extend([token.text, " "]);
                    continue;
                };
                known.entry(token.key()).or_insert_with(|| token.text.to_owned());
                sentence.names.push(token.key());
            }
            let words = terms(&common, language).into_iter();
            sentence.words = words.map(|own| self.words.of(own.text)).collect();
            if let [alone] = sentence.words[..] {
                pairs.push(self.pairs.of((alone, alone)));
            }
            pairs.extend(sentence.words.windows(2).map(|two| self.pairs.of((two[0], two[1]))));
            sort(&mut sentence.words);
            found.push(sentence);
        }
        sort(&mut pairs);
        Profile { sentences: found, pairs, names, numbers, capitals, fields: Fields::of(record) }
    }
}

fn sort(numbers: &mut Vec<usize>) {
    numbers.sort_unstable();
    numbers.dedup();
}

/// Numbers for things, in the order in which they are met.
struct Numbers<K>(HashMap<K, usize>);

impl<K> Default for Numbers<K> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Eq + Hash> Numbers<K> {
    fn of(&mut self, key: K) -> usize {
        let next = self.0.len();
        *self.0.entry(key).or_insert(next)
    }
}
