//! Precedents of challenges and twins of solutions.

use citymatch::record::Record;
use citymatch::{
    Catalogue, Challenge, Error, ErrorKind, Language, Matcher, RecordMatches, Search, Solution,
};
use citymatch_tests::demo;

/// Records as ids and the bits of scores, in order.
type Found = Vec<(String, u64)>;

fn found<R: Record>(matches: &RecordMatches<R>) -> Found {
    matches.iter().map(|found| (found.id().to_string(), found.score().to_bits())).collect()
}

/// A catalogue with a segment for each part.
fn catalogue<R: Record>(parts: &[&[R]]) -> Result<Catalogue, Error> {
    let catalogue = Catalogue::in_memory()?;
    for part in parts {
        let mut edit = catalogue.edit()?;
        for record in *part {
            edit.put(record.clone())?;
        }
        edit.commit()?;
    }
    Ok(catalogue)
}

/// The texts of a challenge that count alike where it is searched for and where it is a solution.
fn plain(challenge: &Challenge) -> Challenge {
    let mut plain = challenge.clone();
    plain.beneficiaries.clear();
    plain.context.clear();
    plain.themes.clear();
    plain.sdgs.clear();
    plain
}

/// A challenge as a solution whose fields have the same weights.
fn as_solution(challenge: &Challenge) -> Solution {
    let mut twin = Solution::new(challenge.id.to_string(), challenge.title.clone());
    twin.summary.clone_from(&challenge.question);
    twin.problem.clone_from(&challenge.problem);
    twin.description.clone_from(&challenge.outcome);
    twin.language = challenge.language;
    twin.country = challenge.country;
    twin
}

/// The judge: the same texts as solutions, which a search finds.
#[test]
fn precedents_have_the_scores_of_the_same_texts_as_solutions() -> Result<(), Error> {
    let mut challenges: Vec<Challenge> = demo::challenges().iter().map(plain).collect();
    challenges.extend(demo::translations().iter().map(plain));
    challenges.push(Challenge::new("short", "agua lluvia"));
    let twins: Vec<Solution> = challenges.iter().map(as_solution).collect();
    let (half, rest) = challenges.split_at(challenges.len() / 2);
    let stored = catalogue(&[half, rest])?;
    // Solutions in the same catalogue count in no number of challenges.
    let mut edit = stored.edit()?;
    for solution in demo::solutions() {
        edit.put(solution)?;
    }
    edit.commit()?;
    let matcher = Matcher::new(&stored)?;
    let judge = Matcher::new(&catalogue(&[&twins])?)?;
    for challenge in challenges.iter().filter(|own| own.language.is_some()).step_by(3) {
        let searched = judge.find(Search::new(challenge).limit(21))?;
        let expected: Found = searched
            .iter()
            .filter(|found| found.id().as_str() != challenge.id.as_str())
            .map(|found| (found.id().to_string(), found.score().to_bits()))
            .take(20)
            .collect();
        assert_eq!(found(&matcher.similar(challenge, 20)?), expected, "{}", challenge.id);
    }
    Ok(())
}

#[test]
fn a_translation_of_a_challenge_is_its_nearest_precedent() -> Result<(), Error> {
    let (challenges, translations) = (demo::challenges(), demo::translations());
    let matcher = Matcher::new(&catalogue(&[&challenges[..], &translations[..]])?)?;
    for translation in &translations {
        let best = matcher.similar(translation, 1)?;
        // The id of a translation is that of its original and a language.
        let stem = |id: &str| {
            id.trim_end_matches("-es").trim_end_matches("-pt").trim_end_matches("-en").to_owned()
        };
        let (own, found) = (translation.id.as_str(), best[0].id().as_str());
        assert_ne!(own, found, "never itself");
        assert_eq!(stem(own), stem(found));
    }
    Ok(())
}

/// The judge: the solution's texts as a challenge that asks for solutions.
#[test]
fn twins_of_a_solution_have_the_scores_of_its_texts_as_a_challenge() -> Result<(), Error> {
    let solutions = demo::solutions();
    let matcher = Matcher::new(&catalogue(&[&solutions])?)?;
    for solution in solutions.iter().filter(|own| own.impact.is_empty()).step_by(5) {
        let mut solution = solution.clone();
        solution.language = solution.language.or(Some(Language::Spanish));
        let mut challenge = Challenge::new(solution.id.to_string(), solution.title.clone());
        challenge.question.clone_from(&solution.summary);
        challenge.problem.clone_from(&solution.problem);
        challenge.outcome.clone_from(&solution.description);
        challenge.themes.clone_from(&solution.themes);
        challenge.sdgs.clone_from(&solution.sdgs);
        challenge.language = solution.language;
        let expected: Found = matcher
            .find(Search::new(&challenge).limit(11))?
            .iter()
            .filter(|found| found.id() != &solution.id)
            .map(|found| (found.id().to_string(), found.score().to_bits()))
            .take(10)
            .collect();
        assert_eq!(found(&matcher.similar(&solution, 10)?), expected, "{}", solution.id);
    }
    Ok(())
}

#[test]
fn segments_order_and_limit_change_nothing() -> Result<(), Error> {
    let challenges = demo::challenges();
    let mut reversed = challenges.clone();
    reversed.reverse();
    let one = Matcher::new(&catalogue(&[&challenges])?)?;
    let three = Matcher::new(&catalogue(&[&reversed[..5], &reversed[5..6], &reversed[6..]])?)?;
    for challenge in &challenges {
        let all = found(&one.similar(challenge, 1_000)?);
        assert_eq!(all.len(), challenges.len() - 1);
        assert_eq!(found(&three.similar(challenge, 1_000)?), all);
        assert_eq!(found(&three.similar(challenge, 4)?), all[..4]);
    }
    Ok(())
}

#[test]
fn nothing_is_found_where_there_is_nothing_and_a_limit_is_at_least_one() -> Result<(), Error> {
    let challenges = demo::challenges();
    let matcher = Matcher::new(&catalogue(&[&challenges])?)?;
    assert!(matcher.similar(&Solution::new("s", "Rain gardens"), 5)?.is_empty());
    let stop_words = Challenge::new("c", "de la que").language(Language::Spanish);
    assert!(matcher.similar(&stop_words, 5)?.is_empty());
    let error = matcher.similar(&challenges[0], 0).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::InvalidOption { .. }), "{error}");
    Ok(())
}
