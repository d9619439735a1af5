//! The signals: the ways in which a solution can fit a challenge, one file each.
//!
//! A signal gives every document a number. It is written as two types. The [`QuerySignal`] is the
//! signal made ready for one query: its terms, its vectors, and the constants of its formula. Its
//! [`SegmentScorer`] takes a batch of such queries through one segment, block by block. Ranking
//! (`rank/`) knows no signal by name: it asks each scorer for values and for upper bounds.
//!
//! To add a signal, write a file with these two types and add a row to the table below.

mod accumulate;
pub(crate) mod bm25;
mod by_facts;
mod collection;
mod dense;
mod expansion;
mod goals;
mod language;
mod maturity;
mod meaning;
mod place;
mod proximity;
mod query_signals;
mod related;
mod subject;
mod themes;
mod weights;
mod words;

use std::ops::Range;
use std::sync::Arc;

use citymatch_encoder::Calibration;

pub(crate) use collection::Collection;
pub use collection::CollectionStats;
pub(crate) use meaning::Meaning;
pub(crate) use query_signals::{
    BatchScorer, BoundBlock, QueryBatch, QuerySignals, SignalValues, Thresholds,
};
pub use weights::{Weight, Weights};

use crate::catalogue::Snapshot;
use crate::error::Error;
use crate::explain::{ExplainedDocument, Node};
use crate::ids::SegmentOrd;
use crate::index::OtherTerms;
use crate::progress::Progress;
use crate::record::field::named_enum;
use crate::text::Query;

/// How many documents a scorer scores before the next ones: one `f32` for each takes 32 KiB, which
/// fit the first-level cache. A chunk of posting lists is a whole number of blocks.
pub(crate) const BLOCK: usize = 1 << 13;

/// How many documents of a block share an upper bound, and are skipped together where it is low.
pub(crate) const BOUND_BLOCK: usize = 64;

/// How many upper bounds a block has.
pub(crate) const BOUND_BLOCKS: usize = BLOCK / BOUND_BLOCK;

/// A bit for each document of a block that may be among the best, in groups of 64.
pub(crate) type CandidateBits = [u64; BOUND_BLOCKS];

/// A signal made ready for one query.
pub(crate) trait QuerySignal: Sized {
    /// The type that takes a batch of queries through a segment.
    type Scorer<'s>: SegmentScorer
    where
        Self: 's;

    /// Whether the signal needs vectors, and so the catalogue's encoder.
    const NEEDS_ENCODER: bool;

    /// Whether a document that shares no term with the query has the value 0, and no document has
    /// less. If this holds for all signals that count, such documents need not be scored.
    const ZERO_WITHOUT_TERMS: bool;

    /// Its default weight. `calibration` is that of the encoder, `None` if none is available.
    fn calibrated_weight(calibration: Option<&Calibration>) -> Weight;

