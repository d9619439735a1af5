//! The live terms of all segments of a snapshot, and which of them are related to a word.

use std::collections::BTreeMap;

use citymatch_encoder::{Quantised, Tiles, cosine};

use super::terms::{FormCounts, Terms};
use super::vectors::Vectors;

/// How alike two words' grams must be: the Dice coefficient of their sets.
const DICE: f64 = 0.5;
/// How near a term's vector must be: the cosine.
const COSINE: f64 = 0.5;
/// How many near terms a word is expanded to.
const NEAREST: usize = 10;
/// How many terms are compared before the next ones.
const BLOCK: usize = 256;

/// A term of the catalogue that a word of the ask is related to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Expansion {
    /// The term's number in the dictionary.
    pub(crate) term: u32,
    /// 1 for the word itself, else the larger of the Dice coefficient and the square of the cosine to the nearest of the term's forms.
    pub(crate) weight: f64,
}

/// The terms that live records have, by text, each with the vectors of the forms in which it stands there.
pub(crate) struct Dictionary {
    terms: Vec<String>,
    /// How many live solutions have each.
    solutions: Vec<u64>,
    /// By segment: the number there of each term, if it has it.
    numbers: Vec<Vec<Option<u32>>>,
    size: usize,
    /// Of forms, a term's side by side, in tiles.
    vectors: Vec<i8>,
    scales: Vec<f32>,
    /// The term of each form.
    term_of: Vec<u32>,
    grams: Grams,
}

/// What a segment brings to the dictionary.
pub(crate) struct Part<'a> {
    pub(crate) terms: &'a Terms,
    pub(crate) vectors: &'a Vectors,
    /// How many live solutions have each of its terms.
    pub(crate) solutions: Vec<u64>,
    /// What its dead had.
    pub(crate) dead: FormCounts,
}

