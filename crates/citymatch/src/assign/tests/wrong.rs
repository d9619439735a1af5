//! What wrong input is answered with.

use crate::assign::{Assign, Candidates, Objective};

/// What a wrong option is answered with.
#[test]
fn what_is_wrong_is_said() {
    let mut candidates = Candidates::new();
    candidates.push("c1", [("s1", 0.9), ("s2", 0.8)]);
    candidates.push("c2", [("s1", 0.7)]);
    let new = Assign::new;
    let cases: &[(&str, Assign, &str)] = &[
        (
            "no places",
            new().per_challenge(0),
            "`per_challenge` cannot be `0` (expected 1 to 2, the most candidates that a challenge has)",
        ),
        (
            "more places than candidates",
            new().per_challenge(3),
            "`per_challenge` cannot be `3` (expected 1 to 2, the most candidates that a challenge has)",
        ),
        (
            "more places than a challenge has candidates",
            new().per_challenge_of("c2", 2),
            "`per_challenge of c2` cannot be `2` (expected 1 to 1, the candidates that it has)",
        ),
        (
            "places of an unknown challenge",
            new().per_challenge_of("c9", 2),
            "`per_challenge of c9` cannot be `2` (expected a challenge of the run, which has no c9)",
        ),
        (
            "no winners",
            new().winners([("c1", 0)]),
            "`winners of c1` cannot be `0` (expected 1 or more)",
        ),
        (
            "a solution for nobody",
            new().per_solution(0),
            "`per_solution` cannot be `0` (expected 1 to 2, the challenges of the run)",
        ),
        (
            "a solution for more than there are",
            new().per_solution(3),
            "`per_solution` cannot be `3` (expected 1 to 2, the challenges of the run)",
        ),
        (
            "an unknown solution",
            new().per_solution_of("s9", 1),
            "`per_solution of s9` cannot be `1` (expected a solution of the run)",
        ),
        (
            "a forbidden pair of an unknown challenge",
            new().forbid([("c9", "s1")]),
            "`forbid` cannot be `c9 → s1` (expected a challenge of the run, which has no c9)",
        ),
        (
            "a fixed pair of an unknown challenge",
            new().fix([("c9", "s1")]),
            "`fix` cannot be `c9 → s1` (expected a challenge of the run, which has no c9)",
        ),
        (
            "a fixed pair that is forbidden",
            new().fix([("c1", "s1")]).forbid([("c1", "s1")]),
            "`fix` cannot be `c1 → s1` (expected a pair that `forbid` does not name)",
        ),
        (
            "a fixed pair that is barred",
            new().fix([("c2", "s2")]).barred([("c2", "s2")]),
            "`fix` cannot be `c2 → s2` (expected a pair that is not barred)",
        ),
        (
            "a fixed pair that is not in the run",
            new().fix([("c2", "s2")]),
            "`fix` cannot be `c2 → s2` (expected a pair of the run: this solution is not among the \
             matches of the challenge, because a rule bars it or `limit` cut it off)",
        ),
        (
            "a fixed pair twice",
            new().fix([("c1", "s1"), ("c1", "s1")]),
            "`fix` cannot be `c1 → s1` (expected each pair once)",
        ),
        (
            "more fixed pairs than places",
            new().fix([("c1", "s1"), ("c1", "s2")]),
            "no assignment keeps all limits: 1 place is missing (expected `fix` of c1 1 instead of \
             2, or `per_challenge` of c1 2 instead of 1)",
        ),
        (
            "a solution fixed more often than it may",
            new().fix([("c1", "s1"), ("c2", "s1")]),
            "no assignment keeps all limits: 1 place is missing (expected `fix` of s1 1 instead of \
             2, or `per_solution` of s1 2 instead of 1)",
        ),
        (
            "a minimum of an unknown category",
            new().minimum("ngo", 1),
            "`minimum` cannot be `ngo` (expected a category that `category` names)",
        ),
        (
            "reserved for an unknown category",
            new().category("ngo", ["s1"]).category("city", ["s2"]).reserve("ngos", 1),
            "`reserve` cannot be `ngos` (expected one of the categories city, ngo)",
        ),
        (
            "reserved of an unknown challenge",
            new().category("ngo", ["s1"]).reserve_for("c9", "ngo", 1),
            "`reserve_for` cannot be `c9: ngo: 1` (expected a challenge of the run, which has no c9)",
        ),
        (
            "a minimum of nothing",
            new().category("ngo", ["s1"]).minimum("ngo", 0),
            "`minimum` cannot be `ngo: 0` (expected 1 place or more)",
        ),
        (
            "a minimum twice",
            new().category("ngo", ["s1"]).minimum("ngo", 1).minimum("ngo", 2),
            "`minimum` cannot be `ngo: 2` (expected each category once)",
        ),
        (
            "a minimum that cannot be reached",
            new().category("ngo", ["s1"]).minimum("ngo", 2),
            "no assignment keeps all limits: 1 place is missing (expected `minimum` of ngo 1 \
             instead of 2, or `per_solution` 2 instead of 1)",
        ),
        (
            "reserved places that a challenge cannot fill",
            new().category("city", ["s2"]).reserve("city", 1),
            "no assignment keeps all limits: 1 place is missing (expected `reserve` of c2: city 0 \
             instead of 1)",
        ),
        (
            "a minimum that forbidden pairs are in the way of",
            new().category("city", ["s2"]).minimum("city", 1).forbid([("c1", "s2")]),
            "no assignment keeps all limits: 1 place is missing (expected `minimum` of city 0 \
             instead of 1, or `forbid` without c1 → s2)",
        ),
        (
            "minimums under worst",
            new().category("ngo", ["s1"]).minimum("ngo", 1).objective(Objective::Worst),
            "`objective` cannot be `worst` (expected `places` or `sum`, where `minimum` or \
             `reserve` is set)",
        ),
    ];
    for (name, assign, message) in cases {
        let error = assign.solve(&candidates).expect_err(name);
        assert_eq!(error.to_string(), *message, "{name}");
    }
}

/// What a wrong run is answered with.
#[test]
fn what_is_wrong_with_a_run_is_said() {
    let of = |all: &[(&str, &[(&str, f64)])]| {
        let mut candidates = Candidates::new();
        for (challenge, solutions) in all {
            candidates.push(*challenge, solutions.iter().copied());
        }
        candidates
    };
    let cases = [
        ("empty", of(&[]), "`run` cannot be `of 0 challenges` (expected 1 challenge or more)"),
        (
            "a challenge twice",
            of(&[("c1", &[]), ("c1", &[])]),
            "`run` cannot be `of challenge c1 twice` (expected each challenge once)",
        ),
        (
            "a pair twice",
            of(&[("c1", &[("s1", 0.5), ("s1", 0.6)])]),
            "`run` cannot be `of c1 and s1 twice` (expected each pair once)",
        ),
        (
            "a score that is none",
            of(&[("c1", &[("s1", f64::NAN)])]),
            "`score of c1 and s1` cannot be `NaN` (expected 0 to 1)",
        ),
    ];
    for (name, candidates, message) in cases {
        let error = Assign::new().solve(&candidates).expect_err(name);
        assert_eq!(error.to_string(), message, "{name}");
    }
}
