//! What a catalogue answers to strangers, whichever door they come through: `serve` and `mcp` take
//! the same requests, count them by the same limits, and give the same answers.
//!
//! A request is checked, counted, and then worked on by a thread of a small pool, with a copy of the
//! newest matcher and a deadline. New commits are taken in beside it.

mod answer;
#[cfg(test)]
pub(crate) mod fuzz;
mod limits;
mod pool;
mod problem;
mod request;
mod rules;
pub(crate) mod schema;
mod work;

use std::sync::{Arc, PoisonError, RwLock};

use citymatch::{Catalogue, Challenge, Error, Matcher, Solution};

pub(crate) use answer::{
    ChallengesAnswer, ExplainAnswer, MatchAnswer, RecordAnswer, SimilarAnswer,
};
pub(crate) use limits::{LimitArgs, Limits};
pub(crate) use pool::Pool;
pub(crate) use problem::{Kind, Problem};
pub(crate) use request::{
    ChallengesRequest, ExplainRequest, GetRequest, MatchRequest, Request, SimilarRequest,
};
pub(crate) use schema::Schemas;

/// A catalogue that answers.
#[derive(Clone)]
pub(crate) struct Service {
    shared: Arc<Shared>,
}

struct Shared {
    catalogue: Catalogue,
    /// Replaced as a whole when there is a newer commit, once it has been asked something.
    matcher: RwLock<Arc<Matcher>>,
    limits: Limits,
    pool: Pool,
}

impl Service {
    /// A service over a catalogue, ready to answer.
    pub(crate) fn new(catalogue: Catalogue, limits: Limits) -> Result<Self, Error> {
        // Requests run beside each other, so each takes one thread.
        let matcher = Matcher::builder().threads(1).build(&catalogue)?;
        warm(&matcher)?;
        // What is read only once in the life of a process is read now too.
        matcher.find_challenges(&Solution::new("text", "agua água water"))?;
        let pool = Pool::new(&limits);
        let matcher = RwLock::new(Arc::new(matcher));
        Ok(Self { shared: Arc::new(Shared { catalogue, matcher, limits, pool }) })
    }

    pub(crate) fn catalogue(&self) -> &Catalogue {
        &self.shared.catalogue
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.shared.limits
    }

    /// The matcher over the newest commit that was taken in.
    pub(crate) fn matcher(&self) -> Arc<Matcher> {
        Arc::clone(&self.shared.matcher.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes in a newer commit, if there is one, and says whether there was. Requests that have
    /// begun end with the commit that they began with, and none waits for this.
    pub(crate) fn refresh(&self) -> Result<bool, Error> {
        let newest = Matcher::clone(&self.matcher());
        if !newest.refresh()? {
            return Ok(false);
        }
        warm(&newest)?;
        *self.shared.matcher.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(newest);
        Ok(true)
    }

    /// Answers a request. It is given up after the deadline, or when nobody waits any more.
    pub(crate) async fn answer<R: Request>(&self, request: R) -> Result<R::Answer, Problem> {
        self.shared.limits.check(&request.size())?;
        let matcher = self.matcher();
        self.shared.pool.run(&matcher, move |matcher| request.answer(matcher)).await
    }

    /// Does something else in a thread of the pool, under the same deadline.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Matcher) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        self.shared.pool.run(&self.matcher(), work).await
    }
}

/// Asks a matcher something, so that what it reads only once has been read.
fn warm(matcher: &Matcher) -> Result<(), Error> {
    matcher.find(Challenge::from_text("agua água water")).map(drop)
}
