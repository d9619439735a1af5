//! What a programme decided, one JSON object a decision, so that it can be defended later.
//!
//! Each line says what was decided of a pair or of a challenge, and from what: hashes of the two
//! records and of the whole catalogue, the version, the weights and the rules. Nothing is drawn by
//! chance, so there is no seed to keep. Texts and names are left out unless they are asked for; ids
//! stay.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;
use serde_json::{Map, Value as Json, json};
use sha2::{Digest, Sha256};

use crate::assign::Assignment;
use crate::catalogue::Snapshot;
use crate::error::Error;
use crate::matcher::Matcher;
use crate::matches::Matches;
use crate::record::{Challenge, Record, Solution, SolutionId};
use crate::search::Search;
use crate::signal::{Signal, Weight};

/// A decision: a JSON object.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Decision(Map<String, Json>);

impl Decision {
    /// What was decided: `matched`, `barred`, `displaced`, `no match`, `assigned` or `unassigned`.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.get("decision").and_then(Json::as_str).unwrap_or_default()
    }

    /// The JSON object, on one line.
    #[must_use]
    pub fn to_line(&self) -> String {
        Json::Object(self.0.clone()).to_string()
    }
}

/// Makes decisions of one matcher's results. Made by [`Matcher::decisions`].
///
/// # Examples
/// ```
/// # use citymatch::{Challenge, Matcher, Search, __doc_catalogue};
/// let matcher = Matcher::new(&__doc_catalogue()?)?;
/// let challenge = Challenge::new("c1", "lluvia en la ciudad");
/// let search = Search::new(&challenge).limit(1);
/// let matches = matcher.find(search.clone())?;
/// let decisions = matcher.decisions()?;
/// for decision in decisions.of_matches(&search, &matches)? {
///     println!("{}", decision.to_line());
/// }
/// # Ok::<(), citymatch::Error>(())
/// ```
#[derive(Debug)]
pub struct Decisions<'m> {
    matcher: &'m Matcher,
    snapshot: Snapshot,
    /// What all decisions have in common.
    common: Map<String, Json>,
    /// The hash of each solution, by id.
    hashes: BTreeMap<String, String>,
    texts: bool,
}

impl Matcher {
    /// Makes records of decisions of this matcher's results. The whole catalogue is read once, for
    /// its hash.
    ///
    /// # Errors
    /// [`ErrorKind::Corrupt`](crate::ErrorKind::Corrupt) if a stored record cannot be read.
    pub fn decisions(&self) -> Result<Decisions<'_>, Error> {
        let snapshot = self.snapshot();
        let mut hashes = BTreeMap::new();
        for solution in snapshot.solutions().records()? {
            let solution = solution?;
            hashes.insert(solution.id.to_string(), hash_of(&solution));
        }
        let mut catalogue = Sha256::new();
        for (id, hash) in &hashes {
            catalogue.update(format!("{id} {hash}\n"));
        }
        let weights = self.weights();
        let weight = |signal: &Signal| {
            let Weight { same, other } = weights.get(*signal);
            (signal.name().to_owned(), json!({"same": same, "other": other}))
        };
        let counted =
            Signal::ALL.iter().filter(|signal| weights.get(**signal) != Weight::default());
        let mut common = Map::new();
        common.insert("version".to_owned(), json!(env!("CARGO_PKG_VERSION")));
        common.insert("catalogue_hash".to_owned(), json!(hex(&catalogue.finalize())));
        let encoder = snapshot.encoder().map(|encoder| encoder.name().to_owned());
        common.insert("encoder".to_owned(), json!(encoder));
        common.insert("weights".to_owned(), Json::Object(counted.map(weight).collect()));
        common.insert("options".to_owned(), self.options_json());
        Ok(Decisions { matcher: self, snapshot, common, hashes, texts: false })
    }
}

