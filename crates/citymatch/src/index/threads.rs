//! Work on a range, divided among the machine's threads.

use std::num::NonZero;
use std::ops::Range;
use std::thread;

/// The least number of items for a thread: fewer take less time than starting it.
const ITEMS_PER_THREAD: usize = 256;

/// Calls `work` for parts of a range, on as many threads as the machine has, and returns the
/// results in the order of the parts.
///
/// It uses scoped threads and not rayon's pool: while a rayon thread waits, it may take up another
/// job, and if that needs a lock that this one holds, both wait for ever.
pub(crate) fn on_threads<T: Send>(
    range: Range<usize>,
    work: impl Fn(Range<usize>) -> T + Sync,
) -> Vec<T> {
    let available = thread::available_parallelism().map_or(1, NonZero::get);
    let threads = available.min(range.len().div_ceil(ITEMS_PER_THREAD)).max(1);
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
