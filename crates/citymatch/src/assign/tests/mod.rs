//! Assignments against the definition, and what they say.

mod random;
mod wrong;

use std::cmp::Ordering;

use crate::assign::infeasible::expected;
use crate::assign::leximin::{Wish, leximin};
use crate::assign::tests::random::{Random, random_case};
use crate::assign::twin;
use crate::assign::{
    Assign, Assigned, Assignment, Candidates, Change, Nothing, Objective, Relaxation,
};
use crate::error::{Error, ErrorKind};
use crate::progress::Progress;

/// Options with one way of the error followed.
fn relaxed(mut assign: Assign, candidates: &Candidates, way: &[Relaxation]) -> Assign {
    let places = |assign: &Assign, id: &crate::record::ChallengeId| {
        let own = assign.per_challenge_of.get(id).copied().or(assign.per_challenge);
        own.or_else(|| assign.winners.get(id).copied()).unwrap_or(1)
    };
    for one in way {
        match one.option {
            "minimum" => {
                assign
                    .minimum
                    .iter_mut()
                    .filter(|(name, _)| *name == one.of)
                    .for_each(|floor| floor.1 = one.to);
            }
            "reserve" => {
                let (challenge, name) = one.of.split_once(": ").unwrap();
                assign
                    .reserve_for
                    .retain(|own| (own.0.as_str(), own.1.as_str()) != (challenge, name));
                assign = assign.reserve_for(challenge, name, one.to);
            }
            "per_solution" if one.of.is_empty() || one.of == "each solution" => {
                let by = one.to - one.from;
                assign.per_solution = Some(assign.per_solution.unwrap_or(1) + by);
                assign.per_solution_of.values_mut().for_each(|own| *own += by);
            }
            "per_solution" => assign = assign.per_solution_of(one.of.as_str(), one.to),
            "per_challenge" if one.of.is_empty() || one.of == "each challenge" => {
                let by = one.to - one.from;
                for own in candidates.all() {
                    let places = places(&assign, &own.challenge)
                        .min(u32::try_from(own.solutions.len()).unwrap().max(1));
                    assign.per_challenge_of.insert(own.challenge.clone(), places + by);
                }
            }
            "per_challenge" => assign = assign.per_challenge_of(one.of.as_str(), one.to),
            "forbid" => {
                assign.forbid.retain(|pair| format!("{} → {}", pair.0, pair.1) != one.of);
            }
            other => panic!("{other}"),
        }
    }
    assign
}

/// Thousands of small cases under each objective, against trying every set of pairs.
#[test]
fn it_is_the_best_one_or_says_what_is_missing() {
    let (mut solved, mut infeasible) = (0, 0);
    for seed in 0..4000 {
        for objective in [Objective::Places, Objective::Sum] {
            let (assign, candidates) = random_case(seed, objective);
            let best = twin::best(&assign, &candidates);
            match assign.solve(&candidates) {
                Ok(assignment) => {
                    check_solved(seed, &assign, &best, &assignment);
                    solved += 1;
                }
                Err(error) => {
                    check_infeasible(seed, &assign, &candidates, &best, &error);
                    infeasible += 1;
                }
            }
        }
    }
    assert!(solved > 2000 && infeasible > 400, "{solved} solved, {infeasible} infeasible");
}

fn firsts(found: &Assignment) -> usize {
    found.iter().filter(|pair| pair.place() == 1).count()
}

fn kept_by(assign: &Assign, found: &Assignment) -> usize {
    let keep = assign.keep.iter().flatten();
    let has = |pair: &&(_, _)| {
        found.iter().any(|own| (own.challenge_id(), own.solution_id()) == (&pair.0, &pair.1))
    };
    keep.filter(has).count()
}

fn check_solved(seed: u64, assign: &Assign, best: &twin::Best, found: &Assignment) {
    let (served, kept, value) = best.key.unwrap_or_else(|| panic!("seed {seed}: nothing fits"));
    if assign.objective != Objective::Sum {
        assert_eq!(firsts(found), served, "seed {seed}: served");
    }
    assert_eq!(kept_by(assign, found), kept, "seed {seed}: kept");
    assert!((found.value() - value).abs() < 1e-9, "seed {seed}: {} of {value}", found.value());
    assert!((found.bound() - found.value()).abs() < 1e-9, "seed {seed}: bound");
    assert!((found.best_sum() - best.sum).abs() < 1e-9, "seed {seed}: best sum");
    for nothing in found.unassigned() {
        let Nothing::Taken { by } = nothing.reason() else { continue };
        for taken in by {
            let own = assign.per_solution_of.get(&taken.solution_id).copied();
            let capacity = own.or(assign.per_solution).unwrap_or(1) as usize;
            assert_eq!(taken.challenge_ids.len(), capacity, "seed {seed}: {nothing}");
        }
    }
    let sum: f64 = found.iter().map(Assigned::score).sum();
    assert!((found.sum() - sum).abs() < 1e-9, "seed {seed}: sum");
}