    /// Makes the signal ready for a query among the documents of a collection.
    fn prepare(collection: Collection<'_>, query: &Arc<Query>) -> Result<Self, Error>;

    /// The same, with the statistics of that collection, among documents that are not in it: with
    /// only those terms that these have, under the numbers that they have there.
    fn among(&self, terms: &OtherTerms<'_>) -> Self;

    /// A scorer for some queries in one segment of the snapshot that they are made ready for.
    fn scorer<'s>(
        queries: Vec<&'s Self>,
        snapshot: &'s Snapshot,
        segment: SegmentOrd,
    ) -> Result<Self::Scorer<'s>, Error>;

    /// The value of one document as a tree that adds up to it, with the evidence in its texts.
    fn explain(&self, document: &mut ExplainedDocument<'_>) -> Result<Node, Error>;
}

/// A signal on its way through a segment, for a batch of queries.
///
/// For each block, in order, the caller begins the block, and then scores it for one query after
/// the other. Values and bounds are those of the query that was scored last.
///
/// A signal may defer a part of its values that takes long, to compute it for few documents. It
/// counts 0 first, then as much as it may be, and at last what it is for the candidates.
pub(crate) trait SegmentScorer {
    /// Does the work that all queries of the batch share. `documents` are those of the block, the
    /// first of which may be any block of the segment.
    fn begin_block(&mut self, documents: Range<usize>, progress: &Progress) -> Result<(), Error> {
        let (_, _) = (documents, progress);
        Ok(())
    }

    /// Computes the values of the block's documents for one query, by its place in the batch. What
    /// is deferred counts 0: then values, and what is said to be their bounds, are lower bounds.
    fn score_block(&mut self, query: usize);

    /// Whether a part of the values is deferred.
    fn defers(&self) -> bool {
        false
    }

    /// Puts an upper bound in the place of what is deferred.
    fn bound_deferred(&mut self, query: usize) {
        let _ = query;
    }

    /// Computes what is deferred for some of the block's documents. For the others it counts 0 again:
    /// with its upper bound they were below every threshold, and so they are now.
    fn score_deferred(&mut self, query: usize, candidates: &CandidateBits) {
        let (_, _) = (query, candidates);
    }

    /// The value of a document, by its place in the block. `same_language` tells whether it is
    /// written in the query's language.
    fn value(&self, place: usize, same_language: bool) -> f64;

    /// Adds to each bound an upper bound of the weighted values of its 64 documents, whatever their
    /// language: of the two weights of `weight` the one that gives more. Rounding is monotone, so
    /// the sums of such bounds are upper bounds of the sums of values in floating point too.
    fn add_block_bounds(&self, weight: Weight, bounds: &mut [f64; BOUND_BLOCKS]);

    /// The same for each of the 64 documents from the place `first` on. Bounds after the last
    /// document of the segment have no meaning.
    fn add_document_bounds(&self, first: usize, weight: Weight, bounds: &mut [f64; BOUND_BLOCK]);
}

/// The table of signals, in the order in which their weighted values are added up.
macro_rules! signals {
    ($($(#[$doc:meta])* $Signal:ident = $name:literal, $Prepared:ty, $Scorer:ty;)*) => {
        named_enum! {
            /// A way in which a solution can fit a challenge: a number for every solution, and the
            /// evidence for it.
            ///
            /// # Examples
            /// ```
            /// use citymatch::Signal;
            /// assert_eq!("words".parse(), Ok(Signal::Words));
            /// assert!("wrods".parse::<Signal>().unwrap_err().to_string().contains("`words`"));
            /// ```
            Signal { $($(#[$doc])* $Signal = $name,)* }
        }

        /// A signal made ready for one query.
        pub(crate) enum AnySignal { $($Signal($Prepared)),* }

        /// A signal's scorer.
        pub(crate) enum AnyScorer<'s> { $($Signal($Scorer)),* }

        impl AnySignal {
            fn needs_encoder(signal: Signal) -> bool {
                match signal {
                    $(Signal::$Signal => <$Prepared as QuerySignal>::NEEDS_ENCODER),*
                }
            }

            fn is_zero_without_terms(signal: Signal) -> bool {
                match signal {
                    $(Signal::$Signal => <$Prepared as QuerySignal>::ZERO_WITHOUT_TERMS),*
                }
            }

            fn calibrated_weight(signal: Signal, own: Option<&Calibration>) -> Weight {
                match signal {
                    $(Signal::$Signal => <$Prepared as QuerySignal>::calibrated_weight(own)),*
                }
            }

            fn prepare(
                signal: Signal,
                collection: Collection<'_>,
                query: &Arc<Query>,
            ) -> Result<Self, Error> {
                match signal {
                    $(Signal::$Signal => {
                        <$Prepared>::prepare(collection, query).map(Self::$Signal)
                    })*
                }
            }

            fn among(&self, terms: &OtherTerms<'_>) -> Self {
                match self { $(Self::$Signal(own) => Self::$Signal(own.among(terms))),* }
            }

            /// Which signal it is.
            pub(crate) fn signal(&self) -> Signal {
                match self { $(Self::$Signal(_) => Signal::$Signal),* }
            }

            pub(crate) fn explain(
                &self,
                document: &mut ExplainedDocument<'_>,
            ) -> Result<Node, Error> {
                match self { $(Self::$Signal(own) => own.explain(document)),* }
            }
        }

        impl<'s> AnyScorer<'s> {
            /// The scorer of one signal for some queries.
            fn new(
                signal: Signal,
                queries: impl Iterator<Item = &'s AnySignal>,
                snapshot: &'s Snapshot,
                segment: SegmentOrd,
            ) -> Result<Self, Error> {
                match signal {
                    $(Signal::$Signal => {
                        let own = |any| match any {
                            &AnySignal::$Signal(ref own) => Some(own),
                            _ => None,
                        };
                        let queries = queries.filter_map(own).collect();
                        <$Prepared>::scorer(queries, snapshot, segment).map(Self::$Signal)
                    })*
                }
            }
        }

        impl SegmentScorer for AnyScorer<'_> {
            fn begin_block(
                &mut self,
                documents: Range<usize>,
                progress: &Progress,
            ) -> Result<(), Error> {
                match self { $(Self::$Signal(own) => own.begin_block(documents, progress)),* }
            }

            fn score_block(&mut self, query: usize) {
                match self { $(Self::$Signal(own) => own.score_block(query)),* }
            }

            fn defers(&self) -> bool {
                match self { $(Self::$Signal(own) => own.defers()),* }
            }

            fn bound_deferred(&mut self, query: usize) {
                match self { $(Self::$Signal(own) => own.bound_deferred(query)),* }
            }

            fn score_deferred(&mut self, query: usize, candidates: &CandidateBits) {
                match self { $(Self::$Signal(own) => own.score_deferred(query, candidates)),* }
            }

            #[inline]
            fn value(&self, place: usize, same_language: bool) -> f64 {
                match self { $(Self::$Signal(own) => own.value(place, same_language)),* }
            }

            fn add_block_bounds(&self, weight: Weight, bounds: &mut [f64; BOUND_BLOCKS]) {
                match self { $(Self::$Signal(own) => own.add_block_bounds(weight, bounds)),* }
            }

            fn add_document_bounds(
                &self,
                first: usize,
                weight: Weight,
                bounds: &mut [f64; BOUND_BLOCK],
            ) {
                match self {
                    $(Self::$Signal(own) => own.add_document_bounds(first, weight, bounds)),*
                }
            }
        }
    };
}

impl Signal {
    /// Whether it needs the catalogue's encoder.
    pub(crate) fn needs_encoder(self) -> bool {
        AnySignal::needs_encoder(self)
    }

    /// Whether it is evidence that something answers: it compares what the texts say. The signals
    /// that are not come last.
    fn is_evidence(self) -> bool {
        matches!(self, Self::Words | Self::Related | Self::Meaning | Self::Language)
    }

    /// Whether a document without a term of the query has the value 0, and no document has less.
    fn is_zero_without_terms(self) -> bool {
        AnySignal::is_zero_without_terms(self)
    }

    /// Its default weight. `calibration` is that of the encoder, `None` if none is available.
    fn calibrated_weight(self, calibration: Option<&Calibration>) -> Weight {
        AnySignal::calibrated_weight(self, calibration)
    }
}

signals! {
    /// The share of the challenge's words that a solution has: BM25F in its simple form.
    Words = "words", words::Words, words::WordsScorer<'s>;
    /// Like `words`, after expanding each word with cognates (character n-grams) and with its
    /// nearest terms in the encoder's space.
    Related = "related", related::Related, related::RelatedScorer<'s>;
    /// How close its sentences and its whole text are to those of the challenge, by the cosines of
    /// their vectors.
    Meaning = "meaning", meaning::Meaning, meaning::MeaningScorer<'s>;
    /// 1 if it is written in the challenge's language, else 0. Its default weight is 0.
    Language = "language", language::SameLanguage, language::SameLanguageScorer;
    /// How much it is about the same subjects of cities, as housing or floods, if the challenge is
    /// long: 0 to 1.
    Subject = "subject", subject::Subject, subject::SubjectScorer<'s>;
    /// The share of the challenge's themes that it has, in any language: 0 to 1. Its default weight
    /// is 0, as is that of the following ones: a call's criteria name them.
    Themes = "themes", by_facts::ByFacts<themes::Themes>, by_facts::FactsScorer<'s, themes::Themes>;
    /// The share of the challenge's Sustainable Development Goals that it serves: 0 to 1.
    Goals = "goals", by_facts::ByFacts<goals::Goals>, by_facts::FactsScorer<'s, goals::Goals>;
    /// How near it is to the challenge's city: 0 to 1.
    Place = "place", by_facts::ByFacts<place::Place>, by_facts::FactsScorer<'s, place::Place>;
    /// How far it has come, and how its deployments went: 0 to 1.
    Maturity = "maturity", by_facts::ByFacts<maturity::Maturity>, by_facts::FactsScorer<'s, maturity::Maturity>;
}
