//! Work on a range, cut into parts for the machine's threads.

use std::num::NonZero;
use std::ops::Range;
use std::thread;

/// Fewer items than these are not worth a thread of their own.
const WORTH_A_THREAD: usize = 256;

/// Does the work for parts of a range on as many threads as the machine has. Returns the results in
/// the order of the parts.
///
/// Uses scoped threads, not rayon: a rayon worker that blocks may steal a job that needs a lock this
/// one holds, and deadlock.
pub(crate) fn on_threads<T: Send>(
    range: Range<usize>,
    work: impl Fn(Range<usize>) -> T + Sync,
) -> Vec<T> {
    let available = thread::available_parallelism().map_or(1, NonZero::get);
    let threads = available.min(range.len().div_ceil(WORTH_A_THREAD)).max(1);
    let bound = |part: usize| range.start + range.len() * part / threads;
    let mut parts = (0..threads).map(|part| bound(part)..bound(part + 1));
    let own = parts.next().unwrap_or(range.clone());
    let work = &work;
    thread::scope(|scope| {
        let others: Vec<_> = parts
            .map(|part| {
                let other = part.clone();
                (part, thread::Builder::new().spawn_scoped(scope, move || work(other)))
            })
            .collect();
        let mut done = vec![work(own)];
        // If the system refuses a thread, this one does that part itself.
        done.extend(others.into_iter().map(|(part, other)| match other {
            Ok(other) => other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            Err(_) => work(part),
        }));
        done
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_the_range_in_order() {
        for count in [0, 1, 255, 256, 257, 5_000] {
            let parts = on_threads(7..7 + count, Vec::from_iter);
            assert_eq!(parts.concat(), (7..7 + count).collect::<Vec<usize>>(), "{count}");
        }
    }
}
