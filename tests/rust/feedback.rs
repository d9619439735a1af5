//! What is learned from judgements, in the matcher: features that give the score again, and weights with
//! a logistic of their own.

use citymatch::encoder::Calibration;
use citymatch::feedback::FitWeights;
use citymatch::{
    Catalogue, Challenge, Error, Language, Match, Matcher, Matches, ReverseSearch, Run, Search,
    Signal, Solution, Weight, Weights,
};
use citymatch_tests::demo;

fn catalogue() -> Result<Catalogue, Error> {
    let catalogue = Catalogue::in_memory()?;
    let mut edit = catalogue.edit()?;
    for (place, mut solution) in demo::solutions().into_iter().enumerate() {
        // Some are written in a language that nobody declared.
        if place % 5 == 0 {
            solution.language = None;
        }
        edit.put(solution)?;
    }
    edit.put(Solution::new("unknown", "вода дождь agua lluvia"))?;
    edit.commit()?;
    Ok(catalogue)
}

/// Challenges that are long and short, in a language and in none.
fn challenges() -> Vec<Challenge> {
    let mut challenges = demo::challenges();
    challenges.extend(demo::translations().into_iter().take(6));
    challenges.push(Challenge::new("each", "agua lluvia"));
    challenges.push(Challenge::new("water", "water").language(Language::English));
    challenges
}

fn find(matcher: &Matcher) -> Result<Run, Error> {
    let challenges = challenges();
    let searches = challenges.iter().map(|challenge| Search::new(challenge).limit(200));
    matcher.find_each(searches).collect()
}

/// What weights, slope and midpoint of a short question make of a match.
fn score(matches: &Matches, found: &Match, weights: &Weights, slope: f64, midpoint: f64) -> f64 {
    let weighted = |(signal, value): (Signal, f64)| {
        let Weight { same, other } = weights.get(signal);
        value * if found.same_language() { same } else { other }
    };
    let raw_score: f64 = found.signals().map(weighted).sum();
    let Calibration { long_midpoint, midpoint: short, .. } = Calibration::BUILTIN;
    let midpoint = midpoint + matches.breadth() * (long_midpoint - short);
    1.0 / (1.0 + (-slope * (raw_score - midpoint)).exp())
}

#[test]
fn features_give_the_score_again() -> Result<(), Error> {
    let catalogue = catalogue()?;
    let Calibration { slope, midpoint, .. } = Calibration::BUILTIN;
    let own = Weights::new([
        (Signal::Words, Weight { same: 1.0, other: 0.3 }),
        (Signal::Related, Weight { same: 0.7, other: 1.4 }),
        (Signal::Language, Weight::from(0.2)),
        (Signal::Subject, Weight::from(0.5)),
    ])?;
    let cases = [
        ("built_in", Matcher::new(&catalogue)?, slope, midpoint),
        ("own", Matcher::builder().weights(own.clone()).build(&catalogue)?, slope, midpoint),
        (
            "with_logistic",
            Matcher::builder().weights(own.with_logistic(3.0, 0.4)?).build(&catalogue)?,
            3.0,
            0.4,
        ),
    ];
    for (name, matcher, slope, midpoint) in cases {
        let (mut same, mut other) = (0, 0);
        for matches in &find(&matcher)? {
            for found in matches {
                let expected = score(matches, found, &matcher.weights(), slope, midpoint);
                let at = || format!("{name}: {} {}", matches.challenge_id(), found.id());
                assert!((found.score() - expected).abs() < 1e-9, "{}", at());
                if found.same_language() { same += 1 } else { other += 1 }
            }
        }
        assert!(same > 100 && other > 100, "{name}: {same} {other}");
    }
    Ok(())
}

#[test]
fn a_logistic_of_its_own_changes_scores_and_no_order() -> Result<(), Error> {
    let catalogue = catalogue()?;
    let plain = Matcher::new(&catalogue)?;
    let weights = plain.weights().with_logistic(2.0, 0.9)?;
    let own = Matcher::builder().weights(weights).build(&catalogue)?;
    let challenge = &demo::challenges()[0];
    let (plain, found) = (plain.find(challenge)?, own.find(challenge)?);
    let ids =
        |matches: &Matches| matches.iter().map(|found| found.id().clone()).collect::<Vec<_>>();
    assert_eq!(ids(&plain), ids(&found));
    assert!((plain[0].score() - found[0].score()).abs() > 1e-6);
    // It is the score of the explanation, and of the reverse of the search.
    let explained = own.explain(challenge, found[0].id())?;
    assert!((explained.root.value - found[0].score()).abs() < 1e-12);
    let solution = found[0].solution()?;
    let challenges = [challenge.clone()];
    let reverse = own.find_challenges(ReverseSearch::new(&solution).challenges(&challenges))?;
    assert_eq!(reverse[0].score().to_bits(), found[0].score().to_bits());
    Ok(())
}

#[test]
fn the_demo_shows_no_gain_and_its_scores_become_shares() -> Result<(), Error> {
    let catalogue = catalogue()?;
    let run = find(&Matcher::new(&catalogue)?)?;
    let qrels = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/citymatch-cli/demo/qrels.txt");
    let judgements = citymatch_files::read_qrels(qrels)?;
    let fitted = FitWeights::new().unjudged(0).fit(&run.features(), &judgements)?;
    // The built-in weights were chosen with this demo, so that there is nothing to gain.
    assert!(!fitted.gain().is_shown(), "{fitted}");
    assert!(fitted.calibration().error < fitted.calibration().built_in_error, "{fitted}");
    // Every eligible solution is in the run, so the scores of the matcher add up to what is useful.
    let matcher = Matcher::builder().weights(fitted.weights().clone()).build(&catalogue)?;
    let (mut scores, mut useful) = (0.0, 0.0);
    for matches in &find(&matcher)? {
        let Some(grades) = judgements.of(matches.challenge_id()) else { continue };
        scores += matches.iter().map(Match::score).sum::<f64>();
        // Rules of the challenges bar some that were judged.
        let is_useful = |found: &&Match| grades.get(found.id()).is_some_and(|grade| *grade > 0);
        useful += matches.iter().filter(is_useful).count() as f64;
    }
    assert!(useful > 100.0 && (scores / useful - 1.0).abs() < 1e-3, "{scores} {useful} {fitted}");
    Ok(())
}
