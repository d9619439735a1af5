//! Many challenges at once.

use std::collections::VecDeque;
use std::marker::PhantomData;
use std::process;
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::error::Error;
use crate::matcher::Matcher;
use crate::matches::Matches;
use crate::search::Search;

/// How many challenges a thread matches before results are handed on.
const AHEAD: usize = 8;

/// The threads of a matcher, started when they are first needed, and again in a process that was forked since.
#[derive(Debug)]
pub(crate) struct Pool {
    threads: usize,
    started: Mutex<Option<(u32, Arc<ThreadPool>)>>,
}

impl Pool {
    pub(crate) fn new(threads: usize) -> Result<Self, Error> {
        if threads == 0 {
            return Err(Error::option("threads", threads, "a whole number, 1 or more"));
        }
        Ok(Self { threads, started: Mutex::new(None) })
    }

    fn get(&self) -> Result<Arc<ThreadPool>, Error> {
        let mut started = self.started.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((process, pool)) = &*started
            && *process == process::id()
        {
            return Ok(Arc::clone(pool));
        }
        let pool = ThreadPoolBuilder::new().num_threads(self.threads).thread_name(|i| format!("citymatch-{i}")).build();
        let pool = Arc::new(pool.map_err(|error| Error::engine("starting threads", error))?);
        // The threads of a pool from before a fork do not exist here, and dropping it would wait for them.
        if let Some((_, gone)) = started.replace((process::id(), Arc::clone(&pool))) {
            std::mem::forget(gone);
        }
        Ok(pool)
    }
}

/// The matches of many challenges, one by one in their order. Made by [`Matcher::find_each`].
pub struct Each<'c, I> {
    matcher: Matcher,
    pool: Arc<Pool>,
    all: I,
    ready: VecDeque<Result<Matches, Error>>,
    challenges: PhantomData<&'c ()>,
}

impl<I> Each<'_, I> {
    pub(crate) fn new(matcher: Matcher, pool: Arc<Pool>, all: I) -> Self {
        Self { matcher, pool, all, ready: VecDeque::new(), challenges: PhantomData }
    }
}

impl<'c, S: Into<Search<'c>>, I: Iterator<Item = S>> Iterator for Each<'c, I> {
    type Item = Result<Matches, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ready.is_empty() {
            let ahead = if self.pool.threads == 1 { 1 } else { self.pool.threads * AHEAD };
            let chunk: Vec<Search<'c>> = self.all.by_ref().take(ahead).map(Into::into).collect();
            let matched = self.match_chunk(chunk);
            self.ready.extend(matched.unwrap_or_else(|error| vec![Err(error)]));
        }
        self.ready.pop_front()
    }
}

impl<I> Each<'_, I> {
    fn match_chunk(&self, chunk: Vec<Search<'_>>) -> Result<Vec<Result<Matches, Error>>, Error> {
        let matcher = &self.matcher;
        if self.pool.threads == 1 || chunk.len() < 2 {
            return Ok(chunk.into_iter().map(|search| matcher.find(search)).collect());
        }
        Ok(self.pool.get()?.install(|| chunk.into_par_iter().map(|search| matcher.find(search)).collect()))
    }
}
