//! What an assignment is to keep to.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::assign::Assignment;
use crate::assign::candidates::Candidates;
use crate::assign::objective::Objective;
use crate::error::Error;
use crate::matches::Run;
use crate::progress::Progress;
use crate::record::{ChallengeId, SolutionId};

/// How many solutions a challenge gets that says nothing about it.
pub const DEFAULT_PER_CHALLENGE: u32 = 1;

/// How many challenges get the same solution where nothing is said about it.
pub const DEFAULT_PER_SOLUTION: u32 = 1;

/// A challenge and a solution.
pub(super) type Pair = (ChallengeId, SolutionId);

/// How the solutions of a run are shared out among its challenges: the limits, and what is to be
/// best.
///
/// A challenge gets at most as many solutions as it has places, and a solution goes to at most as
/// many challenges as it may. Within these limits, and those that are added, the assignment is the
/// best one under its [`Objective`], and proves it.
///
/// # Examples
/// ```
/// use citymatch::assign::{Assign, Objective};
/// # use citymatch::{Challenge, Matcher, __doc_catalogue};
/// let challenges = [Challenge::new("c1", "lluvia"), Challenge::new("c2", "toilets")];
/// let run = Matcher::new(&__doc_catalogue()?)?.find_all(&challenges)?;
/// let assign = Assign::new().per_challenge(2).objective(Objective::Sum).forbid([("c1", "s3")]);
/// let assignment = run.assign(&assign)?;
/// assert_eq!(assignment.value(), assignment.bound());
/// # Ok::<(), citymatch::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Assign {
    pub(super) per_challenge: Option<u32>,
    pub(super) per_challenge_of: BTreeMap<ChallengeId, u32>,
    pub(super) winners: BTreeMap<ChallengeId, u32>,
    pub(super) per_solution: Option<u32>,
    pub(super) per_solution_of: BTreeMap<SolutionId, u32>,
    pub(super) objective: Objective,
    pub(super) forbid: Vec<Pair>,
    pub(super) barred: Vec<Pair>,
    pub(super) fix: Vec<Pair>,
    pub(super) keep: Option<Vec<Pair>>,
    pub(super) categories: BTreeMap<String, Vec<SolutionId>>,
    pub(super) reserve: Vec<(String, u32)>,
    pub(super) reserve_for: Vec<(ChallengeId, String, u32)>,
    pub(super) minimum: Vec<(String, u32)>,
    pub(super) time_limit: Option<Duration>,
    pub(super) progress: Option<Arc<Progress>>,
}

impl Assign {
    /// One solution a challenge, one challenge a solution, and first places count most.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets how many places each challenge has, 1 or more, and at most as many as the challenge
    /// with the most candidates could fill. It goes before [`winners`](Self::winners). The default
    /// is [`DEFAULT_PER_CHALLENGE`].
    #[must_use]
    pub fn per_challenge(mut self, places: u32) -> Self {
        self.per_challenge = Some(places);
        self
    }

    /// Sets how many places one challenge has, 1 or more, and at most as many as it has candidates.
    /// It goes before [`per_challenge`](Self::per_challenge).
    #[must_use]
    pub fn per_challenge_of(mut self, challenge: impl Into<ChallengeId>, places: u32) -> Self {
        self.per_challenge_of.insert(challenge.into(), places);
        self
    }

    /// Sets how many places challenges have where [`per_challenge`](Self::per_challenge) is not
    /// set: their field `winners`. Challenges that are not in the run are passed over.
    #[must_use]
    pub fn winners<C: Into<ChallengeId>>(
        mut self,
        winners: impl IntoIterator<Item = (C, u32)>,
    ) -> Self {
        self.winners
            .extend(winners.into_iter().map(|(challenge, places)| (challenge.into(), places)));
        self
    }

    /// Sets to how many challenges a solution may go, 1 or more, and at most as many as there are.
    /// The default is [`DEFAULT_PER_SOLUTION`].
    #[must_use]
    pub fn per_solution(mut self, challenges: u32) -> Self {
        self.per_solution = Some(challenges);
        self
    }

    /// Sets to how many challenges one solution may go, as [`per_solution`](Self::per_solution)
    /// does for all.
    #[must_use]
    pub fn per_solution_of(mut self, solution: impl Into<SolutionId>, challenges: u32) -> Self {
        self.per_solution_of.insert(solution.into(), challenges);
        self
    }

    /// Sets what is to be best. The default is [`Objective::Places`].
    #[must_use]
    pub fn objective(mut self, objective: Objective) -> Self {
        self.objective = objective;
        self
    }

    /// Adds pairs that must not be chosen. A solution that is no candidate of its challenge does no
    /// harm; a challenge that is not in the run is an error.
    #[must_use]
    pub fn forbid<C: Into<ChallengeId>, S: Into<SolutionId>>(
        mut self,
        pairs: impl IntoIterator<Item = (C, S)>,
    ) -> Self {
        self.forbid.extend(owned(pairs));
        self
    }