fn check_infeasible(
    seed: u64,
    assign: &Assign,
    candidates: &Candidates,
    best: &twin::Best,
    error: &Error,
) {
    let ErrorKind::Infeasible { missing, ways } = error.kind() else {
        panic!("seed {seed}: {error}")
    };
    assert!(best.key.is_none(), "seed {seed}: {error}");
    assert!(!ways.is_empty(), "seed {seed}");
    // Fixed pairs that are too many are another matter than floors.
    if ways[0].iter().chain(&ways[1.min(ways.len() - 1)]).any(|one| one.option == "fix") {
        return;
    }
    assert_eq!(*missing, best.missing, "seed {seed}: missing");
    for way in ways {
        let best = twin::best(&relaxed(assign.clone(), candidates, way), candidates);
        assert!(
            best.key.is_some(),
            "seed {seed}: {} is not enough",
            expected(std::slice::from_ref(way))
        );
    }
}

/// First places under `worst`, and as many pairs kept as can be.
#[test]
fn the_worst_off_is_as_well_off_as_can_be() {
    for seed in 0..1000 {
        let (mut assign, candidates) = random_case(seed, Objective::Worst);
        assign.fix = Vec::new();
        if let Some((served, kept, _)) = twin::best(&assign, &candidates).key {
            let found = assign.solve(&candidates).unwrap();
            assert_eq!((firsts(&found), kept_by(&assign, &found)), (served, kept), "seed {seed}");
        }
        assign.keep = None;
        let best = twin::best(&assign, &candidates);
        let found =
            assign.solve(&candidates).unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        let mut firsts: Vec<f64> = candidates
            .all()
            .iter()
            .map(|own| found.of(&own.challenge).first().map_or(-1.0, Assigned::score))
            .collect();
        firsts.sort_by(f64::total_cmp);
        assert_eq!(firsts, best.firsts, "seed {seed}");
        assert_eq!(found.bound().total_cmp(&found.value()), Ordering::Equal, "seed {seed}");
        assert!((found.best_sum() - best.sum).abs() < 1e-9, "seed {seed}: best sum");
    }
}

/// One solution each, with many ties and few solutions, against trying every way.
#[test]
fn leximin_is_its_definition() {
    fn every(
        wishes: &[Vec<Wish>],
        left: &mut Vec<u32>,
        scores: &mut Vec<f64>,
        best: &mut Vec<f64>,
    ) {
        let Some((first, rest)) = wishes.split_first() else {
            let mut sorted = scores.clone();
            sorted.sort_by(f64::total_cmp);
            if best.is_empty() || sorted > *best {
                *best = sorted;
            }
            return;
        };
        scores.push(-1.0);
        every(rest, left, scores, best);
        scores.pop();
        for wish in first {
            if left[wish.solution as usize] > 0 {
                left[wish.solution as usize] -= 1;
                scores.push(wish.score);
                every(rest, left, scores, best);
                scores.pop();
                left[wish.solution as usize] += 1;
            }
        }
    }
    for seed in 0..4000 {
        let mut random = Random(seed);
        let (challenges, solutions) = (1 + random.below(6), 1 + random.below(5));
        let levels = 1 + random.below(4);
        let mut left: Vec<u32> = (0..solutions).map(|_| 1 + random.below(2)).collect();
        let wishes: Vec<Vec<Wish>> = (0..challenges)
            .map(|_| {
                let mut own = Vec::new();
                for solution in 0..solutions {
                    if random.percent(60) {
                        own.push(Wish { solution, score: f64::from(random.below(levels)) / 4.0 });
                    }
                }
                own.sort_by(|a, b| b.score.total_cmp(&a.score));
                own
            })
            .collect();
        let found = leximin(&wishes, &left, &Progress::default()).unwrap();
        let mut uses = vec![0; left.len()];
        let mut scores = Vec::new();
        for (own, wish) in wishes.iter().zip(&found) {
            scores.push(wish.map_or(-1.0, |wish| own[wish].score));
            if let Some(wish) = wish {
                uses[own[*wish].solution as usize] += 1;
            }
        }
        assert!(uses.iter().zip(&left).all(|(uses, left)| uses <= left), "seed {seed}");
        scores.sort_by(f64::total_cmp);
        let mut best = Vec::new();
        every(&wishes, &mut left, &mut Vec::new(), &mut best);
        assert_eq!(scores, best, "seed {seed}");
    }
}

/// Why challenges got nothing.
#[test]
fn nothing_has_a_reason() -> Result<(), Error> {
    let mut candidates = Candidates::new();
    candidates.push("c1", [("s1", 0.9), ("s2", 0.8)]);
    candidates.push("c2", [("s1", 0.3), ("s2", 0.2)]);
    candidates.push("c3", [("s2", 0.9)]);
    candidates.push("none", [("s1", 0.0); 0]);
    candidates.push("forbidden", [("s1", 0.9)]);
    candidates.push("barred", [("s1", 0.0); 0]);
    candidates.push("both", [("s1", 0.9), ("s2", 0.8)]);
    let barred = [("barred", "s1"), ("barred", "s2"), ("both", "s3")];
    let forbid = [("forbidden", "s1"), ("both", "s1"), ("both", "s2")];
    let assign = Assign::new().barred(barred).forbid(forbid);
    let said: Vec<String> =
        assign.solve(&candidates)?.unassigned().iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "c2: taken: s1 by c1, s2 by c3",
            "none: no candidate",
            "forbidden: the one candidate is forbidden",
            "barred: all 2 candidates are barred",
            "both: all 3 candidates are forbidden (2) or barred (1)",
        ]
    );
    Ok(())
}

