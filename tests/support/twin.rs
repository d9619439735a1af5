//! The ranking by brute force, written from its definition: no index, no codes, every sum in f64.

use std::collections::BTreeMap;

use citymatch::text::{language_of, terms};
use citymatch::{Challenge, Language, Record, Solution};

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
    records: Vec<(String, BTreeMap<String, f64>, f64)>,
    frequency: BTreeMap<String, f64>,
    mean_length: f64,
    commonest: Option<Language>,
    counts: Counts,
}

const SOLUTION: [(&str, f64); 5] = [("title", 2.0), ("summary", 2.0), ("problem", 2.0), ("description", 1.0), ("impact", 1.0)];
const ASK: [(&str, f64); 6] =
    [("title", 1.0), ("question", 1.0), ("problem", 1.0), ("outcome", 1.0), ("beneficiaries", 0.5), ("context", 0.1)];

impl Twin {
    /// Takes the solutions as a catalogue would hold them.
    #[must_use]
    pub fn new(solutions: &[Solution], counts: Counts) -> Self {
        let mut frequency: BTreeMap<String, f64> = BTreeMap::new();
        let mut languages: BTreeMap<Language, u32> = BTreeMap::new();
        let mut records = Vec::new();
        let mut total = 0.0;
        for solution in solutions {
            let language = language_of(solution).map(|(language, _)| language);
            let found = weighted(solution, language, &SOLUTION);
            let length: f64 = found.values().sum();
            total += length;
            for term in found.keys() {
                *frequency.entry(term.clone()).or_default() += 1.0;
            }
            if let Some(language) = language {
                *languages.entry(language).or_default() += 1;
            }
            records.push((solution.id.to_string(), found, length));
        }
        let mean_length = total / records.len() as f64;
        // Of equal counts the first by name: `max_by_key` takes the last.
        let commonest = languages.into_iter().rev().max_by_key(|(_, count)| *count).map(|(language, _)| language);
        Self { records, frequency, mean_length, commonest, counts }
    }

    /// The score of every solution, best first, ties by id; nothing for an ask without content words.
    #[must_use]
    pub fn rank(&self, challenge: &Challenge) -> Vec<(String, f64)> {
        let words: usize = challenge.texts().iter().map(|(_, text)| text.split_whitespace().count()).sum();
        let language = challenge.language.or(language_of(challenge).filter(|_| words >= 5).map(|found| found.0)).or(self.commonest);
        let ask = weighted(challenge, language, &ASK);
        if ask.is_empty() {
            return Vec::new();
        }
        let idf = |term: &str| {
            let n = self.frequency.get(term).copied().unwrap_or(0.0);
            (1.0 + (self.records.len() as f64 - n + 0.5) / (n + 0.5)).ln()
        };
        let mut weights: Vec<f64> = ask.iter().map(|(term, count)| count * idf(term)).collect();
        weights.sort_by(|a, b| b.total_cmp(a));
        let scale: f64 = weights.iter().take(12).sum();
        let mut ranked: Vec<(String, f64)> = self
            .records
            .iter()
            .map(|(id, found, length)| {
                let share = self.length(*length) / self.mean_length;
                let sum: f64 = ask
                    .iter()
                    .filter_map(|(term, count)| {
                        let tf = self.count(*found.get(term)?);
                        Some(count * idf(term) * tf / (tf + 1.2 * (1.0 - 0.75 + 0.75 * share)))
                    })
                    .sum();
                (id.clone(), 1.0 / (1.0 + (-4.4 * (sum / scale - 1.07)).exp()))
            })
            .collect();
        ranked.sort_by(|(a, a_score), (b, b_score)| b_score.total_cmp(a_score).then_with(|| a.cmp(b)));
        ranked
    }

    fn count(&self, count: f64) -> f64 {
        if self.counts == Counts::Exact { count } else { count.min(7.0) }
    }

    fn length(&self, length: f64) -> f64 {
        if self.counts == Counts::Exact {
            return length;
        }
        let buckets = (0..36).map(|i| (8.0 * 2_f64.powf(f64::from(i) / 4.0)).round());
        buckets.fold(f64::INFINITY, |nearest, bucket| if (bucket - length).abs() < (nearest - length).abs() { bucket } else { nearest })
    }
}

/// Each term with its weighted count.
fn weighted<R: Record>(record: &R, language: Option<Language>, weights: &[(&str, f64)]) -> BTreeMap<String, f64> {
    let mut found: BTreeMap<String, f64> = BTreeMap::new();
    for (field, text) in record.texts() {
        let weight = weights.iter().find(|(name, _)| *name == field).expect("each text has a weight").1;
        for term in terms(text, language) {
            *found.entry(term.text).or_default() += weight;
        }
    }
    found
}
