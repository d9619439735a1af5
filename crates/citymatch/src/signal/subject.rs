//! How much a challenge and a solution are about the same subjects of cities.
//!
//! subject = breadth of the query · shared subjects
//!
//! `subject/profile.rs` defines the shared subjects, from 0 to 1, and [`Query::breadth`] the breadth:
//! 0 for a question of a dozen words, where the signal counts nothing, and 1 for a challenge of some
//! fifty.

use std::ops::Range;
use std::sync::Arc;

use citymatch_encoder::Calibration;

use super::bm25::narrow;
use super::{
    BOUND_BLOCK, BOUND_BLOCKS, Collection, QuerySignal, SegmentScorer, Weight, accumulate, meaning,
};
use crate::catalogue::Snapshot;
use crate::error::Error;
use crate::explain::{Evidence, ExplainedDocument, Node, Operation};
use crate::ids::SegmentOrd;
use crate::index::{OtherTerms, TextVectors, shared_subjects};
use crate::kernel;
use crate::progress::Progress;
use crate::record::Language;
use crate::subject::{Profile, Subjects};
use crate::text::Query;

/// What a query is about.
#[derive(Clone)]
pub(crate) struct Subject {
    profile: Profile,
    breadth: f64,
    subjects: Arc<Subjects>,
    language: Option<Language>,
}

impl Subject {
    /// What the product of a document's profile with that of the query is multiplied by, beside the
    /// document's scale.
    fn factor(&self) -> f32 {
        self.profile.scale * narrow(self.breadth)
    }
}

impl QuerySignal for Subject {
    type Scorer<'s> = SubjectScorer<'s>;

    const NEEDS_ENCODER: bool = true;
    /// Two texts may be about the same without a word in common.
    const ZERO_WITHOUT_TERMS: bool = false;

    fn calibrated_weight(calibration: Option<&Calibration>) -> Weight {
        Weight::from(calibration.map_or(0.0, |own| own.subject_weight))
    }

    fn prepare(collection: Collection<'_>, query: &Arc<Query>) -> Result<Self, Error> {
        let encoding = collection.snapshot().required_encoding()?;
        let whole = meaning::whole_text(query, &*encoding.encoder)?;
        let mut profiles = encoding.profiles(&[&whole])?;
        Ok(Self {
            profile: profiles.swap_remove(0),
            breadth: query.breadth(),
            subjects: Arc::clone(&encoding.subjects),
            language: query.language,
        })
    }

    fn among(&self, _: &OtherTerms<'_>) -> Self {
        self.clone()
    }

    fn scorer<'s>(
        queries: Vec<&'s Self>,
        snapshot: &'s Snapshot,
        segment: SegmentOrd,
    ) -> Result<SubjectScorer<'s>, Error> {
        Ok(SubjectScorer::new(&queries, &snapshot.vectors(segment)?.texts))
    }

    /// The subjects that both texts are about, most first, each with what it adds.
    fn explain(&self, document: &mut ExplainedDocument<'_>) -> Result<Node, Error> {
        if self.breadth <= 0.0 {
            return Ok(Node::leaf("subjects of both", 0.0, []));
        }
        let address = document.address;
        let own = document.snapshot.vectors(address.segment)?.texts.profile(address.doc);
        let scale = f64::from(self.profile.scale) * f64::from(own.scale);
        let mut children = Vec::new();
        let both = self.profile.values.iter().zip(&own.values);
        let products: Vec<i32> =
            both.map(|(ask, solution)| i32::from(*ask) * i32::from(*solution)).collect();
        for (place, product) in products.iter().copied().enumerate() {
            if product > 0 {
                let name = self.subjects.name_in(place, self.language);
                let mut node = Node::leaf(name, f64::from(product) * scale, []);
                node.evidence = Some(Evidence::Subject { subject: name.to_owned() });
                children.push(node);
            }
        }
        children.sort_by(|a, b| b.value.total_cmp(&a.value));
        let shared = children.iter().map(|child| child.value).sum();
        let shared = Node::over("shared subjects", shared, Operation::Sum, children);
        // As ranking computes it: the sum of the shares differs in the last digits.
        let value = f64::from(shared_subjects(products.iter().sum(), own.scale, self.factor()));
        let parts = vec![Node::leaf("breadth of the ask", self.breadth, []), shared];
        Ok(Node::over("subjects of both", value, Operation::Product, parts))
    }
}

/// The profiles of a batch of queries on their way through a segment.
pub(crate) struct SubjectScorer<'s> {
    /// The profiles of the queries that are broad at all, each with its factor.
    broad: Vec<(&'s Profile, f32)>,
    /// The place of each query among those.
    places: Vec<Option<usize>>,
    vectors: &'s TextVectors,
    /// The values of the documents of the block, for each broad query.
    values: Vec<Vec<f32>>,
    /// The place of the query that was scored last; none if it is not broad, and all values are 0.
    current: Option<usize>,
}

impl<'s> SubjectScorer<'s> {
    fn new(queries: &[&'s Subject], vectors: &'s TextVectors) -> Self {
        let (mut broad, mut places) = (Vec::new(), Vec::new());
        for query in queries {
            let is_broad = query.breadth > 0.0;
            places.push(is_broad.then_some(broad.len()));
            broad.extend(is_broad.then_some((&query.profile, query.factor())));
        }
        let values = vec![Vec::new(); broad.len()];
        Self { broad, places, vectors, values, current: None }
    }

    /// The values of the query that was scored last.
    fn values(&self) -> Option<&[f32]> {
        self.current.map(|current| self.values[current].as_slice())
    }
}

impl SegmentScorer for SubjectScorer<'_> {
    fn begin_block(&mut self, documents: Range<usize>, _: &Progress) -> Result<(), Error> {
        for values in &mut self.values {
            accumulate::cleared(values);
        }
        self.vectors.shared_subjects(&self.broad, documents, &mut self.values);
        Ok(())
    }

    fn score_block(&mut self, query: usize) {
        self.current = self.places[query];
    }

    #[inline]
    fn value(&self, place: usize, _: bool) -> f64 {
        self.values().map_or(0.0, |values| f64::from(values[place]))
    }

    fn add_block_bounds(&self, weight: Weight, bounds: &mut [f64; BOUND_BLOCKS]) {
        let Some(values) = self.values() else { return };
        let mut maxima = [0.0; BOUND_BLOCKS];
        kernel::max_per_group(values.as_chunks().0, &mut maxima);
        for (bound, maximum) in bounds.iter_mut().zip(maxima) {
            *bound += weight.max() * f64::from(maximum);
        }
    }

    fn add_document_bounds(&self, first: usize, weight: Weight, bounds: &mut [f64; BOUND_BLOCK]) {
        let Some(values) = self.values() else { return };
        kernel::add_weighted(accumulate::group(values, first), weight.max(), bounds);
    }
}