    /// Adds pairs that rules of eligibility bar. Such pairs are not in a run; they are named so
    /// that what comes out can say so, and are never chosen. Challenges that are not in the run are
    /// passed over.
    #[must_use]
    pub fn barred<C: Into<ChallengeId>, S: Into<SolutionId>>(
        mut self,
        pairs: impl IntoIterator<Item = (C, S)>,
    ) -> Self {
        self.barred.extend(owned(pairs));
        self
    }

    /// Adds pairs that must be chosen. Each has to be a pair of the run.
    #[must_use]
    pub fn fix<C: Into<ChallengeId>, S: Into<SolutionId>>(
        mut self,
        pairs: impl IntoIterator<Item = (C, S)>,
    ) -> Self {
        self.fix.extend(owned(pairs));
        self
    }

    /// Names a category of solutions: a theme, a kind of organisation, a country. A solution may be
    /// in several. Solutions that are not in the run are passed over.
    #[must_use]
    pub fn category<S: Into<SolutionId>>(
        mut self,
        name: impl Into<String>,
        members: impl IntoIterator<Item = S>,
    ) -> Self {
        let category = self.categories.entry(name.into()).or_default();
        category.extend(members.into_iter().map(Into::into));
        self
    }

    /// Reserves places of every challenge: at least so many of them, 1 or more, go to solutions of
    /// a [`category`](Self::category).
    #[must_use]
    pub fn reserve(mut self, category: impl Into<String>, places: u32) -> Self {
        self.reserve.push((category.into(), places));
        self
    }

    /// Reserves places of one challenge, as [`reserve`](Self::reserve) does of every one. It goes
    /// before what is reserved of every one for the same category, and may be 0.
    #[must_use]
    pub fn reserve_for(
        mut self,
        challenge: impl Into<ChallengeId>,
        category: impl Into<String>,
        places: u32,
    ) -> Self {
        self.reserve_for.push((challenge.into(), category.into(), places));
        self
    }

    /// Sets how many places, 1 or more, go to solutions of a [`category`](Self::category) at least,
    /// over all challenges together.
    #[must_use]
    pub fn minimum(mut self, category: impl Into<String>, places: u32) -> Self {
        self.minimum.push((category.into(), places));
        self
    }

    /// Keeps as many pairs of another assignment as can be: see
    /// [`keep_pairs`](Self::keep_pairs).
    #[must_use]
    pub fn keep(self, previous: &Assignment) -> Self {
        self.keep_pairs(previous.iter().map(|pair| (pair.challenge_id(), pair.solution_id())))
    }

    /// Keeps as many of these pairs as can be. Of all assignments within the limits, those count
    /// that keep the most of the pairs, and of those the best one under the objective is chosen.
    /// One thing goes before, unless the objective is [`Objective::Sum`]: as many challenges as
    /// possible have something. [`Assignment::changes`] lists what is different.
    ///
    /// Pairs that are not in the run cannot be kept.
    #[must_use]
    pub fn keep_pairs<C: Into<ChallengeId>, S: Into<SolutionId>>(
        mut self,
        pairs: impl IntoIterator<Item = (C, S)>,
    ) -> Self {
        self.keep.get_or_insert_default().extend(owned(pairs));
        self
    }

    /// Sets how long a search may take where categories overlap, which is the one case that can
    /// take long. When the time is over, the call fails with
    /// [`ErrorKind::TimeLimit`](crate::ErrorKind::TimeLimit); it never gives a lesser result. The
    /// default is no limit.
    #[must_use]
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = Some(limit);
        self
    }

    /// Sets what counts the challenges that have had their turn, and stops the work.
    #[must_use]
    pub fn progress(mut self, progress: &Arc<Progress>) -> Self {
        self.progress = Some(Arc::clone(progress));
        self
    }
}

fn owned<C: Into<ChallengeId>, S: Into<SolutionId>>(
    pairs: impl IntoIterator<Item = (C, S)>,
) -> impl Iterator<Item = Pair> {
    pairs.into_iter().map(|(challenge, solution)| (challenge.into(), solution.into()))
}

impl Run {
    /// Shares out the solutions of the run among its challenges, within limits.
    ///
    /// # Errors
    /// As [`Assign::solve`].
    ///
    /// # Examples
    /// ```
    /// use citymatch::assign::Assign;
    /// # use citymatch::{Challenge, Matcher, __doc_catalogue};
    /// let challenges = [Challenge::new("c1", "lluvia"), Challenge::new("c2", "agua de lluvia")];
    /// let run = Matcher::new(&__doc_catalogue()?)?.find_all(&challenges)?;
    /// let assignment = run.assign(&Assign::new())?;
    /// for pair in &assignment {
    ///     println!("{} {} {:.3}", pair.challenge_id(), pair.solution_id(), pair.score());
    /// }
    /// # assert_eq!(assignment.len(), 2);
    /// # Ok::<(), citymatch::Error>(())
    /// ```
    pub fn assign(&self, options: &Assign) -> Result<Assignment, Error> {
        options.solve(&Candidates::from(self))
    }
}
