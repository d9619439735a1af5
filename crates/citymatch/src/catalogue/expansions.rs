//! Which terms of a snapshot each word of an ask is related to.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use citymatch_encoder::{Quantised, Vector};

use super::snapshot::Snapshot;
use crate::derived::{Dictionary, Expansion, FormCounts, Part, count_forms, encoding};
use crate::error::Error;
use crate::text::AskTerm;

/// How many words' expansions a snapshot remembers; then it forgets them all.
const MOST_REMEMBERED: usize = 100_000;

/// The expansions of words, by term and form.
type Remembered = HashMap<(String, String), Arc<Vec<Expansion>>>;

/// What a snapshot finds out about the live terms of all its segments, when a signal first asks.
#[derive(Default)]
pub(super) struct LiveTerms {
    dictionary: OnceLock<Dictionary>,
    /// Held while the dictionary is made, so that it is made once.
    making: Mutex<()>,
    expansions: Mutex<Remembered>,
}

impl Snapshot {
    /// The live terms of all segments.
    pub(crate) fn dictionary(&self) -> Result<&Dictionary, Error> {
        let live = self.live_terms();
        if let Some(dictionary) = live.dictionary.get() {
            return Ok(dictionary);
        }
        let _making = live.making.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(dictionary) = live.dictionary.get() {
            return Ok(dictionary);
        }
        let mut parts = Vec::new();
        for (segment, number) in self.segments().iter().zip(0..) {
            let (terms, vectors, dead) = (self.terms(number)?, self.vectors(number)?, self.dead_forms(number)?);
            let solutions = terms.numbers().map(|term| segment.live_solutions(terms, term)).collect();
            parts.push(Part { terms, vectors, solutions, dead });
        }
        let dictionary = Dictionary::new(&parts, self.required_encoder()?.size());
        Ok(live.dictionary.get_or_init(|| dictionary))
    }

    /// The terms that each word of an ask is related to.
    pub(crate) fn expansions(&self, words: &[AskTerm]) -> Result<Vec<Arc<Vec<Expansion>>>, Error> {
        let key = |word: &AskTerm| (word.text.to_string(), word.form.to_string());
        let remembered = || self.live_terms().expansions.lock().unwrap_or_else(PoisonError::into_inner);
        let mut found: Vec<Option<Arc<Vec<Expansion>>>> = {
            let remembered = remembered();
            words.iter().map(|word| remembered.get(&key(word)).cloned()).collect()
        };
        let missing: Vec<usize> = (0..words.len()).filter(|at| found[*at].is_none()).collect();
        if !missing.is_empty() {
            let forms: Vec<&str> = missing.iter().map(|at| &*words[*at].form).collect();
            let vectors = self.required_encoder()?.encode(&forms).map_err(encoding)?;
            let vectors: Vec<Quantised> = vectors.iter().map(Vector::quantise).collect();
            let asked: Vec<(&str, &Quantised)> = missing.iter().map(|at| &*words[*at].text).zip(&vectors).collect();
            let expansions = self.dictionary()?.expansions(&asked);
            let mut remembered = remembered();
            if remembered.len() + missing.len() > MOST_REMEMBERED {
                remembered.clear();
            }
            for (at, expansions) in missing.into_iter().zip(expansions) {
                let expansions = Arc::new(expansions);
                remembered.insert(key(&words[at]), Arc::clone(&expansions));
                found[at] = Some(expansions);
            }
        }
        Ok(found.into_iter().flatten().collect())
    }

    /// How often the forms of terms stand in a segment's dead records.
    fn dead_forms(&self, segment: usize) -> Result<FormCounts, Error> {
        let mut counts = FormCounts::new();
        for record in self.segments()[segment].dead_solutions() {
            count_forms(&mut counts, &self.content(segment, record)?);
        }
        Ok(counts)
    }
}
