//! Query expansion: which terms of a collection a word of a query stands for.
//!
//! A word is expanded to itself, to terms that are spelt alike (Dice coefficient of their sets of
//! character 3- and 4-grams, at least .5), and to the ten terms that are nearest in the encoder's
//! space (cosine at least .5). A term is as near as the nearest of its surface forms. Expanding
//! queries by word embeddings is described by Kuzi, Shtok and Kurland (CIKM 2016).
//!
//! Each segment is searched once for a word, among all its terms, and its answer is cached as long
//! as the segment is there. A snapshot takes what is alive of these answers, over all its segments:
//! so a commit costs the search in its own documents.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use citymatch_encoder::{Quantised, Vector};
use serde::{Deserialize, Serialize};

use super::term_info::TermInfo;
use crate::catalogue::Snapshot;
use crate::error::Error;
use crate::ids::{FormId, SegmentOrd, TermId};
use crate::index::encoding;
use crate::record::Kind;
use crate::text::TermForm;

/// How many words of queries a snapshot, or a segment, caches the expansions of.
pub(crate) const CACHED_WORDS: usize = 32_768;
/// How many near terms a word is expanded to.
const NEAREST: usize = 10;

/// A term of the collection that a word of the query stands for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Expansion {
    pub(crate) text: String,
    /// In (0, 1]: 1 for the word itself, else the larger of the Dice coefficient and the square of
    /// the cosine to the nearest of the term's forms.
    pub(crate) weight: f64,
    pub(crate) term: TermInfo,
}

/// The terms of one segment that a word may stand for, those of dead documents included.
pub(crate) struct SegmentExpansion {
    /// The forms that are near, with the cosine.
    nearest_forms: Vec<(FormId, f64)>,
    /// The terms that are spelt alike, with the Dice coefficient.
    similar_spelling: Vec<(TermId, f64)>,
}

/// The terms that a word may be expanded to: those of a snapshot, or of several together.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Candidates {
    /// The nearest live terms, by their nearest live forms: term, form and cosine.
    nearest: Vec<(String, String, f64)>,
    /// The terms that are spelt alike, dead ones included, with the Dice coefficient.
    similar: BTreeMap<String, f64>,
}

impl Candidates {
    /// The texts of the terms.
    pub(super) fn terms(&self) -> impl Iterator<Item = &str> {
        let nearest = self.nearest.iter().map(|(term, ..)| term.as_str());
        nearest.chain(self.similar.keys().map(String::as_str))
    }

    /// Adds those of another part of the collection.
    pub(super) fn add(&mut self, other: Self) {
        self.nearest.extend(other.nearest);
        self.similar.extend(other.similar);
    }

    /// Keeps the ten nearest terms, each by its nearest form. Those as near are ordered by text.
    pub(super) fn keep_nearest(&mut self) {
        self.nearest
            .sort_by(|a, b| b.2.total_cmp(&a.2).then_with(|| (&a.0, &a.1).cmp(&(&b.0, &b.1))));
        let mut taken = HashSet::new();
        self.nearest.retain(|(term, ..)| taken.insert(term.clone()));
        self.nearest.truncate(NEAREST);
    }

    /// What each term is worth as an expansion of a word, by text.
    pub(super) fn weights(&self, word: &TermForm) -> BTreeMap<String, f64> {
        let mut weights = self.similar.clone();
        for (term, _, cosine) in &self.nearest {
            let weight = weights.entry(term.clone()).or_default();
            *weight = weight.max(cosine * cosine);
        }
        weights.insert(word.term().to_owned(), 1.0);
        weights
    }
}

impl Expansion {
    /// The expansions among some terms, by text: those that a live document has.
    pub(super) fn live(weights: BTreeMap<String, f64>, infos: Vec<TermInfo>) -> Vec<Self> {
        let live = weights.into_iter().zip(infos).filter(|(_, info)| info.doc_freq > 0);
        live.map(|((text, weight), term)| Self { text, weight, term }).collect()
    }
}

/// The terms that each word is expanded to in a snapshot, by text.
pub(super) fn expansions(
    snapshot: &Snapshot,
    words: &[TermForm],
) -> Result<Vec<Arc<Vec<Expansion>>>, Error> {
    snapshot.expansion_cache().get_all(words, |missing| {
        let found = candidates(snapshot, missing)?;
        let expand = |(word, candidates): (&TermForm, Candidates)| {
            let weights = candidates.weights(word);
            let infos = live_terms(snapshot, &weights.keys().map(String::as_str))?;
            Ok(Expansion::live(weights, infos))
        };
        missing.iter().zip(found).map(expand).collect()
    })
}

