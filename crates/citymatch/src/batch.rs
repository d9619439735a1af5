//! Many challenges at once.

use std::collections::VecDeque;
use std::marker::PhantomData;

use rayon::prelude::*;

use crate::error::Error;
use crate::matcher::Matcher;
use crate::matches::{Matches, Run};
use crate::search::Search;

/// How many challenges a thread matches before results are handed on.
const AHEAD: usize = 8;

impl Matcher {
    /// Ranks the solutions against many challenges, on as many threads as the matcher has; the result does not depend on how many.
    ///
    /// # Errors
    /// The first search's error, in their order; see [`Matcher::find`].
    ///
    /// # Examples
    /// ```
    /// # use citymatch::{Challenge, Matcher, Search, __doc_catalogue};
    /// let challenges = [Challenge::new("c1", "lluvia"), Challenge::new("c2", "agua")];
    /// let run = Matcher::new(&__doc_catalogue()?)?.find_all(challenges.iter().map(|challenge| Search::new(challenge).limit(50)))?;
    /// assert_eq!(run.len(), 2);
    /// # Ok::<(), citymatch::Error>(())
    /// ```
    pub fn find_all<'c, S: Into<Search<'c>>>(&self, all: impl IntoIterator<Item = S>) -> Result<Run, Error> {
        self.find_each(all).collect()
    }

    /// Like [`find_all`](Self::find_all), one by one in their order, with bounded memory: a few challenges a thread are matched ahead.
    /// Dropping the iterator stops the work.
    pub fn find_each<'c, S: Into<Search<'c>>, I: IntoIterator<Item = S>>(&self, all: I) -> Each<'c, I::IntoIter> {
        Each { matcher: self.clone(), all: all.into_iter(), ready: VecDeque::new(), challenges: PhantomData }
    }
}

/// The matches of many challenges, one by one in their order. Made by [`Matcher::find_each`].
pub struct Each<'c, I> {
    matcher: Matcher,
    all: I,
    ready: VecDeque<Result<Matches, Error>>,
    challenges: PhantomData<&'c ()>,
}

impl<'c, S: Into<Search<'c>>, I: Iterator<Item = S>> Iterator for Each<'c, I> {
    type Item = Result<Matches, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ready.is_empty() {
            let ahead = if self.matcher.pool.threads == 1 { 1 } else { self.matcher.pool.threads * AHEAD };
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
        if matcher.pool.threads == 1 || chunk.len() < 2 {
            return Ok(chunk.into_iter().map(|search| matcher.find(search)).collect());
        }
        Ok(matcher.pool.get()?.install(|| chunk.into_par_iter().map(|search| matcher.find(search)).collect()))
    }
}
