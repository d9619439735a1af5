//! Inner loops that use the widest registers of the processor, with the same results on all of them.
//!
//! Each function has one source. It is compiled twice, once for every x86-64 processor and once for
//! those with AVX2, and the better version is chosen when it is called. The results are equal
//! because no version adds in another order or fuses a product with a sum, and because a maximum is
//! the same in any order.

mod bounds;
mod max_per_group;

pub(crate) use bounds::{
    add_weighted, add_weighted_mean, add_weighted_signed, max_mean_per_group, reaching,
};
pub(crate) use max_per_group::{max, max_per_group};

/// Declares functions that are compiled twice, and call the better one here.
macro_rules! multiversion {
    ($($(#[$meta:meta])* $visibility:vis fn $name:ident($($argument:ident: $of:ty),* $(,)?) $body:block)*) => {
        $($(#[$meta])*
        #[allow(unsafe_code, reason = "a function for AVX2 may be called where the processor has been found to have it")]
        $visibility fn $name($($argument: $of),*) {
            #[inline(always)]
            #[allow(clippy::inline_always, reason = "it is to be compiled into the other one, for its instructions")]
            fn portable($($argument: $of),*) $body

            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx2")]
                fn avx2($($argument: $of),*) {
                    portable($($argument),*);
                }
                if $crate::kernel::has_avx2() {
                    // SAFETY: the processor has AVX2.
                    return unsafe { avx2($($argument),*) };
                }
            }
            portable($($argument),*);
        })*
    };
}
pub(crate) use multiversion;

/// Whether the processor has AVX2, and a test does not say otherwise.
#[cfg(target_arch = "x86_64")]
#[inline]
pub(crate) fn has_avx2() -> bool {
    #[cfg(test)]
    if test::PORTABLE.get() {
        return false;
    }
    is_x86_feature_detected!("avx2")
}

/// The places of the bits that are set, from the lowest on.
#[inline]
pub(crate) fn set_bits(mut bits: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let place = (bits != 0).then(|| bits.trailing_zeros() as usize)?;
        bits &= bits - 1;
        Some(place)
    })
}

/// Asks for the first lines of a list before they are needed, so that lists come from memory side
/// by side. It changes nothing but time.
#[inline]
pub(crate) fn prefetch<T, const LINES: usize>(list: &[T]) {
    #[cfg(target_arch = "x86_64")]
    for line in 0..LINES {
        const BYTES: usize = 64;
        #[allow(unsafe_code, reason = "no address is wrong for a prefetch")]
        // SAFETY: SSE is part of x86-64, and nothing is read through the pointer.
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
        /// Whether this thread is to do without the instructions that not every processor has.
        pub(super) static PORTABLE: Cell<bool> = const { Cell::new(false) };
    }

    /// What a computation gives with each kernel: the portable one, the best one.
    pub(crate) fn on_each<T>(mut compute: impl FnMut() -> T) -> [T; 2] {
        [true, false].map(|portable| {
            PORTABLE.set(portable);
            let computed = compute();
            PORTABLE.set(false);
            computed
        })
    }
}
