//! Query expansion: the terms of a collection that a word of a query is replaced by.
//!
//! A word is expanded to itself, to its other spellings (terms with a surface form that equals it
//! but for accents: `niños` for `ninos`), to terms with a similar spelling (Dice coefficient of their sets of
//! character 3- and 4-grams at least 0.5), and to the ten terms that are nearest in the encoder's
//! space (cosine at least 0.5). A term has a vector for each of its surface forms, and its nearest
//! one counts. Expanding queries by word embeddings is described by Kuzi, Shtok and
//! Kurland (CIKM 2016).
//!
//! Each segment is searched once for a word, among all its terms, those of dead documents included,
//! and the result is cached as long as the segment exists. A snapshot combines the results of its
//! segments and drops the terms that no live document has. So after a commit only the new segment
//! has to be searched.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use citymatch_encoder::{Quantised, Vector};
use serde::{Deserialize, Serialize};

use super::bm25;
use crate::catalogue::Snapshot;
use crate::encoding::failed;
use crate::engine::Copies;
use crate::error::Error;
use crate::ids::SegmentOrd;
use crate::index::{Expansion, SegmentExpansion, TermInfo};
use crate::record::Kind;
use crate::text::TermForm;

/// How many of the nearest terms a word is expanded to.
const NEAREST: usize = 10;
/// The weight of another spelling of a word: so near that a word typed without its accents finds
/// what it means, and below 1, because `ano` is not `año`.
pub(super) const OTHER_SPELLING: f64 = 0.95;

/// The terms that a word may be expanded to, of one snapshot or of several.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Candidates {
    /// The nearest live terms, by their nearest live forms: term, form and cosine.
    nearest: Vec<(String, String, f64)>,
    /// The word's other spellings.
    spellings: BTreeSet<String>,
    /// The terms with a similar spelling, dead ones included, with their Dice coefficients.
    similar: BTreeMap<String, f64>,
}

impl Candidates {
    /// The texts of the terms.
    pub(super) fn terms(&self) -> impl Iterator<Item = &str> {
        let nearest = self.nearest.iter().map(|(term, ..)| term.as_str());
        let similar = self.similar.keys().map(String::as_str);
        nearest.chain(self.spellings()).chain(similar)
    }

    /// The word's other spellings, in the order of their texts.
    pub(super) fn spellings(&self) -> impl Iterator<Item = &str> {
        self.spellings.iter().map(String::as_str)
    }

    /// What the word is expanded to in a collection of so many documents, given the numbers and the
    /// document frequencies of the terms of its [`weights`](Self::weights).
    pub(super) fn expansions(
        &self,
        word: &TermForm,
        weights: BTreeMap<String, f64>,
        infos: Vec<TermInfo>,
        documents: u64,
    ) -> Vec<Expansion> {
        let is_spelling = |text: &str| text == word.term() || self.spellings.contains(text);
        Expansion::live(weights, infos, is_spelling, |doc_freq| bm25::idf(documents, doc_freq))
    }

    /// Adds the candidates of another part of the collection.
    pub(super) fn add(&mut self, other: Self) {
        self.nearest.extend(other.nearest);
        self.spellings.extend(other.spellings);
        self.similar.extend(other.similar);
    }

    /// Keeps the ten nearest terms, each with its nearest form. Equal cosines are ordered by text.
    pub(super) fn keep_nearest(&mut self) {
        self.nearest
            .sort_by(|a, b| b.2.total_cmp(&a.2).then_with(|| (&a.0, &a.1).cmp(&(&b.0, &b.1))));
        let mut seen = HashSet::new();
        self.nearest.retain(|(term, ..)| seen.insert(term.clone()));
        self.nearest.truncate(NEAREST);
    }

    /// The weight of each term as an expansion of a word, by the term's text.
    pub(super) fn weights(&self, word: &TermForm) -> BTreeMap<String, f64> {
        let mut weights = self.similar.clone();
        for (term, _, cosine) in &self.nearest {
            let weight = weights.entry(term.clone()).or_default();
            *weight = weight.max(cosine * cosine);
        }
        for term in &self.spellings {
            let weight = weights.entry(term.clone()).or_default();
            *weight = weight.max(OTHER_SPELLING);
        }
        weights.insert(word.term().to_owned(), 1.0);
        weights
    }
}