impl Dictionary {
    pub(crate) fn new(parts: &[Part<'_>], size: usize) -> Self {
        // By text: the segments that have a term, each with its number there.
        let mut places: BTreeMap<&str, Vec<(usize, u32)>> = BTreeMap::new();
        for (segment, part) in parts.iter().enumerate() {
            for term in part.terms.numbers().filter(|term| part.solutions[*term as usize] > 0) {
                places.entry(part.terms.text(term)).or_default().push((segment, term));
            }
        }
        let mut numbers = vec![vec![None; places.len()]; parts.len()];
        let (mut terms, mut solutions) = (Vec::with_capacity(places.len()), Vec::with_capacity(places.len()));
        let (mut vectors, mut term_of) = (Vec::with_capacity(places.len()), Vec::with_capacity(places.len()));
        for ((text, places), number) in places.into_iter().zip(0_u32..) {
            for vector in vectors_of(parts, &places) {
                vectors.push(vector);
                term_of.push(number);
            }
            solutions.push(places.iter().map(|(segment, term)| parts[*segment].solutions[*term as usize]).sum());
            for (segment, term) in places {
                numbers[segment][number as usize] = Some(term);
            }
            terms.push(text.to_owned());
        }
        Self {
            size,
            grams: Grams::new(&terms),
            vectors: Tiles::pack(vectors.iter().map(Quantised::values), size),
            scales: vectors.iter().map(Quantised::scale).collect(),
            term_of,
            terms,
            solutions,
            numbers,
        }
    }

    /// How many live solutions have a term.
    pub(crate) fn solutions(&self, term: u32) -> u64 {
        self.solutions[term as usize]
    }

    /// The number that a term has in each segment, if it is there.
    pub(crate) fn numbers(&self, term: u32) -> impl Iterator<Item = Option<u32>> {
        self.numbers.iter().map(move |numbers| numbers[term as usize])
    }

    pub(crate) fn text(&self, term: u32) -> &str {
        &self.terms[term as usize]
    }

    /// For each word (its term and its form's vector) the terms that it is related to, by text.
    pub(crate) fn expansions(&self, words: &[(&str, &Quantised)]) -> Vec<Vec<Expansion>> {
        let near = self.near(&words.iter().map(|(_, vector)| *vector).collect::<Vec<_>>());
        let expand = |((text, _), near): (&(&str, &Quantised), Vec<(u32, f64)>)| {
            let mut weights: BTreeMap<u32, f64> = near.into_iter().map(|(term, cosine)| (term, cosine * cosine)).collect();
            for (term, dice) in self.grams.alike(text) {
                let weight = weights.entry(term).or_default();
                *weight = weight.max(dice);
            }
            if let Ok(own) = self.terms.binary_search_by(|term| term.as_str().cmp(text)) {
                weights.insert(u32::try_from(own).expect("terms are counted in u32"), 1.0);
            }
            weights.into_iter().map(|(term, weight)| Expansion { term, weight }).collect()
        };
        words.iter().zip(near).map(expand).collect()
    }

    /// For each vector the nearest terms, each by its nearest form, those as near by text.
    fn near(&self, words: &[&Quantised]) -> Vec<Vec<(u32, f64)>> {
        let mut near: Vec<Vec<(u32, f64)>> = vec![Vec::new(); words.len()];
        let values: Vec<&[i8]> = words.iter().map(|word| word.values()).collect();
        let (mut products, mut first) = (Vec::new(), 0);
        for block in Tiles::new(&self.vectors, self.size).blocks(BLOCK) {
            block.dots(&values, &mut products);
            let rows = block.rows();
            for (word, near) in near.iter_mut().enumerate() {
                for row in 0..rows.min(self.scales.len() - first) {
                    let found = cosine(products[word * rows + row], words[word].scale(), self.scales[first + row]);
                    if found >= COSINE {
                        let term = self.term_of[first + row];
                        match near.last_mut().filter(|(last, _)| *last == term) {
                            Some((_, nearest)) => *nearest = nearest.max(found),
                            None => near.push((term, found)),
                        }
                    }
                }
            }
            first += rows;
        }
        for near in &mut near {
            near.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            near.truncate(NEAREST);
        }
        near
    }
}

/// The vectors of a term's forms over the segments that have it, by the forms' texts, without those that only the dead had.
fn vectors_of(parts: &[Part<'_>], places: &[(usize, u32)]) -> impl Iterator<Item = Quantised> {
    // By text: how often it stands in live records, and where its vector is.
    let mut forms: BTreeMap<&str, (u32, &Vectors, usize)> = BTreeMap::new();
    for (segment, term) in places {
        let part = &parts[*segment];
        let dead = part.dead.get(part.terms.text(*term));
        for (number, form, count) in part.terms.forms(*term) {
            let left = count - dead.and_then(|dead| dead.get(form)).copied().unwrap_or(0);
            forms.entry(form).or_insert((0, part.vectors, number)).0 += left;
        }
    }
    forms.into_values().filter(|(count, ..)| *count > 0).map(|(_, vectors, number)| vectors.form(number))
}

/// Which terms have which grams: character 3- and 4-grams of a term between word boundaries, each once.
struct Grams {
    /// Sorted, each with where its terms begin.
    index: Vec<(u128, u32)>,
    terms: Vec<u32>,
    /// How many grams each term has.
    counts: Vec<u16>,
}

impl Grams {
    fn new(terms: &[String]) -> Self {
        let mut pairs: Vec<(u128, u32)> = Vec::new();
        let mut counts = Vec::with_capacity(terms.len());
        for (term, number) in terms.iter().zip(0..) {
            let grams = grams(term);
            counts.push(u16::try_from(grams.len()).unwrap_or(u16::MAX));
            pairs.extend(grams.into_iter().map(|gram| (gram, number)));
        }
        pairs.sort_unstable();
        let mut index: Vec<(u128, u32)> = Vec::new();
        for ((gram, _), at) in pairs.iter().zip(0..) {
            if index.last().is_none_or(|(last, _)| last != gram) {
                index.push((*gram, at));
            }
        }
        Self { index, terms: pairs.into_iter().map(|(_, term)| term).collect(), counts }
    }

    fn terms_with(&self, gram: u128) -> &[u32] {
        let Ok(at) = self.index.binary_search_by_key(&gram, |(gram, _)| *gram) else { return &[] };
        let end = self.index.get(at + 1).map_or(self.terms.len(), |(_, start)| *start as usize);
        &self.terms[self.index[at].1 as usize..end]
    }

    /// The terms whose grams are alike a word's, with the Dice coefficient.
    fn alike(&self, word: &str) -> Vec<(u32, f64)> {
        let own = grams(word);
        let mut shared = vec![0_u16; self.counts.len()];
        let mut touched = Vec::new();
        for gram in &own {
            for term in self.terms_with(*gram) {
                let count = &mut shared[*term as usize];
                if *count == 0 {
                    touched.push(*term);
                }
                *count += 1;
            }
        }
        touched.sort_unstable();
        let dice = |term: u32| {
            let all = own.len() as f64 + f64::from(self.counts[term as usize]);
            2.0 * f64::from(shared[term as usize]) / all
        };
        touched.into_iter().map(|term| (term, dice(term))).filter(|(_, dice)| *dice >= DICE).collect()
    }
}

/// The set of a term's grams, each as its characters in one number.
fn grams(term: &str) -> Vec<u128> {
    let bounded: Vec<u128> = std::iter::once('_').chain(term.chars()).chain(['_']).map(|c| u128::from(u32::from(c))).collect();
    let number = |gram: &[u128]| gram.iter().fold(0, |number, c| (number << 21) | c);
    let mut found: Vec<u128> = [3, 4].into_iter().flat_map(|n| bounded.windows(n)).map(number).collect();
    found.sort_unstable();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grams_are_those_of_the_bounded_word() {
        // _ag, agu, gua, ua_ and _agu, agua, gua_; a 3-gram is no 4-gram.
        assert_eq!(grams("agua").len(), 7);
        assert_eq!(grams("a").len(), 1);
        assert_eq!(grams("aaaaaa").len(), 6, "a set has each once");
    }

    #[test]
    fn cognates_are_alike() {
        let terms = ["inund", "inundac", "alag", "residu", "resid"].map(str::to_owned);
        let grams = Grams::new(&terms);
        let alike =
            |word: &str| grams.alike(word).into_iter().map(|(term, dice)| (terms[term as usize].as_str(), dice)).collect::<Vec<_>>();
        assert_eq!(alike("alag"), [("alag", 1.0)]);
        let found = alike("residuo");
        assert_eq!(found.iter().map(|(term, _)| *term).collect::<Vec<_>>(), ["residu", "resid"]);
        // residuo has 7 + 6 grams, residu 6 + 5; they share _re res esi sid idu, _res resi esid sidu.
        assert!((found[0].1 - 2.0 * 9.0 / 24.0).abs() < 1e-12, "{found:?}");
    }
}
