//! The highest of many values, 64 by 64.
#![allow(
    clippy::inline_always,
    reason = "the kernels' parts are compiled into each kernel, for its instructions"
)]

/// The higher of two values, none of which is no number.
#[inline(always)]
pub(crate) fn higher(a: f32, b: f32) -> f32 {
    if b > a { b } else { a }
}

/// The highest of each group of values, which are 0 or more; what has no group or no place counts
/// nothing.
pub(crate) fn highest(groups: &[[f32; 64]], highest: &mut [f32]) {
    #[cfg(target_arch = "x86_64")]
    if super::has_avx2() {
        #[allow(unsafe_code, reason = "the processor has been found to have AVX2")]
        // SAFETY: the processor has AVX2.
        return unsafe { avx2(groups, highest) };
    }
    portable(groups, highest);
}

fn portable(groups: &[[f32; 64]], highest: &mut [f32]) {
    for (group, highest) in groups.iter().zip(highest) {
        let mut lanes = [0.0; 8];
        for values in group.as_chunks::<8>().0 {
            for (lane, value) in lanes.iter_mut().zip(values) {
                *lane = higher(*lane, *value);
            }
        }
        *highest = lanes.into_iter().fold(0.0, higher);
    }
}

/// By hand, for the compiler takes the groups for what goes side by side, and gathers them value by
/// value.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
#[allow(unsafe_code, reason = "a load takes a pointer")]
fn avx2(groups: &[[f32; 64]], highest: &mut [f32]) {
    use std::arch::x86_64::{
        _mm_cvtss_f32, _mm_max_ps, _mm_movehl_ps, _mm_shuffle_ps, _mm256_castps256_ps128,
        _mm256_extractf128_ps, _mm256_loadu_ps, _mm256_max_ps, _mm256_setzero_ps,
    };
    for (group, highest) in groups.iter().zip(highest) {
        let mut lanes = _mm256_setzero_ps();
        for values in group.as_chunks::<8>().0 {
            // SAFETY: there are eight values.
            lanes = _mm256_max_ps(lanes, unsafe { _mm256_loadu_ps(values.as_ptr()) });
        }
        let four = _mm_max_ps(_mm256_castps256_ps128(lanes), _mm256_extractf128_ps::<1>(lanes));
        let two = _mm_max_ps(four, _mm_movehl_ps(four, four));
        *highest = _mm_cvtss_f32(_mm_max_ps(two, _mm_shuffle_ps::<1>(two, two)));
    }
}

#[cfg(test)]
mod tests {
    use super::super::test::on_each;
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn as_one_by_one(values in prop::collection::vec(0.0_f32..1.0, 0..400), places in 0..8_usize) {
            let groups = values.as_chunks().0;
            let mut expected = vec![-1.0; places];
            for (group, highest) in groups.iter().zip(&mut expected) {
                *highest = group.iter().copied().fold(0.0, f32::max);
            }
            for found in on_each(|| {
                let mut found = vec![-1.0; places];
                highest(groups, &mut found);
                found
            }) {
                prop_assert_eq!(&found, &expected);
            }
        }
    }
}