/// The terms that each word is expanded to among the documents of a kind in a snapshot, in the order
/// of their texts. `documents` is how many count.
pub(super) fn expansions(
    snapshot: &Snapshot,
    kind: Kind,
    documents: u64,
    words: &[TermForm],
) -> Result<Vec<Arc<Vec<Expansion>>>, Error> {
    snapshot.expansion_cache(kind).get_all(words, |missing| {
        let found = candidates(snapshot, kind, missing)?;
        let expand = |(word, candidates): (&TermForm, Candidates)| {
            let weights = candidates.weights(word);
            let texts = weights.keys().map(String::as_str);
            let infos = live_terms(snapshot, kind, snapshot.copies(kind)?, &texts)?;
            Ok(candidates.expansions(word, weights, infos, documents))
        };
        missing.iter().zip(found).map(expand).collect()
    })
}

/// The other spellings of a word in a snapshot, in the order of their texts: the terms with a live
/// surface form that differs from the word in accents, and in nothing else.
pub(super) fn spellings(
    snapshot: &Snapshot,
    kind: Kind,
    term: &str,
    form: &str,
) -> Result<Vec<String>, Error> {
    let mut found: Vec<String> = Vec::new();
    for ord in snapshot.ords() {
        let (segment, index) = (snapshot.segment(ord), snapshot.inverted_index(ord)?);
        for other in index.other_accents(form) {
            let text = index.term(index.term_of(other));
            if text != term && segment.is_live_form(index, other, kind) {
                found.push(text.to_owned());
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// The terms that each word may be expanded to in a snapshot.
pub(super) fn candidates(
    snapshot: &Snapshot,
    kind: Kind,
    words: &[TermForm],
) -> Result<Vec<Candidates>, Error> {
    let forms: Vec<&str> = words.iter().map(TermForm::form).collect();
    let vectors = snapshot.required_encoding()?.encoder.encode(&forms).map_err(failed)?;
    let vectors: Vec<Quantised> = vectors.iter().map(Vector::quantise).collect();
    let search = |segment| search_segment(snapshot, segment, words, &vectors);
    let segments = snapshot.ords().map(search).collect::<Result<Vec<_>, Error>>()?;
    let candidates_of = |place: usize| {
        let found: Vec<&SegmentExpansion> = segments.iter().map(|own| &*own[place]).collect();
        let mut similar = BTreeMap::new();
        for (own, segment) in found.iter().zip(snapshot.ords()) {
            let index = snapshot.inverted_index(segment)?;
            let texts = own.similar_spelling.iter().map(|(term, dice)| (index.term(*term), *dice));
            similar.extend(texts.map(|(text, dice)| (text.to_owned(), dice)));
        }
        let word = &words[place];
        let spellings = spellings(snapshot, kind, word.term(), word.form())?.into_iter().collect();
        Ok(Candidates { nearest: nearest_terms(snapshot, kind, &found)?, spellings, similar })
    };
    (0..words.len()).map(candidates_of).collect()
}

/// The expansions of each word in one segment, cached or computed.
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

/// The nearest live terms over all segments, each with its nearest live form. Equal cosines are
/// ordered by text.
fn nearest_terms(
    snapshot: &Snapshot,
    kind: Kind,
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
    let (mut nearest, mut seen) = (Vec::with_capacity(NEAREST), HashSet::new());
    for (cosine, term, text, segment, form) in found {
        if nearest.len() == NEAREST {
            break;
        }
        let index = snapshot.inverted_index(segment)?;
        let is_live = || snapshot.segment(segment).is_live_form(index, form, kind);
        if !seen.contains(term) && is_live() {
            seen.insert(term);
            nearest.push((term.to_owned(), text.to_owned(), cosine));
        }
    }
    Ok(nearest)
}

/// The numbers and document frequencies, in a snapshot, of the terms with these texts. `copies` are
/// the documents of each segment that do not count.
pub(super) fn live_terms<'t>(
    snapshot: &Snapshot,
    kind: Kind,
    copies: &[Copies],
    texts: &(impl Iterator<Item = &'t str> + Clone),
) -> Result<Vec<TermInfo>, Error> {
    let mut found: Vec<TermInfo> = texts.clone().map(TermInfo::new).collect();
    for (ord, copies) in snapshot.ords().zip(copies) {
        let (segment, index) = (snapshot.segment(ord), snapshot.inverted_index(ord)?);
        let terms = index.find_each(texts.clone().zip(found.iter().map(TermInfo::hash)));
        for (info, term) in found.iter_mut().zip(terms) {
            let doc_freq = |term| segment.doc_freq(index, term, kind, copies);
            info.push(term, term.map_or(0, doc_freq));
        }
    }
    Ok(found)
}