impl Decisions<'_> {
    /// Adds titles and the reason of each match in one line. The default is to leave texts and names
    /// out.
    #[must_use]
    pub fn with_texts(mut self, texts: bool) -> Self {
        self.texts = texts;
        self
    }

    /// The decisions of a search: every match, in order; what was displaced for spread; and every
    /// solution that rules exclude. A challenge without a match is a decision too.
    ///
    /// # Errors
    /// [`ErrorKind::Corrupt`](crate::ErrorKind::Corrupt) if a stored record cannot be read.
    pub fn of_matches(
        &self,
        search: &Search<'_>,
        matches: &Matches,
    ) -> Result<Vec<Decision>, Error> {
        let challenge = search.challenge();
        let rules = search.rules_json();
        let verdict = |object: &mut Map<String, Json>| {
            object.insert("answered".to_owned(), json!(matches.answered()));
            object.insert("rules".to_owned(), rules.clone());
        };
        let mut decisions = Vec::new();
        for found in matches {
            let mut object = self.pair("matched", challenge, found.id())?;
            object.insert("rank".to_owned(), json!(found.rank()));
            object.insert("score".to_owned(), json!(found.score()));
            object.insert("level".to_owned(), json!(found.level().name()));
            let signals = found.signals().map(|(signal, value)| (signal.to_string(), json!(value)));
            object.insert("signals".to_owned(), Json::Object(signals.collect()));
            object.insert("unknown_rules".to_owned(), json!(found.unknown_rules()));
            if self.texts {
                let explanation = self.matcher.explain(search.clone(), found.id())?;
                object.insert("why".to_owned(), json!(explanation.summary()));
            }
            verdict(&mut object);
            decisions.push(Decision(object));
        }
        for displaced in matches.spread().into_iter().flat_map(|spread| &spread.displaced) {
            let mut object = self.pair("displaced", challenge, &displaced.solution_id)?;
            object.insert("rank".to_owned(), json!(displaced.rank));
            object.insert("score".to_owned(), json!(displaced.score));
            object.insert("why".to_owned(), json!(displaced.reason));
            verdict(&mut object);
            decisions.push(Decision(object));
        }
        for barred in self.matcher.ineligible(search.clone())? {
            let mut object = self.pair("barred", challenge, &barred.solution_id)?;
            let rules: Vec<&str> = barred.reasons.iter().map(|reason| reason.rule).collect();
            object.insert("broken_rules".to_owned(), json!(rules));
            if self.texts {
                let reasons = barred.reasons.iter().map(ToString::to_string);
                object.insert("why".to_owned(), json!(reasons.collect::<Vec<_>>()));
            }
            verdict(&mut object);
            decisions.push(Decision(object));
        }
        if matches.is_empty() {
            let mut object = self.of_challenge("no match", challenge);
            verdict(&mut object);
            decisions.push(Decision(object));
        }
        Ok(decisions)
    }

    /// The decisions of an assignment: every pair, in order, and every challenge that got nothing.
    /// `challenges` are those of the run; of others nothing is said.
    ///
    /// # Errors
    /// [`ErrorKind::Corrupt`](crate::ErrorKind::Corrupt) if a stored record cannot be read.
    pub fn of_assignment<'c>(
        &self,
        challenges: impl IntoIterator<Item = &'c Challenge>,
        assignment: &Assignment,
    ) -> Result<Vec<Decision>, Error> {
        let challenges: BTreeMap<&str, &Challenge> =
            challenges.into_iter().map(|own| (own.id.as_str(), own)).collect();
        let mut decisions = Vec::new();
        for pair in assignment {
            let Some(challenge) = challenges.get(pair.challenge_id().as_str()) else { continue };
            let (id, objective) = (pair.solution_id(), assignment.objective());
            decisions.push(self.assigned(challenge, id, pair.place(), pair.score(), objective)?);
        }
        for nothing in assignment.unassigned() {
            let Some(challenge) = challenges.get(nothing.challenge_id().as_str()) else { continue };
            let why = nothing.reason().to_string();
            decisions.push(self.unassigned(challenge, &why, assignment.objective()));
        }
        Ok(decisions)
    }

    /// The decision that a solution goes to a challenge, at a place from 1. `objective` is what was to
    /// be best.
    ///
    /// # Errors
    /// [`ErrorKind::Corrupt`](crate::ErrorKind::Corrupt) if a stored record cannot be read.
    pub fn assigned(
        &self,
        challenge: &Challenge,
        id: &SolutionId,
        place: usize,
        score: f64,
        objective: &str,
    ) -> Result<Decision, Error> {
        let mut object = self.pair("assigned", challenge, id)?;
        object.insert("place".to_owned(), json!(place));
        object.insert("score".to_owned(), json!(score));
        object.insert("objective".to_owned(), json!(objective));
        Ok(Decision(object))
    }

    /// The decision that a challenge gets nothing, and why, in words.
    #[must_use]
    pub fn unassigned(&self, challenge: &Challenge, why: &str, objective: &str) -> Decision {
        let mut object = self.of_challenge("unassigned", challenge);
        object.insert("why".to_owned(), json!(why));
        object.insert("objective".to_owned(), json!(objective));
        Decision(object)
    }

    fn of_challenge(&self, decision: &str, challenge: &Challenge) -> Map<String, Json> {
        let mut object = Map::new();
        object.insert("decision".to_owned(), json!(decision));
        object.insert("challenge_id".to_owned(), json!(challenge.id.as_str()));
        object.insert("challenge_hash".to_owned(), json!(hash_of(challenge)));
        if self.texts {
            let title = challenge.texts().first().map(|(_, text)| (*text).to_owned());
            object.insert("challenge".to_owned(), json!(title));
        }
        object.extend(self.common.clone());
        object
    }

    fn pair(
        &self,
        decision: &str,
        challenge: &Challenge,
        id: &SolutionId,
    ) -> Result<Map<String, Json>, Error> {
        let mut object = self.of_challenge(decision, challenge);
        object.insert("solution_id".to_owned(), json!(id.as_str()));
        object.insert("solution_hash".to_owned(), json!(self.hashes.get(id.as_str())));
        if self.texts {
            let solution: Option<Solution> = self.snapshot.get(id)?;
            object.insert("solution".to_owned(), json!(solution.map(|solution| solution.title)));
        }
        Ok(object)
    }
}

