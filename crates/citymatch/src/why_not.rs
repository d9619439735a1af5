//! Why a solution is not among the matches of a challenge: an answer for every pair.

use std::fmt;

use serde::Serialize;

use crate::catalogue::DocAddress;
use crate::diversify::DisplacedBy;
use crate::eligibility::Reason;
use crate::error::{Error, ErrorKind};
use crate::matcher::Matcher;
use crate::record::{Kind, SolutionId};
use crate::search::Search;

/// What became of a solution in a search. As text it is one sentence.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "reason")]
#[non_exhaustive]
pub enum WhyNot {
    /// It is among the matches.
    Found {
        /// Its rank, from 1.
        rank: usize,
        /// Its score.
        score: f64,
    },
    /// The rules of eligibility exclude it.
    Barred {
        /// The rules that it does not meet, at least one.
        reasons: Vec<Reason>,
    },
    /// It is ranked beyond the limit.
    Outranked {
        /// Its rank, from 1.
        rank: usize,
        /// Its score.
        score: f64,
        /// The limit of the search.
        limit: usize,
        /// The last solution within the limit.
        last_id: SolutionId,
        /// The score of that one.
        last_score: f64,
    },
    /// It is among the best by score, and others were chosen for their spread.
    Displaced {
        /// Its rank by score, from 1.
        rank: usize,
        /// Its score.
        score: f64,
        /// Why it was not chosen.
        by: DisplacedBy,
    },
    /// The challenge has no content word, and finds nothing.
    NothingAsked,
}

impl fmt::Display for WhyNot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Found { rank, score } => write!(f, "it is found: rank {rank}, score {score:.3}"),
            Self::Barred { reasons } => {
                let reasons: Vec<String> = reasons.iter().map(ToString::to_string).collect();
                write!(f, "it is barred: {}", reasons.join("; "))
            }
            Self::Outranked { rank, score, limit, last_id, last_score } => write!(
                f,
                "it is outranked: rank {rank}, score {score:.3}, beyond the limit of {limit}, which \
                 ends with `{last_id}` at {last_score:.3}"
            ),
            Self::Displaced { rank, score, by } => {
                write!(f, "it is displaced for spread: rank {rank} by score, {score:.3}; {by}")
            }
            Self::NothingAsked => {
                f.write_str("nothing is found: the challenge has no content word")
            }
        }
    }
}

impl Matcher {
    /// Says why a solution is not among the matches of a search: for every solution of the snapshot,
    /// those that are among them too.
    ///
    /// # Errors
    /// [`ErrorKind::UnknownSolution`] if the snapshot has no such solution, and the errors of
    /// [`find`](Self::find).
    ///
    /// # Examples
    /// ```
    /// # use citymatch::{Challenge, Matcher, Search, SolutionId, __doc_catalogue};
    /// let matcher = Matcher::new(&__doc_catalogue()?)?;
    /// let challenge = Challenge::new("c1", "lluvia en la ciudad");
    /// let search = Search::new(&challenge).limit(1);
    /// let why = matcher.why_not(search, &SolutionId::from("s3"))?;
    /// assert!(why.to_string().starts_with("it is outranked: rank "));
    /// # Ok::<(), citymatch::Error>(())
    /// ```
    pub fn why_not<'c>(
        &self,
        search: impl Into<Search<'c>>,
        id: &SolutionId,
    ) -> Result<WhyNot, Error> {
        let search = search.into();
        let limit = search.checked_limit()?;
        let snapshot = self.current();
        let address = snapshot.address(Kind::Solution, id.as_str())?;
        let address = address.ok_or_else(|| ErrorKind::UnknownSolution { id: id.to_string() })?;
        let DocAddress { segment, doc } = address;
        let filter = search.filter(&self.languages);
        let filter = filter.for_segment(snapshot.segment(segment))?;
        let reasons = filter.reasons(doc, || snapshot.read(address))?;
        if !reasons.is_empty() {
            return Ok(WhyNot::Barred { reasons });
        }
        let found = self.find(search.clone())?;
        if let Some(found) = found.iter().find(|found| found.id() == id) {
            return Ok(WhyNot::Found { rank: found.rank(), score: found.score() });
        }
        let mut displaced = found.spread().into_iter().flat_map(|spread| &spread.displaced);
        if let Some(own) = displaced.find(|displaced| displaced.solution_id == *id) {
            let (rank, score, by) = (own.rank, own.score, own.reason.clone());
            return Ok(WhyNot::Displaced { rank, score, by });
        }
        let all = self.without_diversity().find(search.limit(usize::MAX))?;
        let Some(found) = all.iter().find(|found| found.id() == id) else {
            return Ok(WhyNot::NothingAsked);
        };
        let (rank, score) = (found.rank(), found.score());
        let last = &all[limit - 1];
        let (last_id, last_score) = (last.id().clone(), last.score());
        Ok(WhyNot::Outranked { rank, score, limit, last_id, last_score })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{__doc_catalogue, Challenge, Eligibility, Language, Stage};

    #[test]
    fn every_pair_has_an_answer_of_one_sentence() -> Result<(), Error> {
        let matcher = Matcher::new(&__doc_catalogue()?)?;
        let rain = Challenge::new("c", "lluvia en las aceras").language(Language::Spanish);
        let pilots = Eligibility::new().stages([Stage::Scaling]);
        let stop_words = Challenge::new("c", "de la que").language(Language::Spanish);
        for (name, search, id, expected) in [
            ("found", Search::new(&rain), "s1", "it is found: rank 1, score "),
            ("beyond", Search::new(&rain).limit(1), "s2", "it is outranked: rank "),
            (
                "barred",
                Search::new(&rain).eligibility(pilots),
                "s1",
                "it is barred: stages: pilot is not one of scaling",
            ),
            ("nothing asked", Search::new(&stop_words), "s1", "nothing is found: the challenge"),
        ] {
            let why = matcher.why_not(search, &id.into())?.to_string();
            assert!(why.starts_with(expected), "{name}: {why}");
        }
        let outranked = matcher.why_not(Search::new(&rain).limit(1), &"s3".into())?.to_string();
        assert!(
            outranked.contains("beyond the limit of 1, which ends with `s1` at "),
            "{outranked}"
        );
        let error = matcher.why_not(&rain, &"nobody".into()).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::UnknownSolution { .. }));
        assert!(matcher.why_not(Search::new(&rain).limit(0), &"s1".into()).is_err());
        Ok(())
    }

    /// With a second stage the rank is the one that the search gives.
    #[test]
    fn ranks_are_those_of_the_search() -> Result<(), Error> {
        let catalogue = __doc_catalogue()?;
        let encoder = std::sync::Arc::new(crate::encoder::StaticEncoder::builtin());
        let second = Matcher::builder().rescore(encoder).depth(2).build(&catalogue)?;
        let rain = Challenge::new("c", "lluvia en las aceras");
        for found in &second.find(&rain)? {
            let (rank, score) = (found.rank(), found.score());
            assert_eq!(second.why_not(&rain, found.id())?, WhyNot::Found { rank, score });
        }
        Ok(())
    }
}
