//! Inner loops that use wide vector registers where the processor has them, with the same results
//! on every processor.
//!
//! Each function has one source. It is compiled twice, once for all x86-64 processors and once for
//! those with AVX2, and the better version is chosen at each call. Both give the same bits, because
//! neither adds in another order or fuses a product with a sum, and because a maximum is the same
//! in any order.

mod bounds;
mod max_per_group;

pub(crate) use bounds::{
    add_weighted, add_weighted_mean, add_weighted_signed, max_mean_per_group, max_signed_per_group,
    reaching,
};
pub(crate) use max_per_group::{max, max_per_group};

/// Declares functions that are compiled for two instruction sets, each of which calls the better of
/// its two versions.
///
/// The AVX2 version calls the portable one, which is always inlined: so the compiler translates the
/// same body once more, with the wider instructions.
macro_rules! multiversion {
    ($(
        $(#[$meta:meta])*
        $visibility:vis fn $name:ident($($argument:ident: $of:ty),* $(,)?) $body:block
    )*) => {
        $($(#[$meta])*
        #[allow(
            unsafe_code,
            reason = "the call requires AVX2, which `has_avx2` found; other processors have no call"
        )]
        $visibility fn $name($($argument: $of),*) {
            #[inline(always)]
            #[allow(
                clippy::inline_always,
                reason = "the body is compiled into the other version, to use its instructions"
            )]
            fn portable($($argument: $of),*) $body

            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx2")]
                fn avx2($($argument: $of),*) {
                    portable($($argument),*);
                }
                if $crate::kernel::has_avx2() {
                    // SAFETY: `has_avx2` says that the processor has AVX2.
                    return unsafe { avx2($($argument),*) };
                }
            }
            portable($($argument),*);
        })*
    };
}
pub(crate) use multiversion;

/// Whether the processor has AVX2. A test can switch it off for its thread.
#[cfg(target_arch = "x86_64")]
#[inline]
pub(crate) fn has_avx2() -> bool {
    #[cfg(test)]
    if test::PORTABLE.get() {
        return false;
    }
    is_x86_feature_detected!("avx2")
}

/// The numbers of the bits that are set, in rising order.
#[inline]
pub(crate) fn set_bits(mut bits: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let place = (bits != 0).then(|| bits.trailing_zeros() as usize)?;
        bits &= bits - 1;
        Some(place)
    })
}

/// Asks the processor to load the first cache lines of a list before they are needed, so that
/// several lists are loaded from memory at the same time. It changes no result.
#[inline]
pub(crate) fn prefetch<T, const LINES: usize>(list: &[T]) {
    #[cfg(target_arch = "x86_64")]
    for line in 0..LINES {
        const BYTES: usize = 64;
        #[expect(
            unsafe_code,
            reason = "the instruction takes a pointer, and any address is allowed"
        )]
        // SAFETY: SSE is part of x86-64, and the program reads nothing through the pointer.
        unsafe {
            std::arch::x86_64::_mm_prefetch::<{ std::arch::x86_64::_MM_HINT_T0 }>(
                list.as_ptr().cast::<i8>().wrapping_add(line * BYTES),
            );
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = list;
}

#[cfg(test)]
pub(crate) mod test {
    use std::cell::Cell;

    thread_local! {
        /// Whether this thread uses the portable versions only.
        pub(super) static PORTABLE: Cell<bool> = const { Cell::new(false) };
    }

    /// The results of a computation with the portable versions and with the best ones.
    pub(crate) fn on_each<T>(mut compute: impl FnMut() -> T) -> [T; 2] {
        [true, false].map(|portable| {
            PORTABLE.set(portable);
            let computed = compute();
            PORTABLE.set(false);
            computed
        })
    }
}
