//! Refusing judgements that nothing can be learned from.

use super::features::Features;
use super::fit::LEAST_CHALLENGES;
use super::group::Group;
use crate::error::Error;
use crate::evaluate::Judgements;
use crate::record::ChallengeId;

/// Refuses an empty run, no judgements, and judgements of challenges and solutions that do not exist.
pub(super) fn check_ids(features: &Features, judgements: &Judgements) -> Result<(), Error> {
    if features.challenges().iter().all(|challenge| challenge.pairs.is_empty()) {
        let value = if features.challenges().is_empty() { "empty" } else { "without matches" };
        return Err(Error::option("run", value, "a run with matches of the judged challenges"));
    }
    if judgements.is_empty() {
        return Err(Error::option("qrels", "empty", "a grade for each judged pair"));
    }
    let mut known: Vec<&ChallengeId> =
        features.challenges().iter().map(|challenge| &challenge.challenge_id).collect();
    known.sort_unstable();
    for (challenge, grades) in judgements.iter() {
        if known.binary_search(&challenge).is_err() {
            let value = format!("judgements of the challenge {challenge}");
            let expected = format!("challenges of the run, as {}", known[0]);
            return Err(Error::option("qrels", value, &expected));
        }
        if let Some(solution) = grades.keys().find(|solution| !features.is_known(solution)) {
            let value = format!("a judgement of the solution {solution} for {challenge}");
            return Err(Error::option("qrels", value, "solutions of the catalogue"));
        }
    }
    Ok(())
}

/// Refuses grades that are all alike, and fewer than [`LEAST_CHALLENGES`] challenges that teach
/// something.
pub(super) fn check_enough(groups: &[Group<'_>]) -> Result<(), Error> {
    let mut grades: Vec<i32> =
        groups.iter().flat_map(|group| &group.rows).map(|row| row.grade).collect();
    grades.sort_unstable();
    grades.dedup();
    match grades[..] {
        [] => {
            let value = "judgements of pairs that the run does not have";
            return Err(Error::option("qrels", value, "judgements of pairs of the run"));
        }
        [grade] => {
            let value = format!("{grade} for every pair");
            let expected = "two grades or more, or `unjudged` of 0 where what was not judged is not \
                            useful";
            return Err(Error::option("qrels", value, expected));
        }
        _ => {}
    }
    let teaching = groups.iter().filter(|group| group.teaches()).count();
    if teaching < LEAST_CHALLENGES {
        let plural = if groups.len() == 1 { "" } else { "s" };
        let value = format!("judgements of {} challenge{plural}", groups.len());
        let of_these =
            if teaching < groups.len() { format!(": of these {teaching}") } else { String::new() };
        let expected = format!(
            "{LEAST_CHALLENGES} or more challenges in which one solution was \
             judged better than another{of_these}"
        );
        return Err(Error::option("qrels", value, &expected));
    }
    Ok(())
}
