//! How much a challenge and a solution are about the same subjects of cities.
//!
//! subject = breadth of the query · shared subjects
//!
//! `subject/profile.rs` defines the shared subjects, from 0 to 1, and [`Query::breadth`] the breadth:
//! 0 for a question of a dozen words, where the signal counts nothing, and 1 for a challenge of some
//! fifty.

use std::ops::Range;

use citymatch_encoder::{Calibration, cosine};

use super::dense::DenseValues;
use super::{BOUND_BLOCK, BOUND_BLOCKS, Collection, QuerySignal, SegmentScorer, Weight, meaning};
use crate::catalogue::Snapshot;
use crate::error::Error;
use crate::explain::{Evidence, ExplainedDocument, Node, Operation};
use crate::ids::SegmentOrd;
use crate::index::TextVectors;
use crate::progress::Progress;
use crate::record::Language;
use crate::subject::{Profile, Subjects};
use crate::text::Query;

/// What a query is about.
pub(crate) struct Subject<'q> {
    profile: Profile,
    breadth: f64,
    subjects: &'q Subjects,
    language: Option<Language>,
}

impl<'q> QuerySignal<'q> for Subject<'q> {
    type Scorer<'s>
        = SubjectScorer<'s>
    where
        Self: 's;

    const NEEDS_ENCODER: bool = true;
    /// Two texts may be about the same without a word in common.
    const ZERO_WITHOUT_TERMS: bool = false;

    fn calibrated_weight(calibration: Option<&Calibration>) -> Weight {
        Weight::from(calibration.map_or(0.0, |own| own.subject_weight))
    }

    fn prepare(collection: Collection<'q>, query: &'q Query) -> Result<Self, Error> {
        let encoding = collection.snapshot().required_encoding()?;
        let whole = meaning::whole_text(query, &*encoding.encoder)?;
        let mut profiles = encoding.profiles(&[&whole])?;
        Ok(Self {
            profile: profiles.swap_remove(0),
            breadth: query.breadth(),
            subjects: &encoding.subjects,
            language: query.language,
        })
    }

    fn scorer<'s>(
        queries: Vec<&'s Self>,
        snapshot: &'s Snapshot,
        segment: SegmentOrd,
    ) -> Result<SubjectScorer<'s>, Error> {
        let vectors = &snapshot.vectors(segment)?.texts;
        let values = DenseValues::new(queries.len());
        let queries = queries.iter().map(|own| (&own.profile, own.breadth)).collect();
        Ok(SubjectScorer { queries, vectors, values })
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
        // One product, as ranking computes it: the sum of the shares differs in the last digits.
        let product = products.iter().sum();
        let shared = cosine(product, self.profile.scale, own.scale);
        let shared = Node::over("shared subjects", shared, Operation::Sum, children);
        let value = self.breadth * shared.value;
        let parts = vec![Node::leaf("breadth of the ask", self.breadth, []), shared];
        Ok(Node::over("subjects of both", value, Operation::Product, parts))
    }
}

/// The profiles of a batch of queries on their way through a segment.
pub(crate) struct SubjectScorer<'s> {
    /// The profile of each query, and its breadth.
    queries: Vec<(&'s Profile, f64)>,
    vectors: &'s TextVectors,
    values: DenseValues,
}

impl SegmentScorer for SubjectScorer<'_> {
    fn begin_block(&mut self, documents: Range<usize>, _: &Progress) -> Result<(), Error> {
        let profiles: Vec<&Profile> = self.queries.iter().map(|(profile, _)| *profile).collect();
        self.vectors.shared_subjects(&profiles, documents, self.values.by_query());
        for ((_, breadth), values) in self.queries.iter().zip(self.values.by_query()) {
            for value in values {
                *value *= breadth;
            }
        }
        Ok(())
    }

    fn score_block(&mut self, query: usize) {
        self.values.select(query);
    }

    #[inline]
    fn value(&self, place: usize, _: bool) -> f64 {
        self.values.value(place)
    }

    fn add_block_bounds(&self, weight: Weight, bounds: &mut [f64; BOUND_BLOCKS]) {
        self.values.add_block_bounds(weight, bounds);
    }

    fn add_document_bounds(&self, first: usize, weight: Weight, bounds: &mut [f64; BOUND_BLOCK]) {
        self.values.add_document_bounds(first, weight, bounds);
    }
}
