//! Where requests are worked on: a few at once, a few more waiting, each until its deadline.

use std::sync::Arc;
use std::time::Duration;

use citymatch::Matcher;
use citymatch::matcher::Progress;
use tokio::sync::Semaphore;
use tokio::task;
use tokio::time::timeout;

use super::limits::Limits;
use super::problem::{Kind, Problem};

/// The threads that work.
pub(crate) struct Pool {
    /// Places for those that are worked on or wait.
    admitted: Arc<Semaphore>,
    /// Places for those that are worked on.
    working: Arc<Semaphore>,
    deadline: Duration,
}

/// Stops the work when it is dropped: after the deadline, and when nobody waits any more because a
/// connection is gone.
struct StopOnDrop(Arc<Progress>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

impl Pool {
    pub(crate) fn new(limits: &Limits) -> Self {
        let admitted = limits.workers.saturating_add(limits.queue).min(Semaphore::MAX_PERMITS);
        Self {
            admitted: Arc::new(Semaphore::new(admitted)),
            working: Arc::new(Semaphore::new(limits.workers.min(admitted))),
            deadline: limits.deadline,
        }
    }

    /// Works on something in a thread of its own, with a matcher that stops when it has to.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        matcher: &Matcher,
        work: impl FnOnce(&Matcher) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let Ok(admitted) = Arc::clone(&self.admitted).try_acquire_owned() else {
            return Err(Problem::new(Kind::TooMany, "too many requests at once: try again"));
        };
        let late = || {
            let seconds = self.deadline.as_secs_f64();
            Problem::new(Kind::Deadline, format_args!("not done within {seconds} s"))
        };
        let progress = Arc::new(Progress::default());
        let stop = StopOnDrop(Arc::clone(&progress));
        let matcher = matcher.stopped_by(&progress);
        let done = async {
            let Ok(working) = Arc::clone(&self.working).acquire_owned().await else {
                return Err(Problem::new(Kind::Failed, "the service is ending"));
            };
            // The places are kept until the work has really ended, not only until nobody waits.
            let work = move || {
                let _places = (admitted, working);
                work(&matcher)
            };
            let failed = |_| Err(Problem::new(Kind::Failed, "the work on this request failed"));
            task::spawn_blocking(work).await.unwrap_or_else(failed)
        };
        let found = timeout(self.deadline, done).await;
        drop(stop);
        found.unwrap_or_else(|_| Err(late()))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::thread;

    use citymatch::{Catalogue, Challenge, Solution};

    use super::*;

    fn limits(workers: usize, queue: usize, deadline: Duration) -> Limits {
        let (limit, challenges, matches, text) = (10, 10, 100, 1_000);
        Limits { limit, challenges, matches, text, deadline, workers, queue }
    }

    fn matcher() -> Matcher {
        let catalogue = Catalogue::in_memory().unwrap();
        let mut edit = catalogue.edit().unwrap();
        edit.put(Solution::new("s1", "Jardines de lluvia")).unwrap();
        edit.commit().unwrap();
        Matcher::new(&catalogue).unwrap()
    }

    /// Goes on until it is stopped.
    fn endless(matcher: &Matcher) -> Result<(), Problem> {
        loop {
            matcher.find(Challenge::from_text("jardines para la lluvia"))?;
        }
    }

    #[tokio::test]
    async fn work_ends_at_its_deadline() {
        let pool = Pool::new(&limits(1, 0, Duration::from_millis(100)));
        let found = pool.run(&matcher(), endless).await;
        assert_eq!(found.unwrap_err().kind, Kind::Deadline);
        // Its thread is free again, soon.
        while pool.admitted.available_permits() == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert!(pool.run(&matcher(), |_| Ok(())).await.is_ok());
    }

    #[tokio::test]
    async fn work_ends_when_nobody_waits_for_it() {
        let pool = Pool::new(&limits(1, 0, Duration::from_secs(60)));
        let matcher = matcher();
        let (ended, end) = mpsc::channel();
        let work = move |matcher: &Matcher| {
            let found = endless(matcher);
            ended.send(()).unwrap();
            found
        };
        let waited = timeout(Duration::from_millis(50), pool.run(&matcher, work)).await;
        assert!(waited.is_err(), "it was dropped before it was done");
        end.recv_timeout(Duration::from_secs(30)).expect("the thread ends too");
    }

    #[tokio::test]
    async fn those_that_find_no_place_are_told_to_come_back() {
        let pool = Arc::new(Pool::new(&limits(1, 1, Duration::from_secs(60))));
        let matcher = Arc::new(matcher());
        let (go_on, wait) = mpsc::channel::<()>();
        let (own, first) = (Arc::clone(&pool), Arc::clone(&matcher));
        let working = tokio::spawn(async move {
            own.run(&first, move |_| {
                wait.recv().unwrap();
                Ok(1)
            })
            .await
        });
        let (own, second) = (Arc::clone(&pool), Arc::clone(&matcher));
        let waiting = tokio::spawn(async move { own.run(&second, |_| Ok(2)).await });
        while pool.admitted.available_permits() > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let third = pool.run(&matcher, |_| Ok(3)).await.unwrap_err();
        assert_eq!((third.kind, third.retry_after), (Kind::TooMany, Some(1)));
        thread::spawn(move || go_on.send(()));
        assert_eq!((working.await.unwrap(), waiting.await.unwrap()), (Ok(1), Ok(2)));
    }

    #[tokio::test]
    async fn a_panic_is_a_failure_of_its_own_request() {
        let pool = Pool::new(&limits(1, 0, Duration::from_secs(60)));
        let found = pool.run::<()>(&matcher(), |_| panic!("a defect")).await;
        assert_eq!(found.unwrap_err().kind, Kind::Failed);
        assert!(pool.run(&matcher(), |_| Ok(())).await.is_ok());
    }
}
