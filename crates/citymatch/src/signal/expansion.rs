//! Which terms of a snapshot each word of an ask is related to.
//!
//! Each segment finds out once what is near to a word or spelt like it among all its terms, and
//! remembers it as long as it is there. A snapshot takes what is alive of that, over all its
//! segments: so a commit costs the search in its own records.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use citymatch_encoder::{Quantised, Vector};

use super::term_info::TermInfo;
use crate::catalogue::Snapshot;
use crate::error::Error;
use crate::index::encoding;
use crate::text::{QueryTerm, TermForm};

/// A term of the catalogue that a word of the ask is related to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Expansion {
    pub(crate) text: String,
    /// 1 for the word itself, else the larger of the Dice coefficient and the square of the cosine
    /// to the nearest of the term's forms.
    pub(crate) weight: f64,
    pub(crate) term: TermInfo,
}

/// The terms of one segment that are related to a word, the dead included.
pub(crate) struct SegmentExpansion {
    /// Forms by their numbers, with the cosine.
    pub(crate) near: Vec<(usize, f64)>,
    /// Terms by their numbers, with the Dice coefficient.
    pub(crate) alike: Vec<(u32, f64)>,
}

/// How many near terms a word is expanded to.
const NEAREST: usize = 10;

impl Snapshot {
    /// The terms that each word of an ask is related to, by text.
    pub(crate) fn expansions(
        &self,
        words: &[QueryTerm],
    ) -> Result<Vec<Arc<Vec<Expansion>>>, Error> {
        let words: Vec<TermForm> =
            words.iter().map(|word| TermForm::new(&word.text, &word.form)).collect();
        self.expansion_cache().each(&words, |missing| {
            let forms: Vec<&str> = missing.iter().map(TermForm::form).collect();
            let vectors = self.required_encoder()?.encode(&forms).map_err(encoding)?;
            let vectors: Vec<Quantised> = vectors.iter().map(Vector::quantise).collect();
            let segments = 0..self.segments().len();
            let segments: Vec<_> = segments
                .map(|segment| self.neighbours(segment, missing, &vectors))
                .collect::<Result<_, Error>>()?;
            let of_segments = |at: usize| {
                segments.iter().map(|words| &*words[at]).collect::<Vec<&SegmentExpansion>>()
            };
            missing
                .iter()
                .enumerate()
                .map(|(at, word)| self.expand(word, &of_segments(at)))
                .collect()
        })
    }

    /// What a segment has for each word.
    fn neighbours(
        &self,
        segment: usize,
        words: &[TermForm],
        vectors: &[Quantised],
    ) -> Result<Vec<Arc<SegmentExpansion>>, Error> {
        let (terms, own) = (self.terms(segment)?, self.vectors(segment)?);
        let place: HashMap<&TermForm, &Quantised> = words.iter().zip(vectors).collect();
        self.segments()[segment].neighbours().each(words, |missing| {
            let near = own.near(&missing.iter().map(|word| place[word]).collect::<Vec<_>>());
            Ok(missing
                .iter()
                .zip(near)
                .map(|(word, near)| SegmentExpansion { near, alike: terms.alike(word.term()) })
                .collect())
        })
    }

    /// The terms that a word is related to, from what each segment has.
    fn expand(
        &self,
        word: &TermForm,
        of_segments: &[&SegmentExpansion],
    ) -> Result<Vec<Expansion>, Error> {
        let mut weights: BTreeMap<&str, f64> = self
            .nearest(of_segments)?
            .into_iter()
            .map(|(text, cosine)| (text, cosine * cosine))
            .collect();
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
        Ok(expansions
            .map(|((text, weight), term)| Expansion { text: text.to_owned(), weight, term })
            .collect())
    }

    /// The nearest live terms over all segments, each by its nearest live form, those as near by
    /// text.
    fn nearest<'s>(
        &'s self,
        of_segments: &[&SegmentExpansion],
    ) -> Result<Vec<(&'s str, f64)>, Error> {
        let mut near = Vec::new();
        for (segment, neighbour) in of_segments.iter().enumerate() {
            let terms = self.terms(segment)?;
            near.extend(neighbour.near.iter().map(|(form, cosine)| {
                (*cosine, terms.text(terms.term_of(*form)), terms.form_text(*form), segment)
            }));
        }
        near.sort_unstable_by(|a, b| {
            b.0.total_cmp(&a.0).then_with(|| (a.1, a.2, a.3).cmp(&(b.1, b.2, b.3)))
        });
        let (mut nearest, mut taken) = (Vec::with_capacity(NEAREST), HashSet::new());
        for (cosine, text, form, segment) in near {
            if nearest.len() == NEAREST {
                break;
            }
            if !taken.contains(text)
                && self.segments()[segment]
                    .is_live(self.tokens_field(), &TermForm::new(text, form))?
            {
                taken.insert(text);
                nearest.push((text, cosine));
            }
        }
        Ok(nearest)
    }

    /// The terms with some texts; a text that no solution has is in no segment.
    pub(crate) fn live_terms<'t>(
        &self,
        texts: &(impl Iterator<Item = &'t str> + Clone),
    ) -> Result<Vec<TermInfo>, Error> {
        let mut found: Vec<TermInfo> = texts.clone().map(|_| TermInfo::default()).collect();
        for (segment, number) in self.segments().iter().zip(0..) {
            let terms = self.terms(number)?;
            for (live, term) in found.iter_mut().zip(terms.find_each(texts.clone())) {
                live.add(number, term, term.map_or(0, |term| segment.live_solutions(terms, term)));
            }
        }
        Ok(found)
    }
}
