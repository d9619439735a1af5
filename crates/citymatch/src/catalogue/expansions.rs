//! Which terms of a snapshot each word of an ask is related to.
//!
//! Each segment finds out once what is near to a word or spelt like it among all its terms, and remembers it as long as it is there. A
//! snapshot takes what is alive of that, over all its segments: so a commit costs the search in its own records.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use citymatch_encoder::{Quantised, Vector};

use super::live_term::LiveTerm;
use super::remembered::{Expansion, Neighbour};
use super::snapshot::Snapshot;
use crate::derived::encoding;
use crate::error::Error;
use crate::text::{AskTerm, Token};

/// How many near terms a word is expanded to.
const NEAREST: usize = 10;

impl Snapshot {
    /// The terms that each word of an ask is related to, by text.
    pub(crate) fn expansions(&self, words: &[AskTerm]) -> Result<Vec<Arc<Vec<Expansion>>>, Error> {
        let words: Vec<Token> = words.iter().map(|word| Token::new(&word.text, &word.form)).collect();
        self.remembered_expansions().each(&words, |missing| {
            let forms: Vec<&str> = missing.iter().map(Token::form).collect();
            let vectors = self.required_encoder()?.encode(&forms).map_err(encoding)?;
            let vectors: Vec<Quantised> = vectors.iter().map(Vector::quantise).collect();
            let segments = 0..self.segments().len();
            let segments: Vec<_> = segments.map(|segment| self.neighbours(segment, missing, &vectors)).collect::<Result<_, Error>>()?;
            let of_segments = |at: usize| segments.iter().map(|words| &*words[at]).collect::<Vec<&Neighbour>>();
            missing.iter().enumerate().map(|(at, word)| self.expand(word, &of_segments(at))).collect()
        })
    }

    /// What a segment has for each word.
    fn neighbours(&self, segment: usize, words: &[Token], vectors: &[Quantised]) -> Result<Vec<Arc<Neighbour>>, Error> {
        let (terms, own) = (self.terms(segment)?, self.vectors(segment)?);
        let place: HashMap<&Token, &Quantised> = words.iter().zip(vectors).collect();
        self.segments()[segment].neighbours().each(words, |missing| {
            let near = own.near(&missing.iter().map(|word| place[word]).collect::<Vec<_>>());
            Ok(missing.iter().zip(near).map(|(word, near)| Neighbour { near, alike: terms.alike(word.term()) }).collect())
        })
    }

    /// The terms that a word is related to, from what each segment has.
    fn expand(&self, word: &Token, of_segments: &[&Neighbour]) -> Result<Vec<Expansion>, Error> {
        let mut weights: BTreeMap<&str, f64> =
            self.nearest(of_segments)?.into_iter().map(|(text, cosine)| (text, cosine * cosine)).collect();
        for (segment, neighbour) in of_segments.iter().enumerate() {
            let terms = self.terms(segment)?;
            for (term, dice) in &neighbour.alike {
                let weight = weights.entry(terms.text(*term)).or_default();
                *weight = weight.max(*dice);
            }
        }
        weights.insert(word.term(), 1.0);
        let terms = self.live_terms(&weights.keys().copied())?;
        let expansions = weights.into_iter().zip(terms).filter(|(_, term)| term.solutions > 0);
        Ok(expansions.map(|((text, weight), term)| Expansion { text: text.to_owned(), weight, term }).collect())
    }

    /// The nearest live terms over all segments, each by its nearest live form, those as near by text.
    fn nearest<'s>(&'s self, of_segments: &[&Neighbour]) -> Result<Vec<(&'s str, f64)>, Error> {
        let mut near = Vec::new();
        for (segment, neighbour) in of_segments.iter().enumerate() {
            let terms = self.terms(segment)?;
            near.extend(
                neighbour.near.iter().map(|(form, cosine)| (*cosine, terms.text(terms.term_of(*form)), terms.form_text(*form), segment)),
            );
        }
        near.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then_with(|| (a.1, a.2, a.3).cmp(&(b.1, b.2, b.3))));
        let (mut nearest, mut taken) = (Vec::with_capacity(NEAREST), HashSet::new());
        for (cosine, text, form, segment) in near {
            if nearest.len() == NEAREST {
                break;
            }
            if !taken.contains(text) && self.segments()[segment].is_live(self.tokens_field(), &Token::new(text, form))? {
                taken.insert(text);
                nearest.push((text, cosine));
            }
        }
        Ok(nearest)
    }

    /// The terms with some texts; a text that no solution has is in no segment.
    pub(crate) fn live_terms<'t>(&self, texts: &(impl Iterator<Item = &'t str> + Clone)) -> Result<Vec<LiveTerm>, Error> {
        let mut found: Vec<LiveTerm> = texts.clone().map(|_| LiveTerm::default()).collect();
        for (segment, number) in self.segments().iter().zip(0..) {
            let terms = self.terms(number)?;
            for (live, term) in found.iter_mut().zip(terms.find_each(texts.clone())) {
                live.add(number, term, term.map_or(0, |term| segment.live_solutions(terms, term)));
            }
        }
        Ok(found)
    }
}