/// The terms that each word may be expanded to in a snapshot.
pub(super) fn candidates(
    snapshot: &Snapshot,
    words: &[TermForm],
) -> Result<Vec<Candidates>, Error> {
    let forms: Vec<&str> = words.iter().map(TermForm::form).collect();
    let vectors = snapshot.required_encoder()?.encode(&forms).map_err(encoding)?;
    let vectors: Vec<Quantised> = vectors.iter().map(Vector::quantise).collect();
    let search = |segment| search_segment(snapshot, segment, words, &vectors);
    let segments = snapshot.ords().map(search).collect::<Result<Vec<_>, Error>>()?;
    let of_word = |place: usize| {
        let found: Vec<&SegmentExpansion> = segments.iter().map(|own| &*own[place]).collect();
        let mut similar = BTreeMap::new();
        for (own, segment) in found.iter().zip(snapshot.ords()) {
            let index = snapshot.inverted_index(segment)?;
            let texts = own.similar_spelling.iter().map(|(term, dice)| (index.term(*term), *dice));
            similar.extend(texts.map(|(text, dice)| (text.to_owned(), dice)));
        }
        Ok(Candidates { nearest: nearest_terms(snapshot, &found)?, similar })
    };
    (0..words.len()).map(of_word).collect()
}

/// What a segment has for each word.
fn search_segment(
    snapshot: &Snapshot,
    segment: SegmentOrd,
    words: &[TermForm],
    vectors: &[Quantised],
) -> Result<Vec<Arc<SegmentExpansion>>, Error> {
    let (index, own) = (snapshot.inverted_index(segment)?, snapshot.vectors(segment)?);
    let vector_of: HashMap<&TermForm, &Quantised> = words.iter().zip(vectors).collect();
    snapshot.segment(segment).expansions().get_all(words, |missing| {
        let vectors: Vec<&Quantised> = missing.iter().map(|word| vector_of[word]).collect();
        let found = missing.iter().zip(own.nearest_forms(&vectors));
        let expansion = |(word, nearest_forms): (&TermForm, _)| {
            let similar_spelling = index.similar_spelling(word.term());
            SegmentExpansion { nearest_forms, similar_spelling }
        };
        Ok(found.map(expansion).collect())
    })
}

/// The nearest live terms over all segments, each by its nearest live form. Those as near are
/// ordered by text.
fn nearest_terms(
    snapshot: &Snapshot,
    segments: &[&SegmentExpansion],
) -> Result<Vec<(String, String, f64)>, Error> {
    let mut found = Vec::new();
    for (own, segment) in segments.iter().zip(snapshot.ords()) {
        let index = snapshot.inverted_index(segment)?;
        for (form, cosine) in &own.nearest_forms {
            let term = index.term(index.term_of(*form));
            found.push((*cosine, term, index.form(*form), segment, *form));
        }
    }
    found.sort_unstable_by(|a, b| {
        b.0.total_cmp(&a.0).then_with(|| (a.1, a.2, a.3).cmp(&(b.1, b.2, b.3)))
    });
    let (mut nearest, mut taken) = (Vec::with_capacity(NEAREST), HashSet::new());
    for (cosine, term, text, segment, form) in found {
        if nearest.len() == NEAREST {
            break;
        }
        let index = snapshot.inverted_index(segment)?;
        let is_live = || snapshot.segment(segment).is_live_form(index, form, Kind::Solution);
        if !taken.contains(term) && is_live() {
            taken.insert(term);
            nearest.push((term.to_owned(), text.to_owned(), cosine));
        }
    }
    Ok(nearest)
}

/// What a snapshot knows of the terms with some texts.
pub(super) fn live_terms<'t>(
    snapshot: &Snapshot,
    texts: &(impl Iterator<Item = &'t str> + Clone),
) -> Result<Vec<TermInfo>, Error> {
    let mut found: Vec<TermInfo> = texts.clone().map(|_| TermInfo::default()).collect();
    for ord in snapshot.ords() {
        let (segment, index) = (snapshot.segment(ord), snapshot.inverted_index(ord)?);
        for (info, term) in found.iter_mut().zip(index.find_each(texts.clone())) {
            let doc_freq = |term| segment.doc_freq(index, term, Kind::Solution);
            info.push(term, term.map_or(0, doc_freq));
        }
    }
    Ok(found)
}