/// The order of the run and of the candidates changes nothing but the order of the result.
#[test]
fn the_order_is_without_effect() {
    for seed in 0..300 {
        for objective in [Objective::Places, Objective::Sum, Objective::Worst] {
            let (assign, candidates) = random_case(seed, objective);
            let mut turned = Candidates::new();
            for own in candidates.all().iter().collect::<Vec<_>>().into_iter().rev() {
                turned.push(
                    &own.challenge,
                    own.solutions.iter().rev().map(|(id, score)| (id, *score)),
                );
            }
            let (Ok(one), Ok(other)) = (assign.solve(&candidates), assign.solve(&turned)) else {
                continue;
            };
            for own in candidates.all() {
                assert_eq!(one.of(&own.challenge), other.of(&own.challenge), "seed {seed}");
            }
        }
    }
}

/// Pairs stay where the limits allow it, and what changes is listed.
#[test]
fn pairs_are_kept() -> Result<(), Error> {
    let mut candidates = Candidates::new();
    candidates.push("c1", [("s1", 0.9), ("s2", 0.8)]);
    candidates.push("c2", [("s1", 0.6), ("s2", 0.1)]);
    let previous = [("c1", "s1"), ("c2", "s2"), ("c3", "s3")];
    let kept = Assign::new().keep_pairs(previous).solve(&candidates)?;
    assert_eq!(kept.of("c1")[0].solution_id().as_str(), "s1");
    assert_eq!(
        kept.changes(),
        [Change::Removed { challenge_id: "c3".into(), solution_id: "s3".into() }]
    );
    assert!(kept.sum_lost() > 0.2 && kept.sum_lost() < 0.3, "{}", kept.sum_lost());

    let forbidden = Assign::new().keep(&kept).forbid([("c1", "s1")]).solve(&candidates)?;
    assert_eq!(
        forbidden.changes(),
        [
            Change::Removed { challenge_id: "c1".into(), solution_id: "s1".into() },
            Change::Removed { challenge_id: "c2".into(), solution_id: "s2".into() },
            Change::Added { challenge_id: "c1".into(), solution_id: "s2".into() },
            Change::Added { challenge_id: "c2".into(), solution_id: "s1".into() },
        ]
    );
    assert!(Assign::new().solve(&candidates)?.changes().is_empty());

    // The same where categories overlap, so that whole numbers are searched.
    candidates.push("c3", [("s3", 0.9), ("s4", 0.1)]);
    let overlapping = Assign::new().category("a", ["s4"]).category("b", ["s3", "s4"]);
    let assign = overlapping.minimum("a", 1).minimum("b", 1).forbid([("c1", "s1")]);
    let found = assign.clone().keep_pairs([("c2", "s2")]).solve(&candidates)?;
    let solutions: Vec<&str> = found.iter().map(|pair| pair.solution_id().as_str()).collect();
    assert_eq!(solutions, ["s2", "s1", "s4"]);

    // A pair that adds nothing is chosen too.
    candidates.push("c4", [("s5", 0.0)]);
    let found = assign.objective(Objective::Sum).solve(&candidates)?;
    assert_eq!(found.of("c4").len(), 1);
    Ok(())
}

/// Each challenge is counted once, however often its places are looked at.
#[test]
fn progress_ends_at_the_number_of_challenges() -> Result<(), Error> {
    for objective in [Objective::Places, Objective::Sum] {
        let progress = std::sync::Arc::new(Progress::default());
        let mut candidates = Candidates::new();
        for challenge in ["c1", "c2", "c3"] {
            candidates.push(challenge, [("s1", 0.9), ("s2", 0.8)]);
        }
        Assign::new().objective(objective).progress(&progress).solve(&candidates)?;
        assert_eq!(progress.done(), 3, "{objective:?}");
    }
    Ok(())
}

/// Work that is cancelled fails, under each objective and where categories overlap.
#[test]
fn work_can_be_stopped() {
    let progress = std::sync::Arc::new(Progress::default());
    progress.cancel();
    let mut candidates = Candidates::new();
    candidates.push("c1", [("s1", 0.9), ("s2", 0.8)]);
    let overlapping = || Assign::new().category("a", ["s1"]).category("b", ["s1", "s2"]);
    let cases = [
        ("places", Assign::new()),
        ("sum", Assign::new().objective(Objective::Sum)),
        ("worst", Assign::new().objective(Objective::Worst)),
        ("overlap", overlapping().minimum("a", 1).minimum("b", 1)),
    ];
    for (name, assign) in cases {
        let error = assign.progress(&progress).solve(&candidates).expect_err(name);
        assert!(matches!(error.kind(), ErrorKind::Cancelled), "{name}: {error}");
    }
}
