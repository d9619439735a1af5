use std::ops::Index;

use crate::record::{ChallengeId, SolutionId};

/// One solution that a challenge was given.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    id: SolutionId,
    rank: usize,
    score: f64,
}

impl Match {
    pub(crate) fn new(id: SolutionId, rank: usize, score: f64) -> Self {
        Self { id, rank, score }
    }

    /// Which solution.
    #[must_use]
    pub fn id(&self) -> &SolutionId {
        &self.id
    }

    /// Which solution, when the match is needed no more.
    #[must_use]
    pub fn into_id(self) -> SolutionId {
        self.id
    }

    /// Its place, from 1.
    #[must_use]
    pub fn rank(&self) -> usize {
        self.rank
    }

    /// How well it fits, in [0, 1]. It depends on the pair and on how common words are in the
    /// catalogue, not on the other matches.
    #[must_use]
    pub fn score(&self) -> f64 {
        self.score
    }
}

/// The matches of one challenge, best first: score down, then id up.
///
/// # Examples
/// ```
/// # use citymatch::{Challenge, Matcher, __doc_catalogue};
/// let matches = Matcher::new(&__doc_catalogue()?)?.find(&Challenge::from_text("¿Cómo retener el agua de lluvia?"))?;
/// assert_eq!(matches[0].id().as_str(), "s1");
/// for found in &matches {
///     println!("{:>2} {:.3} {}", found.rank(), found.score(), found.id());
/// }
/// # Ok::<(), citymatch::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Matches {
    challenge_id: ChallengeId,
    ranked: Vec<Match>,
    answered: Option<bool>,
}

impl Matches {
    pub(crate) fn new(
        challenge_id: ChallengeId,
        ranked: Vec<Match>,
        answered: Option<bool>,
    ) -> Self {
        Self { challenge_id, ranked, answered }
    }

    /// Which challenge they answer.
    #[must_use]
    pub fn challenge_id(&self) -> &ChallengeId {
        &self.challenge_id
    }

    /// Whether anything that may enter answers: whether the best evidence reaches the encoder's
    /// calibrated bound. `None` where there is no verdict: for asks of one or two content words,
    /// under weights of one's own, and without an encoder.
    #[must_use]
    pub fn answered(&self) -> Option<bool> {
        self.answered
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ranked.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ranked.is_empty()
    }

    /// Best first.
    pub fn iter(&self) -> std::slice::Iter<'_, Match> {
        self.ranked.iter()
    }
}

impl Index<usize> for Matches {
    type Output = Match;

    /// # Panics
    /// Where there is no such position.
    fn index(&self, position: usize) -> &Match {
        &self.ranked[position]
    }
}

impl IntoIterator for Matches {
    type Item = Match;
    type IntoIter = std::vec::IntoIter<Match>;

    fn into_iter(self) -> Self::IntoIter {
        self.ranked.into_iter()
    }
}

impl<'m> IntoIterator for &'m Matches {
    type Item = &'m Match;
    type IntoIter = std::slice::Iter<'m, Match>;

    fn into_iter(self) -> Self::IntoIter {
        self.ranked.iter()
    }
}

/// The matches of many challenges, in the order in which they were asked.
///
/// # Examples
/// ```
/// # use citymatch::{Challenge, Matcher, __doc_catalogue};
/// let challenges = [Challenge::new("c1", "Floods"), Challenge::new("c2", "Sewers and toilets")];
/// let run = Matcher::new(&__doc_catalogue()?)?.find_all(&challenges)?;
/// assert_eq!(run.len(), 2);
/// assert_eq!(run[1].challenge_id().as_str(), "c2");
/// # Ok::<(), citymatch::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Run {
    all: Vec<Matches>,
}

impl Run {
    /// How many challenges there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// In the order in which they were asked.
    pub fn iter(&self) -> std::slice::Iter<'_, Matches> {
        self.all.iter()
    }
}

impl FromIterator<Matches> for Run {
    fn from_iter<I: IntoIterator<Item = Matches>>(all: I) -> Self {
        Self { all: all.into_iter().collect() }
    }
}

impl Index<usize> for Run {
    type Output = Matches;

    /// # Panics
    /// Where there is no such position.
    fn index(&self, position: usize) -> &Matches {
        &self.all[position]
    }
}

impl IntoIterator for Run {
    type Item = Matches;
    type IntoIter = std::vec::IntoIter<Matches>;

    fn into_iter(self) -> Self::IntoIter {
        self.all.into_iter()
    }
}

impl<'r> IntoIterator for &'r Run {
    type Item = &'r Matches;
    type IntoIter = std::slice::Iter<'r, Matches>;

    fn into_iter(self) -> Self::IntoIter {
        self.all.iter()
    }
}
