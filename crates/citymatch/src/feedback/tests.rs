//! Fits to made-up juries, whose weights are known.

use super::*;
use crate::error::Error;
use crate::evaluate::Judgements;
use crate::feedback::group::{Group, groups};
use crate::feedback::listwise::Loss;
use crate::feedback::parameters::Parameters;
use crate::feedback::posterior::Posterior;
use crate::record::SolutionId;
use crate::signal::{Signal, Weight};

const PAIRS: usize = 12;
/// The built-in slope, by which a jury that agrees with the built-in weights chooses.
const SLOPE: f64 = 6.0;
const LEARNED: [Signal; 4] = [Signal::Words, Signal::Related, Signal::Meaning, Signal::Subject];

/// Random numbers with a seed (Knuth's linear congruential generator).
struct Random(u64);

impl Random {
    /// A number in [0, 1).
    fn unit(&mut self) -> f64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// A run of so many challenges, half of whose pairs are in the challenge's language, and the one
/// solution of each that a jury with some factors of the built-in weights calls useful.
fn jury(seed: u64, challenges: usize, factors: [f64; 4]) -> (Features, Judgements) {
    let mut random = Random(seed);
    let (mut features, mut judgements) = (Features::of_builtin(), Judgements::new());
    for number in 0..challenges {
        let challenge = format!("c{number:04}");
        let mut pairs = Vec::new();
        for place in 0..PAIRS {
            let mut values = [None; Signal::ALL.len()];
            for signal in LEARNED {
                values[signal as usize] = Some(0.6 * random.unit());
            }
            pairs.push(PairFeatures {
                solution_id: SolutionId::from(format!("s{place:02}")),
                score: random.unit(),
                same_language: place % 2 == 0,
                values,
            });
        }
        let built_in = features.built_in().clone();
        let chance = |pair: &PairFeatures| {
            let of = |(signal, factor): (&Signal, &f64)| {
                let weight = built_in.get(*signal).for_language(pair.same_language);
                factor * weight * pair.values[*signal as usize].unwrap_or(0.0)
            };
            (SLOPE * LEARNED.iter().zip(&factors).map(of).sum::<f64>()).exp()
        };
        let chances: Vec<f64> = pairs.iter().map(chance).collect();
        let mut drawn = random.unit() * chances.iter().sum::<f64>();
        let useful = chances.iter().position(|chance| {
            drawn -= chance;
            drawn <= 0.0
        });
        for (place, pair) in pairs.iter().enumerate() {
            let grade = i32::from(Some(place) == useful);
            judgements.insert(challenge.as_str(), &pair.solution_id, grade);
        }
        features.push(ChallengeFeatures { challenge_id: challenge.into(), breadth: 0.0, pairs });
    }
    (features, judgements)
}

fn factors(fitted: &FittedWeights) -> Vec<f64> {
    fitted.signals().iter().map(|own| own.factor).collect()
}

#[test]
fn the_factors_of_a_jury_are_found_again() -> Result<(), Error> {
    let truth = [0.3, 1.5, 1.0, 0.5];
    let (features, judgements) = jury(1, 1_500, truth);
    let fitted = FitWeights::new().fit(&features, &judgements)?;
    for (own, truth) in fitted.signals().iter().zip(truth) {
        assert!((own.factor - truth).abs() < 0.25, "{}: {}, not {truth}", own.signal, own.factor);
        let Weight { same, other } = own.weight;
        assert!((same - own.factor * own.built_in.same).abs() < 1e-12, "{}", own.signal);
        assert!((other - own.factor * own.built_in.other).abs() < 1e-12, "{}", own.signal);
        assert_eq!(fitted.weights().get(own.signal), own.weight);
    }
    assert!(fitted.gain().is_shown(), "{}", fitted.gain());
    assert_eq!((fitted.challenges(), fitted.pairs()), (1_500, 1_500 * PAIRS));
    Ok(())
}

#[test]
fn intervals_have_the_truth_as_often_as_they_say() -> Result<(), Error> {
    let truth = [0.8, 1.2, 1.0, 0.7];
    let (mut inside, mut all) = (0, 0);
    for seed in 0..25 {
        let (features, judgements) = jury(seed, 60, truth);
        let fitted = FitWeights::new().fit(&features, &judgements)?;
        for (own, truth) in fitted.signals().iter().zip(truth) {
            let found = own.factor_interval;
            inside += usize::from(found.low <= truth && truth <= found.high);
            all += 1;
        }
    }
    assert!((90..=100).contains(&inside), "{inside} of {all}");
    Ok(())
}

#[test]
fn no_gain_is_claimed_where_there_is_none() -> Result<(), Error> {
    let mut claimed = Vec::new();
    for seed in 0..25 {
        // A jury that agrees with the built-in weights.
        let (features, judgements) = jury(100 + seed, 40, [1.0; 4]);
        let fitted = FitWeights::new().fit(&features, &judgements)?;
        if fitted.gain().is_shown() {
            claimed.push(seed);
        }
    }
    assert!(claimed.len() <= 1, "{claimed:?}");
    let (features, judgements) = jury(7, 40, [1.0; 4]);
    let text = FitWeights::new().fit(&features, &judgements)?.to_string();
    assert!(text.contains("no gain that the folds show: nDCG@10 on held-out folds"), "{text}");
    Ok(())
}

#[test]
fn what_is_alike_for_all_pairs_of_a_challenge_teaches_nothing() -> Result<(), Error> {
    let (features, judgements) = jury(3, 60, [0.5, 1.5, 1.0, 1.0]);
    let mut moved = Features::of_builtin();
    for (place, challenge) in features.challenges().iter().enumerate() {
        let mut challenge = challenge.clone();
        for pair in &mut challenge.pairs {
            // The pairs of one language, so that the weight is the same.
            let value = &mut pair.values[Signal::Subject as usize];
            *value = value.map(|value| value + place as f64 / 60.0);
        }
        moved.push(challenge);
    }
    let found = factors(&FitWeights::new().fit(&features, &judgements)?);
    let same = factors(&FitWeights::new().fit(&moved, &judgements)?);
    for (found, same) in found.iter().zip(&same) {
        assert!((found - same).abs() < 1e-6, "{found} {same}");
    }
    Ok(())
}

#[test]
fn the_order_of_a_run_changes_no_bit() -> Result<(), Error> {
    let (features, judgements) = jury(4, 45, [0.5, 1.5, 1.0, 1.0]);
    let mut backward = Features::of_builtin();
    for challenge in features.challenges().iter().rev() {
        backward.push(challenge.clone());
    }
    let one = FitWeights::new().fit(&features, &judgements)?;
    let other = FitWeights::new().fit(&backward, &judgements)?;
    assert_eq!((one.signals(), one.gain()), (other.signals(), other.gain()));
    assert_eq!(one.weights(), other.weights());
    Ok(())
}

#[test]
fn a_signal_that_misleads_gets_no_weight_and_never_less() -> Result<(), Error> {
    let (features, judgements) = jury(5, 400, [1.0, 1.0, 1.0, -2.0]);
    let fitted = FitWeights::new().fit(&features, &judgements)?;
    assert!(factors(&fitted)[3].abs() < 1e-12, "{fitted}");
    assert!(fitted.gain().is_shown(), "{fitted}");
    Ok(())
}

#[test]
fn a_narrow_prior_keeps_the_built_in_weights() -> Result<(), Error> {
    let (features, judgements) = jury(6, 25, [0.0, 2.0, 1.0, 1.0]);
    let tied = factors(&FitWeights::new().deviation(0.01).fit(&features, &judgements)?);
    let free = factors(&FitWeights::new().deviation(5.0).fit(&features, &judgements)?);
    let away = |factors: &[f64]| factors.iter().map(|own| (own - 1.0).abs()).sum::<f64>();
    assert!(away(&tied) < 0.02 && away(&free) > 1.0, "{tied:?} {free:?}");
    Ok(())
}

#[test]
fn derivatives_are_those_of_the_loss() {
    let (features, mut judgements) = jury(8, 20, [1.0; 4]);
    // Several grades, so that every level is passed.
    for number in 0..20 {
        judgements.insert(format!("c{number:04}"), "s03", 2);
        judgements.insert(format!("c{number:04}"), "s05", 3);
        judgements.insert(format!("c{number:04}"), "s07", 1);
    }
    let parameters = Parameters::new(&features);
    let groups = groups(&features, &parameters, &judgements, None);
    let loss = |factors: &[f64]| {
        let mut loss = Loss::zero(4);
        for group in &groups {
            loss.add(group, factors, SLOPE);
        }
        loss.add_prior(factors, &[1.0; 4], 0.5);
        loss
    };
    let at = [0.7, 1.2, 0.4, 1.9];
    let (own, step) = (loss(&at), 1e-5);
    for place in 0..4 {
        let [low, high] = [-step, step].map(|step| {
            let mut near = at;
            near[place] += step;
            loss(&near)
        });
        let slope = (high.value - low.value) / (2.0 * step);
        assert!((own.gradient[place] - slope).abs() < 1e-5, "{place}: {slope}");
        for other in 0..4 {
            let bend = (high.gradient[other] - low.gradient[other]) / (2.0 * step);
            let found = own.hessian.0[place][other];
            assert!((found - bend).abs() < 1e-4, "{place} {other}: {found} {bend}");
        }
    }
}

/// The definition, pair by pair: for each useful solution the softmax against those judged worse.
fn loss_by_definition(groups: &[Group<'_>], factors: &[f64], deviation: f64) -> f64 {
    let mut loss = 0.0;
    for group in groups {
        let score =
            |place: usize| SLOPE * parameters::raw_score(&group.rows[place].values, factors);
        let lowest = group.rows.iter().map(|row| row.grade).min().unwrap();
        let useful: Vec<usize> =
            (0..group.rows.len()).filter(|place| group.rows[*place].grade > lowest).collect();
        let gains: i32 = useful.iter().map(|place| group.rows[*place].grade).sum();
        for place in useful {
            let grade = group.rows[place].grade;
            let worse = (0..group.rows.len()).filter(|other| group.rows[*other].grade < grade);
            let choices: f64 = worse.map(|other| (score(other) - score(place)).exp()).sum();
            loss += f64::from(grade) / f64::from(gains) * (1.0 + choices).ln();
        }
    }
    let away: f64 = factors.iter().map(|own| (own - 1.0) * (own - 1.0)).sum();
    loss + away / (2.0 * deviation * deviation)
}

#[test]
fn no_other_factors_explain_the_judgements_better() {
    for (seed, truth) in [(11, [1.0; 4]), (12, [0.2, 2.0, 0.5, 1.0]), (13, [1.0, 1.0, -1.0, -1.0])]
    {
        let (features, mut judgements) = jury(seed, 40, truth);
        for number in 0..40 {
            judgements.insert(format!("c{number:04}"), format!("s{:02}", number % 12), 2);
        }
        let parameters = Parameters::new(&features);
        let all = groups(&features, &parameters, &judgements, None);
        let groups: Vec<&Group<'_>> = all.iter().collect();
        let found = Posterior::fit(&groups, &parameters.centre(), 0.5, SLOPE).factors;
        let least = loss_by_definition(&all, &found, 0.5);
        // Walks from the minimum in every direction, and never below 0.
        let mut random = Random(seed);
        for step in [1e-3, 1e-2, 0.1, 0.5] {
            for _ in 0..200 {
                let near: Vec<f64> = found
                    .iter()
                    .map(|own| (own + step * (2.0 * random.unit() - 1.0)).max(0.0))
                    .collect();
                let other = loss_by_definition(&all, &near, 0.5);
                assert!(other >= least - 1e-9, "{seed}: {near:?} {other} {found:?} {least}");
            }
        }
    }
}

#[test]
fn scores_keep_what_they_promise() -> Result<(), Error> {
    let (features, judgements) = jury(9, 600, [0.3, 1.6, 1.0, 1.0]);
    let fitted = FitWeights::new().fit(&features, &judgements)?;
    let found = fitted.calibration();
    assert!(found.fitted && found.error < 0.02, "{found:?}");
    assert!(found.built_in_error > 2.0 * found.error, "{found:?}");
    assert_eq!(fitted.weights().logistic(), Some((found.slope, found.midpoint)));
    assert_eq!(found.bins.iter().map(|bin| bin.pairs).sum::<usize>(), fitted.pairs());
    Ok(())
}

#[test]
fn what_teaches_nothing_is_refused_with_a_reason() {
    let (features, judgements) = jury(10, 30, [1.0; 4]);
    let only = |least: usize, judgement: fn(i32) -> i32| -> Judgements {
        let judged = judgements.iter().take(least);
        let pairs = judged.flat_map(|(challenge, grades)| {
            grades.iter().map(move |(solution, grade)| (challenge, solution, judgement(*grade)))
        });
        pairs.collect()
    };
    let with = |challenge: &str, solution: &str| {
        let mut judgements = judgements.clone();
        judgements.insert(challenge, solution, 1);
        judgements
    };
    let mut empty = Features::of_builtin();
    empty.push(ChallengeFeatures { challenge_id: "c0000".into(), breadth: 0.0, pairs: vec![] });
    let beside: Judgements = (0..30).map(|i| (format!("c{i:04}"), "s99", i % 2)).collect();
    for (name, features, judgements, message) in [
        (
            "empty_run",
            &Features::of_builtin(),
            judgements.clone(),
            "`run` cannot be `empty` (expected a run with matches of the judged challenges)",
        ),
        (
            "no_matches",
            &empty,
            judgements.clone(),
            "`run` cannot be `without matches` (expected a run with matches of the judged challenges)",
        ),
        (
            "no_judgements",
            &features,
            Judgements::new(),
            "`qrels` cannot be `empty` (expected a grade for each judged pair)",
        ),
        (
            "unknown_challenge",
            &features,
            with("reto 9", "s01"),
            "`qrels` cannot be `judgements of the challenge reto 9` (expected challenges of the run, as c0000)",
        ),
        (
            "pairs_outside",
            &features,
            beside,
            "`qrels` cannot be `judgements of pairs that the run does not have` (expected judgements of pairs of the run)",
        ),
        (
            "one_grade",
            &features,
            only(30, |_| 1),
            "`qrels` cannot be `1 for every pair` (expected two grades or more, or `unjudged` of 0 where what was not judged is not useful)",
        ),
        (
            "one_challenge",
            &features,
            only(1, |grade| grade),
            "`qrels` cannot be `judgements of 1 challenge` (expected 20 or more challenges in which one solution was judged better than another)",
        ),
        (
            "too_few",
            &features,
            only(19, |grade| grade),
            "`qrels` cannot be `judgements of 19 challenges` (expected 20 or more challenges in which one solution was judged better than another)",
        ),
    ] {
        let error = FitWeights::new().fit(features, &judgements).unwrap_err();
        assert_eq!(error.to_string(), message, "{name}");
    }
    assert!(FitWeights::new().fit(&features, &only(20, |grade| grade)).is_ok());
    for (name, fit, message) in [
        (
            "deviation",
            FitWeights::new().deviation(0.0),
            "`deviation` cannot be `0` (expected a finite number above 0)",
        ),
        (
            "folds",
            FitWeights::new().folds(1),
            "`folds` cannot be `1` (expected a whole number from 2 to 20)",
        ),
    ] {
        assert_eq!(fit.fit(&features, &judgements).unwrap_err().to_string(), message, "{name}");
    }
}

#[test]
fn challenges_of_one_grade_are_counted_and_teach_nothing() -> Result<(), Error> {
    let (features, judgements) = jury(14, 30, [0.5, 1.5, 1.0, 1.0]);
    let whole = FitWeights::new().fit(&features, &judgements)?;
    let mut more = features.clone();
    let mut also = judgements.clone();
    more.push(ChallengeFeatures { challenge_id: "z".into(), ..features.challenges()[0].clone() });
    also.insert("z", "s00", 0);
    also.insert("z", "s77", 1);
    let fitted = FitWeights::new().fit(&more, &also)?;
    assert_eq!(fitted.signals(), whole.signals());
    assert_eq!((fitted.challenges(), fitted.challenges_of_one_grade()), (30, 1));
    assert_eq!(fitted.pairs_outside(), 1);
    Ok(())
}

#[test]
fn what_to_judge_next() -> Result<(), Error> {
    let (features, judgements) = jury(15, 40, [1.0; 4]);
    // Of the first 25 challenges the first six pairs are judged.
    let some: Judgements = judgements
        .iter()
        .take(25)
        .flat_map(|(challenge, grades)| {
            let first = grades.iter().take(6);
            first.map(move |(solution, grade)| (challenge, solution, *grade))
        })
        .collect();
    for (name, judged) in [("none", Judgements::new()), ("some", some)] {
        let next = FitWeights::new().next_to_judge(&features, &judged, 20)?;
        assert_eq!(next.pairs.len(), 20, "{name}");
        for pair in &next.pairs {
            assert_eq!(judged.grade(&pair.challenge_id, &pair.solution_id), None, "{name}");
            assert!(pair.value > 0.0, "{name}");
        }
        let mut seen: Vec<_> = next.pairs.iter().map(|pair| &pair.challenge_id).collect();
        seen.sort();
        seen.dedup();
        assert!(seen.len() >= 15, "{name}: spread over {} challenges", seen.len());
        assert!(!next.enough, "{name}: {}", next.sentence);
        assert!(next.sentence.contains("20 on"), "{name}: {}", next.sentence);
    }
    let most = FitWeights::new().next_to_judge(&features, &Judgements::new(), 10_000)?;
    assert_eq!(most.pairs.len(), 40 * PAIRS);
    let error = FitWeights::new().next_to_judge(&features, &Judgements::new(), 0).unwrap_err();
    assert_eq!(error.to_string(), "`n` cannot be `0` (expected a whole number, 1 or more)");
    let empty = FitWeights::new().next_to_judge(&Features::of_builtin(), &Judgements::new(), 1);
    assert!(empty.unwrap_err().to_string().starts_with("`run` cannot be `empty`"));
    Ok(())
}

#[test]
fn judging_stops_paying_when_much_is_judged() -> Result<(), Error> {
    let verdict = |challenges: usize| -> Result<NextToJudge, Error> {
        let (mut features, judgements) = jury(16, challenges, [1.0; 4]);
        let (rest, _) = jury(17, 1, [1.0; 4]);
        let unjudged =
            ChallengeFeatures { challenge_id: "z".into(), ..rest.challenges()[0].clone() };
        features.push(unjudged);
        FitWeights::new().next_to_judge(&features, &judgements, 3)
    };
    let (few, many) = (verdict(25)?, verdict(1_500)?);
    assert!(!few.enough && few.sentence.ends_with("more judging pays"), "{}", few.sentence);
    assert!(
        many.enough && many.sentence.ends_with("more judging stops paying"),
        "{}",
        many.sentence
    );
    for next in [&few, &many] {
        assert_eq!(next.curve.len(), 4);
        assert!(next.curve.is_sorted_by(|a, b| a.loss > b.loss), "{:?}", next.curve);
    }
    assert!(few.curve[1].loss > many.curve[1].loss);
    let (features, judgements) = jury(18, 25, [1.0; 4]);
    let next = FitWeights::new().next_to_judge(&features, &judgements, 3)?;
    assert_eq!((next.enough, next.sentence.as_str()), (true, "every pair of the run was judged"));
    Ok(())
}
