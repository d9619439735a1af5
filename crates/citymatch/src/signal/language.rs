//! Whether a solution is written in the challenge's language: 1 or 0.

use std::sync::Arc;

use citymatch_encoder::Calibration;

use super::{BOUND_BLOCK, BOUND_BLOCKS, Collection, QuerySignal, SegmentScorer, Weight};
use crate::catalogue::Snapshot;
use crate::error::Error;
use crate::explain::{ExplainedDocument, Node};
use crate::ids::SegmentOrd;
use crate::index::OtherTerms;
use crate::text::Query;

/// The signal for a query. It has no data: the ranking loop tells each scorer whether a document is
/// written in the query's language.
pub(crate) struct SameLanguage;

impl QuerySignal for SameLanguage {
    type Scorer<'s> = SameLanguageScorer;

    const NEEDS_ENCODER: bool = false;
    const ZERO_WITHOUT_TERMS: bool = false;

    fn calibrated_weight(_: Option<&Calibration>) -> Weight {
        Weight::from(0.0)
    }

    fn prepare(_: Collection<'_>, _: &Arc<Query>) -> Result<Self, Error> {
        Ok(Self)
    }

    fn among(&self, _: &OtherTerms<'_>) -> Self {
        Self
    }

    fn scorer<'s>(
        _: Vec<&'s Self>,
        _: &'s Snapshot,
        _: SegmentOrd,
    ) -> Result<SameLanguageScorer, Error> {
        Ok(SameLanguageScorer)
    }

    fn explain(&self, document: &mut ExplainedDocument<'_>) -> Result<Node, Error> {
        Ok(Node::leaf("the challenge's language", one_if(document.same_language), []))
    }
}

/// The signal on its way through a segment.
pub(crate) struct SameLanguageScorer;

impl SegmentScorer for SameLanguageScorer {
    fn score_block(&mut self, _: usize) {}

    fn value(&self, _: usize, same_language: bool) -> f64 {
        one_if(same_language)
    }

    fn add_block_bounds(&self, weight: Weight, bounds: &mut [f64; BOUND_BLOCKS]) {
        add_to_all(bounds, weight.same);
    }

    fn add_document_bounds(&self, _: usize, weight: Weight, bounds: &mut [f64; BOUND_BLOCK]) {
        add_to_all(bounds, weight.same);
    }
}

/// The largest value is 1, and in another language it is 0: so the weight for the same language is
/// the upper bound.
fn add_to_all(bounds: &mut [f64], weight: f64) {
    for bound in bounds {
        *bound += weight;
    }
}

fn one_if(same_language: bool) -> f64 {
    f64::from(u8::from(same_language))
}
