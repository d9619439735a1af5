//! Upper bounds of 64 documents at once: adding weighted values, and comparing with a threshold.

use super::multiversion;

multiversion! {
    /// Adds to each bound its value times the weight.
    pub(crate) fn add_weighted(values: &[f32; 64], weight: f64, bounds: &mut [f64; 64]) {
        for (bound, value) in bounds.iter_mut().zip(values) {
            *bound += weight * f64::from(*value);
        }
    }

    /// Adds to each bound the mean of its two values times the weight.
    pub(crate) fn add_weighted_mean(
        left: &[f32; 64],
        right: &[f32; 64],
        weight: f64,
        bounds: &mut [f64; 64],
    ) {
        for (bound, (left, right)) in bounds.iter_mut().zip(left.iter().zip(right)) {
            *bound += weight * (0.5 * (f64::from(*left) + f64::from(*right)));
        }
    }

    /// Adds to each bound the larger of the products of its value, which may be negative, with the
    /// two weights.
    pub(crate) fn add_weighted_signed(
        values: &[f64; 64],
        weights: [f64; 2],
        bounds: &mut [f64; 64],
    ) {
        for (bound, value) in bounds.iter_mut().zip(values) {
            let (one, other) = (weights[0] * value, weights[1] * value);
            *bound += if one > other { one } else { other };
        }
    }

    /// Sets bit *i* if bound *i* reaches the threshold, and clears it otherwise.
    pub(crate) fn reaching(bounds: &[f64; 64], threshold: f64, bits: &mut u64) {
        *bits = 0;
        for (bound, place) in bounds.iter().zip(0..) {
            *bits |= u64::from(*bound >= threshold) << place;
        }
    }

    /// Computes the largest value of each group of 64, which may be negative; the last group may
    /// have fewer.
    pub(crate) fn max_signed_per_group(values: &[f64], groups: &mut [f64]) {
        let (whole, rest) = values.as_chunks::<64>();
        for (values, group) in whole.iter().zip(groups.iter_mut()) {
            let mut lanes = [f64::NEG_INFINITY; 8];
            for values in values.as_chunks::<8>().0 {
                for (lane, value) in lanes.iter_mut().zip(values) {
                    *lane = if *value > *lane { *value } else { *lane };
                }
            }
            *group = lanes.into_iter().fold(f64::NEG_INFINITY, f64::max);
        }
        if let Some(group) = groups.get_mut(whole.len()) {
            *group = rest.iter().copied().fold(*group, f64::max);
        }
    }

    /// Computes, for each group of 64 documents, the largest mean of a document's two values. All
    /// values are 0 or more.
    pub(crate) fn max_mean_per_group(left: &[f32], right: &[f32], groups: &mut [f64]) {
        let both = left.as_chunks::<64>().0.iter().zip(right.as_chunks::<64>().0);
        for ((left, right), group) in both.zip(groups) {
            let mut lanes = [0.0; 8];
            for (left, right) in left.as_chunks::<8>().0.iter().zip(right.as_chunks::<8>().0) {
                for (lane, (left, right)) in lanes.iter_mut().zip(left.iter().zip(right)) {
                    let sum = f64::from(*left) + f64::from(*right);
                    *lane = if sum > *lane { sum } else { *lane };
                }
            }
            *group = lanes.into_iter().fold(0.0, f64::max) / 2.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::test::on_each;
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn bounds_are_sums_of_weighted_values(
            values in prop::collection::vec((0.0_f32..2.0, 0.0_f32..2.0, -1.0_f64..1.0), 64),
            threshold in 0.0_f64..6.0,
        ) {
            let (left, right): (Vec<f32>, Vec<f32>) =
                values.iter().map(|(left, right, _)| (*left, *right)).unzip();
            let signed: Vec<f64> = values.iter().map(|(.., signed)| *signed).collect();
            let mut expected = [0.0; 64];
            for (bound, (left, right, signed)) in expected.iter_mut().zip(&values) {
                let mean = f64::midpoint(f64::from(*left), f64::from(*right));
                *bound = 1.5 * f64::from(*left) + 0.7 * mean + f64::max(1.1 * signed, 0.9 * signed);
            }
            for (bounds, bits) in on_each(|| {
                let (mut bounds, mut bits) = ([0.0; 64], 0);
                let left = left.as_slice().try_into().expect("64 values");
                let right = right.as_slice().try_into().expect("64 values");
                add_weighted(left, 1.5, &mut bounds);
                add_weighted_mean(left, right, 0.7, &mut bounds);
                let signed = signed.as_slice().try_into().expect("64 values");
                add_weighted_signed(signed, [1.1, 0.9], &mut bounds);
                reaching(&bounds, threshold, &mut bits);
                (bounds, bits)
            }) {
                prop_assert!(bounds.iter().zip(&expected).all(|(a, b)| a.to_bits() == b.to_bits()));
                for (place, bound) in expected.iter().enumerate() {
                    prop_assert_eq!(bits >> place & 1 == 1, *bound >= threshold);
                }
            }
        }

        #[test]
        fn the_largest_mean_of_each_group(
            seeds in prop::collection::vec((0.0_f32..2.0, 0.0_f32..2.0), 1..300),
        ) {
            let seeds = |place: usize| seeds[place * 7 % seeds.len()];
            let (left, right): (Vec<f32>, Vec<f32>) = (0..1024).map(seeds).unzip();
            let mean =
                |place: usize| f64::midpoint(f64::from(left[place]), f64::from(right[place]));
            let group = |group: usize| (group * 64..(group + 1) * 64).map(mean).fold(0.0, f64::max);
            let expected: Vec<f64> = (0..16).map(group).collect();
            for found in on_each(|| {
                let mut found = vec![0.0; 16];
                max_mean_per_group(&left, &right, &mut found);
                found
            }) {
                prop_assert_eq!(&found, &expected);
            }
        }
    }
}
