//! How much a request may ask for. One function counts, for every door, and it counts defaults too.

use std::num::NonZeroUsize;
use std::thread;
use std::time::Duration;

use clap::Args;

use super::problem::{Kind, Problem};
use crate::arguments::{positive, seconds};

/// The limits of both doors, as options.
#[derive(Args, Debug)]
pub(crate) struct LimitArgs {
    /// The most matches a request may ask for, for each challenge
    #[arg(long, value_name = "N", default_value = "1000", value_parser = positive)]
    max_limit: usize,
    /// The most challenges in one request
    #[arg(long, value_name = "N", default_value = "100", value_parser = positive)]
    max_challenges: usize,
    /// The most matches that one request may ask for altogether, over all its challenges
    #[arg(long, value_name = "N", default_value = "10000", value_parser = positive)]
    max_matches: usize,
    /// The most characters in the texts of one record or question
    #[arg(long, value_name = "N", default_value = "50000", value_parser = positive)]
    max_text: usize,
    /// After how many seconds work on a request is given up
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    deadline: Duration,
    /// How many requests are worked on at once [default: one for each processor]
    #[arg(long, value_name = "N", value_parser = positive)]
    workers: Option<usize>,
    /// How many requests may wait for their turn; more are told to come back later
    #[arg(long, value_name = "N", default_value = "64", value_parser = positive)]
    queue: usize,
}

/// The limits of requests and of the work on them.
#[derive(Clone, Debug)]
pub(crate) struct Limits {
    pub(crate) limit: usize,
    pub(crate) challenges: usize,
    pub(crate) matches: usize,
    pub(crate) text: usize,
    pub(crate) deadline: Duration,
    pub(crate) workers: usize,
    pub(crate) queue: usize,
}

impl From<&LimitArgs> for Limits {
    fn from(args: &LimitArgs) -> Self {
        let processors = || thread::available_parallelism().map_or(1, NonZeroUsize::get);
        Self {
            limit: args.max_limit,
            challenges: args.max_challenges,
            matches: args.max_matches,
            text: args.max_text,
            deadline: args.deadline,
            workers: args.workers.unwrap_or_else(processors),
            queue: args.queue,
        }
    }
}

/// How much a request asks for, its defaults included.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Size {
    /// The most matches for each of its challenges.
    pub(crate) limit: usize,
    /// How many challenges, or other records, it carries.
    pub(crate) challenges: usize,
    /// The characters of its longest record.
    pub(crate) text: usize,
}

impl Limits {
    /// Whether a request of this size is worked on.
    pub(crate) fn check(&self, size: &Size) -> Result<(), Problem> {
        let Size { limit, challenges, text } = *size;
        if limit == 0 || limit > self.limit {
            let expected = format!("a whole number from 1 to {}", self.limit);
            return Err(Problem::field("limit", limit, &expected));
        }
        let matches = limit.saturating_mul(challenges);
        for (what, found, most) in [
            ("challenges", challenges, self.challenges),
            ("matches (`limit` times the number of challenges)", matches, self.matches),
            ("characters in one record", text, self.text),
        ] {
            if found > most {
                let sentence = format!("a request of {found} {what} (expected {most} at most)");
                return Err(Problem::new(Kind::TooLarge, sentence));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted() {
        let limits = Limits {
            limit: 100,
            challenges: 10,
            matches: 500,
            text: 1_000,
            deadline: Duration::from_secs(1),
            workers: 1,
            queue: 1,
        };
        for (name, limit, challenges, text, expected) in [
            ("all_at_their_limits", 50, 10, 1_000, None),
            ("no_matches", 0, 1, 1, Some(Kind::Invalid)),
            ("a_large_limit", 101, 1, 1, Some(Kind::Invalid)),
            ("many_challenges", 1, 11, 1, Some(Kind::TooLarge)),
            ("many_matches_altogether", 51, 10, 1, Some(Kind::TooLarge)),
            ("a_long_text", 1, 1, 1_001, Some(Kind::TooLarge)),
            ("more_than_can_be_counted", 100, usize::MAX, 1, Some(Kind::TooLarge)),
        ] {
            let found = limits.check(&Size { limit, challenges, text });
            assert_eq!(found.err().map(|problem| problem.kind), expected, "{name}");
        }
    }
}
