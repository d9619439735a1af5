//! The reverse of a search: each pair has the score that a search gives it.

use std::collections::BTreeMap;

use citymatch::{
    Catalogue, Challenge, Eligibility, Error, ErrorKind, Language, Matcher, ReverseSearch, Search,
    Signal, Solution, Stage, statistics::CollectionStats,
};
use citymatch_tests::demo;

/// By ids of challenge and solution: the bits of the score, the values of the signals, and the rules
/// that are not known.
type Pairs = BTreeMap<(String, String), (u64, Vec<(Signal, u64)>, Vec<&'static str>)>;

/// Challenges of all sorts: the demo's, and those that are read or ruled otherwise.
fn challenges() -> Vec<Challenge> {
    let mut challenges = demo::challenges();
    challenges.extend(demo::translations().into_iter().take(6));
    let pilots = Eligibility::new().stages([Stage::Pilot]).languages([Language::Spanish]);
    challenges.extend([
        Challenge::new("short", "agua lluvia"),
        Challenge::new("unknown", "вода дождь улицы город сад рынок agua lluvia"),
        Challenge::new("stop words", "de la que").language(Language::Spanish),
        Challenge::new("pilots", "Reciclaje de residuos en la ciudad").eligibility(pilots),
    ]);
    challenges
}

/// Segments of several commits, and records that came and went.
fn catalogue(solutions: &[Solution], challenges: &[Challenge]) -> Result<Catalogue, Error> {
    let catalogue = Catalogue::in_memory()?;
    for part in solutions.chunks(solutions.len().div_ceil(2)) {
        let mut edit = catalogue.edit()?;
        for solution in part {
            edit.put(solution.clone())?;
        }
        edit.put(Solution::new("gone", "Inundaciones, lluvias y techos verdes"))?;
        edit.commit()?;
    }
    let mut edit = catalogue.edit()?;
    for challenge in challenges {
        edit.put(challenge.clone())?;
    }
    edit.remove("gone")?;
    edit.commit()?;
    Ok(catalogue)
}

fn bits(signals: impl Iterator<Item = (Signal, f64)>) -> Vec<(Signal, u64)> {
    signals.map(|(signal, value)| (signal, value.to_bits())).collect()
}

fn searched(matcher: &Matcher, challenges: &[Challenge]) -> Result<Pairs, Error> {
    let mut pairs = Pairs::new();
    for challenge in challenges {
        for found in matcher.find(Search::new(challenge).limit(usize::MAX))? {
            let value =
                (found.score().to_bits(), bits(found.signals()), found.unknown_rules().to_vec());
            pairs.insert((challenge.id.to_string(), found.into_id().to_string()), value);
        }
    }
    Ok(pairs)
}

fn reversed(
    matcher: &Matcher,
    solutions: &[Solution],
    given: Option<&[Challenge]>,
) -> Result<Pairs, Error> {
    let mut pairs = Pairs::new();
    for solution in solutions {
        let search = ReverseSearch::new(solution).limit(usize::MAX);
        let search = match given {
            Some(given) => search.challenges(given),
            None => search,
        };
        let found = matcher.find_challenges(search)?;
        let scores: Vec<f64> = found.iter().map(citymatch::RecordMatch::score).collect();
        assert!(scores.is_sorted_by(|a, b| a >= b), "best first");
        for (place, found) in found.iter().enumerate() {
            assert_eq!(found.rank(), place + 1);
            assert_eq!(found.record()?.id, *found.id());
            let value =
                (found.score().to_bits(), bits(found.signals()), found.unknown_rules().to_vec());
            pairs.insert((found.id().to_string(), solution.id.to_string()), value);
        }
    }
    Ok(pairs)
}

#[test]
fn a_pair_has_the_score_that_a_search_gives_it() -> Result<(), Error> {
    let (solutions, challenges) = (demo::solutions(), challenges());
    let catalogue = catalogue(&solutions, &challenges)?;
    let some: Vec<Solution> = solutions.iter().step_by(8).cloned().collect();
    for (name, matcher) in [
        ("defaults", Matcher::new(&catalogue)?),
        ("languages", Matcher::builder().languages([Language::Portuguese]).build(&catalogue)?),
    ] {
        let mut searched = searched(&matcher, &challenges)?;
        searched.retain(|(_, id), _| some.iter().any(|solution| solution.id.as_str() == id));
        assert!(!searched.is_empty(), "{name}");
        assert_eq!(reversed(&matcher, &some, None)?, searched, "{name}: stored challenges");
        let given = reversed(&matcher, &some, Some(&challenges))?;
        assert_eq!(given, searched, "{name}: given challenges");
    }
    Ok(())
}

/// The judge: catalogues whose statistics are merged. A catalogue of the new solutions alone is
/// searched with the statistics of the other one.
#[test]
fn a_solution_that_is_not_stored_changes_no_statistic() -> Result<(), Error> {
    let (mut solutions, challenges) = (demo::solutions(), demo::challenges());
    let new = solutions.split_off(solutions.len() - 5);
    let matcher = Matcher::new(&catalogue(&solutions, &challenges)?)?;
    let outside = Matcher::new(&catalogue(&new, &[])?)?;
    let mut stats = CollectionStats::default();
    while !stats.is_complete() {
        stats = CollectionStats::merge([matcher.statistics(&stats, &challenges)?])?;
    }
    let mut expected = BTreeMap::new();
    for challenge in &challenges {
        let search = Search::new(challenge).limit(usize::MAX).statistics(&stats);
        for found in outside.find(search)? {
            let pair = (challenge.id.to_string(), found.id().to_string());
            expected.insert(pair, found.score().to_bits());
        }
    }
    let reversed = reversed(&matcher, &new, None)?;
    let scores: BTreeMap<_, _> =
        reversed.into_iter().map(|(pair, (score, ..))| (pair, score)).collect();
    assert_eq!(scores, expected);
    for solution in &new {
        let explanation = matcher.explain_solution(&challenges[0], solution)?;
        let pair = (challenges[0].id.to_string(), solution.id.to_string());
        assert_eq!(Some(&explanation.root.value.to_bits()), expected.get(&pair));
    }
    Ok(())
}

#[test]
fn challenges_that_exclude_a_solution_are_named_with_their_reasons() -> Result<(), Error> {
    let (solutions, challenges) = (demo::solutions(), challenges());
    let matcher = Matcher::new(&catalogue(&solutions, &challenges)?)?;
    let mut barred = 0;
    for solution in &solutions {
        let barring = matcher.barred_by(solution)?;
        assert!(barring.is_sorted_by_key(|own| own.challenge_id.clone()));
        for challenge in &challenges {
            let expected = matcher.ineligible(challenge)?;
            let expected = expected.iter().find(|own| own.solution_id == solution.id);
            let own = barring.iter().find(|own| own.challenge_id == challenge.id);
            assert_eq!(own.map(|own| &own.reasons), expected.map(|own| &own.reasons));
            barred += usize::from(own.is_some());
        }
    }
    assert!(barred > 0, "the demo has rules");
    Ok(())
}

#[test]
fn options_are_checked_and_limits_cut() -> Result<(), Error> {
    let (solutions, challenges) = (demo::solutions(), challenges());
    let matcher = Matcher::new(&catalogue(&solutions, &challenges)?)?;
    let search = ReverseSearch::new(&solutions[0]);
    let error = matcher.find_challenges(search.clone().limit(0)).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::InvalidOption { .. }), "{error}");
    let (best, all) = (
        matcher.find_challenges(search.clone().limit(3))?,
        matcher.find_challenges(search.limit(1_000))?,
    );
    assert!(best.iter().eq(all.iter().take(3)));
    let error = matcher.find_challenges(&Solution::new("", "Rain gardens")).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::InvalidRecord { .. }), "{error}");
    Ok(())
}
