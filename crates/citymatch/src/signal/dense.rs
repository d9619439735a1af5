//! The values of a signal that every document has: of a batch of queries in a block.

use super::{BOUND_BLOCK, BOUND_BLOCKS, Weight};
use crate::kernel;

/// The values of the documents of a block, by query. They may be below 0.
pub(super) struct DenseValues {
    by_query: Vec<Vec<f64>>,
    /// The query that was scored last.
    current: usize,
}

impl DenseValues {
    pub(super) fn new(queries: usize) -> Self {
        Self { by_query: vec![Vec::new(); queries], current: 0 }
    }

    /// The values by query and then by place, to be filled when a block begins.
    pub(super) fn by_query(&mut self) -> &mut [Vec<f64>] {
        &mut self.by_query
    }

    pub(super) fn select(&mut self, query: usize) {
        self.current = query;
    }

    #[inline]
    pub(super) fn value(&self, place: usize) -> f64 {
        self.by_query[self.current][place]
    }

    pub(super) fn add_block_bounds(&self, weight: Weight, bounds: &mut [f64; BOUND_BLOCKS]) {
        let mut largest = [f64::NEG_INFINITY; BOUND_BLOCKS];
        kernel::max_signed_per_group(&self.by_query[self.current], &mut largest);
        for (bound, largest) in bounds.iter_mut().zip(largest) {
            // A negative value is larger with the smaller weight, so take the larger product.
            *bound += f64::max(weight.same * largest, weight.other * largest);
        }
    }

    pub(super) fn add_document_bounds(
        &self,
        first: usize,
        weight: Weight,
        bounds: &mut [f64; BOUND_BLOCK],
    ) {
        let values = &self.by_query[self.current][first..];
        let weights = [weight.same, weight.other];
        if let Some(values) = values.first_chunk() {
            return kernel::add_weighted_signed(values, weights, bounds);
        }
        let mut last = [0.0; BOUND_BLOCK];
        last[..values.len()].copy_from_slice(values);
        kernel::add_weighted_signed(&last, weights, bounds);
    }
}
