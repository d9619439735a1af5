use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::error::{Error, ErrorKind};

/// How far a batch has come, and a way to stop it, for another thread than the one that waits for
/// it: see [`FindEach::progress`](crate::matcher::FindEach::progress).
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
    /// Ends the batch before its next records: what has not been matched by then is
    /// [`ErrorKind::Cancelled`]. An encoder's call, and the first look at a segment's records for
    /// rules, are waited for.
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

    /// An error when the work is to stop.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.cancelled.load(Ordering::Relaxed) {
            Err(ErrorKind::Cancelled.into())
        } else {
            Ok(())
        }
    }
}
