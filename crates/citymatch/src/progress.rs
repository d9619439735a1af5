//! Watching and stopping a batch from another thread.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::error::{Error, ErrorKind};

/// The progress of a batch, and a way to stop it, for a thread other than the one that waits for
/// the batch: see [`FindEach::progress`](crate::matcher::FindEach::progress).
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
    cancelled: AtomicBool,
    done: AtomicUsize,
}

impl Progress {
    /// Stops the batch. Challenges that have not been matched by then fail with
    /// [`ErrorKind::Cancelled`]. The batch checks for this between blocks of records; a call of the
    /// encoder that has begun is finished first.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// How many challenges have been matched.
    pub fn done(&self) -> usize {
        self.done.load(Ordering::Relaxed)
    }

    pub(crate) fn add(&self, done: usize) {
        self.done.fetch_add(done, Ordering::Relaxed);
    }

    /// An error if the batch has been cancelled.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.cancelled.load(Ordering::Relaxed) {
            Err(ErrorKind::Cancelled.into())
        } else {
            Ok(())
        }
    }
}
