//! The largest value of each group of 64.
#![expect(
    clippy::inline_always,
    reason = "`max` is compiled into each loop, to use its instructions"
)]

/// The larger of two values, neither of which is NaN. Unlike `f32::max`, which handles NaN, this
/// compiles to one instruction.
#[inline(always)]
pub(crate) fn max(a: f32, b: f32) -> f32 {
    if b > a { b } else { a }
}

/// Writes the largest value of each group to `maxima`. All values are 0 or more. If the two lists
/// differ in length, what the longer one has more is ignored.
pub(crate) fn max_per_group(groups: &[[f32; 64]], maxima: &mut [f32]) {
    #[cfg(target_arch = "x86_64")]
    if super::has_avx2() {
        #[expect(unsafe_code, reason = "the call requires AVX2, which `has_avx2` found")]
        // SAFETY: `has_avx2` says that the processor has AVX2.
        return unsafe { avx2(groups, maxima) };
    }
    portable(groups, maxima);
}

fn portable(groups: &[[f32; 64]], maxima: &mut [f32]) {
    for (group, maximum) in groups.iter().zip(maxima) {
        let mut lanes = [0.0; 8];
        for values in group.as_chunks::<8>().0 {
            for (lane, value) in lanes.iter_mut().zip(values) {
                *lane = max(*lane, *value);
            }
        }
        *maximum = lanes.into_iter().fold(0.0, max);
    }
}

/// Written with intrinsics, because LLVM vectorises this loop across groups, with gathers, instead
/// of within a group.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
#[expect(unsafe_code, reason = "the load instruction takes a pointer")]
fn avx2(groups: &[[f32; 64]], maxima: &mut [f32]) {
    use std::arch::x86_64::{
        _mm_cvtss_f32, _mm_max_ps, _mm_movehl_ps, _mm_shuffle_ps, _mm256_castps256_ps128,
        _mm256_extractf128_ps, _mm256_loadu_ps, _mm256_max_ps, _mm256_setzero_ps,
    };
    for (group, maximum) in groups.iter().zip(maxima) {
        let mut lanes = _mm256_setzero_ps();
        for values in group.as_chunks::<8>().0 {
            // SAFETY: the array has eight values, and the load allows any alignment.
            lanes = _mm256_max_ps(lanes, unsafe { _mm256_loadu_ps(values.as_ptr()) });
        }
        let four = _mm_max_ps(_mm256_castps256_ps128(lanes), _mm256_extractf128_ps::<1>(lanes));
        let two = _mm_max_ps(four, _mm_movehl_ps(four, four));
        *maximum = _mm_cvtss_f32(_mm_max_ps(two, _mm_shuffle_ps::<1>(two, two)));
    }
}

#[cfg(test)]
mod tests {
    use super::super::test::on_each;
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn maxima_are_those_of_a_fold(
            values in prop::collection::vec(0.0_f32..1.0, 0..400),
            places in 0..8_usize,
        ) {
            let groups = values.as_chunks().0;
            let mut expected = vec![-1.0; places];
            for (group, maximum) in groups.iter().zip(&mut expected) {
                *maximum = group.iter().copied().fold(0.0, f32::max);
            }
            for found in on_each(|| {
                let mut found = vec![-1.0; places];
                max_per_group(groups, &mut found);
                found
            }) {
                prop_assert_eq!(&found, &expected);
            }
        }
    }
}