/// The SHA-256 of a record's JSON, in which it is exported: fields in their order.
fn hash_of<R: Record>(record: &R) -> String {
    hex(&Sha256::digest(Json::Object(record.to_json()).to_string()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assign::{Assign, Candidates};
    use crate::{__doc_catalogue, Diversity, Eligibility, Stage};

    fn names(decisions: &[Decision]) -> Vec<String> {
        let one = |own: &Decision| {
            let solution = own.0.get("solution_id").and_then(Json::as_str).unwrap_or("-");
            format!("{} {solution}", own.name())
        };
        decisions.iter().map(one).collect()
    }

    #[test]
    fn every_match_and_every_barred_solution_is_a_line() -> Result<(), Error> {
        let matcher = Matcher::new(&__doc_catalogue()?)?;
        let pilots = Eligibility::new().stages([Stage::Scaling]);
        let challenge = Challenge::new("c1", "lluvia en la ciudad").eligibility(pilots);
        let search = Search::new(&challenge).limit(1);
        let matches = matcher.find(search.clone())?;
        let decisions = matcher.decisions()?;
        let made = decisions.of_matches(&search, &matches)?;
        assert_eq!(names(&made), [format!("matched {}", matches[0].id()), "barred s1".to_owned()]);
        for decision in &made {
            let line = decision.to_line();
            assert!(!line.contains('\n'));
            let read: Map<String, Json> = serde_json::from_str(&line).expect("a line is JSON");
            assert_eq!(read, decision.0);
            for part in ["version", "weights", "options", "rules", "catalogue_hash", "answered"] {
                assert!(read.contains_key(part), "{part}: {line}");
            }
            for hash in ["challenge_hash", "solution_hash", "catalogue_hash"] {
                assert_eq!(read[hash].as_str().map(str::len), Some(64), "{hash}: {line}");
            }
            assert!(!line.contains("lluvia en la ciudad"), "no text unless asked: {line}");
        }
        let told = matcher.decisions()?.with_texts(true).of_matches(&search, &matches)?;
        assert_eq!(told[1].0["why"][0], "stages: pilot is not one of scaling");
        assert_eq!(told[1].0["solution"], "Jardines de lluvia");
        let nothing = Challenge::new("c2", "de la que");
        let matches = matcher.find(&nothing)?;
        assert_eq!(names(&decisions.of_matches(&Search::new(&nothing), &matches)?), ["no match -"]);
        Ok(())
    }

    /// The published SHA-256 of a text, and a change of one letter.
    #[test]
    fn hashes_are_sha_256_of_the_exported_json() -> Result<(), Error> {
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hex(&Sha256::digest("abc")), abc);
        let catalogue = __doc_catalogue()?;
        let before = Matcher::new(&catalogue)?.decisions()?.common["catalogue_hash"].clone();
        let solution = Solution::new("s1", "Jardines de lluvia");
        let json = Json::Object(solution.to_json()).to_string();
        assert_eq!(hash_of(&solution), hex(&Sha256::digest(json)));
        let mut edit = catalogue.edit()?;
        edit.put(solution)?;
        edit.commit()?;
        let matcher = Matcher::new(&catalogue)?;
        let decisions = matcher.decisions()?;
        assert_ne!(decisions.common["catalogue_hash"], before);
        assert_eq!(decisions.hashes.len(), 3);
        Ok(())
    }

    #[test]
    fn what_is_displaced_and_what_is_assigned_are_decisions() -> Result<(), Error> {
        let catalogue = __doc_catalogue()?;
        let spread = Matcher::builder().diversity(Diversity::new(1.0)).build(&catalogue)?;
        let challenge = Challenge::new("c1", "jardines de lluvia y agua");
        let search = Search::new(&challenge).limit(2);
        let made = spread.decisions()?.of_matches(&search, &spread.find(search.clone())?)?;
        assert!(made.iter().all(|own| own.0["options"]["diversity"]["amount"] == 1.0));
        let mut candidates = Candidates::new();
        candidates.push("c1", [("s1", 0.9)]);
        candidates.push("c2", [("s1", 0.5)]);
        let assignment = Assign::new().solve(&candidates)?;
        let other = Challenge::new("c2", "agua");
        let made = spread.decisions()?.of_assignment([&challenge, &other], &assignment)?;
        assert_eq!(names(&made), ["assigned s1", "unassigned -"]);
        assert_eq!(made[1].0["why"], "taken: s1 by c1");
        Ok(())
    }
}
