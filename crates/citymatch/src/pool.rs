//! The threads on which many challenges are matched.

use std::num::NonZeroUsize;
use std::process;
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::error::Error;

/// The most threads that a [`Matcher`](crate::Matcher) may have: more than any machine has use for,
/// and few enough that all can be started.
pub const THREADS_LIMIT: usize = 512;

/// The threads of a matcher. They are started when they are first needed, and started again in a
/// process that was forked afterwards, because a fork copies only the thread that called it.
#[derive(Debug)]
pub(crate) struct Pool {
    pub(crate) threads: usize,
    /// The threads, and the id of the process that started them.
    started: Mutex<Option<(u32, Arc<ThreadPool>)>>,
}

impl Pool {
    /// The number of threads that the machine can run at the same time.
    pub(crate) fn available() -> usize {
        std::thread::available_parallelism().map_or(1, NonZeroUsize::get).min(THREADS_LIMIT)
    }

    pub(crate) fn new(threads: usize) -> Result<Self, Error> {
        if !(1..=THREADS_LIMIT).contains(&threads) {
            let expected = format!("a whole number, 1 to {THREADS_LIMIT}");
            return Err(Error::option("threads", threads, &expected));
        }
        Ok(Self { threads, started: Mutex::new(None) })
    }

    /// What a function makes of each item, in their order. One thread alone is not started.
    pub(crate) fn map<T: Sync, R: Send>(
        &self,
        items: &[T],
        make: impl Fn(&T) -> Result<R, Error> + Sync + Send,
    ) -> Result<Vec<R>, Error> {
        if self.threads == 1 || items.len() < 2 {
            return items.iter().map(make).collect();
        }
        self.get()?.install(|| items.par_iter().map(make).collect())
    }

    /// The running threads.
    pub(crate) fn get(&self) -> Result<Arc<ThreadPool>, Error> {
        let mut started = self.started.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((process, pool)) = &*started
            && *process == process::id()
        {
            return Ok(Arc::clone(pool));
        }
        let pool = ThreadPoolBuilder::new()
            .num_threads(self.threads)
            .thread_name(|i| format!("citymatch-{i}"))
            .build();
        let pool = Arc::new(pool.map_err(|error| Error::engine("starting threads", error))?);
        // The threads of a pool that was started before a fork do not exist in this process.
        // Dropping the pool would wait for them for ever, so it is leaked.
        if let Some((_, stale)) = started.replace((process::id(), Arc::clone(&pool))) {
            std::mem::forget(stale);
        }
        Ok(pool)
    }
}
