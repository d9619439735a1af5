//! Watching and stopping a batch or an edit from another thread.

use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

use crate::error::{Error, ErrorKind};

/// The progress of a batch or of an edit, and a way to stop it, for a thread other than the one
/// that waits for it: see [`FindEach::progress`](crate::matcher::FindEach::progress) and
/// [`Edit::progress`](crate::Edit::progress).
///
/// # Examples
/// ```
/// # use citymatch::{Challenge, ErrorKind, Matcher, __doc_catalogue, matcher::Progress};
/// use std::sync::Arc;
/// let (matcher, progress) = (Matcher::new(&__doc_catalogue()?)?, Arc::new(Progress::default()));
/// let challenges = [Challenge::new("c1", "lluvia"), Challenge::new("c2", "agua")];
/// let mut each = matcher.find_each(&challenges).progress(&progress);
/// while let Some(matches) = each.next() {
///     matches?;
/// }
/// assert_eq!(progress.done(), 2);
///
/// progress.cancel();
/// let cancelled = matcher.find_each(&challenges).progress(&progress).next();
/// assert!(matches!(cancelled.unwrap().unwrap_err().kind(), ErrorKind::Cancelled));
/// # Ok::<(), citymatch::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct Progress {
    state: AtomicU8,
    done: AtomicUsize,
}

/// The work goes on and may be stopped.
const RUNNING: u8 = 0;
/// The work is to stop.
const CANCELLED: u8 = 1;
/// An edit is making its change durable, which cannot be stopped half way.
const COMMITTING: u8 = 2;

impl Progress {
    /// Stops the work. Challenges that have not been matched by then fail with
    /// [`ErrorKind::Cancelled`], and so do the calls of an edit, of which nothing is then in the
    /// catalogue. A batch checks for this between blocks of records, an edit between records and
    /// between calls of the encoder; a call of the encoder that has begun is finished first.
    ///
    /// Returns false, and does nothing, if an edit's commit is past the point of no return.
    pub fn cancel(&self) -> bool {
        let state = &self.state;
        match state.compare_exchange(RUNNING, CANCELLED, Ordering::SeqCst, Ordering::SeqCst) {
            Ok(_) => true,
            Err(found) => found == CANCELLED,
        }
    }

    /// Whether the work was stopped with [`cancel`](Self::cancel).
    pub fn is_cancelled(&self) -> bool {
        self.state.load(Ordering::SeqCst) == CANCELLED
    }

    /// How many challenges have been matched, or how many rows have been looked at by an edit.
    pub fn done(&self) -> usize {
        self.done.load(Ordering::Relaxed)
    }

    pub(crate) fn add(&self, done: usize) {
        self.done.fetch_add(done, Ordering::Relaxed);
    }

    /// An error if the work has been cancelled.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.is_cancelled() { Err(ErrorKind::Cancelled.into()) } else { Ok(()) }
    }

    /// Passes the point of no return, for good. An error when the work is to stop: whoever was told
    /// that it will is told the truth.
    pub(crate) fn commit(&self) -> Result<(), Error> {
        let state = &self.state;
        state
            .compare_exchange(RUNNING, COMMITTING, Ordering::SeqCst, Ordering::SeqCst)
            .map_err(|_| ErrorKind::Cancelled)?;
        Ok(())
    }

    /// Goes back, where the change is not in after all.
    pub(crate) fn not_committed(&self) {
        let state = &self.state;
        let _ = state.compare_exchange(COMMITTING, RUNNING, Ordering::SeqCst, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use std::hint;
    use std::thread;

    use super::*;

    /// Returns when the other thread is at this round too, at nearly the same moment.
    fn meet(round: usize, own: &AtomicUsize, other: &AtomicUsize) {
        own.store(round, Ordering::SeqCst);
        for turn in 1_usize.. {
            if other.load(Ordering::SeqCst) >= round {
                // Each round differs in which thread comes first, and by how much.
                return (0..round % 7).for_each(|_| hint::spin_loop());
            }
            if turn % 1_000 == 0 {
                thread::yield_now();
            }
        }
    }

    #[test]
    fn work_is_either_cancelled_or_committed() {
        const ROUNDS: usize = 10_000;
        let rounds: Vec<Progress> = (0..ROUNDS).map(|_| Progress::default()).collect();
        let (one, other) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let (cancelled, committed) = thread::scope(|scope| {
            let cancel = scope.spawn(|| {
                let cancel = |(progress, round): (&Progress, usize)| {
                    meet(round, &one, &other);
                    progress.cancel()
                };
                rounds.iter().zip(1..).map(cancel).collect::<Vec<bool>>()
            });
            let commit = |(progress, round): (&Progress, usize)| {
                meet(round, &other, &one);
                progress.commit().is_ok()
            };
            let committed: Vec<bool> = rounds.iter().zip(1..).map(commit).collect();
            (cancel.join().unwrap(), committed)
        });
        for ((progress, cancelled), committed) in rounds.iter().zip(cancelled).zip(committed) {
            assert_ne!(cancelled, committed, "one of the two, and both know which");
            assert_eq!(progress.is_cancelled(), cancelled);
        }
    }

    #[test]
    fn what_was_not_committed_after_all_may_be_cancelled() {
        let progress = Progress::default();
        progress.commit().unwrap();
        assert!(!progress.cancel());
        progress.not_committed();
        assert!(progress.cancel() && progress.cancel());
        assert!(progress.commit().is_err());
    }
}
