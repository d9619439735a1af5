use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

use crate::error::{Error, ErrorKind};

/// How far long work has come, and a way to stop it, for another thread than the one that waits for
/// it: see [`FindEach::progress`](crate::matcher::FindEach::progress) and
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
    /// Stops the work: what has not been done by then ends with [`ErrorKind::Cancelled`]. A call of
    /// an encoder, and the first look at a segment's records for rules, are waited for.
    ///
    /// A batch ends before its next records. An edit ends with nothing of it in the catalogue;
    /// only where its commit is past the point of no return, or has ended, this returns false and
    /// has no effect.
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

    /// An error when the work is to stop.
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
    use std::sync::Barrier;
    use std::thread;

    use super::*;

    #[test]
    fn work_is_either_cancelled_or_committed() {
        for round in 0..2_000 {
            let (progress, start) = (Progress::default(), Barrier::new(2));
            let (cancelled, committed) = thread::scope(|scope| {
                let cancel = scope.spawn(|| {
                    start.wait();
                    progress.cancel()
                });
                start.wait();
                let committed = progress.commit().is_ok();
                (cancel.join().unwrap(), committed)
            });
            assert_ne!(cancelled, committed, "{round}");
            assert_eq!(progress.is_cancelled(), cancelled, "{round}");
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
